"""My roster, on a phone first: what comes next, what waits for me, my month, my share."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from scheduler.app.own_roster import OwnMonth, OwnRoster, own_roster
from scheduler.app.receipts import keep_receipts
from scheduler.app.summaries import BURDENS
from scheduler.domain import Duty, Problem
from scheduler.files.writing.wording import name_shift, say_month, say_span
from scheduler.i18n import WEEKDAYS, Lang, Sentence, day_name
from scheduler.web.access import Visit, at_desk
from scheduler.web.forms import BecauseForm, RemarkForm, read_number
from scheduler.web.month_table import Cell, Drawer, colours_of
from scheduler.web.roles import Action
from scheduler.web.telling import note_read
from scheduler.web.views.requests import make_cards
from scheduler.workflow.gap_words import say_open
from scheduler.workflow.readers import Reader

MOST_NEXT = 5  # duties
TRACK = 100  # width of a line from the fewest to the most, in the units of its drawing
SIGNED = Sentence("已签收", "signed for")
TODAY, TOMORROW = Sentence("今天", "Today"), Sentence("明天", "Tomorrow")


class Next(NamedTuple):
    """A duty to come."""

    when: str
    shift: str
    times: str


class Share(NamedTuple):
    """One's own burden on the line from the team's fewest to its most; `at` from 0 to `TRACK`."""

    name: Sentence
    own: float
    fewest: float
    most: float
    at: float


class Calendar(NamedTuple):
    """A month of one's own."""

    name: str
    version: int
    weekdays: list[str]
    blank: range
    cells: list[tuple[date, Cell, bool]]
    shares: list[Share]
    colours: str
    moved: tuple[date, ...]
    open: list[Sentence]
    standby: list[str]


@require_GET
@at_desk(Action.SEE_MINE)
def show_mine(request: HttpRequest, visit: Visit) -> HttpResponse:
    """One's own roster."""
    note_read(visit.slug, visit.person)
    found = own_roster(visit.desk, visit.person, reader=visit.reader, store=visit.store)
    cards = make_cards(found.requests, visit) if found.requests else []
    mine = [card for card in cards if card.is_mine or card.request.by == visit.person]
    context = {
        "found": found,
        "ahead": [say_next(found, duty, visit.lang) for duty in found.ahead[:MOST_NEXT]],
        "months": [draw_month(found, one, visit.person, visit.reader, visit.lang) for one in found.months],
        "waiting": [card for card in mine if card.may_confirm],
        "cards": [card for card in mine if not card.may_confirm],
        "remark": RemarkForm(lang=visit.lang),
        "because": BecauseForm(lang=visit.lang),
        "names": {one.id: one.name for one in visit.standing.rights.people.values()},
    }
    return render(request, "page/mine.html", context)


def say_next(found: OwnRoster, duty: Duty, lang: Lang) -> Next:
    """A duty to come, in words."""
    problem = next(one.problem for one in found.months if duty.day in one.problem.day_by_date)
    shift, left = problem.shift_on(duty.day, duty.shift), (duty.day - found.at.date()).days
    near = {0: TODAY, 1: TOMORROW}.get(left)
    when = f"{near.say(lang)} {day_name(duty.day, lang)}" if near else day_name(duty.day, lang)
    return Next(when, name_shift(shift), say_span(shift.start, shift.end, lang))


def draw_month(found: OwnRoster, one: OwnMonth, who: str, reader: Reader, lang: Lang) -> Calendar:
    """A month of somebody's own, day by day, and their share of its burdens."""
    problem = one.problem
    moved = frozenset((who, day) for day in one.moved)
    reserves = {(duty.worker, duty.day): duty.shift for duty in one.standby}
    drawer = Drawer(problem, one.roster, reader, lang, moved, reserves=reserves)
    worker = problem.worker_by_id[who]
    cells = [(day, drawer.cell(worker, day), day == found.at.date()) for day in problem.dates]
    shares = [_share(one, what) for what in BURDENS if what in one.spreads]
    blank = range(problem.first.weekday())
    weekdays = [each.say(lang)[:2] for each in WEEKDAYS]
    leaves = [say_open(each) for each in one.open]
    name, colours = say_month(one.row.month, lang), colours_of(problem)
    standby = [_say_standby(problem, duty, lang) for duty in one.standby]
    return Calendar(name, one.row.number, weekdays, blank, cells, shares, colours, one.moved, leaves, standby)


def _say_standby(problem: Problem, duty: Duty, lang: Lang) -> str:
    shift = problem.shift_on(duty.day, duty.shift)
    return f"{day_name(duty.day, lang)} {name_shift(shift)} {say_span(shift.start, shift.end, lang)}"


def _share(one: OwnMonth, what: str) -> Share:
    spread, own = one.spreads[what], float(getattr(one.totals, what))
    width = spread.most - spread.fewest
    at = TRACK * (own - spread.fewest) / width if width else TRACK / 2
    return Share(BURDENS[what], own, spread.fewest, spread.most, round(min(max(at, 0), TRACK), 1))


@require_POST
@at_desk(Action.SEE_MINE)
def sign(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Sign for one's own copy, or say that the old one is destroyed."""
    version, is_back = read_number(request.POST.get("version")), request.POST.get("what") == "returned"
    me = [visit.person]
    keep_receipts(
        visit.desk,
        sign=[] if is_back else me,
        returned=me if is_back else [],
        by=visit.person,
        version=version,
        **visit.use,
    )
    messages.success(request, SIGNED.say(visit.lang))
    return redirect("mine", visit.slug)
