"""What a request is judged on: the months in force that it reaches into, the ones beside them, and all that was approved."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from scheduler.app.session import NOT_LIVE, Session
from scheduler.audit.months import MonthAfter, PlannedMonth, fit_before
from scheduler.audit.reserves import ReserveFault, find_reserve_faults
from scheduler.digest import digest_of
from scheduler.domain import Change, Duty, HoursSystem, Month, Note, Problem, Roster, Violation
from scheduler.errors import Refusal
from scheduler.i18n import LANGS, Sentence, as_template, join_items
from scheduler.ledger.store import EntryRow, VersionRow
from scheduler.rules.book import Rulebook
from scheduler.solver.settings import FewestChangesSettings, SearchSettings
from scheduler.timeline import days_between
from scheduler.workflow.amendment import amend_problem, settled_cells
from scheduler.workflow.change_request import Cell, Request, RequestKind
from scheduler.workflow.facts import ApprovedFacts, Judgement, request_of
from scheduler.workflow.in_force import Stretch
from scheduler.workflow.month_facts import MonthFacts
from scheduler.workflow.notice import find_short_notice, needs_notice
from scheduler.workflow.objections import Objection, objections_to
from scheduler.workflow.overrides import Override
from scheduler.workflow.overtime_request import overtime_objections
from scheduler.workflow.partners import leave_open, require_one_of
from scheduler.workflow.private_facts import hide_parts
from scheduler.workflow.replay import replay_requests
from scheduler.workflow.reserves import find_reserves
from scheduler.workflow.table_change import describe_change, merge_facts, rename_duties, rename_people
from scheduler.workflow.verdict import GRANTABLE, Verdict, join_months, judge_request, replace_rosters
from scheduler.workflow.worked import Worked, as_worked, cells_by_request, worked_cells

JUDGE_SECONDS = 10.0
OFFER_SETTINGS = SearchSettings(fewest_changes=FewestChangesSettings(most_work=1.0))

WAS_WITHDRAWN = Sentence(
    "{month} 的第 {n} 版已作废，没有在用的排班表", "version {n} of {month} is withdrawn: no roster is in force"
)
MOVES_SETTLED = Sentence(
    "会改动第 {n} 号获批申请定下的格子：{who} {day}（不改就办不成）",
    "this moves what approved request {n} settled: {who} on {day} (nothing else would do)",
)
BROKEN_BEFORE = Sentence("原已不合规，与本申请无关：{what}", "broken before, none of this request's doing: {what}")
OFF_TOO = Sentence(
    "随之取消的加班：{who} {day} {terms}", "the overtime of {who} on {day} is called off with it: {terms}"
)
STAYS_TOO = Sentence(
    "{who} {day}的班要改，已批的加班照旧：{terms}",
    "a duty of {who} on {day} moves, where approved overtime stays: {terms}",
)
IS_CALLED = Sentence("叫到备班：{who} {day} {shift}", "the reserve is called: {who}, {day} {shift}")
NO_RESERVE = Sentence(
    "{who} {day} {shift} 的备班随之作废：当天另有班，或叫来就违反规则",
    "{who} can no longer stand by for {shift} on {day}: on duty that day, or it would break a rule",
)
STAYS_SHORT = Sentence("仍缺：{what}", "stays short: {what}")
MOST_NAMED = 5


@dataclass(frozen=True)
class Scene:
    """The months in force that a request reaches into, read once.

    Attributes
    ----------
    rows : tuple of VersionRow
        The versions in force of months that follow one another, at least one.
    facts : tuple of MonthFacts
        What each was made with.
    after : PlannedMonth or None
        The month after them where it is in force; it stays as it is.
    entries : sequence of EntryRow
        The desk's log.
    requests : mapping of int to Request
    """

    here: Session
    rows: tuple[VersionRow, ...]
    facts: tuple[MonthFacts, ...]
    after: PlannedMonth | None
    entries: Sequence[EntryRow]
    requests: Mapping[int, Request]

    def made_with(self, request: Request | None) -> tuple[MonthFacts, ...]:
        """What the months are made with, and would be with a request that takes the tables of today from a day on."""
        if request is None or request.since is None:
            return self.facts
        since = request.since
        return tuple(
            merge_facts(facts, self.here.tables_facts(row.month), since)
            for row, facts in zip(self.rows, self.facts, strict=True)
        )

    @cached_property
    def worked(self) -> Worked:
        """What was worked otherwise than planned."""
        return worked_cells(self.entries)

    @cached_property
    def entered(self) -> dict[int, set[Cell]]:
        """The cells that requests entered after the fact."""
        return cells_by_request(self.entries)

    @property
    def versions(self) -> tuple[int, ...]:
        """The numbers of the versions in force."""
        return tuple(row.number for row in self.rows)

    @cached_property
    def months(self) -> tuple[PlannedMonth, ...]:
        """The months as they are asked now and as they were worked; the last with the month after it as one of its rules."""
        found = [
            PlannedMonth(problem, facts.rulebook, as_worked(Roster(row.duties), self.worked))
            for row, facts, problem in zip(self.rows, self.facts, self.asked_with(None), strict=True)
        ]
        return (*found[:-1], replace(found[-1], rulebook=fit_before(found[-1].rulebook, self.after)))

    @cached_property
    def stretch(self) -> Stretch:
        """Their days as one."""
        return Stretch.of([month.problem for month in self.months])

    @cached_property
    def roster(self) -> Roster:
        """Their duties as worked."""
        return join_months(self.months)

    @property
    def names(self) -> Mapping[str, str]:
        """People's names by id."""
        return self.stretch.names

    @cached_property
    def settled_days(self) -> frozenset[date]:
        """The days of holidays whose deadline has come."""
        return frozenset(day for month in self.months for day in self.here.settled_days(month.problem))

    def granting(self, request: Request | None) -> list[Request]:
        """All requests as they would stand with one more granted, in the order of approvals."""
        return [one for one in self.requests.values() if request is None or one.number != request.undoes]

    def asked_with(self, request: Request | None) -> tuple[Problem, ...]:
        """The months' problems with what was approved, and with one more request, as they are judged."""
        granted = self.granting(request)
        return tuple(amend_problem(facts.problem, granted, also=request) for facts in self.made_with(request))

    def rulebooks_with(self, request: Request) -> tuple[Rulebook, ...]:
        """The months' rules with a request granted; the last month has to fit the one after it."""
        *first, last = (facts.rulebook for facts in self.made_with(request))
        return (*first, fit_before(last, self.after))

    def on_paper(self, request: Request | None, entered: Collection[Cell] = ()) -> tuple[Problem, ...]:
        """The same as the roster prints them, which stays as it was planned where things went otherwise.

        Parameters
        ----------
        entered : collection of Cell
            What the request enters after the fact.
        """
        granted = self.granting(request)
        cells = self.entered | ({request.number: set(entered)} if request else {})
        made_with = self.made_with(request)
        return tuple(amend_problem(facts.problem, granted, also=request, entered=cells) for facts in made_with)

    def has_begun(self, change: Change) -> bool:
        """Whether a change is of a day that is past, or of a shift that has begun."""
        return self.stretch.has_begun(change.day, change.before + change.after, self.here.today, self.here.instant)

    def digest_tables(self, request: Request) -> str:
        """Digest of what a request that takes the tables of today takes, but for what is private; empty for others."""
        if request.since is None:
            return ""
        return digest_of([hide_parts(facts.to_parts(), lambda _: "") for facts in self.made_with(request)])

    def find_objections(self, request: Request) -> tuple[Objection, ...]:
        """What speaks against a request before any rule is checked."""
        terms, stretch = self.facts[0].procedure, self.stretch
        if request.undoes:  # what is taken back stands in nobody's way
            granted = self.granting(request)
            stretch = Stretch.of([amend_problem(facts.problem, granted) for facts in self.facts])
        others, now = self.requests.values(), self.here.instant
        return (
            *objections_to(
                request,
                stretch,
                self.roster,
                others,
                self.here.today,
                terms.swap_quota,
                terms.notice_hours,
                now,
            ),
            *overtime_objections(
                request,
                stretch,
                self.roster,
                others,
                now,
                planned=Roster(duty for row in self.rows for duty in row.duties),
                system=self._system_of(request),
            ),
        )

    def _system_of(self, request: Request) -> HoursSystem:
        """Under which system of working time somebody works who is asked for overtime."""
        asked = request.overtime
        found = (
            facts.rulebook.hours_system(facts.problem.worker_by_id[asked.worker])
            for facts in self.facts
            if asked and asked.day in facts.problem.day_by_date and asked.worker in facts.problem.worker_by_id
        )
        return next(found, HoursSystem.STANDARD)

    def settled_by_others(self, request: Request) -> dict[Cell, int]:
        """The cells that approved requests settled and that this one does not ask for, with their numbers."""
        own = {Cell(fixed.worker, fixed.day) for fixed in request.cells}
        return {cell: number for cell, number in settled_cells(self.granting(request)).items() if cell not in own}

    def judge(self, request: Request) -> Verdict:
        """The verdict on a request."""
        return self._judge(request)

    def judge_offer(self, request: Request) -> Verdict:
        """The verdict on a request that might be offered, within a limit of work that is the same on every machine."""
        return self._judge(request, cores=1, settings=OFFER_SETTINGS)

    def judge_one_of(self, options: Sequence[Request]) -> Verdict:
        """The verdict on whichever of several stand-ins or swaps of one duty needs the fewest changes.

        Their months are one. Nothing but what they give away is held in advance, so none of their cells may be one that
        stands unless it is asked for: of the past, or of a holiday that is settled.
        """
        anyone = leave_open(options)
        (book,), (problem,) = self.rulebooks_with(anyone), self.asked_with(anyone)
        asking, rulebook, moved = require_one_of(options, problem, book)
        return self._judge(
            anyone,
            cores=1,
            settings=OFFER_SETTINGS,
            asking=(asking,),
            rulebooks=(rulebook,),
            spared=frozenset(self.settled_by_others(anyone)) - moved,
        )

    def meet(self, request: Request) -> Verdict:
        """What can be done of a request that is refused, and what stays short by it."""
        return self._judge(request, cores=1, as_far_as_can_be=True)

    def _judge(self, request: Request, **options: Any) -> Verdict:
        hold = 0
        if self.holds_notice(request) and Override.FURTHER_NOTICE not in request.set_aside:
            hold = self.here.instant + round(60 * self.facts[0].procedure.further_notice_hours)
        usual = {
            "asking": self.asked_with(request),
            "rulebooks": self.rulebooks_with(request),
            "spared": frozenset(self.settled_by_others(request)),
        }
        return judge_request(
            self.months,
            request,
            today=self.here.today,
            now=self.here.instant,
            settled=self.settled_days,
            held_before=hold,
            time_limit=JUDGE_SECONDS,
            **(usual | options),
        )

    def holds_notice(self, request: Request) -> bool:
        """Whether duties of others that begin soon stay as they are for a request, unless that is set aside."""
        return self.facts[0].procedure.further_notice_held and needs_notice(request)

    def judgement(self, verdict: Verdict) -> Judgement:
        """The part of a verdict that the log keeps."""
        return Judgement(verdict=verdict.word, changes=verdict.changes, fewest=verdict.fewest, also=self.versions[1:])

    def notes_on(self, request: Request, verdict: Verdict) -> tuple[Note, ...]:
        """What has to be said beside its changes: what it moves that was settled, who gets short notice, what others broke."""
        settled = self.settled_by_others(request)
        notes = [*self.describe(request)]
        notes += [
            Note(
                MOVES_SETTLED, (("n", settled[cell]), ("who", self.names.get(one.worker, one.worker)), ("day", one.day))
            )
            for one in verdict.further
            if (cell := Cell(one.worker, one.day)) in settled
        ]
        hours = self.facts[0].procedure.further_notice_hours
        notes += find_short_notice(request, verdict.changes, self.stretch, self.here.instant, hours)
        notes += self._notes_on_overtime(request, verdict)
        notes += self._notes_on_reserves(verdict)
        if verdict.before:
            notes.append(Note(BROKEN_BEFORE, (("what", say_violations(verdict.before, self.names)),)))
        return tuple(notes)

    @cached_property
    def reserves(self) -> tuple[Duty, ...]:
        """Who stands by in these months, each as the duty that it would be if called."""
        return tuple(one for row in self.rows for one in find_reserves(self.entries, row.number))

    def _notes_on_reserves(self, verdict: Verdict) -> Iterator[Note]:
        """The reserves that could be called as things stand, and not with a request: called by it, or no longer legal."""
        if not self.reserves or not verdict.rosters:
            return
        asked = self.months[: len(verdict.rosters)]
        then = replace_rosters(asked, Roster(duty for one in verdict.rosters for duty in one.duties))
        before = {one.reserve for month in asked for one in self._fallen(month)}
        for month in then:
            for one in self._fallen(month):
                reserve = one.reserve
                if reserve not in before:
                    is_called = reserve.shift in month.roster.on(reserve.worker, reserve.day)
                    who = self.names.get(reserve.worker, reserve.worker)
                    facts = (("who", who), ("day", reserve.day), ("shift", reserve.shift))
                    yield Note(IS_CALLED if is_called else NO_RESERVE, facts)

    def _fallen(self, month: PlannedMonth) -> tuple[ReserveFault, ...]:
        mine = [one for one in self.reserves if one.day in month.problem.day_by_date]
        rules = tuple(rule for rule in month.rulebook.rules if not isinstance(rule, MonthAfter))
        book = replace(month.rulebook, rules=rules)
        return find_reserve_faults(month.problem, book, month.roster, mine, self.after)

    def _notes_on_overtime(self, request: Request, verdict: Verdict) -> Iterator[Note]:
        """The approved overtime that a request calls off, and that of days whose duties move, which stays as it was."""
        known, asked = self.asked_with(None), self.asked_with(request)
        moved = {(one.worker, one.day) for one in verdict.changes}
        for before, after in zip(known, asked, strict=True):
            for row in before.overtime:
                sentence = OFF_TOO if row not in after.overtime else STAYS_TOO
                if sentence is OFF_TOO or (row.start is not None and (row.worker, row.day) in moved):
                    who = self.names.get(row.worker, row.worker)
                    yield Note(sentence, (("who", who), ("day", row.day), ("terms", row.terms)))

    def describe(self, request: Request) -> tuple[Note, ...]:
        """What taking the tables of today from a day on changes."""
        since = request.since
        if since is None:
            return ()
        return tuple(
            note
            for row in self.rows
            for note in describe_change(
                self.here.facts(row), self.here.tables_facts(row.month), max(since, row.month.first)
            )
        )

    def compare_with_tables(self) -> tuple[Note, ...]:
        """In what the tables of today differ from those that the versions were made with."""
        return tuple(note for row in self.rows for note in self.here.compare_with_tables(row))


def say_violations(violations: Iterable[Violation], names: Mapping[str, str]) -> Sentence:
    """The first of some violations in a row, in both languages, as a template."""
    found = list(violations)
    more = "…" if len(found) > MOST_NAMED else ""
    said = [join_items((one.say(lang, names) for one in found[:MOST_NAMED]), lang) + more for lang in LANGS]
    return Sentence(*map(as_template, said))


def look_at(here: Session, first: Month, last: Month | None = None, *, renamed: bool = False) -> Scene:
    """The months in force from one month on, as far as a request reaches.

    Parameters
    ----------
    last : Month, optional
        The last month that the request is about; months after one that is not in force are not looked at.
    renamed : bool
        Whether people go by the ids that the tables of today give them.

    Raises
    ------
    Refusal
        No roster of the first month is in force.
    """
    rows = [find_live(here, first)]
    while rows[-1].month < (last or first) and (live := here.ledger.live(here.desk, rows[-1].month.next)):
        rows.append(live)
    entries = here.ledger.entries(here.desk)
    requests = replay_requests(entries)
    facts = [here.facts(row) for row in rows]
    if renamed:
        workers = here.files.workers
        rows = [replace(row, duties=rename_duties(row.duties, workers)) for row in rows]
        facts = [replace(one, problem=rename_people(one.problem, workers)) for one in facts]
    scene = Scene(here, tuple(rows), tuple(facts), here.month_after(rows[-1].month), entries, requests)
    for row, month in zip(rows, scene.months, strict=True):
        here.check_known(row, month.problem)
    return scene


def last_month(here: Session, request: Request, days: Iterable[date]) -> Month:
    """The last month that a request about some days may reach into: tables that have changed reach into all that follow."""
    months = [Month.of(day) for day in days]
    if request.since:
        months += [row.month for row in here.ledger.outlines(here.desk)]
    return max(months)


def find_live(here: Session, month: Month) -> VersionRow:
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


def mark_after_fact(request: Request, scene: Scene) -> Request:
    """An absence of which a part has begun already tells, in that part, what has happened."""
    if request.kind != RequestKind.ABSENCE or request.after_fact:
        return request
    cells = [Cell(one.worker, one.day) for one in request.cells]
    if request.leave and request.leave.is_part:  # of hours no cell is asked for
        away = request.leave
        cells = [Cell(away.worker, day) for day in days_between(away.first, away.last)]
    begun = any(
        scene.stretch.has_begun(cell.day, scene.roster.on(*cell), scene.here.today, scene.here.instant)
        for cell in cells
    )
    return replace(request, after_fact=True) if begun else request


def drop_overridden(objections: Iterable[Objection], request: Request) -> list[Objection]:
    """Objections that a request does not set aside."""
    return [one for one in objections if one.override is None or one.override not in request.set_aside]


def last_judgement(entries: Sequence[EntryRow], number: int) -> EntryRow:
    """The entry with a request's last judgement; its version is the one on which the request was checked."""
    told = [one for one in entries if one.event in ("requested", "rechecked") and request_of(one) == number]
    return told[-1]


def recorded_changes(entries: Sequence[EntryRow], number: int) -> list[Change]:
    """The cells that a request moves by its last judgement in the log, or moved when it was approved."""
    approved = [one for one in entries if one.event == "approved" and request_of(one) == number]
    done = [found for one in approved if (found := ApprovedFacts.read(one.facts).judgement).verdict]  # not before 0.2
    return list((done or [Judgement.read(last_judgement(entries, number).facts)])[-1].changes)


def is_granted(verdict: Verdict) -> bool:
    """Whether a request can be approved as it was judged."""
    return verdict.word in GRANTABLE
