"""Audit a roster workbook."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scheduler.app.months import problem_to_read, rulebook_to_read
from scheduler.audit.audit import Audit, audit
from scheduler.domain import Problem, Roster
from scheduler.errors import Fault, InputError
from scheduler.files.reading.desk import read_desk
from scheduler.i18n import Sentence


@dataclass(frozen=True)
class Verified:
    """A roster workbook, audited."""

    problem: Problem
    roster: Roster
    audit: Audit


def verify_workbook(desk: Path, workbook: Path, store: str | None = None) -> Verified:
    """Audit a roster workbook, the program's own or one changed by hand, against a desk's tables."""
    from scheduler.files.reading.month_sheets import read_month
    from scheduler.files.reading.roster_grid import read_roster

    files = read_desk(desk)
    month = read_month(workbook)
    if month is None:
        wanted = Sentence("排班表：一行日期、一列工号", "a roster: a row of dates and a column of ids")
        raise InputError([Fault(workbook.name, wanted)])
    problem = problem_to_read(files, month, store)
    roster = read_roster(workbook, problem)
    return Verified(problem, roster, audit(problem, rulebook_to_read(files, month, store), roster))
