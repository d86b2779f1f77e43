"""A month to read and to print, and what there is to know of a cell."""

from __future__ import annotations

import re
from datetime import date

import segno
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from scheduler.app.candidates import find_candidates
from scheduler.app.cell_history import tell_cell
from scheduler.app.month_view import MonthView, view_month
from scheduler.app.wording import say_candidate, say_their_day
from scheduler.domain import Month, readable
from scheduler.web.access import Visit, at_desk
from scheduler.web.forms import read_number
from scheduler.web.month_table import make_table, say_shifts
from scheduler.web.roles import Action
from scheduler.web.working_copies import count_steps
from scheduler.workflow.gap_words import say_open

COLOURS = re.compile("[0-9A-F]{6}(-[0-9A-F]{6}){0,199}")
PAPERS = ("a4", "a3")


@at_desk(Action.SEE_MONTH)
def show_month(request: HttpRequest, visit: Visit, which: Month | None = None) -> HttpResponse:
    """A version of a month: the one named, else the one in force, else the newest."""
    view = view_month(
        visit.desk,
        which,
        read_number(request.GET.get("version")),
        reader=visit.reader,
        drafts=visit.may(Action.SEE_DRAFTS),
        store=visit.store,
    )
    team, only = request.GET.get("team", ""), "problems" in request.GET
    table = make_table(view, visit.lang, team=team, only_problems=only)
    months = view.months
    at = months.index(view.row.month)
    paper = request.GET.get("paper", PAPERS[0])
    context = {
        "view": view,
        "edition": view.edition,
        "row": view.row,
        "table": table,
        "team": team,
        "only": only,
        "paper": paper if paper in PAPERS else PAPERS[0],
        "earlier": months[at - 1] if at else None,
        "later": months[at + 1] if at + 1 < len(months) else None,
        "title": view.edition.title(visit.lang),
        "state": view.edition.say_state(visit.lang),
        "proof": view.edition.say_proof(visit.lang),
        "edition_status": view.edition.say_status(visit.lang),
        "open": [say_open(one) for one in view.edition.open_duties],
        "marks": view.edition.marks.say(visit.lang) if view.edition.marks else "",
        "month_name": view.edition.month(visit.lang),
        "hard": sum(one.hard for one in table.findings),
        "law": sum(not one.hard for one in table.findings),
        "qr": draw_mark(request, visit, view),
        "days": view.edition.problem.dates,
        "unsaved": count_steps(visit.slug, view.row) if visit.may(Action.EDIT) else 0,
    }
    return render(request, "page/month.html", context)


def draw_mark(request: HttpRequest, visit: Visit, view: MonthView) -> str:
    """The QR code of a printed copy, which leads to whether it is in force."""
    base = view.files.page.url or request.build_absolute_uri("/").rstrip("/")
    path = reverse("copy", args=[visit.slug, view.row.number, view.row.fingerprint])
    mark = segno.make(f"{base}{path}", error="m", micro=False)
    drawn: str = mark.svg_inline(scale=2, border=2, omitsize=True, svgclass="qr", lineclass=None)
    return drawn


@at_desk(Action.SEE_CELL)
def show_cell(request: HttpRequest, visit: Visit, day: date) -> HttpResponse:
    """What there is to know of somebody's day in a version: what happened to it, and who else could."""
    who = request.GET.get("who", "")
    visit.check(Action.SEE_CELL, who)
    view = view_month(
        visit.desk,
        Month.of(day),
        read_number(request.GET.get("version")),
        reader=visit.reader,
        drafts=visit.may(Action.SEE_DRAFTS),
        store=visit.store,
    )
    problem = view.edition.problem
    if who not in problem.worker_by_id:
        raise Http404
    codes = view.edition.roster.on(who, day)
    context = {
        "view": view,
        "who": who,
        "name": problem.names[who],
        "day": day,
        "codes": codes,
        "shifts": say_shifts(problem, day, codes, visit.lang),
        "steps": tell_cell(visit.desk, who, day, reader=visit.reader, store=visit.store),
        "names": problem.names,
        "is_ahead": day >= view.today,
    }
    return render(request, "page/_cell.html" if request.htmx else "page/cell.html", context)  # type: ignore[attr-defined]


@at_desk(Action.SEE_CANDIDATES)
def show_candidates(request: HttpRequest, visit: Visit, day: date) -> HttpResponse:
    """Everybody ranked for a duty of a day."""
    shift, version = request.GET.get("shift", ""), read_number(request.GET.get("version"))
    found = find_candidates(visit.desk, day, shift, version=version, by=visit.person, **visit.use)
    rows = [
        {
            "name": found.problem.names[one.worker],
            "phone": found.phones.get(one.worker, ""),
            "that_day": say_their_day(one, visit.lang),
            "word": say_candidate(found, one, visit.lang),
            "kind": one.word.value,
            "one": one,
        }
        for one in found.ranked
    ]
    context = {"found": found, "rows": rows, "day": day, "shift": found.shift}
    partial = request.htmx  # type: ignore[attr-defined]
    return render(request, "page/_candidates.html" if partial else "page/candidates.html", context)


@login_not_required
def style_shifts(request: HttpRequest, colours: str) -> HttpResponse:
    """The style sheet of a desk's shifts: all of it stands in its address, so it never changes."""
    if not COLOURS.fullmatch(colours):
        raise Http404
    rules = [
        f"td.s{n}.s{n}.s{n}, li.s{n}.s{n}, .key.s{n} {{ background: #{one}; color: #{readable(one)}; }}"
        for n, one in enumerate(colours.split("-"))
    ]
    answer = HttpResponse("\n".join(rules), content_type="text/css")
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer
