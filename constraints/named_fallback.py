"""Somebody on duty can always take the place of a person who is called out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

from scheduler.domain import Problem, Reason, Roster, Violation
from scheduler.i18n import Sentence
from scheduler.rules import Constraint, Layer, because, parameter
from scheduler.timeline import ONE_DAY, Span, days_between, moment

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

CALLABLE = Sentence(
    "{day}“{shift}”{start}–{end} 另有一名{roles}当班，可代值",
    "{day}, {shift}, {start}–{end}: somebody of {roles} is on another duty and can be called",
)
NAMED = Sentence("{day}“{shift}”{start}–{end} 代值人：{who}", "{day}, {shift}, {start}–{end}: {who} can be called")
WIDE = str.maketrans("＝｜", "=|")  # full-width characters of an input method


@dataclass(frozen=True)
class NamedFallback(Constraint):
    """A named fallback for whoever is called out.

    Rule
        指定的班次有人上时，从头到尾每一分钟都另有一名担任所列角色之一的合格人员在别的班次当班，被叫走时由其代值。
        | While somebody is on a named shift, at every minute another qualified person with one of the roles is on some
        other shift, and can be called to the desk when the first is called out.
    Clause
        RULES 44, C18
    Why
        一个人值守的岗，去抢修或巡查时不能空着。 | A post held by one person is empty when that person leaves for a repair.
    Counts as broken
        某一段时间里没有这样的人当班，跨月也一样。
        | A stretch of time in which no such person is on duty, from one month to the next too.
    Limits
        同样列在“=”左边的班次上的人不算；用餐休息时不能代值。零点后的时段，下月的人能代的留给下月查，上月未知的人可能代的不查。
        | People on a shift on the left of the same “=” do not count; nobody is called from a break. Hours after midnight
        that next month's duties can cover are left to next month; hours that unknown duties of last month might cover
        are not checked.
    """

    on_call: tuple[str, ...] = parameter(
        (),
        Sentence("班次 = 可代值的角色，如 夜一|夜二=安护人员", "shifts = roles to be called, such as N1|N2=guard"),
        examples=("{shifts}={roles}",),
    )

    title: ClassVar[Sentence] = Sentence("代值人", "A named fallback")
    clause: ClassVar[Sentence] = Sentence(
        "一人值守的班次，另有当班的人可以代值（RULES 44，C18）",
        "Where one person holds the desk, somebody else on duty can be called to it (RULES 44, C18)",
    )
    revision: ClassVar[int] = 1
    price: ClassVar[int] = 15
    layer: ClassVar[Layer] = Layer.DESK

    def __post_init__(self) -> None:
        for text in self.on_call:
            self._sides(text)

    @staticmethod
    def _sides(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Codes and roles of `A|B=X|Y`; raises `ValueError` for a text not written so."""
        sides = [tuple(word.strip() for word in side.split("|")) for side in text.translate(WIDE).split("=")]
        if len(sides) != 2 or not all(word for side in sides for word in side):
            raise ValueError(f"“{text}” is not written A|B=X|Y")
        return sides[0], sides[1]

    def shifts_named(self) -> set[str]:
        """Codes of the shifts that the settings name."""
        return {code for text in self.on_call for code in self._sides(text)[0]}

    def applies(self, problem: Problem) -> bool:
        """Whether somebody is named; raises `ValueError` where it is for a shift that the desk does not have."""
        self.check_shifts(problem)
        return bool(self.on_call)

    def _elsewhere(self, problem: Problem, start: date, held: tuple[str, ...]) -> list[Span]:
        """The hours of the shifts, begun on a day, from which people can be called."""
        others = (code for code in problem.codes_on(start) if code not in held)
        return [segment for code in others for segment in problem.firm_segments(start, code)]

    def _stretches(self, problem: Problem, day: date, code: str, held: tuple[str, ...]) -> Iterator[Span]:
        """The minutes of a shift that this month has to check, cut wherever another shift or its break begins or ends."""
        span = problem.span(day, code)
        near = days_between(day - ONE_DAY, day + ONE_DAY)
        cuts = {cut for start in near for segment in self._elsewhere(problem, start, held) for cut in segment}
        edges = sorted({*span, *(cut for cut in cuts if span.start < cut < span.end)})
        for stretch in (Span(*edge) for edge in pairwise(edges)):
            if self._ours(problem, day, stretch.start, held):
                yield stretch

    def _ours(self, problem: Problem, day: date, minute: int, held: tuple[str, ...]) -> bool:
        """Whether this month has to check an instant of a shift of that day."""

        def within_reach(start: date) -> bool:
            return any(segment.start <= minute < segment.end for segment in self._elsewhere(problem, start, held))

        eve = problem.first - ONE_DAY
        if (problem.history_from is None or eve < problem.history_from) and within_reach(eve):
            return False
        # what the past alone could do cannot be mended any more
        return within_reach(problem.first) if day == eve else not within_reach(problem.last + ONE_DAY)

    def _times(self, problem: Problem, stretch: Span) -> dict[str, str]:
        start, end = (f"{moment(at, problem.desk.hours_zone):%H:%M}" for at in stretch)
        return {"start": start, "end": "24:00" if end == "00:00" else end}

    def _reason(self, problem: Problem, day: date, code: str, stretch: Span, roles: tuple[str, ...]) -> Reason:
        return because(self, CALLABLE, days=[day], shift=code, **self._times(problem, stretch), roles="/".join(roles))

    def _held(
        self, problem: Problem, days: Iterable[date]
    ) -> Iterator[tuple[date, str, tuple[str, ...], tuple[str, ...]]]:
        """Day by day each shift that needs a fallback, with those named beside it and the roles that can be called."""
        entries = list(dict.fromkeys(map(self._sides, self.on_call)))
        return (
            (day, code, held, roles)
            for day in days
            for held, roles in entries
            for code in held
            if code in problem.codes_on(day)
        )

    def leaves_open(self, reason: Reason) -> bool:
        """Somebody is missing."""
        return True

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Require, for whoever is on the shift, another person on a duty that covers each stretch."""
        for day, code, held, roles in self._held(problem, days_between(problem.first - ONE_DAY, problem.last)):
            near = [
                (start, other, problem.firm_segments(start, other))
                for start in days_between(day - ONE_DAY, day + ONE_DAY)
                for other in problem.codes_on(start)
                if other not in held
            ]
            for stretch in self._stretches(problem, day, code, held):
                reason = self._reason(problem, day, code, stretch, roles)
                called = [
                    (worker.id, model.works(worker.id, start, other))
                    for start, other, segments in near
                    if any(s.start <= stretch.start and stretch.end <= s.end for s in segments)
                    for worker in problem.workers
                    if worker.qualified(start) and not set(roles).isdisjoint(worker.roles)
                ]
                for worker in problem.workers:
                    others = [cell for other, cell in called if other != worker.id]
                    model.require(
                        [model.negated(model.works(worker.id, day, code)), *others], at_least=1, because=reason
                    )

    def _called(
        self, problem: Problem, roster: Roster, day: date, minute: int, held: tuple[str, ...], roles: tuple[str, ...]
    ) -> list[str]:
        """Who can be called at an instant while a shift of that day runs, in order."""
        found = {}
        for worker in (w for w in problem.workers if any(role in w.roles for role in roles)):
            for start in filter(worker.qualified, days_between(day - ONE_DAY, day + ONE_DAY)):
                codes = [code for code in roster.on(worker.id, start) if code not in held]
                segments = (segment for code in codes for segment in problem.firm_segments(start, code))
                if any(segment.start <= minute < segment.end for segment in segments):
                    found[worker.id] = worker
        return list(found)

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Look for somebody on another duty in the first minute of each stretch."""
        for day, code, held, roles in self._held(problem, days_between(problem.first - ONE_DAY, problem.last)):
            on_it = [worker.id for worker in problem.workers if code in roster.on(worker.id, day)]
            for stretch in self._stretches(problem, day, code, held) if on_it else ():
                called = self._called(problem, roster, day, stretch.start, held, roles)
                if any(set(called) <= {worker} for worker in on_it):
                    yield Violation(self._reason(problem, day, code, stretch, roles), 0)

    def arranges(self, problem: Problem, roster: Roster) -> Iterator[Reason]:
        """Who can be called during each of the month's duties, by time of day."""
        for day, code, held, roles in self._held(problem, problem.dates):
            named: list[tuple[Span, list[str]]] = []
            if any(code in roster.on(worker.id, day) for worker in problem.workers):
                for stretch in self._stretches(problem, day, code, held):
                    called = self._called(problem, roster, day, stretch.start, held, roles)
                    if named and named[-1][1] == called and named[-1][0].end == stretch.start:
                        named[-1] = (Span(named[-1][0].start, stretch.end), called)
                    else:
                        named.append((stretch, called))
            for stretch, called in named:
                if called:
                    times = self._times(problem, stretch)
                    yield because(self, NAMED, workers=called, days=[day], shift=code, **times)
