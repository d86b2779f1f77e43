"""Audit a roster workbook."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scheduler.app.months import problem_to_read, rulebook_to_read
from scheduler.audit.audit import Audit, audit
from scheduler.audit.open_duties import OpenDuty, find_open_duties
from scheduler.domain import Note, Problem, Roster
from scheduler.errors import InputError
from scheduler.files.reading.desk import read_desk

if TYPE_CHECKING:
    from scheduler.files.reading.roster_grid import ReadGrid


@dataclass(frozen=True)
class Verified:
    """A roster workbook, audited.

    Attributes
    ----------
    grid : ReadGrid
        All that its grid says, leave included.
    notes : tuple of Note
        The leave in which it is not what the desk has approved.
    open : tuple of OpenDuty
        Of what is broken, what means no more than that somebody is missing.
    """

    problem: Problem
    roster: Roster
    audit: Audit
    _: KW_ONLY
    grid: ReadGrid
    notes: tuple[Note, ...] = ()
    open: tuple[OpenDuty, ...] = ()


def verify_workbook(desk: Path, workbook: Path, store: str | None = None) -> Verified:
    """Audit a roster workbook, the program's own or one changed by hand, against a desk's tables."""
    from scheduler.app.leave_comparison import compare_leave
    from scheduler.files.reading.month_sheets import read_book, read_month
    from scheduler.files.reading.roster_grid import read_grid
    from scheduler.files.reading.why_no_grid import why_no_month

    files = read_desk(desk)
    month = read_month(workbook)
    if month is None:
        raise InputError([why_no_month(workbook, read_book(workbook))])
    problem = problem_to_read(files, month, store)
    grid = read_grid(workbook, problem)
    found = audit(problem, rulebook_to_read(files, month, store), grid.roster)
    notes = tuple(compare_leave(grid, problem).notes(problem))
    leaves = find_open_duties(problem, found)
    return Verified(problem, grid.roster, found, grid=grid, notes=notes, open=leaves)
