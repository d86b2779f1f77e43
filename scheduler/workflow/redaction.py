"""Requests, steps and logs as a reader may read them: what is not their business (`readers`) is left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from scheduler.domain import Leave, Violation
from scheduler.i18n import Lang, Sentence, as_template, fill_in
from scheduler.rules.book import discovered
from scheduler.workflow.change_request import KIND_NAMES, PRIVATE_KINDS, Request, RequestKind, people_concerned
from scheduler.workflow.desk_log import DeskLog, RequestStory, VersionLife
from scheduler.workflow.log_steps import CellRole, Step
from scheduler.workflow.readers import Private, Reader
from scheduler.workflow.version import OF_VERSIONS

NOT_TOLD = Sentence("（涉及个人，这里不写）", "(about somebody's private matters, not told here)")
PRIVATE = Sentence("{kind}（第 {n} 号申请）", "{kind} (request {n})")
DESK_ACTS = (RequestKind.SURGE, RequestKind.TABLES, RequestKind.EDIT)  # whose reasons everybody may read


def may_be_told(violation: Violation, reader: Reader) -> bool:
    """Whether what was found is a reader's business: what would tell who is protected is not everybody's."""
    is_private = discovered()[violation.reason.rule].is_private
    return not is_private or reader.may_read(Private.PROTECTION, violation.reason.workers)


def say_finding(violation: Violation, reader: Reader, names: Mapping[str, str], lang: Lang) -> str:
    """What was found, in a sentence; where it is not the reader's business, that it is not told here."""
    return violation.say(lang, names) if may_be_told(violation, reader) else NOT_TOLD.say(lang)


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
    knows_why = reader.may_read(Private.LEAVE_KIND, mine)
    return replace(
        request,
        papers_due=request.papers_due if knows_why else None,  # a sick note tells of what kind the leave is
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
    mine, is_roster = (request.by, *people_concerned(request)), step.event in OF_VERSIONS
    if not (tells_reason(request) or reader.may_read(Private.REASON, mine)):
        is_told = is_roster and step.because not in _reasons_of(request)
        step = replace(step, because=step.because if is_told else "", override="")
    granted = step.granted and redact_leave(step.granted, reader)
    if request.kind in PRIVATE_KINDS and not reader.may_read(Private.REQUEST, mine):
        cells = tuple(cell for cell in step.cells if cell.role not in (CellRole.ASKED, CellRole.FURTHER))
        step = replace(step, cells=cells, judgement=None)
        step = step if is_roster else replace(step, by="" if step.by in mine else step.by, ran_by="", recorded_by="")
        granted = None
    return replace(step, request=redact_request(request, reader), granted=granted)


def redact_life(life: VersionLife, reader: Reader) -> VersionLife:
    """What happened to a version, as a reader may read it."""
    steps = (step and redact_step(step, reader) for step in (life.drafted, life.published, life.ended))
    drafted, published, ended = steps
    request = life.request and redact_request(life.request, reader)
    return replace(life, drafted=drafted, published=published, ended=ended, request=request)


def redact_log(log: DeskLog, reader: Reader) -> DeskLog:
    """A log as a reader may read it."""
    if reader.reads_all:
        return replace(log, reader=reader)
    return replace(
        log,
        steps=tuple(redact_step(step, reader) for step in log.steps),
        versions=tuple(redact_life(life, reader) for life in log.versions),
        requests=tuple(
            RequestStory(tuple(redact_step(step, reader) for step in story.steps)) for story in log.requests
        ),
        reader=reader,
    )
