"""The facts of log entries about what HR took: which days an HR workbook tells, by which versions, up to which entry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from scheduler.workflow.facts import Json, versioned

TAKEN = "taken"


@dataclass(frozen=True, kw_only=True)
class TakenFacts:
    """An HR workbook was written: of which days.

    Attributes
    ----------
    versions : tuple of int
        Those in force in these days then, of each month the last.
    until : int
        The log's last entry that it tells of.
    corrects : bool
        Whether it says only what an earlier one said otherwise.
    """

    first: date
    last: date
    versions: tuple[int, ...] = ()
    until: int = 0
    corrects: bool = False

    def to_json(self) -> dict[str, object]:
        """The facts in JSON's types."""
        found: dict[str, object] = {"first": self.first.isoformat(), "last": self.last.isoformat()}
        found |= {"versions": list(self.versions), "until": self.until}
        return versioned(found | ({"corrects": True} if self.corrects else {}))

    @classmethod
    def read(cls, facts: Json) -> TakenFacts:
        """Read them from an entry's facts."""
        return cls(
            first=date.fromisoformat(facts["first"]),
            last=date.fromisoformat(facts["last"]),
            versions=tuple(facts.get("versions", ())),
            until=facts.get("until", 0),
            corrects=bool(facts.get("corrects")),
        )
