"""Requests: what waits for whom, asked with an answer at once, confirmed, approved, refused, taken back."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from scheduler.app.approvals import approve_request
from scheduler.app.change_requests import Asked, RequestList, decide_request, list_requests, request_change
from scheduler.app.judging import is_granted
from scheduler.app.wording import asked_reasons, recorded_line, verdict_line
from scheduler.domain import Change
from scheduler.errors import SchedulerError
from scheduler.i18n import Lang, Sentence
from scheduler.web.access import Visit, at_desk
from scheduler.web.forms import AskForm, BecauseForm, RemarkForm, kind_tabs
from scheduler.web.roles import Action, Reach
from scheduler.workflow.change_request import KIND_NAMES, STATE_NAMES, Cell, Request, RequestKind, people_concerned
from scheduler.workflow.offers import Offer
from scheduler.workflow.request_wording import describe_request

STEPS = {"confirm": "confirmed", "refuse": "refused", "cancel": "cancelled"}
DONE = Sentence("第 {n} 号申请：{state}", "Request {n}: {state}")
APPROVED = Sentence(
    "第 {n} 号申请已批准：改动 {cells} 格、{people} 人",
    "Request {n} is approved: {cells} cells of {people} people moved",
)
RECHECKED = Sentence(
    "申请之后排班表变动过，已重新核对", "the roster had changed since the request: it was checked again"
)


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

    @property
    def is_mine(self) -> bool:
        """Whether it waits for whoever looks at it."""
        return self.may_confirm or self.may_decide


def make_cards(found: RequestList, visit: Visit) -> list[Card]:
    """The requests that are somebody's business, the last first."""
    cards = []
    for one in reversed(found.requests):
        concerned = visit.person in (one.by, *people_concerned(one))
        if visit.reach(Action.SEE_REQUESTS) == Reach.ALL or (visit.person and concerned):
            cards.append(_make_card(found, one, visit))
    return cards


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
    )


@require_GET
@at_desk(Action.SEE_REQUESTS)
def inbox(request: HttpRequest, visit: Visit) -> HttpResponse:
    """What waits for them on top, then what waits for others, then what is settled."""
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
    }
    return render(request, "page/verdict.html", context, status=200 if asked.request.number else 422)


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
        fields["leave_kind"] = one.leave.kind
    said = describe_request(one, asked.stretch.names, lang)
    return {"what": said, "fields": fields, "further": offer.further, "proved": offer.is_proved}


@require_POST
@at_desk(Action.SEE_REQUESTS)
def decide(request: HttpRequest, visit: Visit, number: int, step: str) -> HttpResponse:
    """Confirm, approve, refuse or take back a request."""
    if step not in (*STEPS, "approve"):
        raise Http404
    visit.check(Action.DECIDE if step == "approve" else Action.CONFIRM)
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
        decided = decide_request(visit.desk, STEPS[step], number, visit.person, because, **visit.use)
        state = STATE_NAMES[decided.request.state]
        messages.success(request, DONE.say(visit.lang, n=number, state=state))
    back = request.POST.get("back")
    return redirect(back if back in ("mine", "requests") else "requests", visit.slug)
