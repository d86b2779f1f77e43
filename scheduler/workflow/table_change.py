"""Tables that change within a month: the facts that hold the one until a day and the other from it on, and what that means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from scheduler.domain import (
    Burden,
    Demand,
    Duty,
    Event,
    Leave,
    Note,
    Opening,
    Problem,
    ShiftTable,
    SlotNeed,
    Worker,
    day_match,
    present_ids,
)
from scheduler.i18n import LANGS, Sentence, as_template
from scheduler.timeline import ONE_DAY, days_between
from scheduler.workflow.month_facts import Difference, MonthFacts, compare_facts

Row = TypeVar("Row")
Dated = TypeVar("Dated", Demand, SlotNeed)


def merge_facts(then: MonthFacts, now: MonthFacts, since: date) -> MonthFacts:
    """A month's facts that hold `then` before a day, and `now` from it on.

    Calendar, opening hours, demand, slots, shifts, leave, wishes, fixed duties, overtime and events go by their days. People,
    rules and terms are those of `now`; employed they are by the day. Whoever is not in `now` any more stays until the day
    before, and a shift keeps what it was. What went before the month is what `now` says of it.

    Merging facts that are merged already with the same `now` changes nothing, from the same day or a later one.

    Parameters
    ----------
    since : date
        The first day on which `now` holds.
    """
    if since <= now.problem.first:
        return now
    merged = _Merge(rename_people(then.problem, now.problem.workers), now.problem, since)
    return replace(now, problem=merged.problem())


def rename_duties(duties: Iterable[Duty], workers: Iterable[Worker]) -> tuple[Duty, ...]:
    """Duties under the present ids of their people."""
    present = present_ids(workers)
    return tuple(duty._replace(worker=present.get(duty.worker, duty.worker)) for duty in duties)


def rename_people(problem: Problem, workers: Iterable[Worker]) -> Problem:
    """A problem under the present ids of its people, as `workers` give them."""
    present = present_ids(workers)
    if present.keys().isdisjoint(problem.worker_by_id):
        return problem

    def rename(row: Any) -> Any:
        new = present.get(row.worker, row.worker)
        return row._replace(worker=new) if hasattr(row, "_replace") else replace(row, worker=new)

    def renamed(rows: tuple[Row, ...]) -> tuple[Row, ...]:
        return tuple(map(rename, rows))

    return replace(
        problem,
        workers=tuple(replace(worker, id=present.get(worker.id, worker.id)) for worker in problem.workers),
        leave=renamed(problem.leave),
        wishes=renamed(problem.wishes),
        fixed=renamed(problem.fixed),
        overtime=renamed(problem.overtime),
        history=renamed(problem.history),
        past_overtime=renamed(problem.past_overtime),
        carried={present.get(worker, worker): sums for worker, sums in problem.carried.items()},
        events=tuple(
            replace(event, workers=tuple(present.get(worker, worker) for worker in event.workers))
            for event in problem.events
        ),
    )


class _Merge:
    """Two problems of a month, of which the one holds before a day and the other from it on."""

    def __init__(self, then: Problem, now: Problem, since: date) -> None:
        self.then, self.now, self.since = then, now, since
        self.eve = since - ONE_DAY

    def problem(self) -> Problem:
        then, now = self.then, self.now
        workers = self._workers()
        ids = {worker.id for worker in workers}
        gone = ids - set(now.worker_by_id)
        shifts = self._shifts()
        past = (duty for duty in then.history if duty.worker in gone and duty.shift in shifts.on(duty.day))
        past_overtime = (row for row in then.past_overtime if row.worker in gone)
        carried: dict[str, Burden] = {worker: sums for worker, sums in then.carried.items() if worker in gone}
        merged = replace(
            now,
            days=tuple(self._by_day(then.days, now.days, lambda day: day.date)),
            workers=workers,
            former_shifts=tuple(sorted(shifts.former, key=lambda one: (one.until, one.code))),
            leave=self._leave(ids),
            wishes=_in_order(now.wishes, self._rows(then.wishes, now.wishes, ids)),
            fixed=_in_order(now.fixed, self._rows(then.fixed, now.fixed, ids)),
            overtime=_in_order(now.overtime, self._rows(then.overtime, now.overtime, ids)),
            history=(*now.history, *past),
            past_overtime=(*now.past_overtime, *past_overtime),
            carried={**now.carried, **carried},
            events=_in_order(now.events, self._events(ids)),
        )
        return self._with_needs(merged)

    def _by_day(self, then: Iterable[Row], now: Iterable[Row], day: Callable[[Row], date]) -> Iterator[Row]:
        """The rows of `then` of days before, and those of `now` of the others."""
        yield from (row for row in then if day(row) < self.since)
        yield from (row for row in now if day(row) >= self.since)

    def _rows(self, then: Iterable[Any], now: Iterable[Any], ids: set[str]) -> list[Any]:
        """As `_by_day`, of people who are known, in the order of days."""
        found = self._by_day(then, now, lambda row: row.day)
        return sorted((row for row in found if row.worker in ids), key=lambda row: row.day)

    # People and shifts

    def _workers(self) -> tuple[Worker, ...]:
        then, now = self.then, self.now
        stay = tuple(
            replace(worker, leaves=self.eve if worker.leaves is None else min(worker.leaves, self.eve))
            for worker in then.workers
            if worker.id not in now.worker_by_id
            and any(worker.employed(day) for day in days_between(then.first, self.eve))
        )
        return (*(self._employed(then.worker_by_id.get(worker.id), worker) for worker in now.workers), *stay)

    def _employed(self, then: Worker | None, now: Worker) -> Worker:
        """A person of `now`, employed before the day as `then` says."""
        hired, leaves = now.hired, now.leaves
        if then is None or (then.hired is not None and then.hired >= self.since):
            hired = max(hired or self.since, self.since)
        else:
            hired = then.hired
            if leaves is not None and leaves < self.since:
                leaves = min(then.leaves or self.eve, self.eve)
        return now if (hired, leaves) == (now.hired, now.leaves) else replace(now, hired=hired, leaves=leaves)

    def _shifts(self) -> ShiftTable:
        """The shifts of `now`, which before the day stand for what they did in `then`, and before the month for what `now` says."""
        then, now = self.then, self.now
        table = ShiftTable(now.shifts).recall(then.shift_table, days_between(then.first, self.eve), absent=True)
        if now.history_from is None and not now.history:
            return table
        past = min([day for day in (now.history_from, *(duty.day for duty in now.history)) if day is not None])
        return table.recall(now.shift_table, days_between(past, now.first - ONE_DAY), absent=True)

    # What is settled by day

    def _leave(self, ids: set[str]) -> tuple[Leave, ...]:
        """Leave cut at the day; what goes on over it in both is one leave."""
        before = [cut for row in self.then.leave if row.worker in ids if (cut := _cut(row, date.min, self.eve))]
        found = []
        for row in self.now.leave:
            after = _cut(row, self.since, date.max)
            if after is None:
                continue
            ending = (one for one in before if replace(one, first=after.first, last=after.last) == after)
            same = next((one for one in ending if one.last == self.eve and after.first == self.since), None)
            if same is not None:
                before.remove(same)
                after = replace(after, first=same.first)
            found.append(after)
        return _in_order(self.now.leave, _in_order(self.then.leave, before + found))

    def _events(self, ids: set[str]) -> list[Event]:
        """Events by the day of their last sitting."""
        found = self._by_day(self.then.events, self.now.events, lambda event: max(one.day for one in event.sittings))
        return [replace(event, workers=tuple(one for one in event.workers if one in ids)) for event in found]

    # What is needed by day

    def _with_needs(self, merged: Problem) -> Problem:
        """The merged problem with opening hours, demand and slots as they are before the day and from it on."""
        desk = self.now.desk
        asked = replace(merged, desk=replace(desk, opening=self._opening(merged)))
        demand = _dated(
            self.now.demand,
            _kind_of_demand,
            {day: self._source(day).demand_on(day) for day in merged.dates},
            {day: asked.demand_on(day) for day in merged.dates},
        )
        slots = _dated(
            self.now.slots,
            _kind_of_slot,
            {day: self._source(day).slots_on(day) for day in merged.dates},
            {day: asked.slots_on(day) for day in merged.dates},
        )
        return replace(asked, demand=demand, slots=slots)

    def _source(self, day: date) -> Problem:
        return self.then if day < self.since else self.now

    def _opening(self, merged: Problem) -> tuple[Opening, ...]:
        opening = self.now.desk.opening
        if all(merged.opening_on(day) == self._source(day).opening_on(day) for day in merged.dates):
            return opening
        found = []
        for day in merged.dates:
            source = self._source(day)
            fits = [(day_match(hours.on, source.day_by_date[day]), hours) for hours in source.desk.opening]
            best = max((fit for fit, _ in fits), default=0)
            found += [hours._replace(on=day.isoformat()) for fit, hours in fits if fit and fit == best]
        return tuple(found)


def _kind_of_demand(row: Demand) -> Hashable:
    """What rows that stand in for one another on different days share."""
    return row.shift, row.role, row.skill


def _kind_of_slot(slot: SlotNeed) -> Hashable:
    """As `_kind_of_demand`, of a slot."""
    return slot.start, slot.end, slot.skill


def _dated(
    rows: Sequence[Dated],
    key: Callable[[Dated], Hashable],
    wanted: Mapping[date, Iterable[Dated]],
    told: Mapping[date, Iterable[Dated]],
) -> tuple[Dated, ...]:
    """Rows that ask on each day for what is wanted there: of those whose rows tell something else, one for each day.

    Parameters
    ----------
    told : mapping of date to rows
        What `rows` as they stand ask for.
    """
    changed = _other_keys(wanted.__getitem__, told.__getitem__, key, wanted)
    kept = tuple(row for row in rows if key(row) not in changed)
    every = ((day, row) for day, there in wanted.items() for row in there)
    return kept + tuple(replace(row, on=day.isoformat()) for day, row in every if key(row) in changed)


def _in_order(now: tuple[Row, ...], found: Sequence[Row]) -> tuple[Row, ...]:
    """The rows found, in the order of `now` where they are the same."""
    return now if Counter(now) == Counter(found) else tuple(found)


def _cut(leave: Leave, first: date, last: date) -> Leave | None:
    """What of a leave lies in a range of days."""
    first, last = max(leave.first, first), min(leave.last, last)
    return replace(leave, first=first, last=last) if first <= last else None


# What a change means


def describe_change(then: MonthFacts, now: MonthFacts, since: date) -> tuple[Note, ...]:
    """What holding `now` from a day on changes in a month that is made with `then`, table by table; empty for nothing.

    Rows of days before it are passed over, and so is what asks for the same in other rows.
    """
    known = rename_people(then.problem, now.problem.workers)
    renamed = [
        Note(RENAMED, (("name", now.problem.names[new]), ("old", old), ("new", new)))
        for old, new in present_ids(now.problem.workers).items()
        if old in then.problem.worker_by_id
    ]
    before, after = (_from(problem, other, since) for problem, other in ((known, now.problem), (now.problem, known)))
    found = []
    for one in compare_facts(replace(then, problem=before), replace(now, problem=after)):
        dated = one._replace(changed=()) if one.table == "workers" else one
        if one.table not in UNDATED and (dated.added or dated.removed or dated.changed):
            found.append(Note(FROM_THEN, (("day", since), ("change", _worded(dated)))))
        if one.table in UNDATED or (one.changed and dated is not one):
            whole = one if one.table in UNDATED else one._replace(added=(), removed=())
            found.append(Note(ALL_MONTH, (("change", _worded(whole)),)))
    return (*renamed, *found)


UNDATED = ("desk", "rules", "procedure", "breaks")
RENAMED = Sentence("{name}：工号 {old} → {new}", "{name}: id {old} → {new}")
FROM_THEN = Sentence("{day}起，{change}", "from {day} on, {change}")
ALL_MONTH = Sentence("对全月，{change}", "for the whole month, {change}")


def _worded(one: Difference) -> Sentence:
    return Sentence(*(as_template(one.say(lang)) for lang in LANGS))


def _from(problem: Problem, other: Problem, since: date) -> Problem:
    """The rows of a problem that speak of a day or of later ones, without needs that are those of another problem there."""
    days = [day for day in problem.dates if day >= since]
    demand = _other_keys(problem.demand_on, other.demand_on, _kind_of_demand, days)
    slots = _other_keys(problem.slots_on, other.slots_on, _kind_of_slot, days)
    same_hours = all(problem.opening_on(day) == other.opening_on(day) for day in days)
    formerly = {worker.id: worker.formerly for worker in other.workers}
    workers = [worker for worker in problem.workers if worker.leaves is None or worker.leaves >= since]
    ids = {worker.id for worker in workers}

    def later(rows: Iterable[Any]) -> tuple[Any, ...]:
        return tuple(row for row in rows if row.day >= since and row.worker in ids)

    return replace(
        problem,
        days=tuple(day for day in problem.days if day.date >= since) or problem.days[-1:],
        desk=replace(problem.desk, opening=() if same_hours else problem.desk.opening),
        workers=tuple(
            replace(
                worker,
                hired=worker.hired if worker.hired and worker.hired > since else None,
                formerly=worker.formerly or formerly.get(worker.id, ()),
            )
            for worker in workers
        ),
        demand=tuple(row for row in problem.demand if _kind_of_demand(row) in demand),
        slots=tuple(slot for slot in problem.slots if _kind_of_slot(slot) in slots),
        leave=tuple(cut for row in problem.leave if row.worker in ids and (cut := _cut(row, since, date.max))),
        wishes=later(problem.wishes),
        fixed=later(problem.fixed),
        overtime=later(problem.overtime),
        history=(),
        past_overtime=(),
        events=tuple(event for event in problem.events if max(one.day for one in event.sittings) >= since),
    )


def _other_keys(
    asked: Callable[[date], Iterable[Dated]],
    other: Callable[[date], Iterable[Dated]],
    key: Callable[[Dated], Hashable],
    days: Iterable[date],
) -> set[Hashable]:
    """The kinds of rows that ask for something else on some of the days."""
    found: set[Hashable] = set()
    for day in days:
        mine, theirs = ({key(row): replace(row, on="all") for row in rows} for rows in (asked(day), other(day)))
        found |= {kind for kind in mine.keys() | theirs.keys() if mine.get(kind) != theirs.get(kind)}
    return found
