"""Errors that offices make in their rosters, and what becomes of them: a doubt at the cell, or a question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from tests.files.adopting.layouts import ZH_SAYS, Form, grid, says
from tests.support.old_offices import PERIOD, KnownDesk, Office, Sheet, draw_desk

FILE = "roster.xlsx"
TOP, FIRST = 4, 2  # row of the first person, column of the first day


@dataclass
class Erring:
    """An office with an error.

    Attributes
    ----------
    doubtful : set of (row, column)
        Cells that must be doubtful; the others may not.
    asked : str
        How the key of a question begins; empty for none.
    all_doubtful : bool
        Whether nothing of it can be known.
    """

    office: Office
    doubtful: set[tuple[int, int]] = field(default_factory=set)
    asked: str = ""
    all_doubtful: bool = False


def plain(**options: object) -> tuple[Office, Sheet, KnownDesk]:
    """A plain grid to put an error into."""
    desk = draw_desk(40, leave=False)
    office = grid(desk, replace(Form(), **options))  # type: ignore[arg-type]
    return office, office.files[FILE][0], desk


def put(sheet: Sheet, at: tuple[int, int], value: object) -> tuple[int, int]:
    """Write over a cell."""
    sheet.cells[at] = value
    return at


def slip() -> Erring:
    """A code mistyped."""
    office, sheet, _ = plain()
    return Erring(office, {put(sheet, (6, 9), "旱")})


def note() -> Erring:
    """A note behind a code."""
    office, sheet, _ = plain()
    return Erring(office, {put(sheet, (6, 9), f"{sheet.cells[6, 9]}(替)")})


def error_value() -> Erring:
    """An error in a cell."""
    office, sheet, _ = plain()
    return Erring(office, {put(sheet, (7, 12), "#REF!")})


def formula() -> Erring:
    """A formula without its result."""
    office, sheet, _ = plain()
    return Erring(office, {put(sheet, (7, 12), "=B7")})


def forgotten() -> Erring:
    """Two cells are empty where days off are written."""
    office, sheet, _ = plain()
    for at in ((5, 8), (9, 20)):
        del sheet.cells[at]
    return Erring(office, {(5, 8), (9, 20)})


def day_twice() -> Erring:
    """One of the days is numbered as the day before."""
    office, sheet, desk = plain()
    put(sheet, (2, FIRST + 9), 9)
    return Erring(office, {(row, FIRST + 9) for row in range(TOP, TOP + len(desk.people))})


def day_missing() -> Erring:
    """One of the days has no number."""
    office, sheet, desk = plain(weekdays="")
    del sheet.cells[2, FIRST + 9]
    return Erring(office, {(row, FIRST + 9) for row in range(3, 3 + len(desk.people))})


def weekday_wrong() -> Erring:
    """One weekday is another day's."""
    office, sheet, desk = plain()
    put(sheet, (3, FIRST + 4), "日")
    return Erring(office, {(row, FIRST + 4) for row in range(TOP, TOP + len(desk.people))})


def other_month() -> Erring:
    """The title is that of the month before: the weekdays do not agree."""
    office, *_ = plain(title="2026年11月排班表")
    return Erring(office, asked="dates:", all_doubtful=True)


def no_year() -> Erring:
    """Neither a year nor weekdays."""
    office, *_ = plain(title="12月排班表", weekdays="")
    return Erring(office, asked="year:", all_doubtful=True)


def no_month() -> Erring:
    """Day numbers alone."""
    office, *_ = plain(title="排班表", weekdays="")
    return Erring(office, asked="month:", all_doubtful=True)


def which_period() -> Erring:
    """From the 21st to the 20th, of which the title names one month and no weekday tells."""
    desk = draw_desk(41, PERIOD, leave=False)
    office = grid(desk, Form(title="2026年12月排班表", weekdays=""))
    return Erring(office, asked="period:", all_doubtful=True)


def over_two_people() -> Erring:
    """A cell merged over two people."""
    office, sheet, _ = plain()
    del sheet.cells[6, 10]
    sheet.merge(5, 6, 10, 10)
    return Erring(office, {(5, 10), (6, 10)})


def nameless() -> Erring:
    """A row without a name."""
    office, sheet, _ = plain()
    del sheet.cells[6, 1]
    return Erring(office, {(6, FIRST + at) for at in range(31)})


def namesakes() -> Erring:
    """Two people of one name, without ids."""
    office, sheet, desk = plain()
    name = desk.people[0].name
    put(sheet, (TOP + 3, 1), name)
    rows = {TOP, TOP + 3}
    return Erring(office, {(row, FIRST + at) for row in rows for at in range(31)}, asked="same:")


def sign() -> Erring:
    """A sign that no legend explains."""
    office, *_ = plain(says=lambda what: "○" if what == "夜" else ZH_SAYS(what))
    at = {(row, column) for (_, _, row, column), (_, _, what) in office.truth.items() if what == "夜"}
    del office.hours["夜"]
    return Erring(office, at, asked="code:")


def open_leave() -> Erring:
    """Leave of a kind that the word leaves open."""
    desk = draw_desk(42)
    office = grid(desk, Form(says=says(leave={"annual": "假", "sick": "病假"})))
    at = {(row, column) for (_, _, row, column), (_, _, what) in office.truth.items() if what == "leave:annual"}
    return Erring(office, at, asked="code:")


def no_legend() -> Erring:
    """Nothing says the hours."""
    office, *_ = plain(legend="")
    office.hours = dict.fromkeys(("早", "中", "夜"), ())
    return Erring(office, asked="hours:")


def two_hours() -> Erring:
    """Two legends differ."""
    office, sheet, _ = plain()
    sheet.put(20, 1, "早班：7:30-15:30")
    office.hours["早"] = ()
    return Erring(office, asked="hours:")


def two_copies() -> Erring:
    """A second sheet is a copy with one cell changed."""
    office, sheet, _ = plain()
    copy = office.sheet(FILE, "备份")
    copy.cells, copy.merged = dict(sheet.cells), list(sheet.merged)
    copy.cells[6, 9] = next(code for code in ("早", "中") if code != sheet.cells[6, 9])
    return Erring(office, {(6, 9)})


def wrong_total() -> Erring:
    """One total does not agree with the cells: a doubt at the total."""
    office, sheet, _ = plain(totals=True)
    put(sheet, (5, FIRST + 31), 31)
    return Erring(office)


def blank_or_off() -> Erring:
    """Half of the days off are written, the others left empty."""
    office, sheet, _ = plain()
    empty = set()
    for at, ((_, _, row, column), (_, _, what)) in enumerate(office.truth.items()):
        if what == "rest" and (row + at) % 2:
            del sheet.cells[row, column]
            empty.add((row, column))
    return Erring(office, empty, asked="blank:")


ERRORS: dict[str, Callable[[], Erring]] = {
    function.__doc__.rstrip(".") if function.__doc__ else "": function
    for function in (
        slip,
        note,
        error_value,
        formula,
        forgotten,
        day_twice,
        day_missing,
        weekday_wrong,
        other_month,
        no_year,
        no_month,
        which_period,
        over_two_people,
        nameless,
        namesakes,
        sign,
        open_leave,
        no_legend,
        two_hours,
        two_copies,
        wrong_total,
        blank_or_off,
    )
}
