"""Where each month stands for HR: whether it is over, and what has changed in it since it was."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from pathlib import Path

from scheduler import clock
from scheduler.app.held_months import read_holding
from scheduler.app.hr import period_of
from scheduler.app.locations import open_existing_ledger
from scheduler.domain import Month
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.hr.person import Period
from scheduler.i18n import Sentence
from scheduler.timeline import ONE_DAY, instant, moment
from scheduler.workflow.version import EVENT_NAMES

TELLING = ("published", "withdrawn", "approved", "entered", "undone")  # steps after which HR is told something else


@dataclass(frozen=True)
class MonthState:
    """A month, as HR sees it.

    Attributes
    ----------
    cut_off : Period
        The days that are cut off in it.
    version : int
        In force now; 0 where none is any more.
    over : bool
        Whether its last day is over, so that the whole of it can be told.
    changed : datetime or None
        When something changed in it last, in the desk's zone; what was written before says otherwise.
    what : Sentence or None
        The step that changed it.
    corrections : int
        Steps since it was over: a workbook written between is to be corrected.
    """

    month: Month
    _: KW_ONLY
    cut_off: Period
    version: int
    over: bool
    changed: datetime | None = None
    what: Sentence | None = None
    corrections: int = 0

    @property
    def changed_at(self) -> str:
        """When, as clocks there showed it."""
        return f"{self.changed:%Y-%m-%d %H:%M}" if self.changed else ""


@dataclass(frozen=True)
class MonthStates:
    """Every month that was ever in force, the last first."""

    files: DeskFiles
    months: tuple[MonthState, ...]


def find_month_states(desk: Path, *, store: str | None = None, now: clock.Clock = clock.now) -> MonthStates:
    """Where each month stands for HR.

    Raises
    ------
    InputError, LedgerError
    """
    files = read_desk(desk)
    zone = files.desk.zone
    at = clock.at_desk(now, zone)
    with open_existing_ledger(desk, store) as ledger:
        holding = read_holding(files, ledger)
    found = []
    for month, windows in sorted(holding.windows.items(), reverse=True):
        ends = moment(instant(month.last + ONE_DAY, 0, zone), zone)
        steps = [one for one in holding.steps if one.event in TELLING and month in one.months]
        last = steps[-1] if steps else None
        found.append(
            MonthState(
                month,
                cut_off=period_of(files, month, cut_off=True),
                version=windows[-1].version if windows[-1].until is None else 0,
                over=ends <= at,
                changed=last.at.astimezone(at.tzinfo) if last else None,
                what=EVENT_NAMES.get(last.event) if last else None,
                corrections=sum(one.at >= ends for one in steps),
            )
        )
    return MonthStates(files, tuple(found))
