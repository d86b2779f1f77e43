"""Re-plan one day with more demand than planned (话务突增, RULES 55): who is called in, and what stays short.

Other days stay as they are. On the day, the objectives come in this order:
fewest heads short, then fewest changed cells, then least cost. All rules are
kept; overtime needs approval.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import date
from pathlib import Path

from scheduler import clock
from scheduler.app.carried_bound import CarriedBound, carry_bound
from scheduler.app.drafts import Recorded, detail_duties, make_draft, record_draft
from scheduler.app.people import check_known
from scheduler.app.readers import readable_phones, reader_of
from scheduler.app.session import Session, open_session
from scheduler.app.told import known_breaks
from scheduler.audit.audit import Audit, audit
from scheduler.audit.gaps import list_gaps
from scheduler.audit.months import PlannedMonth, fit_before
from scheduler.audit.open_duties import OpenDuty, find_open_duties
from scheduler.domain import Month, Note, Problem, Reason, Roster, Worker
from scheduler.errors import Fault, LedgerError, Refusal
from scheduler.i18n import LANGS, Lang, Sentence
from scheduler.ledger.store import VersionRow
from scheduler.rules.book import Rulebook
from scheduler.staffing.breaks import restore_plan
from scheduler.staffing.slots import SlotRow, slot_rows
from scheduler.workflow.amendment import without_worked_overtime
from scheduler.workflow.facts import DraftedFacts
from scheduler.workflow.month_facts import MonthFacts
from scheduler.workflow.replan_day import OffDuty, Plan, off_duty, replan_day
from scheduler.workflow.version import VersionStatus

NOT_OF_THIS_MONTH = Sentence(
    "{day}不在第 {n} 版的月份 {month} 里", "{day} is not a day of {month}, the month of version {n}"
)
NO_VERSION = Sentence("{month} 还没有排班：先运行 generate", "no roster of {month} yet: run generate first")
NOT_KEPT = Sentence(
    "第 {n} 版按现在的数据已不合规，请先重排：{what}",
    "version {n} breaks rules with today's tables; make a new roster first: {what}",
)

RAISED = Sentence("{day} 需求 ×{factor:g}", "{day}: {factor:g} times the demand")


@dataclass(frozen=True)
class Surged:
    """The result of re-planning a day.

    Attributes
    ----------
    made_from : VersionRow
        The version that was changed.
    problem : Problem
        The month with the tables' own demand.
    slots : tuple of SlotRow
        The day's slots with the raised demand, covered by the new roster.
    short : tuple of (shift, who, target, heads)
        Shifts of the day below the raised target.
    callable : tuple of OffDuty
    open : tuple of OpenDuty
        The duties of the month that stay open.
    row : VersionRow or None
        The new draft; `None` where no cell moves.
    phones : mapping of str to str
        By id, those that whoever asked may know.
    """

    made_from: VersionRow
    problem: Problem
    plan: Plan
    _: KW_ONLY
    slots: tuple[SlotRow, ...] = ()
    short: tuple[tuple[str, str, int, int], ...] = ()
    callable: tuple[OffDuty, ...] = ()
    open: tuple[OpenDuty, ...] = ()
    row: VersionRow | None = None
    phones: Mapping[str, str] = field(default_factory=dict)
    files: tuple[Path, ...] = ()
    notes: tuple[Note, ...] = ()
    stuck: tuple[Fault, ...] = ()

    def find_called_in(self) -> list[Worker]:
        """Who was off on the day and is on duty now, in the order of the changes."""
        return [self.problem.worker_by_id[one.worker] for one in self.plan.changes if not one.before]


def plan_surge(
    desk: Path,
    day: date,
    factor: float,
    *,
    version: int | None = None,
    by: str = "",
    why: str = "",
    time_limit: float = 20.0,
    seed: int = 0,
    cores: int = 2,
    store: str | None = None,
    out: Path | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> Surged:
    """Make a day of the newest version anew for a surge, and record it as a draft with its workbook.

    Parameters
    ----------
    version : int or None
        Another version of the month than the newest.

    Raises
    ------
    Refusal
        The version is of another month, or breaks rules as the tables are now, or nobody has the id `by`.
    LedgerError
        There is no version.
    """
    with open_session(desk, store, out, lang, now) as here:
        check_known(by, here.people)
        month = Month.of(day)
        rows = [row for row in here.ledger.versions(here.desk, month) if row.status != VersionStatus.WITHDRAWN]
        made_from = here.ledger.version(here.desk, version) if version else next(reversed(rows), None)
        if made_from is None:
            raise LedgerError(NO_VERSION, month=month)
        if made_from.month != month:
            raise Refusal(NOT_OF_THIS_MONTH, day=day, n=made_from.number, month=made_from.month)
        is_published = made_from.status == VersionStatus.LIVE
        made_with = here.facts(made_from) if is_published else here.tables_facts(month)
        problem, rulebook, live = here.problem(made_with), made_with.rulebook, Roster(made_from.duties)
        differing = here.compare_with_tables(made_from) if is_published else ()
        judged = problem
        if audit(problem, rulebook, live).broken:  # what worked overtime breaks stands in nobody's way
            judged = without_worked_overtime(problem, here.requests().values())
        allowed = _measure_open(judged, rulebook, live)
        _check_kept(judged, rulebook, live, made_from, lang, allowed)
        fitting = fit_before(rulebook, here.month_after(month))
        plan = replan_day(
            judged, fitting, live, day, factor, allowed=allowed, time_limit=time_limit, seed=seed, cores=cores
        )
        roster = plan.roster
        if roster is None:
            return Surged(made_from, problem, plan, notes=differing)
        _check_kept(judged, rulebook, roster, made_from, lang, _list_open(judged, rulebook, roster) if allowed else ())
        asking = replace(plan.asking, overtime=problem.overtime, past_overtime=problem.past_overtime)
        plan, found = replace(plan, asking=asking), audit(problem, rulebook, roster)
        row: VersionRow | None = None
        files: tuple[Path, ...] = ()
        notes: tuple[Note, ...] = ()
        stuck: tuple[Fault, ...] = ()
        if plan.changes:
            made, carried = _record_plan(here, problem, made_with, found, plan, made_from, (day, factor), by, why)
            row, files, stuck, notes = made.row, (made.path,), made.stuck, carried.notes
        return Surged(
            made_from,
            problem,
            plan,
            slots=tuple(slot_rows(plan.asking, roster, restore_plan((row or made_from).details), [day])),
            short=tuple(_find_short_shifts(plan.asking, roster, day)),
            open=find_open_duties(problem, found),
            callable=tuple(off_duty(problem, rulebook, roster, day)),
            row=row,
            files=files,
            phones=readable_phones(here.files, reader_of(here.rights, by)),
            notes=(*differing, *notes),
            stuck=stuck,
        )


def _measure_open(problem: Problem, rulebook: Rulebook, roster: Roster) -> dict[Reason, int]:
    """By how much a roster leaves duties open, which may stay as it is."""
    reasons = _list_open(problem, rulebook, roster)
    if not reasons:
        return {}
    from scheduler.solver.bends import measure_bends

    return measure_bends(PlannedMonth(problem, rulebook, roster), reasons)


def _list_open(problem: Problem, rulebook: Rulebook, roster: Roster) -> set[Reason]:
    return {violation.reason for _, violation in list_gaps(audit(problem, rulebook, roster))}


def _check_kept(
    problem: Problem,
    rulebook: Rulebook,
    roster: Roster,
    made_from: VersionRow,
    lang: Lang,
    allowed: Collection[Reason],
) -> None:
    """Refuse a roster that breaks rules.

    Parameters
    ----------
    allowed : collection of Reason
        The duties that are open.

    Raises
    ------
    Refusal
        It names the first.
    """
    if broken := [one for one in audit(problem, rulebook, roster).broken if one.reason not in allowed]:
        raise Refusal(NOT_KEPT, n=made_from.number, what=broken[0].say(lang, problem.names))


def _find_short_shifts(problem: Problem, roster: Roster, day: date) -> Iterator[tuple[str, str, int, int]]:
    """Shifts of the day with fewer people than wished for: shift, who, wished number, heads; not where nobody minds."""
    for row in problem.demand_on(day):
        people = (
            problem.worker_by_id[duty.worker] for duty in roster.duties if (duty.day, duty.shift) == (day, row.shift)
        )
        heads = sum(row.counts(worker, day) for worker in people)
        if heads < row.target and row.weight_short != 0:
            yield row.shift, row.who, row.target, heads


def _record_plan(
    here: Session,
    problem: Problem,
    made_with: MonthFacts,
    found: Audit,
    plan: Plan,
    made_from: VersionRow,
    asked: tuple[date, float],
    by: str,
    why: str,
) -> tuple[Recorded, CarriedBound]:
    """The new draft, an ordinary roster of the month, its workbook, which shows what the day needs now, and its bound."""
    day, factor = asked
    roster = plan.roster or Roster(())
    facts = (("day", day), ("factor", factor))
    shown = replace(plan.asking, fixed=problem.fixed, assumptions=(*problem.assumptions, Note(RAISED, facts)))
    said = RAISED.say(here.lang, day=day, factor=factor)
    carried = carry_bound([made_from], problem, made_with.rulebook, found.cost)
    draft = make_draft(
        replace(made_with, breaks=None),  # they are placed for what the day needs now
        problem,
        roster,
        made_at=here.at,
        by=by,
        because=f"{said}；{why}" if why and here.lang == "zh" else "; ".join(filter(None, (said, why))),
        objective=found.cost,
        bound=carried.bound,
        previous=made_from.previous,
        compromises=len(found.compromises),
        logged=DraftedFacts(surge=(day, factor), made_from=made_from.number),
    )
    draft = replace(
        draft,
        details=detail_duties(made_with, shown, roster, known_breaks(here.ledger, made_from)),
        assumptions=[{lang: note.say(lang) for lang in LANGS} for note in shown.assumptions],
    )
    made = record_draft(here.ledger, draft, shown, made_with, found, here.folder, here.lang)
    return made, carried
