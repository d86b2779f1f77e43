"""Judge a change request: allowed as it stands, allowed with further changes, or refused, and why.

The audit alone finds the first, in a fraction of a second and without a solver.
Only if the request by itself breaks a rule is the month re-solved, with as few
further changes as possible.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from scheduler.audit.audit import Audit
from scheduler.audit.months import WAIVED, PlannedMonth, audit_months, with_rule
from scheduler.domain import Change, Problem, Reason, Roster, Violation
from scheduler.rules.base import Layer
from scheduler.rules.book import Rulebook
from scheduler.rules.internal import StartedShifts
from scheduler.time_limit import TimeLimit
from scheduler.timeline import ONE_DAY, instant
from scheduler.workflow.amendment import amend_problem, place_requested_cells
from scheduler.workflow.change_request import Cell, Request, RequestKind

if TYPE_CHECKING:
    from scheduler.solver.fewest_changes import Resolved
    from scheduler.solver.outcome import Impossible, Undecided
    from scheduler.solver.settings import SearchSettings


class VerdictWord(StrEnum):
    """What a request comes to, in a word."""

    ALLOWED = "allowed"  # as it stands
    ALLOWED_WITH = "allowed_with"  # with further changes
    SHORT = "short"  # an absence that no legal roster makes good: recorded all the same, with what stays short
    REFUSED = "refused"
    UNDECIDED = "undecided"  # the time was over before either was proved


GRANTABLE = (VerdictWord.ALLOWED, VerdictWord.ALLOWED_WITH, VerdictWord.SHORT)


@dataclass(frozen=True)
class Verdict:
    """What a request comes to on live rosters.

    Attributes
    ----------
    word : VerdictWord
    rosters, audits : tuple of Roster, tuple of Audit
        Each month as it would be, in order; empty where there is none.
    asked, further : tuple of Change
        The cells that change because the request says so, and the others that have to change with them.
    fewest : int
        A proved lower bound on the number of cells that change, `asked` included.
    reasons : tuple of Violation
        What the request by itself would break; if it is refused and breaks nothing new, what was broken before.
    short : tuple of Violation
        What stays broken because somebody cannot come, and was not before.
    least_short : bool
        Of an absence: whether it is proved that no legal roster makes it good, and that none of the days around
        leaves less short.
    before : tuple of Violation
        What was broken before the request and would be afterwards: none of its doing.
    among : int
        If the number of changes is not proved for the whole month: the number of cells looked at, among which it is
        the fewest; 0 if not even that is known.
    """

    word: VerdictWord
    _: KW_ONLY
    rosters: tuple[Roster, ...] = ()
    audits: tuple[Audit, ...] = ()
    asked: tuple[Change, ...] = ()
    further: tuple[Change, ...] = ()
    fewest: int = 0
    reasons: tuple[Violation, ...] = ()
    short: tuple[Violation, ...] = ()
    least_short: bool = False
    before: tuple[Violation, ...] = ()
    among: int = 0

    @property
    def roster(self) -> Roster | None:
        """The first month as it would be."""
        return self.rosters[0] if self.rosters else None

    @property
    def audit(self) -> Audit | None:
        """That of the first month."""
        return self.audits[0] if self.audits else None

    @property
    def changes(self) -> tuple[Change, ...]:
        """Every cell that changes, by day and worker."""
        return tuple(sorted((*self.asked, *self.further), key=lambda change: (change.day, change.worker)))

    @property
    def proved(self) -> bool:
        """Whether it is proved that no fewer cells can change."""
        return self.fewest >= len(self.changes)


def join_months(months: Sequence[PlannedMonth]) -> Roster:
    """The duties of several months."""
    return Roster(duty for month in months for duty in month.roster.duties)


def replace_rosters(months: Sequence[PlannedMonth], whole: Roster) -> tuple[PlannedMonth, ...]:
    """The months with other duties."""
    return tuple(
        replace(month, roster=Roster(duty for duty in whole.duties if duty.day in month.problem.day_by_date))
        for month in months
    )


def judge_request(
    months: Sequence[PlannedMonth],
    request: Request,
    *,
    today: date,
    now: int | None = None,
    asking: Sequence[Problem] = (),
    rulebooks: Sequence[Rulebook] = (),
    settled: frozenset[date] = frozenset(),
    spared: frozenset[Cell] = frozenset(),
    held_before: int = 0,
    as_far_as_can_be: bool = False,
    time_limit: float = 10.0,
    seed: int = 0,
    cores: int = 2,
    settings: SearchSettings | None = None,
) -> Verdict:
    """Judge a request against live rosters.

    Parameters
    ----------
    months : sequence of PlannedMonth
        The months that the request is about, in order, as they are asked without it, with their duties in force.
        The next month in force, which stays as it is, is part of the last one's rulebook (`audit.months.fit_before`).
    today : date
        Days before it never change.
    now : int or None
        The present instant, on the scale of `Problem.true_span`: a duty that has begun stays, and a shift that has begun
        is assigned to nobody else.
    asking : sequence of Problem
        The months as they are asked with the request granted; computed if they are not given.
    rulebooks : sequence of Rulebook
        The rules with the request granted, where it changes them.
    settled : frozenset of date
        The days on which only the request's own cells may change: holidays whose deadline has come. On those of an
        absence others may change as well: who cannot come cannot come.
    spared : frozenset of Cell
        Cells that requests before this one settled: they change only where nothing else helps.
    held_before : int
        An instant: no cell but the request's own changes a shift that begins before it.
    as_far_as_can_be : bool
        Whether the answer is what could be done of a request that is refused, with what stays short by it.
    time_limit : float
        Wall seconds for the re-solve, if one is needed.
    settings : SearchSettings, optional
        Of the re-solve.
    """
    judgement = _Judgement(
        months=tuple(months),
        request=request,
        today=today,
        now=now,
        rulebooks=tuple(rulebooks) or tuple(month.rulebook for month in months),
        asking=tuple(asking) or tuple(amend_problem(month.problem, [], also=request) for month in months),
        settled=settled,
        spared=spared,
        held_before=held_before,
        time_limit=time_limit,
        seed=seed,
        cores=cores,
        settings=settings,
    )
    return judgement.grant_as_far_as_can_be() if as_far_as_can_be else judgement.judge()


@dataclass(frozen=True, kw_only=True)
class _Judgement:
    """One request and all that it is judged on; see `judge_request`."""

    months: tuple[PlannedMonth, ...]
    request: Request
    today: date
    now: int | None
    asking: tuple[Problem, ...]
    rulebooks: tuple[Rulebook, ...]
    settled: frozenset[date]
    spared: frozenset[Cell]
    held_before: int
    time_limit: float
    seed: int
    cores: int
    settings: SearchSettings | None

    def judge(self) -> Verdict:
        """The verdict: by the audit alone, else by a re-solve."""
        live = join_months(self.months)
        wanted = place_requested_cells(live, self.request)
        asked = wanted.changes_from(live)
        known = _broken(audit_months(self.months))
        planned = self._planned(wanted)
        audits = audit_months(planned)
        broken = self._newly_broken(planned, known, _broken(audits))
        before = tuple(one for one in _broken(audits) if one not in broken)
        if not broken or self._is_recorded:
            rosters = tuple(month.roster for month in planned)
            return Verdict(
                VerdictWord.ALLOWED,
                rosters=rosters,
                audits=audits,
                asked=asked,
                fewest=len(asked),
                reasons=broken,
                before=before,
            )
        verdict = self._resolve(live, wanted, asked, known)
        return replace(verdict, reasons=broken, before=before)

    def _planned(self, whole: Roster) -> tuple[PlannedMonth, ...]:
        """The months as they are asked with the request granted, with these duties."""
        months = zip(self.months, self.asking, self.rulebooks, strict=True)
        return replace_rosters(
            [replace(month, problem=problem, rulebook=rulebook) for month, problem, rulebook in months], whole
        )

    def _newly_broken(
        self, planned: Sequence[PlannedMonth], known: Sequence[Violation], found: Sequence[Violation]
    ) -> tuple[Violation, ...]:
        """What is broken and was not before, or not as much; what only days that are past break is nobody's doing now."""
        was = {violation.reason: violation for violation in known}
        changed = {one.reason for one in found if one.reason in was and one.found != was[one.reason].found}
        worse = set[Reason]()
        if changed:
            from scheduler.solver.bends import measure_bends  # only then: ortools is slow to load

            for month, then in zip(self.months, planned, strict=True):
                least, most = measure_bends(month, changed), measure_bends(then, changed)
                worse |= {reason for reason in changed if most[reason] > least[reason]}
        return tuple(
            one
            for one in found
            if (one.reason not in was or one.reason in worse) and (self._is_recorded or not self._is_past(one.reason))
        )

    @property
    def _is_recorded(self) -> bool:
        """Whether it tells overtime that was worked: recorded whatever it breaks, which is named."""
        return self.request.kind == RequestKind.OVERTIME and self.request.after_fact

    def _is_past(self, reason: Reason) -> bool:
        """Whether a Reason is about days that are past alone."""
        return bool(reason.days) and max(reason.days) < self.today

    def grant_as_far_as_can_be(self) -> Verdict:
        """What could be done of a request, and what stays short by it."""
        live = join_months(self.months)
        wanted = place_requested_cells(live, self.request)
        allowed = self._allowed(wanted, _broken(audit_months(self.months)))
        return self._as_well_as_can_be(live, wanted, wanted.changes_from(live), allowed)

    def _allowed(self, wanted: Roster, known: Sequence[Violation]) -> dict[Reason, int]:
        """By how much what is broken already, or what is past by now, may give."""
        from scheduler.solver.bends import measure_bends

        allowed: dict[Reason, int] = {}
        for month in self.months:
            allowed |= measure_bends(month, {violation.reason for violation in known} - allowed.keys())
        past = (one.reason for one in _broken(audit_months(self._planned(wanted))) if self._is_past(one.reason))
        return allowed | dict.fromkeys(past, WAIVED)

    def _resolve(self, live: Roster, wanted: Roster, asked: tuple[Change, ...], known: Sequence[Violation]) -> Verdict:
        """The verdict where the request by itself breaks something."""
        from scheduler.solver.fewest_changes import Resolved

        allowed = self._allowed(wanted, known)
        limit = TimeLimit(self.time_limit)
        for also_held in [self.spared, frozenset[Cell]()] if self.spared else [frozenset[Cell]()]:
            held = self._held(wanted, also_held)
            outcome = self._fewest(live, held, allowed, limit.left)
            if isinstance(outcome, Resolved):
                return self._carried_out(outcome, asked)
        if self.request.kind == RequestKind.ABSENCE:
            verdict = self._as_well_as_can_be(live, wanted, asked, allowed)
            return replace(verdict, least_short=verdict.least_short and outcome.status == "IMPOSSIBLE")
        if outcome.status != "IMPOSSIBLE":
            return Verdict(VerdictWord.UNDECIDED, asked=asked)
        return Verdict(VerdictWord.REFUSED, asked=asked)

    def _begun(self) -> Iterator[tuple[date, str]]:
        """The shifts from today on that have begun, or begin before the instant until which all is held."""
        before = max(self.held_before, 0 if self.now is None else self.now + 1)
        for month in self.months:
            problem = month.problem
            for day in problem.dates:
                if day >= self.today and instant(day, 0, problem.desk.zone) < before:
                    yield from (
                        (day, code) for code in problem.codes_on(day) if problem.true_span(day, code).start < before
                    )

    def _own_cells(self) -> set[tuple[str, date]]:
        """The cells that the request itself settles: overtime goes with the duties of its day as they are."""
        own = {(cell.worker, cell.day) for cell in self.request.cells}
        extra = self.request.overtime
        return own | {(extra.worker, extra.day)} if extra and self.request.kind == RequestKind.OVERTIME else own

    def _held(self, wanted: Roster, also: frozenset[Cell]) -> dict[tuple[str, date], tuple[str, ...]]:
        """The cells that stay as they are wanted: the past, what is settled, the request's own, and those of whom it spares."""
        own = self._own_cells()
        begun = set(self._begun())
        away = self.request.leave if self.request.kind == RequestKind.ABSENCE else None
        needed = {day for day in self.settled if away and away.first <= day <= away.last}

        def stays(worker: str, day: date) -> bool:
            at_work = any((day, code) in begun for code in wanted.on(worker, day))
            is_settled = day in self.settled and day not in needed
            is_held = Cell(worker, day) in also or worker in self.request.spared
            return day < self.today or is_settled or (worker, day) in own or at_work or is_held

        return {
            (worker.id, day): wanted.on(worker.id, day)
            for month in self.months
            for worker in month.problem.workers
            for day in month.problem.dates
            if stays(worker.id, day)
        }

    def _to_resolve(self, live: Roster, held: Mapping[tuple[str, date], object]) -> tuple[PlannedMonth, ...]:
        """The months to be re-solved: nobody is given a shift that has begun, and what was fixed and is past binds no more."""
        own = self._own_cells()
        begun = tuple(self._begun())
        found = []
        for month in self._planned(live):
            fixed = (row for row in month.problem.fixed if (row.worker, row.day) not in own and row.day >= self.today)
            problem = replace(month.problem, fixed=tuple(fixed))
            mine = tuple(at for at in begun if at[0] in problem.day_by_date)
            book = with_rule(month.rulebook, StartedShifts(mine, frozenset(held))) if mine else month.rulebook
            found.append(replace(month, problem=problem, rulebook=book))
        return tuple(found)

    def _fewest(
        self,
        live: Roster,
        held: dict[tuple[str, date], tuple[str, ...]],
        allowed: Mapping[Reason, int],
        time_limit: float,
    ) -> Resolved | Impossible | Undecided:
        from scheduler.solver.fewest_changes import fewest_changes
        from scheduler.solver.settings import DEFAULTS

        first, *then = self._to_resolve(live, held)
        return fewest_changes(
            first.problem,
            first.rulebook,
            first.roster,
            then=then,
            held=held,
            allowed=allowed,
            time_limit=time_limit,
            seed=self.seed,
            cores=self.cores,
            settings=self.settings or DEFAULTS,
        )

    def _carried_out(self, outcome: Resolved, asked: tuple[Change, ...]) -> Verdict:
        """The verdict that a re-solved roster gives."""
        cells = {(change.worker, change.day) for change in asked}
        further = tuple(change for change in outcome.changes if (change.worker, change.day) not in cells)
        planned = self._planned(Roster(duty for roster in outcome.rosters for duty in roster.duties))
        return Verdict(
            VerdictWord.ALLOWED_WITH if further else VerdictWord.ALLOWED,
            rosters=outcome.rosters,
            audits=audit_months(planned),
            asked=tuple(change for change in outcome.changes if (change.worker, change.day) in cells),
            further=further,
            fewest=outcome.fewest,
            among=outcome.among,
        )

    def _as_well_as_can_be(
        self, live: Roster, wanted: Roster, asked: tuple[Change, ...], allowed: Mapping[Reason, int]
    ) -> Verdict:
        """The verdict on what no legal roster makes good: what the desk can give up gives, and nobody's law does.

        Only the days around are looked at. Where even that finds nothing in time, the duties fall out and nothing else changes.
        """
        from scheduler.solver.bends import least_bends
        from scheduler.solver.fewest_changes import Resolved

        limit = TimeLimit(self.time_limit)
        days = {change.day for change in asked} | ({self.request.surge[0]} if self.request.surge else set())
        near = {day + step * ONE_DAY for day in days for step in (-1, 0, 1)}
        held = self._held(wanted, frozenset())
        held |= {
            (worker.id, day): wanted.on(worker.id, day)
            for month in self.months
            for worker in month.problem.workers
            for day in month.problem.dates
            if day not in near
        }
        known = {violation.reason for violation in _broken(audit_months(self.months))}
        months = self._to_resolve(live, held)
        found = least_bends(
            months,
            (Layer.DESK,),
            held=held,
            allowed=allowed,
            time_limit=limit.left,
            seed=self.seed,
            cores=self.cores,
        )
        verdict = None
        if found is not None:
            given = dict(allowed)
            for reason, bend in found.bends.items():
                given[reason] = given.get(reason, 0) + bend
            outcome = self._fewest(live, held, given, max(1.0, limit.left))
            if isinstance(outcome, Resolved):
                verdict = replace(self._carried_out(outcome, asked), least_short=found.proved)
        if verdict is None:
            planned = self._planned(wanted)
            rosters = tuple(month.roster for month in planned)
            verdict = Verdict(VerdictWord.SHORT, rosters=rosters, audits=audit_months(planned), asked=asked)
        short = tuple(one for one in _broken(verdict.audits) if one.reason not in known)
        return replace(verdict, word=VerdictWord.SHORT, short=short)


def _broken(audits: Sequence[Audit]) -> tuple[Violation, ...]:
    return tuple(violation for found in audits for violation in found.broken)
