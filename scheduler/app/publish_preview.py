"""What publishing a draft would do, said before anybody does it: cells, people, copies, and what it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from pathlib import Path

from scheduler import clock
from scheduler.app.locations import desk_folder, open_existing_ledger
from scheduler.app.publish import Moved, compare_with_last
from scheduler.app.session import Session
from scheduler.app.told import find_told
from scheduler.audit.audit import audit
from scheduler.audit.open_duties import OpenDuty, find_open_duties
from scheduler.domain import Note, Roster
from scheduler.files.reading.desk import read_desk
from scheduler.i18n import Lang
from scheduler.ledger.store import VersionRow, VersionStatus
from scheduler.workflow.change_log import Receipt, receipts_by_version
from scheduler.workflow.deadlines import Deadline, is_late
from scheduler.workflow.holdings import PersonNews


@dataclass(frozen=True)
class PublishPreview:
    """What publishing a draft would do.

    Attributes
    ----------
    before : int or None
        The version that it would take the place of, or that was withdrawn last.
    moved : Moved
        The cells in which it differs from that.
    told : tuple of PersonNews
        Who would be given a copy, with what is new for them.
    back : tuple of Receipt
        The copies that would become void.
    late, over : bool
        Whether it takes a reason because its deadline has passed, or because it moves published cells.
    open : tuple of OpenDuty
        The duties that it leaves open, which takes a reason as well.
    notes : tuple of Note
        In what the tables of today differ from those that it was made with.
    """

    row: VersionRow
    before: int | None
    moved: Moved
    _: KW_ONLY
    told: tuple[PersonNews, ...]
    back: tuple[Receipt, ...]
    deadline: Deadline
    late: bool
    over: bool
    open: tuple[OpenDuty, ...] = ()
    notes: tuple[Note, ...] = ()


def preview_publication(
    desk: Path, version: int, *, store: str | None = None, lang: Lang = "zh", now: clock.Clock = clock.now
) -> PublishPreview:
    """What publishing a draft would do; nothing is written, and `publish_version` checks all of it again.

    Raises
    ------
    LedgerError
        There is no such version.
    """
    files = read_desk(desk)
    with open_existing_ledger(desk, store) as ledger:
        here = Session(files, ledger, desk_folder(desk), lang, clock.at_desk(now, files.desk.zone))
        row = ledger.version(here.desk, version)
        facts = here.facts(row)
        problem = here.problem(facts)
        before, live = here.last_in_force(row.month), ledger.live(here.desk, row.month)
        moved = compare_with_last(here, row, before, problem)
        news = find_told(ledger, row, problem).news
        deadline = here.deadlines(problem)[0]
        entries = ledger.entries(here.desk)
        mine = {one.number for one in ledger.outlines(here.desk) if one.month == row.month}
        copies = [c for n, listed in receipts_by_version(entries).items() if n in mine for c in listed.values()]
        is_over = before is not None and before.status == VersionStatus.LIVE and bool(moved.cells)
        return PublishPreview(
            row,
            before.number if before else None,
            moved,
            told=news,
            back=tuple(_void_by(copies, news)),
            deadline=deadline,
            late=live is None and is_late(deadline.due, here.today),
            over=is_over or (before is not None and bool(moved.held)),
            open=find_open_duties(problem, audit(problem, facts.rulebook, Roster(row.duties))),
            notes=here.compare_with_tables(row),
        )


def _void_by(copies: Sequence[Receipt], news: Sequence[PersonNews]) -> list[Receipt]:
    """The good copies in people's hands that are void once the draft is published: departments are given every version."""
    told = {one.worker for one in news}
    good = [copy for copy in copies if not copy.void and not copy.returned]
    return [copy for copy in good if copy.recipient.kind == "department" or copy.recipient.id in told]
