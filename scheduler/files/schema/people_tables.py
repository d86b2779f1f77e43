"""The tables of people: those on the roster, and officials."""

from __future__ import annotations

from scheduler.domain import HoursPeriod, HoursSystem, ProtectionKind
from scheduler.files.schema.cells import (
    CHOICE,
    COUNTS,
    DATE,
    ID,
    LIST,
    NUMBER,
    SHARE,
    SKILLS,
    TEXT,
    WHOLE,
)
from scheduler.files.schema.shared_columns import (
    AS_RULED,
    DAYS,
    HOURS,
    WEEKENDS,
)
from scheduler.files.schema.table import Column, Table
from scheduler.i18n import Sentence


def _term(headers: str, doc: Sentence, unit: Sentence = DAYS, low: int = 1, high: int = 366) -> Column:
    return Column(headers, WHOLE, doc, unit=unit, default=AS_RULED, low=low, high=high)


def _agreed_hours(headers: str, doc: Sentence) -> Column:
    return Column(headers, NUMBER, doc, unit=HOURS, default=Sentence("不限", "none"), low=0, high=10_000)


PEOPLE = Table(
    "people 人员 人员表 员工 员工表 workers staff",
    Sentence("可以排班的人，每人一行", "the people who can be rostered, one row each"),
    (
        Column(
            "id 工号 员工号 员工编号 编号 worker worker_id employee_id staff_id",
            ID,
            Sentence("唯一编号，按文字保存，前导零保留", "unique, kept as text with its leading zeros"),
            required=True,
        ),
        Column("name 姓名 名字 员工姓名", TEXT, Sentence("显示用姓名", "the name shown on rosters"), required=True),
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
        Column(
            "hired 入职日期 入职 入职时间 入司日期 到岗日期 hire_date hired_on",
            DATE,
            Sentence("在职第一天", "first day of employment"),
        ),
        Column(
            "leaves 离职日期 离职 离职时间 最后工作日 leaving_date",
            DATE,
            Sentence("在职最后一天", "last day of employment"),
        ),
        Column(
            "qualified_from 上岗日期 上岗 独立上岗日期 qualified",
            DATE,
            Sentence(
                "独立上岗首日；此前为见习，不计入在岗人数",
                "first day of counting as cover; a trainee before it",
            ),
        ),
        Column(
            "share 工时比例 比例 fte part_time", SHARE, Sentence("相当于全职的比例", "part of full time"), default="1"
        ),
        Column(
            "norm_hours 月工时 标准工时 月标准工时 monthly_hours",
            NUMBER,
            Sentence("整月应出勤工时", "hours to be worked in a full month"),
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
            Sentence("受保护的原因：不上夜班、不加班", "why the worker is exempt from nights and overtime"),
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
            Sentence(
                "保护首日；孕期自怀孕满七个月起", "first protected day; in pregnancy, when seven months are complete"
            ),
            default=Sentence("一直", "always"),
        ),
        Column(
            "protection_to 保护结束 保护结束日期 保护截止日期",
            DATE,
            Sentence("保护最后一天", "last protected day"),
            default=Sentence("一直", "always"),
        ),
        Column(
            "phone 电话 电话号码 手机 手机号 手机号码 联系电话 mobile telephone",
            TEXT,
            Sentence("联系电话", "phone number"),
        ),
        Column(
            "formerly 曾用工号 原工号 旧工号 former_id former_ids",
            LIST,
            Sentence(
                "改工号前用过的工号：其排班、结转与表中的行仍算本人的",
                "ids that the person had before: what is recorded or stands in tables under them is the person's",
            ),
        ),
        Column(
            "hours_system 工时制 工时制度 工时类型",
            CHOICE,
            Sentence(
                "本人的工时制：标准、综合或不定时（后两种须经批准）",
                "the system of working time: standard, comprehensive or irregular (the last two need an approval)",
            ),
            default=Sentence("按规则 working_time_law 的设置", "as the rule working_time_law is set"),
            choices=dict(
                zip(
                    HoursSystem,
                    (
                        ("标准", "标准工时", "标准工时制"),
                        ("综合", "综合工时", "综合工时制", "综合计算"),
                        ("不定时", "不定时工时", "不定时工时制"),
                    ),
                    strict=True,
                )
            ),
        ),
        Column(
            "hours_period 综合周期 综合工时周期 计算周期",
            CHOICE,
            Sentence("综合计算工时的周期", "the period over which comprehensive hours are reckoned"),
            default=HoursPeriod.MONTH.value,
            choices=dict(zip(HoursPeriod, (("月", "按月"), ("季", "季度", "按季"), ("年", "按年")), strict=True)),
        ),
        _term(
            "most_days_in_a_row 最多连上天数 最多连上 最长连班",
            Sentence("与本人约定的最多连续上班天数", "most working days in a row, as agreed with the worker"),
        ),
        _term(
            "least_days_in_a_row 最少连上天数 最少连上 最短连班",
            Sentence("与本人约定的最少连续上班天数", "fewest working days in a row, as agreed with the worker"),
        ),
        _term(
            "least_days_off_in_a_row 最少连休天数 最少连休",
            Sentence("与本人约定的最少连续休息天数", "fewest days off in a row, as agreed with the worker"),
        ),
        _term(
            "most_weekends 最多周末数 最多周末",
            Sentence("与本人约定的、一期内最多上班的周末数", "most weekends of the period with a duty, as agreed"),
            unit=WEEKENDS,
            low=0,
            high=60,
        ),
        _agreed_hours(
            "least_hours 最少工时 工时下限",
            Sentence("与本人约定的、一期内最少的计薪工时", "fewest paid hours in the period, as agreed"),
        ),
        _agreed_hours(
            "most_hours 最多工时 工时上限",
            Sentence("与本人约定的、一期内最多的计薪工时", "most paid hours in the period, as agreed"),
        ),
        Column(
            "most_of_shift 班次上限 班次最多个数",
            COUNTS,
            Sentence(
                "与本人约定的、一期内某些班次最多上几个，如 夜=8;中=10",
                "most duties of certain shifts in the period, as agreed, such as N=8;L=10",
            ),
            default=AS_RULED,
            refers="shifts.code",
        ),
    ),
    required=True,
    unique=("id",),
    most_rows=5_000,
)

OFFICIALS = Table(
    "officials 审批人 审批人员 管理人员",
    Sentence(
        "不参加排班、但可审批和发布的人，如经理",
        "people who may approve and publish without being on the roster, such as managers",
    ),
    (
        Column("id 工号 编号 员工号 员工编号", ID, Sentence("唯一编号", "unique"), required=True),
        Column("name 姓名 名字", TEXT, Sentence("姓名", "the name"), required=True),
        Column("role 职务 角色 职位", TEXT, Sentence("职务", "the role")),
    ),
    unique=("id",),
    most_rows=1_000,
)
