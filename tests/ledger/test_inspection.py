"""Guards of a server's ledger: each that is gone, weakened, switched off or added is named. SQLite's: `test_forgeries`."""

from __future__ import annotations

from scheduler.ledger.store import Ledger
from tests.support.drafting import behind_its_back

QUIET = "CREATE FUNCTION quiet() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"


WEAKENED: list[tuple[tuple[str, ...], str]] = [
    (("DROP TRIGGER ledger_entry_delete ON ledger_entry",), "the ledger lacks ledger_entry_delete,"),
    (("DROP TRIGGER ledger_part_truncate ON ledger_part",), "the ledger lacks ledger_part_truncate,"),
    (
        ("ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_update",),
        "trigger ledger_entry_update is switched off",
    ),
    (("ALTER TABLE ledger_part ENABLE REPLICA TRIGGER ledger_part_update",), "ledger_part_update is switched off"),
    (
        (
            QUIET,
            "DROP TRIGGER ledger_part_delete ON ledger_part",
            "CREATE TRIGGER ledger_part_delete BEFORE DELETE ON ledger_part FOR EACH ROW EXECUTE FUNCTION quiet()",
        ),
        "ledger_part_delete of the ledger is not as this program made it",
    ),
    (
        (
            "DROP TRIGGER ledger_version_update ON ledger_version",
            "CREATE TRIGGER ledger_version_update BEFORE UPDATE ON ledger_version FOR EACH ROW"
            " WHEN (OLD.duties IS DISTINCT FROM NEW.duties) EXECUTE FUNCTION ledger_refuse()",
        ),
        "ledger_version_update of the ledger is not as this program made it",
    ),
    (
        ("CREATE TRIGGER helpful AFTER INSERT ON ledger_entry FOR EACH ROW EXECUTE FUNCTION quiet()",),
        "a trigger helpful that this program did not make",
    ),
    (("DROP INDEX ledger_one_live_version",), "the ledger lacks ledger_one_live_version,"),
    (("ALTER TABLE ledger_entry ADD COLUMN note text",), "columns of the ledger's table “ledger_entry”"),
]
NOTHING_REFUSED = QUIET.replace("CREATE FUNCTION quiet", "CREATE OR REPLACE FUNCTION ledger_refuse")


def test_each_guard_of_a_servers_ledger_that_is_gone_or_weakened_is_named(postgresql_url: str) -> None:
    with Ledger(postgresql_url) as ledger, behind_its_back(postgresql_url) as execute:
        known: list[str] = []
        assert [link.say("en") for link in ledger.find_damage()] == known
        for statements, wanted in WEAKENED:  # one after another on one database, which takes long to make
            for statement in statements:
                execute(statement)
            found = [link.say("en") for link in ledger.find_damage()]
            (new,) = set(found) - set(known)
            assert wanted in new
            known = found
        execute(NOTHING_REFUSED)
        weak = [link.say("en") for link in ledger.find_damage() if "is not as this program made it" in link.say("en")]
        assert len(weak) > 10
