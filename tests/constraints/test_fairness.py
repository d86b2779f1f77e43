import itertools
import random
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from constraints.approved_leave import ApprovedLeave
from constraints.fairness import Fairness
from constraints.one_duty_at_a_time import OneDutyAtATime
from constraints.qualified_people import QualifiedPeople
from constraints.shift_cover import ShiftCover
from scheduler.domain import Burden, Day, DayKind, Demand, Leave, Protection, ProtectionKind, SlotNeed, Worker
from scheduler.rules.book import Rulebook
from scheduler.solver.outcome import Solved
from scheduler.solver.solve import solve
from tests.support.kit import THREE_SHIFTS, Drawn

MON, SAT = date(2026, 12, 7), date(2026, 12, 12)
A_NIGHT = (Demand("夜", target=1),)
AN_EARLY = (Demand("早", target=1),)
NIGHTS = Fairness(nights=4, weekends=0, holidays=0, hours=0)


def nights(drawing, **fields):
    return Drawn(NIGHTS, drawing, MON, demand=A_NIGHT, **fields)


def test_a_night_each_is_fair():
    nights("""
           Mon Tue Wed
        甲  夜  .   .
        乙  .   夜  .
        丙  .   .   夜""").costs(0)


def test_a_night_off_the_share_costs_its_weight_above_and_below():
    drawn = nights("""
           Mon Tue Wed
        甲  夜  .   夜
        乙  .   夜  .
        丙  .   .   .""")
    drawn.breaks("甲: a fair share of nights is 1 to 1 (found: 2)", "丙: a fair share of nights is 1 to 1 (found: 0)")
    drawn.costs(4 + 4)
    assert drawn.sentences("zh")[0] == "甲：夜班公平份额 1–1（现为 2）"


def test_each_of_the_first_steps_off_the_share_is_dearer_than_the_one_before():
    row = """
           1 2 3 4 5 6
        甲 {} {} {} {} {} {}
        乙 . . . . . ."""

    def paid(count):
        # of six nights three are fair: 甲 does `count`, 乙 none
        drawn = nights(row.format(*["夜"] * count, *["."] * (6 - count)))
        drawn.agrees()
        return {v.reason.workers[0]: v.cost for v in drawn.found}

    assert paid(3) == {"乙": 4 * (3 + 2 + 1)}
    assert paid(4) == {"甲": 4, "乙": 4 * 6}
    assert paid(5)["甲"] == 4 * (2 + 1)
    assert paid(6)["甲"] == 4 * (3 + 2 + 1)


def test_a_share_between_two_numbers_lets_either_stand():
    nights("""
           Mon Tue Wed Thu
        甲  夜  .   .   夜
        乙  .   夜  .   .
        丙  .   .   夜  .""").costs(0)


def test_who_leaves_before_anything_can_be_set_off_is_due_the_nearest_number():
    drawing = """
           Mon Tue Wed Thu
        甲  夜  .   .   夜
        乙  .   夜  .   .
        丙  .   .   夜  ."""
    for leaves, cost in ((date(2026, 12, 10), 4), (date(2027, 1, 10), 4), (date(2027, 1, 11), 0)):
        staff = (Worker("甲", "甲", leaves=leaves), Worker("乙", "乙"), Worker("丙", "丙"))
        nights(drawing, workers=staff).costs(cost)
    between = (Worker("甲", "甲", leaves=date(2026, 12, 10)), Worker("乙", "乙"))
    for worked in ("夜  .   .", "夜  .   夜"):  # one night of one and a half, or two: both are as near
        other = "".join("夜" if one == "." else "." if one == "夜" else one for one in worked)
        nights(
            f"""
               Mon Tue Wed
            甲  {worked}
            乙  {other}""",
            workers=between,
        ).costs(0)


def test_who_did_more_before_does_less_now():
    drawing = """
           Mon Tue Wed Thu
        甲  夜  .   .   .
        乙  .   夜  夜  夜"""
    nights(drawing).costs(4 + 4)
    nights(drawing, carried={"甲": Burden(nights=1), "乙": Burden(nights=-1)}).costs(0)
    nights(drawing, carried={"甲": Burden(nights=-1), "乙": Burden(nights=1)}).costs(4 * (2 + 1) + 4 * (2 + 1))


def test_no_debt_from_earlier_months_makes_a_share_negative():
    drawing = """
           Mon Tue
        甲  .   .
        乙  夜  夜"""
    nights(drawing, carried={"甲": Burden(nights=5)}).breaks("乙: a fair share of nights is 1 to 1 (found: 2)")


def test_a_protected_worker_has_no_share_of_nights():
    workers = (
        Worker("甲", "甲"),
        Worker("乙", "乙"),
        Worker("丙", "丙", protections=(Protection(ProtectionKind.PREGNANT, MON),)),
    )
    nights(
        """
           Mon Tue
        甲  夜  .
        乙  .   夜
        丙  早  早""",
        workers=workers,
    ).costs(0)


def test_a_part_timer_has_a_smaller_share():
    workers = (Worker("甲", "甲"), Worker("乙", "乙", share=0.5))
    fair = """
           Mon Tue Wed
        甲  夜  夜  .
        乙  .   .   夜"""
    nights(fair, workers=workers).costs(0)
    nights(fair.replace("甲", "丁").replace("乙", "甲").replace("丁", "乙"), workers=workers).costs(8)


def test_days_of_leave_make_the_share_smaller():
    drawing = """
           Mon Tue Wed
        甲  夜  夜  .
        乙  .   .   夜"""
    nights(drawing, leave=(Leave("乙", MON, MON), Leave("甲", SAT, SAT))).costs(0)  # 3 x 3/5 and 3 x 2/5
    nights(drawing, leave=(Leave("甲", date(2026, 12, 8), date(2026, 12, 9)),)).breaks(
        "甲: a fair share", "乙: a fair share"
    )


def test_weekends_and_holidays_are_counted_apart():
    days = (
        Day(date(2026, 10, 7), DayKind.STATUTORY),
        Day(date(2026, 10, 8), DayKind.WORKDAY),
        Day(date(2026, 10, 9), DayKind.NOTICE_OFF),
        Day(date(2026, 10, 10), DayKind.MAKEUP_WORKDAY),
        Day(date(2026, 10, 11), DayKind.RESTDAY),
        Day(date(2026, 10, 12), DayKind.RESTDAY),
    )
    rule = Fairness(nights=0, weekends=3, holidays=5, hours=0)
    drawing = """
           7  8  9  10 11 12
        甲 早 早 .  早 早 .
        乙 .  .  早 早 .  早"""
    Drawn(rule, drawing, days[0].date, days=days, demand=AN_EARLY).costs(0)  # half a holiday each may be 0 or 1
    drawn = Drawn(rule, drawing, days[0].date, days=days, demand=(Demand("早", target=2),))
    drawn.breaks(
        "甲: a fair share of weekend duties is 2 to 2 (found: 1)",
        "乙: a fair share of weekend duties is 2 to 2 (found: 1)",
        "乙: a fair share of holiday duties is 1 to 1 (found: 0)",
    )
    drawn.costs(3 + 3 + 5)


def test_hours_within_the_band_cost_nothing_and_beyond_it_each_hour_costs():
    week = """
           Mon Tue Wed Thu Fri
        甲  早  早  早  早  早
        乙  .   .   .   .   ."""
    rule = Fairness(nights=0, weekends=0, holidays=0, hours=1, band_hours=20)
    Drawn(rule, week, MON, demand=AN_EARLY).costs(0)  # 40 h asked, 20 h each
    narrow = Fairness(nights=0, weekends=0, holidays=0, hours=2, band_hours=19.5)
    drawn = Drawn(narrow, week, MON, demand=AN_EARLY)
    drawn.breaks("甲: a fair share of hours is 0.5 to 39.5 h (found: 40 h)", "乙: a fair share of hours")
    drawn.costs(2 + 2)  # half an hour is a started step


def test_far_off_hours_are_dearer_by_the_day():
    week = """
           Mon Tue Wed Thu Fri
        甲  早  早  早  早  早
        乙  .   .   .   .   ."""
    rule = Fairness(nights=0, weekends=0, holidays=0, hours=1, band_hours=0)
    # 20 h above: each of them, again beyond 8 h, again beyond 16 h; 20 h below the same
    Drawn(rule, week, MON, demand=AN_EARLY).costs(2 * (20 + 12 + 4))


def test_hours_worked_before_are_made_good_up_to_the_norm():
    week = """
           Mon Tue Wed Thu Fri
        甲  早  早  .   .   .
        乙  .   .   早  早  早"""
    rule = Fairness(nights=0, weekends=0, holidays=0, hours=1, band_hours=0)
    Drawn(rule, week, MON, demand=AN_EARLY).costs(4 + 4)
    Drawn(rule, week, MON, demand=AN_EARLY, carried={"甲": Burden(hours=4), "乙": Burden(hours=-4)}).costs(0)
    # 乙 is owed 60 h, and 40 are all that the norm lets anybody work: 16 h below, 8 of them once more
    Drawn(rule, week, MON, demand=AN_EARLY, carried={"乙": Burden(hours=-40), "甲": Burden(hours=4)}).costs(16 + 8)


def test_a_weight_of_nothing_switches_a_share_off():
    drawing = """
           Mon Tue
        甲  夜  夜
        乙  .   ."""
    Drawn(Fairness(nights=0, weekends=0, holidays=0, hours=0), drawing, MON, demand=A_NIGHT).holds()


def test_the_tenth_step_is_dearer_than_the_ninth():
    row = "甲 " + "夜 " * 20
    drawn = nights(f"\n {' '.join(map(str, range(1, 21)))}\n {row}\n 乙 {'. ' * 20}")
    assert {v.reason.workers[0]: v.cost for v in drawn.found} == {"甲": 4 * 55, "乙": 4 * 55}  # 1 + 2 + … + 10
    drawn.agrees()


def test_beyond_everybodys_norm_shares_stay_those_of_the_contracts():
    week = """
           Mon Tue Wed Thu Fri Sat Sun
        甲  早  早  早  早  早  早  早
        乙  早  早  早  早  早  早  早
        丙  早  早  早  早  .   .   ."""
    workers = (Worker("甲", "甲"), Worker("乙", "乙"), Worker("丙", "丙", share=0.5))
    rule = Fairness(nights=0, weekends=0, holidays=0, hours=1, band_hours=2)
    demand = (
        Demand("早", least=3, target=3),
        Demand("早", "fri", least=2, target=2),
        Demand("早", "offday", least=2, target=2),
    )
    # 144 h that must be: 57.6, 57.6 and 28.8, not 40, 40 and 20
    Drawn(rule, week, MON, demand=demand, workers=workers).breaks(
        "丙: a fair share of hours is 26.8 to 30.8 h (found: 32 h)"
    )


def test_hours_that_demand_only_wishes_for_are_shared_up_to_the_norm():
    week = """
           Mon Tue Wed Thu Fri
        甲  早  早  早  早  早
        乙  早  早  早  早  早"""
    rule = Fairness(nights=0, weekends=0, holidays=0, hours=1, band_hours=0)
    Drawn(rule, week, MON, demand=(Demand("早", least=1, target=9),)).costs(0)


# Where the need comes by time of day

SLOTS = (SlotNeed("all", 8 * 60, 12 * 60, least=0, target=1),)


def by_slots(drawing, rule=NIGHTS, **fields):
    return Drawn(rule, drawing, MON, demand=(Demand("夜"), Demand("早")), slots=SLOTS, **fields)


def test_what_is_rostered_is_shared_where_the_need_comes_by_time_of_day():
    by_slots("""
           Mon Tue Wed Thu
        甲  夜  .   .   夜
        乙  .   夜  .   .
        丙  .   .   夜  .""").costs(0)
    drawn = by_slots("""
           Mon Tue Wed Thu
        甲  夜  夜  .   夜
        乙  .   .   .   .
        丙  .   .   夜  .""")
    drawn.breaks(
        "甲: a fair share of nights is 33.3% of all that is rostered (found: 3 / 0.3–2.3)",
        "乙: a fair share of nights is 33.3% of all that is rostered (found: 0 / 0.3–2.3)",
    )
    drawn.costs(4 + 4)


def test_more_rostered_means_more_for_everybody():
    rows = "\n 1 2 3 4 5 6\n 甲 {}\n 乙 {}"
    by_slots(rows.format("夜 夜 夜 夜 夜 夜", "夜 夜 夜 夜 夜 夜")).costs(0)
    by_slots(rows.format(". . . . . .", ". . . . . .")).costs(0)
    by_slots(rows.format("夜 夜 夜 夜 夜 夜", "夜 夜 . . . .")).costs(4 * (2 + 1) * 2)


def test_hours_rostered_are_shared_by_contract():
    week = """
           Mon Tue Wed
        甲  早  早  .
        乙  .   .   早"""
    workers = (Worker("甲", "甲"), Worker("乙", "乙", share=0.5))
    rule = Fairness(nights=0, weekends=0, holidays=0, hours=1, band_hours=1.5)
    by_slots(week, rule, workers=workers).costs(0)
    turned = week.replace("甲", "丁").replace("乙", "甲").replace("丁", "乙")
    drawn = by_slots(turned, rule, workers=workers)
    assert [v.cost for v in drawn.found] == [7, 7]
    drawn.agrees()


def test_what_was_carried_is_set_off_against_what_is_rostered():
    drawing = """
           Mon Tue Wed Thu
        甲  夜  .   .   .
        乙  .   夜  夜  夜"""
    by_slots(drawing, carried={"甲": Burden(nights=1), "乙": Burden(nights=-1)}).costs(0)
    by_slots(drawing, carried={"甲": Burden(nights=-1), "乙": Burden(nights=1)}).breaks("甲: a fair", "乙: a fair")


def left_out(drawn):
    return [note.say("zh") for note in drawn.rule.left_out(drawn.problem)]


def test_it_is_said_what_is_not_shared_and_why():
    row = "\n 1 2 3\n 甲 . . .\n 乙 . . ."
    protected = (Worker("甲", "甲"), Worker("乙", "乙", protections=(Protection(ProtectionKind.PREGNANT),)))
    away = (Leave("甲", date(2026, 12, 1), date(2026, 12, 31), "annual", approved=True),)
    assert left_out(nights(row)) == ["工时不分摊：[rules.fairness] hours = 0"]
    every = Fairness()
    assert left_out(Drawn(every, row, MON, demand=A_NIGHT)) == []
    assert left_out(Drawn(every, row, MON, demand=AN_EARLY)) == ["夜班不分摊：需求里没有目标人数"]
    assert left_out(by_slots(row, every)) == []
    assert left_out(by_slots(row, every, workers=protected)) == ["夜班不分给乙：不能上这样的班"]
    assert left_out(by_slots(row, every, leave=away)) == ["甲整月不在，什么都不分摊"]


@pytest.mark.parametrize("seed", range(100))
def test_the_optimum_is_the_fairest_of_all_rosters(seed):
    desk = small_desk(random.Random(seed))
    rules = (desk.rule, ApprovedLeave(), OneDutyAtATime(), QualifiedPeople(), ShiftCover())
    found = solve(desk.problem, Rulebook(rules), time_limit=60, seed=0, cores=1)
    assert isinstance(found, Solved)
    assert (found.status, found.objective) == ("OPTIMAL", least_cost(desk.problem, desk.rule))


def test_the_small_desks_are_of_every_kind():
    desks = [small_desk(random.Random(seed)) for seed in range(100)]
    everybody = [worker for desk in desks for worker in desk.problem.workers]
    kinds = (
        [worker.share < 1 for worker in everybody],
        [worker.leaves is not None for worker in everybody],
        [worker.hired is not None for worker in everybody],
        [bool(worker.only_shifts) for worker in everybody],
        [bool(desk.problem.leave) for desk in desks],
        [bool(desk.problem.carried) for desk in desks],
        [bool(desk.problem.slots) for desk in desks],
        [len(desk.problem.demand) > 1 for desk in desks],
        [least_cost(desk.problem, desk.rule) > 0 for desk in desks],
    )
    assert all(sum(kind) >= 10 for kind in kinds), list(map(sum, kinds))


def small_desk(rng):
    """Two to four people for some days of one night each, and an early shift, too, on most desks.

    Two people are there every day, so that there is a roster; the others work part time, join, leave, are away or take one
    shift only.
    """
    people, count = rng.choice([(2, 6), (3, 5), (3, 5), (4, 4), (4, 4)])
    kinds = [DayKind.WORKDAY, DayKind.WORKDAY, DayKind.RESTDAY, DayKind.STATUTORY]
    days = tuple(Day(MON + timedelta(days=n), rng.choice(kinds)) for n in range(count))
    workers = [Worker(f"W{n}", f"W{n}", share=rng.choice([1.0, 1.0, 0.5, 0.6])) for n in range(people)]
    leave = []
    for n, worker in enumerate(workers[2:], 2):
        within = MON + timedelta(days=rng.randrange(1, count - 1))
        match rng.randrange(5):
            case 0:
                workers[n] = replace(worker, leaves=within)
            case 1:
                workers[n] = replace(worker, hired=within)
            case 2:
                leave.append(Leave(worker.id, within, within, "annual", approved=True))
            case 3:
                workers[n] = replace(worker, only_shifts=(rng.choice("夜早"),))
    codes = "夜早" if rng.random() < 0.7 else "夜"
    carried = {
        worker.id: Burden(
            nights=rng.choice([0, 1, -1.5, 0.33]),
            weekends=rng.choice([0, -0.67, 1]),
            holidays=rng.choice([0, 0.5]),
            hours=rng.choice([0, 12, -20.5]),
        )
        for worker in workers
        if rng.random() < 0.5
    }
    rule = Fairness(
        nights=rng.randrange(5),
        weekends=rng.randrange(4),
        holidays=rng.randrange(4),
        hours=rng.randrange(1, 3),
        band_hours=rng.choice([0, 4, 8]),
    )
    return Drawn(
        rule,
        "\n " + " ".join(map(str, range(count))) + "".join(f"\n {w.id} " + ". " * count for w in workers),
        MON,
        days=days,
        workers=tuple(workers),
        leave=tuple(leave),
        carried=carried,
        shifts=tuple(shift for shift in THREE_SHIFTS if shift.code in codes),
        demand=tuple(Demand(code, least=1, target=1, most=1) for code in codes),
        slots=SLOTS if rng.random() < 0.3 else (),
    )


def least_cost(problem, rule):
    """The least cost of any roster with one person on each shift that is asked for, every one of them tried."""
    codes = [row.shift for row in problem.demand]
    there = {
        (place, day.date)
        for place, worker in enumerate(problem.workers)
        for day in problem.days
        if (worker.hired is None or worker.hired <= day.date)
        and (worker.leaves is None or day.date <= worker.leaves)
        and not any(row.worker == worker.id and row.first <= day.date <= row.last for row in problem.leave)
    }
    takes = {
        (place, day, code)
        for place, day in there
        for code in codes
        if not problem.workers[place].only_shifts or code in problem.workers[place].only_shifts
    }
    places = range(len(problem.workers))
    done = np.zeros((1, len(places), 4), int)  # roster, person, burden: nights, weekends, holidays, hours
    for day in problem.days:
        crews = [
            crew
            for crew in itertools.permutations(places, len(codes))
            if all((place, day.date, code) in takes for place, code in zip(crew, codes, strict=True))
        ]
        that_day = np.zeros((len(crews), len(places), 4), int)
        for crew, amounts in zip(crews, that_day, strict=True):
            for place, code in zip(crew, codes, strict=True):
                amounts[place] = code == "夜", day.kind == DayKind.RESTDAY, day.kind == DayKind.STATUTORY, 8
        done = (done[:, None] + that_day[None]).reshape(-1, len(places), 4)
    chances = []
    for place, worker in enumerate(problem.workers):
        on = [[day for day in problem.days if (place, day.date, code) in takes] for code in codes]
        any_shift = {day for days in on for day in days}
        workdays = [day for day in problem.days if not day.is_off and (place, day.date) in there]
        chances.append(
            [
                worker.share * len(on[0]),
                worker.share * sum(day.kind == DayKind.RESTDAY for day in any_shift),
                worker.share * sum(day.kind == DayKind.STATUTORY for day in any_shift),
                worker.share * len(workdays),
            ]
        )
    return int(cost_of(problem, rule, done, np.array(chances)).min())


def cost_of(problem, rule, done, chances):
    """The rule's cost of each roster, written down once more.

    The first step off the share costs once, the second twice, and so on; of hours, each eighth step once more.
    """
    cost = np.zeros(len(done), int)
    weights = (rule.nights, rule.weekends, rule.holidays, rule.hours)
    for burden, (name, weight) in enumerate(zip(("nights", "weekends", "holidays", "hours"), weights, strict=True)):
        band, stride = (rule.band_hours, 8) if name == "hours" else (0, 1)
        for place, worker in enumerate(problem.workers):
            mine, all_done = done[:, place, burden], done[:, :, burden].sum(axis=1)
            carried = getattr(problem.carried.get(worker.id, Burden()), name)
            if not chances[place, burden]:
                continue
            part = chances[place, burden] / chances[:, burden].sum()
            if problem.slots:  # of what is rostered, in thousandths; anything within a duty is fair
                due = round(part, 3) * all_done - carried
                low, high = (due - band, due + band) if name == "hours" else (due - 0.999, due + 0.999)
            else:  # of what is asked for; whole duties, and of hours no more than the norm for what was missed before
                due = part * all_done - carried
                if name == "hours":
                    due = np.minimum(due, np.maximum(8 * chances[place, burden], part * all_done))
                    low, high = np.maximum(0, due - band), np.maximum(0, due + band)
                else:
                    due = due.round(2)
                    soon = worker.leaves and worker.leaves <= problem.last + timedelta(days=31)
                    ends = (np.ceil(due - 0.5), np.floor(due + 0.5)) if soon else (np.floor(due), np.ceil(due))
                    low, high = (np.maximum(0, end) for end in ends)
            away = np.ceil(np.maximum(mine - high, low - mine).clip(0).round(6)).astype(int)
            cost += weight * np.array([sum(1 + step // stride for step in range(steps)) for steps in range(200)])[away]
    return cost
