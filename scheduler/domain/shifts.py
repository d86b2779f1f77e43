"""Shifts (班次) and the breaks inside them."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from functools import cached_property
from typing import NamedTuple

from scheduler.timeline import DAY_MINUTES


class Break(NamedTuple):
    """Time off the desk inside a shift, in minutes of the shift's day."""

    start: int
    end: int
    paid: bool = False


@dataclass(frozen=True)
class Shift:
    """A shift (班次): wall-clock hours on the day on which it begins, at one post.

    Attributes
    ----------
    start, end : int
        Minutes of the day; `end` may pass 1440.
    breaks : tuple of Break
        Inside the shift, in order; they touch neither its ends nor each other.
    post : str
        The post (岗位); empty at a desk with one post. The same hours at two posts
        are two shifts.
    skill : str
        The skill that everybody on it needs; empty for none.
    night : bool
        Whether it counts as a night shift.
    colour : str
        Colour of its cells in the roster, as six hex digits.
    firm_end : int or None
        Minute of the day from which the end is elastic: work is planned and paid until `end`, but does not count as
        cover from then on (C5).
    """

    code: str
    name: str
    start: int
    end: int
    _: KW_ONLY
    breaks: tuple[Break, ...] = ()
    post: str = ""
    skill: str = ""
    night: bool = False
    colour: str = "FFFFFF"
    firm_end: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.start < DAY_MINUTES or not self.start < self.end <= self.start + DAY_MINUTES:
            raise ValueError(f"shift {self.code}: {self.start} to {self.end} minutes")
        at = self.start
        for pause in self.breaks:
            if not at < pause.start < pause.end < self.end:
                raise ValueError(f"shift {self.code}: break {pause.start} to {pause.end} is out of order or outside")
            at = pause.end
        if self.firm_end is not None and not at < self.firm_end < self.end:
            raise ValueError(f"shift {self.code}: an elastic end from {self.firm_end}")

    @property
    def span_minutes(self) -> int:
        """Minutes from start to end (在岗)."""
        return self.end - self.start

    @cached_property
    def paid_minutes(self) -> int:
        """Minutes of the span less unpaid breaks (工时)."""
        return self.span_minutes - sum(pause.end - pause.start for pause in self.breaks if not pause.paid)

    @cached_property
    def desk_minutes(self) -> tuple[tuple[int, int], ...]:
        """The stretches at the desk between the breaks, in minutes of the day."""
        cuts = [self.start, *(cut for pause in self.breaks for cut in (pause.start, pause.end)), self.end]
        return tuple(zip(cuts[::2], cuts[1::2], strict=True))

    @cached_property
    def firm_minutes(self) -> tuple[tuple[int, int], ...]:
        """The stretches at the desk that count as cover: those before an elastic end."""
        last = self.end if self.firm_end is None else self.firm_end
        return tuple((start, min(end, last)) for start, end in self.desk_minutes if start < last)
