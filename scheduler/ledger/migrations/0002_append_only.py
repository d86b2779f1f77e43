"""Triggers that keep raw SQL from changing what was recorded."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# All of a version but its status.
VERSION_COLUMNS = (
    *("id", "desk", "number", "month", "made_at", "duties", "people", "balances", "details", "roster_hash"),
    *("problem_hash", "rulebook", "rules_version", "solver_version", "seed", "cores", "status_word", "objective"),
    *("bound", "seconds", "assumptions", "violations", "previous_id"),
)

REFUSAL = "what the ledger holds cannot be changed or deleted"


def changed(distinct: str) -> str:
    """The condition that an update of a version touches more than its status."""
    return "WHEN ({})".format(" OR ".join(f"OLD.{column} {distinct} NEW.{column}" for column in VERSION_COLUMNS))


def sqlite(table: str, condition: str, key: str) -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    held = f"SELECT 1 FROM {table} WHERE id = NEW.id OR (desk = NEW.desk AND {key} = NEW.{key})"
    return [
        f"CREATE TRIGGER {table}_update BEFORE UPDATE ON {table} {condition} {refuse}",
        f"CREATE TRIGGER {table}_delete BEFORE DELETE ON {table} {refuse}",
        # INSERT OR REPLACE deletes the old row without asking the trigger above.
        f"CREATE TRIGGER {table}_replace BEFORE INSERT ON {table} WHEN EXISTS ({held}) {refuse}",
    ]


def postgresql(table: str, condition: str) -> list[str]:
    refuse = "EXECUTE FUNCTION ledger_refuse()"
    return [
        f"CREATE TRIGGER {table}_update BEFORE UPDATE ON {table} FOR EACH ROW {condition} {refuse}",
        f"CREATE TRIGGER {table}_delete BEFORE DELETE ON {table} FOR EACH ROW {refuse}",
        f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse}",
    ]


def add_triggers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "sqlite":
        statements = [*sqlite("ledger_entry", "", "sequence"), *sqlite("ledger_version", changed("IS NOT"), "number")]
    else:
        statements = [
            f"CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
            *postgresql("ledger_entry", ""),
            *postgresql("ledger_version", changed("IS DISTINCT FROM")),
        ]
    for statement in statements:
        schema_editor.execute(statement, None)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_tables")]
    operations = [migrations.RunPython(add_triggers)]
