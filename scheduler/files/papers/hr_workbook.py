"""What HR receives of a period as a workbook: a sheet for each table, and one that says how each figure is made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.worksheet import Worksheet

from scheduler.files.papers.hr_fields import Listing
from scheduler.files.papers.hr_people import PERIOD_NAMES, SYSTEM_NAMES
from scheduler.files.papers.hr_pictures import pictures_of
from scheduler.files.papers.hr_tables import LISTINGS, PEOPLE
from scheduler.files.put import pack
from scheduler.files.writing.charts import put_pictures
from scheduler.files.writing.page import (
    LARGE,
    LEFT,
    NUMBER,
    PLAIN,
    Column,
    Look,
    Page,
    clean,
    lay_out,
    put_listing,
    put_table,
)
from scheduler.files.writing.properties import HR, check_own_workbook, mark_as
from scheduler.files.writing.roster_pictures import CHARTS
from scheduler.hr.report import HrReport
from scheduler.i18n import Lang, Sentence
from scheduler.passing import Access, put_file

ABOUT = Sentence("说明", "About")
TITLE = Sentence("{desk} {first} 至 {last} 人事工时表", "{desk}, {first} to {last}: hours for HR")
NOTHING = Sentence("本期没有", "none in this period")
WHAT = Sentence("人事工时表", "an HR workbook")
BY_MONTH = Sentence("口径：日历月", "by calendar months")
BY_CUT_OFF = Sentence("口径：考勤截止日 {day} 日", "by the cut-off day, the {day}th")
MADE = Sentence("编制于 {at}（{zone}），账册记录至 {head}", "made {at} ({zone}), log up to {head}")
VERSION = Sentence(
    "{month} 第 {n} 版（指纹 {mark}）：{since} 起{until}在用",
    "{month}, version {n} (mark {mark}): in force from {since}{until}",
)
UNTIL, STILL = Sentence("至 {at} ", " to {at}"), Sentence("一直", " on")
PRIVATE = Sentence("含假别、原因等个人事项：只给人事", "it holds kinds of and reasons for leave: for HR only")
NO_MONEY = Sentence("只有天数、小时和次数，没有金额", "days, hours and counts only; no amounts of money")
SHEET, COLUMN, MEANING = Sentence("工作表", "Sheet"), Sentence("栏目", "Column"), Sentence("含义", "What it holds")
RULES = (
    Sentence(
        "一班、一次加班整个属于它开始的那天，相邻两期各只算一次；按日类型付的逐分钟算：跨入节日的夜班，零点以后的分钟算节日",
        "a duty, and overtime, belong whole to the day on which they begin; what is paid by the kind of day goes by the minute:"
        " of a night into a holiday, the minutes after midnight are the holiday's",
    ),
    Sentence(
        "排班取每班开始时在用的版本；最先发布以前开始的班取最先发布的一版，标“后补发布”；撤回后没有版本在用的时间没有排班",
        "each duty is taken from the version in force when it began; what began before anything was published from the first"
        " version published; while none was in force nothing was planned",
    ),
    Sentence(
        "加班只算已批的。没有起止时间的加班是当天所上班次最后的那些分钟，不超过所上的工时",
        "only approved overtime counts; without a time it is the last minutes of what was worked on its day, no more than that",
    ),
    Sentence(
        "标准工时制：本人当天有排班（或前一天的班跨入）为 1.5 倍，没有为 2 倍（可调休），法定节假日的分钟为 3 倍（劳动法第44条）",
        "standard: 1.5 on a day with a planned duty, or into which one reaches; 2 on others, or time off; 3 for minutes on"
        " statutory holidays (Labour Law 44)",
    ),
    Sentence(
        "综合工时制：周期内所上的一切工时（不含按 3 倍算的）超过法定总工时（工作日 × 8 小时，减请假）的部分 1.5 倍，周期结束才算；"
        "法定节假日 3 倍；各次加班只列出。周期的月按本表的口径起止",
        "comprehensive: whatever was worked in a period, but for what is multiplied by 3, beyond its statutory total (working days"
        " × 8 h, less leave) counts 1.5 once the period ends; statutory holidays 3; approvals are listed only",
    ),
    Sentence("不定时工时制：加班只列出，不分倍数", "irregular: approvals are listed, not multiplied"),
    Sentence(
        "36 小时按日历月：标准工时制为当月已批且计入的加班，综合工时制为当月工时超出法定工时的部分；30 小时起提示（劳动法第41条）",
        "the 36 hours go by calendar months: approved overtime that counts; comprehensive, hours beyond the month's standard time;"
        " from 30 h on the name is told (Labour Law 41)",
    ),
    Sentence(
        "请假的天数按该假别的算法（日历天或工作日），小时为应出勤中被占的部分；几个钟点的假按小时，半天以部门的分界为准",
        "days of leave count as their kind does, calendar days or working days; hours are what they take of the hours due",
    ),
)


def write_hr_workbook(path: Path, report: HrReport, lang: Lang, access: Access | None) -> None:
    """Write a period's report as a workbook; one of this program's that is there is replaced in one step.

    Parameters
    ----------
    access : Access or None
        Who may read it; see `put_file`.

    Raises
    ------
    InputError
        The name ends otherwise, or something else stands there.
    OSError
        It cannot be written.
    """
    check_own_workbook(path, HR, WHAT)
    book = Workbook()
    book.remove(book.worksheets[0])
    styles: dict[Look, Any] = {}
    for listing in LISTINGS:
        page = _sheet(book, report, listing.title, lang, styles)
        _put(page, listing, report, lang)
    put_pictures(_sheet(book, report, CHARTS, lang, styles), pictures_of(report), lang)
    _explain(_sheet(book, report, ABOUT, lang, styles), report, lang)
    mark_as(book, HR, marks_of(report, lang))
    book.properties.title = clean(say_title(report, lang))
    put_file(path, pack(book, report.at), access)


def marks_of(report: HrReport, lang: Lang) -> dict[str, str]:
    """What a workbook was made from, for its properties."""
    period = report.book.period
    return {
        "desk": report.desk.id,
        "period": f"{period.first}..{period.last}",
        "cut_off": str(period.cut_off or ""),
        "versions": " ".join(f"{one.window.version}:{one.fingerprint}" for one in report.versions),
        "head": report.head,
        "at": report.at.isoformat(),
        "lang": lang,
        "reader": "hr",
    }


def say_title(report: HrReport, lang: Lang) -> str:
    """What the workbook is, and of which days."""
    period = report.book.period
    return TITLE.say(lang, desk=report.desk.name, first=str(period.first), last=str(period.last))


def say_basis(report: HrReport, lang: Lang) -> str:
    """Whether the days are a calendar's month or those up to a cut-off day."""
    period = report.book.period
    return BY_CUT_OFF.say(lang, day=period.cut_off) if period.cut_off else BY_MONTH.say(lang)


def _sheet(book: Workbook, report: HrReport, title: Sentence, lang: Lang, styles: dict[Look, Any]) -> Page:
    sheet: Worksheet = book.create_sheet(title.say(lang))
    left = f"{say_title(report, lang)} {sheet.title}"
    lay_out(sheet, lang, left, f"{report.at:%Y-%m-%d %H:%M}", landscape=True, fitted=True)
    return Page(sheet, styles)


def _put(page: Page, listing: Listing, report: HrReport, lang: Lang) -> None:
    rows = list(listing.values(report, lang))
    looks = [NUMBER if _is_counted(row[at] for row in rows) else field.look for at, field in enumerate(listing.fields)]
    columns = [Column(field.title, look, field.widest) for field, look in zip(listing.fields, looks, strict=True)]
    put_listing(page, columns, rows, lang)
    if not rows:
        header = HeaderFooterItem()
        header.center.text = NOTHING.say(lang)  # on paper it would be headings alone
        page.sheet.oddHeader = header
    if listing.title == PEOPLE:
        held = 2
        page.sheet.freeze_panes = f"{get_column_letter(held + 1)}2"
        page.sheet.print_title_cols = f"A:{get_column_letter(held)}"
        page.sheet.page_setup.fitToWidth = 2  # side by side, who it is on both: on one page nobody could read it


def _is_counted(values: Iterable[object]) -> bool:
    """Whether a column holds numbers, and nothing else."""
    found = [value for value in values if value not in (None, "")]
    return bool(found) and all(isinstance(value, int | float) for value in found)


def _explain(page: Page, report: HrReport, lang: Lang) -> None:
    """What the workbook is, what it was made from, and how each figure is made."""
    columns = [Column(SHEET, LEFT, 14), Column(COLUMN, LEFT, 24), Column(MEANING, LEFT, 100)]
    rows = [
        (listing.title.say(lang), field.title.say(lang), field.meaning.say(lang))
        for listing in LISTINGS
        for field in listing.fields
    ]
    for place, column in enumerate(columns, 1):
        page.set_width(place, column.widest)
    lines = page.spread(1, (1, 2, 3), say_title(report, lang), LARGE._replace(across="left"))
    page.set_height(1, 26 * lines)
    below = 2
    for line in _about(report, lang):
        lines = page.spread(below, (1, 2, 3), line, PLAIN._replace(across="left", boxed=False, wrap=True))
        page.set_height(below, 16 * lines)
        below += 1
    put_table(page, below + 1, [column._replace(widest=0) for column in columns], rows, lang)
    page.sheet.print_title_rows = f"{below + 1}:{below + 1}"


def _about(report: HrReport, lang: Lang) -> Iterator[str]:
    """Lines on what the figures are."""
    zone = report.at.tzinfo
    yield say_basis(report, lang)
    yield MADE.say(lang, at=f"{report.at:%Y-%m-%d %H:%M}", zone=report.desk.zone, head=report.head)
    for one in report.versions:
        until = one.window.until
        said = UNTIL.say(lang, at=f"{until.astimezone(zone):%Y-%m-%d %H:%M}") if until else STILL.say(lang)
        since = f"{one.window.since.astimezone(zone):%Y-%m-%d %H:%M}"
        yield VERSION.say(lang, month=one.month, n=one.window.version, mark=one.fingerprint, since=since, until=said)
    for note in report.notes:
        yield note.say(lang)
    systems = sorted({one.system for one in report.people})
    words = [SYSTEM_NAMES[one].say(lang) for one in systems]
    periods = {
        person.hours_period
        for who, person in report.book.people.items()
        if any(p.id == who and p.cycles for p in report.people)
    }
    words += [PERIOD_NAMES[one].say(lang) for one in sorted(periods)]
    yield ("工时制：" if lang == "zh" else "systems: ") + ("、" if lang == "zh" else ", ").join(words)
    for rule in RULES:
        yield rule.say(lang)
    yield NO_MONEY.say(lang)
    yield PRIVATE.say(lang)
