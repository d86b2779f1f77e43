"""What a desk's ledger holds of its months: who was to work by the version in force, and who did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scheduler.app.months import read_facts, tables_facts, version_facts
from scheduler.domain import Duty, Month, Note
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.hr.in_force import (
    HeldMonth,
    Made,
    Window,
    entered_by,
    gaps_of,
    is_in_force,
    lay_over,
    planned_duties,
    windows_in_force,
    with_hours_away,
    with_requests,
)
from scheduler.i18n import Sentence
from scheduler.ledger.store import EntryRow, Ledger, VersionRow
from scheduler.workflow.amendment import amend_problem
from scheduler.workflow.change_request import Request
from scheduler.workflow.log_steps import Step, log_steps
from scheduler.workflow.month_facts import MonthFacts
from scheduler.workflow.replay import replay_requests
from scheduler.workflow.worked import worked_cells

UNRECORDED = Sentence(
    "第 {n} 版由本程序的较早版本记录，没有存下当时的表：其班次按现在的表计",
    "version {n} was recorded by an earlier release without what it was made with: its shifts count as the tables of today say",
)
NOT_KNOWN = Sentence(
    "{month} 有 {n} 个班，第 {version} 版所用的表里没有那个班次，不计",
    "{n} duties of {month} are on shifts that the tables of version {version} do not have, and are not counted",
)


@dataclass(frozen=True)
class Holding:
    """What a desk's log tells of its months, to be read month by month."""

    files: DeskFiles
    ledger: Ledger
    entries: Sequence[EntryRow]
    steps: Sequence[Step]
    windows: Mapping[Month, tuple[Window, ...]]
    requests: tuple[Request, ...]


def read_holding(files: DeskFiles, ledger: Ledger, until: int | None = None) -> Holding:
    """Read a desk's log, up to one of its entries.

    Raises
    ------
    LedgerError
        It cannot be read.
    """
    entries = ledger.entries(files.desk.id)[:until]
    months = {one.number: one.month for one in ledger.outlines(files.desk.id)}
    requests = tuple(replay_requests(entries).values())
    return Holding(files, ledger, entries, log_steps(entries), windows_in_force(entries, months), requests)


def read_month(holding: Holding, month: Month) -> tuple[HeldMonth, list[Note]]:
    """A month as it was held, and what has to be said of it; where no version ever was in force, as the tables tell it.

    Raises
    ------
    InputError, LedgerError
    """
    files, ledger, windows = holding.files, holding.ledger, holding.windows.get(month, ())
    if not windows:
        facts = tables_facts(files, ledger, month, None)
        return HeldMonth(problem=facts.problem, rulebook=facts.rulebook), []
    rows = {one.version: ledger.version(files.desk.id, one.version) for one in windows}
    notes = [Note(UNRECORDED, (("n", row.number),)) for row in rows.values() if not row.made_with]
    versions: dict[int, Made] = {}
    for number, row in rows.items():
        versions[number], strangers = made_of(holding, row)
        if strangers:
            notes.append(Note(NOT_KNOWN, (("month", month), ("n", strangers), ("version", number))))
    facts = version_facts(files, ledger, rows[windows[-1].version])
    worked = {cell: codes for cell, codes in worked_cells(holding.entries).items() if Month.of(cell[1]) == month}

    def by_whose_shifts(duty: Duty) -> Made:
        """The version in force when a duty began that it did not hold; else the last one that knows its shift."""
        known = [one for one in windows if duty.shift in versions[one.version].problem.codes_on(duty.day)]
        for window in known:
            begins = versions[window.version].problem.true_span(duty.day, duty.shift).start * 60
            if is_in_force(window, begins):
                return versions[window.version]
        return versions[(known or windows)[-1].version]

    duties = lay_over(planned_duties(windows, versions), worked, entered_by(holding.entries), by_whose_shifts)
    problem = amend_problem(facts.problem, holding.requests)
    held = HeldMonth(
        problem=problem,
        rulebook=facts.rulebook,
        windows=windows,
        gaps=gaps_of(month, windows, files.desk.zone),
        fingerprints={row.number: row.fingerprint for row in rows.values()},
        duties=tuple(with_hours_away(with_requests(duties, holding.steps), problem)),
    )
    return held, notes


def made_of(holding: Holding, row: VersionRow) -> tuple[Made, int]:
    """A version as it was made, and how many of its duties nobody can count any more."""
    facts = made_with(holding, row)
    known = tuple(duty for duty in row.duties if duty.shift in facts.problem.codes_on(duty.day))
    return Made(row.number, row.fingerprint, facts.problem, known), len(row.duties) - len(known)


def made_with(holding: Holding, row: VersionRow) -> MonthFacts:
    """What a version was made with, just as it was recorded; where it was not, as the tables tell it."""
    parts = holding.ledger.parts(row)
    return read_facts(row, parts) if parts else tables_facts(holding.files, holding.ledger, row.month, None)


def months_between(first: Month, last: Month) -> list[Month]:
    """Months in order, both ends included."""
    found = [first]
    while found[-1] < last:
        found.append(found[-1].next)
    return found if first <= last else []
