"""Offers for a request that was judged: what needs fewer changes, and whom to ring."""

from __future__ import annotations

from dataclasses import replace

from scheduler.app.judging import Scene, drop_overridden, is_granted
from scheduler.audit.months import continue_months
from scheduler.workflow.change_request import Request, RequestKind
from scheduler.workflow.effects import Effects, find_effects
from scheduler.workflow.objections import Objection
from scheduler.workflow.offer_search import PARTNERS, OfferSearch
from scheduler.workflow.offers import Offers
from scheduler.workflow.ring import find_rings
from scheduler.workflow.surge_offers import find_factor, find_short_at_best
from scheduler.workflow.verdict import Verdict, VerdictWord

AWAY = (RequestKind.ABSENCE, RequestKind.LEAVE)


def effects_of(scene: Scene, request: Request, verdict: Verdict) -> Effects:
    """What a granted request does beside its cells."""
    if not is_granted(verdict):
        return Effects()
    asked = zip(scene.months, scene.asked_with(request), verdict.rosters, strict=True)
    after = [replace(month, problem=problem, roster=roster) for month, problem, roster in asked]
    return find_effects(continue_months(scene.months), continue_months(after))


def find_offers(scene: Scene, request: Request, verdict: Verdict, effects: Effects) -> Offers:
    """What could be asked for instead, and whom to ring."""
    if request.after_fact and request.kind != RequestKind.ABSENCE:
        return Offers()
    search = _search(scene, request, verdict)
    if request.kind in PARTNERS:
        return search.find_partners()
    if request.kind == RequestKind.SURGE:
        return _offer_factor(scene, search)
    if request.kind not in AWAY:
        return Offers()
    days = search.find_days() if request.kind == RequestKind.LEAVE else Offers()
    is_needed = verdict.word != VerdictWord.ALLOWED or effects.below
    return replace(days, rings=find_rings(search).rings) if is_needed else days


def _offer_factor(scene: Scene, search: OfferSearch) -> Offers:
    found = find_factor(search)
    if search.verdict.word != VerdictWord.REFUSED or not found.tried:
        return found
    return replace(found, short=find_short_at_best(search, scene.meet))


def _search(scene: Scene, request: Request, verdict: Verdict) -> OfferSearch:
    def objections(other: Request) -> list[Objection]:
        return drop_overridden(scene.find_objections(other), request)

    here, stretch = scene.here, scene.stretch
    return OfferSearch(
        months=continue_months(scene.months),
        request=request,
        verdict=verdict,
        today=here.today,
        settled=scene.settled_days,
        has_begun=lambda day, code: stretch.has_begun(day, [code], here.today, here.instant),
        objections=objections,
        judge=scene.judge_offer,
        judge_one_of=None if scene.facts[0].procedure.further_notice_held else scene.judge_one_of,
        names=dict(scene.names),
        reserves=frozenset(scene.reserves),
    )
