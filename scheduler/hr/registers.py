"""The registers of overtime and of leave: every approval of a period, those too that moved no cell."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from scheduler.domain import CountsIn, Desk, Leave, Overtime, Problem, part_of_day, workdays
from scheduler.timeline import days_between
from scheduler.workflow.change_request import Request, RequestState

PERSONAL = "personal"  # what leave without its certificate is told as (RULES 84)


@dataclass(frozen=True, kw_only=True)
class OvertimeApproval:
    """Approved overtime, and how it was approved.

    Attributes
    ----------
    request : int
        0 for a row of the overtime table.
    by, because : str
        Who approved it, by id; and what it was asked for.
    after_fact : bool
        Whether it was entered when it had been worked.
    called_off : bool
        Whether leave, or its taking back, leaves nothing of it.
    """

    overtime: Overtime
    request: int = 0
    by: str = ""
    because: str = ""
    after_fact: bool = False
    called_off: bool = False


@dataclass(frozen=True, kw_only=True)
class LeaveApproval:
    """Approved leave, and how it was approved.

    Attributes
    ----------
    request, by, because
        As of overtime; 0 for a row of the leave table.
    papers_due : date or None
        By when papers are to be handed in.
    lacks_certificate : bool
        Whether a certificate is due of it, and the leave table does not say that it is in.
    cancels : bool
        Whether it calls leave off, and grants none.
    days, minutes : float, int
        What it takes within the period as it stands now, as its kind counts, and of the hours due.
    """

    leave: Leave
    request: int = 0
    by: str = ""
    because: str = ""
    after_fact: bool = False
    papers_due: date | None = None
    lacks_certificate: bool = False
    cancels: bool = False
    days: float = 0.0
    minutes: int = 0


def overtime_approvals(
    now: Iterable[Overtime], tables: Iterable[Overtime], requests: Iterable[Request], present: Mapping[str, str]
) -> list[OvertimeApproval]:
    """Every approval of overtime, by day; what leave has called off is marked.

    Parameters
    ----------
    now : iterable of Overtime
        What holds now, under present ids.
    tables : iterable of Overtime
        What the tables had approved when the months were made.
    present : mapping of str to str
        The present ids of people by their other ones.
    """
    holds = set(now)
    found = []
    asked = [request for request in requests if request.overtime and request.state == RequestState.APPROVED]
    rows = [(request.overtime, request) for request in asked if request.overtime]
    for row, request in [*((row, None) for row in tables), *rows]:
        mine = row._replace(worker=present.get(row.worker, row.worker))
        one = OvertimeApproval(overtime=mine, called_off=mine not in holds)
        if request:
            one = replace(
                one,
                request=request.number,
                by=request.approver,
                because=request.because,
                after_fact=request.after_fact,
            )
        found.append(one)
    return sorted(found, key=lambda one: (one.overtime.day, one.overtime.worker, one.request))


def leave_approvals(
    tables: Iterable[Leave],
    requests: Iterable[Request],
    uncertified: Collection[Leave],
    certified: Collection[Leave],
    desk: Desk,
    present: Mapping[str, str],
) -> list[LeaveApproval]:
    """Every approval of leave, by its first day.

    Parameters
    ----------
    tables : iterable of Leave
        The approved rows of the leave table that the months were made with, each once.
    uncertified, certified : collection of Leave
        The approved rows of the leave table of today whose certificate is due and not in; all the others.
    """
    found = []
    for row in tables:
        mine = replace(row, worker=present.get(row.worker, row.worker))
        found.append(LeaveApproval(leave=mine, lacks_certificate=_lacks(mine, uncertified, certified, desk)))
    for request in requests:
        leave = request.leave or request.cancelled_leave
        if leave is None or request.state != RequestState.APPROVED:
            continue
        mine = replace(leave, worker=present.get(leave.worker, leave.worker))
        found.append(
            LeaveApproval(
                leave=mine,
                request=request.number,
                by=request.approver,
                because=request.because,
                after_fact=request.after_fact,
                papers_due=request.papers_due,
                cancels=request.leave is None,
                lacks_certificate=request.leave is not None and _lacks(mine, uncertified, certified, desk),
            )
        )
    return sorted(found, key=lambda one: (one.leave.first, one.leave.worker, one.request))


def _lacks(leave: Leave, uncertified: Iterable[Leave], certified: Iterable[Leave], desk: Desk) -> bool:
    """Whether a certificate is due of a leave and the tables of today do not say that it is in (RULES 84)."""
    due = desk.leave_kind(leave.kind).certificate_from
    if leave.is_part or not 0 < due <= (leave.last - leave.first).days + 1:
        return False
    key = leave.worker, leave.kind
    if any(
        (row.worker, row.kind) == key and row.first <= leave.last and leave.first <= row.last for row in uncertified
    ):
        return True
    return not any(
        (row.worker, row.kind) == key and row.first <= leave.first <= leave.last <= row.last for row in certified
    )


def take_of_day(problem: Problem, leave: Leave, day: date, norm: int) -> tuple[float, int]:
    """What one day of a leave takes: days as its kind counts them, and minutes of a working day's.

    Leave of hours counts as `part_of_day` says, whatever the day; whole days take hours on working days alone.

    Parameters
    ----------
    norm : int
        Minutes that the person owes on a working day.
    """
    working = day in workdays(problem)
    if leave.is_part:
        part = part_of_day(leave, problem.desk.day_hours, problem.desk.midday)
        return float(part), round(part * norm)
    counts = problem.desk.leave_kind(leave.kind).counts == CountsIn.DAYS or working
    return float(counts), norm if working else 0


def standing_leave(problem: Problem, leave: Leave, day: date) -> Leave | None:
    """What still stands on a day of approved leave, after what was called off or took its place; `None` for nothing."""
    whole = problem.leave_days.get((leave.worker, day))
    there = (whole,) if whole else problem.leave_hours.get((leave.worker, day), ())
    terms = (leave.kind, leave.start, leave.end)
    mine = (one for one in there if (one.kind, one.start, one.end) == terms)
    return next((one for one in mine if leave.first <= one.first and one.last <= leave.last), None)


def days_of_leave(leave: Leave, dates: Sequence[date]) -> list[date]:
    """The days of a leave that are among some days."""
    wanted = set(dates)
    return [day for day in days_between(leave.first, leave.last) if day in wanted]
