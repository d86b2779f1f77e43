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
from dataclasses import dataclass, replace
from enum import StrEnum

from scheduler.domain import UNSAID, WORKING_LEAVE, Leave
from scheduler.i18n import Lang, Sentence, as_template, fill_in
from scheduler.workflow.change_request import KIND_NAMES, PRIVATE_KINDS, Request, RequestKind, people_concerned
from scheduler.workflow.desk_log import DeskLog, request_stories, version_lives
from scheduler.workflow.log_steps import CellRole, Step
from scheduler.workflow.version import EVENTS


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
PRIVATE = Sentence("{kind}（第 {n} 号申请）", "{kind} (request {n})")
DESK_ACTS = (RequestKind.SURGE, RequestKind.TABLES, RequestKind.EDIT)  # whose reasons everybody may read


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
    def reads_all(self) -> bool:
        """Whether nothing of the log is kept from them."""
        return MAY_READ[self.audience] >= frozenset(Private) - {Private.PHONE}

    def may_read(self, what: Private, whose: str | Collection[str] = "") -> bool:
        """Whether a private fact about somebody, or about several, is this reader's business."""
        own = (whose,) if isinstance(whose, str) else whose
        return what in MAY_READ[self.audience] or (bool(self.person) and self.person in own)

    def leave_kind(self, leave: Leave) -> str:
        """The kind of a leave, `unsaid` where it is not this reader's business."""
        told = leave.kind in WORKING_LEAVE or self.may_read(Private.LEAVE_KIND, leave.worker)
        return leave.kind if told else UNSAID


EVERYBODY = Reader()


def tells_reason(request: Request) -> bool:
    """Whether why a request was made may be told to everybody."""
    return request.kind in DESK_ACTS


def say_reason(request: Request) -> Sentence:
    """Why a request moves a roster, for all who are told of it."""
    if tells_reason(request):
        because = as_template(request.because)
        return Sentence(because, because)
    return fill_in(PRIVATE, kind=KIND_NAMES[request.kind], n=request.number)


def public_reason(because: str, request: Request | None, lang: Lang) -> str:
    """Why a version was put in force or closed, for everybody: earlier releases noted the private reason of its request."""
    if request is None or tells_reason(request) or because not in _reasons_of(request):
        return because
    return say_reason(request).say(lang)


def _reasons_of(request: Request) -> tuple[str, ...]:
    return tuple(filter(None, (request.because, request.override, request.decided_because)))


def redact_request(request: Request, reader: Reader) -> Request:
    """A request as a reader may read it: without reasons, kinds, people and days that are not their business."""
    mine = (request.by, *people_concerned(request))
    if not (tells_reason(request) or reader.may_read(Private.REASON, mine)):
        request = replace(request, because="", decided_because="", override="")
    if request.kind in PRIVATE_KINDS and not reader.may_read(Private.REQUEST, mine):
        return replace(
            request,
            by="",
            leave=None,
            cancelled_leave=None,
            cells=(),
            parties=(),
            confirmed=(),
            spared=(),
            papers_due=None,
            withheld=True,
        )
    return replace(
        request,
        leave=request.leave and redact_leave(request.leave, reader),
        cancelled_leave=request.cancelled_leave and redact_leave(request.cancelled_leave, reader),
    )


def redact_leave(leave: Leave, reader: Reader) -> Leave:
    """A leave as a reader may read it."""
    return replace(leave, kind=reader.leave_kind(leave))


def redact_step(step: Step, reader: Reader) -> Step:
    """A step of the log as a reader may read it.

    That somebody asked for leave is told to everybody without whose and which days; what moved in rosters stays.
    """
    request = step.request
    if request is None or reader.reads_all:
        return step
    mine, is_roster = (request.by, *people_concerned(request)), step.event in ("drafted", *EVENTS)
    if not (tells_reason(request) or reader.may_read(Private.REASON, mine)):
        is_told = is_roster and step.because not in _reasons_of(request)
        step = replace(step, because=step.because if is_told else "", override="")
    granted = step.granted and redact_leave(step.granted, reader)
    if request.kind in PRIVATE_KINDS and not reader.may_read(Private.REQUEST, mine):
        cells = tuple(cell for cell in step.cells if cell.role not in (CellRole.ASKED, CellRole.FURTHER))
        step = replace(step, cells=cells, judgement=None)
        step = step if is_roster else replace(step, by="" if step.by in mine else step.by, ran_by="")
        granted = None
    return replace(step, request=redact_request(request, reader), granted=granted)


def redact_log(log: DeskLog, reader: Reader) -> DeskLog:
    """A log as a reader may read it; what it tells of versions and requests is told from its steps anew."""
    if reader.reads_all:
        return log
    steps = tuple(redact_step(step, reader) for step in log.steps)
    lives = version_lives(steps, [copy for copy in log.copies if copy.is_outstanding])
    return replace(log, steps=steps, versions=tuple(lives), requests=tuple(request_stories(steps)))
