"""Rows of tables as values of the domain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date

from scheduler.domain import (
    ISO_DATE,
    Break,
    Compensation,
    Demand,
    Duty,
    Fixed,
    HoursPeriod,
    HoursSystem,
    Leave,
    Overtime,
    Protection,
    Shift,
    Sitting,
    Terms,
    Wish,
    Worker,
)
from scheduler.files.reading.places import Place
from scheduler.files.reading.rows import Row, Rows, span_of_row
from scheduler.files.schema.day_parts import split_days
from scheduler.timeline import DAY_MINUTES, days_between

NIGHT_MINUTE = 3 * 60  # a shift that is being worked at 03:00 is a night

# Light fills that stay apart for colour-blind eyes (Paul Tol's pale scheme), brightest first.
PALETTE = ("EEEEBB", "CCDDAA", "BBCCEE", "FFCCCC", "CCEEFF", "DDDDDD")


def breaks_of_row(row: Row, start: int) -> list[tuple[str, Break]]:
    """A shift's breaks in order, each with its column; those before the shift's start are the next day's."""
    rest_breaks = []
    for column in ("breaks", "paid_breaks"):
        for first, last in row.values.get(column, ()):
            begin = first if first >= start else first + DAY_MINUTES
            rest_breaks.append((column, Break(begin, begin + (last - first) % DAY_MINUTES, column == "paid_breaks")))
    return sorted(rest_breaks, key=lambda rest_break: rest_break[1])


def firm_end_of_row(row: Row, start: int) -> int | None:
    """The minute from which a shift's end is elastic; one before the start is the next day's."""
    minute: int | None = row["firm_end"]
    return minute + DAY_MINUTES if minute is not None and minute < start else minute


def worker_of_row(row: Row) -> Worker:
    """The worker of a row of the people table."""
    protection = Protection(row["protection"], row["protection_from"], row["protection_to"])
    return Worker(
        row["id"],
        row["name"],
        team=row["team"],
        roles=row["roles"],
        skills=row["skills"],
        hired=row["hired"],
        leaves=row["leaves"],
        qualified_from=row["qualified_from"],
        share=row["share"],
        norm_hours=row["norm_hours"],
        only_shifts=row["only_shifts"],
        protections=(protection,) if row["protection"] else (),
        phone=row["phone"],
        formerly=row["formerly"],
        hours_system=HoursSystem(row["hours_system"]) if row["hours_system"] else None,
        hours_period=HoursPeriod(row["hours_period"]),
        terms=Terms(**{term.name: row[term.name] for term in fields(Terms)}),
    )


def shift_of_row(row: Row, order: int) -> Shift:
    """The shift of a row of the shifts table."""
    start, end = span_of_row(row) or (0, 0)
    at_night = any(start <= minute < end for minute in (NIGHT_MINUTE, NIGHT_MINUTE + DAY_MINUTES))
    return Shift(
        row["code"],
        row["name"] or row["code"],
        start,
        end,
        breaks=tuple(pause for _, pause in breaks_of_row(row, start)),
        post=row["post"],
        skill=row["skill"],
        night=at_night if row["night"] is None else row["night"],
        colour=row["colour"] or PALETTE[order % len(PALETTE)],
        firm_end=firm_end_of_row(row, start),
    )


def demand_of_row(row: Row) -> Demand:
    """The demand of a row of the demand table."""
    target = row["least"] if row["target"] is None else row["target"]
    return Demand(
        row["shift"],
        row["on"],
        role=row["role"],
        skill=row["skill"],
        least=row["least"],
        target=target,
        most=row["most"],
        weight_short=row["weight_short"],
        weight_spare=row["weight_spare"],
    )


@dataclass(frozen=True)
class Dated:
    """A row's wish, duty, overtime or sitting of one day, and where its date stands."""

    table: str
    item: Wish | Fixed | Overtime | Duty | Sitting
    place: Place = field(compare=False)


def dated_rows(rows: Rows) -> Iterator[Dated]:
    """Every wish, fixed duty, overtime and past duty of the tables, one for each day, with the place of its date."""
    for row in rows.get("requests", ()):
        for day in days_between(row["first"], row["last"] or row["first"]):
            wish = Wish(row["worker"], day, row["wants"] == "on", row["shift"], weight=row["weight"])
            yield Dated("requests", wish, row.at("first"))
    for row in rows.get("fixed", ()):
        yield Dated("fixed", Fixed(row["worker"], row["date"], row["shift"]), row.at("date"))
    for row in rows.get("overtime", ()):
        overtime = Overtime(
            row["worker"], row["date"], round(60 * row["hours"]), row["start"], Compensation(row["compensation"])
        )
        yield Dated("overtime", overtime, row.at("date"))
    for row in rows.get("history", ()):
        yield Dated("history", Duty(row["worker"], row["date"], row["shift"]), row.at("date"))
    for row in rows.get("events", ()):
        if ISO_DATE.fullmatch(row["date"]):
            sitting = Sitting(date.fromisoformat(row["date"]), row["start"], row["end"])
            yield Dated("events", sitting, row.at("date"))


def leave_of_row(row: Row, midday: int) -> Iterator[Leave]:
    """The leave of a row: of whole days, and of hours.

    Parameters
    ----------
    midday : int
        The minute of the day that divides it.
    """
    for first, last, span in split_days(row["first"], row["last"], row["part"], midday):
        start, end = span or (None, None)
        yield Leave(row["worker"], first, last, row["kind"], approved=row["approved"], start=start, end=end)
