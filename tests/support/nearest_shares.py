"""How near everybody can come to their fair share of several months: a bound by a linear program.

Of each burden a person's share is the sum of their fair shares of what was rostered month by month, less what they were
above or below it when the first month began; those count who are there in the last month. What was rostered in a month is
dealt out anew, in fractions: each day's duties to whoever could take such a duty on that day, one a day, and of these at
least as many to people with a role or skill as demand and `shift_leader` ask of the roster's shifts. Whatever other rules
say of rest, weeks or cover is left out, so no rosters that do the same work come closer for everybody.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date

from ortools.math_opt.python import mathopt

from constraints.shift_leader import ShiftLeader
from scheduler.audit.statistics import total_workers
from scheduler.domain import DayKind, Demand, Problem, Roster, Shift, fair_shares
from scheduler.rules import Constraint

A_DUTY = {"nights": 1.0, "weekends": 1.0, "holidays": 1.0, "hours": 8.0}  # one duty, as each burden counts it
KINDS = {"weekends": DayKind.RESTDAY, "holidays": DayKind.STATUTORY}


def _counts(problem: Problem, burden: str, day: date, shift: Shift) -> bool:
    kind = problem.day_by_date[day].kind
    return kind == KINDS.get(burden, kind) and (shift.night or burden != "nights")


def _asked_of(problem: Problem, rules: Sequence[Constraint], day: date) -> Iterator[tuple[dict[str, int], set[str]]]:
    """What a day asks of people of a kind: heads by shift, and who is of that kind."""
    rows: dict[str, list[Demand]] = defaultdict(list)
    for row in problem.demand_on(day):
        if row.who and row.least:
            rows[row.who].append(row)
    for alike in rows.values():
        able = {worker.id for worker in problem.workers if alike[0].counts(worker, day)}
        yield {row.shift: row.least for row in alike}, able
    for rule in rules:
        if isinstance(rule, ShiftLeader) and not rule.on:
            needed = {row.shift for row in problem.demand_on(day) if row.least}
            leaders = {w.id for w in problem.workers if w.qualified(day) and set(rule.roles) & set(w.roles)}
            yield dict.fromkeys(needed & set(rule.shifts or needed), rule.heads), leaders


def nearest(months: Sequence[tuple[Problem, Roster]], rules: Sequence[Constraint], burden: str) -> float:
    """The least that the largest distance from a share of all months can be; `rules` are those of the desk."""
    program = mathopt.Model()
    distance = program.add_variable(lb=0.0)
    above: dict[str, list[mathopt.LinearBase | float]] = defaultdict(list)
    for who, before in months[0][0].carried.items():
        above[who].append(getattr(before, burden))
    for problem, roster in months:
        shares = fair_shares(problem, roster)
        for worker in problem.workers:
            above[worker.id].append(-float(getattr(shares[worker.id], burden)))
        done: list[mathopt.LinearBase] = []
        for day in problem.dates:
            shifts = {s.code: s for s in problem.shifts_on(day) if _counts(problem, burden, day, s)}
            at_work = {
                worker.id: A_DUTY[burden] * program.add_variable(lb=0.0, ub=1.0)
                for worker in problem.workers
                if any(problem.can_take(worker, day, shift) for shift in shifts.values())
            }
            for who, part in at_work.items():
                above[who].append(part)
            done += at_work.values()
            there = [duty for duty in roster.duties if duty.day == day and duty.shift in shifts]
            if burden == "hours":
                continue
            program.add_linear_constraint(mathopt.fast_sum(list(at_work.values())) == len(there))
            for heads, able in _asked_of(problem, rules, day):
                met = Counter(duty.shift for duty in there if duty.worker in able)
                least = sum(min(most, met[code]) for code, most in heads.items())
                program.add_linear_constraint(mathopt.fast_sum([at_work[who] for who in able & set(at_work)]) >= least)
        program.add_linear_constraint(
            mathopt.fast_sum(done) == sum(getattr(totals, burden) for totals in total_workers(problem, roster))
        )
    for parts in (above[worker.id] for worker in months[-1][0].workers):
        program.add_linear_constraint(mathopt.fast_sum(parts) <= distance)
        program.add_linear_constraint(mathopt.fast_sum(parts) >= -distance)
    program.minimize(distance)
    found = mathopt.solve(program, mathopt.SolverType.GLOP)
    assert found.termination.reason == mathopt.TerminationReason.OPTIMAL
    return float(found.objective_value())
