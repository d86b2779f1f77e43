"""CP-SAT in the desk's words: who works when, who rests, what is required, what is preferred.

One vocabulary serves four uses. A *plain* model never creates a duty that a
rule forbids outright. A model *guarded* for some rules can describe every
roster, legal or not: each Reason of these rules gets a guard, true exactly
when it can be kept, and a slack that says by how much it is bent. Days before
the month and `held` cells are constants of the same vocabulary, so no rule has
a special case for the month's edge or for a search over a part of it. With
`allowed`, requirements are loosened by an amount: a repair.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from fractions import Fraction
from math import ceil, gcd, lcm

from ortools.sat.python import cp_model

from scheduler.domain import Duty, Problem, Reason, Roster, rising_cost
from scheduler.errors import SolverFault, TooLarge
from scheduler.i18n import Sentence
from scheduler.model.cuts import Sum, tighten
from scheduler.model.guards import Guards
from scheduler.model.literals import Amount, Literal, Unknown, known_no, unknown_among
from scheduler.model.pairs import Pairs
from scheduler.model.stretches import Runs, Stretches
from scheduler.time_limit import TimeLimit
from scheduler.timeline import ONE_DAY

Ratio = int | Fraction
PIECES = 3  # of a rising cost that are amounts of their own
# The codes of all shifts that begin in a cell, by worker and day.
Cells = Mapping[tuple[str, date], tuple[str, ...]]
MOST_CELLS = 2_000_000  # (person, day, shift), each 1 kB or so; 1000 people with 30 shifts have 930 000 in a month
TOO_LARGE = Sentence(
    "{people} 人 × {days} 天 × {shifts} 个班次，超过一次能排的 {most} 格：请按组分成几个服务台，或停用不再使用的班次",
    "{people} people × {days} days × {shifts} shifts are more than the {most} cells that can be planned at once: divide the desk"
    " by teams, or take out shifts that are not in use",
)
ASKED_TOO_EARLY = Sentence(
    "有规则在 narrow 阶段查询了 {worker} 在 {day} 的班，而后面的规则还可能禁止这些班",
    "a rule asks in `narrow` for a duty of {worker} on {day}, which a rule after it may still forbid",
)


class RosterModel:
    """The rosters of a problem, as CP-SAT variables made on first use.

    Parameters
    ----------
    problem : Problem
    guarded : container of rule names
        Rules whose every Reason gets a guard; the others are posted plainly.
    allowed : mapping of Reason to int
        By how much the requirements of a Reason are loosened.
    held : mapping of (worker, day) to codes
        Cells of the month whose duties are given: constants, not variables. A rule that forbids what is held makes the
        model infeasible, as any other requirement that is known to fail.
    time_limit : TimeLimit, optional
        Ends the building: all words that take long look at it, and raise `OutOfTime`.
    can_recall : bool
        Whether leave whose Reason gives is taken back for all rules: its day may be a day off, and counts as one to work.
    before : RosterModel, optional
        The month before where that is decided too, in the same CP-SAT model (`followed_by`): its days are its words.

    Attributes
    ----------
    cp : CpModel
    exclusive : bool
        Whether nobody can begin two duties on a day; set while rules narrow, read while they encode.
    preferences : list of (Reason, weight, cost)
        In the order in which they were posted.
    guards : dict of Reason to Guard

    Raises
    ------
    TooLarge
        More than `MOST_CELLS` are to be decided.
    """

    def __init__(
        self,
        problem: Problem,
        guarded: Container[str] = (),
        allowed: Mapping[Reason, int] | None = None,
        held: Cells | None = None,
        time_limit: TimeLimit | None = None,
        *,
        can_recall: bool = False,
        before: RosterModel | None = None,
    ) -> None:
        people, days, shifts = len(problem.workers), len(problem.dates), len(problem.codes)
        if (people * days - len(held or ())) * shifts > MOST_CELLS:
            raise TooLarge(TOO_LARGE, people=people, days=days, shifts=shifts, most=MOST_CELLS)
        self.problem = problem
        self.time_limit = time_limit or TimeLimit()
        self.cp: cp_model.CpModel = before.cp if before else cp_model.CpModel()
        self._before = before
        self.held: Cells = held or {}
        self.exclusive = False
        self.preferences: list[tuple[Reason, int, Literal]] = []
        self._avoided: list[Literal] = []
        self._guarded, self._allowed = guarded, allowed or {}
        self._can_recall = can_recall
        self._leave: dict[tuple[str, date], Reason] = {}
        self._guards = Guards(self.cp, guarded)
        self.guards = self._guards.by_reason
        self._stretches = Stretches(self, plain=not guarded and not self._allowed and before is None)
        self._pairs = Pairs(self)
        self._caps: list[tuple[Callable[[Reason], bool], int]] = []
        self._sums: list[Sum] = []
        self._narrowing = False
        self._history = frozenset(problem.history)
        self._cells: dict[tuple[str, date, str], Literal] = {}
        self._on: dict[tuple[str, date], Literal] = {}
        self._off: dict[tuple[str, date], Literal] = {}
        self._reach: dict[int, int] = {}  # the largest value of an amount, by index
        self._first, self._last = problem.first, problem.last

    def followed_by(
        self,
        problem: Problem,
        held: Cells | None = None,
        allowed: Mapping[Reason, int] | None = None,
        guarded: Container[str] = (),
    ) -> RosterModel:
        """The month after this one, in the same CP-SAT model: what its rules ask of days of this month are this month's words.

        It has no stretches: a run of days may begin in the month before, undecided.
        """
        return RosterModel(problem, guarded, allowed, held, self.time_limit, before=self)

    def _month_before(self, worker: str, day: date) -> RosterModel | None:
        """The model of the month before, where it decides about a day of that worker."""
        before = self._before
        if before and before._first <= day <= before._last and worker in before.problem.worker_by_id:
            return before
        return None

    # Words

    def works(self, worker: str, day: date, shift: str) -> Literal:
        """Whether the worker begins the shift on the day; 0 or 1 where held or before the month, 0 after it.

        0 too on a day on which the desk has no shift of that code.
        """
        key = (worker, day, shift)
        cell = self._cells.get(key)
        if cell is None:
            if self._narrowing:
                raise _asked_too_early(worker, day)
            cell = self._make_cell(key)
        return cell

    def _cell(self, key: tuple[str, date, str]) -> Literal:
        """What `works` tells, in `narrow` too."""
        cell = self._cells.get(key)
        return self._make_cell(key) if cell is None else cell

    def _make_cell(self, key: tuple[str, date, str]) -> Literal:
        worker, day, shift = key
        self.time_limit.count()
        cell: Literal
        if self._first <= day <= self._last:
            codes = self.held.get((worker, day))
            if codes is None and shift in self.problem.shifts_by_code_on(day):
                cell = self.cp.new_bool_var("")
            else:
                cell = int(shift in (codes or ()))
        elif before := self._month_before(worker, day):
            cell = before.works(worker, day, shift)
        else:
            cell = int(Duty(*key) in self._history)
        self._cells[key] = cell
        return cell

    def works_on(self, worker: str, day: date) -> Literal:
        """Whether the worker begins any duty on the day."""
        on = self._on.get((worker, day))
        return self._make_day(worker, day)[0] if on is None else on

    def rests_on(self, worker: str, day: date) -> Literal:
        """Whether the worker begins no duty on the day."""
        off = self._off.get((worker, day))
        return self._make_day(worker, day)[1] if off is None else off

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
        return self._stretches.idle(worker, days)

    def require_any(self, worker: str, groups: Sequence[Sequence[date]], *, at_most: int, because: Reason) -> None:
        """Of some groups of days, each of days that follow one another, the worker has duties in at most so many."""
        self.require([self.works_any(worker, days) for days in groups], at_most=at_most, because=because)
        self._stretches.count(worker, groups, at_most)

    def _make_day(self, worker: str, day: date) -> tuple[Literal, Literal]:
        """Make `works_on` and `rests_on` of a cell."""
        on: Literal
        off: Literal
        if self._narrowing:
            raise _asked_too_early(worker, day)
        if before := self._month_before(worker, day):
            return before.works_on(worker, day), before.rests_on(worker, day)
        duties = [cell for code in self.problem.codes_on(day) if not known_no(cell := self.works(worker, day, code))]
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

    def one_of(self, literals: Sequence[Literal], least: int = 1) -> None:
        """Define: exactly one of the literals is true, or with `least=0` at most one. Never guarded."""
        self.time_limit.count(len(literals))
        unknown = unknown_among(literals)
        known = sum(literal for literal in literals if isinstance(literal, int))
        if known == 1 and unknown:
            self.cp.add_bool_and([literal.negated() for literal in unknown])
        elif unknown and not known:
            (self.cp.add_exactly_one if least else self.cp.add_at_most_one)(unknown)
        elif not least <= known <= 1:
            self.cp.add_bool_or([])  # known to be impossible

    def any_of(self, literals: Sequence[Literal]) -> Literal:
        """A literal that is true exactly when one of the literals is."""
        self.time_limit.count(len(literals))
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

    def amount(self, literals: Sequence[Literal], weights: Sequence[int]) -> Amount:
        """The weight of the true literals: a variable, or a number where all are known."""
        self.time_limit.count(len(literals))
        known = [literal for literal in literals if isinstance(literal, int)]
        if len(known) == len(literals):
            return sum(literal * weight for literal, weight in zip(known, weights, strict=True))
        most = sum(weight for literal, weight in zip(literals, weights, strict=True) if not known_no(literal))
        total = self._up_to(most)
        self.cp.add(cp_model.LinearExpr.weighted_sum(list(literals), list(weights)) == total)
        return total

    # Runs of working days

    @contextmanager
    def narrowing(self) -> Iterator[None]:
        """Refuse questions while rules narrow: another rule may still forbid the duty.

        A duty that was asked for is a variable already, and forbidding it then takes a constraint: the model would be
        larger, and depend on the order of the rules' names.
        """
        self._narrowing = True
        try:
            yield
        finally:
            self._narrowing = False

    def limit_runs(
        self, worker: str, rule: str, *, least: int | None = None, most: int | None = None, off: int | None = None
    ) -> None:
        """Limit the length of the worker's runs of days on and off; for a rule's `narrow`.

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
        self._stretches.limit(worker, rule, Runs(least or 1, most or 0, off or 1))

    def holds_runs(self, worker: str, rule: str) -> bool:
        """Whether stretches alone enforce what the rule said of the worker's runs."""
        return self._stretches.hold(worker, rule)

    # Requirements

    def one_duty_a_day(self, rule: str, because: Callable[[str, date], Reason]) -> None:
        """Nobody begins two duties on a day; for a rule's `narrow`."""
        if rule not in self._guarded:
            self.exclusive = True
        for worker in self.problem.workers:
            for day in self.problem.dates:
                if rule in self._guarded or len(self.held.get((worker.id, day), ())) > 1:
                    cells = [self._cell((worker.id, day, code)) for code in self.problem.codes_on(day)]
                    self.require(cells, at_most=1, because=because(worker.id, day))

    def forbid(self, worker: str, day: date, shift: str, because: Reason) -> None:
        """The worker does not begin the shift on the day; for a rule's `narrow`."""
        self.time_limit.count()
        key = (worker, day, shift)
        if because.rule in self._guarded or key in self._cells or (worker, day) in self.held:
            self.require([self._cell(key)], at_most=0, because=because)
        elif not self._allowed.get(because):
            self._cells[key] = 0

    def note_leave(self, worker: str, day: date, because: Reason) -> None:
        """A whole day is leave; for a rule's `narrow`."""
        if self._can_recall and because in self.guards:
            self._leave[worker, day] = because

    def recalled(self, worker: str, day: date) -> Unknown | None:
        """Whether leave of that day is taken back; `None` where there is none, or where it stands in any case."""
        because = self._leave.get((worker, day))
        return None if because is None else self.guards[because].kept.negated()

    @property
    def recallable(self) -> frozenset[Reason]:
        """The Reasons that are days of leave, which may be taken back."""
        return frozenset(self._leave.values())

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
        """Post bounds on the number of true literals, or on their weight.

        Parameters
        ----------
        because : Reason
            What is broken where the bounds are not kept. Requirements with the same Reason share one guard.
        weights : sequence of int, optional
            What each literal counts, minutes for instance; 1 each without it.
        step : int
            What a bend by one means in the unit of the weights: 60 for minutes bent by the hour.
        """
        self.time_limit.count(len(literals))
        given = self._allowed.get(because, 0) * step if self._allowed else 0
        terms = unknown_among(literals)
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
        # the bounds that are left for the unknown terms; None where these cannot miss them
        low = None if at_least is None or at_least - given <= known else at_least - given - known
        high = None if at_most is None or at_most + given >= known + most else at_most + given - known
        if because.rule in self._guarded:
            self._guards.require(terms, counts or [1] * len(terms), low, high, because, step)
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
            self._sums.append(Sum(terms, counts, low, high))

    def keep_apart(
        self, rule: str, day: date, first: Sequence[str], second: Sequence[str], because: Callable[[str], Reason]
    ) -> None:
        """Nobody begins one of the first shifts on a day and one of the second on the next.

        In a plain model in which nobody has two duties on a day, the pairs of all rules are merged and posted together
        (`complete`): the relaxation is tighter, with fewer rows. In other models each rule's pairs are posted at once.
        """
        self.time_limit.count()
        if self.exclusive and day >= self._first and rule not in self._guarded and not self._allowed:
            self._pairs.forbid(day, first, second)
            return
        for worker in self.problem.workers:
            before, after = self.duties(worker.id, day, first), self.duties(worker.id, day + ONE_DAY, second)
            both = []
            if before and after:  # history may hold two duties on a day
                both = [*([self.any_of(before)] if day < self._first else before), *after]
            self.require(both, at_most=1, because=because(worker.id))

    # Preferences

    def prefer(self, cost: Literal, because: Reason, weight: int = 1) -> None:
        """Charge `weight` for each unit of `cost`, a literal or an amount."""
        if not known_no(cost):
            self.preferences.append((because, weight, cost))

    def avoid(self, amount: Literal) -> None:
        """Have as little of it as the least cost of the preferences allows: it has no cost itself, and proves nothing."""
        if not known_no(amount):
            self._avoided.append(amount)

    def avoided(self) -> cp_model.LinearExprT:
        """All that is avoided where it is free."""
        return cp_model.LinearExpr.sum(self._avoided)

    def over(self, literals: Sequence[Literal], limit: int) -> Amount:
        """By how many the true literals exceed a limit; a lower bound, exact where the objective minimises it."""
        self.time_limit.count(len(literals))
        reach = sum(not known_no(literal) for literal in literals) - limit
        if reach <= 0:
            return 0
        if all(isinstance(literal, int) for literal in literals):
            return reach
        excess = self._up_to(reach)
        self.cp.add(excess >= cp_model.LinearExpr.sum(list(literals)) - limit)
        return excess

    def under(self, literals: Sequence[Literal], limit: int) -> Amount:
        """By how many the true literals fall short of a limit; a lower bound, exact where the objective minimises it."""
        if limit <= 0:
            return 0
        self.time_limit.count(len(literals))
        known = [literal for literal in literals if isinstance(literal, int)]
        if len(known) == len(literals):
            return max(0, limit - sum(known))
        missing = self._up_to(limit)
        self.cp.add(missing >= limit - cp_model.LinearExpr.sum(list(literals)))
        return missing

    def beyond(self, amount: Amount, limit: Ratio, step: int = 1, *, part: Ratio = 0, whole: Amount = 0) -> Amount:
        """How far an amount exceeds a limit and a part of a whole, in started steps.

        A lower bound, exact where the objective minimises it.
        """
        return self._steps(1, amount, limit, step, part, whole)

    def short_of(self, amount: Amount, limit: Ratio, step: int = 1, *, part: Ratio = 0, whole: Amount = 0) -> Amount:
        """How far an amount falls short of a limit and a part of a whole, in started steps; as `beyond`."""
        return self._steps(-1, amount, limit, step, part, whole)

    def _steps(self, sign: int, amount: Amount, limit: Ratio, step: int, part: Ratio, whole: Amount) -> Amount:
        """How far an amount is above (1) or below (-1) a limit and a part of a whole."""
        most = self._most(amount if sign > 0 else whole)
        if isinstance(amount, int) and isinstance(whole, int):
            return max(0, ceil(Fraction(sign * (amount - part * whole - limit), step)))
        reach = ceil(Fraction(most - limit if sign > 0 else limit + part * most, step))
        if reach <= 0:
            return 0
        steps = self._up_to(reach)
        of = lcm(limit.denominator, part.denominator)
        rest = of * amount - int(of * limit)
        if part:
            rest -= int(of * part) * whole
        self.cp.add(of * step * steps >= sign * rest)
        return steps

    def _most(self, amount: Amount) -> int:
        return amount if isinstance(amount, int) else self._reach[amount.index]

    def total(self, amounts: Sequence[Amount]) -> Amount:
        """Amounts added up: a variable, or a number where all are known."""
        known = sum(amount for amount in amounts if isinstance(amount, int))
        open_ones = [amount for amount in amounts if not isinstance(amount, int)]
        if not open_ones:
            return known
        total = self._up_to(sum(map(self._most, amounts)))
        self.cp.add(cp_model.LinearExpr.sum(open_ones) + known == total)
        return total

    def rising(self, amount: Amount, stride: int) -> list[Amount]:
        """Amounts that add up to what an amount costs where its first `stride` units cost one each, the next two, and so on.

        Lower bounds, exact where the objective minimises them. The first pieces are amounts of their own, which search
        is best at; all further ones together are the greatest of the lines through them.
        """
        parts = [self.beyond(amount, piece * stride) if piece else amount for piece in range(PIECES)]
        rest = self.beyond(amount, PIECES * stride)
        most = self._most(rest)
        if most <= stride or isinstance(rest, int):
            return [*parts, rising_cost(rest, stride) if isinstance(rest, int) else rest]
        cost = self._up_to(rising_cost(most, stride))
        for piece in range(-(-most // stride)):
            self.cp.add(cost >= (piece + 1) * rest - stride * piece * (piece + 1) // 2)
        return [*parts, cost]

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

    def cap_cost(self, chosen: Callable[[Reason], bool], at_most: int) -> None:
        """Cap what some of the preferences cost together; posted when all rules have encoded (`complete`), in any order."""
        self._caps.append((chosen, at_most))

    def complete(self) -> None:
        """Post what waits until all rules have encoded, and make the cells that no rule asked for: a roster needs all."""
        for worker in self.problem.workers:
            self._stretches.of(worker.id)
            for day in self.problem.dates:
                self.works_on(worker.id, day)
        self._pairs.post()
        tighten(self.cp, self._sums, self.time_limit)
        for chosen, at_most in self._caps:
            self.cp.add(self.cost_of(chosen) <= at_most)

    def layered(self, time_limit: TimeLimit | None = None) -> cp_model.CpModel | None:
        """A copy of the model with its stretches expanded by a count; `None` where nothing is counted.

        Its first variables are the model's own, and it has the same rosters. After them comes each stretch once for every
        number of groups (weekends, say) that its worker touched before it, as arcs of one path through the days: no
        convex combination of rosters keeps below a number of weekends that none of them keeps. The relaxation is much
        tighter where weekends are scarce (from 935 to 1140, of 1143, on public instance 5), and larger: `None` also where
        it could have more than `LAYERED` times the variables, as for a year of weekends.
        """
        return self._stretches.layered(time_limit or TimeLimit())

    @property
    def stretches(self) -> bool:
        """Whether anybody's month is made of stretches."""
        return bool(self._stretches)

    def places(self) -> list[tuple[int, str, date, date]]:
        """Variable index, worker, first and last day of each variable that is about one worker."""
        found = [
            (max(cell.index, -cell.index - 1), worker, day, day)
            for cells in (self._cells, self._on, self._off)
            for (worker, day, *_), cell in cells.items()
            if not isinstance(cell, int)
        ]
        return found + self._stretches.places()

    def hint(self, roster: Roster) -> None:
        """Let the next solve begin with a roster: what is to be decided of each cell."""
        self.cp.clear_hints()  # type: ignore[no-untyped-call]
        for (worker, day, code), cell in self._cells.items():
            if self._first <= day <= self._last and not isinstance(cell, int):
                self.cp.add_hint(cell, code in roster.on(worker, day))

    def roster_of(self, values: Sequence[int]) -> Roster:
        """The roster of an assignment: a value for each variable, by index."""
        return self.roster(lambda one: bool(values[one.index] if one.index >= 0 else not values[-one.index - 1]))

    def roster(self, value: Callable[[Unknown], bool]) -> Roster:
        """The roster of a solution; `value` tells whether a literal is true in it."""
        return Roster(
            Duty(*key)
            for key, cell in self._cells.items()
            if self._first <= key[1] <= self._last and (cell if isinstance(cell, int) else value(cell))
        )


def _asked_too_early(worker: str, day: date) -> SolverFault:
    return SolverFault(ASKED_TOO_EARLY, worker=worker, day=day.isoformat())
