"""What could be instead of what a cell of a roster holds: other people for its duty, other shifts for its person.

Each is judged as the roster stands: what it breaks in the own months of those concerned, and whether the roster with
these cells and no other changed is legal, and at what cost. What other rosters could do, a solver has to tell.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from scheduler.audit.audit import audit
from scheduler.audit.candidates import Ranked, Word, judge_candidate, rank_key
from scheduler.audit.months import PlannedMonth
from scheduler.audit.own_month import OwnMonth
from scheduler.domain import Duty, Problem, Reason, Roster, Violation, fair_shares
from scheduler.rules.book import Rulebook
from scheduler.time_limit import TimeLimit

Cell = tuple[str, date]  # a worker's id and a day


class Instead(StrEnum):
    """What is otherwise."""

    PERSON = "person"  # somebody else has the duty
    SHIFT = "shift"  # the person has another shift, or none


@dataclass(frozen=True, kw_only=True)
class Alternative:
    """What could be instead.

    Attributes
    ----------
    colleague : str
        Whoever else is concerned; empty where the person alone is.
    taker : str
        Whoever has the shift then.
    shift : str
        Its code; empty for a day off.
    held : mapping of Cell to codes
        The cell of whoever has the shift then, with all that begins in it.
    given_up : Duty or None
        The duty that somebody else does not have any more then.
    """

    what: Instead
    taker: str
    shift: str
    held: Mapping[Cell, tuple[str, ...]]
    colleague: str = ""
    given_up: Duty | None = None

    @property
    def duty(self) -> Duty | None:
        """The duty that it gives somebody; `None` for a day off."""
        ((cell, _),) = self.held.items()
        return Duty(*cell, self.shift) if self.shift else None

    @property
    def own_changes(self) -> int:
        """Cells that change by itself: nothing is without them."""
        return 1 + (self.given_up is not None)


class Finding(StrEnum):
    """What is known of an alternative."""

    IMPOSSIBLE = "impossible"  # proved: no roster has it
    EQUAL = "equally_good"  # a roster has it that costs no more
    WORSE = "worse"  # proved: every roster that has it costs more
    OPEN = "open"  # neither is proved


@dataclass(frozen=True)
class Figure:
    """A number between a proved lower bound and what was found; `found` is `None` where nothing was."""

    least: int = 0
    found: int | None = None

    @property
    def is_proved(self) -> bool:
        """Whether both are the same."""
        return self.found == self.least

    def narrow(self, least: int, found: int) -> Figure:
        """The figure with another proved bound and another find."""
        best = found if self.found is None else min(self.found, found)
        return Figure(min(best, max(self.least, least)), best)


@dataclass(frozen=True, kw_only=True)
class Weighed:
    """An alternative, what stands against it and what it would take.

    Attributes
    ----------
    ranked : Ranked or None
        Whoever takes the shift, and what forbids it them; `None` for a day off.
    against : tuple of Violation
        What it breaks in the own month of whoever has the cell, where nothing else changes.
    best : Figure
        What the best roster with it costs.
    further : Figure
        How many further cells have to move in the roster at hand.
    is_impossible : bool
        Whether it is proved that no roster has it.
    """

    alternative: Alternative
    ranked: Ranked | None
    against: tuple[Violation, ...]
    best: Figure
    further: Figure
    is_impossible: bool = False

    def find(self, cost: int) -> Finding:
        """What is known of it, where the roster at hand costs so much."""
        if self.is_impossible:
            return Finding.IMPOSSIBLE
        if self.best.found is not None and self.best.found <= cost:
            return Finding.EQUAL
        return Finding.WORSE if self.best.least > cost else Finding.OPEN


def find_alternatives(problem: Problem, roster: Roster, who: str, day: date, shift: str) -> tuple[Alternative, ...]:
    """What could be instead of what somebody has on a day.

    Parameters
    ----------
    shift : str
        The code that is asked about. Where they have it: who else could, and what they could have instead. Where they
        have not: whether they could have it, beside those who have it and in place of each. Empty for somebody's day
        off: every shift that they could have.
    """
    has, cell = roster.on(who, day), (who, day)
    others = [worker.id for worker in problem.workers if worker.id != who]
    found: list[Alternative] = []

    def instead(code: str) -> Alternative:
        kept = tuple(one for one in has if one != shift) if shift in has else ()
        return Alternative(
            what=Instead.SHIFT, taker=who, shift=code, held={cell: tuple(sorted({*kept, *([code] if code else [])}))}
        )

    if shift and shift in has:
        found += [
            Alternative(
                what=Instead.PERSON,
                colleague=one,
                taker=one,
                shift=shift,
                held={(one, day): (shift,)},
                given_up=Duty(who, day, shift),
            )
            for one in others
            if shift not in roster.on(one, day)
        ]
        found += [instead(code) for code in ("", *problem.codes_on(day)) if code not in has]
    elif shift:
        found += [instead(shift)]
        found += [
            Alternative(
                what=Instead.PERSON,
                colleague=one,
                taker=who,
                shift=shift,
                held={cell: (shift,)},
                given_up=Duty(one, day, shift),
            )
            for one in others
            if shift in roster.on(one, day)
        ]
    else:
        found += [instead(code) for code in problem.codes_on(day) if code not in has]
    return tuple(found)


def judge_alternatives(
    problem: Problem,
    rulebook: Rulebook,
    roster: Roster,
    day: date,
    alternatives: Collection[Alternative],
    after: PlannedMonth | None = None,
    least: int = 0,
) -> tuple[Weighed, ...]:
    """Each by the own month of whoever has the shift then, in the order in which to ask people, the legal ones first.

    Parameters
    ----------
    rulebook : Rulebook
        Without the month after.
    least : int
        Proved: no roster of the month costs less.
    """
    shares = fair_shares(problem, roster)
    own = {
        one: OwnMonth(problem, rulebook, roster, problem.worker_by_id[one], after)
        for one in {each.taker for each in alternatives}
    }
    found: list[Weighed] = []
    for each in alternatives:
        worker, codes = problem.worker_by_id[each.taker], each.held[each.taker, day]
        kept = [duty for duty in roster.duties if duty.worker == each.taker and duty.day != day]
        against = own[each.taker].find_broken([*kept, *(Duty(each.taker, day, code) for code in codes)])
        ranked = None
        if each.shift:
            shift = problem.shift_on(day, each.shift)
            ranked = judge_candidate(own[each.taker], worker, problem, roster, day, shift, shares, instead=True)
        # where it breaks a rule, no roster without a further change has it
        further = Figure(int(bool(against)))
        found.append(Weighed(alternative=each, ranked=ranked, against=against, best=Figure(least), further=further))
    words, kinds = list(Word), list(Instead)

    def key(one: Weighed) -> tuple[object, ...]:
        kind = kinds.index(one.alternative.what)
        if one.ranked is None:
            return kind, words.index(Word.FORBIDDEN if one.against else Word.LEGAL), ()
        name = problem.names[one.alternative.colleague or one.alternative.taker]
        return kind, words.index(one.ranked.word), rank_key(False, one.ranked.standing, name)

    return tuple(sorted(found, key=key))


def try_alternatives(
    problem: Problem,
    rulebook: Rulebook,
    roster: Roster,
    weighed: Collection[Weighed],
    *,
    begun: Mapping[Cell, tuple[str, ...]],
    known: Collection[Reason],
    limit: TimeLimit,
) -> tuple[Weighed, ...]:
    """The same with what rosters show in which their cells change and no other, as far as the time reaches.

    Parameters
    ----------
    rulebook : Rulebook
        With the month after.
    begun : mapping of Cell to codes
        Cells that no alternative moves.
    known : collection of Reason
        What the roster breaks as it stands: it counts for nothing.
    """
    found = []
    for one in weighed:
        costs = []
        for cells in _plain_changes(roster, one.alternative) if not one.against and limit.left > 0 else ():
            if any(begun.get(cell, codes) != codes for cell, codes in cells.items()):
                continue
            then = audit(problem, rulebook, roster.replace_cells(cells))
            if not any(each.reason not in known for each in then.broken):
                costs.append(then.cost)
        if costs:
            one = replace(one, best=one.best.narrow(0, min(costs)), further=Figure(0, 0))
        found.append(one)
    return tuple(found)


def _plain_changes(roster: Roster, alternative: Alternative) -> Iterator[dict[Cell, tuple[str, ...]]]:
    """The changes to try: whoever gives a duty up has what is left of their day, or takes over the other's."""
    held = dict(alternative.held)
    if alternative.given_up is None:
        yield held
        return
    giver, day, code = alternative.given_up
    left = tuple(one for one in roster.on(giver, day) if one != code)
    theirs = roster.on(alternative.taker, day)
    for codes in dict.fromkeys([left, theirs]):
        if code not in codes:
            yield held | {(giver, day): codes}
