"""The life of published months, over their edges and after the fact: what was published and worked stands."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from scheduler.app.approvals import Approved, approve_request
from scheduler.app.change_requests import Asked, RequestList, decide_request, list_requests, request_change
from scheduler.app.generate import generate_roster
from scheduler.app.judging import look_at
from scheduler.app.months import month_before, month_problem
from scheduler.app.publish import publish_version
from scheduler.app.session import open_session
from scheduler.app.show import show_version
from scheduler.app.status import desk_status
from scheduler.audit.audit import audit
from scheduler.audit.months import PlannedMonth, audit_months
from scheduler.domain import Fixed, Leave, Month, Overtime, Roster
from scheduler.errors import Refusal, RosterMoved
from scheduler.files.reading.desk import read_desk
from scheduler.workflow.change_request import Cell, RequestKind, RequestState
from scheduler.workflow.overrides import Override
from scheduler.workflow.verdict import VerdictWord
from scheduler.workflow.worked import as_worked, worked_cells
from tests.support.published_desk import (
    NOW,
    at,
    cell,
    dec,
    drafted,
    events,
    going_round,
    ledger_of,
    live,
    published_desk,
    shifts,
    told,
)

DECEMBER, JANUARY = Month(2026, 12), Month(2027, 1)
NEW_YEAR = date(2027, 1, 1)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    return published_desk(tmp_path)


@pytest.fixture
def both(desk: Path) -> Path:
    """December and January are in force; January goes on where December's round ends."""
    number = drafted(desk, JANUARY, roster=lambda problem: going_round(problem, 1))
    publish_version(desk, number, "M1", now=NOW)
    return desk


def asked(desk: Path, kind: str = "stand_in", by: str = "M2", now: Any = NOW, **parts: Any) -> Asked:
    return request_change(desk, RequestKind(kind), by, "家里有事", now=now, **parts)


def granted(desk: Path, found: Asked, by: str = "M1", now: Any = NOW) -> Approved:
    """Everybody who has to confirms, and the request is approved."""
    names = found.stretch.names
    said = [one.say("en", names) for one in found.objections]
    said += [one.say("en", names) for one in found.verdict.reasons]
    assert found.request.number, said
    for person in RequestList.waiting(found.request):
        decide_request(desk, "confirmed", found.request.number, person, now=now)
    return approve_request(desk, found.request.number, by, "同意", now=now)


def roster(desk: Path, month: Month = DECEMBER) -> Roster:
    return Roster(live(desk, month).duties)


def worked(desk: Path, month: Month = DECEMBER) -> Roster:
    """The roster in force as it was worked."""
    with ledger_of(desk) as ledger:
        return as_worked(roster(desk, month), worked_cells(ledger.entries("small", month)))


def on(desk: Path, day: date, code: str) -> str:
    """Who has a shift on a day."""
    (found,) = [duty.worker for duty in roster(desk, Month.of(day)).duties if (duty.day, duty.shift) == (day, code)]
    return found


def free(desk: Path, *days: date) -> list[str]:
    """Who has no duty on any of some days."""
    return [f"T{n}" for n in range(1, 7) if not any(roster(desk, Month.of(day)).on(f"T{n}", day) for day in days)]


def state(desk: Path, number: int) -> RequestState:
    return next(one.state for one in list_requests(desk, reader="auditor", now=NOW).requests if one.number == number)


def together(desk: Path) -> list[str]:
    """What all months in force, taken together as they were worked, break."""
    files = read_desk(desk)
    with ledger_of(desk) as ledger:
        months = [
            PlannedMonth(month_problem(files, ledger, month), files.rulebook, worked(desk, month))
            for month in (DECEMBER, JANUARY)
            if ledger.live("small", month)
        ]
    return [one.say("en", {}) for found in audit_months(months) for one in found.broken]


# E1: months see each other


def test_a_stand_in_on_the_last_day_is_refused_for_the_duty_of_the_first(both):
    """CASES E1: 16 hours on end with the published January; the reason is January's."""
    late, early = on(both, dec(31), "晚"), on(both, NEW_YEAR, "早")
    found = asked(both, give=Cell(late, dec(31)), to=early)
    assert found.verdict.word == VerdictWord.REFUSED
    assert {(one.reason.rule, NEW_YEAR in one.reason.days) for one in found.verdict.reasons} >= {
        ("rest_between_duties", True)
    }
    assert together(both) == []


def test_a_stand_in_on_the_last_day_by_somebody_who_is_free_on_the_first_is_allowed(both):
    late = on(both, dec(31), "晚")
    other = next(one for one in free(both, dec(31), NEW_YEAR, dec(30)) if one != late)
    done = granted(both, asked(both, give=Cell(late, dec(31)), to=other))
    assert [row.month for row in done.rows] == [DECEMBER]
    assert together(both) == []


def test_leave_on_the_last_day_moves_nobody_who_is_due_early_on_the_first(both):
    late, early = on(both, dec(31), "晚"), on(both, NEW_YEAR, "早")
    done = granted(both, asked(both, "leave", by=late, leave=Leave(late, dec(31), dec(31))))
    assert done.changes
    assert early not in {one.worker for one in done.changes if one.day == dec(31) and one.after == ("晚",)}
    assert together(both) == []


def test_a_swap_over_the_edge_is_one_request_and_two_versions_or_none(both):
    give = Cell(on(both, dec(30), "早"), dec(30))
    days = [date(2027, 1, day) for day in range(3, 20)]
    for day in days:
        taker = on(both, day, "早")
        if taker == give.worker or roster(both).on(taker, dec(30)) or roster(both, JANUARY).on(give.worker, day):
            continue
        found = asked(both, "swap", give=give, take=Cell(taker, day))
        if found.verdict.word == VerdictWord.ALLOWED:
            break
        if found.request.number:
            decide_request(both, "cancelled", found.request.number, "M2", now=NOW)
    before = {month: live(both, month).number for month in (DECEMBER, JANUARY)}
    done = granted(both, found)
    assert [row.month for row in done.rows] == [DECEMBER, JANUARY]
    assert all(live(both, month).number > number for month, number in before.items())
    assert roster(both).on(taker, dec(30)) == ("早",)
    assert roster(both, JANUARY).on(give.worker, day) == ("早",)
    assert together(both) == []
    with ledger_of(both) as ledger:
        published = [entry for entry in ledger.entries("small") if entry.event == "published"]
        assert [entry.facts.get("request") for entry in published[-2:]] == [found.request.number] * 2
        assert ledger.broken_links("small") == []


def test_each_duty_of_a_swap_over_the_edge_counts_in_the_quota_of_its_own_month(both):
    with open_session(both, now=NOW) as here:
        scene = look_at(here, DECEMBER, JANUARY)
        giver, taker = on(both, dec(30), "早"), on(both, date(2027, 1, 9), "早")
        swap = asked(both, "swap", give=Cell(giver, dec(30)), take=Cell(taker, date(2027, 1, 9))).request
        assert swap.number, "the swap stands in the log"
        scene = look_at(here, DECEMBER, JANUARY)
        assert scene.stretch.months == (DECEMBER, JANUARY)
    for month in (DECEMBER, JANUARY):
        from scheduler.workflow.objections import _months_of

        assert month in _months_of(swap)


def test_a_month_before_one_in_force_is_made_to_fit_it(both):
    """A new December after January is published: its last day leaves January's first early shift its rest."""
    made = generate_roster(both, DECEMBER, cores=1, now=NOW)
    assert made.version is not None
    early = on(both, NEW_YEAR, "早")
    with ledger_of(both) as ledger:
        drawn = Roster(ledger.version("small", made.version).duties)
    assert drawn.on(early, dec(31)) != ("晚",)
    assert any("2027-01" in note.say("en") for note in made.problem.assumptions)


def test_a_draft_that_would_break_the_month_after_is_not_published(both):
    early, late = on(both, NEW_YEAR, "早"), on(both, dec(31), "晚")

    def tiring(problem: Any) -> Roster:
        return going_round(problem).replace_cells({(late, dec(31)): (), (early, dec(31)): ("晚",)})

    number = drafted(both, roster=tiring, legal=False)
    with pytest.raises(Refusal, match="breaks rules now") as refusal:
        publish_version(both, number, "M1", over_because="重排", now=NOW)
    assert "1月1日" in refusal.value.say("zh")


# E2, E4, E5: absences, before, during and after the fact


def test_who_falls_ill_before_a_settled_holiday_is_replaced(tmp_path):
    desk = published_desk(tmp_path, holidays=("2026-12-07",))
    ill = on(desk, dec(7), "早")
    found = asked(desk, "absence", leave=Leave(ill, dec(7), dec(7), "sick"), now=at("2026-12-06 21:00"))
    assert found.verdict.word == VerdictWord.ALLOWED_WITH
    done = granted(desk, found, now=at("2026-12-06 21:05"))
    assert on(desk, dec(7), "早") != ill
    assert {one.day for one in done.changes} == {dec(7)}


def test_an_absence_that_nobody_can_make_good_is_recorded_and_says_what_stays_short(tmp_path):
    away = [f"T{n},2026-12-07,2026-12-07,年假,是" for n in range(2, 6)]  # T1 is early on the 7th, T6 late
    desk = published_desk(tmp_path, leave=tuple(away))
    found = asked(desk, "absence", leave=Leave("T1", dec(7), dec(7), "sick"))
    assert found.verdict.word == VerdictWord.SHORT
    done = granted(desk, found)
    assert done.short
    assert not [duty for duty in roster(desk).duties if (duty.day, duty.shift) == (dec(7), "早")]
    said = [note["zh"] for note in live(desk).assumptions]
    assert any("仍缺" in one and "12月7日" in one for one in said)
    later = asked(desk, give=cell("T1", 13), to="T4")  # what is short stands in nobody's way
    assert later.verdict.word == VerdictWord.ALLOWED
    assert any("none of this request's doing" in note.say("en") for note in later.notes)


def test_yesterdays_no_show_is_entered_and_the_roster_as_planned_stays(desk):
    gone = on(desk, dec(4), "早")
    found = asked(desk, "absence", leave=Leave(gone, dec(4), dec(4), "sick"))
    assert found.request.after_fact
    done = granted(desk, found)
    assert told(done.entered) == {(gone, 4, "早", "")}
    assert (done.changes, done.issued) == ((), ())
    assert roster(desk).on(gone, dec(4)) == ("早",)
    assert worked(desk).on(gone, dec(4)) == ()
    assert "entered" in events(desk)
    assert any("entered after the fact" in note.say("en") for note in done.notes)


def test_a_stand_in_that_took_place_is_entered_afterwards_and_only_what_happened(desk):
    planned = on(desk, dec(4), "晚")
    other = free(desk, dec(4), dec(5), dec(3))[0]
    early = asked(desk, give=Cell(planned, dec(4)), to=other)
    assert not early.request.number
    assert any("--after-the-fact" in one.say("en", {}) for one in early.objections)
    found = asked(desk, give=Cell(planned, dec(4)), to=other, after_fact=True)
    done = granted(desk, found)
    assert told(done.entered) == {(planned, 4, "晚", ""), (other, 4, "", "晚")}
    assert worked(desk).on(other, dec(4)) == ("晚",)
    ahead = asked(desk, give=cell("T1", 7), to="T4", after_fact=True)
    assert "has not begun" in " ".join(one.say("en", {}) for one in ahead.objections)


def test_who_stood_in_yesterday_evening_is_not_given_this_mornings_duty(desk):
    """Every later judgement takes what was worked: the rest after it, too."""
    planned, now = on(desk, dec(5), "晚"), at("2026-12-05 17:00")
    other = free(desk, dec(5), dec(6))[0]
    granted(desk, asked(desk, give=Cell(planned, dec(5)), to=other, after_fact=True, now=now), now=now)
    early = on(desk, dec(6), "早")
    found = asked(desk, give=Cell(early, dec(6)), to=other, now=now, override="急", sets_aside=[Override.NOTICE])
    assert found.verdict.word != VerdictWord.ALLOWED
    assert "rest_between_duties" in {one.reason.rule for one in found.verdict.reasons}


def test_who_is_ill_in_a_running_shift_is_recorded(desk):
    ill, now = on(desk, dec(5), "早"), at("2026-12-05 09:30")
    found = asked(desk, "absence", leave=Leave(ill, dec(5), dec(6), "sick"), now=now)
    done = granted(desk, found, now=now)
    assert (ill, 5, "早", "") in told(done.entered)
    assert worked(desk).on(ill, dec(5)) == ()
    assert not roster(desk).on(ill, dec(6))


def test_an_absence_approved_after_the_shift_began_is_carried_out(desk):
    ill = on(desk, dec(5), "晚")
    found = asked(desk, "absence", leave=Leave(ill, dec(5), dec(5), "sick"), now=at("2026-12-05 15:30"))
    assert not found.request.after_fact
    done = granted(desk, found, now=at("2026-12-05 16:10"))
    assert (ill, 5, "晚", "") in told(done.entered)
    assert roster(desk).on(ill, dec(5)) == ("晚",)
    assert worked(desk).on(ill, dec(5)) == ()


def test_of_leave_that_is_approved_late_the_rest_is_granted(desk):
    found = asked(desk, "leave", by="T1", leave=Leave("T1", dec(6), dec(9)))
    with pytest.raises(RosterMoved, match="look at it and approve again"):  # fewer cells move than the approver saw
        granted(desk, found, now=at("2026-12-07 17:00"))
    done = approve_request(desk, 1, "M1", now=at("2026-12-07 17:05"))
    assert done.request.leave == Leave("T1", dec(8), dec(9))
    assert any("granted from" in note.say("en") for note in done.notes)
    assert roster(desk).on("T1", dec(7)) == ("早",)
    assert list_requests(desk, reader="auditor", now=NOW).requests[0].leave == Leave("T1", dec(8), dec(9))


@pytest.mark.parametrize("away", [range(2, 6), range(2, 5)])
def test_a_change_of_somebody_whom_the_roster_does_not_know_any_more_is_looked_for_anew(tmp_path, away):
    """Whoever was to take the duty over is not in the version that was published since."""
    desk = published_desk(tmp_path, leave=tuple(f"T{n},2026-12-13,2026-12-13,年假,是" for n in away))
    people = (desk / "people.csv").read_text(encoding="utf-8")
    (desk / "people.csv").write_text(people + "A7,试七,班长\n", encoding="utf-8")
    publish_version(desk, drafted(desk), "M1", now=NOW)
    found = asked(desk, "leave", by="T1", leave=Leave("T1", dec(13), dec(13)))
    assert told(found.verdict.further) == {("A7", 13, "", "早")}
    (desk / "people.csv").write_text(people, encoding="utf-8")
    publish_version(desk, drafted(desk), "M1", now=NOW)
    with pytest.raises(RosterMoved, match="cannot be granted" if len(away) == 4 else "look at it and approve again"):
        approve_request(desk, 1, "M1", now=NOW)


def test_leave_whose_days_have_all_passed_is_not_approved(desk):
    found = asked(desk, "leave", by="T1", leave=Leave("T1", dec(7), dec(8)))
    with pytest.raises(RosterMoved, match="have passed or begun"):
        granted(desk, found, now=at("2026-12-09 09:00"))


@pytest.mark.parametrize(("now", "word"), [("2026-12-05 07:59", "notice"), ("2026-12-05 17:00", "has begun")])
def test_a_duty_that_has_begun_or_ended_is_not_given_away(desk, now, word):
    """CASES E5: it ended at 16:00."""
    early = on(desk, dec(5), "早")
    found = asked(desk, give=Cell(early, dec(5)), to=free(desk, dec(5), dec(6))[0], now=at(now))
    assert not found.request.number
    said = " ".join(one.say("en", {}) for one in found.objections)
    assert ("begun" in said) == (word == "has begun"), said


def test_next_month_begins_from_what_was_worked(desk):
    late = on(desk, dec(31), "晚")
    other = free(desk, dec(31), dec(30))[0]
    now = at("2026-12-31 20:00")
    granted(desk, asked(desk, give=Cell(late, dec(31)), to=other, after_fact=True, now=now), now=now)
    with ledger_of(desk) as ledger:
        before = month_before(ledger, "small", JANUARY)
    assert before is not None
    assert shifts(Roster(before.duties), other, 31) == "晚"
    assert shifts(Roster(before.duties), late, 31) == "."
    made = generate_roster(desk, JANUARY, cores=1, now=now)
    assert made.version is not None
    with ledger_of(desk) as ledger:
        january = Roster(ledger.version("small", made.version).duties)
    assert january.on(other, NEW_YEAR) != ("早",)


# E7, E8, E9, A6: what was settled stays


def test_what_an_approved_stand_in_settled_is_spared_where_another_would_do(desk):
    """CASES E7: whoever was freed by a stand-in is not called in for an absence of that day."""
    early = on(desk, dec(7), "早")
    granted(desk, asked(desk, by=early, give=Cell(early, dec(7)), to="T4"))
    found = asked(desk, "absence", leave=Leave("T4", dec(7), dec(7), "sick"))
    assert found.verdict.word == VerdictWord.ALLOWED_WITH
    assert early not in {one.worker for one in found.verdict.further}


def test_where_only_what_was_settled_helps_it_moves_and_is_named(tmp_path):
    away = [f"T{n},2026-12-07,2026-12-07,年假,是" for n in (2, 3, 5)]
    desk = published_desk(tmp_path, leave=tuple(away))
    granted(desk, asked(desk, by="T1", give=cell("T1", 7), to="T4"))
    found = asked(desk, "absence", leave=Leave("T4", dec(7), dec(7), "sick"))
    assert told(found.verdict.further) == {("T1", 7, "", "早")}
    assert any("what approved request 1 settled" in note.say("en") for note in found.notes)


def test_leave_called_off_makes_papers_that_say_so(tmp_path):
    """CASES E8: no cell moves, and the version in force does not print leave any more; its workbook can be made again."""
    desk = published_desk(tmp_path, leave=("T6,2026-12-08,2026-12-10,年假,是",))
    done = granted(desk, asked(desk, "cancel_leave", by="T6", cancelled_leave=Leave("T6", dec(9), dec(9))))
    assert (done.changes, len(done.issued)) == ((), 1)
    shown = show_version(desk, done.issued[0], out=tmp_path / "again")
    assert shown.written is not None
    assert ("T6", dec(9)) not in done.problems[0].leave_days


def test_the_rest_of_a_month_is_planned_again_and_what_was_worked_and_settled_stays(desk):
    """CASES E9: 257 cells moved, 128 of them worked."""
    granted(desk, asked(desk, by="T1", give=cell("T1", 19), to="T4"))
    now = at("2026-12-16 12:00")
    before = roster(desk)
    made = generate_roster(desk, DECEMBER, since=dec(17), cores=1, now=now)
    assert made.version is not None
    with ledger_of(desk) as ledger:
        after = Roster(ledger.version("small", made.version).duties)
    assert all(one.day >= dec(17) for one in after.changes_from(before))
    assert (after.on("T1", dec(19)), after.on("T4", dec(19))) == ((), ("早",))
    assert any("stay" in note.say("en") for note in made.problem.assumptions)
    files = read_desk(desk)
    with ledger_of(desk) as ledger:
        assert not audit(month_problem(files, ledger, DECEMBER), files.rulebook, after).broken
    if after != before:
        publish_version(desk, made.version, "M1", over_because="重排余下", now=now)
        assert roster(desk) == after


def test_with_fewest_changes_a_rest_that_may_stay_stays(desk):
    made = generate_roster(desk, DECEMBER, since=dec(10), fewest=True, cores=1, now=NOW)
    assert made.version is not None
    with ledger_of(desk) as ledger:
        assert Roster(ledger.version("small", made.version).duties) == roster(desk)


def replanned(desk: Path, *, fewest: bool) -> tuple[Any, Roster]:
    """The rest of December from the 10th on, planned again, and its audit."""
    made = generate_roster(desk, DECEMBER, since=dec(10), fewest=fewest, cores=1, now=NOW)
    assert made.version is not None
    with ledger_of(desk) as ledger:
        return made, Roster(ledger.version("small", made.version).duties)


@pytest.mark.parametrize("fewest", [True, False])
def test_leave_that_came_into_the_table_is_kept_by_a_rest_planned_again(desk, fewest):
    """What the roster in force does not know yet is no reason to leave somebody on duty."""
    away = on(desk, dec(15), "早")
    write_leave(desk, f"{away},2026-12-15,2026-12-15")
    made, after = replanned(desk, fewest=fewest)
    assert not made.outcome.audit.broken
    assert after.on(away, dec(15)) == ()
    if fewest:
        assert {(one.worker, one.day) for one in after.changes_from(roster(desk))} >= {(away, dec(15))}
        assert len(after.changes_from(roster(desk))) == 2
    publish_version(desk, made.version, "M1", over_because="请假", now=NOW)


@pytest.mark.parametrize("fewest", [True, False])
def test_more_people_in_the_demand_are_found_by_a_rest_planned_again(desk, fewest):
    with (desk / "demand.csv").open("a", encoding="utf-8") as demand:
        demand.write("早,2026-12-15,,,2,2,\n")
    made, after = replanned(desk, fewest=fewest)
    assert not made.outcome.audit.broken
    assert sum(duty.day == dec(15) and duty.shift == "早" for duty in after.duties) == 2


@pytest.mark.parametrize("fewest", [True, False])
def test_where_nobody_is_left_the_leave_is_kept_and_the_shift_stays_short(desk, fewest):
    write_leave(desk, *(f"T{n},2026-12-15,2026-12-15" for n in range(1, 6)))
    made, after = replanned(desk, fewest=fewest)
    broken = {one.reason.rule: one.reason.days for one in made.outcome.audit.broken}
    assert broken == dict.fromkeys(("shift_cover", "always_staffed", "shift_leader"), (dec(15),))
    assert {duty.worker for duty in after.duties if duty.day == dec(15)} == {"T6"}


def test_tables_that_a_rest_was_planned_with_are_not_said_to_be_without_effect(desk):
    """Before the day the month keeps its old hours; that is no difference that anybody could ask for."""
    change(desk, "shifts.csv", "早,早班,08:00,16:00", "早,早班,08:30,16:30")
    change(desk, "desk.toml", "08:00-24:00", "08:30-24:00")
    assert any("08:30" in note.say("zh") for note in desk_status(desk, now=NOW).notes)
    made, _ = replanned(desk, fewest=True)
    publish_version(desk, made.version, "M1", over_because="新时间", now=NOW)
    assert (start_of(desk, on(desk, dec(9), "早"), dec(9)), start_of(desk, on(desk, dec(10), "早"), dec(10))) == (
        "08:00",
        "08:30",
    )
    assert desk_status(desk, now=NOW).notes == ()
    granted(desk, asked(desk, by="T1", give=cell("T1", 19), to="T4"))  # made from it, with what it was made with
    assert desk_status(desk, now=NOW).notes == ()
    change(desk, "shifts.csv", "08:30,16:30", "09:00,17:00")
    assert any("09:00" in note.say("zh") for note in desk_status(desk, now=NOW).notes)


def test_leave_on_days_that_stay_moves_nobody_there(desk):
    """Days before the one from which on is planned stay, whatever the tables say of them."""
    away = on(desk, dec(8), "早")
    write_leave(desk, f"{away},2026-12-08,2026-12-08")
    _, after = replanned(desk, fewest=True)
    assert after == roster(desk)


@pytest.mark.parametrize(
    ("since", "now", "word"),
    [
        (dec(4), NOW, "is past"),
        (date(2027, 1, 4), NOW, "not a day of"),
    ],
)
def test_only_days_of_the_month_that_are_left_are_planned_again(desk, since, now, word):
    with pytest.raises(Refusal, match=word):
        generate_roster(desk, DECEMBER, since=since, cores=1, now=now)


def test_a_month_that_is_not_published_has_no_rest(tmp_path):
    desk = published_desk(tmp_path)
    with pytest.raises(Refusal, match="no version of 2027-01"):
        generate_roster(desk, JANUARY, since=NEW_YEAR, cores=1, now=NOW)


def test_a_generated_month_that_tells_worked_days_otherwise_is_not_published(desk):
    number = drafted(desk, roster=lambda problem: going_round(problem, 2))
    with pytest.raises(Refusal, match="what was worked is not rewritten"):
        publish_version(desk, number, "M1", over_because="重排", now=at("2026-12-16 09:00"))


def test_a_shift_whose_hours_changed_rewrites_no_worked_day_either(desk):
    """CASES A1: codes are the same, hours are not."""
    table = desk / "shifts.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("08:00,16:00", "08:00,15:30"), encoding="utf-8")
    settings = desk / "desk.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("[opening]", "[rules.always_staffed]\nheads = 0\n[opening]"), encoding="utf-8")
    number = drafted(desk)
    with pytest.raises(Refusal, match="what was worked is not rewritten"):
        publish_version(desk, number, "M1", over_because="冬季", now=at("2026-12-16 09:00"))


def test_an_approved_swap_is_taken_back_whole_and_costs_nothing(desk):
    """CASES A6: all cells that it moved, and the quota of nobody."""
    before = roster(desk)
    granted(desk, asked(desk, "leave", by="T1", leave=Leave("T1", dec(7), dec(8))))
    assert roster(desk) != before
    granted(desk, asked(desk, "undo", undoes=1))
    assert roster(desk) == before
    assert state(desk, 1) == RequestState.UNDONE
    with ledger_of(desk) as ledger:
        assert ("T1", dec(7)) not in month_problem(read_desk(desk), ledger, DECEMBER).leave_days
    for number in range(2):  # two stand-ins are T1's quota, and both are still left
        day = (13, 19)[number]
        assert granted(desk, asked(desk, by="T1", give=cell("T1", day), to="T4")).request.state == "approved"


def test_what_the_approval_moved_is_taken_back_where_that_is_other_cells_than_were_asked(desk):
    """Judged again with another roster, the leave moved one cell instead of two."""
    before = roster(desk)
    found = asked(desk, "leave", by="T1", leave=Leave("T1", dec(7), dec(7)))
    assert len(found.verdict.changes) == 2
    (other,) = {one.worker for one in found.verdict.further}
    helper = next(who for who in free(desk, dec(6), dec(7), dec(8)) if who not in ("T1", other))
    granted(desk, asked(desk, "edit", cells=(Fixed(helper, dec(7), "早"),)))
    done = approve_request(desk, 1, "M1", now=NOW)
    assert {(one.worker, one.day) for one in done.changes} == {("T1", dec(7))}
    assert [(one.worker, one.day) for one in list_requests(desk, reader="auditor", now=NOW).changes[1]] == [
        ("T1", dec(7))
    ]
    granted(desk, asked(desk, "undo", undoes=1))
    assert roster(desk) == before.replace_cells({(helper, dec(7)): ("早",)})


def test_what_others_have_moved_since_is_not_taken_back(desk):
    granted(desk, asked(desk, by="T1", give=cell("T1", 7), to="T4"))
    granted(desk, asked(desk, by="T4", give=cell("T4", 7), to="T5"))
    found = asked(desk, "undo", undoes=1)
    assert not found.request.number
    assert "has changed since" in " ".join(one.say("en", {}) for one in found.objections)
    assert state(desk, 1) == RequestState.APPROVED


def test_what_was_worked_is_not_taken_back(desk):
    granted(desk, asked(desk, by="T1", give=cell("T1", 7), to="T4"))
    found = asked(desk, "undo", undoes=1, now=at("2026-12-07 12:00"))
    assert not found.request.number


@pytest.mark.parametrize("number", [1, 9])
def test_only_what_was_approved_can_be_taken_back(desk, number):
    asked(desk, by="T1", give=cell("T1", 7), to="T4")
    with pytest.raises(Refusal):
        asked(desk, "undo", undoes=number)


# A1 to A3, E19: changed tables


def change(desk: Path, table: str, before: str, after: str) -> None:
    """Edit a table of the desk."""
    path = desk / table
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def write_leave(desk: Path, *rows: str) -> None:
    """Put approved leave into the table."""
    lines = ["工号,开始日期,结束日期,类别,已批准", *(f"{row},年假,是" for row in rows), ""]
    (desk / "leave.csv").write_text("\n".join(lines), encoding="utf-8")


def start_of(desk: Path, worker: str, day: date) -> str:
    """When somebody's duty of a day begins, as the version in force has it."""
    (found,) = [
        str(row["start"]) for row in live(desk).details if (row["worker"], row["date"]) == (worker, day.isoformat())
    ]
    return datetime.fromisoformat(found).strftime("%H:%M")


def test_changed_hours_hold_from_the_day_that_is_asked_for(desk):
    """CASES A1: nine days worked stay as they were, and all whose hours change are told."""
    change(desk, "shifts.csv", "早,早班,08:00,16:00", "早,早班,07:30,15:30")
    change(desk, "shifts.csv", "晚,晚班,16:00,24:00", "晚,晚班,15:30,23:30")
    change(desk, "desk.toml", "08:00-24:00", "08:00-23:30")
    now = at("2026-12-10 10:00")
    status = desk_status(desk, now=now)
    assert any("07:30" in note.say("zh") for note in status.notes)
    found = asked(desk, "tables", since=dec(15), now=now)
    done = granted(desk, found, now=now)
    assert any("07:30" in note.say("zh") for note in done.notes)
    for day, start in ((9, "08:00"), (14, "08:00"), (15, "07:30"), (31, "07:30")):
        assert start_of(desk, on(desk, dec(day), "早"), dec(day)) == start, day
    letters = {path.name for path in done.files if path.suffix in (".txt", ".ics")}
    concerned = {duty.worker for duty in roster(desk).duties if duty.shift == "早" and duty.day >= dec(15)}
    names = {f"T{n}": "试" + "一二三四五六"[n - 1] for n in range(1, 7)}
    for worker in concerned:
        assert any(worker in name or names[worker] in name for name in letters), (worker, sorted(letters))
    assert not desk_status(desk, now=now).notes


def test_a_request_made_after_that_leaves_the_days_before_as_they_were(desk):
    change(desk, "shifts.csv", "早,早班,08:00,16:00", "早,早班,08:30,16:30")
    change(desk, "desk.toml", "08:00-24:00", "08:30-24:00")
    now = at("2026-12-10 10:00")
    granted(desk, asked(desk, "tables", since=dec(15), now=now), now=now)
    granted(desk, asked(desk, by="T1", give=cell("T1", 19), to="T4", now=now), now=now)
    assert start_of(desk, on(desk, dec(14), "早"), dec(14)) == "08:00"
    assert start_of(desk, "T4", dec(19)) == "08:30"


def test_tables_that_changed_once_more_are_asked_for_again(desk):
    change(desk, "shifts.csv", "早,早班,08:00,16:00", "早,早班,08:30,16:30")
    change(desk, "desk.toml", "08:00-24:00", "08:30-24:00")
    found = asked(desk, "tables", since=dec(15))
    change(desk, "shifts.csv", "08:30,16:30", "08:15,16:15")
    with pytest.raises(RosterMoved, match="changed again"):
        granted(desk, found)


def test_tables_that_say_the_same_are_no_request(desk):
    found = asked(desk, "tables", since=dec(15))
    assert not found.request.number
    assert "say nothing else" in found.objections[0].say("en", {})


def test_changed_tables_do_not_reach_into_the_past(desk):
    change(desk, "shifts.csv", "早,早班,08:00,16:00", "早,早班,08:30,16:30")
    change(desk, "desk.toml", "08:00-24:00", "08:30-24:00")
    assert "is past" in asked(desk, "tables", since=dec(4)).objections[0].say("en", {})
    assert "have begun" in asked(desk, "tables", since=dec(5)).objections[0].say("en", {})


def test_a_calendar_notice_after_publication_is_a_change_of_its_own(both):
    """CASES A2: a make-up workday in January is no by-product of somebody's leave."""
    (both / "holidays.csv").write_text("日期,类型,名称\n2027-01-24,补班,\n", encoding="utf-8")
    found = asked(both, "leave", by="T1", leave=Leave("T1", date(2027, 1, 14), date(2027, 1, 14)))
    assert all(one.day == date(2027, 1, 14) for one in found.verdict.changes)
    assert any("2027-01-24" in note.say("en") or "calendar" in note.say("en") for note in found.notes)
    asked_for = asked(both, "tables", since=date(2027, 1, 20))
    assert asked_for.verdict.word in (VerdictWord.ALLOWED, VerdictWord.ALLOWED_WITH)
    assert any("24" in note.say("en") for note in asked_for.notes)


def test_a_new_id_takes_its_duties_along(desk):
    """CASES A3: who is called otherwise by now is one person, from the day on which the tables hold."""
    change(desk, "people.csv", "工号,姓名,角色", "工号,姓名,角色,曾用工号")
    change(desk, "people.csv", "T3,试三,班长", "X3,试三,班长,T3")
    before = roster(desk)
    done = granted(desk, asked(desk, "tables", since=dec(6)))
    after = roster(desk)
    assert [duty._replace(worker="T3") if duty.worker == "X3" else duty for duty in after.duties if duty.worker == "X3"]
    assert {duty.day for duty in after.duties if duty.worker == "X3"} == {
        duty.day for duty in before.duties if duty.worker == "T3"
    }
    assert done.issued


def test_leave_that_was_put_into_the_table_afterwards_is_named_and_can_be_asked_for(desk):
    """CASES E19: one path."""
    (desk / "leave.csv").write_text(
        "工号,开始日期,结束日期,类别,已批准\nT1,2026-12-07,2026-12-07,病假,是\n", encoding="utf-8"
    )
    assert any("T1" in note.say("en") for note in desk_status(desk, now=NOW).notes)
    found = asked(desk, "absence", leave=Leave("T1", dec(7), dec(7), "sick"))
    assert found.verdict.word == VerdictWord.ALLOWED_WITH


# What happened beside it


def test_overtime_that_was_done_is_entered_afterwards(desk):
    worker = on(desk, dec(4), "早")
    done = granted(desk, asked(desk, "overtime", by=worker, overtime=Overtime(worker, dec(4), 60), after_fact=True))
    assert Overtime(worker, dec(4), 60, 16 * 60) in done.problems[0].overtime


def test_cells_that_were_worked_otherwise_are_entered_by_hand(desk):
    early = on(desk, dec(4), "早")
    other = free(desk, dec(3), dec(4), dec(5))[0]
    cells = (Fixed(early, dec(4), ""), Fixed(other, dec(4), "早"))
    done = granted(desk, asked(desk, "edit", cells=cells, after_fact=True))
    assert told(done.entered) == {(early, 4, "早", ""), (other, 4, "", "早")}
    assert worked(desk).on(other, dec(4)) == ("早",)


def test_leave_is_nothing_to_be_entered_afterwards(desk):
    found = asked(desk, "leave", by="T1", leave=Leave("T1", dec(1), dec(1)), after_fact=True)
    assert not found.request.number


def test_papers_that_are_due_stand_with_the_request(desk):
    found = asked(desk, "absence", leave=Leave("T1", dec(7), dec(7), "sick"), papers_due=dec(14))
    granted(desk, found)
    (one,) = list_requests(desk, reader="auditor", now=NOW).requests
    assert one.papers_due == dec(14)
