"""Leave of hours on a published roster: asked for, granted, and printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.app.approvals import approve_request
from scheduler.app.change_requests import request_change
from scheduler.domain import Leave, Roster
from scheduler.errors import Refusal
from scheduler.files.schema.day_parts import Half
from scheduler.workflow.change_request import RequestKind
from scheduler.workflow.verdict import VerdictWord
from tests.cli.test_versions import pinned
from tests.support.cli_desks import run
from tests.support.published_desk import NOW, at, dec, ledger_of, live, published_desk


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    return published_desk(tmp_path / "desk")


def duty_of(desk: Path, shift: str) -> tuple[str, int]:
    """Somebody's shift in the middle of the month."""
    return next((duty.worker, duty.day.day) for duty in live(desk).duties if duty.shift == shift and duty.day.day > 14)


def ask(desk: Path, worker: str, day: int, part: Half | tuple[int, int], kind: str = "personal"):
    leave = Leave(worker, dec(day), dec(day), kind)
    return request_change(
        desk, RequestKind.LEAVE, worker, "看病", leave=leave, part=part, offering=False, now=NOW, lang="zh"
    )


def test_hours_beside_the_duty_change_no_cell_and_hours_within_it_give_it_to_somebody_else(desk):
    worker, day = duty_of(desk, "早")
    beside = ask(desk, worker, day, (20 * 60, 22 * 60))
    assert beside.verdict.word != VerdictWord.REFUSED
    approve_request(desk, beside.request.number, "M1", "同意", now=NOW)
    assert any(duty.worker == worker and duty.day == dec(day) for duty in live(desk).duties)
    (kept,) = [request.leave for request in ledger_requests(desk) if request.leave]
    assert (kept.start, kept.end) == (1200, 1320)
    within = ask(desk, worker, day, Half.MORNING, "年假")
    assert (within.request.leave.kind, within.request.leave.start, within.request.leave.end) == ("annual", 0, 720)
    approve_request(desk, within.request.number, "M1", "同意", now=NOW)
    assert not any(duty.worker == worker and duty.day == dec(day) for duty in live(desk).duties)


def ledger_requests(desk: Path):
    from scheduler.workflow.replay import replay_requests

    return list(replay_requests(ledger_of(desk).entries("small")).values())


def test_hours_that_are_leave_already_and_a_kind_that_the_desk_has_not_are_refused(desk):
    worker, day = duty_of(desk, "早")
    first = ask(desk, worker, day, (20 * 60, 22 * 60))
    approve_request(desk, first.request.number, "M1", "同意", now=NOW)
    again = ask(desk, worker, day, (21 * 60, 23 * 60))
    assert again.verdict.word == VerdictWord.REFUSED
    with pytest.raises(Refusal) as caught:
        ask(desk, worker, day, (8 * 60, 9 * 60), "陪护假")
    assert "陪护假" in str(caught.value)


def absent(desk, worker: str, day: int, part: Half | tuple[int, int], now=NOW):
    leave = Leave(worker, dec(day), dec(day), "sick")
    return request_change(
        desk, RequestKind.ABSENCE, "M2", "看病", leave=leave, part=part, offering=True, now=now, lang="zh"
    )


def call_off(desk, worker: str, day: int, part: Half | tuple[int, int] | None = None, until: int = 0):
    leave = Leave(worker, dec(day), dec(until or day))
    return request_change(
        desk, RequestKind.CANCEL_LEAVE, worker, "好了", cancelled_leave=leave, part=part, offering=False, now=NOW
    )


def test_hours_of_absence_within_a_duty_give_it_away_and_those_beside_it_do_not(desk):
    worker, day = duty_of(desk, "早")
    beside = absent(desk, worker, day, (18 * 60, 20 * 60))
    assert (beside.verdict.word, beside.verdict.changes) == (VerdictWord.ALLOWED, ())
    assert beside.offers.rings == ()
    approve_request(desk, beside.request.number, "M1", "", now=NOW)
    within = absent(desk, worker, day, Half.MORNING)
    assert within.verdict.word == VerdictWord.ALLOWED_WITH
    assert [(ring.day, ring.shift) for ring in within.offers.rings] == [(dec(day), "早")]
    done = approve_request(desk, within.request.number, "M1", "", now=NOW)
    assert not Roster(live(desk).duties).on(worker, dec(day))
    assert {(row.since, row.until) for row in done.problems[0].leave if row.worker == worker} == {
        (0, 720),
        (1080, 1200),
    }
    asked = ledger_requests(desk)[-1]
    assert (asked.leave.since, asked.leave.until, asked.after_fact) == (0, 720, False)
    letter = next(path for path in done.files if path.name.endswith(f"{worker}-变更.txt"))
    assert "00:00–12:00" in letter.read_text(encoding="utf-8")


@pytest.mark.parametrize(("hour", "later"), [("09:30", 0), ("20:00", 1)])
def test_hours_of_absence_in_a_duty_that_has_begun_leave_it_and_are_on_record(desk, hour: str, later: int):
    worker, day = duty_of(desk, "早")
    now = at(f"2026-12-{day + later:02d} {hour}")
    asked = absent(desk, worker, day, (10 * 60, 12 * 60), now)
    assert asked.request.after_fact
    assert asked.verdict.changes == ()
    done = approve_request(desk, asked.request.number, "M1", "", now=now)
    assert Roster(live(desk).duties).on(worker, dec(day)) == ("早",)
    assert [row.times.en for row in done.problems[0].leave if row.worker == worker] == ["10:00–12:00"]


def test_a_half_of_a_day_of_leave_is_called_off_and_the_rest_stays(desk):
    worker, day = duty_of(desk, "早")
    whole = request_change(
        desk,
        RequestKind.LEAVE,
        worker,
        "探亲",
        leave=Leave(worker, dec(day), dec(day + 2)),
        offering=False,
        now=NOW,
    )
    approve_request(desk, whole.request.number, "M1", "", now=NOW)
    back = call_off(desk, worker, day + 1, Half.AFTERNOON)
    assert back.request.cancelled_leave.times.en == "12:00–24:00"
    done = approve_request(desk, back.request.number, "M1", "", now=NOW)
    assert sorted((row.first.day, row.last.day, row.times.en) for row in done.problems[0].leave) == [
        (day, day, ""),
        (day + 1, day + 1, "00:00–12:00"),
        (day + 2, day + 2, ""),
    ]
    again = call_off(desk, worker, day + 1, (18 * 60, 20 * 60))
    assert again.verdict.word == VerdictWord.REFUSED  # these hours are no leave any more
    within = call_off(desk, worker, day + 1, (9 * 60, 10 * 60))
    done = approve_request(desk, within.request.number, "M1", "", now=NOW)
    assert sorted((row.since, row.until) for row in done.problems[0].leave if row.is_part) == [(0, 540), (600, 720)]
    rest = call_off(desk, worker, day, until=day + 2)
    assert approve_request(desk, rest.request.number, "M1", "", now=NOW).problems[0].leave == ()


def test_hours_and_halves_are_said_alike_on_the_command_line(desk, monkeypatch):
    pinned(monkeypatch, "2026-12-05 09:30")
    worker, day = duty_of(desk, "早")
    asked = ("swap", "request", desk, "--by", "M2", "--because", "看病", "--json")
    away = run(*asked, "--absent", f"{worker}@2026-12-{day:02d}T18:00-20:00", "--kind", "sick")
    assert away.answer["verdict"] == "allowed"
    (kept,) = [request.leave for request in ledger_requests(desk)]
    assert (kept.worker, kept.since, kept.until, kept.kind) == (worker, 1080, 1200, "sick")
    listed = run("swap", "list", desk, "--for", worker).out
    assert "18:00–20:00" in listed
    back = run(*asked, "--cancel-leave", f"{worker}@2026-12-{day + 1:02d}下午")
    assert back.answer["verdict"] == "refused"
    assert "没有已批准的休假" in back.answer["reasons"][0]
    which = run(*asked, "--absent", f"{worker}@2026-12-{day:02d}半天")
    assert which.code == 2
    assert "which half of the day" in which.out
