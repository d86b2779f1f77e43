"""The days of which the rows of dated tables speak: which are of a month, which are set aside, which are slips."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from scheduler.domain import ISO_DATE, Month, Note
from scheduler.errors import Fault
from scheduler.files.reading.places import Place
from scheduler.files.reading.rows import Rows
from scheduler.files.schema.demand_tables import SLOT_TABLES
from scheduler.files.schema.tables import TABLES
from scheduler.i18n import Sentence

LATEST = timedelta(days=366)  # after the month, or the day on which the desk is read, whichever is later
LONGEST = timedelta(days=5 * 366)  # that a row may last beyond
EARLIEST = 10  # years before the month
MOST_SILENT = 60  # days without any past duty: longer than any desk is closed
DATED = ("fixed", "overtime", "history", "holidays")
BY_DAY_KEY = ("demand", *(table.name for table in SLOT_TABLES))
# Rows of other months of these tables are expected to be there, in their order; only `check` counts them.
NOT_TOLD = ("holidays", *BY_DAY_KEY)

NEAR = Sentence(
    "{first} 到 {last} 之间的日期（年份写错了吗？此外月份的行只搁置，不算错）",
    "a day between {first} and {last} (is the year a slip? rows of other months within are only set aside)",
)
SET_ASIDE = Sentence(
    "“{table}”表有 {n} 行属于其他月份，未使用（{first} 至 {last}）",
    "rows of table “{table}” that belong to other months, set aside: {n} ({first} to {last})",
)
NOT_PAST = Sentence(
    "“{table}”表有 {n} 行不在 {month} 之前，未使用（{first} 至 {last}）；要当作定好的班，请移到“固定班”表",
    "rows of table “{table}” that are not before {month}, set aside: {n} ({first} to {last}); to have them settled, move them"
    " to the table “fixed”",
)


class TableDays(NamedTuple):
    """The days of which a row speaks."""

    table: str
    first: date
    last: date
    place: Place


class Aside(NamedTuple):
    """Rows of a table that do not count in a month, and their days."""

    table: str
    rows: int
    first: date
    last: date

    def note(self, month: Month) -> Note:
        """What is said of them."""
        title = next(known.title for known in TABLES if known.name == self.table)
        facts = (("table", title), ("n", self.rows), ("first", self.first.isoformat()), ("last", self.last.isoformat()))
        inside = self.table == "history"
        return Note(NOT_PAST, (*facts, ("month", month))) if inside else Note(SET_ASIDE, facts)


def table_days(rows: Rows) -> Iterator[TableDays]:
    """The days of each row that names a date, in the order of the tables."""
    for table in ("leave", "requests"):
        for row in rows.get(table, ()):
            first, last = (date.fromordinal(day.toordinal()) for day in (row["first"], row["last"] or row["first"]))
            yield TableDays(table, first, last, row.at("first"))
    for table in DATED:
        for row in rows.get(table, ()):
            yield TableDays(table, row["date"], row["date"], row.at("date"))
    for table, column in (("events", "date"), *((table, "on") for table in BY_DAY_KEY)):
        for row in rows.get(table, ()):
            if ISO_DATE.fullmatch(row[column]):
                day = date.fromisoformat(row[column])
                yield TableDays(table, day, day, row.at(column))


def check_near(days: Iterable[TableDays], dates: Sequence[date], read_on: date) -> Iterator[Fault]:
    """Rows whose days are so far from the month, and from the day on which the desk was read, that they must be slips."""
    first, last = dates[0].replace(year=dates[0].year - EARLIEST), max(dates[-1], read_on) + LATEST
    for row in days:
        for day, limit in ((row.first, last), (row.last, last + LONGEST)):
            if not first <= day <= limit:
                yield row.place.fault(NEAR, day.isoformat(), first=first.isoformat(), last=limit.isoformat())
                break


def set_aside(days: Iterable[TableDays], dates: Sequence[date]) -> tuple[Aside, ...]:
    """The rows that do not count in a month, by table; of wishes also those of which a part does not."""
    found: dict[str, list[TableDays]] = {}
    for row in days:
        if row.table == "history":
            outside = row.first >= dates[0]
        elif row.table == "requests":
            outside = row.first < dates[0] or dates[-1] < row.last
        else:
            outside = row.last < dates[0] or dates[-1] < row.first
        if outside:
            found.setdefault(row.table, []).append(row)
    return tuple(
        Aside(table, len(rows), min(row.first for row in rows), max(row.last for row in rows))
        for table, rows in found.items()
    )


def unbroken_since(days: Iterable[date]) -> date:
    """The day since which past duties are known without a break: what lies before a long one is a slip, or of another time."""
    since = date.max
    for day in sorted(days, reverse=True):
        if since < date.max and (since - day).days > MOST_SILENT:
            break
        since = day
    return since
