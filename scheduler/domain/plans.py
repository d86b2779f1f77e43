"""What is settled or wished for before a roster is made: wishes, fixed duties, overtime."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from scheduler.i18n import Sentence, fill_in
from scheduler.timeline import DAY_MINUTES, clock_text


@dataclass(frozen=True)
class Wish:
    """A worker's wish for a day.

    Attributes
    ----------
    wants : bool
        `True` to work the shift, `False` not to work it.
    shift : str
        A shift code; empty for any shift, so that not wanting it is a wish for a day off.
    weight : int
        Cost of refusing the wish, 1 to 100.
    """

    worker: str
    day: date
    wants: bool
    shift: str = ""
    _: KW_ONLY
    weight: int = 5

    def granted(self, shifts: tuple[str, ...]) -> bool:
        """Whether the shifts that begin on that day grant the wish; for a day off see `free_days.is_granted`."""
        works = self.shift in shifts if self.shift else bool(shifts)
        return works == self.wants


class Fixed(NamedTuple):
    """A duty fixed in advance; an empty shift fixes a day off."""

    worker: str
    day: date
    shift: str


class Compensation(StrEnum):
    """What overtime is made good with."""

    PAY = "pay"
    TIME_OFF = "time_off"


COMPENSATION_NAMES = {
    Compensation.PAY: Sentence("加班费", "overtime pay"),
    Compensation.TIME_OFF: Sentence("调休", "time off"),
}


HOURS_ALONE = Sentence("{hours} 小时，{compensation}", "{hours} h, {compensation}")
HOURS_WITH_TIMES = Sentence("{times}，{hours} 小时，{compensation}", "{times}, {hours} h, {compensation}")


class Overtime(NamedTuple):
    """Approved overtime.

    With a start it is work of its own, beside the day's duties. Without one it is
    the minutes beyond the norm that the worker's duties of the day may take.

    Attributes
    ----------
    day : date
        To which it belongs: that of the duty which it makes longer, if any.
    start : int or None
        Minute of the day; from 1440 on, that of the next day.
    """

    worker: str
    day: date
    minutes: int
    start: int | None = None
    compensation: Compensation = Compensation.PAY

    @property
    def end(self) -> int | None:
        """Minute of the day at which it ends; `None` without a start."""
        return None if self.start is None else self.start + self.minutes

    @property
    def times(self) -> Sentence:
        """From when to when, as clocks show it; empty without a start."""
        if self.start is None:
            return Sentence("", "")
        later = "+1 " if self.start >= DAY_MINUTES else ""
        text = f"{later}{clock_text(self.start % DAY_MINUTES)}–{clock_text(self.start + self.minutes)}"
        return Sentence(text.replace("+1 ", "次日").replace("+2 ", "第三天"), text)

    @property
    def terms(self) -> Sentence:
        """From when to when, for how long, and how it is made good."""
        facts = {"hours": f"{self.minutes / 60:g}", "compensation": COMPENSATION_NAMES[self.compensation]}
        if self.start is None:
            return fill_in(HOURS_ALONE, **facts)
        return fill_in(HOURS_WITH_TIMES, times=self.times, **facts)
