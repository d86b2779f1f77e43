"""Cells that are held while the rest of a month is made: from a workbook that somebody filled in, or of a version."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from scheduler import clock
from scheduler.app.drafts import is_stamp_of
from scheduler.app.leave_comparison import compare_leave
from scheduler.app.locations import NO_ROSTER, open_known_ledger
from scheduler.app.months import coming_month, problem_to_read
from scheduler.domain import Month, Note, Problem, Roster
from scheduler.errors import InputError, LedgerError, Refusal
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.files.reading.month_sheets import read_month
from scheduler.files.reading.places import Place
from scheduler.files.reading.roster_grid import ReadGrid, read_grid
from scheduler.files.writing.properties import read_stamp
from scheduler.i18n import LANGS, Sentence, as_template, join_items
from scheduler.ledger.store import Ledger, VersionRow
from scheduler.timeline import days_between

Cell = tuple[str, date]  # a worker's id and a day

FROM_CHANGES = Sentence(
    "{file} 出自第 {n} 版：定住其中改过的 {cells} 格，其余重排",
    "{file} was made from version {n}: the {cells} cells that were changed in it are held, the rest is made anew",
)
FROM_FILLED = Sentence(
    "{file} 不是本账册某一版的工作簿：定住其中填了班次或写明休息的 {cells} 格，空格任排",
    "{file} is no workbook of a version of this ledger: the {cells} cells with a shift or a day off in words are held, empty ones are open",
)
HOLDS = Sentence("定住 {cells} 格，其余重排", "{cells} cells are held, the rest is made anew")
OTHER_MONTH = Sentence("{month} 的排班表", "a roster of {month}")
NOT_OF_MONTH = Sentence("第 {n} 版是 {month} 的", "version {n} is of {month}")
NO_CELL = Sentence("{month} 没有这样的格子：{cells}", "{month} has no such cells: {cells}")
NO_SHIFT = Sentence("{day}没有班次“{shift}”", "{day} has no shift {shift}")
NEW_LEAVE = Sentence(
    "班次，或“休”；请假请先记入请假表（批准后自然不排班），再定住其余的格子",
    "a shift, or “off”; enter leave in the leave table first (then nobody is put on duty there), and hold the other cells",
)
TWICE = Sentence("同一格定成两样：{cells}", "cells that are held to two different things: {cells}")


@dataclass(frozen=True, kw_only=True)
class Held:
    """Cells that are held by hand in a month.

    Attributes
    ----------
    cells : mapping of Cell to codes
        The shifts that begin in each; none for a day off.
    around : int or None
        The version that they were changed in: from it the fewest changes are counted.
    notes : tuple of Note
        How the workbook was understood.
    """

    month: Month
    cells: Mapping[Cell, tuple[str, ...]]
    around: int | None = None
    notes: tuple[Note, ...] = field(default=())


def read_held(
    desk: Path,
    month: Month | None = None,
    *,
    file: Path | None = None,
    around: int | None = None,
    keep: Collection[Cell] = (),
    store: str | None = None,
    now: clock.Clock = clock.now,
) -> Held:
    """The cells to hold: those changed or filled in in a workbook, and those that a version is to keep.

    Parameters
    ----------
    month : Month, optional
        By default that of the workbook, else of the version, else the coming one.
    file : Path, optional
        A roster grid as `import` reads it. Made from a version of the ledger, the cells in which it differs are held;
        else those with a shift, or with a day off in words.
    around : int, optional
        A version of the month; by default the one that the workbook was made from.
    keep : collection of Cell
        Cells that hold what they hold in that version.

    Raises
    ------
    InputError
        The workbook cannot be read, or is of another month.
    Refusal, LedgerError
        There is no such version or cell, or the two say different things of one.
    """
    files, cells, notes = read_desk(desk), dict[Cell, tuple[str, ...]](), list[Note]()
    with open_known_ledger(desk, store) or nullcontext() as ledger:
        if around is not None and ledger is None:
            raise LedgerError(NO_ROSTER)
        row = ledger.version(files.desk.id, around) if ledger and around is not None else None
        month = month or (file and read_month(file)) or (row.month if row else coming_month(files, now))
        if row and row.month != month:
            raise Refusal(NOT_OF_MONTH, n=around, month=row.month)
        if file is not None:
            row, cells, note = _read_file(files, file, month, ledger, row, store)
            notes.append(note)
    if keep:
        strange = [one for one in keep if row is None or one[0] not in row.people or Month.of(one[1]) != month]
        if row is None or strange:
            raise Refusal(NO_CELL, month=month, cells=_say_cells(strange))
        kept = {(who, day): Roster(row.duties).on(who, day) for who, day in keep}
        if both := [cell for cell in kept if cells.get(cell, kept[cell]) != kept[cell]]:
            raise Refusal(TWICE, cells=_say_cells(both))
        cells |= kept
    if not file:
        notes.append(Note(HOLDS, (("cells", len(cells)),)))
    return Held(month=month, cells=cells, around=row.number if row else None, notes=tuple(notes))


def _read_file(
    files: DeskFiles, file: Path, month: Month, ledger: Ledger | None, row: VersionRow | None, store: str | None
) -> tuple[VersionRow | None, dict[Cell, tuple[str, ...]], Note]:
    """What a workbook holds, and how it was understood."""
    stamp = read_stamp(file)
    if (found := read_month(file)) != month:
        said = str(found) if found else "–"
        raise InputError([Place(file.name).fault(OTHER_MONTH, said, month=month)])
    problem = problem_to_read(files, month, store)
    grid = read_grid(file, problem)
    _refuse_new_leave(grid, problem)
    rows = ledger.versions(files.desk.id, month) if ledger else []
    made_from = row or next((one for one in rows if is_stamp_of(stamp, one)), None)
    if made_from:
        changes = grid.roster.changes_from(Roster(made_from.duties))
        cells = {(one.worker, one.day): one.after for one in changes}
        facts = (("file", file.name), ("n", made_from.number), ("cells", len(cells)))
        return made_from, cells, Note(FROM_CHANGES, facts)
    filled = {(duty.worker, duty.day) for duty in grid.roster.duties} | grid.off
    cells = {cell: grid.roster.on(*cell) for cell in filled}
    return None, cells, Note(FROM_FILLED, (("file", file.name), ("cells", len(cells))))


def _refuse_new_leave(grid: ReadGrid, problem: Problem) -> None:
    """Refuse leave that the desk has not approved: a held cell is a shift or a day off, and leave is neither.

    Raises
    ------
    InputError
        Each such cell.
    """
    faults = list(grid.unclear)
    for leave in compare_leave(grid, problem).added:
        for day in days_between(leave.first, leave.last):
            place, text = grid.texts[leave.worker, day]
            faults.append(place.fault(NEW_LEAVE, text))
    if faults:
        raise InputError(faults)


def check_held(problem: Problem, cells: Mapping[Cell, tuple[str, ...]]) -> None:
    """Refuse cells and shifts that a month does not have.

    Raises
    ------
    Refusal
    """
    strange = [cell for cell in cells if cell[0] not in problem.worker_by_id or cell[1] not in problem.day_by_date]
    if strange:
        raise Refusal(NO_CELL, month=problem.month, cells=_say_cells(strange))
    for (_, day), codes in cells.items():
        for code in codes:
            if code not in problem.codes_on(day):
                raise Refusal(NO_SHIFT, day=day, shift=code)


def _say_cells(cells: Collection[Cell]) -> Sentence:
    said = [f"{who}@{day.isoformat()}" for who, day in cells]
    return Sentence(*(as_template(join_items(said, lang)) for lang in LANGS))
