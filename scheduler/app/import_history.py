"""A past month as it was worked, with whatever it broke: what a desk that begins with this program brings along."""

from __future__ import annotations

from dataclasses import replace

from scheduler.app.drafts import make_draft, record_draft
from scheduler.app.imported import Imported
from scheduler.app.leave_comparison import compare_leave
from scheduler.app.session import Session
from scheduler.app.verify import Verified
from scheduler.audit.audit import audit
from scheduler.domain import Note, Roster
from scheduler.errors import Refusal
from scheduler.i18n import Sentence
from scheduler.workflow.amendment import grant_leave
from scheduler.workflow.facts import DraftedFacts
from scheduler.workflow.worked import AS_WORKED

NOT_PAST = Sentence(
    "过完的月份：{month} 到 {last} 才过完，还没上的班不能当作历史；排班请不加 --as-history 导入",
    "a month that is over: {month} ends on {last}, and what is not worked yet is no history; import it without --as-history",
)
IN_FORCE = Sentence(
    "{month} 已有在用的第 {n} 版：与实际不符的，用 swap request --after-the-fact 补记",
    "version {n} of {month} is in force: enter what went otherwise by swap request --after-the-fact",
)
CONTINUED = Sentence(
    "{month} 的下一个月排班时，从这里接上（上月末的班和结转）",
    "the month after {month} continues from it, with its last duties and its balances",
)


def record_history(here: Session, read: Verified, by: str, because: str, file: str) -> Imported:
    """Record a roster of a past month as it was worked, unless it is on record already.

    Raises
    ------
    Refusal
        The month is not over, or a version of it is in force.
    """
    roster, month = read.roster, read.problem.month
    if month.last >= here.today:
        raise Refusal(NOT_PAST, month=month, last=month.last)
    if live := here.ledger.live(here.desk, month):
        raise Refusal(IN_FORCE, month=month, n=live.number)
    facts = here.tables_facts(month)
    leave = compare_leave(read.grid, here.problem(facts))
    facts = replace(facts, problem=grant_leave(facts.problem, leave.added))
    problem = here.problem(facts)
    found = audit(problem, facts.rulebook, roster)
    notes = (*leave.notes(problem), Note(CONTINUED, (("month", month),)))
    told = {"leave": leave, "violations": tuple(found.broken), "as_history": True}
    rows = [row for row in here.ledger.versions(here.desk, month) if row.status_word == AS_WORKED]
    if rows and Roster(rows[-1].duties) == roster:
        return Imported(problem, rows[-1], notes=notes, **told)  # type: ignore[arg-type]
    before = here.ledger.before(here.desk, month)
    draft = make_draft(
        facts,
        problem,
        roster,
        made_at=here.at,
        by=by,
        because=because,
        objective=found.cost,
        bound=0,  # nobody asked whether another roster would have cost less
        previous=before.number if before else None,
        compromises=len(found.compromises),
        logged=DraftedFacts(imported=file, history=True, broken=len(found.broken)),
    )
    draft = replace(draft, status_word=AS_WORKED)
    row, path, stuck = record_draft(here.ledger, draft, problem, facts, found, here.folder, here.lang)
    return Imported(problem, row, recorded=True, files=(path,), notes=notes, stuck=stuck, **told)  # type: ignore[arg-type]
