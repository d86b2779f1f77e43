"""Change requests on rosters in force: asked, confirmed, refused, taken back; `approvals` carries them out.

A request is judged when it is made, so that a team lead gets the verdict at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import date
from pathlib import Path

from scheduler import clock
from scheduler.app.judging import (
    Scene,
    drop_overridden,
    is_granted,
    last_month,
    look_at,
    mark_after_fact,
    recorded_changes,
)
from scheduler.app.offering import effects_of, find_offers
from scheduler.app.people import check_names
from scheduler.app.readers import find_reader, readable_phones, reader_of
from scheduler.app.session import Session, open_session
from scheduler.app.setting_aside import NO_WAY_OUT, WayOut, find_way_out, keep_needed, notes_on_overtaking
from scheduler.domain import Change, Fixed, Leave, Month, Note, Overtime, Problem, Roster
from scheduler.errors import Fault, HeadMoved, Refusal
from scheduler.files.schema.day_parts import Half
from scheduler.files.schema.roster_cells import leave_words
from scheduler.files.schema.text import comparable
from scheduler.i18n import Lang, Sentence, join_sentences
from scheduler.ledger.store import EntryRow
from scheduler.workflow.change_request import (
    Cell,
    Request,
    RequestKind,
    RequestState,
    days_of,
    open_request,
    people_awaited,
    people_concerned,
    step_request,
)
from scheduler.workflow.effects import Effects
from scheduler.workflow.facts import DecidedFacts, RequestedFacts
from scheduler.workflow.in_force import Stretch
from scheduler.workflow.objections import Objection
from scheduler.workflow.offers import Offers
from scheduler.workflow.overrides import Override
from scheduler.workflow.overtime_request import place_overtime
from scheduler.workflow.readers import EVERYBODY, Reader
from scheduler.workflow.redaction import redact_request
from scheduler.workflow.rights import Rights, say_who_decides
from scheduler.workflow.verdict import Verdict, VerdictWord

NO_REQUEST = Sentence("没有第 {n} 号申请", "there is no request {n}")
NO_MORE_AS_JUDGED = Sentence("核对期间排班或申请有变", "rosters or requests have changed while this one was checked")
WHAT_AND_WHY = Sentence(
    "破例须写明破什么⟦（--override quota 等，可写多次）‖⟧和为什么⟦（--override-because）‖⟧",
    "say both what is to be set aside⟦ (--override quota and so on)‖⟧ and why⟦ (--override-because)‖⟧",
)
NOT_APPROVED = Sentence(
    "第 {n} 号申请没有获批，谈不上撤销", "request {n} was not approved: there is nothing to take back"
)
SAME_TABLES = Sentence(
    "从{days}起，现在的表与在用的排班表没有不同",
    "from {days} on, the tables say nothing else than the roster in force was made with",
)
NOTHING_TO_COVER = Sentence("{who}在{day}没有班，无班可接", "{who} has no duty on {day}: there is nothing to take over")
ON_IT_ALREADY = Sentence(
    "{who}在{day}本来就上“{shift}”班，接了还是少一人：请换一人接班",
    "{who} is on {shift} on {day} as it is, so that one would still be missing: name somebody else to take over",
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
    effects : Effects
        Where fewer people are at work than wished for if it is granted, and whose hours move.
    offers : Offers
        What could be asked for instead, and whom to ring.
    replaced : int
        The open request that it took the place of; 0 for none.
    instead : int
        The open request that an offer would take the place of: this one, where it is recorded; 0 for none.
    phones : mapping of str to str
        People's phones by id, where the requester may see them.
    rules : mapping of str to Sentence
        The rules' titles by name.
    stuck : tuple of Fault
        As in `Papers`.
    notes : tuple of Note
        What it moves that was settled, what was broken before, and in what the tables of today differ from those that
        the versions were made with.
    way_out : WayOut
        What it would have to set aside, where it was refused.
    deciders : tuple of str
        Ids of those who may approve it; where it was refused and there is a way out, who may approve that.
    """

    request: Request
    verdict: Verdict
    _: KW_ONLY
    objections: tuple[Objection, ...]
    stretch: Stretch
    version: int
    effects: Effects = field(default_factory=Effects)
    offers: Offers = field(default_factory=Offers)
    replaced: int = 0
    instead: int = 0
    phones: Mapping[str, str] = field(default_factory=dict)
    rules: Mapping[str, Sentence] = field(default_factory=dict)
    stuck: tuple[Fault, ...] = ()
    notes: tuple[Note, ...] = ()
    way_out: WayOut = NO_WAY_OUT
    deciders: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)

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
    spared: Sequence[str] = (),
    covers: Sequence[Cell] = (),
    instead: int = 0,
    override: str = "",
    sets_aside: Sequence[Override] = (),
    offering: bool = True,
    part: Half | tuple[int, int] | None = None,
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
    spared : sequence of str
        Ids of those who are neither to be moved for it nor offered.
    covers : sequence of Cell
        With leave or an absence: who takes the duty of which day over.
    instead : int
        An open request that this one takes the place of: it is cancelled where this one is recorded.
    override : str
        Why something is to be set aside; it is logged.
    sets_aside : sequence of Override
        What that is.
    offering : bool
        Whether to look for what needs fewer changes.
    part : Half or tuple of int
        The half or the minutes of each day of leave, of an absence or of leave called off, where it is not the whole of it.

    Raises
    ------
    Refusal
        No roster of that month is in force, the desk has no such kind of leave, nobody has the id
        `by`, what is to be taken back was not approved, the
        request that this one takes the place of is not theirs to cancel, or it is not said both what is to be set aside and
        why.
    """
    if bool(override) != bool(sets_aside):
        raise Refusal(WHAT_AND_WHY)
    with open_session(desk, store, out, lang, now) as here:
        here.person(by)
        named = [at.worker for at in (give, take, *covers) if at] + [cell.worker for cell in cells]
        named += [row.worker for row in (leave, cancelled_leave, overtime) if row]
        check_names(here.people, (*named, to, *spared))
        leave = leave and _as_the_desk_says(here, leave, part)
        cancelled_leave = cancelled_leave and _with_minutes(here, cancelled_leave, part)
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
            spared=tuple(dict.fromkeys(spared)),
            override=override,
            sets_aside=tuple(what for what in Override if what in sets_aside),
        )
        try:  # judging may take long, and seldom matters to others: they do not wait for it
            scene, found = _ask(here, asked, covers, instead)
        except HeadMoved:
            scene, found = here.ledger.in_turn(here.desk, lambda: _ask(here, asked, covers, instead))
        return _with_offers(scene, found) if offering else found


def _as_the_desk_says(here: Session, leave: Leave, part: Half | tuple[int, int] | None) -> Leave:
    """Leave of a kind that the desk has, with the minutes of a half of its day.

    Raises
    ------
    Refusal
        It has no such kind.
    """
    desk = here.files.desk
    kind = leave_words(desk.kinds).get(comparable(leave.kind))
    if kind is None:
        raise Refusal(NO_SUCH_LEAVE, kind=leave.kind, kinds=join_sentences(one.name for one in desk.kinds))
    return _with_minutes(here, replace(leave, kind=kind), part)


def _with_minutes(here: Session, leave: Leave, part: Half | tuple[int, int] | None) -> Leave:
    """Leave with the minutes of a part of its days; of a half the desk says which."""
    if part is None:
        return leave
    start, end = part.span(here.files.desk.midday) if isinstance(part, Half) else part
    return replace(leave, start=start, end=end)


NO_SUCH_LEAVE = Sentence(
    "本店没有“{kind}”这种假；有：{kinds}", "the desk has no kind of leave called {kind}; it has {kinds}"
)


def _with_offers(scene: Scene, asked: Asked) -> Asked:
    """The outcome with what needs fewer changes, which is looked for once the request is recorded."""
    here, number = scene.here, asked.request.number or max(scene.requests, default=0) + 1
    request = replace(asked.request, number=number)
    phones = readable_phones(here.files, reader_of(here.rights, request.by))
    rules = {rule.name: rule.title for book in scene.rulebooks_with(request) for rule in book.rules}
    offers = find_offers(scene, request, asked.verdict, asked.effects)
    return replace(asked, offers=offers, phones=phones, rules=rules)


def _ask(here: Session, asked: Request, covers: Sequence[Cell], instead: int) -> tuple[Scene, Asked]:
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
        cells=(*asked.cells, *_place_covers(asked, covers, scene.roster)),
    )
    template, assumed = place_overtime(template, scene.stretch, scene.roster)
    replaced = _find_replaced(here, asked, instead)
    if replaced:
        scene = replace(scene, requests={n: one for n, one in scene.requests.items() if n != replaced.number})
    request = open_request(mark_after_fact(open_request(template, scene.roster), scene), scene.roster)
    request, in_vain = keep_needed(scene, replace(request, tables=scene.digest_tables(request)))
    objections = (*scene.find_objections(request), *_find_undone_cells(scene, request))
    if request.since and not objections and not scene.describe(request):
        objections = (Objection(SAME_TABLES, days=(request.since,)),)
    refused = bool(drop_overridden(objections, request))
    verdict = Verdict(VerdictWord.REFUSED) if refused else scene.judge(request)
    is_recorded = is_granted(verdict)
    way_out = NO_WAY_OUT if is_recorded else find_way_out(scene, request, objections, verdict)
    notes = (*assumed, *scene.notes_on(request, verdict), *way_out.notes, *in_vain)
    notes += notes_on_overtaking(scene, request, verdict) if is_recorded else ()
    if is_recorded:
        with here.ledger.writing(here.desk) as pen:
            standing = [here.ledger.live(here.desk, row.month) for row in scene.rows]
            numbers = [row.number if row else None for row in standing]
            asked_by_now = here.requests()
            is_still_open = replaced is None or asked_by_now.get(replaced.number) == replaced
            if numbers != list(scene.versions) or request.number in asked_by_now or not is_still_open:
                raise HeadMoved(NO_MORE_AS_JUDGED)
            if replaced:
                left = DecidedFacts(request=replaced.number).to_json()
                pen.note("cancelled", replaced.checked_on, here.at, request.by, request.because, left)
            logged = RequestedFacts(request=request, judgement=scene.judgement(verdict))
            pen.note("requested", scene.versions[0], here.at, request.by, request.because, logged.to_json())
    return scene, Asked(
        request if is_recorded else replace(request, number=0),
        verdict,
        objections=objections,
        stretch=scene.stretch,
        version=scene.versions[0],
        effects=effects_of(scene, request, verdict),
        replaced=replaced.number if replaced and is_recorded else 0,
        instead=request.number if is_recorded else instead,
        stuck=tuple(here.papers.stuck) if is_recorded else (),
        notes=(*notes, *scene.compare_with_tables()),
        way_out=way_out,
        deciders=_find_deciders(here, request, way_out, verdict),
        names={who: person.name for who, person in here.people.items()},
    )


def _place_covers(asked: Request, covers: Sequence[Cell], roster: Roster) -> list[Fixed]:
    """The cells of those who take duties over from somebody who is away.

    Raises
    ------
    Refusal
        There is no duty to take over, or whoever is to take it has the same one.
    """
    away, cells = asked.leave.worker if asked.leave else "", list[Fixed]()
    for who, day in covers:
        codes = roster.on(away, day)
        if not codes:
            raise Refusal(NOTHING_TO_COVER, who=away, day=day)
        if shared := [code for code in roster.on(who, day) if code in codes]:
            raise Refusal(ON_IT_ALREADY, who=who, day=day, shift="+".join(shared))
        cells += [Fixed(who, day, code) for code in codes]
    return cells


def _find_replaced(here: Session, asked: Request, instead: int) -> Request | None:
    """The open request that another one takes the place of.

    Raises
    ------
    Refusal
        It is not theirs to cancel, or open no more.
    """
    if not instead:
        return None
    other = find_request(here, instead)
    _step(here, other, "cancelled", asked.by, asked.because)
    return other


def _find_deciders(here: Session, request: Request, way_out: WayOut, verdict: Verdict) -> tuple[str, ...]:
    """Who may approve a request as it is, or as it would have to be asked."""
    if way_out.overrides:
        request = replace(request, sets_aside=way_out.overrides, override=request.override or "?")
    return here.rights.find_approvers(request, {change.worker for change in verdict.changes})


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
    spared = tuple(dict.fromkeys((*asked.spared, *other.spared)))
    return replace(asked, cells=cells, parties=people_concerned(other), spared=spared)


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
    """A request after a step that leaves the roster as it is; by name, who may approve it; `stuck` as in `Papers`."""

    request: Request
    stuck: tuple[Fault, ...] = ()
    _: KW_ONLY
    deciders: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)


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
    recorded_by: str = "",
    store: str | None = None,
    out: Path | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> Decided:
    """Confirm, refuse or cancel a request; confirming twice changes nothing.

    Parameters
    ----------
    recorded_by : str
        Id of who records what `by` said, on the phone for instance; by default it is themselves.

    Raises
    ------
    Refusal
        They may not take this step, or no longer.
    """
    with open_session(desk, store, out, lang, now) as here:
        here.person(by)
        recorded_by = here.person(recorded_by).id if recorded_by else ""
        with here.ledger.writing(here.desk) as pen:
            request = find_request(here, number)
            if event == "confirmed" and by in request.confirmed and request.is_open:
                return _answer(here, request)
            after = _step(here, request, event, by, because)
            facts = DecidedFacts(request=number, recorded_by=recorded_by if recorded_by != by else "")
            pen.note(event, request.checked_on, here.at, by, because, facts.to_json())
        return _answer(here, after)


def _answer(here: Session, request: Request) -> Decided:
    return Decided(
        request,
        tuple(here.papers.stuck),
        deciders=find_awaited(here, [request]).get(request.number, ()),
        names={who: person.name for who, person in here.people.items()},
    )


def find_awaited(here: Session, requests: Iterable[Request]) -> dict[int, tuple[str, ...]]:
    """Who may approve each of those requests that are open, by their numbers."""
    entries = here.ledger.entries(here.desk)
    return {
        one.number: here.rights.find_approvers(one, {change.worker for change in recorded_changes(entries, one.number)})
        for one in requests
        if one.is_open
    }


def _step(here: Session, request: Request, event: str, by: str, because: str) -> Request:
    """A request after a step that is no approval, by the rights of the desk."""
    may, who = here.rights.may_refuse(by, request), say_who_decides(here.rights, request, by)
    return step_request(request, event, by, because, may_approve=may, may=who)


@dataclass(frozen=True)
class RequestList:
    """The desk's requests, the cells that each moves by its last judgement, who may approve it; `stuck` as in `Papers`.

    `reader` is whom all this is told; what is withheld from them has no cells.
    """

    requests: tuple[Request, ...]
    names: dict[str, str]
    changes: dict[int, list[Change]]
    stuck: tuple[Fault, ...] = ()
    deciders: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    reader: Reader = EVERYBODY

    @staticmethod
    def waiting(request: Request) -> tuple[str, ...]:
        """Whose word an open request waits for."""
        return people_awaited(request) if request.is_open else ()


def list_requests(
    desk: Path,
    *,
    reader: str | Reader = "",
    store: str | None = None,
    out: Path | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> RequestList:
    """Every request of the desk, as a reader may read it (`find_reader`): of leave that is not their business no cells."""
    with open_session(desk, store, out, lang, now) as here:
        found = here.requests().values()
        entries = here.ledger.entries(here.desk)
        listed = list_for(find_reader(here.files, reader), here.rights, entries, found)
        return replace(listed, stuck=tuple(here.papers.stuck))


def list_for(reads: Reader, rights: Rights, entries: Sequence[EntryRow], requests: Iterable[Request]) -> RequestList:
    """Some requests of a log as a reader may read them."""
    found = sorted(requests, key=lambda one: one.number)
    changes = {one.number: recorded_changes(entries, one.number) for one in found}
    awaited = {
        one.number: rights.find_approvers(one, {change.worker for change in changes[one.number]})
        for one in found
        if one.is_open
    }
    found = [redact_request(one, reads) for one in found]
    changes |= {one.number: [] for one in found if one.withheld}
    names = {person.id: person.name for person in rights.people.values()}
    return RequestList(tuple(found), names, changes, (), awaited, reads)
