"""Where each month stands for HR: whether it is over, and what has changed in it since it was."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from pathlib import Path

from scheduler import clock
from scheduler.app.held_months import Holding, months_between, read_holding
from scheduler.app.hr import period_of
from scheduler.app.locations import open_existing_ledger
from scheduler.domain import Month
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.hr.person import Period
from scheduler.i18n import Sentence
from scheduler.timeline import ONE_DAY, instant, moment
from scheduler.workflow.log_steps import Step
from scheduler.workflow.version import EVENT_NAMES

TELLING = ("published", "withdrawn", "approved", "entered", "undone")  # steps after which HR is told something else


@dataclass(frozen=True)
class Taking:
    """An HR workbook that was taken.

    Attributes
    ----------
    sequence : int
        Of the log's entry that says so.
    at : datetime
        In the desk's zone.
    by : str
        Their name or id; the account that ran the program where nobody was named.
    versions : tuple of int
        Those in force in its days then.
    changes : int
        Steps since: corrections are due.
    """

    sequence: int
    at: datetime
    by: str
    versions: tuple[int, ...]
    changes: int
    is_cut_off: bool

    @property
    def when(self) -> str:
        """When, as clocks there showed it."""
        return f"{self.at:%Y-%m-%d %H:%M}"

    @property
    def numbers(self) -> str:
        """Its versions in words."""
        return "+".join(map(str, self.versions)) or "—"


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
    taken : tuple of Taking
        What HR took last of its calendar month, and of the days that are cut off in it.
    """

    month: Month
    _: KW_ONLY
    cut_off: Period
    version: int
    over: bool
    changed: datetime | None = None
    what: Sentence | None = None
    corrections: int = 0
    taken: tuple[Taking, ...] = ()

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
        steps = [one for one in holding.steps if _tells(one) and month in one.months]
        last = steps[-1] if steps else None
        cut_off = period_of(files, month, cut_off=True)
        periods = (period_of(files, month), False), (cut_off, True)
        found.append(
            MonthState(
                month,
                cut_off=cut_off,
                version=windows[-1].version if windows[-1].until is None else 0,
                over=ends <= at,
                changed=last.at.astimezone(at.tzinfo) if last else None,
                what=EVENT_NAMES.get(last.event) if last else None,
                corrections=sum(one.at >= ends for one in steps),
                taken=tuple(
                    taking for period, cut in periods if (taking := _last_taking(holding, period, at, is_cut_off=cut))
                ),
            )
        )
    return MonthStates(files, tuple(found))


def _tells(step: Step) -> bool:
    """Whether HR is told something else after a step; what was only rejected changes nothing."""
    return step.event in TELLING and not (step.rejected and not step.attendance)


def _last_taking(holding: Holding, period: Period, at: datetime, *, is_cut_off: bool) -> Taking | None:
    """What HR took last of some days."""
    days = period.first, period.last
    found = [one for one in holding.steps if one.taken and (one.taken.first, one.taken.last) == days]
    if not found or found[-1].taken is None:
        return None
    last, facts = found[-1], found[-1].taken
    months = set(months_between(Month.of(period.first), Month.of(period.last)))
    later = [one for one in holding.steps[facts.until :] if _tells(one) and months & set(one.months)]
    names = {worker.id: worker.name for worker in holding.files.workers}
    names |= {one.id: one.name for one in holding.files.procedure.officials}
    by = names.get(last.by, last.by) or last.ran_by
    return Taking(last.sequence, last.at.astimezone(at.tzinfo), by, facts.versions, len(later), is_cut_off)
