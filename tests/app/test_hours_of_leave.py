"""Leave of hours on a published roster: asked for, granted, and printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.app.approvals import approve_request
from scheduler.app.change_requests import request_change
from scheduler.domain import Leave
from scheduler.errors import Refusal
from scheduler.files.schema.day_parts import Half
from scheduler.workflow.change_request import RequestKind
from scheduler.workflow.verdict import VerdictWord
from tests.support.published_desk import NOW, dec, ledger_of, live, published_desk


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
