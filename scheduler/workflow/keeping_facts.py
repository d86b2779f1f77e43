"""The facts of log entries about the desk and its ledger: restored, balances settled, private facts forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from scheduler.domain import Month
from scheduler.workflow.facts import Json, versioned


@dataclass(frozen=True, kw_only=True)
class RestoredFacts:
    """The ledger was restored: from which backup, and where the log ended in it, as `SEQUENCE:HASH`."""

    file: str = ""
    head: str = ""

    def to_json(self) -> dict[str, object]:
        """The facts in JSON's types."""
        return versioned({"file": self.file, "head": self.head})

    @classmethod
    def read(cls, facts: Json) -> RestoredFacts:
        """Read them from an entry's facts."""
        return cls(file=str(facts.get("file", "")), head=str(facts.get("head", "")))


class SettledBalance(NamedTuple):
    """One balance that was settled: whose, of which burden (one of `BURDENS`), and how much it was: duties, or hours."""

    worker: str
    burden: str
    amount: float


@dataclass(frozen=True, kw_only=True)
class SettledFacts:
    """Balances were settled: from which month on they count anew, and what they were until then."""

    month: Month
    balances: tuple[SettledBalance, ...]

    def to_json(self) -> dict[str, object]:
        """The facts in JSON's types; the month stands as `since`, for `month` is a version's."""
        return versioned({"since": str(self.month), "balances": [list(one) for one in self.balances]})

    @classmethod
    def read(cls, facts: Json) -> SettledFacts:
        """Read them from an entry's facts."""
        balances = tuple(SettledBalance(str(who), str(what), float(amount)) for who, what, amount in facts["balances"])
        return cls(month=Month.parse(facts["since"]), balances=balances)


@dataclass(frozen=True, kw_only=True)
class ForgottenFacts:
    """Private facts were erased: whose or of which years, how many of each kind; nothing of what they said.

    Attributes
    ----------
    whose : tuple of str
        Ids of the person who has left, those of before too; empty where it was done by age.
    years : int
        That the desk keeps them for, where it was done by age; else 0.
    counts : mapping of str to int
        How many values, by what they are, see `private_facts`.
    first, last : str
        The months that they are about, as `2026-12`; empty where they belong to none.
    rows : str
        Digest of the digests of all that was erased.
    """

    whose: tuple[str, ...] = ()
    years: int = 0
    counts: Mapping[str, int]
    first: str = ""
    last: str = ""
    rows: str = ""

    def to_json(self) -> dict[str, object]:
        """The facts in JSON's types."""
        found: dict[str, object] = {"whose": list(self.whose)} if self.whose else {"years": self.years}
        return versioned(
            found | {"counts": dict(self.counts), "first": self.first, "last": self.last, "rows": self.rows}
        )

    @classmethod
    def read(cls, facts: Json) -> ForgottenFacts:
        """Read them from an entry's facts."""
        return cls(
            whose=tuple(facts.get("whose", ())),
            years=facts.get("years", 0),
            counts=dict(facts["counts"]),
            first=str(facts.get("first", "")),
            last=str(facts.get("last", "")),
            rows=str(facts.get("rows", "")),
        )
