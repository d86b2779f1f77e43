"""How many people a desk needs on a shift and in a slot of time, and when it is open."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from datetime import date
from typing import NamedTuple

from scheduler.domain.people import Worker
from scheduler.timeline import DAY_MINUTES


@dataclass(frozen=True)
class Demand:
    """How many people a shift needs on the days that a key selects.

    Attributes
    ----------
    on : str
        Day key, see `day_match`.
    role, skill : str
        Only people who have it count; if empty, every qualified person counts.
    least, target, most : int
        Heads: the hard minimum, the wished number, and the hard maximum (`None` for no maximum).
    weight_short, weight_spare : int or None
        Cost of each head below and above the wished number; `None` for the rule's own cost.
    """

    shift: str
    on: str = "all"
    _: KW_ONLY
    role: str = ""
    skill: str = ""
    least: int = 0
    target: int = 0
    most: int | None = None
    weight_short: int | None = None
    weight_spare: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.least <= self.target or (self.most is not None and self.most < self.target):
            raise ValueError(f"demand for {self.shift}: {self.least}, {self.target}, {self.most}")
        if (self.weight_short or 0) < 0 or (self.weight_spare or 0) < 0:
            raise ValueError(f"demand for {self.shift}: weights {self.weight_short}, {self.weight_spare}")

    @property
    def who(self) -> str:
        """The role and skill asked for, as tables and sentences write them; empty for anybody."""
        return "+".join(filter(None, (self.role, self.skill)))

    def counts(self, worker: Worker, day: date) -> bool:
        """Whether the worker counts towards this demand on the day; a trainee never does."""
        return (
            worker.qualified(day)
            and (not self.role or self.role in worker.roles)
            and (not self.skill or worker.has_skill(self.skill, day))
        )


class Opening(NamedTuple):
    """Opening hours, in minutes of the day, on the days that a key selects; closed all day if both are 0."""

    on: str
    start: int
    end: int


@dataclass(frozen=True)
class SlotNeed:
    """How many people are needed at the desk in a slot of time, whatever shift they are on.

    Attributes
    ----------
    on : str
        Day key, see `day_match`.
    start, end : int
        Minutes of the day.
    least, target : int
        Heads: the hard minimum, and the wished number.
    skill : str
        Only people who have it count; if empty, every qualified person counts.
    basis : tuple of (name, value)
        What the heads were computed from (volume, handling time, service level …); empty if they were given.
    """

    on: str
    start: int
    end: int
    _: KW_ONLY
    least: int
    target: int
    skill: str = ""
    basis: tuple[tuple[str, float], ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= self.start + DAY_MINUTES or not 0 <= self.least <= self.target:
            raise ValueError(f"slot {self.start} to {self.end}: {self.least}, {self.target}")
