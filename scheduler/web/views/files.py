"""Copies of rosters: a file dropped here, or the mark on a printed one."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from scheduler.app.locations import store_url
from scheduler.app.trace import CopyState, trace_copy
from scheduler.app.trace_mark import trace_mark
from scheduler.app.trace_words import say_copy
from scheduler.errors import SchedulerError
from scheduler.files.reading.workbook import WORKBOOKS
from scheduler.i18n import Sentence
from scheduler.web.access import Visit, at_desk
from scheduler.web.forms import UploadForm, sent_with
from scheduler.web.home import find_desks
from scheduler.web.roles import Action
from scheduler.workflow.version import STATUS_NAMES

NO_WORKBOOK = Sentence("请选一个 Excel 工作簿（{kinds}）", "choose an Excel workbook ({kinds})")


@at_desk(Action.TRACE)
def trace(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Say which version a file is, whether it is in force, and where it was altered."""
    form = UploadForm(sent_with(request), lang=visit.lang, files=request.FILES or None)
    lines: list[str] = []
    state = ""
    if request.method == "POST" and form.is_valid():
        try:
            state, lines = _trace(form.cleaned_data["file"], visit)
        except SchedulerError as error:
            form.add_error("file", error.say(visit.lang))
    context = {"form": form, "lines": lines, "is_current": state == CopyState.CURRENT, "state": state}
    return render(request, "page/files.html", context, status=422 if form.errors else 200)


def _trace(file: UploadedFile[Any], visit: Visit) -> tuple[CopyState, list[str]]:
    """What an uploaded file is; it is kept nowhere.

    Raises
    ------
    SchedulerError
        It is no workbook, or cannot be read.
    """
    suffix = Path(file.name or "").suffix.lower()
    if suffix not in WORKBOOKS:
        raise SchedulerError(NO_WORKBOOK, kinds=" ".join(WORKBOOKS))
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"roster{suffix}"
        with path.open("wb") as kept:
            kept.writelines(file.chunks())
        found = trace_copy(path, desk=visit.desk, store=store_url(visit.desk, visit.store))
        return found.state, list(say_copy(found, visit.lang, with_paths=False))


@require_GET
@login_not_required
def trace_printed(request: HttpRequest, slug: str, number: int, fingerprint: str) -> HttpResponse:
    """Say whether a printed copy is in force, to whoever holds it: its mark is the key, and nothing private is told."""
    desk = find_desks(settings.HOME).get(slug)
    found = trace_mark(desk, number, fingerprint, store=settings.STORE) if desk else None
    if found is None:
        raise Http404
    return render(request, "page/copy.html", {"found": found, "status": STATUS_NAMES[found.version.status]})
