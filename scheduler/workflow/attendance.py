"""What HR has confirmed and rejected of attendance, duty by duty: late, early, absent, without a punch, stood in for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from scheduler.i18n import Sentence


class Finding(StrEnum):
    """What a duty was, other than planned."""

    LATE = "late"
    EARLY = "early"
    NO_START = "no_start"  # nothing says when it began
    NO_END = "no_end"
    ABSENT = "absent"
    STOOD_IN = "stood_in"  # somebody else did it
    ERASED = "erased"  # it was erased from the ledger


FINDING_NAMES: Mapping[Finding, Sentence] = {
    Finding.LATE: Sentence("迟到", "late"),
    Finding.EARLY: Sentence("早退", "left early"),
    Finding.NO_START: Sentence("上班缺卡", "no punch at the start"),
    Finding.NO_END: Sentence("下班缺卡", "no punch at the end"),
    Finding.ABSENT: Sentence("未到岗", "absent"),
    Finding.STOOD_IN: Sentence("他人顶班", "stood in for"),
}
WITH_MINUTES = (Finding.LATE, Finding.EARLY)
MOVES_CELLS = (Finding.ABSENT, Finding.STOOD_IN)


class Said(StrEnum):
    """What HR says of a finding; the log has only whether it is taken back, or that it is rejected."""

    CONFIRMED = "confirmed"
    TAKEN_BACK = "taken back"
    REJECTED = "rejected"


Key = tuple[str, date, str, Finding]  # of a finding: whose, the duty's day and shift, and which


class Attendance(NamedTuple):
    """A finding about one duty.

    Attributes
    ----------
    minutes : int
        Late or early; 0 for what has no length.
    by : str
        Id of whoever stood in.
    said : Said
        Whether it is so.
    """

    worker: str
    day: date
    shift: str
    finding: Finding
    minutes: int = 0
    by: str = ""
    said: Said = Said.CONFIRMED

    @property
    def holds(self) -> bool:
        """Whether it says that it is so."""
        return self.said == Said.CONFIRMED

    @property
    def revoked(self) -> bool:
        """Whether it takes back what was confirmed before."""
        return self.said == Said.TAKEN_BACK

    @property
    def rejected(self) -> bool:
        """Whether it says that what was proposed is not so."""
        return self.said == Said.REJECTED

    @property
    def key(self) -> Key:
        """What is true of a duty once."""
        return self.worker, self.day, self.shift, self.finding

    def to_json(self) -> list[object]:
        """As the log keeps it."""
        told = [self.worker, self.day.isoformat(), self.shift, self.finding.value, self.minutes, self.by]
        return [*told, self.said.value if self.rejected else self.revoked]

    @classmethod
    def read(cls, row: Iterable[object]) -> Attendance:
        """From the log: in full, or the person, the month, and the rest as a text; where that was erased, of the month's first day."""
        who, day, *rest = row
        if len(rest) == 1:
            if not rest[0]:
                return cls(str(who), date.fromisoformat(f"{day}-01"), "", Finding.ERASED)
            day, *rest = json.loads(str(rest[0]))
        shift, finding, minutes, by, not_so = rest
        if not isinstance(minutes, int):
            raise TypeError(f"{minutes!r} minutes")
        told = Finding(str(finding))
        said = Said.REJECTED if not_so == Said.REJECTED else Said.TAKEN_BACK if not_so else Said.CONFIRMED
        return cls(str(who), date.fromisoformat(str(day)), str(shift), told, minutes, str(by), said)


def last_words(rows: Iterable[Attendance]) -> tuple[Attendance, ...]:
    """Of all that was said of duties, in order, what was said last of each finding."""
    last: dict[Key, Attendance] = {}
    for row in rows:
        last.pop(row.key, None)
        last[row.key] = row
    return tuple(last.values())


def standing(rows: Iterable[Attendance]) -> tuple[Attendance, ...]:
    """What holds of all that was confirmed, in order: of several about the same the last, and nothing that was taken back."""
    return tuple(row for row in last_words(rows) if row.holds and row.finding != Finding.ERASED)
