"""How cells name times of day: by figures, by 点 and 时, with 上午 or PM, and those of the next day."""

from __future__ import annotations

import re

from scheduler.files.schema.text import normal_width
from scheduler.files.schema.unclear import Unclear
from scheduler.i18n import Sentence
from scheduler.timeline import DAY_MINUTES

MIDDAY = DAY_MINUTES // 2
ONE_OR_MIDNIGHT = Sentence(
    "写明的时刻：01:00，还是 24:00（表格程序里的数字 1 是 24:00）",
    "a time in full: 01:00, or 24:00 (to a spreadsheet the number 1 is 24:00)",
)
WHICH_HALF = Sentence("24 小时制的时刻，如 00:00、12:00 或 21:00", "a time of 24 hours, such as 00:00, 12:00 or 21:00")

# What stands before or behind a time of twelve hours: the hours with which it goes, and what they are counted from.
HALVES: dict[str, tuple[range, int]] = {
    **dict.fromkeys(("凌晨",), (range(7), 0)),
    **dict.fromkeys(("清晨", "早上", "早晨", "上午"), (range(1, 12), 0)),
    **dict.fromkeys(("中午",), (range(11, 13), 0)),
    **dict.fromkeys(("下午", "傍晚"), (range(1, 12), MIDDAY)),
    **dict.fromkeys(("晚上", "晚间", "夜里"), (range(6, 13), MIDDAY)),
}
TIME_FORM = re.compile(
    rf"""(?P<next>\+1|次日|翌日|第二天)?\s*
    (?P<half>{"|".join(HALVES)}|[ap]\.?m\.?)?\s*
    (?: (?P<hour>[0-9]{{1,2}}) (?: [:点时] (?: (?P<minute>[0-9]{{1,2}}) 分? | (?P<thirty>半) )? (?::00)? | (?P<sharp>\s*[点时]整) )?
      | (?P<hours>[0-9]{{1,2}})(?P<minutes>[0-9]{{2}}) )
    \s*(?P<behind>[ap]\.?m\.?)?""",
    re.VERBOSE | re.IGNORECASE,
)


def read_time(text: str) -> int:
    """The minute of the day that a text names, past 1440 for one of the next day.

    Raises
    ------
    ValueError
        It names none.
    Unclear
        It may be one of two.
    """
    written = normal_width(text)
    found = TIME_FORM.fullmatch(written)
    if not found or written.endswith(":"):
        raise ValueError(text)
    half = (found["half"] or found["behind"] or "").replace(".", "").lower()
    if found["half"] and found["behind"]:
        raise ValueError(text)
    hour = int(found["hour"] or found["hours"])
    minute = 30 if found["thirty"] else int(found["minute"] or found["minutes"] or 0)
    if ":" in written and found["minute"] and len(found["minute"]) < 2:  # 8:3 is 08:03 to one and 08:30 to another
        raise ValueError(text)
    if written == "1":
        raise Unclear(ONE_OR_MIDNIGHT)
    at = 60 * hour + minute
    if minute > 59 or at > DAY_MINUTES:
        raise ValueError(text)
    return _of_half(at, half) + (DAY_MINUTES if found["next"] else 0)


def _of_half(at: int, half: str) -> int:
    """A minute of the day, from a time of twelve hours where `half` says of which."""
    if not half:
        return at
    hour = at // 60
    if half in ("am", "pm"):
        if not 1 <= hour <= 12:
            raise Unclear(WHICH_HALF)
        return at % MIDDAY + (MIDDAY if half == "pm" else 0)
    hours, since = HALVES[half]
    if since and at >= MIDDAY and hour > 12:  # 下午14:00
        return at
    if half == "下午" and hour == 12:
        return at
    if half == "中午" and hour == 1:
        return at + MIDDAY
    if hour not in hours or at + since > DAY_MINUTES:
        raise Unclear(WHICH_HALF)
    return at + since
