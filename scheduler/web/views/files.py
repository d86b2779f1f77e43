"""Copies of rosters: a file dropped here, or the mark on a printed one; what was altered by hand is brought in."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from scheduler.app.import_roster import import_roster
from scheduler.app.locations import store_url
from scheduler.app.new_desk import drop_kept, find_kept, keep_aside, kept_at
from scheduler.app.trace import CopyState, trace_copy
from scheduler.app.trace_mark import trace_mark
from scheduler.app.trace_words import say_copy
from scheduler.errors import SchedulerError
from scheduler.files.reading.workbook import WORKBOOKS
from scheduler.i18n import Sentence
from scheduler.web.access import Visit, at_desk
from scheduler.web.forms import BecauseForm, UploadForm, sent_with
from scheduler.web.home import find_desks
from scheduler.web.roles import Action
from scheduler.workflow.version import STATUS_NAMES

BROUGHT_IN = (CopyState.ALTERED, CopyState.UNKNOWN, CopyState.DRAFT)  # what may hold something that the ledger has not
MOST_BROKEN = 12  # lines
DRAFTED = Sentence("已作为 {month} 第 {n} 版草稿记下", "recorded as draft {n} of {month}")
SAME = Sentence(
    "与 {month} 第 {n} 版一样，没有记下新的", "it says what version {n} of {month} says: nothing new was recorded"
)
ASKED = Sentence("改动已作为第 {n} 号申请提出，等审批", "what was altered is request {n}, which waits for approval")
NOT_ASKED = Sentence("有改动不能申请：{why}", "some of it cannot be asked for: {why}")
BROKEN = Sentence("没有记下：违反 {n} 处规则", "nothing was recorded: it breaks the rules in {n} places")
MORE = Sentence("另 {n} 处", "{n} more")
NO_WORKBOOK = Sentence("请选一个 Excel 工作簿（{kinds}）", "choose an Excel workbook ({kinds})")


@at_desk(Action.TRACE)
def trace(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Say which version a file is, whether it is in force, and where it was altered."""
    form = UploadForm(sent_with(request), lang=visit.lang, files=request.FILES or None)
    lines: list[str] = []
    state = kept = ""
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            state, lines = _trace(file, visit)
            if state in BROUGHT_IN and visit.may(Action.EDIT):
                kept = keep_aside(kept_at(settings.HOME), [(file.name, file.chunks())])
        except SchedulerError as error:
            form.add_error("file", error.say(visit.lang))
    context = {
        "form": form,
        "lines": lines,
        "is_current": state == CopyState.CURRENT,
        "token": kept,
        "bring_in": BecauseForm(lang=visit.lang, prefix="bring"),
    }
    return render(request, "page/files.html", context, status=422 if form.errors else 200)


@require_POST
@at_desk(Action.EDIT)
def bring_in(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Take what was altered in a file as a draft, or as requests where its month is in force."""
    home, form = kept_at(settings.HOME), BecauseForm(request.POST, lang=visit.lang, prefix="bring")
    (file,) = find_kept(home, request.POST.get("token", ""))
    if not form.is_valid():
        context = {"form": UploadForm(lang=visit.lang), "token": request.POST["token"], "bring_in": form}
        return render(request, "page/files.html", context, status=422)
    because = form.cleaned_data["because"]
    try:
        found = import_roster(file, visit.person, desk=visit.desk, because=because, **visit.use)
    finally:
        drop_kept(home, request.POST["token"])
    names = found.problem.names
    if not found.requests and found.row is None:
        lines = [BROKEN.say(visit.lang, n=len(found.violations))]
        lines += [violation.say(visit.lang, names) for violation in found.violations[:MOST_BROKEN]]
        lines += (
            [MORE.say(visit.lang, n=len(found.violations) - MOST_BROKEN)] if len(found.violations) > MOST_BROKEN else []
        )
        return render(request, "page/files.html", {"form": UploadForm(lang=visit.lang), "lines": lines}, status=422)
    for note in found.notes:
        messages.warning(request, note.say(visit.lang))
    if found.row and not found.requests:
        said = DRAFTED if found.recorded else SAME
        messages.success(request, said.say(visit.lang, month=found.month, n=found.row.number))
        return redirect(f"{reverse('month', args=(visit.slug, found.month))}?version={found.row.number}")
    for asked in found.requests:
        if asked.request.number:
            messages.success(request, ASKED.say(visit.lang, n=asked.request.number))
        else:
            reasons = "; ".join(one.say(visit.lang, names) for one in asked.verdict.reasons[:MOST_BROKEN])
            messages.error(request, NOT_ASKED.say(visit.lang, why=reasons))
    return redirect("requests", visit.slug)


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
