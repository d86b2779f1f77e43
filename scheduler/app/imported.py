"""What came of a roster that was brought in."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from pathlib import Path

from scheduler.app.change_requests import Asked
from scheduler.app.leave_comparison import NO_DIFFERENCE, LeaveDifference
from scheduler.domain import Change, Month, Note, Problem, Violation
from scheduler.errors import Fault
from scheduler.ledger.store import VersionRow


@dataclass(frozen=True)
class Imported:
    """What came of an edited roster.

    Attributes
    ----------
    row : VersionRow or None
        The draft that was recorded; the version that the file does not differ from; or that in force.
    recorded : bool
        Whether a draft was.
    requests : tuple of Asked
        What was asked for, where the month is in force: leave, each with the duties that change for it, then the rest.
    leave : LeaveDifference
        The leave in which it is not what the desk has approved.
    changes : tuple of Change
        Cells in which it differs from the version in force.
    violations : tuple of Violation
        What it breaks; a draft is not recorded then, but for the past.
    as_history : bool
        Whether it was taken as it was worked.
    """

    problem: Problem
    row: VersionRow | None = None
    _: KW_ONLY
    recorded: bool = False
    requests: tuple[Asked, ...] = ()
    leave: LeaveDifference = NO_DIFFERENCE
    changes: tuple[Change, ...] = ()
    violations: tuple[Violation, ...] = ()
    files: tuple[Path, ...] = ()
    notes: tuple[Note, ...] = ()
    stuck: tuple[Fault, ...] = ()
    as_history: bool = False

    @property
    def asked(self) -> Asked | None:
        """The first request that was made."""
        return next(iter(self.requests), None)

    @property
    def month(self) -> Month:
        """The month of the roster."""
        return self.problem.month
