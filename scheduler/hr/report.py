"""All that HR is told of a period, as data: people, duties, registers, what the law warns of, where it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from scheduler.audit.audit import audit
from scheduler.domain import Desk, Leave, Month, Note, Noted, Overtime, Roster, Violation
from scheduler.hr.hours import ByKind, CountedOvertime
from scheduler.hr.in_force import Gap, HeldDuty, HeldMonth, Window
from scheduler.hr.person import Book, PersonSheet, day_norm, person_sheets
from scheduler.hr.registers import (
    LeaveApproval,
    OvertimeApproval,
    days_of_leave,
    leave_approvals,
    overtime_approvals,
    standing_leave,
    take_of_day,
)
from scheduler.i18n import Sentence
from scheduler.timeline import cut
from scheduler.workflow.attendance import Attendance
from scheduler.workflow.change_request import Request

GAP = Sentence(
    "{since} 至 {until} 没有在用的版本（已撤回）：其间开始的班不算排了班",
    "no version was in force from {since} to {until}, after one was withdrawn: no duty that begins then was planned",
)
STILL = Sentence("至今", "now")
UNPUBLISHED = Sentence(
    "{month} 没有发布过排班：没有班可报，应出勤按现在的表",
    "no version of {month} was ever published: no duties to tell, hours due by the tables of today",
)
AFTERWARDS = Sentence(
    "{n} 个班开始之后才发布（“后补发布”），按最先发布的那一版",
    "{n} duties began before anything was published and are taken from the first version published",
)
TO_COME = Sentence(
    "{at} 以后的班还没有上：实际暂同排班", "duties later than {at} are still to come, and count as worked as planned"
)
SINCE = Sentence(
    "调休余额自 {month} 起算：账册里没有更早的月份", "time off left counts from {month}, the first month on record"
)
PROVISIONAL = Sentence(
    "{year} 年放假通知尚未录入：调休放假与补班未标",
    "the holiday notice of {year} is not entered yet: days exchanged by it are not marked",
)
INCOMPLETE = Sentence(
    "{who} 的综合计算周期（{first} 至 {last}）有月份不在账册里，合计不全，超出的部分没有算",
    "{who}: months of the comprehensive period {first} to {last} are not on record, so what exceeds it is not counted",
)


@dataclass(frozen=True)
class Told:
    """A duty as it is told: whose under the present id, and its minutes by the kind of day."""

    duty: HeldDuty
    who: str
    name: str
    minutes: ByKind
    overtime: tuple[int, ...] = ()


@dataclass(frozen=True)
class OvertimeTold:
    """An approval of overtime, and as what it counts."""

    approval: OvertimeApproval
    counted: CountedOvertime | None


@dataclass(frozen=True)
class AttendanceTold:
    """What was confirmed of a duty: whose under the present id, and who stood in."""

    row: Attendance
    who: str
    name: str
    by: str = ""


@dataclass(frozen=True)
class Warned:
    """What the law profile says against a month, with the article in its sentence."""

    held: HeldMonth
    violation: Violation


@dataclass(frozen=True, kw_only=True)
class Used:
    """A version whose duties are told: its mark, and when it was in force."""

    window: Window
    fingerprint: str
    month: Month


@dataclass(frozen=True, kw_only=True)
class HrReport:
    """What HR is told of a period.

    Attributes
    ----------
    head : str
        Where the log ended, as `SEQUENCE:HASH`.
    at : datetime
        When it was made, in the desk's zone.
    names : mapping of str to str
        People's names by id.
    """

    desk: Desk
    book: Book
    at: datetime
    head: str
    people: tuple[PersonSheet, ...]
    duties: tuple[Told, ...]
    overtime: tuple[OvertimeTold, ...]
    leave: tuple[LeaveApproval, ...]
    law: tuple[Warned, ...]
    attendance: tuple[AttendanceTold, ...]
    versions: tuple[Used, ...]
    names: Mapping[str, str]
    notes: tuple[Note, ...] = ()


def make_report(
    book: Book,
    *,
    desk: Desk,
    at: datetime,
    head: str,
    names: Mapping[str, str],
    tables_overtime: Iterable[Overtime],
    tables_leave: Iterable[Leave],
    leave_of_today: Iterable[Leave],
    notes: Iterable[Note] = (),
) -> HrReport:
    """Put a period's report together.

    Parameters
    ----------
    names : mapping of str to str
        Of everybody who may have approved something, by id.
    tables_overtime, tables_leave : iterable
        Approved rows of the tables that the period's months were made with, each once.
    leave_of_today : iterable of Leave
        The approved rows of the leave table as it is now: it says which certificates are in.
    """
    period, present = book.period, book.present
    dates = frozenset(period.dates)
    people = person_sheets(book)
    names = {**names, **{one.id: one.name for one in people}}
    here = [held for held in book.months if dates.intersection(held.problem.dates)]
    now = [
        row._replace(worker=present.get(row.worker, row.worker))
        for held in here
        for row in held.problem.overtime
        if row.day in dates
    ]
    approvals = overtime_approvals(
        now, (row for row in tables_overtime if row.day in dates), _of_days(book, dates), present
    )
    overtime = _with_counts(approvals, people, present)
    numbers: dict[tuple[str, date], list[int]] = {}
    for one in approvals:
        if one.request and not one.called_off:
            numbers.setdefault((one.overtime.worker, one.overtime.day), []).append(one.request)
    duties = []
    for held in here:
        for duty in (one for one in held.duties if one.day in dates):
            who = present.get(duty.worker, duty.worker)
            name, minutes = names.get(who, who), book.calendar.by_kind(cut(duty.paid, duty.away))
            duties.append(Told(duty, who, name, minutes, tuple(numbers.get((who, duty.day), ()))))
    uncertified = set(book.uncertified)
    leave = leave_approvals(
        tables_leave,
        book.requests,
        uncertified,
        [one for one in leave_of_today if one not in uncertified],
        desk,
        present,
    )
    return HrReport(
        desk=desk,
        book=book,
        at=at,
        head=head,
        people=tuple(people),
        duties=tuple(duties),
        overtime=tuple(overtime),
        leave=tuple(_within(leave, book, here, period.dates)),
        law=tuple(Warned(held, one) for held in here if held.windows for one in warn_by_law(held)),
        attendance=tuple(_attendance(book, names)),
        versions=tuple(_used(here)),
        names=names,
        notes=(*notes, *_notes(book, here, duties, people, at)),
    )


def _attendance(book: Book, names: Mapping[str, str]) -> Iterator[AttendanceTold]:
    """What was confirmed of the period's duties, by day."""
    dates, present = frozenset(book.period.dates), book.present
    for row in sorted(book.attendance, key=lambda one: (one.day, one.shift, one.worker)):
        if row.day in dates:
            who, by = present.get(row.worker, row.worker), present.get(row.by, row.by)
            yield AttendanceTold(row, who, names.get(who, who), names.get(by, by))


def warn_by_law(held: HeldMonth) -> list[Violation]:
    """What the rules of the law find in a month as it was worked: the audit's findings, of duties that it can count."""
    found = audit(held.problem, held.rulebook, roster_known(held, held.worked))
    return [
        one
        for result in found.results
        if result.rule.in_law_report
        for one in result.violations
        if one.hard or one.noted == Noted.LAW
    ]


def roster_known(held: HeldMonth, roster: Roster) -> Roster:
    """The duties of a roster that the audit can count: of people and on shifts that the month knows."""
    problem = held.problem
    return Roster(
        duty
        for duty in roster.duties
        if duty.worker in problem.worker_by_id and duty.shift in problem.codes_on(duty.day)
    )


def _of_days(book: Book, dates: frozenset[date]) -> list[Request]:
    return [one for one in book.requests if one.overtime and one.overtime.day in dates]


def _with_counts(
    approvals: Iterable[OvertimeApproval], people: Iterable[PersonSheet], present: Mapping[str, str]
) -> Iterator[OvertimeTold]:
    """The approvals, each with what counts of it."""
    left: dict[Overtime, list[CountedOvertime]] = {}
    for sheet in people:
        for one in sheet.counted:
            row = one.overtime
            left.setdefault(row._replace(worker=present.get(row.worker, row.worker)), []).append(one)
    for approval in approvals:
        mine = [] if approval.called_off else left.get(approval.overtime, [])
        yield OvertimeTold(approval, mine.pop(0) if mine else None)


def _within(
    rows: Iterable[LeaveApproval], book: Book, here: Iterable[HeldMonth], dates: tuple[date, ...]
) -> Iterator[LeaveApproval]:
    """The approvals that touch the period, each with what still stands of it there; a day counts in one of them."""
    months, present, seen = list(here), book.present, set[tuple[str, date, Leave]]()
    for row in rows:
        days, minutes, touched = 0.0, 0, False
        for held in months:
            problem = held.problem
            wanted = [day for day in problem.dates if dates[0] <= day <= dates[-1]]
            worker = next((one for one in problem.workers if present.get(one.id, one.id) == row.leave.worker), None)
            for day in days_of_leave(row.leave, wanted):
                touched = True
                if worker is None or row.cancels or not worker.employed(day):
                    continue
                piece = standing_leave(problem, replace(row.leave, worker=worker.id), day)
                if piece and (worker.id, day, piece) not in seen:
                    seen.add((worker.id, day, piece))
                    taken = take_of_day(problem, row.leave, day, day_norm(problem, worker))
                    days, minutes = days + taken[0], minutes + taken[1]
        if touched:
            yield replace(row, days=days, minutes=minutes)


def _used(here: Iterable[HeldMonth]) -> Iterator[Used]:
    """The versions that were in force in the period's months, each with its mark."""
    for held in here:
        for window in held.windows:
            mark = held.fingerprints.get(window.version, "")
            yield Used(window=window, fingerprint=mark, month=held.problem.month)


def _notes(
    book: Book, here: Iterable[HeldMonth], duties: Iterable[Told], people: Iterable[PersonSheet], at: datetime
) -> Iterator[Note]:
    """What has to be known to read the figures."""
    period, months, told = book.period, list(here), list(duties)
    for held in months:
        if not held.windows:
            yield Note(UNPUBLISHED, (("month", held.problem.month),))
        for gap in held.gaps:
            if _touches(gap, period.first, period.last):
                until = f"{gap.until.astimezone(at.tzinfo):%Y-%m-%d %H:%M}" if gap.until else STILL
                yield Note(GAP, (("since", f"{gap.since.astimezone(at.tzinfo):%Y-%m-%d %H:%M}"), ("until", until)))
    if late := sum(one.duty.afterwards for one in told):
        yield Note(AFTERWARDS, (("n", late),))
    if any(one.duty.span.start * 60 > at.timestamp() for one in told):
        yield Note(TO_COME, (("at", f"{at:%Y-%m-%d %H:%M}"),))
    for year in sorted({day.date.year for held in months for day in held.problem.days if day.provisional}):
        yield Note(PROVISIONAL, (("year", year),))
    if any(one.earned or one.used or one.left for one in people):
        yield Note(SINCE, (("month", book.months[0].problem.month),))
    for sheet in people:
        for one in sheet.cycles:
            if not one.known:
                yield Note(INCOMPLETE, (("who", sheet.name), ("first", one.first), ("last", one.last)))


def _touches(gap: Gap, first: date, last: date) -> bool:
    return gap.since.date() <= last and (gap.until is None or gap.until.date() >= first)
