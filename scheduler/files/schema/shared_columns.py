"""Units, references and columns that several tables have."""

from __future__ import annotations

from scheduler.domain import LEAVE_KINDS
from scheduler.files.schema.cells import (
    DATE,
    ID,
)
from scheduler.files.schema.table import Column
from scheduler.i18n import Sentence

HOURS = Sentence("小时", "hours")
HEADS = Sentence("人", "heads")
DAYS = Sentence("天", "days")
WEEKENDS = Sentence("个", "weekends")
NIGHTS = Sentence("个", "nights")
MINUTES, SECONDS, CALL_COUNT = Sentence("分钟", "minutes"), Sentence("秒", "seconds"), Sentence("通", "calls")
VISITS = Sentence("人次/小时", "visitors an hour")
REFERENCES = {
    "people.id": Sentence("人员表中的工号", "an id of the people table"),
    "people.roles": Sentence("人员表中有人担任的角色", "a role that somebody in the people table has"),
    "people.skills": Sentence("人员表中有人具备的技能", "a skill that somebody in the people table has"),
    "shifts.code": Sentence("班次表中的代码", "a code of the shifts table"),
}
# What people call the built-in kinds of leave; a desk's own kinds are called by their codes and names.
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


def worker_column() -> Column:
    """Whose row it is."""
    headers = "worker 工号 员工 员工号 员工编号 人员 id worker_id employee employee_id staff_id"
    return Column(headers, ID, Sentence("谁", "who"), required=True, refers="people.id")


def first_day(doc: Sentence) -> Column:
    """From when on something holds."""
    return Column("first 开始日期 开始 起始日期 日期 from start date", DATE, doc, required=True)


def last_day(doc: Sentence) -> Column:
    """Until when something holds."""
    default = Sentence("同开始日期", "the first day")
    return Column("last 结束日期 结束 截止日期 终止日期 to until end", DATE, doc, default=default)


def day_column(doc: Sentence) -> Column:
    """The day of a row."""
    return Column("date 日期 日 day", DATE, doc, required=True)


READINGS = {"strict": ("从严", "严格"), "literal": ("字面", "照字面")}

# What an empty cell of a worker's terms or of a demand row's weights means.
AS_RULED = Sentence("按规则的设置", "as the rule is set")
