"""Change requests on rosters in force: asked, confirmed, refused, taken back; `approvals` carries them out.

A request is judged when it is made, so that a team lead gets the verdict at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, replace
from datetime import date
from pathlib import Path

from scheduler import clock
from scheduler.app.judging import (
    Scene,
    days_of,
    drop_overridden,
    is_granted,
    last_month,
    look_at,
    mark_after_fact,
    recorded_changes,
)
from scheduler.app.session import Session, open_session
from scheduler.domain import Change, Fixed, Leave, Month, Note, Overtime, Problem
from scheduler.errors import Fault, HeadMoved, Refusal
from scheduler.i18n import Lang, Sentence
from scheduler.workflow.change_request import (
    Cell,
    Request,
    RequestKind,
    RequestState,
    open_request,
    people_awaited,
    people_concerned,
    step_request,
)
from scheduler.workflow.facts import DecidedFacts, RequestedFacts
from scheduler.workflow.in_force import Stretch
from scheduler.workflow.objections import Objection
from scheduler.workflow.overtime_request import place_overtime
from scheduler.workflow.verdict import Verdict, VerdictWord

NO_REQUEST = Sentence("没有第 {n} 号申请", "there is no request {n}")
NO_MORE_AS_JUDGED = Sentence("核对期间排班或申请有变", "rosters or requests have changed while this one was checked")
NOT_APPROVED = Sentence(
    "第 {n} 号申请没有获批，谈不上撤销", "request {n} was not approved: there is nothing to take back"
)
SAME_TABLES = Sentence(
    "从{days}起，现在的表与在用的排班表没有不同",
    "from {days} on, the tables say nothing else than the roster in force was made with",
)
MOVED_SINCE = Sentence(
    "第 {n} 号申请动过的格子后来又变了（{who} {day}），不能原样撤销：请另提申请",
    "what request {n} moved has changed since ({who}, {day}) and cannot be taken back as it was: make another request",
)


@dataclass(frozen=True)
class Asked:
    """The outcome of a new request.

    Attributes
    ----------
    request : Request
        Its number is 0 where it was refused: then it was not recorded.
    objections : tuple of Objection
        Objections to it before any rule is checked, those set aside included.
    stretch : Stretch
        The months that it was judged on.
    version : int
        The version in force of its (first) month.
    stuck : tuple of Fault
        As in `Papers`.
    notes : tuple of Note
        What it moves that was settled, what was broken before, and in what the tables of today differ from those that
        the versions were made with.
    """

    request: Request
    verdict: Verdict
    _: KW_ONLY
    objections: tuple[Objection, ...]
    stretch: Stretch
    version: int
    stuck: tuple[Fault, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def problem(self) -> Problem:
        """The (first) month that it was judged on."""
        return self.stretch.problems[0]


def request_change(
    desk: Path,
    kind: RequestKind,
    by: str,
    because: str,
    *,
    give: Cell | None = None,
    take: Cell | None = None,
    to: str = "",
    leave: Leave | None = None,
    cancelled_leave: Leave | None = None,
    overtime: Overtime | None = None,
    surge: tuple[date, float] | None = None,
    cells: Sequence[Fixed] = (),
    undoes: int = 0,
    since: date | None = None,
    after_fact: bool = False,
    papers_due: date | None = None,
    override: str = "",
    store: str | None = None,
    out: Path | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> Asked:
    """Make a request and judge it; recorded unless it is refused.

    Parameters
    ----------
    undoes : int
        The approved request that is to be taken back.
    since : date or None
        The day from which on published months follow the tables as they are now.
    after_fact : bool
        Whether it tells what has happened; an absence of which a part has begun does so in any case.
    papers_due : date or None
        By when papers are to be handed in.
    override : str
        Why the quota or the notice is to be set aside; it is logged.

    Raises
    ------
    Refusal
        No roster of that month is in force, nobody has the id `by`, or what is to be taken back was not approved.
    """
    with open_session(desk, store, out, lang, now) as here:
        here.person(by)
        asked = Request(
            number=max(here.requests(), default=0) + 1,
            kind=kind,
            month=Month.of(here.today),  # its own month is that of its first day
            by=by,
            because=because,
            at=here.at,
            give=give,
            take=take,
            to=to or (take.worker if take else ""),
            leave=leave,
            cancelled_leave=cancelled_leave,
            overtime=overtime,
            surge=surge,
            cells=tuple(cells),
            undoes=undoes,
            since=since,
            after_fact=after_fact,
            papers_due=papers_due,
            override=override,
        )
        try:  # judging may take long, and seldom matters to others: they do not wait for it
            return _ask(here, asked)
        except HeadMoved:
            return here.ledger.in_turn(here.desk, lambda: _ask(here, asked))


def _ask(here: Session, asked: Request) -> Asked:
    """Judge a request, and record it unless it is refused.

    Raises
    ------
    HeadMoved
        Its months or its number have been taken meanwhile.
    """
    days = days_of(asked)
    if asked.undoes:
        other = find_request(here, asked.undoes)
        asked = _restore_cells(here, asked, other)
        days = [*days_of(asked), *days_of(other)]
    scene = look_at(here, Month.of(min(days)), last_month(here, asked, days), renamed=bool(asked.since))
    template = replace(
        asked,
        number=max(scene.requests, default=0) + 1,
        month=scene.rows[0].month,
        checked_on=scene.rows[0].number,
    )
    template, assumed = place_overtime(template, scene.stretch, scene.roster)
    request = open_request(mark_after_fact(open_request(template, scene.roster), scene), scene.roster)
    request = replace(request, tables=scene.digest_tables(request))
    objections = (*scene.find_objections(request), *_find_undone_cells(scene, request))
    if request.since and not objections and not scene.describe(request):
        objections = (Objection(SAME_TABLES, days=(request.since,)),)
    refused = bool(drop_overridden(objections, request.override))
    verdict = Verdict(VerdictWord.REFUSED) if refused else scene.judge(request)
    notes = (*assumed, *scene.notes_on(request, verdict), *scene.compare_with_tables())
    is_recorded = is_granted(verdict)
    if is_recorded:
        with here.ledger.writing(here.desk) as pen:
            standing = [here.ledger.live(here.desk, row.month) for row in scene.rows]
            numbers = [row.number if row else None for row in standing]
            if numbers != list(scene.versions) or request.number in here.requests():
                raise HeadMoved(NO_MORE_AS_JUDGED)
            logged = RequestedFacts(request=request, judgement=scene.judgement(verdict))
            pen.note("requested", scene.versions[0], here.at, request.by, request.because, logged.to_json())
    return Asked(
        request if is_recorded else replace(request, number=0),
        verdict,
        objections=objections,
        stretch=scene.stretch,
        version=scene.versions[0],
        stuck=tuple(here.papers.stuck) if is_recorded else (),
        notes=notes,
    )


def _restore_cells(here: Session, asked: Request, other: Request) -> Request:
    """A request that takes another back, with the cells as they were before that one.

    Raises
    ------
    Refusal
        It was not approved.
    """
    if other.state != RequestState.APPROVED:
        raise Refusal(NOT_APPROVED, n=other.number)
    changes = recorded_changes(here.ledger.entries(here.desk), other.number)
    cells = tuple(Fixed(one.worker, one.day, code) for one in changes for code in one.before or ("",))
    return replace(asked, cells=cells, parties=people_concerned(other))


def _find_undone_cells(scene: Scene, request: Request) -> list[Objection]:
    """Cells that have changed since the request that is to be taken back moved them."""
    if not request.undoes:
        return []
    moved = recorded_changes(scene.entries, request.undoes)
    return [
        Objection(MOVED_SINCE, (one.worker,), (one.day,), (("n", request.undoes), ("day", one.day)))
        for one in moved
        if scene.roster.on(one.worker, one.day) != one.after
    ]


@dataclass(frozen=True)
class Decided:
    """A request after a step that leaves the roster as it is; `stuck` as in `Papers`."""

    request: Request
    stuck: tuple[Fault, ...] = ()


def find_request(here: Session, number: int) -> Request:
    """A request by its number.

    Raises
    ------
    Refusal
        There is none.
    """
    found = here.requests().get(number)
    if found is None:
        raise Refusal(NO_REQUEST, n=number)
    return found


def decide_request(
    desk: Path,
    event: str,
    number: int,
    by: str,
    because: str = "",
    *,
    store: str | None = None,
    out: Path | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> Decided:
    """Confirm, refuse or cancel a request; confirming twice changes nothing.

    Raises
    ------
    Refusal
        They may not take this step, or no longer.
    """
    with open_session(desk, store, out, lang, now) as here:
        person = here.person(by)
        with here.ledger.writing(here.desk) as pen:
            request = find_request(here, number)
            if event == "confirmed" and by in request.confirmed and request.is_open:
                return Decided(request, tuple(here.papers.stuck))
            after = step_request(request, event, by, because, may_approve=person.may_approve)
            pen.note(event, request.checked_on, here.at, by, because, DecidedFacts(request=number).to_json())
        return Decided(after, tuple(here.papers.stuck))


@dataclass(frozen=True)
class RequestList:
    """The desk's requests, and the cells that each moves by its last judgement; `stuck` as in `Papers`."""

    requests: tuple[Request, ...]
    names: dict[str, str]
    changes: dict[int, list[Change]]
    stuck: tuple[Fault, ...] = ()

    @staticmethod
    def waiting(request: Request) -> tuple[str, ...]:
        """Whose word an open request waits for."""
        return people_awaited(request) if request.is_open else ()


def list_requests(
    desk: Path, *, store: str | None = None, out: Path | None = None, lang: Lang = "zh", now: clock.Clock = clock.now
) -> RequestList:
    """Every request of the desk."""
    with open_session(desk, store, out, lang, now) as here:
        names = {person.id: person.name for person in here.people.values()}
        found = sorted(here.requests().values(), key=lambda one: one.number)
        entries = here.ledger.entries(here.desk)
        changes = {one.number: recorded_changes(entries, one.number) for one in found}
        return RequestList(tuple(found), names, changes, tuple(here.papers.stuck))
