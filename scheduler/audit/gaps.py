"""Duties that a roster leaves open: how bad each is, and who could take it if something gave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from operator import itemgetter

from scheduler.audit.audit import Audit, audit, with_history
from scheduler.audit.candidates import Ranked, Word, rank_candidates
from scheduler.audit.months import PlannedMonth
from scheduler.domain import DayKind, Duty, Problem, Reason, Roster, Shift, Violation
from scheduler.rules import Constraint
from scheduler.rules.base import Layer
from scheduler.rules.book import Rulebook

MOST = 3  # candidates for a gap
HOLIDAY, NIGHT = 2, 1  # how many times its price an open duty costs more then


@dataclass(frozen=True, kw_only=True)
class Filler:
    """Somebody who could fill a gap, or could if something gave; what gives first comes first.

    Attributes
    ----------
    ranked : Ranked
        With the rule or the overtime in the way.
    cost : int
        How much more the roster's compromises would cost.
    closes : bool
        Whether nobody is missing there any more then.
    """

    ranked: Ranked
    shift: Shift
    cost: int
    closes: bool


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A duty that stays open.

    Attributes
    ----------
    violation : Violation
        The requirement that is not met, and what was found.
    harm : int
        How bad it is: the rule's price, more at night and on a holiday.
    fillers : tuple of Filler
        The best first.
    """

    violation: Violation
    rule: Constraint
    harm: int
    fillers: tuple[Filler, ...]


def harm_factor(problem: Problem, reason: Reason) -> int:
    """How many times its rule's price an open duty costs."""
    day = reason.days[0]
    kind = problem.day_by_date[day].kind if day in problem.day_by_date else None
    holiday = HOLIDAY if kind == DayKind.STATUTORY else 0
    codes = [value for _, value in reason.facts if isinstance(value, str) and value in problem.codes_on(day)]
    return 1 + holiday + (NIGHT if any(problem.shift_on(day, code).night for code in codes) else 0)


def list_gaps(found: Audit) -> list[tuple[Constraint, Violation]]:
    """What an audit finds broken that means no more than that somebody is missing."""
    return [
        (result.rule, violation)
        for result in found.results
        for violation in result.broken
        if result.rule.leaves_open(violation.reason)
    ]


def find_gaps(
    problem: Problem, rulebook: Rulebook, roster: Roster, found: Audit, after: PlannedMonth | None = None
) -> tuple[Gap, ...]:
    """The duties that a roster leaves open, the worst first, each with those who could take it.

    Parameters
    ----------
    rulebook : Rulebook
        Without the month after.
    found : Audit
        The roster's.
    """
    tries = _Tries(problem, rulebook, roster, found, after)
    gaps = []
    for rule, violation in list_gaps(found):
        able = [
            (list(Word).index(one.word), _giving(problem, rulebook, one), one, shift)
            for shift in _shifts_of(problem, violation.reason)
            for one in tries.rank(violation.reason.days[0], shift)
            if one.is_employed and one.word not in (Word.TAKEN, Word.NOT_COUNTED)
        ]
        able = sorted((each for each in able if each[1][0] != Layer.NEVER), key=itemgetter(0, 1))  # else in their order
        fillers: list[Filler] = []
        for _, _, one, shift in able:
            if len(fillers) == MOST:
                break
            if one.worker not in [each.ranked.worker for each in fillers]:
                fillers += tries.fill(rule, violation, one, shift)
        harm = rule.price * harm_factor(problem, violation.reason)
        gaps.append(Gap(violation=violation, rule=rule, harm=harm, fillers=tuple(fillers)))
    return tuple(sorted(gaps, key=lambda gap: (-gap.harm, gap.violation.reason.days)))


def _shifts_of(problem: Problem, reason: Reason) -> list[Shift]:
    """The shifts on which somebody is missing: those that it names, else all of the day."""
    day = reason.days[0]
    if day not in problem.day_by_date:
        return []
    shifts = problem.shifts_on(day)
    return [one for one in shifts if one.code in [value for _, value in reason.facts]] or list(shifts)


def _giving(problem: Problem, rulebook: Rulebook, one: Ranked) -> tuple[Layer, int]:
    """From which layer on the rule in somebody's way may give, and its price; what is no rule of the desk's never gives."""
    if not one.broken:
        return Layer.DESK, 0
    reason = one.broken[0].reason
    rule = next((rule for rule in rulebook.rules if rule.name == reason.rule), None)
    if rule is None:
        return Layer.NEVER, 0
    price, layer = rule.bending(problem, reason)
    return layer, price


class _Tries:
    """What a roster comes to with one more duty; the same duty is tried once, however many gaps it may fill."""

    def __init__(
        self, problem: Problem, rulebook: Rulebook, roster: Roster, found: Audit, after: PlannedMonth | None
    ) -> None:
        self._problem, self._rulebook, self._roster = problem, rulebook, roster
        self._found, self._after = found, after
        self._ranked: dict[tuple[date, str], tuple[Ranked, ...]] = {}
        self._left: dict[tuple[str, Duty], dict[Reason, Violation]] = {}
        self._costs: dict[Duty, int] = {}

    def rank(self, day: date, shift: Shift) -> tuple[Ranked, ...]:
        """Everybody for the shift."""
        if (day, shift.code) not in self._ranked:
            self._ranked[day, shift.code] = rank_candidates(
                self._problem, self._rulebook, self._roster, day, shift, self._after
            )
        return self._ranked[day, shift.code]

    def fill(self, rule: Constraint, violation: Violation, one: Ranked, shift: Shift) -> Iterator[Filler]:
        """Whoever makes the gap smaller, with what that would cost."""
        duty = Duty(one.worker, violation.reason.days[0], shift.code)
        then = Roster([*self._roster.duties, duty])
        if (rule.name, duty) not in self._left:
            left = rule.check(self._problem, with_history(self._problem, then.duties))
            self._left[rule.name, duty] = {each.reason: each for each in left}
        left_open = self._left[rule.name, duty].get(violation.reason)
        if left_open == violation:
            return
        if duty not in self._costs:
            extra = (one.overtime,) if one.overtime else ()
            problem = replace(self._problem, overtime=(*self._problem.overtime, *extra)) if extra else self._problem
            self._costs[duty] = audit(problem, self._rulebook, then).cost - self._found.cost
        yield Filler(ranked=one, shift=shift, cost=self._costs[duty], closes=left_open is None)
