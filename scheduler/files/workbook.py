"""A roster as an Excel workbook: the grid to print, and the tables that people and machines read.

Everything is a value: no formula stands anywhere, ids are text, and a text that
looks like a formula stays a text. The same edition gives the same bytes.
"""

from __future__ import annotations

import io
import os
import re
import unicodedata
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime
from functools import cached_property
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.packaging.custom import CustomPropertyList, StringProperty
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from scheduler.audit.audit import Audit, RuleResult, arrangements
from scheduler.audit.stand_ins import MOST as MOST_STAND_INS
from scheduler.audit.stand_ins import StandIn, stand_ins
from scheduler.audit.statistics import carried_balances, cover_rows, worker_totals
from scheduler.domain import LEAVE_NAMES, Day, DayKind, Duty, Noted, Problem, Reason, Roster, Shift, Violation, Worker
from scheduler.domain.holidays import FESTIVALS
from scheduler.files.grid import GONE_SIGN, GRID_TITLE, LEAVE_SIGNS, REST_SIGN, joined_shifts, shift_words, shifts_in
from scheduler.i18n import MONTHS, WEEKDAYS, Lang, Sentence, as_written, join_items, worded
from scheduler.rules import Constraint
from scheduler.rules.book import Rulebook, discovered
from scheduler.staffing.breaks import BreakPlan
from scheduler.timeline import clock_text, moment
from scheduler.workflow.change_log import LogRow
from scheduler.workflow.version import EVENT_NAMES as EVENTS

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class LogLine:
    """One line of the change log; `at` is zone-aware, `version` the one concerned."""

    at: datetime
    event: str
    version: int | None
    by: str
    because: str


@dataclass(frozen=True)
class Certified:
    """What a second solver proved of the month's problem, by itself.

    Attributes
    ----------
    bound : int or None
        No roster costs less, says that solver; `None` where its time ended before any bound.
    best : int or None
        The cheapest roster that it found itself.
    seconds : float
        Wall time that it took.
    """

    solver: str
    bound: int | None
    best: int | None
    seconds: float

    def said(self, lang: Lang, objective: int, bound: int | None, prover: str) -> str:
        """What its bound means for a roster.

        Parameters
        ----------
        objective, bound : int
            The roster's cost, and its proved bound.
        prover : str
            Who proved that bound.
        """
        gap = 0.0
        if self.bound is None:
            said = NOTHING_CERTIFIED
        elif self.bound < objective:
            said, gap = CERTIFIED_WITHIN, (objective - self.bound) / objective
        else:
            twice = bound is not None and bound >= objective and prover != self.solver
            said = CERTIFIED_TWICE if twice else CERTIFIED
        return said.say(lang, solver=self.solver, bound=self.bound, gap=f"{gap:.2%}", seconds=f"{self.seconds:.1f}")


@dataclass(frozen=True)
class Edition:
    """One version of a month's roster, with all that its workbook prints.

    Attributes
    ----------
    status : str
        `draft`, `live`, `superseded` or `withdrawn`.
    made_at : datetime
        Zone-aware; printed in the desk's zone.
    proof : str
        `OPTIMAL` or `FEASIBLE`.
    objective, bound : int
        Cost of the compromises, and the least that any roster of the month could cost.
    gap : float or None
        Their distance as a part of the objective.
    finder, prover : str
        Who found the roster, and who proved the bound; empty where that was not recorded.
    certificate : Certified or None
        What a second solver proved, where it was asked.
    fingerprint : str
        Of the roster's cells, whatever file they stand in.
    published_at : datetime or None
        Zone-aware.
    late : str
        Why it was published after its deadline; empty where it was not.
    issued : tuple of LogRow
        Every version of the month that was ever in force.
    breaks : BreakPlan or None
        When everybody has breaks, where the desk has them placed.
    """

    problem: Problem
    rulebook: Rulebook
    roster: Roster
    audit: Audit
    version: int
    status: str
    made_at: datetime
    proof: str
    objective: int
    bound: int | None
    gap: float | None
    seed: int
    log: tuple[LogLine, ...] = ()
    finder: str = ""
    prover: str = ""
    certificate: Certified | None = None
    fingerprint: str = ""
    published_at: datetime | None = None
    late: str = ""
    issued: tuple[LogRow, ...] = ()
    breaks: BreakPlan | None = None

    def proof_said(self, lang: Lang) -> str:
        """What is proved of the roster."""
        if self.proof == "OPTIMAL":
            return PROVED.say(lang)
        told = self.gap is not None and self.gap < 1  # a bound of nothing tells nothing
        return WITHIN.say(lang, gap=f"{self.gap:.2%}") if told else UNPROVED.say(lang)

    def audit_said(self, lang: Lang) -> str:
        """What the audit found, in short."""
        broken, exempt = len(self.audit.broken), len(self.exemptions)
        said = (BROKEN if broken else KEPT).say(lang, n=broken, rules=len(self.audit.results))
        return said + (EXEMPTED.say(lang, n=exempt) if exempt else "")

    @property
    def exemptions(self) -> tuple[Violation, ...]:
        """What a clause taken literally lets through, rule by rule."""
        return self.audit.noted(Noted.EXEMPTION)

    @cached_property
    def arrangements(self) -> list[Reason]:
        """What the rules settle beside the duties, by day."""
        return arrangements(self.problem, self.rulebook, self.roster)

    def state_said(self, lang: Lang) -> str:
        """Version, status, time of making, proof and audit in one line."""
        status, made_at = self.status_said(lang), self.local(self.made_at, lang)
        proof, audit = self.proof_said(lang), self.audit_said(lang)
        said = STATED.say(lang, version=self.version, status=status, at=made_at, proof=proof, audit=audit)
        if self.published_at:
            said += PUBLISHED_AT.say(lang, at=self.local(self.published_at, lang))
        return said + (FINGERPRINTED.say(lang, fingerprint=self.fingerprint) if self.fingerprint else "")

    def month(self, lang: Lang) -> str:
        """The month's name."""
        first = self.problem.first
        return MONTH.say(lang, year=first.year, month=first.month, name=MONTHS[first.month - 1])

    def title(self, lang: Lang) -> str:
        """Desk and month, with a stamp on everything that is not in force."""
        title = TITLE.say(lang, desk=self.problem.desk.name, month=self.month(lang))
        if self.status == "live" and self.late:
            return STAMPED.say(lang, title=title, status=PUBLISHED_LATE.say(lang, because=self.late))
        return title if self.status == "live" else STAMPED.say(lang, title=title, status=self.status_said(lang))

    def status_said(self, lang: Lang) -> str:
        """The version's state."""
        return STATUSES[self.status].say(lang) if self.status in STATUSES else self.status

    def local(self, at: datetime, lang: Lang) -> str:
        """A moment in the desk's zone."""
        zone = self.problem.desk.zone
        return AT.say(lang, at=f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}", zone=zone)


# --- Words -------------------------------------------------------------------

PROVED = Sentence("已证明最优", "proved optimal")
WITHIN = Sentence("可行，与最优相差不超过 {gap}", "feasible, at most {gap} from the best possible")
UNPROVED = Sentence("可行，未证明最优", "feasible, not proved optimal")
FOUND = Sentence("排班由 {finder} 找到，下界由 {prover} 证明", "roster found by {finder}, bound proved by {prover}")
CERTIFIED_TWICE = Sentence(
    "{solver} 另行证明下界 {bound}，等于总代价：最优性由两个求解器各自证明（用时 {seconds} 秒）",
    "{solver} proved the bound {bound} by itself, which is the cost: proved optimal twice ({seconds} s)",
)
CERTIFIED = Sentence(
    "{solver} 另行证明下界 {bound}，等于总代价：最优性由 {solver} 证明（用时 {seconds} 秒）",
    "{solver} proved the bound {bound} by itself, which is the cost: proved optimal by {solver} ({seconds} s)",
)
CERTIFIED_WITHIN = Sentence(
    "{solver} 另行证明下界 {bound}：与最优相差不超过 {gap}（用时 {seconds} 秒）",
    "{solver} proved the bound {bound} by itself: at most {gap} from the best possible ({seconds} s)",
)
NOTHING_CERTIFIED = Sentence(
    "{solver} 在 {seconds} 秒内没有证出任何下界", "{solver} proved no bound within {seconds} s"
)
KEPT = Sentence("规则检查：{rules} 条全部符合", "audit: all {rules} rules kept")
BROKEN = Sentence("规则检查：✗ {n} 处违反", "audit: ✗ {n} breaches")
EXEMPTED = Sentence("，另有 {n} 处破例（照字面读）", ", and {n} exemptions (clauses read literally)")
EXEMPT_HERE = Sentence("破例：{lines}", "Exemptions: {lines}")
EXEMPT_RULE = Sentence("{clause}：{n} 处（{who}）", "{clause}: {n} ({who})")
MORE = Sentence("。逐条见“{sheet}”", ". Each of them on sheet {sheet}")
NOTICES = Sentence("告示：{notice}", "Notice: {notice}")
ELASTIC = Sentence("（{from_} 起弹性）", " (elastic from {from_})")
AT = Sentence("{at}（{zone}）", "{at} ({zone})")
STATUSES = {
    "draft": Sentence("草稿", "DRAFT"),
    "live": Sentence("已发布", "published"),
    "superseded": Sentence("已作废（被新版取代）", "SUPERSEDED"),
    "withdrawn": Sentence("已作废（撤回）", "WITHDRAWN"),
}
MONTH = Sentence("{year}年{month}月", "{name} {year}")
TITLE = Sentence("{desk} {month} 排班表", "{desk}: roster for {month}")
STAMPED = Sentence("{title}【{status}】", "{title} [{status}]")
STATED = Sentence(
    "第 {version} 版 · {status} · 编制于 {at} · {proof} · {audit}",
    "version {version} · {status} · made {at} · {proof} · {audit}",
)
PUBLISHED_AT = Sentence(" · 发布于 {at}", " · published {at}")
PUBLISHED_LATE = Sentence("逾期发布：{because}", "PUBLISHED LATE: {because}")
FINGERPRINTED = Sentence(" · 指纹 {fingerprint}", " · fingerprint {fingerprint}")
ASSUMED = Sentence("假设：{notes}", "Assumptions: {notes}")
PAGE = Sentence("第 &P 页，共 &N 页", "page &P of &N")
EDITION = Sentence("第 {version} 版 {status}", "version {version} {status}")

# Sheets
DETAIL, COVER, TOTALS = Sentence("每日明细", "Duties"), Sentence("覆盖", "Cover"), Sentence("统计", "Totals")
RULES, LOG = Sentence("规则检查", "Rules"), Sentence("变更记录", "Change log")
STAND_INS, STAND_IN_PLACE = Sentence("替补名单", "Stand-ins"), Sentence("替补 {n}", "Stand-in {n}")
NEEDS_OVERTIME, NOBODY_FREE = Sentence("（须先批加班）", " (overtime first)"), Sentence("无人可替", "nobody")
ARRANGEMENTS, LAW = Sentence("值班安排", "Arrangements"), Sentence("法规检查", "Law")
SLOTS, BREAK_PLAN = Sentence("时段覆盖", "Cover by time"), Sentence("小休用餐", "Breaks")

# Columns
ID, NAME, TEAM = Sentence("工号", "ID"), Sentence("姓名", "Name"), Sentence("班组", "Team")
DATE, WEEKDAY, CALENDAR = Sentence("日期", "Date"), Sentence("星期", "Weekday"), Sentence("日历", "Calendar")
SHIFT, SHIFT_NAME = Sentence("班次", "Shift"), Sentence("班次名称", "Shift name")
START, END = Sentence("开始", "Start"), Sentence("结束", "End")
BREAK, PAID_HOURS = Sentence("休息时段", "Breaks"), Sentence("工时", "Paid hours")
WHO, HEADS, MISSING = Sentence("人员", "Who"), Sentence("在岗", "Heads"), Sentence("缺", "Missing")
LEAST, TARGET, MOST = Sentence("最少", "Minimum"), Sentence("目标", "Target"), Sentence("最多", "Maximum")
STATE, VERSION = Sentence("状态", "State"), Sentence("版本", "Version")
AT_TIME, EVENT = Sentence("时间", "Time"), Sentence("事项", "Event")
BY, BECAUSE = Sentence("经办人", "By"), Sentence("原因", "Because")
RULE, CLAUSE, SETTINGS = Sentence("规则", "Rule"), Sentence("条款", "Clause"), Sentence("参数", "Settings")
RESULT, SENTENCE, KIND = Sentence("结果", "Result"), Sentence("内容", "What"), Sentence("类别", "Kind")
COMPROMISES, COST = Sentence("让步", "Compromises"), Sentence("代价", "Cost")
GRID_TOTALS = {
    "duties": Sentence("班次", "Duties"),
    "hours": Sentence("工时", "Hours"),
    "nights": Sentence("夜班", "Nights"),
    "weekends": Sentence("周末", "W/E"),
    "holidays": Sentence("节假日", "Hols"),
    "rest_days": Sentence("休息", "Off"),
}
TOTAL_TITLES = {
    "id": ID,
    "name": NAME,
    "team": TEAM,
    "duties": Sentence("班次数", "Duties"),
    "hours": Sentence("工时", "Hours"),
    "norm_hours": Sentence("应出勤工时", "Norm hours"),
    "beyond_norm": Sentence("工时差", "Beyond norm"),
    "nights": Sentence("夜班", "Nights"),
    "weekends": Sentence("周末班", "Weekend duties"),
    "holidays": Sentence("节假日班", "Holiday duties"),
    "rest_days": Sentence("休息天数", "Rest days"),
    "leave_days": Sentence("请假天数", "Leave days"),
    "wishes": Sentence("申请数", "Wishes"),
    "granted": Sentence("满足数", "Granted"),
    "carried_nights": Sentence("上期结转夜班", "Carried in: nights"),
    "carried_weekends": Sentence("上期结转周末班", "Carried in: weekends"),
    "carried_holidays": Sentence("上期结转节假日班", "Carried in: holidays"),
    "carried_hours": Sentence("上期结转工时", "Carried in: hours"),
    "after_nights": Sentence("结转下期夜班", "Carried out: nights"),
    "after_weekends": Sentence("结转下期周末班", "Carried out: weekends"),
    "after_holidays": Sentence("结转下期节假日班", "Carried out: holidays"),
    "after_hours": Sentence("结转下期工时", "Carried out: hours"),
}

# The grid
HOLIDAY, DAY_OFF, WORKDAY = Sentence("节", "holiday"), Sentence("休", "off"), Sentence("班", "work")
COVER_HEADING = Sentence(
    "覆盖：在岗/目标人数（▽ 低于目标，✗ 低于最少，△ 高于最多）",
    "Cover: heads/target (▽ below target, ✗ below minimum, △ above maximum)",
)
COVER_WORDS = {
    "": Sentence("符合", "met"),
    "▽": Sentence("低于目标", "below target"),
    "✗": Sentence("低于最少", "below minimum"),
    "△": Sentence("高于最多", "above maximum"),
}
ANYBODY = Sentence("全员", "anybody")
LEGEND = Sentence("图例：{signs}；粗体为夜班", "Signs: {signs}; nights in bold")
BREAKS = Sentence("（休 {breaks}）", " (break {breaks})")
PAID_BREAK = Sentence("{span} 计薪", "{span} paid")
REST, GONE = Sentence("休息", "day off"), Sentence("不在职", "not employed")
SIGNATURE = Sentence("{role}：______________  日期：____________", "{role}: ______________  Date: ____________")
SIGNED_AS = (Sentence("编制", "Made by"), Sentence("审核", "Checked by"), Sentence("批准", "Approved by"))

# The audit
DESK, PROOF, AUDITED = Sentence("岗位", "Desk"), Sentence("求解结论", "Proof"), Sentence("检查结论", "Audit")
MADE_AT, SEED = Sentence("编制时间", "Made at"), Sentence("随机种子", "Seed")
SOLVERS, CERTIFICATE = Sentence("求解器", "Solvers"), Sentence("第二求解器", "Second solver")
OBJECTIVE, BOUND, GAP = Sentence("总代价", "Objective"), Sentence("代价下界", "Bound"), Sentence("差距", "Gap")
RECOMPUTED = Sentence("总代价（检查复算）", "Objective (audited)")
FINGERPRINT, ASSUMPTION = Sentence("规则指纹", "Rulebook fingerprint"), Sentence("假设", "Assumption")
FINDINGS, NUMBER = Sentence("违反与让步", "Breaches and compromises"), Sentence("序号", "No.")
FULFILLED, FAILED = Sentence("✓ 符合", "✓ kept"), Sentence("✗ {n} 处", "✗ broken: {n}")
IDLE, OFF = Sentence("— 不适用", "— not here"), Sentence("○ 停用", "○ off")
OFF_BECAUSE = Sentence("停用原因：{because}", "switched off because: {because}")
BREACH, COMPROMISE = Sentence("✗ 违反", "✗ breach"), Sentence("让步", "compromise")
EXEMPTION, WARNING = Sentence("破例", "exemption"), Sentence("提示", "warning")
READ_SO = Sentence("照字面读，只记录：{because}", "read literally, recorded only: {because}")
WARNED = Sentence("{n} 条提示", "{n} warnings")
UNTIL = Sentence("至", "Until")
SETTING = Sentence("{doc}：{value}", "{doc}: {value}")
YES, NO, NONE = Sentence("是", "yes"), Sentence("否", "no"), Sentence("无", "none")
UNITS = {"h": Sentence("小时", "h"), "min": Sentence("分钟", "min"), "d": Sentence("天", "d")}


def calendar_said(day: Day, lang: Lang) -> str:
    """How a day off, or worked in exchange, is marked; a festival by its name."""
    if day.kind == DayKind.STATUTORY:
        english = {zh: en for en, zh in FESTIVALS.items()} if lang == "en" else {}
        return join_items((english.get(name, name) for name in day.name.split("、")), lang) or HOLIDAY.say(lang)
    if day.kind == DayKind.NOTICE_OFF:
        return DAY_OFF.say(lang)
    return WORKDAY.say(lang) if day.kind == DayKind.MAKEUP_WORKDAY else ""


def shift_said(shift: Shift, lang: Lang) -> str:
    """A shift's code, name, post, times and breaks."""
    name = " ".join(dict.fromkeys(part for part in (shift.code, shift.name, shift.post) if part))
    breaks = BREAKS.say(lang, breaks=breaks_said(shift, lang)) if shift.breaks else ""
    elastic = "" if shift.firm_end is None else ELASTIC.say(lang, from_=clock_text(shift.firm_end))
    return f"{name} {span_said(shift.start, shift.end, lang)}{elastic}{breaks}"


def breaks_said(shift: Shift, lang: Lang) -> str:
    """A shift's breaks, empty for none."""
    spans = ((span_said(pause.start, pause.end, lang), pause.paid) for pause in shift.breaks)
    return join_items((PAID_BREAK.say(lang, span=span) if paid else span for span, paid in spans), lang)


def span_said(start: int, end: int, lang: Lang) -> str:
    """A span in minutes of the day, as clocks show it."""
    text = f"{clock_text(start)}–{clock_text(end)}"
    return text.replace("+1 ", "次日") if lang == "zh" else text


# --- Looks -------------------------------------------------------------------


class Look(NamedTuple):
    """How a cell looks: the whole vocabulary of styles."""

    bold: bool = False
    italic: bool = False
    size: float = 10  # points
    ink: str = "000000"
    fill: str = ""
    across: str = "center"
    wrap: bool = False
    shrink: bool = False
    turned: int = 0  # degrees; 255 stacks the characters
    boxed: bool = True
    form: str = "General"


PLAIN = Look()
HEAD = Look(bold=True, fill="E4EAF1", wrap=True)
TEXT = Look(form="@", shrink=True)
LEFT = Look(across="left", wrap=True)
FREE = Look(across="left", wrap=True, boxed=False)
LARGE = Look(bold=True, size=16, boxed=False)
DAY = Look(form="yyyy-mm-dd")
TIME = Look(form="yyyy-mm-dd hh:mm")
RESTING = Look(ink="7F7F7F", shrink=True)
AWAY = Look(italic=True, fill="D9D9D9", shrink=True)
SHORT = Look(bold=True, size=9, ink="C00000", shrink=True)
COVER_LOOKS = {
    "": Look(size=9, shrink=True),
    "▽": SHORT,
    "✗": SHORT._replace(ink="FFFFFF", fill="C00000"),
    "△": SHORT,
}
DAY_FILLS = {
    DayKind.WORKDAY: "",
    DayKind.MAKEUP_WORKDAY: "DDEBF7",
    DayKind.RESTDAY: "F2F2F2",
    DayKind.NOTICE_OFF: "FCE4D6",
    DayKind.STATUTORY: "F8CBAD",
}
FONT = "Microsoft YaHei"
GREY = Side("thin", "A6A6A6")
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# What is left of A4 between the margins, and the width of one spreadsheet unit, in points.
PAPER_WIDTH, PAPER_HEIGHT, UNIT = 798, 526, 5.25


def shift_look(shift: Shift) -> Look:
    """A shift's colour, bold for a night, with black or white ink, whichever can be read on it."""
    red, green, blue = (int(shift.colour[at : at + 2], 16) for at in (0, 2, 4))
    ink = "000000" if 299 * red + 587 * green + 114 * blue > 128_000 else "FFFFFF"
    return Look(bold=shift.night, ink=ink, fill=shift.colour, shrink=True)


def clean(text: str) -> str:
    """A text without the characters that no XML can hold."""
    return ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def text_width(text: str) -> int:
    """Width of a text in a spreadsheet's units: one for a digit, two for a Chinese character."""
    return max(sum(1 + (unicodedata.east_asian_width(c) in "WF") for c in line) for line in text.split("\n"))


class Page:
    """A sheet under the pen.

    Parameters
    ----------
    styles : dict
        What each look came to in this workbook; shared by its pages, as making a style anew is slow.
    """

    def __init__(self, sheet: Worksheet, styles: dict[Look, Any]) -> None:
        self.sheet, self._styles = sheet, styles

    def put(self, row: int, column: int, value: Any, look: Look = PLAIN) -> None:
        """Write a value: text stays text whatever it begins with, a whole number has no decimals."""
        cell: Any = self.sheet.cell(row, column)
        if look not in self._styles:
            indent = 1 if look.boxed and look.across == "left" else 0
            cell.font = Font(FONT, look.size, bold=look.bold, italic=look.italic, color=look.ink)
            cell.fill = PatternFill("solid", fgColor=look.fill) if look.fill else PatternFill()
            cell.alignment = Alignment(
                look.across, "center", look.turned, wrap_text=look.wrap, shrink_to_fit=look.shrink, indent=indent
            )
            cell.border = Border(GREY, GREY, GREY, GREY) if look.boxed else Border()
            cell.number_format = look.form
            self._styles[look] = copy(cell._style)
        cell._style = copy(self._styles[look])
        if isinstance(value, str) and value:
            text = clean(value)
            cell.value = text
            cell.data_type = "s"
            cell.quotePrefix = text[:1] in tuple("=+-@\t\n")
        elif isinstance(value, float):
            cell.value = int(value) if value.is_integer() else round(value, 2)
        elif value != "":
            cell.value = value

    def spread(self, row: int, columns: Sequence[int], text: str, look: Look) -> int:
        """Write a text over several columns made one; returns the lines that it takes."""
        for column in columns:
            self.put(row, column, text if column == columns[0] else None, look)
        self.merge(row, row, columns[0], columns[-1])
        room = sum(self.width(column) for column in columns)
        return self.lines(text, room * PLAIN.size / look.size)

    def merge(self, top: int, bottom: int, left: int, right: int) -> None:
        """Make one cell of several."""
        self.sheet.merge_cells(start_row=top, end_row=bottom, start_column=left, end_column=right)

    @staticmethod
    def lines(text: str, width: float) -> int:
        """Lines that a text takes in that width."""
        return sum(max(1, ceil(text_width(line) / (width - 1))) for line in text.split("\n"))

    def width(self, column: int) -> float:
        """Width of a column."""
        return self.sheet.column_dimensions[get_column_letter(column)].width

    def set_width(self, column: int, width: float) -> None:
        """Set the width of a column."""
        self.sheet.column_dimensions[get_column_letter(column)].width = width

    def height(self, row: int) -> float:
        """Height of a row, in points."""
        return self.sheet.row_dimensions[row].height or 15

    def set_height(self, row: int, height: float) -> None:
        """Set the height of a row, in points."""
        self.sheet.row_dimensions[row].height = height


# --- The workbook ------------------------------------------------------------


def write_workbook(path: Path, edition: Edition, lang: Lang) -> None:
    """Write an edition of a roster; a file of that name is replaced in one step, or left as it was.

    Raises
    ------
    OSError
        When the file cannot be written.
    """
    content = packed(_workbook(edition, lang), edition.made_at)
    beside = path.with_name(f".{uuid.uuid4().hex}.tmp")
    try:
        with beside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _workbook(edition: Edition, lang: Lang) -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    styles: dict[Look, Any] = {}
    for wanted in (sheet for sheet in SHEETS if sheet.wanted(edition)):
        sheet: Worksheet = book.create_sheet(wanted.title.say(lang))
        wanted.write(Page(sheet, styles), edition, lang)
        _set_paper(sheet, edition, lang)
    made_at = edition.made_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    book.properties.title = clean(edition.title(lang))
    book.properties.creator = clean(edition.problem.desk.name)
    book.properties.created = book.properties.modified = made_at
    facts = {
        "desk": edition.problem.desk.id,
        "month": f"{edition.problem.first:%Y-%m}",
        "version": str(edition.version),
        "status": edition.status,
        "fingerprint": edition.fingerprint,
        "lang": lang,
    }
    properties: CustomPropertyList[Any] = book.custom_doc_props  # type: ignore[attr-defined]
    for name, value in facts.items():
        properties.append(StringProperty(name=name, value=clean(value)))
    return book


def packed(book: Workbook, made_at: datetime) -> bytes:
    """The workbook's bytes; its parts are dated with the time of making, so the same edition gives the same bytes."""
    loose, packed = io.BytesIO(), io.BytesIO()
    ExcelWriter(book, ZipFile(loose, "w")).save()
    with ZipFile(loose) as parts, ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        for name in parts.namelist():
            archive.writestr(ZipInfo(name, made_at.timetuple()[:6]), parts.read(name), ZIP_DEFLATED)
    return packed.getvalue()


def _set_paper(sheet: Worksheet, edition: Edition, lang: Lang) -> None:
    """A4 across, one page wide, numbered pages."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.3
    margins.top, margins.bottom, margins.header, margins.footer = 0.4, 0.55, 0.2, 0.25
    desk = clean(edition.problem.desk.name).replace("&", "＆")  # an ampersand begins a code there
    footer = HeaderFooterItem()
    footer.left.text = f"{desk} {edition.month(lang)} {sheet.title}"
    footer.center.text = PAGE.say(lang)
    if sheet.title != DETAIL.say(lang):  # its bytes depend on the duties alone, so that rosters can be compared
        footer.right.text = EDITION.say(lang, version=edition.version, status=edition.status_said(lang))
    sheet.oddFooter = footer


# --- The grid ----------------------------------------------------------------


class Need(NamedTuple):
    """Cover against need: a row of `tally.cover`."""

    date: date
    shift: str
    who: str
    least: int
    target: int
    most: int | None
    heads: int

    @property
    def sign(self) -> str:
        """The mark of cover that is not what was asked for; empty where it is."""
        if self.heads < self.target:
            return "✗" if self.heads < self.least else "▽"
        return "△" if self.most is not None and self.heads > self.most else ""

    @property
    def said(self) -> str:
        """Heads against target, marked."""
        return f"{self.heads}/{self.target}{self.sign}"


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """A table's rows as plain values, `None` for what is missing."""
    plain = frame.astype(object).where(frame.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in plain.to_dict("records")]


def needs(edition: Edition) -> Iterator[Need]:
    """Cover against need by day, shift and kind of people."""
    return (Need(**row) for row in records(cover_rows(edition.problem, edition.roster)))


class _Grid:
    """The roster to print: a row for each person, a column for each day."""

    def __init__(self, page: Page, edition: Edition, lang: Lang) -> None:
        self.page, self.edition, self.lang = page, edition, lang
        self.problem = edition.problem
        self.words = shift_words(self.problem.shifts)
        self.rest = self._sign(REST_SIGN.say(lang))
        days = self.problem.leave_days.items()
        self.leave_signs = {
            leave.kind: self._sign(LEAVE_SIGNS[leave.kind].say(lang), LEAVE_NAMES[leave.kind].say(lang))
            for (_, day), leave in days
            if day <= self.problem.last
        }
        self.days = dict(enumerate(self.problem.days, 4))
        self.totals = dict(enumerate(GRID_TOTALS, 4 + len(self.days)))
        self.columns = range(1, 4 + len(self.days) + len(self.totals))
        self.row = 1

    def write(self) -> None:
        """Write the sheet from top to bottom."""
        sheet = self.page.sheet
        self._set_widths()
        self._title()
        heading = self.row
        self._headings()
        people = range(self.row, self.row + len(self.problem.workers))
        sheet.freeze_panes = f"D{self.row}"
        self._people()
        self._cover()
        self._legend()
        self._line([(SIGNATURE.say(self.lang, role=role), FREE) for role in SIGNED_AS], 30)
        self._set_heights(people)
        sheet.sheet_view.showGridLines = False
        sheet.print_title_rows = f"{heading}:{heading + 2}"
        sheet.print_title_cols = "A:C"
        sheet.print_area = f"A1:{get_column_letter(self.columns[-1])}{self.row - 1}"

    def _next(self, height: float) -> None:
        self.page.set_height(self.row, height)
        self.row += 1

    def _line(self, texts: Sequence[tuple[str, Look]], height: float) -> None:
        """A row of texts side by side over the whole width, with as many lines of that height as the longest needs."""
        count, lines = len(texts), 1
        for place, (text, look) in enumerate(texts):
            part = self.columns[place * len(self.columns) // count : (place + 1) * len(self.columns) // count]
            lines = max(lines, self.page.spread(self.row, part, text, look))
        self._next(height * lines)

    def _sign(self, *texts: str) -> str:
        """The first of the texts that no shift is called, or nothing."""
        return next((text for text in texts if shifts_in(text, self.words) == ()), "")

    def _called(self, shift: Shift) -> str:
        return " ".join(dict.fromkeys((shift.code, shift.name)))

    def _set_widths(self) -> None:
        workers, shifts = self.problem.workers, self.problem.shifts
        anybody = ANYBODY.say(self.lang)
        cover = max((text_width(need.said) for need in needs(self.edition)), default=0)
        signs = [self.rest, *(shift.code for shift in shifts), *self.leave_signs.values()]
        widths = {
            1: min(max(text_width(worker.id) for worker in workers) + 2, 14),
            2: min(max(map(text_width, [w.name for w in workers] + [self._called(shift) for shift in shifts])) + 2, 22),
            3: min(max(map(text_width, [anybody, *(worker.team for worker in workers)])) + 2, 14),
            **dict.fromkeys(self.days, min(max(max(map(text_width, signs)) + 1.8, 0.75 * cover), 8)),
            **{column: text_width(GRID_TOTALS[name].say(self.lang)) + 1.5 for column, name in self.totals.items()},
        }
        for column, width in widths.items():
            self.page.set_width(column, width)

    def _set_heights(self, people: range) -> None:
        """Rows as high as one page lets them be; of ordinary height where one page does not do."""
        scale = min(1, PAPER_WIDTH / (UNIT * sum(map(self.page.width, self.columns))))
        others = sum(self.page.height(row) for row in range(1, self.row) if row not in people)
        room = (0.95 * PAPER_HEIGHT / scale - others) / len(people)
        for row in people:
            self.page.set_height(row, min(room, 26) if room >= 15 else 18)

    def _title(self) -> None:
        self._line([(self.edition.title(self.lang), LARGE)], 26)
        in_force = self.edition.status == "live"
        state = self.edition.state_said(self.lang)
        self._line([(state, FREE._replace(across="center", bold=not in_force))], 16)
        if self.problem.assumptions:
            notes = [note.say(self.lang) for note in self.problem.assumptions]
            text = ASSUMED.say(self.lang, notes=("；" if self.lang == "zh" else "; ").join(notes))
            self._line([(text, FREE)], 16)
        exempt = self.edition.exemptions
        if exempt:
            rules: dict[str, list[Violation]] = {}
            for each in exempt:
                rules.setdefault(each.reason.rule, []).append(each)
            lines = []
            for name, found in rules.items():
                people = dict.fromkeys(self.problem.names[who] for each in found for who in each.reason.workers)
                clause = discovered()[name].clause.say(self.lang)
                lines.append(EXEMPT_RULE.say(self.lang, clause=clause, n=len(found), who=join_items(people, self.lang)))
            said = ("；" if self.lang == "zh" else "; ").join(lines)
            said += MORE.say(self.lang, sheet=RULES)
            self._line([(EXEMPT_HERE.say(self.lang, lines=said), FREE._replace(bold=True, ink="C00000"))], 16)

    def _headings(self) -> None:
        """Dates, weekdays, and what the calendar says of the days."""
        page, row = self.page, self.row
        marks = {column: calendar_said(day, self.lang) for column, day in self.days.items()}
        longest = max(marks.values(), key=text_width)
        turned, height = 0, 15.0 if longest else 5.0
        if text_width(longest) > 4:
            turned = 255 if text_width(longest) == 2 * len(longest) else 90
            height = (12 if turned == 255 else 5.5) * len(longest) + 8
        titles = {1: ID, 2: NAME, 3: TEAM} | {column: GRID_TOTALS[name] for column, name in self.totals.items()}
        for column, title in titles.items():
            for below in range(3):
                page.put(row + below, column, None if below else title.say(self.lang), HEAD)
            page.merge(row, row + 2, column, column)
        for column, day in self.days.items():
            look = HEAD._replace(fill=DAY_FILLS[day.kind] or HEAD.fill, wrap=False)
            weekday = WEEKDAYS[day.date.weekday()].say(self.lang)
            page.put(row, column, day.date, look._replace(form="d"))
            page.put(row + 1, column, weekday, look._replace(size=9, shrink=True))
            page.put(row + 2, column, marks[column], look._replace(size=8, turned=turned))
        for part in (16, 16, height):
            self._next(part)

    def _people(self) -> None:
        totals = records(worker_totals(self.problem, self.edition.roster))
        for worker, total in zip(self.problem.workers, totals, strict=True):
            for column, text in enumerate((worker.id, worker.name, worker.team), 1):
                self.page.put(self.row, column, text, TEXT)
            for column, day in self.days.items():
                self.page.put(self.row, column, *self._cell(worker, day))
            for column, name in self.totals.items():
                self.page.put(self.row, column, total[name])
            self.row += 1

    def _cell(self, worker: Worker, day: Day) -> tuple[str, Look]:
        """What a person's day shows."""
        codes = self.edition.roster.on(worker.id, day.date)
        shifts = sorted((self.problem.shift_by_code[code] for code in codes), key=lambda shift: shift.start)
        if shifts:
            text = joined_shifts([shift.code for shift in shifts], self.words)
            return text, shift_look(shifts[0])._replace(bold=any(shift.night for shift in shifts))
        leave = self.problem.leave_days.get((worker.id, day.date))
        if leave:
            return self.leave_signs[leave.kind], AWAY
        fill = DAY_FILLS[DayKind.RESTDAY] if day.is_off else ""
        return self.rest if worker.employed(day.date) else self._sign(GONE_SIGN), RESTING._replace(fill=fill)

    def _cover(self) -> None:
        """Heads against target, a row for each shift and kind of people asked for."""
        self._line([(COVER_HEADING.say(self.lang), FREE._replace(bold=True))], 18)
        asked: dict[tuple[str, str], dict[date, Need]] = {}
        for need in needs(self.edition):
            asked.setdefault((need.shift, need.who), {})[need.date] = need
        order = [shift.code for shift in self.problem.shifts]
        for code, who in sorted(asked, key=lambda key: (order.index(key[0]), key[1])):
            by_day = asked[code, who]
            shift = self.problem.shift_by_code[code]
            self.page.put(self.row, 2, self._called(shift), shift_look(shift))
            self.page.put(self.row, 3, who or ANYBODY.say(self.lang), TEXT)
            for column, day in self.days.items():
                found = by_day.get(day.date)
                self.page.put(self.row, column, found and found.said, COVER_LOOKS[found.sign if found else ""])
            self._next(15)

    def _legend(self) -> None:
        """The shifts with their times, then the signs."""
        self._next(6)
        shifts = self.problem.shifts
        for start in range(0, len(shifts), 3):
            three = [(shift_said(shift, self.lang), shift_look(shift)) for shift in shifts[start : start + 3]]
            self._line([*three, *[("", FREE)] * (3 - len(three))], 16)
        signs = {self.rest: REST} | {sign: LEAVE_NAMES[kind] for kind, sign in self.leave_signs.items()}
        if not all(worker.employed(day) for worker in self.problem.workers for day in self.problem.dates):
            signs[self._sign(GONE_SIGN)] = GONE
        said = join_items((f"{sign}={name.say(self.lang)}" for sign, name in signs.items() if sign), self.lang)
        self._line([(LEGEND.say(self.lang, signs=said), FREE)], 16)
        if self.problem.desk.notice:
            lines = [line.say(self.lang) for line in self.problem.desk.notice]
            notice = ("；" if self.lang == "zh" else "; ").join(lines)
            self._line([(NOTICES.say(self.lang, notice=notice), FREE)], 16)


def _grid(page: Page, edition: Edition, lang: Lang) -> None:
    _Grid(page, edition, lang).write()


# --- The tables --------------------------------------------------------------


class Column(NamedTuple):
    """A column of a table, as wide as its longest text, `widest` at most; where 0, it is as wide as it was."""

    title: Sentence | str
    look: Look = PLAIN
    widest: float = 40


def put_table(page: Page, top: int, columns: Sequence[Column], rows: Iterable[Sequence[object]], lang: Lang) -> int:
    """Write a table with its headings in row `top`; returns the row below it."""
    body = list(rows)
    wrapped = [place for place, column in enumerate(columns) if column.look.wrap]
    heading = 1
    for place, column in enumerate(columns):
        title = str(worded(column.title, lang))
        if column.widest:
            texts = (column.look.form if isinstance(row[place], date) else str(row[place]) for row in body)
            needed = max([min(text_width(title), 11), *map(text_width, texts)]) + 2
            page.set_width(place + 1, min(needed, column.widest))
        page.put(top, place + 1, title, HEAD)
        heading = max(heading, page.lines(title, page.width(place + 1)))
    page.set_height(top, 16 * heading)
    for number, row in enumerate(body, top + 1):
        for place, value in enumerate(row):
            page.put(number, place + 1, value, columns[place].look)
        lines = [page.lines(str(row[place]), page.width(place + 1)) for place in wrapped]
        page.set_height(number, 16 * max(lines, default=1))
    return top + 1 + len(body)


def put_listing(page: Page, columns: Sequence[Column], rows: Iterable[Sequence[object]], lang: Lang) -> None:
    """A sheet that is one table, to filter, and to print with its headings on every page."""
    below = put_table(page, 1, columns, rows, lang)
    page.sheet.freeze_panes = "A2"
    page.sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{below - 1}"
    page.sheet.print_title_rows = "1:1"


def _detail(page: Page, edition: Edition, lang: Lang) -> None:
    problem, zone = edition.problem, edition.problem.desk.zone

    def row(duty: Duty) -> Sequence[object]:
        shift, worker = problem.shift_by_code[duty.shift], problem.worker_by_id[duty.worker]
        start, end = (moment(at, zone).replace(tzinfo=None) for at in problem.span(duty.day, duty.shift))
        day = (duty.day, WEEKDAYS[duty.day.weekday()].say(lang), shift.code, shift.name)
        return *day, worker.id, worker.name, worker.team, start, end, breaks_said(shift, lang), shift.paid_minutes / 60

    looks = {DATE: DAY, SHIFT: TEXT, ID: TEXT, START: TIME, END: TIME}
    titles = (DATE, WEEKDAY, SHIFT, SHIFT_NAME, ID, NAME, TEAM, START, END, BREAK, PAID_HOURS)
    columns = [Column(title, looks.get(title, PLAIN)) for title in titles]
    put_listing(page, columns, map(row, edition.roster.duties), lang)


def _cover(page: Page, edition: Edition, lang: Lang) -> None:
    def row(need: Need) -> Sequence[object]:
        calendar = calendar_said(edition.problem.day_by_date[need.date], lang)
        asked = (need.shift, need.who or ANYBODY.say(lang), need.least, need.target, need.most)
        state = f"{need.sign} {COVER_WORDS[need.sign].say(lang)}".strip()
        weekday = WEEKDAYS[need.date.weekday()].say(lang)
        return need.date, weekday, calendar, *asked, need.heads, max(need.target - need.heads, 0), state

    looks = {DATE: DAY, SHIFT: TEXT}
    titles = (DATE, WEEKDAY, CALENDAR, SHIFT, WHO, LEAST, TARGET, MOST, HEADS, MISSING, STATE)
    put_listing(page, [Column(title, looks.get(title, PLAIN)) for title in titles], map(row, needs(edition)), lang)


def _totals(page: Page, edition: Edition, lang: Lang) -> None:
    problem = edition.problem
    after = carried_balances(problem, edition.roster)
    rows = [
        row
        | {"beyond_norm": row["hours"] - row["norm_hours"]}
        | {f"after_{name}": amount for name, amount in asdict(after[row["id"]]).items()}
        for row in records(worker_totals(problem, edition.roster))
    ]
    names = [*TOTAL_TITLES, *(f"shift:{shift.code}" for shift in problem.shifts)]
    columns = [Column(title, TEXT if name == "id" else PLAIN) for name, title in TOTAL_TITLES.items()]
    columns += [Column(shift.code) for shift in problem.shifts]
    put_listing(page, columns, ([row[name] for name in names] for row in rows), lang)
    page.sheet.freeze_panes = "C2"


def _rules(page: Page, edition: Edition, lang: Lang) -> None:
    """The audit: its head, every rule, and everything that it found."""
    problem, rulebook = edition.problem, edition.rulebook
    for column, width in enumerate((26, 14, 12, 10, 64, 52), 1):
        page.set_width(column, width)
    row = 1
    for label, value in _audit_head(edition, lang):
        page.put(row, 1, label.say(lang), HEAD._replace(across="left"))
        page.set_height(row, 16 * page.spread(row, range(2, 7), str(value), LEFT))
        row += 1

    literal = {one.rule: READ_SO.say(lang, because=as_written(one.because)) for one in rulebook.literal}

    def verdict(found: RuleResult) -> Sequence[object]:
        rule, broken = found.rule, len(found.broken)
        result = FAILED.say(lang, n=broken) if broken else FULFILLED.say(lang)
        if rule.name in literal:
            result = f"{EXEMPTION.say(lang)} {len(found.noted)}"
        cost = sum(violation.cost for violation in found.compromises)
        settings = "\n".join(filter(None, (settings_said(rule, lang), literal.get(rule.name))))
        return rule.title.say(lang), result, len(found.compromises), cost, rule.clause.say(lang), settings

    def unused(rule: Constraint | type[Constraint], why: Sentence, remark: str) -> Sequence[object]:
        return rule.title.say(lang), why.say(lang), None, None, rule.clause.say(lang), remark

    def finding(number: int, violation: Violation) -> Sequence[object]:
        title = discovered()[violation.reason.rule].title.say(lang)
        kind = BREACH if violation.hard else EXEMPTION if violation.noted else COMPROMISE
        return title, kind.say(lang), number, violation.cost or None, violation.say(lang, problem.names)

    house = [found for found in edition.audit.results if found.rule.layer == "house"]
    rules = [verdict(found) for found in house]
    rules += [unused(rule, IDLE, settings_said(rule, lang)) for rule in rulebook.rules if not rule.applies(problem)]
    rules += [
        unused(discovered()[off.rule], OFF, OFF_BECAUSE.say(lang, because=as_written(off.because)))
        for off in rulebook.off
    ]
    looks = {RULE: LEFT, CLAUSE: LEFT, SETTINGS: LEFT, SENTENCE: LEFT}
    columns = [
        Column(title, looks.get(title, PLAIN), 0) for title in (RULE, RESULT, COMPROMISES, COST, CLAUSE, SETTINGS)
    ]
    row = put_table(page, row + 1, columns, rules, lang) + 1
    found = [violation for each in house for violation in each.broken]
    found += [*edition.exemptions, *edition.audit.compromises]
    page.put(row, 1, f"{FINDINGS.say(lang)} ({len(found)})", FREE._replace(bold=True, wrap=False))
    columns = [Column(title, looks.get(title, PLAIN), 0) for title in (RULE, KIND, NUMBER, COST, SENTENCE)]
    put_table(page, row + 1, columns, [finding(*each) for each in enumerate(found, 1)], lang)


def _law(page: Page, edition: Edition, lang: Lang) -> None:
    """The law layer, apart from the house rules: what its profile asks, and every line that it finds."""
    results = [found for found in edition.audit.results if found.rule.layer == "law"]
    names = edition.problem.names

    def finding(rule: Constraint, violation: Violation) -> Sequence[object]:
        kind = BREACH if violation.hard else WARNING
        return rule.title.say(lang), kind.say(lang), violation.say(lang, names)

    def verdict(found: RuleResult) -> Sequence[object]:
        result = FAILED.say(lang, n=len(found.broken)) if found.broken else FULFILLED.say(lang)
        if found.noted:
            result = WARNED.say(lang, n=len(found.noted))
        return found.rule.title.say(lang), result, f"{found.rule.clause.say(lang)}\n{settings_said(found.rule, lang)}"

    for column, width in enumerate((26, 14, 110), 1):
        page.set_width(column, width)
    heads = [Column(RULE, LEFT, 0), Column(RESULT, PLAIN, 0), Column(CLAUSE, LEFT, 0)]
    row = put_table(page, 1, heads, map(verdict, results), lang)
    findings = [finding(found.rule, each) for found in results for each in (*found.broken, *found.noted)]
    heads = [Column(RULE, LEFT, 0), Column(KIND, PLAIN, 0), Column(SENTENCE, LEFT, 0)]
    put_table(page, row + 1, heads, findings, lang)


def _arrangements(page: Page, edition: Edition, lang: Lang) -> None:
    """What the rules settle beside the duties: leads of weeks, fallbacks, cleaning, sittings."""
    names = edition.problem.names

    def row(line: Reason) -> Sequence[object]:
        first, last = (line.days[0], line.days[-1]) if line.days else (None, None)
        weekday = WEEKDAYS[first.weekday()].say(lang) if first else ""
        who = join_items((names[worker] for worker in line.workers), lang)
        title = discovered()[line.rule].title.say(lang)
        return first, last if last != first else None, weekday, title, who, line.say(lang, names)

    columns = (
        Column(DATE, DAY),
        Column(UNTIL, DAY),
        Column(WEEKDAY),
        Column(RULE, LEFT),
        Column(WHO, LEFT, 50),
        Column(SENTENCE, LEFT, 90),
    )
    put_listing(page, columns, map(row, edition.arrangements), lang)


def _stand_ins(page: Page, edition: Edition, lang: Lang) -> None:
    """Who could take each shift's duty where somebody cannot come, the first to be asked first (RULES 47, 48)."""
    problem = edition.problem

    def called(one: StandIn) -> str:
        worker = problem.worker_by_id[one.worker]
        said = " ".join(filter(None, (problem.names[worker.id], worker.phone)))
        return said + (NEEDS_OVERTIME.say(lang) if one.overtime else "")

    def row(slot: tuple[date, str], found: Sequence[StandIn]) -> Sequence[object]:
        day, code = slot
        crew = [duty.worker for duty in edition.roster.duties if (duty.day, duty.shift) == slot]
        names = join_items((problem.names[worker] for worker in crew), lang)
        named = [called(one) for one in found] or [NOBODY_FREE.say(lang)]
        return day, WEEKDAYS[day.weekday()].say(lang), code, names, *named, *[""] * (MOST_STAND_INS - len(named))

    columns = [Column(DATE, DAY), Column(WEEKDAY), Column(SHIFT, TEXT), Column(WHO, LEFT, 40)]
    columns += [Column(STAND_IN_PLACE.say(lang, n=n), LEFT, 34) for n in range(1, MOST_STAND_INS + 1)]
    found = stand_ins(problem, edition.rulebook, edition.roster)
    put_listing(page, columns, (row(*each) for each in found.items()), lang)


def _audit_head(edition: Edition, lang: Lang) -> Iterator[tuple[Sentence, object]]:
    yield DESK, edition.problem.desk.name
    yield VERSION, f"{edition.version} · {edition.status_said(lang)}"
    yield MADE_AT, edition.local(edition.made_at, lang)
    yield PROOF, edition.proof_said(lang)
    yield AUDITED, edition.audit_said(lang)
    yield OBJECTIVE, edition.objective
    yield RECOMPUTED, edition.audit.cost
    yield BOUND, NONE.say(lang) if edition.bound is None else edition.bound
    yield GAP, NONE.say(lang) if edition.gap is None else f"{edition.gap:.2%}"
    if edition.finder and edition.prover:
        yield SOLVERS, FOUND.say(lang, finder=edition.finder, prover=edition.prover)
    if edition.certificate:
        yield CERTIFICATE, edition.certificate.said(lang, edition.objective, edition.bound, edition.prover)
    yield SEED, edition.seed
    yield FINGERPRINT, edition.rulebook.fingerprint
    for note in edition.problem.assumptions:
        yield ASSUMPTION, note.say(lang)


def settings_said(rule: Constraint, lang: Lang) -> str:
    """A rule's parameters, one a line, with their units."""
    lines = []
    for declared in fields(rule):  # type: ignore[arg-type]
        value, unit = getattr(rule, declared.name), declared.metadata["unit"]
        if isinstance(value, bool):
            value = (YES if value else NO).say(lang)
        elif isinstance(value, tuple):
            value = join_items(value, lang) or NONE.say(lang)
        elif isinstance(value, float):
            value = f"{value:g}"
        words = f"{value} {UNITS[unit].say(lang)}" if unit else value
        lines.append(SETTING.say(lang, doc=declared.metadata["doc"], value=words))
    return "\n".join(lines)


def _log(page: Page, edition: Edition, lang: Lang) -> None:
    zone = ZoneInfo(edition.problem.desk.zone)

    def row(line: LogLine) -> Sequence[object]:
        event = EVENTS.get(line.event, Sentence(line.event, line.event)).say(lang)
        at = line.at.astimezone(zone).replace(tzinfo=None, microsecond=0)
        return at, event, line.version, line.by, line.because

    columns = (Column(AT_TIME, TIME), Column(EVENT), Column(VERSION), Column(BY), Column(BECAUSE, LEFT, 80))
    if not edition.issued:
        put_listing(page, columns, map(row, edition.log), lang)
        return
    from scheduler.files.change_log import version_table

    heads, rows = version_table(edition.issued, edition.problem.names, edition.problem.desk.zone, lang)
    below = put_table(page, 1, heads, rows, lang)
    steps = (Column(VERSION, widest=0), Column(AT_TIME, TIME, 0), Column(EVENT, widest=0), Column(BY, widest=0))
    told = [(version, at, event, by) for at, event, version, by, _ in map(row, edition.log)]  # why may be private
    put_table(page, below + 1, steps, told, lang)


def _slots(page: Page, edition: Edition, lang: Lang) -> None:
    from scheduler.files.slots_sheets import write_slots  # it writes with the pen of this module

    write_slots(page, edition, lang)


def _breaks(page: Page, edition: Edition, lang: Lang) -> None:
    from scheduler.files.slots_sheets import write_breaks

    write_breaks(page, edition, lang)


class Sheet(NamedTuple):
    """A sheet of the workbook: its name, who writes it, and whether an edition has anything for it."""

    title: Sentence
    write: Callable[[Page, Edition, Lang], None]
    wanted: Callable[[Edition], bool] = lambda edition: True


def _has_law(edition: Edition) -> bool:
    return any(found.rule.layer == "law" for found in edition.audit.results)


SHEETS = (
    Sheet(GRID_TITLE, _grid),
    Sheet(DETAIL, _detail),
    Sheet(COVER, _cover),
    Sheet(SLOTS, _slots, lambda edition: bool(edition.problem.slots)),
    Sheet(BREAK_PLAN, _breaks, lambda edition: edition.breaks is not None),
    Sheet(TOTALS, _totals),
    Sheet(STAND_INS, _stand_ins),
    Sheet(ARRANGEMENTS, _arrangements, lambda edition: bool(edition.arrangements)),
    Sheet(RULES, _rules),
    Sheet(LAW, _law, _has_law),
    Sheet(LOG, _log),
)
