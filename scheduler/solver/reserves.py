"""Reserves (备班) planned: who stands by on which day and shift, legal if called, and shared fairly.

A second model of the month stands beside the roster's own: the month *as if every reserve were called*. Each rule that is
about one person's own month is encoded in it as in the first, so that no rule is written twice.

1. The roster stands, and reserves are placed on it.
2. Where it leaves places empty, the roster itself is a question too: as few empty places as can be, then as cheap as can be.
3. On the roster that comes out reserves are placed again, and shared: of all ways to fill as many places the one in which
   the sum of the squares of everybody's reserves, with those that they had before, is least.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from ortools.sat.python import cp_model

from scheduler.audit.audit import audit
from scheduler.audit.candidates import fills_demand
from scheduler.audit.months import MonthAfter, PlannedMonth, fit_before
from scheduler.audit.own_month import OwnMonth
from scheduler.audit.reserves import ReserveFault, ReserveWord, find_reserve_faults
from scheduler.domain import Duty, Problem, Reason, Roster
from scheduler.errors import SolverFault
from scheduler.i18n import Sentence
from scheduler.model.literals import Literal, Unknown
from scheduler.model.roster_model import RosterModel
from scheduler.rules.base import Constraint
from scheduler.rules.book import Rulebook
from scheduler.solver.bends import measure_bends
from scheduler.solver.cp_sat import invalid_model, reading_seconds, run_search, solver_for
from scheduler.time_limit import OutOfTime, TimeLimit

Slot = tuple[date, str]  # a day and a shift that begins on it
PLACING_SHARE = 0.25  # of the time limit: at most, for reserves on a roster that stands


@dataclass(frozen=True, kw_only=True)
class PlannedReserves:
    """Reserves on a roster.

    Attributes
    ----------
    reserves : tuple of Duty
        Each as the duty that it would be if called.
    empty : dict of slot to int
        Places for which there is nobody.
    is_full : bool
        Whether it is proved that no roster of the month has fewer empty places.
    is_fair : bool
        Whether it is proved that no other choice on this roster leaves as few places empty and shares more evenly.
    roster : Roster
        That on which they are.
    is_remade : bool
        Whether the roster was made anew for them.
    cost, bound : int
        Of the roster, and proved least cost of any with as few empty places; of a roster made anew only.
    """

    reserves: tuple[Duty, ...]
    empty: Mapping[Slot, int]
    is_full: bool
    is_fair: bool
    roster: Roster
    is_remade: bool = False
    cost: int = 0
    bound: int = 0


class _CalledModel(RosterModel):
    """The month as if every reserve were called: a cell holds the roster's duty or that of a reserve."""

    def __init__(
        self,
        plain: RosterModel,
        able: Callable[[str, date, str], bool],
        allowed: Mapping[Reason, int],
        rules: Sequence[Constraint],
    ) -> None:
        super().__init__(plain.problem, (), allowed, None, plain.time_limit, before=plain)
        self._plain, self._is_able, self.rules = plain, able, rules
        self.reserves: dict[Duty, Unknown] = {}

    def _month_before(self, worker: str, day: date) -> RosterModel | None:
        """None: it is the same month."""
        return None

    def _make_cell(self, key: tuple[str, date, str]) -> Literal:
        worker, day, _ = key
        if not self.problem.first <= day <= self.problem.last:
            return super()._make_cell(key)
        cell = self._plain.works(*key)
        if self._is_able(*key):
            called = self.cp.new_bool_var("")
            off = self._plain.rests_on(worker, day)
            self.cp.add_bool_or([called.negated()] if isinstance(off, int) and not off else [called.negated(), off])
            self.reserves[Duty(*key)] = called
            cell = self.any_of([cell, called])
        self._cells[key] = cell
        return cell


def plan_reserves(
    problem: Problem,
    rulebook: Rulebook,
    roster: Roster,
    asked: Mapping[Slot, int],
    *,
    before: Mapping[str, int] | None = None,
    after: PlannedMonth | None = None,
    time_limit: float = 60.0,
    seed: int = 0,
    cores: int = 2,
    may_remake: bool = True,
) -> PlannedReserves:
    """Place reserves on a month's roster; where it leaves no room for all, on the cheapest one that leaves the most.

    Parameters
    ----------
    rulebook : Rulebook
        The desk's own, without the month after.
    asked : mapping of (day, shift code) to int
        How many are to stand by.
    before : mapping of str to int, optional
        What people had of earlier months, at least 0: whoever had more gets fewer.
    after : PlannedMonth, optional
        The month after where it is in force.
    time_limit : float
        Wall seconds in all.
    may_remake : bool
        Whether the roster may be made anew.

    Raises
    ------
    SolverFault
        A model is invalid, or the audit finds that a reserve could not be called in.
    """
    search = _Search(
        problem=problem,
        rulebook=rulebook,
        asked={slot: number for slot, number in sorted(asked.items()) if number},
        before=before or {},
        after=after,
        limit=TimeLimit(time_limit),
        seconds=time_limit,
        seed=seed,
        cores=cores,
    )
    found = search.place(roster)
    if not found.empty or not may_remake:
        return found
    made = search.remake(roster, found)
    if made is None:
        return found
    better = search.place(made.roster)
    is_full = made.is_full and sum(better.empty.values()) <= made.empty
    if sum(better.empty.values()) >= sum(found.empty.values()):
        return _with_proof(found, is_full=made.is_full and sum(found.empty.values()) <= made.empty)
    cost = audit(problem, fit_before(rulebook, after), better.roster).cost
    return PlannedReserves(
        reserves=better.reserves,
        empty=better.empty,
        is_full=is_full,
        is_fair=better.is_fair,
        roster=better.roster,
        is_remade=True,
        cost=cost,
        bound=min(made.bound, cost) if is_full else 0,
    )


def _with_proof(found: PlannedReserves, *, is_full: bool) -> PlannedReserves:
    return PlannedReserves(
        reserves=found.reserves, empty=found.empty, is_full=is_full, is_fair=found.is_fair, roster=found.roster
    )


@dataclass(frozen=True)
class _Remade:
    """A roster made for reserves: how many places its model leaves empty, whether that is proved least, and its cost's bound."""

    roster: Roster
    empty: int
    is_full: bool
    bound: int


@dataclass(kw_only=True)
class _Search:
    """Reserves of a month; see `plan_reserves`."""

    problem: Problem
    rulebook: Rulebook
    asked: Mapping[Slot, int]
    before: Mapping[str, int]
    after: PlannedMonth | None
    limit: TimeLimit
    seconds: float
    seed: int
    cores: int
    own: Rulebook = field(init=False)

    def __post_init__(self) -> None:
        self.own = _own_rules(self.rulebook)
        if self.after:
            alone = PlannedMonth(self.after.problem, _own_rules(self.after.rulebook), self.after.roster)
            self.own = fit_before(self.own, alone)

    def place(self, roster: Roster) -> PlannedReserves:
        """Place reserves on a roster that stands."""
        problem = self.problem
        held = {(one.id, day): roster.on(one.id, day) for one in problem.workers for day in problem.dates}
        people = {one.id: OwnMonth(problem, self.rulebook, roster, one, self.after) for one in problem.workers}

        def is_able(who: str, day: date, code: str) -> bool:
            return self._may(who, day, code) and people[who].can_add(day, problem.shift_on(day, code), overtime=False)

        known = audit(problem, self.own, roster).broken
        allowed = measure_bends(PlannedMonth(problem, self.own, roster), {one.reason for one in known})
        try:
            plain = RosterModel(problem, held=held, time_limit=self.limit)
            called = _CalledModel(plain, is_able, allowed, self.own.rules)
            self.own.encode(problem, called)
        except OutOfTime:
            return PlannedReserves(reserves=(), empty=self.asked, is_full=False, is_fair=False, roster=roster)
        empty, steps, weights = self._ask_for(called)
        places, most = sum(self.asked.values()), max(self.before.values(), default=0)
        weight = 1 + places**2 + 2 * places * most  # more than all reserves can add to the sum of squares
        called.cp.minimize(cp_model.LinearExpr.weighted_sum([*empty, *steps], [weight] * len(empty) + weights))
        limit = TimeLimit(max(1.0, min(self.limit.left, PLACING_SHARE * self.seconds)))
        while True:
            status, solver = self._solve(called.cp, max(0.1, limit.left))
            if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
                return PlannedReserves(reserves=(), empty=self.asked, is_full=False, is_fair=False, roster=roster)
            reserves = tuple(sorted(one for one, chosen in called.reserves.items() if solver.boolean_value(chosen)))
            faults = find_reserve_faults(problem, self.rulebook, roster, reserves, self.after)
            if not faults:
                break
            _forbid(called, reserves, faults)
        filled = Counter((one.day, one.shift) for one in reserves)
        left = {slot: number - filled[slot] for slot, number in self.asked.items() if number > filled[slot]}
        return PlannedReserves(
            reserves=tuple(sorted(reserves, key=lambda one: (one.day, one.shift, one.worker))),
            empty=left,
            is_full=not left,
            is_fair=status == cp_model.OPTIMAL,
            roster=roster,
        )

    def remake(self, roster: Roster, found: PlannedReserves) -> _Remade | None:
        """The cheapest roster with the fewest empty places, beginning from one that leaves more; `None` where none is found."""
        problem, book = self.problem, fit_before(self.rulebook, self.after)
        try:
            plain = RosterModel(problem, time_limit=self.limit)
            book.encode(problem, plain)
            called = _CalledModel(plain, self._may, {}, self.own.rules)
            self.own.encode(problem, called)
            self.limit.check(reading_seconds(plain.cp))
        except OutOfTime:
            return None
        empty = cp_model.LinearExpr.sum(self._ask_for(called)[0])
        chosen = set(found.reserves)
        for one in problem.workers:
            for day in problem.dates:
                for code in problem.codes_on(day):
                    cell = plain.works(one.id, day, code)
                    if not isinstance(cell, int):
                        plain.cp.add_hint(cell, code in roster.on(one.id, day))
        for reserve, literal in called.reserves.items():
            plain.cp.add_hint(literal, reserve in chosen)
        plain.cp.minimize(empty)
        status, solver = self._solve(plain.cp, max(1.0, self.limit.left / 2))
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        least, is_full = round(solver.objective_value), status == cp_model.OPTIMAL
        values, bound = list(solver.response_proto.solution), 0
        if self.limit.left > 1:
            plain.cp.add(empty <= least)
            plain.cp.clear_hints()  # type: ignore[no-untyped-call]
            for index, value in enumerate(values):
                plain.cp.add_hint(plain.cp.get_int_var_from_proto_index(index), value)
            plain.cp.minimize(plain.objective())
            status, solver = self._solve(plain.cp, self.limit.left)
            if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
                values = list(solver.response_proto.solution)
            bound = max(0, round(solver.best_objective_bound))
        made = plain.roster_of(values)
        if broken := audit(problem, book, made).broken:
            raise SolverFault(NOT_CALLABLE, what=broken[0].say("en", {}))
        return _Remade(made, least, is_full, bound)

    def _may(self, who: str, day: date, code: str) -> bool:
        """Whether somebody counts on a shift for which reserves are asked for."""
        if (day, code) not in self.asked:
            return False
        return fills_demand(self.problem, self.problem.worker_by_id[who], day, self.problem.shift_on(day, code))

    def _ask_for(self, called: _CalledModel) -> tuple[list[cp_model.IntVar], list[Unknown], list[int]]:
        """Ask for the reserves.

        Returns
        -------
        How many places stay empty of each slot; and literals whose weights add up to what the reserves add to the sum of
        squares of all that people had and have, where that is minimised.
        """
        cp, mine = called.cp, dict[str, list[Unknown]]()
        by_slot: dict[Slot, list[Unknown]] = {slot: [] for slot in self.asked}
        by_cell: dict[tuple[str, date], list[Unknown]] = {}
        for one, chosen in called.reserves.items():
            by_slot[one.day, one.shift].append(chosen)
            by_cell.setdefault((one.worker, one.day), []).append(chosen)
            mine.setdefault(one.worker, []).append(chosen)
        for together in by_cell.values():
            cp.add_at_most_one(together)
        empty: list[cp_model.IntVar] = []
        for slot, number in self.asked.items():
            empty.append(cp.new_int_var(0, number, ""))
            cp.add(cp_model.LinearExpr.sum(by_slot[slot]) + empty[-1] == number)
        steps: list[Unknown] = []
        weights: list[int] = []
        for who, each in mine.items():
            rank = [cp.new_bool_var("") for _ in each]
            cp.add(cp_model.LinearExpr.sum(rank) == cp_model.LinearExpr.sum(each))
            steps += rank
            had = self.before.get(who, 0)
            weights += [2 * (had + place) + 1 for place in range(len(rank))]  # odd numbers add up to squares
        return empty, steps, weights

    def _solve(self, cp: cp_model.CpModel, seconds: float) -> tuple[cp_model.CpSolverStatus, cp_model.CpSolver]:
        solver = solver_for(self.cores, self.seed, seconds)
        status = run_search(solver, cp)
        if status == cp_model.MODEL_INVALID:
            raise invalid_model(cp)
        return status, solver


def _forbid(called: _CalledModel, reserves: Sequence[Duty], faults: Sequence[ReserveFault]) -> None:
    """Forbid just the reserves that somebody has who could not be called by a rule that looks at several people.

    Raises
    ------
    SolverFault
        A rule about one person forbids them, or no rule: the model had to.
    """
    for one in faults:
        rules = {each.reason.rule for each in one.broken}
        if one.word != ReserveWord.FORBIDDEN or rules & {rule.name for rule in called.rules}:
            raise SolverFault(NOT_CALLABLE, what=f"{one.reserve} {one.word} {sorted(rules)}")
    for who in dict.fromkeys(one.reserve.worker for one in faults):
        mine = [(chosen, one in reserves) for one, chosen in called.reserves.items() if one.worker == who]
        called.cp.add_bool_or([chosen.negated() if has else chosen for chosen, has in mine])


def _own_rules(rulebook: Rulebook) -> Rulebook:
    """The rules that are about one person's own month."""
    rules = tuple(rule for rule in rulebook.rules if rule.about_one and not isinstance(rule, MonthAfter))
    return Rulebook(rules, rulebook.off, rulebook.literal)


NOT_CALLABLE = Sentence("审核与求解器不符：备班 {what}", "the audit disagrees with the solver: reserve {what}")
