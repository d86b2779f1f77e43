"""Why somebody has a duty, or has it not, by the command line: who may know what, and on which version.

The desk of `tests.cli.test_candidates`: 早 and 晚 by turns. T5 is ill on 9 December, T7 is expecting and T8 has left.
"""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from scheduler.domain import Month
from tests.cli.test_candidates import _evening, once  # noqa: F401 (fixtures)
from tests.cli.test_versions import answered, pinned, refused
from tests.support.cli_desks import run
from tests.support.published_desk import drafted, fingerprint, going_round

CELL = "T2@2026-12-09"  # on 晚
QUICK = ("--time-limit", "8")


@pytest.fixture
def desk(once: Path, tmp_path: Path) -> Path:  # noqa: F811
    return Path(shutil.copytree(once, tmp_path / "desk"))


def asked(desk: Path, cell: str, *words: str) -> dict[str, Any]:
    """The answer, decided or not: no test is about what a busy machine proves in time."""
    return answered("why", desk, cell, *QUICK, *words)


def test_each_colleague_and_each_other_shift_has_its_rule_or_its_figures(desk: Path) -> None:
    said = asked(desk, CELL, "--for", "approver")
    assert (said["version"], said["version_status"], said["shift"], said["has"]) == (1, "live", "晚", ["晚"])
    people = {one["worker"]: one for one in said["people"]}
    assert sorted(people) == ["T1", "T3", "T4", "T5", "T6", "T7", "T8"]
    assert [one["shift"] for one in said["shifts"]] in (["", "早"], ["早", ""])
    assert people["T4"]["because"].startswith("试四：12月9日(周三)“晚”与12月10日(周四)“早”之间至少休息")
    assert (people["T5"]["finding"], people["T5"]["rule"]) == ("impossible", "approved_leave")
    assert (people["T7"]["finding"], people["T7"]["rule"]) == ("impossible", "protected_workers")
    assert people["T8"]["finding"] == "impossible"  # has left
    assert people["T6"]["further"] == {"bound": 0, "found": 0, "proved": True}
    assert people["T6"]["because"] == "没有规则拦着"
    for one in (*said["people"], *said["shifts"]):
        for figure in (one["best"], one["further"]):
            assert figure["found"] is None or figure["bound"] <= figure["found"]
            assert figure["proved"] == (figure["found"] == figure["bound"])
    shown = run("why", desk, CELL, *QUICK, "--for", "approver").out
    assert "试二（T2）12月9日(周三)：晚。2026-12 第 1 版（已发布）" in shown
    assert people["T4"]["because"] in shown
    english = run("why", desk, CELL, *QUICK, "--for", "approver", "--lang", "en").out
    assert "Somebody else on 晚:" in english


def test_everybody_and_leads_are_told_numbers_by_kind_of_reason_and_no_names(desk: Path) -> None:
    for whom in ((), ("--for", "lead")):
        said = asked(desk, CELL, *whom)
        assert not {"people", "shifts"} & said.keys()
        counts = {(one["kind"], one["rule"]): one["people"] for one in said["counts"]}
        assert sum(counts.values()) == 7
        assert counts["not_available", None] == 3  # ill, expecting and gone: which is which is nobody's business
        assert {rule for kind, rule in counts if kind != "rule"} == {None}
        told = run("why", desk, CELL, "--time-limit", "0.1", *whom).out
        assert "有规则拦着（班间休息）：1 人" in told  # as long as nothing more is proved
        told += run("why", desk, CELL, *QUICK, *whom).out + str(said)
        assert not any(word in told for word in ("试一", "试五", "试七", "病", "假", "孕", "保护的", "T5", "T7")), told


def test_members_of_staff_ask_about_their_own_cells_and_see_their_own_shifts(desk: Path) -> None:
    said = asked(desk, CELL, "--for", "T2")
    assert "people" not in said
    assert sorted(one["shift"] for one in said["shifts"]) == ["", "早"]
    (why,) = refused(("why", desk, CELL, "--for", "T3"), desk).answer["errors"]
    assert why.startswith("员工只能问自己的格子")
    own = asked(desk, "T7@2026-12-09", "--shift", "晚", "--for", "T7")
    assert [one["rule"] for one in own["shifts"]] == ["protected_workers"]
    assert {one["kind"] for one in own["counts"]} == {"not_available"}


def test_whoever_is_away_is_said_to_be_and_why_only_to_those_whose_business_it_is(desk: Path) -> None:
    ill = "T5@2026-12-09"
    said = run("why", desk, ill, *QUICK, "--for", "approver").out
    assert "本人当天请假（病假）" in said
    assert "本人当天请假（病假）" in run("why", desk, ill, *QUICK, "--for", "T5").out
    told = run("why", desk, ill, *QUICK).out
    assert "本人当天不在" in told
    assert "病" not in told
    away = asked(desk, ill, "--for", "approver")  # a rule forbids it outright: no search is needed
    assert away["decided"]
    assert {one["finding"] for one in away["shifts"]} == {"impossible"}
    assert away["conclusion"] == "每种换法都不行，或代价更高（已证明）"


def test_why_not_asks_for_a_shift_beside_and_in_place_of_those_who_have_it(desk: Path) -> None:
    said = asked(desk, "T6@2026-12-09", "--shift", "晚班", "--for", "hr")
    assert (said["shift"], said["has"]) == ("晚", [])
    assert [one["worker"] for one in said["people"]] == ["T2"]
    assert [one["shift"] for one in said["shifts"]] == ["晚"]
    assert "问的是：为什么没有上“晚”" in run("why", desk, "T6@2026-12-09", "--shift", "晚", *QUICK).out


def test_the_version_that_is_asked_about_is_looked_at_with_what_was_approved_since(desk: Path) -> None:
    first, second = (drafted(desk, Month(2027, 1), roster=partial(going_round, first=n)) for n in (0, 2))
    said = asked(desk, "T1@2027-01-12")
    assert (said["version"], said["version_status"]) == (second, "draft")
    assert asked(desk, "T1@2027-01-12", "--version", str(first))["version"] == first
    assert refused(("why", desk, "T1@2027-01-12", "--version", "1"), desk).answer["errors"]
    words = ("--leave", "T6@2026-12-09", "--kind", "年假", "--by", "T6", "--because", "x")
    assert run("swap", "request", desk, *words).code == 0
    assert run("swap", "approve", desk, "1", "--by", "M1").code == 0
    people = {one["worker"]: one for one in asked(desk, CELL, "--for", "approver")["people"]}
    assert (people["T6"]["finding"], people["T6"]["rule"]) == ("impossible", "approved_leave")


def test_what_has_begun_stays_but_where_it_is_asked_about(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pinned(monkeypatch, "2026-12-08 12:00")
    notes = asked(desk, CELL)["notes"]
    assert any("照原样不动" in note for note in notes)
    assert any(note.startswith("12月2日(周三)已过去") for note in asked(desk, "T1@2026-12-02")["notes"])


def test_nobody_and_nothing_that_is_not_there_is_asked_about(desk: Path) -> None:
    for words in (("T9@2026-12-09",), (CELL, "--shift", "夜"), (CELL, "--version", "7"), ("M1@2026-12-09",)):
        assert refused(("why", desk, *words, "--for", "hr"), desk).answer["errors"]


def test_nothing_is_written(desk: Path) -> None:
    before = fingerprint(desk)
    assert answered("candidates", desk, "2026-12-09", "晚")
    asked(desk, CELL)
    assert fingerprint(desk) == before
