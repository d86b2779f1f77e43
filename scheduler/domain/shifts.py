"""Shifts (班次) and the breaks inside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

from scheduler.timeline import DAY_MINUTES, ONE_DAY


def readable(background: str) -> str:
    """The ink that can be read on a colour, black or white: whichever stands out more; both as six hex digits."""
    parts = [int(background[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue  # as WCAG 2 takes it, as the contrasts below
    return "000000" if (luminance + 0.05) / 0.05 >= 1.05 / (luminance + 0.05) else "FFFFFF"


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
        """Minutes of the span less unpaid breaks (工时), by the wall; see `Problem.paid_minutes`."""
        return self.span_minutes - sum(pause.end - pause.start for pause in self.breaks if not pause.paid)

    @cached_property
    def paid_stretches(self) -> tuple[tuple[int, int], ...]:
        """The stretches between unpaid breaks, in minutes of the day."""
        unpaid = (cut for pause in self.breaks if not pause.paid for cut in (pause.start, pause.end))
        cuts = [self.start, *unpaid, self.end]
        return tuple(zip(cuts[::2], cuts[1::2], strict=True))

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


class ShiftPeriod(NamedTuple):
    """A shift and the days of a month on which it can begin, from the first to the last, both included."""

    shift: Shift
    first: date
    last: date


@dataclass(frozen=True)
class FormerShift:
    """What a code stood for up to a day: a shift with other hours, or nothing yet.

    Attributes
    ----------
    until : date
        The last day on which it did. Where a code has several former meanings, each holds from the day after the one before it.
    shift : Shift or None
        `None` where there was no shift of that code.
    """

    code: str
    until: date
    shift: Shift | None

    def __post_init__(self) -> None:
        if self.shift is not None and self.shift.code != self.code:
            raise ValueError(f"former shift {self.code}: the code is {self.shift.code}")


@dataclass(frozen=True)
class ShiftTable:
    """The shifts of a desk, and what their codes stood for on earlier days."""

    shifts: tuple[Shift, ...]
    former: tuple[FormerShift, ...] = ()

    def __post_init__(self) -> None:
        if len({(one.code, one.until) for one in self.former}) < len(self.former):
            raise ValueError("two former shifts of one code up to the same day")

    @cached_property
    def by_code(self) -> dict[str, Shift]:
        """The shifts of today."""
        return {shift.code: shift for shift in self.shifts}

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The code of every shift that there is or was, in the order of the table; those that there are no more at the end."""
        return tuple(dict.fromkeys((*self.by_code, *(one.code for one in self.former if one.shift is not None))))

    @cached_property
    def _eras(self) -> tuple[tuple[date, dict[str, Shift]], ...]:
        """The shifts by code in the stretches of days in which former ones hold, each with its last day, in order."""
        eras: list[tuple[date, dict[str, Shift]]] = []
        table: Mapping[str, Shift] = self.by_code
        for until in sorted({one.until for one in self.former}, reverse=True):
            then = {**table, **{one.code: one.shift for one in self.former if one.until == until}}
            table = {code: shift for code in self.codes if (shift := then.get(code)) is not None}
            eras.append((until, table))
        return tuple(reversed(eras))

    def on(self, day: date) -> Mapping[str, Shift]:
        """The shifts that can begin on a day, by code."""
        return next((table for until, table in self._eras if day <= until), self.by_code)

    def periods(self, dates: Iterable[date]) -> tuple[ShiftPeriod, ...]:
        """What each code stands for and when, on days in order: in the order of `codes` and of days; most have one period."""
        tables = {day: self.on(day) for day in dates}
        found: list[ShiftPeriod] = []
        for code in self.codes:
            for day, table in tables.items():
                shift = table.get(code)
                if shift and found and found[-1].last + ONE_DAY == day and found[-1].shift == shift:
                    found[-1] = found[-1]._replace(last=day)
                elif shift:
                    found.append(ShiftPeriod(shift, day, day))
        return tuple(found)

    def recall(self, then: ShiftTable, days: Sequence[date], absent: bool = False) -> ShiftTable:
        """The table, with what codes stood for in another on some days, in order, where it would read them otherwise.

        Parameters
        ----------
        absent : bool
            Whether a code that stood for nothing there stands for nothing here; if not, it is left as it is.
        """
        known = self
        for day in reversed(days):
            there, here = then.on(day), known.on(day)
            other = [FormerShift(code, day, shift) for code, shift in there.items() if here.get(code) != shift]
            other += [FormerShift(code, day, None) for code in here if absent and code not in there]
            if other:
                known = ShiftTable(self.shifts, (*known.former, *other))
        return known
