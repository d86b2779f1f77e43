"""Sheets that are filled in by hand: sign-in, handover, handover log, whom to call, what is ticked off each day.

They are printed from a version, each row with what was planned and room for what happens. Phones stand on the list of
whom to call only where the reader may know them; else there is room to write them in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from datetime import UTC, date
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.worksheet import Worksheet

from scheduler.audit.handovers import Crew, Handover, crews_of, handovers_of
from scheduler.domain import Day, Official, Problem, Shift, Worker
from scheduler.files.papers.issue import VERSION_MARK
from scheduler.files.put import pack
from scheduler.files.writing.edition import Edition
from scheduler.files.writing.labels import DATE, ID, NAME, SHIFT, TEAM
from scheduler.files.writing.page import (
    DAY_FILLS,
    FREE,
    HEAD,
    LARGE,
    LEFT,
    PAPER_HEIGHT,
    PLAIN,
    TEXT,
    Look,
    Page,
    clean,
    lay_out,
)
from scheduler.files.writing.properties import SHEETS, check_own_workbook, mark_as
from scheduler.i18n import WEEKDAYS, Lang, Sentence, join_items
from scheduler.passing import Access, put_file
from scheduler.rules.book import discovered
from scheduler.timeline import clock_text, moment
from scheduler.workflow.readers import Private
from scheduler.workflow.titles import Rank, rank_of

WHAT = Sentence("签到、交接等表单", "sheets to be filled in")
SIGN_IN, HANDOVERS, LOG, CONTACTS = (
    Sentence("签到表", "Sign-in"),
    Sentence("交接班表", "Handover"),
    Sentence("交接班日志", "Handover log"),
    Sentence("值班通讯录", "Contacts"),
)
TITLE = Sentence("{title} {sheet}", "{title}: {sheet}")
PLANNED_START, PLANNED_END = Sentence("上班", "From"), Sentence("下班", "To")
WEEKDAY = Sentence("星期", "Day")  # in a narrow column
BE_THERE = Sentence("应到岗", "Be there")
CAME, WENT, SIGNED, REMARKS = (
    Sentence("到岗时间", "Came at"),
    Sentence("离岗时间", "Left at"),
    Sentence("本人签名", "Signed"),
    Sentence("备注", "Notes"),
)
AT, GIVING, TAKING = Sentence("时刻", "Time"), Sentence("交班", "Hands over"), Sentence("接班", "Takes over")
OPEN_ITEMS, COUNTED = Sentence("未办完的事项", "Open items"), Sentence("物品清点", "Counted")
GIVER, TAKER = Sentence("交班人签字", "Signed: giving"), Sentence("接班人签字", "Signed: taking")
CLOSING = Sentence("下班关门", "the desk closes")
NEXT_UNPUBLISHED = Sentence("下月未发布", "next month not published")
CREW = Sentence("{shift} {who}", "{shift}: {who}")
ON_DUTY, HAPPENED = Sentence("值班人", "On duty"), Sentence("工作内容、异常情况", "What was done, what happened")
RESULT = Sentence("处理结果", "Outcome")
PHONE, ROLE, LEVEL = Sentence("电话", "Phone"), Sentence("职务", "Title"), Sentence("上报", "Escalate to")
LEVELS = {
    Rank.LEAD: Sentence("第一级 当班班长", "1: whoever leads the shift"),
    Rank.SUPERVISOR: Sentence("第二级 主管", "2: supervisors"),
    Rank.HEAD: Sentence("第三级 经理、负责人", "3: managers"),
}
BELOW = Sentence("值班人员", "staff")
DONE, INSPECTED = Sentence("完成（√ 时间）", "Done (√, time)"), Sentence("检查人签字", "Inspected by")
EARLY = Sentence(
    "接班人提前 {n} 分钟到岗，不计工时", "Whoever takes over is there {n} minutes early, which is not paid"
)
BY_HAND = Sentence(
    "本人签名，不得代签；到岗、离岗写实际时间", "Sign for yourself only; write the times at which you came and left"
)
FACE_TO_FACE = Sentence(
    "交接班双方当面交清并签字；重要的事没办完、接班人未到或状态不宜上岗，不得交班，先报上级并记在日志上（延时算加班须补批）",
    "Both are there and sign; nobody leaves while something important is open, or the relief is missing or unfit: tell the next"
    " level first and write it into the log (staying on is overtime, to be approved)",
)
NO_PHONES = Sentence(
    "此表给大家看，不印电话：请按需手写，或以班长、审批人、人事的名义另出",
    "for everybody, so without phones: write in those that are needed, or have it made for leads, approvers or HR",
)
UP = Sentence("找不到上一级的，记下情况，报再上一级", "who cannot be reached: write it down, and call the level above")
UPRIGHT_ROOM, FLAT_ROOM = 745.0, PAPER_HEIGHT  # points of a page for rows
WRITING, SIGNING = 24.0, 21.0  # points of a row that is written in by hand
# A sheet with page breaks of its own is printed in its true size: so it takes no more than A4 holds of the widest fonts.
UPRIGHT, FLAT = 78.0, 112.0


@dataclass(frozen=True)
class DailySheets:
    """What the sheets are made from.

    Attributes
    ----------
    edition : Edition
        The version, for its reader.
    days : tuple of Day
        Those that are printed.
    early : int
        Minutes before their duty at which people are to be there.
    items : tuple of str
        What is counted at a handover.
    after : tuple of Crew or None
        Who takes over from the month's last duties, of the month after; `None` where that is not in force.
    more_names : mapping of str to str
        Their names by id.
    """

    edition: Edition
    days: tuple[Day, ...]
    _: KW_ONLY
    lang: Lang
    early: int = 0
    items: tuple[str, ...] = ()
    officials: tuple[Official, ...] = ()
    after: tuple[Crew, ...] | None = None
    more_names: Mapping[str, str] = field(default_factory=dict)

    @property
    def problem(self) -> Problem:
        """The month."""
        return self.edition.problem

    @property
    def dates(self) -> frozenset[date]:
        """The days that are printed."""
        return frozenset(day.date for day in self.days)

    def say(self, sentence: Sentence, **facts: object) -> str:
        """A sentence in the language of the sheets."""
        return sentence.say(self.lang, **facts)

    def names(self, workers: Sequence[str]) -> str:
        """People by name."""
        names = {**self.more_names, **self.problem.names}
        return join_items((names[who] for who in workers), self.lang)

    def weekday(self, day: date) -> str:
        """The day of the week."""
        return WEEKDAYS[day.weekday()].say(self.lang)

    def say_version(self) -> str:
        """Version, status and mark."""
        edition = self.edition
        facts = {"version": edition.version, "status": edition.say_status(self.lang), "mark": edition.fingerprint}
        return self.say(VERSION_MARK, **facts)


class _Form:
    """A sheet that is one table with room to write, its days kept together on a page."""

    def __init__(self, made: DailySheets, book: Workbook, title: str, widths: Sequence[float], *, flat: bool) -> None:
        self.made, self.flat, self.last = made, flat, len(widths)
        sheet: Worksheet = book.create_sheet(title)
        self.page = Page(sheet, {})
        scale = (FLAT if flat else UPRIGHT) / sum(widths)
        for column, width in enumerate(widths, 1):
            self.page.set_width(column, round(width * scale, 1) - 0.1)
        heading = made.say(TITLE, title=made.edition.title(made.lang), sheet=title)
        lines = self.page.spread(1, range(1, self.last + 1), heading, LARGE._replace(across="left", size=14))
        self.page.set_height(1, 22 * lines)
        self.row, self.top = 2, 1
        self._used = self.page.height(1)
        sheet.sheet_view.showGridLines = False
        left = f"{made.problem.desk.name} {made.edition.month(made.lang)} {title}"
        lay_out(sheet, made.lang, left, made.say_version(), landscape=flat, fitted=False)

    def line(self, text: str, *, bold: bool = False) -> None:
        """A line over the whole width."""
        lines = self.page.spread(self.row, range(1, self.last + 1), text, FREE._replace(bold=bold))
        self._put_height(16 * lines)

    def head(self, titles: Sequence[Sentence]) -> None:
        """The headings, which stand on every page."""
        wanted = 1
        for column, title in enumerate(titles, 1):
            said = self.made.say(title)
            wanted = max(wanted, self.page.lines(said, self.page.width(column)))
            self.page.put(self.row, column, said, HEAD)
        self.page.sheet.print_title_rows = f"1:{self.row}"
        self._put_height(16 * wanted + 2)
        self.page.sheet.freeze_panes = f"A{self.row}"
        self._begin = self._used

    def rows(self, rows: Sequence[Sequence[object]], looks: Sequence[Look], least: float = WRITING) -> None:
        """Rows that stay together on a page."""
        heights = []
        for values in rows:
            wrapped = (place for place, look in enumerate(looks) if look.wrap)
            lines = max((self.page.lines(str(values[at] or ""), self.page.width(at + 1)) for at in wrapped), default=1)
            heights.append(max(least, 15.0 * lines))
        room = (FLAT_ROOM if self.flat else UPRIGHT_ROOM) - 14
        if self._used + sum(heights) > room and self._used > self._begin:
            self.page.sheet.row_breaks.append(Break(id=self.row - 1))
            self._used = self._begin
        for values, height in zip(rows, heights, strict=True):
            if self._used + height > room and self._used > self._begin:  # a day that no page holds
                self.page.sheet.row_breaks.append(Break(id=self.row - 1))
                self._used = self._begin
            for column, (value, look) in enumerate(zip(values, looks, strict=True), 1):
                self.page.put(self.row, column, value, look)
            self._put_height(height)

    def _put_height(self, height: float) -> None:
        self.page.set_height(self.row, height)
        self._used += height
        self.row += 1


def write_daily_sheets(path: Path, made: DailySheets, access: Access | None) -> None:
    """Write the sheets as a workbook; one of this program's that is there is replaced in one step.

    Raises
    ------
    InputError
        The name ends otherwise, or something else stands there.
    OSError
        It cannot be written.
    """
    check_own_workbook(path, SHEETS, WHAT)
    book = Workbook()
    book.remove(book.worksheets[0])
    _sign_in(made, book)
    _handovers(made, book)
    _log(made, book)
    _contacts(made, book)
    _ticked_off(made, book)
    edition = made.edition
    facts = {"desk": made.problem.desk.id, "month": str(made.problem.month), "version": str(edition.version)}
    facts |= {"fingerprint": edition.fingerprint, "lang": made.lang, "reader": edition.reader.stamp}
    mark_as(book, SHEETS, facts)
    book.properties.title = clean(f"{edition.title(made.lang)} {made.say(WHAT)}")
    book.properties.creator = clean(made.problem.desk.name)
    at = edition.log[-1].at if edition.log else edition.made_at
    book.properties.created = book.properties.modified = at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    put_file(path, pack(book, at), access)


def _by_day(made: DailySheets, crews: Sequence[Crew]) -> Iterator[tuple[Day, list[Crew]]]:
    for day in made.days:
        if mine := [crew for crew in crews if crew.day == day.date]:
            yield day, mine


def _sign_in(made: DailySheets, book: Workbook) -> None:
    """A row for each duty: when it was planned, and room for when it was worked (RULES 21, 141, 142)."""
    widths = [8, 5, 7, 12, 8, 10, 10, 10, 10, 10, 10]
    form = _Form(made, book, made.say(SIGN_IN), widths, flat=False)
    form.line(made.say(BY_HAND))
    if made.early:
        form.line(made.say(EARLY, n=made.early))
    there = [BE_THERE] if made.early else []
    form.head(
        [DATE, WEEKDAY, SHIFT, NAME, *(there or [PLANNED_START]), PLANNED_END, CAME, SIGNED, WENT, SIGNED, REMARKS]
    )
    for day, crews in _by_day(made, crews_of(made.problem, made.edition.roster)):
        rows = []
        for crew in crews:
            shift = made.problem.shift_on(crew.day, crew.shift)
            for who in crew.workers:
                begins = _early(shift, made.early)
                told = [f"{day.date:%m-%d}", made.weekday(day.date), crew.shift, made.problem.names[who], begins]
                rows.append([*told, clock_text(shift.end), *[None] * 5])
        fill = PLAIN._replace(fill=DAY_FILLS[day.kind], shrink=True)
        looks = [fill, fill, TEXT, LEFT._replace(shrink=True, wrap=False), *[PLAIN._replace(shrink=True)] * 7]
        form.rows(rows, looks, least=SIGNING)


def _early(shift: Shift, minutes: int) -> str:
    """When somebody is to be there; before midnight it is the day before's."""
    at = shift.start - minutes
    return clock_text(at) if at >= 0 else f"-1 {clock_text(at + 24 * 60)}"


def _handovers(made: DailySheets, book: Workbook) -> None:
    """A row for each handover: who to whom, open items, both signatures (RULES 13, 98, 101, 103, 106, 108 to 112, 174, 185)."""
    widths = [7, 4, 8, 17, 17, 8, 24, *([15] if made.items else []), 11, 11]
    form = _Form(made, book, made.say(HANDOVERS), widths, flat=True)
    form.line(made.say(FACE_TO_FACE))
    items = [COUNTED] if made.items else []
    form.head([DATE, WEEKDAY, AT, GIVING, TAKING, BE_THERE, OPEN_ITEMS, *items, GIVER, TAKER])
    found = [one for one in handovers_of(made.problem, made.edition.roster, made.after) if one.giving.day in made.dates]
    zone, known = made.problem.desk.zone, made.problem.day_by_date
    for day in dict.fromkeys(moment(one.giving.span.end, zone).date() for one in found):
        rows = [_handover(made, one) for one in found if moment(one.giving.span.end, zone).date() == day]
        fill = PLAIN._replace(fill=DAY_FILLS[known[day].kind] if day in known else "", shrink=True)
        wrapped = LEFT._replace(size=9)
        looks = [fill, fill, PLAIN, wrapped, wrapped, PLAIN, LEFT, *([wrapped] if made.items else []), PLAIN, PLAIN]
        form.rows(rows, looks, least=34)


def _handover(made: DailySheets, one: Handover) -> list[object]:
    zone = made.problem.desk.zone
    at = moment(one.giving.span.end, zone)
    nobody = made.say(NEXT_UNPUBLISHED if one.is_open else CLOSING)
    taking = "\n".join(_crew(made, crew) for crew in one.taking) or nobody
    begins = min((crew.span.start for crew in one.taking), default=None)
    there = f"{moment(begins - made.early, zone):%H:%M}" if begins is not None else ""
    counted = ["\n".join(f"{item} □" for item in made.items)] if made.items else []
    told = [f"{at:%m-%d}", made.weekday(at.date()), f"{at:%H:%M}", _crew(made, one.giving), taking, there]
    return [*told, None, *counted, None, None]


def _crew(made: DailySheets, crew: Crew) -> str:
    return made.say(CREW, shift=crew.shift, who=made.names(crew.workers))


def _log(made: DailySheets, book: Workbook) -> None:
    """Room for each shift's record: what was done, what happened, what came of it (RULES 49, 50, 95, 100, 105, 159)."""
    form = _Form(made, book, made.say(LOG), [7, 4, 7, 16, 34, 22, 22, 9], flat=True)
    form.head([DATE, WEEKDAY, SHIFT, ON_DUTY, HAPPENED, RESULT, OPEN_ITEMS, SIGNED])
    for day, crews in _by_day(made, crews_of(made.problem, made.edition.roster)):
        fill = PLAIN._replace(fill=DAY_FILLS[day.kind], shrink=True)
        wrapped = LEFT._replace(size=9)
        rows = [
            [f"{day.date:%m-%d}", made.weekday(day.date), crew.shift, made.names(crew.workers), *[None] * 4]
            for crew in crews
        ]
        form.rows(rows, [fill, fill, TEXT, wrapped, LEFT, LEFT, LEFT, PLAIN], least=60)


def _contacts(made: DailySheets, book: Workbook) -> None:
    """Whom to call, level by level; phones for those whose business they are (RULES 57, 158, 161, 162)."""
    reader, problem = made.edition.reader, made.problem
    form = _Form(made, book, made.say(CONTACTS), [16, 12, 14, 14, 12, 16], flat=False)
    form.line(made.say(UP))
    workers = [one for one in problem.workers if any(one.employed(day.date) for day in made.days)]
    if not any(reader.may_read(Private.PHONE, one.id) for one in workers):
        form.line(made.say(NO_PHONES))
    form.head([LEVEL, ID, NAME, ROLE, TEAM, PHONE])
    looks = [LEFT, TEXT, LEFT, LEFT, LEFT, TEXT]

    def row(one: Worker, level: Sentence) -> list[object]:
        phone = one.phone if reader.may_read(Private.PHONE, one.id) else ""
        return [made.say(level), one.id, problem.names[one.id], join_items(one.roles, made.lang), one.team, phone]

    ranks = {one.id: max((rank_of(role) for role in one.roles), default=Rank.NONE) for one in workers}
    for rank, level in LEVELS.items():
        mine = [row(one, level) for one in workers if ranks[one.id] == rank]
        others = (one for one in made.officials if rank_of(one.role) == rank and one.id not in ranks)
        mine += [[made.say(level), one.id, one.name, one.role, "", ""] for one in others]
        form.rows(mine, looks, least=18)
    form.rows([row(one, BELOW) for one in workers if ranks[one.id] == Rank.NONE], looks, least=18)


def _ticked_off(made: DailySheets, book: Workbook) -> None:
    """What rules arrange day by day and somebody inspects, a sheet for each (RULES 114, 184)."""
    for name, rule in discovered().items():
        lines = [
            one for one in made.edition.arrangements if one.rule == name and one.days and one.days[0] in made.dates
        ]
        if not (rule.ticked_off and lines):
            continue
        form = _Form(made, book, made.say(rule.title), [8, 5, 14, 34, 14, 14, 12], flat=False)
        form.head([DATE, WEEKDAY, NAME, Sentence("安排", "What"), DONE, INSPECTED, REMARKS])
        for line in lines:
            day = line.days[0]
            fill = PLAIN._replace(fill=DAY_FILLS[made.problem.day_by_date[day].kind])
            said = line.say(made.lang, made.problem.names)
            told = [f"{day:%m-%d}", made.weekday(day), made.names(line.workers), said, None, None, None]
            form.rows([told], [fill, fill, LEFT, LEFT, PLAIN, PLAIN, PLAIN], least=WRITING)
