"""Meetings, classes and exams, each in one or several sittings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from scheduler.timeline import DAY_MINUTES


class Sitting(NamedTuple):
    """One time at which an event is held; `start` and `end` in minutes of the day."""

    day: date
    start: int
    end: int


@dataclass(frozen=True)
class Event:
    """A meeting, a class or an exam (会议、培训、考试): everybody invited attends one of its sittings.

    Attributes
    ----------
    sittings : tuple of Sitting
        In order of time. People can be divided between them, so that the desk stays staffed.
    workers : tuple of str
        Ids of the workers who have to attend.
    free_time : bool
        Whether workers attend in their time off too; if not, only a worker whose duty spans a sitting can attend it.
    """

    name: str
    sittings: tuple[Sitting, ...]
    workers: tuple[str, ...]
    free_time: bool = False

    def __post_init__(self) -> None:
        if not self.sittings or any(not 0 <= s.start < s.end <= s.start + DAY_MINUTES for s in self.sittings):
            raise ValueError(f"event {self.name}: {self.sittings}")
