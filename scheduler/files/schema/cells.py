"""The kinds of cell: what a cell of a column may hold, how its text is read, and how a fault words what was expected."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from scheduler.characters import VARIANTS, HiddenCharacter, check_seen
from scheduler.domain import WEEKDAY_KEYS, Skill
from scheduler.files.schema.day_parts import read_part, read_timed_day
from scheduler.files.schema.days import DAY_WORDS, FIRST_YEAR, LAST_YEAR, read_date, read_day_key, read_event_day
from scheduler.files.schema.text import OFF_WORDS, comparable, normal_width
from scheduler.files.schema.times import read_time
from scheduler.files.schema.unclear import Unclear
from scheduler.i18n import Sentence, as_written
from scheduler.timeline import DAY_MINUTES


@dataclass(frozen=True)
class CellKind:
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
    most : int
        Characters of a text; longer ones are not even looked at.
    """

    name: str
    form: Sentence
    read: Callable[[str], Any]
    empty: Any = None
    most: int = 1000

    def check_text(self, text: str) -> None:
        """Raise `ValueError` for a text that no cell may hold, of whatever kind."""
        if len(text) > self.most:
            raise ValueError(f"{len(text)} characters")
        check_seen(text.translate(LINE_BREAKS))


LINE_BREAKS = dict.fromkeys(map(ord, "\t\n\r"))  # of cells with several lines; what may not hold them refuses them
LONGEST_ID, LONGEST_TEXT, LONGEST_VALUE = 64, 200, 4000  # characters
MOST_LINES = 100
# Bytes of UTF-8. The longest name that begins with such an id is that of a notice, which holds somebody's id as well:
# together they stay below the 255 bytes of most file systems.
LONGEST_FILE_ID = 96
# As a spreadsheet writes a number whose digits are too many for it, or that it took for one: 1E3 is 1.00E+03 to it.
POWER_OF_TEN = re.compile(r"[+-]?[0-9](\.[0-9]+)?E[+-][0-9]{2,3}", re.IGNORECASE)
AS_TEXT = Sentence(
    "原样的编号：表格程序已把它改成数字，丢了写法或位数，请把该列设为文本格式后重新输入",
    "the id as it is written: the spreadsheet made a number of it, whose digits or form are lost; format the column as text"
    " and type it again",
)
WEB_ADDRESS = re.compile(r"https?://[\w.-]+(:[0-9]{1,5})?(/[\w./~-]*)?", re.ASCII | re.IGNORECASE)
# What Windows takes for a device, whatever stands behind a dot.
DEVICES = {"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(1, 10))}


def _read_text(text: str) -> str:
    text = " ".join(text.split())
    check_seen(text)
    if len(text) > LONGEST_TEXT:
        raise ValueError(text)
    return text


def _read_value(text: str) -> str:
    check_seen(text.replace("\n", ""))
    if len(text) > LONGEST_VALUE:
        raise ValueError(text)
    return text


def _read_id(text: str) -> str:
    check_seen(text)
    if ("+" in text or "-" in text) and POWER_OF_TEN.fullmatch(text):
        raise Unclear(AS_TEXT)
    if variant := VARIANTS.search(text):
        raise HiddenCharacter(variant[0])
    if len(text) > LONGEST_ID:
        raise ValueError(text)
    return text


def _read_file_id(text: str) -> str:
    device = text.partition(".")[0].strip().upper() in DEVICES
    if device or text[:1] == "." or text[-1:] == "." or any(sign in text for sign in '/\\:*?"<>|'):
        raise ValueError(text)
    if len(text.encode("utf-8", "replace")) > LONGEST_FILE_ID:
        raise ValueError(text)
    return _read_id(text)


def _read_address(text: str) -> str:
    check_seen(text)
    if len(text) > LONGEST_TEXT or not WEB_ADDRESS.fullmatch(text):
        raise ValueError(text)
    return text.rstrip("/")


def _read_duty(text: str) -> str:
    return "" if comparable(text) in OFF_WORDS else _read_id(text)


def _read_list(text: str) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(_read_id(part.strip()) for part in re.split("[;、,/]", normal_width(text)) if part.strip())
    )


def _read_spans(text: str) -> tuple[tuple[int, int], ...]:
    parts = re.split("[;、,]", normal_width(text).rstrip(";、,"))
    ends = [re.split("[-–—~至到]", part) for part in parts]
    return tuple((read_time(start), read_time(end)) for start, end in ends)


def _read_opening(text: str) -> tuple[tuple[int, int], ...]:
    if comparable(text) in ("closed", "关闭", "不开放", *OFF_WORDS):
        return ((0, 0),)
    spans = _read_spans(text)
    if any(end <= start or start >= DAY_MINUTES for start, end in spans):
        raise ValueError(text)
    return spans


def _read_number(text: str) -> float:
    found = re.fullmatch(r"[+-]?[0-9]{1,9}(\.[0-9]{1,20})?", normal_width(text))
    if not found:
        raise ValueError(text)
    return float(found[0])


def _read_whole(text: str) -> int:
    number = _read_number(text)
    if not number.is_integer():
        raise ValueError(text)
    return int(number)


def _read_share(text: str) -> float:
    text = normal_width(text)
    share = _read_number(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    if not 0 < share <= 1:
        raise ValueError(text)
    return share


def _read_part(text: str) -> float:
    text = normal_width(text)
    return _read_number(text.removesuffix("%")) / (100 if text.endswith("%") else 1)


YES_WORDS = "yes y true 1 是 对 √ ✓ 有 已批准 批准 同意 已同意 通过 已通过 审批通过 审核通过 有效 approved"
NO_WORDS = (
    "no n false 0 否 不 × x 无 未批准 待批 待审批 审批中 待审核 驳回 已驳回 拒绝 已拒绝 不同意 未通过 不通过 撤销 已撤销 已撤回"
    " 取消 已取消 作废 无效 pending rejected cancelled"
)


def _read_yes_no(text: str) -> bool:
    word = comparable(text)
    if word in YES_WORDS.split():
        return True
    if word in NO_WORDS.split():
        return False
    raise ValueError(text)


def _read_certificate(text: str) -> bool:
    """Whether it is in; a date says that it came on that day."""
    try:
        return _read_yes_no(text)
    except ValueError:
        return bool(read_date(text))


def _read_skills(text: str) -> tuple[Skill, ...]:
    # A slash between digits belongs to a date.
    return tuple(
        _read_skill(part) for part in re.split(r"[;、,]|(?<![0-9])/|/(?![0-9])", normal_width(text)) if part.strip()
    )


def _read_skill(text: str) -> Skill:
    name, at, days = (part.strip() for part in text.partition("@"))
    if not name or (at and ".." not in days):
        raise ValueError(text)
    first, last = (read_date(end) if end.strip() else None for end in (days.split("..") if at else ("", "")))
    if first and last and last < first:
        raise ValueError(text)
    return Skill(_read_id(name), first, last)


def _read_counts(text: str) -> tuple[tuple[str, int], ...]:
    pairs = [part.rpartition("=") for part in re.split("[;、,]", normal_width(text)) if part.strip()]
    counts = {_read_id(code.strip()): _read_whole(number) for code, _, number in pairs}
    if "" in counts or min(counts.values(), default=0) < 0 or len(counts) < len(pairs):
        raise ValueError(text)
    return tuple(counts.items())


def _read_colour(text: str) -> str:
    found = re.fullmatch("#?([0-9a-f]{6})", normal_width(text).casefold())
    if not found:
        raise ValueError(text)
    return found[1].upper()


def _read_zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (OSError, KeyError) as error:  # a folder of zones, a name too long; no such zone
        raise ValueError(text) from error
    return text


def _read_calendar(text: str) -> str:
    if comparable(text) in ("none", "无"):
        return "none"
    if text.upper() != "CN":
        import holidays  # 0.1 s to import: only for the desks that need it

        if text.upper() not in holidays.list_supported_countries():
            raise ValueError(text)
    return text.upper()


def _read_weekdays(text: str) -> tuple[int, ...]:
    days = [
        next((key for key in WEEKDAY_KEYS if comparable(part) in (key, *DAY_WORDS[key])), part)
        for part in _read_list(text)
    ]
    return tuple(sorted({WEEKDAY_KEYS.index(day) for day in days}))


def _read_lines(text: str) -> tuple[Sentence, ...]:
    lines = [as_written(line) for line in map(str.strip, text.split("\n")) if line]
    if len(lines) > MOST_LINES:
        raise ValueError(f"{len(lines)} lines")
    return tuple(Sentence(*map(_read_text, line)) for line in lines)


def _read_years(text: str) -> frozenset[int]:
    years = frozenset(_read_whole(part) for part in _read_list(text))
    if not all(FIRST_YEAR <= year <= LAST_YEAR for year in years):
        raise ValueError(text)
    return years


TEXT = CellKind(
    "text",
    Sentence("文字，至多 200 字，无隐藏字符", "text of at most 200 characters, without hidden characters"),
    _read_text,
    "",
)
VALUE = CellKind(
    "value",
    Sentence("设置的取值，可分行，至多 4000 字", "a setting's value, in one or more lines, of at most 4000 characters"),
    _read_value,
    "",
    LONGEST_VALUE,
)
ID = CellKind(
    "id",
    Sentence("编号或代码，至多 64 字，无隐藏字符", "an id or code of at most 64 characters, without hidden characters"),
    _read_id,
    "",
)
FILE_ID = CellKind(
    "file id",
    Sentence(
        """编号，至多 64 字且至多 96 字节（约 32 个汉字），可作文件名（不含 / \\ : * ? " < > |，首尾不是点，不是 CON 之类）""",
        "an id of at most 64 characters and 96 bytes of UTF-8 that can name a file"
        """ (no / \\ : * ? " < > |, no dot at either end, no name such as CON)""",
    ),
    _read_file_id,
    "",
)
DUTY = CellKind("duty", Sentence("班次代码，或“休”", "a shift code, or off"), _read_duty, "")
LIST = CellKind(
    "list", Sentence("一个或多个词，用“;”“、”“,”或“/”分隔", "words separated by ; 、 , or /"), _read_list, ()
)
SKILLS = CellKind(
    "skills",
    Sentence(
        "技能，用“;”分隔，可带有效期：英语@2026-12-10..、英语@..2027-01-31、英语@2026-12-10..2027-01-31",
        "skills separated by ; each with its days if it is limited: name@2026-12-10.. or name@..2027-01-31"
        " or name@2026-12-10..2027-01-31",
    ),
    _read_skills,
    (),
)
COUNTS = CellKind(
    "counts",
    Sentence(
        "班次代码与个数，各班次一次，如 夜=8;中=10", "shift codes, each only once and with a number, such as N=8;L=10"
    ),
    _read_counts,
    (),
)
DATE = CellKind("date", Sentence("日期，如 2026-12-05", "a date such as 2026-12-05"), read_date)
TIMED_DATE = CellKind(
    "date, with a time or not",
    Sentence(
        "日期，可带时刻或上午、下午，如 2026-12-05、2026-12-05 13:00、2026-12-05 下午",
        "a date, with a time or a half of the day if need be: 2026-12-05, 2026-12-05 13:00, 2026-12-05 pm",
    ),
    read_timed_day,
)
PART_OF_DAY = CellKind(
    "part of a day",
    Sentence("上午、下午、全天，或起止时刻如 14:00-18:00", "am, pm, whole, or from when to when, such as 14:00-18:00"),
    read_part,
)
TIME = CellKind(
    "time", Sentence("时刻，如 08:00、24:00 或 次日01:00", "a time of day such as 08:00, 24:00 or +1 01:00"), read_time
)
SPANS = CellKind(
    "spans", Sentence("时段，如 11:30-12:00; 17:30-18:00", "spans such as 11:30-12:00; 17:30-18:00"), _read_spans, ()
)
OPENING = CellKind(
    "opening",
    Sentence(
        "开放时段，如 09:00-12:00, 13:00-18:00，止须晚于起（过零点写 18:00-次日02:00），或 closed",
        "opening hours such as 09:00-12:00, 13:00-18:00 that end after they begin"
        " (past midnight: 18:00-+1 02:00), or closed",
    ),
    _read_opening,
)
NUMBER = CellKind("number", Sentence("数字", "a number"), _read_number)
WHOLE = CellKind("whole number", Sentence("整数", "a whole number"), _read_whole)
SHARE = CellKind(
    "share",
    Sentence("大于 0、至多 1 的数，或百分比，如 50%", "a number above 0 and up to 1, or a percentage such as 50%"),
    _read_share,
)
PART = CellKind(
    "part", Sentence("小数，或百分比，如 80%", "a fraction such as 0.8, or a percentage such as 80%"), _read_part
)
YES_NO = CellKind("yes/no", Sentence("是或否", "yes or no"), _read_yes_no)
CERTIFICATE = CellKind(
    "yes/no or a date",
    Sentence("是、否，或日期如 2026-12-05", "yes, no, or a date such as 2026-12-05"),
    _read_certificate,
)
CHOICE = CellKind("choice", Sentence("以下之一", "one of these"), _read_text, "")
DAY_KEY = CellKind(
    "day key",
    Sentence(
        "日期、季节（如 10-01..04-30），或日期类型之一："
        + "、".join(words[0] for words in DAY_WORDS.values())
        + "；几项须同时符合时用 & 相连，如 10-01..04-30&周六",
        "a date, a season such as 10-01..04-30, or one of these kinds of day: "
        + ", ".join(DAY_WORDS)
        + "; joined by & where several must apply, such as 10-01..04-30&sat",
    ),
    read_day_key,
)
EVENT_DAY = CellKind(
    "event day",
    Sentence(
        "日期；星期（每周一次），如 周一、周一&工作日；或几日前的最后一个星期几（8 至 31 日），如 25日前周五",
        "a date; a weekday (every week) such as mon or mon&workday; or the last such weekday before a day of the month"
        " (8 to 31), such as fri<25",
    ),
    read_event_day,
)
ADDRESS = CellKind(
    "address",
    Sentence(
        "网址，如 https://roster.example（可带路径，不带 ? 和 #）",
        "a web address such as https://roster.example, perhaps with a path, without ? and #",
    ),
    _read_address,
    "",
)
COLOUR = CellKind("colour", Sentence("六位十六进制颜色，如 DDEBF7", "six hex digits such as DDEBF7"), _read_colour, "")
ZONE = CellKind(
    "zone", Sentence("IANA 时区名，如 Asia/Shanghai", "an IANA time zone such as Asia/Shanghai"), _read_zone
)
CALENDAR = CellKind(
    "calendar",
    Sentence("CN、none，或两位国家代码，如 DE", "CN, none, or a two-letter country code such as DE"),
    _read_calendar,
)
WEEKDAYS = CellKind("weekdays", Sentence("星期，如 周一;周二;周六", "weekdays such as mon;tue;sat"), _read_weekdays, ())
LINES = CellKind(
    "lines",
    Sentence(
        "至多 100 行文字，每行至多 200 字，可写“中文 | English”",
        "at most 100 lines of at most 200 characters, each 中文 | English",
    ),
    _read_lines,
    (),
    MOST_LINES * LONGEST_TEXT,
)
YEARS = CellKind("years", Sentence("年份，如 2026; 2027", "years such as 2026; 2027"), _read_years, frozenset())
