"""Work stretches: a worker's month as runs of working days in a row, one literal for each legal run.

Rest between stretches packs like intervals, which linear relaxations see. The
*layered* copy of a model expands the stretches by a count kept along the
month (a state-expanded formulation), which is tighter still.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from ortools.sat.python import cp_model

from scheduler.model.literals import Literal, known_no
from scheduler.time_limit import TimeLimit
from scheduler.timeline import ONE_DAY

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

LAYERED = 5  # times the model's own variables, at most: 3.9 on public instance 18, 6.5 on 20


class Runs(NamedTuple):
    """Days in a row at least and at most (0: no cap), and days off between two runs at least."""

    least: int
    most: int
    off: int


class Stretch(NamedTuple):
    """A run of working days, both ends included, and whether it is there."""

    first: date
    last: date
    there: Literal


class Counted(NamedTuple):
    """Groups of days (weekends, say), of which the worker's stretches touch at most `most`."""

    worker: str
    groups: Sequence[Sequence[date]]
    most: int


class Stretches:
    """The stretches of all workers of a model, made on first use.

    A worker's month is made of stretches only in a plain model (neither guarded nor with anything allowed), and only
    where they make bounds tighter: where a run has a maximum, and more than one day at least on or off.
    """

    def __init__(self, model: RosterModel, plain: bool) -> None:
        self._model, self._plain = model, plain
        self._said: dict[str, dict[str, Runs]] = {}
        self._made: dict[str, tuple[Stretch, ...]] = {}
        self._idle: dict[tuple[str, date, date], Literal | None] = {}
        self._counted: list[Counted] = []

    def limit(self, worker: str, rule: str, runs: Runs) -> None:
        """Record what a rule says of a worker's runs."""
        self._said.setdefault(worker, {})[rule] = runs

    def hold(self, worker: str, rule: str) -> bool:
        """Whether stretches alone enforce what the rule said of the worker's runs."""
        return rule in self._said.get(worker, {}) and self._apply_to(worker)

    def __bool__(self) -> bool:
        """Whether anybody's month is made of stretches."""
        return any(self._made.values())

    def _limits(self, worker: str) -> Runs:
        """What all rules say of a worker's runs together."""
        said = self._said.get(worker, {}).values()
        caps = [one.most for one in said if one.most]
        most = min(caps, default=0)
        return Runs(max((r.least for r in said), default=1), most, max((r.off for r in said), default=1))

    def _apply_to(self, worker: str) -> bool:
        """Whether the worker's month is made of stretches."""
        limits = self._limits(worker)
        return bool(self._plain and limits.most and (limits.least > 1 or limits.off > 1))

    def of(self, worker: str) -> tuple[Stretch, ...]:
        """The worker's stretches, made on first use; none where the month is not made of them."""
        if worker not in self._made:
            self._made[worker] = self._make(worker) if self._apply_to(worker) else ()
        return self._made[worker]

    def _make(self, worker: str) -> tuple[Stretch, ...]:
        model = self._model
        dates, limits, elsewhere = model.problem.dates, self._limits(worker), model.problem.at_work_elsewhere
        away = [elsewhere(worker, day) for day in dates]
        can = [away[at] or not known_no(model.works_on(worker, day)) for at, day in enumerate(dates)]
        held = [(worker, day) in model.held and not known_no(model.works_on(worker, day)) for day in dates]
        carried, certain = self._eve(worker)
        stretches = []
        for start in range(len(dates)):
            before = max(0, carried) if start == 0 else 0
            if start and carried > 0 and start < limits.off:
                continue  # too soon after the last duty before the month
            if carried <= 0 and certain and start - carried < limits.off:
                continue
            if start and held[start - 1]:
                continue  # a held duty on the day before would be part of it
            for end in range(start, min(len(dates), start + limits.most - before)):
                if not can[end]:
                    break
                if end + 1 < len(dates) and held[end + 1]:
                    continue  # and so would one on the day after
                open_ended = end == len(dates) - 1 or (start == 0 and carried >= 0 and not certain)
                if open_ended or before + end - start + 1 >= limits.least:
                    alone = not (start and can[start - 1]) and not (end + 1 < len(dates) and can[end + 1])
                    # nothing to decide in a run that is held from end to end
                    there: Literal = 1 if alone and all(held[start : end + 1]) else model.cp.new_bool_var("")
                    stretches.append(Stretch(dates[start], dates[end], there))
        for at, day in enumerate(dates):
            covering = [one.there for one in stretches if one.first <= day <= one.last]
            model.one_of(covering if away[at] else [*covering, model.rests_on(worker, day)])
            until = day + limits.off * ONE_DAY
            soon = [one.there for one in stretches if day < one.first <= until]
            model.one_of([*(covering if away[at] else [model.works_on(worker, day)]), *soon], least=0)
        if certain and 0 < carried < limits.least:
            model.one_of([one.there for one in stretches if one.first == dates[0]])  # the run goes on
        return tuple(stretches)

    def _eve(self, worker: str) -> tuple[int, bool]:
        """How many days in a row the worker worked (or, negative, rested) before the month, and whether history has all of them."""
        model = self._model
        known = model.problem.history_from
        day, count = model.problem.first - ONE_DAY, 0
        if known is None:  # days off are unknown then; duties in the history still count
            while not known_no(model.works_on(worker, day)):
                count, day = count + 1, day - ONE_DAY
            return count, False
        on = day >= known and not known_no(model.works_on(worker, day))
        while day >= known and (not known_no(model.works_on(worker, day))) == on:
            count, day = count + 1, day - ONE_DAY
        return (count if on else -count), day >= known

    def idle(self, worker: str, days: Sequence[date]) -> Literal | None:
        """Whether the worker begins no duty on days that follow one another, where stretches tell; else `None`."""
        key = (worker, days[0], days[-1])
        if key not in self._idle:
            self._idle[key] = self._make_idle(worker, days)
        return self._idle[key]

    def _make_idle(self, worker: str, days: Sequence[date]) -> Literal | None:
        model, first = self._model, self._model.problem.first
        stretches = self.of(worker)
        away = any(model.problem.at_work_elsewhere(worker, day) for day in days)
        if not stretches or away or len(days) > self._limits(worker).off + 1:
            return None
        begun = [model.works_on(worker, day) for day in days if day <= max(days[0], first)]
        touching = [on for on in begun if not known_no(on)] + [
            one.there for one in stretches if days[0] < one.first <= days[-1] and one.first > first
        ]
        if not touching or any(isinstance(there, int) for there in touching):
            return int(not touching)  # none that could reach these days, or one that is known to
        idle = model.cp.new_bool_var("")
        model.cp.add_exactly_one([*touching, idle])  # no two stretches come so close
        return idle

    def count(self, worker: str, groups: Sequence[Sequence[date]], at_most: int) -> None:
        """Note for the layered copy that the worker's stretches touch at most so many groups of days."""
        problem = self._model.problem
        inside = all(problem.first <= days[0] and days[-1] <= problem.last for days in groups)
        if inside and all(self.idle(worker, days) is not None for days in groups):
            self._counted.append(Counted(worker, groups, at_most))

    def layered(self, time_limit: TimeLimit) -> cp_model.CpModel | None:
        """The model with a count kept along each month of stretches (`RosterModel.layered`)."""
        model = self._model
        more = sum((len(self.of(one.worker)) + len(model.problem.dates)) * (one.most + 1) for one in self._counted)
        if not self._counted or more > LAYERED * len(model.cp.proto.variables):
            return None
        cp = model.cp.clone()
        for one in self._counted:
            time_limit.check()
            self._layer(cp, one)
        return cp

    def _layer(self, cp: cp_model.CpModel, counted: Counted) -> None:
        dates, off = self._model.problem.dates, self._limits(counted.worker).off
        at = {day: number for number, day in enumerate(dates)}
        # by first day: which stretch, where the next may begin, how many groups it touches
        begins: list[list[tuple[int, int, int]]] = [[] for _ in dates]
        stretches = self.of(counted.worker)
        for which, one in enumerate(stretches):
            touched = sum(one.first <= days[-1] and one.last >= days[0] for days in counted.groups)
            begins[at[one.first]].append((which, min(len(dates), at[one.last] + 1 + off), touched))
        ways: list[list[Literal]] = [[] for _ in stretches]
        into: dict[tuple[int, int], list[Literal]] = {(0, 0): [1]}  # by day and count: the arcs of the path
        for day in range(len(dates)):
            for count in range(counted.most + 1):
                if (day, count) not in into:
                    continue
                leave: list[Literal] = [cp.new_bool_var("")]
                into.setdefault((day + 1, count), []).append(leave[0])
                for which, until, touched in begins[day]:
                    if count + touched <= counted.most:
                        leave.append(cp.new_bool_var(""))
                        ways[which].append(leave[-1])
                        into.setdefault((until, count + touched), []).append(leave[-1])
                cp.add(cp_model.LinearExpr.sum(leave) == cp_model.LinearExpr.sum(into[day, count]))
        for one, found in zip(stretches, ways, strict=True):
            cp.add(cp_model.LinearExpr.sum(found) == one.there)

    def places(self) -> list[tuple[int, str, date, date]]:
        """Variable index, worker, first and last day of each stretch that the solver decides."""
        return [
            (one.there.index, worker, one.first, one.last)
            for worker, stretches in self._made.items()
            for one in stretches
            if not isinstance(one.there, int)
        ]
