"""What HR receives of duties: a row each, with its hours by the kind of day and where it comes from."""

from __future__ import annotations

from scheduler.domain import DayKind
from scheduler.files.papers.hr_fields import Field, hours
from scheduler.files.writing.labels import DATE, ID, NAME, SHIFT, SHIFT_NAME
from scheduler.files.writing.page import DAY, LEFT, TEXT
from scheduler.hr.report import HrReport, Told
from scheduler.i18n import Lang, Sentence, fill_in
from scheduler.timeline import clock_text, moment

DAY_NAMES = {
    DayKind.WORKDAY: Sentence("工作日", "working day"),
    DayKind.RESTDAY: Sentence("休息日", "day off"),
    DayKind.STATUTORY: Sentence("法定", "statutory"),
    DayKind.NOTICE_OFF: Sentence("调休放假", "exchanged day off"),
    DayKind.MAKEUP_WORKDAY: Sentence("补班", "made-up working day"),
}
ABSENT, MORE = Sentence("未上", "not worked"), Sentence("另上", "worked beside the plan")
AS_PLANNED = Sentence("按排班", "as planned")
ROSTER, REQUEST = Sentence("排班", "roster"), Sentence("申请 {n}", "request {n}")
GONE = Sentence("{times} 离岗", "gone {times}")
APPROVED_OVERTIME = Sentence("加班审批 {n}", "overtime {n}")
AFTERWARDS, ENTERED = (
    Sentence("后补发布", "published afterwards"),
    Sentence("补记（申请 {n}）", "entered by request {n}"),
)


def _clock(told: Told, report: HrReport, *, end: bool) -> str:
    span, zone = told.duty.span, report.desk.zone
    at = moment(span.end if end else span.start, zone)
    if end and at.date() > told.duty.day and f"{at:%H:%M}" == "00:00":
        return "24:00"
    later = "+1 " if at.date() > told.duty.day else ""
    return f"{later}{at:%H:%M}"


def _state(told: Told, report: HrReport, lang: Lang) -> str:
    one = told.duty
    state = AS_PLANNED if one.planned and one.worked else ABSENT if one.planned else MORE
    zone = report.desk.hours_zone
    times = " ".join(f"{moment(gone.start, zone):%H:%M}–{moment(gone.end, zone):%H:%M}" for gone in one.away)
    parts = [
        state,
        *([fill_in(GONE, times=times)] if times and one.worked else []),
        *([AFTERWARDS] if one.afterwards else []),
        *([fill_in(ENTERED, n=one.entered)] if one.entered else []),
    ]
    return ("，" if lang == "zh" else ", ").join(part.say(lang) for part in parts)


def _source(told: Told, report: HrReport, lang: Lang) -> str:
    one = told.duty
    parts = [fill_in(REQUEST, n=one.request) if one.request else ROSTER] if one.planned else []
    parts += [fill_in(APPROVED_OVERTIME, n=number) for number in told.overtime]
    return ("，" if lang == "zh" else ", ").join(part.say(lang) for part in parts)


DUTY_FIELDS = (
    Field(
        "date",
        DATE,
        Sentence("班开始的那天", "the day on which it begins"),
        lambda one, _, __: one.duty.day,
        DAY,
        is_key=True,
    ),
    Field(
        "kind",
        Sentence("日类型", "Kind of day"),
        Sentence("那一天的类型", "the kind of that day"),
        lambda one, report, lang: DAY_NAMES[report.book.calendar.days[one.duty.day].kind].say(lang),
    ),
    Field("id", ID, Sentence("工号", "id"), lambda one, _, __: one.who, TEXT, is_key=True),
    Field("name", NAME, Sentence("姓名", "name"), lambda one, _, __: one.name, LEFT, 14),
    Field("shift", SHIFT, Sentence("班次代码", "code"), lambda one, _, __: one.duty.shift.code, TEXT, is_key=True),
    Field("shift_name", SHIFT_NAME, Sentence("班次全称", "name"), lambda one, _, __: one.duty.shift.name, LEFT, 14),
    Field(
        "start",
        Sentence("计划上班", "Start"),
        Sentence("按部门时区；+1 为次日", "in the desk's zone; +1 for the next day"),
        lambda one, report, _: _clock(one, report, end=False),
    ),
    Field(
        "end",
        Sentence("计划下班", "End"),
        Sentence("同上", "the same"),
        lambda one, report, _: _clock(one, report, end=True),
    ),
    Field(
        "breaks",
        Sentence("不计薪休息", "Unpaid breaks"),
        Sentence("班次表中的", "as the shifts table has them"),
        lambda one, _, __: " ".join(
            f"{clock_text(pause.start)}–{clock_text(pause.end)}" for pause in one.duty.shift.breaks if not pause.paid
        ),
        LEFT,
        16,
    ),
    Field(
        "hours",
        Sentence("计薪时", "Paid hours"),
        Sentence("去掉不计薪休息", "without unpaid breaks"),
        lambda one, _, __: hours(one.minutes.total),
    ),
    Field(
        "workday_hours",
        Sentence("工作日时", "Working day h"),
        Sentence("落在工作日的", "of these on working days"),
        lambda one, _, __: hours(one.minutes.workday),
    ),
    Field(
        "rest_hours",
        Sentence("休息日时", "Day off h"),
        Sentence("落在休息日的", "of these on days off"),
        lambda one, _, __: hours(one.minutes.rest),
    ),
    Field(
        "statutory_hours",
        Sentence("法定时", "Statutory h"),
        Sentence("落在法定节假日的", "of these on statutory holidays"),
        lambda one, _, __: hours(one.minutes.statutory),
    ),
    Field(
        "state",
        Sentence("实际", "In fact"),
        Sentence(
            "按排班、未上、另上；当中请假离岗的时间；补记的申请号",
            "as planned, not worked, worked beside the plan; gone in the middle of it, on leave; the request that entered it",
        ),
        _state,
        LEFT,
        22,
    ),
    Field(
        "source",
        Sentence("来源", "Source"),
        Sentence("排班、申请号、加班审批号", "roster, request, approval of overtime"),
        _source,
        LEFT,
        18,
    ),
    Field(
        "version",
        Sentence("版本", "Version"),
        Sentence("开始时在用的版本", "in force when it began"),
        lambda one, _, __: one.duty.version,
        compared=False,
    ),
    Field(
        "fingerprint",
        Sentence("指纹", "Mark"),
        Sentence("该版班次的指纹", "of that version's duties"),
        lambda one, _, __: one.duty.fingerprint,
        TEXT,
        compared=False,
    ),
)
