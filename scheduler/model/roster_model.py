"""CP-SAT in the desk's words: who works when, who rests, what is required, what is preferred.

One vocabulary serves four uses. A *plain* model never creates a duty that a
rule forbids outright. A model *guarded* for some rules can describe every
roster, legal or not: each Reason of these rules gets a guard, true exactly
when it can be kept, and a slack that says by how much it is bent. Days before
the month and `held` cells are constants of the same words, so no rule has a
special case for the month's edge or for a search that looks at a part of it.
With `allowed`, Reasons are loosened by an amount: a repair.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import gcd
from typing import Any, NamedTuple

from ortools.sat.python import cp_model

from scheduler.domain import Duty, Problem, Reason, Roster
from scheduler.model.cuts import hull_above, hull_below
from scheduler.timeline import ONE_DAY

LAYERED = 5  # times the model's own variables, at most: 3.9 on public instance 18, 6.5 on 20
# A literal of CP-SAT, or 0/1 where the answer is already known.
Literal = Any
# The codes of all shifts that begin in a cell, by worker and day.
Cells = Mapping[tuple[str, date], tuple[str, ...]]


def _index(literal: Any) -> int:
    index: int = literal.index
    return index


def known_no(literal: Literal) -> bool:
    """Whether a literal is known to be false."""
    return isinstance(literal, int) and literal == 0


def _packed(pairs: Sequence[tuple[Sequence[str], Sequence[str]]]) -> list[tuple[list[str], list[str]]]:
    """Pairs as few groups of shifts: those that some shift forbids on the next day, behind all the shifts that forbid them."""
    after: dict[str, set[str]] = {}
    for first, second in pairs:
        for code in first:
            after.setdefault(code, set()).update(second)
    distinct = {tuple(sorted(codes)): codes for codes in after.values()}
    return [([code for code in after if after[code] >= codes], list(group)) for group, codes in distinct.items()]


class _Runs(NamedTuple):
    """Days in a row at least and at most (0: no cap), and days off between two runs at least."""

    least: int
    most: int
    off: int


class _Stretch(NamedTuple):
    """A run of working days, both ends included, and whether it is there."""

    first: date
    last: date
    there: Literal


class _Sum(NamedTuple):
    """A requirement that is posted: low <= terms <= high, `None` where there is no such side; weights of 1 without `counts`."""

    terms: list[Literal]
    counts: Sequence[int] | None
    low: int | None
    high: int | None


class _Counted(NamedTuple):
    """Groups of days of which the worker's stretches touch at most so many."""

    worker: str
    groups: Sequence[Sequence[date]]
    most: int


@dataclass(frozen=True)
class Guard:
    """Whether a Reason is kept in full, and by how much it is bent where it is not.

    Attributes
    ----------
    kept : literal
    slacks : list of integer variables
        How far each requirement posted for the Reason gives way.
    step : int
        What counts as one: 60 where a requirement counts minutes.
    """

    kept: cp_model.IntVar
    slacks: list[cp_model.IntVar]
    step: int


class RosterModel:
    """The rosters of a problem, as CP-SAT variables made on first use.

    Parameters
    ----------
    problem : Problem
    guarded : container of rule names
        Rules whose every Reason gets a guard; the others are posted plainly.
    allowed : mapping of Reason to int
        By how much a Reason may be broken without further ado.
    held : mapping of (worker, day) to codes
        Cells of the month that stay as they are said to be; nothing is decided there. A rule that forbids what is held
        makes the model impossible, as any other requirement that is known to fail.
    """

    def __init__(
        self,
        problem: Problem,
        guarded: Container[str] = (),
        allowed: Mapping[Reason, int] | None = None,
        held: Cells | None = None,
    ) -> None:
        self.problem = problem
        self.cp = cp_model.CpModel()
        self.guards: dict[Reason, Guard] = {}
        self.preferences: list[tuple[Reason, int, Literal]] = []
        self._guarded, self._allowed = guarded, allowed or {}
        self.held: Cells = held or {}
        self._history = frozenset(problem.history)
        self._cells: dict[tuple[str, date, str], Literal] = {}
        self._on: dict[tuple[str, date], Literal] = {}
        self._off: dict[tuple[str, date], Literal] = {}
        self._idle: dict[tuple[str, date, date], Literal | None] = {}
        self._reach: dict[int, int] = {}
        self._sums: list[_Sum] = []
        self._counted: list[_Counted] = []
        self._apart: dict[date, list[tuple[Sequence[str], Sequence[str]]]] = {}
        self._runs: dict[str, dict[str, _Runs]] = {}
        self._stretches: dict[str, tuple[_Stretch, ...]] = {}
        self.exclusive = False  # nobody can begin two duties on a day
        self._codes = tuple(shift.code for shift in problem.shifts)
        self._first, self._last = problem.first, problem.last

    # Words

    def works(self, worker: str, day: date, shift: str) -> Literal:
        """Whether the worker begins the shift on the day; 0 or 1 where held or before the month, 0 after it."""
        key = (worker, day, shift)
        cell = self._cells.get(key)
        if cell is None:
            if self._first <= day <= self._last:
                codes = self.held.get((worker, day))
                cell = self.cp.new_bool_var("") if codes is None else int(shift in codes)
            else:
                cell = int(Duty(*key) in self._history)
            self._cells[key] = cell
        return cell

    def works_on(self, worker: str, day: date) -> Literal:
        """Whether the worker begins any duty on the day."""
        on = self._on.get((worker, day))
        return self._met(worker, day)[0] if on is None else on

    def rests_on(self, worker: str, day: date) -> Literal:
        """Whether the worker begins no duty on the day."""
        off = self._off.get((worker, day))
        return self._met(worker, day)[1] if off is None else off

    def duties(self, worker: str, day: date, shifts: Iterable[str]) -> list[Literal]:
        """Literals of which at most one is true, and one exactly when the worker begins one of the shifts."""
        cells = [cell for code in shifts if not known_no(cell := self.works(worker, day, code))]
        return cells if self.exclusive or len(cells) <= 1 else [self.any_of(cells)]

    def works_any(self, worker: str, days: Sequence[date]) -> Literal:
        """Whether the worker begins any duty on one of the days, which follow one another."""
        idle = self.idle(worker, days)
        return self.any_of([self.works_on(worker, day) for day in days]) if idle is None else self.negated(idle)

    def idle(self, worker: str, days: Sequence[date]) -> Literal | None:
        """Whether the worker begins no duty on days that follow one another, where stretches tell; else `None`."""
        key = (worker, days[0], days[-1])
        if key not in self._idle:
            self._idle[key] = self._made_idle(worker, days)
        return self._idle[key]

    def _made_idle(self, worker: str, days: Sequence[date]) -> Literal | None:
        stretches = self._stretched(worker)
        away = any(self.problem.at_work_elsewhere(worker, day) for day in days)
        if not stretches or away or len(days) > self._limits(worker).off + 1:
            return None
        begun = [self.works_on(worker, day) for day in days if day <= max(days[0], self._first)]
        touching = [on for on in begun if not known_no(on)] + [
            one.there for one in stretches if days[0] < one.first <= days[-1] and one.first > self._first
        ]
        if not touching or any(isinstance(there, int) for there in touching):
            return int(not touching)  # none that could reach these days, or one that is known to
        idle = self.cp.new_bool_var("")
        self.cp.add_exactly_one([*touching, idle])  # no two stretches come so close
        return idle

    def require_any(self, worker: str, groups: Sequence[Sequence[date]], *, at_most: int, because: Reason) -> None:
        """Of some groups of days, each of days that follow one another, the worker has duties in at most so many."""
        self.require([self.works_any(worker, days) for days in groups], at_most=at_most, because=because)
        inside = all(self._first <= days[0] and days[-1] <= self._last for days in groups)
        if inside and all(self.idle(worker, days) is not None for days in groups):
            self._counted.append(_Counted(worker, groups, at_most))

    def _met(self, worker: str, day: date) -> tuple[Literal, Literal]:
        """Make `works_on` and `rests_on` of a cell."""
        duties = [cell for code in self._codes if not known_no(cell := self.works(worker, day, code))]
        if self.exclusive and duties and not isinstance(duties[0], int):
            off = self.cp.new_bool_var("")
            self.cp.add_exactly_one([*duties, off])  # tighter in the LP than "any of" with "at most one"
            on = off.negated()
        else:
            on = self.any_of(duties)
            off = self.negated(on)
        self._on[worker, day], self._off[worker, day] = on, off
        return on, off

    def negated(self, literal: Literal) -> Literal:
        """The opposite of a literal or of a known answer."""
        return 1 - literal if isinstance(literal, int) else literal.negated()

    def any_of(self, literals: Sequence[Literal]) -> Literal:
        """A literal that is true exactly when one of the literals is."""
        unknown = [literal for literal in literals if not known_no(literal)]
        if any(isinstance(literal, int) for literal in unknown):
            return 1
        if len(unknown) <= 1:
            return unknown[0] if unknown else 0
        found = self.cp.new_bool_var("")
        self.cp.add_bool_or([*unknown, found.negated()])
        for literal in unknown:
            self.cp.add_implication(literal, found)
        return found

    def all_of(self, literals: Sequence[Literal]) -> Literal:
        """A literal that is true exactly when all of the literals are."""
        if len(literals) == 1:
            return literals[0]
        return self.negated(self.any_of([self.negated(literal) for literal in literals]))

    def amount(self, literals: Sequence[Literal], weights: Sequence[int]) -> Literal:
        """The weight of the true literals: a variable, or a number where all are known."""
        if all(isinstance(literal, int) for literal in literals):
            return sum(literal * weight for literal, weight in zip(literals, weights, strict=True))
        most = sum(weight for literal, weight in zip(literals, weights, strict=True) if not known_no(literal))
        total = self._up_to(most)
        self.cp.add(cp_model.LinearExpr.weighted_sum(list(literals), list(weights)) == total)
        return total

    # Work stretches

    def runs(
        self, worker: str, rule: str, *, least: int | None = None, most: int | None = None, off: int | None = None
    ) -> None:
        """Say how long the worker's runs of days on and off may be; for a rule's `narrow`.

        Where a rule asks for runs of at least two days, the worker's month is
        made of *stretches*, one literal for each legal run of working days,
        and the rules have nothing more to post (`holds_runs`). Rest between
        stretches then packs like intervals, which linear relaxations see.

        Parameters
        ----------
        least, most : int, optional
            Working days in a row.
        off : int, optional
            Days off between two runs, at least.
        """
        self._runs.setdefault(worker, {})[rule] = _Runs(least or 1, most or 0, off or 1)

    def holds_runs(self, worker: str, rule: str) -> bool:
        """Whether stretches alone hold what the rule said of the worker's runs."""
        return rule in self._runs.get(worker, {}) and self._in_stretches(worker)

    def _limits(self, worker: str) -> _Runs:
        """What all rules say of a worker's runs together."""
        said = self._runs.get(worker, {}).values()
        caps = [one.most for one in said if one.most]
        most = min(caps, default=0)
        return _Runs(max((r.least for r in said), default=1), most, max((r.off for r in said), default=1))

    def _in_stretches(self, worker: str) -> bool:
        """Whether the worker's month is made of stretches: only in a plain model, and where they make bounds tighter."""
        limits = self._limits(worker)
        return bool(not self._guarded and not self._allowed and limits.most and (limits.least > 1 or limits.off > 1))

    def _stretched(self, worker: str) -> tuple[_Stretch, ...]:
        """The worker's stretches, made on first use; none where the month is not made of them."""
        if worker not in self._stretches:
            self._stretches[worker] = self._made_of_stretches(worker) if self._in_stretches(worker) else ()
        return self._stretches[worker]

    def _made_of_stretches(self, worker: str) -> tuple[_Stretch, ...]:
        dates, limits = self.problem.dates, self._limits(worker)
        away = [self.problem.at_work_elsewhere(worker, day) for day in dates]
        can = [away[at] or not known_no(self.works_on(worker, day)) for at, day in enumerate(dates)]
        held = [(worker, day) in self.held and not known_no(self.works_on(worker, day)) for day in dates]
        carried, certain = self._eve(worker)
        stretches = []
        for start in range(len(dates)):
            before = max(0, carried) if start == 0 else 0
            if start and carried > 0 and start < limits.off:
                continue  # too soon after the last duty before the month
            if carried <= 0 and certain and start - carried < limits.off:
                continue
            if start and held[start - 1]:
                continue  # a held duty before it would be part of it
            for end in range(start, min(len(dates), start + limits.most - before)):
                if not can[end]:
                    break
                if end + 1 < len(dates) and held[end + 1]:
                    continue  # and so would one behind it
                open_ended = end == len(dates) - 1 or (start == 0 and carried >= 0 and not certain)
                if open_ended or before + end - start + 1 >= limits.least:
                    alone = not (start and can[start - 1]) and not (end + 1 < len(dates) and can[end + 1])
                    # nothing to decide in a run that is held from end to end
                    there = 1 if alone and all(held[start : end + 1]) else self.cp.new_bool_var("")
                    stretches.append(_Stretch(dates[start], dates[end], there))
        for at, day in enumerate(dates):
            covering = [one.there for one in stretches if one.first <= day <= one.last]
            self._one(covering if away[at] else [*covering, self.rests_on(worker, day)])
            until = day + limits.off * ONE_DAY
            soon = [one.there for one in stretches if day < one.first <= until]
            self._one([*(covering if away[at] else [self.works_on(worker, day)]), *soon], least=0)
        if certain and 0 < carried < limits.least:
            self._one([one.there for one in stretches if one.first == dates[0]])  # the run goes on
        return tuple(stretches)

    def _one(self, literals: Sequence[Literal], least: int = 1) -> None:
        """Exactly one of the literals is true, or at most one; nothing to post where all are known and it holds."""
        unknown = [literal for literal in literals if not isinstance(literal, int)]
        known = sum(literal for literal in literals if isinstance(literal, int))
        if known == 1 and unknown:
            self.cp.add_bool_and([literal.negated() for literal in unknown])
        elif unknown and not known:
            (self.cp.add_exactly_one if least else self.cp.add_at_most_one)(unknown)
        elif not least <= known <= 1:
            self.cp.add_bool_or([])  # known to be impossible

    def _eve(self, worker: str) -> tuple[int, bool]:
        """How many days in a row the worker has worked (or, negative, rested) before the month, and whether that is all."""
        known = self.problem.history_from
        day, count = self._first - ONE_DAY, 0
        if known is None:  # nobody says what is not there; a duty that is there still counts
            while not known_no(self.works_on(worker, day)):
                count, day = count + 1, day - ONE_DAY
            return count, False
        on = day >= known and not known_no(self.works_on(worker, day))
        while day >= known and (not known_no(self.works_on(worker, day))) == on:
            count, day = count + 1, day - ONE_DAY
        return (count if on else -count), day >= known

    # Requirements

    def one_duty_a_day(self, rule: str, because: Callable[[str, date], Reason]) -> None:
        """Nobody begins two duties on a day."""
        if rule not in self._guarded:
            self.exclusive = True
        for worker in self.problem.workers:
            for day in self.problem.dates:
                if rule in self._guarded or len(self.held.get((worker.id, day), ())) > 1:
                    cells = [self.works(worker.id, day, code) for code in self._codes]
                    self.require(cells, at_most=1, because=because(worker.id, day))

    def forbid(self, worker: str, day: date, shift: str, because: Reason) -> None:
        """The worker does not begin the shift on the day."""
        key = (worker, day, shift)
        if because.rule in self._guarded or key in self._cells or (worker, day) in self.held:
            self.require([self.works(*key)], at_most=0, because=because)
        elif not self._allowed.get(because):
            self._cells[key] = 0

    def require(
        self,
        literals: Sequence[Literal],
        *,
        because: Reason,
        at_least: int | None = None,
        at_most: int | None = None,
        weights: Sequence[int] | None = None,
        step: int = 1,
    ) -> None:
        """So many of the literals are true, or so much of their weight.

        Parameters
        ----------
        weights : sequence of int, optional
            What each literal counts, minutes for instance; 1 each without it.
        step : int
            What a bend by one means in the unit of the weights: 60 for minutes bent by the hour.
        """
        given = self._allowed.get(because, 0) * step if self._allowed else 0
        terms = [literal for literal in literals if not isinstance(literal, int)]
        counts = None
        if len(terms) == len(literals):
            known, counts = 0, weights
        elif weights is None:
            known = sum(literal for literal in literals if isinstance(literal, int))
        else:
            pairs = list(zip(literals, weights, strict=True))
            known = sum(literal * weight for literal, weight in pairs if isinstance(literal, int))
            counts = [weight for literal, weight in pairs if not isinstance(literal, int)]
        most = len(terms) if counts is None else sum(counts)
        # what is left to ask of the unknown terms; None where they cannot miss it
        low = None if at_least is None or at_least - given <= known else at_least - given - known
        high = None if at_most is None or at_most + given >= known + most else at_most + given - known
        if because.rule in self._guarded:
            self._require_guarded(terms, list(counts or [1] * len(terms)), low, high, because, step)
            return
        if low is None and high is None:
            return
        divisor = gcd(*counts) if counts else 0
        if counts and divisor > 1:  # sums are multiples of it, so their sides may be
            counts, most = [count // divisor for count in counts], most // divisor
            low = None if low is None else -(-low // divisor)
            high = None if high is None else high // divisor
            counts = None if max(counts) == min(counts) else counts
        if (low or 0) > most or (high is not None and high < (low or 0)):
            self.cp.add_bool_or([])  # known to be impossible
        elif counts is None and low is None and high == 1:
            self.cp.add_at_most_one(terms)
        elif counts is None and high is None and low == 1:
            self.cp.add_bool_or(terms)
        elif counts is None and low is None and high == most - 1:
            self.cp.add_bool_or([term.negated() for term in terms])
        else:
            total = cp_model.LinearExpr.weighted_sum(terms, counts) if counts else cp_model.LinearExpr.sum(terms)
            self.cp.add_linear_constraint(total, low or 0, most if high is None else high)
            self._sums.append(_Sum(terms, counts, low, high))

    def _require_guarded(
        self, terms: list[Literal], counts: list[int], low: int | None, high: int | None, because: Reason, step: int
    ) -> None:
        guard = self.guards.get(because)
        if guard is None:
            guard = self.guards[because] = Guard(self.cp.new_bool_var(""), [], step)
        total = cp_model.LinearExpr.weighted_sum(terms, counts)
        for bound, sign in ((low, 1), (high, -1)):
            if bound is not None:
                # the slack reaches far enough to let every roster through
                reach = max(0, bound if sign > 0 else sum(counts) - bound)
                slack = self.cp.new_int_var(0, reach, "")
                self.cp.add(sign * total + slack >= sign * bound)
                self.cp.add(slack == 0).only_enforce_if(guard.kept)
                guard.slacks.append(slack)

    def keep_apart(
        self, rule: str, day: date, first: Sequence[str], second: Sequence[str], because: Callable[[str], Reason]
    ) -> None:
        """Nobody begins one of the first shifts on a day and one of the second on the next.

        In a plain model in which nobody has two duties on a day, what all rules say of the two days is posted together when they
        have said it (`complete`): so relaxations see more, in fewer rows. In others each rule's own is posted at once.
        """
        if self.exclusive and day >= self._first and rule not in self._guarded and not self._allowed:
            self._apart.setdefault(day, []).append((first, second))
            return
        for worker in self.problem.workers:
            before, after = self.duties(worker.id, day, first), self.duties(worker.id, day + ONE_DAY, second)
            both = []
            if before and after:  # history may hold two duties on a day
                both = [*([self.any_of(before)] if day < self._first else before), *after]
            self.require(both, at_most=1, because=because(worker.id))

    def _post_apart(self) -> None:
        """Of shifts of one day, those of the next that follow none of them, and both days off between stretches: one at most."""
        apart, self._apart = self._apart, {}
        for day, pairs in apart.items():
            for first, second in _packed(pairs):
                for worker in self.problem.workers:
                    before, after = self.duties(worker.id, day, first), self.duties(worker.id, day + ONE_DAY, second)
                    if before and after:
                        idle = self.idle(worker.id, (day, day + ONE_DAY))
                        self._one([*before, *after, *([] if idle is None else [idle])], least=0)

    # Preferences

    def prefer(self, cost: Literal, because: Reason, weight: int = 1) -> None:
        """Avoid `cost` (a literal or an amount), which costs `weight` for each one."""
        if not known_no(cost):
            self.preferences.append((because, weight, cost))

    def over(self, literals: Sequence[Literal], limit: int) -> Literal:
        """By how many the true literals pass a limit, where it is preferred small."""
        reach = sum(not known_no(literal) for literal in literals) - limit
        if reach <= 0:
            return 0
        if all(isinstance(literal, int) for literal in literals):
            return reach
        excess = self._up_to(reach)
        self.cp.add(excess >= cp_model.LinearExpr.sum(list(literals)) - limit)
        return excess

    def under(self, literals: Sequence[Literal], limit: int) -> Literal:
        """By how many the true literals fall short of a limit, where it is preferred small."""
        if limit <= 0:
            return 0
        if all(isinstance(literal, int) for literal in literals):
            return max(0, limit - sum(literals))
        missing = self._up_to(limit)
        self.cp.add(missing >= limit - cp_model.LinearExpr.sum(list(literals)))
        return missing

    def beyond(self, amount: Literal, limit: int, step: int = 1) -> Literal:
        """How far an amount goes beyond a limit, in started steps, where it is preferred small."""
        if isinstance(amount, int):
            return max(0, -((limit - amount) // step))
        reach = -((limit - self._reach[amount.index]) // step)
        if reach <= 0:
            return 0
        excess = self._up_to(reach)
        self.cp.add(step * excess >= amount - limit)
        return excess

    def short_of(self, amount: Literal, limit: int, step: int = 1) -> Literal:
        """How far an amount falls short of a limit, in started steps, where it is preferred small."""
        if isinstance(amount, int):
            return max(0, -((amount - limit) // step))
        if limit <= 0:
            return 0
        missing = self._up_to(-(-limit // step))
        self.cp.add(step * missing >= limit - amount)
        return missing

    def _up_to(self, most: int) -> cp_model.IntVar:
        amount = self.cp.new_int_var(0, most, "")
        self._reach[amount.index] = most
        return amount

    # The whole

    def objective(self) -> cp_model.LinearExprT:
        """Everything the preferences cost."""
        return self.cost_of(lambda _: True)

    def cost_of(self, chosen: Callable[[Reason], bool]) -> cp_model.LinearExprT:
        """What some of the preferences cost together, of those posted so far."""
        found = [(cost, weight) for reason, weight, cost in self.preferences if chosen(reason)]
        return cp_model.LinearExpr.weighted_sum([cost for cost, _ in found], [weight for _, weight in found])

    def complete(self) -> None:
        """Post what waited until all rules had spoken, and make every cell of which none did, so that a roster can be read off."""
        for worker in self.problem.workers:
            self._stretched(worker.id)
            for day in self.problem.dates:
                self.works_on(worker.id, day)
        self._post_apart()
        self._tighten()

    def _tighten(self) -> None:
        """Post what sums of two weights imply for whole counts, with what else is said of the heavier ones' count."""
        sums = [one for one in self._sums if one.counts and len(set(one.counts)) == 2 and min(one.counts) > 0]
        caps = {frozenset(map(_index, one.terms)): one.high for one in self._sums if sums and not one.counts}
        for one in sums:
            counts = one.counts or []
            light, heavy = sorted(set(counts))
            many, few = (
                [term for term, count in zip(one.terms, counts, strict=True) if count == weight]
                for weight in (light, heavy)
            )
            most = caps.get(frozenset(map(_index, few))) or len(few)
            above = () if one.high is None else hull_above(light, heavy, one.high, most)
            below = () if one.low is None else hull_below(light, heavy, one.low, most)
            for a, b, c in (*above, *below):
                weights = [a] * len(many) + [b] * len(few)
                self.cp.add(cp_model.LinearExpr.weighted_sum([*many, *few], weights) <= c)

    def layered(self) -> cp_model.CpModel | None:
        """The model once more, with a count kept along each month of stretches; `None` where nothing is counted.

        Its first variables are the model's own, and it has the same rosters. Behind them stands each stretch once for every
        number of groups (weekends, say) that its worker touched before it, as arcs of one path through the days: so no
        mixture of half rosters keeps below a number of weekends that none of them keeps. A relaxation is much tighter
        with it where weekends are scarce (from 935 to 1140, of 1143, on public instance 5), and larger: `None` also where it
        could have more than `LAYERED` times the variables, as for a year of weekends.
        """
        more = sum(
            (len(self._stretched(one.worker)) + len(self.problem.dates)) * (one.most + 1) for one in self._counted
        )
        if not self._counted or more > LAYERED * len(self.cp.proto.variables):
            return None
        cp = self.cp.clone()
        for one in self._counted:
            self._layer(cp, one)
        return cp

    def _layer(self, cp: cp_model.CpModel, counted: _Counted) -> None:
        dates, off = self.problem.dates, self._limits(counted.worker).off
        at = {day: number for number, day in enumerate(dates)}
        # by first day: which stretch, where the next may begin, how many groups it touches
        begins: list[list[tuple[int, int, int]]] = [[] for _ in dates]
        stretches = self._stretched(counted.worker)
        for which, one in enumerate(stretches):
            touched = sum(one.first <= days[-1] and one.last >= days[0] for days in counted.groups)
            begins[at[one.first]].append((which, min(len(dates), at[one.last] + 1 + off), touched))
        ways: list[list[Literal]] = [[] for _ in stretches]
        into: dict[tuple[int, int], list[Literal]] = {(0, 0): [1]}  # by day and count: the arcs of the path
        for day in range(len(dates)):
            for count in range(counted.most + 1):
                if (day, count) not in into:
                    continue
                leave = [cp.new_bool_var("")]
                into.setdefault((day + 1, count), []).append(leave[0])
                for which, until, touched in begins[day]:
                    if count + touched <= counted.most:
                        leave.append(cp.new_bool_var(""))
                        ways[which].append(leave[-1])
                        into.setdefault((until, count + touched), []).append(leave[-1])
                cp.add(cp_model.LinearExpr.sum(leave) == cp_model.LinearExpr.sum(into[day, count]))
        for one, found in zip(stretches, ways, strict=True):
            cp.add(cp_model.LinearExpr.sum(found) == one.there)

    @property
    def stretches(self) -> bool:
        """Whether anybody's month is made of stretches."""
        return any(self._stretches.values())

    def places(self) -> list[tuple[int, str, date, date]]:
        """Which worker and which days (first, last) a variable speaks of, where it speaks of one worker: by index."""
        found = [
            (max(cell.index, -cell.index - 1), worker, day, day)
            for cells in (self._cells, self._on, self._off)
            for (worker, day, *_), cell in cells.items()
            if not isinstance(cell, int)
        ]
        return found + [
            (one.there.index, worker, one.first, one.last)
            for worker, stretches in self._stretches.items()
            for one in stretches
            if not isinstance(one.there, int)
        ]

    def roster_of(self, values: Sequence[int]) -> Roster:
        """The roster of an assignment: a value for each variable, by index."""
        return self.roster(lambda one: bool(values[one.index] if one.index >= 0 else not values[-one.index - 1]))

    def roster(self, value: Callable[[Any], bool]) -> Roster:
        """The roster that a solution stands for; `value` tells whether a literal is true."""
        return Roster(
            Duty(*key)
            for key, cell in self._cells.items()
            if self._first <= key[1] <= self._last and (cell if isinstance(cell, int) else value(cell))
        )
