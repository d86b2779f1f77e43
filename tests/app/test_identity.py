"""A desk has an identity: no two are taken for one, wherever their folders are copied and whatever ledger they share."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from scheduler.app.identity import identity_file, read_identity
from scheduler.app.log import read_log
from scheduler.app.publish import publish_version
from scheduler.errors import InputError, Refusal
from scheduler.i18n import Sentence, as_template
from scheduler.ledger.store import Ledger
from tests.ledger.conftest import postgresql_url, server  # noqa: F401
from tests.support.cli_desks import run
from tests.support.published_desk import IN_TIME, drafted, new_desk


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    return new_desk(tmp_path / "desk")


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A ledger apart from every desk, which several may share."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("postgresql_url"))
    return f"sqlite:///{tmp_path / 'shared.sqlite3'}"


def use(desk: Path, store: str | None = None) -> None:
    """Open a desk as a command does that may write."""
    said = run("receipts", desk, "--json", *(("--store", store) if store else ()))
    if said.code:
        text = as_template(said.answer["errors"][0])
        raise Refusal(Sentence(text, text))


def test_at_first_use_desk_and_ledger_get_to_know_who_it_is(desk: Path, store: str) -> None:
    assert read_identity(desk) is None
    use(desk, store)
    found = read_identity(desk)
    assert found
    assert (len(found.identity), found.place) == (32, desk.resolve())
    with Ledger(store) as ledger:
        assert ledger.identity("small") == found.identity
        assert ledger.identify("small", "another") == found.identity
    use(desk, store)
    assert read_identity(desk) == found


def test_a_copied_desk_on_the_same_store_is_named_with_the_way_out(desk: Path, store: str) -> None:
    use(desk, store)
    assert drafted(desk, store=store) == 1
    copy = Path(shutil.copytree(desk, desk.parent / "copy"))
    with pytest.raises(Refusal, match="副本") as refused:
        use(copy, store)
    for part in (str(desk), "“small”", "desk.toml", "desk.identity"):
        assert part in refused.value.say("zh")
    with pytest.raises(Refusal, match="is a copy of"):
        publish_version(copy, 1, "M1", store=store, now=IN_TIME)
    broken = read_log(copy, verify=True, store=store).broken
    assert any("is a copy of" in link.say("en") for link in broken)
    use(desk, store)  # the first goes on as before
    assert run("status", copy, "--store", store).code == 1
    assert run("status", desk, "--store", store).code == 0


def test_a_copied_desk_with_an_id_of_its_own_is_another(desk: Path, store: str) -> None:
    use(desk, store)
    copy = Path(shutil.copytree(desk, desk.parent / "copy"))
    identity_file(copy).unlink()
    settings = copy / "desk.toml"
    settings.write_text(settings.read_text("utf-8").replace('id = "small"', 'id = "other"'), "utf-8")
    use(copy, store)
    with Ledger(store) as ledger:
        assert ledger.identity("other") not in ("", ledger.identity("small"))


def test_another_desk_with_the_same_id_on_the_same_store_is_named(desk: Path, store: str) -> None:
    use(desk, store)
    other = new_desk(desk.parent / "other")
    with pytest.raises(Refusal, match=r"没有它的身份文件 desk\.identity"):
        use(other, store)
    shutil.copy(identity_file(desk), identity_file(other))
    shutil.rmtree(desk)  # it was moved
    use(other, store)
    moved = read_identity(other)
    assert moved
    assert moved.place == other.resolve()


def test_a_copied_desk_with_a_ledger_of_its_own_goes_on(desk: Path) -> None:
    use(desk)
    copy = Path(shutil.copytree(desk, desk.parent / "copy"))
    use(copy)
    use(desk)


def test_that_copy_on_the_store_of_the_first_is_named_all_the_same(desk: Path, store: str) -> None:
    use(desk)
    copy = Path(shutil.copytree(desk, desk.parent / "copy"))
    use(copy)
    use(desk, store)
    with pytest.raises(Refusal, match="副本"):
        use(copy, store)


def test_another_desks_ledger_put_in_its_place_is_refused(desk: Path) -> None:
    use(desk)
    other = new_desk(desk.parent / "other")
    use(other)
    shutil.copy(other / "ledger.sqlite3", desk / "ledger.sqlite3")
    with pytest.raises(Refusal, match="是另一个编号也叫“small”的部门的"):
        use(desk)
    assert run("status", desk).code == run("log", desk, "--verify").code == 1


def test_a_lost_file_beside_the_ledger_is_written_again(desk: Path) -> None:
    use(desk)
    found = read_identity(desk)
    identity_file(desk).unlink()
    use(desk)
    assert read_identity(desk) == found


def test_reading_commands_write_no_identity(desk: Path) -> None:
    for words in (("status", desk), ("log", desk), ("log", desk, "--verify"), ("check", desk, "--month", "2026-12")):
        run(*words)
    assert not identity_file(desk).exists()


@pytest.mark.parametrize("content", [b"", b"identity = 1\n", b"\xff\xfe", b"x" * 20_000])
def test_a_file_that_this_program_did_not_write_is_left_alone(content: bytes, desk: Path) -> None:
    identity_file(desk).write_bytes(content)
    said = run("receipts", desk, "--json")
    assert (said.code, said.answer["status"]) == (2, "BAD_INPUT")
    assert "desk.identity" in said.answer["errors"][0]
    assert identity_file(desk).read_bytes() == content


def test_a_link_in_its_place_is_refused(desk: Path, tmp_path: Path) -> None:
    identity_file(desk).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError):
        read_identity(desk)
    assert run("receipts", desk).code == 2
    assert not (tmp_path / "elsewhere").exists()


def test_a_workbook_desk_keeps_it_beside_itself(tmp_path: Path) -> None:
    assert identity_file(tmp_path / "前台.xlsx") == tmp_path / "前台.identity"
