"""The slips: for each person a page of their own, with every day of the month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from openpyxl.utils import get_column_letter

from scheduler.audit.statistics import WorkerTotals, total_workers
from scheduler.domain import Day, Duty, Reason, Shift, Worker
from scheduler.files.papers.issue import APPROVAL, FACT, OLD_VOID, PAPER_CORNER, PAPER_HEAD, WARNING, Issue
from scheduler.files.papers.qr_picture import put_qr
from scheduler.files.writing.edition import Marks
from scheduler.files.writing.labels import (
    BREAK,
    DATE,
    ELASTIC,
    IF_CALLED,
    OVERTIME,
    OVERTIME_TITLES,
    RESERVE_SIGN,
    REST,
    SHIFT,
    TOTAL_TITLES,
)
from scheduler.files.writing.page import AWAY, DAY_FILLS, FREE, HEAD, PLAIN, RESTING, Page, shift_look
from scheduler.files.writing.wording import name_shift, say_breaks, say_calendar, say_times
from scheduler.i18n import WEEKDAYS, Sentence, join_items, plain_number
from scheduler.rules.book import discovered
from scheduler.timeline import clock_text

CORNER = Sentence("{n} 号", "No. {n}")
# A slip
SLIP_TITLE = Sentence("个人班表：{name}", "Slip of {name}")
OF_WHOM = Sentence("工号 {id}{team} · {desk} {month}", "ID {id}{team} · {desk}, {month}")
TIMES, HOURS, REMARKS = Sentence("时间", "Times"), Sentence("工时", "Hours"), Sentence("备注", "Notes")
DAY_OF_WEEK, LEADER = Sentence("星期", "Day"), Sentence("带班 / 电话", "Leader, phone")
SLIP_TOTALS = ("duties", "hours", "nights", "weekends", "holidays", "rest_days", "leave_days")
LEADERS = Sentence("{who} 等 {n} 人", "{who}, {n} in all")
MOST_LEADERS = 2  # that a slip has room to name
MYSELF = Sentence("本人", "yourself")
ARRANGEMENTS_HEAD = Sentence("与本人有关的安排", "Arrangements that name you")
SCAN_ME = Sentence(
    "扫码：看自己的班、签收。到月底有效；丢了这张纸，请在网页上停用。",
    "Scan: see your duties, sign for this slip. Good until the month ends; if this paper is lost, shut the code on the page.",
)
QR_POINTS = 62.0  # of the code on a slip, about 22 mm
SLIP_SIGNED = Sentence(
    "本人已收到：______________  日期：____________", "Received by: ______________  Date: ____________"
)
# A sheet with page breaks of its own is printed in its true size, and a unit is 5.25 to 7 points, as the fonts of
# the place have it: so the slips take no more than what A4 upright holds of the widest.
SLIP_WIDTH = 78.0
SLIP_ROOM = 745.0  # points of a page upright
DAY_LEAST, DAY_MOST = 13.0, 17.0  # points of a day's row on a slip


class Slips:
    """The slips of an issue, each to be written on a page of its own."""

    def __init__(self, issue: Issue) -> None:
        self.issue = issue
        self._columns = _columns(issue)
        self._totals = {each.id: each for each in total_workers(issue.problem, issue.edition.roster)}
        self._about: dict[str, list[Reason]] = {}
        for line in issue.edition.arrangements:
            for who in dict.fromkeys(line.workers):
                self._about.setdefault(who, []).append(line)

    def write(self, page: Page, number: int, worker: Worker) -> None:
        """Write a person's slip: every day of the month.

        Parameters
        ----------
        number : int
            On the list of receipts.
        """
        for column, (_, width) in enumerate(self._columns, 1):
            page.set_width(column, width)
        about, titles = self._about.get(worker.id, []), [title for title, _ in self._columns]
        _put_slip(self.issue, page, 1, number, worker, self._totals[worker.id], about, titles)


def _columns(issue: Issue) -> list[tuple[Sentence, float]]:
    """What a slip tells of a day, as wide as paper lets it; what nobody here has is left out."""
    columns = [(DATE, 7.0), (DAY_OF_WEEK, 5.0), (SHIFT, 10.0), (TIMES, 13.0)]
    if issue.edition.breaks is not None:
        columns = [(DATE, 6.0), (DAY_OF_WEEK, 4.0), (SHIFT, 9.0), (TIMES, 12.0), (BREAK, 21.0)]
    elif any(period.shift.breaks for period in issue.problem.shift_periods):
        columns.append((BREAK, 13.0))
    columns.append((HOURS, 6.0))
    if any(issue.leads(worker) for worker in issue.problem.workers):
        columns.append((LEADER, 15.0))
    room = SLIP_WIDTH - 0.25 * max(0, len(columns) - 6)  # each column is rounded up to whole dots
    columns.append((REMARKS, room - sum(width for _, width in columns)))
    return columns


def _put_slip(
    issue: Issue,
    page: Page,
    row: int,
    number: int,
    worker: Worker,
    total: WorkerTotals,
    about: Sequence[Reason],
    titles: Sequence[Sentence],
) -> int:
    """One person's slip; returns the row below it."""
    last, top = len(titles), row
    title = issue.say(SLIP_TITLE, name=worker.name)
    page.spread(row, range(1, last), title, PAPER_HEAD._replace(wrap=False, shrink=True))
    page.put(row, last, issue.say(CORNER, n=number), PAPER_CORNER)
    page.set_height(row, 28)
    row += 1
    team = f" · {worker.team}" if worker.team else ""
    facts = {"desk": issue.problem.desk.name, "month": issue.edition.month(issue.lang)}
    whose = issue.say(OF_WHOM, id=worker.id, team=team, **facts)
    told = {name: TOTAL_TITLES[name] for name in SLIP_TOTALS} | (OVERTIME_TITLES if total.overtime else {})
    sums = [issue.say(FACT, label=label, value=plain_number(getattr(total, name))) for name, label in told.items()]
    lines = [
        (f"{whose} · {issue.say_version(issue.lang)}", FREE),
        ("  ".join(sums), FREE._replace(bold=True)),
    ]
    recipient = issue.recipients[number - 1]
    held, moved = issue.holds(recipient), issue.moved_days(worker.id)
    if held:
        lines.append((issue.say(OLD_VOID, n=held), WARNING))
    if missing := issue.edition.say_open(issue.lang):
        lines.append((missing, WARNING))
    if held and issue.news is not None:
        marks = Marks(held, frozenset((worker.id, day) for day in moved))
        lines.append((marks.say(issue.lang), FREE._replace(bold=True)))
    for text, look in lines:
        page.set_height(row, 16 * page.spread(row, range(1, last + 1), text, look))
        row += 1
    for column, heading in enumerate(titles, 1):
        page.put(row, column, issue.say(heading), HEAD)
    page.set_height(row, 18)
    row += 1
    notes = _titles_by_day(issue, about)
    month = range(row, row + len(issue.problem.days))
    for day in issue.problem.days:
        row = _put_day(issue, page, row, worker, day, notes.get(day.date, []), titles, marked=day.date in moved)
    page.set_height(row, 6)
    row += 1
    lines = []
    if about:
        lines.append((issue.say(ARRANGEMENTS_HEAD), FREE._replace(bold=True)))
        lines += [(line.say(issue.lang, issue.problem.names), FREE) for line in about]
    lines += [(notice.say(issue.lang), FREE) for notice in issue.problem.desk.notice]
    lines += [(issue.say(APPROVAL), FREE), (issue.say(SLIP_SIGNED), FREE)]
    for text, look in lines:
        page.set_height(row, 15 * page.spread(row, range(1, last + 1), text, look))
        row += 1
    page.set_height(row - 1, 28)
    if link := issue.links.get(worker.id):
        page.spread(row, range(1, last), issue.say(SCAN_ME), FREE)
        page.set_height(row, QR_POINTS + 4)
        put_qr(page.sheet, f"{get_column_letter(last)}{row}", link, QR_POINTS)
        row += 1
    single = [each for each in month if page.height(each) == DAY_MOST]
    over = sum(map(page.height, range(top, row))) - SLIP_ROOM
    if over > 0 and single:  # a slip is one page as long as it can be read
        for each in single:
            page.set_height(each, max(DAY_LEAST, DAY_MOST - over / len(single)))
    return row


def _titles_by_day(issue: Issue, about: Sequence[Reason]) -> dict[date, list[str]]:
    """By day, the titles of what is arranged for it alone."""
    found: dict[date, list[str]] = {}
    for line in about:
        if len(line.days) == 1:
            found.setdefault(line.days[0], []).append(issue.say(discovered()[line.rule].title))
    return found


def _put_day(
    issue: Issue,
    page: Page,
    row: int,
    worker: Worker,
    day: Day,
    notes: Sequence[str],
    titles: Sequence[Sentence],
    *,
    marked: bool = False,
) -> int:
    shifts = issue.shifts_on(worker, day.date)
    leave = issue.problem.leave_days.get((worker.id, day.date))
    remarks = [say_calendar(day, issue.lang), *dict.fromkeys(notes)]
    remarks += [
        ELASTIC.say(issue.lang, from_=clock_text(shift.firm_end)).strip(" （）()")
        for shift in shifts
        if shift.firm_end is not None
    ]
    extra = issue.problem.extra_on(worker.id, day.date)
    remarks += [issue.say(FACT, label=OVERTIME, value=each.terms) for each in extra]
    for part in issue.problem.leave_hours.get((worker.id, day.date), ()):
        remarks.append(issue.say(FACT, label=issue.problem.desk.leave_label(part.kind), value=part.times))
    hours = sum(issue.problem.paid_minutes(day.date, shift.code) for shift in shifts) / 60
    said = {
        DATE: f"{day.date:%m-%d}",
        DAY_OF_WEEK: WEEKDAYS[day.date.weekday()].say(issue.lang),
        SHIFT: "\n".join(map(name_shift, shifts)),
        TIMES: "\n".join(say_times(shift, issue.lang) for shift in shifts),
        BREAK: "\n".join(_say_breaks(issue, Duty(worker.id, day.date, shift.code)) for shift in shifts),
        HOURS: hours if shifts else None,
        LEADER: "\n".join(_leaders_of(issue, worker, day.date, shift) for shift in shifts),
        REMARKS: join_items(filter(None, remarks), issue.lang),
    }
    fill = DAY_FILLS[day.kind]
    if not shifts:
        employed = worker.employed(day.date)
        said[SHIFT] = (
            issue.problem.desk.leave_label(leave.kind).say(issue.lang)
            if leave
            else issue.say(REST)
            if employed
            else "—"
        )
        if extra and not leave:
            said[SHIFT], said[TIMES] = issue.say(OVERTIME), "\n".join(issue.say(each.times) for each in extra)
        code = issue.edition.reserves.get((worker.id, day.date))
        if code and not leave:
            standby = issue.problem.shift_on(day.date, code)
            said[SHIFT] = issue.say(RESERVE_SIGN, shift=code)
            said[TIMES] = say_times(standby, issue.lang)
            said[REMARKS] = join_items(filter(None, [*remarks, issue.say(IF_CALLED)]), issue.lang)
    look = AWAY if leave and not shifts else PLAIN._replace(fill=fill) if shifts else RESTING._replace(fill=fill)
    lines = 1
    for column, title in enumerate(titles, 1):
        here = look._replace(shrink=True)
        if title is SHIFT and shifts:
            here = shift_look(shifts[0])._replace(shrink=True)
        if len(shifts) > 1:
            here = here._replace(wrap=True, shrink=False)
        if title is REMARKS:
            here = here._replace(across="left", wrap=True, shrink=False)
        here = here._replace(marked=marked and title in (DATE, SHIFT, TIMES, BREAK))
        lines = max(lines, page.lines(str(said[title] or ""), page.width(column)) if here.wrap else 1)
        page.put(row, column, said[title], here)
    page.set_height(row, DAY_MOST if lines == 1 else 14 * lines)
    return row + 1


def _say_breaks(issue: Issue, duty: Duty) -> str:
    """A duty's breaks; which of those placed are paid stands in the workbook, for want of room."""
    return say_breaks(issue.edition.breaks_of(duty), issue.lang, paid=issue.edition.breaks is None)


def _leaders_of(issue: Issue, worker: Worker, day: date, shift: Shift) -> str:
    """Who leads the shift on the day, with the phone; empty where nobody does."""
    crew = [
        other
        for other in issue.problem.workers
        if issue.leads(other) and shift.code in issue.edition.roster.on(other.id, day)
    ]
    if worker in crew:
        return issue.say(MYSELF)
    named = [" ".join(filter(None, (other.name, other.phone))) for other in crew]
    if len(named) > MOST_LEADERS:
        return issue.say(LEADERS, who=named[0], n=len(named))
    return join_items(named, issue.lang)
