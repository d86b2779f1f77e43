"""Who may read what: the one table from which papers, answers, logs and messages take it.

Everybody may read who works when, and that somebody is away. Beside that there are private facts::

    private fact                          person     lead   approver   hr    auditor   everybody
    leave_kind   why somebody is away     own        -      yes        yes   yes       -
    request      leave that was asked     own        yes    yes        yes   yes       -
    reason       why something was asked  own (1)    -      yes        yes   yes       -
    protection   who is protected         own        -      yes        yes   yes       -
    phone                                 own (2)    yes    yes        yes   -         -

    (1) of what they asked, or are asked to agree to; the desk's own acts (surge, new tables, edited cells) tell
        their reason to everybody
    (2) and that of whoever leads a shift of theirs

`training` and `outside` are work elsewhere, and no private matter. Whoever can open the ledger's file can read all
of it: what is made for a reader keeps from others what that reader's papers would tell them, and no more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from scheduler.domain import UNSAID, WORKING_LEAVE, Leave
from scheduler.i18n import Sentence


class Private(StrEnum):
    """A kind of fact that is not everybody's business."""

    LEAVE_KIND = "leave_kind"
    REQUEST = "request"
    REASON = "reason"
    PROTECTION = "protection"
    PHONE = "phone"


class Audience(StrEnum):
    """For whom something is made."""

    EVERYBODY = "everybody"
    PERSON = "person"
    LEAD = "lead"
    APPROVER = "approver"
    HR = "hr"
    AUDITOR = "auditor"


AUDIENCE_NAMES: Mapping[Audience, Sentence] = {
    Audience.EVERYBODY: Sentence("大家", "everybody"),
    Audience.PERSON: Sentence("本人", "the person"),
    Audience.LEAD: Sentence("班长", "leads"),
    Audience.APPROVER: Sentence("审批人", "approvers"),
    Audience.HR: Sentence("人事", "HR"),
    Audience.AUDITOR: Sentence("审计", "auditors"),
}
MAY_READ: Mapping[Audience, frozenset[Private]] = {
    Audience.EVERYBODY: frozenset(),
    Audience.PERSON: frozenset(),
    Audience.LEAD: frozenset({Private.REQUEST, Private.PHONE}),
    Audience.APPROVER: frozenset(Private),
    Audience.HR: frozenset(Private),
    Audience.AUDITOR: frozenset(Private) - {Private.PHONE},
}


@dataclass(frozen=True)
class Reader:
    """For whom something is made; `person` is the id where it is one person's own."""

    audience: Audience = Audience.EVERYBODY
    person: str = ""

    @property
    def is_everybody(self) -> bool:
        """Whether it tells nothing private."""
        return self.audience == Audience.EVERYBODY

    @property
    def stamp(self) -> str:
        """How papers name it: the audience, or the person's id; empty for everybody."""
        return "" if self.is_everybody else self.person or self.audience.value

    @property
    def reads_all(self) -> bool:
        """Whether nothing of the log is kept from them."""
        return MAY_READ[self.audience] >= frozenset(Private) - {Private.PHONE}

    def may_read(self, what: Private, whose: str | Collection[str] = "") -> bool:
        """Whether a private fact about somebody, or about several, is this reader's business."""
        own = (whose,) if isinstance(whose, str) else whose
        return what in MAY_READ[self.audience] or (bool(self.person) and self.person in own)

    def leave_kind(self, leave: Leave) -> str:
        """The kind of a leave, `unsaid` where it is not this reader's business."""
        return self.kind_of(leave.worker, leave.kind)

    def kind_of(self, worker: str, kind: str) -> str:
        """A kind of leave of somebody's, `unsaid` where it is not this reader's business."""
        told = kind in WORKING_LEAVE or self.may_read(Private.LEAVE_KIND, worker)
        return kind if told else UNSAID


EVERYBODY = Reader()
WHOLE = Reader(Audience.AUDITOR)
