"""Steps of a log: each tells what its entry only refers to, and none is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from scheduler.audit.open_duties import OpenDuty
from scheduler.domain import LEAVE_KINDS, Change, Fixed, Leave, Month, Overtime
from scheduler.files.writing.log_wording import tell_step
from scheduler.i18n import Sentence
from scheduler.workflow.change_request import KIND_NAMES, Cell, Request, RequestKind, RequestState
from scheduler.workflow.facts import (
    ApprovedFacts,
    DecidedFacts,
    EnteredFacts,
    Judgement,
    OvertakenFacts,
    PublishedFacts,
    RecheckedFacts,
    WithdrawnFacts,
)
from scheduler.workflow.hr_facts import TakenFacts
from scheduler.workflow.keeping_facts import ForgottenFacts, SettledBalance, SettledFacts
from scheduler.workflow.log_steps import UNCONNECTED, UNREADABLE, CellRole, Step, log_steps
from scheduler.workflow.overrides import Override
from scheduler.workflow.table_facts import ChangedRow, LinkShutFacts, TableChangedFacts
from scheduler.workflow.version import EVENT_NAMES
from tests.support.log_entries import (
    ASKED,
    LOG,
    MOVED,
    ONE,
    START,
    Line,
    decided,
    drafted,
    marked,
    numbered,
    published,
    requested,
)

DECEMBER, JANUARY = Month(2026, 12), Month(2027, 1)
FURTHER = Change("3", date(2026, 12, 8), (), ("晚",))


def steps(*lines: Line) -> list[Step]:
    return log_steps(numbered(lines))


def of(event: str, *lines: Line) -> Step:
    """The last step of an event."""
    return [step for step in steps(*lines) if step.event == event][-1]


def test_every_entry_is_a_step_in_order_with_its_month():
    found = steps(*LOG)
    assert [step.sequence for step in found] == list(range(1, len(LOG) + 1))
    assert [step.event for step in found] == [line.event for line in LOG]
    assert {step.months for step in found} == {(DECEMBER,)}
    assert all(step.fault is None for step in found)


def test_what_is_decided_about_a_request_tells_what_was_asked():
    for event in ("requested", "confirmed", "approved", "drafted", "superseded", "published"):
        step = of(event, *LOG[:-3])
        assert step.request is not None, event
        assert (step.request.number, step.request.kind, step.request.by) == (1, RequestKind.STAND_IN, "1")
        assert step.concerned == ("1", "2")
    states = [step.request.state for step in steps(*LOG) if step.request]
    assert states[:3] == [RequestState.REQUESTED, RequestState.REQUESTED, RequestState.APPROVED]


@pytest.mark.parametrize("event", ["refused", "cancelled"])
def test_a_request_that_comes_to_nothing_is_told_with_who_ended_it_and_why(event):
    step = of(event, *LOG[:5], decided(event, 1, 1, "2", "那天不行"))
    assert step.request is not None
    assert (step.request.state, step.by, step.because) == (RequestState(event), "2", "那天不行")
    assert step.months == (DECEMBER,)


def test_cells_that_are_asked_for_are_told_apart_from_those_that_go_with_them():
    asked = replace(ASKED, cells=(Fixed("1", date(2026, 12, 7), ""), Fixed("2", date(2026, 12, 7), "早")))
    cells = of("requested", drafted(1), requested(asked, *MOVED, FURTHER)).cells
    assert [(cell.change, cell.role) for cell in cells] == [
        (MOVED[0], CellRole.ASKED),
        (MOVED[1], CellRole.ASKED),
        (FURTHER, CellRole.FURTHER),
    ]


def test_a_version_moves_what_its_draft_or_its_publication_says_and_of_that_what_was_settled():
    assert [cell.role for cell in of("published", *LOG).cells] == [CellRole.MOVED] * 2
    anew = published(3, ONE, hours=7, supersedes=2, changes=MOVED, over=MOVED[:1])
    assert [cell.role for cell in of("published", *LOG, anew).cells] == [CellRole.SETTLED, CellRole.MOVED]


def test_what_was_entered_after_the_fact_stands_beside_the_roster():
    entry = Line("entered", 1, EnteredFacts(request=1, kind="stand_in", changes=MOVED).to_json())
    step = of("entered", *LOG[:6], entry)
    assert {cell.role for cell in step.cells} == {CellRole.ENTERED}
    assert step.request is not None


def test_a_request_that_was_checked_again_tells_the_new_judgement():
    judged = Judgement(verdict="allowed_with", changes=(*MOVED, FURTHER))
    step = of("rechecked", *LOG[:6], Line("rechecked", 1, RecheckedFacts(request=1, judgement=judged).to_json()))
    assert (step.judgement, len(step.cells)) == (judged, 3)


def test_an_override_is_told_where_it_is_asked_for_and_where_it_is_granted():
    asked = replace(ASKED, override="急事", sets_aside=(Override.QUOTA, Override.NOTICE))
    approved = ApprovedFacts(request=1, version=1, override="急事").to_json()
    log = (drafted(1), requested(asked), decided("confirmed", 1, 1, "2"), Line("approved", 1, approved))
    for event in ("requested", "approved"):
        step = of(event, *log)
        assert (step.override, step.sets_aside) == ("急事", (Override.QUOTA, Override.NOTICE)), event
    assert of("confirmed", *log).override == ""


def test_a_request_that_was_overtaken_says_by_which():
    overtaken = Line("overtaken", 1, OvertakenFacts(request=1, overtaken_by=7).to_json(), by="M")
    step = of("overtaken", *LOG[:6], overtaken)
    assert step.request is not None
    assert (step.request.state, step.request.overtaken_by) == (RequestState.OVERTAKEN, 7)


def test_of_leave_approved_late_the_days_that_were_granted_are_told():
    away = Leave("1", date(2026, 12, 7), date(2026, 12, 9))
    asked = replace(ASKED, kind=RequestKind.LEAVE, give=None, to="", leave=away)
    granted = replace(away, first=date(2026, 12, 8))
    log = (drafted(1), requested(asked), Line("approved", 1, ApprovedFacts(request=1, granted=granted).to_json()))
    step = of("approved", *log)
    assert step.granted == granted
    assert step.request is not None
    assert step.request.leave == granted


def test_a_request_touches_the_month_of_a_cell_that_has_to_move_with_it():
    further = FURTHER._replace(day=date(2027, 1, 1))
    assert of("requested", drafted(1), requested(ASKED, *MOVED, further)).months == (DECEMBER, JANUARY)


def test_leave_over_three_months_touches_all_of_them():
    away = Leave("1", date(2026, 12, 30), date(2027, 2, 2))
    asked = replace(ASKED, kind=RequestKind.LEAVE, give=None, to="", leave=away)
    assert of("requested", drafted(1), requested(asked)).months == (DECEMBER, JANUARY, Month(2027, 2))


def test_a_request_judged_on_two_versions_touches_both_months_and_a_version_only_its_own():
    both = Judgement(changes=MOVED, also=(2,)).to_json()
    asked = requested(ASKED)
    asked = replace(asked, facts={**asked.facts, **both})
    log = (drafted(1), drafted(2, "2027-01"), asked, decided("confirmed", 1, 1, "2"))
    assert of("confirmed", *log).months == (DECEMBER, JANUARY)
    made = (Line("approved", 1, ApprovedFacts(request=1).to_json() | both), drafted(3, "2027-01", request=1))
    assert of("drafted", *log, *made).months == (JANUARY,)


def test_a_withdrawal_tells_by_whom_why_and_who_was_told():
    told = WithdrawnFacts(told=("1", "2")).to_json()
    step = of("withdrawn", *LOG, Line("withdrawn", 2, told, by="M", because="算错了"))
    assert (step.by, step.because, step.told, step.months) == ("M", "算错了", ("1", "2"), (DECEMBER,))


def test_a_late_publication_says_so():
    step = of("published", drafted(1), published(1, ONE, due=date(2026, 11, 24), late=True, because="系统故障"))
    assert (step.due, step.late, step.because) == (date(2026, 11, 24), True, "系统故障")


def test_a_publication_names_the_duties_that_it_leaves_open():
    missing = OpenDuty(date(2026, 12, 9), Sentence("{{晚}}缺 1 人", "{{late}} lacks one"), 480)
    step = of("published", drafted(1), published(1, ONE, open=(missing,), because="没人"))
    assert step.open == (missing,)
    assert tell_step(step, {}).say("zh").endswith("未排 1 处：{晚}缺 1 人，共 480 分钟")


def test_a_copy_is_that_of_the_recipient_and_recorded_by_somebody():
    step = of("received", *LOG)
    assert step.recipient == ONE
    assert step.people == {"1"}


def test_a_rehearsal_is_marked():
    line = replace(drafted(1), facts={**drafted(1).facts, "rehearsal": "2026-12-05 09:30"})
    assert of("drafted", line).rehearsal == "2026-12-05 09:30"


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ((drafted(1), decided("approved", 7, 1, "M")), UNCONNECTED),
        ((*LOG[:5], requested(ASKED)), UNCONNECTED),
        ((*LOG[:7], decided("refused", 1, 1, "M")), UNCONNECTED),
        ((Line("requested", 1, {"request": 1, "kind": "nonsense"}),), UNREADABLE),
        ((Line("published", 1, {"recipients": [["person"]]}),), UNREADABLE),
        ((Line("drafted", 1, {"month": "2026-13"}),), UNREADABLE),
        ((Line("received", 1, {}),), UNREADABLE),
        ((Line("entered", 1, {"changes": 3}),), UNREADABLE),
    ],
)
def test_an_entry_that_does_not_follow_or_cannot_be_read_is_a_step_that_says_so(lines, fault):
    found = steps(*lines)
    assert len(found) == len(lines)
    assert [step.fault for step in found] == [None] * (len(lines) - 1) + [fault]


def test_an_event_of_a_later_release_is_told_as_far_as_it_goes():
    step = of("archived", *LOG, Line("archived", 1, {"v": 9}, because="十年"))
    assert (step.event, step.because, step.fault, step.months) == ("archived", "十年", None, (DECEMBER,))


def test_entries_of_earlier_releases_are_steps_as_well():
    line = published(1, ONE)
    old = replace(line, facts={name: fact for name, fact in line.facts.items() if name not in ("v", "given")})
    assert of("published", drafted(1), old).told == ()
    assert PublishedFacts.read(old.facts).given is None


def test_steps_of_requests_of_every_kind_say_whom_they_concern():
    day = date(2026, 12, 7)
    parts: dict[RequestKind, dict[str, Any]] = {
        RequestKind.SWAP: {"give": Cell("1", day), "take": Cell("2", day)},
        RequestKind.STAND_IN: {"give": Cell("1", day), "to": "2"},
        RequestKind.ABSENCE: {"leave": Leave("1", day, day, LEAVE_KINDS[1])},
        RequestKind.LEAVE: {"leave": Leave("1", day, day)},
        RequestKind.CANCEL_LEAVE: {"cancelled_leave": Leave("1", day, day)},
        RequestKind.OVERTIME: {"overtime": Overtime("1", day, 90)},
        RequestKind.SURGE: {"surge": (day, 1.5)},
        RequestKind.EDIT: {"cells": (Fixed("1", day, "早"),)},
        RequestKind.UNDO: {"undoes": 1, "parties": ("1",)},
        RequestKind.TABLES: {"since": day},
    }
    assert set(parts) == set(KIND_NAMES)
    for number, (kind, part) in enumerate(parts.items(), 1):
        asked = Request(number=number, kind=kind, month=DECEMBER, by="M", because="", at=START, checked_on=1, **part)
        step = of(
            "cancelled", drafted(1), requested(asked), Line("cancelled", 1, DecidedFacts(request=number).to_json())
        )
        assert step.fault is None, kind
        assert ("1" in step.concerned) == (kind not in (RequestKind.SURGE, RequestKind.TABLES)), kind
        assert step.months == (DECEMBER,), kind


NAMED = ChangedRow(2, {"name": "甲"}, {"name": "乙"})


def test_every_event_that_a_ledger_knows_is_told_without_a_fault():
    log = (
        *LOG[:7],
        Line("rechecked", 1, RecheckedFacts(request=1, judgement=Judgement()).to_json()),
        Line("entered", 1, EnteredFacts(request=1, changes=MOVED).to_json()),
        *LOG[7:],
        Line("withdrawn", 2, {}, at=START + timedelta(hours=9)),
        Line("undone", 2, DecidedFacts(request=1).to_json()),
        requested(replace(ASKED, number=2)),
        decided("refused", 2, 2, "M"),
        requested(replace(ASKED, number=3)),
        decided("cancelled", 3, 2, "1"),
        requested(replace(ASKED, number=4)),
        Line("overtaken", 2, OvertakenFacts(request=4, overtaken_by=1).to_json()),
        marked("returned", 2, "1", 12),
        Line("restored", None, {}, because="硬盘坏了"),
        Line("settled", 2, SettledFacts(month=JANUARY, balances=(SettledBalance("1", "nights", 2.0),)).to_json()),
        Line("forgotten", None, ForgottenFacts(whose=("1",), counts={"reason": 2}).to_json()),
        Line("changed", None, TableChangedFacts(table="people", file="people.csv", rows=(NAMED,)).to_json()),
        Line("link_shut", None, LinkShutFacts(worker="1", month=JANUARY).to_json()),
        Line("taken", None, TakenFacts(first=JANUARY.first, last=JANUARY.last, versions=(2,), until=3).to_json()),
    )
    found = steps(*log)
    assert {step.event for step in found} == set(EVENT_NAMES)
    assert [step.event for step in found if step.fault] == []


def test_a_settling_tells_whose_balances_it_is_about_and_both_months():
    facts = SettledFacts(month=JANUARY, balances=(SettledBalance("1", "nights", 2.0), SettledBalance("2", "hours", -8)))
    step = of("settled", *LOG, Line("settled", 2, facts.to_json(), because="年底"))
    assert (step.concerned, step.months, step.settled) == (("1", "2"), (DECEMBER, JANUARY), facts)
