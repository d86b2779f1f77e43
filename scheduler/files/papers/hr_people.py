"""What HR receives of people: a row each of figures, and one of points."""

from __future__ import annotations

from collections.abc import Callable

from scheduler.domain import HoursPeriod, HoursSystem, Leave
from scheduler.files.papers.hr_fields import AS_PERSONAL, Field, hours
from scheduler.files.writing.labels import ID, NAME, TEAM
from scheduler.files.writing.page import LEFT, PLAIN, TEXT, Look
from scheduler.hr.person import BASE_POINTS, MOST_POINTS, PersonSheet
from scheduler.hr.report import HrReport
from scheduler.i18n import Lang, Sentence
from scheduler.workflow.attendance import Finding

SYSTEM_NAMES = {
    HoursSystem.STANDARD: Sentence("标准", "standard"),
    HoursSystem.COMPREHENSIVE: Sentence("综合", "comprehensive"),
    HoursSystem.IRREGULAR: Sentence("不定时", "irregular"),
}
PERIOD_NAMES = {
    HoursPeriod.MONTH: Sentence("月", "month"),
    HoursPeriod.QUARTER: Sentence("季", "quarter"),
    HoursPeriod.YEAR: Sentence("年", "year"),
}
CONFIRMED_TIMES = Sentence("考勤核对中已确认的次数", "confirmed when attendance was gone through")
CONFIRMED_MINUTES = Sentence("其中的分钟", "minutes of these")
OF_THESE_OFF = Sentence(
    "上一栏中已记作调休、另计在“调休挣”的：不再付钱（法律只许休息日加班折调休，劳动法第44条）",
    "of these, given back as time off and counted as earned: not paid again (by law for days off alone, Labour Law 44)",
)
NARROW = 7  # of a number, with its heading on two lines
OVER = Sentence("{month} 加班 {hours:g} 小时，超过 36 小时", "{month}: {hours:g} h of overtime, over 36 h")
NEAR = Sentence("{month} 加班 {hours:g} 小时，接近 36 小时", "{month}: {hours:g} h of overtime, near 36 h")
CYCLE = Sentence(
    "综合计算 {first}–{last}：计 {hours:g} / 法定 {total:g} 小时",
    "comprehensive {first}–{last}: {hours:g} of {total:g} h",
)
CYCLE_IN_PART = Sentence(
    "综合计算 {first}–{last}：账册所及计 {hours:g} / 法定 {total:g} 小时，不全",
    "comprehensive {first}–{last}: {hours:g} of {total:g} h as far as on record, not whole",
)
MANY_ABSENCES = 2  # days (RULES 190)
ABSENT_OFTEN = Sentence(
    "未到岗 {n} 天：按制度由人事核实处理，程序不作认定（RULES 190）",
    "absent on {n} days: for HR to look into, nothing follows by itself (RULES 190)",
)
LEAVE_TOLD = Sentence("{kind} {days:g} 天 {hours:g} 小时", "{kind} {days:g} d {hours:g} h")


def _person(
    key: str, zh: str, en: str, value: Callable[[PersonSheet], object], meaning: Sentence, look: Look = PLAIN
) -> Field:
    return Field(key, Sentence(zh, en), meaning, lambda one, _, __: value(one), look, NARROW)


def _hours(key: str, zh: str, en: str, minutes: Callable[[PersonSheet], int], meaning: Sentence) -> Field:
    return _person(key, zh, en, lambda one: hours(minutes(one)), meaning)


def say_leave(sheet: PersonSheet, report: HrReport, lang: Lang) -> str:
    """Somebody's leave by kind, in days and hours."""
    told = [
        LEAVE_TOLD.say(lang, kind=report.desk.leave_label(one.kind), days=one.days, hours=hours(one.minutes))
        for one in sheet.leave
    ]
    return ("；" if lang == "zh" else "; ").join(told)


def say_remarks(sheet: PersonSheet, report: HrReport, lang: Lang) -> str:
    """What else has to be known of somebody: the law's 36 hours, comprehensive periods, certificates."""
    told = []
    for sentence, months in ((OVER, sheet.over_law), (NEAR, sheet.near_law)):
        told += [sentence.say(lang, month=month, hours=hours(sheet.overtime_by_month[month])) for month in months]
    for one in sheet.cycles:
        facts = {"first": f"{one.first:%m-%d}", "last": f"{one.last:%m-%d}"}
        sentence = CYCLE if one.known else CYCLE_IN_PART
        told.append(sentence.say(lang, hours=hours(one.minutes), total=hours(one.total), **facts))
    if (absent := len({one.day for one in sheet.attendance if one.finding == Finding.ABSENT})) >= MANY_ABSENCES:
        told.append(ABSENT_OFTEN.say(lang, n=absent))
    told += [
        f"{report.desk.leave_label(one.kind).say(lang)} {one.first:%m-%d}–{one.last:%m-%d} {AS_PERSONAL.say(lang)}"
        for one in _uncertified(sheet, report)
    ]
    return ("；" if lang == "zh" else "; ").join(told)


def _uncertified(sheet: PersonSheet, report: HrReport) -> list[Leave]:
    return [row.leave for row in report.leave if row.lacks_certificate and row.leave.worker == sheet.id]


PEOPLE_FIELDS = (
    Field("id", ID, Sentence("工号", "id"), lambda one, _, __: one.id, TEXT, is_key=True),
    Field("name", NAME, Sentence("姓名", "name"), lambda one, _, __: one.name, LEFT, 12),
    Field("team", TEAM, Sentence("班组", "team"), lambda one, _, __: one.team, LEFT, 10),
    Field(
        "system",
        Sentence("工时制", "System"),
        Sentence("标准、综合、不定时", "of working time: standard, comprehensive, irregular"),
        lambda one, _, lang: SYSTEM_NAMES[one.system].say(lang),
    ),
    _person(
        "due_days",
        "应出勤天",
        "Days due",
        lambda one: one.due_days,
        Sentence("日历（或本部门）的工作日，减去请假", "working days of the calendar, or of the desk, less leave"),
    ),
    _hours(
        "due_hours",
        "应出勤时",
        "Hours due",
        lambda one: one.due_minutes,
        Sentence("这些天的标准工时，按工时比例", "the standard hours of these days, by the part of full time"),
    ),
    _person(
        "planned_days",
        "排班天",
        "Days planned",
        lambda one: one.planned_days,
        Sentence("有排班的天数，一班算在开始的那天", "days on which a planned duty begins"),
    ),
    _hours(
        "planned_hours",
        "排班时",
        "Hours planned",
        lambda one: one.planned.total,
        Sentence(
            "排班的计薪工时：各班取其开始时在用的版本",
            "paid hours of duties, each by the version in force when it began",
        ),
    ),
    _hours(
        "planned_more",
        "排班差",
        "Planned − due",
        lambda one: one.planned.total - one.due_minutes,
        Sentence("排班时减应出勤时", "hours planned less hours due"),
    ),
    _person(
        "worked_days",
        "实际天",
        "Days worked",
        lambda one: one.worked_days,
        Sentence("实际上班的天数；没有补记的照排班", "days worked; as planned where nothing else was entered"),
    ),
    _hours(
        "worked_hours",
        "实际时",
        "Hours worked",
        lambda one: one.worked.total,
        Sentence(
            "实际所上各班的计薪工时，不含另列的加班", "paid hours of the duties worked, overtime beside them apart"
        ),
    ),
    _hours(
        "worked_more",
        "实际差",
        "Worked − due",
        lambda one: one.worked.total - one.due_minutes,
        Sentence("实际时减应出勤时", "hours worked less hours due"),
    ),
    _person(
        "rest_due",
        "应休天",
        "Rest due",
        lambda one: one.rest_due,
        Sentence(
            "日历（或本部门每周）的休息日与法定节假日，除去请假",
            "days off of the calendar, or of the desk's week, without leave",
        ),
    ),
    _person(
        "rest_taken",
        "已休天",
        "Rest taken",
        lambda one: one.rest_taken,
        Sentence(
            "没有上班、也没有前一天的班跨入的天数；未到岗的不算休息",
            "days on which nothing was worked and into which nothing reached; absence is no rest",
        ),
    ),
    _person(
        "rest_unused",
        "未休天",
        "Rest unused",
        lambda one: one.rest_unused,
        Sentence("应休而未休的", "due and not taken"),
    ),
    _person("nights", "夜班", "Nights", lambda one: one.nights, Sentence("夜班个数", "night shifts worked")),
    _hours(
        "night_hours",
        "夜间时",
        "Night hours",
        lambda one: one.night_minutes,
        Sentence("22:00 至次日 6:00 的计薪小时，含加班", "paid hours between 22:00 and 6:00, overtime included"),
    ),
    _hours(
        "overtime_1_5",
        "加班1.5",
        "OT 1.5",
        lambda one: one.overtime.by_1_5 + one.excess,
        Sentence(
            "已批加班，落在本人有排班的日子；综合工时制为周期内超出法定总工时的部分",
            "approved overtime on days with a planned duty; comprehensive: beyond the statutory total of a period that ends",
        ),
    ),
    _hours(
        "overtime_1_5_off",
        "1.5中调休",
        "1.5 off",
        lambda one: one.given_back.by_1_5,
        OF_THESE_OFF,
    ),
    _hours(
        "overtime_2",
        "加班2",
        "OT 2",
        lambda one: one.overtime.by_2,
        Sentence(
            "已批加班，落在本人没有排班的日子，或休息日上整班都是加班",
            "approved overtime on the person's free days, and on days off whose whole duty it is",
        ),
    ),
    _hours(
        "overtime_2_off",
        "2中调休",
        "2 off",
        lambda one: one.given_back.by_2,
        OF_THESE_OFF,
    ),
    _hours(
        "overtime_3",
        "加班3",
        "OT 3",
        lambda one: one.overtime.by_3,
        Sentence("已批加班，在法定节假日的那些分钟", "approved overtime, its minutes on statutory holidays"),
    ),
    _hours(
        "overtime_3_off",
        "3中调休",
        "3 off",
        lambda one: one.given_back.by_3,
        OF_THESE_OFF,
    ),
    _hours(
        "overtime_plain",
        "加班另计",
        "OT unsplit",
        lambda one: one.overtime.plain,
        Sentence(
            "综合、不定时工时制的已批加班：只列出，不分倍数", "approved overtime of other systems: listed, not split"
        ),
    ),
    _hours(
        "statutory_duty",
        "节日班3",
        "Holiday 3",
        lambda one: one.statutory_duty,
        Sentence(
            "法定节假日上的班，逐分钟，不含已算作加班的",
            "duties on statutory holidays, by the minute, without what counts as overtime",
        ),
    ),
    _hours(
        "off_earned",
        "调休挣",
        "Off earned",
        lambda one: one.earned,
        Sentence("以调休补偿的加班小时", "hours of overtime that are given back as time off"),
    ),
    _hours(
        "off_used", "调休用", "Off used", lambda one: one.used, Sentence("已用的调休小时", "hours of time off taken")
    ),
    _hours(
        "off_left",
        "调休余",
        "Off left",
        lambda one: one.left,
        Sentence("账册里挣的减去用的", "earned less used, of all that is on record"),
    ),
    _person(
        "swaps",
        "调班",
        "Swaps",
        lambda one: one.swaps,
        Sentence("已批调班次数，双方都计", "approved swaps, on either side"),
    ),
    _person(
        "stand_ins",
        "顶班",
        "Stand-ins",
        lambda one: one.stand_ins,
        Sentence(
            "替别人顶的班：已批的（含请假、缺勤时指名的），与考勤中已确认的",
            "duties taken for somebody: approved, with leave and absences too, or confirmed in attendance",
        ),
    ),
    _person("late", "迟到", "Late", lambda one: one.times(Finding.LATE), CONFIRMED_TIMES),
    _person("late_minutes", "迟到分", "Late min", lambda one: one.minutes(Finding.LATE), CONFIRMED_MINUTES),
    _person("early", "早退", "Early", lambda one: one.times(Finding.EARLY), CONFIRMED_TIMES),
    _person("early_minutes", "早退分", "Early min", lambda one: one.minutes(Finding.EARLY), CONFIRMED_MINUTES),
    _person("missing", "缺卡", "No punch", lambda one: one.times(Finding.NO_START, Finding.NO_END), CONFIRMED_TIMES),
    _person(
        "absent",
        "未到岗",
        "Absent",
        lambda one: one.times(Finding.ABSENT),
        Sentence(
            "已确认、又没有批准请假的次数（旷工与否由人事定）",
            "confirmed and without approved leave; whether it is truancy is for HR to say",
        ),
    ),
    Field(
        "leave",
        Sentence("请假", "Leave"),
        Sentence("各类请假的天数与小时", "leave by kind, days and hours"),
        say_leave,
        LEFT,
        22,
    ),
    Field(
        "remarks",
        Sentence("备注", "Remarks"),
        Sentence("36 小时、综合周期、缺证明", "the 36 hours, comprehensive periods, missing certificates"),
        say_remarks,
        LEFT,
        30,
    ),
)


def _blank(key: str, zh: str, en: str) -> Field:
    return Field(
        key,
        Sentence(zh, en),
        Sentence("由考勤员填", "for the clerk to fill in"),
        lambda *_: None,
        widest=12,
        compared=False,
    )


def _counted(key: str, zh: str, en: str, *findings: Finding) -> Field:
    return Field(key, Sentence(zh, en), CONFIRMED_TIMES, lambda one, _, __: one.times(*findings), widest=12)


POINT_FIELDS = (
    Field("id", ID, Sentence("工号", "id"), lambda one, _, __: one.id, TEXT, is_key=True),
    Field("name", NAME, Sentence("姓名", "name"), lambda one, _, __: one.name, LEFT, 14),
    Field("team", TEAM, Sentence("班组", "team"), lambda one, _, __: one.team, LEFT, 14),
    Field(
        "base",
        Sentence("基础分", "Base"),
        Sentence("每月 80 分（RULES 147）", "80 a month (RULES 147)"),
        lambda *_: BASE_POINTS,
    ),
    Field(
        "stand_ins",
        Sentence("顶班次数", "Stand-ins"),
        Sentence("同“每人”表的“顶班”", "as on the sheet of people"),
        lambda one, _, __: one.stand_ins,
    ),
    Field(
        "stand_in_points",
        Sentence("顶班加分", "Points for them"),
        Sentence("每次 5 分（RULES 71）", "5 each (RULES 71)"),
        lambda one, _, __: one.stand_in_points,
    ),
    _counted("late", "迟到早退次", "Late or early", Finding.LATE, Finding.EARLY),
    _counted("absent", "未到岗次", "Absent", Finding.ABSENT),
    _blank("late_points", "迟到早退扣分", "Points off for it"),
    _blank("absent_points", "旷工扣分", "Points off for absence"),
    _blank("off_post", "脱岗", "Off post"),
    _blank("meetings", "缺席例会", "Meetings missed"),
    _blank("cleaning", "值日未完成", "Cleaning undone"),
    _blank("other", "其他", "Other"),
    Field(
        "total",
        Sentence("合计", "Total"),
        Sentence(
            f"由考勤员合计，至多 {MOST_POINTS} 分（RULES 148）",
            f"added up by the clerk, {MOST_POINTS} at most (RULES 148)",
        ),
        lambda *_: None,
        widest=12,
    ),
    _blank("signed", "考勤员签字", "Clerk's signature"),
)
