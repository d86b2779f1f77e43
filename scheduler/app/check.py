"""Read a desk and do a month's arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scheduler import clock
from scheduler.app.months import coming_month, compare_live_with_tables, problem_to_read
from scheduler.audit.precheck import Balance, compare_capacity
from scheduler.domain import Month, Note, Problem
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.desk_files import DeskFiles


@dataclass(frozen=True)
class Checked:
    """A desk that can be read, and the manager's arithmetic for a month.

    Attributes
    ----------
    notes : tuple of Note
        In what the tables differ from those that the version in force was made with.
    """

    files: DeskFiles
    problem: Problem
    balances: tuple[Balance, ...]
    notes: tuple[Note, ...] = ()

    @property
    def works(self) -> bool:
        """Whether nothing on paper stands against the month."""
        return all(balance.works for balance in self.balances)


def check_desk(
    desk: Path, month: Month | None = None, store: str | None = None, now: clock.Clock = clock.now
) -> Checked:
    """Read a desk and do the arithmetic of a month, the coming one by default."""
    files = read_desk(desk)
    month = month or coming_month(files, now)
    problem = problem_to_read(files, month, store)
    return Checked(
        files, problem, tuple(compare_capacity(problem, files.rulebook)), compare_live_with_tables(files, month, store)
    )
