"""What a solve ends in: a proved roster, a proof that there is none, or neither."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.audit.audit import Audit
from scheduler.domain import Roster
from scheduler.solver.incumbent import gap


@dataclass(frozen=True)
class Certificate:
    """What HiGHS proved of the same problem, by itself.

    Attributes
    ----------
    bound : int or None
        No roster costs less, says HiGHS; `None` where its time ended before any bound.
    best : int or None
        The cheapest roster that it found itself, which no bound may pass.
    seconds : float
        Wall time that it took.
    """

    bound: int | None
    best: int | None
    seconds: float


@dataclass(frozen=True)
class Solved:
    """A roster that keeps every rule, audited.

    Attributes
    ----------
    objective : int
        Cost of its compromises, as the audit adds them up.
    bound : int
        No roster costs less.
    seconds, first_seconds : float
        Wall time of the solve, and until its first roster.
    deterministic : float
        CP-SAT's own measure of work.
    finder, prover : str
        Who found the roster, and who proved the bound.
    certificate : Certificate or None
        What a second solver proved, where it was asked.
    """

    roster: Roster
    audit: Audit
    objective: int
    bound: int
    seconds: float
    first_seconds: float
    deterministic: float
    finder: str = ""
    prover: str = ""
    certificate: Certificate | None = None

    @property
    def status(self) -> str:
        """OPTIMAL where the bound meets the objective, else FEASIBLE."""
        return "OPTIMAL" if self.bound >= self.objective else "FEASIBLE"

    @property
    def gap(self) -> float:
        """Part of the objective that is not proved necessary, 0 to 1."""
        return gap(self.objective, self.bound) or 0.0


@dataclass(frozen=True)
class Impossible:
    """Proof that no roster keeps every rule."""

    seconds: float
    status: str = "IMPOSSIBLE"


@dataclass(frozen=True)
class Undecided:
    """The time limit passed with neither a roster nor a proof that there is none."""

    seconds: float
    status: str = "UNDECIDED"


Outcome = Solved | Impossible | Undecided
