"""The tables of leave and of its kinds."""

from __future__ import annotations

from dataclasses import replace

from scheduler.files.schema.cells import (
    CERTIFICATE,
    CHOICE,
    ID,
    PART_OF_DAY,
    TEXT,
    TIMED_DATE,
    WHOLE,
    YES_NO,
)
from scheduler.files.schema.shared_columns import (
    DAYS,
    LEAVE_WORDS,
    first_day,
    last_day,
    worker_column,
)
from scheduler.files.schema.table import Column, Table
from scheduler.i18n import Sentence

LEAVE = Table(
    "leave 请假 请假表 休假 休假表",
    Sentence("请假，每段一行；只有已批准的才生效", "leave, one row for each period; only approved leave has effect"),
    (
        worker_column(),
        replace(first_day(Sentence("首日，可带时刻", "first day, with a time if need be")), kind=TIMED_DATE),
        replace(
            last_day(Sentence("末日（含），可带时刻", "last day, included, with a time if need be")), kind=TIMED_DATE
        ),
        Column(
            "part 时段 请假时段 午别 上午/下午 上下午 半天 是否半天 全天/半天 time half_day am/pm",
            PART_OF_DAY,
            Sentence(
                "每天只请哪一段：上午、下午，或起止时刻如 14:00-18:00",
                "which part of each day: am, pm, or hours such as 14:00-18:00",
            ),
            default=Sentence("全天", "the whole day"),
        ),
        Column(
            "kind 类别 假别 请假类型 类型 type",
            CHOICE,
            Sentence(
                "请假类别；本店自己的假别见“假别”表", "kind of leave; the desk's own are in the table leave_kinds"
            ),
            required=True,
            choices=LEAVE_WORDS,
            is_open=True,
        ),
        Column(
            "certificate 证明 证明材料 病假条 假条 certified",
            CERTIFICATE,
            Sentence(
                "证明是否已交：是，或交来的日期", "whether the certificate is in: yes, or the day on which it came"
            ),
            default=Sentence("未交", "not yet"),
        ),
        Column(
            "approved 已批准 批准 是否批准 审批 审批状态 审批结果 批准状态 审核状态 状态 status",
            YES_NO,
            Sentence("未批准的请假不改变排班", "unapproved leave does not change the roster"),
            default="yes",
        ),
    ),
)

LEAVE_KIND_TABLE = Table(
    "leave_kinds 假别 假别表 请假类别 请假类型",
    Sentence(
        "本店自己的假别，或改过的常用假别；没有写到的常用假别照旧",
        "the desk's own kinds of leave, and built-in ones that it alters; those not named here stay as they are",
    ),
    (
        Column("code 假别 代码 类别 kind", ID, Sentence("假别，如 育儿假", "the kind, such as care"), required=True),
        Column("name 名称 全称", TEXT, Sentence("显示的名称", "its name"), default=Sentence("同假别", "the code")),
        Column(
            "english 英文名 英文",
            TEXT,
            Sentence("英文名称", "its English name"),
            default=Sentence("同名称", "the name"),
        ),
        Column(
            "sign 格内字 简称 符号",
            ID,
            Sentence("排班表格子里的字", "what stands in the roster's cell"),
            default=Sentence("名称的第一个字", "the first character of the name"),
        ),
        Column(
            "paid 带薪 是否带薪",
            YES_NO,
            Sentence("是否带薪", "is it paid"),
            default=Sentence("是（事假否）", "yes; personal leave is not"),
        ),
        Column(
            "certificate_from 满几天须证明 须证明 证明天数",
            WHOLE,
            Sentence(
                "一次请满几天须交证明，0 为不须", "days of one leave from which a certificate is due; 0 for never"
            ),
            unit=DAYS,
            default="0",
            low=0,
            high=366,
        ),
        Column(
            "worked 算出勤 是否算出勤",
            YES_NO,
            Sentence(
                "是否算出勤（如培训、外出）：不上班，也不是休息",
                "whether it counts as worked: neither a duty nor rest",
            ),
            default=Sentence("否（培训、外出是）", "no, but for training and outside duty"),
        ),
        Column(
            "counts 计法 计算方式",
            CHOICE,
            Sentence(
                "按日历天数计，还是只计其中的工作日", "whether calendar days count, or the working days among them"
            ),
            default="days",
            choices={"days": ("日历天", "自然日", "天"), "duties": ("工作日", "班次", "按班")},
        ),
    ),
    unique=("code",),
    most_rows=100,
)
