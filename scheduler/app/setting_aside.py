"""What a request has set aside, what could be, and what it overtakes: said when it is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from scheduler.app.judging import Scene, drop_overridden, is_granted, say_violations
from scheduler.domain import Note
from scheduler.i18n import Sentence, join_sentences
from scheduler.workflow.change_request import Request
from scheduler.workflow.objections import Objection
from scheduler.workflow.overrides import OVERRIDE_NAMES, Override
from scheduler.workflow.overtaking import find_overtaken
from scheduler.workflow.verdict import Verdict, VerdictWord

IN_VAIN = Sentence("没有要破例的：{what}（未记录）", "nothing to set aside: {what} (not recorded)")
EVEN_SO = Sentence("即使破例也办不成：{what}", "even with that set aside it cannot be done: {what}")
NO_WAY = Sentence("没有合规的排法", "no legal roster")
WILL_OVERTAKE = Sentence(
    "第 {n} 号申请也要这一格：本申请一批准，它就落空",
    "request {n} is open for the same cells: it is overtaken once this one is approved",
)


@dataclass(frozen=True)
class WayOut:
    """What a refused request would have to set aside.

    Attributes
    ----------
    overrides : tuple of Override
        All that it takes, with what is set aside already; empty where none would do.
    notes : tuple of Note
        Why none would do, where it is not plain.
    """

    overrides: tuple[Override, ...] = ()
    notes: tuple[Note, ...] = ()


NO_WAY_OUT = WayOut()


def keep_needed(scene: Scene, request: Request) -> tuple[Request, tuple[Note, ...]]:
    """A request that sets aside no more than what stands against it, and a note on the rest."""
    if not request.set_aside:
        return request, ()
    against = {one.override for one in scene.find_objections(request)}
    if scene.holds_notice(request):
        against.add(Override.FURTHER_NOTICE)
    needed = tuple(what for what in request.set_aside if what in against)
    if needed == request.set_aside:
        return request, ()
    spare = [OVERRIDE_NAMES[what] for what in request.set_aside if what not in against]
    notes = (Note(IN_VAIN, (("what", join_sentences(spare)),)),)
    return replace(request, sets_aside=needed, override=request.override if needed else ""), notes


def find_way_out(scene: Scene, request: Request, objections: Sequence[Objection], verdict: Verdict) -> WayOut:
    """What to set aside for a refused request to be granted, if anything would do."""
    standing = drop_overridden(objections, request)
    if verdict.word != VerdictWord.REFUSED or any(one.override is None for one in standing):
        return NO_WAY_OUT
    named = {*request.set_aside, *(one.override for one in standing)}
    tries = [named] if standing else []
    if scene.holds_notice(request) and Override.FURTHER_NOTICE not in named:
        tries.append(named | {Override.FURTHER_NOTICE})
    tried = verdict
    for what in tries:
        overrides = tuple(one for one in Override if one in what)
        tried = scene.judge(replace(request, sets_aside=overrides, override="?"))
        if is_granted(tried):
            return WayOut(overrides)
    if not standing:
        return NO_WAY_OUT
    why = say_violations(tried.reasons, scene.names) if tried.reasons else NO_WAY
    return WayOut(notes=(Note(EVEN_SO, (("what", why),)),))


def notes_on_overtaking(scene: Scene, request: Request, verdict: Verdict) -> tuple[Note, ...]:
    """Which open requests a request overtakes once it is approved."""
    gone = find_overtaken(request, verdict.changes, scene.requests.values(), scene.stretch)
    return tuple(Note(WILL_OVERTAKE, (("n", one.number),)) for one in gone)
