"""Versions of a desk: listed, compared, published, withdrawn, given out and signed for."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from scheduler.app.compare import compare_versions
from scheduler.app.log import read_log, tell_desk_log, to_local_time
from scheduler.app.month_view import view_month
from scheduler.app.publish import publish_version
from scheduler.app.publish_preview import preview_publication
from scheduler.app.receipts import keep_receipts
from scheduler.app.show import show_version
from scheduler.app.withdraw import withdraw_version
from scheduler.domain.holidays import FESTIVALS
from scheduler.errors import Refusal
from scheduler.i18n import Sentence
from scheduler.ledger.store import VersionStatus
from scheduler.web.access import Visit, at_desk
from scheduler.web.forms import BecauseForm, PublishForm, read_number, sent_with
from scheduler.web.month_table import make_table
from scheduler.web.roles import Action
from scheduler.workflow.gap_words import say_open
from scheduler.workflow.readers import Audience
from scheduler.workflow.version import STATUS_NAMES, next_status

PUBLISHED = Sentence(
    "{month} 第 {n} 版已发布：{people} 人有新的一份", "{month} version {n} is published; {people} people get a copy"
)
STUCK = Sentence("{n} 份文件还没有写好，下一步操作会补上", "{n} papers are not written yet; the next step does it")
WITHDRAWN = Sentence("第 {n} 版已作废，{copies} 份待收回", "version {n} is withdrawn; {copies} copies are to come back")
MARKED = Sentence("已登记 {n} 份", "{n} copies recorded")
ENGLISH = {zh: en for en, zh in FESTIVALS.items()}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@at_desk(Action.SEE_VERSIONS)
def list_versions(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Every version that they may look at, the last first, with what happened to it."""
    found = read_log(visit.desk, store=visit.store)
    told = tell_desk_log(found, reader=visit.reader, strict=False)
    lives = [life for life in reversed(told.log.versions) if life.published or visit.may(Action.SEE_DRAFTS)]
    rows = [
        {
            "life": life,
            "status": STATUS_NAMES[life.status],
            "is_live": life.status == VersionStatus.LIVE,
            "is_draft": life.status == VersionStatus.DRAFT,
            "month": life.months[0] if life.months else None,
            "steps": [
                (step, f"{to_local_time(found.files, step.at):%Y-%m-%d %H:%M}", told.log.names.get(step.by, step.by))
                for step in (life.drafted, life.published, life.ended)
                if step
            ],
        }
        for life in lives
    ]
    return render(request, "page/versions.html", {"rows": rows, "fault": told.fault})


@require_GET
@at_desk(Action.SEE_VERSIONS)
def compare(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Two versions of a month: the second as a table with the cells ringed that differ, and who has more or less."""
    before, after = (read_number(request.GET.get(name)) or 0 for name in ("before", "after"))
    views = [
        view_month(
            visit.desk, None, number, reader=visit.reader, drafts=visit.may(Action.SEE_DRAFTS), store=visit.store
        )
        for number in (before, after)
    ]
    found = compare_versions(visit.desk, before, after, **visit.use)
    cells = frozenset((one.worker, one.day) for one in found.found.changes)
    table = make_table(views[1], visit.lang, marked=cells)
    problem = views[1].edition.problem
    context = {
        "found": found,
        "table": table,
        "view": views[1],
        "row": views[1].row,
        "names": {**views[0].row.people, **problem.names},
        "before": before,
        "after": after,
    }
    return render(request, "page/compare.html", context)


@at_desk(Action.PUBLISH)
def publish(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """Say what publishing would do; then do it."""
    preview = preview_publication(visit.desk, number, **visit.use)
    next_status(preview.row.status, "published")  # refuses what no reason would make possible
    asked = {"late": preview.late, "over": preview.over, "leaves": bool(preview.open)}
    form = PublishForm(sent_with(request), lang=visit.lang, **asked)
    if request.method == "POST" and form.is_valid():
        try:
            done = publish_version(visit.desk, number, visit.person, **form.cleaned_data, **visit.use)
        except Refusal as error:
            form.add_error(None, error.say(visit.lang))
        else:
            said = PUBLISHED.say(visit.lang, month=done.row.month, n=number, people=len(preview.told))
            messages.success(request, said)
            if done.stuck:
                messages.warning(request, STUCK.say(visit.lang, n=len(done.stuck)))
            return redirect("month", visit.slug, done.row.month)
    people = {one.worker for one in preview.told}
    context = {
        "preview": preview,
        "form": form,
        "row": preview.row,
        "people": people,
        "cells": len(preview.moved.cells),
        "open": [say_open(one) for one in preview.open],
        "deadline": preview.deadline.say(visit.lang, ENGLISH),
    }
    return render(request, "page/publish.html", context, status=422 if form.errors else 200)


@at_desk(Action.WITHDRAW)
def withdraw(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """Take the version in force back, for a reason."""
    row = show_version(visit.desk, number, **visit.use).row
    next_status(row.status, "withdrawn")
    form = BecauseForm(sent_with(request), lang=visit.lang)
    if request.method == "POST" and form.is_valid():
        done = withdraw_version(visit.desk, number, visit.person, form.cleaned_data["because"], **visit.use)
        messages.success(request, WITHDRAWN.say(visit.lang, n=number, copies=len(done.holders)))
        return redirect("versions", visit.slug)
    return render(request, "page/withdraw.html", {"row": row, "form": form}, status=422 if form.errors else 200)


@require_GET
@at_desk(Action.DOWNLOAD)
def download(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """A version's workbook, as its reader may read it: the use case writes it anew, so nothing stale is handed out."""
    if not visit.may(Action.SEE_DRAFTS):  # refuses what was never published
        view_month(visit.desk, None, number, reader=visit.reader, drafts=False, store=visit.store)
    audience = visit.reader.audience
    reader = visit.person if audience == Audience.PERSON else audience.value
    with TemporaryDirectory() as folder:
        shown = show_version(visit.desk, number, out=Path(folder), reader=reader, **visit.use)
        assert shown.written is not None
        answer = HttpResponse(shown.written.read_bytes(), content_type=XLSX)
        answer.headers["Content-Disposition"] = f'attachment; filename="v{number}.xlsx"'
        return answer


@at_desk(Action.SEE_RECEIPTS)
def receipts(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Who has signed for a copy and who still holds an old one; record that somebody did."""
    if request.method == "POST":
        return _mark(request, visit)
    found = keep_receipts(visit.desk, **visit.use)
    outstanding = set(found.outstanding)
    versions = [
        {
            "number": number,
            "status": STATUS_NAMES[found.statuses[number]],
            "copies": [(copy, copy in outstanding) for copy in found.all if copy.version == number],
            "open": sum(copy.version == number for copy in found.outstanding),
        }
        for number in sorted({copy.version for copy in found.all}, reverse=True)
    ]
    return render(request, "page/receipts.html", {"versions": versions, "count": len(found.outstanding)})


@require_POST
def _mark(request: HttpRequest, visit: Visit) -> HttpResponse:
    visit.check(Action.MARK_RECEIPTS)
    who, version = request.POST.get("who", ""), read_number(request.POST.get("version"))
    is_back = request.POST.get("what") == "returned"
    done = keep_receipts(
        visit.desk,
        sign=[] if is_back else [who],
        returned=[who] if is_back else [],
        by=visit.person,
        version=version,
        **visit.use,
    )
    messages.success(request, MARKED.say(visit.lang, n=len(done.marked)))
    return redirect("receipts", visit.slug)
