"""What a finished roster takes: people who cannot come on a day, and who could stand in for them.

An absence is a set of people who are all away on one day: every duty of theirs that begins on the day falls out.
Their duties of other days stay, and what their being away breaks of their own month is nobody's to make good.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import accumulate, combinations, permutations
from math import comb
from typing import NamedTuple

from scheduler.audit.audit import with_history
from scheduler.audit.months import MonthAfter
from scheduler.audit.own_month import OwnMonth
from scheduler.domain import Duty, Problem, Reason, Roster, Violation
from scheduler.rules.book import Rulebook
from scheduler.time_limit import TimeLimit


class Absence(NamedTuple):
    """People with duties on a day who all cannot come, in the order of their ids."""

    day: date
    workers: tuple[str, ...]


@dataclass(frozen=True)
class AbsenceCases:
    """Absences of so many people at once.

    Attributes
    ----------
    size : int
        People away at once.
    absences : tuple of Absence
        In order: all that there are, or a sample of them, each as likely as any other and none twice.
    total : int
        How many there are.
    """

    size: int
    absences: tuple[Absence, ...]
    total: int

    @property
    def is_whole(self) -> bool:
        """Whether these are all that there are."""
        return len(self.absences) == self.total


def list_absences(roster: Roster, days: Sequence[date], size: int, most: int | None, seed: int) -> AbsenceCases:
    """Every absence of so many people with duties on one of the days; a sample where there are more than `most`."""
    on_duty = {day: sorted({duty.worker for duty in roster.duties if duty.day == day}) for day in days}
    upto = list(accumulate(comb(len(people), size) for people in on_duty.values()))
    total = upto[-1] if upto else 0
    if most is None or total <= most:
        every = (Absence(day, each) for day, people in on_duty.items() for each in combinations(people, size))
        return AbsenceCases(size, tuple(every), total)
    rng, drawn = random.Random(seed), set[int]()
    while len(drawn) < most:
        drawn.add(rng.randrange(total))
    found = []
    for number in sorted(drawn):
        at = bisect_right(upto, number)
        day = days[at]
        found.append(Absence(day, _combination(on_duty[day], size, number - (upto[at - 1] if at else 0))))
    return AbsenceCases(size, tuple(found), total)


def _combination(people: Sequence[str], size: int, number: int) -> tuple[str, ...]:
    """The combination of that number, in the order of `itertools.combinations`."""
    found, at = [], 0
    while size:
        behind = comb(len(people) - at - 1, size - 1)  # those that begin with this one
        if number < behind:
            found.append(people[at])
            size -= 1
        else:
            number -= behind
        at += 1
    return tuple(found)


@dataclass
class Absences:
    """A month's roster, asked what it breaks that somebody is away.

    Attributes
    ----------
    time_limit : TimeLimit
        Ends a search for stand-ins, which then raises `OutOfTime`.
    """

    problem: Problem
    rulebook: Rulebook
    roster: Roster
    time_limit: TimeLimit = field(default_factory=TimeLimit)

    def __post_init__(self) -> None:
        literal = {one.rule for one in self.rulebook.literal}  # only recorded, not enforced
        self._rules = [rule for rule in self.rulebook.on(self.problem) if rule.name not in literal]
        self._shared = [rule for rule in self._rules if not rule.about_one]
        rules = tuple(rule for rule in self.rulebook.rules if not isinstance(rule, MonthAfter))  # `_is_kept` has it
        own = Rulebook(rules, self.rulebook.off, self.rulebook.literal)
        self._people = {one.id: OwnMonth(self.problem, own, self.roster, one) for one in self.problem.workers}
        self._able: dict[Duty, bool] = {}

    @cached_property
    def known(self) -> frozenset[Violation]:
        """What the roster breaks as it stands."""
        whole = with_history(self.problem, self.roster.duties)
        return frozenset(one for rule in self._rules for one in rule.check(self.problem, whole) if one.hard)

    def without(self, absence: Absence) -> Roster:
        """The roster with these people's duties of the day left out."""
        return self.roster.replace_cells(dict.fromkeys(((who, absence.day) for who in absence.workers), ()))

    def duties_of(self, absence: Absence) -> tuple[Duty, ...]:
        """The duties that fall out."""
        day = absence.day
        return tuple(Duty(who, day, code) for who in absence.workers for code in self.roster.on(who, day))

    def excused(self, absence: Absence) -> frozenset[Reason]:
        """What being away breaks of their own months: nobody else can make it good."""
        found = self._find_all(self.without(absence))
        return frozenset(one.reason for one in found if _names_only(one.reason, absence.workers))

    def _is_kept(self, absence: Absence, roster: Roster) -> bool:
        """Whether a roster without these people breaks no more than before, beside what is excused and own months."""
        whole = with_history(self.problem, roster.duties)
        for at, rule in enumerate(self._shared):
            for one in rule.check(self.problem, whole):
                if one.hard and one not in self.known and not _names_only(one.reason, absence.workers):
                    self._shared.insert(0, self._shared.pop(at))  # what one absence breaks, the next one often breaks
                    return False
        return True

    def _find_all(self, roster: Roster) -> Iterator[Violation]:
        whole = with_history(self.problem, roster.duties)
        for rule in self._rules:
            yield from (one for one in rule.check(self.problem, whole) if one.hard and one not in self.known)

    def stand_ins(self, absence: Absence) -> tuple[Duty, ...] | None:
        """The fewest duties that people who are free on the day take over, each somebody else, so that every rule is kept.

        Nobody's overtime is approved for it, and nobody else's cells change.

        Returns
        -------
        tuple of Duty or None
            Empty where those who are left do; `None` where no stand-ins do.

        Raises
        ------
        OutOfTime
        """
        left = self.without(absence)
        if self._is_kept(absence, left):
            return ()
        missing, free = self.duties_of(absence), self._free(absence)
        for number in range(1, len(missing) + 1):
            tried = set[frozenset[Duty]]()  # two people on one shift leave the same duty twice
            for fallen in combinations(missing, number):
                for people in permutations(free, number):
                    taken = [Duty(who, one.day, one.shift) for who, one in zip(people, fallen, strict=True)]
                    if frozenset(taken) in tried or not all(map(self._can_take, taken)):
                        continue
                    tried.add(frozenset(taken))
                    self.time_limit.check()
                    if self._is_kept(absence, Roster([*left.duties, *taken])):
                        return tuple(taken)
        return None

    def _free(self, absence: Absence) -> list[str]:
        """Those with no duty on the day who could take one of those that fall out."""
        fallen = {duty.shift for duty in self.duties_of(absence)}
        off = (one.id for one in self.problem.workers if not self.roster.on(one.id, absence.day))
        return [who for who in off if any(self._can_take(Duty(who, absence.day, code)) for code in sorted(fallen))]

    def _can_take(self, duty: Duty) -> bool:
        """Whether somebody's own month keeps its rules with one more duty."""
        if duty not in self._able:
            shift = self.problem.shift_on(duty.day, duty.shift)
            self._able[duty] = self._people[duty.worker].can_add(duty.day, shift, overtime=False)
        return self._able[duty]


def _names_only(reason: Reason, workers: Sequence[str]) -> bool:
    """Whether a Reason is about nobody but these people."""
    return bool(reason.workers) and set(reason.workers) <= set(workers)
