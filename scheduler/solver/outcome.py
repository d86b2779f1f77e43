"""What a solve ends in: a proved roster, a proof that there is none, or neither."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from scheduler.audit.audit import Audit
from scheduler.domain import Roster
from scheduler.solver.incumbent import Engine, gap
from scheduler.solver.tidying import Tidied


class Status(StrEnum):
    """What was reached. The texts are recorded, printed and part of JSON."""

    OPTIMAL = "OPTIMAL"  # a roster, and the proof that none is better
    FEASIBLE = "FEASIBLE"  # a roster, without that proof
    IMPOSSIBLE = "IMPOSSIBLE"  # the proof that there is no roster
    UNDECIDED = "UNDECIDED"  # neither a roster nor that proof


@dataclass(frozen=True)
class Certificate:
    """What HiGHS proved of the same problem, by itself.

    Attributes
    ----------
    bound : int or None
        HiGHS's lower bound of the cost; `None` where its time ended before any bound.
    best : int or None
        Cost of the cheapest roster that it found itself, which no bound may pass.
    seconds : float
        Wall time that it took.
    """

    bound: int | None
    best: int | None
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Solved:
    """A roster that keeps every rule, audited.

    Attributes
    ----------
    objective : int
        Cost of its compromises, as the audit adds them up.
    bound : int
        Proved lower bound of the cost.
    seconds, first_seconds : float
        Wall time of the solve, and until its first roster.
    deterministic : float
        CP-SAT's own measure of work.
    finder, prover : Engine
        Who found the roster, and who proved the bound.
    certificate : Certificate or None
        What a second solver proved, where it was asked.
    tidied : Tidied or None
        What came of avoiding what is avoided where it is free; `None` where there was nothing of it, or no proof.
    least_changes : int or None
        Proved lower bound of the number of changed cells, where those of a live roster were to be the fewest.
    """

    roster: Roster
    audit: Audit
    objective: int
    bound: int
    seconds: float
    first_seconds: float
    deterministic: float
    finder: Engine = Engine.NONE
    prover: Engine = Engine.NONE
    certificate: Certificate | None = None
    tidied: Tidied | None = None
    least_changes: int | None = None

    @property
    def status(self) -> Status:
        """OPTIMAL where the bound meets the objective, else FEASIBLE."""
        return Status.OPTIMAL if self.bound >= self.objective else Status.FEASIBLE

    @property
    def gap(self) -> float:
        """Part of the objective that is not proved necessary, 0 to 1."""
        return gap(self.objective, self.bound) or 0.0


@dataclass(frozen=True)
class Impossible:
    """Proof that no roster keeps every rule; `seconds` is the wall time that it took."""

    seconds: float
    status: Status = Status.IMPOSSIBLE


@dataclass(frozen=True)
class Undecided:
    """The time limit passed, after `seconds`, with neither a roster nor a proof that there is none.

    Attributes
    ----------
    built : bool
        Whether the model was built in that time, so that there was a search.
    """

    seconds: float
    built: bool = True
    status: Status = Status.UNDECIDED


Outcome = Solved | Impossible | Undecided
