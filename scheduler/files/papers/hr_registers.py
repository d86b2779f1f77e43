"""What HR receives of approvals and of the law: the registers of overtime and leave, and what the law warns of."""

from __future__ import annotations

from scheduler.domain import COMPENSATION_NAMES
from scheduler.files.papers.hr_fields import AS_PERSONAL, Field, hours
from scheduler.files.writing.labels import DATE, ID, NAME, SHIFT
from scheduler.files.writing.page import DAY, LEFT, TEXT
from scheduler.hr.registers import PERSONAL, LeaveApproval
from scheduler.hr.report import HrReport, OvertimeTold
from scheduler.i18n import Lang, Sentence, fill_in
from scheduler.workflow.attendance import FINDING_NAMES

YES, NO = Sentence("是", "yes"), Sentence("否", "no")
OF_TABLE = Sentence("表", "table")
CALLED_OFF = Sentence("已因请假作废", "called off by leave")
NOT_COUNTED = Sentence("当天没有可算的工时", "nothing was worked that it could be counted in")
AFTER_FACT = Sentence("事后补办", "after the fact")
PAPERS_DUE = Sentence("{day} 前补材料", "papers due by {day}")
CANCELS = Sentence("销假", "calls leave off")


def _minutes(one: OvertimeTold, name: str) -> float:
    return hours(getattr(one.counted.minutes, name)) if one.counted else 0.0


def _remark(one: OvertimeTold, report: HrReport, lang: Lang) -> str:
    said = (
        [CALLED_OFF] if one.approval.called_off else [NOT_COUNTED] if not (one.counted and one.counted.counted) else []
    )
    said += [AFTER_FACT] if one.approval.after_fact else []
    return ("，" if lang == "zh" else ", ").join(part.say(lang) for part in said)


def _number(number: int, lang: Lang) -> str:
    return str(number) if number else OF_TABLE.say(lang)


NUMBER, APPROVER = Sentence("申请号", "Request"), Sentence("批准人", "Approved by")
NUMBER_MEANT = Sentence("表：部门表中已批的行", "table: an approved row of the desk's tables")
WHY, REMARKS = Sentence("原因", "Because"), Sentence("备注", "Remarks")
OVERTIME_FIELDS = (
    Field(
        "date",
        DATE,
        Sentence("所属的那天", "to which it belongs"),
        lambda one, _, __: one.approval.overtime.day,
        DAY,
        is_key=True,
    ),
    Field("id", ID, Sentence("工号", "id"), lambda one, _, __: one.approval.overtime.worker, TEXT, is_key=True),
    Field(
        "name",
        NAME,
        Sentence("姓名", "name"),
        lambda one, report, _: report.names.get(one.approval.overtime.worker, ""),
        LEFT,
        14,
    ),
    Field("request", NUMBER, NUMBER_MEANT, lambda one, _, lang: _number(one.approval.request, lang), is_key=True),
    Field(
        "times",
        Sentence("起止", "From–to"),
        Sentence("空：含在当天班内", "empty: part of the day's duties"),
        lambda one, _, lang: one.approval.overtime.times.say(lang),
        is_key=True,
    ),
    Field(
        "approved_hours",
        Sentence("批准时", "Hours approved"),
        Sentence("批准的小时", "as approved"),
        lambda one, _, __: hours(one.approval.overtime.minutes),
    ),
    Field(
        "counted_hours",
        Sentence("计入时", "Hours counted"),
        Sentence("实际可计的", "as far as they were worked"),
        lambda one, _, __: hours(one.counted.counted) if one.counted else 0.0,
    ),
    Field(
        "by_1_5",
        Sentence("1.5倍", "1.5"),
        Sentence("本人有排班的日子", "on a day with a planned duty"),
        lambda one, _, __: _minutes(one, "by_1_5"),
    ),
    Field(
        "by_2",
        Sentence("2倍", "2"),
        Sentence("本人没有排班的日子", "on a free day"),
        lambda one, _, __: _minutes(one, "by_2"),
    ),
    Field(
        "by_3",
        Sentence("3倍", "3"),
        Sentence("法定节假日", "on statutory holidays"),
        lambda one, _, __: _minutes(one, "by_3"),
    ),
    Field(
        "compensation",
        Sentence("补偿", "Made good by"),
        Sentence("加班费或调休", "pay or time off"),
        lambda one, _, lang: COMPENSATION_NAMES[one.approval.overtime.compensation].say(lang),
    ),
    Field(
        "approver",
        APPROVER,
        Sentence("谁批的", "who approved it"),
        lambda one, report, _: report.names.get(one.approval.by, one.approval.by),
        LEFT,
        14,
    ),
    Field("because", WHY, Sentence("申请时写的", "as it was asked"), lambda one, _, __: one.approval.because, LEFT, 30),
    Field("remarks", REMARKS, Sentence("作废、补办", "called off, after the fact"), _remark, LEFT, 26),
)


def _leave_remark(one: LeaveApproval, report: HrReport, lang: Lang) -> str:
    said = [CANCELS] if one.cancels else []
    said += [AS_PERSONAL] if one.lacks_certificate else []
    said += [fill_in(PAPERS_DUE, day=str(one.papers_due))] if one.papers_due else []
    said += [AFTER_FACT] if one.after_fact else []
    return ("，" if lang == "zh" else ", ").join(part.say(lang) for part in said)


def told_as(one: LeaveApproval) -> str:
    """The kind that a leave is told as: without the certificate that is due, personal leave."""
    return PERSONAL if one.lacks_certificate else one.leave.kind


def _is_paid(one: LeaveApproval, report: HrReport) -> Sentence:
    return YES if report.desk.leave_kind(told_as(one)).paid else NO


LEAVE_FIELDS = (
    Field(
        "first",
        Sentence("首日", "First day"),
        Sentence("请假首日", "of the leave"),
        lambda one, _, __: one.leave.first,
        DAY,
        is_key=True,
    ),
    Field(
        "last",
        Sentence("末日", "Last day"),
        Sentence("请假末日", "of the leave"),
        lambda one, _, __: one.leave.last,
        DAY,
        is_key=True,
    ),
    Field(
        "times",
        Sentence("时段", "Part of day"),
        Sentence("空：整天", "empty: whole days"),
        lambda one, _, lang: one.leave.times.say(lang),
        is_key=True,
    ),
    Field("id", ID, Sentence("工号", "id"), lambda one, _, __: one.leave.worker, TEXT, is_key=True),
    Field(
        "name", NAME, Sentence("姓名", "name"), lambda one, report, _: report.names.get(one.leave.worker, ""), LEFT, 14
    ),
    Field(
        "kind",
        Sentence("类别", "Kind"),
        Sentence("批准的类别", "as approved"),
        lambda one, report, lang: "" if one.cancels else report.desk.leave_label(one.leave.kind).say(lang),
        LEFT,
        14,
    ),
    Field(
        "told_as",
        Sentence("报送类别", "Told as"),
        Sentence(
            "病假须证明而未交的，报为事假（RULES 84）",
            "leave of which a certificate is due and not in is told as personal leave (RULES 84)",
        ),
        lambda one, report, lang: "" if one.cancels else report.desk.leave_label(told_as(one)).say(lang),
        LEFT,
        14,
    ),
    Field(
        "paid",
        Sentence("计薪", "Paid"),
        Sentence("报送类别是否计薪", "whether the kind that it is told as is paid"),
        lambda one, report, lang: "" if one.cancels else _is_paid(one, report).say(lang),
    ),
    Field(
        "days",
        Sentence("期内天数", "Days"),
        Sentence("现在仍有效的，按该假别的算法", "in the period, what stands now, as the kind counts"),
        lambda one, _, __: "" if one.cancels else one.days,
    ),
    Field(
        "hours",
        Sentence("期内小时", "Hours"),
        Sentence("其中占应出勤的小时", "of them, of the hours due"),
        lambda one, _, __: "" if one.cancels else hours(one.minutes),
    ),
    Field("request", NUMBER, NUMBER_MEANT, lambda one, _, lang: _number(one.request, lang), is_key=True),
    Field(
        "approver",
        APPROVER,
        Sentence("谁批的", "who approved it"),
        lambda one, report, _: report.names.get(one.by, one.by),
        LEFT,
        14,
    ),
    Field("because", WHY, Sentence("申请时写的", "as it was asked"), lambda one, _, __: one.because, LEFT, 30),
    Field(
        "remarks",
        REMARKS,
        Sentence("缺证明、补材料、销假、补办", "certificates, papers, leave called off, after the fact"),
        _leave_remark,
        LEFT,
        26,
    ),
)
ATTENDANCE_FIELDS = (
    Field(
        "date",
        DATE,
        Sentence("班开始的那天", "the day on which the duty begins"),
        lambda one, _, __: one.row.day,
        DAY,
        is_key=True,
    ),
    Field("id", ID, Sentence("工号", "id"), lambda one, _, __: one.who, TEXT, is_key=True),
    Field("name", NAME, Sentence("姓名", "name"), lambda one, _, __: one.name, LEFT, 14),
    Field("shift", SHIFT, Sentence("班次代码", "code"), lambda one, _, __: one.row.shift, TEXT, is_key=True),
    Field(
        "finding",
        Sentence("情况", "Finding"),
        Sentence("人事已确认的", "as HR confirmed it"),
        lambda one, _, lang: FINDING_NAMES[one.row.finding].say(lang),
        is_key=True,
        widest=18,
    ),
    Field(
        "minutes",
        Sentence("分钟", "Minutes"),
        Sentence("迟到、早退的分钟", "late, or left early"),
        lambda one, _, __: one.row.minutes or "",
    ),
    Field(
        "by",
        Sentence("顶班人", "Stood in"),
        Sentence("实际上了这个班的人", "who worked the duty"),
        lambda one, _, __: one.by,
        LEFT,
        14,
    ),
)
LAW_FIELDS = (
    Field(
        "month",
        Sentence("月份", "Month"),
        Sentence("法规按日历月核对", "the law is looked at by calendar months"),
        lambda one, _, __: str(one.held.problem.month),
        is_key=True,
    ),
    Field(
        "who",
        Sentence("人员", "Who"),
        Sentence("涉及的人", "whom it is about"),
        lambda one, _, __: "、".join(one.held.problem.names.get(who, who) for who in one.violation.reason.workers),
        LEFT,
        20,
        is_key=True,
    ),
    Field(
        "law",
        Sentence("依据与内容", "What the law says"),
        Sentence("法条在句中", "with its article"),
        lambda one, _, lang: one.violation.reason.say(lang, one.held.problem.names),
        LEFT,
        80,
        is_key=True,
    ),
    Field(
        "found",
        Sentence("现状", "Found"),
        Sentence("实际的数", "what there is"),
        lambda one, _, __: str(one.violation.found),
        LEFT,
        40,
    ),
)
