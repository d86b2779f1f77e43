"""The cells of old rosters before it is known what their words stand for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from scheduler.adopting.old_rosters import Where
from scheduler.files.adopting.words import Word
from scheduler.i18n import Sentence


@dataclass(frozen=True)
class RawCell:
    """A cell of somebody's day before it is known what it says."""

    person: str
    day: date | None
    word: Word
    text: str
    where: Where
    group: str  # of the sheet, as empty cells are decided by sheet
    doubt: Sentence | None = None
    further: tuple[Where, ...] = ()
