"""What is printed and given out when a roster is published (RULES 1, 9, 40).

One workbook: pages for the notice board, the list on which everybody signs for
a copy, and a slip for each person; and the mail that goes with it, as a text
to paste and as a message to open. Nothing here is sent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import UTC, date
from email.headerregistry import Group
from email.message import EmailMessage
from email.policy import SMTP
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from scheduler.audit.statistics import worker_totals
from scheduler.domain import LEAVE_NAMES, WORKING_LEAVE, Day, Reason, Shift, Worker
from scheduler.files.papers.layout import issued_at, stem
from scheduler.files.put import pack, put_file
from scheduler.files.writing.edition import Edition
from scheduler.files.writing.labels import (
    ASSUMED,
    BREAK,
    DATE,
    ELASTIC,
    KIND,
    NAME,
    NOTICES,
    NUMBER,
    REST,
    SHIFT,
    TOTAL_TITLES,
    breaks_said,
    calendar_said,
)
from scheduler.files.writing.page import (
    AWAY,
    DAY_FILLS,
    FREE,
    HEAD,
    PLAIN,
    RESTING,
    TEXT,
    Column,
    Look,
    Page,
    clean,
    lay_out,
    put_table,
    shift_look,
)
from scheduler.files.writing.properties import HANDOUTS, Stamp, set_stamp
from scheduler.files.writing.roster_sheet import records
from scheduler.files.writing.wording import shift_called, shift_times
from scheduler.i18n import LANGS, MONTHS, WEEKDAYS, Lang, Sentence, join_items
from scheduler.rules.book import discovered
from scheduler.timeline import DAY_MINUTES, clock_text, weeks
from scheduler.workflow.version import Recipient

LEADER_ROLES = ("班长", "leader")

# Files
HANDOUTS_NAME, MAIL_NAME = Sentence("分发", "handouts"), Sentence("邮件", "mail")

# Sheets
BOARD, RECEIPTS, SLIPS = (
    Sentence("公告栏 {day}", "Board {day}"),
    Sentence("分发签收", "Receipts"),
    Sentence("个人班表", "Slips"),
)

VERSION_MARK = Sentence("第 {version} 版 · {status} · 指纹 {mark}", "version {version} · {status} · {mark}")
VERSION_PLAIN = Sentence("第 {version} 版 · {status}", "version {version} · {status}")
OLD_VOID = Sentence("第 {n} 版即日起作废，请停止使用并交回。", "Version {n} is void: stop using it and return it.")

# The notice board
WEEK_OF = Sentence("{title} {first}–{last}", "{title}: {first} – {last}")
SHORT_DAY = Sentence("{month}月{day}日", "{day} {name}")
ON_WEEKDAY = Sentence("周{weekday}", "{weekday}")
AWAY_SIGN = Sentence("假", "leave")
ARRANGED = Sentence("安排：{lines}", "Arrangements: {lines}")

# Receipts
RECEIPT_TITLE = Sentence("{title} 分发签收表", "{title}: receipts")
WHOM, COPIES = Sentence("部门 / 姓名", "Department / name"), Sentence("发放内容", "What is given")
CODE = Sentence("编号", "ID")
SIGNED, SIGNED_ON = Sentence("签收", "Signature"), Sentence("日期", "Date")
RETURNED, RETURNED_OF = Sentence("收回旧表", "Old copy back"), Sentence("收回第 {n} 版", "Version {n} back")
KINDS = {"department": Sentence("部门", "department"), "person": Sentence("个人", "person")}
WHOLE = Sentence("排班表、公告栏页", "roster, notice-board pages")
CORNER = Sentence("{n} 号", "No. {n}")
SLIP_NUMBER = Sentence("个人班表 {n} 号", "slip no. {n}")

# A slip
SLIP_TITLE = Sentence("个人班表：{name}", "Slip of {name}")
OF_WHOM = Sentence("工号 {id}{team} · {desk} {month}", "ID {id}{team} · {desk}, {month}")
TIMES, HOURS, REMARKS = Sentence("时间", "Times"), Sentence("工时", "Hours"), Sentence("备注", "Notes")
DAY_OF_WEEK, LEADER = Sentence("星期", "Day"), Sentence("带班 / 电话", "Leader, phone")
SLIP_TOTALS = ("duties", "hours", "nights", "weekends", "holidays", "rest_days", "leave_days")
MYSELF = Sentence("本人", "yourself")
ARRANGEMENTS_HEAD = Sentence("与本人有关的安排", "Arrangements that name you")
APPROVAL = Sentence(
    "排定的班次不得自行更换；需要调整的，事先提出申请，经批准后以新版为准。",
    "Shifts may not be exchanged on your own: ask beforehand; a change holds once approved and issued anew.",
)
SLIP_SIGNED = Sentence(
    "本人已收到：______________  日期：____________", "Received by: ______________  Date: ____________"
)

# The mail
SUBJECT = Sentence("{desk} {month}排班表 第 {version} 版", "{desk}: roster for {month}, version {version}")
REVISED = Sentence("{subject}（第 {n} 版作废）", "{subject} (version {n} is void)")
GREETING = Sentence("各位同事：", "Dear colleagues,")
ANNOUNCED = {
    "live": Sentence(
        "{desk} {month}排班表第 {version} 版已经发布，请按此上班。",
        "Version {version} of the roster of {desk} for {month} is published. Please work by it.",
    ),
    "draft": Sentence(
        "{desk} {month}排班表第 {version} 版是草稿，供征求意见，尚不作为上班依据。",
        "Version {version} of the roster of {desk} for {month} is a draft for your opinion. Do not work by it yet.",
    ),
    "superseded": Sentence(
        "{desk} {month}排班表第 {version} 版已作废，被新版取代。",
        "Version {version} of the roster of {desk} for {month} is void: a newer one is in force.",
    ),
    "withdrawn": Sentence(
        "{desk} {month}排班表第 {version} 版已撤回作废。",
        "Version {version} of the roster of {desk} for {month} is void: it was withdrawn.",
    ),
}
MAIL_FACTS = (
    (Sentence("版本", "Version"), "version"),
    (Sentence("指纹", "Fingerprint"), "mark"),
    (Sentence("编制时间", "Made at"), "made_at"),
    (Sentence("检查结论", "Audit"), "audit"),
)
FACT = Sentence("{label}：{value}", "{label}: {value}")
ATTACHED = Sentence("附件：", "Attached:")
FILE_LINE = Sentence("  · {name}（{what}）", "  · {name} ({what})")
CONTENTS = Sentence("公告栏、分发签收表、个人班表 {n} 份", "notice board, receipts, {n} slips")
THE_ROSTER = Sentence("排班表", "roster")
CALLED_BACK = Sentence(
    "第 {n} 版即日起作废：请停止使用，把旧表交回并在分发签收表上登记；收到新表请签收。",
    "Version {n} is void from now on: stop using it, return your copy and have it ticked off; sign for the new one.",
)
SIGN_FOR_IT = Sentence("收到请在分发签收表上签字。", "Please sign for your copy on the list of receipts.")
SENT_TO = Sentence("发放：{departments}；个人 {people} 人", "Copies: {departments}; {people} people")
NO_DEPARTMENT = Sentence("无部门", "no department")


def on_list(edition: Edition, recipients: Iterable[Recipient]) -> tuple[Recipient, ...]:
    """Everybody who gets a copy: departments, then people, the desk's own in its order.

    Whoever has a duty in the month is on the list, named or not: each person on
    duty gets a copy (RULES 1).
    """
    named = dict.fromkeys(recipients)
    departments = [each for each in named if each.kind == "department"]
    people = {each.id: each for each in named if each.kind == "person"}
    busy = {duty.worker for duty in edition.roster.duties}
    names = edition.problem.names
    own = [
        people.pop(worker.id, Recipient("person", worker.id, names[worker.id]))
        for worker in edition.problem.workers
        if worker.id in people or worker.id in busy
    ]
    return (*departments, *own, *people.values())


def write_handouts(
    folder: Path,
    edition: Edition,
    recipients: Sequence[Recipient],
    lang: Lang = "zh",
    *,
    replaces: int | None = None,
    leaders: Collection[str] = LEADER_ROLES,
    attached: Sequence[Path] = (),
    slips_for: Collection[str] | None = None,
) -> list[Path]:
    """Write what is given out with an edition; files of those names are replaced, one by one.

    Parameters
    ----------
    folder : Path
        Made where it is not there.
    recipients : sequence of Recipient
        Completed by `on_list`.
    replaces : int or None
        The version that this one makes void.
    leaders : collection of str
        Roles whose phone a slip tells to those on the same shift.
    attached : sequence of Path
        Further files that go with the mail, such as the roster's workbook.
    slips_for : collection of str, optional
        Ids of those who get a slip; everybody by default. Where a version is re-issued, most slips say what they said.

    Returns
    -------
    list of Path
        The workbook, the mail as text, the mail as a message.

    Raises
    ------
    OSError
        When a file cannot be read or written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    whom = on_list(edition, recipients)
    issue = _Issue(edition, whom, lang, edition.fingerprint, replaces, frozenset(leaders), slips_for)
    book = folder / f"{stem(edition)}-{HANDOUTS_NAME.say(lang)}.xlsx"
    mail = f"{stem(edition)}-{MAIL_NAME.say(lang)}"
    packed = issue.workbook()
    files = [(path.name, path.read_bytes(), THE_ROSTER) for path in attached]
    text = issue.mail([(name, what) for name, _, what in files] + [(book.name, issue.contents)])
    message = issue.message(text, [(name, content) for name, content, _ in files] + [(book.name, packed)])
    return [
        put_file(book, packed),
        put_file(folder / f"{mail}.txt", text.encode()),
        put_file(folder / f"{mail}.eml", message),
    ]


# --- Looks -------------------------------------------------------------------

# To be read from two metres, a Chinese character is about five millimetres high, 14 points.
BOARD_TITLE = Look(bold=True, size=22, across="left", boxed=False)
BOARD_HEAD = Look(bold=True, size=14, fill="E4EAF1", shrink=True)
BOARD_NAME = Look(bold=True, size=16, form="@", shrink=True)
BOARD_REST = Look(size=14, ink="7F7F7F", shrink=True)
BOARD_LINE = Look(size=12, across="left", wrap=True, boxed=False)
OUTSIDE = Look(fill="D9D9D9")  # a day of another month, or of no employment
SLIP_HEAD = Look(bold=True, size=18, across="left", boxed=False)
SLIP_CORNER = Look(size=10, across="right", boxed=False)
WARNING = Look(bold=True, ink="C00000", across="left", wrap=True, boxed=False)
NAME_WIDTH, DAY_WIDTH = 14.0, 18.0  # spreadsheet units
# A sheet with page breaks of its own is printed in its true size, and a unit is 5.25 to 7 points, as the fonts of
# the place have it: so the slips take no more than what A4 upright holds of the widest.
SLIP_WIDTH = 78.0
BOARD_ROOM = 500.0  # points of a page across, for everything
ROW_LEAST, ROW_MOST = 25.0, 40.0  # points of a person's row on the board
SLIP_ROOM = 745.0  # points of a page upright
DAY_LEAST, DAY_MOST = 13.0, 17.0  # points of a day's row on a slip


class _Issue:
    """One edition on its way to paper, in one language."""

    def __init__(
        self,
        edition: Edition,
        whom: Sequence[Recipient],
        lang: Lang,
        mark: str,
        replaces: int | None,
        leaders: frozenset[str],
        slips_for: Collection[str] | None,
    ) -> None:
        self.edition, self.whom, self.lang, self.mark, self.replaces = edition, whom, lang, mark, replaces
        self.leaders = leaders
        self.problem = edition.problem
        self.arrangements = edition.arrangements
        self.slips = [
            (number, self.problem.worker_by_id[each.id])
            for number, each in enumerate(whom, 1)
            if each.kind == "person" and each.id in self.problem.worker_by_id
            if slips_for is None or each.id in slips_for
        ]

    def say(self, sentence: Sentence, **facts: object) -> str:
        """A sentence in the language of the issue."""
        return sentence.say(self.lang, **facts)

    def version_said(self, lang: Lang) -> str:
        """Version, status and fingerprint."""
        sentence = VERSION_MARK if self.mark else VERSION_PLAIN
        status = self.edition.status_said(lang)
        return sentence.say(lang, version=self.edition.version, status=status, mark=self.mark)

    @property
    def contents(self) -> Sentence:
        """What the workbook of this issue holds."""
        return Sentence(*(CONTENTS.say(lang, n=len(self.slips)) for lang in LANGS))

    def workbook(self) -> bytes:
        """The notice board, the receipts and the slips."""
        book, edition = Workbook(), self.edition
        book.remove(book.worksheets[0])
        styles: dict[Look, Any] = {}

        def sheet(title: str, write: Callable[[Page], None], landscape: bool = False, fitted: bool = True) -> None:
            made: Worksheet = book.create_sheet(title)
            write(Page(made, styles))
            made.sheet_view.showGridLines = False
            left = f"{self.problem.desk.name} {edition.month(self.lang)} {title}"
            lay_out(made, self.lang, left, self.version_said(self.lang), landscape=landscape, fitted=fitted)

        for week in weeks(self.problem.dates, self.problem.desk.first_weekday):
            first = next(day for day in week if day in self.problem.day_by_date)
            sheet(self.say(BOARD, day=self._short_day(first)), partial(self._board, week), landscape=True)
        sheet(self.say(RECEIPTS), self._receipts)
        if self.slips:
            sheet(self.say(SLIPS), self._slips, fitted=False)
        at = issued_at(edition)
        month, desk, status = self.problem.month, self.problem.desk, edition.status
        set_stamp(book, Stamp(desk.id, month, edition.version, status, self.mark, self.lang, HANDOUTS))
        book.properties.title = clean(f"{edition.title(self.lang)} {self.say(HANDOUTS_NAME)}")
        book.properties.creator = clean(desk.name)
        book.properties.created = book.properties.modified = at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        return pack(book, at)

    # The notice board

    def _short_day(self, day: date) -> str:
        return SHORT_DAY.say(self.lang, month=day.month, day=day.day, name=MONTHS[day.month - 1])

    def _board(self, week: Sequence[date], page: Page) -> None:
        """A week: a row for each person, seven days with the hours; its head stands on every page."""
        days = [day for day in week if day in self.problem.day_by_date]
        page.set_width(1, NAME_WIDTH)
        for column in range(2, 9):
            page.set_width(column, DAY_WIDTH)
        title = self.say(WEEK_OF, title=self.edition.title(self.lang), first=days[0], last=days[-1])
        page.spread(1, range(1, 7), title, BOARD_TITLE)
        page.spread(1, range(7, 9), self.version_said(self.lang), SLIP_CORNER)
        page.set_height(1, 36)
        row = 2
        if self.replaces:
            page.spread(row, range(1, 9), self.say(OLD_VOID, n=self.replaces), WARNING._replace(size=12))
            page.set_height(row, 20)
            row += 1
        for place in range(2):
            page.put(row + place, 1, None if place else self.say(NAME), BOARD_HEAD)
        page.merge(row, row + 1, 1, 1)
        for column, day in enumerate(week, 2):
            self._board_day(page, row, column, day)
        page.set_height(row, 24)
        page.set_height(row + 1, 20)
        row += 2
        page.sheet.print_title_rows = f"1:{row - 1}"
        page.sheet.freeze_panes = f"B{row}"
        below = self._below(days)
        people = [worker for worker in self.problem.workers if any(worker.employed(day) for day in days)]
        room = BOARD_ROOM - sum(page.height(each) for each in range(1, row)) - 18 * len(below)
        height = min(room / max(1, len(people)), ROW_MOST)
        for worker in people:
            page.put(row, 1, self.problem.names[worker.id], BOARD_NAME)
            most = 1
            for column, day in enumerate(week, 2):
                text, look = self._board_cell(worker, day)
                most = max(most, text.count("\n") + 1)
                page.put(row, column, text, look)
            page.set_height(row, max(height, ROW_LEAST, 17 * most))
            row += 1
        for text in below:
            page.set_height(row, 17 * page.spread(row, range(1, 9), text, BOARD_LINE))
            row += 1

    def _board_day(self, page: Page, row: int, column: int, day: date) -> None:
        known = self.problem.day_by_date.get(day)
        look = BOARD_HEAD._replace(fill=DAY_FILLS[known.kind] or BOARD_HEAD.fill) if known else OUTSIDE
        if not known:
            page.put(row, column, None, look)
            page.put(row + 1, column, None, look)
            return
        weekday = WEEKDAYS[day.weekday()].say(self.lang)
        mark = calendar_said(known, self.lang)
        weekday = ON_WEEKDAY.say(self.lang, weekday=weekday)
        page.put(row, column, self._short_day(day), look)
        page.put(row + 1, column, " ".join(filter(None, (weekday, mark))), look._replace(size=12))

    def _board_cell(self, worker: Worker, day: date) -> tuple[str, Look]:
        """The shift and its hours, large; what kind of leave somebody is on is nobody else's business."""
        if day not in self.problem.day_by_date or not worker.employed(day):
            return "", OUTSIDE
        shifts = self._shifts(worker, day)
        if not shifts:
            leave = self.problem.leave_days.get((worker.id, day))
            if leave and leave.kind in WORKING_LEAVE:
                return self.say(LEAVE_NAMES[leave.kind]), BOARD_REST
            return self.say(AWAY_SIGN if leave else REST), BOARD_REST
        text = "\n".join(f"{shift.code} {short_times(shift, self.lang)}" for shift in shifts)
        look = shift_look(shifts[0])
        if len(shifts) > 1:
            return text, look._replace(size=11, wrap=True, shrink=False)
        return text, look._replace(size=14)

    def _below(self, days: Sequence[date]) -> list[str]:
        """What stands below a week: what is arranged over several of its days, and notices for everybody."""
        lines = [
            line.say(self.lang, self.problem.names)
            for line in self.arrangements
            if len(line.days) > 1 and line.days[0] <= days[-1] and line.days[-1] >= days[0]
        ]
        notices = [line.say(self.lang) for line in self.problem.desk.notice]
        join = ("；" if self.lang == "zh" else "; ").join
        texts = [self.say(ARRANGED, lines=join(lines))] if lines else []
        return texts + ([self.say(NOTICES, notice=join(notices))] if notices else [])

    def _shifts(self, worker: Worker, day: date) -> list[Shift]:
        """The shifts that somebody begins on the day, the earlier first."""
        codes = self.edition.roster.on(worker.id, day)
        return sorted((self.problem.shift_by_code[code] for code in codes), key=lambda shift: shift.start)

    # Receipts

    def _receipts(self, page: Page) -> None:
        """Departments and people, with room to sign, and to tick off what comes back."""
        columns = [
            (NUMBER, 6.0, PLAIN),
            (KIND, 8.0 if self.lang == "zh" else 12.0, PLAIN),
            (CODE, 12.0, TEXT),
            (WHOM, 20.0, TEXT),
            (COPIES, 20.0, PLAIN._replace(shrink=True)),
            (SIGNED, 16.0, PLAIN),
            (SIGNED_ON, 11.0, PLAIN),
            (RETURNED, 14.0, PLAIN),
        ]
        for column, (_, width, _) in enumerate(columns, 1):
            page.set_width(column, width)
        across = range(1, len(columns) + 1)
        lines = [
            (self.say(RECEIPT_TITLE, title=self.edition.title(self.lang)), SLIP_HEAD, 28),
            (self.version_said(self.lang), FREE, 16),
        ]
        if self.replaces:
            lines.append((self.say(CALLED_BACK, n=self.replaces), WARNING, 16))
        for row, (text, look, height) in enumerate(lines, 1):
            page.set_height(row, height * page.spread(row, across, text, look))
        top = len(lines) + 1
        numbers = {worker.id: number for number, worker in self.slips}

        def given(each: Recipient) -> str:
            if each.kind == "person" and each.id in numbers:
                return self.say(SLIP_NUMBER, n=numbers[each.id])
            return self.say(WHOLE)

        returned = Sentence(*(RETURNED_OF.say(lang, n=self.replaces) for lang in LANGS)) if self.replaces else RETURNED
        rows = [
            (number, self.say(KINDS[each.kind]), each.id, each.name, given(each), None, None, None)
            for number, each in enumerate(self.whom, 1)
        ]
        titles = [Column(returned if title is RETURNED else title, look, 0) for title, _, look in columns]
        below = put_table(page, top, titles, rows, self.lang)
        for row in range(top + 1, below):
            page.set_height(row, 24)
        page.sheet.freeze_panes = f"A{top + 1}"
        page.sheet.print_title_rows = f"{top}:{top}"

    # Slips

    def _slips(self, page: Page) -> None:
        """A page for each person: every day of the month."""
        columns = self._slip_columns()
        for column, (_, width) in enumerate(columns, 1):
            page.set_width(column, width)
        totals = {row["id"]: row for row in records(worker_totals(self.problem, self.edition.roster))}
        about: dict[str, list[Reason]] = {}
        for line in self.arrangements:
            for who in dict.fromkeys(line.workers):
                about.setdefault(who, []).append(line)
        row = 1
        for number, worker in self.slips:
            if row > 1:
                page.sheet.row_breaks.append(Break(id=row - 1))
            row = self._slip(
                page, row, number, worker, totals[worker.id], about.get(worker.id, []), [t for t, _ in columns]
            )

    def _slip_columns(self) -> list[tuple[Sentence, float]]:
        """What a slip tells of a day, as wide as paper lets it; what nobody here has is left out."""
        columns = [(DATE, 7.0), (DAY_OF_WEEK, 5.0), (SHIFT, 10.0), (TIMES, 13.0)]
        if any(shift.breaks for shift in self.problem.shifts):
            columns.append((BREAK, 13.0))
        columns.append((HOURS, 6.0))
        if any(self._leads(worker) for worker in self.problem.workers):
            columns.append((LEADER, 15.0))
        columns.append((REMARKS, SLIP_WIDTH - sum(width for _, width in columns)))
        return columns

    def _leads(self, worker: Worker) -> bool:
        return not self.leaders.isdisjoint(worker.roles)

    def _slip(
        self,
        page: Page,
        row: int,
        number: int,
        worker: Worker,
        total: dict[str, Any],
        about: Sequence[Reason],
        titles: Sequence[Sentence],
    ) -> int:
        """One person's slip; returns the row below it."""
        last, top = len(titles), row
        title = self.say(SLIP_TITLE, name=worker.name)
        page.spread(row, range(1, last), title, SLIP_HEAD._replace(shrink=True))
        page.put(row, last, self.say(CORNER, n=number), SLIP_CORNER)
        page.set_height(row, 28)
        row += 1
        team = f" · {worker.team}" if worker.team else ""
        facts = {"desk": self.problem.desk.name, "month": self.edition.month(self.lang)}
        whose = self.say(OF_WHOM, id=worker.id, team=team, **facts)
        sums = [self.say(FACT, label=TOTAL_TITLES[name], value=f"{total[name]:g}") for name in SLIP_TOTALS]
        lines = [
            (f"{whose} · {self.version_said(self.lang)}", FREE),
            ("  ".join(sums), FREE._replace(bold=True)),
        ]
        if self.replaces:
            lines.append((self.say(OLD_VOID, n=self.replaces), WARNING))
        for text, look in lines:
            page.set_height(row, 16 * page.spread(row, range(1, last + 1), text, look))
            row += 1
        for column, heading in enumerate(titles, 1):
            page.put(row, column, self.say(heading), HEAD)
        page.set_height(row, 18)
        row += 1
        notes = self._notes(about)
        month = range(row, row + len(self.problem.days))
        for day in self.problem.days:
            row = self._slip_day(page, row, worker, day, notes.get(day.date, []), titles)
        page.set_height(row, 6)
        row += 1
        lines = []
        if about:
            lines.append((self.say(ARRANGEMENTS_HEAD), FREE._replace(bold=True)))
            lines += [(line.say(self.lang, self.problem.names), FREE) for line in about]
        lines += [(notice.say(self.lang), FREE) for notice in self.problem.desk.notice]
        lines += [(self.say(APPROVAL), FREE), (self.say(SLIP_SIGNED), FREE)]
        for text, look in lines:
            page.set_height(row, 15 * page.spread(row, range(1, last + 1), text, look))
            row += 1
        page.set_height(row - 1, 28)
        single = [each for each in month if page.height(each) == DAY_MOST]
        over = sum(map(page.height, range(top, row))) - SLIP_ROOM
        if over > 0 and single:  # a slip is one page as long as it can be read
            for each in single:
                page.set_height(each, max(DAY_LEAST, DAY_MOST - over / len(single)))
        return row

    def _notes(self, about: Sequence[Reason]) -> dict[date, list[str]]:
        """By day, the titles of what is arranged for it alone."""
        found: dict[date, list[str]] = {}
        for line in about:
            if len(line.days) == 1:
                found.setdefault(line.days[0], []).append(self.say(discovered()[line.rule].title))
        return found

    def _slip_day(
        self, page: Page, row: int, worker: Worker, day: Day, notes: Sequence[str], titles: Sequence[Sentence]
    ) -> int:
        shifts = self._shifts(worker, day.date)
        leave = self.problem.leave_days.get((worker.id, day.date))
        remarks = [calendar_said(day, self.lang), *dict.fromkeys(notes)]
        remarks += [
            ELASTIC.say(self.lang, from_=clock_text(shift.firm_end)).strip(" （）()")
            for shift in shifts
            if shift.firm_end is not None
        ]
        hours = sum(shift.paid_minutes for shift in shifts) / 60
        said = {
            DATE: f"{day.date:%m-%d}",
            DAY_OF_WEEK: WEEKDAYS[day.date.weekday()].say(self.lang),
            SHIFT: "\n".join(map(shift_called, shifts)),
            TIMES: "\n".join(shift_times(shift, self.lang) for shift in shifts),
            BREAK: "\n".join(breaks_said(shift, self.lang) for shift in shifts),
            HOURS: hours if shifts else None,
            LEADER: "\n".join(self._led_by(worker, day.date, shift) for shift in shifts),
            REMARKS: join_items(filter(None, remarks), self.lang),
        }
        fill = DAY_FILLS[day.kind]
        if not shifts:
            employed = worker.employed(day.date)
            said[SHIFT] = LEAVE_NAMES[leave.kind].say(self.lang) if leave else self.say(REST) if employed else "—"
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
            lines = max(lines, page.lines(str(said[title] or ""), page.width(column)) if here.wrap else 1)
            page.put(row, column, said[title], here)
        page.set_height(row, DAY_MOST if lines == 1 else 14 * lines)
        return row + 1

    def _led_by(self, worker: Worker, day: date, shift: Shift) -> str:
        """Who leads the shift on the day, with the phone; empty where nobody does."""
        crew = [
            other
            for other in self.problem.workers
            if self._leads(other) and shift.code in self.edition.roster.on(other.id, day)
        ]
        if worker in crew:
            return self.say(MYSELF)
        return join_items((" ".join(filter(None, (other.name, other.phone))) for other in crew), self.lang)

    # The mail

    def mail(self, files: Sequence[tuple[str, Sentence]]) -> str:
        """The mail's text in both languages, the issue's own first."""
        others = [lang for lang in LANGS if lang != self.lang]
        parts = ["\n".join(self._mail(lang, files)) for lang in (self.lang, *others)]
        return f"\n{'-' * 40}\n\n".join(parts)

    def subject(self, lang: Lang) -> str:
        """What the mail is about."""
        subject = SUBJECT.say(
            lang, desk=self.problem.desk.name, month=self.edition.month(lang), version=self.edition.version
        )
        return REVISED.say(lang, subject=subject, n=self.replaces) if self.replaces else subject

    def _mail(self, lang: Lang, files: Sequence[tuple[str, Sentence]]) -> Iterator[str]:
        edition, desk = self.edition, self.problem.desk.name
        yield self.subject(lang)
        yield ""
        yield GREETING.say(lang)
        yield ""
        yield ANNOUNCED[edition.status].say(lang, desk=desk, month=edition.month(lang), version=edition.version)
        yield CALLED_BACK.say(lang, n=self.replaces) if self.replaces else SIGN_FOR_IT.say(lang)
        yield APPROVAL.say(lang)
        yield ""
        facts = {
            "version": f"{edition.version} · {edition.status_said(lang)}",
            "mark": self.mark,
            "made_at": edition.local(edition.made_at, lang),
            "audit": edition.audit_said(lang),
        }
        yield from (FACT.say(lang, label=label, value=facts[name]) for label, name in MAIL_FACTS if facts[name])
        if self.problem.assumptions:
            notes = ("；" if lang == "zh" else "; ").join(note.say(lang) for note in self.problem.assumptions)
            yield ASSUMED.say(lang, notes=notes)
        departments = [each.name for each in self.whom if each.kind == "department"]
        people = sum(each.kind == "person" for each in self.whom)
        yield SENT_TO.say(lang, departments=join_items(departments, lang) or NO_DEPARTMENT.say(lang), people=people)
        yield ""
        yield ATTACHED.say(lang)
        yield from (FILE_LINE.say(lang, name=name, what=what) for name, what in files)
        yield ""

    def message(self, text: str, files: Sequence[tuple[str, bytes]]) -> bytes:
        """The mail as a message with its files, which a mail program opens as a draft.

        It names no sender's address and no host: the sender is an empty group
        (RFC 6854), so whoever sends it is asked for nothing but the recipients.
        """
        message = EmailMessage(policy=SMTP)
        message["Subject"] = clean(self.subject(self.lang)).replace("\n", " ")
        message["From"] = Group(clean(self.problem.desk.name).replace("\n", " "))
        message["To"] = Group("undisclosed-recipients")
        message["Date"] = issued_at(self.edition).astimezone(ZoneInfo(self.problem.desk.zone))
        message["X-Unsent"] = "1"
        message.set_content(text)
        for name, content in files:
            message.add_attachment(
                content,
                maintype="application",
                subtype="vnd.openxmlformats-officedocument.spreadsheetml.sheet"
                if name.endswith(".xlsx")
                else "octet-stream",
                filename=name,
            )
        message.set_boundary(f"=_{hashlib.sha256(text.encode()).hexdigest()[:40]}")
        return message.as_bytes()


def short_times(shift: Shift, lang: Lang) -> str:
    """A shift's hours as a notice board has room for: `8:00–16:00`."""

    def clock(minute: int) -> str:
        text = clock_text(minute if minute <= DAY_MINUTES else minute - DAY_MINUTES).removeprefix("0")
        return Sentence("次日{text}", "+1 {text}").say(lang, text=text) if minute > DAY_MINUTES else text

    return f"{clock(shift.start)}–{clock(shift.end)}"


__all__ = ["LEADER_ROLES", "Recipient", "on_list", "write_handouts"]
