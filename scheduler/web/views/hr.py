"""What HR is told, on the page: where each month stands, its workbook, its pictures, corrections of an earlier workbook."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from scheduler.app.hr import HrTold, correct_taking, tell_hr
from scheduler.app.hr_states import find_month_states
from scheduler.domain import Month
from scheduler.errors import SchedulerError
from scheduler.files.papers.hr_pictures import pictures_of
from scheduler.i18n import Sentence
from scheduler.web.access import Visit, at_desk
from scheduler.web.forms import sent_with
from scheduler.web.hr_forms import HrWorkbookForm
from scheduler.web.pictures import draw
from scheduler.web.roles import Action
from scheduler.web.views.versions import XLSX

SAME = Sentence("与现在的一样，没有要更正的", "it says what would be said today: nothing is to be corrected")


@require_GET
@at_desk(Action.SEE_HR)
def show(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Every month with what can be taken of it."""
    found = find_month_states(visit.desk, store=visit.store)
    return render(request, "page/hr.html", {"found": found, "form": HrWorkbookForm(lang=visit.lang)})


@require_GET
@at_desk(Action.SEE_HR)
def show_month(request: HttpRequest, visit: Visit, which: Month) -> HttpResponse:
    """A month at a glance: cover and load as pictures, what has to be known."""
    told = tell_hr(visit.desk, which, store=visit.store, lang=visit.lang)
    pictures = [draw(picture, visit.lang) for picture in pictures_of(told.report)]
    context = {"report": told.report, "pictures": pictures, "which": which}
    return render(request, "page/hr_month.html", context)


@require_POST
@at_desk(Action.SEE_HR)
def download(request: HttpRequest, visit: Visit, which: Month) -> HttpResponse:
    """The workbook of a month, or of the days that are cut off in it; that it was taken is noted in the log."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "hr.xlsx"
        cut_off = bool(request.POST.get("cut_off"))
        told = tell_hr(visit.desk, which, cut_off=cut_off, out=path, **_whoever_takes(visit), **visit.use)
        return _as_file(request, visit, path, told)


@require_POST
@at_desk(Action.SEE_HR)
def correct_taken(request: HttpRequest, visit: Visit, sequence: int) -> HttpResponse:
    """What has changed since a workbook was taken, as a workbook."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "correction.xlsx"
        told = correct_taking(visit.desk, sequence, path, **_whoever_takes(visit), **visit.use)
        return _as_file(request, visit, path, told)


def _whoever_takes(visit: Visit) -> dict[str, Any]:
    return {"by": visit.person, "account": visit.account.username}


@require_POST
@at_desk(Action.SEE_HR)
def correct(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What an earlier workbook says otherwise, as a workbook; nothing is kept of what was sent."""
    form = HrWorkbookForm(sent_with(request), lang=visit.lang, files=request.FILES or None)
    if form.is_valid():
        with TemporaryDirectory() as folder:
            earlier, out = Path(folder) / "earlier.xlsx", Path(folder) / "correction.xlsx"
            with earlier.open("wb") as kept:
                kept.writelines(form.cleaned_data["file"].chunks())
            try:
                told = tell_hr(visit.desk, corrects=earlier, out=out, **_whoever_takes(visit), **visit.use)
            except SchedulerError as error:
                form.add_error("file", error.say(visit.lang))
            else:
                if told.corrections:
                    return _as_file(request, visit, out, told)
                messages.success(request, SAME.say(visit.lang))
                return redirect("hr", visit.slug)
    found = find_month_states(visit.desk, store=visit.store)
    return render(request, "page/hr.html", {"found": found, "form": form}, status=422)


def _as_file(request: HttpRequest, visit: Visit, path: Path, told: HrTold) -> HttpResponse:
    if told.unrecorded:
        messages.warning(request, told.unrecorded.say(visit.lang))
    period = told.report.book.period
    answer = HttpResponse(path.read_bytes(), content_type=XLSX)
    kind = "correction" if told.earlier else "hr"
    answer.headers["Content-Disposition"] = f'attachment; filename="{kind}-{period.first}-{period.last}.xlsx"'
    return answer
