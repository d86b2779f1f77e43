"""Who somebody is at a desk today: what they may do there, and what they may read."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

from scheduler import clock
from scheduler.app.people import rights_of
from scheduler.app.readers import reader_of
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.files.reading.recent import MOST_KEPT, read_recent
from scheduler.workflow.readers import Audience, Reader
from scheduler.workflow.rights import Person, Rights


@dataclass(frozen=True)
class Standing:
    """Somebody at a desk.

    Attributes
    ----------
    person : Person or None
        `None` where the desk's tables do not know them.
    reader : Reader
        What they may read.
    """

    files: DeskFiles
    rights: Rights
    person: Person | None
    reader: Reader


class _Known(NamedTuple):
    files: DeskFiles
    day: date
    rights: Rights


_kept: OrderedDict[Path, _Known] = OrderedDict()


def _recent_rights(desk: Path, files: DeskFiles, day: date) -> Rights:
    """The rights of a desk on a day, told once as long as its tables are the same."""
    known = _kept.get(desk)
    if known is None or known.files is not files or known.day != day:
        known = _kept[desk] = _Known(files, day, rights_of(files, day))
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return known.rights


def find_standing(desk: Path, who: str, *, is_hr: bool = False, now: clock.Clock = clock.now) -> Standing:
    """Who somebody is at a desk today.

    Parameters
    ----------
    who : str
        Id; one that they had before will do.
    is_hr : bool
        Whether they read for HR, whom the desk's tables do not name.

    Raises
    ------
    InputError
        The desk's tables hold faults.
    """
    files = read_recent(desk)
    rights = _recent_rights(desk, files, clock.at_desk(now, files.desk.zone).date())
    person = rights.people.get(who) or next((one for one in rights.people.values() if who in one.formerly), None)
    own = person.id if person else ""
    return Standing(files, rights, person, Reader(Audience.HR, own) if is_hr else reader_of(rights, own))
