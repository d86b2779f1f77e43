"""Requests on a live roster, from the asking to the version that carries them out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from scheduler.app.approvals import Approval, Approved, approve_request
from scheduler.app.change_requests import (
    Asked,
    RequestList,
    decide_request,
    list_requests,
    request_change,
)
from scheduler.app.drafts import file_name
from scheduler.app.generate import generate_roster
from scheduler.app.judging import Scene, recorded_changes
from scheduler.app.months import month_problem
from scheduler.app.publish import publish_version
from scheduler.app.verify import verify_workbook
from scheduler.app.withdraw import withdraw_version
from scheduler.audit.audit import audit
from scheduler.domain import Fixed, Leave, Month, Overtime, Problem, Roster
from scheduler.errors import LedgerError, Refusal, RosterMoved, Unavailable
from scheduler.files.reading.desk import read_desk
from scheduler.ledger.store import EntryRow, Ledger, VersionRow
from scheduler.solver.outcome import Solved
from scheduler.timeline import days_between
from scheduler.workflow.change_request import Cell, RequestKind, RequestState
from scheduler.workflow.overrides import Override
from scheduler.workflow.verdict import VerdictWord
from tests.support.published_desk import (
    IN_TIME,
    MONTH,
    NOW,
    Clock,
    at,
    cell,
    dec,
    drafted,
    events,
    fingerprint,
    going_round,
    ledger_of,
    live,
    new_desk,
    papers,
    published_desk,
    shifts,
    told,
    with_changes,
)

QUOTA, NOTICE = [Override.QUOTA], [Override.NOTICE]
FREE_DAY: dict[str, Any] = {"give": cell("T1", 7), "to": "T4"}  # T4 is free on the seventh, and the days around


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    return published_desk(tmp_path)


def asked(desk: Path, kind: str = "stand_in", by: str = "T1", because: str = "家里有事", **parts: Any) -> Asked:
    """Ask on the fifth of December."""
    return request_change(desk, RequestKind(kind), by, because, now=parts.pop("now", NOW), **(parts or FREE_DAY))


def away(worker: str, first: int, last: int, kind: str = "personal") -> Leave:
    return Leave(worker, dec(first), dec(last), kind)


def confirmed(desk: Path, number: int, *people: str, now: Clock = NOW) -> None:
    for person in people:
        decide_request(desk, "confirmed", number, person, now=now)


def granted(desk: Path, found: Asked, by: str = "M1", **options: Any) -> Approved:
    """Everybody who has to confirms, and the request is approved."""
    said = [one.say("en", found.problem.names) for one in found.objections]
    assert found.request.number, said + [one.say("en", found.problem.names) for one in found.verdict.reasons]
    confirmed(desk, found.request.number, *RequestList.waiting(found.request))
    return approve_request(desk, found.request.number, by, options.pop("because", "同意"), now=NOW, **options)


def roster(desk: Path) -> Roster:
    return Roster(live(desk).duties)


def last(desk: Path) -> EntryRow:
    with ledger_of(desk) as ledger:
        return ledger.entries("small")[-1]


def request(desk: Path, number: int) -> Any:
    found = {one.number: one for one in list_requests(desk, reader="auditor", now=NOW).requests}
    return found[number]


def sound(desk: Path) -> None:
    """The log is whole, one version is in force, and it keeps every rule with all that was approved."""
    with ledger_of(desk) as ledger:
        assert ledger.broken_links("small") == []
    files = read_desk(desk)
    with ledger_of(desk) as ledger:
        problem = month_problem(files, ledger, Month(2026, 12))
    assert not audit(problem, files.rulebook, roster(desk)).broken


def nothing_happens(desk: Path, doing: Callable[[], object], *words: str, error: type[Refusal] = Refusal) -> Refusal:
    """Something is refused, with these words among its own, and neither ledger nor papers know of it."""
    before = fingerprint(desk)
    with pytest.raises(error) as refusal:
        doing()
    assert fingerprint(desk) == before
    said = refusal.value.say("zh")
    assert all(word in said for word in words), said
    assert refusal.value.say("en")
    return refusal.value


# Asked


def test_a_request_is_judged_and_recorded_at_once(desk):
    found = asked(desk)
    assert (found.verdict.word, found.request.number, found.version, found.objections) == (
        VerdictWord.ALLOWED,
        1,
        1,
        (),
    )
    entry = last(desk)
    assert (entry.event, entry.version, entry.by, entry.because, entry.at) == ("requested", 1, "T1", "家里有事", NOW())
    assert (entry.facts["request"], entry.facts["verdict"], entry.facts["fewest"]) == (1, "allowed", 2)
    with ledger_of(desk) as ledger:
        assert told(recorded_changes(ledger.entries("small"), 1)) == {*{("T1", 7, "早", ""), ("T4", 7, "", "早")}}
    assert RequestList.waiting(found.request) == ("T4",)
    assert request(desk, 1) == found.request
    assert live(desk).number == 1
    assert asked(desk, give=cell("T2", 9), to="T5", by="T2").request.number == 2


def test_what_has_to_move_with_it_is_told_and_proved_fewest(desk):
    found = asked(desk, "absence", leave=away("T1", 7, 8, "sick"))
    assert found.verdict.word == VerdictWord.ALLOWED_WITH
    assert found.verdict.proved
    assert len(found.verdict.further) == 2
    assert {one.reason.rule for one in found.verdict.reasons} == {"always_staffed", "shift_cover", "shift_leader"}
    assert last(desk).facts["verdict"] == "allowed_with"
    changes = last(desk).facts["changes"]
    assert isinstance(changes, list)
    assert len(changes) == 4


IN_VAIN: dict[str, tuple[dict[str, Any], str]] = {
    "a past day": ({"give": cell("T5", 5), "to": "T2", "by": "T5", "now": at("2026-12-06 09:00")}, "已经过去"),
    "a stranger": ({"give": cell("T1", 7), "to": "T9"}, "没有这个人：T9"),
    "no duty": ({"give": cell("T1", 9), "to": "T4"}, "试一在12月9日"),
    "another month": (
        {"kind": "swap", "give": cell("T1", 7), "take": Cell("T4", date(2027, 1, 3))},
        "不在 2026-12 的排班表里",
    ),
    "oneself": ({"give": cell("T1", 7), "to": "T1"}, "不能跟自己调班"),
    "leave": ({"give": cell("T3", 9), "to": "T6", "by": "T3"}, "已批假"),
    "both at work": ({"give": cell("T1", 8), "to": "T2"}, "自己有“早”班"),
    "too late": ({"give": cell("T6", 5), "to": "T3", "by": "T6"}, "须提前 24 小时"),
    "an unknown shift": ({"kind": "edit", "cells": (Fixed("T1", dec(9), "夜"),)}, "没有班次“夜”"),
    "nothing": ({"kind": "edit", "cells": (Fixed("T1", dec(7), "早"),)}, "没有任何变化"),
    "no leave": ({"kind": "cancel_leave", "cancelled_leave": away("T1", 9, 9)}, "没有已批准的休假"),
    "leave of a past day": ({"kind": "leave", "leave": away("T1", 4, 4)}, "--absent 代替 --leave"),
    "leave twice": ({"kind": "leave", "leave": away("T6", 9, 10), "by": "T6"}, "已批假"),
}


@pytest.mark.parametrize("case", IN_VAIN)
def test_what_is_asked_in_vain_is_refused_with_its_reason_and_not_recorded(tmp_path, case):
    desk = published_desk(tmp_path, leave=("T6,2026-12-08,2026-12-10,年假,是",))
    parts, words = IN_VAIN[case]
    before = fingerprint(desk)
    found = asked(desk, **parts)
    assert fingerprint(desk) == before
    assert (found.verdict.word, found.request.number) == (VerdictWord.REFUSED, 0)
    said = [one.say("zh", found.problem.names) for one in found.objections]
    assert any(words in one for one in said), said


def test_nobody_takes_over_the_duty_that_they_have_as_it_is(tmp_path):
    desk = new_desk(tmp_path / "desk", demand=("早,all,,,1,2,", "晚,all,,,1,1,"))
    publish_version(desk, drafted(desk, roster=with_changes(("T3", 7, "早"))), "M1", now=IN_TIME)
    leave, cover = away("T1", 7, 7), cell("T3", 7)
    nothing_happens(desk, lambda: asked(desk, "leave", leave=leave, covers=[cover]), "T3", "本来就上“早”班")


def test_a_duty_is_in_one_open_request_at_a_time(desk):
    assert asked(desk).request.number == 1
    before = fingerprint(desk)
    for parts in (FREE_DAY, {"give": cell("T1", 7), "to": "T3"}, {"kind": "leave", "leave": away("T1", 6, 7)}):
        found = asked(desk, **parts)
        assert "已在第 1 号申请里" in found.objections[0].say("zh", found.problem.names)
        assert found.request.number == 0
    assert fingerprint(desk) == before
    ill = asked(desk, "absence", leave=away("T1", 7, 7, "sick"))  # whoever cannot come cannot come
    assert ill.request.number == 2
    decide_request(desk, "cancelled", 1, "T1", "病了", now=NOW)
    decide_request(desk, "cancelled", 2, "T1", "好了", now=NOW)
    assert asked(desk).request.number == 3


def test_what_would_break_rules_is_refused_with_offers_that_are_really_allowed(tmp_path):
    """T5 is late the evening before the seventh, and nobody else may move: the evening before is settled, a holiday."""
    desk = published_desk(tmp_path, leave=("T3,2026-12-07,2026-12-07,年假,是",), holidays=("2026-12-06",))
    # T4 has used up their swaps, T2 has a request open of their own
    for give, to in ((15, "T4"), (18, "T4")):
        worker = next(who for who in ("T1", "T2", "T3", "T5", "T6") if "早" in shifts(roster(desk), who, give))
        granted(desk, asked(desk, by=worker, give=cell(worker, give), to=to))
    asked(desk, by="T2", give=cell("T2", 8), to="T6")
    before = fingerprint(desk)
    found = asked(desk, give=cell("T1", 7), to="T5")
    assert fingerprint(desk) == before
    assert (found.verdict.word, found.request.number) == (VerdictWord.REFUSED, 0)
    assert {one.reason.rule for one in found.verdict.reasons} == {"rest_between_duties"}
    assert found.offers.offers
    assert not any(one.further for one in found.offers.offers)
    for one in (offer.request for offer in found.offers.offers):
        assert "T4" not in one.sides
        again = asked(desk, one.kind, give=one.give, take=one.take, to=one.to)
        assert (again.verdict.word, again.verdict.further, again.objections) == (VerdictWord.ALLOWED, (), ())
        decide_request(desk, "cancelled", again.request.number, "T1", now=NOW)


def test_nothing_is_asked_where_no_version_is_in_force(tmp_path, desk):
    nothing_happens(desk, lambda: asked(desk, give=Cell("T1", date(2027, 1, 7)), to="T4"), "2027-01 没有已发布的版本")
    nothing_happens(desk, lambda: asked(desk, by="T9"), "“T9”")
    withdraw_version(desk, 1, "M1", "错", now=NOW)
    nothing_happens(desk, lambda: asked(desk), "第 1 版已作废")


# Confirmed, refused, cancelled


def test_who_is_concerned_confirms_once_and_strangers_do_not(desk):
    asked(desk)
    nothing_happens(desk, lambda: decide_request(desk, "confirmed", 1, "T5", now=NOW), "无关")
    nothing_happens(desk, lambda: decide_request(desk, "confirmed", 1, "M1", now=NOW), "无关")
    nothing_happens(desk, lambda: decide_request(desk, "confirmed", 1, "T9", now=NOW), "“T9”")
    nothing_happens(desk, lambda: decide_request(desk, "confirmed", 7, "T4", now=NOW), "没有第 7 号申请")
    nothing_happens(desk, lambda: approve_request(desk, 1, "M1", now=NOW), "还等“T4”确认")
    assert decide_request(desk, "confirmed", 1, "T4", now=NOW).request.state == RequestState.CONFIRMED
    before = fingerprint(desk)
    assert decide_request(desk, "confirmed", 1, "T4", now=NOW).request.state == RequestState.CONFIRMED
    assert fingerprint(desk) == before
    assert (last(desk).event, last(desk).by, last(desk).facts) == ("confirmed", "T4", {"v": 1, "request": 1})


def test_nobody_approves_what_they_asked_for_or_are_concerned_in_or_have_no_say_in(tmp_path):
    desk = new_desk(tmp_path / "desk", keys=['approver_roles = ["值班长"]'])
    people = (desk / "people.csv").read_text("utf-8")
    for who in ("试一,班长", "试四,班长", "试五,班长"):
        people = people.replace(who, f"{who};值班长")
    (desk / "people.csv").write_text(people, encoding="utf-8")
    drafted(desk)
    publish_version(desk, 1, "M1", now=IN_TIME)
    asked(desk)
    confirmed(desk, 1, "T4")
    nothing_happens(desk, lambda: approve_request(desk, 1, "T1", now=NOW), "不能批准自己提出的")
    nothing_happens(desk, lambda: approve_request(desk, 1, "T4", now=NOW), "须由别人批准")
    nothing_happens(desk, lambda: approve_request(desk, 1, "T3", now=NOW), "无权批准")
    nothing_happens(desk, lambda: approve_request(desk, 1, "T9", now=NOW), "“T9”")
    assert approve_request(desk, 1, "T5", now=NOW).request.state == RequestState.APPROVED  # a worker with the role
    asked(desk, by="M1", give=cell("T2", 9), to="T6")
    confirmed(desk, 2, "T2", "T6")
    nothing_happens(desk, lambda: approve_request(desk, 2, "M1", now=NOW), "不能批准自己提出的")
    assert approve_request(desk, 2, "M2", now=NOW).request.approver == "M2"


def test_who_is_moved_by_it_does_not_approve_it(tmp_path):
    desk = new_desk(tmp_path / "desk", keys=['approver_roles = "班长"'])
    drafted(desk)
    publish_version(desk, 1, "M1", now=IN_TIME)
    found = asked(desk, "absence", leave=away("T1", 7, 7, "sick"))
    (instead,) = found.verdict.further
    nothing_happens(desk, lambda: approve_request(desk, 1, instead.worker, now=NOW), "须由别人批准")
    other = next(f"T{n}" for n in range(2, 7) if f"T{n}" != instead.worker)
    assert approve_request(desk, 1, other, now=NOW).row is not None


def test_why_somebody_is_away_is_not_told_to_others(desk):
    done = granted(desk, asked(desk, "absence", because="手术", leave=away("T1", 7, 7, "sick")))
    assert done.row is not None
    with ledger_of(desk) as ledger:
        told_so = {entry.event: entry.because for entry in ledger.entries("small")}
    assert told_so["requested"] == "手术"  # the request itself keeps it
    assert told_so["published"] == told_so["superseded"] == told_so["drafted"] == "缺勤（第 1 号申请）"
    for path in (desk / "rosters" / "small-2026-12-v2").glob("*变更.*"):
        assert "手术" not in path.read_text("utf-8")


def test_who_may_refuse_and_cancel(desk):
    for number, (event, by, who) in enumerate(
        (("refused", "T4", "T5"), ("refused", "M1", "T1"), ("cancelled", "T1", "T2"), ("cancelled", "M2", "T9")),
        start=1,
    ):
        asked(desk)
        if who in ("T5", "T2"):  # everybody here is a leader and may decide; a stranger may not
            nothing_happens(desk, partial(decide_request, desk, event, number, "T9", now=NOW), "“T9”")
        if who == "T1":
            nothing_happens(desk, partial(decide_request, desk, "refused", number, "T1", now=NOW), "只能撤回")
        done = decide_request(desk, event, number, by, "不行", now=NOW)
        assert (done.request.state, done.request.approver) == (RequestState(event), by)
        assert (last(desk).event, last(desk).because) == (event, "不行")
        for again in ("confirmed", "refused", "cancelled"):
            nothing_happens(desk, partial(decide_request, desk, again, number, by, now=NOW), "不能再")
        nothing_happens(desk, partial(approve_request, desk, number, "M1", now=NOW), "不能再")
    assert live(desk).number == 1
    sound(desk)


def test_nothing_is_approved_by_another_word(desk):
    asked(desk)
    confirmed(desk, 1, "T4")
    nothing_happens(desk, lambda: decide_request(desk, "approved", 1, "M1", now=NOW))
    nothing_happens(desk, lambda: decide_request(desk, "requested", 1, "M1", now=NOW))


# Approved


def test_an_approval_is_carried_out_at_once_as_a_new_version(desk):
    done = granted(desk, asked(desk))
    assert done.row is not None
    assert (done.row.number, done.row.status, done.rechecked, done.request.state) == (
        2,
        "live",
        False,
        RequestState.APPROVED,
    )
    assert told(done.changes) == {("T1", 7, "早", ""), ("T4", 7, "", "早")}
    assert Roster(done.row.duties) == with_changes(("T1", 7, ""), ("T4", 7, "早"))(replace_problem(desk))
    assert events(desk)[2:] == ["requested", "confirmed", "approved", "drafted", "superseded", "published"]
    with ledger_of(desk) as ledger:
        approved, drawn, closed, opened = ledger.entries("small")[-4:]
    assert (approved.by, approved.because, approved.facts["request"], approved.facts["version"]) == ("M1", "同意", 1, 1)
    assert all(entry.facts["request"] == 1 for entry in (drawn, closed, opened))
    assert (opened.because, opened.by, closed.facts["by_version"], opened.facts["late"]) == (
        "顶班（第 1 号申请）",
        "M1",
        2,
        False,
    )
    assert request(desk, 1).approver == "M1"
    sound(desk)
    letters = sorted(path.name for path in (desk / "rosters" / "small-2026-12-v2").glob("*变更*"))
    assert letters == [f"small-2026-12-v2-{who}-变更.{kind}" for who in ("T1", "T4") for kind in ("ics", "txt")]
    assert {name.split("/")[-1] for name in papers(desk) if name.startswith("已作废")} >= {"small-2026-12-v1.xlsx"}
    nothing_happens(desk, lambda: approve_request(desk, 1, "M1", now=NOW), "已批准")


def replace_problem(desk: Path) -> Problem:
    """December as it is asked now."""
    with ledger_of(desk) as ledger:
        return month_problem(read_desk(desk), ledger, Month(2026, 12))


KINDS: dict[str, tuple[dict[str, Any], set[tuple[str, int, str, str]] | None]] = {
    "swap": (
        {"give": cell("T1", 7), "take": cell("T4", 10)},
        {("T1", 7, "早", ""), ("T4", 7, "", "早"), ("T1", 10, "", "早"), ("T4", 10, "早", "")},
    ),
    "stand_in": (FREE_DAY, {("T1", 7, "早", ""), ("T4", 7, "", "早")}),
    "absence": ({"leave": away("T1", 5, 7, "sick")}, None),
    "leave": ({"leave": away("T1", 7, 8)}, None),
    "cancel_leave": ({"cancelled_leave": away("T6", 9, 9), "by": "T6"}, set()),
    "overtime": ({"overtime": Overtime("T1", dec(7), 120)}, set()),
    "surge": ({"surge": (dec(20), 2.0), "by": "M2"}, None),
    "edit": (
        {"cells": (Fixed("T1", dec(7), ""), Fixed("T4", dec(7), "早")), "by": "M2"},
        {("T1", 7, "早", ""), ("T4", 7, "", "早")},
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_goes_from_the_asking_to_what_is_in_force(tmp_path, kind):
    desk = published_desk(tmp_path, leave=("T6,2026-12-08,2026-12-10,年假,是",))
    parts, changes = KINDS[kind]
    before = replace_problem(desk)
    found = asked(desk, kind, **parts)
    done = granted(desk, found)
    assert done.request.state == RequestState.APPROVED
    assert told(done.changes) == (told(found.verdict.changes) if changes is None else changes)
    assert set(roster(desk).changes_from(going_round(before))) == set(done.changes)
    assert live(desk).number == 2  # also where no cell moves: the papers say what was granted
    sound(desk)
    after = replace_problem(desk)
    assert (after != before) == (kind in ("absence", "leave", "cancel_leave", "overtime", "surge"))
    if kind in ("absence", "leave"):
        assert all((("T1", dec(day)) in after.leave_days) for day in range(7, 8))
        assert shifts(roster(desk), "T1", 7) == "."
    if kind == "cancel_leave":
        assert [day for day in (8, 9, 10) if ("T6", dec(day)) in after.leave_days] == [8, 10]
    if kind == "overtime":
        assert Overtime("T1", dec(7), 120, 16 * 60) in after.overtime
    if kind == "surge":
        assert sum("早" in roster(desk).on(f"T{n}", dec(20)) for n in range(1, 7)) == 2


def test_what_was_approved_is_part_of_the_month_afterwards(desk):
    granted(desk, asked(desk, "leave", leave=away("T1", 7, 9)))
    granted(desk, asked(desk, "overtime", by="T2", overtime=Overtime("T2", dec(8), 60)))
    # a new plan of the month keeps to it
    made = generate_roster(desk, Month(2026, 12), cores=1, now=NOW)
    assert made.outcome.status in ("OPTIMAL", "FEASIBLE")
    assert isinstance(made.outcome, Solved)
    assert shifts(made.outcome.roster, "T1", 7, 8, 9) == "..."
    assert Overtime("T2", dec(8), 60, 16 * 60) in made.problem.overtime
    # the workbook in force is right by it, and the one before is not any more
    row = live(desk)
    assert not verify_workbook(desk, desk / "rosters" / file_name(row)).audit.broken
    before = verify_workbook(desk, desk / "rosters" / "已作废" / "small-2026-12-v1.xlsx")
    assert "approved_leave" in {one.reason.rule for one in before.audit.broken}
    # and an older draft cannot be published over it
    old = drafted(desk, legal=False, roster=going_round)
    nothing_happens(desk, lambda: publish_version(desk, old, "M1", now=NOW), "试一")


def test_leave_over_the_months_edge_counts_in_the_month_after_too(desk):
    granted(desk, asked(desk, "leave", leave=Leave("T1", dec(30), date(2027, 1, 3), "personal")))
    with ledger_of(desk) as ledger:
        january = month_problem(read_desk(desk), ledger, Month(2027, 1))
    assert [day.day for day in january.dates if ("T1", day) in january.leave_days] == [1, 2, 3]


def january_published(desk: Path) -> None:
    """January goes on where December's round ends, and is in force."""
    january = drafted(desk, Month(2027, 1), roster=lambda problem: going_round(problem, 1))
    publish_version(desk, january, "M1", now=NOW)


def rows_in_force(desk: Path) -> dict[Month, VersionRow]:
    return {month: live(desk, month) for month in (Month(2026, 12), Month(2027, 1))}


@pytest.mark.parametrize("kind", ["leave", "absence"])
def test_leave_over_the_edge_is_one_request_and_two_versions(desk, kind):
    january_published(desk)
    over = Leave("T1", dec(30), date(2027, 1, 3), "personal")
    before = {month: row.number for month, row in rows_in_force(desk).items()}
    found = asked(desk, kind, leave=over)
    assert found.objections == ()
    done = granted(desk, found)
    assert [row.month for row in done.rows] == [Month(2026, 12), Month(2027, 1)]
    assert len(done.issued) == 2
    after = rows_in_force(desk)
    assert all(after[month].number > number for month, number in before.items())
    for month, row in after.items():
        away_days = [day for day in days_between(over.first, over.last) if Month.of(day) == month]
        assert not [duty for duty in row.duties if duty.worker == "T1" and duty.day in away_days]
    assert request(desk, 1).state == RequestState.APPROVED


def test_leave_into_a_month_that_was_published_since_is_judged_on_both(desk):
    asked(desk, "leave", leave=Leave("T1", dec(30), date(2027, 1, 3), "personal"))
    january_published(desk)  # made with the leave asked for, but not granted
    try:
        done = approve_request(desk, 1, "M1", now=NOW)
    except RosterMoved:  # other cells move than the approver saw: judged again, to be looked at
        done = approve_request(desk, 1, "M1", now=NOW)
    assert [row.month for row in done.rows] == [Month(2026, 12), Month(2027, 1)]
    january = rows_in_force(desk)[Month(2027, 1)]
    assert not [duty for duty in january.duties if duty.worker == "T1" and duty.day <= date(2027, 1, 3)]


# Quota, notice and what is set aside


def test_the_third_swap_of_a_month_needs_a_reason_that_is_logged(desk):
    granted(desk, asked(desk))
    granted(desk, asked(desk, give=cell("T1", 13), to="T4"))
    before = fingerprint(desk)
    found = asked(desk, give=cell("T1", 19), to="T5")
    assert fingerprint(desk) == before
    assert [one.overridable for one in found.objections] == [True]
    assert "已有 2 次" in found.objections[0].say("zh", found.problem.names)
    found = asked(desk, give=cell("T1", 19), to="T5", override="孩子住院", sets_aside=QUOTA)
    assert found.request.number == 3
    assert (last(desk).facts["override"], last(desk).facts["sets_aside"]) == ("孩子住院", ["quota"])
    done = granted(desk, found)
    assert done.request.state == RequestState.APPROVED
    with ledger_of(desk) as ledger:
        approved = [one for one in ledger.entries("small") if one.event == "approved"]
    assert [one.facts["override"] for one in approved] == ["", "", "孩子住院"]
    assert request(desk, 3).override == "孩子住院"


def test_what_cannot_be_set_aside_is_not(desk):
    before = fingerprint(desk)
    found = asked(desk, give=cell("T1", 9), to="T4", override="急", sets_aside=list(Override))
    assert (found.request.number, fingerprint(desk)) == (0, before)


def test_the_first_of_three_is_not_refused_for_those_asked_after_it(desk):
    asked(desk)
    asked(desk, give=cell("T1", 13), to="T4")
    asked(desk, give=cell("T1", 19), to="T5", override="孩子住院", sets_aside=QUOTA)
    confirmed(desk, 1, "T4")
    assert approve_request(desk, 1, "M1", now=NOW).request.state == RequestState.APPROVED


def test_who_asked_in_time_is_not_too_late_for_waiting(desk):
    asked(desk, give=cell("T1", 7), to="T4", now=at("2026-12-06 08:00"))
    confirmed(desk, 1, "T4", now=at("2026-12-06 08:00"))
    done = approve_request(desk, 1, "M1", now=at("2026-12-07 06:00"))
    assert done.request.state == RequestState.APPROVED
    found = asked(desk, give=cell("T1", 8), to="T5", now=at("2026-12-08 00:01"))
    assert "须提前 24 小时" in found.objections[0].say("zh", found.problem.names)


def test_a_day_that_has_passed_is_not_approved_any_more(desk):
    asked(desk)
    confirmed(desk, 1, "T4")
    nothing_happens(desk, lambda: approve_request(desk, 1, "M1", now=at("2026-12-08 00:00")), "已经过去")
    assert request(desk, 1).is_open


# The live roster has moved


def test_a_request_that_the_move_does_not_touch_is_checked_again_and_lands(desk):
    asked(desk)
    asked(desk, by="T2", give=cell("T2", 14), to="T5")
    confirmed(desk, 1, "T4")
    confirmed(desk, 2, "T5")
    assert not approve_request(desk, 1, "M1", now=NOW).rechecked
    done = approve_request(desk, 2, "M1", now=NOW)
    assert done.rechecked
    assert told(done.changes) == {("T2", 14, "早", ""), ("T5", 14, "", "早")}
    assert shifts(roster(desk), "T1", 7) + shifts(roster(desk), "T4", 7) == ".早"
    with ledger_of(desk) as ledger:
        assert [one.facts["version"] for one in ledger.entries("small") if one.event == "approved"] == [1, 2]
    sound(desk)


def test_a_request_that_is_not_possible_any_more_is_not_carried_out(desk):
    asked(desk)
    confirmed(desk, 1, "T4")
    publish_other(desk, ("T4", 6, "晚"), ("T5", 6, ""))  # T4 would not have rested, and the sixth is past
    refusal = nothing_happens(
        desk, lambda: approve_request(desk, 1, "M1", now=at("2026-12-07 06:00")), "现在不能照办", error=RosterMoved
    )
    assert "第 2 版" in refusal.say("zh")
    assert "试四" in refusal.say("zh")
    assert request(desk, 1).is_open


def test_who_was_to_stand_in_and_is_away_by_now_does_not(desk):
    asked(desk)
    confirmed(desk, 1, "T4")
    granted(desk, asked(desk, "absence", by="T4", leave=away("T4", 7, 7, "sick")))
    nothing_happens(desk, lambda: approve_request(desk, 1, "M1", now=NOW), "第 1 号申请已落空")


def publish_other(desk: Path, *changes: tuple[str, int, str]) -> None:
    """Put a roster with these changes in force."""
    number = drafted(desk, roster=with_changes(*changes))
    publish_version(desk, number, "M1", over_because="重排", now=NOW)


def test_a_swap_whose_duty_has_moved_is_to_be_asked_anew(desk):
    asked(desk)
    confirmed(desk, 1, "T4")
    publish_other(desk, ("T1", 7, ""), ("T2", 7, "早"))
    nothing_happens(desk, lambda: approve_request(desk, 1, "M1", now=NOW), error=RosterMoved)


def test_other_further_changes_than_the_approver_saw_are_shown_first(desk):
    """T1 is away; whoever was to come instead is not free any more."""
    found = asked(desk, "absence", leave=away("T1", 7, 7, "sick"))
    (instead,) = found.verdict.further
    others = [f"T{n}" for n in range(2, 7) if f"T{n}" != instead.worker and not roster(desk).on(f"T{n}", dec(7))]
    # they stand in for somebody on the day after that: their evening, and no early duty with it
    late = next(who for who in (f"T{n}" for n in range(2, 7)) if shifts(roster(desk), who, 6) == "晚")
    publish_other(desk, (late, 6, ""), (instead.worker, 6, "晚"))
    before = papers(desk)
    with pytest.raises(RosterMoved) as refusal:
        approve_request(desk, 1, "M1", now=NOW)
    assert "重新核对" in refusal.value.say("zh")
    assert papers(desk) == before
    entry = last(desk)
    assert (entry.event, entry.version, entry.facts["request"]) == ("rechecked", 2, 1)
    with ledger_of(desk) as ledger:
        seen = recorded_changes(ledger.entries("small"), 1)
    assert {one.worker for one in seen} & set(others)
    assert request(desk, 1).is_open
    done = approve_request(desk, 1, "M1", now=NOW)  # seen by now
    assert done.rechecked
    assert set(done.changes) == set(seen)
    sound(desk)


def test_of_changes_that_are_as_few_those_that_were_seen_are_made(desk):
    found = asked(desk, "absence", leave=away("T1", 7, 7, "sick"))
    publish_other(desk, ("T3", 21, ""), ("T6", 21, "早"))
    done = approve_request(desk, 1, "M1", now=NOW)
    assert done.rechecked
    assert set(done.changes) == set(found.verdict.changes)


def test_tables_that_changed_since_publication_are_named_and_change_nothing(desk):
    found = asked(desk, "absence", leave=away("T1", 7, 7, "sick"))
    (instead,) = found.verdict.further
    assert found.notes == ()
    rows = ["工号,开始日期,结束日期,类别,已批准", f"{instead.worker},2026-12-07,2026-12-07,病假,是", ""]
    (desk / "leave.csv").write_text("\n".join(rows), encoding="utf-8")
    done = approve_request(desk, 1, "M1", now=NOW)
    assert told(done.changes) == told(found.verdict.changes)
    (note,) = done.notes
    assert f"{instead.worker} 2026-12-07" in note.say("zh")
    assert "请提申请" in note.say("zh")
    assert asked(desk, "absence", leave=away("T2", 9, 9, "sick")).notes != ()
    with pytest.raises(AssertionError):  # the tables of today forbid what the version in force has
        sound(desk)


def early_on_the_tenth(desk: Path) -> Asked:
    """T4 is to come early on the tenth, and so not late on the ninth, which T3 does not wish to take either."""
    (desk / "requests.csv").write_text(
        "工号,开始日期,结束日期,意愿,班次,权重\nT3,2026-12-09,,不想上,晚,5\n", encoding="utf-8"
    )
    publish_other(desk, ("T4", 9, "晚"), ("T2", 9, ""), ("T4", 10, ""), ("T5", 10, "早"))
    return asked(desk, "edit", by="M2", cells=(Fixed("T4", dec(10), "早"), Fixed("T5", dec(10), "")))


def test_what_had_to_move_with_it_stays_where_its_day_has_passed(desk):
    """T4 is to come early on the tenth, and so not late on the ninth; on the tenth the ninth is past."""
    found = early_on_the_tenth(desk)
    assert found.verdict.word == VerdictWord.ALLOWED_WITH
    assert ("T4", 9, "晚", "") in told(found.verdict.further)
    confirmed(desk, 1, "T4", "T5")
    nothing_happens(desk, lambda: approve_request(desk, 1, "M1", now=at("2026-12-10 06:00")), error=RosterMoved)
    assert approve_request(desk, 1, "M1", now=at("2026-12-09 06:00")).row is not None


def test_what_had_to_move_with_it_stays_once_it_has_begun(desk):
    found = early_on_the_tenth(desk)
    assert ("T4", 9, "晚", "") in told(found.verdict.further)
    confirmed(desk, 1, "T4", "T5")
    nothing_happens(desk, lambda: approve_request(desk, 1, "M1", now=at("2026-12-09 16:00")), error=RosterMoved)
    assert approve_request(desk, 1, "M1", now=at("2026-12-09 15:59")).row is not None


def test_a_duty_that_has_begun_is_not_given_away(desk):
    before = fingerprint(desk)
    found = asked(desk, **FREE_DAY, override="急", sets_aside=NOTICE, now=at("2026-12-07 08:00"))
    assert "已经开始" in found.objections[0].say("zh", found.problem.names)
    assert fingerprint(desk) == before
    found = asked(desk, **FREE_DAY, override="急", sets_aside=NOTICE, now=at("2026-12-07 07:59"))
    assert found.verdict.word == VerdictWord.ALLOWED
    confirmed(desk, 1, "T4", now=at("2026-12-07 07:59"))
    nothing_happens(
        desk, lambda: approve_request(desk, 1, "M1", now=at("2026-12-07 08:00")), "已经开始", error=RosterMoved
    )
    assert approve_request(desk, 1, "M1", now=at("2026-12-07 07:59")).row is not None


# Somebody else is quicker


def overtaken(monkeypatch: pytest.MonkeyPatch, by: Callable[[], object]) -> None:
    """While the next approval is being thought about, something else happens, out of turn as in an earlier release."""
    real = Approval.judge
    waiting = [by]

    def carried_out(*arguments: Any) -> Any:
        found = real(*arguments)
        if waiting:
            with pytest.MonkeyPatch.context() as earlier:
                earlier.setattr(Ledger, "in_turn", lambda ledger, desk, attempt: attempt())
                waiting.pop()()
        return found

    monkeypatch.setattr(Approval, "judge", carried_out)


def test_an_approval_that_is_overtaken_is_judged_again(desk, monkeypatch):
    asked(desk)
    asked(desk, by="T2", give=cell("T2", 14), to="T5")
    confirmed(desk, 1, "T4")
    confirmed(desk, 2, "T5")
    overtaken(monkeypatch, lambda: approve_request(desk, 1, "M2", now=NOW))
    done = approve_request(desk, 2, "M1", now=NOW)
    assert done.rechecked
    assert done.row is not None
    assert done.row.number == 3
    assert told(roster(desk).changes_from(going_round(replace_problem(desk)))) == {
        *{("T1", 7, "早", ""), ("T4", 7, "", "早"), ("T2", 14, "早", ""), ("T5", 14, "", "早")}
    }
    sound(desk)


def test_an_approval_that_moves_no_cell_overtakes_too(desk, monkeypatch):
    """Who is to come on the busy day is granted that day off, while the busy day is being approved."""
    busy = asked(desk, "surge", by="M2", surge=(dec(9), 2.0))
    called = [one.worker for one in busy.verdict.further if one.after]
    free = asked(desk, "leave", by=called[0], leave=away(called[0], 9, 9))
    assert (free.verdict.word, free.verdict.changes) == (VerdictWord.ALLOWED, ())
    overtaken(monkeypatch, lambda: approve_request(desk, free.request.number, "M1", now=NOW))
    with pytest.raises(RosterMoved):
        approve_request(desk, busy.request.number, "M1", now=NOW)
    assert (live(desk).number, last(desk).event) == (2, "rechecked")
    done = approve_request(desk, busy.request.number, "M1", now=NOW)
    assert called[0] not in {one.worker for one in done.changes if one.after}
    sound(desk)


def test_a_request_is_approved_once_however_many_approve_it_at_once(desk, monkeypatch):
    asked(desk)
    confirmed(desk, 1, "T4")
    overtaken(monkeypatch, lambda: approve_request(desk, 1, "M2", now=NOW))
    with pytest.raises(Refusal, match="already"):
        approve_request(desk, 1, "M1", now=NOW)
    assert live(desk).number == 2
    assert events(desk).count("approved") == 1


def test_a_request_that_is_overtaken_is_judged_again_in_turn_with_others(desk, monkeypatch):
    """Another request takes its number while it is judged; the second time nobody who takes turns can."""
    judged, in_turn, turns = Scene.judge, Ledger.in_turn, []

    def judge(*arguments: Any) -> Any:
        found = judged(*arguments)
        monkeypatch.setattr(Scene, "judge", judged)
        assert asked(desk, by="T2", give=cell("T2", 14), to="T5").request.number == 1
        return found

    def take_turn(ledger: Ledger, desk: str, attempt: Callable[[], Any]) -> Any:
        turns.append(desk)
        return in_turn(ledger, desk, attempt)

    monkeypatch.setattr(Scene, "judge", judge)
    monkeypatch.setattr(Ledger, "in_turn", take_turn)
    assert asked(desk).request.number == 2
    assert turns == ["small"]
    assert events(desk).count("requested") == 2


def test_a_request_judged_on_a_roster_that_was_withdrawn_meanwhile_is_judged_again(desk, monkeypatch):
    judged = Scene.judge

    def judge(*arguments: Any) -> Any:
        found = judged(*arguments)
        withdraw_version(desk, 1, "M2", "错", now=NOW)
        return found

    monkeypatch.setattr(Scene, "judge", judge)
    with pytest.raises(Refusal, match="withdrawn"):
        asked(desk)
    assert "requested" not in events(desk)


def test_what_is_withdrawn_meanwhile_is_not_carried_out(desk, monkeypatch):
    asked(desk)
    confirmed(desk, 1, "T4")
    overtaken(monkeypatch, lambda: withdraw_version(desk, 1, "M2", "错", now=NOW))
    with pytest.raises(Refusal, match="withdrawn"):
        approve_request(desk, 1, "M1", now=NOW)
    assert events(desk).count("approved") == 0
    nothing_happens(desk, lambda: approve_request(desk, 1, "M1", now=NOW), "第 1 版已作废")


def test_what_cannot_be_written_is_not_approved(desk, monkeypatch):
    asked(desk)
    confirmed(desk, 1, "T4")

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("scheduler.files.writing.workbook.write_workbook", full)
    before = fingerprint(desk)
    with pytest.raises(Unavailable):
        approve_request(desk, 1, "M1", now=NOW)
    assert fingerprint(desk) == before


# Holidays whose deadline has come


@pytest.fixture
def holiday(tmp_path: Path) -> Path:
    """A desk with a statutory holiday on the 16th: from the 9th on its cells stand."""
    return published_desk(tmp_path, holidays=("2026-12-16",))


@pytest.mark.parametrize(("today", "settled"), [("2026-12-08 23:59", False), ("2026-12-09 00:00", True)])
def test_a_holidays_cells_move_only_for_the_request_that_names_them(holiday, today, settled):
    on = next(f"T{n}" for n in range(1, 7) if shifts(roster(holiday), f"T{n}", 16) == "早")
    others = [f"T{n}" for n in range(1, 7) if not roster(holiday).on(f"T{n}", dec(16))]
    found = asked(holiday, "leave", by=on, leave=away(on, 16, 16), now=at(today))
    assert found.verdict.word == (VerdictWord.REFUSED if settled else VerdictWord.ALLOWED_WITH)
    if not settled:
        decide_request(holiday, "cancelled", 1, on, now=at(today))
    asked_for = asked(holiday, by=on, give=cell(on, 16), to=others[0], now=at(today))
    assert asked_for.verdict.word == VerdictWord.ALLOWED
    number = asked_for.request.number
    confirmed(holiday, number, others[0], now=at(today))
    done = approve_request(holiday, number, "M1", now=at(today))
    assert told(done.changes) == {(on, 16, "早", ""), (others[0], 16, "", "早")}


# What the tables had fixed


def test_a_fixed_duty_that_was_swapped_stands_in_nobodys_way_afterwards(tmp_path):
    desk = published_desk(tmp_path, fixed=("T1,2026-12-07,早",))
    found = asked(desk)
    assert found.verdict.word == VerdictWord.ALLOWED
    granted(desk, found)
    later = asked(desk, by="T2", give=cell("T2", 14), to="T5")
    assert (later.verdict.word, later.verdict.further) == (VerdictWord.ALLOWED, ())
    sound(desk)


# Listed


def test_the_requests_are_listed_with_whose_word_they_wait_for(desk):
    asked(desk)
    asked(desk, by="M1", give=cell("T2", 9), to="T6")
    found = list_requests(desk, reader="auditor", now=NOW)
    assert [one.number for one in found.requests] == [1, 2]
    assert [found.waiting(one) for one in found.requests] == [("T4",), ("T2", "T6")]
    assert found.names["M1"] == "甲经理"
    decide_request(desk, "refused", 1, "M1", now=NOW)
    found = list_requests(desk, reader="auditor", now=NOW)
    assert [found.waiting(one) for one in found.requests] == [(), ("T2", "T6")]
    assert replace(found.requests[0], number=1).state == RequestState.REFUSED


def test_a_version_made_by_a_request_prints_its_month(desk):
    done = granted(desk, asked(desk))
    assert done.row is not None
    book = load_workbook(desk / "rosters" / file_name(done.row))
    assert "第 2 版" in " ".join(str(each.value) for row in book.worksheets[0].iter_rows(max_row=3) for each in row)
    assert isinstance(done.row.made_at, datetime)
    assert done.row.month == MONTH
    with ledger_of(desk) as ledger, pytest.raises(LedgerError):
        ledger.version("small", 3)


# Notice of those who did not ask


ILL: dict[str, Any] = {"kind": "absence", "leave": away("T1", 7, 7, "sick")}
ON_LEAVE: dict[str, Any] = {"kind": "leave", "leave": away("T1", 7, 7)}


def test_who_is_called_in_at_short_notice_is_named_in_the_answer_and_at_the_approval(desk):
    found = asked(desk, **ILL, now=at("2026-12-06 20:00"))
    (called,) = found.verdict.further
    (note,) = found.notes
    name = found.problem.names[called.worker]
    assert note.say("zh") == f"{name}12月7日(周一)的班也要改，离其“早”班开始只有 12 小时（按规定应提前 24 小时告知）"
    done = approve_request(desk, 1, "M1", now=at("2026-12-06 22:30"))
    assert [note.say("en") for note in done.notes if "9 h 30 min before 早" in note.say("en")]


def test_who_is_told_in_time_is_not_named(desk):
    assert asked(desk, **ILL, now=at("2026-12-06 08:00")).notes == ()


@pytest.fixture
def holding_desk(tmp_path: Path) -> Path:
    """A desk that moves nobody's duties for somebody else within 48 hours; its notice of requests is 24."""
    desk = new_desk(tmp_path / "desk", keys=("further_notice_held = true", "further_notice_hours = 48"))
    drafted(desk)
    publish_version(desk, 1, "M1", now=IN_TIME)
    return desk


@pytest.mark.parametrize(
    ("now", "word"), [("2026-12-05 08:01", VerdictWord.REFUSED), ("2026-12-05 08:00", VerdictWord.ALLOWED_WITH)]
)
def test_a_desk_may_hold_the_duties_of_those_whose_notice_would_be_short(holding_desk, now, word):
    found = asked(holding_desk, **ON_LEAVE, now=at(now))
    assert (found.objections, found.verdict.word) == ((), word)


@pytest.mark.parametrize("parts", [ILL, ON_LEAVE | {"override": "经理同意", "sets_aside": [Override.FURTHER_NOTICE]}])
def test_an_illness_and_what_is_set_aside_move_held_duties_and_say_so(holding_desk, parts):
    found = asked(holding_desk, **parts)
    assert found.verdict.word == VerdictWord.ALLOWED_WITH
    assert len(found.notes) == len(found.verdict.further) == 1
