"""Repairs of an impossible month: sets of decisions, each of which makes it possible, the cheapest first."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Container, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from ortools.sat.python import cp_model

from scheduler.audit.audit import Audit, audit
from scheduler.domain import Problem, Reason, Roster, Violation
from scheduler.errors import SolverFault
from scheduler.i18n import Sentence
from scheduler.model.roster_model import RosterModel
from scheduler.rules.base import Layer
from scheduler.rules.book import Rulebook
from scheduler.solver.bends import APPROVAL_PERCENT, PRICE_SCALE
from scheduler.solver.conflict import find_conflicts
from scheduler.solver.cp_sat import hint_assignment, reading_seconds, run_search, solver_for
from scheduler.solver.incumbent import Engine, Progress
from scheduler.solver.settings import REPAIRS
from scheduler.time_limit import OutOfTime, TimeLimit
from scheduler.timeline import ONE_DAY

log = logging.getLogger(__name__)

LAYERS = (Layer.DESK, Layer.SAFETY, Layer.LAW)
DEARER = 100  # times: what a layer's price counts beside that of the layer below, which gives first
MOST_KINDS, MOST_REPAIRS = 3, 6  # of repairs: so many kinds of decisions, and so many in all
FIRST_SECONDS, FIRST_SECONDS_A_PERSON = 6.0, 0.25  # for the first repair, which somebody waits for, at most
AROUND = (0, 3, 10)  # days around a conflict among which a repair is looked for
NOTHING_BROKEN = Sentence("判为排不出来的月份并不违反任何规则", "a month called impossible breaks no rule")
NEVER_BENT = Sentence("修复方案违反了不可放宽的规则：{what}", "the repair breaks what may not be bent: {what}")
DOES_NOT_WORK = Sentence(
    "照修复方案改了表，仍然违反：{what}", "with the repair's decisions in the tables this stays broken: {what}"
)


class Decision(NamedTuple):
    """One requirement that gives, as a decision of somebody in charge.

    Attributes
    ----------
    violation : Violation
        The Reason that gives, and what stands in the repaired roster instead.
    said : Reason
        The decision, which words itself.
    layer : Layer
        How far it goes.
    in_tables : bool
        Whether it is a change of the tables; an exception otherwise.
    leaves_open : bool
        Of an exception: whether it means no more than that somebody is missing.
    """

    violation: Violation
    said: Reason
    layer: Layer
    in_tables: bool
    leaves_open: bool = False


@dataclass(frozen=True, kw_only=True)
class Repair:
    """Decisions that make the month possible, tried: with them in the tables, the audit of a roster finds nothing else broken.

    Attributes
    ----------
    problem : Problem
        The month with those decisions in its tables that are written there.
    roster : Roster
        Its cost was not minimised.
    audit : Audit
        Of that roster in that problem: it breaks the exceptions and nothing else.
    price : int
        Of all that gives, in sixtieths of a price of the desk's own; to compare repairs by.
    cheapest : bool
        Whether it is proved that no cheaper repair has none of the decisions of those before it.
    deterministic : float
        CP-SAT's own measure of the work until it was found.
    """

    decisions: tuple[Decision, ...]
    problem: Problem
    roster: Roster
    audit: Audit
    price: int
    cheapest: bool
    deterministic: float = 0.0

    @property
    def bends(self) -> tuple[Violation, ...]:
        """The requirements that give."""
        return tuple(one.violation for one in self.decisions)

    @property
    def kind(self) -> frozenset[tuple[str, Sentence]]:
        """What kind of decisions it takes, whoever and whenever they are about."""
        return frozenset((one.said.rule, one.said.sentence) for one in self.decisions)

    @property
    def layer(self) -> Layer:
        """The highest layer that gives."""
        return max((one.layer for one in self.decisions), default=Layer.DESK)


@dataclass(frozen=True, kw_only=True)
class Repairs:
    """The repairs that were found, and whether there are others.

    Attributes
    ----------
    found : tuple of Repair
        In the order in which they were found; no two have a decision in common.
    none_further : bool
        Whether it is proved that each further repair has a decision in common with one of those.
    enough : bool
        Whether so many were found as were asked for.
    """

    found: tuple[Repair, ...] = ()
    none_further: bool = False
    enough: bool = False


def find_repairs(
    problem: Problem,
    rulebook: Rulebook,
    *,
    time_limit: float = 30.0,
    kinds: int = MOST_KINDS,
    most: int = MOST_REPAIRS,
    seed: int = 0,
    cores: int = 2,
    listener: Callable[[Progress], None] | None = None,
    tell: Callable[[Repair], None] = lambda repair: None,
    allowed: Mapping[Reason, int] | None = None,
) -> Repairs:
    """Find repairs of an impossible month that have no decision in common, the cheapest first.

    Only the desk's own requirements give at first, and what is on record; those of safety and then of the law where
    nothing else makes the month possible. Every requirement that may give gets a guard and a slack, and the model
    minimises the price of those that do. What a repair decides is what the audit of its roster finds broken.

    Parameters
    ----------
    time_limit : float
        Wall seconds for building and searching.
    kinds, most : int
        Enough repairs: of so many kinds, or so many in all.
    listener : callable, optional
        Called with the search's progress: what the best repair costs so far, and its bound.
    tell : callable
        Called with each repair as soon as it is tried.
    allowed : mapping of Reason to int, optional
        By how much requirements may give beforehand, at no price: what is broken by what was worked already.

    Raises
    ------
    SolverFault
        Nothing has to give, though the month was called impossible; or the audit finds broken what may not be bent: a bug.
    """
    limit = TimeLimit(time_limit)
    found: list[Repair] = []
    kept: set[Reason] = set()
    waiting = list(LAYERS)
    model: _Model | None = None
    enough, passed_over, work, patience = False, False, 0.0, 1
    try:
        while waiting and not (enough := len(found) >= most or len({one.kind for one in found}) >= kinds):
            if model is None:
                model = _Model(problem, rulebook, waiting[0], allowed or {}, limit)
            seconds = patience * _share(problem, limit, bool(found))
            is_last = seconds >= limit.left
            seconds = max(0.1, min(limit.left, seconds))
            answer = model.search(kept, seconds, seed, cores, listener)
            work, model.deterministic = work + model.deterministic, 0.0
            if answer is None:  # nothing yet: again, with more patience
                patience *= 2
                if is_last:
                    break
                continue
            if answer.roster is None:
                waiting, model = waiting[1:], None
                continue
            recalled = answer.gives & model.model.recallable
            repair, broken = _decide(problem, rulebook, answer, waiting[0], allowed or {}, recalled)
            kept |= broken
            if repair is None:  # what is on record cannot be taken back without breaking something else
                passed_over = True
                continue
            found.append(replace(repair, deterministic=work, cheapest=repair.cheapest and not passed_over))
            tell(found[-1])
    except OutOfTime:
        pass
    return Repairs(found=tuple(found), none_further=not waiting and not passed_over, enough=enough)


def _share(problem: Problem, limit: TimeLimit, found: bool) -> float:
    """Seconds for the next repair: half of what is left; for the first one so many as somebody waits for."""
    waits = FIRST_SECONDS + FIRST_SECONDS_A_PERSON * len(problem.workers)
    return limit.left / 2 if found else min(waits, limit.left)


class _Answer(NamedTuple):
    """What a search ended in: a roster, or the proof that there is none."""

    roster: Roster | None
    is_optimal: bool
    values: tuple[int, ...] = ()
    gives: frozenset[Reason] = frozenset()
    price: int = 0


@dataclass
class _Model:
    """The month with guards on what may give in a layer and those below it.

    Raises
    ------
    OutOfTime
        The model was not built in time.
    """

    problem: Problem
    rulebook: Rulebook
    layer: Layer
    allowed: Mapping[Reason, int]
    limit: TimeLimit
    model: RosterModel = field(init=False)
    free: dict[Reason, int] = field(init=False)
    deterministic: float = 0.0

    def __post_init__(self) -> None:
        guarded = {rule.name for rule in self.rulebook.rules if rule.gives_from <= self.layer}
        self.model = RosterModel(self.problem, guarded, self.allowed, time_limit=self.limit, can_recall=True)
        self.rulebook.encode(self.problem, self.model)
        terms = bending_terms(self.problem, self.rulebook, self.model.guards)
        objective = self.model.cp.proto.objective
        self.free, recallable = {}, self.model.recallable
        for reason, guard in self.model.guards.items():
            self.limit.count()
            price, layer = terms[reason]
            if not price or layer > self.layer:
                self.model.cp.proto.variables[guard.kept.index].domain[0] = 1
                continue
            price *= PRICE_SCALE * _weight(layer)
            approval = price * APPROVAL_PERCENT // 100
            slack_price = price // guard.step
            if reason in recallable:  # taken back to work or to rest, at one price
                approval, slack_price = approval + price, 0
            self.free[reason] = guard.kept.index
            objective.vars.extend([guard.kept.index, *(slack.index for slack in guard.slacks)])
            objective.coeffs.extend([-approval, *[slack_price] * len(guard.slacks)])
            objective.offset += approval  # where it is not kept

    def search(
        self,
        kept: Collection[Reason],
        seconds: float,
        seed: int,
        cores: int,
        listener: Callable[[Progress], None] | None,
    ) -> _Answer | None:
        """The cheapest roster in which the kept Reasons do not give; `None` where the time passed without one.

        Where half of the time does not prove one, the best so far is made cheaper: with nothing else giving than what
        gives in it, and then with whatever is asked of the same days or of the whole month. Where it does not find one,
        it is looked for among what is asked of the days on which requirements contradict each other.
        """
        limit, watch = TimeLimit(seconds), _RepairWatch(listener) if listener else None
        free = self.free.keys() - kept
        best = self._solve(free, seconds / 2, seed, cores, watch)
        if best is None:
            days = self._cause_days(limit.left / 2, seed, cores)
            for around in AROUND if days else ():
                near = {one + shift * ONE_DAY for one in days for shift in range(-around, around + 1)}
                some = {one for one in free if _is_near(one, near)}
                best = self._solve(some, limit.left / 2, seed, cores, watch)
                if best is not None and best.roster is not None:
                    return best._replace(is_optimal=False)  # with whatever else may give there may be a cheaper one
            return self._solve(free, limit.left, seed, cores, watch)
        if best.roster is None or best.is_optimal:
            return best
        for widen in (False, True):
            near = {day for reason in best.gives for day in reason.days if len(reason.days) == 1}
            some = {one for one in free if one in best.gives or (widen and _is_near(one, near))}
            seconds = limit.left if widen else limit.left / 2
            found = self._solve(some, seconds, seed, cores, watch, best.values)
            if found is not None and found.roster is not None and found.price <= best.price:
                best = found._replace(is_optimal=False)  # as above
        return best

    def _cause_days(self, seconds: float, seed: int, cores: int) -> set[date]:
        """The days of a conflict; none where none was found in time."""
        found = find_conflicts(
            self.problem, self.rulebook, time_limit=seconds, most=1, seed=seed, cores=cores, allowed=self.allowed
        ).found
        return {day for one in found for reason in one.reasons for day in reason.days if len(reason.days) == 1}

    def _solve(
        self,
        free: Collection[Reason],
        seconds: float,
        seed: int,
        cores: int,
        watch: _RepairWatch | None,
        hint: Sequence[int] = (),
    ) -> _Answer | None:
        """The cheapest roster in which only some Reasons give."""
        self.limit.check(reading_seconds(self.model.cp))
        variables = self.model.cp.proto.variables
        for reason, index in self.free.items():
            variables[index].domain[0] = int(reason not in free)
        if hint:
            hint_assignment(self.model.cp, hint)
        solver = solver_for(cores, seed, max(0.1, min(seconds, self.limit.left)), REPAIRS)
        status = run_search(solver, self.model.cp, watch)
        self.deterministic += solver.response_proto.deterministic_time
        log.info(
            "repairs, %s, %d may give: %s in %.1f s (%.1f deterministic)",
            self.layer.name,
            len(free),
            solver.status_name(status),
            solver.wall_time,
            solver.response_proto.deterministic_time,
        )
        if status == cp_model.INFEASIBLE:
            return _Answer(None, True)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        values = solver.response_proto.solution
        gives = frozenset(reason for reason, index in self.free.items() if not values[index])
        roster, price = self.model.roster_of(values), round(solver.objective_value)
        return _Answer(roster, status == cp_model.OPTIMAL, tuple(values), gives, price)


def _is_near(reason: Reason, days: Container[date]) -> bool:
    """Whether a Reason is of one of the days, or of more than one day."""
    return len(reason.days) != 1 or reason.days[0] in days


def bending_terms(problem: Problem, rulebook: Rulebook, reasons: Collection[Reason]) -> dict[Reason, tuple[int, Layer]]:
    """At what price Reasons give by one, and in which layer."""
    rules = {rule.name: rule for rule in rulebook.rules}
    return {reason: rules[reason.rule].bending(problem, reason) for reason in reasons}


def _decide(
    problem: Problem,
    rulebook: Rulebook,
    answer: _Answer,
    layer: Layer,
    allowed: Mapping[Reason, int],
    recalled: Collection[Reason],
) -> tuple[Repair | None, set[Reason]]:
    """The decisions that a roster takes, tried in the tables; and the requirements that another repair is to keep.

    There is no repair where taking back what is on record breaks something else, which the model does not see: a day
    that is not leave any more may be one that has to be free. More of it taken back might do, so nothing is proved then.
    """
    assert answer.roster is not None
    rules = {rule.name: rule for rule in rulebook.rules}
    roster = answer.roster
    first = [one for one in audit(problem, rulebook, roster).broken if one.reason not in allowed]
    if not first:
        raise SolverFault(NOTHING_BROKEN)
    changed, decisions = problem, list[Decision]()
    for one in first:
        rule = rules[one.reason.rule]
        if rule.layer is not Layer.NEVER:
            continue
        after, above = rule.decide(changed, one, roster), rule.bending(problem, one.reason)[1]
        if after is None or above > layer:
            raise SolverFault(NEVER_BENT, what=one.say("en", problem.names))
        decisions.append(Decision(one, rule.decision(problem, one, roster), above, True))
        changed = after
    to_rest = _recall_to_rest(recalled, first)
    fewest = _count_broken(changed, rulebook, roster) if to_rest else 0
    for one in to_rest:
        rule = rules[one.reason.rule]
        after = rule.decide(changed, one, roster)
        if after and (broken := _count_broken(after, rulebook, roster)) < fewest:
            decisions.append(
                Decision(one, rule.decision(problem, one, roster), rule.bending(problem, one.reason)[1], True)
            )
            changed, fewest = after, broken
    rest = [one for one in audit(changed, rulebook, roster).broken if one.reason not in allowed] if decisions else first
    terms = bending_terms(changed, rulebook, [one.reason for one in rest])
    if any(not price or above > layer for price, above in terms.values()):
        if not decisions:
            raise SolverFault(NEVER_BENT, what=rest[0].say("en", problem.names))
        return None, {one.violation.reason for one in decisions}
    before, exceptions = changed, set[Reason]()
    for one in rest:
        rule, after = rules[one.reason.rule], rules[one.reason.rule].decide(changed, one, roster)
        is_open = after is None and rule.leaves_open(one.reason)
        decision = Decision(one, rule.decision(before, one, roster), terms[one.reason][1], after is not None, is_open)
        decisions.append(decision)
        if after is None:
            exceptions.add(one.reason)
        else:
            changed = after
    found = audit(changed, rulebook, roster)
    left = {one.reason for one in found.broken if one.reason not in allowed}
    if not left <= exceptions:
        raise SolverFault(DOES_NOT_WORK, what=", ".join(one.say("en", problem.names) for one in left - exceptions))
    repair = Repair(
        # what is asked of a shift may fall away with what is changed in the tables, and needs no decision then
        decisions=tuple(one for one in decisions if one.in_tables or one.violation.reason in left),
        problem=changed,
        roster=roster,
        audit=found,
        price=answer.price,
        cheapest=answer.is_optimal,
    )
    decided = {_about(one.violation.reason) for one in repair.decisions}
    back = {one.violation.reason for one in repair.decisions}.intersection(recalled)
    return repair, back | {one.reason for one in first if _about(one.reason) in decided or not decided}


def _recall_to_rest(recalled: Collection[Reason], broken: Collection[Violation]) -> list[Violation]:
    """Days of leave that a roster takes back without a duty on them, by their days."""
    worked = {one.reason for one in broken}
    return [
        Violation(one, "") for one in sorted(recalled, key=lambda one: (one.days, one.workers)) if one not in worked
    ]


def _count_broken(problem: Problem, rulebook: Rulebook, roster: Roster) -> int:
    return len(audit(problem, rulebook, roster).broken)


def _about(reason: Reason) -> tuple[object, ...]:
    """What a Reason is about, whatever its numbers are."""
    return reason.rule, reason.sentence, reason.workers, reason.days, dict(reason.facts).get("shift")


def _weight(layer: Layer) -> int:
    """What a layer's price counts, in that of the desk's own."""
    weight: int = DEARER ** (layer - Layer.DESK)
    return weight


class _RepairWatch(cp_model.CpSolverSolutionCallback):
    """Tells a listener of each cheaper repair."""

    def __init__(self, listener: Callable[[Progress], None]) -> None:
        super().__init__()
        self._listener = listener

    def on_solution_callback(self) -> None:
        """Report the price of the repair and its bound, in units of a price."""
        price, bound = (round(one / PRICE_SCALE) for one in (self.objective_value, max(0, self.best_objective_bound)))
        self._listener(Progress(self.wall_time, price, bound, Engine.CP_SAT, Engine.CP_SAT))
