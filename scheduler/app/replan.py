"""Re-plan the rest of a published month: what is worked, has begun or was settled stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from scheduler.app.months import last_in_force, month_after, month_before, tables_facts, version_facts
from scheduler.audit.audit import audit
from scheduler.audit.months import WAIVED, PlannedMonth, fit_before
from scheduler.domain import Month, Note, Problem, Reason, Roster
from scheduler.errors import Refusal
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.i18n import Sentence
from scheduler.ledger.store import Ledger, VersionRow
from scheduler.rules.base import Layer
from scheduler.rules.book import Rulebook
from scheduler.solver.around_held import best_around, fewest_around
from scheduler.solver.bends import least_bends, measure_bends
from scheduler.solver.incumbent import Progress
from scheduler.solver.outcome import Outcome
from scheduler.time_limit import TimeLimit
from scheduler.timeline import ONE_DAY, days_between
from scheduler.workflow.amendment import amend_problem, settled_cells
from scheduler.workflow.deadlines import settled_days
from scheduler.workflow.in_force import Stretch
from scheduler.workflow.month_facts import MonthFacts
from scheduler.workflow.replay import replay_requests
from scheduler.workflow.table_change import merge_facts, rename_duties, rename_people
from scheduler.workflow.worked import Worked, as_worked, cells_by_request, worked_cells

NOTHING_PUBLISHED = Sentence(
    "{month} 没有已发布的版本，谈不上从某天起重排⟦：去掉 --from‖⟧",
    "no version of {month} is published: ⟦generate without --from‖make the whole month⟧",
)
NOT_OF_THE_MONTH = Sentence("{day}不在 {month} 里", "{day} is not a day of {month}")
PAST_DAY = Sentence("{day}已经过去：最早从今天起重排", "{day} is past: re-plan from today on at the earliest")
KEPT = Sentence(
    "从{day}起重排；照第 {version} 版不动的：此前和已开始的 {past} 格，获批申请定下的 {settled} 格，已定节假日 {holidays} 格",
    "planned again from {day} on; as in version {version} stay {past} cells that are past or begun, {settled} settled by"
    " approved requests and {holidays} of holidays that are settled",
)


@dataclass(frozen=True)
class Replanning:
    """The rest of a published month, to be planned again.

    Attributes
    ----------
    facts : MonthFacts
        Those of the version until the day, those of the tables from it on.
    problem : Problem
        The month as it is printed.
    live : Roster
        The version's duties as they were worked.
    held : mapping of (worker, day) to codes
        The cells that stay.
    since : date
        The first day on which the tables hold.
    """

    facts: MonthFacts
    problem: Problem
    worked_problem: Problem
    rulebook: Rulebook
    row: VersionRow
    live: Roster
    held: Mapping[tuple[str, date], tuple[str, ...]]
    worked: Worked
    since: date

    def solve(
        self,
        *,
        fewest: bool,
        time_limit: float,
        seed: int,
        cores: int,
        listener: Callable[[Progress], None] | None = None,
    ) -> Outcome:
        """The best roster of the rest, or one with the fewest changed cells.

        What the cells that stay break by themselves binds nothing. Where no rest keeps all else, the desk's own rules
        give as little as can be; where even that is not enough, what is broken already binds nothing.
        """
        limit = TimeLimit(time_limit)

        def search(allowed: Mapping[Reason, int]) -> Outcome:
            return self._search(
                allowed, fewest=fewest, time_limit=max(1.0, limit.left), seed=seed, cores=cores, listener=listener
            )

        broken = {one.reason for one in audit(self.worked_problem, self.rulebook, self.live).broken}
        inevitable = dict.fromkeys(filter(self._is_held, broken), WAIVED)
        outcome = search(inevitable)
        if outcome.status != "IMPOSSIBLE" or not broken - inevitable.keys():
            return outcome
        now = PlannedMonth(self.worked_problem, self.rulebook, self.live)
        least = least_bends(
            [now],
            (Layer.DESK,),
            held=self.held,
            allowed=inevitable,
            time_limit=max(1.0, limit.left),
            seed=seed,
            cores=cores,
        )
        if least is not None:
            return search(inevitable | least.bends)
        return search(inevitable | measure_bends(now, broken - inevitable.keys()))

    def _search(
        self,
        allowed: Mapping[Reason, int],
        *,
        fewest: bool,
        time_limit: float,
        seed: int,
        cores: int,
        listener: Callable[[Progress], None] | None,
    ) -> Outcome:
        asked = self.worked_problem, self.rulebook
        if fewest:
            return fewest_around(
                *asked,
                self.live,
                self.held,
                allowed=allowed,
                time_limit=time_limit,
                seed=seed,
                cores=cores,
                listener=listener,
            )
        return best_around(
            *asked, self.held, allowed=allowed, time_limit=time_limit, seed=seed, cores=cores, listener=listener
        )

    def _is_held(self, reason: Reason) -> bool:
        """Whether a Reason is about cells that stay alone."""
        problem = self.worked_problem
        people = reason.workers or tuple(problem.worker_by_id)
        days = days_between(min(reason.days), max(reason.days)) if reason.days else ()
        return bool(days) and all(
            (who, day) in self.held for who in people for day in days if day in problem.day_by_date
        )

    def on_paper(self, roster: Roster) -> Roster:
        """A roster as it is printed: where things went otherwise than planned, as they were planned."""
        planned = Roster(rename_duties(self.row.duties, self.facts.problem.workers))
        return roster.replace_cells({cell: planned.on(*cell) for cell in self.worked if cell in self.held})


def look_ahead(files: DeskFiles, ledger: Ledger, month: Month, since: date, now: datetime) -> Replanning:
    """What is to be planned again of a published month, and what stays.

    Parameters
    ----------
    since : date
        The first day to be planned again.
    now : datetime
        Zone-aware, where the desk is.

    Raises
    ------
    Refusal
        No version of the month is published, or the day is past or of another month.
    """
    row = last_in_force(ledger, files.desk.id, month)
    if row is None:
        raise Refusal(NOTHING_PUBLISHED, month=month)
    if Month.of(since) != month:
        raise Refusal(NOT_OF_THE_MONTH, day=since, month=month)
    if since < now.date():
        raise Refusal(PAST_DAY, day=since)
    entries = ledger.entries(files.desk.id)
    requests, worked = list(replay_requests(entries).values()), worked_cells(entries)
    then = version_facts(files, ledger, row)
    instant = int(now.timestamp() // 60)
    known = Stretch.of([then.problem])
    today_begun = any(known.has_begun(since, [code], now.date(), instant) for code in then.problem.codes_on(since))
    tables = tables_facts(files, ledger, month, month_before(ledger, files.desk.id, month))
    holding = since + ONE_DAY if today_begun else since
    facts = merge_facts(then, tables, holding)
    facts = replace(facts, problem=rename_people(facts.problem, files.workers))
    worked_problem = amend_problem(facts.problem, requests)
    live = as_worked(Roster(rename_duties(row.duties, files.workers)), worked)
    days, lead = facts.problem.days, files.procedure.holiday_lead
    holidays, settled = settled_days(days, now.date(), lead), settled_cells(requests)
    stretch = Stretch.of([facts.problem])
    cells = [(worker.id, day) for worker in facts.problem.workers for day in facts.problem.dates]
    past = {at for at in cells if at[1] < since or stretch.has_begun(at[1], live.on(*at), now.date(), instant)}
    by_request = {at for at in cells if at in settled} - past
    of_holidays = {at for at in cells if at[1] in holidays} - past - by_request
    facts_said = {"day": since, "version": row.number, "past": len(past)}
    facts_said |= {"settled": len(by_request), "holidays": len(of_holidays)}
    note = Note(KEPT, tuple(facts_said.items()))
    printed = amend_problem(facts.problem, requests, entered=cells_by_request(entries))
    return Replanning(
        facts=facts,
        problem=replace(printed, assumptions=(*printed.assumptions, note)),
        worked_problem=worked_problem,
        rulebook=fit_before(facts.rulebook, month_after(files, ledger, month)),
        row=row,
        live=live,
        held={at: live.on(*at) for at in (*past, *by_request, *of_holidays)},
        worked=worked,
        since=holding,
    )
