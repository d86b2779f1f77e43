"""What a desk's rules post, taken down on paper: who cannot have which shift and why, what is needed, what is capped.

`PaperModel` answers in the words of `model.RosterModel` and knows no solver. What follows from the rules without any
choice is found by bounds alone: whatever it calls a conflict no roster can settle.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import compress
from operator import mul
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from scheduler.domain import Problem, Reason
from scheduler.rules.book import Rulebook
from scheduler.time_limit import OutOfTime, TimeLimit
from scheduler.timeline import ONE_DAY

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

# A literal is an even number for something that is true and the odd one after it for its opposite; 0 is no, 1 is yes.
NO, YES = 0, 1
Cell = tuple[str, date, str]
Causes = tuple[Reason, ...]  # what makes something so: a requirement, and what it follows from
MOST_CAUSES = 4  # of one literal
MOST_ROUNDS = 12
MOST_LITERALS = 10_000_000  # of all requirements: 80 MB, in the time that first words have


class NotOnPaper(Exception):
    """A rule asks for the solver's own model; what it posts further is left out."""


class Need(NamedTuple):
    """Bounds on the weight of some literals, as a rule has posted them."""

    reason: Reason
    literals: Sequence[int]
    weights: Sequence[int] | None
    least: int | None
    most: int | None
    step: int

    def weight(self, known: Sequence[int]) -> int:
        """The weight of those literals for which `known` holds 1."""
        values = map(known.__getitem__, self.literals)
        return sum(values) if self.weights is None else sum(map(mul, values, self.weights))


@dataclass(frozen=True)
class Conflict:
    """A requirement that no roster keeps.

    Attributes
    ----------
    reason : Reason
        The requirement.
    least, most : int or None
        Its bounds, in its unit.
    found : int
        The most that is possible where the least is missed; what is certain already where the most is exceeded.
    step : int
        What counts as one: 60 where the requirement counts minutes.
    against : tuple of (cell, causes)
        Cells that would have counted, with why they cannot; or those that are certain, with why they are. A cell is `None`
        where something else than a duty counts, a day off say.
    """

    reason: Reason
    least: int | None
    most: int | None
    found: int
    step: int
    against: tuple[tuple[Cell | None, Causes], ...]


class PaperModel:
    """A month's rules on paper.

    Parameters
    ----------
    waived : collection of Reason
        Requirements that may be broken.

    Attributes
    ----------
    exclusive : bool
        Whether nobody can begin two duties on a day.
    conflicts : list of Conflict
        What no roster keeps, in the order in which it was found.
    needs : list of Need
        Every requirement posted.
    whole : bool
        Whether there was time for all of it.
    """

    def __init__(
        self, problem: Problem, time_limit: TimeLimit | None = None, waived: Collection[Reason] = frozenset()
    ) -> None:
        self.problem, self._waived = problem, waived
        self.time_limit = time_limit or TimeLimit()
        self.exclusive = False
        self.conflicts: list[Conflict] = []
        self.needs: list[Need] = []
        self.whole = True
        self._low, self._high = [0, 1], [0, 1]  # by literal: whether it is true, whether it can be
        self._cells: dict[Cell, int] = {}
        self._cell_of: dict[int, Cell] = {}
        self._causes: dict[int, list[Causes]] = {}  # by literal that is true
        self._on: dict[tuple[str, date], int] = {}
        self._nodes: list[tuple[int, list[int]]] = []
        self._apart: dict[date, list[tuple[Sequence[str], Sequence[str], Callable[[str], Reason]]]] = {}
        self._a_day: Callable[[str, date], Reason] | None = None
        self._fixed: list[tuple[int, Reason]] = []
        self._told: set[Reason] = set()
        self._literals = 0
        self._history = frozenset(problem.history)
        self._first, self._last = problem.first, problem.last

    @property
    def cp(self) -> Any:
        """No solver's model is there; raises `NotOnPaper`."""
        raise NotOnPaper

    def followed_by(self, *_: object, **_options: object) -> Any:
        """The month after is not taken down with this one; raises `NotOnPaper`."""
        raise NotOnPaper

    # Words

    def works(self, worker: str, day: date, shift: str) -> int:
        """Whether the worker begins the shift on the day."""
        key = (worker, day, shift)
        cell = self._cells.get(key)
        return self._make_cell(key) if cell is None else cell

    def _make_cell(self, key: Cell) -> int:
        worker, day, shift = key
        if self._first <= day <= self._last and shift in self.problem.shifts_by_code_on(day):
            self.time_limit.count()
            cell = self._new()
            self._cell_of[cell] = key
        else:
            cell = int((worker, day, shift) in self._history)
        self._cells[key] = cell
        return cell

    def _new(self) -> int:
        self._low += (0, 0)
        self._high += (1, 1)
        return len(self._low) - 2

    def works_on(self, worker: str, day: date) -> int:
        """Whether the worker begins any duty on the day."""
        on = self._on.get((worker, day))
        if on is None:
            on = self.any_of([self.works(worker, day, code) for code in self.problem.codes_on(day)])
            self._on[worker, day] = on
        return on

    def rests_on(self, worker: str, day: date) -> int:
        """Whether the worker begins no duty on the day."""
        return self.works_on(worker, day) ^ 1

    def duties(self, worker: str, day: date, shifts: Sequence[str]) -> list[int]:
        """Literals of which at most one is true, and one exactly when the worker begins one of the shifts."""
        cells = [self.works(worker, day, code) for code in shifts]
        return cells if self.exclusive or len(cells) <= 1 else [self.any_of(cells)]

    def works_any(self, worker: str, days: Sequence[date]) -> int:
        """Whether the worker begins any duty on one of the days."""
        return self.any_of([self.works_on(worker, day) for day in days])

    def idle(self, worker: str, days: Sequence[date]) -> None:
        """Nothing: there are no stretches on paper."""

    def negated(self, literal: int) -> int:
        """The opposite of a literal."""
        return literal ^ 1

    def any_of(self, literals: Sequence[int]) -> int:
        """A literal that is true exactly when one of the literals is."""
        unknown = [literal for literal in literals if literal != NO]
        if YES in unknown:
            return YES
        if len(unknown) <= 1:
            return unknown[0] if unknown else NO
        node = self._new()
        self._nodes.append((node, unknown))
        return node

    def all_of(self, literals: Sequence[int]) -> int:
        """A literal that is true exactly when all of the literals are."""
        return self.any_of([literal ^ 1 for literal in literals]) ^ 1

    # Runs of working days are posted by their rules one by one

    def limit_runs(self, worker: str, rule: str, **limits: int | None) -> None:
        """Nothing: the rule posts what it asks for (`holds_runs`)."""

    def holds_runs(self, worker: str, rule: str) -> bool:
        """There are no stretches on paper."""
        return False

    # Requirements

    def one_duty_a_day(self, rule: str, because: Callable[[str, date], Reason]) -> None:
        """Nobody begins two duties on a day."""
        self.exclusive, self._a_day = True, because

    def forbid(self, worker: str, day: date, shift: str, because: Reason) -> None:
        """The worker does not begin the shift on the day."""
        if because in self._waived:
            return
        self._note(self.works(worker, day, shift) ^ 1, (because,))

    def note_leave(self, worker: str, day: date, because: Reason) -> None:
        """A whole day is leave: on paper none is taken back."""

    def recalled(self, worker: str, day: date) -> None:
        """None is."""

    def require(
        self,
        literals: Sequence[int],
        *,
        because: Reason,
        at_least: int | None = None,
        at_most: int | None = None,
        weights: Sequence[int] | None = None,
        step: int = 1,
    ) -> None:
        """Take down bounds on the number of true literals, or on their weight."""
        if because in self._waived:
            return
        self.time_limit.count(len(literals))
        self._literals += len(literals)
        if self._literals > MOST_LITERALS:
            raise OutOfTime
        need = Need(because, literals, weights, at_least, at_most, step)
        if because.workers and at_least == 1 and len(literals) == 1 and weights is None and literals[0] > YES:
            self._fixed.append((literals[0], because))
            return
        self.needs.append(need)
        if at_most is not None:
            self._forbid_heavy(need, at_most)

    def _forbid_heavy(self, need: Need, most: int) -> None:
        """Note each literal that is too much alone, beside what history adds."""
        heaviest = 1 if need.weights is None else max(need.weights, default=0)
        if heaviest <= most and YES not in need.literals:
            return
        room = most - need.weight(self._low) if YES in need.literals else most
        if room < 0:
            return
        for literal, weight in zip(need.literals, need.weights or [1] * len(need.literals), strict=True):
            if weight > room and literal > YES:
                self._note(literal ^ 1, (need.reason,))

    def require_any(self, worker: str, groups: Sequence[Sequence[date]], *, at_most: int, because: Reason) -> None:
        """Of some groups of days the worker has duties in at most so many."""
        self.require([self.works_any(worker, days) for days in groups], at_most=at_most, because=because)

    def keep_apart(
        self, rule: str, day: date, first: Sequence[str], second: Sequence[str], because: Callable[[str], Reason]
    ) -> None:
        """Nobody begins one of the first shifts on a day and one of the second on the next."""
        self._apart.setdefault(day, []).append((first, second, because))

    # Preferences cost, and make nothing impossible

    def prefer(self, cost: int, because: Reason, weight: int = 1) -> None:
        """Nothing: a preference stands against no month."""

    def avoid(self, amount: int) -> None:
        """Nothing, as `prefer`."""

    def amount(self, literals: Sequence[int], weights: Sequence[int]) -> int:
        """Nothing: only preferences ask for amounts."""
        return 0

    def over(self, literals: Sequence[int], limit: int) -> int:
        """Nothing, as `amount`."""
        return 0

    under = over

    def beyond(
        self, amount: int, limit: int | Fraction, step: int = 1, *, part: int | Fraction = 0, whole: int = 0
    ) -> int:
        """Nothing, as `amount`."""
        return 0

    short_of = beyond

    def total(self, amounts: Sequence[int]) -> int:
        """Nothing, as `amount`."""
        return 0

    def rising(self, amount: int, stride: int) -> list[int]:
        """Nothing, as `amount`."""
        return []

    def cap_cost(self, chosen: Callable[[Reason], bool], at_most: int) -> None:
        """Nothing: what rosters cost is not known on paper."""

    # What follows

    def can(self, worker: str, day: date, shift: str) -> bool:
        """Whether nothing found so far stands against the duty."""
        cell = self._cells.get((worker, day, shift))
        return cell is None or bool(self._high[cell])  # nothing was found of what no rule has asked for

    def against(self, worker: str, day: date, shift: str) -> list[Causes]:
        """Everything found so far that stands against the duty by itself."""
        return self._causes.get(self._cells.get((worker, day, shift), NO) ^ 1, [])

    def cells_of(self, need: Need) -> list[Cell]:
        """The duties of the month that a requirement counts."""
        return [self._cell_of[literal] for literal in need.literals if literal in self._cell_of]

    def people_able(self, need: Need) -> set[str]:
        """Who can still have a duty that a requirement counts."""
        return {self._cell_of[one][0] for one in need.literals if one in self._cell_of and self._high[one]}

    def certain(self, worker: str, day: date, shift: str) -> bool:
        """Whether the duty is certain."""
        return bool(self._low[self._cells.get((worker, day, shift), NO)])

    def settle(self) -> None:
        """Find what stands against each duty and each requirement by itself: tables, the past and what is fixed."""
        for duty in self.problem.history:
            self._settle_neighbours(*duty)
        for literal, reason in self._fixed:
            self._make_true(literal, (reason,))
        self._work_out_nodes()
        for need in self.needs:
            self._look_at(need)

    def follow(self) -> None:
        """Go on, step by step, with what requirements leave no choice about, until something conflicts or nothing is new."""
        rounds = 0
        try:
            while not self.conflicts and rounds < MOST_ROUNDS and self._follow():
                rounds += 1
        except OutOfTime:
            self.whole = False

    def _note(self, literal: int, causes: Causes) -> bool:
        """Note that a literal is true; whether that is new. What is known to be false already stays so."""
        if literal <= YES:
            return False
        found = self._causes.setdefault(literal, [])
        if len(found) < MOST_CAUSES and causes not in found:
            found.append(causes)
        if self._low[literal] or not self._high[literal]:
            return False
        self._low[literal], self._high[literal ^ 1] = 1, 0
        return True

    def _make_true(self, literal: int, causes: Causes) -> None:
        """Note that a literal is true, with what it rules out beside itself; a conflict where it cannot be."""
        if not self._high[literal]:
            self._contradict(causes[0], literal, causes)
        elif self._note(literal, causes) and literal in self._cell_of:
            self._settle_neighbours(*self._cell_of[literal])

    def _contradict(self, reason: Reason, literal: int, causes: Causes) -> None:
        cell = self._cell_of.get(literal)
        stands = [(cell, against) for against in self._causes.get(literal ^ 1, [])]
        self._tell(Conflict(reason, 1, None, 0, 1, tuple(stands)))

    def _tell(self, conflict: Conflict) -> None:
        if conflict.reason not in self._told:
            self._told.add(conflict.reason)
            self.conflicts.append(conflict)

    def _settle_neighbours(self, worker: str, day: date, shift: str) -> None:
        """Rule out what cannot be beside a duty that is certain: on its day, the day before and the day after."""
        own = self.works(worker, day, shift)
        if worker not in self.problem.worker_by_id:
            return
        if self._a_day and day >= self._first:
            others = [code for code in self.problem.codes_on(day) if code != shift]
            self._rule_out(own, worker, day, others, self._a_day(worker, day))
        for first, second, because in self._apart.get(day, ()):
            if shift in first:
                self._rule_out(own, worker, day + ONE_DAY, second, because(worker))
        for first, second, because in self._apart.get(day - ONE_DAY, ()):
            if shift in second:
                self._rule_out(own, worker, day - ONE_DAY, first, because(worker))

    def _rule_out(self, own: int, worker: str, day: date, codes: Sequence[str], reason: Reason) -> None:
        """The duties that a certain one rules out; two certain ones are a conflict."""
        if reason in self._waived:
            return
        root = self._roots(own)
        for code in codes:
            other = self.works(worker, day, code)
            if self._low[other]:
                if other > YES or own > YES:
                    pairs = [(self._cell_of.get(one), self._roots(one)) for one in (own, other)]
                    self._tell(Conflict(reason, None, 1, 2, 1, tuple(pairs)))
            else:
                self._note(other ^ 1, (reason, *root)[:MOST_CAUSES])

    def _roots(self, literal: int) -> Causes:
        """Why a literal is true."""
        return self._causes[literal][0] if self._causes.get(literal) else ()

    def _work_out_nodes(self) -> bool:
        """What is known of "any of" follows from its parts, and they from it; whether anything is new."""
        new, low, high = False, self._low, self._high
        for node, parts in self._nodes:
            if low[node]:
                possible = [part for part in parts if high[part]]
                if len(possible) == 1 and not low[possible[0]]:
                    new |= self._conclude_literal(possible[0], self._roots(node))
                continue
            if not high[node]:
                for part in parts:
                    if high[part]:
                        new |= self._conclude_literal(part ^ 1, self._roots(node ^ 1))
                continue
            true = next((part for part in parts if low[part]), None)
            if true is not None:
                new |= self._conclude_literal(node, self._roots(true))
            elif not any(map(high.__getitem__, parts)):
                causes = [cause for part in parts for cause in self._roots(part ^ 1)]
                new |= self._conclude_literal(node ^ 1, tuple(dict.fromkeys(causes))[:MOST_CAUSES])
        return new

    def _conclude_literal(self, literal: int, causes: Causes) -> bool:
        """Note what follows; whether it is new."""
        if self._low[literal] or not self._high[literal]:
            return False
        self._make_true(literal, causes)
        return True

    def _most_possible(self, need: Need) -> int:
        """The most that a requirement's literals can weigh: where days are exclusive, a person's heaviest of each day."""
        most = need.weight(self._high)
        weights = need.weights
        if not self.exclusive or weights is None or len(need.reason.workers) != 1 or most < (need.least or 0):
            return most
        total, best = 0, dict[tuple[str, date], int]()
        for literal, weight in compress(
            zip(need.literals, weights, strict=True), map(self._high.__getitem__, need.literals)
        ):
            cell = self._cell_of.get(literal)
            if cell is None:
                total += weight
            else:
                best[cell[:2]] = max(weight, best.get(cell[:2], 0))
        return total + sum(best.values())

    def _look_at(self, need: Need) -> None:
        """A conflict where a requirement cannot be kept any more."""
        self.time_limit.count(len(need.literals))
        if need.least:
            possible = self._most_possible(need)
            if possible < need.least:
                dead = [literal for literal in need.literals if not self._high[literal] and literal > YES]
                stands = [(self._cell_of.get(one), why) for one in dead for why in self._causes.get(one ^ 1, [])]
                self._tell(Conflict(need.reason, need.least, None, possible, need.step, tuple(stands)))
        if need.most is not None:
            sure = need.weight(self._low)
            if sure > need.most:
                alive = [literal for literal in need.literals if self._low[literal] and literal > YES]
                stands = [(self._cell_of.get(one), why) for one in alive for why in self._causes.get(one, [])]
                self._tell(Conflict(need.reason, None, need.most, sure, need.step, tuple(stands)))

    def _follow(self) -> bool:
        """Take one more step: what a requirement leaves no choice about; whether there was anything new."""
        new = self._work_out_nodes()
        for need in self.needs:
            self.time_limit.count(len(need.literals))
            new |= self._follow_need(need)
        for need in self.needs if new else ():
            self._look_at(need)
        return new

    def _follow_need(self, need: Need) -> bool:
        low, high, new = self._low, self._high, False
        weights: Sequence[int] = need.weights or [1] * len(need.literals)
        if need.least:
            spare = need.weight(high) - need.least
            if spare < max(weights, default=0):
                why = self._because(need, [one ^ 1 for one in need.literals if not high[one]])
                for literal, weight in zip(need.literals, weights, strict=True):
                    if spare < weight and high[literal] and not low[literal]:
                        new |= self._conclude_literal(literal, why)
        if need.most is not None:
            room = need.most - need.weight(low)
            if room < max(weights, default=0):
                why = self._because(need, [one for one in need.literals if low[one]])
                for literal, weight in zip(need.literals, weights, strict=True):
                    if room < weight and high[literal] and not low[literal]:
                        new |= self._conclude_literal(literal ^ 1, why)
        return new

    def _because(self, need: Need, certain: Sequence[int]) -> Causes:
        """A requirement, and why what is certain of its literals is so."""
        roots = [cause for literal in certain for cause in self._roots(literal)]
        return tuple(dict.fromkeys([need.reason, *roots]))[:MOST_CAUSES]


def write_down(
    problem: Problem,
    rulebook: Rulebook,
    time_limit: TimeLimit | None = None,
    waived: Collection[Reason] = frozenset(),
) -> PaperModel:
    """Take down a month's rules, as far as words go that every rule shares, and what they settle by themselves.

    Where the time is too short (`whole`), what was found until then holds, and more may be there. What is `waived` may be
    broken: by what has happened already, say.
    """
    paper = PaperModel(problem, time_limit, waived)
    model, rules = cast("RosterModel", paper), rulebook.enforced(problem)
    try:
        for rule in rules:
            rule.narrow(problem, model)
            paper.time_limit.check()
        for rule in rules:
            with suppress(NotOnPaper):
                rule.encode(problem, model)
            paper.time_limit.check()
        paper.settle()
    except OutOfTime:
        paper.whole = False
    return paper
