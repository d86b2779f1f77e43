"""Take a version back."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from pathlib import Path

from scheduler import clock
from scheduler.app.session import open_session
from scheduler.app.told import find_held
from scheduler.errors import Fault
from scheduler.i18n import Lang, Sentence
from scheduler.ledger.store import VersionRow
from scheduler.workflow.change_log import Receipt, outstanding_copies
from scheduler.workflow.facts import WithdrawnFacts
from scheduler.workflow.rights import Right
from scheduler.workflow.version import next_status

WITHDRAW = Sentence("作废", "withdraw")


@dataclass(frozen=True)
class Withdrawn:
    """What `withdraw` did: the version, its void papers, and who still holds a copy; `stuck` as in `Papers`."""

    row: VersionRow
    _: KW_ONLY
    at: datetime
    files: tuple[Path, ...]
    holders: tuple[Receipt, ...]
    stuck: tuple[Fault, ...] = ()


def withdraw_version(
    desk: Path,
    version: int,
    by: str,
    because: str,
    *,
    store: str | None = None,
    out: Path | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> Withdrawn:
    """Take a live version back; nothing replaces it.

    Raises
    ------
    Refusal
        It is not live, or `by` may not withdraw it.
    """
    with open_session(desk, store, out, lang, now) as here:
        here.person(by)
        before = here.ledger.version(here.desk, version)
        next_status(before.status, "withdrawn")
        here.check_right(by, Right.WITHDRAW, before, WITHDRAW)
        with here.ledger.writing(here.desk) as pen:
            row = here.ledger.version(here.desk, version)
            told = tuple(each.worker for each in find_held(here.ledger, row, row.month.days()))
            pen.move("withdrawn", version, here.at, by, because, WithdrawnFacts(told=told).to_json())
            row = here.ledger.version(here.desk, version)
            copies = outstanding_copies(here.ledger.entries(here.desk, row.month))
        files: list[Path] = []
        with here.papers.after_commit():
            files = here.papers.close_papers(version)
        with here.papers.after_commit():
            files += here.papers.tell_withdrawn(row)
        holders = tuple(copy for copy in copies if copy.void)
        return Withdrawn(row, at=here.at, files=tuple(files), holders=holders, stuck=tuple(here.papers.stuck))
