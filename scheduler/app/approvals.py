"""Approve requests: carried out as new versions in force, the old ones closed, those concerned told.

An approval carries out what was judged, on the versions on which it was judged.
Where the rosters have moved in between, the request is judged again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from scheduler import clock
from scheduler.app.carried_bound import carry_bound
from scheduler.app.change_requests import find_request
from scheduler.app.drafts import make_draft
from scheduler.app.judging import (
    STAYS_SHORT,
    Scene,
    drop_overridden,
    is_granted,
    last_judgement,
    last_month,
    look_at,
    mark_after_fact,
    recorded_changes,
    say_violations,
)
from scheduler.app.publish import go_live
from scheduler.app.session import Session, open_session
from scheduler.app.told import known_breaks
from scheduler.audit.audit import Audit, audit
from scheduler.audit.months import audit_months
from scheduler.audit.open_duties import find_open_duties
from scheduler.domain import Change, Leave, Note, Problem, Roster, Violation
from scheduler.errors import Fault, Refusal, RosterMoved
from scheduler.i18n import Lang, Sentence
from scheduler.ledger.pen import Pen
from scheduler.ledger.store import Draft, Head, VersionRow
from scheduler.timeline import days_between
from scheduler.workflow.change_request import (
    INVOLVED,
    OVERTAKEN,
    UNDONE,
    Cell,
    Request,
    RequestKind,
    carry_to_version,
    days_of,
    step_request,
)
from scheduler.workflow.facts import (
    ApprovedFacts,
    DecidedFacts,
    DraftedFacts,
    EnteredFacts,
    Judgement,
    OvertakenFacts,
    RecheckedFacts,
)
from scheduler.workflow.month_facts import MonthFacts
from scheduler.workflow.objections import NOTICE, NOTICE_OF_DAY, NOTICE_OF_OVERTIME, QUOTA
from scheduler.workflow.overtaking import find_overtaken
from scheduler.workflow.redaction import say_reason
from scheduler.workflow.rights import say_who_decides
from scheduler.workflow.verdict import Verdict, VerdictWord, replace_rosters

if TYPE_CHECKING:
    from scheduler.files.writing.edition import Edition

NO_MORE = Sentence(
    "第 {n} 号申请核对之后情况有变（在用的是第 {version} 版），现在不能照办：{why}",
    "the roster has changed since request {n} was checked (version {version} is in force), and it cannot be granted: {why}",
)
OTHER_CHANGES = Sentence(
    "第 {n} 号申请核对之后情况有变（在用的是第 {version} 版）：照办要改的格子与批准人看到的不同，已重新核对，请看过后再批",
    "the roster has changed since request {n} was checked (version {version} is in force), and granting it would move"
    " other cells than the approver saw: it has been checked again, look at it and approve again",
)
BREAKS = Sentence("会违反规则", "it would break rules")
GRANTED_FROM = Sentence(
    "{first}起才批：此前几天已经过去或开始（要记下实际情况，请另行补记）",
    "granted from {first} on: the days before have passed or begun (enter what happened by itself)",
)
TOO_LATE = Sentence("所请的日子都已过去或开始", "all the days that were asked for have passed or begun")
ENTERED = Sentence(
    "补记 {n} 格（已过去或已开始，排班表照原样，实际情况另记）",
    "{n} cells entered after the fact: the roster stays as planned, what happened stands beside it",
)
WORKED_AGAINST = Sentence("加班照实补记，违反：{what}", "overtime entered as it was worked, against the rules: {what}")
TAKEN_BY = Sentence("第 {n} 号申请获批", "request {n} was approved")
TABLES_MOVED = Sentence(
    "第 {n} 号申请之后表又改过：请撤回重提", "the tables have changed again since request {n}: cancel it and ask anew"
)
SETTLED_WHEN_ASKED = (
    NOTICE,
    NOTICE_OF_DAY,
    NOTICE_OF_OVERTIME,
    QUOTA,
)  # waiting for approval makes a request neither late nor one too many


@dataclass(frozen=True)
class Approved:
    """An approved request and the versions that carry it out.

    Attributes
    ----------
    rows : tuple of VersionRow
        The versions in force after it, month by month: new ones where cells move or what is printed of them.
    problems : tuple of Problem
        Their months with the request granted.
    issued : tuple of int
        The numbers of those that are new.
    changes : tuple of Change
        The cells that move.
    entered : tuple of Change
        The cells of which it says after the fact what was worked.
    fewest : int
        Proved lower bound of the number of cells that have to move.
    rechecked : bool
        Whether the live roster had changed since the request was checked, so that it was judged again.
    short : tuple of Violation
        What stays short because of an absence.
    overtaken : tuple of Request
        The open requests whose cells it took.
    stuck : tuple of Fault
        Papers that could not be written or made void.
    notes : tuple of Note
        What has to be said of it.
    """

    request: Request
    rows: tuple[VersionRow, ...]
    problems: tuple[Problem, ...]
    _: KW_ONLY
    issued: tuple[int, ...] = ()
    changes: tuple[Change, ...] = ()
    entered: tuple[Change, ...] = ()
    fewest: int = 0
    rechecked: bool = False
    short: tuple[Violation, ...] = ()
    overtaken: tuple[Request, ...] = ()
    files: tuple[Path, ...] = ()
    stuck: tuple[Fault, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def row(self) -> VersionRow:
        """The version in force of its first month."""
        return self.rows[0]


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
    """Approve a request and carry it out, in all its months or in none.

    Raises
    ------
    RosterMoved
        The live roster has moved, and granting the request now means something else.
    Refusal
        The approval is not theirs to give.
    """
    with open_session(desk, store, out, lang, now) as here:
        issue = here.ledger.in_turn(here.desk, lambda: Approval.look(here, number, by, because).carry_out())
        return issue()


@dataclass(frozen=True, kw_only=True)
class Approval:
    """One approval, on the rosters as they stand.

    Attributes
    ----------
    request : Request
        As it can be granted now, checked on the versions in force.
    granted : Leave or None
        Of leave whose first days have passed: the rest.
    moved : bool
        Whether it was checked on other versions.
    """

    here: Session
    head: Head
    scene: Scene
    request: Request
    by: str
    because: str
    moved: bool
    granted: Leave | None = None

    @classmethod
    def look(cls, here: Session, number: int, by: str, because: str) -> Approval:
        """Read what is asked, and whether it is theirs to approve.

        Raises
        ------
        Refusal, RosterMoved
        """
        here.person(by)
        head = here.ledger.head(here.desk)
        request = find_request(here, number)
        _check_step(here, request, by, because)
        undone = find_request(here, request.undoes) if request.undoes else request
        days = [request.month.first, *days_of(request), *days_of(undone)]
        scene = look_at(here, request.month, last_month(here, request, days), renamed=bool(request.since))
        if scene.digest_tables(request) != request.tables:
            raise RosterMoved(TABLES_MOVED, n=number)
        judged = Judgement.read(last_judgement(scene.entries, number).facts)
        moved = scene.versions != (request.checked_on, *judged.also)
        granted = _leave_left(scene, request)
        if granted:
            ahead = (at for at in request.cells if at.day >= granted.first)
            request = replace(request, leave=granted, cells=tuple(ahead))
        request = carry_to_version(request, scene.roster, scene.versions[0])
        planned, request = request, mark_after_fact(request, scene)
        if request.after_fact and not planned.after_fact:  # that takes one more right
            _check_step(here, request, by, because)
        return cls(
            here=here,
            head=head,
            scene=scene,
            request=request,
            by=by,
            because=because,
            moved=moved,
            granted=granted,
        )

    def carry_out(self) -> Callable[[], Approved]:
        """Judge the request as the rosters stand, record the approval with its versions, and put these in force.

        Returns
        -------
        callable
            Gives out the papers.

        Raises
        ------
        HeadMoved
            Somebody else has written to the log since it was looked at.
        RosterMoved, Refusal
        """
        verdict = self.judge()
        if self.by in {change.worker for change in verdict.changes}:
            raise Refusal(
                INVOLVED, n=self.request.number, by=self.here.people[self.by].name, may=self._say_who_decides(verdict)
            )
        return self._put_in_force(verdict)

    def _say_who_decides(self, verdict: Verdict) -> Sentence:
        moved = {change.worker for change in verdict.changes}
        return say_who_decides(self.here.rights, self.request, self.by, moved)

    def judge(self) -> Verdict:
        """The verdict on granting the request now: the recorded one where it still holds.

        Raises
        ------
        RosterMoved
            It moves other cells now, or is no longer possible.
        """
        scene, request, number = self.scene, self.request, self.request.number
        names, version = scene.names, scene.versions[0]
        objections = drop_overridden(scene.find_objections(request), request)
        if objections := [one for one in objections if one.sentence not in SETTLED_WHEN_ASKED]:
            why = "；".join(one.say(self.here.lang, names) for one in objections)
            raise RosterMoved(NO_MORE, n=number, version=version, why=why)
        told = recorded_changes(scene.entries, number)
        still = self._still_holds(told)
        if still and not self.moved and not self.granted:
            return still
        verdict = scene.judge(request)
        if not is_granted(verdict):
            why = "；".join(each.say(self.here.lang, names) for each in verdict.reasons[:5]) or BREAKS.say(
                self.here.lang
            )
            raise RosterMoved(NO_MORE, n=number, version=version, why=why)
        if still and len(told) == len(verdict.changes):  # of equally few changes, prefer those that the approver saw
            return replace(still, fewest=verdict.fewest)
        if verdict.further and set(verdict.further) != set(told) - set(verdict.asked):
            with self.here.ledger.writing(self.here.desk) as pen:
                logged = RecheckedFacts(request=number, judgement=scene.judgement(verdict))
                pen.note("rechecked", version, self.here.at, self.by, "", logged.to_json())
            raise RosterMoved(OTHER_CHANGES, n=number, version=version)
        return verdict

    def _still_holds(self, told: Sequence[Change]) -> Verdict | None:
        """The verdict that was recorded, where its changes can still be made and break no more than was said then."""
        scene, request = self.scene, self.request
        own = {(cell.worker, cell.day) for cell in request.cells}
        others = [one for one in told if one[:2] not in own]
        away = request.leave if request.kind == RequestKind.ABSENCE else None
        settled = {day for day in scene.settled_days if not (away and away.first <= day <= away.last)}
        known = scene.stretch.worker_by_id.keys()
        if any(scene.has_begun(one) or one.day in settled or one.worker not in known for one in others):
            return None
        if any(scene.roster.on(one.worker, one.day) != one.before for one in told):
            return None
        if not own <= {one[:2] for one in told} and any(
            scene.roster.on(cell.worker, cell.day) != ((cell.shift,) if cell.shift else ()) for cell in request.cells
        ):
            return None  # leave that follows other duties than when it was asked for
        recorded = Judgement.read(last_judgement(scene.entries, request.number).facts)
        if recorded.verdict == VerdictWord.SHORT and self.moved:
            return None
        whole = scene.roster.replace_cells({(one.worker, one.day): one.after for one in told})
        asked = zip(scene.months, scene.asked_with(request), scene.rulebooks_with(request), strict=True)
        months = [replace(month, problem=problem, rulebook=rulebook) for month, problem, rulebook in asked]
        planned = replace_rosters(months, whole)
        audits = audit_months(planned)
        before = {one.reason for found in audit_months(scene.months) for one in found.broken}
        broken = tuple(one for found in audits for one in found.broken if one.reason not in before)
        if broken and recorded.verdict != VerdictWord.SHORT and not request.after_fact:
            return None
        return Verdict(
            VerdictWord(recorded.verdict or VerdictWord.ALLOWED),
            rosters=tuple(month.roster for month in planned),
            audits=audits,
            asked=tuple(told),
            fewest=recorded.fewest,
            reasons=broken if self._has_worked else (),
            short=() if self._has_worked else broken,
        )

    def _put_in_force(self, verdict: Verdict) -> Callable[[], Approved]:
        here, scene, request = self.here, self.scene, self.request
        entered = tuple(one for one in verdict.changes if scene.has_begun(one))
        ahead = tuple(one for one in verdict.changes if one not in entered)
        problems = scene.on_paper(request, [Cell(one.worker, one.day) for one in entered])
        issues = self._plan_issues(problems, ahead, verdict)
        logged = ApprovedFacts(
            request=request.number,
            version=scene.versions[0],
            override=request.override,
            judgement=scene.judgement(verdict),
            granted=self.granted,
        )

        overtaken = find_overtaken(request, verdict.changes, scene.requests.values(), scene.stretch)

        def act(pen: Pen) -> list[VersionRow]:
            pen.note("approved", scene.versions[0], here.at, self.by, self.because, logged.to_json())
            for other in overtaken:
                gone = OvertakenFacts(request=other.number, overtaken_by=request.number)
                why = TAKEN_BY.say(here.lang, n=request.number)
                pen.note(OVERTAKEN, other.checked_on, here.at, self.by, why, gone.to_json())
            if request.undoes:
                undone = DecidedFacts(request=request.undoes)
                pen.note(UNDONE, scene.versions[0], here.at, self.by, self.because, undone.to_json())
            if entered:
                facts = EnteredFacts(request=request.number, kind=request.kind, changes=entered)
                pen.note("entered", scene.versions[0], here.at, self.by, self.because, facts.to_json())
            return [issue.publish(here, pen, self.by, self._told, request.number) for issue in issues]

        def show(rows: list[VersionRow]) -> list[tuple[VersionRow, Edition]]:
            pairs = zip(rows, issues, strict=True)
            return [(row, here.papers.edition(row, one.problem, one.facts, one.found)) for row, one in pairs]

        rows, placed = here.papers.record_several(act, show, self.head)
        done = replace(
            request,
            state=step_request(request, "approved", self.by, self.because, request.checked_on, may_approve=True).state,
            approver=self.by,
        )

        def issue_papers() -> Approved:
            files = list(placed)
            for row, one in zip(rows, issues, strict=True):
                files += here.papers.issue(row, one.problem, one.facts, one.found)
            new = {row.month: row for row in rows}
            return Approved(
                done,
                tuple(new.get(row.month, row) for row in scene.rows),
                problems,
                issued=tuple(row.number for row in rows),
                changes=ahead,
                entered=entered,
                fewest=verdict.fewest - len(entered),
                rechecked=self.moved,
                short=verdict.short,
                overtaken=overtaken,
                files=tuple(files),
                stuck=tuple(here.papers.stuck),
                notes=self._notes(verdict, entered, issues),
            )

        return issue_papers

    @property
    def _told(self) -> str:
        """Why, for all who are notified: why somebody asked is nobody else's business, unless it was for the desk."""
        return say_reason(self.request).say(self.here.lang)

    def _notes(self, verdict: Verdict, entered: Sequence[Change], issues: Sequence[_Issue]) -> tuple[Note, ...]:
        notes = [*self.scene.notes_on(self.request, verdict)]
        if self.granted:
            notes.append(Note(GRANTED_FROM, (("first", self.granted.first),)))
        if entered:
            notes.append(Note(ENTERED, (("n", len(entered)),)))
        if self._has_worked:
            notes += self._against_rules(verdict)
        notes += self.scene.compare_with_tables()
        return (*notes, *(note for one in issues for note in one.notes))

    def _against_rules(self, verdict: Verdict) -> tuple[Note, ...]:
        """What the roster says of rules that it breaks because somebody cannot come, or has worked overtime."""
        names = self.scene.names
        short, reasons = verdict.short, verdict.reasons
        notes = [Note(STAYS_SHORT, (("what", say_violations(short, names)),))] if short else []
        if self._has_worked and reasons:
            notes.append(Note(WORKED_AGAINST, (("what", say_violations(reasons, names)),)))
        return tuple(notes)

    @property
    def _has_worked(self) -> bool:
        """Whether overtime is entered that was worked."""
        return self.request.kind == RequestKind.OVERTIME and self.request.after_fact

    def _plan_issues(self, problems: Sequence[Problem], ahead: Sequence[Change], verdict: Verdict) -> list[_Issue]:
        """The versions to be made: of each month whose cells move, or of which the papers say something else."""
        scene, issues = self.scene, list[_Issue]()
        made_with = scene.made_with(self.request)
        printed = scene.on_paper(None)
        moved = {(one.worker, one.day): one.after for one in ahead}
        for at, (row, facts, problem) in enumerate(zip(scene.rows, made_with, problems, strict=True)):
            mine = {cell: codes for cell, codes in moved.items() if cell[1] in problem.day_by_date}
            same_rules = facts.rulebook.fingerprint == scene.facts[at].rulebook.fingerprint
            if not mine and same_rules and problem.prints_as(printed[at]):
                continue
            if at:
                before = verdict.rosters[at - 1]
                earlier = problems[at - 1]
                problem = problem.continued(before.duties, earlier.first, overtime=earlier.overtime)
            roster = Roster(row.duties).replace_cells(mine)
            problem = replace(problem, assumptions=(*problem.assumptions, *self._against_rules(verdict)))
            issues.append(_Issue.plan(self, row, facts, problem, roster, ahead))
        return issues


@dataclass(frozen=True, kw_only=True)
class _Issue:
    """A version to be made in place of one in force."""

    before: VersionRow
    facts: MonthFacts
    problem: Problem
    found: Audit
    draft: Draft
    notes: tuple[Note, ...]

    @classmethod
    def plan(
        cls,
        approval: Approval,
        row: VersionRow,
        facts: MonthFacts,
        problem: Problem,
        roster: Roster,
        changes: Sequence[Change],
    ) -> _Issue:
        """Audit a month as it will be printed, and make its draft."""
        here, request = approval.here, approval.request
        found = audit(problem, facts.rulebook, roster)
        carried = carry_bound([row], problem, facts.rulebook, found.cost)
        mine = tuple(change for change in changes if change.day in problem.day_by_date)
        before = here.ledger.before(here.desk, row.month)
        draft = make_draft(
            facts,
            problem,
            roster,
            made_at=here.at,
            by=approval.by,
            because=approval._told,
            objective=found.cost,
            bound=carried.bound,
            previous=before.number if before else None,
            compromises=len(found.compromises),
            logged=DraftedFacts(request=request.number, changes=mine),
            breaks_known=known_breaks(here.ledger, row),
        )
        return cls(before=row, facts=facts, problem=problem, found=found, draft=draft, notes=carried.notes)

    def publish(self, here: Session, pen: Pen, by: str, because: str, request: int) -> VersionRow:
        """Record the version and put it in force, after that of the month before where this one is new too."""
        before = here.ledger.before(here.desk, self.draft.month)
        drafted = pen.draft(replace(self.draft, previous=before.number if before else None))
        go_live(
            here, pen, drafted, by, because, self.problem, request, leaves=find_open_duties(self.problem, self.found)
        )
        return here.ledger.version(here.desk, drafted.number)


def _check_step(here: Session, request: Request, by: str, because: str) -> None:
    """Refuse an approval that is not theirs to give, or not now, whatever the roster is.

    Raises
    ------
    Refusal
    """
    moved = {change.worker for change in recorded_changes(here.ledger.entries(here.desk), request.number)}
    may = here.rights.may_approve(by, request, moved)
    who = say_who_decides(here.rights, request, by, moved)
    step_request(request, "approved", by, because, request.checked_on, may_approve=may, may=who)


def _leave_left(scene: Scene, request: Request) -> Leave | None:
    """What can still be granted of leave whose first days have passed or begun; `None` where none has.

    Raises
    ------
    RosterMoved
        Nothing can.
    """
    leave = request.leave
    if leave is None or request.kind != RequestKind.LEAVE:
        return None
    today, now = scene.here.today, scene.here.instant
    left = [
        day
        for day in days_between(leave.first, leave.last)
        if day >= today and not scene.stretch.has_begun(day, scene.roster.on(leave.worker, day), today, now)
    ]
    if left and left[0] == leave.first:
        return None
    if not left:
        raise RosterMoved(NO_MORE, n=request.number, version=scene.versions[0], why=TOO_LATE)
    return replace(leave, first=left[0])
