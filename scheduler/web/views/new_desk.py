"""A new desk: like a sample, from a workbook that was filled in, or from the rosters there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from scheduler.adopting.old_rosters import State
from scheduler.app.init import sample_titles
from scheduler.app.new_desk import (
    Proposed,
    drop_kept,
    keep_aside,
    make_from_sample,
    make_from_workbook,
    propose_desk,
    take_proposed,
    write_empty,
)
from scheduler.errors import InputError, SchedulerError
from scheduler.files.adopting.report import broken_lines, summary_lines
from scheduler.i18n import Lang, Sentence
from scheduler.web.access import check_administrator, language_of
from scheduler.web.desk_forms import FilledDeskForm, OldRostersForm, SampleDeskForm
from scheduler.web.forms import sent_with
from scheduler.web.roles import Action

MADE = Sentence(
    "部门“{name}”已建好。接着：给排班人加一个账户（下面），由他检查各表、排班。",
    "Desk “{name}” is made. Next: add an account for its manager (below), who checks the tables and makes rosters.",
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXAMPLES_OF_BREAKS, MOST_DOUBTS = 3, 30
ANSWER = "answer:"  # before the key of a question, as a form's field


def choose(request: HttpRequest) -> HttpResponse:
    """The three ways, and what comes of one of them."""
    check_administrator(request, Action.MAKE_DESKS)
    lang, sent = language_of(request), sent_with(request)
    way = request.POST.get("way", "") if sent else ""
    data = {name: (sent, request.FILES) if way == name else (None, None) for name in ("sample", "workbook", "rosters")}
    forms = {
        "sample": SampleDeskForm(data["sample"][0], lang=lang, samples=sample_titles(), prefix="sample"),
        "workbook": FilledDeskForm(data["workbook"][0], lang=lang, files=data["workbook"][1], prefix="workbook"),
        "rosters": OldRostersForm(data["rosters"][0], lang=lang, files=data["rosters"][1], prefix="rosters"),
    }
    faults: list[str] = []
    form = forms.get(way)
    if form is not None and form.is_valid():
        said = form.cleaned_data
        try:
            if way == "rosters":
                return _read_rosters(request, said["name"], said["rosters"])
            if way == "sample":
                made = make_from_sample(settings.HOME, said["name"], said["sample"])
            else:
                made = make_from_workbook(settings.HOME, said["name"], said["file"].name, said["file"].chunks())
            return _made(request, made.stem if made.is_file() else made.name)
        except SchedulerError as error:
            faults = _say(error, lang)
    context = {"forms": forms, "faults": faults, "way": way}
    return render(request, "page/new_desk.html", context, status=422 if faults or (form and form.errors) else 200)


def _read_rosters(request: HttpRequest, name: str, rosters: Sequence[UploadedFile[Any]]) -> HttpResponse:
    token = keep_aside(settings.HOME, [(one.name or "", one.chunks()) for one in rosters])
    try:
        return _propose(request, token, name, {})
    except SchedulerError:
        drop_kept(settings.HOME, token)
        raise


@require_GET
def download_empty(request: HttpRequest) -> HttpResponse:
    """An empty desk as a workbook."""
    check_administrator(request, Action.MAKE_DESKS)
    answer = HttpResponse(write_empty(language_of(request)), content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="desk.xlsx"'
    return answer


@require_POST
def answer_questions(request: HttpRequest, token: str) -> HttpResponse:
    """Read the old files again with what was answered, or take the desk that is proposed."""
    check_administrator(request, Action.MAKE_DESKS)
    name = request.POST.get("name", "")
    answers = {
        key.removeprefix(ANSWER): value.strip()
        for key, value in request.POST.items()
        if key.startswith(ANSWER) and isinstance(value, str) and value.strip()
    }
    if "take" not in request.POST:
        return _propose(request, token, name, answers)
    try:
        return _made(request, take_proposed(settings.HOME, token, name).name)
    except InputError:  # something is open: the form asks for it
        return _propose(request, token, name, answers)


def _propose(request: HttpRequest, token: str, name: str, answers: dict[str, str]) -> HttpResponse:
    """The proposed desk with its guesses, doubts and questions."""
    lang = language_of(request)
    found = propose_desk(settings.HOME, token, name, answers, lang)
    return render(
        request, "page/adopt.html", _describe(found, answers, lang), status=422 if found.adopted.faults else 200
    )


def _describe(found: Proposed, answers: dict[str, str], lang: Lang) -> dict[str, Any]:
    proposal = found.adopted.proposal
    doubtful = [cell for cell in proposal.read.cells if cell.state is State.DOUBTFUL]
    return {
        "found": found,
        "summary": list(summary_lines(proposal, lang)),
        "employment": proposal.employment,
        "questions": [
            (f"{ANSWER}{one.key}", one.ask, answers.get(one.key, one.proposed)) for one in proposal.questions
        ],
        "kept": [
            (f"{ANSWER}{key}", text) for key, text in answers.items() if key not in {q.key for q in proposal.questions}
        ],
        "doubts": [(cell.where, cell.text, cell.meaning) for cell in doubtful[:MOST_DOUBTS]],
        "more_doubts": max(0, len(doubtful) - MOST_DOUBTS),
        "audited": bool(proposal.audited),
        "broken": list(broken_lines(proposal, lang, EXAMPLES_OF_BREAKS)),
        "faults": [fault.say(lang) for fault in found.adopted.faults],
        "report": (found.adopted.desk / "adopted" / "report.md").read_text(encoding="utf-8"),
    }


def _made(request: HttpRequest, name: str) -> HttpResponse:
    messages.success(request, MADE.say(language_of(request), name=name))
    return redirect("accounts")


def _say(error: SchedulerError, lang: Lang) -> list[str]:
    if isinstance(error, InputError):
        return [fault.say(lang) for fault in error.faults]
    return [error.sentence.say(lang, **error.facts)]
