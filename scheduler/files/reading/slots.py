"""People needed by time of day, as a desk's tables tell it: heads given directly, calls forecast, footfall."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from scheduler.domain import ISO_DATE, Shift, SlotNeed
from scheduler.errors import Fault
from scheduler.files.reading.places import Place
from scheduler.files.reading.rows import NO_HOURS, Row, Rows, span_of_row
from scheduler.files.schema.demand_tables import SLOT_TABLES
from scheduler.i18n import Sentence
from scheduler.staffing.breaks import BreakTerms, fits
from scheduler.staffing.workload import MOST_WORK, Calls, Service, Visitors, of_calls, of_visitors, with_breaks, work
from scheduler.timeline import DAY_MINUTES


def check_slot(row: Row) -> Iterator[Fault]:
    """What is wrong with a row of any of the three tables."""
    times = span_of_row(row)
    if times and times[0] >= DAY_MINUTES:
        yield row.fault("start", Sentence("24:00 之前的时刻", "a time before 24:00"))
    elif times and times[0] == row["end"] == 0:
        yield row.fault("end", NO_HOURS)
    elif times and times[1] > times[0] + DAY_MINUTES:
        yield row.fault("end", Sentence("时段至多 24 小时", "an end within 24 hours of the start"))
    heads = row.get("least", "target")
    if heads and heads[1] is not None and heads[1] < heads[0]:
        expected = Sentence("不小于最少 {least} 的数", "a number not below the least, {least}")
        yield row.fault("target", expected, least=heads[0])
    asked = row.get("calls", "handling_seconds")
    if asked and times and work(asked[0], asked[1], times[1] - times[0]) > MOST_WORK:
        expected = Sentence(
            "一个时段至多 {most:g} 人不停接听的来电",
            "a number of calls that keeps at most {most:g} people busy throughout the slot",
        )
        yield row.fault("calls", expected, most=MOST_WORK)
    visits = row.get("visitors", "served")
    if visits and visits[0] > MOST_WORK * visits[1]:
        expected = Sentence(
            "一个时段至多要 {most:g} 人的客流", "a number of visitors that at most {most:g} people can serve"
        )
        yield row.fault("visitors", expected, most=MOST_WORK)


def check_slot_contradictions(rows: Rows) -> Iterator[Fault]:
    """The same slot of the same days in two of the tables, of which one would be lost."""
    seen: dict[tuple[Any, ...], tuple[Sentence, Row]] = {}
    for table in SLOT_TABLES:
        for row in rows.get(table.name, ()):
            key, times = row.get("on", "skill"), span_of_row(row)
            if not key or not times:
                continue
            title, first = seen.setdefault((*key, *times), (table.title, row))
            if title != table.title:
                expected = Sentence(
                    "“{table}”表第 {row} 行没有的时段", "a slot other than that of row {row} of table “{table}”"
                )
                yield row.fault("start", expected, table=title, row=first.place.row)


def slot_needs(rows: Rows, service: Service, terms: BreakTerms | None, shifts: Sequence[Shift]) -> tuple[SlotNeed, ...]:
    """The needs of every table, in the order of tables; with breaks to be placed, those on a break on top."""
    found = []
    for row in rows.get("slots", ()):
        least: int = row["least"]
        target = least if row["target"] is None else row["target"]
        found.append(SlotNeed(row["on"], *_span(row), least=least, target=target, skill=row["skill"]))
    for row in rows.get("forecast", ()):
        calls = Calls(row["on"], *_span(row), row["calls"], row["handling_seconds"], row["least"], row["skill"])
        found.append(of_calls(calls, service))
    for row in rows.get("footfall", ()):
        visitors = Visitors(row["on"], *_span(row), row["visitors"], row["served"], row["least"], row["skill"])
        found.append(of_visitors(visitors))
    if terms is None:
        return tuple(found)
    allowance = terms.allowed_for(shifts)
    return tuple(with_breaks(need, allowance) for need in found)


def _span(row: Row) -> tuple[int, int]:
    """The slot of a row that was read without a fault."""
    span = span_of_row(row)
    if span is None:
        raise ValueError(f"row {row.place.row}: start or end was not read")
    return span


def needs_of_month(needs: Sequence[SlotNeed], dates: Sequence[date]) -> tuple[SlotNeed, ...]:
    """The needs without those of dates in other months."""
    return tuple(need for need in needs if not ISO_DATE.fullmatch(need.on) or date.fromisoformat(need.on) in dates)


def read_service(values: Mapping[str, Any], place: Place, faults: list[Fault]) -> Service:
    """The service level of [service]."""
    try:
        return Service(**values)
    except TypeError:  # a value could not be read, which is a fault already
        return Service()
    except ValueError:
        expected = Sentence("不高于服务水平 {level:g} 的数", "a number not above the service level, {level:g}")
        here = place._replace(column="service.least_level")
        faults.append(here.fault(expected, f"{values['least_level']:g}", level=values["level"]))
        return Service()


def read_break_terms(
    values: Mapping[str, Any], shifts: Sequence[Shift], place: Place, faults: list[Fault]
) -> BreakTerms | None:
    """The terms of [breaks]; a fault for every shift that has no room for its breaks."""
    if len(values) < len(BreakTerms.__dataclass_fields__):  # a value could not be read, which is a fault already
        return None
    terms = BreakTerms(**values)
    for shift in shifts:
        if not fits(shift, terms):
            expected = Sentence(
                "放得下的小休和用餐：班次“{shift}”放不下（看头尾不休、间隔、用餐可移、连续工作上限）",
                "breaks that fit into their shift: those of {shift} do not (see edge, apart, meal_moves, longest_run_hours)",
            )
            faults.append(place._replace(column="breaks").fault(expected, shift.code, shift=shift.code))
    return terms
