"""The roster as worked: what was entered after the fact, laid over the roster as planned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from scheduler.domain import Month, Roster
from scheduler.i18n import Sentence
from scheduler.workflow.attendance import Attendance, Finding, last_words, standing
from scheduler.workflow.change_request import Cell
from scheduler.workflow.facts import EnteredFacts, Entry

AS_WORKED = "WORKED"  # of a version, in place of what is proved of it: a past month as it was worked
AS_WORKED_NAME = Sentence("实际所上的班", "as it was worked")
Worked = Mapping[tuple[str, date], tuple[str, ...]]  # by worker and day: the shifts that were worked


def worked_cells(entries: Iterable[Entry]) -> dict[tuple[str, date], tuple[str, ...]]:
    """What entries after the fact say of cells; of several about one cell the last."""
    return {
        (one.worker, one.day): one.after
        for entry in entries
        if entry.event == "entered"
        for one in EnteredFacts.read(entry.facts).changes
    }


def as_worked(planned: Roster, worked: Worked) -> Roster:
    """A roster as it was worked, as far as that is known; what is not known was worked as planned."""
    days = {duty.day for duty in planned.duties}
    if not days or not worked:
        return planned
    first, last = min(days).replace(day=1), max(days)
    mine = {cell: codes for cell, codes in worked.items() if first <= cell[1] <= last}
    return planned.replace_cells(mine) if mine else planned


def cells_by_request(entries: Iterable[Entry]) -> dict[int, set[Cell]]:
    """By request, the cells that it entered after the fact: they were planned otherwise, and stay so on paper."""
    found: dict[int, set[Cell]] = {}
    for entry in entries:
        if entry.event == "entered":
            facts = EnteredFacts.read(entry.facts)
            if not facts.request:
                continue
            found.setdefault(facts.request, set()).update(Cell(one.worker, one.day) for one in facts.changes)
    return found


def confirmed_attendance(entries: Iterable[Entry]) -> tuple[Attendance, ...]:
    """What holds of all attendance that was confirmed."""
    return standing(_attendance(entries))


def rejected_attendance(entries: Iterable[Entry]) -> tuple[Attendance, ...]:
    """What HR said last is not so: findings that were rejected, or taken back."""
    return tuple(one for one in last_words(_attendance(entries)) if not one.holds)


def erased_attendance(entries: Iterable[Entry]) -> list[Month]:
    """Of each finding about attendance that was erased from the ledger the month."""
    return [Month.of(one.day) for one in _attendance(entries) if one.finding == Finding.ERASED]


def _attendance(entries: Iterable[Entry]) -> Iterator[Attendance]:
    for entry in entries:
        if entry.event == "entered":
            yield from EnteredFacts.read(entry.facts).attendance
