"""A sample's month, laid out as an office has it, is adopted, and the next month that the adopted desk makes is good for the sample."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from scheduler.app.adopt import adopt_desk
from scheduler.audit.audit import audit
from scheduler.domain import Month, Note
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.desk_files import Past
from scheduler.i18n import Sentence
from scheduler.solver.outcome import Solved
from scheduler.solver.solve import solve
from scheduler.timeline import clock_text
from tests.support.old_offices import ZH_WEEKDAYS, Office
from tests.support.sample_months import CORES, SAMPLES, SECONDS, made

# The hard rules that a grid of people and days can show; the others need roles, skills, wishes or agreed hours.
SHOWN = (
    "always_staffed",
    "continuous_work",
    "daily_hours",
    "days_in_a_row",
    "days_off_in_a_row",
    "forbidden_successions",
    "night_recovery",
    "nights_in_a_row",
    "one_duty_at_a_time",
    "rest_between_duties",
    "weekly_rest_day",
)
LEAVE = {
    "annual": "年假",
    "sick": "病假",
    "comp_leave": "调休",
    "training": "培训",
    "personal": "事假",
    "outside": "外出",
}
JANUARY = Month(2027, 1)
NEW_YEARS_EVE = date(2026, 12, 31)


def as_office(name: str, folder: Path) -> Path:
    """A sample's December in an office's words."""
    month = made(name)
    problem, roster, office = month.problem, month.roster, Office()
    sheet = office.sheet("十二月.xlsx", "12月")
    sheet.put(1, 1, "2026年12月排班表")
    sheet.put_row(2, 1, ["工号", "姓名", *(day.day for day in problem.dates)])
    sheet.put_row(3, 3, [ZH_WEEKDAYS[day.weekday()] for day in problem.dates])
    for row, worker in enumerate(problem.workers, 4):
        sheet.put_row(row, 1, [worker.id, worker.name])
        for column, day in enumerate(problem.dates, 3):
            away = problem.leave_days.get((worker.id, day))
            text = "+".join(roster.on(worker.id, day)) or (LEAVE[away.kind] if away else "休")
            sheet.put(row, column, text)
    for at, shift in enumerate(problem.shifts):
        hours = "、".join(f"{clock_text(start)}-{clock_text(end)}" for start, end in shift.desk_minutes)
        sheet.put(sheet.height + (2 if at == 0 else 1), 1, f"{shift.code}：{hours}")
    (path,) = office.write(folder)
    return path


@pytest.mark.parametrize("name", ["three_shift_desk", "single_rest_shop"])
def test_the_next_month_keeps_what_a_grid_can_show(name: str, tmp_path: Path) -> None:
    found = adopt_desk([as_office(name, tmp_path)], tmp_path / "desk")
    assert not found.faults
    assert not found.proposal.read.questions
    assert not any(
        violation for month in found.proposal.broken for violation in month.violations if violation.reason.rule in SHOWN
    )
    adopted = read_desk(tmp_path / "desk")
    outcome = solve(adopted.problem(JANUARY), adopted.rulebook, time_limit=SECONDS, cores=CORES)
    assert isinstance(outcome, Solved)
    sample = read_desk(SAMPLES / name)
    past = Past(made(name).roster.duties, date(2026, 12, 1), {}, Note(Sentence("", "")))
    january = sample.problem(JANUARY, past)
    seen = (replace(one, last=min(one.last, NEW_YEARS_EVE)) for one in january.leave if one.first <= NEW_YEARS_EVE)
    judged = audit(replace(january, leave=tuple(seen)), sample.rulebook, outcome.roster)  # leave that the grid shows
    results = {result.rule.name: result.broken for result in judged.results}
    assert {"rest_between_duties", "weekly_rest_day"} <= set(results)
    assert not [violation.say("en", {}) for rule in SHOWN for violation in results.get(rule, ())]
