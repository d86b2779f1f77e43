"""Several months in force, looked at as one stretch of days."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from scheduler.domain import Day, Desk, Leave, Month, Problem, Shift, Worker
from scheduler.timeline import Span


@dataclass(frozen=True)
class Stretch:
    """The days, people and shifts of problems whose months follow one another."""

    problems: tuple[Problem, ...]

    @classmethod
    def of(cls, problems: Sequence[Problem]) -> Stretch:
        """The stretch of some problems, at least one."""
        return cls(tuple(problems))

    @property
    def desk(self) -> Desk:
        """The desk, as in the first month."""
        return self.problems[0].desk

    @property
    def months(self) -> tuple[Month, ...]:
        """Its months, in order."""
        return tuple(problem.month for problem in self.problems)

    @cached_property
    def dates(self) -> tuple[date, ...]:
        """Its days, in order."""
        return tuple(day for problem in self.problems for day in problem.dates)

    @cached_property
    def day_by_date(self) -> Mapping[date, Day]:
        """Its days by date."""
        return ChainMap(*(problem.day_by_date for problem in self.problems))

    @cached_property
    def worker_by_id(self) -> Mapping[str, Worker]:
        """Its people by id; of somebody who has changed from month to month the later."""
        return ChainMap(*(problem.worker_by_id for problem in reversed(self.problems)))

    @cached_property
    def shift_by_code(self) -> Mapping[str, Shift]:
        """Its shifts by code."""
        return ChainMap(*(problem.shift_by_code for problem in reversed(self.problems)))

    @cached_property
    def leave_hours(self) -> Mapping[tuple[str, date], tuple[Leave, ...]]:
        """Approved leave of hours by worker and day."""
        return {at: leave for problem in reversed(self.problems) for at, leave in problem.leave_hours.items()}

    @cached_property
    def leave_days(self) -> Mapping[tuple[str, date], Leave]:
        """Approved leave by person and day."""
        return {at: leave for problem in reversed(self.problems) for at, leave in problem.leave_days.items()}

    @cached_property
    def names(self) -> Mapping[str, str]:
        """People's names by id."""
        return ChainMap(*(problem.names for problem in reversed(self.problems)))

    def problem_on(self, day: date) -> Problem | None:
        """The problem of the month of a day; `None` outside."""
        return next((problem for problem in self.problems if day in problem.day_by_date), None)

    def codes_on(self, day: date) -> Collection[str]:
        """The codes of the shifts that the desk has on a day; outside the stretch those that it has at all."""
        problem = self.problem_on(day)
        return problem.codes_on(day) if problem else self.shift_by_code

    def true_span(self, day: date, code: str) -> Span:
        """From the first to the last instant of a shift that begins on a day of the stretch."""
        problem = self.problem_on(day) or self.problems[-1]
        return problem.true_span(day, code)

    def has_begun(self, day: date, codes: Sequence[str], today: date, now: int | None) -> bool:
        """Whether a day is past, or one of these shifts has begun on it.

        Parameters
        ----------
        now : int or None
            The present instant, on the scale of `Problem.true_span`.
        """
        problem = self.problem_on(day)
        if day < today or problem is None or now is None:
            return day < today
        return any(problem.true_span(day, code).start <= now for code in codes if code in problem.codes_on(day))
