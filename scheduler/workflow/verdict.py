"""Judge a change request: allowed as it stands, allowed with further changes, or refused, and why.

The audit alone finds the first, in a fraction of a second and without a solver.
Only if the request by itself breaks a rule is the month re-solved, with as few
further changes as possible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import KW_ONLY, dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import islice
from time import perf_counter

from scheduler.audit.audit import Audit, audit
from scheduler.audit.stand_ins import OwnMonth
from scheduler.domain import Change, Problem, Roster, Violation
from scheduler.rules.book import Rulebook
from scheduler.rules.internal import StartedShifts
from scheduler.timeline import ONE_DAY, days_between, instant
from scheduler.workflow.amendment import amend_problem, place_requested_cells
from scheduler.workflow.change_request import Cell, Request, RequestKind, required_cells

MOST_ALTERNATIVES = 3
ALTERNATIVE_SECONDS = 0.5  # wall time for alternatives, which are a help and not the answer


class VerdictWord(StrEnum):
    """What a request comes to, in a word."""

    ALLOWED = "allowed"  # as it stands
    ALLOWED_WITH = "allowed_with"  # with further changes
    REFUSED = "refused"
    UNDECIDED = "undecided"  # the time was over before either was proved


@dataclass(frozen=True)
class Verdict:
    """What a request comes to on a live roster.

    Attributes
    ----------
    word : VerdictWord
    roster, audit : Roster and Audit, or None
        The month as it would be.
    asked, further : tuple of Change
        The cells that change because the request says so, and the others that have to change with them.
    fewest : int
        A proved lower bound on the number of cells that change, `asked` included.
    reasons : tuple of Violation
        What the request by itself would break; if it is refused and breaks nothing new, what was broken before.
    alternatives : tuple of Request
        At most three similar requests that are allowed as they stand, the most similar first.
    among : int
        If the number of changes is not proved for the whole month: the number of cells looked at, among which it is
        the fewest; 0 if not even that is known.
    """

    word: VerdictWord
    _: KW_ONLY
    roster: Roster | None = None
    audit: Audit | None = None
    asked: tuple[Change, ...] = ()
    further: tuple[Change, ...] = ()
    fewest: int = 0
    reasons: tuple[Violation, ...] = ()
    alternatives: tuple[Request, ...] = ()
    among: int = 0

    @property
    def changes(self) -> tuple[Change, ...]:
        """Every cell that changes, by day and worker."""
        return tuple(sorted((*self.asked, *self.further), key=lambda change: (change.day, change.worker)))

    @property
    def proved(self) -> bool:
        """Whether it is proved that no fewer cells can change."""
        return self.fewest >= len(self.changes)


def judge_request(
    problem: Problem,
    rulebook: Rulebook,
    live: Roster,
    request: Request,
    *,
    today: date,
    now: int | None = None,
    asking: Problem | None = None,
    settled: frozenset[date] = frozenset(),
    held_before: int = 0,
    may: Callable[[Request], bool] = lambda request: True,
    time_limit: float = 10.0,
    seed: int = 0,
    cores: int = 2,
) -> Verdict:
    """Judge a request against the live roster.

    Parameters
    ----------
    problem : Problem
        The month as it is asked without the request.
    live : Roster
        The month's duties in force.
    today : date
        Days before it never change.
    now : int or None
        The present instant, on the scale of `Problem.span`: a duty that has begun stays, and a shift that has begun
        is assigned to nobody else.
    asking : Problem or None
        The month as it is asked with the request granted; computed if it is not given.
    settled : frozenset of date
        The days on which only the request's own cells may change: holidays whose deadline has come.
    held_before : int
        An instant: no cell but the request's own changes a shift that begins before it.
    may : callable
        Whether nothing but the rules could speak against a request; alternatives have to pass it.
    time_limit : float
        Wall seconds for the re-solve, if one is needed.
    """
    asking = asking or amend_problem(problem, [], also=request)
    wanted = place_requested_cells(live, request)
    asked = wanted.changes_from(live)
    known = {violation.reason for violation in audit(problem, rulebook, live).broken}
    found = audit(asking, rulebook, wanted)
    broken = tuple(violation for violation in found.broken if violation.reason not in known)
    if not broken and not (known and found.broken):
        return Verdict(VerdictWord.ALLOWED, roster=wanted, audit=found, asked=asked, fewest=len(asked))
    from scheduler.solver.fewest_changes import (  # ortools is slow to load: only when it is needed
        Resolved,
        fewest_changes,
    )

    cells = {(cell.worker, cell.day) for cell in request.cells}
    begun = tuple(_find_held_shifts(problem, today, now, held_before))

    def stays(worker: str, day: date) -> bool:
        at_work = any((day, code) in begun for code in live.on(worker, day))
        return day < today or day in settled or (worker, day) in cells or at_work

    held = {
        (worker.id, day): wanted.on(worker.id, day)
        for worker in problem.workers
        for day in problem.dates
        if stays(worker.id, day)
    }
    standing = StartedShifts(begun, frozenset(held))
    free = tuple(row for row in asking.fixed if (row.worker, row.day) not in cells and row.day >= today)
    bound = replace(rulebook, rules=(*rulebook.rules, standing))
    asking = replace(asking, fixed=free)
    outcome = fewest_changes(asking, bound, live, held=held, time_limit=time_limit, seed=seed, cores=cores)
    if isinstance(outcome, Resolved):
        cells = {(change.worker, change.day) for change in asked}
        mine = tuple(change for change in outcome.changes if (change.worker, change.day) in cells)
        further = tuple(change for change in outcome.changes if (change.worker, change.day) not in cells)
        word = VerdictWord.ALLOWED_WITH if further else VerdictWord.ALLOWED
        found = Audit(tuple(result for result in outcome.audit.results if result.rule is not standing))
        return Verdict(
            word,
            roster=outcome.roster,
            audit=found,
            asked=mine,
            further=further,
            fewest=outcome.fewest,
            reasons=broken,
            among=outcome.among,
        )
    reasons = broken or found.broken  # what was broken before, if nothing else speaks against it
    if outcome.status != "IMPOSSIBLE":
        return Verdict(VerdictWord.UNDECIDED, asked=asked, reasons=reasons)
    others = _alternatives(problem, rulebook, live, request, today, settled, may)
    better = tuple(islice((one for one in others if one.cells != request.cells), MOST_ALTERNATIVES))
    return Verdict(VerdictWord.REFUSED, asked=asked, reasons=reasons, alternatives=better)


def _find_held_shifts(problem: Problem, today: date, now: int | None, held_before: int) -> Iterator[tuple[date, str]]:
    """The shifts from today on that have begun, or begin before an instant until which all is held."""
    before = max(held_before, 0 if now is None else now + 1)
    for day in problem.dates:
        if day >= today and instant(day, 0, problem.desk.zone) < before:
            for shift in problem.shifts:
                if problem.span(day, shift.code).start < before:
                    yield day, shift.code


def _alternatives(
    problem: Problem,
    rulebook: Rulebook,
    live: Roster,
    request: Request,
    today: date,
    settled: frozenset[date],
    may: Callable[[Request], bool],
) -> Iterator[Request]:
    """Similar requests that break nothing, the most similar first, until the time is over."""
    began = perf_counter()
    months: dict[str, OwnMonth] = {}
    options = sorted(_options(problem, live, request, today, settled), key=lambda one: _distance(one, request))
    for option in options:
        if perf_counter() - began > ALTERNATIVE_SECONDS:
            return
        then = place_requested_cells(live, option)
        for worker in set(option.sides) - set(months):
            months[worker] = OwnMonth(problem, rulebook, live, problem.worker_by_id[worker])
        extra = [option.overtime] if option.overtime else []
        kept = (
            months[who].keeps([d for d in then.duties if d.worker == who], [o for o in extra if o.worker == who])
            for who in option.sides
        )
        if all(kept):
            asking = amend_problem(problem, [], also=option)
            if not audit(asking, rulebook, then).broken and may(option):
                yield option


def _options(
    problem: Problem, live: Roster, request: Request, today: date, settled: frozenset[date]
) -> Iterator[Request]:
    """A stand-in by everybody who could take the duty, and a swap for each duty that could be taken for it."""
    give = request.give
    if give is None:
        return

    def option(take: Cell | None, to: str) -> Request:
        kind = RequestKind.SWAP if take else RequestKind.STAND_IN
        extra = request.overtime if request.overtime and request.overtime.worker in (give.worker, to) else None
        asked = replace(request, kind=kind, take=take, to=to, overtime=extra, confirmed=(), cells=())
        return replace(asked, cells=required_cells(asked, live))

    days = [day for day in days_between(max(today + ONE_DAY, problem.first), problem.last) if day not in settled]
    for other in (worker.id for worker in problem.workers if worker.id != give.worker):
        if not live.on(other, give.day):
            yield option(None, other)
        for day in days if not live.on(other, give.day) else [give.day]:
            free = day == give.day or not live.on(give.worker, day)
            if free and live.on(other, day) and live.on(other, day) != live.on(give.worker, day):
                yield option(Cell(other, day), other)


def _distance(option: Request, request: Request) -> tuple[bool, bool, int]:
    """How much an option differs from the request: in its kind, then in its partner, then in days."""
    day, asked = ((one.take or one.give or Cell("", date.max)).day for one in (option, request))
    return option.kind != request.kind, option.sides != request.sides, abs((day - asked).days)
