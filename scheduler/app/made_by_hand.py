"""A roster that somebody made or changed by hand, recorded as a draft where it keeps every rule."""

from __future__ import annotations

from dataclasses import replace

from scheduler.app.carried_bound import carry_bound
from scheduler.app.drafts import make_draft, record_draft
from scheduler.app.imported import Imported
from scheduler.app.leave_comparison import NO_DIFFERENCE, compare_leave
from scheduler.app.session import Session
from scheduler.app.told import known_breaks, last_published
from scheduler.audit.audit import audit
from scheduler.audit.months import broken_after
from scheduler.domain import Month, Note, Roster
from scheduler.files.reading.roster_grid import ReadGrid
from scheduler.i18n import Sentence
from scheduler.ledger.store import VersionStatus
from scheduler.workflow.amendment import grant_leave
from scheduler.workflow.facts import DraftedFacts

PUT_IN_TABLE = Sentence(
    "上列请假已随草稿记下，发布时按请假表核对：请补进请假表",
    "the leave listed above is recorded with the draft; put it into the leave table, by which it is checked at publication",
)


def record_made_by_hand(
    here: Session,
    month: Month,
    roster: Roster,
    by: str,
    because: str,
    logged: DraftedFacts,
    grid: ReadGrid | None = None,
) -> Imported:
    """Record a legal roster as a draft, made with the tables of today, unless it is one already.

    Parameters
    ----------
    logged : DraftedFacts
        How it came about.
    grid : ReadGrid, optional
        Where it was read from a file: leave that is typed into its cells becomes leave of the draft.
    """
    facts = here.tables_facts(month)
    leave = compare_leave(grid, here.problem(facts)) if grid else NO_DIFFERENCE
    facts = replace(facts, problem=grant_leave(facts.problem, leave.added))
    problem, rulebook = here.problem(facts), facts.rulebook
    notes = tuple(leave.notes(problem))
    found = audit(problem, rulebook, roster)
    broken = (*found.broken, *broken_after(problem, roster, here.month_after(month)))
    if broken:
        return Imported(problem, leave=leave, violations=broken, notes=notes)
    rows = here.ledger.versions(here.desk, month)
    same = [row for row in rows if row.status == VersionStatus.DRAFT and Roster(row.duties) == roster]
    same = [row for row in same if not leave.added or here.problem(here.facts(row)).leave_days == problem.leave_days]
    if same:
        return Imported(problem, same[-1], leave=leave, notes=notes)
    notes += (Note(PUT_IN_TABLE),) if leave.added else ()
    carried = carry_bound(rows, problem, rulebook, found.cost)  # what was proved of a month holds for its every roster
    before = here.ledger.before(here.desk, month)
    draft = make_draft(
        facts,
        problem,
        roster,
        made_at=here.at,
        by=by,
        because=because,
        objective=found.cost,
        bound=carried.bound,
        previous=before.number if before else None,
        compromises=len(found.compromises),
        logged=logged,
        breaks_known=known_breaks(here.ledger, last_published(here.ledger, here.desk, month)),
    )
    row, path, stuck = record_draft(here.ledger, draft, problem, facts, found, here.folder, here.lang)
    return Imported(
        problem, row, recorded=True, leave=leave, files=(path,), notes=(*notes, *carried.notes), stuck=stuck
    )
