"""From calls and visitors to people: how many are needed at the desk in each slot of time.

Calls are converted by Erlang C (calls wait in one queue and nobody hangs up),
visitors by a ratio. Every need keeps in its `basis` what it was computed from, so
that it can be shown, scaled, and compared with the people present.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, replace
from functools import lru_cache
from math import ceil
from typing import Any, NamedTuple

from scheduler.domain import SlotNeed

# Names in a need's basis
CALLS, HANDLING, VISITORS, SERVED = "calls", "handling_seconds", "visitors", "served"
LEVEL, ANSWER, LEAST_LEVEL, MOST_OCCUPIED = "level", "answer_seconds", "least_level", "max_occupancy"
SHRINKAGE, AGENTS, GIVEN, ALLOWANCE = "shrinkage", "agents", "given_least", "allowance"
AT_DESK, LEAST_AT_DESK = "heads", "least_heads"

MOST_WORK = 1000.0  # load of a slot in Erlang; more must be a typing error


@dataclass(frozen=True)
class Service:
    """The service level to which calls are answered.

    Attributes
    ----------
    level, answer_seconds : float
        The part of the calls, 0 to 1, that is answered within `answer_seconds`.
    least_level : float
        The service level below which a roster is refused; 0 for none.
    max_occupancy : float
        The largest part of their time at the desk that people spend on calls.
    shrinkage : float
        The part of the people at the desk who cannot take a call at a moment (coaching, paperwork).
    """

    level: float = 0.8
    answer_seconds: float = 20.0
    _: KW_ONLY
    least_level: float = 0.0
    max_occupancy: float = 0.85
    shrinkage: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.least_level <= self.level < 1 or self.answer_seconds <= 0:
            raise ValueError(f"a service level that nobody can hold: {self}")
        if not 0 < self.max_occupancy <= 1 or not 0 <= self.shrinkage < 1:
            raise ValueError(f"parts of a whole: {self}")


class Calls(NamedTuple):
    """A forecast: calls in a slot, and seconds for each; at least `least` people are needed in any case."""

    on: str
    start: int
    end: int
    calls: float
    handling_seconds: float
    least: int = 0
    skill: str = ""


class Visitors(NamedTuple):
    """Footfall: visitors who come in an hour, and visitors whom one person serves in an hour; at least `least` people."""

    on: str
    start: int
    end: int
    visitors: float
    served: float
    least: int = 0
    skill: str = ""


class Reached(NamedTuple):
    """What some people at the desk achieve: the part of calls answered in time, and the part of their time on calls."""

    level: float
    occupancy: float


def work(calls: float, handling_seconds: float, minutes: int) -> float:
    """The load of calls in Erlang: how many people they keep busy all the time."""
    return calls * handling_seconds / (60 * minutes)


@lru_cache(maxsize=4096)
def agents(
    calls: float, handling_seconds: float, minutes: int, level: float, answer_seconds: float, max_occupancy: float
) -> int:
    """The fewest people who answer the calls of so many minutes at the service level."""
    if calls <= 0 or handling_seconds <= 0:
        return 0
    queue = _queue(calls, handling_seconds, minutes, answer_seconds)
    found = int(queue.required_positions(service_level=level, max_occupancy=max_occupancy)["raw_positions"])
    busy = work(calls, handling_seconds, minutes)
    # the library starts its search at the rounded load plus one, which is one too many for some low levels
    while found - 1 > busy and busy <= max_occupancy * (found - 1) and queue.service_level(found - 1) >= level:
        found -= 1
    return found


def reached(slot: SlotNeed, heads: int) -> Reached | None:
    """What so many people at the desk achieve in a slot of calls; `None` if no calls were forecast for it."""
    basis = dict(slot.basis)
    if not basis.get(CALLS) or not basis.get(HANDLING):
        return None
    minutes, answering = slot.end - slot.start, int(heads * (1 - basis[SHRINKAGE]) + 1e-9)
    busy = work(basis[CALLS], basis[HANDLING], minutes)
    if answering <= busy:
        return Reached(0.0, 1.0)
    queue = _queue(basis[CALLS], basis[HANDLING], minutes, basis[ANSWER])
    return Reached(float(queue.service_level(answering)), busy / answering)


def _queue(calls: float, handling_seconds: float, minutes: int, answer_seconds: float) -> Any:
    from pyworkforce.queuing import ErlangC  # 0.4 s to import: only for desks with a forecast

    return ErlangC(transactions=calls, aht=handling_seconds / 60, asa=answer_seconds / 60, interval=minutes)


def of_calls(row: Calls, service: Service) -> SlotNeed:
    """The people that forecast calls need at the desk."""
    basis = {
        CALLS: row.calls,
        HANDLING: row.handling_seconds,
        LEVEL: service.level,
        ANSWER: service.answer_seconds,
        LEAST_LEVEL: service.least_level,
        MOST_OCCUPIED: service.max_occupancy,
        SHRINKAGE: service.shrinkage,
        GIVEN: row.least,
    }
    return _need(row.on, row.start, row.end, row.skill, basis)


def of_visitors(row: Visitors) -> SlotNeed:
    """The people that visitors need at the desk."""
    basis = {VISITORS: row.visitors, SERVED: row.served, GIVEN: row.least}
    return _need(row.on, row.start, row.end, row.skill, basis)


def _need(on: str, start: int, end: int, skill: str, basis: Mapping[str, float]) -> SlotNeed:
    """Compute a need from its basis; the results are added to the basis."""
    given = int(basis[GIVEN])
    if CALLS in basis:
        asked = basis[CALLS], basis[HANDLING], end - start
        wished = agents(*asked, basis[LEVEL], basis[ANSWER], basis[MOST_OCCUPIED])
        needed = agents(*asked, basis[LEAST_LEVEL], basis[ANSWER], 1.0) if basis[LEAST_LEVEL] else 0
        least = max(given, _add_absent(needed, basis[SHRINKAGE]))
        target = max(least, _add_absent(wished, basis[SHRINKAGE]))
        level = reached(
            SlotNeed(on, start, end, least=0, target=target, skill=skill, basis=tuple(basis.items())), target
        )
        found = {AGENTS: wished} | ({"service_level": level.level, "occupancy": level.occupancy} if level else {})
    else:
        least, found = given, {}
        target = max(least, ceil(basis[VISITORS] / basis[SERVED] - 1e-9))
    whole = {**basis, **found, AT_DESK: target, LEAST_AT_DESK: least}
    return SlotNeed(on, start, end, least=least, target=target, skill=skill, basis=tuple(whole.items()))


def _add_absent(heads: int, away: float) -> int:
    """How many people it takes so that `heads` are left when the part `away` of them is absent."""
    return ceil(heads / (1 - away) - 1e-9)


def with_breaks(slot: SlotNeed, allowance: float) -> SlotNeed:
    """The need raised by the people who are on their breaks; the number needed at the desk stays the same.

    Parameters
    ----------
    allowance : float
        The part of the people at work who are on a break, from 0 to below 1.
    """
    least, target = at_desk(slot)
    basis = dict(slot.basis) | {AT_DESK: target, LEAST_AT_DESK: least, ALLOWANCE: allowance}
    return replace(
        slot, least=_add_absent(least, allowance), target=_add_absent(target, allowance), basis=tuple(basis.items())
    )


def at_desk(slot: SlotNeed) -> tuple[int, int]:
    """The least and the wished number of people at the desk while others are on their breaks."""
    basis = dict(slot.basis)
    return int(basis.get(LEAST_AT_DESK, slot.least)), int(basis.get(AT_DESK, slot.target))


def scale_heads(heads: int, factor: float) -> int:
    """Heads times a factor, rounded up."""
    return ceil(heads * factor - 1e-9)  # 100 × 1.1 is 110 people, but a little more in floating point


def scale_need(slot: SlotNeed, factor: float) -> SlotNeed:
    """The need when `factor` times as much comes in.

    Calls and visitors are multiplied and the heads computed again; where the need was given in heads, these are
    multiplied and rounded up.
    """
    basis = dict(slot.basis)
    if CALLS in basis or VISITORS in basis:
        more = {name: basis[name] * factor for name in (CALLS, VISITORS) if name in basis}
        need = _need(slot.on, slot.start, slot.end, slot.skill, basis | more)
    else:
        least, target = (scale_heads(heads, factor) for heads in at_desk(slot))
        need = replace(slot, least=least, target=target, basis=((AT_DESK, target), (LEAST_AT_DESK, least)))
    return with_breaks(need, basis[ALLOWANCE]) if ALLOWANCE in basis else need
