"""Guarded requirements: of each Reason, whether it is kept, and by how much it is bent."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from scheduler.domain import Reason
from scheduler.model.literals import Unknown


@dataclass(frozen=True)
class Guard:
    """Whether a Reason is kept in full, and by how much it is bent where it is not.

    Attributes
    ----------
    kept : literal
    slacks : list of integer variables
        How far each requirement posted for the Reason gives way.
    step : int
        What counts as one: 60 where a requirement counts minutes.
    """

    kept: cp_model.IntVar
    slacks: list[cp_model.IntVar]
    step: int


class Guards:
    """The guards of a model, one for each Reason of the guarded rules.

    Attributes
    ----------
    rules : container of rule names
        The rules that are guarded; the requirements of others are posted plainly.
    by_reason : dict of Reason to Guard
        In the order in which the Reasons were first required.
    """

    def __init__(self, cp: cp_model.CpModel, rules: Container[str]) -> None:
        self.rules = rules
        self.by_reason: dict[Reason, Guard] = {}
        self._cp = cp

    def require(
        self,
        terms: Sequence[Unknown],
        counts: Sequence[int],
        low: int | None,
        high: int | None,
        because: Reason,
        step: int,
    ) -> None:
        """Post low <= the weight of the true terms <= high, unless bent; `None` where there is no such side."""
        guard = self.by_reason.get(because)
        if guard is None:
            guard = self.by_reason[because] = Guard(self._cp.new_bool_var(""), [], step)
        total = cp_model.LinearExpr.weighted_sum(terms, counts)
        for bound, sign in ((low, 1), (high, -1)):
            if bound is not None:
                # the slack reaches far enough to let every roster through
                reach = max(0, bound if sign > 0 else sum(counts) - bound)
                slack = self._cp.new_int_var(0, reach, "")
                self._cp.add(sign * total + slack >= sign * bound)
                self._cp.add(slack == 0).only_enforce_if(guard.kept)
                guard.slacks.append(slack)
