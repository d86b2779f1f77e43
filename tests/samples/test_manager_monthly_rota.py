"""The service manager's monthly rota (R5): by who did what before, and by the work to be expected."""

from collections import Counter
from datetime import date

from tests.support.sample_months import broken, changed, made, made_with, refused, without_people

ROTA = "manager_monthly_rota"
MONDAYS = ("2026-12-07", "2026-12-21", "2026-12-28")


def weekends(month):
    return Counter(duty.worker for duty in month.roster.duties if duty.day.weekday() >= 5)


def test_more_people_are_there_when_there_is_more_to_do():
    month = made(ROTA)
    qualified = {worker.id: worker for worker in month.problem.workers}

    def heads(day):
        there = date.fromisoformat(day)
        return sum(qualified[worker].qualified(there) for worker in month.crew(day, "早", "晚"))

    assert all(heads(day) == 6 for day in (*MONDAYS, "2026-12-12", "2026-12-14"))
    assert heads("2026-12-11") == 7
    assert all(heads(day) == 5 for day in ("2026-12-09", "2026-12-16", "2026-12-22"))
    assert not [v for v in month.audit.compromises if v.reason.rule == "shift_cover"]


def test_a_busy_day_with_too_few_people_is_caught():
    month = made(ROTA)
    earlies = month.crew("2026-12-14", "早")
    two = changed(month.roster, {(worker, "2026-12-14"): "" for worker in earlies[2:]})
    assert broken(month.problem, month.rulebook, two) == {"shift_cover"}


def test_who_did_more_weekends_before_does_fewer_now():
    month = made(ROTA)
    assert not [v for v in month.audit.compromises if v.reason.rule == "fairness"]
    done = weekends(month)
    assert done["A02"] > done["A01"]  # one below a fair share so far, and one above it; else alike
    fresh = made_with(ROTA, {"carried.csv": [(None, "工号,夜班,周末,节假日,工时\n")]})
    assert abs(weekends(fresh)["A02"] - weekends(fresh)["A01"]) <= 1


def test_lates_go_round_those_who_work_them():
    month = made(ROTA)
    lates = Counter(duty.worker for duty in month.roster.duties if duty.shift == "晚")
    whole_month = [lates[worker] for worker in ("A01", "A02", "A04")]
    assert max(whole_month) - min(whole_month) <= 1
    assert "A07" not in lates  # the half-timer works earlies only
    assert not [v for v in month.audit.compromises if v.reason.rule == "turns"]


def test_the_rota_goes_on_from_the_last_day_of_november():
    month = made(ROTA)
    (late, *_) = [
        duty.worker for duty in month.problem.history if duty.day == date(2026, 11, 30) and duty.shift == "晚"
    ]
    assert "早" not in month.roster.on(late, date(2026, 12, 1))
    early = changed(month.roster, {(late, "2026-12-01"): "早"})
    assert "forbidden_successions" in broken(month.problem, month.rulebook, early)


def test_three_agents_cannot_keep_two_shifts_going():
    refused(ROTA, without_people(ROTA, "A04", "A05", "A06", "A07", "A08"))
