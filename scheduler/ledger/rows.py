"""Frozen, plain values that the ledger stores and returns, and how they are hashed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from scheduler.domain import Burden, Duty, Month
from scheduler.workflow.version import VersionStatus

__all__ = ["Content", "Draft", "EntryRow", "VersionRow", "VersionStatus", "canonical", "seal"]

FINGERPRINT_DIGITS = 12


def canonical(value: object) -> str:
    """JSON in the only form that is stored and hashed: sorted keys, no spaces, dates in ISO form."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"), default=_iso)


def _iso(value: object) -> str:
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    raise TypeError(f"{value!r} cannot be kept in the ledger")


def seal(value: object) -> str:
    """SHA-256 of the canonical JSON of a value, in hex digits."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Content:
    """What a version holds; it never changes once recorded.

    Attributes
    ----------
    desk : str
        Id of the desk.
    month : Month
        Kept as text, `2026-12`.
    made_at : datetime
        Zone-aware; kept in UTC.
    duties : tuple of Duty
        In the order of `Roster.duties`.
    people : mapping of str to str
        Names by worker id, as they were then.
    balances : mapping of str to Burden
        By worker id: what each carries into the month after.
    details : sequence of mappings
        The duty rows as they were shown, in JSON's types.
    problem_hash, rulebook : str
        Fingerprints of what was asked and of the rules in force.
    rules_version, solver_version : str
        Version of the program and its rules; of the solver.
    status_word : str
        `OPTIMAL` or `FEASIBLE`.
    objective, bound : float
        Cost of the roster and the proved lower bound, in the model's points.
    seconds : float
        Wall time of the solve.
    assumptions : sequence
        What was assumed: each sentence by language.
    violations : int
        Number of preferences that the roster gives up.
    previous : int or None
        Number of the version whose month-end this one continues.
    finder, prover : str or None
        Who found the roster, and who proved its bound; `None` for versions recorded before these columns existed.
    certificate : mapping or None
        What a second solver proved, in JSON's types; `None` where none was run.
    made_with : mapping of str to str, or None
        Digests of the parts that it was made with, by their names; `None` for versions of release 0.1.
    """

    desk: str
    month: Month
    made_at: datetime
    duties: tuple[Duty, ...]
    people: Mapping[str, str]
    balances: Mapping[str, Burden]
    details: Sequence[Mapping[str, object]]
    problem_hash: str
    rulebook: str
    rules_version: str
    solver_version: str
    seed: int
    cores: int
    status_word: str
    objective: float
    bound: float
    seconds: float
    assumptions: Sequence[Mapping[str, str]]
    violations: int
    previous: int | None
    finder: str | None = None
    prover: str | None = None
    certificate: Mapping[str, object] | None = None
    made_with: Mapping[str, str] | None = None

    def __post_init__(self) -> None:
        if self.made_at.tzinfo is None:
            raise ValueError(f"{self.made_at} has no time zone")


@dataclass(frozen=True, kw_only=True)
class Draft(Content):
    """A roster to be recorded, who made it and why, and further facts for its log entry.

    Attributes
    ----------
    parts : mapping
        What it was made with, by name, in JSON's types; their digests become its `made_with`.
    """

    by: str
    because: str
    parts: Mapping[str, object] = field(default_factory=dict)
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class VersionRow(Content):
    """A recorded version; `roster_hash` is the SHA-256 of its canonical duties."""

    number: int
    status: VersionStatus
    roster_hash: str

    @property
    def fingerprint(self) -> str:
        """The roster's mark for people: the first digits of the hash of its duties."""
        return self.roster_hash[:FINGERPRINT_DIGITS]


@dataclass(frozen=True, kw_only=True)
class EntryRow:
    """One entry of a desk's log.

    Attributes
    ----------
    sequence : int
        Counts from 1 within the desk, without gaps.
    event : str
        `drafted`, `published`, `superseded`, `withdrawn`, ...
    version : int or None
        Number of the version concerned.
    previous_hash, hash : str
        Of the entry before, empty for the first; of all other fields of this one.
    ran : str
        The account and host that made it, as `account@host`; empty for entries of earlier releases.
    """

    desk: str
    sequence: int
    at: datetime
    event: str
    version: int | None
    by: str
    because: str
    facts: Mapping[str, object]
    previous_hash: str
    hash: str
    ran: str = ""

    @property
    def head(self) -> str:
        """Where the log ended with this entry, as `SEQUENCE:HASH`."""
        return f"{self.sequence}:{self.hash}"
