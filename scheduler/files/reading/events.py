"""Rows of the events table into the meetings, classes and exams of a month."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from datetime import date

from scheduler.domain import AND, ISO_DATE, WEEKDAY_KEYS, Day, Event, Note, Sitting, day_match
from scheduler.errors import Fault, InputError
from scheduler.files.reading.places import NearestWords, Place, first_faults
from scheduler.files.reading.rows import Row, Rows
from scheduler.files.schema.days import LAST_BEFORE, is_weekly
from scheduler.files.schema.text import normal_width
from scheduler.i18n import Sentence
from scheduler.timeline import DAY_MINUTES, ONE_DAY, clock_text, weeks


@dataclass(frozen=True)
class EventRow:
    """A row: one sitting of an event, every week or once.

    Attributes
    ----------
    on : str
        An ISO date, a day key with a weekday in it, or `DAY<NUMBER`: the last such weekday before that day of the month.
    start, end : int
        Minutes of the day.
    workers : tuple of str
        Ids of those who have to come, in the order of the people table.
    """

    name: str
    on: str
    _: KW_ONLY
    start: int
    end: int
    workers: tuple[str, ...]
    free_time: bool
    place: Place = field(compare=False)

    @property
    def weekly(self) -> bool:
        """Whether it is held every week."""
        return is_weekly(self.on)

    @property
    def date(self) -> date | None:
        """The date, where the row names one."""
        return date.fromisoformat(self.on) if ISO_DATE.fullmatch(self.on) else None

    def held_on(self, day: Day) -> bool:
        """Whether the sitting is held on the day."""
        weekday, before, number = self.on.partition(LAST_BEFORE)
        if not before:
            return day_match(self.on, day) > 0
        from_there = int(number) - day.date.day  # a month that is too short ends before the number's day all the same
        return WEEKDAY_KEYS[day.date.weekday()] == weekday and 0 < from_there <= len(WEEKDAY_KEYS)


def check_event(row: Row) -> Iterator[Fault]:
    """A fault where a sitting does not end after it begins, within a day."""
    times = row.get("start", "end")
    if times and times[0] >= DAY_MINUTES:
        yield row.fault("start", Sentence("24:00 之前的时刻", "a time before 24:00"))
    elif times and not times[0] < times[1] <= times[0] + DAY_MINUTES:
        expected = Sentence(
            "晚于 {start} 的时刻（过零点写 次日00:30）", "a time after {start} (past midnight: +1 00:30)"
        )
        yield row.fault("end", expected, start=clock_text(times[0]))


def check_event_contradictions(rows: Rows) -> Iterator[Fault]:
    """Words among those taking part that mean nobody, and rows of one event that do not go together."""
    people = rows.get("people", ())
    known = {normal_width(word): word for row in people for word in _called(row)}
    nearest = NearestWords(known)
    first: dict[str, Row] = {}
    for row in rows.get("events", ()):
        for word in row.values.get("who", ()):
            if normal_width(word) not in known:
                expected = Sentence(
                    "人员表中的角色、班组或工号{tail}", "a role, a team or an id of the people table{tail}"
                )
                yield row.fault("who", expected, tail=nearest.tail(word))
        told = row.get("name", "date", "who", "free_time")
        if not told:
            continue
        name, on, who, free_time = told
        other = first.setdefault(normal_width(name), row)
        if (before := other.get("date", "who", "free_time")) is None or other is row:
            continue
        same = Sentence(
            "与第 {row} 行相同（同名的行是同一活动的各场）",
            "the same as in row {row}, as rows of one name are sittings of one event",
        )
        if set(map(normal_width, before[1])) != set(map(normal_width, who)):
            yield row.fault("who", same, row=other.place.row)
        if before[2] != free_time:
            yield row.fault("free_time", same, row=other.place.row)
        if is_weekly(before[0]) != is_weekly(on):
            expected = Sentence(
                "与第 {row} 行一样每周举行，或一样只举行一次；否则请另起名称",
                "weekly or once, as in row {row}; otherwise give the event another name",
            )
            yield row.fault("date", expected, row=other.place.row)


def _called(person: Row) -> Iterator[str]:
    """Everything by which the events table may mean a person."""
    yield from filter(None, (person.values.get("id"), person.values.get("team")))
    yield from person.values.get("roles", ())


def event_rows(rows: Rows) -> Iterator[EventRow]:
    """The rows of the table, with the ids of those who take part."""
    called: dict[str, list[int]] = {}  # people, by their place in the table
    for place, person in enumerate(rows["people"]):
        for word in set(map(normal_width, _called(person))):
            called.setdefault(word, []).append(place)
    ids = tuple(person["id"] for person in rows["people"])
    meant: dict[frozenset[str], tuple[str, ...]] = {frozenset(): ids}
    for row in rows.get("events", ()):
        words = frozenset(map(normal_width, row["who"]))
        if words not in meant:
            meant[words] = tuple(ids[place] for place in sorted({place for word in words for place in called[word]}))
        yield EventRow(
            row["name"],
            row["date"],
            start=row["start"],
            end=row["end"],
            workers=meant[words],
            free_time=row["free_time"],
            place=row.at("start"),
        )


def month_events(
    rows: Sequence[EventRow], days: Sequence[Day], first_weekday: int
) -> tuple[tuple[Event, ...], list[Note]]:
    """The events of a month, in the order of their first sittings, and a note on each event that people must settle.

    Rows of one name are sittings of one event: those of a week of the desk
    where it is held weekly, otherwise those of the month. A week with sittings
    in two months is left out, with a note, as nobody can tell from a month who
    went to a sitting in another.

    Raises
    ------
    InputError
        Two sittings are held at the same time.
    """
    held = [(Sitting(day.date, row.start, row.end), row) for row in rows for day in days if row.held_on(day)]
    held.sort(key=lambda one: one[0])  # stable: at the same time, in the order of the table
    faults = []
    longest: tuple[int, EventRow] | None = None  # the sitting that ends last, in minutes since the first day
    for sitting, row in held:
        since = (sitting.day - days[0].date).days * DAY_MINUTES
        if longest and since + sitting.start < longest[0]:
            expected = Sentence(
                "{day}与“{name}”（第 {row} 行）不同时的时刻",
                "a time on {day} other than that of “{name}” in row {row}",
            )
            facts = {"day": sitting.day, "name": longest[1].name, "row": longest[1].place.row}
            faults.append(row.place.fault(expected, clock_text(row.start), **facts))
        if not longest or since + sitting.end > longest[0]:
            longest = since + sitting.end, row
    if faults:
        raise InputError(list(first_faults(faults)))
    week_of = {day: week[0] for week in weeks(tuple(day.date for day in days), first_weekday) for day in week}
    groups: dict[tuple[str, date | None], list[tuple[Sitting, EventRow]]] = {}
    for sitting, row in held:
        groups.setdefault((normal_width(row.name), week_of[sitting.day] if row.weekly else None), []).append(
            (sitting, row)
        )
    return _events(rows, groups, days)


def _events(
    rows: Iterable[EventRow],
    groups: Mapping[tuple[str, date | None], list[tuple[Sitting, EventRow]]],
    days: Sequence[Day],
) -> tuple[tuple[Event, ...], list[Note]]:
    events, notes = [], []
    named: dict[str, list[EventRow]] = {}
    for row in rows:
        named.setdefault(normal_width(row.name), []).append(row)
    for (name, week), found in groups.items():
        row = found[0][1]
        if week and _over_the_edge(week, named[name], days):
            notes.append(Note(OVER_THE_EDGE, (("event", row.name), ("day", week))))
        else:
            events.append(Event(row.name, tuple(sitting for sitting, _ in found), row.workers, row.free_time))
    return tuple(events), notes


def _over_the_edge(week: date, rows: Iterable[EventRow], days: Sequence[Day]) -> bool:
    """Whether these rows of a weekly event have sittings of the week outside the month, whose kinds of day are not known."""
    inside = {day.date for day in days}
    outside = [day for day in (week + n * ONE_DAY for n in range(len(WEEKDAY_KEYS))) if day not in inside]
    return any(WEEKDAY_KEYS[day.weekday()] in row.on.split(AND) for row in rows for day in outside)


OVER_THE_EDGE = Sentence(
    "“{event}”在{day}起的一周里跨月分场，请人工安排",
    "{event} has sittings in two months in the week of {day}: settle it by hand",
)
