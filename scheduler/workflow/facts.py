"""The facts of log entries: what an entry holds beside time, event and person, typed, written and read here only.

::

    event                            facts
    drafted                          DraftedFacts
    published                        PublishedFacts
    superseded                       SupersededFacts
    withdrawn                        WithdrawnFacts
    requested                        RequestedFacts
    rechecked                        RecheckedFacts
    confirmed, refused, cancelled    DecidedFacts
    undone                           DecidedFacts
    overtaken                        OvertakenFacts
    approved                         ApprovedFacts
    entered                          EnteredFacts
    received, returned               CopyMarkedFacts
    restored                         RestoredFacts  (in `keeping_facts`)
    settled                          SettledFacts  (in `keeping_facts`)
    forgotten                        ForgottenFacts  (in `keeping_facts`)
    changed                          TableChangedFacts  (in `table_facts`)
    link_shut                        LinkShutFacts  (in `table_facts`)
    taken                            TakenFacts  (in `hr_facts`)

In the log, facts are JSON. What is written here carries its format as `v`; entries
of releases before 0.2 have no `v` and are read the same way. Where an entry lacks a
field that a later release added, the field's default is read, so that the entries
of every earlier release decode. What was done in a rehearsal has its time as
`rehearsal`, whatever the event. The account under which it was done stands among them
as `ran`; the ledger takes it out when it reads an entry.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from scheduler.audit.open_duties import OpenDuty
from scheduler.domain import Change, Duty, Leave
from scheduler.i18n import LANGS, Sentence, as_template
from scheduler.workflow.attendance import Attendance
from scheduler.workflow.change_request import Request
from scheduler.workflow.request_facts import (
    leave_from_facts,
    leave_to_facts,
    request_from_facts,
    request_to_facts,
    surge_from_facts,
)
from scheduler.workflow.version import Recipient

FORMAT = 1
LINK, PIN = "link", "pin"
RAN = "ran"
REHEARSAL = "rehearsal"
FORGOTTEN = "forgotten"
Json = Mapping[str, Any]


class Entry(Protocol):
    """A log entry, as far as this package needs it."""

    @property
    def at(self) -> datetime:
        """When it happened; zone-aware."""

    @property
    def event(self) -> str:
        """What happened."""

    @property
    def version(self) -> int | None:
        """Number of the version concerned."""

    @property
    def by(self) -> str:
        """Id of who did it."""

    @property
    def because(self) -> str:
        """Why, in that person's words."""

    @property
    def facts(self) -> Mapping[str, object]:
        """Further facts, in JSON's types."""


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What a request was judged to come to.

    Attributes
    ----------
    verdict : str
        The value of the verdict's `VerdictWord`.
    changes : tuple of Change
        The cells that it moves.
    fewest : int
        A proved lower bound on the number of cells that move.
    also : tuple of int
        Where the request reaches into months after its own: their versions on which it was judged.
    """

    verdict: str = ""
    changes: tuple[Change, ...] = ()
    fewest: int = 0
    also: tuple[int, ...] = ()

    def to_json(self) -> dict[str, object]:
        """The facts in JSON's types."""
        found: dict[str, object] = {"verdict": self.verdict, "changes": _from_changes(self.changes)}
        return found | {"fewest": self.fewest} | ({"also": list(self.also)} if self.also else {})

    @classmethod
    def read(cls, facts: Json) -> Judgement:
        """Read them from an entry's facts."""
        return cls(
            verdict=facts.get("verdict", ""),
            changes=_to_changes(facts.get("changes")),
            fewest=facts.get("fewest", 0),
            also=tuple(facts.get("also", ())),
        )


@dataclass(frozen=True, kw_only=True)
class DraftedFacts:
    """How a draft was made; all defaults for one that was generated.

    Attributes
    ----------
    request : int or None
        The request that it carries out.
    changes : tuple of Change
        The cells that this changes in the version before.
    imported : str
        The file from which it was imported.
    surge : (date, float) or None
        The day that was planned again, and the factor of its demand.
    made_from : int or None
        The version from which the surge started.
    since : date or None
        The first day on which the tables of then hold, where only the rest of a published month was planned again.
    held : tuple of (worker, day)
        The cells that were held by hand while the rest was made.
    history : bool
        Whether it is a past month as it was worked, with `broken` requirements broken.
    reserves : tuple of Duty
        Who stands by (备班): each as the duty that it would be if called.
    job : str
        Fingerprint of the job that made it: no two drafts have the same.
    """

    request: int | None = None
    changes: tuple[Change, ...] = ()
    imported: str = ""
    surge: tuple[date, float] | None = None
    made_from: int | None = None
    since: date | None = None
    held: tuple[tuple[str, date], ...] = ()
    history: bool = False
    broken: int = 0
    reserves: tuple[Duty, ...] = ()
    job: str = ""

    def to_json(self) -> dict[str, object]:
        """The facts in JSON's types, without those that do not apply."""
        found: dict[str, object] = {}
        if self.request is not None:
            found |= {"request": self.request, "changes": _from_changes(self.changes)}
        if self.imported:
            found["imported"] = self.imported
        if self.surge:
            found |= {"surge": [self.surge[0].isoformat(), self.surge[1]], "made_from": self.made_from}
        found |= {"since": self.since.isoformat()} if self.since else {}
        found |= {"held": [[who, day.isoformat()] for who, day in self.held]} if self.held else {}
        if self.history:
            found |= {"history": True, "broken": self.broken}
        if self.reserves:
            found["reserves"] = [[one.worker, one.day.isoformat(), one.shift] for one in self.reserves]
        found |= {"job": self.job} if self.job else {}
        return versioned(found)

    @classmethod
    def read(cls, facts: Json) -> DraftedFacts:
        """Read them from an entry's facts."""
        return cls(
            request=facts.get("request"),
            changes=_to_changes(facts.get("changes")),
            imported=facts.get("imported", ""),
            surge=surge_from_facts(facts.get("surge")),
            made_from=facts.get("made_from"),
            since=date.fromisoformat(facts["since"]) if facts.get("since") else None,
            held=tuple((who, date.fromisoformat(day)) for who, day in facts.get("held", ())),
            history=bool(facts.get("history")),
            broken=facts.get("broken", 0),
            reserves=tuple(Duty(who, date.fromisoformat(day), shift) for who, day, shift in facts.get("reserves", ())),
            job=facts.get("job", ""),
        )


@dataclass(frozen=True, kw_only=True)
class PublishedFacts:
    """A version was published.

    Attributes
    ----------
    due : date or None
        The day by which it had to be published.
    fingerprint : str
        SHA-256 of its duties.
    supersedes : int or None
        The version that it replaced.
    changes, over : tuple of Change
        The cells in which it differs from the version in force last, unless a request led to it; and those of
        them that were settled.
    given : tuple of str or None
        Ids of the people who were given a copy: those for whom it says something new. Not recorded by earlier releases.
    open : tuple of OpenDuty
        The duties that it leaves open, as they were worded then. Not recorded by earlier releases.
    """

    due: date | None = None
    late: bool = False
    fingerprint: str = ""
    recipients: tuple[Recipient, ...] = ()
    supersedes: int | None = None
    request: int | None = None
    changes: tuple[Change, ...] = ()
    over: tuple[Change, ...] = ()
    given: tuple[str, ...] | None = None
    open: tuple[OpenDuty, ...] = ()

    def to_json(self) -> dict[str, object]:
        """The facts in JSON's types."""
        found: dict[str, object] = {
            "due": self.due.isoformat() if self.due else None,
            "late": self.late,
            "fingerprint": self.fingerprint,
            "recipients": [[one.kind, one.id, one.name] for one in self.recipients],
            "supersedes": self.supersedes,
        }
        found |= {"request": self.request} if self.request else {}
        found |= {"changes": _from_changes(self.changes)} if self.changes else {}
        found |= {"over": _from_changes(self.over)} if self.over else {}
        found |= {"given": list(self.given)} if self.given is not None else {}
        found |= {"open": _from_open(self.open)} if self.open else {}
        return versioned(found)

    @classmethod
    def read(cls, facts: Json) -> PublishedFacts:
        """Read them from an entry's facts."""
        return cls(
            due=date.fromisoformat(facts["due"]) if facts.get("due") else None,
            late=bool(facts.get("late")),
            fingerprint=facts.get("fingerprint", ""),
            recipients=tuple(Recipient(*one) for one in facts.get("recipients", ())),
            supersedes=facts.get("supersedes"),
            request=facts.get("request"),
            changes=_to_changes(facts.get("changes")),
            over=_to_changes(facts.get("over")),
            given=_to_ids(facts.get("given")),
            open=_to_open(facts.get("open")),
        )


@dataclass(frozen=True, kw_only=True)
class SupersededFacts:
    """A version was superseded: by which version, and because of which request."""

    by_version: int | None = None
    request: int | None = None

    def to_json(self) -> dict[str, object]:
        """The facts in JSON's types."""
        return versioned({"by_version": self.by_version} | ({"request": self.request} if self.request else {}))

    @classmethod
    def read(cls, facts: Json) -> SupersededFacts:
        """Read them from an entry's facts."""
        return cls(by_version=facts.get("by_version"), request=facts.get("request"))


@dataclass(frozen=True, kw_only=True)
class WithdrawnFacts:
    """A version was withdrawn.

    Attributes
    ----------
    told : tuple of str or None
        Ids of the people who were told that their copy is void. Not recorded by earlier releases, which told nobody.
    """

    told: tuple[str, ...] | None = None

    def to_json(self) -> dict[str, object]:
        """The facts in JSON's types."""
        return versioned({} if self.told is None else {"told": list(self.told)})

    @classmethod
    def read(cls, facts: Json) -> WithdrawnFacts:
        """Read them from an entry's facts."""
        return cls(told=_to_ids(facts.get("told")))


@dataclass(frozen=True, kw_only=True)
class RequestedFacts:
    """A request was made: as it was asked, and what it was judged to come to."""

    request: Request
    judgement: Judgement

    def to_json(self) -> dict[str, object]:
        """The facts in JSON's types."""
        return versioned(request_to_facts(self.request) | self.judgement.to_json())

    @classmethod
    def read(cls, facts: Json) -> RequestedFacts:
        """Read them from an entry's facts."""
        return cls(request=request_from_facts(facts), judgement=Judgement.read(facts))


@dataclass(frozen=True, kw_only=True)
class RecheckedFacts:
    """A request was judged again, on another version."""

    request: int
    judgement: Judgement

    def to_json(self) -> dict[str, object]:
        """The facts in JSON's types."""
        return versioned({"request": self.request} | self.judgement.to_json())

    @classmethod
    def read(cls, facts: Json) -> RecheckedFacts:
        """Read them from an entry's facts."""
        return cls(request=facts["request"], judgement=Judgement.read(facts))


@dataclass(frozen=True, kw_only=True)
class DecidedFacts:
    """A request was confirmed, refused, cancelled, or taken back after its approval.

    Attributes
    ----------
    recorded_by : str
        Id of who recorded somebody else's word, said on the phone for instance; empty for one's own.
    """

    request: int
    recorded_by: str = ""

    def to_json(self) -> dict[str, object]:
        """The facts in JSON's types."""
        return versioned({"request": self.request} | ({"recorded_by": self.recorded_by} if self.recorded_by else {}))

    @classmethod
    def read(cls, facts: Json) -> DecidedFacts:
        """Read them from an entry's facts."""
        return cls(request=facts["request"], recorded_by=str(facts.get("recorded_by", "")))


@dataclass(frozen=True, kw_only=True)
class OvertakenFacts:
    """An open request was overtaken: by the approval of which."""

    request: int
    overtaken_by: int = 0

    def to_json(self) -> dict[str, object]:
        """The facts in JSON's types."""
        return versioned({"request": self.request, "overtaken_by": self.overtaken_by})

    @classmethod
    def read(cls, facts: Json) -> OvertakenFacts:
        """Read them from an entry's facts."""
        return cls(request=facts["request"], overtaken_by=facts.get("overtaken_by", 0))


@dataclass(frozen=True, kw_only=True)
class ApprovedFacts:
    """A request was approved.

    Attributes
    ----------
    version : int or None
        The version on which it was checked.
    override : str
        Why an objection was overridden; empty if none was.
    granted : Leave or None
        The leave that was granted, where its first days had passed by then.
    """

    request: int
    version: int | None = None
    override: str = ""
    judgement: Judgement = Judgement()
    granted: Leave | None = None

    def to_json(self) -> dict[str, object]:
        """The facts in JSON's types."""
        found: dict[str, object] = {"request": self.request, "version": self.version, "override": self.override}
        found |= {"granted": leave_to_facts(self.granted)} if self.granted else {}
        return versioned(found | self.judgement.to_json())

    @classmethod
    def read(cls, facts: Json) -> ApprovedFacts:
        """Read them from an entry's facts."""
        version = facts.get("version")
        return cls(
            request=facts["request"],
            version=version if isinstance(version, int) else None,
            override=str(facts.get("override", "")),
            judgement=Judgement.read(facts),
            granted=leave_from_facts(facts.get("granted")),
        )


@dataclass(frozen=True, kw_only=True)
class EnteredFacts:
    """What happened was entered after the fact, beside the roster as planned.

    Attributes
    ----------
    request : int
        By which it was asked and approved; 0 for attendance that was confirmed.
    kind : str
        The value of its `RequestKind`.
    changes : tuple of Change
        The cells that were worked otherwise than was known before: what was known, and what was worked.
    attendance : tuple of Attendance
        What was confirmed of duties.
    """

    request: int = 0
    kind: str = ""
    changes: tuple[Change, ...] = ()
    attendance: tuple[Attendance, ...] = ()

    def to_json(self) -> dict[str, object]:
        """The facts in JSON's types."""
        found: dict[str, object] = {"request": self.request, "kind": self.kind} if self.request else {}
        found |= {"changes": _from_changes(self.changes)}
        found |= {"attendance": [one.to_json() for one in self.attendance]} if self.attendance else {}
        return versioned(found)

    @classmethod
    def read(cls, facts: Json) -> EnteredFacts:
        """Read them from an entry's facts."""
        return cls(
            request=facts.get("request", 0),
            kind=facts.get("kind", ""),
            changes=_to_changes(facts.get("changes")),
            attendance=tuple(map(Attendance.read, facts.get("attendance", ()))),
        )


@dataclass(frozen=True, kw_only=True)
class CopyMarkedFacts:
    """A copy of a version was received, or was returned or destroyed.

    Attributes
    ----------
    through : str
        By what it was signed for without logging in: `LINK` or `PIN`; else empty.
    """

    recipient: str
    through: str = ""

    def to_json(self) -> dict[str, object]:
        """The facts in JSON's types."""
        return versioned({"recipient": self.recipient} | ({"through": self.through} if self.through else {}))

    @classmethod
    def read(cls, facts: Json) -> CopyMarkedFacts:
        """Read them from an entry's facts."""
        return cls(recipient=str(facts["recipient"]), through=str(facts.get("through", "")))


def request_of(entry: Entry) -> int | None:
    """The number of the request that an entry is about, if any."""
    number = entry.facts.get("request")
    return number if isinstance(number, int) else None


def rehearsal_of(entry: Entry) -> str:
    """The time that the clock of a rehearsal said when an entry was made; empty for what was done in earnest."""
    return str(entry.facts.get(REHEARSAL, ""))


def versioned(facts: dict[str, Any]) -> dict[str, object]:
    """Facts with their format."""
    return {"v": FORMAT} | facts


def _from_changes(changes: Sequence[Change]) -> list[list[object]]:
    return [[one.worker, one.day.isoformat(), list(one.before), list(one.after)] for one in changes]


def _to_changes(rows: Any) -> tuple[Change, ...]:
    return tuple(
        Change(who, date.fromisoformat(day), tuple(before), tuple(after)) for who, day, before, after in rows or ()
    )


def _to_ids(row: Any) -> tuple[str, ...] | None:
    return None if row is None else tuple(row)


def _from_open(duties: Sequence[OpenDuty]) -> list[list[object]]:
    return [[one.day.isoformat(), *(one.said.say(lang) for lang in LANGS), one.minutes] for one in duties]


def _to_open(rows: Any) -> tuple[OpenDuty, ...]:
    return tuple(
        OpenDuty(date.fromisoformat(day), Sentence(as_template(zh), as_template(en)), minutes)
        for day, zh, en, minutes in rows or ()
    )
