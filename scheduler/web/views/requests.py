"""Requests: what waits for whom, asked with an answer at once, confirmed, approved, refused, taken back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from scheduler.app.approvals import approve_request
from scheduler.app.change_requests import Asked, RequestList, decide_request, list_requests, request_change
from scheduler.app.judging import is_granted
from scheduler.app.request_impact import Impact, find_impacts
from scheduler.app.summaries import BURDENS
from scheduler.app.wording import OFF, asked_reasons, recorded_line, verdict_line
from scheduler.domain import Change
from scheduler.errors import SchedulerError
from scheduler.i18n import Lang, Sentence, day_name, join_items
from scheduler.timeline import clock_text
from scheduler.web.access import Visit, at_desk
from scheduler.web.forms import AskForm, BecauseForm, RemarkForm, kind_tabs, write_covers
from scheduler.web.roles import Action, Reach
from scheduler.web.telling import note_read
from scheduler.workflow.change_request import KIND_NAMES, STATE_NAMES, Cell, Request, RequestKind, people_concerned
from scheduler.workflow.offers import Offer, Ring
from scheduler.workflow.overrides import OVERRIDE_NAMES
from scheduler.workflow.request_wording import describe_request

STEPS = {"confirm": "confirmed", "refuse": "refused", "cancel": "cancelled"}
DONE = Sentence("第 {n} 号申请：{state}", "Request {n}: {state}")
APPROVED = Sentence(
    "第 {n} 号申请已批准：改动 {cells} 格、{people} 人",
    "Request {n} is approved: {cells} cells of {people} people moved",
)
AWAY = Sentence("假", "leave")
MOVES = Sentence("{before} 改为 {after}", "{before} becomes {after}")
COVER_KEPT = Sentence("各班人数不低于目标", "no shift drops below its target")
BELOW = Sentence(
    "{day} {shift}：{before} → {after} 人（目标 {target}）", "{day} {shift}: {before} → {after} heads (target {target})"
)
SHARE_MOVED = Sentence(
    "{who} {what} {before:g} → {after:g}（大家 {fewest:g}–{most:g}）",
    "{who}: {what} {before:g} → {after:g} (all {fewest:g}–{most:g})",
)
RECHECKED = Sentence(
    "申请之后排班表变动过，已重新核对", "the roster had changed since the request: it was checked again"
)


class GhostCell(NamedTuple):
    """A cell of a small grid: what stands there, and what would."""

    now: str
    after: str
    css: str
    said: str


class Ghosts(NamedTuple):
    """What a request would do, drawn: who by day, and in lines on cover, hours and shares."""

    days: list[tuple[date, str]]
    rows: list[tuple[str, list[GhostCell]]]
    lines: list[str]
    is_older: bool


def draw_ghosts(impact: Impact, card: Card, visit: Visit) -> Ghosts:
    """The cells before and after, those that were asked for apart from those that move with them."""
    lang, names = visit.lang, {one.id: one.name for one in visit.standing.rights.people.values()}
    asked = {(cell.worker, cell.day) for cell in card.request.cells}
    seen = {change[:2]: change.before for change in (*card.own, *card.further)}
    rows = []
    for who in impact.people:
        cells = []
        for day in impact.days:
            cell = (who, day)
            now = "+".join(impact.now[cell]) or (AWAY if cell in impact.away else OFF).say(lang)
            after = ("+".join(impact.after[cell]) or OFF.say(lang)) if cell in impact.after else ""
            css = "" if not after else "asked" if cell in asked else "further"
            said = MOVES.say(lang, before=now, after=after) if after else now
            cells.append(GhostCell(now, after, css, said))
        rows.append((names.get(who, who), cells))
    days = [(day, f"{day.day}") for day in impact.days]
    is_older = any(before != impact.now.get(cell, before) for cell, before in seen.items())
    return Ghosts(days, rows, list(_say_impact(impact, names, lang)), is_older)


def _say_impact(impact: Impact, names: Mapping[str, str], lang: Lang) -> Iterator[str]:
    """What it does to cover, to hours and to who has more than others."""
    if not impact.effects.below:
        yield COVER_KEPT.say(lang)
    for row in impact.effects.below:
        shift = row.shift or f"{clock_text(row.start)}–{clock_text(row.end)}"
        yield BELOW.say(
            lang, day=day_name(row.day, lang), shift=shift, before=row.before, after=row.after, target=row.target
        )
    for one in impact.burdens:
        facts: dict[str, object] = {"who": names.get(one.worker, one.worker), "what": BURDENS[one.what]}
        facts |= {"before": one.before, "after": one.after, "fewest": one.spread.fewest, "most": one.spread.most}
        yield SHARE_MOVED.say(lang, **facts)


@dataclass(frozen=True)
class Card:
    """A request, as somebody sees it."""

    request: Request
    kind: str
    what: str
    state: str
    by: str
    own: list[Change]
    further: list[Change]
    waiting: list[str]
    deciders: list[str]
    may_confirm: bool
    may_decide: bool
    may_cancel: bool
    may_record: list[tuple[str, str]]
    ghosts: Ghosts | None = None

    @property
    def is_mine(self) -> bool:
        """Whether it waits for whoever looks at it."""
        return self.may_confirm or self.may_decide


def make_cards(found: RequestList, visit: Visit) -> list[Card]:
    """The requests that are somebody's business, the last first; those that are open with what they would do."""
    cards = []
    for one in reversed(found.requests):
        concerned = visit.person in (one.by, *people_concerned(one))
        if visit.reach(Action.SEE_REQUESTS) == Reach.ALL or (visit.person and concerned):
            cards.append(_make_card(found, one, visit))
    waiting = {card.request.number: found.changes[card.request.number] for card in cards if card.request.is_open}
    impacts = find_impacts(visit.desk, waiting, store=visit.store)
    return [
        replace(card, ghosts=draw_ghosts(impacts[card.request.number], card, visit))
        if card.request.number in impacts
        else card
        for card in cards
    ]


def _make_card(found: RequestList, one: Request, visit: Visit) -> Card:
    names, me = found.names, visit.person
    waiting, deciders = found.waiting(one), found.deciders.get(one.number, ())
    cells = {(cell.worker, cell.day) for cell in one.cells}
    changes = found.changes[one.number]
    return Card(
        one,
        KIND_NAMES[one.kind].say(visit.lang),
        describe_request(one, names, visit.lang),
        STATE_NAMES[one.state].say(visit.lang),
        names.get(one.by, one.by),
        own=[change for change in changes if change[:2] in cells],
        further=[change for change in changes if change[:2] not in cells],
        waiting=[names.get(who, who) for who in waiting],
        deciders=[names.get(who, who) for who in deciders],
        may_confirm=bool(me) and me in waiting and visit.may(Action.CONFIRM),
        may_decide=one.is_open and not waiting and me in deciders and visit.may(Action.DECIDE),
        may_cancel=one.is_open and bool(me) and one.by == me and visit.may(Action.CONFIRM),
        may_record=[(who, names.get(who, who)) for who in waiting if who != me]
        if me and visit.may(Action.RECORD_WORD)
        else [],
    )


@require_GET
@at_desk(Action.SEE_REQUESTS)
def inbox(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What waits for them on top, then what waits for others, then what is settled."""
    note_read(visit.slug, visit.person)
    found = list_requests(visit.desk, reader=visit.reader, **visit.use)
    cards = make_cards(found, visit)
    context = {
        "mine": [card for card in cards if card.is_mine],
        "others": [card for card in cards if card.request.is_open and not card.is_mine],
        "settled": [card for card in cards if not card.request.is_open],
        "names": found.names,
        "remark": RemarkForm(lang=visit.lang),
        "because": BecauseForm(lang=visit.lang),
    }
    return render(request, "page/requests.html", context)


@at_desk(Action.ASK)
def ask(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Make a request, and say at once whether it can be granted, with what, or why not and what could be asked instead."""
    sent = request.POST or request.GET
    kind = _read_kind(sent)
    if request.method != "POST":
        first = {"who": visit.person, **{name: sent[name] for name in sent if name in AskForm.base_fields}}
        return _show_form(request, visit, AskForm(visit=visit, kind=kind, initial=first | {"kind": kind.value}), kind)
    form = AskForm(request.POST, visit=visit, kind=kind)
    if not form.is_valid():
        return _show_form(request, visit, form, kind)
    instead = form.cleaned_data["instead"] or 0
    try:
        asked = request_change(
            visit.desk,
            kind,
            visit.person,
            form.cleaned_data["because"],
            **form.to_request(),
            instead=instead,
            **visit.use,
        )
    except SchedulerError as error:
        form.add_error(None, error.say(visit.lang))
        return _show_form(request, visit, form, kind)
    return _show_verdict(request, visit, form, kind, asked)


def _read_kind(sent: QueryDict) -> RequestKind:
    kinds = {one.value: one for one in AskForm.SHOWN}
    kind = kinds.get(sent.get("kind", RequestKind.SWAP.value))
    if kind is None:
        raise Http404
    return kind


def _show_form(request: HttpRequest, visit: Visit, form: AskForm, kind: RequestKind) -> HttpResponse:
    context = {"form": form, "kind": kind.value, "tabs": kind_tabs(visit.lang)}
    return render(request, "page/ask.html", context, status=422 if form.errors else 200)


def _show_verdict(request: HttpRequest, visit: Visit, form: AskForm, kind: RequestKind, asked: Asked) -> HttpResponse:
    lang, names, waiting = visit.lang, asked.stretch.names, RequestList.waiting(asked.request)
    context = {
        "asked": asked,
        "form": form,
        "kind": kind.value,
        "tabs": kind_tabs(lang),
        "granted": is_granted(asked.verdict),
        "verdict": verdict_line(asked.verdict, lang),
        "recorded": recorded_line(asked, waiting, lang) if asked.request.number else "",
        "reasons": asked_reasons(asked, lang),
        "names": names,
        "offers": [_offer_row(asked, one, lang) for one in asked.offers.offers],
        "rings": [_ring(asked, one, lang) for one in asked.offers.rings],
        "way_out": _way_out(asked, form, lang),
    }
    return render(request, "page/verdict.html", context, status=200 if asked.request.number else 422)


def _way_out(asked: Asked, form: AskForm, lang: Lang) -> dict[str, object] | None:
    """What a refused request would have to set aside, who may approve that, and the fields that ask for it."""
    overrides = asked.way_out.overrides
    if not overrides:
        return None
    fields = {name: value for name, value in form.data.items() if name in AskForm.base_fields and name != "override"}
    return {
        "what": join_items((OVERRIDE_NAMES[one].say(lang) for one in overrides), lang),
        "who": [asked.names.get(who, who) for who in asked.deciders],
        "fields": fields | {"sets_aside": ",".join(overrides)},
    }


def _covers_of(request: Request) -> list[Cell]:
    """Who takes which day's duty of somebody who is away over."""
    away = request.leave.worker if request.leave else ""
    return [Cell(one.worker, one.day) for one in request.cells if one.shift and one.worker != away]


def _ring(asked: Asked, ring: Ring, lang: Lang) -> dict[str, object]:
    """A duty that has to be taken over, and whom to ring for it, each with a button that asks for them."""
    names, request = asked.stretch.names, asked.request
    able = [one for one in ring.candidates if one.is_able]
    others = [cell for cell in _covers_of(request) if cell.day != ring.day]
    rows = []
    for one in able:
        fields: dict[str, object] = {}
        if ring.instead_of and request.leave and not (one.overtime or one.is_chosen):
            fields = {"kind": request.kind.value, "who": request.leave.worker, "because": request.because}
            fields |= {"day": request.leave.first, "last": request.leave.last, "leave_kind": request.leave.kind}
            fields |= {"covers": write_covers([*others, Cell(one.worker, ring.day)]), "instead": asked.instead or ""}
        stands = one.standing
        rows.append(
            {
                "name": names.get(one.worker, one.worker),
                "phone": asked.phones.get(one.worker, ""),
                "hours": stands.hours,
                "share": stands.share,
                "is_free": stands.is_free,
                "is_reserve": one.is_reserve,
                "overtime": one.overtime.minutes / 60 if one.overtime else 0,
                "is_chosen": one.is_chosen,
                "fields": fields,
            }
        )
    away = names.get(ring.instead_of, ring.instead_of)
    return {"day": ring.day, "shift": ring.shift, "away": away, "rows": rows}


def _offer_row(asked: Asked, offer: Offer, lang: Lang) -> dict[str, object]:
    """Another request as a button: the fields that ask for it."""
    one = offer.request
    fields: dict[str, object] = {"kind": one.kind.value, "because": one.because, "instead": asked.instead or ""}
    if one.give:
        other = one.take or Cell(one.to, one.give.day)
        fields |= {"who": one.give.worker, "day": one.give.day, "other": other.worker}
        fields |= {"other_day": other.day} if one.take else {}
    elif one.leave:
        fields |= {"who": one.leave.worker, "day": one.leave.first, "last": one.leave.last}
        fields |= {"leave_kind": one.leave.kind, "covers": write_covers(_covers_of(one))}
    said = describe_request(one, asked.stretch.names, lang)
    return {"what": said, "fields": fields, "further": offer.further, "proved": offer.is_proved}


@require_POST
@at_desk(Action.SEE_REQUESTS)
def decide(request: HttpRequest, visit: Visit, number: int, step: str) -> HttpResponse:
    """Confirm, approve, refuse or take back a request."""
    if step not in (*STEPS, "approve"):
        raise Http404
    visit.check(Action.DECIDE if step == "approve" else Action.CONFIRM)
    recorded_for = request.POST.get("for", "")
    if recorded_for:
        visit.check(Action.RECORD_WORD)
        if step != "confirm":
            raise Http404
    form = (BecauseForm if step == "refuse" else RemarkForm)(request.POST, lang=visit.lang)
    if not form.is_valid():
        messages.error(request, "；".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("requests", visit.slug)
    because = form.cleaned_data["because"]
    if step == "approve":
        done = approve_request(visit.desk, number, visit.person, because, **visit.use)
        people = {change.worker for change in done.changes}
        said = APPROVED.say(visit.lang, n=number, cells=len(done.changes), people=len(people))
        messages.success(request, said + (f" {RECHECKED.say(visit.lang)}" if done.rechecked else ""))
    else:
        who = recorded_for or visit.person
        decided = decide_request(
            visit.desk, STEPS[step], number, who, because, recorded_by=visit.person if recorded_for else "", **visit.use
        )
        state = STATE_NAMES[decided.request.state]
        messages.success(request, DONE.say(visit.lang, n=number, state=state))
    back = request.POST.get("back")
    return redirect(back if back in ("mine", "requests") else "requests", visit.slug)
