"""Small breaks (小休) and meals of a finished roster, placed so that the desk stays staffed.

The second stage behind the solver: who works when is settled, and each day's
breaks are moved about on a grid until every slot keeps the people that it needs
at the desk. People on the same shift who count for the same slots are alike, so
the model only counts how many of them have begun their first, second … break by
each time; breaks are handed out by rank afterwards, which keeps every distance
between one person's breaks.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import pairwise
from math import ceil
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

from scheduler.domain import Duty, Note, Problem, Roster, Shift, SlotNeed, Worker
from scheduler.errors import SolverFault
from scheduler.timeline import DAY_MINUTES, ONE_DAY, Span, clock_text, instant, joined, overlap
from scheduler.words import Sentence
from scheduler.workload import at_desk

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

EFFORT = 2.0  # deterministic seconds for a day; most days take a hundredth of it
# What a minute costs for each head too few or too many, next to 1 for each step of the grid off the even spread
BELOW_LEAST, ABOVE_CAP, BELOW_TARGET = 400, 200, 10


@dataclass(frozen=True)
class BreakTerms:
    """How breaks are taken at a desk ([breaks]).

    Attributes
    ----------
    every_hours : float
        One small break for each so many paid hours of a shift.
    minutes : int
        Length of a small break, which is paid.
    meal_moves : int
        Minutes by which a break of the shifts table may be moved, either way.
    grid : int
        Minutes of the grid on which breaks begin.
    edge : int
        Minutes at both ends of a shift without a break.
    apart : int
        Minutes of work between two breaks, at least.
    most_away : int or None
        People on a break at the same time, at most.
    least_at_desk : int
        People who stay whenever so many are at work.
    longest_run_hours, run_break : float, int
        Longest stretch of work without a break of so many minutes.
    allowance : float or None
        Part of the people at work who are on a break, on average; `None` derives it from the shifts.
    """

    every_hours: float = 4.0
    minutes: int = 15
    meal_moves: int = 60
    grid: int = 15
    edge: int = 60
    apart: int = 60
    most_away: int | None = None
    least_at_desk: int = 1
    longest_run_hours: float = 8.0
    run_break: int = 30
    allowance: float | None = None

    def small(self, shift: Shift) -> int:
        """How many small breaks a shift has."""
        return int(shift.paid_minutes / (60 * self.every_hours) + 1e-9) if self.every_hours else 0

    def allowed_for(self, shifts: Iterable[Shift]) -> float:
        """The part of the people at work who are on a break: as given, or the breaks' part of the shifts."""
        if self.allowance is not None:
            return self.allowance
        shifts = tuple(shifts)
        away = sum(
            self.small(shift) * self.minutes + sum(pause.end - pause.start for pause in shift.breaks)
            for shift in shifts
        )
        return round(away / sum(shift.span_minutes for shift in shifts), 4) if shifts else 0.0


RECORDED, RECORDED_PROOF = "breaks", "breaks_proved"  # keys of a duty row in the ledger


class Pause(NamedTuple):
    """A break of a duty, in minutes of the duty's day; a meal is one of the shifts table."""

    duty: Duty
    start: int
    end: int
    meal: bool
    paid: bool


@dataclass(frozen=True)
class BreakPlan:
    """The breaks of a month, by day, worker and time.

    Attributes
    ----------
    unproved : tuple of date
        Days on which fewer heads short might still be possible.
    seconds : float
        Wall time that it took.
    """

    pauses: tuple[Pause, ...]
    unproved: tuple[date, ...] = ()
    seconds: float = field(default=0.0, compare=False)

    def of(self, duty: Duty) -> tuple[Pause, ...]:
        """A duty's breaks, in order."""
        return self._by_duty.get(duty, ())

    @cached_property
    def _by_duty(self) -> dict[Duty, tuple[Pause, ...]]:
        found: dict[Duty, tuple[Pause, ...]] = {}
        for pause in self.pauses:
            found[pause.duty] = (*found.get(pause.duty, ()), pause)
        return found


def recorded(plan: BreakPlan, duty: Duty) -> dict[str, object]:
    """A duty's breaks as the ledger keeps them, beside the rest of the duty's row."""
    pauses = [[pause.start, pause.end, pause.meal, pause.paid] for pause in plan.of(duty)]
    return {RECORDED: pauses, RECORDED_PROOF: duty.day not in plan.unproved}


def restored(rows: Iterable[Mapping[str, Any]]) -> BreakPlan | None:
    """The plan that a version's duty rows hold; `None` where no breaks were placed for it."""
    held = [row for row in rows if RECORDED in row]
    if not held:
        return None
    return BreakPlan(
        tuple(
            Pause(Duty(row["worker"], date.fromisoformat(row["date"]), row["shift"]), *pause)
            for row in held
            for pause in row[RECORDED]
        ),
        tuple(sorted({date.fromisoformat(row["date"]) for row in held if not row[RECORDED_PROOF]})),
    )


class Owed(NamedTuple):
    """One break that a shift has: how long, and when it may begin, in minutes of the shift's day.

    Attributes
    ----------
    starts : tuple of int
        In order; empty where it finds no place.
    ideal : int
        Where an even spread would put it.
    """

    minutes: int
    meal: bool
    paid: bool
    starts: tuple[int, ...]
    ideal: int


def owed(shift: Shift, terms: BreakTerms) -> tuple[Owed, ...]:
    """The breaks of a shift in their order: its own, and small ones in the middle of the longest stretches between."""
    stretches = shift.desk_minutes
    small = [0] * len(stretches)
    for _ in range(terms.small(shift)):
        lengths = [(end - start) / (count + 1) for (start, end), count in zip(stretches, small, strict=True)]
        small[lengths.index(max(lengths))] += 1
    found: list[Owed] = []
    low, high = shift.start + terms.edge, shift.end - terms.edge
    for place, (start, end) in enumerate(stretches):
        for number in range(small[place]):
            middle = start + (end - start) * (number + 1) / (small[place] + 1) - terms.minutes / 2
            ideal = terms.grid * round(middle / terms.grid)
            found.append(Owed(terms.minutes, False, True, _grid(low, high - terms.minutes, terms.grid), ideal))
        if place < len(shift.breaks):
            pause = shift.breaks[place]
            length, moves = pause.end - pause.start, terms.meal_moves
            first, last = max(low, pause.start - moves), min(high - length, pause.start + moves)
            own = {pause.start} if first <= pause.start <= last else set()
            starts = tuple(sorted({*_grid(first, last, terms.grid), *own}))
            found.append(Owed(length, True, pause.paid, starts, pause.start))
    return _tightened(shift, terms, found)


def _grid(first: int, last: int, step: int) -> tuple[int, ...]:
    return tuple(range(step * ceil(first / step), last + 1, step))


def _tightened(shift: Shift, terms: BreakTerms, found: Sequence[Owed]) -> tuple[Owed, ...]:
    """The breaks without the starts that leave no room for the others, or too long a run before, between or behind."""
    starts = [list(one.starts) for one in found]
    cap = round(60 * terms.longest_run_hours)
    long = [place for place, one in enumerate(found) if one.minutes >= terms.run_break]
    if not long and shift.span_minutes > cap:
        return tuple(one._replace(starts=()) for one in found)
    if long:
        starts[long[0]] = [at for at in starts[long[0]] if at <= shift.start + cap]
        starts[long[-1]] = [at for at in starts[long[-1]] if at + found[long[-1]].minutes + cap >= shift.end]
    # (one, two, least, most): minutes from the start of one break to that of another
    distances = [(at, at + 1, found[at].minutes + terms.apart, DAY_MINUTES) for at in range(len(found) - 1)]
    distances += [(one, two, 0, found[one].minutes + cap) for one, two in pairwise(long)]
    for _ in range(2 * len(found)):  # each round settles one break at least
        for one, two, least, most in distances if all(starts) else ():
            before = starts[one]
            starts[two] = [at for at in starts[two] if before[0] + least <= at <= before[-1] + most]
            behind = starts[two] or [-DAY_MINUTES]
            starts[one] = [at for at in before if behind[0] - most <= at <= behind[-1] - least]
            if not starts[one]:
                break
    whole = all(starts)
    return tuple(one._replace(starts=tuple(left) if whole else ()) for one, left in zip(found, starts, strict=True))


def fits(shift: Shift, terms: BreakTerms) -> bool:
    """Whether a shift has room for its breaks."""
    found = owed(shift, terms)
    return all(one.starts for one in found) and (bool(found) or shift.span_minutes <= 60 * terms.longest_run_hours)


# --- Heads -------------------------------------------------------------------


def at_work(problem: Problem, duty: Duty) -> Span:
    """The stretch for which a duty counts, breaks left in, an elastic end left out."""
    stretches = problem.firm_segments(duty.day, duty.shift)
    return Span(stretches[0].start, stretches[-1].end)


def _there(problem: Problem, duty: Duty, pauses: Iterable[Pause]) -> list[Span]:
    """The stretches for which somebody is at the desk, breaks taken out."""
    zone, whole = problem.desk.zone, at_work(problem, duty)
    cuts = [whole.start]
    for pause in pauses:
        cuts += [instant(duty.day, pause.start, zone), instant(duty.day, pause.end, zone)]
    cuts.append(whole.end)
    return [
        Span(start, min(end, whole.end)) for start, end in zip(cuts[::2], cuts[1::2], strict=True) if start < whole.end
    ]


def planned_pauses(problem: Problem, duty: Duty) -> tuple[Pause, ...]:
    """A duty's breaks as the shifts table has them."""
    shift = problem.shift_by_code[duty.shift]
    return tuple(Pause(duty, pause.start, pause.end, True, pause.paid) for pause in shift.breaks)


def _holds(skill: str, worker: Worker, day: date) -> bool:
    """Whether a worker who begins a shift on the day counts where that skill, or none, is asked for."""
    return worker.qualified(day) and (not skill or worker.has_skill(skill, day))


def _fewest(spans: Iterable[Span], window: Span) -> int:
    """How few of the spans hold, at the emptiest moment of a window."""
    steps: dict[int, int] = {window.start: 0}
    for span in spans:
        if overlap(span, window):
            start, end = max(span.start, window.start), min(span.end, window.end)
            steps[start] = steps.get(start, 0) + 1
            steps[end] = steps.get(end, 0) - 1
    heads, least = 0, None
    for at in sorted(steps):
        heads += steps[at]
        if at < window.end:
            least = heads if least is None else min(least, heads)
    return least or 0


class SlotRow(NamedTuple):
    """A slot of a day against the people at hand.

    Attributes
    ----------
    least, target : int
        People needed at the desk, others being on their breaks.
    rostered, left : int
        People at work, and those left at the desk, at the emptiest moment.
    """

    day: date
    slot: SlotNeed
    least: int
    target: int
    rostered: int
    left: int

    @property
    def short(self) -> int:
        """Heads missing at the desk."""
        return max(0, self.target - self.left)


def slot_rows(
    problem: Problem, roster: Roster, plan: BreakPlan | None = None, days: Iterable[date] = ()
) -> list[SlotRow]:
    """Every slot of the month, or of some days, whose people are known, before and after breaks.

    Without a plan, breaks are those of the shifts table.
    """
    near: dict[date, list[tuple[Duty, Worker, Span, list[Span]]]] = {}
    for duty in (*problem.history, *roster.duties):
        pauses = plan.of(duty) if plan and duty.day >= problem.first else planned_pauses(problem, duty)
        entry = (duty, problem.worker_by_id[duty.worker], at_work(problem, duty), _there(problem, duty, pauses))
        near.setdefault(duty.day, []).append(entry)
    rows = []
    for day in days or problem.dates:
        duties = [entry for at in (day - ONE_DAY, day, day + ONE_DAY) for entry in near.get(at, ())]
        for slot in problem.slots_on(day):
            window = _window(problem, day, slot)
            if _in_the_dark(problem, day, window):
                continue
            counted = [(whole, there) for duty, worker, whole, there in duties if _holds(slot.skill, worker, duty.day)]
            rostered = _fewest((whole for whole, _ in counted), window)
            left = _fewest((span for _, there in counted for span in there), window)
            rows.append(SlotRow(day, slot, *at_desk(slot), rostered, left))
    return rows


def _window(problem: Problem, day: date, slot: SlotNeed) -> Span:
    return Span(instant(day, slot.start, problem.desk.zone), instant(day, slot.end, problem.desk.zone))


def _in_the_dark(problem: Problem, day: date, window: Span) -> bool:
    """Whether a duty of a day of which nobody can tell could be at work in the window."""
    since = problem.history_from
    unknown = [
        near
        for near in (day - ONE_DAY, day, day + ONE_DAY)
        if near > problem.last or (near < problem.first and (since is None or near < since))
    ]
    return any(overlap(problem.span(near, shift.code), window) for near in unknown for shift in problem.shifts)


# --- Placing -----------------------------------------------------------------


def place(problem: Problem, terms: BreakTerms, roster: Roster, effort: float = EFFORT) -> BreakPlan:
    """The breaks of a month's roster, day by day.

    Parameters
    ----------
    effort : float
        Deterministic seconds for each day.

    Raises
    ------
    SolverFault
        A shift on the roster has no room for its breaks, which the reader of the desk refuses.
    """
    began = perf_counter()
    pauses: list[Pause] = []
    unproved = []
    for day in problem.dates:
        found, proved = _Day(problem, terms, roster, day, pauses).placed(effort)
        pauses += found
        if not proved:
            unproved.append(day)
    return BreakPlan(tuple(pauses), tuple(unproved), perf_counter() - began)


class _Group(NamedTuple):
    """People on one shift who count for the same slots."""

    shift: Shift
    workers: list[str]
    breaks: tuple[Owed, ...]
    qualified: bool
    skills: frozenset[str]


class _Day:
    """The breaks of the duties that begin on one day, as a CP-SAT model.

    Parameters
    ----------
    placed_before : sequence of Pause
        The breaks of the days before, which are settled.
    """

    def __init__(
        self, problem: Problem, terms: BreakTerms, roster: Roster, day: date, placed_before: Sequence[Pause]
    ) -> None:
        self.problem, self.terms, self.day = problem, terms, day
        self.slots = [(at, slot) for at in (day - ONE_DAY, day, day + ONE_DAY) for slot in self._slots_on(at)]
        near = {day - ONE_DAY, day, day + ONE_DAY}
        self.duties = [duty for duty in (*problem.history, *roster.duties) if duty.day in near]
        self.before: dict[Duty, tuple[Pause, ...]] = {
            duty: planned_pauses(problem, duty) if duty.day < problem.first else () for duty in self.duties
        }
        for pause in placed_before:
            if pause.duty in self.before:
                self.before[pause.duty] = (*self.before[pause.duty], pause)
        self.groups = self._grouped()

    def _slots_on(self, day: date) -> tuple[SlotNeed, ...]:
        return self.problem.slots_on(day) if day in self.problem.day_by_date else ()

    def _grouped(self) -> list[_Group]:
        asked = {slot.skill for _, slot in self.slots} - {""}
        found: dict[tuple[str, bool, frozenset[str]], list[str]] = {}
        for duty in self.duties:
            if duty.day == self.day:
                worker = self.problem.worker_by_id[duty.worker]
                skills = frozenset(skill for skill in asked if worker.has_skill(skill, self.day))
                found.setdefault((duty.shift, worker.qualified(self.day), skills), []).append(duty.worker)
        groups = []
        for (code, qualified, skills), workers in sorted(
            found.items(), key=lambda item: (item[0][0], *map(str, item[0]))
        ):
            shift = self.problem.shift_by_code[code]
            breaks = owed(shift, self.terms)
            if not all(one.starts for one in breaks):
                raise SolverFault(NO_ROOM, shift=code)
            turn = self.day.toordinal() % len(workers)  # nobody has the first break every day
            ordered = sorted(workers)
            groups.append(_Group(shift, ordered[turn:] + ordered[:turn], breaks, qualified, skills))
        return [group for group in groups if group.breaks]

    def placed(self, effort: float) -> tuple[list[Pause], bool]:
        """The day's breaks in order, and whether fewer heads short are proved impossible."""
        if not self.groups:
            return [], True
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
        pauses = []
        for group, counted in zip(self.groups, begun, strict=True):
            for one, begun_by in zip(group.breaks, counted, strict=True):
                done = [solver.value(count) for count in begun_by]
                for rank, worker in enumerate(group.workers):
                    start = one.starts[next(at for at, count in enumerate(done) if count > rank)]
                    duty = Duty(worker, self.day, group.shift.code)
                    pauses.append(Pause(duty, start, start + one.minutes, one.meal, one.paid))
        return sorted(pauses), status == cp_model.OPTIMAL

    def _begun(self, model: cp_model.CpModel, group: _Group) -> list[list[Any]]:
        """For each break of a group and each of its starts, how many people have begun it by then."""
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
        """The day's time, from its first possible break to its last, cut wherever anything may change."""
        zone, cuts = self.problem.desk.zone, set()
        for group in self.groups:
            for one in group.breaks:
                for start in one.starts:
                    cuts |= {instant(self.day, start, zone), instant(self.day, start + one.minutes, zone)}
        low, high = min(cuts), max(cuts)
        edges = {cut for _, spans in self._presence for span in spans for cut in span}
        edges |= {cut for at, slot in self.slots for cut in _window(self.problem, at, slot)}
        return sorted(cuts | {edge for edge in edges if low < edge < high})

    def _inside(self, span: Span) -> range:
        """Which of the stretches between two cuts lie in a span."""
        return range(bisect_left(self._cuts, span.start), min(bisect_left(self._cuts, span.end), len(self._cuts) - 1))

    @cached_property
    def _presence(self) -> list[tuple[Duty, list[Span]]]:
        """Who is at the desk when, if nobody whose breaks are to be placed took one."""
        return [(duty, _there(self.problem, duty, self.before[duty])) for duty in self.duties]

    def _heads(self, skill: str) -> list[int]:
        """People at the desk in each stretch, if nobody whose breaks are to be placed took one."""
        heads = [0] * (len(self._cuts) - 1)
        for duty, spans in self._presence:
            if _holds(skill, self.problem.worker_by_id[duty.worker], duty.day):
                for span in spans:
                    for at in self._inside(span):
                        heads[at] += 1
        return heads

    def _needs(self) -> Iterator[tuple[int, int, int, int, str]]:
        """What is asked: a stretch, the heads in it before breaks, the least and the wished number, of which skill.

        Asked are the slots' needs, and that somebody stays where anybody is at work.
        """
        heads = {skill: self._heads(skill) for skill in {"", *(slot.skill for _, slot in self.slots)}}
        for at, slot in self.slots:
            for stretch in self._inside(_window(self.problem, at, slot)):
                yield stretch, heads[slot.skill][stretch], *at_desk(slot), slot.skill
        for stretch, there in enumerate(heads[""]):
            stays = min(self.terms.least_at_desk, there)
            yield stretch, there, stays, stays, ""

    def _away(self, begun: list[list[list[Any]]]) -> dict[int, list[tuple[_Group, Any]]]:
        """By stretch: how many people of a group are away on one of their breaks."""
        zone = self.problem.desk.zone
        away: dict[int, list[tuple[_Group, Any]]] = {}
        for group, counted in zip(self.groups, begun, strict=True):
            for one, begun_by in zip(group.breaks, counted, strict=True):
                first: dict[int, int] = {}
                last: dict[int, int] = {}
                for number, start in enumerate(one.starts):
                    span = Span(instant(self.day, start, zone), instant(self.day, start + one.minutes, zone))
                    for stretch in self._inside(span):
                        first.setdefault(stretch, number)
                        last[stretch] = number
                for stretch, number in first.items():
                    earlier = begun_by[number - 1] if number else 0
                    away.setdefault(stretch, []).append((group, begun_by[last[stretch]] - earlier))
        return away

    def _costs(self, model: cp_model.CpModel, begun: list[list[list[Any]]]) -> tuple[list[Any], list[int]]:
        """What is to be kept small, and what one of each costs."""
        costs: list[Any] = []
        weights: list[int] = []
        away, minutes = self._away(begun), [end - start for start, end in pairwise(self._cuts)]
        for stretch, heads, least, target, skill in self._needs():
            absent = [(group, count) for group, count in away.get(stretch, ()) if _counted(group, skill)]
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
            for one, begun_by in zip(group.breaks, counted, strict=True):
                for at, start in enumerate(one.starts):
                    off = abs(start - one.ideal) // self.terms.grid
                    if off:
                        costs.append(begun_by[at] - (begun_by[at - 1] if at else 0))
                        weights.append(off)
        return costs, weights

    def _settled(self) -> list[int]:
        """People on a break that is settled already, in each stretch."""
        gone = [0] * (len(self._cuts) - 1)
        for pauses in self.before.values():
            for pause in pauses:
                ends = (instant(pause.duty.day, minute, self.problem.desk.zone) for minute in (pause.start, pause.end))
                for at in self._inside(Span(*ends)):
                    gone[at] += 1
        return gone


def _counted(group: _Group, skill: str) -> bool:
    return group.qualified and (not skill or skill in group.skills)


def _by(one: Owed, begun: Sequence[Any], time: int) -> Any:
    """How many people have begun a break by a time."""
    done = sum(start <= time for start in one.starts)
    return begun[done - 1] if done else 0


# --- The check ---------------------------------------------------------------

NO_ROOM = Sentence("班次“{shift}”放不下它的小休和用餐", "shift {shift} has no room for its breaks")
UNPLACED = Sentence("{day}的小休没有排出（{status}）", "the breaks of {day} were not placed ({status})")
WRONG_NUMBER = Sentence(
    "{who} {day}“{shift}”应有小休 {small} 次、用餐 {meals} 次，现为 {found} 次",
    "{who}, {day}, {shift}: {small} small breaks and {meals} meals are due, there are {found} in all",
)
WRONG_LENGTH = Sentence(
    "{who} {day} {at} 的休息应为 {minutes} 分钟", "{who}, {day}: the break at {at} should take {minutes} minutes"
)
TOO_EARLY_OR_LATE = Sentence(
    "{who} {day} {at} 的休息在上班头或下班前 {minutes} 分钟之内",
    "{who}, {day}: the break at {at} is within {minutes} minutes of the shift's ends",
)
MOVED_TOO_FAR = Sentence(
    "{who} {day} {at} 的用餐离班次表的时刻超过 {minutes} 分钟",
    "{who}, {day}: the meal at {at} is more than {minutes} minutes from its time in the shifts table",
)
TOO_CLOSE = Sentence(
    "{who} {day} {at} 的休息距前一次不足 {minutes} 分钟",
    "{who}, {day}: the break at {at} follows the one before in less than {minutes} minutes",
)
TOO_LONG = Sentence(
    "{who} {day}连续工作超过 {hours:g} 小时", "{who}, {day}: more than {hours:g} hours on end without a real break"
)
OFF_GRID = Sentence(
    "{who} {day} {at} 的休息不在 {minutes} 分钟的格上",
    "{who}, {day}: the break at {at} is off the grid of {minutes} min",
)
TOO_MANY_AWAY = Sentence(
    "{day} {at} 同时休息 {found} 人，最多 {most} 人", "{day}, {at}: {found} people on a break at once, {most} at most"
)
STRAY = Sentence("{who} {day}没有这个班，却有休息", "{who}, {day}: a break without a duty")


def faults(problem: Problem, terms: BreakTerms, roster: Roster, plan: BreakPlan) -> list[Note]:
    """Everything in a plan that the terms do not allow, found from the finished times alone."""
    found: list[Note] = []
    duties = set(roster.duties)
    for pause in plan.pauses:
        if pause.duty not in duties:
            found.append(_note(problem, STRAY, pause.duty))
    for duty in roster.duties:
        found += _duty_faults(problem, terms, duty, sorted(plan.of(duty), key=lambda pause: pause.start))
    if terms.most_away is not None:
        zone = problem.desk.zone
        steps: dict[int, int] = {}
        for pause in plan.pauses:
            start, end = instant(pause.duty.day, pause.start, zone), instant(pause.duty.day, pause.end, zone)
            steps[start] = steps.get(start, 0) + 1
            steps[end] = steps.get(end, 0) - 1
        away = 0
        for at in sorted(steps):
            before, away = away, away + steps[at]
            if away > terms.most_away and away > before:
                first = next(p for p in plan.pauses if instant(p.duty.day, p.start, zone) == at)
                facts = {"day": first.duty.day, "at": clock_text(first.start), "found": away, "most": terms.most_away}
                found.append(Note(TOO_MANY_AWAY, tuple(facts.items())))
    return found


def _note(problem: Problem, sentence: Sentence, duty: Duty, **facts: object) -> Note:
    who = problem.names[duty.worker]
    return Note(sentence, (("who", who), ("day", duty.day), ("shift", duty.shift), *facts.items()))


def _duty_faults(problem: Problem, terms: BreakTerms, duty: Duty, pauses: Sequence[Pause]) -> Iterator[Note]:
    shift = problem.shift_by_code[duty.shift]
    small, meals = [p for p in pauses if not p.meal], [p for p in pauses if p.meal]
    due = int(shift.paid_minutes // (60 * terms.every_hours)) if terms.every_hours else 0
    if (len(small), len(meals)) != (due, len(shift.breaks)):
        yield _note(problem, WRONG_NUMBER, duty, small=due, meals=len(shift.breaks), found=len(pauses))
    lengths = [(pause, terms.minutes) for pause in small]
    for meal, tabled in zip(meals, shift.breaks, strict=False):
        lengths.append((meal, tabled.end - tabled.start))
        if abs(meal.start - tabled.start) > terms.meal_moves or meal.paid != tabled.paid:
            yield _note(problem, MOVED_TOO_FAR, duty, at=clock_text(meal.start), minutes=terms.meal_moves)
    for pause, minutes in lengths:
        if pause.end - pause.start != minutes:
            yield _note(problem, WRONG_LENGTH, duty, at=clock_text(pause.start), minutes=minutes)
    tabled_starts = {pause.start for pause in shift.breaks}
    for pause in pauses:
        at = clock_text(pause.start)
        if pause.start < shift.start + terms.edge or pause.end > shift.end - terms.edge:
            yield _note(problem, TOO_EARLY_OR_LATE, duty, at=at, minutes=terms.edge)
        if pause.start % terms.grid and not (pause.meal and pause.start in tabled_starts):
            yield _note(problem, OFF_GRID, duty, at=at, minutes=terms.grid)
    for one, two in pairwise(pauses):
        if two.start - one.end < terms.apart:
            yield _note(problem, TOO_CLOSE, duty, at=clock_text(two.start), minutes=terms.apart)
    cuts = [shift.start, *(cut for pause in pauses for cut in (pause.start, pause.end)), shift.end]
    work = [Span(*pair) for pair in zip(cuts[::2], cuts[1::2], strict=True)]
    if any(run.minutes > 60 * terms.longest_run_hours for run in joined(work, terms.run_break)):
        yield _note(problem, TOO_LONG, duty, hours=terms.longest_run_hours)
