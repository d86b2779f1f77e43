"""Balances that are settled: recorded once, by who may, and not carried any further."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scheduler.app.months import month_before, month_problem
from scheduler.app.publish import publish_version
from scheduler.app.settle import settle_balances
from scheduler.app.status import desk_status
from scheduler.domain import BURDENS, Burden, Month
from scheduler.errors import InputError, Refusal
from scheduler.files.reading.desk import read_desk
from tests.support.cli_desks import run
from tests.support.published_desk import NOW, at, drafted, events, going_round, ledger_of, live, published_desk

JANUARY, FEBRUARY = Month(2027, 1), Month(2027, 2)
LATER = at("2026-12-20 10:00")


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    return published_desk(tmp_path)


def carried(desk: Path, month: Month = JANUARY) -> dict[str, Burden]:
    with ledger_of(desk) as ledger:
        found = month_before(ledger, "small", month)
    assert found is not None
    return dict(found.balances)


def settle(desk: Path, *workers: str, **options: Any) -> list[tuple[str, str, float]]:
    """What was settled: by M1, because of the year's end, unless it is said otherwise."""
    words: dict[str, Any] = {"by": "M1", "because": "年底", "now": NOW} | options
    return [(one.worker, one.burden, one.amount) for one in settle_balances(desk, workers, **words).settled]


def refusal(desk: Path, *workers: str, **options: Any) -> str:
    before = events(desk)
    with pytest.raises(Refusal) as raised:
        settle(desk, *workers, **options)
    assert events(desk) == before
    return raised.value.say("zh")


def test_what_is_settled_counts_anew_and_what_is_not_goes_on(desk: Path) -> None:
    before = carried(desk)
    assert 0 not in (before["T1"].hours, before["T1"].weekends, before["T2"].hours)
    assert settle(desk, "T1", burdens=("hours",)) == [("T1", "hours", before["T1"].hours)]
    after = carried(desk)
    assert after["T1"] == Burden(before["T1"].nights, before["T1"].weekends, before["T1"].holidays, 0.0)
    assert {who: sums for who, sums in after.items() if who != "T1"} == {
        who: sums for who, sums in before.items() if who != "T1"
    }
    with ledger_of(desk) as ledger:
        problem = month_problem(read_desk(desk), ledger, JANUARY)
    assert problem.carried["T1"].hours == 0
    said = [note.say("zh") for note in problem.assumptions]
    assert any("以前的不算的结转：试一工时 +5.33 小时（甲经理结清：年底）" in each for each in said), said
    settled = desk_status(desk, now=NOW).settled
    assert [(month, "试一工时 +5.33 小时" in note.say("zh")) for month, note in settled] == [(JANUARY, True)]
    log = run("log", desk).out
    assert "自 2027-01 起重新计：试一工时 +5.33 小时" in log
    assert run("log", desk, "--verify").code == 0


def test_nothing_is_settled_twice_or_where_there_is_nothing(desk: Path) -> None:
    assert "夜班的结转都是 0" in refusal(desk, "T1", burdens=("nights",))
    settle(desk, "T1")
    assert "已由甲经理结清" in refusal(desk, "T1")
    found = settle_balances(desk, ("T1", "T2"), by="M2", because="年底", now=NOW)
    assert {one.worker for one in found.settled} == {"T2"}
    assert [note.say("zh") for note in found.notes] == ["试一没有可结清的结转，未记"]
    settle(desk, everybody=True)
    assert carried(desk) == {who: Burden() for who in carried(desk)}


def test_only_who_may_settles_and_not_their_own(desk: Path) -> None:
    assert refusal(desk, "T1", by="T2") == "“试二”无权结清结转：可由甲经理、乙经理办理"
    settings = desk / "desk.toml"
    settings.write_text(settings.read_text("utf-8") + '\n[rights]\nsettle = ["T2", "T3"]\n', "utf-8")
    assert "“试二”不能结清自己的结转：可由试三办理" in refusal(desk, "T1", "T2", by="T2")
    assert "无权" in refusal(desk, "T1", by="M1")
    assert settle(desk, "T1", by="T2", burdens=("hours",))
    assert "不能结清自己的结转：可由甲经理、乙经理办理" in refusal(desk, everybody=True, by="T2")  # goes one up
    assert settle(desk, everybody=True, by="M1")


def test_who_and_why_are_said_and_months_are_in_turn(desk: Path) -> None:
    options: dict[str, Any]
    for options in ({"by": ""}, {"because": " "}, {"everybody": True}):
        with pytest.raises(InputError):
            settle(desk, "T1", **options)
    with pytest.raises(InputError):
        settle(desk)
    assert "2026-12" in refusal(desk, "T1", month=Month(2026, 12))
    assert "2027-01 没有在用的版本" in refusal(desk, "T1", month=FEBRUARY)
    assert "没有工号“T9”" in refusal(desk, "T9")
    said = run("settle", desk, "T1", "--count", "周日", "--by", "M1", "--because", "年底")
    assert said.code == 2
    assert "没有“周日”这项结转" in said.err


def test_a_draft_from_before_loses_what_was_settled_once_it_is_in_force(desk: Path) -> None:
    before = carried(desk)
    number = drafted(desk, JANUARY, roster=lambda problem: going_round(problem, 1))
    found = settle_balances(desk, ("T1",), by="M1", because="年底", now=NOW)
    assert [note.say("zh").startswith("2027-01 的草稿第 2 版是结清之前编的") for note in found.notes] == [True]
    publish_version(desk, number, "M1", now=LATER)
    with_excess, without = live(desk, JANUARY).balances["T1"], carried(desk, FEBRUARY)["T1"]
    for name in BURDENS:
        assert getattr(without, name) == pytest.approx(getattr(with_excess, name) - getattr(before["T1"], name))
    assert carried(desk, FEBRUARY)["T2"] == live(desk, JANUARY).balances["T2"]
