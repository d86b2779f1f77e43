"""Explanations of a finished roster: what stands against a refused wish."""

from __future__ import annotations

from datetime import date

from scheduler.audit.audit import Audit, audit
from scheduler.domain import Problem, Roster, Violation, Wish, reaches_on
from scheduler.rules.book import Rulebook
from scheduler.timeline import ONE_DAY


def why_refused(problem: Problem, rulebook: Rulebook, roster: Roster, now: Audit, wish: Wish) -> tuple[Violation, ...]:
    """What changing only the wish's cell would break, and that of the night before a day off, in the least harmful way.

    Parameters
    ----------
    now : Audit
        That of the roster as it is.

    Returns
    -------
    tuple of Violation
        The hard requirements newly broken; where none is, the preferences newly given up.
    """
    demanded = {row.shift for row in problem.demand_on(wish.day)}
    others = [code for code in problem.codes_on(wish.day) if code in demanded and code != wish.shift]
    # the cells that would grant the wish; "" is a day off
    if wish.wants:
        granting = [code for code in problem.codes_on(wish.day) if code == wish.shift] if wish.shift else others
    else:
        granting = ["", *(others if wish.shift else ())]
    broken_now = {violation.reason for violation in now.broken}
    cost_now = {violation.reason: violation.cost for violation in now.compromises}
    answers = []
    for code in granting:
        cells: dict[tuple[str, date], tuple[str, ...]] = {(wish.worker, wish.day): (code,) if code else ()}
        eve = wish.day - ONE_DAY
        if not code and not wish.shift and eve in problem.day_by_date:
            before = roster.on(wish.worker, eve)
            cells[wish.worker, eve] = tuple(one for one in before if not reaches_on(problem, eve, one))
        changed = roster.replace_cells(cells)
        if changed == roster:
            continue
        then = audit(problem, rulebook, changed)
        broken = tuple(one for one in then.broken if one.reason not in broken_now)
        given_up = tuple(one for one in then.compromises if one.cost > cost_now.get(one.reason, 0))
        answers.append((bool(broken), len(broken), then.cost, broken or given_up))
    return min(answers, key=lambda answer: answer[:3])[3] if answers else ()
