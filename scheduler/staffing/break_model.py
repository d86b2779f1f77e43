"""Place the breaks of a finished roster with CP-SAT, day by day, so that the desk stays staffed.

This is the second stage after the solver: who works when is settled, and each
day's breaks are moved on a grid so that every slot keeps the people that it needs
at the desk. People on the same shift who count for the same slots are
interchangeable, so the model only counts how many of them have begun their first,
second … break by each time. Breaks are then assigned by rank, which keeps every
distance between one person's breaks.

Breaks that people have been told stay: a version that follows another moves them
only on a day of which a duty or the need has changed, and there as few as it takes
to keep enough people at the desk.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import pairwise
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

from scheduler.domain import Duty, Problem, Roster, Shift, SlotNeed
from scheduler.errors import SolverFault
from scheduler.staffing.break_audit import NO_ROOM, UNPLACED, duty_faults
from scheduler.staffing.breaks import BreakPlan, BreakTerms, OwedBreak, PlacedBreak, owed_breaks, planned_pauses
from scheduler.staffing.slots import at_desk_spans, counts_for_slot, slot_window
from scheduler.staffing.workload import at_desk
from scheduler.timeline import ONE_DAY, Span, instant, overlap

if TYPE_CHECKING:
    from ortools.sat.python import cp_model


EFFORT = 2.0  # CP-SAT's deterministic seconds for a day; most days take a hundredth of it
# Penalties for each minute and each head too few or too many; each grid step away from the even spread costs 1
BELOW_LEAST, ABOVE_CAP, BELOW_TARGET = 400, 200, 10
MOVED = 100  # for a break that people know: it moves for ten minutes and more of a head below target


# --- Placing -----------------------------------------------------------------


class KnownBreaks(NamedTuple):
    """The breaks that people have been told: those of a version, and the month and roster for which they were placed."""

    problem: Problem
    roster: Roster
    plan: BreakPlan


Known = Mapping[Duty, tuple[PlacedBreak, ...]]


def place_breaks(
    problem: Problem, terms: BreakTerms, roster: Roster, effort: float = EFFORT, known: KnownBreaks | None = None
) -> BreakPlan:
    """Place the breaks of a month's roster, day by day.

    Parameters
    ----------
    effort : float
        CP-SAT's deterministic seconds for each placing of a day.
    known : KnownBreaks, optional
        Breaks that stay where they can, see the head of this file. A day of which some stay is proved as far as
        the others' breaks go.

    Raises
    ------
    SolverFault
        A shift on the roster has no room for its breaks; such a desk is refused when it is read.
    """
    began = perf_counter()
    pauses: list[PlacedBreak] = []
    unproved = []
    for day in problem.dates:
        whole = _Day(problem, terms, roster, day, pauses)
        found, proved = _place_beside(whole, known, effort) if known else whole.place(effort)
        pauses += found
        if not proved:
            unproved.append(day)
    return BreakPlan(tuple(pauses), tuple(unproved), perf_counter() - began)


def _place_beside(whole: _Day, known: KnownBreaks, effort: float) -> tuple[list[PlacedBreak], bool]:
    """Place a day's breaks beside those that people know: as they are, or as few of them moved as the desk can bear."""
    day = whole.day
    good = {
        duty: known.plan.of(duty)
        for duty in whole.duties
        if duty.day == day and duty.shift in known.roster.on(duty.worker, day)
        if not any(duty_faults(whole.problem, whole.terms, duty, known.plan.of(duty)))
    }
    if _is_touched(whole, known):
        return whole.beside(good).place(effort)
    found, proved = whole.beside(good, settled=True).place(effort)
    return found, proved and day not in known.plan.unproved


def _is_touched(whole: _Day, known: KnownBreaks) -> bool:
    """Whether the need or a duty at the time of a day's duties is another than when the breaks were placed."""
    day = whole.day
    near = [at for at in (day - ONE_DAY, day, day + ONE_DAY) if at in whole.problem.day_by_date]

    def timed(problem: Problem, roster: Roster) -> set[tuple[object, Span]]:
        needs = ((slot, slot_window(problem, at, slot)) for at in near for slot in problem.slots_on(at))
        duties = ((duty, problem.span(duty.day, duty.shift)) for duty in roster.duties if duty.day in near)
        return {*needs, *duties}

    moved = timed(known.problem, known.roster) ^ timed(whole.problem, whole.roster)
    here = [whole.problem.span(day, duty.shift) for duty in whole.duties if duty.day == day]
    return any(overlap(one, other) for _, one in moved for other in here)


class _Group(NamedTuple):
    """Workers on one shift who count for the same slots and know of the same breaks; of none, where these are placed anew."""

    shift: Shift
    workers: list[str]
    breaks: tuple[OwedBreak, ...]
    qualified: bool
    skills: frozenset[str]
    known: tuple[int, ...] = ()


class _Day:
    """The breaks of the duties that begin on one day, as a CP-SAT model.

    Parameters
    ----------
    placed_before : sequence of PlacedBreak
        The breaks of earlier days, which are settled.
    known : mapping of Duty to tuple of PlacedBreak
        Breaks of duties of the day that people know.
    settled : bool
        Whether these stay, come what may.
    """

    def __init__(
        self,
        problem: Problem,
        terms: BreakTerms,
        roster: Roster,
        day: date,
        placed_before: Sequence[PlacedBreak],
        known: Known | None = None,
        settled: bool = False,
    ) -> None:
        self.problem, self.terms, self.roster, self.day = problem, terms, roster, day
        self.placed_before = placed_before
        self.kept: Known = known or {} if settled else {}
        self.known: Known = {} if settled else known or {}
        self.slots = [(at, slot) for at in (day - ONE_DAY, day, day + ONE_DAY) for slot in self._slots_on(at)]
        near = {day - ONE_DAY, day, day + ONE_DAY}
        self.duties = [duty for duty in (*problem.history, *roster.duties) if duty.day in near]
        self.before: dict[Duty, tuple[PlacedBreak, ...]] = {
            duty: planned_pauses(problem, duty) if duty.day < problem.first else () for duty in self.duties
        }
        for pause in placed_before:
            if pause.duty in self.before:
                self.before[pause.duty] = (*self.before[pause.duty], pause)
        self.before.update(self.kept)
        self.groups = self._group_duties()

    def _slots_on(self, day: date) -> tuple[SlotNeed, ...]:
        return self.problem.slots_on(day) if day in self.problem.day_by_date else ()

    def _group_duties(self) -> list[_Group]:
        asked = {slot.skill for _, slot in self.slots} - {""}
        found: dict[tuple[str, bool, frozenset[str], tuple[int, ...]], list[str]] = {}
        for duty in self.duties:
            if duty.day == self.day and duty not in self.kept:
                worker = self.problem.worker_by_id[duty.worker]
                skills = frozenset(skill for skill in asked if worker.has_skill(skill, self.day))
                known = tuple(pause.start for pause in self.known.get(duty, ()))
                found.setdefault((duty.shift, worker.qualified(self.day), skills, known), []).append(duty.worker)
        groups = []
        for (code, qualified, skills, known), workers in sorted(
            found.items(), key=lambda item: (item[0][0], *map(str, item[0]))
        ):
            shift = self.problem.shift_on(self.day, code)
            breaks = owed_breaks(shift, self.terms)
            if not all(one.starts for one in breaks):
                raise SolverFault(NO_ROOM, shift=code)
            turn = self.day.toordinal() % len(workers)  # so that nobody has the first break every day
            ordered = sorted(workers)
            groups.append(_Group(shift, ordered[turn:] + ordered[:turn], breaks, qualified, skills, known))
        return [group for group in groups if group.breaks]

    def place(self, effort: float) -> tuple[list[PlacedBreak], bool]:
        """Solve the model: the day's breaks in order, and whether they are proved optimal."""
        pauses = [pause for kept in self.kept.values() for pause in kept]
        if not self.groups:
            return sorted(pauses), True
        from ortools.sat.python import cp_model

        model = cp_model.CpModel()
        begun = [self._begun(model, group) for group in self.groups]
        costs, weights = self._costs(model, begun)
        model.minimize(cp_model.LinearExpr.weighted_sum(costs, weights))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.max_deterministic_time = effort
        solver.parameters.catch_sigint_signal = False
        status = solver.solve(model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            raise SolverFault(UNPLACED, day=self.day, status=solver.status_name(status))
        for group, counted in zip(self.groups, begun, strict=True):
            for one, begun_by in zip(group.breaks, counted, strict=True):
                done = [solver.value(count) for count in begun_by]
                for rank, worker in enumerate(group.workers):
                    start = one.starts[next(at for at, count in enumerate(done) if count > rank)]
                    duty = Duty(worker, self.day, group.shift.code)
                    pauses.append(PlacedBreak(duty, start, start + one.minutes, one.meal, one.paid))
        return sorted(pauses), status == cp_model.OPTIMAL

    def beside(self, known: Known, *, settled: bool = False) -> _Day:
        """The same day, with breaks that people know."""
        return _Day(self.problem, self.terms, self.roster, self.day, self.placed_before, known, settled)

    def _span(self, start: int, end: int) -> Span:
        """Minutes of the day as instants."""
        zone = self.problem.desk.hours_zone
        return Span(instant(self.day, start, zone), instant(self.day, end, zone))

    def _begun(self, model: cp_model.CpModel, group: _Group) -> list[list[Any]]:
        """Variables: for each break of a group and each of its starts, how many people have begun it by then."""
        heads, terms = len(group.workers), self.terms
        begun: list[list[Any]] = []
        for one in group.breaks:
            counted: list[Any] = [*(model.new_int_var(0, heads, "") for _ in one.starts[1:]), heads]
            for earlier, later in pairwise(counted):
                model.add(earlier <= later)
            begun.append(counted)
        for (one, first), (two, second) in pairwise(zip(group.breaks, begun, strict=True)):
            for at, start in enumerate(two.starts):
                model.add(second[at] <= _by(one, first, start - one.minutes - terms.apart))
        long = [place for place, one in enumerate(group.breaks) if one.minutes >= terms.run_break]
        for here, there in pairwise(long):
            one, two = group.breaks[here], group.breaks[there]
            reach = one.minutes + round(60 * terms.longest_run_hours)
            for at, start in enumerate(one.starts):
                model.add(_by(two, begun[there], start + reach) >= begun[here][at])
        return begun

    @cached_property
    def _cuts(self) -> list[int]:
        """The instants between the first and the last possible break at which the heads at the desk may change."""
        zone, cuts = self.problem.desk.hours_zone, set()
        for group in self.groups:
            for one in group.breaks:
                for start in one.starts:
                    cuts |= {instant(self.day, start, zone), instant(self.day, start + one.minutes, zone)}
        low, high = min(cuts), max(cuts)
        edges = {cut for _, spans in self._presence for span in spans for cut in span}
        edges |= {cut for at, slot in self.slots for cut in slot_window(self.problem, at, slot)}
        return sorted(cuts | {edge for edge in edges if low < edge < high})

    def _inside(self, span: Span) -> range:
        """The numbers of the stretches between two cuts that lie in a span."""
        return range(bisect_left(self._cuts, span.start), min(bisect_left(self._cuts, span.end), len(self._cuts) - 1))

    @cached_property
    def _presence(self) -> list[tuple[Duty, list[Span]]]:
        """When each duty is at the desk, without the breaks that are still to be placed."""
        return [(duty, at_desk_spans(self.problem, duty, self.before[duty])) for duty in self.duties]

    def _heads(self, skill: str) -> list[int]:
        """Heads at the desk in each stretch, without the breaks that are still to be placed."""
        heads = [0] * (len(self._cuts) - 1)
        for duty, spans in self._presence:
            if counts_for_slot(skill, self.problem.worker_by_id[duty.worker], duty.day):
                for span in spans:
                    for at in self._inside(span):
                        heads[at] += 1
        return heads

    def _needs(self) -> Iterator[tuple[int, int, int, int, str]]:
        """The needs: a stretch, the heads in it before breaks, the least and the wished number, and the skill.

        They are those of the slots, and the least number of people who have to stay at the desk.
        """
        heads = {skill: self._heads(skill) for skill in {"", *(slot.skill for _, slot in self.slots)}}
        for at, slot in self.slots:
            for stretch in self._inside(slot_window(self.problem, at, slot)):
                yield stretch, heads[slot.skill][stretch], *at_desk(slot), slot.skill
        for stretch, there in enumerate(heads[""]):
            stays = min(self.terms.least_at_desk, there)
            yield stretch, there, stays, stays, ""

    def _away(self, begun: list[list[list[Any]]]) -> dict[int, list[tuple[_Group, Any]]]:
        """By stretch: a group, and how many of its people are on one of their breaks."""
        away: dict[int, list[tuple[_Group, Any]]] = {}
        for group, counted in zip(self.groups, begun, strict=True):
            for one, begun_by in zip(group.breaks, counted, strict=True):
                first: dict[int, int] = {}
                last: dict[int, int] = {}
                for number, start in enumerate(one.starts):
                    for stretch in self._inside(self._span(start, start + one.minutes)):
                        first.setdefault(stretch, number)
                        last[stretch] = number
                for stretch, number in first.items():
                    earlier = begun_by[number - 1] if number else 0
                    away.setdefault(stretch, []).append((group, begun_by[last[stretch]] - earlier))
        return away

    def _costs(self, model: cp_model.CpModel, begun: list[list[list[Any]]]) -> tuple[list[Any], list[int]]:
        """The terms of the objective, and their weights."""
        costs: list[Any] = []
        weights: list[int] = []
        away, minutes = self._away(begun), [end - start for start, end in pairwise(self._cuts)]
        for stretch, heads, least, target, skill in self._needs():
            absent = [(group, count) for group, count in away.get(stretch, ()) if _counts_for(group, skill)]
            most = sum(len(group.workers) for group, _ in absent)
            for wanted, weight in ((least, BELOW_LEAST), (target, BELOW_TARGET)):
                if absent and wanted > heads - most:
                    missing = model.new_int_var(0, wanted + most, "")
                    model.add(missing >= wanted - heads + sum(count for _, count in absent))
                    costs.append(missing)
                    weights.append(weight * minutes[stretch])
        if self.terms.most_away is not None:
            settled = self._settled()
            for stretch, absent in away.items():
                over = model.new_int_var(0, settled[stretch] + sum(len(group.workers) for group, _ in absent), "")
                model.add(over >= settled[stretch] + sum(count for _, count in absent) - self.terms.most_away)
                costs.append(over)
                weights.append(ABOVE_CAP * minutes[stretch])
        for group, counted in zip(self.groups, begun, strict=True):
            for place, (one, begun_by) in enumerate(zip(group.breaks, counted, strict=True)):
                for at, start in enumerate(one.starts):
                    off = abs(start - one.ideal) // self.terms.grid
                    if group.known:
                        off = MOVED * (start != group.known[place])
                    if off:
                        costs.append(begun_by[at] - (begun_by[at - 1] if at else 0))
                        weights.append(off)
        return costs, weights

    def _settled(self) -> list[int]:
        """People on an already settled break, in each stretch."""
        gone = [0] * (len(self._cuts) - 1)
        for pauses in self.before.values():
            for pause in pauses:
                ends = (
                    instant(pause.duty.day, minute, self.problem.desk.hours_zone) for minute in (pause.start, pause.end)
                )
                for at in self._inside(Span(*ends)):
                    gone[at] += 1
        return gone


def _counts_for(group: _Group, skill: str) -> bool:
    return group.qualified and (not skill or skill in group.skills)


def _by(one: OwedBreak, begun: Sequence[Any], time: int) -> Any:
    """How many people have begun a break by a time, in minutes of the day."""
    done = sum(start <= time for start in one.starts)
    return begun[done - 1] if done else 0
