"""R6: Saturday to Thursday, Friday off and its rota, overtime by form (RULES 25, 26, 92, 119; C10, C11)."""

from datetime import timedelta

import pytest

from scheduler.domain import Noted
from scheduler.timeline import weeks
from tests.support.narrowing import present
from tests.support.sample_months import broken, changed, made, made_with, refused, without_rows

NAME = "saturday_to_thursday"
ENFORCED = {"desk.toml": [("enforce = false", "enforce = true")]}


def month_lines(month):
    """The law layer's line on each person's month, by id."""
    noted = (line for line in made(NAME, month).audit.noted(Noted.LAW) if "+" in str(line.found))
    return {line.reason.workers[0]: line for line in noted}


def test_the_month_is_proved_and_breaks_nothing():
    office = made(NAME)
    assert office.solved.status == "OPTIMAL"
    assert not office.audit.broken


def test_the_week_begins_on_saturday_and_friday_belongs_to_two_people_in_turn():
    office = made(NAME)
    fridays = [day for day in office.problem.dates if day.weekday() == 4]
    on_duty = [office.crew(day.isoformat(), "值") for day in fridays]
    assert [len(crew) for crew in on_duty] == [2, 2, 2, 2]
    for day, crew in zip(fridays, on_duty, strict=True):
        assert {duty.worker for duty in office.roster.duties if duty.day == day} == set(crew)
    turns = [worker for crew in on_duty for worker in crew]
    assert max(turns.count(worker) for worker in turns) == 1  # eight turns, nine people, the new one too


def test_whoever_works_on_friday_rests_on_another_day_of_the_same_week():
    office = made(NAME)
    for week in weeks(office.problem.dates, 5):
        days = [day for day in week if day in office.problem.day_by_date]
        if len(days) == 7:
            for worker in office.problem.workers:
                assert any(not office.roster.on(worker.id, day) for day in days), (worker.name, week[0])


def test_overtime_stands_only_where_the_form_is_approved():
    office = made(NAME)
    approved = {(row.worker, row.day) for row in office.problem.overtime}
    long = {(duty.worker, duty.day) for duty in office.roster.duties if duty.shift == "延"}
    assert len(long) == 4
    assert long <= approved


def test_the_new_colleague_counts_a_week_after_the_day_of_hire():
    office = made(NAME)
    new = office.problem.worker_by_id["610"]
    assert new.qualified_from == present(new.hired) + timedelta(days=7)
    first = min(duty.day for duty in office.roster.duties if duty.worker == "610")
    assert first >= new.qualified_from


def test_the_law_layer_reports_32_hours_in_december_and_48_in_january():
    """Size check of R6: 216 h (+32 h) in December, 208 h (+48 h, over 36) in January."""
    december, january = month_lines("2026-12"), month_lines("2027-01")
    assert december["601"].found == "216 h, +32 h"
    assert "Labour Law 44" in december["601"].say("en", {})
    assert january["601"].found == "208 h, +48 h"
    assert "at most 36 h of overtime" in january["601"].say("en", {})


def test_the_six_day_week_is_a_warning_and_neither_broken_nor_charged():
    """C10: the house rule is kept, the law layer names the weeks beyond 44 h, one line a person."""
    office = made(NAME)
    weeks_line = [line for line in office.audit.noted(Noted.LAW) if "44 h a week" in line.say("en", {})]
    assert len(weeks_line) == 10
    assert "11-28..12-04 48 h" in str(next(line.found for line in weeks_line if line.reason.workers == ("601",)))
    assert len(office.audit.noted(Noted.LAW)) <= 2 * len(office.problem.workers)


@pytest.mark.parametrize(
    ("cells", "rule"),
    [
        ({("601", "2026-12-04"): "班"}, "weekly_rest_day"),  # a Friday without another day off
        ({("603", "2026-12-30"): "延"}, "daily_hours"),  # without a form
        ({("610", "2026-12-08"): "班"}, "approved_leave"),  # in the week of training
        ({("604", "2026-12-14"): "班"}, "approved_leave"),
    ],
)
def test_the_nearest_breach_of_each_clause_is_found(cells, rule):
    office = made(NAME)
    assert rule in broken(office.problem, office.rulebook, changed(office.roster, cells))


def test_a_friday_with_one_person_is_found():
    office = made(NAME)
    first, _ = office.crew("2026-12-11", "值")
    alone = changed(office.roster, {(first, "2026-12-11"): ""})
    assert broken(office.problem, office.rulebook, alone) == {"shift_cover"}


def test_without_the_forms_the_long_days_cannot_be_made():
    refused(NAME, {"overtime.csv": [without_rows(NAME, "overtime.csv", "602", "605", "606", "607")]})


def test_the_six_day_week_is_refused_where_the_law_is_enforced():
    """C11: three days of the first week are behind, two more each are 18 duties, and 20 are asked for."""
    refused(NAME, ENFORCED)


def test_fewer_heads_a_day_make_the_week_lawful():
    lawful = made_with(NAME, {**ENFORCED, "demand.csv": [(",6,10,", ",5,10,")]})
    assert not lawful.audit.broken
    assert not [line for line in lawful.audit.noted(Noted.LAW) if "44 h" in line.say("en", {})]
