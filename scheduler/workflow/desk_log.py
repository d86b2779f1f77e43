"""A desk's log as somebody reads it who has nothing else: every step, version, request and copy, and the rosters themselves.

Pure functions of entries and versions. `take_excerpt` keeps what touches a month, a request or a person.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeVar

from scheduler.domain import Month
from scheduler.workflow.change_log import Receipt, receipts_by_version
from scheduler.workflow.change_request import Request, RequestState
from scheduler.workflow.facts import Judgement, request_of
from scheduler.workflow.log_steps import NumberedEntry, Step, StepCell, log_steps
from scheduler.workflow.overrides import Override
from scheduler.workflow.readers import WHOLE, Reader
from scheduler.workflow.version import STEPS, VersionStatus

MIDNIGHT = "24:00"
OneEntry = TypeVar("OneEntry", bound=NumberedEntry)
DECISIONS = (RequestState.APPROVED, RequestState.REFUSED, RequestState.CANCELLED, RequestState.OVERTAKEN)


@dataclass(frozen=True)
class VersionLife:
    """What happened to a version.

    Attributes
    ----------
    drafted, published, ended : Step or None
        The steps by which it was made, put in force, and superseded or withdrawn.
    request : Request or None
        The request that it carries out, as it stands now.
    outstanding : tuple of str
        Names of the recipients who have not signed for their copy or, where it is void, not returned it.
    """

    version: int
    _: KW_ONLY
    drafted: Step | None = None
    published: Step | None = None
    ended: Step | None = None
    request: Request | None = None
    outstanding: tuple[str, ...] = ()

    @property
    def months(self) -> tuple[Month, ...]:
        """Its month, where that was recorded."""
        step = self.drafted or self.published
        return step.months if step else ()

    @property
    def status(self) -> VersionStatus:
        """Its state."""
        status = VersionStatus.DRAFT
        for step in (self.published, self.ended):
            status = STEPS.get((status, step.event), status) if step else status
        return status

    @property
    def cells(self) -> tuple[StepCell, ...]:
        """The cells that its publication moved, as far as it says so: of a first roster, none."""
        return self.published.cells if self.published else ()


@dataclass(frozen=True)
class RequestStory:
    """What happened to a request: its steps, and those of the versions that carry it out.

    Attributes
    ----------
    steps : tuple of Step
        At least one.
    """

    steps: tuple[Step, ...]

    @property
    def request(self) -> Request:
        """As it stands after its last step."""
        found = self.steps[-1].request
        if found is None:
            raise ValueError("a step without a request")
        return found

    @property
    def decided(self) -> Step | None:
        """The step by which it was approved, refused, cancelled or overtaken."""
        return next((step for step in self.steps if step.event in DECISIONS), None)

    @property
    def judgement(self) -> Judgement:
        """The last."""
        return next((step.judgement for step in reversed(self.steps) if step.judgement), Judgement())

    @property
    def override(self) -> tuple[str, tuple[Override, ...]]:
        """Why something is set aside, and what, as far as that was recorded."""
        set_aside = next((step.sets_aside for step in self.steps if step.sets_aside), ())
        return next((step.override for step in reversed(self.steps) if step.override), ""), set_aside

    @property
    def versions(self) -> tuple[int, ...]:
        """Numbers of the versions that carry it out."""
        return tuple(step.version for step in self.steps if step.event == "published" and step.version)

    @property
    def months(self) -> tuple[Month, ...]:
        """The months that it touches."""
        return tuple(sorted({month for step in self.steps for month in step.months}))

    @property
    def moved(self) -> tuple[StepCell, ...]:
        """The cells that it has moved in rosters in force, and those that it has entered after the fact."""
        return tuple(cell for step in self.steps if step.event in ("published", "entered") for cell in step.cells)


@dataclass(frozen=True)
class RosterLine:
    """Somebody's month in a version that was put in force.

    Attributes
    ----------
    cells : mapping of int to tuple of str
        Codes of the shifts, by the day of the month, where there is a duty.
    """

    version: int
    month: Month
    worker: str
    name: str
    cells: Mapping[int, tuple[str, ...]]

    def on(self, day: int) -> tuple[str, ...]:
        """Codes of the shifts on a day of the month; none where it has no such day."""
        return self.cells.get(day, ())


@dataclass(frozen=True)
class ShiftHours:
    """From when to when a shift is, in a version that was put in force.

    Attributes
    ----------
    start, end : str
        Wall clock, as `16:00`; an end on the next day as `+08:00`, at midnight as `24:00`.
    first, last : date
        The first and the last day with such a duty.
    """

    version: int
    month: Month
    shift: str
    start: str
    end: str
    paid_hours: float
    first: date
    last: date


@dataclass(frozen=True, kw_only=True)
class DeskLog:
    """A desk's log, or an excerpt of it.

    Attributes
    ----------
    desk, title, zone : str
        Id and name of the desk; IANA name of the zone in which times are told.
    head : (int, str)
        Number and digest of the last entry of the whole log; 0 and empty where there is none.
    names : mapping of str to str
        People's names by id, those who left included.
    copies : tuple of Receipt
        Of every version that was put in force.
    rosters, hours
        Of every version that was put in force, whole.
    of_month, of_request, of_person
        What it is an excerpt about; nothing for the whole log.
    reader : Reader
        For whom it is told; see `redaction`.
    """

    desk: str
    title: str
    zone: str
    head: tuple[int, str] = (0, "")
    names: Mapping[str, str] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    versions: tuple[VersionLife, ...] = ()
    requests: tuple[RequestStory, ...] = ()
    copies: tuple[Receipt, ...] = ()
    rosters: tuple[RosterLine, ...] = ()
    hours: tuple[ShiftHours, ...] = ()
    of_month: Month | None = None
    of_request: int | None = None
    of_person: str = ""
    reader: Reader = WHOLE

    @property
    def last(self) -> datetime | None:
        """When the latest of its steps was taken."""
        return max((step.at for step in self.steps), default=None)


def entries_of_month(entries: Sequence[OneEntry], versions: Collection[int]) -> list[OneEntry]:
    """The entries about versions of a month, and those about requests that concern one of them.

    Parameters
    ----------
    versions : collection of int
        The month's.
    """
    mine = set(versions)
    numbers = {request_of(one) for one in entries if one.version in mine or mine.intersection(_reaches(one))}
    return [one for one in entries if one.version in mine or (request_of(one) or 0) in numbers]


def _reaches(entry: NumberedEntry) -> list[int]:
    """The versions of further months on which a request was judged."""
    also = entry.facts.get("also")
    return [one for one in also if isinstance(one, int)] if isinstance(also, list) else []


def version_lives(steps: Iterable[Step], copies: Iterable[Receipt] = ()) -> list[VersionLife]:
    """The life of each version, by number.

    Parameters
    ----------
    copies : iterable of Receipt
        Those that are outstanding.
    """
    lives: dict[int, VersionLife] = {}
    parts = {"drafted": "drafted", "published": "published", "superseded": "ended", "withdrawn": "ended"}
    requests: dict[int, Request] = {}
    for step in steps:
        if step.request:
            requests[step.request.number] = step.request
        if step.version and step.event in parts:
            change: dict[str, Any] = {parts[step.event]: step}
            if step.event != "superseded" and step.request:
                change["request"] = step.request
            lives[step.version] = replace(lives.get(step.version, VersionLife(step.version)), **change)
    waiting: dict[int, list[str]] = {}
    for copy in copies:
        waiting.setdefault(copy.version, []).append(copy.recipient.name)
    return [
        replace(
            life,
            outstanding=tuple(waiting.get(number, ())),
            request=life.request and requests[life.request.number],
        )
        for number, life in sorted(lives.items())
    ]


def request_stories(steps: Iterable[Step]) -> list[RequestStory]:
    """The story of each request, by number."""
    found: dict[int, list[Step]] = {}
    for step in steps:
        if step.request:
            found.setdefault(step.request.number, []).append(step)
    return [RequestStory(tuple(found[number])) for number in sorted(found)]


def roster_lines(
    version: int, month: Month, people: Mapping[str, str], details: Iterable[Mapping[str, Any]]
) -> list[RosterLine]:
    """A version's roster: a line for each person, those without a duty included.

    Parameters
    ----------
    people : mapping of str to str
        Names by id, as they were then.
    details : iterable of mappings
        The version's duty rows.
    """
    cells: dict[str, dict[int, tuple[str, ...]]] = {worker: {} for worker in people}
    for row in details:
        mine, day = cells.setdefault(row["worker"], {}), date.fromisoformat(row["date"]).day
        mine[day] = (*mine.get(day, ()), row["shift"])
    return [RosterLine(version, month, worker, people.get(worker, worker), mine) for worker, mine in cells.items()]


def shift_hours(version: int, month: Month, details: Iterable[Mapping[str, Any]]) -> list[ShiftHours]:
    """From when to when a version's shifts are, each with the days on which it is so."""
    days: dict[tuple[str, str, str, float], list[date]] = {}
    for row in details:
        day, end = date.fromisoformat(row["date"]), datetime.fromisoformat(row["end"])
        start = datetime.fromisoformat(row["start"])
        until = f"{end:%H:%M}" if end.date() == day else MIDNIGHT if f"{end:%H:%M}" == "00:00" else f"+{end:%H:%M}"
        days.setdefault((row["shift"], f"{start:%H:%M}", until, float(row["paid_hours"])), []).append(day)
    return [ShiftHours(version, month, *key, min(found), max(found)) for key, found in days.items()]


def tell_log(log: DeskLog, entries: Sequence[NumberedEntry]) -> DeskLog:
    """The log with everything that its entries tell."""
    copies = tuple(copy for listed in receipts_by_version(entries).values() for copy in listed.values())
    return replace(tell_steps(log, entries, [copy for copy in copies if copy.is_outstanding]), copies=copies)


def tell_steps(log: DeskLog, entries: Sequence[NumberedEntry], outstanding: Iterable[Receipt] = ()) -> DeskLog:
    """The log with its steps, and what they tell of versions and requests, whatever its entries are like."""
    steps = log_steps(entries)
    lives, stories = version_lives(steps, outstanding), request_stories(steps)
    return replace(log, steps=tuple(steps), versions=tuple(lives), requests=tuple(stories))


def take_excerpt(log: DeskLog, *, month: Month | None = None, request: int | None = None, who: str = "") -> DeskLog:
    """What touches a month, a request and a person, as far as these are given: all of them together.

    Of a request, its versions and their rosters are part; of a person, what they
    asked, did, or were told, and what concerns or moves them.
    """
    tests: list[Callable[[Step], bool]] = []
    tests += [lambda step: month in step.months] if month else []
    tests += [lambda step: step.request is not None and step.request.number == request] if request else []
    tests += [lambda step: who in step.people] if who else []
    if not tests:
        return log
    steps = tuple(step for step in log.steps if all(test(step) for test in tests))
    shown = {step.version for step in steps if step.event in ("drafted", "published", "superseded", "withdrawn")}
    requests = {step.request.number for step in steps if step.request}
    rosters = tuple(line for line in log.rosters if line.version in shown and who in ("", line.worker))
    return replace(
        log,
        steps=steps,
        versions=tuple(life for life in log.versions if life.version in shown),
        requests=tuple(story for story in log.requests if story.request.number in requests),
        copies=tuple(copy for copy in log.copies if copy.version in shown and who in ("", copy.recipient.id)),
        rosters=rosters,
        hours=tuple(row for row in log.hours if row.version in shown),
        of_month=month,
        of_request=request,
        of_person=who,
    )
