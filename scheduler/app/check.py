"""Read a desk and do a month's arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scheduler import clock
from scheduler.app.locations import open_known_ledger
from scheduler.app.months import coming_month, compare_with_tables, month_problem
from scheduler.audit.first_words import FirstWords, first_words
from scheduler.audit.precheck import Balance
from scheduler.domain import Month, Note, Problem
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.desk_files import DeskFiles


@dataclass(frozen=True)
class Checked:
    """A desk that can be read, and the manager's arithmetic for a month.

    Attributes
    ----------
    words : FirstWords
        What stands against the month, and its arithmetic.
    notes : tuple of Note
        In what the tables differ from those that the version in force was made with.
    """

    files: DeskFiles
    problem: Problem
    words: FirstWords
    notes: tuple[Note, ...] = ()

    @property
    def balances(self) -> tuple[Balance, ...]:
        """Duties needed against duties possible."""
        return self.words.balances

    @property
    def works(self) -> bool:
        """Whether nothing on paper stands against the month."""
        return self.words.possible


def check_desk(
    desk: Path, month: Month | None = None, store: str | None = None, now: clock.Clock = clock.now
) -> Checked:
    """Read a desk and do the arithmetic of a month, the coming one by default."""
    files = read_desk(desk)
    month = month or coming_month(files, now)
    problem, notes = _look_up(files, month, store)
    return Checked(files, problem, first_words(problem, files.rulebook), notes)


def _look_up(files: DeskFiles, month: Month, store: str | None) -> tuple[Problem, tuple[Note, ...]]:
    """The month's problem, and in what the tables differ from those of the version in force."""
    ledger = open_known_ledger(files.path, store)
    if ledger is None:
        return files.problem(month), ()
    with ledger:
        live = ledger.live(files.desk.id, month)
        return month_problem(files, ledger, month), compare_with_tables(files, ledger, live) if live else ()
