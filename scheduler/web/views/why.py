"""Why somebody has a duty, or has it not."""

from __future__ import annotations

from datetime import date
from threading import BoundedSemaphore

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from scheduler.app.why import explain_cell
from scheduler.app.why_words import say_against, say_conclusion, say_counts, say_finding_of
from scheduler.app.wording import OFF
from scheduler.audit.alternatives import Instead
from scheduler.errors import Unavailable
from scheduler.i18n import Sentence, join_items
from scheduler.web.access import Visit, at_desk
from scheduler.web.forms import read_number
from scheduler.web.roles import Action

SECONDS, CORES = 4.0, 1  # of a search; whoever wants to know more asks on the command line
AT_ONCE = BoundedSemaphore(2)  # searches, or they would slow down all else
WAITING_SECONDS = 6.0
BUSY = Sentence("同时问的人太多，请过一会儿再问", "too many are asking at once: ask again in a moment")


@require_GET
@at_desk(Action.SEE_CELL)
def show(request: HttpRequest, visit: Visit, day: date) -> HttpResponse:
    """What stands against each other roster of a cell: as counts, or by name for those whose business it is."""
    who = request.GET.get("who", "")
    visit.check(Action.SEE_CELL, who)
    version = read_number(request.GET.get("version"))
    if not AT_ONCE.acquire(timeout=WAITING_SECONDS):
        raise Unavailable(BUSY)
    try:
        found = explain_cell(
            visit.desk,
            who,
            day,
            request.GET.get("shift", ""),
            version=version,
            reader=visit.reader,
            time_limit=SECONDS,
            cores=CORES,
            **visit.use,
        )
    finally:
        AT_ONCE.release()
    lang, names = visit.lang, found.problem.names
    people, shifts = found.of(Instead.PERSON), found.of(Instead.SHIFT)
    context = {
        "found": found,
        "name": names[who],
        "day": day,
        "has": join_items(found.has, lang) or OFF.say(lang),
        "conclusion": say_conclusion(found, lang),
        "counts": say_counts(found, lang),
        "people": [
            (names[one.alternative.colleague], say_finding_of(found, one, lang), say_against(found, one, lang))
            for one in people
        ]
        if found.tells_people
        else [],
        "shifts": [
            (one.alternative.shift or OFF.say(lang), say_finding_of(found, one, lang), say_against(found, one, lang))
            for one in shifts
        ]
        if found.tells_shifts
        else [],
    }
    partial = request.htmx  # type: ignore[attr-defined]
    return render(request, "page/_why.html" if partial else "page/why.html", context)
