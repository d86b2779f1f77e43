"""Whom to ring: for each duty of somebody who cannot come, those who could take it, and why the others could not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from scheduler.audit.candidates import try_duty
from scheduler.domain import Fixed, Overtime, Reason, Violation
from scheduler.workflow.change_request import Cell
from scheduler.workflow.effects import count_heads
from scheduler.workflow.in_force import Stretch
from scheduler.workflow.notice import takes_duty
from scheduler.workflow.objections import ON_DUTY, Objection
from scheduler.workflow.offer_search import OfferSearch, with_request
from scheduler.workflow.offers import LEFT_OUT, NOT_COUNTED, Against, Candidate, Offers, Ring, rank_partners
from scheduler.workflow.partners import Cells, OutOfWork, Trials
from scheduler.workflow.verdict import VerdictWord

MOST_TO_RING = 5


@dataclass(frozen=True)
class _Need:
    """A duty that somebody has to take over; `instead_of` as in `Ring`."""

    day: date
    code: str
    instead_of: str = ""


def find_rings(search: OfferSearch) -> Offers:
    """Whom to ring for the duties of somebody who is away, or for what stays short."""
    if search.request.leave is None:
        return Offers()
    is_short = search.verdict.word == VerdictWord.SHORT
    trials = _as_it_would_be(search) if is_short else search.trials
    needs = [*(_short_shifts(search, trials) if is_short else ())] or [*_duties_away(search)]
    rings = tuple(_ring(search, trials, need) for need in needs)
    return Offers(rings=rings)


def _as_it_would_be(search: OfferSearch) -> Trials:
    """The months with what was answered."""
    asked = with_request(search.months, search.request)
    rosters = search.verdict.rosters
    whole = [replace(month, roster=roster) for month, roster in zip(asked, rosters, strict=True)]
    return Trials(tuple(whole), search.looking)


def _short_shifts(search: OfferSearch, trials: Trials) -> Iterator[_Need]:
    """The shifts that stay short of their minimum."""
    days = {day for one in search.verdict.short for day in one.reason.days}
    for month in trials.months:
        for day in (day for day in month.problem.dates if day in days):
            heads = count_heads(month.problem, month.roster, day)
            short = (row for row in month.problem.demand_on(day) if heads[row.shift, row.who] < row.least)
            yield from dict.fromkeys(_Need(day, row.shift) for row in short if not search.has_begun(day, row.shift))


def _duties_away(search: OfferSearch) -> Iterator[_Need]:
    """The duties ahead of whoever is away, without those that the request gives to somebody already."""
    away, taken = search.request.leave, {(cell.day, cell.shift) for cell in search.request.cells if cell.shift}
    stretch = Stretch.of([month.problem for month in search.trials.months])
    for duty in search.trials.roster.duties:
        mine = away is not None and duty.worker == away.worker and takes_duty(away, duty, stretch)
        if mine and not search.has_begun(duty.day, duty.shift) and (duty.day, duty.shift) not in taken:
            yield _Need(duty.day, duty.shift, duty.worker)


def _ring(search: OfferSearch, trials: Trials, need: _Need) -> Ring:
    """Everybody who could take a duty, then those who could not; once enough can, the rest is left."""
    problem = trials.months[trials.month_of(need.day)].problem
    away = search.request.leave.worker if search.request.leave else ""
    able, against, untried = list[Candidate](), list[Candidate](), list[str]()
    plain = [
        Candidate(worker=one.id, standing=trials.standing(one.id, need.day, [need.code]))
        for one in problem.workers
        if one.id != away
    ]
    for candidate in rank_partners(plain, search.names):
        if len(able) >= MOST_TO_RING:
            untried.append(candidate.worker)
            continue
        try:
            found = _try(search, trials, need, candidate)
        except OutOfWork:
            untried.append(candidate.worker)
            continue
        (able if found.is_able else against).append(found)
    ranked = (*rank_partners(able, search.names), *against)
    return Ring(day=need.day, shift=need.code, instead_of=need.instead_of, candidates=ranked, untried=tuple(untried))


def _try(search: OfferSearch, trials: Trials, need: _Need, plain: Candidate) -> Candidate:
    """What speaks against somebody, with approved overtime where nothing else does.

    Raises
    ------
    OutOfWork
    """
    who = plain.worker
    taken = any((one.worker, one.day) == (who, need.day) and need.code in one.after for one in search.verdict.further)
    if taken:
        return replace(plain, is_chosen=True)
    if against := _objections(search, trials, need, who):
        return replace(plain, against=against)
    problem = trials.months[trials.month_of(need.day)].problem
    more = Overtime(who, need.day, problem.paid_minutes(need.day, need.code))
    tried = try_duty(lambda granted: _broken(trials, need, who, granted), more)
    if not tried.at_once:
        return plain
    return replace(plain, against=tried.at_once) if tried.approved else replace(plain, overtime=more)


def _objections(search: OfferSearch, trials: Trials, need: _Need, who: str) -> tuple[Against, ...]:
    """What speaks against somebody before any rule."""
    if who in search.request.spared:
        return (Objection(LEFT_OUT, (who,)),)
    known = set(search.objections(search.request))
    with_them = replace(search.request, cells=(*search.request.cells, Fixed(who, need.day, need.code)))
    found: list[Against] = [one for one in search.objections(with_them) if one not in known]
    own = trials.roster.on(who, need.day)
    if own:
        found.append(Objection(ON_DUTY, (who,), (need.day,), (("shift", "+".join(own)),)))
    if not found and not trials.counts(who, need.day, need.code):
        found.append(Objection(NOT_COUNTED, (who,), (need.day,), (("shift", need.code),)))
    return tuple(found)


def _broken(trials: Trials, need: _Need, who: str, overtime: Sequence[Overtime]) -> tuple[Violation, ...]:
    """What it breaks that somebody takes a duty; what is short already and is not made good by it is nobody's doing."""
    cells: dict[Cell, tuple[str, ...]] = {Cell(who, need.day): (need.code,)}
    if need.instead_of:
        cells[Cell(need.instead_of, need.day)] = ()
    broken = _own_then_desk(trials, cells, who, overtime)
    known = set[Reason]() if need.instead_of else {one.reason for one in trials.known}
    return tuple(one for one in broken if one.reason not in known and one.reason.workers != (need.instead_of,))


def _own_then_desk(trials: Trials, cells: Cells, who: str, overtime: Sequence[Overtime]) -> tuple[Violation, ...]:
    """What the taker's month breaks, else the desk: that of whoever is away is not asked."""
    own = trials.find_own_broken({cell: codes for cell, codes in cells.items() if cell.worker == who}, overtime)
    return own or trials.find_desk_broken(cells, overtime)
