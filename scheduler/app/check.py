"""Read a desk and do a month's arithmetic."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scheduler import clock
from scheduler.app.locations import open_known_ledger
from scheduler.app.months import coming_month, compare_with_tables, month_problem
from scheduler.app.people import rights_of
from scheduler.audit.first_words import FirstWords, first_words
from scheduler.audit.overtime import broken_by_overtime
from scheduler.audit.precheck import Balance
from scheduler.domain import Month, Note, Problem, Violation
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.files.reading.open_questions import NO_GUESSES, Guesses, find_guesses
from scheduler.workflow.amendment import without_worked_overtime
from scheduler.workflow.replay import replay_requests
from scheduler.workflow.rights import Rights


@dataclass(frozen=True)
class Checked:
    """A desk that can be read, and the manager's arithmetic for a month.

    Attributes
    ----------
    words : FirstWords
        What stands against the month, and its arithmetic.
    rights : Rights
        Who may do what today.
    notes : tuple of Note
        In what the tables differ from those that the version in force was made with.
    guesses : Guesses
        What the tables of a desk from old rosters still mark as assumed.
    against : tuple of Violation
        What approved overtime breaks by itself.
    """

    files: DeskFiles
    problem: Problem
    words: FirstWords
    rights: Rights
    notes: tuple[Note, ...] = ()
    guesses: Guesses = NO_GUESSES
    against: tuple[Violation, ...] = ()

    @property
    def balances(self) -> tuple[Balance, ...]:
        """Duties needed against duties possible."""
        return self.words.balances

    @property
    def works(self) -> bool:
        """Whether nothing on paper stands against the month."""
        return self.words.possible and not self.against


def check_desk(
    desk: Path, month: Month | None = None, store: str | None = None, now: clock.Clock = clock.now
) -> Checked:
    """Read a desk and do the arithmetic of a month, the coming one by default."""
    files = read_desk(desk)
    month = month or coming_month(files, now)
    problem, notes, planned = _look_up(files, month, store)
    against = broken_by_overtime(planned, files.rulebook)
    worked = {one.reason for one in broken_by_overtime(problem, files.rulebook)}
    rights = rights_of(files, clock.at_desk(now, files.desk.zone).date())
    words = first_words(problem, files.rulebook, waived=worked)
    return Checked(files, problem, words, rights, notes, find_guesses(desk), against)


def _look_up(files: DeskFiles, month: Month, store: str | None) -> tuple[Problem, tuple[Note, ...], Problem]:
    """The month's problem, in what the tables differ from those of the version in force, and it without worked overtime."""
    ledger = open_known_ledger(files.path, store)
    if ledger is None:
        problem = files.problem(month)
        return problem, (), problem
    with ledger:
        live = ledger.live(files.desk.id, month)
        problem = month_problem(files, ledger, month)
        requests = replay_requests(ledger.entries(files.desk.id)).values()
        notes = compare_with_tables(files, ledger, live) if live else ()
        return problem, notes, without_worked_overtime(problem, requests)
