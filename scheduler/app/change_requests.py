"""Change requests on a live roster: asked, confirmed, decided, and carried out as a new version.

A request is judged when it is made, so that a team lead gets the verdict at
once; an approval carries out what was judged, on the version on which it
was judged. Where the live roster has moved in between, it is judged again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from datetime import date
from pathlib import Path

from scheduler import clock
from scheduler.app.carried_bound import carry_bound
from scheduler.app.drafts import make_draft
from scheduler.app.publish import go_live
from scheduler.app.session import NOT_LIVE, Session, open_session
from scheduler.app.told import known_breaks
from scheduler.audit.audit import audit
from scheduler.domain import Change, Fixed, Leave, Month, Note, Overtime, Problem, Roster
from scheduler.errors import Fault, HeadMoved, Refusal, RosterMoved
from scheduler.i18n import Lang, Sentence
from scheduler.ledger.pen import Pen
from scheduler.ledger.store import EntryRow, Head, VersionRow
from scheduler.timeline import days_between
from scheduler.workflow.change_request import (
    INVOLVED,
    KIND_NAMES,
    Cell,
    Request,
    RequestKind,
    carry_to_version,
    open_request,
    people_awaited,
    step_request,
)
from scheduler.workflow.facts import (
    ApprovedFacts,
    DecidedFacts,
    DraftedFacts,
    Judgement,
    RecheckedFacts,
    RequestedFacts,
    request_of,
)
from scheduler.workflow.month_facts import MonthFacts
from scheduler.workflow.objections import NOTICE, QUOTA, Objection, objections_to
from scheduler.workflow.verdict import Verdict, VerdictWord, judge_request

JUDGE_SECONDS = 10.0

NO_REQUEST = Sentence("没有第 {n} 号申请", "there is no request {n}")
WAS_WITHDRAWN = Sentence(
    "{month} 的第 {n} 版已作废，没有在用的排班表", "version {n} of {month} is withdrawn: no roster is in force"
)
NO_MORE = Sentence(
    "第 {n} 号申请核对之后情况有变（在用的是第 {version} 版），现在不能照办：{why}",
    "the roster has changed since request {n} was checked (version {version} is in force), and it cannot be granted: {why}",
)
OTHER_CHANGES = Sentence(
    "第 {n} 号申请核对之后情况有变（在用的是第 {version} 版）：照办要改的格子与批准人看到的不同，已重新核对，请看过后再批",
    "the roster has changed since request {n} was checked (version {version} is in force), and granting it would move"
    " other cells than the approver saw: it has been checked again, look at it and approve again",
)
NO_MORE_AS_JUDGED = Sentence("核对期间排班或申请有变", "rosters or requests have changed while this one was checked")
PRIVATE = Sentence("{kind}（第 {n} 号申请）", "{kind} (request {n})")
BREAKS = Sentence("会违反规则", "it would break rules")
OVER_THE_EDGE = Sentence(
    "{who}的假期跨到 {months}，该月的排班表也已发布：请按月分开申请",
    "the leave of {who} runs into {months}, whose roster is published too: ask for each month by itself",
)
SETTLED_WHEN_ASKED = (NOTICE, QUOTA)  # waiting for approval makes a request neither late nor one too many


@dataclass(frozen=True)
class Asked:
    """The outcome of a new request.

    Attributes
    ----------
    request : Request
        Its number is 0 where it was refused: then it was not recorded.
    objections : tuple of Objection
        Objections to it before any rule is checked, those set aside included.
    stuck : tuple of Fault
        As in `Papers`.
    notes : tuple of Note
        In what the tables of today differ from those that the version was made with.
    """

    request: Request
    verdict: Verdict
    _: KW_ONLY
    objections: tuple[Objection, ...]
    problem: Problem
    version: int
    stuck: tuple[Fault, ...] = ()
    notes: tuple[Note, ...] = ()


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
    override: str = "",
    store: str | None = None,
    out: Path | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> Asked:
    """Make a request and judge it; recorded unless it is refused.

    Parameters
    ----------
    override : str
        Why the quota or the notice is to be set aside; it is logged.

    Raises
    ------
    Refusal
        No roster of that month is in force, or nobody has the id `by`.
    """
    days = [at.day for at in (give, take, overtime, *cells) if at]
    days += [absence.first for absence in (leave, cancelled_leave) if absence] + ([surge[0]] if surge else [])
    with open_session(desk, store, out, lang, now) as here:
        here.person(by)

        def attempt() -> Asked:
            live = _find_live(here, Month.of(min(days)))
            template = Request(
                number=max(here.requests(), default=0) + 1,
                kind=kind,
                month=live.month,
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
                checked_on=live.number,
                override=override,
            )
            facts = here.facts(live)
            roster, problem = Roster(live.duties), here.problem(facts)
            here.check_known(live, problem)
            notes = here.compare_with_tables(live)
            request = open_request(template, roster)
            objections = _find_objections(here, facts, request, problem, roster)
            if _drop_overridden(objections, override):
                return Asked(
                    replace(request, number=0),
                    Verdict(VerdictWord.REFUSED),
                    objections=objections,
                    problem=problem,
                    version=live.number,
                    notes=notes,
                )
            verdict = _judge(here, facts, request, problem, here.problem(facts, request), roster)
            if verdict.word not in (VerdictWord.ALLOWED, VerdictWord.ALLOWED_WITH):
                return Asked(
                    replace(request, number=0),
                    verdict,
                    objections=objections,
                    problem=problem,
                    version=live.number,
                    notes=notes,
                )
            with here.ledger.writing(here.desk) as pen:
                standing = here.ledger.live(here.desk, live.month)
                if standing is None or standing.number != live.number or request.number in here.requests():
                    raise HeadMoved(NO_MORE_AS_JUDGED)
                logged = RequestedFacts(request=request, judgement=_judgement(verdict))
                pen.note("requested", live.number, here.at, by, because, logged.to_json())
            return Asked(
                request,
                verdict,
                objections=objections,
                problem=problem,
                version=live.number,
                stuck=tuple(here.papers.stuck),
                notes=notes,
            )

        try:  # judging may take long, and seldom matters to others: they do not wait for it
            return attempt()
        except HeadMoved:
            return here.ledger.in_turn(here.desk, attempt)


def _find_live(here: Session, month: Month) -> VersionRow:
    """The live version of a month.

    Raises
    ------
    Refusal
        There is none.
    """
    live = here.ledger.live(here.desk, month)
    if live:
        return live
    taken_back = [row for row in here.ledger.versions(here.desk, month) if row.status == "withdrawn"]
    raise Refusal(
        WAS_WITHDRAWN if taken_back else NOT_LIVE, month=month, n=max((r.number for r in taken_back), default=0)
    )


def _find_objections(
    here: Session, facts: MonthFacts, request: Request, problem: Problem, roster: Roster
) -> tuple[Objection, ...]:
    terms = facts.procedure
    others = here.requests().values()
    found = objections_to(
        request, problem, roster, others, here.today, terms.swap_quota, terms.swap_notice, here.instant
    )
    return (*found, *_find_other_months(here, request))


def _find_other_months(here: Session, request: Request) -> Iterator[Objection]:
    """Leave that runs into other months whose rosters are in force: it is judged on the roster of one month only."""
    leave = request.leave
    if leave is None:
        return
    days = days_between(leave.first, leave.last)
    others = dict.fromkeys(month for day in days if (month := Month.of(day)) != request.month)
    live = [month for month in others if here.ledger.live(here.desk, month)]
    if live:
        yield Objection(OVER_THE_EDGE, (leave.worker,), facts=(("months", "、".join(map(str, live))),))


def _drop_overridden(objections: Iterable[Objection], override: str) -> list[Objection]:
    """Objections that the override does not set aside."""
    return [one for one in objections if not (one.overridable and override)]


def _judge(
    here: Session, facts: MonthFacts, request: Request, problem: Problem, asking: Problem, roster: Roster
) -> Verdict:
    def may(other: Request) -> bool:
        return not _drop_overridden(_find_objections(here, facts, other, problem, roster), request.override)

    return judge_request(
        problem,
        facts.rulebook,
        roster,
        request,
        today=here.today,
        now=here.instant,
        asking=asking,
        settled=here.settled_days(problem),
        may=may,
        time_limit=JUDGE_SECONDS,
    )


def _judgement(verdict: Verdict) -> Judgement:
    """The part of a verdict that the log keeps."""
    return Judgement(verdict=verdict.word, changes=verdict.changes, fewest=verdict.fewest)


def recorded_changes(entries: Sequence[EntryRow], number: int) -> list[Change]:
    """The cells that a request moves, by its last judgement in the log."""
    return list(Judgement.read(_last_judgement(entries, number).facts).changes)


def _last_judgement(entries: Sequence[EntryRow], number: int) -> EntryRow:
    """The entry with a request's last judgement; its version is the one on which the request was checked."""
    told = [one for one in entries if one.event in ("requested", "rechecked") and request_of(one) == number]
    return told[-1]


@dataclass(frozen=True)
class Decided:
    """A request after a step that leaves the roster as it is; `stuck` as in `Papers`."""

    request: Request
    stuck: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Approved:
    """An approved request and the version that carries it out.

    Attributes
    ----------
    problem : Problem
        The month with the request granted.
    row : VersionRow
        The version in force after it: a new one where cells move.
    changes : tuple of Change
        The cells that move.
    fewest : int
        Proved lower bound of the number of cells that have to move.
    rechecked : bool
        Whether the live roster had changed since the request was checked, so that it was judged again.
    stuck : tuple of Fault
        Papers that could not be written or made void.
    notes : tuple of Note
        What has to be said of its bound.
    """

    request: Request
    problem: Problem
    row: VersionRow
    _: KW_ONLY
    changes: tuple[Change, ...] = ()
    fewest: int = 0
    rechecked: bool = False
    files: tuple[Path, ...] = ()
    stuck: tuple[Fault, ...] = ()
    notes: tuple[Note, ...] = ()


def _find_request(here: Session, number: int) -> Request:
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
            request = _find_request(here, number)
            if event == "confirmed" and by in request.confirmed and request.is_open:
                return Decided(request, tuple(here.papers.stuck))
            after = step_request(request, event, by, because, may_approve=person.may_approve)
            pen.note(event, request.checked_on, here.at, by, because, DecidedFacts(request=number).to_json())
        return Decided(after, tuple(here.papers.stuck))


def approve_request(
    desk: Path,
    number: int,
    by: str,
    because: str = "",
    *,
    store: str | None = None,
    out: Path | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> Approved:
    """Approve a request and carry it out: a new version in force, the old one closed, those concerned told.

    Raises
    ------
    RosterMoved
        The live roster has moved, and granting the request now means something else.
    Refusal
        The approval is not theirs to give.
    """
    with open_session(desk, store, out, lang, now) as here:
        person = here.person(by)

        def attempt() -> Callable[[], Approved]:
            head = here.ledger.head(here.desk)
            request = _find_request(here, number)
            step_request(request, "approved", by, because, request.checked_on, may_approve=person.may_approve)
            live = _find_live(here, request.month)
            moved = live.number != request.checked_on
            facts = here.facts(live)
            roster, problem = Roster(live.duties), here.problem(facts)
            here.check_known(live, problem)
            asked = carry_to_version(request, roster, live.number)
            asking = here.problem(facts, asked)
            verdict = _judge_again(here, facts, asked, problem, asking, roster, live, by)
            if by in {change.worker for change in verdict.changes}:
                raise Refusal(INVOLVED, n=number, by=person.name)
            return _put_in_force(here, facts, asked, asking, verdict, live, by, because, moved, head)

        issue = here.ledger.in_turn(here.desk, attempt)
        return issue()


def _judge_again(
    here: Session,
    facts: MonthFacts,
    request: Request,
    problem: Problem,
    asking: Problem,
    roster: Roster,
    live: VersionRow,
    by: str,
) -> Verdict:
    """The verdict on granting the request on the live roster: the recorded one where it still holds.

    Raises
    ------
    RosterMoved
        It moves other cells now, or is no longer possible.
    """
    entries = here.ledger.entries(here.desk)
    judgement, told = _last_judgement(entries, request.number), recorded_changes(entries, request.number)
    names = problem.names
    objections = _drop_overridden(_find_objections(here, facts, request, problem, roster), request.override)
    if objections := [one for one in objections if one.sentence not in SETTLED_WHEN_ASKED]:
        why = "；".join(one.say(here.lang, names) for one in objections)
        raise RosterMoved(NO_MORE, n=request.number, version=live.number, why=why)
    own = {(cell.worker, cell.day) for cell in request.cells}
    constant = here.settled_days(problem)
    stuck = [one for one in told if one[:2] not in own and (here.has_begun(problem, one) or one.day in constant)]
    still, found = roster.replace_cells({(one.worker, one.day): one.after for one in told}), None
    if not stuck and all(roster.on(one.worker, one.day) == one.before for one in told):
        found = audit(asking, facts.rulebook, still)
    if found and not found.broken and judgement.version == live.number:
        return Verdict(
            VerdictWord.ALLOWED,
            roster=still,
            audit=found,
            asked=tuple(told),
            fewest=Judgement.read(judgement.facts).fewest,
        )
    verdict = _judge(here, facts, request, problem, asking, roster)
    if verdict.word not in (VerdictWord.ALLOWED, VerdictWord.ALLOWED_WITH):
        why = "；".join(each.say(here.lang, names) for each in verdict.reasons[:5]) or BREAKS.say(here.lang)
        raise RosterMoved(NO_MORE, n=request.number, version=live.number, why=why)
    if (
        found and not found.broken and len(told) == len(verdict.changes)
    ):  # of equally few changes, prefer those that the approver saw
        return Verdict(VerdictWord.ALLOWED, roster=still, audit=found, asked=tuple(told), fewest=verdict.fewest)
    if verdict.further and set(verdict.further) != set(told) - set(verdict.asked):
        with here.ledger.writing(here.desk) as pen:
            logged = RecheckedFacts(request=request.number, judgement=_judgement(verdict))
            pen.note("rechecked", live.number, here.at, by, "", logged.to_json())
        raise RosterMoved(OTHER_CHANGES, n=request.number, version=live.number)
    return verdict


def _put_in_force(
    here: Session,
    facts: MonthFacts,
    request: Request,
    asking: Problem,
    verdict: Verdict,
    live: VersionRow,
    by: str,
    because: str,
    moved: bool,
    head: Head,
) -> Callable[[], Approved]:
    """Record the approval and its version and put it in force.

    Where no cell moves, as at most approvals of overtime, the version in force stays.

    Returns
    -------
    callable
        Gives out the papers.

    Raises
    ------
    HeadMoved
        Somebody else has written to the log since `head`.
    """
    roster, found = verdict.roster, verdict.audit
    if roster is None or found is None:
        raise ValueError(f"the verdict {verdict.word} comes without a roster or its audit")
    carried = carry_bound([live], asking, facts.rulebook, found.cost)
    before = here.ledger.before(here.desk, request.month)
    told = request.because  # for all who are notified: why somebody is away is nobody else's business
    if request.kind in (RequestKind.ABSENCE, RequestKind.LEAVE, RequestKind.CANCEL_LEAVE):
        told = PRIVATE.say(here.lang, kind=KIND_NAMES[request.kind], n=request.number)
    draft = make_draft(
        facts,
        asking,
        roster,
        made_at=here.at,
        by=by,
        because=told,
        objective=found.cost,
        bound=carried.bound,
        previous=before.number if before else None,
        compromises=len(found.compromises),
        logged=DraftedFacts(request=request.number, changes=verdict.changes),
        breaks_known=known_breaks(here.ledger, live),
    )
    done = replace(
        request, state=step_request(request, "approved", by, because, live.number, may_approve=True).state, approver=by
    )
    logged = ApprovedFacts(
        request=request.number, version=live.number, override=request.override, judgement=_judgement(verdict)
    )
    if not verdict.changes:
        with here.ledger.writing(here.desk, head) as pen:
            pen.note("approved", live.number, here.at, by, because, logged.to_json())
        return lambda: Approved(done, asking, live, rechecked=moved, stuck=tuple(here.papers.stuck))

    def act(pen: Pen) -> VersionRow:
        pen.note("approved", live.number, here.at, by, because, logged.to_json())
        drafted = pen.draft(draft)
        go_live(here, pen, drafted, by, told, asking, request.number)
        return here.ledger.version(here.desk, drafted.number)

    row, path = here.papers.record(act, lambda row: here.papers.edition(row, asking, facts, found), head)

    def issue() -> Approved:
        files = [*path, *here.papers.issue(row, asking, facts, found)]
        return Approved(
            done,
            asking,
            row,
            changes=verdict.changes,
            fewest=verdict.fewest,
            rechecked=moved,
            files=tuple(files),
            stuck=tuple(here.papers.stuck),
            notes=(*here.compare_with_tables(live), *carried.notes),
        )

    return issue


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
