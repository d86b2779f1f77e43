"""Rosters made beside the page: asked for, watched while they are made, stopped; what an impossible month would need."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from scheduler import clock
from scheduler.app.editing import open_editing
from scheduler.domain import Month
from scheduler.i18n import Sentence
from scheduler.jobs.models import Job, Kind, State
from scheduler.jobs.queue import ask_for_job, stop_job
from scheduler.web.access import Visit, at_desk
from scheduler.web.forms import sent_with
from scheduler.web.roles import Action
from scheduler.web.search_forms import MakeForm, SolveForm
from scheduler.web.working_copies import read_copy

MONTHS_AHEAD = 4
MOST_LISTED = 20
LONG_WAIT = 20  # seconds until it is said that nobody seems to make rosters
STATES = {
    State.QUEUED: Sentence("排队", "waiting"),
    State.RUNNING: Sentence("正在排", "being made"),
    State.DONE: Sentence("排好了", "made"),
    State.IMPOSSIBLE: Sentence("排不出来", "impossible"),
    State.UNDECIDED: Sentence("没有结论", "undecided"),
    State.REFUSED: Sentence("没有排", "not made"),
    State.FAILED: Sentence("出错", "failed"),
}
STOPPED = Sentence("已停下", "stopped")
PROOFS = {
    "OPTIMAL": Sentence("已证明最优", "proved optimal"),
    "FEASIBLE": Sentence("合规，最优性未证明", "legal, not proved optimal"),
}
CHANGED = Sentence("与第 {version} 版相比改了 {n} 格", "{n} cells differ from version {version}")
FEWEST = (
    Sentence("（是否最少没有证明）", " (not proved to be the fewest)"),
    Sentence("（已证明不能再少）", " (proved to be the fewest)"),
)
GAPPED = Sentence("有 {n} 处缺口，发布须写明原因", "{n} duties are open: publishing it takes a reason")


@at_desk(Action.GENERATE)
def make(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Ask for a month; below, what was asked for lately."""
    today = clock.at_desk(clock.now, visit.standing.files.desk.zone).date()
    months = [Month.of(today)]
    while len(months) <= MONTHS_AHEAD:
        months.append(months[-1].next)
    asked = request.GET.get("month", "")
    first = asked if asked in map(str, months) else str(months[1])
    form = MakeForm(sent_with(request), lang=visit.lang, months=months, initial={"month": first})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        return _start(visit, Month.parse(said["month"]), limit=said["seconds"], allow_gaps=said["allow_gaps"])
    rows = [_describe(job, visit) for job in Job.objects.filter(desk=visit.slug)[:MOST_LISTED]]
    return render(request, "page/make.html", {"form": form, "rows": rows}, status=422 if form.errors else 200)


@at_desk(Action.GENERATE)
def solve(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """Ask for the rest of a draft that is edited, around the cells that are pinned."""
    editing = open_editing(visit.desk, number, reader=visit.reader, files=visit.standing.files, **visit.use)
    copy = read_copy(visit.slug, editing.row)
    form = SolveForm(sent_with(request), lang=visit.lang)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        cells = copy.pins | (copy.cells.keys() if said["hold_changed"] else set())
        held = {cell: copy.roster.on(*cell) for cell in sorted(cells)}
        return _start(
            visit,
            editing.row.month,
            limit=said["seconds"],
            allow_gaps=said["allow_gaps"],
            around=number,
            held=held,
            fewest=said["how"] == "fewest",
        )
    context = {"form": form, "row": editing.row, "pins": len(copy.pins), "changed": len(copy.cells)}
    return render(request, "page/solve.html", context, status=422 if form.errors else 200)


def _start(visit: Visit, month: Month, **asked: Any) -> HttpResponse:
    job = ask_for_job(settings.HOME, visit.slug, visit.desk, month, by=visit.person, **asked, **visit.use)
    return redirect("job", visit.slug, job.pk)


@require_GET
@at_desk(Action.GENERATE)
def show(request: HttpRequest, visit: Visit, key: int) -> HttpResponse:
    """How far a job is, and what came of it."""
    context = _describe(_find(visit, key), visit)
    return render(request, "page/_job.html" if request.htmx else "page/job.html", context)  # type: ignore[attr-defined]


@require_POST
@at_desk(Action.GENERATE)
def stop(request: HttpRequest, visit: Visit, key: int) -> HttpResponse:
    """Keep the best so far."""
    stop_job(_find(visit, key))
    return redirect("job", visit.slug, key)


@require_POST
@at_desk(Action.GENERATE)
def again(request: HttpRequest, visit: Visit, key: int) -> HttpResponse:
    """Ask the same once more: with gaps, or with more time."""
    job = _find(visit, key)
    question = job.question
    return _start(
        visit,
        question["month"],
        limit=job.limit * (1 if "gaps" in request.POST else 2),
        allow_gaps=job.allow_gaps or "gaps" in request.POST,
        around=job.version,
        held=question["held"],
        fewest=job.fewest,
    )


def is_left(job: Job) -> bool:
    """Whether a job waits though no process is busy with another: there is none, perhaps."""
    waited = timezone.now() - job.asked_at > timedelta(seconds=LONG_WAIT)
    return waited and not Job.objects.filter(state=State.RUNNING, lease__gt=timezone.now()).exists()


def _find(visit: Visit, key: int) -> Job:
    job = Job.objects.filter(pk=key, desk=visit.slug).first()
    if job is None:
        raise Http404
    return job


def _describe(job: Job, visit: Visit) -> dict[str, Any]:
    """A job for templates, in one language."""
    at = ("zh", "en").index(visit.lang)
    progress, result = job.progress, job.result
    person = visit.standing.rights.people.get(job.asked_by)
    gap = result.get("gap") if job.state == State.DONE else progress.get("gap")
    status = str(result.get("status", ""))
    gaps = int(result.get("gaps") or 0)
    is_stopped = job.state == State.UNDECIDED and job.stops > 0
    return {
        "job": job,
        "month": Month.parse(job.month),
        "is_around": job.kind == Kind.AROUND,
        "state": STOPPED if is_stopped else STATES[State(job.state)],
        "is_stopped": is_stopped,
        "by": person.name if person else job.asked_by,
        "is_left": job.state == State.QUEUED and is_left(job),
        "stage": progress.get("stage", ["", ""])[at],
        "told": [pair[at] for pair in progress.get("told", ())],
        "lines": [pair[at] for pair in result.get("lines", ())],
        "stuck": [pair[at] for pair in result.get("stuck", ())],
        "cost": result.get("objective", progress.get("cost")),
        "bound": result.get("bound", progress.get("bound")),
        "finder": result.get("finder") or progress.get("finder", ""),
        "prover": result.get("prover") or progress.get("prover", ""),
        "percent": None if gap is None else round(100 * gap, 1),
        "seconds": result.get("seconds") or progress.get("seconds", 0),
        "proof": PROOFS.get(status) if not gaps and not job.fewest else None,
        "changes": CHANGED.say(visit.lang, n=result["changes"], version=job.version) if "changes" in result else "",
        "fewest": FEWEST[bool(result["is_fewest"])] if "is_fewest" in result else None,
        "counts_cells": job.fewest and job.is_active,
        "gapped": GAPPED.say(visit.lang, n=gaps) if gaps else "",
        "may_have_gaps": job.state == State.IMPOSSIBLE and not job.allow_gaps,
        "wants_time": (job.state in (State.UNDECIDED, State.FAILED) and job.attempt > 0)
        or (job.state == State.DONE and status == "FEASIBLE" and not result.get("is_fewest")),
    }
