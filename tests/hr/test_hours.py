"""Hours and overtime against a recount minute by minute, which shares nothing with the program's arithmetic."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from random import Random

import pytest

from scheduler.domain import (
    Compensation,
    Day,
    DayKind,
    Duty,
    HoursPeriod,
    HoursSystem,
    Leave,
    Month,
    Overtime,
    Problem,
    workdays,
)
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.hr.hours import Calendar, Cycle, count_overtime, cycles_until
from scheduler.hr.in_force import HeldDuty, HeldMonth, Made, Window, hold_duty, with_hours_away
from scheduler.hr.person import Book, Period, PersonSheet, person_sheets
from scheduler.timeline import DAY_MINUTES
from tests.support.cli_desks import ROOT
from tests.support.published_desk import at
from tests.support.sample_months import NAMES

SAMPLES = ("three_shift_desk", "property_centre_24h", "web_shop", "two_season_office", "taobao_evening")
MONTHS = (Month(2026, 10), Month(2027, 1), Month(2027, 2))
# The desks with the oddest hours in every month with statutory days, all the others in one of them.
OTHERS = tuple(name for name in NAMES if name not in SAMPLES)
RECOUNTED = [
    *((sample, month) for sample in SAMPLES for month in MONTHS),
    *((sample, MONTHS[place % len(MONTHS)]) for place, sample in enumerate(OTHERS)),
]
DAY = timedelta(days=1)


@cache
def desk(sample: str) -> DeskFiles:
    return read_desk(ROOT / "samples" / sample)


def days_of(files: DeskFiles, months: list[Month]) -> dict[date, Day]:
    around = [months[0].previous, *months, months[-1].next]
    return {day.date: day for month in around for day in files.days(month)}


def blank(files: DeskFiles, month: Month) -> Problem:
    """A month of the sample's first people without anything of its dated tables."""
    return Problem(files.desk, files.days(month), files.workers[:3], files.shifts)


def planted(files: DeskFiles, months: list[Month], random: Random) -> tuple[HeldMonth, ...]:
    """Months of duties, absences, stand-ins, leave and overtime at random."""
    found = []
    for month in months:
        problem = blank(files, month)
        overtime, leave = [], []
        for worker in problem.workers:
            for day in problem.dates:
                if random.random() < 0.25:
                    start = random.choice([None, random.randrange(0, 2 * DAY_MINUTES)])
                    how = random.choice(list(Compensation))
                    overtime.append(Overtime(worker.id, day, random.randrange(1, 700), start, how))
                if random.random() < 0.05:
                    part = random.choice([(None, None), (540, 720), (780, 1001)])
                    kind = random.choice(["annual", "comp_leave"])
                    leave.append(Leave(worker.id, day, day, kind, start=part[0], end=part[1]))
        problem = Problem(
            problem.desk,
            problem.days,
            problem.workers,
            problem.shifts,
            overtime=tuple(overtime),
            leave=tuple(leave),
        )
        made = Made(1, "mark", problem, ())
        duties = []
        for worker in problem.workers:
            for day in problem.dates:
                for code in random.sample(problem.codes, min(len(problem.codes), random.choice([0, 1, 1, 1, 2]))):
                    held = hold_duty(made, Duty(worker.id, day, code))
                    planned, worked = random.choice([(True, True)] * 8 + [(True, False), (False, True)])
                    duties.append(held_as(held, planned=planned, worked=worked))
        windows = (Window(1, at("2026-01-01 00:00")(), None),)
        rulebook = files.rulebook
        whole = tuple(with_hours_away(duties, problem))
        found.append(HeldMonth(problem=problem, rulebook=rulebook, windows=windows, duties=whole))
    return tuple(found)


def held_as(held: HeldDuty, *, planned: bool, worked: bool) -> HeldDuty:
    return replace(held, planned=planned, worked=worked)


def sheets(
    files: DeskFiles,
    held: tuple[HeldMonth, ...],
    period: Period,
    system: HoursSystem = HoursSystem.STANDARD,
    reckoned: HoursPeriod = HoursPeriod.MONTH,
) -> dict[str, PersonSheet]:
    people = {worker.id: replace(worker, hours_system=system, hours_period=reckoned) for worker in files.workers[:3]}
    days = days_of(files, [one.problem.month for one in held])
    book = Book(period, held, Calendar(days, files.desk.hours_zone), people)
    return {one.id: one for one in person_sheets(book)}


Minute = tuple[date, int]


def minutes_of(held: HeldDuty) -> list[Minute]:
    """Every paid minute of a duty, as the clock on the wall shows it."""
    shift, found = held.shift, []
    for minute in range(shift.start, shift.end):
        if not any(pause.start <= minute < pause.end and not pause.paid for pause in shift.breaks):
            found.append((held.day + DAY * (minute // DAY_MINUTES), minute % DAY_MINUTES))
    return found


def hours_of_leave(problem: Problem, who: str) -> set[Minute]:
    """Every minute of somebody's leave of hours."""
    rows = [one for one in problem.leave if one.worker == who and one.start is not None]
    return {(one.first, minute) for one in rows for minute in range(one.start or 0, one.end or 0)}


class Recount:
    """One person's period, minute by minute."""

    def __init__(self, files: DeskFiles, held: tuple[HeldMonth, ...], period: Period, who: str) -> None:
        self.days = days_of(files, [one.problem.month for one in held])
        dates = set(period.dates)
        all_duties = [one for month in held for one in month.duties if one.worker == who]
        duties = [one for one in all_duties if one.day in dates]
        tail = files.desk.tail_minutes
        self.planned = self.kinds(m for one in duties if one.planned for m in minutes_of(one))
        away = {id(one): hours_of_leave(month.problem, who) for month in held for one in month.duties}
        self.worked = self.kinds(m for one in duties if one.worked for m in minutes_of(one) if m not in away[id(one)])
        at_work = {m for one in duties if one.worked for m in minutes_of(one) if m not in away[id(one)]}
        self.multiplied: Counter[str] = Counter()
        self.time_off = self.statutory_overtime = self.beside_statutory = self.beside = 0
        taken: set[tuple[date, str, int]] = set()
        for month in held:
            for row in (one for one in month.problem.overtime if one.worker == who):
                if row.start is None:
                    # The minutes of the day's duties in the order of their spans; those at the end are taken first.
                    spans = sorted(
                        (start, end, one.shift.code)
                        for one in all_duties
                        if one.worked and one.day == row.day
                        for start, end in one.shift.paid_stretches
                    )
                    free = [
                        (code, minute)
                        for start, end, code in spans
                        for minute in range(start, end)
                        if (row.day, code, minute) not in taken
                        if (row.day + DAY * (minute // DAY_MINUTES), minute % DAY_MINUTES)
                        not in hours_of_leave(month.problem, who)
                    ]
                    mine = free[len(free) - min(len(free), row.minutes) :]
                    taken |= {(row.day, code, minute) for code, minute in mine}
                    passed = [(row.day + DAY * (minute // DAY_MINUTES), minute % DAY_MINUTES) for _, minute in mine]
                else:
                    passed = [
                        (row.day + DAY * (minute // DAY_MINUTES), minute % DAY_MINUTES)
                        for minute in range(row.start, row.start + row.minutes)
                    ]
                if row.day not in dates:
                    continue
                planned = any(
                    one.planned
                    and (one.day == row.day or (one.day + DAY == row.day and one.shift.end - DAY_MINUTES > tail))
                    for one in all_duties
                )
                if row.day not in workdays(
                    month.problem
                ):  # where all that was worked is overtime, nothing else was due
                    lengths = [len(minutes_of(one)) for one in all_duties if one.worked and one.day == row.day]
                    reaching = (one for one in all_duties if one.planned and one.day + DAY == row.day)
                    asked = [
                        one.minutes
                        for one in month.problem.overtime
                        if (one.worker, one.day, one.start) == (who, row.day, None)
                    ]
                    if lengths and sum(asked) >= sum(lengths):
                        planned = any(one.shift.end - DAY_MINUTES > tail for one in reaching)
                for day, minute in passed:
                    statutory = self.days[day].kind == DayKind.STATUTORY
                    self.multiplied["3" if statutory else "1.5" if planned else "2"] += 1
                    self.time_off += row.compensation == Compensation.TIME_OFF
                    self.statutory_overtime += statutory and row.start is None
                    self.beside += row.start is not None
                    self.beside_statutory += statutory and row.start is not None
                    if row.start is not None:
                        at_work.add((day, minute))
                if not planned and row.compensation == Compensation.TIME_OFF:
                    self.multiplied["2 off"] += sum(self.days[day].kind != DayKind.STATUTORY for day, _ in passed)
        self.at_night = sum(minute < 360 or minute >= 1320 for _, minute in at_work)

    def kinds(self, minutes: object) -> Counter[str]:
        names = {DayKind.STATUTORY: "statutory", DayKind.RESTDAY: "rest", DayKind.NOTICE_OFF: "rest"}
        return Counter(names.get(self.days[day].kind, "workday") for day, _ in minutes)  # type: ignore[attr-defined]


def periods(month: Month) -> list[Period]:
    before = month.previous
    return [
        Period(month.first, month.last),
        Period(date(before.year, before.month, 26), date(month.year, month.month, 25), 25),
    ]


@pytest.mark.parametrize(("sample", "month"), RECOUNTED, ids=str)
def test_hours_and_overtime_agree_with_a_recount_minute_by_minute(sample, month):
    files = desk(sample)
    held = planted(files, [month.previous, month], Random(f"{sample} {month}"))
    counted = 0
    for period in periods(month):
        for who, sheet in sheets(files, held, period).items():
            plain = Recount(files, held, period, who)
            assert sheet.planned._asdict() == {k: plain.planned[k] for k in ("workday", "rest", "statutory")}
            assert sheet.worked._asdict() == {k: plain.worked[k] for k in ("workday", "rest", "statutory")}
            assert sheet.overtime == (plain.multiplied["1.5"], plain.multiplied["2"], plain.multiplied["3"], 0)
            assert sheet.given_back.by_2 == plain.multiplied["2 off"]
            assert sheet.earned == plain.time_off
            assert sheet.night_minutes == plain.at_night
            assert sheet.statutory_duty == plain.worked["statutory"] - plain.statutory_overtime
            counted += sum(sheet.overtime)
    assert counted > 300


@pytest.mark.parametrize("system", [HoursSystem.COMPREHENSIVE, HoursSystem.IRREGULAR])
def test_other_systems_multiply_no_approval_and_comprehensive_hours_count_what_exceeds_the_statutory_total(system):
    files, month = desk("three_shift_desk"), Month(2026, 10)
    held, period = planted(files, [month], Random(5)), Period(month.first, month.last)
    exceeded = 0
    for who, sheet in sheets(files, held, period, system).items():
        plain = Recount(files, held, period, who)
        assert sheet.overtime[:3] == (0, 0, 0)
        assert sheet.overtime.plain == sum(plain.multiplied[name] for name in ("1.5", "2", "3"))
        if system == HoursSystem.IRREGULAR:
            assert (sheet.statutory_duty, sheet.excess, sheet.cycles) == (0, 0, ())
            continue
        problem = held[0].problem
        worker = problem.worker_by_id[who]
        parts = [problem.present_part(worker, day.date) for day in problem.days if not day.is_off]
        total = round(480 * sum(parts))
        minutes = sum(plain.worked.values()) - plain.worked["statutory"] + plain.beside - plain.beside_statutory
        assert sheet.statutory_duty == plain.worked["statutory"] + plain.beside_statutory
        assert [(one.minutes, one.total, one.ended) for one in sheet.cycles] == [(minutes, total, True)]
        assert sheet.excess == max(0, minutes - total)
        exceeded += sheet.excess > 0
    assert exceeded or system == HoursSystem.IRREGULAR


def test_what_exceeds_a_quarter_counts_in_its_last_month_and_only_where_all_of_it_is_on_record():
    files, months = desk("three_shift_desk"), [Month(2026, 10), Month(2026, 11), Month(2026, 12)]
    held = planted(files, months, Random(11))
    quarter = HoursSystem.COMPREHENSIVE, HoursPeriod.QUARTER
    december, november = Period(months[2].first, months[2].last), Period(months[1].first, months[1].last)
    whole, part = sheets(files, held, december, *quarter), sheets(files, held[1:], december, *quarter)
    for who, sheet in whole.items():
        (cycle,) = sheet.cycles
        alone = [sheets(files, held, Period(month.first, month.last), quarter[0])[who].cycles[0] for month in months]
        assert (cycle.first, cycle.last, cycle.known) == (date(2026, 10, 1), date(2026, 12, 31), True)
        assert (cycle.minutes, cycle.total) == (sum(one.minutes for one in alone), sum(one.total for one in alone))
        assert sheet.excess == max(0, cycle.minutes - cycle.total)
        assert (part[who].cycles[0].known, part[who].excess) == (False, 0)
        (running,) = sheets(files, held[:2], november, *quarter)[who].cycles
        assert (running.ended, running.minutes) == (False, sum(one.minutes for one in alone[:2]))
    assert any(sheet.excess for sheet in whole.values())


def test_two_periods_that_follow_one_another_count_everything_once():
    files, month = desk("property_centre_24h"), Month(2027, 2)
    held = planted(files, [month.previous, month], Random(9))
    whole = sheets(files, held, Period(date(2027, 1, 1), month.last))
    parts = [
        sheets(files, held, Period(*days))
        for days in ((date(2027, 1, 1), date(2027, 2, 6)), (date(2027, 2, 7), month.last))
    ]
    for who, sheet in whole.items():
        both = [part[who] for part in parts]
        for name in (
            "planned_days",
            "worked_days",
            "nights",
            "rest_due",
            "rest_taken",
            "statutory_duty",
            "earned",
            "used",
        ):
            assert sum(getattr(one, name) for one in both) == getattr(sheet, name), name
        assert [sum(pair) for pair in zip(*(one.worked for one in both), strict=True)] == list(sheet.worked)
        assert [sum(pair) for pair in zip(*(one.overtime for one in both), strict=True)] == list(sheet.overtime)
        assert sum(one.due_minutes for one in both) == pytest.approx(sheet.due_minutes, abs=2)


@pytest.mark.parametrize("sample", NAMES)
def test_the_hours_due_of_a_month_are_the_norm_of_its_roster(sample):
    files, month = desk(sample), Month(2027, 2)
    held = planted(files, [month], Random(3))
    for who, sheet in sheets(files, held, Period(month.first, month.last)).items():
        assert sheet.due_minutes == held[0].problem.norm_minutes[who]


def test_a_night_into_a_holiday_splits_at_midnight_and_a_made_up_working_day_is_one():
    files, month = desk("property_centre_24h"), Month(2027, 1)
    days = days_of(files, [month.previous, month])
    assert days[date(2027, 1, 1)].kind == DayKind.STATUTORY
    problem = blank(files, month.previous)
    held = hold_duty(Made(1, "", problem, ()), Duty(files.workers[0].id, date(2026, 12, 31), night_code(problem)))
    counted = Calendar(days, "UTC").by_kind(held.paid)
    plain = Counter(day for day, _ in minutes_of(held))
    assert plain[date(2026, 12, 31)] > 0 < plain[date(2027, 1, 1)]
    assert (counted.workday, counted.statutory) == (plain[date(2026, 12, 31)], plain[date(2027, 1, 1)])
    october = days_of(files, [Month(2026, 10)])
    made_up = [day for day, one in october.items() if one.kind == DayKind.MAKEUP_WORKDAY]
    assert made_up
    problem = blank(files, Month.of(made_up[0]))
    held = hold_duty(Made(1, "", problem, ()), Duty(files.workers[0].id, made_up[0], problem.codes[0]))
    assert Calendar(october, "UTC").by_kind(held.paid).workday > 0


def night_code(problem: Problem) -> str:
    return max(problem.shifts, key=lambda shift: shift.end).code


@pytest.mark.parametrize(
    ("first", "last", "period", "cut_off", "expected"),
    [
        ("2026-12-01", "2026-12-31", HoursPeriod.MONTH, None, [("2026-12-01", "2026-12-31")]),
        ("2026-11-26", "2026-12-25", HoursPeriod.MONTH, 25, [("2026-11-26", "2026-12-25")]),
        ("2026-11-26", "2026-12-25", HoursPeriod.QUARTER, 25, [("2026-09-26", "2026-12-25")]),
        ("2026-11-01", "2026-11-30", HoursPeriod.QUARTER, None, [("2026-10-01", "2026-12-31")]),
        ("2026-11-26", "2026-12-25", HoursPeriod.MONTH, None, [("2026-11-01", "2026-11-30"), ("2026-12-01", "2026-12-31")]),
        ("2027-01-01", "2027-02-28", HoursPeriod.YEAR, None, [("2027-01-01", "2027-12-31")]),
        ("2026-12-15", "2027-01-14", HoursPeriod.YEAR, None, [("2026-01-01", "2026-12-31"), ("2027-01-01", "2027-12-31")]),
    ],
)  # fmt: skip
def test_comprehensive_periods_end_within_the_days_or_go_on_after_them(first, last, period, cut_off, expected):
    found = cycles_until(date.fromisoformat(first), date.fromisoformat(last), period, cut_off)
    assert found == [Cycle(*map(date.fromisoformat, pair)) for pair in expected]


def test_overtime_after_a_night_that_reaches_into_the_day_is_no_overtime_of_a_free_day():
    files, month = desk("property_centre_24h"), Month(2026, 12)
    problem = blank(files, month)
    who, night = files.workers[0].id, night_code(problem)
    duty = hold_duty(Made(1, "", problem, ()), Duty(who, date(2026, 12, 8), night))
    calendar = Calendar(days_of(files, [month]), "UTC")

    def counted(day: int) -> tuple[int, ...]:
        row = Overtime(who, date(2026, 12, day), 60, 15 * 60)
        return count_overtime([row], [duty], calendar, multiplied=True)[0].minutes

    assert [counted(day) for day in (7, 8, 9, 10)] == [(0, 60, 0, 0), (60, 0, 0, 0), (60, 0, 0, 0), (0, 60, 0, 0)]
