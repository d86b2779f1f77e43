"""What a whole log tells: the life of each version, the story of each request, and excerpts of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from scheduler.domain import Month
from scheduler.workflow.change_log import outstanding_copies
from scheduler.workflow.change_request import RequestState
from scheduler.workflow.desk_log import (
    DeskLog,
    entries_of_month,
    request_stories,
    roster_lines,
    shift_hours,
    take_excerpt,
    tell_log,
    version_lives,
)
from scheduler.workflow.facts import ApprovedFacts, DecidedFacts, EnteredFacts, Judgement
from scheduler.workflow.log_steps import log_steps
from scheduler.workflow.version import VersionStatus
from tests.support.log_entries import (
    ASKED,
    LOG,
    MOVED,
    ONE,
    START,
    Line,
    decided,
    drafted,
    numbered,
    published,
    requested,
)
from tests.support.narrowing import present

DECEMBER, JANUARY = Month(2026, 12), Month(2027, 1)
SECOND = replace(ASKED, number=2, by="2", to="3", give=ASKED.give and ASKED.give._replace(worker="2"))
# A second request that came to nothing, a January, and the end of December's second version.
LONGER = (
    *LOG,
    requested(SECOND, hours=8),
    decided("refused", 2, 1, "3", "不行", hours=9),
    drafted(4, "2027-01"),
    published(4, ONE, hours=10, given=("1",)),
    Line("withdrawn", 2, {}, by="N", because="算错了", at=START + timedelta(hours=11)),
)


def whole(*lines: Line) -> DeskLog:
    return tell_log(DeskLog(desk="d", title="台", zone="Asia/Shanghai"), numbered(lines))


def duty(worker: str, day: int, shift: str, start: str, end: str, hours: float = 8) -> dict[str, object]:
    at = f"2026-12-{day:02}"
    return {
        "worker": worker,
        "date": at,
        "shift": shift,
        "start": f"{at}T{start}:00+08:00",
        "end": f"{end}:00+08:00" if "T" in end else f"{at}T{end}:00+08:00",
        "paid_hours": hours,
    }


def test_each_version_has_its_life_drafts_too():
    lives = version_lives(log_steps(numbered(LONGER)), outstanding_copies(LONGER))
    assert [(life.version, life.status) for life in lives] == [
        (1, VersionStatus.SUPERSEDED),
        (2, VersionStatus.WITHDRAWN),
        (3, VersionStatus.DRAFT),
        (4, VersionStatus.LIVE),
    ]
    first, second, draft, january = lives
    assert (present(first.ended).other, first.request) == (2, None)
    assert (present(second.ended).by, present(second.ended).because) == ("N", "算错了")
    assert present(second.request).state == RequestState.APPROVED
    assert [cell.change for cell in second.cells] == list(MOVED)
    assert (draft.published, draft.months, january.months) == (None, (DECEMBER,), (JANUARY,))
    assert first.outstanding == ("甲", "乙")


def test_each_request_has_its_story():
    carried_out, refused = request_stories(log_steps(numbered(LONGER)))
    assert [step.event for step in carried_out.steps] == [
        "requested",
        "confirmed",
        "approved",
        "drafted",
        "superseded",
        "published",
    ]
    assert (present(carried_out.decided).by, carried_out.versions) == ("M", (2,))
    assert [cell.change for cell in carried_out.moved] == list(MOVED)
    assert carried_out.steps[0].judgement == Judgement(verdict="allowed", changes=MOVED)
    assert (refused.request.state, present(refused.decided).because) == (RequestState.REFUSED, "不行")
    assert (refused.versions, refused.moved) == ((), ())


def test_a_request_that_was_taken_back_was_decided_by_its_approval():
    undone = Line("undone", 2, DecidedFacts(request=1).to_json(), by="N")
    (story,) = request_stories(log_steps(numbered((*LOG, undone))))
    assert (story.request.state, present(story.decided).event) == (RequestState.UNDONE, "approved")
    lives = version_lives(log_steps(numbered((*LOG, undone))))
    assert present(lives[1].request).state == RequestState.UNDONE


def test_what_a_request_entered_after_the_fact_is_what_it_moved():
    entered = Line("entered", 1, EnteredFacts(request=1, changes=MOVED[:1]).to_json())
    (story,) = request_stories(log_steps(numbered((*LOG[:7], entered))))
    assert ([cell.change for cell in story.moved], story.versions) == ([MOVED[0]], ())


def test_a_request_approved_without_a_move_has_no_version():
    log = (drafted(1), requested(ASKED), decided("confirmed", 1, 1, "2"))
    approved = Line("approved", 1, ApprovedFacts(request=1, version=1, override="急").to_json())
    (story,) = request_stories(log_steps(numbered((*log, approved))))
    assert (story.request.state, story.versions, story.moved) == (RequestState.APPROVED, (), ())
    assert story.override == ("急", ())


def test_a_roster_has_a_line_for_everybody_also_without_a_duty():
    lines = roster_lines(
        7,
        DECEMBER,
        {"1": "甲", "2": "乙"},
        [
            duty("1", 7, "早", "08:00", "16:00"),
            duty("1", 7, "晚", "16:00", "20:00"),
            duty("3", 8, "早", "08:00", "16:00"),
        ],
    )
    assert [(line.worker, line.name) for line in lines] == [("1", "甲"), ("2", "乙"), ("3", "3")]
    assert [line.on(7) for line in lines] == [("早", "晚"), (), ()]
    assert lines[2].on(8) == ("早",)
    assert lines[0].on(31) == ()


def test_the_hours_of_a_shift_are_told_with_the_days_on_which_it_has_them():
    rows = [
        duty("1", 7, "早", "08:00", "16:00"),
        duty("2", 9, "早", "08:00", "16:00"),
        duty("1", 15, "早", "07:30", "15:30", 7.5),
        duty("2", 7, "夜", "22:00", "2026-12-08T06:00"),
        duty("3", 7, "晚", "16:00", "2026-12-08T00:00"),
    ]
    found = shift_hours(7, DECEMBER, rows)
    assert [(row.shift, row.start, row.end, row.paid_hours, row.first.day, row.last.day) for row in found] == [
        ("早", "08:00", "16:00", 8, 7, 9),
        ("早", "07:30", "15:30", 7.5, 15, 15),
        ("夜", "22:00", "+06:00", 8, 7, 7),
        ("晚", "16:00", "24:00", 8, 7, 7),
    ]


def test_without_a_question_an_excerpt_is_the_whole():
    log = whole(*LONGER)
    assert take_excerpt(log) is log


def test_an_excerpt_of_a_month_has_its_steps_versions_and_copies_only():
    january = take_excerpt(whole(*LONGER), month=JANUARY)
    assert [(step.event, step.version) for step in january.steps] == [("drafted", 4), ("published", 4)]
    assert [life.version for life in january.versions] == [4]
    assert ([copy.version for copy in january.copies], january.requests) == ([4], ())
    december = take_excerpt(whole(*LONGER), month=DECEMBER)
    assert len(december.steps) == len(LONGER) - 2
    assert [life.version for life in december.versions] == [1, 2, 3]
    assert take_excerpt(whole(*LONGER), month=Month(2027, 2)).steps == ()


def test_an_excerpt_of_a_request_has_the_versions_that_it_ended_and_made():
    log = take_excerpt(whole(*LONGER), request=1)
    assert [step.event for step in log.steps] == [
        "requested",
        "confirmed",
        "approved",
        "drafted",
        "superseded",
        "published",
    ]
    assert [life.version for life in log.versions] == [1, 2]
    assert [story.request.number for story in log.requests] == [1]
    assert {copy.version for copy in log.copies} == {1, 2}


def test_an_excerpt_about_a_person_has_what_they_asked_did_held_and_were_told():
    log = take_excerpt(whole(*LONGER), who="3")
    assert [step.event for step in log.steps] == ["requested", "refused"]
    mine = take_excerpt(whole(*LONGER), who="1")
    assert {copy.recipient.id for copy in mine.copies} == {"1"}
    assert "received" in {step.event for step in mine.steps}
    assert take_excerpt(whole(*LONGER), who="9").steps == ()


def test_questions_go_together():
    assert take_excerpt(whole(*LONGER), month=JANUARY, who="3").steps == ()
    assert {step.event for step in take_excerpt(whole(*LONGER), month=DECEMBER, request=2).steps} == {
        "requested",
        "refused",
    }


@pytest.mark.parametrize("who", ["1", "2", "M"])
def test_an_excerpt_has_nothing_that_the_whole_has_not(who):
    log = whole(*LONGER)
    part = take_excerpt(log, who=who)
    assert set(map(id, part.steps)) <= set(map(id, log.steps))
    assert set(part.copies) <= set(log.copies)


def test_the_entries_of_a_month_are_those_of_its_versions_and_of_requests_that_reach_into_it():
    over_the_edge = requested(SECOND, hours=12)
    over_the_edge = replace(over_the_edge, facts={**over_the_edge.facts, "also": [4], "request": 3})
    log = numbered((*LONGER, over_the_edge, Line("confirmed", 1, DecidedFacts(request=3).to_json(), by="3")))
    assert [entry.event for entry in entries_of_month(log, [4])] == ["drafted", "published", "requested", "confirmed"]
    assert len(entries_of_month(log, [1, 2, 3])) == len(log) - 2


def test_a_log_of_nothing_has_nothing():
    log = whole()
    assert (log.last, log.steps, log.versions, log.requests, log.copies) == (None, (), (), (), ())
