"""A month's problem: the desk's tables, what went before, and what was approved since."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from scheduler import clock
from scheduler.app.locations import open_known_ledger
from scheduler.domain import Month, Note, Problem
from scheduler.files.reading.desk_files import DeskFiles, Past
from scheduler.i18n import Sentence
from scheduler.ledger.store import Ledger, VersionRow
from scheduler.workflow.amendment import amend_problem
from scheduler.workflow.change_request import Request
from scheduler.workflow.replay import replay_requests
from scheduler.workflow.version import STATUS_NAMES

CONTINUES = Sentence(
    "上月排班和结转取自账册：{month} 第 {number} 版（{status}）",
    "last month's duties and balances come from the ledger: {month}, version {number} ({status})",
)


def continue_problem(files: DeskFiles, month: Month, before: VersionRow | None) -> Problem:
    """The month's problem, continued from a version of the month before where there is one."""
    if before is None:
        return files.problem(month)
    facts = (("month", before.month), ("number", before.number), ("status", STATUS_NAMES[before.status]))
    return files.problem(month, Past(before.duties, before.month.first, before.balances, Note(CONTINUES, facts)))


def month_problem(files: DeskFiles, ledger: Ledger, month: Month, also: Request | None = None) -> Problem:
    """The month's problem: its tables, continued from the month before, with what was approved since publication.

    Parameters
    ----------
    also : Request or None
        A request that is not approved yet, as if it were.
    """
    desk = files.desk.id
    problem = continue_problem(files, month, ledger.before(desk, month))
    return amend_problem(problem, replay_requests(ledger.entries(desk)).values(), also=also)


def problem_to_read(files: DeskFiles, month: Month, store: str | None) -> Problem:
    """The month's problem for a command that only reads, with the ledger where there is one."""
    ledger = open_known_ledger(files.path, store)
    if ledger is None:
        return continue_problem(files, month, None)
    with ledger:
        return month_problem(files, ledger, month)


def coming_month(files: DeskFiles, now: clock.Clock) -> Month:
    """The month after the present one, where the desk is."""
    return Month.of(now().astimezone(ZoneInfo(files.desk.zone))).next


def unknown_in_tables(row: VersionRow, problem: Problem) -> list[str]:
    """People and shifts of a version that the tables do not have any more."""
    gone = {duty.worker for duty in row.duties} - set(problem.worker_by_id)
    return sorted(gone | {duty.shift for duty in row.duties} - set(problem.shift_by_code))
