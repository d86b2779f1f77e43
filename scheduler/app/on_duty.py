"""Who was on duty at a moment: by the version that was in force then, and in fact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from scheduler import clock
from scheduler.app.held_months import Holding, made_of, read_holding, read_month
from scheduler.app.locations import open_existing_ledger
from scheduler.app.people import people_of
from scheduler.domain import Month, Note, present_ids
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.hr.in_force import HeldMonth, hold_duty, is_in_force
from scheduler.i18n import Sentence
from scheduler.timeline import ONE_DAY, Span, instant, moment
from scheduler.workflow.change_request import RequestState

NONE_IN_FORCE = Sentence(
    "{at} 时 {month} 没有在用的版本：没有排班", "no version of {month} was in force at {at}: nobody was planned"
)
TO_COME = Sentence("{at} 还没有到：实际暂同排班", "{at} is still to come: in fact as planned, so far")


@dataclass(frozen=True)
class InForce:
    """The version that was in force; `number` is 0 where none was."""

    month: Month
    number: int = 0
    fingerprint: str = ""


@dataclass(frozen=True, kw_only=True)
class OnDuty:
    """Somebody at a moment.

    Attributes
    ----------
    shift : str
        Empty for overtime beside the duties.
    start, end : datetime
        In the desk's zone.
    planned, there : bool
        Whether it stood in the version in force then (overtime: was approved before it was worked), and whether they were
        there as far as is known.
    gone : tuple of (datetime, datetime)
        From when to when they were gone in the middle of it, hours of leave; in the desk's zone.
    """

    who: str
    name: str
    shift: str
    start: datetime
    end: datetime
    planned: bool
    there: bool
    gone: tuple[tuple[datetime, datetime], ...] = ()


@dataclass(frozen=True)
class AtMoment:
    """Who was on duty at a moment."""

    files: DeskFiles
    at: datetime
    versions: tuple[InForce, ...]
    people: tuple[OnDuty, ...]
    notes: tuple[Note, ...] = ()


def who_was_on_duty(desk: Path, at: datetime, *, store: str | None = None, now: clock.Clock = clock.now) -> AtMoment:
    """Who was on duty at a moment, by the plan of then and in fact.

    Parameters
    ----------
    at : datetime
        Without a zone, in the desk's.

    Raises
    ------
    InputError, LedgerError
    """
    files = read_desk(desk)
    zone = ZoneInfo(files.desk.zone)
    at = at.astimezone(zone) if at.tzinfo else at.replace(tzinfo=zone)
    today, eve = at.date(), at.date() - ONE_DAY
    months = sorted({Month.of(eve), Month.of(today)})
    with open_existing_ledger(desk, store) as ledger:
        holding = read_holding(files, ledger)
        found: dict[tuple[str, str, datetime], OnDuty] = {}
        versions, notes = [], list[Note]()
        for month in months:
            windows = holding.windows.get(month, ())
            held, said = read_month(holding, month) if windows else (None, [])
            notes += said
            number = next((one.version for one in windows if is_in_force(one, at.timestamp())), 0)
            if number and held:
                versions.append(InForce(month, number, held.fingerprints[number]))
            elif month == Month.of(today):
                versions.append(InForce(month))
                notes.append(Note(NONE_IN_FORCE, (("at", f"{at:%Y-%m-%d %H:%M}"), ("month", month))))
            for one in _there(holding, held, number, at):
                key = one.who, one.shift, one.start
                before = found.get(key, one)
                found[key] = OnDuty(
                    who=one.who,
                    name=one.name,
                    shift=one.shift,
                    start=one.start,
                    end=one.end,
                    planned=before.planned or one.planned,
                    there=before.there or one.there,
                    gone=before.gone or one.gone,
                )
    if at > clock.at_desk(now, files.desk.zone):
        notes.append(Note(TO_COME, (("at", f"{at:%Y-%m-%d %H:%M}"),)))
    people = sorted(found.values(), key=lambda one: (one.start, one.shift, one.who))
    return AtMoment(files, at, tuple(versions), tuple(people), tuple(notes))


def _there(holding: Holding, held: HeldMonth | None, number: int, at: datetime) -> list[OnDuty]:
    """Who is on duty in a month at a moment, once by the version of then, and once in fact."""
    if held is None:
        return []
    zone, minute = holding.files.desk.zone, at.timestamp() / 60
    hour_scale = held.problem.minute_at(at.date(), 60 * at.hour + at.minute)  # on which hours of leave are
    present = present_ids(holding.files.workers)
    names = {one.id: one.name for one in people_of(holding.files).values()}
    names = {**{one.id: one.name for one in held.problem.workers}, **names}
    rows = [(one.worker, one.shift.code, one.span, False, True, one.away) for one in held.duties if one.worked]
    if number:
        made = made_of(holding, holding.ledger.version(holding.files.desk.id, number))[0]
        near = [duty for duty in made.duties if duty.day in (at.date(), at.date() - ONE_DAY)]
        rows += [(duty.worker, duty.shift, hold_duty(made, duty).span, True, False, ()) for duty in near]

    def wall(minute: int) -> datetime:
        """A minute on the scale on which hours of leave are, in the desk's zone."""
        return held.problem.moment_at(minute).replace(tzinfo=ZoneInfo(zone))

    done = {one.overtime for one in holding.requests if one.after_fact and one.state == RequestState.APPROVED}
    for row in held.problem.overtime:
        if row.start is not None:
            span = Span(*(instant(row.day, at_minute, zone) for at_minute in (row.start, row.start + row.minutes)))
            rows.append((row.worker, "", span, row not in done, True, ()))
    return [
        OnDuty(
            who=present.get(who, who),
            name=names.get(present.get(who, who), who),
            shift=code,
            start=moment(span.start, zone),
            end=moment(span.end, zone),
            planned=planned,
            there=there and not any(one.start <= hour_scale < one.end for one in away),
            gone=tuple((wall(one.start), wall(one.end)) for one in away),
        )
        for who, code, span, planned, there, away in rows
        if span.start <= minute < span.end
    ]
