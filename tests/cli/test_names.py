"""`--by` takes a name that only one person has, `--kind` the words of the leave table, and days are read as people write them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.exceptions import BadParameter

from scheduler.cli.options import DateType, LeaveType
from scheduler.domain import LEAVE_KINDS
from scheduler.files.schema.shared_columns import LEAVE_WORDS
from scheduler.workflow.change_request import people_concerned
from scheduler.workflow.replay import replay_requests
from tests.cli.test_versions import pinned, quick, refused
from tests.support.cli_desks import run
from tests.support.published_desk import fingerprint, ledger_of, published_desk


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    pinned(monkeypatch, "2026-12-05 09:30")
    quick(monkeypatch)
    return published_desk(tmp_path)


def last_by(desk: Path) -> str:
    with ledger_of(desk) as ledger:
        return ledger.entries("small")[-1].by


@pytest.mark.parametrize(("name", "meant"), [("甲经理", "M1"), (" 甲经理 ", "M1"), ("试三", "T3"), ("T3", "T3")])
def test_a_name_that_one_person_has_does_for_an_id(desk: Path, name: str, meant: str) -> None:
    said = run("receipts", desk, "--sign", "T2", "--by", name, "--json").answer
    assert (said["status"], said.get("by", meant)) == ("DONE", meant)
    assert ("by" in said) == (name.strip() != meant)
    assert last_by(desk) == meant


def test_the_id_is_said(desk: Path) -> None:
    assert run("receipts", desk, "--sign", "T2", "--by", "甲经理").out.startswith("经办人 甲经理：工号 M1\n")
    said = run("receipts", desk, "--sign", "T4", "--by", "乙经理", "--lang", "en")
    assert said.out.startswith("乙经理 is M2\n")


def test_a_request_is_made_and_decided_by_name(desk: Path) -> None:
    words = ("swap", "request", desk, "--leave", "T4@2026-12-20", "--kind", "年假", "--because", "探亲")
    made = run(*words, "--by", "试四", "--json").answer
    assert (made["by"], made["request"]) == ("T4", 1)
    assert run("swap", "refuse", desk, "1", "--by", "甲经理", "--because", "再议", "--json").answer["by"] == "M1"
    listed = run("swap", "list", desk, "--for", "auditor", "--json").answer["requests"][0]
    assert "annual" in str(listed)


def test_a_name_that_two_people_have_is_asked_back(desk: Path) -> None:
    people = (desk / "people.csv").read_text("utf-8")
    (desk / "people.csv").write_text(people.replace("试五", "试三"), "utf-8")
    said = refused(("receipts", desk, "--sign", "T2", "--by", "试三"), desk)
    assert said.answer["errors"] == ["有 2 个人叫“试三”，请写工号：T3, T5"]


@pytest.mark.parametrize("name", ["丙经理", "试", "t3"])
def test_a_name_that_nobody_has_is_refused(desk: Path, name: str) -> None:
    before = fingerprint(desk)
    said = run("receipts", desk, "--sign", "T2", "--by", name, "--json").answer
    assert said["status"] == "REFUSED"
    assert said["errors"][0].startswith(f"没有工号“{name}”的人（人员表或审批人表）")
    assert fingerprint(desk) == before


def test_an_id_is_never_taken_for_a_name(desk: Path) -> None:
    """Somebody is called like another's id."""
    people = (desk / "people.csv").read_text("utf-8")
    (desk / "people.csv").write_text(people.replace("试五", "T3"), "utf-8")
    assert "by" not in run("receipts", desk, "--sign", "T2", "--by", "T3", "--json").answer
    assert last_by(desk) == "T3"


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        (("--give", "试四@2026-12-22", "--to", "试六"), {"试四": "T4", "试六": "T6"}),
        (("--absent", "试四@2026-12-22下午", "--not", "试六"), {"试四": "T4", "试六": "T6"}),
        (("--overtime", "试四@2026-12-22", "--hours", "2"), {"试四": "T4"}),
        (("--cancel-leave", "试四@2026-12-22"), {"试四": "T4"}),
        (("--leave", "T4@2026-12-22", "--cover", "试五@2026-12-22"), {"试五": "T5"}),
    ],
)
def test_a_name_does_wherever_a_request_has_an_id_and_the_id_is_said(
    desk: Path, asked: tuple[str, ...], ids: dict[str, str]
) -> None:
    by_name = run("swap", "request", desk, *asked, "--by", "T4", "--because", "有事", "--json").answer
    assert by_name.pop("ids") == ids
    assert ledger_cells(desk) <= {"T4", "T5", "T6"}


def ledger_cells(desk: Path) -> set[str]:
    """Everybody whom the last request names."""
    with ledger_of(desk) as ledger:
        requests = replay_requests(ledger.entries("small")).values()
    return {who for one in requests for who in (*people_concerned(one), *one.spared, *(c.worker for c in one.cells))}


def test_copies_are_signed_for_by_name(desk: Path) -> None:
    said = run("receipts", desk, "--sign", "试二", "--sign", "T4", "--by", "甲经理")
    assert said.out.splitlines()[:2] == ["经办人 甲经理：工号 M1", "试二：工号 T2"]
    assert run("receipts", desk, "--sign", "没有人", "--json").answer["status"] == "REFUSED"


def test_a_name_of_two_people_in_a_cell_is_asked_back(desk: Path) -> None:
    people = (desk / "people.csv").read_text("utf-8")
    (desk / "people.csv").write_text(people.replace("试五", "试三"), "utf-8")
    asked = ("swap", "request", desk, "--give", "试三@2026-12-21", "--to", "T6", "--by", "T3", "--because", "有事")
    assert refused(asked, desk).answer["errors"] == ["有 2 个人叫“试三”，请写工号：T3, T5"]


# --- Kinds of leave -------------------------------------------------------------


def test_every_word_of_the_leave_table_is_a_kind() -> None:
    for kind in LEAVE_KINDS:
        for word in (kind, kind.upper(), *LEAVE_WORDS[kind]):
            assert LeaveType().convert(word, None, None) == kind
    assert LeaveType().convert("病", None, None) == "sick"


def test_a_word_that_is_no_built_in_kind_is_left_to_the_desk(desk: Path) -> None:
    assert LeaveType().convert("事", None, None) == "personal"
    assert LeaveType().convert("育儿假", None, None) == "育儿假"


@pytest.mark.parametrize("word", ["假", "请假", "leave", ""])
def test_a_word_that_is_no_kind_is_refused_with_the_list(word: str) -> None:
    with pytest.raises(BadParameter) as caught:
        LeaveType().convert(word, None, None)
    assert "annual（年假）" in caught.value.message
    assert "maternity" in caught.value.message


def test_help_names_the_kinds() -> None:
    assert "[annual|sick|personal" in run("swap", "request", "--help").out.replace("\n", "").replace(" ", "")


# --- Days -------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["2026-12-14", "20261214", "2026年12月14日", "2026/12/14", "2026-12-14 周一"])
def test_a_day_is_read_as_people_write_it(text: str) -> None:
    assert DateType().convert(text, None, None).isoformat() == "2026-12-14"


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("12月14日", "带四位年份"),
        ("2026-12-14 下午", "半天"),
        ("14.12.2026", "年份在前"),
        ("2026-12-14 周二", "当天是星期一"),
        ("明天", "如 2026-12-14"),
    ],
)
def test_a_day_that_is_not_read_is_told_the_way(text: str, way: str) -> None:
    with pytest.raises(BadParameter) as caught:
        DateType().convert(text, None, None)
    assert way in caught.value.message
