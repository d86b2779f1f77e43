"""People's wishes for coming months, until the desk's closing day: rows of its table of wishes, changed one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

from scheduler import clock
from scheduler.app.change_table import TableChanged, change_table
from scheduler.app.locations import open_known_ledger
from scheduler.domain import Month
from scheduler.errors import Refusal
from scheduler.files.editing.table_file import RowEdit, open_table
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.files.schema.plan_tables import REQUESTS
from scheduler.i18n import Lang, Sentence
from scheduler.ledger.store import VersionStatus

TABLE = REQUESTS.name
MONTHS_AHEAD = 3
CLOSED = Sentence(
    "{month} 的意愿已于 {by} 截止；有事请提申请或找排班人",
    "wishes for {month} closed on {by}; make a request, or ask whoever makes the roster",
)
IN_FORCE = Sentence(
    "{month} 的班表已发布：意愿改不了班，请提申请",
    "the roster of {month} is published: a wish moves nothing any more; make a request",
)
NOT_AHEAD = Sentence("只能提 {first} 至 {last} 的意愿", "wishes can be made for the months from {first} to {last} only")
TWO_MONTHS = Sentence("一条意愿只能在一个月之内", "a wish lies within one month")
ALREADY = Sentence(
    "{first} 起已有一条意愿：先撤回它，再提新的", "there is a wish from {first} on already: take that one back first"
)
NOT_FOUND = Sentence("没有这条意愿，可能已经撤回", "there is no such wish; it may have been taken back already")


class Want(StrEnum):
    """What somebody wishes for a day."""

    REST = "rest"
    OFF = "off"
    ON = "on"


WANT_NAMES = {
    Want.REST: Sentence("想休息", "a day off"),
    Want.OFF: Sentence("不想上", "not this shift"),
    Want.ON: Sentence("想上", "this shift"),
}


@dataclass(frozen=True)
class OwnWish:
    """A wish of somebody's.

    Attributes
    ----------
    row : int
        Of the table, as its file numbers it.
    shift : str
        A code; empty for any.
    is_open : bool
        Whether it can still be taken back.
    """

    row: int
    first: date
    last: date
    want: Want
    shift: str
    is_open: bool


@dataclass(frozen=True)
class WishMonth:
    """A coming month for which wishes can be made, and until which day; `why_not` where they cannot."""

    month: Month
    closes: date
    why_not: Sentence | None = None


@dataclass(frozen=True)
class Wishes:
    """Somebody's wishes from the present month on, and for which months there can be others."""

    files: DeskFiles
    months: tuple[WishMonth, ...]
    wishes: tuple[OwnWish, ...]

    @property
    def open_months(self) -> tuple[WishMonth, ...]:
        """Those for which wishes can be made."""
        return tuple(one for one in self.months if one.why_not is None)


def own_wishes(desk: Path, who: str, *, store: str | None = None, now: clock.Clock = clock.now) -> Wishes:
    """Somebody's wishes for the coming months; nothing is written.

    Raises
    ------
    InputError
        The desk's tables hold faults.
    """
    files = read_desk(desk)
    today = clock.at_desk(now, files.desk.zone).date()
    months = tuple(_months(desk, files, today, store))
    closed = {one.month for one in months if one.why_not}
    return Wishes(files, months, tuple(_list(desk, who, Month.of(today), closed)))


def _months(desk: Path, files: DeskFiles, today: date, store: str | None) -> Iterator[WishMonth]:
    """The next months, each with its closing day, and whether that is past or the month is in force."""
    ledger, in_force = open_known_ledger(desk, store), set[Month]()
    if ledger is not None:
        with ledger:
            outlines = ledger.outlines(files.desk.id)
        in_force = {one.month for one in outlines if one.status == VersionStatus.LIVE}
    month = Month.of(today)
    for _ in range(MONTHS_AHEAD):
        month = month.next
        closes = month.first - timedelta(days=files.wishes_by)
        why = IN_FORCE if month in in_force else CLOSED if today > closes else None
        yield WishMonth(month, closes, why)


def _list(desk: Path, who: str, present: Month, closed: set[Month]) -> Iterator[OwnWish]:
    table = open_table(desk, TABLE)
    for number, cells in table.list_rows():
        said = {column.name: column.read(cells.get(column.name, "")) for column in REQUESTS.columns}
        first, last = said["first"], said["last"] or said["first"]
        month = Month.of(first)
        if said["worker"] == who and Month.of(last) >= present:
            is_open = present < month == Month.of(last) and month not in closed
            yield OwnWish(number, first, last, Want(said["wants"]), said["shift"] or "", is_open)


def make_wish(
    desk: Path,
    who: str,
    by: str,
    want: Want,
    first: date,
    last: date | None = None,
    shift: str = "",
    *,
    store: str | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> TableChanged:
    """Add a wish to the desk's table.

    Parameters
    ----------
    who, by : str
        Ids of whose wish it is, and of who writes it down.
    shift : str
        A code; empty for any.

    Raises
    ------
    Refusal
        The month's closing day is past, it is in force, or there is a wish for one of the days.
    InputError
        The table does not take it.
    """
    last = last or first
    found = own_wishes(desk, who, store=store, now=now)
    _check_days(found, first, last)
    if twice := next((one for one in found.wishes if one.first <= last and first <= one.last), None):
        raise Refusal(ALREADY, first=twice.first)
    choices = REQUESTS.column("wants").choices[want.value]
    after = {"worker": who, "first": first.isoformat(), "wants": choices[0] if lang == "zh" else want.value}
    after |= {"last": last.isoformat()} if last != first else {}
    after |= {"shift": shift} if shift and want != Want.REST else {}
    return change_table(desk, TABLE, [RowEdit(0, {}, after)], by, store=store, lang=lang, now=now)


def take_back_wish(
    desk: Path,
    who: str,
    by: str,
    row: int,
    first: date,
    *,
    store: str | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> TableChanged:
    """Take a wish out of the desk's table.

    Parameters
    ----------
    row, first : int, date
        Which, as `own_wishes` told it.

    Raises
    ------
    Refusal
        It is not theirs, is gone, or its month is closed.
    """
    found = own_wishes(desk, who, store=store, now=now)
    wish = next((one for one in found.wishes if (one.row, one.first) == (row, first)), None)
    if wish is None:
        raise Refusal(NOT_FOUND)
    _check_days(found, wish.first, wish.last)
    cells = next(one.cells for one in open_table(desk, TABLE).list_rows() if one.row == row)
    return change_table(desk, TABLE, [RowEdit(row, cells, {})], by, store=store, lang=lang, now=now)


def _check_days(found: Wishes, first: date, last: date) -> None:
    if Month.of(first) != Month.of(last):
        raise Refusal(TWO_MONTHS)
    month = next((one for one in found.months if one.month == Month.of(first)), None)
    if month is None:
        raise Refusal(NOT_AHEAD, first=found.months[0].month, last=found.months[-1].month)
    if month.why_not:
        raise Refusal(month.why_not, month=month.month, by=month.closes)
