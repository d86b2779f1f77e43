"""What old rosters never break: the strictest settings that they keep, rule by rule, and what they break rarely."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import product
from typing import Any

from scheduler.domain import Problem, Roster
from scheduler.i18n import Sentence, fill_in
from scheduler.rules import Constraint
from scheduler.rules.book import discovered

SEEN_OFTEN = 3  # times that a bound is reached, or that chance would have broken a text
RARELY = 2  # times that a bound is passed, from which it is a doubt and no longer a habit
MOST_CODES = 12  # shifts of which pairs are tried

KEPT = Sentence(
    "{people} 人、{days} 天里没有一次不守（{more} 则有 {n} 次不守）",
    "never broken by {people} people in {days} days ({more} would be broken {n} times)",
)
NEVER_SEEN = Sentence(
    "{people} 人、{days} 天里一次也没有（随意排约有 {n} 次）",
    "not once with {people} people in {days} days (by chance about {n} times)",
)
BROKEN_RARELY = Sentence(
    "{title}：几乎都守 {key} = {value}，只有 {n} 次例外；没有写进设置",
    "{title}: {key} = {value} is kept but for {n} time(s); this is not among the settings",
)
LOOSER = Sentence(
    "{title}：不守默认的 {key} = {default}（{n} 次），守 {value}；没有放宽，请自己决定",
    "{title}: the default {key} = {default} is broken {n} times, {value} is kept; nothing was loosened, decide for yourself",
)


@dataclass(frozen=True)
class OldMonth:
    """The days of one calendar month of the old rosters.

    Attributes
    ----------
    roster : Roster
        Begins with the problem's history.
    """

    problem: Problem
    roster: Roster

    @property
    def own(self) -> Roster:
        """The roster without its history."""
        return Roster([duty for duty in self.roster.duties if duty.day >= self.problem.first])


@dataclass(frozen=True)
class Habit:
    """A setting that old rosters never broke."""

    rule: str
    key: str
    value: object
    evidence: Sentence


def find_habits(months: Sequence[OldMonth]) -> tuple[list[Habit], list[Sentence]]:
    """The settings that could be made stricter, and in words what speaks for others but for a few exceptions."""
    habits: list[Habit] = []
    doubts: list[Sentence] = []
    seen = {
        "people": len({worker.id for month in months for worker in month.problem.workers}),
        "days": sum(len(month.problem.dates) for month in months),
    }
    for name, rule in discovered().items():
        for key in rule.habits:
            if isinstance(_declared(rule, key).default, tuple):
                habits += _texts(rule, name, key, months, seen)
            else:
                _number(rule, name, key, months, seen, habits, doubts)
    return habits, doubts


def _declared(rule: type[Constraint], key: str) -> Any:
    return next(one for one in fields(rule) if one.name == key)


def _broken(rule: Constraint, months: Sequence[OldMonth]) -> int:
    """How often a rule is broken in all months."""
    return sum(
        violation.hard
        for month in months
        if rule.applies(month.problem)
        for violation in rule.check(month.problem, month.roster)
    )


def _number(
    rule: type[Constraint],
    name: str,
    key: str,
    months: Sequence[OldMonth],
    seen: dict[str, int],
    habits: list[Habit],
    doubts: list[Sentence],
) -> None:
    declared = _declared(rule, key)
    default, low, high = declared.default, int(declared.metadata["low"]), int(declared.metadata["high"])
    furthest = rule.habits[key]

    def broken(value: int) -> int:
        return _broken(rule(**{key: value}), months)

    at_low, at_high = broken(low), broken(high)
    if at_low == at_high:
        return
    step = -1 if at_low > at_high else 1
    said = {"title": rule.title, "key": f"[rules.{name}] {key}"}
    if at_default := broken(default):
        value = default
        while low <= value - step <= high and broken(value):
            value -= step
        if not broken(value):
            doubts.append(fill_in(LOOSER, **said, default=default, n=at_default, value=value))
        return
    value, reached = default, 0
    while low <= value + step <= high:
        reached = broken(value + step)
        if reached:
            break
        value += step
    if (value - furthest) * step > 0:
        value, reached = furthest, broken(value + step)
    if value != default and reached >= SEEN_OFTEN:
        evidence = fill_in(KEPT, **seen, more=f"{key} = {value + step}", n=reached)
        habits.append(Habit(name, key, value, evidence))
    elif 0 < reached <= RARELY and low <= value + step <= high:
        doubts.append(fill_in(BROKEN_RARELY, **said, value=value + step, n=reached))


def _texts(
    rule: type[Constraint], name: str, key: str, months: Sequence[OldMonth], seen: dict[str, int]
) -> Iterator[Habit]:
    """Texts of a list that are never broken, each tried by itself where chance would have broken it."""
    kept: list[str] = []
    expected = 0.0
    for text in _candidates(_declared(rule, key).metadata["examples"], months):
        one = rule(**{key: (text,)})
        chance = sum(one.chances(month.problem, month.roster) for month in months)
        if chance >= SEEN_OFTEN and not _broken(one, months):
            kept.append(text)
            expected += chance
    if kept:
        yield Habit(name, key, kept, fill_in(NEVER_SEEN, **seen, n=round(expected)))


def _candidates(examples: Sequence[str], months: Sequence[OldMonth]) -> Iterator[str]:
    """Each pattern with every choice of single shifts in its places."""
    used = {duty.shift for month in months for duty in month.roster.duties}
    codes = [code for code in months[-1].problem.codes if code in used and not re.search(r"[|>@]", code)][:MOST_CODES]
    for pattern in examples:
        places = re.findall(r"\{shifts?\}", pattern)
        for chosen in product(codes, repeat=len(places)):
            text = pattern
            for code in chosen:
                text = re.sub(r"\{shifts?\}", lambda _, code=code: code, text, count=1)  # type: ignore[misc]
            if "{" not in text:
                yield text
