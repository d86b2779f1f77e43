"""A change request: its life, its record, what stands against it, and what it makes of a month."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.domain import (
    LEAVE_KINDS,
    Demand,
    Desk,
    Duty,
    Fixed,
    Leave,
    Month,
    Overtime,
    Problem,
    Roster,
    SlotNeed,
    Worker,
)
from scheduler.domain.holidays import day_types
from scheduler.errors import LedgerError, Refusal, RosterMoved
from scheduler.i18n import LANGS
from scheduler.staffing.workload import Calls, Service, of_calls, scale_need
from scheduler.timeline import ONE_DAY, month_days
from scheduler.workflow.amendment import amend_problem, place_requested_cells, settled_cells
from scheduler.workflow.change_request import (
    EVENT_NAMES,
    EVENTS,
    INVOLVED,
    KIND_NAMES,
    NAMELESS,
    NEEDS,
    NO_RIGHT,
    NO_STEP,
    NOT_THEIRS_TO_CANCEL,
    NOT_THEIRS_TO_REFUSE,
    OVER,
    OWN,
    OWN_REFUSED,
    STATE_NAMES,
    STEPS,
    STRANGER,
    TWICE,
    UNCHECKED,
    UNDONE,
    WAITING,
    Cell,
    Request,
    RequestKind,
    RequestState,
    after_event,
    carry_to_version,
    open_request,
    people_awaited,
    people_concerned,
    required_cells,
    step_request,
)
from scheduler.workflow.objections import (
    MOVED,
    NO_DUTY,
    NO_LEAVE,
    NOT_EMPLOYED,
    NOTHING,
    NOTICE,
    NOTICE_OF_DAY,
    ON_DUTY,
    ON_LEAVE,
    OUTSIDE,
    PAST,
    PAST_FOR_GOOD,
    PAST_LEAVE,
    QUOTA,
    SAME_PERSON,
    TAKEN,
    UNKNOWN_PERSON,
    UNKNOWN_SHIFT,
    objections_to,
)
from scheduler.workflow.replay import replay_requests
from scheduler.workflow.request_facts import request_from_facts, request_to_facts
from tests.support.drawn_requests import requests
from tests.support.kit import THREE_SHIFTS

NOW = datetime(2026, 12, 5, 9, 30, tzinfo=UTC)
TODAY = date(2026, 12, 5)
SECOND = timedelta(seconds=1)


def dec(day: int) -> date:
    return date(2026, 12, day)


ROSTER = Roster(
    [
        *(Duty("A", dec(day), "早") for day in (5, 7, 8, 9, 31)),
        *(Duty("B", dec(day), "中") for day in (7, 8, 10, 12)),
        *(Duty("C", dec(day), "夜") for day in (7, 9, 10, 15, 16)),
    ]
)
PROBLEM = Problem(
    desk=Desk("desk", "desk"),
    days=day_types(month_days(2026, 12)),
    workers=(
        Worker("A", "赵一"),
        Worker("B", "钱二"),
        Worker("C", "孙三"),
        Worker("D", "李四", hired=dec(10), leaves=dec(20)),
    ),
    shifts=THREE_SHIFTS,
    demand=(
        Demand("早", "all", least=1, target=2, most=3),
        Demand("早", "sat", least=2, target=2),
        Demand("早", "all", role="班长", least=1, target=1),
        Demand("中", "2026-12-12", least=3, target=3, most=3),
        Demand("中", "all", least=1, target=10),
        Demand("夜", "mon", least=1, target=1),
    ),
    leave=(Leave("C", dec(20), dec(24)), Leave("B", dec(28), date(2027, 1, 3), "sick"), Leave("C", dec(26), dec(26))),
    slots=(
        SlotNeed("all", 480, 540, least=1, target=3, basis=(("counted", 12.0),)),
        SlotNeed("2026-12-12&sat", 480, 540, least=2, target=4),
        SlotNeed("sun", 600, 660, least=1, target=1),
    ),
)


def asked(kind: RequestKind | str, by: str = "A", month: str = "2026-12", **parts: Any) -> Request:
    """A request as it is logged, checked on version 3."""
    known: dict[str, Any] = {"number": 1, "because": "家里有事", "at": NOW, "checked_on": 3}
    parts = known | parts
    return open_request(Request(kind=RequestKind(kind), by=by, month=Month.parse(month), **parts), ROSTER)


def swap(give: tuple[str, int] = ("A", 9), take: tuple[str, int] = ("B", 12), **parts: Any) -> Request:
    return asked("swap", give=Cell(give[0], dec(give[1])), take=Cell(take[0], dec(take[1])), **parts)


def stand_in(give: tuple[str, int] = ("A", 9), to: str = "B", **parts: Any) -> Request:
    return asked("stand_in", give=Cell(give[0], dec(give[1])), to=to, **parts)


def away(kind: str, worker: str, first: int, last: int, what: str = "personal", **parts: Any) -> Request:
    name = "cancelled_leave" if kind == "cancel_leave" else "leave"
    return asked(kind, **{"by": worker, name: Leave(worker, dec(first), dec(last), what), **parts})


def one_of_each() -> dict[RequestKind, Request]:
    found = [
        swap(),
        stand_in(),
        away("absence", "A", 9, 10, "sick"),
        away("leave", "A", 9, 10),
        away("cancel_leave", "C", 21, 22),
        asked("overtime", overtime=Overtime("A", dec(9), 120)),
        asked("surge", by="boss", surge=(dec(12), 1.5)),
        asked("edit", by="clerk", cells=(Fixed("A", dec(9), ""), Fixed("B", dec(9), "早"))),
        asked("undo", by="clerk", undoes=7, parties=("A",), cells=(Fixed("A", dec(9), ""), Fixed("B", dec(9), "早"))),
        asked("tables", by="clerk", since=dec(9), tables="0a1b"),
    ]
    return {request.kind: request for request in found}


# What a request is


def test_every_kind_state_and_event_has_a_name():
    assert set(KIND_NAMES) == set(NEEDS) == set(RequestKind) == set(one_of_each())
    assert set(STATE_NAMES) == set(RequestState)
    assert set(EVENT_NAMES) == set(EVENTS)


@pytest.mark.parametrize("kind", RequestKind)
def test_a_request_without_its_parts_is_none(kind):
    whole = one_of_each()[kind]
    empty: dict[str, Any] = {"to": "", "cells": ()}
    for name in NEEDS[kind]:
        without: dict[str, Any] = {name: empty.get(name)}
        with pytest.raises(ValueError, match=f"without.*{name}"):
            replace(whole, **without)


@pytest.mark.parametrize(
    ("kind", "parts"),
    [
        ("swap", {"leave": Leave("A", dec(9), dec(9))}),
        ("leave", {"to": "B"}),
        ("absence", {"give": Cell("A", dec(9))}),
        ("stand_in", {"take": Cell("B", dec(9))}),
        ("edit", {"surge": (dec(9), 2.0)}),
        ("surge", {"cancelled_leave": Leave("A", dec(9), dec(9))}),
    ],
)
def test_a_request_is_of_one_kind(kind, parts):
    with pytest.raises(ValueError, match="with"):
        replace(one_of_each()[RequestKind(kind)], **parts)


def test_overtime_can_be_asked_for_together_with_a_stand_in():
    request = stand_in(overtime=Overtime("B", dec(9), 480))
    assert people_concerned(request) == ("A", "B")
    assert amend_problem(PROBLEM, [], also=request).overtime == (Overtime("B", dec(9), 480),)


@pytest.mark.parametrize(
    ("kind", "parts"),
    [
        ("swap", {"at": datetime(2026, 12, 5)}),
        ("swap", {"to": "C"}),
        ("leave", {"leave": Leave("A", dec(9), dec(8))}),
        ("cancel_leave", {"cancelled_leave": Leave("A", dec(9), dec(8))}),
        ("overtime", {"overtime": Overtime("A", dec(9), 0)}),
        *(("surge", {"surge": (dec(9), factor)}) for factor in (0.0, -1.0, float("inf"), float("nan"))),
    ],
)
def test_a_request_that_makes_no_sense_is_none(kind, parts):
    with pytest.raises(ValueError, match=r"."):
        replace(one_of_each()[RequestKind(kind)], **parts)


@pytest.mark.parametrize("month", ["2026-13", "2026"])
def test_a_request_for_what_is_no_month_is_none(month):
    with pytest.raises(ValueError, match=r"."):
        request_from_facts(request_to_facts(one_of_each()[RequestKind.SWAP]) | {"month": month})


@pytest.mark.parametrize(
    ("kind", "people"),
    [
        ("swap", "AB"),
        ("stand_in", "AB"),
        ("absence", "A"),
        ("leave", "A"),
        ("cancel_leave", "C"),
        ("overtime", "A"),
        ("surge", ""),
        ("edit", "AB"),
        ("undo", "A"),
        ("tables", ""),
    ],
)
def test_those_concerned_have_to_confirm(kind, people):
    assert people_concerned(one_of_each()[RequestKind(kind)]) == tuple(people)


# What the roster has to hold


def test_a_swap_of_two_days_gives_each_the_others_duty_and_day_off():
    assert swap().cells == (
        Fixed("A", dec(9), ""),
        Fixed("B", dec(9), "早"),
        Fixed("B", dec(12), ""),
        Fixed("A", dec(12), "中"),
    )


def test_a_swap_of_one_day_exchanges_the_shifts():
    assert set(swap(("A", 7), ("B", 7)).cells) == {Fixed("A", dec(7), "中"), Fixed("B", dec(7), "早")}


def test_a_stand_in_takes_the_duty_and_frees_the_other():
    assert stand_in().cells == (Fixed("A", dec(9), ""), Fixed("B", dec(9), "早"))


@pytest.mark.parametrize("kind", ["absence", "leave"])
def test_somebody_away_is_off_where_there_was_a_duty(kind):
    assert away(kind, "A", 8, 10).cells == (Fixed("A", dec(8), ""), Fixed("A", dec(9), ""))
    assert away(kind, "A", 1, 4).cells == ()
    assert [cell.day for cell in away(kind, "A", 31, 31).cells] == [dec(31)]


def test_two_shifts_of_one_day_are_given_away_together():
    roster = Roster([*ROSTER.duties, Duty("A", dec(9), "夜")])
    cells = required_cells(stand_in(), roster)
    assert cells[0] == Fixed("A", dec(9), "")
    assert set(cells[1:]) == {Fixed("B", dec(9), "早"), Fixed("B", dec(9), "夜")}


def test_a_swap_gives_nobody_a_duty_that_is_not_there():
    assert set(swap(("A", 9), ("B", 9)).cells) == {Fixed("A", dec(9), ""), Fixed("B", dec(9), "早")}
    assert set(swap(("A", 6), ("B", 12)).cells) == {
        Fixed("A", dec(6), ""),
        Fixed("B", dec(12), ""),
        Fixed("A", dec(12), "中"),
    }


def test_bare_changes_the_requests_cells_and_no_other():
    after = place_requested_cells(ROSTER, swap())
    assert (after.on("A", dec(9)), after.on("B", dec(9))) == ((), ("早",))
    assert (after.on("A", dec(12)), after.on("B", dec(12))) == (("中",), ())
    assert len(set(ROSTER.duties) ^ set(after.duties)) == 4
    one_day = place_requested_cells(ROSTER, swap(("A", 7), ("B", 7)))
    assert (one_day.on("A", dec(7)), one_day.on("B", dec(7))) == (("中",), ("早",))
    assert place_requested_cells(ROSTER, asked("surge", surge=(dec(12), 2.0))) == ROSTER


def test_bare_takes_a_duty_away_from_whoever_stands_in_and_had_one():
    assert place_requested_cells(ROSTER, stand_in(("A", 8), "B")).on("B", dec(8)) == ("早",)


def test_a_swap_and_the_swap_back_leave_the_roster_as_it_was():
    request = swap()
    there = place_requested_cells(ROSTER, request)
    back = replace(request, give=Cell("A", dec(12)), take=Cell("B", dec(9)))
    assert place_requested_cells(there, replace(back, cells=required_cells(back, there))) == ROSTER


def test_a_check_on_another_version_renews_days_off_but_not_what_two_agreed_on():
    roster = Roster([*ROSTER.duties, Duty("A", dec(10), "早")])
    absence = carry_to_version(away("absence", "A", 9, 10), roster, 4)
    assert (absence.checked_on, [cell.day.day for cell in absence.cells]) == (4, [9, 10])
    assert carry_to_version(swap(), Roster([]), 4) == replace(swap(), checked_on=4)


# A request's life

WORDS: dict[str, dict[str, Any]] = {
    "confirmed": {"by": "B"},
    **{e: {"by": "boss", "version": 3, "may_approve": True} for e in EVENTS[1:]},
}


def refused(request: Request, event: str, **words: Any) -> tuple[Any, Refusal]:
    with pytest.raises(Refusal) as refusal:
        step_request(request, event, **words)
    assert all(refusal.value.say(lang) for lang in LANGS)
    return refusal.value.sentence, refusal.value


def test_an_approved_request_can_be_taken_back_by_another_and_no_other_can():
    assert {at for at in STEPS if at[1] == UNDONE} == {(RequestState.APPROVED, UNDONE)}
    approved = replace(swap(), state=RequestState.APPROVED, approver="boss")
    assert after_event(approved, UNDONE, "M2", "", "") == replace(approved, state=RequestState.UNDONE)


@pytest.mark.parametrize(("state", "event"), list(product(RequestState, EVENTS)))
def test_only_the_steps_of_the_table_can_be_taken(state, event):
    everybody = event != "confirmed"
    request = replace(swap(), state=state, confirmed=("A", "B") if everybody else ("A",))
    if state in ("requested", "confirmed"):
        assert STEPS[state, event] == event
        assert step_request(request, event, **WORDS[event]).state == event
    else:
        assert (state, event) not in STEPS
        sentence, error = refused(request, event, **WORDS[event])
        assert sentence == OVER
        assert STATE_NAMES[state].zh in error.say("zh")


@pytest.mark.parametrize("state", RequestState)
@pytest.mark.parametrize("event", ["requested", "published", "", "APPROVED"])
def test_what_is_no_step_of_a_request_is_refused(state, event):
    assert refused(replace(swap(), state=state), event, by="boss", version=3, may_approve=True)[0] == NO_STEP


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("by", ["", "  "])
def test_every_word_has_a_name(event, by):
    assert refused(swap(), event, **WORDS[event] | {"by": by})[0] == NAMELESS


def test_asking_is_the_requesters_own_word_and_the_other_side_is_waited_for():
    request = swap()
    assert (request.state, request.confirmed, people_awaited(request)) == (RequestState.REQUESTED, ("A",), ("B",))
    request = step_request(request, "confirmed", "B")
    assert (request.state, request.confirmed, people_awaited(request)) == (RequestState.CONFIRMED, ("A", "B"), ())


def test_both_sides_are_waited_for_when_somebody_else_asks():
    request = swap(by="clerk")
    assert people_awaited(request) == ("A", "B")
    assert step_request(request, "confirmed", "B").state == RequestState.REQUESTED
    assert step_request(step_request(request, "confirmed", "B"), "confirmed", "A").state == RequestState.CONFIRMED


def test_a_request_is_opened_only_once():
    assert open_request(swap(), ROSTER) == swap()


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        ("swap", "requested"),
        ("stand_in", "requested"),
        ("absence", "confirmed"),
        ("leave", "confirmed"),
        ("cancel_leave", "requested"),  # C's, asked by A
        ("overtime", "confirmed"),
        ("surge", "confirmed"),
        ("edit", "requested"),
    ],
)
def test_a_request_begins_confirmed_where_nobody_is_waited_for(kind, state):
    request = open_request(replace(one_of_each()[RequestKind(kind)], by="A", confirmed=()), ROSTER)
    assert request.state == state
    assert bool(people_awaited(request)) == (state == "requested")


def test_nobody_waits_for_the_word_of_who_cannot_come():
    absence = away("absence", "A", 9, 10, by="clerk")
    assert (absence.state, absence.confirmed) == (RequestState.CONFIRMED, ())
    assert step_request(absence, "confirmed", "A").state == RequestState.CONFIRMED
    assert step_request(absence, "approved", "boss", version=3, may_approve=True).state == RequestState.APPROVED
    assert refused(absence, "approved", by="A", version=3, may_approve=True)[0] == INVOLVED
    with_stand_in = away("absence", "A", 9, 10, overtime=Overtime("B", dec(9), 480))
    assert people_awaited(with_stand_in) == ("B",)


@pytest.mark.parametrize("by", ["C", "boss", "D", "a"])
def test_a_stranger_cannot_confirm(by):
    assert refused(swap(), "confirmed", by=by, may_approve=True)[0] == STRANGER


def test_nobody_confirms_twice():
    assert refused(swap(), "confirmed", by="A")[0] == TWICE
    assert refused(step_request(swap(), "confirmed", "B"), "confirmed", by="B")[0] == TWICE


@pytest.mark.parametrize("confirmed", [(), ("A",), ("B",)])
@pytest.mark.parametrize("state", ["requested", "confirmed"])
def test_nothing_is_approved_before_everybody_has_confirmed(confirmed, state):
    request = replace(swap(by="clerk"), confirmed=confirmed, state=RequestState(state))
    sentence, error = refused(request, "approved", by="boss", version=3, may_approve=True)
    assert sentence == WAITING
    assert all(who in error.say("zh") for who in {"A", "B"} - set(confirmed))


@pytest.mark.parametrize(
    ("by", "may", "why"),
    [
        ("clerk", True, OWN),
        ("A", True, INVOLVED),
        ("B", True, INVOLVED),
        ("boss", False, NO_RIGHT),
        ("clerk", False, NO_RIGHT),
        ("A", False, NO_RIGHT),
    ],
)
def test_who_asked_or_is_concerned_or_has_no_right_does_not_approve(by, may, why):
    request = replace(swap(by="clerk"), confirmed=("A", "B"), state=RequestState.CONFIRMED)
    assert refused(request, "approved", by=by, version=3, may_approve=may)[0] == why


@pytest.mark.parametrize("kind", RequestKind)
def test_nobody_approves_their_own_request_of_whatever_kind(kind):
    request = one_of_each()[kind]
    request = replace(request, confirmed=people_concerned(request))
    for by in {request.by, *people_concerned(request)}:
        assert refused(request, "approved", by=by, version=3, may_approve=True)[0] in (OWN, INVOLVED)
    assert step_request(request, "approved", "boss2", version=3, may_approve=True).state == RequestState.APPROVED


@pytest.mark.parametrize("version", [2, 4, 0, None])
def test_an_approval_holds_for_the_version_that_was_checked(version):
    request = step_request(swap(), "confirmed", "B")
    with pytest.raises(RosterMoved) as moved:
        step_request(request, "approved", "boss", version=version, may_approve=True)
    assert moved.value.sentence == UNCHECKED
    assert "第 3 版" in moved.value.say("zh")
    assert ("?" if version is None else str(version)) in moved.value.say("en")


def test_an_approval_is_recorded_with_its_reason_and_what_it_set_aside():
    request = step_request(swap(), "confirmed", "B", "可以")
    assert request.decided_because == request.approver == ""
    done = step_request(request, "approved", "boss", "理由充分", 3, may_approve=True, override="当天才提出")
    assert (done.state, done.approver, done.decided_because) == (RequestState.APPROVED, "boss", "理由充分")
    assert (done.override, done.is_open, done.checked_on) == ("当天才提出", False, 3)
    changed = {f.name for f in fields(Request) if getattr(done, f.name) != getattr(request, f.name)}
    assert changed == {"state", "approver", "decided_because", "override"}


def test_nothing_is_set_aside_by_a_refusal():
    assert step_request(swap(), "refused", "boss", may_approve=True, override="急").override == ""


def test_the_other_side_or_an_approver_can_refuse_at_any_time():
    for request, by, may in ((swap(), "B", False), (swap(), "boss", True), (swap(by="clerk"), "A", False)):
        done = step_request(request, "refused", by, "没空", may_approve=may)
        assert (done.state, done.approver, done.decided_because) == (RequestState.REFUSED, by, "没空")


@pytest.mark.parametrize(
    ("by", "may", "why"),
    [("A", False, OWN_REFUSED), ("A", True, OWN_REFUSED), ("C", False, NOT_THEIRS_TO_REFUSE)],
)
def test_others_cannot_refuse(by, may, why):
    assert refused(swap(), "refused", by=by, may_approve=may)[0] == why


def test_the_requester_or_an_approver_can_cancel():
    assert step_request(swap(), "cancelled", "A", "不用了").state == RequestState.CANCELLED
    assert step_request(swap(by="clerk"), "cancelled", "clerk").state == RequestState.CANCELLED
    assert step_request(swap(), "cancelled", "boss", may_approve=True).approver == "boss"
    for by in ("B", "C", "boss"):
        assert refused(swap(), "cancelled", by=by)[0] == NOT_THEIRS_TO_CANCEL
    assert refused(swap(by="clerk"), "cancelled", by="A")[0] == NOT_THEIRS_TO_CANCEL


# The record


def test_the_time_is_kept_in_utc():
    there = datetime(2026, 12, 5, 17, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert (swap(at=there).at, request_to_facts(swap(at=there))["at"]) == (NOW, "2026-12-05T09:30:00+00:00")
    twice = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"), fold=1)  # the clocks go back
    assert swap(at=twice).at.hour == 1


@settings(max_examples=200, deadline=None)
@given(requests())
def test_a_request_comes_back_from_its_facts_as_it_was(request):
    facts = request_to_facts(request)
    back = request_from_facts(json.loads(json.dumps(facts, allow_nan=False)))
    assert back == request_from_facts(facts) == request
    assert repr(back) == repr(request)
    assert request_to_facts(back) == facts


@pytest.mark.parametrize("kind", RequestKind)
def test_facts_are_of_jsons_plain_types_and_name_every_field(kind):
    facts = request_to_facts(one_of_each()[kind])
    later = {
        "after_fact",
        "undoes",
        "parties",
        "papers_due",
        "since",
        "tables",
        "spared",
        "sets_aside",
        "overtaken_by",
        "withheld",
    }  # in the log only where they say something, or never
    assert set(facts) | later == {"request", *(f.name for f in fields(Request))} - {"number"}

    def plain(value: object) -> bool:
        if type(value) is dict:
            return all(type(key) is str and plain(item) for key, item in value.items())
        return all(map(plain, value)) if type(value) is list else type(value) in (str, int, float, bool, type(None))

    assert plain(facts)
    assert request_from_facts({**facts, "note": "and more"}) == one_of_each()[kind]


@dataclass(frozen=True)
class Line:
    """A log entry."""

    event: str
    by: str = "clerk"
    because: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    at: datetime = NOW
    version: int | None = None


def logged(request: Request) -> Line:
    return Line("requested", request.by, request.because, json.loads(json.dumps(request_to_facts(request))))


def test_a_log_gives_the_requests_back():
    first, second = swap(number=1), stand_in(number=2, by="clerk")
    log = [
        Line("drafted", facts={"month": "2026-12"}),
        logged(first),
        Line("published", facts={"request": 9}),
        logged(second),
        Line("confirmed", "B", "可以", {"request": 1}),
        Line("approved", "boss", "同意", {"request": 1, "version": 5, "override": "急"}),
        Line("superseded"),
        Line("confirmed", "A", facts={"request": 2}),
        Line("confirmed", "B", facts={"receipt": 2}),  # of something else
        Line("told", "B", facts={"request": 2}),
    ]
    found = replay_requests(log)
    assert found[2] == step_request(second, "confirmed", "A")
    done = step_request(first, "confirmed", "B", "可以")
    done = replace(done, checked_on=5)
    assert found[1] == step_request(done, "approved", "boss", "同意", 5, may_approve=True, override="急")
    assert replay_requests([]) == {}


def test_requests_come_in_the_order_of_their_last_events():
    one, two, three = (swap(number=number) for number in (1, 2, 3))
    log = [logged(one), logged(two), logged(three), Line("refused", "boss", facts={"request": 1})]
    assert list(replay_requests(log)) == [2, 3, 1]


@pytest.mark.parametrize(
    "log",
    [
        [Line("confirmed", "B", facts={"request": 1})],
        [logged(swap()), logged(swap())],
        [logged(swap()), Line("refused", facts={"request": 1}), Line("approved", facts={"request": 1})],
        [logged(swap()), Line("cancelled", facts={"request": 1}), Line("confirmed", "B", facts={"request": 1})],
    ],
)
def test_an_inconsistent_log_is_an_error(log):
    with pytest.raises(LedgerError, match="of request 1") as error:
        replay_requests(log)
    assert "第 1 号" in error.value.say("zh")


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 2),
            st.sampled_from([*EVENTS, "confirmed", "confirmed"]),
            st.sampled_from(["A", "B", "C", "clerk", "boss"]),
            st.booleans(),
        ),
        max_size=20,
    )
)
def test_replaying_what_was_logged_gives_what_was_done(tries):
    start = [swap(number=0), stand_in(number=1, by="clerk"), away("absence", "C", 9, 10, number=2)]
    now, log = dict(enumerate(start)), [logged(request) for request in start]
    for number, event, by, may in tries:
        try:
            now[number] = step_request(now[number], event, by, "因故", 3, may_approve=may)
        except Refusal:
            continue
        log.append(Line(event, by, "因故", {"request": number, "version": 3}))
    assert replay_requests(log) == now


# What stands against a request


def objections(request: Request, others: Any = (), today: date = TODAY, problem: Problem = PROBLEM, **more: Any) -> Any:
    found = objections_to(request, problem, ROSTER, others, today, **more)
    for objection in found:
        assert all(objection.say(lang, problem.names) for lang in LANGS)
    return [objection.sentence for objection in found]


def only(request: Request, *args: Any, **more: Any) -> Any:
    """The one objection."""
    found = objections_to(request, more.pop("problem", PROBLEM), ROSTER, *args, **more)
    assert len(found) == 1, [objection.say("en", {}) for objection in found]
    return found[0]


@pytest.mark.parametrize("kind", RequestKind)
def test_a_plain_request_of_each_kind_is_not_asked_in_vain(kind):
    assert objections(one_of_each()[kind]) == []


def test_unknown_people_are_all_named():
    request = swap(("X", 9), ("Y", 12))
    found = objections_to(request, PROBLEM, ROSTER, (), TODAY)
    assert found[0].sentence == UNKNOWN_PERSON
    assert (found[0].workers, found[0].overridable) == (("X", "Y"), False)
    for kind in ("leave", "absence"):
        assert objections(away(kind, "X", 9, 10)) == [UNKNOWN_PERSON]
    assert objections(stand_in(to="X")) == [UNKNOWN_PERSON]
    assert objections(asked("overtime", overtime=Overtime("X", dec(9), 60))) == [UNKNOWN_PERSON]
    assert objections(asked("edit", cells=(Fixed("X", dec(9), "早"),))) == [UNKNOWN_PERSON]


def test_an_unknown_shift_is_named():
    objection = only(asked("edit", by="clerk", cells=(Fixed("A", dec(10), "晚"),)), (), TODAY)
    assert (objection.sentence, objection.overridable) == (UNKNOWN_SHIFT, False)
    assert "“晚”" in objection.say("zh", {})


def test_nobody_swaps_with_themselves():
    assert objections(swap(("A", 9), ("A", 7))) == [SAME_PERSON]
    assert objections(swap(("A", 9), ("A", 9))) == [SAME_PERSON]
    objection = only(stand_in(to="A"), (), TODAY)
    assert (objection.sentence, objection.overridable) == (SAME_PERSON, False)
    assert objection.say("zh", PROBLEM.names).startswith("赵一不能")


PAST_ONES = (PAST, PAST_LEAVE, PAST_FOR_GOOD)


@pytest.mark.parametrize("request_", [swap(("A", 5)), stand_in(("A", 5)), away("leave", "A", 4, 6)])
@pytest.mark.parametrize(
    ("today", "past"), [(dec(4), False), (dec(5), False), (dec(6), True), (date(2027, 1, 1), True)]
)
def test_a_day_that_is_past_cannot_be_changed(request_, today, past):
    found = objections_to(request_, PROBLEM, ROSTER, (), today, notice_hours=0)
    past = past or (request_.kind == "leave" and today == dec(5))
    assert [o.overridable for o in found if o.sentence in PAST_ONES] == ([False] if past else [])


@pytest.mark.parametrize("kind", sorted(set(RequestKind) - {RequestKind.ABSENCE}))
def test_no_kind_but_an_absence_reaches_into_the_past_and_all_past_days_are_named(kind):
    told = objections_to(one_of_each()[kind], PROBLEM, ROSTER, (), date(2027, 1, 1))
    found = [o for o in told if o.sentence in PAST_ONES]
    assert len(found) == 1
    ways_out = {"leave": PAST_LEAVE, "cancel_leave": PAST_FOR_GOOD, "surge": PAST_FOR_GOOD, "tables": PAST_FOR_GOOD}
    ways_out |= {"undo": PAST_FOR_GOOD}
    assert found[0].sentence == ways_out.get(kind, PAST)
    assert not found[0].overridable
    days = {"swap": [9, 12], "leave": [9, 10], "cancel_leave": [21, 22], "surge": [12]}
    assert [day.day for day in found[0].days] == days.get(kind, [9])


def test_leave_that_began_last_month_names_its_first_day():
    request = asked("leave", leave=Leave("A", date(2026, 11, 30), dec(2)))
    found = [o for o in objections_to(request, PROBLEM, ROSTER, (), dec(1)) if o.sentence == PAST_LEAVE]
    assert found[0].days == (date(2026, 11, 30),)


def test_only_a_duty_can_be_given():
    objection = only(stand_in(("A", 6)), (), TODAY)
    assert (objection.sentence, objection.workers, objection.days) == (NO_DUTY, ("A",), (dec(6),))
    assert not objection.overridable
    assert objections(swap(("A", 6), ("B", 13))) == [NO_DUTY, NO_DUTY]
    assert objections(swap(("A", 9), ("B", 9))) == [NO_DUTY]


def test_a_request_that_changes_nothing_is_none():
    request = asked("edit", by="clerk", cells=(Fixed("A", dec(9), "早"), Fixed("B", dec(9), "")))
    assert objections(request) == [NOTHING]
    same = Roster([*ROSTER.duties, Duty("D", dec(12), "中")])
    twins = replace(swap(("B", 12), ("B", 12)), take=Cell("D", dec(12)))
    twins = replace(twins, cells=required_cells(twins, same))
    assert [o.sentence for o in objections_to(twins, PROBLEM, same, (), TODAY)] == [NOTHING]


def test_a_swap_whose_duties_have_moved_is_to_be_asked_anew():
    moved = Roster([duty._replace(shift="夜") if duty.worker == "A" else duty for duty in ROSTER.duties])
    (objection,) = objections_to(swap(), PROBLEM, moved, (), TODAY)
    assert (objection.sentence, objection.workers, objection.overridable) == (MOVED, ("A", "B"), False)
    elsewhere = Roster([*ROSTER.duties, Duty("A", dec(18), "早")])
    assert objections_to(swap(), PROBLEM, elsewhere, (), TODAY) == ()
    assert objections_to(away("leave", "A", 9, 10), PROBLEM, moved, (), TODAY) == ()
    assert objections_to(away("leave", "A", 9, 10), PROBLEM, Roster([]), (), TODAY) == ()


@pytest.mark.parametrize("state", RequestState)
def test_a_duty_is_in_one_open_request_only(state):
    other = replace(stand_in(("A", 9), "C", number=7), state=state)
    found = [o for o in objections_to(swap(), PROBLEM, ROSTER, [other], TODAY) if o.sentence == TAKEN]
    if state in ("requested", "confirmed"):
        assert [(o.workers, o.days, o.facts, o.overridable) for o in found] == [(("A",), (dec(9),), (("n", 7),), False)]
        assert "第 7 号" in found[0].say("zh", PROBLEM.names)
    else:
        assert found == []


def test_the_taken_cell_counts_too_and_the_request_itself_does_not():
    assert objections(swap(number=1), [swap(number=1)]) == []
    found = objections(stand_in(("B", 12), "A", number=2), [swap(number=1)])
    assert found == [TAKEN, TAKEN]
    assert objections(stand_in(("C", 15), "A", number=2), [swap(number=1)]) == []


def test_leave_and_a_swap_of_the_same_duty_stand_in_each_others_way():
    leave = away("leave", "A", 9, 11, number=2)
    assert objections(swap(), [leave]) == [TAKEN]
    assert objections(leave, [swap()]) == [TAKEN]
    assert objections(away("leave", "A", 10, 11, number=2), [swap()]) == []


def test_whoever_cannot_come_may_still_say_so_while_their_swap_is_open():
    assert objections(away("absence", "A", 9, 9, number=2), [swap()]) == []
    twice = only(away("absence", "A", 9, 10, number=3), [swap(), away("absence", "A", 9, 9, number=2)], TODAY)
    assert (twice.sentence, twice.facts, twice.overridable) == (TAKEN, (("n", 2),), False)


def test_what_else_is_asked_for_a_cell_waits_for_an_open_absence():
    for request in (swap(), stand_in(), away("leave", "A", 8, 9)):
        waits = only(request, [away("absence", "A", 9, 9, number=2)], TODAY)
        assert (waits.sentence, waits.facts, waits.overridable) == (TAKEN, (("n", 2),), False), request.kind


@pytest.mark.parametrize(
    ("day", "why"), [(9, NOT_EMPLOYED), (10, None), (20, None), (21, NOT_EMPLOYED), (31, NOT_EMPLOYED)]
)
def test_a_stand_in_is_employed_on_the_day(day, why):
    roster = Roster([*ROSTER.duties, Duty("A", dec(day), "早")])
    request = Request(
        **{f.name: getattr(stand_in(), f.name) for f in fields(Request)} | {"give": Cell("A", dec(day)), "to": "D"}
    )
    request = replace(request, cells=required_cells(request, roster))
    found = objections_to(request, PROBLEM, roster, (), TODAY)
    assert [o.sentence for o in found] == ([why] if why else [])
    assert not any(o.overridable for o in found)


@pytest.mark.parametrize(("day", "free"), [(19, True), (20, False), (24, False), (25, True), (26, False)])
def test_a_stand_in_is_not_on_leave(day, free):
    problem = PROBLEM
    roster = Roster([*ROSTER.duties, Duty("A", dec(day), "早")])
    request = replace(stand_in(), give=Cell("A", dec(day)), to="C")
    request = replace(request, cells=required_cells(request, roster))
    found = objections_to(request, problem, roster, (), TODAY)
    assert [o.sentence for o in found] == ([] if free else [ON_LEAVE])
    if not free:
        assert "已批假" in found[0].say("zh", problem.names)
        assert not found[0].overridable


def test_a_swap_looks_at_the_day_that_each_takes():
    roster = Roster([*ROSTER.duties, Duty("A", dec(21), "早")])
    request = replace(swap(("A", 9), ("C", 15)), give=Cell("A", dec(21)))
    request = replace(request, cells=required_cells(request, roster))
    (objection,) = objections_to(request, PROBLEM, roster, (), TODAY)
    assert (objection.sentence, objection.workers, objection.days) == (ON_LEAVE, ("C",), (dec(21),))


def test_leave_on_leave_and_overtime_on_leave_are_in_vain():
    objection = only(away("leave", "C", 23, 27), (), TODAY)
    assert (objection.sentence, objection.days) == (ON_LEAVE, (dec(23), dec(24), dec(26)))
    said = objection.say("zh", PROBLEM.names)
    assert said == "孙三在12月23日(周三)至12月24日(周四)、12月26日(周六)已批假"
    assert "Wed 23 Dec to Thu 24 Dec, Sat 26 Dec" in objection.say("en", PROBLEM.names)
    assert objections(asked("overtime", overtime=Overtime("C", dec(20), 60))) == [ON_LEAVE]
    assert objections(asked("overtime", overtime=Overtime("D", dec(9), 60))) == [NOT_EMPLOYED]
    assert objections(away("leave", "D", 19, 21)) == [NOT_EMPLOYED]


def test_an_absence_is_in_vain_only_where_nobody_expected_the_person_on_any_of_its_days():
    assert objections(away("absence", "C", 23, 25, "sick")) == []
    assert objections(away("absence", "C", 23, 24, "sick")) == [ON_LEAVE]
    assert objections(away("absence", "D", 20, 24, "sick")) == []
    assert objections(away("absence", "D", 21, 24, "sick")) == [NOT_EMPLOYED]
    training = replace(PROBLEM, leave=(Leave("C", dec(20), dec(24), "training"),))
    assert objections(away("absence", "C", 23, 24, "sick"), problem=training) == []


def test_only_approved_leave_can_be_called_off():
    assert objections(away("cancel_leave", "C", 20, 24)) == []
    objection = only(away("cancel_leave", "C", 24, 26), (), TODAY)
    assert (objection.sentence, objection.days, objection.overridable) == (NO_LEAVE, (dec(25),), False)
    unapproved = replace(PROBLEM, leave=(Leave("C", dec(20), dec(24), approved=False),))
    assert objections(away("cancel_leave", "C", 20, 24), problem=unapproved) == [NO_LEAVE]
    across = asked("cancel_leave", by="B", cancelled_leave=Leave("B", dec(30), date(2027, 1, 3)))
    assert objections(across) == []


def test_a_holidays_duty_can_be_asked_for():
    days = day_types(month_days(2027, 1))
    problem = replace(PROBLEM, days=days, demand=(), leave=(), slots=())
    roster = Roster([Duty("A", date(2027, 1, 1), "早")])
    request = Request(
        number=1,
        kind=RequestKind.STAND_IN,
        month=Month(2027, 1),
        by="A",
        because="",
        at=NOW,
        give=Cell("A", date(2027, 1, 1)),
        to="B",
    )
    assert objections_to(open_request(request, roster), problem, roster, (), dec(31)) == ()


def test_a_stand_in_with_a_duty_of_their_own_needs_a_word_more():
    objection = only(stand_in(("A", 8), "B"), (), TODAY)
    assert (objection.sentence, objection.workers, objection.overridable) == (ON_DUTY, ("B",), True)
    assert "“中”" in objection.say("zh", PROBLEM.names)
    assert objections(swap(("A", 8), ("B", 8))) == []  # an exchange of one day
    assert objections(swap(("A", 8), ("C", 9))) == [ON_DUTY]  # A has a duty on the 9th
    assert objections(asked("edit", by="clerk", cells=(Fixed("B", dec(8), "早"),))) == []


# The quota


def done(give: tuple[str, date], to: str, number: int, state: str = "approved", kind: str = "stand_in") -> Request:
    """A stand-in or swap of any month that is not looked at any more."""
    request = Request(
        number=number,
        kind=RequestKind(kind),
        month=Month(2026, 12),
        by=give[0],
        because="",
        at=NOW,
        give=Cell(*give),
        to=to if kind == "stand_in" else "",
        take=None if kind == "stand_in" else Cell(to, give[1]),
    )
    return replace(request, state=RequestState(state))


@pytest.mark.parametrize("kind", ["swap", "stand_in"])
@pytest.mark.parametrize("side", ["giver", "taker"])
@pytest.mark.parametrize("who", ["A", "B"])
def test_the_third_swap_of_a_month_needs_a_word_more_on_either_side_of_it(kind, side, who):
    pairs = [(who, "Z"), (who, "Y")] if side == "giver" else [("Z", who), ("Y", who)]
    others = [done((a, dec(2)), b, 10 + n, kind=kind) for n, (a, b) in enumerate(pairs)]
    assert objections(swap(), others[:1]) == []
    objection = only(swap(), others, TODAY)
    assert (objection.sentence, objection.workers, objection.overridable) == (QUOTA, (who,), True)
    assert dict(objection.facts) == {"month": Month(2026, 12), "n": 2, "quota": 2}
    assert objections(swap(), others, quota=3) == objections(swap(), others, quota=None) == []


def test_both_sides_can_be_over_the_quota():
    others = [done(("A", dec(2)), "B", 10), done(("B", dec(3)), "A", 11)]
    assert objections(stand_in(), others) == [QUOTA, QUOTA]
    assert objections(stand_in(), others[:1], quota=1) == [QUOTA, QUOTA]
    assert objections(stand_in(), (), quota=0) == [QUOTA, QUOTA]
    assert objections(stand_in(("A", 8), "C"), others) == [QUOTA]


@pytest.mark.parametrize("state", RequestState)
def test_open_and_approved_ones_count(state):
    others = [done(("A", dec(2)), "Z", number, state) for number in (10, 11)]
    counts = state in ("requested", "confirmed", "approved")
    assert objections(stand_in(), others) == ([QUOTA] if counts else [])


@pytest.mark.parametrize(
    ("day", "counts"), [(date(2026, 11, 30), False), (dec(1), True), (dec(31), True), (date(2027, 1, 1), False)]
)
def test_the_month_is_that_of_the_duty_and_not_of_the_asking(day, counts):
    others = [done(("A", day), "Z", number) for number in (10, 11)]
    assert objections(stand_in(), others) == ([QUOTA] if counts else [])
    assert objections(stand_in(), [replace(other, month=Month(2026, 1)) for other in others]) == (
        [QUOTA] if counts else []
    )


def test_a_swap_over_the_years_end_counts_in_both_months_once():
    over = replace(done(("A", dec(31)), "Z", 10, kind="swap"), take=Cell("Z", date(2027, 1, 1)))
    back = replace(over, give=Cell("Z", date(2027, 1, 1)), take=Cell("A", dec(31)))
    for other in (over, back):
        assert objections(stand_in(), [other], quota=1) == [QUOTA]
        assert objections(stand_in(), [other], quota=2) == []


def test_only_swaps_and_stand_ins_count():
    others = [replace(r, number=10 + n, state=RequestState.APPROVED) for n, r in enumerate(one_of_each().values())]
    mine = [r for r in others if r.kind not in ("swap", "stand_in")]
    assert objections(stand_in(), mine, quota=1) == []
    for kind in set(RequestKind) - {RequestKind.SWAP, RequestKind.STAND_IN}:
        assert QUOTA not in objections(one_of_each()[kind], others, quota=0)


def test_a_request_does_not_count_against_itself():
    others = [done(("A", dec(2)), "Z", 10), swap(number=1)]
    assert objections(swap(number=1), others) == []


# Notice


@pytest.mark.parametrize(("today", "left"), [(dec(9), 0), (dec(8), 1), (dec(7), 2)])
@pytest.mark.parametrize("notice", [0, 1, 2])
def test_a_swap_is_asked_for_so_many_days_ahead(today, left, notice):
    found = objections_to(swap(), PROBLEM, ROSTER, (), today, notice_hours=24 * notice)
    assert [o.sentence for o in found] == ([NOTICE] if left < notice else [])
    for objection in found:
        assert (objection.overridable, objection.days) == (True, (dec(9),))
        assert objection.say("en", {}).startswith(f"to be asked {24 * notice} h ahead")
        assert objection.say("en", {}).endswith(f"begins in {24 * left + 8} h")


def test_notice_counts_back_over_the_months_edge():
    request = stand_in(("A", 31), "C")
    assert objections(request, today=date(2026, 11, 30), notice_hours=24 * 31) == []
    assert objections(request, today=dec(1), notice_hours=24 * 31) == [NOTICE]


@pytest.mark.parametrize(
    ("kind", "exempt"),
    [
        ("swap", False),
        ("stand_in", False),
        ("absence", True),
        ("leave", False),
        ("cancel_leave", False),
        ("overtime", False),
        ("surge", True),
        ("edit", False),
    ],
)
def test_an_absence_and_a_surge_need_no_notice(kind, exempt):
    found = objections(one_of_each()[RequestKind(kind)], today=dec(5), notice_hours=24 * 99)
    without_duty = kind in ("cancel_leave", "overtime")
    assert found == ([] if exempt else [NOTICE_OF_DAY if without_duty else NOTICE])


@pytest.mark.parametrize("kind", LEAVE_KINDS)
def test_sick_leave_needs_no_notice(kind):
    found = objections(away("leave", "A", 9, 10, kind), today=dec(9))
    assert found == ([] if kind in ("sick", "work_injury") else [NOTICE])


def test_notice_of_leave_is_before_its_first_duty():
    leave = away("leave", "A", 5, 8)
    assert objections(leave, today=dec(5), notice_hours=24 * 1) == [NOTICE]
    later = away("leave", "A", 6, 8)
    assert objections(later, today=dec(6), notice_hours=24 * 1) == []
    assert objections(later, today=dec(6), notice_hours=24 * 2) == [NOTICE]
    assert objections(away("leave", "A", 10, 12), today=dec(10), notice_hours=24 * 9) == []  # no duty on these days


def test_what_is_past_is_not_late_as_well():
    assert objections(swap(), today=dec(10)) == [PAST]


# Days of other months


@pytest.mark.parametrize("day", [date(2026, 11, 30), date(2027, 1, 1)])
def test_a_day_of_another_month_is_not_in_this_roster(day):
    for request in (
        stand_in(("A", 9)),
        asked("overtime", overtime=Overtime("A", dec(9), 60)),
        asked("surge", surge=(dec(9), 2.0)),
    ):
        parts: dict[str, dict[str, Any]] = {
            "stand_in": {"give": Cell("A", day)},
            "overtime": {"overtime": Overtime("A", day, 60)},
            "surge": {"surge": (day, 2.0)},
        }
        found = objections_to(replace(request, **parts[request.kind]), PROBLEM, ROSTER, (), date(2026, 11, 1))
        outside = [o for o in found if o.sentence == OUTSIDE]
        assert len(outside) == 1
        assert day in outside[0].days
        assert not outside[0].overridable
        assert "2026-12" in outside[0].say("en", {})


@pytest.mark.parametrize(
    ("first", "last", "outside"),
    [
        (date(2026, 11, 20), date(2026, 11, 30), True),
        (date(2026, 11, 20), dec(1), False),
        (dec(31), date(2027, 1, 3), False),
        (date(2027, 1, 1), date(2027, 1, 3), True),
        (date(2026, 1, 1), date(2999, 12, 31), False),
    ],
)
@pytest.mark.parametrize("kind", ["absence", "leave"])
def test_leave_may_reach_beyond_the_month_but_must_touch_it(kind, first, last, outside):
    found = objections(asked(kind, leave=Leave("A", first, last)), today=date(2026, 1, 1))
    assert (OUTSIDE in found) == outside


def test_everything_is_said_at_once():
    others = [
        replace(done(("A", dec(2)), "B", 10), cells=(Fixed("A", dec(2), ""),)),
        done(("B", dec(3)), "A", 11),
        done(("A", dec(4)), "Z", 12, "requested"),
    ]
    request = swap(("A", 4), ("X", 9))
    found = objections(request, others, today=dec(5))
    assert found == [UNKNOWN_PERSON, PAST, NO_DUTY, NO_DUTY, TAKEN, QUOTA]


def test_objections_are_plain_values_that_can_be_compared():
    assert objections_to(stand_in(to="X"), PROBLEM, ROSTER, (), TODAY) == objections_to(
        stand_in(to="X"), PROBLEM, ROSTER, (), TODAY
    )
    assert len({only(stand_in(to="X"), (), TODAY), only(stand_in(to="X"), (), TODAY)}) == 1


# What requests make of the month


def approved(request: Request, number: int = 1) -> Request:
    return replace(request, number=number, state=RequestState.APPROVED)


@pytest.mark.parametrize("state", [state for state in RequestState if state != RequestState.APPROVED])
def test_what_is_not_approved_changes_nothing(state):
    assert amend_problem(PROBLEM, [replace(r, state=state) for r in one_of_each().values()]) is PROBLEM


@pytest.mark.parametrize("kind", ["swap", "stand_in", "edit"])
def test_cells_are_the_rosters_and_not_the_tables(kind):
    assert amend_problem(PROBLEM, [approved(one_of_each()[RequestKind(kind)])]) is PROBLEM


@pytest.mark.parametrize("kind", ["leave", "absence"])
def test_approved_leave_is_added_to_the_tables(kind):
    request = approved(asked(kind, leave=Leave("A", dec(9), dec(10), "sick", approved=False)))
    after = amend_problem(PROBLEM, [request])
    assert after.leave == (*PROBLEM.leave, Leave("A", dec(9), dec(10), "sick"))
    assert replace(after, leave=PROBLEM.leave) == PROBLEM
    assert not after.available(after.worker_by_id["A"], dec(9))


@pytest.mark.parametrize(
    ("first", "last", "left"),
    [
        (20, 24, []),
        (18, 25, []),
        (20, 20, [(21, 24)]),
        (24, 24, [(20, 23)]),
        (22, 22, [(20, 21), (23, 24)]),
        (19, 19, [(20, 24)]),
        (25, 25, [(20, 24)]),
        (15, 21, [(22, 24)]),
    ],
)
def test_leave_called_off_leaves_the_days_before_and_after(first, last, left):
    after = amend_problem(PROBLEM, [approved(away("cancel_leave", "C", first, last, "marriage"))])
    mine = [(row.first.day, row.last.day) for row in after.leave if row.worker == "C"]
    assert mine == [*left, (26, 26)]
    assert [row for row in after.leave if row.worker != "C"] == [PROBLEM.leave[1]]


def test_leave_that_runs_over_the_years_end_is_cut_there_too():
    request = approved(asked("cancel_leave", cancelled_leave=Leave("B", dec(31), date(2027, 1, 1))))
    pieces = [row for row in amend_problem(PROBLEM, [request]).leave if row.worker == "B"]
    assert pieces == [
        Leave("B", dec(28), dec(30), "sick"),
        Leave("B", date(2027, 1, 2), date(2027, 1, 3), "sick"),
    ]


def test_unapproved_leave_is_not_called_off():
    asked_for = replace(PROBLEM, leave=(Leave("C", dec(20), dec(24), approved=False),))
    assert amend_problem(asked_for, [approved(away("cancel_leave", "C", 20, 24))]) is asked_for


def test_the_last_word_on_a_day_away_holds():
    off, on = approved(away("leave", "A", 9, 10), 1), approved(away("cancel_leave", "A", 9, 9), 2)
    assert amend_problem(PROBLEM, [off, on]).leave[len(PROBLEM.leave) :] == (Leave("A", dec(10), dec(10), "personal"),)
    assert amend_problem(PROBLEM, [on, off]).leave[-1] == Leave("A", dec(9), dec(10), "personal")
    assert amend_problem(PROBLEM, [off], also=replace(on, state=RequestState.REQUESTED)) == amend_problem(
        PROBLEM, [off, on]
    )


def test_overtime_is_added_to_the_tables_and_adds_up():
    more = [approved(asked("overtime", overtime=Overtime("A", dec(9), minutes))) for minutes in (60, 120)]
    after = amend_problem(PROBLEM, more)
    assert after.overtime == (Overtime("A", dec(9), 60), Overtime("A", dec(9), 120))
    assert replace(after, overtime=()) == PROBLEM


def test_what_speaks_of_other_months_or_of_people_who_left_changes_nothing():
    requests_ = [
        asked("overtime", overtime=Overtime("A", date(2027, 1, 1), 60)),
        asked("overtime", overtime=Overtime("X", dec(9), 60)),
        asked("surge", surge=(date(2026, 11, 30), 2.0)),
        away("cancel_leave", "X", 9, 10),
        away("leave", "X", 9, 10),
    ]
    assert amend_problem(PROBLEM, map(approved, requests_)) is PROBLEM


def heads(problem: Problem, day: date) -> dict[tuple[str, str], tuple[int, int, int | None]]:
    return {(row.shift, row.role): (row.least, row.target, row.most) for row in problem.demand_on(day)}


@pytest.mark.parametrize(
    ("day", "factor", "after"),
    [
        (9, 1.5, {("早", ""): (2, 3, 5), ("早", "班长"): (2, 2, None), ("中", ""): (2, 15, None)}),
        (9, 1.1, {("早", ""): (2, 3, 4), ("早", "班长"): (2, 2, None), ("中", ""): (2, 11, None)}),
        (9, 1.0, {("早", ""): (1, 2, 3), ("早", "班长"): (1, 1, None), ("中", ""): (1, 10, None)}),
        (9, 0.5, {("早", ""): (1, 1, 2), ("早", "班长"): (1, 1, None), ("中", ""): (1, 5, None)}),
        (12, 2.0, {("早", ""): (4, 4, None), ("早", "班长"): (2, 2, None), ("中", ""): (6, 6, 6)}),
        (31, 2.0, {("早", ""): (2, 4, 6), ("早", "班长"): (2, 2, None), ("中", ""): (2, 20, None)}),
    ],
)
def test_a_surge_scales_what_is_asked_for_on_its_day_and_on_no_other(day, factor, after):
    amended_ = amend_problem(PROBLEM, [approved(asked("surge", surge=(dec(day), factor)))])
    assert heads(amended_, dec(day)) == after
    for other in PROBLEM.dates:
        if other != dec(day):
            assert amended_.demand_on(other) == PROBLEM.demand_on(other)
            assert amended_.slots_on(other) == PROBLEM.slots_on(other)


def test_a_surge_scales_the_slots_of_its_day():
    after = amend_problem(PROBLEM, [approved(asked("surge", surge=(dec(12), 1.5)))])
    (slot,) = after.slots_on(dec(12))
    assert (slot.least, slot.target, slot.start, slot.end) == (3, 6, 480, 540)
    (slot,) = amend_problem(PROBLEM, [approved(asked("surge", surge=(dec(9), 1.5)))]).slots_on(dec(9))
    assert (slot.least, slot.target, slot.basis) == (2, 5, (("heads", 5), ("least_heads", 2)))
    sunday = amend_problem(PROBLEM, [approved(asked("surge", surge=(dec(6), 3.0)))])
    assert [(s.start, s.least, s.target) for s in sunday.slots_on(dec(6))] == [(480, 3, 9), (600, 3, 3)]


def test_a_slot_that_was_computed_from_calls_is_computed_again_from_more_calls():
    calls = Calls("all", 480, 540, 12.0, 300.0, least=1)
    problem = replace(PROBLEM, slots=(of_calls(calls, Service()),))
    after = amend_problem(problem, [approved(asked("surge", surge=(dec(9), 2.0)))])
    twice = of_calls(calls._replace(calls=24.0), Service())
    assert twice.target > problem.slots[0].target
    assert after.slots_on(dec(9)) == (replace(twice, on="2026-12-09"),)


def test_of_a_days_surges_the_last_one_holds():
    surges = [approved(asked("surge", surge=(dec(9), factor)), n) for n, factor in enumerate((3.0, 1.5))]
    assert amend_problem(PROBLEM, surges) == amend_problem(PROBLEM, surges[1:])
    assert heads(amend_problem(PROBLEM, surges[::-1]), dec(9))["早", ""] == (3, 6, 9)
    both = amend_problem(PROBLEM, [surges[0], approved(asked("surge", surge=(dec(12), 2.0)))])
    assert heads(both, dec(9))["早", ""] == (3, 6, 9)
    assert heads(both, dec(12))["早", ""] == (4, 4, None)


def test_a_surge_can_be_laid_on_a_month_that_was_amended_before():
    surge = approved(asked("surge", surge=(dec(9), 2.0)))
    twice = amend_problem(amend_problem(PROBLEM, [surge]), [surge])
    assert heads(twice, dec(9))["早", ""] == (4, 8, 12)


@settings(max_examples=100, deadline=None)
@given(
    st.integers(0, 40),
    st.integers(0, 40),
    st.none() | st.integers(0, 40),
    st.decimals("0.01", "9.99", places=2),
)
def test_a_surge_asks_for_no_fewer_people_than_the_factor_says_and_for_less_than_one_more(least, more, spare, factor):
    most = None if spare is None else least + more + spare
    row = Demand("早", "all", least=least, target=least + more, most=most)
    surge = approved(asked("surge", surge=(dec(9), float(factor))))
    (after,) = amend_problem(replace(PROBLEM, demand=(row,)), [surge]).demand_on(dec(9))
    for before, now in ((row.least, after.least), (row.target, after.target), (row.most, after.most)):
        assert now is None if before is None else before * factor <= now < before * factor + 1


@given(st.integers(0, 1000), st.integers(0, 1000), st.decimals("0.01", "99.99", places=2))
def test_a_slot_is_scaled_like_demand(least, more, factor):
    after = scale_need(SlotNeed("all", 0, 60, least=least, target=least + more), float(factor))
    assert least * factor <= after.least < least * factor + 1
    assert after.least <= after.target


@pytest.mark.parametrize(("heads", "factor", "after"), [(100, 1.1, 110), (25, 1.12, 28), (7, 1.0, 7), (1, 1.01, 2)])
def test_heads_are_rounded_up_but_not_by_the_computers_own_rounding(heads, factor, after):
    assert scale_need(SlotNeed("all", 0, 60, least=0, target=heads), factor).target == after


def test_the_amended_problem_asks_for_another_roster():
    unmoved = ("swap", "stand_in", "edit", "undo", "tables")  # a version takes changed tables with its facts
    for request in map(approved, one_of_each().values()):
        after = amend_problem(PROBLEM, [request])
        assert (after.fingerprint == PROBLEM.fingerprint) == (request.kind in unmoved)


def test_leave_for_the_day_after_the_month_is_known_to_the_last_night():
    request = approved(asked("leave", leave=Leave("A", dec(31) + ONE_DAY, dec(31) + 2 * ONE_DAY)))
    assert ("A", date(2027, 1, 1)) in amend_problem(PROBLEM, [request]).leave_days


# What approved requests settled


def test_a_request_settles_the_cells_that_it_asked_for_and_no_other():
    both = {("A", dec(9)), ("B", dec(9)), ("A", dec(12)), ("B", dec(12))}
    assert settled_cells([approved(swap(), 1)]) == dict.fromkeys(both, 1)
    assert settled_cells([approved(away("leave", "A", 9, 11), 2)]) == {("A", dec(day)): 2 for day in (9, 10, 11)}
    overtime = asked("overtime", overtime=Overtime("B", dec(9), 60))
    assert settled_cells([approved(overtime, 3)]) == {("B", dec(9)): 3}


@pytest.mark.parametrize("state", [state for state in RequestState if state != RequestState.APPROVED])
def test_what_is_not_approved_settles_nothing(state):
    assert settled_cells([replace(approved(swap(), 1), state=state)]) == {}


def test_the_last_of_several_requests_has_settled_a_cell_and_leave_called_off_settles_none():
    leave, back = approved(away("leave", "A", 9, 11), 2), approved(away("cancel_leave", "A", 10, 11), 3)
    found = settled_cells([approved(swap(), 1), leave])
    assert (found[Cell("A", dec(9))], found[Cell("B", dec(9))], found[Cell("A", dec(12))]) == (2, 1, 1)
    assert settled_cells([leave, back]) == {("A", dec(9)): 2}
    assert settled_cells([back, leave]) == {("A", dec(day)): 2 for day in (9, 10, 11)}
