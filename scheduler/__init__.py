"""Proved monthly rosters for service desks.

The public API, for programs that make or check rosters themselves::

    from pathlib import Path

    from scheduler import Month, Solved, audit_roster, read_desk, solve

    desk = read_desk(Path("samples/three_shift_desk"))
    problem = desk.problem(Month(2026, 12))
    outcome = solve(problem, desk.rulebook, time_limit=60, seed=0)
    if isinstance(outcome, Solved):
        audit = audit_roster(problem, desk.rulebook, outcome.roster)
        print(outcome.status, outcome.objective, len(audit.broken), len(outcome.roster.duties))

Versions, requests and papers are the business of `scheduler.app`, one use case
a module. A name is imported when it is first used, so that `import scheduler`
loads no solver.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scheduler.audit.audit import Audit
    from scheduler.audit.audit import audit as audit_roster
    from scheduler.domain import Desk, Duty, Month, Problem, Reason, Roster, Violation
    from scheduler.errors import InputError, RulebookError, SchedulerError, SolverFault
    from scheduler.files.reading.desk import read_desk
    from scheduler.files.reading.desk_files import DeskFiles
    from scheduler.rules.book import Rulebook, read_rulebook
    from scheduler.solver.fewest_changes import Resolved, fewest_changes
    from scheduler.solver.outcome import Impossible, Outcome, Solved, Undecided
    from scheduler.solver.solve import solve

__all__ = [
    "Audit",
    "Desk",
    "DeskFiles",
    "Duty",
    "Impossible",
    "InputError",
    "Month",
    "Outcome",
    "Problem",
    "Reason",
    "Resolved",
    "Roster",
    "Rulebook",
    "RulebookError",
    "SchedulerError",
    "Solved",
    "SolverFault",
    "Undecided",
    "Violation",
    "audit_roster",
    "fewest_changes",
    "read_desk",
    "read_rulebook",
    "solve",
]

_HOMES = {
    "scheduler.audit.audit": ("Audit",),
    "scheduler.domain": ("Desk", "Duty", "Month", "Problem", "Reason", "Roster", "Violation"),
    "scheduler.errors": ("InputError", "RulebookError", "SchedulerError", "SolverFault"),
    "scheduler.files.reading.desk": ("read_desk",),
    "scheduler.files.reading.desk_files": ("DeskFiles",),
    "scheduler.rules.book": ("Rulebook", "read_rulebook"),
    "scheduler.solver.fewest_changes": ("Resolved", "fewest_changes"),
    "scheduler.solver.outcome": ("Impossible", "Outcome", "Solved", "Undecided"),
    "scheduler.solver.solve": ("solve",),
}
_HOME_OF = {name: (module, name) for module, names in _HOMES.items() for name in names}
_HOME_OF["audit_roster"] = ("scheduler.audit.audit", "audit")


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, there = _HOME_OF[name]
    return getattr(import_module(module), there)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
