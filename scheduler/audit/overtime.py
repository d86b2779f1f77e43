"""What approved overtime breaks by itself, however the month is planned."""

from __future__ import annotations

from dataclasses import replace

from scheduler.audit.audit import audit
from scheduler.domain import Problem, Roster, Violation
from scheduler.rules.book import Rulebook


def broken_by_overtime(problem: Problem, rulebook: Rulebook) -> tuple[Violation, ...]:
    """What overtime with a time breaks in a month without a single duty: no roster mends that."""
    if not problem.extra_work:
        return ()
    empty = Roster(())
    plain = replace(problem, overtime=tuple(row for row in problem.overtime if row.start is None))
    known = {violation.reason for violation in audit(plain, rulebook, empty).broken}
    return tuple(one for one in audit(problem, rulebook, empty).broken if one.reason not in known)
