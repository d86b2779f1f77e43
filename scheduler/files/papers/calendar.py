"""Calendar files of duties.

A calendar file holds one event for each duty, under an identifier that belongs
to the desk, the person and the day, whatever the version: a program that took
in an earlier file moves or strikes its event, and never shows two.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone

from scheduler.domain import Problem
from scheduler.files.writing.labels import IF_CALLED, OVERTIME, STANDBY
from scheduler.files.writing.wording import name_shift, say_duty, say_overtime
from scheduler.i18n import Lang, Sentence
from scheduler.workflow.holdings import MovedDay, PrintedDuty, PrintedOvertime

BECAUSE = Sentence("原因：{because}", "Because: {because}")
DUTY_NAME = Sentence("{shift} · {desk}", "{shift} · {desk}")
STRUCK_NAME = Sentence("【取消】{name}", "[cancelled] {name}")
DUTY_NOTE = Sentence("{desk}排班表第 {version} 版", "{desk}, roster version {version}")
CALENDAR_TITLE = Sentence("{name} · {desk}值班", "{name} · duties at {desk}")


@dataclass(frozen=True)
class CalendarStep:
    """A publication or withdrawal, as calendar files name it.

    Attributes
    ----------
    sequence : int
        The number of its entry in the desk's log, which only grows: an older draft may be published after a newer one.
    at : datetime
        Zone-aware.
    because : str
        Why, as the person told may read it.
    """

    version: int
    _: KW_ONLY
    sequence: int
    at: datetime
    because: str = ""


def day_events(problem: Problem, worker: str, moved: MovedDay, step: CalendarStep, lang: Lang) -> Iterator[Event]:
    """What stands now on a day, and what fell away of what stood there."""
    for kind, before, after in (
        ("", moved.before.duties, moved.after.duties),
        ("overtime/", moved.before.overtime, moved.after.overtime),
        ("standby/", moved.before.standby, moved.after.standby),
    ):
        for place, what in enumerate((*after, *before[len(after) :])):
            key = f"{worker}/{moved.day}/{kind}{place}"
            is_standby = kind == "standby/"
            yield _event(problem, key, moved.day, what, step, lang, struck=place >= len(after), is_standby=is_standby)


def _event(
    problem: Problem,
    key: str,
    day: date,
    duty: PrintedDuty | PrintedOvertime,
    step: CalendarStep,
    lang: Lang,
    *,
    struck: bool,
    is_standby: bool,
) -> Event:
    """A duty or overtime of a day; another one in its place keeps the identifier and so replaces the event."""
    desk = problem.desk
    if isinstance(duty, PrintedDuty):
        shift = problem.shifts_by_code_on(day).get(duty.shift)
        called, said = name_shift(shift) if shift else duty.shift, say_duty(problem, day, duty, lang)
    else:
        shift, called, said = None, OVERTIME.say(lang), say_overtime(day, duty, lang)
    if is_standby:
        called, said = STANDBY.say(lang, shift=called), f"{said}\n{IF_CALLED.say(lang)}"
    name = DUTY_NAME.say(lang, shift=called, desk=desk.name)
    at = step.at.astimezone(UTC).replace(microsecond=0)
    note = [DUTY_NOTE.say(lang, desk=desk.name, version=step.version), said]
    note += [BECAUSE.say(lang, because=step.because)] if step.because else []
    event = Event()
    event.add("UID", str(uuid5(NAMESPACE_URL, f"desk-scheduler:{desk.id}/{key}")))
    event.add("DTSTAMP", at)
    event.add("LAST-MODIFIED", at)
    event.add("SEQUENCE", step.sequence)
    event.add("SUMMARY", STRUCK_NAME.say(lang, name=name) if struck else name)
    event.add("DESCRIPTION", "\n".join(note))
    event.add("STATUS", "CANCELLED" if struck else "TENTATIVE" if is_standby else "CONFIRMED")
    event.add("TRANSP", "TRANSPARENT" if struck or is_standby else "OPAQUE")
    event.add("DTSTART", duty.start.astimezone(ZoneInfo(desk.zone)))
    event.add("DTEND", duty.end.astimezone(ZoneInfo(desk.zone)))
    if shift and shift.post:
        event.add("LOCATION", shift.post)
    return event


def make_calendar(problem: Problem, name: str, events: Sequence[Event], lang: Lang) -> bytes:
    """A person's calendar file with these events, in the desk's zone."""
    desk = problem.desk
    calendar = Calendar()
    calendar.add("PRODID", f"-//desk-scheduler//roster//{lang.upper()}")
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("X-WR-CALNAME", CALENDAR_TITLE.say(lang, name=name, desk=desk.name))
    calendar.add_component(_zone(desk.zone, problem.first.year))
    for event in events:
        calendar.add_component(event)
    return bytes(calendar.to_ical())


@lru_cache(maxsize=16)
def _zone(zone: str, year: int) -> Timezone:
    """The desk's zone from the year before to the year after."""
    first, last = datetime(year - 1, 1, 1, tzinfo=UTC).date(), datetime(year + 2, 1, 1, tzinfo=UTC).date()
    return Timezone.from_tzinfo(ZoneInfo(zone), zone, first, last)
