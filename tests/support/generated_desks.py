"""Generated three-shift desks of any size, for tests of scale."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

from scheduler.domain import Demand, Desk, Leave, Problem, Protection, ProtectionKind, Skill, Wish, Worker
from scheduler.domain.holidays import day_types
from scheduler.timeline import days_between, month_days
from tests.support.kit import THREE_SHIFTS


def three_shift_desk(people: int, seed: int = 0, year: int = 2026, month: int = 12, load: float = 0.88) -> Problem:
    """A desk like the sample, scaled: leaders, skills, leave, wishes, one protected worker in twenty, trainees.

    Parameters
    ----------
    load : float
        Wished-for duties as a part of what everybody together may work.
    """
    rng = random.Random(f"{people} {seed} {year} {month}")
    dates = month_days(year, month)
    days = day_types(dates)
    workers = [
        Worker(
            f"K{number:04d}",
            f"员{number:04d}",
            team="甲乙丙丁"[number % 4] + "班",
            roles=("班长", "客服") if number % 5 in (0, 2) else ("客服",),
            skills=(Skill("投诉处理"),) if number % 2 == 0 else (),
            qualified_from=dates[15] if number % 20 == 13 else None,
            protections=(Protection(ProtectionKind.PREGNANT, dates[0]),) if number % 20 == 7 else (),
        )
        for number in range(1, people + 1)
    ]
    leave = []
    for worker in rng.sample(workers, people // 3):
        first = rng.choice(dates)
        leave.append(Leave(worker.id, first, first + timedelta(days=rng.randint(0, 4))))
    wishes = [
        Wish(
            rng.choice(workers).id,
            rng.choice(dates),
            rng.random() < 0.3,
            rng.choice(["", "早", "中", "夜"]),
            weight=rng.randint(1, 9),
        )
        for _ in range(2 * people)
    ]
    away = sum((min(one.last, dates[-1]) - one.first).days + 1 for one in leave)
    workdays = sum(not day.is_off for day in days)
    a_day = load * (people * workdays - 0.75 * away - 8 * (people // 20)) / len(dates)
    early, middle = round(a_day * 0.44), round(a_day * 0.33)
    night = max(1, round(a_day) - early - middle)

    def row(shift: str, heads: int, on: str = "all", **kind: Any) -> Demand:
        return Demand(shift, on, least=max(1, heads - max(1, heads // 4)), target=heads, most=heads + 1, **kind)

    demand = (
        row("早", early + 1, "workday"),
        row("早", max(1, early - 1), "offday"),
        row("中", middle),
        row("夜", night),
        Demand("早", "workday", skill="投诉处理", least=1, target=1),
    )
    return Problem(
        Desk("generated", "生成的三班前台"),
        days,
        tuple(workers),
        THREE_SHIFTS,
        demand=demand,
        leave=tuple(leave),
        wishes=tuple(wishes),
        history_from=dates[0] - timedelta(days=7),
    )


def tight_desk(people: int, seed: int = 0, year: int = 2026, month: int = 12, load: float = 0.97) -> Problem:
    """A desk in a hard month: nearly every hour is wanted, a fifth of the people are away on any day, skills are scarce.

    Parameters
    ----------
    load : float
        Wished-for duties as a part of those that everybody's norm, less leave, holds. The minimum
        is about a tenth lower, so that the month is not impossible for its numbers alone.
    """
    rng = random.Random(f"tight {people} {seed} {year} {month}")
    dates = month_days(year, month)
    workers = tuple(
        Worker(
            f"K{number:04d}",
            f"员{number:04d}",
            team="甲乙丙丁"[number % 4] + "班",
            roles=("班长", "客服") if number % 5 in (0, 2) else ("客服",),
            skills=tuple(Skill(name) for name, every in (("投诉处理", 3), ("外语", 4)) if number % every == 0),
            protections=(Protection(ProtectionKind.NURSING, dates[0]),) if number % 20 == 7 else (),
        )
        for number in range(1, people + 1)
    )
    free = {worker.id: set(dates) for worker in workers}
    away = dict.fromkeys(dates, 0)
    leave = []
    while sum(away.values()) < people * len(dates) / 5:
        first = min(dates, key=lambda day: (away[day], rng.random()))
        stretch = [day for day in days_between(first, first + timedelta(days=rng.randint(2, 7))) if day in away]
        able = [worker for worker, days in free.items() if len(days) > 16 and days.issuperset(stretch)]
        worker = rng.choice(able)
        leave.append(Leave(worker, stretch[0], stretch[-1]))
        free[worker] -= set(stretch)
        for day in stretch:
            away[day] += 1
    wishes = {
        (rng.choice(workers).id, rng.choice(dates)): (rng.random() < 0.5, rng.choice("早中夜"), rng.randint(1, 9))
        for _ in range(3 * people)
    }
    empty = Problem(
        Desk("tight", "生成的紧张前台"),
        day_types(dates),
        workers,
        THREE_SHIFTS,
        leave=tuple(leave),
        wishes=tuple(
            Wish(worker, day, wants, code, weight=weight) for (worker, day), (wants, code, weight) in wishes.items()
        ),
        history_from=dates[0] - timedelta(days=7),
    )
    longest = max(shift.paid_minutes for shift in THREE_SHIFTS)
    a_day = load * sum(minutes // longest for minutes in empty.norm_minutes.values()) / len(dates)
    demand = []
    for shift, part in (("早", 0.42), ("中", 0.34), ("夜", 0.24)):
        heads = max(1, round(a_day * part))
        demand.append(Demand(shift, least=max(1, heads - max(1, heads // 8)), target=heads, most=heads + 1))
        for skill, every in (("投诉处理", 5), ("外语", 8)):
            asked = max(1, heads // every)
            demand.append(Demand(shift, skill=skill, least=asked // 2, target=asked))
    return replace(empty, demand=tuple(demand))
