"""What people are told when their duties change (RULES 5): a letter and a calendar file for each of them.

A calendar file holds one event for each duty, under an identifier that belongs
to the desk, the person and the day, whatever the version: a program that took
in an earlier file moves or strikes its event, and never shows two.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone

from scheduler.domain import Change, Problem, Shift
from scheduler.files.papers.layout import issued_at, stem
from scheduler.files.put import put_file
from scheduler.files.writing.edition import Edition
from scheduler.files.writing.labels import breaks_said
from scheduler.files.writing.wording import change_said, shift_called, shift_times
from scheduler.i18n import Lang, Sentence
from scheduler.timeline import ONE_DAY, moment

NOTICE_NAME, CALENDAR_NAME = Sentence("变更", "change"), Sentence("日历", "calendar")
SAFE = re.compile(r"[^\w.-]")

TO = Sentence("{name}（{id}）：", "{name} ({id}),")
MOVED = Sentence(
    "{desk} {month}排班表已改为第 {version} 版，您有 {n} 天变动：",
    "The roster of {desk} for {month} is now version {version}. It changes {n} of your days:",
)
LINE = Sentence("  {line}", "  {line}")
BECAUSE = Sentence("原因：{because}", "Because: {because}")
APPROVED = Sentence("批准：{by}", "Approved by: {by}")
IN_FORCE = Sentence("现行版本：第 {version} 版{mark}", "In force: version {version}{mark}")
MARK = Sentence("（指纹 {mark}）", " (fingerprint {mark})")
VOID = Sentence(
    "第 {n} 版作废：请停止使用，把旧表交回。其余日期不变。",
    "Version {n} is void: stop using it and return your copy. Your other days stay as they were.",
)
THE_REST = Sentence("其余日期不变。", "Your other days stay as they were.")
CALENDAR_TOO = Sentence(
    "附日历文件 {name}：导入后，原有日程会更新或取消。",
    "The calendar file {name} updates or strikes what earlier ones put into your calendar.",
)
NOT_GIVEN = Sentence("未写", "not given")

DUTY_NAME = Sentence("{shift} · {desk}", "{shift} · {desk}")
STRUCK_NAME = Sentence("【取消】{name}", "[cancelled] {name}")
DUTY_NOTE = Sentence("{desk}排班表第 {version} 版", "{desk}, roster version {version}")
BREAKS_NOTE = Sentence("休息 {breaks}", "breaks {breaks}")
CALENDAR_TITLE = Sentence("{name} · {desk}值班", "{name} · duties at {desk}")


def write_notices(
    folder: Path,
    edition: Edition,
    changes: Sequence[Change],
    because: str,
    lang: Lang = "zh",
    *,
    approved_by: str = "",
    replaces: int | None = None,
) -> list[Path]:
    """Write a letter and a calendar file for each person whose cells changed, and for nobody else.

    Parameters
    ----------
    folder : Path
        Made where it is not there; files of those names are replaced.
    edition : Edition
        The version now in force.
    changes : sequence of Change
        Against the version before; a cell that is the same before and after is passed over.
    because : str
        Why, as the people told may read it.
    approved_by : str
        Who approved the change.
    replaces : int or None
        The version that is void now.

    Returns
    -------
    list of Path
        Letter and calendar by turns, people in the desk's order.

    Raises
    ------
    OSError
        When a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    because, written = " ".join(because.split()), []
    for worker, theirs in _by_worker(edition.problem, changes).items():
        name = f"{stem(edition)}-{_file_part(worker)}-{NOTICE_NAME.say(lang)}"
        events = [event for change in theirs for event in _events(edition, change, because, lang)]
        letter = _letter(edition, worker, theirs, because, lang, approved_by, replaces, edition.fingerprint)
        lines = [*letter, "", CALENDAR_TOO.say(lang, name=f"{name}.ics"), ""]
        written.append(put_file(folder / f"{name}.txt", "\n".join(lines).encode()))
        written.append(put_file(folder / f"{name}.ics", _calendar(edition, worker, events, lang)))
    return written


def write_calendars(
    folder: Path, edition: Edition, lang: Lang = "zh", *, workers: Collection[str] | None = None
) -> list[Path]:
    """Write each person's whole month as a calendar file, so that later notices have something to update.

    Parameters
    ----------
    workers : collection of str, optional
        Ids; by default everybody with a duty.

    Raises
    ------
    OSError
        When a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    problem, roster, written = edition.problem, edition.roster, []
    for worker in problem.worker_by_id:
        days = [day for day in problem.dates if roster.on(worker, day)]
        if not days or (workers is not None and worker not in workers):
            continue
        events = [
            _event(edition, worker, day, place, code, "", lang)
            for day in days
            for place, code in enumerate(_in_order(problem, roster.on(worker, day)))
        ]
        name = f"{stem(edition)}-{_file_part(worker)}-{CALENDAR_NAME.say(lang)}.ics"
        written.append(put_file(folder / name, _calendar(edition, worker, events, lang)))
    return written


def _by_worker(problem: Problem, changes: Sequence[Change]) -> dict[str, list[Change]]:
    """The cells that do change, by person, each person's by day."""
    order = {worker: place for place, worker in enumerate(problem.worker_by_id)}
    moved = [change for change in changes if set(change.before) != set(change.after)]
    moved.sort(key=lambda change: (order.get(change.worker, len(order)), change.worker, change.day))
    found: dict[str, list[Change]] = {}
    for change in moved:
        found.setdefault(change.worker, []).append(change)
    return found


def _file_part(worker: str) -> str:
    """An id as part of a file's name; one that had to be altered is told apart by a mark."""
    safe = SAFE.sub("_", worker)
    return safe if safe == worker else f"{safe}-{hashlib.sha256(worker.encode()).hexdigest()[:6]}"


def _letter(
    edition: Edition,
    worker: str,
    changes: Sequence[Change],
    because: str,
    lang: Lang,
    approved_by: str,
    replaces: int | None,
    mark: str,
) -> Iterator[str]:
    problem = edition.problem
    known = problem.worker_by_id.get(worker)
    month, version = edition.month(lang), edition.version
    yield TO.say(lang, name=known.name if known else worker, id=worker)
    yield ""
    yield MOVED.say(lang, desk=problem.desk.name, month=month, version=version, n=len(changes))
    yield from (LINE.say(lang, line=change_said(problem, change, lang)) for change in changes)
    yield ""
    yield BECAUSE.say(lang, because=because or NOT_GIVEN.say(lang))
    yield APPROVED.say(lang, by=approved_by or NOT_GIVEN.say(lang))
    yield IN_FORCE.say(lang, version=version, mark=MARK.say(lang, mark=mark) if mark else "")
    yield VOID.say(lang, n=replaces) if replaces else THE_REST.say(lang)


# --- Calendars ---------------------------------------------------------------


def _in_order(problem: Problem, codes: Sequence[str]) -> list[str]:
    """A day's shifts by their start."""
    known = problem.shift_by_code
    return sorted(codes, key=lambda code: (known[code].start if code in known else -1, code))


def _events(edition: Edition, change: Change, because: str, lang: Lang) -> Iterator[Event]:
    """What stands now on a day, and what fell away of what stood there."""
    before, after = (_in_order(edition.problem, codes) for codes in (change.before, change.after))
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
    shift = problem.shift_by_code.get(code)
    name = DUTY_NAME.say(lang, shift=shift_called(shift) if shift else code, desk=desk.name)
    at = issued_at(edition).astimezone(UTC).replace(microsecond=0)
    event = Event()
    event.add("UID", str(uuid5(NAMESPACE_URL, f"desk-scheduler:{desk.id}/{worker}/{day}/{place}")))
    event.add("DTSTAMP", at)
    event.add("LAST-MODIFIED", at)
    event.add("SEQUENCE", edition.version)
    event.add("SUMMARY", STRUCK_NAME.say(lang, name=name) if struck else name)
    event.add("DESCRIPTION", "\n".join(_described(edition, shift, because, lang)))
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


def _described(edition: Edition, shift: Shift | None, because: str, lang: Lang) -> Iterator[str]:
    yield DUTY_NOTE.say(lang, desk=edition.problem.desk.name, version=edition.version)
    if shift:
        yield shift_times(shift, lang)
        if shift.breaks:
            yield BREAKS_NOTE.say(lang, breaks=breaks_said(shift, lang))
    if because:
        yield BECAUSE.say(lang, because=because)


def _calendar(edition: Edition, worker: str, events: Sequence[Event], lang: Lang) -> bytes:
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
