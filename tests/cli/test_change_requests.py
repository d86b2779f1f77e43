"""Change requests by the command line: asked, answered at once, confirmed, decided, carried out.

December of a desk that goes round is in force: everybody has 早, then 晚, then four days off, the next person a
day later. The seventh person takes 早 only and has no duty. It is the evening of 23 November.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from scheduler.app.wording import verdict_line
from scheduler.domain import Change
from scheduler.workflow.verdict import Verdict, VerdictWord
from tests.cli.test_versions import SUNK, answered, pinned, quick, refused, stands
from tests.support.cli_desks import run
from tests.support.published_desk import drafted, events, going_round, new_desk

WHY = ("--by", "T1", "--because", "有事")
SWAP = ("--give", "T1@2026-12-07", "--take", "T4@2026-12-10", *WHY)
STAND_IN = ("--give", "T1@2026-12-07", "--to", "T4", *WHY)
SICK = ("--absent", "T1@2026-12-07", "--kind", "sick", "--by", "M1", "--because", "发烧")
TOO_SOON = ("--give", "T1@2026-12-08", "--to", "T3", *WHY)  # T3 begins early on the 9th
NOT_THEIRS = ("--give", "T1@2026-12-08", "--to", "T7", *WHY)  # a late shift
ASKED = {"request", "verdict", "changes", "reasons", "alternatives"}


@pytest.fixture(autouse=True)
def _evening(monkeypatch: pytest.MonkeyPatch) -> None:
    pinned(monkeypatch)
    quick(monkeypatch)


def in_force(folder: Path, *keys: str, versions: int = 1) -> Path:
    """Make a desk with its first version in force; further ones are drafts."""
    desk = new_desk(folder, keys=keys, people=7)
    people = (desk / "people.csv").read_text("utf-8").splitlines()
    rows = [f"{row},{extra}" for row, extra in zip(people, ["可上班次", *[""] * 6, "早"], strict=True)]
    (desk / "people.csv").write_text("\n".join([*rows, ""]), "utf-8")
    for number in range(versions):
        drafted(desk, roster=partial(going_round, first=number))
    with pytest.MonkeyPatch.context() as patch:
        pinned(patch)
        quick(patch)
        assert run("publish", desk, "--version", "1", "--by", "M1").code == 0
    return desk


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return in_force(tmp_path_factory.mktemp("swaps") / "desk", versions=2)


@pytest.fixture
def desk(once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(once, tmp_path / "desk"))


def ask(desk: Path, *words: str) -> dict[str, Any]:
    """Ask for something that is allowed."""
    return answered("swap", "request", desk, *words)


def duties(desk: Path) -> dict[tuple[str, str], str]:
    """The shifts in force by worker and date."""
    found = answered("show", desk, "--version", str(answered("status", desk)["live"][0]["version"]))["duties"]
    return {(duty["worker"], duty["date"]): duty["shift"] for duty in found}


def row(worker: str, day: int, before: str, after: str) -> dict[str, str]:
    return {"worker": worker, "date": f"2026-12-{day:02d}", "before": before, "after": after}


# --- request ------------------------------------------------------------------


def test_a_swap_is_answered_at_once_and_recorded(desk: Path) -> None:
    said = ask(desk, *SWAP)
    assert set(said) >= ASKED
    assert (said["request"], said["verdict"], said["status"]) == (1, "allowed", "ALLOWED")
    assert said["reasons"] == said["alternatives"] == said["further"] == []
    assert said["changes"] == [
        row("T1", 7, "早", ""),
        row("T4", 7, "", "早"),
        row("T1", 10, "", "早"),
        row("T4", 10, "早", ""),
    ]
    assert (said["checked_on"], said["waiting_for"], said["fewest"]) == (1, ["T4"], "proved")
    assert events(desk)[-1] == "requested"
    assert duties(desk)["T1", "2026-12-07"] == "早"  # nothing has moved


def test_a_stand_in_needs_no_duty_in_return(desk: Path) -> None:
    said = ask(desk, *STAND_IN)
    assert said["changes"] == [row("T1", 7, "早", ""), row("T4", 7, "", "早")]
    (listed,) = answered("swap", "list", desk, "--for", "auditor")["requests"]
    assert (listed["kind"], listed["give"], listed["take"], listed["to"]) == ("stand_in", "T1@2026-12-07", None, "T4")


def test_an_absence_is_allowed_with_the_fewest_further_changes(desk: Path) -> None:
    said = ask(desk, *SICK)
    assert (said["verdict"], said["fewest"]) == ("allowed_with", "proved")
    assert said["changes"][0] == row("T1", 7, "早", "")
    assert len(said["changes"]) == 2
    (other,) = said["further"]
    assert (other["date"], other["before"], other["after"]) == ("2026-12-07", "", "早")
    assert any("“早”至少 1 人" in reason for reason in said["reasons"])
    assert said["waiting_for"] == []
    out = run("swap", "request", desk, "--absent", "T2@2026-12-14", *SICK[2:]).out
    for part in (
        "须同时改动 1 格（已证明最少）",
        "牵动：",
        "只改这几格会违反：",
        "第 2 号申请，等批准；可由乙经理批准",
    ):
        assert part in out, part


def test_what_breaks_a_rule_is_refused_with_its_rule_and_with_what_would_do_instead(desk: Path) -> None:
    said = run("swap", "request", desk, *NOT_THEIRS, "--json")
    assert said.code == 1
    found = said.answer
    assert (found["verdict"], found["status"], found["request"]) == ("refused", "REFUSED", None)
    assert any("试七" in reason for reason in found["reasons"])
    assert 1 <= len(found["alternatives"]) <= 3
    for one in found["alternatives"]:
        assert set(one) == {"kind", "give", "take", "to"}
        assert one["to"] != "T7"
    assert events(desk)[-1] == "published"
    told = run("swap", "request", desk, *NOT_THEIRS)
    assert told.code == 1
    for part in ("不行", "试七", "可以改为：", "  1. ", "没有登记。"):
        assert part in told.out
    first = found["alternatives"][0]
    again = ("--give", first["give"], *(("--take", first["take"]) if first["take"] else ("--to", first["to"])))
    assert ask(desk, *again, *WHY)["verdict"] == "allowed"


def test_what_a_swap_breaks_by_itself_may_be_mended_by_further_changes(desk: Path) -> None:
    said = run("swap", "request", desk, *TOO_SOON, "--json")
    assert said.code == 0
    assert said.answer["verdict"] == "allowed_with"
    assert any("试三" in reason and "11" in reason for reason in said.answer["reasons"])


def test_no_answer_in_time_is_undecided_and_not_recorded(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduler.app.judging.judge_request", lambda *_, **__: Verdict(VerdictWord.UNDECIDED))
    before = stands(desk)
    said = run("swap", "request", desk, *SWAP, "--json")
    assert (said.code, said.answer["status"], said.answer["request"]) == (3, "UNDECIDED", None)
    told = run("swap", "request", desk, *SWAP)
    assert told.code == 3
    assert "请再试" in told.out
    assert stands(desk) == before


def test_leave_overtime_surge_and_leave_called_off_go_the_same_way(desk: Path) -> None:
    away = ask(desk, "--leave", "T5@2026-12-10", "--until", "2026-12-12", "--kind", "annual", *WHY[2:], "--by", "T5")
    assert row("T5", 11, "早", "") in away["changes"]
    assert row("T5", 12, "晚", "") in away["changes"]
    ask(desk, "--overtime", "T3@2026-12-15", "--hours", "2.5", "--by", "T3", "--because", "盘点")
    assert ask(desk, "--surge", "2026-12-21", "--factor", "2", "--by", "M1", "--because", "促销")["further"]
    for number in ("1", "2", "3"):
        assert answered("swap", "approve", desk, number, "--by", "M2")["status"] == "APPROVED"
    called_off = ask(desk, "--cancel-leave", "T5@2026-12-12", "--by", "T5", "--because", "改期")
    assert called_off["verdict"] == "allowed"
    said = {one["request"]: one for one in answered("swap", "list", desk, "--for", "auditor")["requests"]}
    assert [one["kind"] for one in said.values()] == ["leave", "overtime", "surge", "cancel_leave"]
    assert said[1]["leave"] == {
        "worker": "T5",
        "first": "2026-12-10",
        "last": "2026-12-12",
        "kind": "annual",
        "approved": True,
    }
    assert said[2]["overtime"] == ["T3", "2026-12-15", 150]
    assert said[3]["surge"] == ["2026-12-21", 2.0]
    assert said[4]["cancelled_leave"]["first"] == "2026-12-12"
    out = run("swap", "list", desk, "--for", "auditor").out
    for part in (
        "请假：试五 12月10日(周四)至12月12日(周六)（年假）",
        "加班：试三 12月15日(周二) 16:00–18:30，2.5 小时，加班费",
        "需求 ×2",
    ):
        assert part in out
    assert "销假：试五 12月12日(周六) " in out


@pytest.mark.parametrize(
    ("day", "times", "found"),
    [
        ("2026-12-15", "16:00-18:30", ("2026-12-15", 2.5, "16:00", "18:30")),
        ("2026-12-16", "24:00-次日02:00", ("2026-12-16", 2.0, "24:00", "+1 02:00")),
        ("2026-12-17", "0:00-1:00", ("2026-12-16", 1.0, "24:00", "+1 01:00")),
        ("2026-12-18", "22:00-1:00", ("2026-12-18", 3.0, "22:00", "+1 01:00")),
    ],
)
def test_overtime_is_asked_from_when_to_when(desk: Path, day: str, times: str, found: Any) -> None:
    """T3 has 早 on the 15th and 晚 on the 16th: what follows that at once is overtime of the 16th."""
    said = ask(desk, "--overtime", f"T3@{day}", "--times", times, "--by", "T3", "--because", "盘点")
    terms = said["overtime"]
    assert (terms["date"], terms["hours"], terms["from"], terms["to"]) == found
    assert terms["compensation"] == "pay"
    (one,) = answered("swap", "list", desk, "--for", "auditor")["requests"]
    assert one["overtime_terms"] == terms


def test_overtime_of_a_free_day_alone_is_given_back_as_time_off(desk: Path) -> None:
    words = ("--times", "16:00-18:00", "--time-off", "--by", "T3", "--because", "盘点")
    said = ask(desk, "--overtime", "T3@2026-12-18", *words)
    assert said["overtime"]["compensation"] == "time_off"
    assert "调休" in run("swap", "list", desk, "--for", "auditor").out
    refused = run("swap", "request", desk, "--overtime", "T3@2026-12-15", *words)
    assert refused.code == 1
    assert "劳动法第44条" in refused.out
    assert "请去掉 --time-off" in refused.out


def test_overtime_of_24_hours_is_refused_in_both_languages(desk: Path) -> None:
    words = ("swap", "request", desk, "--overtime", "T3@2026-12-15", "--hours", "24", "--by", "T3", "--because", "x")
    said = run(*words, "--json")
    assert (said.code, said.answer["request"], said.answer["verdict"]) == (1, None, "refused")
    assert "劳动法第36、41条" in said.answer["reasons"][0]
    assert "8 h a day, and at most 3 h more (Labour Law 36, 41)" in run(*words, "--lang", "en").out


def test_an_approval_that_moves_no_cell_still_makes_papers_that_say_what_was_granted(desk: Path) -> None:
    (before,) = answered("status", desk)["live"]
    ask(desk, "--overtime", "T3@2026-12-15", "--hours", "2", "--by", "T3", "--because", "盘点")
    said = answered("swap", "approve", desk, "1", "--by", "M1")
    assert said["version"] > before["version"]
    assert said["changes"] == []
    assert [one["version"] for one in answered("status", desk)["live"]] == [said["version"]]


# --- the rest of a request's life ---------------------------------------------


def test_a_request_lives_from_asking_to_a_new_version(desk: Path) -> None:
    assert ask(desk, *SWAP)["request"] == 1
    assert "还等" in run("swap", "approve", desk, "1", "--by", "M1").out
    said = answered("swap", "confirm", desk, "1", "--by", "T4")
    assert (said["request"], said["state"], said["waiting_for"]) == (1, "confirmed", [])
    before = events(desk)
    assert "第 1 号申请：已确认，等批准；可由甲经理、乙经理批准" in run("swap", "confirm", desk, "1", "--by", "T4").out
    assert events(desk) == before  # twice is once
    for own in ("T1", "T4"):
        assert refused(("swap", "approve", desk, "1", "--by", own), desk).code == 1
    said = answered("swap", "approve", desk, "1", "--by", "M1", "--because", "同意")
    assert {"version", "changes", "fewest"} <= set(said)
    assert (said["status"], said["version"], said["fewest"], said["rechecked"]) == ("APPROVED", 3, "proved", False)
    assert said["people"] == ["T1", "T4"]
    assert len(said["changes"]) == 4
    now = duties(desk)
    assert ("T1", "2026-12-07") not in now
    assert (now["T4", "2026-12-07"], now["T1", "2026-12-10"]) == ("早", "早")
    names = {Path(file).name for file in said["files"]}
    assert {f"small-2026-12-v3-{who}-变更.{kind}" for who in ("T1", "T4") for kind in ("txt", "ics")} <= names
    assert not any("T2-变更" in name for name in names)
    assert (desk / SUNK / "small-2026-12-v1.xlsx").is_file()
    log = [
        (one["event"], one["version"], one["by"], one["request"])
        for one in answered("log", desk, "--for", "auditor")["entries"]
    ]
    assert log[3:] == [
        ("requested", 1, "T1", 1),
        ("confirmed", 1, "T4", 1),
        ("approved", 1, "M1", 1),
        ("drafted", 3, "M1", 1),
        ("superseded", 1, "M1", 1),
        ("published", 3, "M1", 1),
    ]
    assert answered("log", desk, "--for", "auditor", "--verify")["broken"] == []
    assert "已批准，不能再" in refused(("swap", "approve", desk, "1", "--by", "M2"), desk).answer["errors"][0]


def test_a_swap_asked_for_by_somebody_else_waits_for_both(desk: Path) -> None:
    said = ask(desk, *SWAP[:4], "--by", "M1", "--because", "调整")
    assert said["waiting_for"] == ["T1", "T4"]
    out = run("swap", "confirm", desk, "1", "--by", "T1").out
    assert "还等 试四 确认；可由乙经理批准" in out  # M1 asked
    assert answered("swap", "list", desk, "--for", "auditor")["requests"][0]["waiting_for"] == ["T4"]


@pytest.mark.parametrize(("word", "by", "state"), [("refuse", "M1", "refused"), ("cancel", "T1", "cancelled")])
def test_a_request_that_is_refused_or_cancelled_is_over(word: str, by: str, state: str, desk: Path) -> None:
    ask(desk, *SWAP)
    said = answered("swap", word, desk, "1", "--by", by, "--because", "人手紧")
    assert (said["state"], said["waiting_for"]) == (state, [])
    assert answered("log", desk, "--for", "auditor")["entries"][-1]["because"] == "人手紧"
    for step in (("confirm", "T4"), ("approve", "M1"), ("refuse", "M2"), ("cancel", "T1")):
        assert refused(("swap", step[0], desk, "1", "--by", step[1]), desk).code == 1
    assert ask(desk, *SWAP)["request"] == 2  # nothing stands against asking again


def test_the_list_tells_whose_word_a_request_waits_for(desk: Path) -> None:
    assert answered("swap", "list", desk, "--for", "auditor")["requests"] == []
    assert "没有申请" in run("swap", "list", desk, "--for", "auditor").out
    ask(desk, *SWAP)
    ask(desk, *SICK[:1], "T2@2026-12-14", *SICK[2:])
    first, second = answered("swap", "list", desk, "--for", "auditor")["requests"]
    assert {"request", "kind", "state", "month", "by", "because", "checked_on", "waiting_for"} <= set(first)
    assert (first["state"], first["waiting_for"], first["what"]) == (
        "requested",
        ["T4"],
        "试一 12月7日(周一) 的班换 试四 12月10日(周四) 的班",
    )
    assert (second["kind"], second["state"], second["waiting_for"]) == ("absence", "confirmed", [])
    lines = run("swap", "list", desk, "--for", "auditor").out.splitlines()
    assert any("试一 12月7日" in line and line.rstrip().endswith("试四") for line in lines)
    assert any("缺勤" in line and line.rstrip().endswith("乙经理") for line in lines)


def test_a_third_swap_in_a_month_takes_a_reason(desk: Path) -> None:
    ask(desk, *SWAP)
    ask(desk, "--give", "T1@2026-12-13", "--to", "T3", *WHY)
    third = ("--give", "T1@2026-12-19", "--to", "T3", *WHY)
    said = run("swap", "request", desk, *third, "--json")
    assert said.code == 1
    assert any("每月最多 2 次" in reason for reason in said.answer["reasons"])
    told = run("swap", "request", desk, *third)
    assert "（次数），再提一次并加：--override quota --override-because 理由；可由甲经理、乙经理批准" in told.out
    assert said.answer["way_out"] == {"override": ["quota"], "by": ["M1", "M2"]}
    allowed = ask(desk, *third, "--override", "次数", "--override-because", "经理口头同意")
    assert allowed["verdict"] == "allowed"
    assert any("每月最多 2 次" in reason for reason in allowed["reasons"])
    assert answered("log", desk, "--for", "auditor")["entries"][-1]["facts"]["override"] == "经理口头同意"
    assert (
        run("swap", "request", desk, "--give", "T1@2026-12-25", "--to", "T3", *WHY, "--override-because", " ").code == 1
    )


def test_quota_and_notice_are_the_desk_s_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = in_force(tmp_path / "desk", "swap_quota = 1", "swap_notice = 3")
    ask(desk, *SWAP)
    said = run("swap", "request", desk, "--give", "T1@2026-12-13", "--to", "T3", *WHY, "--json")
    assert any("每月最多 1 次" in reason for reason in said.answer["reasons"])
    pinned(monkeypatch, "2026-12-11 08:00")
    for day, code in (("13", 1), ("14", 0)):
        words = ("--give", f"T{2 if day == '14' else 1}@2026-12-{day}", "--to", "T5", "--by", "M1", "--because", "x")
        said = run("swap", "request", desk, *words, "--json")
        assert said.code == code, said
    assert run("swap", "request", desk, "--absent", "T6@2026-12-12", "--by", "M1", "--because", "急").code == 0


def test_officials_and_roles_say_who_may_approve(once_strict: Path, tmp_path: Path) -> None:
    desk = Path(shutil.copytree(once_strict, tmp_path / "desk"))
    assert run("swap", "confirm", desk, "1", "--by", "T4").code == 0
    said = refused(("swap", "approve", desk, "1", "--by", "T5"), desk)
    assert "无权批准" in said.answer["errors"][0]
    assert answered("swap", "approve", desk, "1", "--by", "M2")["version"] == 2


# --- where the roster has moved -----------------------------------------------


def test_an_approval_that_would_now_move_other_cells_is_asked_again(desk: Path) -> None:
    ask(desk, *SICK)
    assert run("publish", desk, "--version", "2", "--by", "M1", "--over-because", "重排").code == 0
    said = run("swap", "approve", desk, "1", "--by", "M2", "--json")
    assert (said.code, said.answer["status"]) == (1, "ROSTER_MOVED")
    assert "第 2 版" in said.answer["errors"][0]
    assert events(desk)[-1] == "rechecked"
    done = answered("swap", "approve", desk, "1", "--by", "M2")
    assert done["version"] == 3
    assert ("T1", "2026-12-07") not in duties(desk)


def test_an_approval_of_what_is_not_there_any_more_is_refused(desk: Path) -> None:
    ask(desk, *STAND_IN)
    assert run("swap", "confirm", desk, "1", "--by", "T4").code == 0
    assert run("publish", desk, "--version", "2", "--by", "M1", "--over-because", "重排").code == 0
    said = refused(("swap", "approve", desk, "1", "--by", "M1"), desk)
    assert (said.code, said.answer["status"]) == (1, "ROSTER_MOVED")


def test_what_still_holds_is_approved_on_the_newer_version(desk: Path) -> None:
    ask(desk, *STAND_IN)
    ask(desk, "--give", "T2@2026-12-20", "--to", "T5", "--by", "T2", "--because", "有事")
    for number, who in (("1", "T4"), ("2", "T5")):
        assert run("swap", "confirm", desk, number, "--by", who).code == 0
    assert answered("swap", "approve", desk, "1", "--by", "M1")["rechecked"] is False
    done = answered("swap", "approve", desk, "2", "--by", "M1")
    assert (done["version"], done["rechecked"]) == (4, True)
    assert duties(desk)["T4", "2026-12-07"] == "早"
    assert duties(desk)["T5", "2026-12-20"] == "早"


# --- What a person mistypes ---------------------------------------------------

MISTYPED = {
    "nothing": ((*WHY,), "--give"),
    "two things": (("--give", "T1@2026-12-07", "--leave", "T1@2026-12-08", *WHY), "一件事"),
    "nobody to take it": (("--give", "T1@2026-12-07", *WHY), "--to"),
    "both ways to take it": ((*SWAP, "--to", "T4"), "只写一个"),
    "a stand-in at leave": (("--leave", "T1@2026-12-07", "--to", "T4", *WHY), "--to"),
    "days at a stand-in": ((*STAND_IN, "--until", "2026-12-08"), "--until"),
    "leave that ends before it begins": (("--leave", "T1@2026-12-07", "--until", "2026-12-06", *WHY), "早于首日"),
    "overtime without hours": (("--overtime", "T1@2026-12-07", *WHY), "--hours"),
    "overtime of hours and of times": (
        ("--overtime", "T1@2026-12-07", "--hours", "2", "--times", "16:00-18:00", *WHY),
        "只写一个",
    ),
    "times that are none": (("--overtime", "T1@2026-12-07", "--times", "16点", *WHY), "16:00-18:30"),
    "two times": (("--overtime", "T1@2026-12-07", "--times", "7:00-8:00;16:00-17:00", *WHY), "16:00-18:30"),
    "a time two days later": (("--overtime", "T1@2026-12-07", "--times", "次日24:00-次日24:00", *WHY), "16:00-18:30"),
    "time off for a swap": ((*SWAP, "--time-off"), "--time-off"),
    "a surge without a factor": (("--surge", "2026-12-07", *WHY), "--factor"),
    "a factor of nothing": (("--surge", "2026-12-07", "--factor", "0", *WHY), "--factor"),
    "25 hours": (("--overtime", "T1@2026-12-07", "--hours", "25", *WHY), "--hours"),
    "a cell without a day": (("--give", "T1", "--to", "T4", *WHY), "工号@日期"),
    "a cell without a person": (("--give", "@2026-12-07", "--to", "T4", *WHY), "工号@日期"),
    "a day that does not exist": (("--give", "T1@2026-12-32", "--to", "T4", *WHY), "2026-12-32"),
    "a day without its year": (("--give", "T1@12-07", "--to", "T4", *WHY), "12-07"),
    "an unknown kind of leave": (("--leave", "T1@2026-12-07", "--kind", "牙假", *WHY), "牙假"),
    "nobody asks": (STAND_IN[:4], "--by"),
    "no reason": ((*STAND_IN[:4], "--by", "T1"), "--because"),
    "an empty reason": ((*STAND_IN[:4], "--by", "T1", "--because", "  "), "请写明原因"),
    "somebody unknown asks": ((*STAND_IN[:4], "--by", "T9", "--because", "x"), "T9"),
    "a month that is not out": (("--give", "T1@2027-01-07", "--to", "T4", *WHY), "2027-01"),
    "a month that is over": (("--give", "T1@2026-10-07", "--to", "T4", *WHY), "2026-10"),
}


@pytest.mark.parametrize("case", MISTYPED)
def test_a_request_that_is_mistyped_is_answered_in_one_sentence(case: str, desk: Path) -> None:
    words, part = MISTYPED[case]
    said = refused(("swap", "request", desk, *words), desk)
    assert said.code in (1, 2)
    assert part in said.answer["errors"][0]


VERDICT_OF = {
    "somebody unknown gives": (("--give", "T9@2026-12-07", "--to", "T4", *WHY), "T9"),
    "somebody unknown takes": (("--give", "T1@2026-12-07", "--to", "T9", *WHY), "T9"),
    "somebody unknown is away": (("--absent", "T9@2026-12-07", *WHY), "T9"),
    "a day off is given away": (("--give", "T1@2026-12-09", "--to", "T4", *WHY), "12月9日"),
    "to oneself": (("--give", "T1@2026-12-07", "--to", "T1", *WHY), "自己"),
    "a day of another month is taken": (
        ("--give", "T1@2026-12-31", "--take", "T4@2027-01-04", *WHY),
        "1月4日",
    ),
    "leave that is not there is called off": (("--cancel-leave", "T1@2026-12-07", *WHY), "没有已批准的休假"),
}


@pytest.mark.parametrize("case", VERDICT_OF)
def test_a_request_that_cannot_be_is_refused_and_says_why(case: str, desk: Path) -> None:
    words, part = VERDICT_OF[case]
    before = stands(desk)
    said = run("swap", "request", desk, *words, "--json")
    assert (said.code, said.answer["verdict"], said.answer["request"]) == (1, "refused", None)
    assert any(part in reason for reason in said.answer["reasons"]), said.answer
    told = run("swap", "request", desk, *words)
    assert told.code == 1
    assert part in told.out
    assert stands(desk) == before


def test_the_past_cannot_be_asked_for(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pinned(monkeypatch, "2026-12-08 00:10")
    said = run("swap", "request", desk, *STAND_IN, "--json")
    assert (said.code, said.answer["verdict"]) == (1, "refused")
    assert any("12月7日" in reason for reason in said.answer["reasons"])


@pytest.mark.parametrize("word", ["confirm", "approve", "refuse", "cancel"])
@pytest.mark.parametrize(
    ("words", "part"),
    [
        (("7", "--by", "M1"), "7"),
        (("1", "--by", "M9"), "M9"),
        (("1",), "--by"),
        ((), "REQUEST"),
        (("one", "--by", "M1"), "REQUEST"),
        (("0", "--by", "M1"), "REQUEST"),
    ],
)
def test_a_decision_that_is_mistyped_is_answered_in_one_sentence(
    word: str, words: tuple[str, ...], part: str, once_asked: Path
) -> None:
    said = refused(("swap", word, once_asked, *words), once_asked)
    assert said.code in (1, 2)
    assert part in said.answer["errors"][0]


@pytest.fixture(scope="module")
def once_asked(once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    desk = Path(shutil.copytree(once, tmp_path_factory.mktemp("asked") / "desk"))
    with pytest.MonkeyPatch.context() as patch:
        pinned(patch)
        ask(desk, *STAND_IN)
    return desk


@pytest.mark.parametrize(
    ("step", "part"),
    [
        (("confirm", "T2"), "无关"),
        (("refuse", "T1"), "只能撤回"),
        (("refuse", "T7"), "无权驳回"),
        (("cancel", "T4"), "申请人或批准人"),
        (("approve", "T7"), "无权批准"),
        (("approve", "M1"), "还等"),
    ],
)
def test_a_step_that_is_not_theirs_is_refused(step: tuple[str, str], part: str, once_strict: Path) -> None:
    said = refused(("swap", step[0], once_strict, "1", "--by", step[1]), once_strict)
    assert said.code == 1
    assert part in said.answer["errors"][0]


@pytest.fixture(scope="module")
def once_strict(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk on which nobody of the roster may approve, with a stand-in asked for."""
    desk = in_force(tmp_path_factory.mktemp("strict") / "desk", 'approver_roles = "店长"')
    with pytest.MonkeyPatch.context() as patch:
        pinned(patch)
        ask(desk, *STAND_IN)
    return desk


@pytest.mark.parametrize("place", ["/proc/sub", "{desk}/people.csv/sub"])
def test_an_approval_that_cannot_be_written_is_none(place: str, desk: Path) -> None:
    ask(desk, *STAND_IN)
    assert run("swap", "confirm", desk, "1", "--by", "T4").code == 0
    said = refused(("swap", "approve", desk, "1", "--by", "M1", "--out", place.format(desk=desk)), desk)
    assert (said.code, said.answer["status"]) == (2, "BAD_INPUT")
    assert answered("swap", "list", desk, "--for", "auditor")["requests"][0]["state"] == "confirmed"


def test_a_group_without_a_command_says_what_there_is() -> None:
    said = run("swap")
    assert said.code == 2
    for word in ("request", "confirm", "approve", "refuse", "cancel", "list"):
        assert word in said.err
    assert run("swap", "--json").answer["status"] == "BAD_INPUT"
    assert run("swap", "nothing", "--json").answer["status"] == "BAD_INPUT"


def test_what_is_not_proved_is_not_said_to_be() -> None:
    """The fewest of the month, the fewest among the cells looked at, or only as few as were found."""
    moved = Change("T1", date(2026, 12, 7), ("早",), ())
    found = Verdict(VerdictWord.ALLOWED_WITH, asked=(moved,), further=(moved, moved), fewest=3)
    near, neither = replace(found, fewest=2, among=480), replace(found, fewest=2)
    assert verdict_line(found, "en") == "allowed with 2 further changes (proved fewest)"
    assert "480 cells looked at, not proved of the whole month" in verdict_line(near, "en")
    assert "480" in verdict_line(near, "zh")
    assert "not proved" in verdict_line(neither, "en")
    assert "未证明" in verdict_line(neither, "zh")
    assert verdict_line(Verdict(VerdictWord.REFUSED, fewest=0, among=4), "en") == "refused"
