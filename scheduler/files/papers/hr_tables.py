"""The tables of what HR receives: one home for the workbook, its correction and the screen."""

from __future__ import annotations

from scheduler.files.papers.hr_duties import DUTY_FIELDS
from scheduler.files.papers.hr_fields import Listing
from scheduler.files.papers.hr_people import PEOPLE_FIELDS, POINT_FIELDS
from scheduler.files.papers.hr_registers import ATTENDANCE_FIELDS, LAW_FIELDS, LEAVE_FIELDS, OVERTIME_FIELDS
from scheduler.i18n import Sentence

PEOPLE, DUTIES = Sentence("每人", "People"), Sentence("每班", "Duties")
OVERTIME, LEAVE = Sentence("加班", "Overtime"), Sentence("请假", "Leave")
ATTENDANCE = Sentence("考勤", "Attendance")
LAW, POINTS = Sentence("法规", "Law"), Sentence("积分", "Points")
LISTINGS = (
    Listing(PEOPLE, PEOPLE_FIELDS, lambda report: report.people),
    Listing(DUTIES, DUTY_FIELDS, lambda report: report.duties),
    Listing(OVERTIME, OVERTIME_FIELDS, lambda report: report.overtime),
    Listing(LEAVE, LEAVE_FIELDS, lambda report: report.leave),
    Listing(ATTENDANCE, ATTENDANCE_FIELDS, lambda report: report.attendance),
    Listing(LAW, LAW_FIELDS, lambda report: report.law),
    Listing(POINTS, POINT_FIELDS, lambda report: report.people),
)
