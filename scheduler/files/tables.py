"""The tables of a desk, declared once: what a user may write, what it means, how a cell is read.

`scheduler schema` prints these declarations and `reading` reads by them. A cell
is text by the time a `Kind` sees it; full-width digits and punctuation, Chinese
and English words and their common synonyms all mean the same.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from scheduler.domain import (
    AND,
    ISO_DATE,
    LEAVE_KINDS,
    WEEKDAY_KEYS,
    DayKind,
    Desk,
    Procedure,
    ProtectionKind,
    Skill,
    Wish,
)
from scheduler.i18n import Sentence, as_written
from scheduler.staffing.breaks import BreakTerms
from scheduler.staffing.workload import Service
from scheduler.timeline import DAY_MINUTES


def narrow(text: str) -> str:
    """Text with full-width letters, digits and punctuation made ordinary, and no space around it."""
    return unicodedata.normalize("NFKC", text).strip()


def plain(text: str) -> str:
    """A header or choice as it is compared: narrow, lower case, without spaces, hyphens or a bracketed unit."""
    return re.sub(r"\(.*?\)|[\s_*\-\ufeff]", "", narrow(text).casefold())


@dataclass(frozen=True)
class Kind:
    """What the cells of a column hold.

    Attributes
    ----------
    name : str
        For the schema.
    form : Sentence
        How such a cell is written; a fault says it as what was expected.
    read : callable
        Turns text that is not empty into a value; raises `ValueError`.
    empty : object
        The value of an empty cell.
    """

    name: str
    form: Sentence
    read: Callable[[str], Any]
    empty: Any = None


# --- How each kind is read ---------------------------------------------------

# What no spreadsheet cell may hold: control characters, halves of surrogate pairs, noncharacters.
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
LONGEST_ID, LONGEST_TEXT, LONGEST_VALUE = 64, 200, 4000  # characters
FIRST_YEAR, LAST_YEAR = 1950, 2199
OFF_WORDS = ("休", "休息", "off", "rest")


def _text(text: str) -> str:
    text = " ".join(text.split())
    if UNPRINTABLE.search(text) or len(text) > LONGEST_TEXT:
        raise ValueError(text)
    return text


def _value(text: str) -> str:
    if UNPRINTABLE.search(text.replace("\n", "")) or len(text) > LONGEST_VALUE:
        raise ValueError(text)
    return text


def _id(text: str) -> str:
    invisible = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    if len(text) > LONGEST_ID or UNPRINTABLE.search(text) or any(unicodedata.category(c) in invisible for c in text):
        raise ValueError(text)
    return text


def _file_id(text: str) -> str:
    if text.startswith(".") or any(sign in text for sign in '/\\:*?"<>|'):
        raise ValueError(text)
    return _id(text)


def _duty(text: str) -> str:
    return "" if plain(text) in OFF_WORDS else _id(text)


def _list(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_id(part.strip()) for part in re.split("[;、,/]", narrow(text)) if part.strip()))


def _date(text: str) -> date:
    # Spreadsheets often write a date with an idle midnight behind it.
    form = r"([0-9]{4})(?:-|/|\.|年)([0-9]{1,2})(?:-|/|\.|月)([0-9]{1,2})日?(?:[ T]0?0:00(?::00(?:\.0+)?)?)?"
    found = re.fullmatch(form, narrow(text))
    if not found or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
        raise ValueError(text)
    return date(int(found[1]), int(found[2]), int(found[3]))


def _time(text: str) -> int:
    found = re.fullmatch(r"(\+1|次日)?\s*([0-9]{1,2})(?::([0-9]{2})(?::00)?|(?<=[0-9]{2})([0-9]{2}))", narrow(text))
    if not found:
        raise ValueError(text)
    hours, minutes = int(found[2]), int(found[3] or found[4])
    if minutes > 59 or 60 * hours + minutes > DAY_MINUTES:
        raise ValueError(text)
    return 60 * hours + minutes + (DAY_MINUTES if found[1] else 0)


def _spans(text: str) -> tuple[tuple[int, int], ...]:
    parts = re.split("[;、,]", narrow(text).rstrip(";、,"))
    ends = [re.split("[-–—~至到]", part) for part in parts]
    return tuple((_time(start), _time(end)) for start, end in ends)


def _opening(text: str) -> tuple[tuple[int, int], ...]:
    if plain(text) in ("closed", "关闭", "不开放", *OFF_WORDS):
        return ((0, 0),)
    spans = _spans(text)
    if any(end <= start or start >= DAY_MINUTES for start, end in spans):
        raise ValueError(text)
    return spans


def _number(text: str) -> float:
    found = re.fullmatch(r"[+-]?[0-9]{1,9}(\.[0-9]{1,20})?", narrow(text))
    if not found:
        raise ValueError(text)
    return float(found[0])


def _whole(text: str) -> int:
    number = _number(text)
    if not number.is_integer():
        raise ValueError(text)
    return int(number)


def _share(text: str) -> float:
    text = narrow(text)
    share = _number(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    if not 0 < share <= 1:
        raise ValueError(text)
    return share


def _part(text: str) -> float:
    text = narrow(text)
    return _number(text.removesuffix("%")) / (100 if text.endswith("%") else 1)


def _yes_no(text: str) -> bool:
    word = plain(text)
    if word in ("yes", "y", "true", "1", "是", "对", "√", "✓", "有", "已批准", "批准", "同意", "approved"):
        return True
    if word in ("no", "n", "false", "0", "否", "不", "×", "x", "无", "未批准", "待批", "待审批", "驳回", "pending"):
        return False
    raise ValueError(text)


def _skills(text: str) -> tuple[Skill, ...]:
    # A slash between digits belongs to a date.
    return tuple(_skill(part) for part in re.split(r"[;、,]|(?<![0-9])/|/(?![0-9])", narrow(text)) if part.strip())


def _skill(text: str) -> Skill:
    name, at, days = (part.strip() for part in text.partition("@"))
    if not name or (at and ".." not in days):
        raise ValueError(text)
    first, last = (_date(end) if end.strip() else None for end in (days.split("..") if at else ("", "")))
    if first and last and last < first:
        raise ValueError(text)
    return Skill(_id(name), first, last)


def _counts(text: str) -> tuple[tuple[str, int], ...]:
    pairs = [part.rpartition("=") for part in re.split("[;、,]", narrow(text)) if part.strip()]
    counts = {_id(code.strip()): _whole(number) for code, _, number in pairs}
    if "" in counts or min(counts.values(), default=0) < 0 or len(counts) < len(pairs):
        raise ValueError(text)
    return tuple(counts.items())


def _colour(text: str) -> str:
    found = re.fullmatch("#?([0-9a-f]{6})", narrow(text).casefold())
    if not found:
        raise ValueError(text)
    return found[1].upper()


DAY_WORDS: dict[str, tuple[str, ...]] = {
    "all": ("每天", "每日", "全部", "everyday", "daily"),
    "workday": ("工作日", "workdays"),
    "offday": ("休息日", "非工作日", "offdays"),
    **{
        key: (f"周{zh}", f"星期{zh}", f"礼拜{zh}", f"{key}day" if key in ("mon", "fri", "sun") else full)
        for key, zh, full in zip(
            WEEKDAY_KEYS, "一二三四五六日", ("", "tuesday", "wednesday", "thursday", "", "saturday", ""), strict=True
        )
    },
    DayKind.RESTDAY.value: ("周末", "普通周末", "weekend"),
    DayKind.NOTICE_OFF.value: ("调休放假", "放假调休"),
    DayKind.MAKEUP_WORKDAY.value: ("调休上班", "补班", "makeup"),
    DayKind.STATUTORY.value: ("法定节假日", "法定假日", "法定节日", "节假日", "statutory"),
}
DAY_WORDS["sun"] += ("周天", "星期天")


def _month_day(month: str, day: str) -> str:
    return f"{date(2024, int(month), int(day)):%m-%d}"  # a leap year has them all


def _day_key(text: str) -> str:
    if AND in narrow(text):
        return AND.join(_day_key(part.strip()) for part in narrow(text).split(AND))
    word = plain(text)
    day = r"([0-9]{1,2})(?:-|/|月)([0-9]{1,2})日?"
    season = re.fullmatch(rf"{day}\s*(?:\.\.|~|至|到)\s*{day}", narrow(text))
    if season:
        return f"{_month_day(season[1], season[2])}..{_month_day(season[3], season[4])}"
    for key, words in DAY_WORDS.items():
        if word == plain(key) or word in words:
            return key
    return _date(text).isoformat()


LAST_BEFORE = "<"  # fri<25 is the last Friday before the 25th


def _event_day(text: str) -> str:
    word = plain(text)
    chinese, english = (
        r"(?:每月)?([0-9]{1,2})[日号]?之?前的?(?:最后一个)?(\D+)",
        r"(?:last)?([a-z]+)before(?:the)?([0-9]{1,2})(?:th|st|nd|rd)?",
    )
    if found := re.fullmatch(chinese, word):
        number, weekday = found[1], found[2]
    elif found := re.fullmatch(rf"{english}|([a-z]+)<([0-9]{{1,2}})", word):
        weekday, number = found[1] or found[3], found[2] or found[4]
    else:
        key = _day_key(text)
        if not ISO_DATE.fullmatch(key) and not set(key.split(AND)).intersection(WEEKDAY_KEYS):
            raise ValueError(text)
        return key
    key = _day_key(weekday)
    if key not in WEEKDAY_KEYS or not 8 <= int(number) <= 31:  # an earlier one may lie in the month before
        raise ValueError(text)
    return f"{key}{LAST_BEFORE}{int(number)}"


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (OSError, KeyError) as error:  # a folder of zones, a name too long; no such zone
        raise ValueError(text) from error
    return text


def _calendar(text: str) -> str:
    if plain(text) in ("none", "无"):
        return "none"
    if text.upper() != "CN":
        import holidays  # 0.1 s to import: only for the desks that need it

        if text.upper() not in holidays.list_supported_countries():
            raise ValueError(text)
    return text.upper()


def _weekdays(text: str) -> tuple[int, ...]:
    days = [next((key for key in WEEKDAY_KEYS if plain(part) in (key, *DAY_WORDS[key])), part) for part in _list(text)]
    return tuple(sorted({WEEKDAY_KEYS.index(day) for day in days}))


def _lines(text: str) -> tuple[Sentence, ...]:
    lines = (as_written(line) for line in map(str.strip, text.split("\n")) if line)
    return tuple(Sentence(*map(_text, line)) for line in lines)


def _years(text: str) -> frozenset[int]:
    years = frozenset(_whole(part) for part in _list(text))
    if not all(FIRST_YEAR <= year <= LAST_YEAR for year in years):
        raise ValueError(text)
    return years


TEXT = Kind(
    "text",
    Sentence("文字，至多 200 字，无控制字符", "text of at most 200 characters, none of them a control character"),
    _text,
    "",
)
VALUE = Kind(
    "value",
    Sentence(
        "设置的取值，可分行，至多 4000 字", "a setting's value, of several lines perhaps, 4000 characters at most"
    ),
    _value,
    "",
)
ID = Kind(
    "id",
    Sentence(
        "编号或代码，至多 64 字，无控制字符", "an id or code of at most 64 characters, none of them a control character"
    ),
    _id,
    "",
)
FILE_ID = Kind(
    "file id",
    Sentence(
        """编号，至多 64 字，可作文件名（不含 / \\ : * ? " < > |，不以点开头）""",
        """an id of at most 64 characters that can name a file (no / \\ : * ? " < > | and no dot in front)""",
    ),
    _file_id,
    "",
)
DUTY = Kind("duty", Sentence("班次代码，或“休”", "a shift code, or off"), _duty, "")
LIST = Kind("list", Sentence("一个或多个词，用“;”“、”“,”或“/”分隔", "words separated by ; 、 , or /"), _list, ())
SKILLS = Kind(
    "skills",
    Sentence(
        "技能，用“;”分隔，可带有效期：英语@2026-12-10..、英语@..2027-01-31、英语@2026-12-10..2027-01-31",
        "skills separated by ; each with its days if they are limited: name@2026-12-10.. or name@..2027-01-31"
        " or name@2026-12-10..2027-01-31",
    ),
    _skills,
    (),
)
COUNTS = Kind(
    "counts",
    Sentence("班次代码与个数，各班次一次，如 夜=8;中=10", "shift codes, each once, with a number, such as N=8;L=10"),
    _counts,
    (),
)
DATE = Kind("date", Sentence("日期，如 2026-12-05", "a date such as 2026-12-05"), _date)
TIME = Kind(
    "time", Sentence("时刻，如 08:00、24:00 或 次日01:00", "a time of day such as 08:00, 24:00 or +1 01:00"), _time
)
SPANS = Kind(
    "spans", Sentence("时段，如 11:30-12:00; 17:30-18:00", "spans such as 11:30-12:00; 17:30-18:00"), _spans, ()
)
OPENING = Kind(
    "opening",
    Sentence(
        "开放时段，如 09:00-12:00, 13:00-18:00，止须晚于起（过零点写 18:00-次日02:00），或 closed",
        "opening hours such as 09:00-12:00, 13:00-18:00 that end after they begin"
        " (past midnight: 18:00-+1 02:00), or closed",
    ),
    _opening,
)
NUMBER = Kind("number", Sentence("数字", "a number"), _number)
WHOLE = Kind("whole number", Sentence("整数", "a whole number"), _whole)
SHARE = Kind(
    "share",
    Sentence("大于 0、至多 1 的数，或百分比，如 50%", "a number above 0 and up to 1, or a percentage such as 50%"),
    _share,
)
PART = Kind("part", Sentence("小数，或百分比，如 80%", "a part such as 0.8, or a percentage such as 80%"), _part)
YES_NO = Kind("yes/no", Sentence("是或否", "yes or no"), _yes_no)
CHOICE = Kind("choice", Sentence("以下之一", "one of these"), _text, "")
DAY_KEY = Kind(
    "day key",
    Sentence(
        "日期、季节（如 10-01..04-30），或日期类型之一："
        + "、".join(words[0] for words in DAY_WORDS.values())
        + "；几项须同时符合时用 & 相连，如 10-01..04-30&周六",
        "a date, a season such as 10-01..04-30, or one of these kinds of day: "
        + ", ".join(DAY_WORDS)
        + "; joined by & where several have to fit, such as 10-01..04-30&sat",
    ),
    _day_key,
)
EVENT_DAY = Kind(
    "event day",
    Sentence(
        "日期；星期（每周一次），如 周一、周一&工作日；或几日前的最后一个星期几（8 至 31 日），如 25日前周五",
        "a date; a weekday (every week) such as mon or mon&workday; or the last such weekday before a day of the month"
        " (8 to 31), such as fri<25",
    ),
    _event_day,
)
COLOUR = Kind("colour", Sentence("六位十六进制颜色，如 DDEBF7", "six hex digits such as DDEBF7"), _colour, "")
ZONE = Kind("zone", Sentence("IANA 时区名，如 Asia/Shanghai", "an IANA time zone such as Asia/Shanghai"), _zone)
CALENDAR = Kind(
    "calendar",
    Sentence("CN、none，或两位国家代码，如 DE", "CN, none, or a two-letter country code such as DE"),
    _calendar,
)
WEEKDAYS = Kind("weekdays", Sentence("星期，如 周一;周二;周六", "weekdays such as mon;tue;sat"), _weekdays, ())
LINES = Kind(
    "lines",
    Sentence(
        "一行或多行文字，每行至多 200 字，可写“中文 | English”", "lines of at most 200 characters, each 中文 | English"
    ),
    _lines,
    (),
)
YEARS = Kind("years", Sentence("年份，如 2026; 2027", "years such as 2026; 2027"), _years, frozenset())


# --- The shape of a table ----------------------------------------------------


@dataclass(frozen=True)
class Named:
    """What has an English name, a Chinese one and synonyms, any of which may head it.

    Attributes
    ----------
    called : str
        The English name, the Chinese one, and the synonyms in either language, with a space between.
    """

    called: str

    @property
    def headers(self) -> list[str]:
        """Every header that is understood."""
        return self.called.split()

    @property
    def name(self) -> str:
        """The English name."""
        return self.headers[0]

    @property
    def title(self) -> Sentence:
        """The Chinese and the English name."""
        return Sentence(self.headers[1], self.headers[0])


@dataclass(frozen=True)
class Column(Named):
    """A column.

    Attributes
    ----------
    unit : Sentence or None
    required : bool
        Whether the column must be there and no cell of it be empty.
    default : str or Sentence
        What an empty cell means: as a user would write it, or a description
        of what it is derived from. Without one it means nothing is said.
    choices : mapping of str to tuple of str
        Allowed values, each with its synonyms, the first of them Chinese.
    low, high : float or None
        Range of a number, both ends allowed.
    refers : str
        `table.column` in which the cell's value must occur.
    """

    kind: Kind
    doc: Sentence
    unit: Sentence | None = None
    required: bool = False
    default: str | Sentence = ""
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    low: float | None = None
    high: float | None = None
    refers: str = ""

    def read(self, text: str) -> Any:
        """The value of a cell; raises `ValueError` where it is not what `expected` says."""
        if not text:
            if self.required:
                raise ValueError("empty")
            return self.read(self.default) if self.default and isinstance(self.default, str) else self.kind.empty
        if self.choices:
            word = plain(text)
            for value, words in self.choices.items():
                if word == plain(value) or word in words:
                    return value
            raise ValueError(text)
        value = self.kind.read(text)
        if (self.low is not None and value < self.low) or (self.high is not None and value > self.high):
            raise ValueError(text)
        return value

    @cached_property
    def expected(self) -> Sentence:
        """What a cell must hold."""
        zh, en = self.kind.form
        if self.choices:
            zh += "：" + "、".join(words[0] for words in self.choices.values())
            en += ": " + ", ".join(self.choices)
        if self.low is not None:
            zh, en = f"{zh}，{self.low:g} 到 {self.high:g}", f"{en} from {self.low:g} to {self.high:g}"
        return Sentence(zh, en)


@dataclass(frozen=True)
class Table(Named):
    """A table: a CSV file or a sheet.

    Attributes
    ----------
    required : bool
        Whether it must be there and hold a row.
    unique : tuple of str
        Columns whose values together may occur once; empty for no such limit.
    """

    doc: Sentence
    columns: tuple[Column, ...]
    required: bool = False
    unique: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        """The column of that English name."""
        return next(column for column in self.columns if column.name == name)


Headed = TypeVar("Headed", Column, Table)


def headed(things: Iterable[Headed], text: str) -> Headed | None:
    """The column or table that a header names, if any."""
    word = plain(text)
    return next((thing for thing in things if word in map(plain, thing.headers)), None)


# --- The tables --------------------------------------------------------------

HOURS = Sentence("小时", "hours")
HEADS = Sentence("人", "heads")
DAYS = Sentence("天", "days")
WEEKENDS = Sentence("个", "weekends")
NIGHTS = Sentence("个", "nights")
REFERENCES = {
    "people.id": Sentence("人员表中的工号", "an id of the people table"),
    "people.roles": Sentence("人员表中有人担任的角色", "a role that somebody in the people table has"),
    "people.skills": Sentence("人员表中有人具备的技能", "a skill that somebody in the people table has"),
    "shifts.code": Sentence("班次表中的代码", "a code of the shifts table"),
}
LEAVE_WORDS = dict(
    zip(
        LEAVE_KINDS,
        (
            ("年假", "带薪假", "带薪年假", "年休假"),
            ("病假",),
            ("事假",),
            ("婚假",),
            ("产假",),
            ("丧假",),
            ("换休假", "调休", "调休假", "换休"),
            ("工伤假", "工伤"),
            ("培训",),
            ("外出", "公出", "出差"),
        ),
        strict=True,
    )
)


def _worker() -> Column:
    headers = "worker 工号 员工 员工号 员工编号 人员 id worker_id employee employee_id staff_id"
    return Column(headers, ID, Sentence("谁", "who"), required=True, refers="people.id")


def _first(doc: Sentence) -> Column:
    return Column("first 开始日期 开始 起始日期 日期 from start date", DATE, doc, required=True)


def _last(doc: Sentence) -> Column:
    default = Sentence("同开始日期", "the first day")
    return Column("last 结束日期 结束 截止日期 终止日期 to until end", DATE, doc, default=default)


def _date_of(doc: Sentence) -> Column:
    return Column("date 日期 日 day", DATE, doc, required=True)


READINGS = {"strict": ("从严", "严格"), "literal": ("字面", "照字面")}

# What an empty cell of a worker's terms or of a demand row's weights means.
AS_RULED = Sentence("按规则的设置", "as the rule is set")


def _term(headers: str, doc: Sentence, unit: Sentence = DAYS, low: int = 1, high: int = 366) -> Column:
    return Column(headers, WHOLE, doc, unit=unit, default=AS_RULED, low=low, high=high)


def _agreed_hours(headers: str, doc: Sentence) -> Column:
    return Column(headers, NUMBER, doc, unit=HOURS, default=Sentence("不限", "none"), low=0, high=10_000)


PEOPLE = Table(
    "people 人员 人员表 员工 员工表 workers staff",
    Sentence("可以排班的人，每人一行", "the people who can be put on duty, a row each"),
    (
        Column(
            "id 工号 员工号 员工编号 编号 worker worker_id employee_id staff_id",
            ID,
            Sentence("唯一编号，按文字保存，前导零保留", "unique, kept as text with its leading zeros"),
            required=True,
        ),
        Column("name 姓名 名字 员工姓名", TEXT, Sentence("显示用姓名", "as rosters show it"), required=True),
        Column("team 班组 组 组别 小组 group", TEXT, Sentence("所属班组", "the team")),
        Column(
            "roles 角色 职务 职位 岗位角色 role",
            LIST,
            Sentence("担任的角色，自由用词，如 班长;客服", "roles in the desk's own words, such as leader;agent"),
        ),
        Column(
            "skills 技能 资质 技能资质 skill",
            SKILLS,
            Sentence(
                "具备的技能，可带有效期（含首尾）", "skills, with their days (both included) where they are limited"
            ),
        ),
        Column("hired 入职日期 入职 hire_date hired_on", DATE, Sentence("在职第一天", "first day of employment")),
        Column("leaves 离职日期 离职 leaving_date", DATE, Sentence("在职最后一天", "last day of employment")),
        Column(
            "qualified_from 上岗日期 上岗 独立上岗日期 qualified",
            DATE,
            Sentence(
                "独立上岗首日；此前为见习，不计入在岗人数",
                "first day as cover; a trainee, who does not count, before it",
            ),
        ),
        Column(
            "share 工时比例 比例 fte part_time", SHARE, Sentence("相当于全职的比例", "part of full time"), default="1"
        ),
        Column(
            "norm_hours 月工时 标准工时 月标准工时 monthly_hours",
            NUMBER,
            Sentence("整月应出勤工时", "hours owed in a full month"),
            unit=HOURS,
            default=Sentence("按日历工作日与工时比例计算", "from the calendar's working days and the share"),
            low=0,
            high=744,
        ),
        Column(
            "only_shifts 可上班次 限定班次 只上班次 shifts",
            LIST,
            Sentence("只能上的班次代码", "the only shift codes the worker may be given"),
            default=Sentence("全部班次", "all shifts"),
            refers="shifts.code",
        ),
        Column(
            "protection 特殊保护 保护 三期",
            CHOICE,
            Sentence("受保护的原因：不上夜班、不加班", "why the worker is spared nights and overtime"),
            choices=dict(
                zip(
                    ProtectionKind,
                    (("孕期", "怀孕"), ("哺乳期", "哺乳"), ("未成年", "未成年人", "未成年工")),
                    strict=True,
                )
            ),
        ),
        Column(
            "protection_from 保护开始 保护开始日期 保护起始日期",
            DATE,
            Sentence("保护首日；孕期自怀孕满七个月起", "first protected day; in pregnancy that of the seventh month"),
            default=Sentence("一直", "always"),
        ),
        Column(
            "protection_to 保护结束 保护结束日期 保护截止日期",
            DATE,
            Sentence("保护最后一天", "last protected day"),
            default=Sentence("一直", "always"),
        ),
        Column("phone 电话 手机 手机号 联系电话 mobile telephone", TEXT, Sentence("联系电话", "phone number")),
        _term(
            "most_days_in_a_row 最多连上天数 最多连上 最长连班",
            Sentence("与本人约定的最多连续上班天数", "working days in a row at most, as agreed with the worker"),
        ),
        _term(
            "least_days_in_a_row 最少连上天数 最少连上 最短连班",
            Sentence("与本人约定的最少连续上班天数", "working days in a row at least, as agreed with the worker"),
        ),
        _term(
            "least_days_off_in_a_row 最少连休天数 最少连休",
            Sentence("与本人约定的最少连续休息天数", "days off together at least, as agreed with the worker"),
        ),
        _term(
            "most_weekends 最多周末数 最多周末",
            Sentence("与本人约定的、一期内最多上班的周末数", "weekends of the period with a duty at most, as agreed"),
            unit=WEEKENDS,
            low=0,
            high=60,
        ),
        _agreed_hours(
            "least_hours 最少工时 工时下限",
            Sentence("与本人约定的、一期内最少的计薪工时", "paid hours of the period at least, as agreed"),
        ),
        _agreed_hours(
            "most_hours 最多工时 工时上限",
            Sentence("与本人约定的、一期内最多的计薪工时", "paid hours of the period at most, as agreed"),
        ),
        Column(
            "most_of_shift 班次上限 班次最多个数",
            COUNTS,
            Sentence(
                "与本人约定的、一期内某些班次最多上几个，如 夜=8;中=10",
                "duties of certain shifts at most in the period, as agreed, such as N=8;L=10",
            ),
            default=AS_RULED,
            refers="shifts.code",
        ),
    ),
    required=True,
    unique=("id",),
)

SHIFTS = Table(
    "shifts 班次 班次表 班次设置",
    Sentence(
        "班次，每个一行；停用的班次保留在表中，只是没有需求",
        "the shifts, a row each; a retired one stays, without demand",
    ),
    (
        Column(
            "code 代码 班次代码 代号 班次 shift",
            ID,
            Sentence("排班表格子里的代码", "what stands in a roster's cell"),
            required=True,
        ),
        Column(
            "name 名称 班次名称 班名", TEXT, Sentence("全称", "its full name"), default=Sentence("同代码", "the code")
        ),
        Column("start 开始 开始时间 上班时间 上班 from", TIME, Sentence("上班时刻", "when it begins"), required=True),
        Column(
            "end 结束 结束时间 下班时间 下班 to",
            TIME,
            Sentence(
                "下班时刻；不晚于开始即为次日；至多 24 小时",
                "when it ends; the next day if not after the start; 24 hours at most",
            ),
            required=True,
        ),
        Column(
            "breaks 休息 休息时间 不带薪休息 用餐 unpaid_breaks break",
            SPANS,
            Sentence("不计薪的休息，须在班次之内", "unpaid breaks, inside the shift"),
        ),
        Column(
            "paid_breaks 带薪休息 paid_break",
            SPANS,
            Sentence("计薪的休息，须在班次之内", "paid breaks, inside the shift"),
        ),
        Column("post 岗位 岗", TEXT, Sentence("岗位；只有一个岗位则不填", "the post; empty at a desk with one post")),
        Column(
            "skill 所需技能 技能 必备技能",
            ID,
            Sentence("每个上此班的人都须具备的技能", "a skill that everyone on it needs"),
            refers="people.skills",
        ),
        Column(
            "night 夜班 是否夜班",
            YES_NO,
            Sentence("是否计为夜班", "whether it counts as a night"),
            default=Sentence("凌晨 3 点在班则是", "yes if it is being worked at 03:00"),
        ),
        Column(
            "firm_end 弹性起点 固定下班 elastic_from",
            TIME,
            Sentence(
                "此刻起下班时间有弹性：照排、照计工时，但不算在岗人数",
                "from then on the end is elastic: planned and paid, but no cover to count on",
            ),
            default=Sentence("无弹性", "the end is firm"),
        ),
        Column(
            "colour 颜色 color 底色",
            COLOUR,
            Sentence("排班表格子的底色", "fill of the roster's cell"),
            default=Sentence("按顺序取自固定的浅色色板", "from a fixed palette of light fills, in order"),
        ),
    ),
    required=True,
    unique=("code",),
)

DEMAND = Table(
    "demand 需求 需求表 人力需求 用人需求",
    Sentence(
        "各班次需要多少人；同一班次、角色与技能有多行时，每天取最贴合的一行"
        "（日期 > 节假日类型 > 星期 > 工作日/休息日 > 每天）",
        "how many people a shift needs; of rows for the same shift, role and skill the closest fit holds on a day"
        " (date > kind of holiday > weekday > workday/offday > all)",
    ),
    (
        Column(
            "shift 班次 班次代码", ID, Sentence("班次代码", "the shift's code"), required=True, refers="shifts.code"
        ),
        Column(
            "on 日期类型 日期 日类型 适用日期 day days",
            DAY_KEY,
            Sentence("适用的日子", "the days on which it holds"),
            default="all",
        ),
        Column(
            "role 角色",
            ID,
            Sentence("只数担任此角色的人", "counts only people with this role"),
            default=Sentence("任何上岗人员", "any qualified person"),
            refers="people.roles",
        ),
        Column(
            "skill 技能",
            ID,
            Sentence("只数具备此技能的人", "counts only people with this skill"),
            default=Sentence("任何上岗人员", "any qualified person"),
            refers="people.skills",
        ),
        Column(
            "least 最少 最少人数 最低 下限 min minimum",
            WHOLE,
            Sentence("硬性下限", "the hard minimum"),
            unit=HEADS,
            required=True,
            low=0,
            high=10_000,
        ),
        Column(
            "target 目标 目标人数",
            WHOLE,
            Sentence("希望的人数，不小于最少", "the wished number, not below the minimum"),
            unit=HEADS,
            default=Sentence("同最少", "the minimum"),
            low=0,
            high=10_000,
        ),
        Column(
            "most 最多 最多人数 上限 max maximum",
            WHOLE,
            Sentence("硬性上限，不小于目标", "the hard maximum, not below the target"),
            unit=HEADS,
            default=Sentence("不限", "none"),
            low=0,
            high=10_000,
        ),
        Column(
            "reading 口径",
            CHOICE,
            Sentence("只在此口径下有效（见设置 reading）", "holds under this reading only (see the setting reading)"),
            default=Sentence("两种口径", "both readings"),
            choices=READINGS,
        ),
        Column(
            "weight_short 缺人代价 欠员代价",
            WHOLE,
            Sentence("低于目标时每缺一人的代价", "cost of each head below the target"),
            default=AS_RULED,
            low=0,
            high=1000,
        ),
        Column(
            "weight_spare 多人代价 超员代价",
            WHOLE,
            Sentence("高于目标时每多一人的代价", "cost of each head above the target"),
            default=AS_RULED,
            low=0,
            high=1000,
        ),
    ),
    required=True,
    unique=("shift", "on", "role", "skill"),
)

LEAVE = Table(
    "leave 请假 请假表 休假 休假表",
    Sentence("请假，每段一行；只有已批准的才生效", "leave, a row for each stretch; only approved leave frees anybody"),
    (
        _worker(),
        _first(Sentence("首日", "first day")),
        _last(Sentence("末日（含）", "last day, included")),
        Column(
            "kind 类别 假别 请假类型 类型 type",
            CHOICE,
            Sentence("请假类别", "kind of leave"),
            required=True,
            choices=LEAVE_WORDS,
        ),
        Column(
            "approved 已批准 批准 是否批准 审批",
            YES_NO,
            Sentence("未批准的请假不改变排班", "leave that is not approved changes nothing"),
            default="yes",
        ),
    ),
)

REQUESTS = Table(
    "requests 申请 申请表 排班申请 排班意愿 意愿 wishes",
    Sentence("个人排班意愿，尽量满足", "what people wish for; granted as far as possible"),
    (
        _worker(),
        _first(Sentence("首日", "first day")),
        _last(Sentence("末日（含），至多 92 天", "last day, included; 92 days at most")),
        Column(
            "wants 意愿 想法 申请内容 wish",
            CHOICE,
            Sentence(
                "想上、不想上（不填班次则指任何班），或休",
                "to work, to be spared (any duty where no shift is named), or to rest",
            ),
            required=True,
            choices={"on": ("想上", "要上", "上班"), "off": ("不想上", "不上"), "rest": ("休", "休息", "想休")},
        ),
        Column(
            "shift 班次 班次代码",
            ID,
            Sentence("班次代码", "the shift's code"),
            default=Sentence("任何班", "any duty"),
            refers="shifts.code",
        ),
        Column(
            "weight 权重 重要程度 优先级 priority",
            WHOLE,
            Sentence("不满足的代价", "how much it costs to refuse it"),
            default=f"{Wish.weight}",
            low=1,
            high=100,
        ),
    ),
)

FIXED = Table(
    "fixed 固定班 固定 固定班次 固定班表",
    Sentence("事先定好的班或休息", "duties and days off that are settled beforehand"),
    (
        _worker(),
        _date_of(Sentence("哪一天", "the day")),
        Column(
            "shift 班次 班次代码 duty",
            DUTY,
            Sentence("班次代码", "the shift's code"),
            default=Sentence("休", "a day off"),
            refers="shifts.code",
        ),
    ),
    unique=("worker", "date", "shift"),
)

OVERTIME = Table(
    "overtime 加班审批 加班 加班申请 加班审批表",
    Sentence("已批准的加班", "approved overtime"),
    (
        _worker(),
        _date_of(Sentence("哪一天", "the day")),
        Column(
            "hours 小时 加班小时 时长 工时",
            NUMBER,
            Sentence("当天可超出标准的工时", "hours beyond the norm that may be given on the day"),
            unit=HOURS,
            required=True,
            low=0,
            high=24,
        ),
    ),
    unique=("worker", "date"),
)

HISTORY = Table(
    "history 上月排班 历史 历史排班 上月",
    Sentence(
        "上月末的排班；写“休”表示当天确知休息",
        "the end of last month's roster; off says that the day is known to be free",
    ),
    (
        _worker(),
        _date_of(Sentence("哪一天，早于所排月份", "the day, before the month that is made")),
        Column(
            "shift 班次 班次代码 duty",
            DUTY,
            Sentence("班次代码", "the shift's code"),
            required=True,
            refers="shifts.code",
        ),
    ),
    unique=("worker", "date", "shift"),
)


def _carried(headers: str, doc: Sentence, unit: Sentence) -> Column:
    return Column(headers, NUMBER, doc, unit, default="0", low=-10_000, high=10_000)


CARRIED = Table(
    "carried 结转 结转余额 结转表 余额",
    Sentence(
        "此前各月超出平均的部分（少于平均为负）",
        "what each did beyond a fair share in earlier months; below it when negative",
    ),
    (
        _worker(),
        _carried("nights 夜班 夜班数", Sentence("夜班数", "nights"), NIGHTS),
        _carried("weekends 周末 周末班 周末数", Sentence("周末出勤", "weekend duties"), DAYS),
        _carried("holidays 节假日 节假日班 节假日数", Sentence("节假日出勤", "holiday duties"), DAYS),
        _carried("hours 工时 小时 工时差", Sentence("工时", "hours"), HOURS),
    ),
    unique=("worker",),
)

HOLIDAYS = Table(
    "holidays 节假日调整 节假日 节假日表 假日调整",
    Sentence("本部门对日历的更正，优先于日历", "what the desk itself knows of the calendar; beats it"),
    (
        _date_of(Sentence("哪一天", "the day")),
        Column(
            "kind 类型 类别 日期类型 type",
            CHOICE,
            Sentence("这一天是什么日子", "what the day is"),
            required=True,
            choices={kind.value: DAY_WORDS[kind] for kind in DayKind if kind is not DayKind.RESTDAY}
            | {DayKind.RESTDAY.value: (*DAY_WORDS[DayKind.RESTDAY], "休息日")},
        ),
        Column("name 名称 节日 节日名称 假日", TEXT, Sentence("节日名", "the festival's name")),
    ),
    unique=("date",),
)

EVENTS = Table(
    "events 活动 活动表 会议 会议表 培训考试",
    Sentence(
        "会议、培训、考试，每场一行；同名的各行是同一活动的几场（每周举行的按周算，其余按月算），每人参加其中一场",
        "meetings, classes and exams, a row for each sitting; rows of one name are sittings of one event (those of a week"
        " where it is weekly, otherwise those of the month), of which everybody takes one",
    ),
    (
        Column("name 名称 活动 活动名称 会议 event", TEXT, Sentence("名称", "its name"), required=True),
        Column("date 日期 日 哪天 日子 on day", EVENT_DAY, Sentence("哪一天", "the day"), required=True),
        Column("start 开始 开始时间 from", TIME, Sentence("开始时刻", "when it begins"), required=True),
        Column("end 结束 结束时间 to", TIME, Sentence("结束时刻", "when it ends"), required=True),
        Column(
            "who 参加 参加人 参加人员 参会 attendees",
            LIST,
            Sentence("谁参加：角色、班组或工号", "who takes part: roles, teams or ids"),
            default=Sentence("全体", "everybody"),
        ),
        Column(
            "free_time 休息时也来 休息也来 off_duty_too",
            YES_NO,
            Sentence(
                "不当班的人是否也来（当班的人须离岗参加）",
                "whether people off duty come too (those on duty leave the desk for it)",
            ),
            default="no",
        ),
    ),
    unique=("name", "date", "start"),
)

# Days, times and people of a need by time of day
MINUTES, SECONDS, CALL_COUNT = Sentence("分钟", "minutes"), Sentence("秒", "seconds"), Sentence("通", "calls")
VISITS = Sentence("人次/小时", "visitors an hour")


def _slot_columns(*asked: Column, least: str | Sentence = "0") -> tuple[Column, ...]:
    on = Column(
        "on 日期类型 日期 日类型 适用日期 day days",
        DAY_KEY,
        Sentence("适用的日子", "the days on which it holds"),
        default="all",
    )
    start = Column("start 开始 开始时间 从 from", TIME, Sentence("时段起点", "when the slot begins"), required=True)
    end = Column(
        "end 结束 结束时间 到 to until",
        TIME,
        Sentence("时段终点；不晚于起点即为次日", "when it ends; the next day if not after the start"),
        required=True,
    )
    skill = Column(
        "skill 技能",
        ID,
        Sentence("只数具备此技能的人", "counts only people with this skill"),
        default=Sentence("任何上岗人员", "any qualified person"),
        refers="people.skills",
    )
    floor = Column(
        "least 最少 最少人数 下限 min minimum",
        WHOLE,
        Sentence("无论如何都要有的人数（硬性）", "people who are there in any case, a hard minimum"),
        unit=HEADS,
        default=least,
        low=0,
        high=10_000,
    )
    return on, start, end, *asked, floor, skill


SLOTS = Table(
    "slots 时段需求 时段 时段人数",
    Sentence(
        "各时段在岗要多少人，不论什么班次；同一时段与技能有多行时，每天取最贴合的一行",
        "people needed at the desk by time of day, whatever their shift; of rows for the same slot and skill the closest"
        " fit holds on a day",
    ),
    _slot_columns(
        Column(
            "target 目标 目标人数",
            WHOLE,
            Sentence("希望的人数，不小于最少", "the wished number, not below the minimum"),
            unit=HEADS,
            default=Sentence("同最少", "the minimum"),
            low=0,
            high=10_000,
        )
    ),
    unique=("on", "start", "end", "skill"),
)

FORECAST = Table(
    "forecast 话务预测 业务量预测 来电预测 volume",
    Sentence(
        "各时段预计来电；按 [service] 的服务水平用 Erlang C 换算成人数",
        "calls expected by time of day; Erlang C makes people of them by the service level of [service]",
    ),
    _slot_columns(
        Column(
            "calls 来电量 话务量 来电 业务量 volume",
            NUMBER,
            Sentence("该时段的来电", "calls that come in the slot"),
            unit=CALL_COUNT,
            required=True,
            low=0,
            high=1_000_000,
        ),
        Column(
            "handling_seconds 处理时长 平均处理时长 aht",
            NUMBER,
            Sentence("每通的平均处理时长", "how long a call takes on average"),
            unit=SECONDS,
            required=True,
            low=1,
            high=36_000,
        ),
    ),
    unique=("on", "start", "end", "skill"),
)

FOOTFALL = Table(
    "footfall 客流 客流量 客流预测 visitors",
    Sentence(
        "各时段预计客流；按每人每小时能接待多少换算成人数",
        "visitors expected by time of day; people follow from how many one person serves",
    ),
    _slot_columns(
        Column(
            "visitors 每小时客流 客流 人次",
            NUMBER,
            Sentence("每小时到台的客流", "visitors who come to the desk in an hour"),
            unit=VISITS,
            required=True,
            low=0,
            high=1_000_000,
        ),
        Column(
            "served 每人每小时接待 接待能力 人均接待",
            NUMBER,
            Sentence("一人一小时能接待多少", "how many one person serves in an hour"),
            unit=VISITS,
            required=True,
            low=0.1,
            high=10_000,
        ),
    ),
    unique=("on", "start", "end", "skill"),
)

SLOT_TABLES = (SLOTS, FORECAST, FOOTFALL)
OFFICIALS = Table(
    "officials 审批人 审批人员 管理人员",
    Sentence(
        "不参加排班、但可审批和发布的人，如经理",
        "people who decide and publish without being on the roster, managers say",
    ),
    (
        Column("id 工号 编号 员工号 员工编号", ID, Sentence("唯一编号", "unique"), required=True),
        Column("name 姓名 名字", TEXT, Sentence("姓名", "the name"), required=True),
        Column("role 职务 角色 职位", TEXT, Sentence("职务", "the role")),
    ),
    unique=("id",),
)

TABLES = (
    PEOPLE,
    SHIFTS,
    DEMAND,
    LEAVE,
    REQUESTS,
    FIXED,
    OVERTIME,
    HISTORY,
    CARRIED,
    HOLIDAYS,
    EVENTS,
    *SLOT_TABLES,
    OFFICIALS,
)

# The settings, in a workbook; a folder has them in desk.toml.
SETTINGS = Table(
    "desk 设置 设定 settings",
    Sentence(
        "本部门的设置：键与值，如 zone、opening.sun、rules.weekly_rest_day.rest_days",
        "the desk's settings, a key and a value each: zone, opening.sun, rules.weekly_rest_day.rest_days",
    ),
    (
        Column("key 键 设置项 项目 setting", TEXT, Sentence("设置项", "which setting"), required=True),
        Column("value 值 取值 内容", VALUE, Sentence("取值", "its value"), required=True),
    ),
    required=True,
)

# Keys of [desk]; those of [opening] are day keys with OPENING values, those of [rules.NAME] belong to the rules.
DESK_KEYS = (
    Column("id 编号", FILE_ID, Sentence("账册中本部门的唯一编号", "the desk's unique id in the ledger"), required=True),
    Column("name 名称", TEXT, Sentence("显示用名称", "as rosters show it"), default=Sentence("同编号", "the id")),
    Column("zone 时区", ZONE, Sentence("所有时刻所在的时区", "time zone of every time"), default=Desk.zone),
    Column(
        "week_starts 每周首日",
        CHOICE,
        Sentence("一周从哪天算起", "the day on which a week begins"),
        default=WEEKDAY_KEYS[Desk.first_weekday],
        choices={key: DAY_WORDS[key] for key in WEEKDAY_KEYS},
    ),
    Column(
        "hours_a_day 日工时",
        NUMBER,
        Sentence("标准工作日的工时", "hours of a standard working day"),
        unit=HOURS,
        default=f"{Desk.day_hours:g}",
        low=1,
        high=24,
    ),
    Column(
        "workdays 每周工作日",
        WEEKDAYS,
        Sentence(
            "标准工时按每周这几天算，法定节假日除外", "weekdays of which the norm is made, statutory holidays apart"
        ),
        default=Sentence("按日历的工作日", "the calendar's working days"),
    ),
    Column(
        "reading 口径",
        CHOICE,
        Sentence(
            "条款相互冲突时怎样读：从严，或照字面（规则中写 literal 的只记录不强制）",
            "how clauses that conflict are read: strictly, or literally (rules with literal are recorded, not enforced)",
        ),
        default="strict",
        choices=READINGS,
    ),
    Column(
        "publish_by 提前公布天数",
        WHOLE,
        Sentence("排班表须在当月 1 日前多少天发布", "days before the 1st on which the month's roster is due"),
        unit=DAYS,
        default=f"{Procedure.publish_by}",
        low=0,
        high=60,
    ),
    Column(
        "holiday_lead 节前公布天数",
        WHOLE,
        Sentence(
            "含法定节假日的月份，须在节日首日前多少天发布", "days before a statutory holiday's first day, likewise"
        ),
        unit=DAYS,
        default=f"{Procedure.holiday_lead}",
        low=0,
        high=60,
    ),
    Column(
        "recipients 分送部门",
        LIST,
        Sentence("收取排班表的部门", "departments that get a copy of the roster"),
        default=";".join(Procedure.recipients),
    ),
    Column(
        "approver_roles 审批角色",
        LIST,
        Sentence("可以审批调班、请假等申请的角色", "roles whose holders may decide on requests"),
        default="经理;主管;店长;领班;班长;组长;部门负责人;值班经理;manager;supervisor;leader",
    ),
    Column(
        "swap_quota 每月调班次数",
        WHOLE,
        Sentence(
            "每人每月调班、顶班至多几次，双方都计", "swaps and stand-ins of a person in a month, both sides counted"
        ),
        default=f"{Procedure.swap_quota}",
        low=0,
        high=100,
    ),
    Column(
        "swap_notice 调班提前天数",
        WHOLE,
        Sentence("申请须早于所涉班次多少天", "days between a request and the first duty that it moves"),
        unit=DAYS,
        default=f"{Procedure.swap_notice}",
        low=0,
        high=60,
    ),
    Column(
        "assumed 假定",
        LINES,
        Sentence("原文没有、由本部门假定的，逐条印在排班表上", "what the desk takes for granted; printed"),
    ),
    Column("notice 告示", LINES, Sentence("印在排班表下方，给所有人看", "printed below the roster for everybody")),
    Column("calendar 日历", CALENDAR, Sentence("节假日日历", "the holiday calendar"), default=Desk.calendar),
    Column(
        "follow_lieu 随调休",
        YES_NO,
        Sentence("是否跟随放假通知的调休与补班", "whether days exchanged by the holiday notice are followed"),
        default="yes",
    ),
    Column(
        "confirmed_years 已核年份",
        YEARS,
        Sentence("放假通知已录入“节假日调整”的年份", "years whose notice has been entered in the holidays table"),
    ),
)

# Keys of [service], where calls are forecast.
SERVICE_KEYS = (
    Column(
        "level 服务水平",
        PART,
        Sentence("在应答时限内接起的比例", "part of the calls that is answered in time"),
        default=f"{Service.level:g}",
        low=0.01,
        high=0.999,
    ),
    Column(
        "answer_seconds 应答时限",
        NUMBER,
        Sentence("多少秒内算及时", "within how many seconds"),
        unit=SECONDS,
        default=f"{Service.answer_seconds:g}",
        low=1,
        high=3600,
    ),
    Column(
        "least_level 最低服务水平",
        PART,
        Sentence(
            "硬性底线：低于它就不排（0 为不设；不高于服务水平）",
            "the hard floor under the service level, not above it; 0 for none",
        ),
        default=f"{Service.least_level:g}",
        low=0,
        high=0.999,
    ),
    Column(
        "max_occupancy 最高占用率",
        PART,
        Sentence("在岗时间中通话所占比例的上限", "part of their time that people talk at most"),
        default=f"{Service.max_occupancy:g}",
        low=0.1,
        high=1,
    ),
    Column(
        "shrinkage 损耗率",
        PART,
        Sentence("在岗但不能接线的人所占比例", "part of the people at the desk who cannot take a call"),
        default=f"{Service.shrinkage:g}",
        low=0,
        high=0.9,
    ),
)

# Keys of [breaks]: with this section, breaks are placed behind every roster.
BREAK_KEYS = (
    Column(
        "every_hours 每几小时一次",
        NUMBER,
        Sentence("每多少计薪小时一次小休（0 为没有小休）", "paid hours for each small break; 0 for no small breaks"),
        unit=HOURS,
        default=f"{BreakTerms.every_hours:g}",
        low=0,
        high=24,
    ),
    Column(
        "minutes 小休时长",
        WHOLE,
        Sentence("每次小休多长，计薪", "length of a small break, which is paid"),
        unit=MINUTES,
        default=f"{BreakTerms.minutes}",
        low=1,
        high=120,
    ),
    Column(
        "meal_moves 用餐可移",
        WHOLE,
        Sentence("班次表中的休息可前后移动多少", "how far a break of the shifts table may be moved, either way"),
        unit=MINUTES,
        default=f"{BreakTerms.meal_moves}",
        low=0,
        high=480,
    ),
    Column(
        "grid 时间格",
        WHOLE,
        Sentence("休息从哪些整格时刻开始", "grid on which breaks begin"),
        unit=MINUTES,
        default=f"{BreakTerms.grid}",
        low=5,
        high=60,
    ),
    Column(
        "edge 头尾不休",
        WHOLE,
        Sentence("上班头与下班前多久之内不休息", "no break so near to the ends of a shift"),
        unit=MINUTES,
        default=f"{BreakTerms.edge}",
        low=0,
        high=240,
    ),
    Column(
        "apart 间隔",
        WHOLE,
        Sentence("两次休息之间至少工作多久", "work between two breaks at least"),
        unit=MINUTES,
        default=f"{BreakTerms.apart}",
        low=0,
        high=480,
    ),
    Column(
        "most_away 同时休息上限",
        WHOLE,
        Sentence("同时休息的人数上限", "people on a break at the same time at most"),
        unit=HEADS,
        default=Sentence("不限", "none"),
        low=1,
        high=10_000,
    ),
    Column(
        "least_at_desk 至少在岗",
        WHOLE,
        Sentence("休息时至少留在岗上的人数", "people who stay at the desk while others have their break"),
        unit=HEADS,
        default=f"{BreakTerms.least_at_desk}",
        low=0,
        high=10_000,
    ),
    Column(
        "longest_run_hours 连续工作上限",
        NUMBER,
        Sentence("没有够长休息的一段工作最长多久", "longest stretch of work without a real break"),
        unit=HOURS,
        default=f"{BreakTerms.longest_run_hours:g}",
        low=1,
        high=24,
    ),
    Column(
        "run_break 断开连续",
        WHOLE,
        Sentence("多长的休息才断开连续工作", "length of a break that ends such a stretch"),
        unit=MINUTES,
        default=f"{BreakTerms.run_break}",
        low=1,
        high=240,
    ),
    Column(
        "allowance 休息余量",
        PART,
        Sentence(
            "排班时为休息预留的比例：需求人数除以（1 减它）",
            "part of the people at work who are on a break: needs are divided by one less it",
        ),
        default=Sentence("各班次中休息所占的比例", "the breaks' part of the shifts"),
        low=0,
        high=0.5,
    ),
)
