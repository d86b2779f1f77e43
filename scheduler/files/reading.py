"""A desk from its files: a folder of tables with `desk.toml`, or one workbook.

Files become grids of cells, cells become values by the declarations of
`tables`, rows become the values of `domain`. Every fault on the way is gathered
and raised together, in the order of the tables.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from scheduler.domain import (
    ISO_DATE,
    WEEKDAY_KEYS,
    Break,
    Burden,
    Day,
    DayKind,
    Demand,
    Desk,
    Duty,
    Fixed,
    Leave,
    Note,
    Official,
    Opening,
    Overtime,
    Problem,
    Procedure,
    Protection,
    Shift,
    Sitting,
    Skill,
    SlotNeed,
    Terms,
    Wish,
    Worker,
    day_match,
    within,
)
from scheduler.domain.holidays import day_types
from scheduler.errors import Fault, InputError
from scheduler.files.cells import (
    MUST_BE_FILLED,
    ONLY_ONCE,
    Place,
    Row,
    Setting,
    Settings,
    cell_text,
    desk_source,
    gathered,
    headers_of,
    nearest,
    table_rows,
    told,
)
from scheduler.files.events import EventRow, check_event, event_contradictions, event_rows, events_of
from scheduler.files.slots import check_slot, needs, of_month, service_of, slot_contradictions, terms_of
from scheduler.files.tables import (
    BREAK_KEYS,
    DAY_KEY,
    DESK_KEYS,
    OFF_WORDS,
    OPENING,
    REFERENCES,
    SERVICE_KEYS,
    SHIFTS,
    SLOT_TABLES,
    TABLES,
    Column,
    Table,
    headed,
    narrow,
    plain,
)
from scheduler.i18n import Sentence, as_written
from scheduler.rules.book import STRICT, Rulebook, read_rulebook
from scheduler.staffing.breaks import BreakTerms
from scheduler.timeline import DAY_MINUTES, ONE_DAY, clock_text, days_between, month_days

MOST_WISH_DAYS = 92  # of one row
HALF_A_YEAR = timedelta(days=183)
NIGHT_MINUTE = 3 * 60  # a shift that is being worked at 03:00 is a night

# Light fills that stay apart for colour-blind eyes (Paul Tol's pale scheme), brightest first.
PALETTE = ("EEEEBB", "CCDDAA", "BBCCEE", "FFCCCC", "CCEEFF", "DDDDDD")


# --- What is wrong with a row ------------------------------------------------


def _ordered(row: Row, first: str, last: str) -> Iterator[Fault]:
    """A fault where the last day comes before the first."""
    days = row.get(first, last)
    if days and days[0] and days[1] and days[1] < days[0]:
        expected = Sentence("不早于 {first} 的日期", "a day that is not before {first}")
        yield row.fault(last, expected, first=days[0].isoformat())


def _not_crossed(row: Row, least: str, most: str) -> Iterator[Fault]:
    """A fault where at most is less than at least."""
    terms = row.get(least, most)
    if terms and None not in terms and terms[1] < terms[0]:
        yield row.fault(most, Sentence("不小于 {least:g} 的数", "a number not below {least:g}"), least=terms[0])


def _check_worker(row: Row) -> Iterator[Fault]:
    yield from _ordered(row, "hired", "leaves")
    yield from _not_crossed(row, "least_days_in_a_row", "most_days_in_a_row")
    yield from _not_crossed(row, "least_hours", "most_hours")
    yield from _ordered(row, "protection_from", "protection_to")
    protection = row.get("protection", "protection_from", "protection_to")
    if protection and not protection[0] and any(protection):
        yield row.fault("protection", Sentence("有保护日期就须写明特殊保护", "dates of protection need its kind"))


def _hours(row: Row) -> tuple[int, int] | None:
    """A shift's start and end in minutes of the day; an end that is not after the start is the next day's."""
    times = row.get("start", "end")
    return times and (times[0], times[1] if times[1] > times[0] else times[1] + DAY_MINUTES)


def _pauses(row: Row, start: int) -> list[tuple[str, Break]]:
    """A shift's breaks in order, each with its column; those before the shift's start are the next day's."""
    pauses = []
    for column in ("breaks", "paid_breaks"):
        for first, last in row.values.get(column, ()):
            begin = first if first >= start else first + DAY_MINUTES
            pauses.append((column, Break(begin, begin + (last - first) % DAY_MINUTES, column == "paid_breaks")))
    return sorted(pauses, key=lambda pause: pause[1])


def _check_shift(row: Row) -> Iterator[Fault]:
    code, hours = row.get("code"), _hours(row)
    if code and plain(code[0]) in OFF_WORDS:
        yield row.fault("code", Sentence("不是表示休息的词", "a word that does not mean a day off"))
    if not hours:
        return
    start, end = hours
    if start >= DAY_MINUTES:
        yield row.fault("start", Sentence("24:00 之前的时刻", "a time before 24:00"))
    elif end > start + DAY_MINUTES:
        yield row.fault("end", Sentence("班次至多 24 小时", "an end within 24 hours of the start"))
    before = start
    for column, pause in _pauses(row, start):
        if not before < pause.start < pause.end < end:
            expected = Sentence(
                "班次 {start}-{end} 之内、不碰两端且互不重叠的休息",
                "breaks inside {start}-{end} that touch neither its ends nor each other",
            )
            yield row.fault(column, expected, start=clock_text(start), end=clock_text(end))
        before = pause.end
    yield from _check_elastic(row, start, end, before)


def _check_elastic(row: Row, start: int, end: int, last_pause: int) -> Iterator[Fault]:
    """A fault where an elastic end does not begin inside the shift, behind its breaks."""
    found = row.get("firm_end")
    if found and found[0] is not None and not last_pause < _firm_end(row, start) < end:  # type: ignore[operator]
        expected = Sentence("休息之后、{end} 之前的时刻", "a time behind the breaks and before {end}")
        yield row.fault("firm_end", expected, end=clock_text(end))


def _firm_end(row: Row, start: int) -> int | None:
    """The minute from which a shift's end is elastic; one before the start is the next day's."""
    minute: int | None = row["firm_end"]
    return minute + DAY_MINUTES if minute is not None and minute < start else minute


def _check_demand(row: Row) -> Iterator[Fault]:
    heads = row.get("least", "target", "most")
    if not heads:
        return
    least, target, most = heads
    if target is not None and target < least:
        yield row.fault(
            "target", Sentence("不小于最少 {least} 的数", "a number not below the least, {least}"), least=least
        )
    floor = max(least, target or 0)
    if most is not None and most < floor:
        yield row.fault(
            "most", Sentence("不小于目标 {floor} 的数", "a number not below the target, {floor}"), floor=floor
        )


def _check_leave(row: Row) -> Iterator[Fault]:
    yield from _ordered(row, "first", "last")


def _check_request(row: Row) -> Iterator[Fault]:
    yield from _ordered(row, "first", "last")
    days, wish = row.get("first", "last"), row.get("wants", "shift")
    if days and days[1] and (days[1] - days[0]).days >= MOST_WISH_DAYS:
        yield row.fault("last", Sentence("至多 {most} 天", "at most {most} days"), most=MOST_WISH_DAYS)
    if wish and wish[0] == "rest" and wish[1]:
        expected = Sentence("空格：“休”不针对某个班次", "nothing, as a rest is from every shift")
        yield row.fault("shift", expected)


ROW_CHECKS = {
    "people": _check_worker,
    "shifts": _check_shift,
    "demand": _check_demand,
    "leave": _check_leave,
    "requests": _check_request,
    "events": check_event,
    **{table.name: check_slot for table in SLOT_TABLES},
}


# --- What is wrong between rows ----------------------------------------------

Rows = Mapping[str, list[Row]]


def _repeated(table: Table, rows: Sequence[Row]) -> Iterator[Fault]:
    """Rows that say again what may be said once."""
    titles = [table.column(name).title for name in table.unique]
    what = Sentence("、".join(title.zh for title in titles), ", ".join(title.en for title in titles))
    seen: dict[tuple[object, ...], Row] = {}
    for row in rows if table.unique else ():
        values = row.get(*table.unique)
        if not values:
            continue
        first = seen.setdefault(tuple(narrow(value) if isinstance(value, str) else value for value in values), row)
        if first is not row:
            expected = Sentence("与第 {row} 行不重复的{what}", "{what} other than in row {row}")
            yield row.fault(table.unique[0], expected, row=first.place.row, what=what)


def _words(target: str, rows: Rows) -> dict[str, str] | None:
    """What stands in the column `target`, by how it is compared; `None` where that is not known."""
    table, _, column = target.partition(".")
    found = [row.values[column] for row in rows.get(table, ()) if column in row.values]
    if not found:
        return None
    words = [word for value in found for word in (value if isinstance(value, tuple) else (value,))]
    names = [word.name if isinstance(word, Skill) else word for word in words]
    return {narrow(name): name for name in names if name}


def _resolve(rows: Rows) -> Iterator[Fault]:
    """Put what stands in the other table in place of every reference to it; faults where there is nothing."""
    vocabulary = {target: _words(target, rows) for target in REFERENCES}
    ids = {row.values.get("name"): row.values.get("id") for row in rows.get("people", ())}
    for table in TABLES:
        for column in table.columns:
            words = vocabulary.get(column.refers)
            if words is None:
                continue
            for row in rows.get(table.name, ()):
                value = row.values.get(column.name) or ()
                named = (value,) if isinstance(value, str) else value
                for word in (item if isinstance(item, str) else item[0] for item in named):
                    if narrow(word) not in words:
                        tail = nearest(word, words)
                        if column.refers == "people.id" and ids.get(word):
                            tail = told(
                                Sentence("；{name}的工号是“{id}”", "; {name} has “{id}”"), name=word, id=ids[word]
                            )
                        expected = Sentence("{what}{tail}", "{what}{tail}")
                        yield row.fault(column.name, expected, what=REFERENCES[column.refers], tail=tail)
                found = tuple(
                    words.get(narrow(item), item)
                    if isinstance(item, str)
                    else (words.get(narrow(item[0]), item[0]), *item[1:])  # a code with its number
                    for item in named
                )
                if found:
                    row.values[column.name] = found[0] if isinstance(value, str) else found


def _contradictions(rows: Rows) -> Iterator[Fault]:
    """Leave that overlaps, and fixed or past duties that cannot all hold."""
    away: dict[str, list[tuple[date, date, bool, Row]]] = {}
    for row in rows.get("leave", ()):
        if absence := row.get("worker", "first", "last", "approved"):
            worker, first, last, approved = absence
            away.setdefault(worker, []).append((first, last or first, approved, row))
    for stretches in away.values():
        stretches.sort(key=lambda stretch: stretch[:2])
        longest = stretches[0]
        for stretch in stretches[1:]:
            if stretch[0] <= longest[1]:
                expected = Sentence("与第 {row} 行不重叠的日期", "days that do not overlap those of row {row}")
                yield stretch[3].fault("first", expected, row=longest[3].place.row)
            longest = max(longest, stretch, key=lambda stretch: stretch[1])
    hours = {row.values.get("code"): _hours(row) for row in rows.get("shifts", ())}
    employed = {row.values.get("id"): row.get("hired", "leaves") for row in rows.get("people", ())}
    for table in ("fixed", "history"):
        settled: dict[tuple[str, date], list[Row]] = {}
        for row in rows.get(table, ()):
            duty = row.get("worker", "date", "shift")
            if not duty:
                continue
            worker, day, shift = duty
            for other in settled.setdefault((worker, day), []):
                if other["shift"] != shift and not _apart(hours.get(shift), hours.get(other["shift"])):
                    expected = Sentence("与第 {row} 行不矛盾的班", "a duty that does not contradict row {row}")
                    yield row.fault("shift", expected, row=other.place.row)
            settled[worker, day].append(row)
            if table != "fixed" or not shift:
                continue
            for first, last, approved, leave in away.get(worker, ()):
                if approved and first <= day <= last:
                    expected = Sentence(
                        "不在已批准请假中的日期（请假表第 {row} 行）", "a day without approved leave (row {row})"
                    )
                    yield row.fault("date", expected, row=leave.place.row)
            if not within(day, *(employed.get(worker) or (None, None))):
                yield row.fault("date", Sentence("在职期间的日期", "a day of the worker's employment"))


def _strange_shifts(rulebook: Rulebook, settings: Settings, rows: Rows) -> Iterator[Fault]:
    """Shifts of which a rule's settings speak and the shifts table does not."""
    known = {row.values.get("code") for row in rows.get("shifts", ())}
    for rule in rulebook.rules:
        for code in sorted(set(rule.shifts_named()) - known):
            expected, tail = REFERENCES["shifts.code"], nearest(code, filter(None, known))
            yield settings["rules"][rule.name].place.fault(
                Sentence("{what}{tail}", "{what}{tail}"), code, what=expected, tail=tail
            )


def _apart(first: tuple[int, int] | None, second: tuple[int, int] | None) -> bool:
    """Whether one person can work both spans of a day; a day off (no span) goes with nothing."""
    return bool(first and second and (first[1] <= second[0] or second[1] <= first[0]))


# --- Rows into a desk --------------------------------------------------------


def _settings(settings: Settings, place: Place, faults: list[Fault]) -> dict[str, Any]:
    """The values of [desk], with the hours of [opening] as `opening` and the tables of [rules] as `rules`.

    Those of [service] and [breaks] stand under these names; the latter are `None` without the section.
    """
    values = _keyed(DESK_KEYS, settings.get("desk", {}), place, faults)
    values["service"] = _keyed(SERVICE_KEYS, settings.get("service", {}), place, faults)
    given = settings.get("breaks")
    values["breaks"] = None if given is None else _keyed(BREAK_KEYS, given, place, faults)
    values["opening"] = _openings(settings.get("opening", {}), faults)
    values["rules"] = {}
    for name, setting in settings.get("rules", {}).items():
        if isinstance(setting.value, dict):
            values["rules"][name] = setting.value
        else:
            expected = Sentence(
                "规则的一节，如 [rules.weekly_rest_day]", "a rule's table such as [rules.weekly_rest_day]"
            )
            faults.append(setting.place.fault(expected, str(setting.value)))
    return values


def _keyed(
    columns: Sequence[Column], given: Mapping[str, Setting], place: Place, faults: list[Fault]
) -> dict[str, Any]:
    """The values of a section's keys, by their English names; one that could not be read is not there."""
    values: dict[str, Any] = {}
    for key, setting in given.items():
        column = headed(columns, key)
        if not column:
            tail = nearest(key, headers_of(columns))
            faults.append(setting.place.fault(Sentence("已知的设置项{tail}", "a known setting{tail}"), key, tail=tail))
            continue
        if column.name in values:
            faults.append(setting.place.fault(ONLY_ONCE, key))
        text = cell_text(setting.value, column.kind)
        try:
            values[column.name] = column.read(text)
        except ValueError:
            faults.append(setting.place.fault(column.expected if text else MUST_BE_FILLED, text))
    for column in columns:
        if not any(headed((column,), key) for key in given):
            if column.required:
                expected = Sentence("缺少必需的设置项“{key}”", "the required setting “{key}” is missing")
                faults.append(place.fault(expected, key=column.title))
            else:
                values[column.name] = column.read("")
    return values


def _openings(given: Mapping[str, Setting], faults: list[Fault]) -> tuple[Opening, ...]:
    """The opening hours of [opening]."""
    opening: dict[str, list[Opening]] = {}
    for key, setting in given.items():
        kind, text = DAY_KEY, key
        try:
            day = DAY_KEY.read(key)
            kind, text = OPENING, cell_text(setting.value, OPENING)
            spans = OPENING.read(text)
        except ValueError:
            faults.append(setting.place.fault(kind.form, text))
            continue
        if day in opening:
            faults.append(setting.place.fault(ONLY_ONCE, key))
        opening[day] = [Opening(day, start, end) for start, end in spans]
    return tuple(hours for day in opening.values() for hours in day) or Desk.opening


def _desk(values: Mapping[str, Any]) -> Desk:
    return Desk(
        values["id"],
        values["name"] or values["id"],
        values["zone"],
        WEEKDAY_KEYS.index(values["week_starts"]),
        values["hours_a_day"],
        values["calendar"],
        values["opening"],
        values["follow_lieu"],
        values["workdays"],
        values["notice"],
    )


def _worker(row: Row) -> Worker:
    protection = Protection(row["protection"], row["protection_from"], row["protection_to"])
    return Worker(
        row["id"],
        row["name"],
        row["team"],
        row["roles"],
        row["skills"],
        row["hired"],
        row["leaves"],
        row["qualified_from"],
        row["share"],
        row["norm_hours"],
        row["only_shifts"],
        (protection,) if row["protection"] else (),
        row["phone"],
        Terms(**{term.name: row[term.name] for term in fields(Terms)}),
    )


def _shift(row: Row, order: int) -> Shift:
    start, end = _hours(row) or (0, 0)
    at_night = any(start <= minute < end for minute in (NIGHT_MINUTE, NIGHT_MINUTE + DAY_MINUTES))
    return Shift(
        row["code"],
        row["name"] or row["code"],
        start,
        end,
        tuple(pause for _, pause in _pauses(row, start)),
        row["post"],
        row["skill"],
        at_night if row["night"] is None else row["night"],
        row["colour"] or PALETTE[order % len(PALETTE)],
        _firm_end(row, start),
    )


def _demand(row: Row) -> Demand:
    target = row["least"] if row["target"] is None else row["target"]
    return Demand(
        row["shift"],
        row["on"],
        row["role"],
        row["skill"],
        row["least"],
        target,
        row["most"],
        row["weight_short"],
        row["weight_spare"],
    )


@dataclass(frozen=True)
class Dated:
    """A row's wish, duty, overtime or sitting of one day, and where its date stands."""

    table: str
    item: Wish | Fixed | Overtime | Duty | Sitting
    place: Place = field(compare=False)


def _dated(rows: Rows) -> Iterator[Dated]:
    for row in rows.get("requests", ()):
        for day in days_between(row["first"], row["last"] or row["first"]):
            wish = Wish(row["worker"], day, row["wants"] == "on", row["shift"], row["weight"])
            yield Dated("requests", wish, row.at("first"))
    for row in rows.get("fixed", ()):
        yield Dated("fixed", Fixed(row["worker"], row["date"], row["shift"]), row.at("date"))
    for row in rows.get("overtime", ()):
        yield Dated("overtime", Overtime(row["worker"], row["date"], round(60 * row["hours"])), row.at("date"))
    for row in rows.get("history", ()):
        yield Dated("history", Duty(row["worker"], row["date"], row["shift"]), row.at("date"))
    for row in rows.get("events", ()):
        if ISO_DATE.fullmatch(row["date"]):
            sitting = Sitting(date.fromisoformat(row["date"]), row["start"], row["end"])
            yield Dated("events", sitting, row.at("date"))


@dataclass(frozen=True)
class Past:
    """What the ledger knows of the days before a month; it beats the tables from `since` on.

    Attributes
    ----------
    duties : tuple of Duty
    since : date
        The first day of which it speaks.
    carried : mapping of worker id to Burden
        In place of the table of that name.
    source : Note
        Where it comes from; printed among the assumptions.
    """

    duties: tuple[Duty, ...]
    since: date
    carried: Mapping[str, Burden]
    source: Note


@dataclass(frozen=True)
class DeskFiles:
    """A desk as its files tell it: everything but the month.

    Two are equal when they tell the same, wherever it stood.

    Attributes
    ----------
    path : Path
        As the user gave it.
    settings_file : str
        The file of the settings, as faults name it.
    shifts_place : Place
        The shifts table.
    leave : tuple of Leave
        Of every month.
    dated : tuple of Dated
        Wishes, fixed duties, overtime and history of every month, in the order
        of the tables; a past `Duty` without a shift is a day known to be free.
    overrides : mapping of date to (DayKind, str)
        Kind and name of days on which the desk knows better than the calendar.
    confirmed_years : frozenset of int
        Years whose holiday notice the desk has entered itself.
    rules : mapping
        The `[rules.NAME]` tables, as they stand.
    assumed : tuple of Sentence
        What the desk takes for granted.
    procedure : Procedure
        How it publishes and decides on changes.
    event_rows : tuple of EventRow
        Sittings of every month.
    slots : tuple of SlotNeed
        People needed by time of day, of every month.
    breaks : BreakTerms or None
        How breaks are placed behind a roster, where the desk has that done.
    """

    path: Path = field(compare=False)
    settings_file: str = field(compare=False)
    shifts_place: Place = field(compare=False)
    desk: Desk
    workers: tuple[Worker, ...]
    shifts: tuple[Shift, ...]
    demand: tuple[Demand, ...]
    leave: tuple[Leave, ...]
    dated: tuple[Dated, ...]
    carried: Mapping[str, Burden]
    overrides: Mapping[date, tuple[DayKind, str]]
    confirmed_years: frozenset[int]
    rules: Mapping[str, Mapping[str, object]]
    rulebook: Rulebook
    assumed: tuple[Sentence, ...] = ()
    event_rows: tuple[EventRow, ...] = ()
    slots: tuple[SlotNeed, ...] = ()
    breaks: BreakTerms | None = None
    procedure: Procedure = field(default_factory=Procedure)

    @property
    def wishes(self) -> tuple[Wish, ...]:
        """Wishes of every month, one for each day."""
        return tuple(row.item for row in self.dated if isinstance(row.item, Wish))

    @property
    def fixed(self) -> tuple[Fixed, ...]:
        """Fixed duties and days off of every month."""
        return tuple(row.item for row in self.dated if isinstance(row.item, Fixed))

    @property
    def overtime(self) -> tuple[Overtime, ...]:
        """Approved overtime of every month."""
        return tuple(row.item for row in self.dated if isinstance(row.item, Overtime))

    @property
    def history(self) -> tuple[Duty, ...]:
        """Past duties, without the days known to be free."""
        return tuple(row.item for row in self.dated if isinstance(row.item, Duty) and row.item.shift)

    @property
    def history_from(self) -> date | None:
        """First day of which the history table speaks."""
        return min((row.item.day for row in self.dated if row.table == "history"), default=None)

    def days(self, year: int, month: int) -> tuple[Day, ...]:
        """What the calendar, and the desk itself, say of a month's days."""
        desk = self.desk
        dates = month_days(year, month)
        return day_types(dates, desk.calendar, self.overrides, self.confirmed_years, desk.follow_lieu)

    def problem(self, year: int, month: int, past: Past | None = None) -> Problem:
        """The problem of one month.

        Parameters
        ----------
        past : Past or None
            What the ledger knows of earlier months; it replaces the history
            table from its first day on, and the carried table.

        Raises
        ------
        InputError
            Every date that does not go with the month, at once; and every past
            duty on a shift that is not in the shifts table any more.
        """
        dates, days = month_days(year, month), self.days(year, month)
        mine, aside = self._rows_of(dates)
        leave = tuple(leave for leave in self.leave if leave.first <= dates[-1] and dates[0] <= leave.last)
        history = [row.item for row in mine if isinstance(row.item, Duty)]
        if past:
            history = [duty for duty in history if duty.day < past.since] + self._known(past, dates[0])
        spoken = [duty.day for duty in history] + ([past.since, dates[0] - ONE_DAY] if past else [])
        notes = [Note(text) for text in self.assumed]
        notes += [Note(READ_LITERALLY, (("because", as_written(one.because)),)) for one in self.rulebook.literal]
        if any(day.provisional for day in days):
            notes.append(Note(PROVISIONAL, (("year", year),)))
        if past:
            notes.append(past.source)
        elif not spoken:
            notes.append(Note(NO_HISTORY, (("day", dates[0]),)))
        elif max(spoken) < dates[0] - ONE_DAY:
            notes.append(Note(SHORT_HISTORY, (("day", max(spoken)),)))
        for table, rows in Counter(table for table, _ in aside).items():
            title = next(known.title for known in TABLES if known.name == table)
            notes.append(Note(SET_ASIDE, (("table", title), ("n", rows))))
        unopened = sum(not any(day_match(hours.on, day) for hours in self.desk.opening) for day in days)
        if unopened:
            notes.append(Note(UNOPENED, (("n", unopened),)))
        if unapproved := sum(not absence.approved for absence in leave):
            notes.append(Note(UNAPPROVED, (("n", unapproved),)))
        events, unsettled = events_of(self.event_rows, days, self.desk.first_weekday)
        notes += unsettled
        ids = {worker.id for worker in self.workers}
        return Problem(
            self.desk,
            days,
            self.workers,
            self.shifts,
            tuple(row for row in self.demand if not ISO_DATE.fullmatch(row.on) or date.fromisoformat(row.on) in dates),
            leave,
            tuple(row.item for row in mine if isinstance(row.item, Wish)),
            tuple(row.item for row in mine if isinstance(row.item, Fixed)),
            tuple(row.item for row in mine if isinstance(row.item, Overtime)),
            tuple(duty for duty in history if duty.shift),
            min(spoken) if spoken and max(spoken) >= dates[0] - ONE_DAY else None,
            {worker: sums for worker, sums in (past or self).carried.items() if worker in ids},
            events=events,
            slots=of_month(self.slots, dates),
            assumptions=tuple(notes),
        )

    def _rows_of(self, dates: tuple[date, ...]) -> tuple[list[Dated], dict[tuple[str, Place], None]]:
        """The rows of a month and its history, and the places of those of other months within half a year of it."""
        earlier, later = dates[0] - HALF_A_YEAR, dates[-1] + HALF_A_YEAR
        mine: list[Dated] = []
        aside: dict[tuple[str, Place], None] = {}  # in the order of the tables
        faults: dict[Place, Fault] = {}  # one a row, though a row may hold many days
        for row in self.dated:
            day = row.item.day
            past, here = row.table == "history", dates[0] <= day <= dates[-1]
            if past and here:
                expected = Sentence("{month} 之前的日期", "a day before {month}")
                faults.setdefault(row.place, row.place.fault(expected, day.isoformat(), month=f"{dates[0]:%Y-%m}"))
            elif day > later or (day < earlier and not past):
                expected = Sentence(
                    "{month} 前后半年内的日期（其他月份的行会搁置）",
                    "a day within half a year of {month} (rows of other months are set aside)",
                )
                faults.setdefault(row.place, row.place.fault(expected, day.isoformat(), month=f"{dates[0]:%Y-%m}"))
            elif here or (past and day < dates[0]):
                mine.append(row)
            else:
                aside[row.table, row.place] = None
        if faults:
            raise InputError(list(faults.values()))
        return mine, aside

    def _known(self, past: Past, first: date) -> list[Duty]:
        """The past duties before a month of people who are still there."""
        ids, codes = {worker.id for worker in self.workers}, {shift.code for shift in self.shifts}
        duties = [duty for duty in past.duties if duty.worker in ids and past.since <= duty.day < first]
        expected = Sentence(
            "账册中用过的班次：停用后也请留在班次表中，只去掉需求",
            "the shifts that the ledger knows: keep a retired one in the table, without demand",
        )
        gone = sorted({duty.shift for duty in duties} - codes)
        if gone:
            raise InputError([self.shifts_place.fault(expected, code) for code in gone])
        return duties


PROVISIONAL = Sentence(
    "尚无 {year} 年放假通知：法定节假日已标出，调休放假与补班未标",
    "no holiday notice for {year} is known yet: statutory days are marked, days exchanged for them are not",
)
READ_LITERALLY = Sentence("照字面读：{because}", "read literally: {because}")
NO_HISTORY = Sentence("没有上月排班：{day} 之前都按休息计", "no history was given: the days before {day} count as free")
SHORT_HISTORY = Sentence(
    "上月排班只到{day}：其后未知，按休息计", "history ends on {day}: what came after it is unknown and counts as free"
)
SET_ASIDE = Sentence(
    "“{table}”表有 {n} 行属于其他月份，未使用", "rows of table “{table}” that belong to other months, set aside: {n}"
)
UNOPENED = Sentence(
    "[opening] 没有写到的 {n} 天按不开放算", "days that [opening] says nothing of, taken as closed: {n}"
)
UNAPPROVED = Sentence(
    "未批准的请假 {n} 条，不影响排班（条款 86）", "leave without approval, which frees nobody (clause 86): {n}"
)


def read_desk(path: Path) -> DeskFiles:
    """Read a desk: a folder with `desk.toml` and CSV tables, or one workbook.

    Raises
    ------
    InputError
        Every fault at once: settings, then table by table, row by row and cell
        by cell, then what is wrong between rows.
    """
    faults: list[Fault] = []
    source = desk_source(path, faults)
    settings = _settings(source.settings, source.place, faults) if source.settings is not None else {}
    rows: dict[str, list[Row]] = {}
    for table in TABLES:
        grid = source.grids.get(table.name)
        if grid:
            rows[table.name] = table_rows(table, grid, faults, ROW_CHECKS.get(table.name))
            if table.required and not rows[table.name]:
                faults.append(grid.place.fault(Sentence("此表至少要有一行", "the table needs a row")))
        elif table.required and table.name not in source.grids:
            expected = Sentence("缺少必需的表“{table}”", "the required table “{table}” is missing")
            faults.append(source.place_of(table).fault(expected, table=table.title))
    in_force = settings.get("reading", STRICT)
    rows["demand"] = [row for row in rows.get("demand", ()) if row.values.get("reading") in (None, "", in_force)]
    for table in TABLES:
        faults.extend(_repeated(table, rows.get(table.name, ())))
    faults.extend(_resolve(rows))
    faults.extend(_contradictions(rows))
    faults.extend(event_contradictions(rows))
    faults.extend(slot_contradictions(rows))
    shifts: tuple[Shift, ...] = ()
    service = service_of(settings.get("service", {}), source.place, faults)
    if not faults:
        shifts = tuple(_shift(row, order) for order, row in enumerate(rows["shifts"]))
    breaks = None if settings.get("breaks") is None else terms_of(settings["breaks"], shifts, source.place, faults)
    with gathered(faults):
        rulebook = read_rulebook(settings.get("rules", {}), source.place.file, settings.get("reading", STRICT))
        faults.extend(_strange_shifts(rulebook, source.settings or {}, rows))
    if faults:
        raise InputError(faults)
    return DeskFiles(
        path,
        source.place.file,
        source.place_of(SHIFTS),
        _desk(settings),
        tuple(_worker(row) for row in rows["people"]),
        shifts,
        tuple(_demand(row) for row in rows["demand"]),
        tuple(
            Leave(row["worker"], row["first"], row["last"] or row["first"], row["kind"], row["approved"])
            for row in rows.get("leave", ())
        ),
        tuple(_dated(rows)),
        {
            row["worker"]: Burden(row["nights"], row["weekends"], row["holidays"], row["hours"])
            for row in rows.get("carried", ())
        },
        {row["date"]: (DayKind(row["kind"]), row["name"]) for row in rows.get("holidays", ())},
        settings["confirmed_years"],
        settings["rules"],
        rulebook,
        settings["assumed"],
        tuple(event_rows(rows)),
        needs(rows, service, breaks, shifts),
        breaks,
        Procedure(
            settings["publish_by"],
            settings["holiday_lead"],
            settings["recipients"],
            settings["approver_roles"],
            tuple(Official(row["id"], row["name"], row["role"]) for row in rows.get("officials", ())),
            settings["swap_quota"],
            settings["swap_notice"],
        ),
    )
