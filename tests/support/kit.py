"""What tests build with: drawn rosters, random desks, random rosters."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from scheduler.audit.audit import with_history
from scheduler.domain import (
    DAY_KEYS,
    LEAVE_KINDS,
    Break,
    Burden,
    Compensation,
    Day,
    DayKind,
    Demand,
    Desk,
    Duty,
    Event,
    Fixed,
    FormerShift,
    Leave,
    Opening,
    Overtime,
    Problem,
    Protection,
    ProtectionKind,
    Reason,
    Roster,
    Shift,
    Sitting,
    Skill,
    SlotNeed,
    Terms,
    Wish,
    Worker,
)
from scheduler.domain.holidays import day_types
from scheduler.i18n import Lang
from scheduler.rules import Constraint
from scheduler.timeline import DAY_MINUTES, days_between

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

THREE_SHIFTS = (
    Shift("早", "早班", 8 * 60, 16 * 60),
    Shift("中", "中班", 16 * 60, 24 * 60),
    Shift("夜", "夜班", 0, 8 * 60, night=True),
)


class Drawn:
    """A rule held against a roster drawn as text.

    The first line names the days (`Mon`, or the day's number; anything), each
    further line a worker and one cell a day: a shift's code, several joined by
    `+`, or `.` for a day off. A `|` column divides the history from the month.
    """

    def __init__(self, rule: Constraint, drawing: str, first: date, **fields: Any) -> None:
        lines = [line.split() for line in drawing.strip().splitlines() if line.strip()]
        past = lines[0].index("|") if "|" in lines[0] else 0
        days = [cell for cell in lines[0] if cell != "|"]
        dates = days_between(first - timedelta(days=past), first + timedelta(days=len(days) - past - 1))
        duties = [
            Duty(name, day, code)
            for name, *cells in (line for line in lines[1:])
            for day, cell in zip(dates, (c for c in cells if c != "|"), strict=True)
            for code in cell.split("+")
            if cell != "."
        ]
        workers = fields.pop("workers", tuple(Worker(line[0], line[0]) for line in lines[1:]))
        fields.setdefault("days", day_types(dates[past:], "none"))
        self.rule = rule
        self.problem = Problem(
            desk=fields.pop("desk", Desk("desk", "desk")),
            workers=workers,
            shifts=fields.pop("shifts", THREE_SHIFTS),
            history=tuple(duty for duty in duties if duty.day < first),
            history_from=dates[0],
            **fields,
        )
        self.month = tuple(duty for duty in duties if duty.day >= first)
        self.found = list(rule.check(self.problem, with_history(self.problem, self.month)))

    def sentences(self, lang: Lang = "en") -> list[str]:
        """What the rule says of the roster."""
        return [violation.say(lang, self.problem.names) for violation in self.found]

    def breaks(self, *parts: str) -> None:
        """The rule is broken, or a preference given up, once for each part of a sentence."""
        said = self.sentences()
        assert len(said) == len(parts), said
        for part in parts:
            assert any(part in sentence for sentence in said), (part, said)
        self.agrees()

    def holds(self) -> None:
        """The rule finds nothing."""
        assert self.sentences() == []
        self.agrees()

    def costs(self, amount: int) -> None:
        """The preferences given up cost so much, and nothing else is wrong."""
        assert not any(violation.hard for violation in self.found), self.sentences()
        assert sum(violation.cost for violation in self.found) == amount, self.sentences()
        self.agrees()

    def agrees(self) -> None:
        """The rule is on, and its encoding gives up the same Reasons, at the same cost."""
        assert self.rule.applies(self.problem)
        fallen, paid, _ = judged(self.problem, self.rule, self.month)
        assert fallen == {violation.reason for violation in self.found if violation.hard}
        costs: Counter[Reason] = Counter()
        for violation in self.found:
            costs[violation.reason] += violation.cost
        assert paid == +costs


def judged(
    problem: Problem, rule: Constraint, month: Sequence[Duty], held: Mapping[Any, tuple[str, ...]] | None = None
) -> tuple[set[Any], dict[Any, int], set[Any]]:
    """Fix a roster in a model with one rule, and maximise the guards, then minimise the costs.

    Parameters
    ----------
    held : mapping of (worker, day) to codes, optional
        Cells of the roster that the model holds as constants.

    Returns
    -------
    The Reasons whose guards had to fall, the cost of each preference that had to be given up, and all Reasons posted.
    """
    from scheduler.model.roster_model import RosterModel

    model = RosterModel(problem, guarded={rule.name}, held=held)
    return judged_in(model, problem, rule, month)


def judged_after(
    before: Problem, past: Sequence[Duty], problem: Problem, rule: Constraint, month: Sequence[Duty]
) -> tuple[set[Any], dict[Any, int], set[Any]]:
    """The same of a month whose month before is part of the model, its cells fixed too, as `past`."""
    from scheduler.model.roster_model import RosterModel

    first = RosterModel(before)
    first.complete()
    there = set(past)
    for worker in before.workers:
        for day in before.dates:
            for code in before.codes_on(day):
                first.cp.add(first.works(worker.id, day, code) == (Duty(worker.id, day, code) in there))
    return judged_in(first.followed_by(problem, guarded={rule.name}), problem, rule, month)


def judged_in(
    model: RosterModel, problem: Problem, rule: Constraint, month: Sequence[Duty]
) -> tuple[set[Any], dict[Any, int], set[Any]]:
    """What `judged` returns, of a model that is guarded for the rule."""
    from ortools.sat.python import cp_model

    with model.narrowing():
        rule.narrow(problem, model)
    rule.encode(problem, model)
    model.complete()
    there = set(month)
    for worker in problem.workers:
        for day in problem.dates:
            for code in problem.codes_on(day):
                model.cp.add(model.works(worker.id, day, code) == (Duty(worker.id, day, code) in there))
    costs = sum(weight * cost for _, weight, cost in model.preferences)
    many = 1 + sum(weight * 10000 for _, weight, _ in model.preferences)
    model.cp.minimize(costs - many * sum(guard.kept for guard in model.guards.values()))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.cp_model_presolve = False
    solver.parameters.max_deterministic_time = 20
    status = solver.solve(model.cp)
    assert status == cp_model.OPTIMAL, solver.status_name(status)
    fallen = {reason for reason, guard in model.guards.items() if not solver.value(guard.kept)}
    paid: dict[Any, int] = {}
    for reason, weight, cost in model.preferences:
        amount = weight * (cost if isinstance(cost, int) else solver.value(cost))
        if amount:
            paid[reason] = paid.get(reason, 0) + amount
    return fallen, paid, {*model.guards, *(reason for reason, _, _ in model.preferences)}


def avoided(problem: Problem, rule: Constraint, month: Sequence[Duty]) -> int:
    """The least of what a rule avoids, in a model in which a roster is fixed."""
    from ortools.sat.python import cp_model

    from scheduler.model.roster_model import RosterModel

    model, there = RosterModel(problem), set(month)
    model.exclusive = len({duty[:2] for duty in there}) == len(there)
    model.complete()
    rule.avoid(problem, model)
    for worker in problem.workers:
        for day in problem.dates:
            for code in problem.codes_on(day):
                model.cp.add(model.works(worker.id, day, code) == (Duty(worker.id, day, code) in there))
    model.cp.minimize(model.avoided())
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    assert solver.solve(model.cp) == cp_model.OPTIMAL
    return round(solver.objective_value)


def priced(problem: Problem, rule: Constraint, month: Roster, held: Mapping[Any, tuple[str, ...]]) -> int | None:
    """What a roster costs by one rule, in a plain model that holds some of its cells; `None` where it is impossible."""
    from ortools.sat.python import cp_model

    from scheduler.model.roster_model import RosterModel
    from scheduler.rules.book import Rulebook

    model = RosterModel(problem, held=held)
    Rulebook((rule,)).encode(problem, model)
    for worker in problem.workers:
        for day in problem.dates:
            for code in problem.codes_on(day):
                there = code in month.on(worker.id, day)
                model.cp.add(cp_model.LinearExpr.sum([model.works(worker.id, day, code)]) == int(there))
    model.cp.minimize(model.objective())
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.cp_model_presolve = False
    solver.parameters.max_deterministic_time = 20
    status = solver.solve(model.cp)
    assert status in (cp_model.OPTIMAL, cp_model.INFEASIBLE), solver.status_name(status)
    return round(solver.objective_value) if status == cp_model.OPTIMAL else None


# Random desks

SHIFT_SETS: tuple[tuple[Shift, ...], ...] = (
    THREE_SHIFTS,
    (
        Shift("A", "A", 8 * 60, 18 * 60, breaks=(Break(12 * 60, 14 * 60),)),
        Shift("B", "B", 8 * 60, 16 * 60, breaks=(Break(11 * 60 + 30, 12 * 60),)),
        Shift("C", "C", 12 * 60, 20 * 60, breaks=(Break(17 * 60 + 30, 18 * 60),)),
    ),
    (
        Shift("L", "late", 16 * 60, 25 * 60, breaks=(Break(20 * 60, 20 * 60 + 20, True),), skill="late"),
        Shift("N", "night", 22 * 60, 32 * 60, breaks=(Break(26 * 60, 26 * 60 + 45),), night=True),
        Shift("D", "day", 9 * 60, 17 * 60 + 30, breaks=(Break(12 * 60, 12 * 60 + 29),)),
    ),
    (
        Shift("1", "one", 0, 4 * 60, night=True),
        Shift("2", "two", 4 * 60, 16 * 60, breaks=(Break(300, 340),)),
        Shift("3", "three", 20 * 60 + 15, 24 * 60),
        Shift("4", "four", 23 * 60, 27 * 60, night=True),
    ),
)
ROLES = ("班长", "客服", "leader")
SKILLS = ("late", "english")
TEAMS = ("甲组", "乙组")
POSTS = ("订单", "客服")


def random_problem(rng: random.Random) -> Problem:
    """A small desk with everything that rules look at, in a stretch of days that touches a month's edge at times."""
    zone = rng.choice(["Asia/Shanghai", "Asia/Shanghai", "Europe/Berlin"])
    shifts = tuple(replace(s, post=(*POSTS, "", "")[at]) for at, s in enumerate(rng.choice(SHIFT_SETS)))
    codes = [shift.code for shift in shifts]
    first = rng.choice([date(2026, 12, 1), date(2026, 12, 24), date(2026, 10, 23), date(2026, 3, 26), date(2027, 2, 1)])
    dates = days_between(first, first + timedelta(days=rng.randint(3, 11)))
    days = tuple(
        Day(day.date, rng.choice(list(DayKind))) if rng.random() < 0.2 else day for day in day_types(dates, "CN")
    )
    around = days_between(dates[0] - timedelta(days=9), dates[-1] + timedelta(days=5))

    def maybe(value: Any, chance: float = 0.5) -> Any:
        return value if rng.random() < chance else None

    def some_range() -> tuple[date | None, date | None]:
        a, b = sorted(rng.choices(around, k=2))
        return maybe(a), maybe(b)

    workers = []
    for number in range(rng.randint(1, 4)):
        hired, leaves = some_range() if rng.random() < 0.3 else (None, None)
        workers.append(
            Worker(
                f"W{number}",
                rng.choice(["甲", "乙", "丙"]),
                team=(*TEAMS, "")[number % 3],
                roles=tuple(rng.sample(ROLES, rng.randint(0, 2))),
                skills=tuple(Skill(name, *some_range()) for name in rng.sample(SKILLS, rng.randint(0, 2))),
                hired=hired,
                leaves=leaves,
                qualified_from=maybe(rng.choice(dates), 0.3),
                share=rng.choice([1.0, 1.0, 0.5]),
                norm_hours=maybe(rng.choice([8.0, 30.0, 60.5]), 0.3),
                only_shifts=tuple(rng.sample(codes, 2)) if rng.random() < 0.2 else (),
                protections=(Protection(rng.choice(list(ProtectionKind)), *some_range()),)
                if rng.random() < 0.4
                else (),
                terms=random_terms(rng, codes) if rng.random() < 0.7 else Terms(),
            )
        )
    ids = [worker.id for worker in workers]
    demand = []
    for code in codes:
        for on in dict.fromkeys(rng.choice(["all", "all", *DAY_KEYS, rng.choice(dates).isoformat()]) for _ in range(2)):
            least = rng.randint(0, 2)
            target = least + rng.randint(0, 2)
            kind: dict[str, Any] = rng.choice([{}, {}, {"role": rng.choice(ROLES)}, {"skill": rng.choice(SKILLS)}])
            weights: dict[str, Any] = {name: rng.choice([None, 0, 3]) for name in ("weight_short", "weight_spare")}
            most = maybe(target + rng.randint(0, 1))
            demand.append(Demand(code, on, least=least, target=target, most=most, **kind, **weights))
    openings = {
        on: Opening(on, start, rng.choice([start, 17 * 60, DAY_MINUTES, 26 * 60]))
        for on in dict.fromkeys(("all", rng.choice(DAY_KEYS)))
        for start in [rng.choice([0, 8 * 60, 9 * 60 + 30])]
    }
    wishes = [
        Wish(rng.choice(ids), rng.choice(dates), rng.random() < 0.5, rng.choice(["", *codes]), weight=rng.randint(1, 9))
        for _ in range(rng.randint(0, 4))
    ]
    leave = []
    for _ in range(rng.randint(0, 3)):
        start, end = sorted(rng.choices(around, k=2))
        leave.append(
            Leave(
                rng.choice(ids),
                start,
                min(end, start + timedelta(days=2)),
                rng.choice(LEAVE_KINDS),
                approved=rng.random() < 0.8,
            )
        )
    fixed = [Fixed(rng.choice(ids), rng.choice(dates), rng.choice(["", *codes])) for _ in range(rng.randint(0, 3))]
    past = days_between(first - timedelta(days=9), first - timedelta(days=1)) if rng.random() < 0.9 else ()
    return Problem(
        desk=Desk(
            "desk",
            "desk",
            zone=zone,
            hours_by=random.Random(f"{ids}{zone}{dates}").choice(["wall", "passing"]),
            first_weekday=rng.randint(0, 6),
            opening=tuple(openings.values()),
        ),
        days=days,
        workers=tuple(workers),
        shifts=shifts,
        demand=tuple(demand),
        leave=(*leave, *random_hours_of_leave(random.Random(f"{leave}{ids}"), ids, around)),
        wishes=tuple(wishes),
        fixed=tuple(dict.fromkeys(fixed)),
        overtime=tuple(
            Overtime(rng.choice(ids), rng.choice(dates), 60 * rng.randint(1, 5)) for _ in range(rng.randint(0, 2))
        )
        + random_extra_work(random.Random(f"{ids}{dates}"), ids, dates),
        past_overtime=random_extra_work(random.Random(f"{dates}{ids}"), ids, past[-3:]) if past else (),
        history=random_duties(rng, ids, past, codes),
        history_from=past[0] if past else None,
        carried={w: Burden(*(rng.randint(-200, 200) / 100 for _ in range(4))) for w in ids if rng.random() < 0.5},
        slots=random_slots(random.Random(rng.getstate()[1][0]), dates),
        events=random_events(random.Random(f"{workers}{dates}"), ids, dates, shifts),
    )


def random_hours_of_leave(rng: random.Random, ids: Sequence[str], around: Sequence[date]) -> tuple[Leave, ...]:
    """Leave of hours, on one day or several: mornings, afternoons, a few hours, and those of the night."""
    rows = []
    for _ in range(rng.choice([0, 1, 2, 4])):
        first, (start, end) = rng.choice(around), rng.choice(HOURS_OF_LEAVE)
        last = first + timedelta(days=rng.choice([0, 0, 1, 3]))
        kind, approved = rng.choice(LEAVE_KINDS), rng.random() < 0.9
        rows.append(Leave(rng.choice(ids), first, last, kind, approved=approved, start=start, end=end))
    return tuple(rows)


HOURS_OF_LEAVE = ((0, 720), (720, 1440), (840, 1080), (0, 60), (60, 61), (960, 961), (1380, 1440), (0, 1440))


def random_extra_work(rng: random.Random, ids: Sequence[str], dates: Sequence[date]) -> tuple[Overtime, ...]:
    """Overtime with a time of its own: long and short, by day, by night and past midnight, now and then twice."""
    rows = [
        Overtime(
            rng.choice(ids),
            rng.choice(dates),
            rng.choice([30, 60, 120, 181, 480]),
            rng.choice([0, 6 * 60, 13 * 60, 16 * 60, 18 * 60, 20 * 60, 24 * 60, 32 * 60]),
            rng.choice(list(Compensation)),
        )
        for _ in range(rng.choice([0, 0, 1, 2, 5]))
    ]
    return tuple(rows)


RETIRED = "旧"


def with_former_shifts(rng: random.Random, problem: Problem) -> Problem:
    """The problem with shifts that were others, were not there or are not there any more, up to days near its first ones."""
    around = days_between(problem.first - timedelta(days=4), problem.last)
    former = {}
    for _ in range(rng.randint(1, 4)):
        shift, until = rng.choice(problem.shifts), rng.choice(around)
        former[shift.code, until] = FormerShift(
            shift.code, until, another_shift(rng, shift) if rng.random() < 0.8 else None
        )
    if rng.random() < 0.5:
        until = rng.choice(around)
        former[RETIRED, until] = FormerShift(RETIRED, until, replace(rng.choice(problem.shifts), code=RETIRED))
    row = Demand(RETIRED, target=rng.randint(0, 2))
    changed = replace(
        problem,
        history=(),
        fixed=(),
        former_shifts=tuple(former.values()),
        demand=(*problem.demand, row) if any(code == RETIRED for code, _ in former) else problem.demand,
    )
    history = [
        duty._replace(shift=RETIRED) if RETIRED in changed.codes and rng.random() < 0.2 else duty
        for duty in problem.history
    ]
    fixed = tuple(one for one in problem.fixed if not one.shift or one.shift in changed.codes_on(one.day))
    return replace(changed, history=known_duties(changed, history), fixed=fixed)


def another_shift(rng: random.Random, shift: Shift) -> Shift:
    """A shift of the same code at another time or post, of other length or skill, by night or by day."""
    start = rng.randrange(0, DAY_MINUTES, 30)
    end = start + rng.choice([4, 8, 9, 12]) * 60
    pause = (Break(start + 120, start + 120 + rng.choice([30, 90]), rng.random() < 0.5),)
    hours: dict[str, Any] = {"start": start, "end": end, "breaks": pause if rng.random() < 0.5 else ()}
    other: dict[str, Any] = {
        "post": rng.choice([*POSTS, ""]),
        "skill": rng.choice(["", *SKILLS]),
        "night": not shift.night,
    }
    chosen = {name: value for name, value in other.items() if rng.random() < 0.5}
    return replace(shift, **(hours if rng.random() < 0.8 else {}), **chosen)


def known_duties(problem: Problem, duties: Sequence[Duty]) -> tuple[Duty, ...]:
    """The duties on shifts that there are on their days."""
    return tuple(dict.fromkeys(duty for duty in duties if duty.shift in problem.codes_on(duty.day)))


def random_events(
    rng: random.Random, ids: Sequence[str], dates: Sequence[date], shifts: Sequence[Shift]
) -> tuple[Event, ...]:
    """Meetings of some of the people, most of their sittings inside a shift, often from its first or to its last minute."""

    def sitting() -> Sitting:
        long = rng.choice([30, 60, 90])
        begin, end = rng.choice([*rng.choice(shifts).desk_minutes, (10 * 60, 23 * 60 + 30)])
        start = rng.choice([begin, end - long, end - long + 30, end, rng.randrange(begin, end, 30)]) % DAY_MINUTES
        return Sitting(rng.choice(dates), start, start + long)

    return tuple(
        Event(
            rng.choice(["例会", "考试"]),
            tuple(sitting() for _ in range(rng.randint(1, 3))),
            tuple(rng.sample(ids, rng.randint(1, len(ids)))),
            rng.random() < 0.5,
        )
        for _ in range(rng.randint(0, 2))
    )


def random_slots(rng: random.Random, dates: Sequence[date]) -> tuple[SlotNeed, ...]:
    """Slots of the day and past midnight, on and off the edges of shifts, in most draws."""
    slots = []
    for _ in range(rng.randint(0, 5)):
        start = rng.choice([0, 6 * 60, 9 * 60 + 15, 12 * 60, 15 * 60 + 30, 22 * 60])
        least = rng.randint(0, 2)
        on, skill = rng.choice(["all", rng.choice(DAY_KEYS), rng.choice(dates).isoformat()]), rng.choice(["", *SKILLS])
        end = start + rng.choice([30, 60, 150, 480])
        slots.append(SlotNeed(on, start, end, least=least, target=least + rng.randint(0, 2), skill=skill))
    return tuple(slots)


def random_terms(rng: random.Random, codes: Sequence[str]) -> Terms:
    """Terms of a worker, each of them in every second draw."""

    def two(*choices: Any) -> tuple[Any, Any]:
        least, most = sorted(rng.choices(choices, k=2))
        return rng.choice([None, least]), rng.choice([None, most])

    least_row, most_row = two(1, 2, 3, 4, 6)
    least_hours, most_hours = two(0, 8.5, 30, 47.25, 60)
    return Terms(
        most_days_in_a_row=most_row,
        least_days_in_a_row=least_row,
        least_days_off_in_a_row=rng.choice([None, 1, 2, 3]),
        most_weekends=rng.choice([None, 0, 0, 1]),
        least_hours=least_hours,
        most_hours=most_hours,
        most_of_shift=tuple((code, rng.randint(0, 4)) for code in rng.sample(codes, rng.randint(0, 2))),
    )


def random_duties(
    rng: random.Random, ids: Sequence[str], dates: Sequence[date], codes: Sequence[str]
) -> tuple[Duty, ...]:
    """Duties of any kind, legal or not: long rows, favourite shifts, now and then two on a day."""
    duties = set()
    for worker in ids:
        busy, favourite = rng.choice([0.3, 0.7, 0.95, 1.0]), rng.choice(codes)
        for day in dates:
            for _ in range(2 if rng.random() < 0.06 else 1):
                if rng.random() < busy:
                    duties.add(Duty(worker, day, favourite if rng.random() < 0.6 else rng.choice(codes)))
    return tuple(sorted(duties))


def random_rule(rng: random.Random, cls: type[Constraint], codes: Sequence[str] = ()) -> Constraint:
    """The rule with its defaults, or with settings drawn from their ranges and, with `codes`, from their examples."""
    rule = cls()
    if rng.random() < 0.3:
        return rule
    drawn: dict[str, Any] = {}
    for declared in fields(cls):
        low, high, default = declared.metadata["low"], declared.metadata["high"], declared.default
        examples = declared.metadata["examples"]
        if isinstance(default, bool):
            drawn[declared.name] = rng.random() < 0.5
        elif isinstance(default, int | float) and rng.random() < 0.7:
            near = rng.choice([low, 1, 2, 3, 4, 6, 8, 10, 12, 20, 30])
            drawn[declared.name] = type(default)(min(max(near, low), high))
        elif examples and codes:
            drawn[declared.name] = random_texts(rng, cls, declared.name, examples, codes)
    return replace(rule, **drawn)


def random_texts(
    rng: random.Random, cls: type[Constraint], name: str, examples: Sequence[str], codes: Sequence[str]
) -> tuple[str, ...]:
    """Texts for a rule's list, drawn from the examples that it declares; several where the rule can read them together."""
    texts: tuple[str, ...] = ()
    for _ in range(rng.randint(1, 4)):
        text = random_text(rng, rng.choice(examples), codes)
        if text not in texts and is_readable(cls, name, (*texts, text)):
            texts += (text,)
    return texts


def random_text(rng: random.Random, pattern: str, codes: Sequence[str]) -> str:
    """A pattern with a name in the place of each word in braces."""
    words = {"shift": list(codes), "role": list(ROLES), "team": list(TEAMS), "day": list(DAY_KEYS), "post": list(POSTS)}
    for names in words.values():
        rng.shuffle(names)

    def name(found: re.Match[str]) -> str:
        word = found[1]
        if word == "number":
            return str(rng.randint(0, 4))
        one, several = word.removesuffix("s"), word.endswith("s")
        return "|".join(words[one].pop() for _ in range(min(len(words[one]), rng.randint(1, 2) if several else 1)))

    return re.sub(r"{(\w+)}", name, pattern)


def is_readable(cls: type[Constraint], name: str, texts: tuple[str, ...]) -> bool:
    """Whether the rule can read the texts of a list."""
    try:
        cls(**{name: texts})
    except ValueError:
        return False
    return True
