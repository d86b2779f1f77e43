"""Calendar files of duties.

A calendar file holds one event for each duty, under an identifier that belongs
to the desk, the person and the day, whatever the version: a program that took
in an earlier file moves or strikes its event, and never shows two.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone

from scheduler.domain import Change, Problem, Shift
from scheduler.files.papers.layout import issued_at
from scheduler.files.writing.edition import Edition
from scheduler.files.writing.wording import name_shift, say_breaks, say_times
from scheduler.i18n import Lang, Sentence
from scheduler.timeline import ONE_DAY, moment

BECAUSE = Sentence("原因：{because}", "Because: {because}")
DUTY_NAME = Sentence("{shift} · {desk}", "{shift} · {desk}")
STRUCK_NAME = Sentence("【取消】{name}", "[cancelled] {name}")
DUTY_NOTE = Sentence("{desk}排班表第 {version} 版", "{desk}, roster version {version}")
BREAKS_NOTE = Sentence("休息 {breaks}", "breaks {breaks}")
CALENDAR_TITLE = Sentence("{name} · {desk}值班", "{name} · duties at {desk}")


def _in_order(problem: Problem, day: date, codes: Sequence[str]) -> list[str]:
    """A day's shifts by their start."""
    known = problem.shifts_by_code_on(day)
    return sorted(codes, key=lambda code: (known[code].start if code in known else -1, code))


def change_events(edition: Edition, change: Change, because: str, lang: Lang) -> Iterator[Event]:
    """What stands now on a day, and what fell away of what stood there."""
    before, after = (_in_order(edition.problem, change.day, codes) for codes in (change.before, change.after))
    for place, code in enumerate(after):
        yield _event(edition, change.worker, change.day, place, code, because, lang)
    for place, code in enumerate(before[len(after) :], len(after)):
        yield _event(edition, change.worker, change.day, place, code, because, lang, struck=True)


def _event(
    edition: Edition,
    worker: str,
    day: date,
    place: int,
    code: str,
    because: str,
    lang: Lang,
    struck: bool = False,
) -> Event:
    """One duty of a day, the `place`-th of it.

    Another shift on the same day keeps the identifier and so replaces the
    event; the sequence is the version, which only grows.
    """
    problem, desk = edition.problem, edition.problem.desk
    shift = problem.shifts_by_code_on(day).get(code)
    name = DUTY_NAME.say(lang, shift=name_shift(shift) if shift else code, desk=desk.name)
    at = issued_at(edition).astimezone(UTC).replace(microsecond=0)
    event = Event()
    event.add("UID", str(uuid5(NAMESPACE_URL, f"desk-scheduler:{desk.id}/{worker}/{day}/{place}")))
    event.add("DTSTAMP", at)
    event.add("LAST-MODIFIED", at)
    event.add("SEQUENCE", edition.version)
    event.add("SUMMARY", STRUCK_NAME.say(lang, name=name) if struck else name)
    event.add("DESCRIPTION", "\n".join(_describe(edition, shift, because, lang)))
    event.add("STATUS", "CANCELLED" if struck else "CONFIRMED")
    event.add("TRANSP", "TRANSPARENT" if struck else "OPAQUE")
    if shift:
        span = problem.span(day, code)
        event.add("DTSTART", moment(span.start, desk.zone))
        event.add("DTEND", moment(span.end, desk.zone))
        if shift.post:
            event.add("LOCATION", shift.post)
    else:  # a shift that the desk no longer has: its hours are not known any more
        event.add("DTSTART", day)
        event.add("DTEND", day + ONE_DAY)
    return event


def _describe(edition: Edition, shift: Shift | None, because: str, lang: Lang) -> Iterator[str]:
    yield DUTY_NOTE.say(lang, desk=edition.problem.desk.name, version=edition.version)
    if shift:
        yield say_times(shift, lang)
        if shift.breaks:
            yield BREAKS_NOTE.say(lang, breaks=say_breaks(shift, lang))
    if because:
        yield BECAUSE.say(lang, because=because)


def make_calendar(edition: Edition, worker: str, events: Sequence[Event], lang: Lang) -> bytes:
    """A calendar file with these events, in the desk's zone."""
    desk = edition.problem.desk
    known = edition.problem.worker_by_id.get(worker)
    calendar = Calendar()
    calendar.add("PRODID", f"-//desk-scheduler//roster//{lang.upper()}")
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("X-WR-CALNAME", CALENDAR_TITLE.say(lang, name=known.name if known else worker, desk=desk.name))
    calendar.add_component(_zone(desk.zone, edition.problem.first.year))
    for event in events:
        calendar.add_component(event)
    return bytes(calendar.to_ical())


@lru_cache(maxsize=16)
def _zone(zone: str, year: int) -> Timezone:
    """The desk's zone from the year before to the year after."""
    first, last = datetime(year - 1, 1, 1, tzinfo=UTC).date(), datetime(year + 2, 1, 1, tzinfo=UTC).date()
    return Timezone.from_tzinfo(ZoneInfo(zone), zone, first, last)
