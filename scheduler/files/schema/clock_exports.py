"""What the exports of clocks hold: columns by what they tell, for each of the exports that are known.

The headings of WeCom's and DingTalk's reports are as their users describe them, and were not held against the programs
themselves; a desk whose export has others writes them into `[attendance]`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from scheduler.i18n import Sentence

ID, NAME, DAY, TIME, FIRST, LAST, IN, OUT, WAY = "id", "name", "date", "time", "first", "last", "in", "out", "way"
LATE_TIMES, LATE_MINUTES, EARLY_TIMES, EARLY_MINUTES = "late_times", "late_minutes", "early_times", "early_minutes"
MISSING, ABSENT = "missing", "absent"
TOTALS = (LATE_TIMES, LATE_MINUTES, EARLY_TIMES, EARLY_MINUTES, MISSING, ABSENT)

ROLE_NAMES: Mapping[str, Sentence] = {
    ID: Sentence("工号", "id"),
    NAME: Sentence("姓名", "name"),
    DAY: Sentence("日期", "date"),
    TIME: Sentence("打卡时间", "time of a punch"),
    FIRST: Sentence("最早打卡", "first punch"),
    LAST: Sentence("最晚打卡", "last punch"),
    IN: Sentence("上班打卡", "punch at the start"),
    OUT: Sentence("下班打卡", "punch at the end"),
    WAY: Sentence("上班或下班", "start or end"),
    LATE_TIMES: Sentence("迟到次数", "times late"),
    LATE_MINUTES: Sentence("迟到分钟", "minutes late"),
    EARLY_TIMES: Sentence("早退次数", "times left early"),
    EARLY_MINUTES: Sentence("早退分钟", "minutes left early"),
    MISSING: Sentence("缺卡次数", "punches missing"),
    ABSENT: Sentence("旷工次数", "times absent"),
}


@dataclass(frozen=True)
class ClockExport:
    """A kind of export.

    Attributes
    ----------
    columns : mapping of str to tuple of str
        Headings by what the column holds, as they are compared; a pattern where several columns are alike.
    needs : tuple of tuple of str
        What it must have: of each tuple one at least.
    system : str
        Whose ids of people it has, beside the desk's own; empty for none.
    marks : tuple of str
        Headings of which it has one, and which tell it from others; empty where its columns do.
    is_totals : bool
        Whether it counts by person, and tells no punches.
    """

    name: str
    title: Sentence
    columns: Mapping[str, tuple[str, ...]]
    needs: tuple[tuple[str, ...], ...]
    system: str = ""
    marks: tuple[str, ...] = ()
    is_totals: bool = False


PEOPLE = {
    ID: (
        "工号",
        "人员编号",
        "员工编号",
        "考勤号码",
        "登记号码",
        "账号",
        "帐号",
        "userid",
        "id",
        "employeeid",
        "jobnumber",
    ),
    NAME: ("姓名", "员工姓名", "人员", "name"),
}
DAYS = {DAY: ("日期", "时间", "考勤日期", "打卡日期", "date", "day", "workdate")}
EXPORTS = (
    ClockExport(
        "wecom_day",
        Sentence("企业微信打卡日报", "WeCom's day report"),
        {
            **PEOPLE,
            **DAYS,
            FIRST: ("最早", "最早打卡", "最早打卡时间"),
            LAST: ("最晚", "最晚打卡", "最晚打卡时间"),
            IN: (r"上班\d*打卡时间", r"上班\d*"),
            OUT: (r"下班\d*打卡时间", r"下班\d*"),
        },
        ((ID, NAME), (DAY,), (FIRST,), (LAST,)),
        "wecom",
    ),
    ClockExport(
        "wecom_month",
        Sentence("企业微信打卡月报", "WeCom's month report"),
        {
            **PEOPLE,
            LATE_TIMES: ("迟到次数", "迟到次", "迟到"),
            LATE_MINUTES: ("迟到时长", "迟到分钟", "迟到时长分钟"),
            EARLY_TIMES: ("早退次数", "早退次", "早退"),
            EARLY_MINUTES: ("早退时长", "早退分钟", "早退时长分钟"),
            MISSING: ("缺卡次数", "缺卡次", "缺卡"),
            ABSENT: ("旷工次数", "旷工次", "旷工天数", "旷工"),
        },
        ((ID, NAME), (LATE_TIMES, LATE_MINUTES), (EARLY_TIMES, EARLY_MINUTES), (MISSING, ABSENT)),
        "wecom",
        is_totals=True,
    ),
    ClockExport(
        "dingtalk",
        Sentence("钉钉考勤报表", "DingTalk's report"),
        {
            **PEOPLE,
            **DAYS,
            IN: (r"上班\d*打卡时间",),
            OUT: (r"下班\d*打卡时间",),
            TIME: ("打卡时间",),
        },
        ((ID, NAME), (DAY,), (IN, TIME), (OUT, TIME)),
        "dingtalk",
        ("考勤组", "打卡结果", "上班1打卡结果"),
    ),
    ClockExport(
        "plain",
        Sentence("打卡流水", "plain punches"),
        {
            **PEOPLE,
            DAY: tuple(one for one in DAYS[DAY] if one != "时间"),
            TIME: (
                "打卡时间",
                "时间",
                "刷卡时间",
                "签到时间",
                "考勤时间",
                "日期时间",
                "time",
                "punch",
                "punchtime",
                "datetime",
            ),
            IN: (r"上班\d*", r"上班\d*打卡时间", "上班时间", "到岗时间", "签到", "in", "start"),
            OUT: (r"下班\d*", r"下班\d*打卡时间", "下班时间", "离岗时间", "签退", "out", "end"),
            WAY: ("类型", "方向", "打卡类型", "上下班", "way", "direction", "type"),
        },
        ((ID, NAME), (TIME, IN), (TIME, OUT)),
    ),
)
EXPORTS_BY_NAME = {one.name: one for one in EXPORTS}


def plain_heading(text: str) -> str:
    """A heading as it is compared: without spaces, brackets and units."""
    return re.sub(r"[（(](次|分钟|小时|天)[）)]", "", text).translate(STRIPPED).lower()


STRIPPED = {ord(sign): None for sign in " \t\n\r　（）()[]【】:：_-./·"}
