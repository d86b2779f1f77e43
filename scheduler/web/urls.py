"""Addresses."""

from __future__ import annotations

from datetime import date

from django.urls import include, path, register_converter
from django.urls.converters import StringConverter

from scheduler.domain import Month
from scheduler.web.views import (
    accounts,
    attendance,
    calendar,
    desks,
    editing,
    faults,
    files,
    hr,
    jobs,
    links,
    mine,
    month,
    new_desk,
    own_settings,
    requests,
    rules,
    tables,
    told,
    versions,
    why,
    wishes,
)


class MonthConverter:
    """A month as `2026-12`."""

    regex = "20[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> Month:
        """The month; `ValueError` for none."""
        return Month.parse(value)

    def to_url(self, value: Month) -> str:
        """As it is written."""
        return str(value)


class DayConverter:
    """A day as `2026-12-14`."""

    regex = "20[0-9]{2}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        """The day; `ValueError` for none."""
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        """As it is written."""
        return value.isoformat()


class UndoConverter(StringConverter):
    """`undo` or `redo`."""

    regex = "undo|redo"


register_converter(MonthConverter, "month")
register_converter(UndoConverter, "undo")
register_converter(DayConverter, "day")

at_a_desk = [
    path("month/", month.show_month, name="month"),
    path("month/<month:which>/", month.show_month, name="month"),
    path("cell/<day:day>/", month.show_cell, name="cell"),
    path("cell/<day:day>/candidates/", month.show_candidates, name="candidates"),
    path("cell/<day:day>/why/", why.show, name="why"),
    path("versions/", versions.list_versions, name="versions"),
    path("versions/compare/", versions.compare, name="compare"),
    path("versions/<int:number>/publish/", versions.publish, name="publish"),
    path("versions/<int:number>/withdraw/", versions.withdraw, name="withdraw"),
    path("versions/<int:number>/workbook/", versions.download, name="workbook"),
    path("versions/<int:number>/edit/", editing.edit, name="edit"),
    path("versions/<int:number>/edit/change/", editing.change, name="edit-change"),
    path("versions/<int:number>/edit/weigh/", editing.weigh, name="edit-weigh"),
    path("versions/<int:number>/edit/<undo:what>/", editing.undo, name="edit-undo"),
    path("versions/<int:number>/edit/cell/<day:day>/", editing.choose, name="edit-cell"),
    path("versions/<int:number>/edit/cell/<day:day>/candidates/", editing.candidates, name="edit-candidates"),
    path("versions/<int:number>/edit/carry-over/", editing.carry_over, name="edit-carry-over"),
    path("versions/<int:number>/edit/save/", editing.save, name="edit-save"),
    path("versions/<int:number>/edit/discard/", editing.discard, name="edit-discard"),
    path("versions/<int:number>/edit/solve/", jobs.solve, name="edit-solve"),
    path("jobs/", jobs.make, name="make"),
    path("jobs/<int:key>/", jobs.show, name="job"),
    path("jobs/<int:key>/stop/", jobs.stop, name="job-stop"),
    path("jobs/<int:key>/again/", jobs.again, name="job-again"),
    path("receipts/", versions.receipts, name="receipts"),
    path("told/", told.show, name="told"),
    path("requests/", requests.inbox, name="requests"),
    path("requests/new/", requests.ask, name="ask"),
    path("requests/<int:number>/<str:step>/", requests.decide, name="decide"),
    path("mine/", mine.show_mine, name="mine"),
    path("mine/sign/", mine.sign, name="sign"),
    path("mine/settings/", own_settings.show, name="own-settings"),
    path("mine/wishes/", wishes.show, name="wishes"),
    path("mine/calendar/", calendar.subscribe, name="subscribe"),
    path("rules/", rules.show_rules, name="rules"),
    path("rules/<str:name>/", rules.show_rule, name="rule"),
    path("tables/", tables.show_tables, name="tables"),
    path("tables/all.xlsx", tables.download, name="tables-workbook"),
    path("tables/workbook/", tables.take_workbook, name="take-workbook"),
    path("tables/<str:name>/", tables.show_table, name="table"),
    path("hr/", hr.show, name="hr"),
    path("hr/correct/", hr.correct, name="hr-correct"),
    path("hr/attendance/", attendance.show, name="attendance"),
    path("hr/attendance/compare/", attendance.compare, name="attendance-compare"),
    path("hr/attendance/decide/", attendance.decide, name="attendance-decide"),
    path("hr/taken/<int:sequence>/correct/", hr.correct_taken, name="hr-correct-taken"),
    path("hr/<month:which>/", hr.show_month, name="hr-month"),
    path("hr/<month:which>/workbook/", hr.download, name="hr-workbook"),
    path("files/", files.trace, name="files"),
    path("files/bring-in/", files.bring_in, name="bring-in"),
]

urlpatterns = [
    path("", desks.list_desks, name="desks"),
    path("log-in/", accounts.LogIn.as_view(), name="log-in"),
    path("forgot/", accounts.forgot, name="forgot"),
    path("log-out/", accounts.LogOut.as_view(), name="log-out"),
    path("welcome/<uidb64>/<token>/", accounts.SetPassword.as_view(), name="welcome"),
    path("language/", accounts.switch_language, name="language"),
    path("too-large/", faults.too_large, name="too-large"),
    path("accounts/", accounts.look_after, name="accounts"),
    path("new-desk/", new_desk.choose, name="new-desk"),
    path("new-desk/empty.xlsx", new_desk.download_empty, name="empty-desk"),
    path("new-desk/<str:token>/", new_desk.answer_questions, name="adopt"),
    path("accounts/<int:key>/<str:step>/", accounts.change, name="change-account"),
    path("colours/<str:colours>.css", month.style_shifts, name="colours"),
    path("copy/<str:slug>/<int:number>/<str:fingerprint>/", files.trace_printed, name="copy"),
    path("l/<str:slug>/<month:which>/<str:who>/<str:code>/", links.show, name="link"),
    path("calendar/<str:secret>.ics", calendar.show, name="calendar"),
    path("desks/<str:slug>/", include(at_a_desk)),
]
handler400, handler403, handler404, handler500 = (
    faults.bad_request,
    faults.forbidden,
    faults.not_found,
    faults.broken,
)
