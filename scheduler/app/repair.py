"""Bring a desk's papers in line with its ledger."""

from __future__ import annotations

from pathlib import Path

from scheduler import clock
from scheduler.app.locations import desk_folder, store_url
from scheduler.app.session import Session, guard_writes
from scheduler.errors import PapersStuck
from scheduler.files.reading.desk import read_desk
from scheduler.i18n import Lang
from scheduler.ledger.store import Ledger


def repair_papers(
    desk: Path,
    *,
    store: str | None = None,
    out: Path | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> tuple[Path, ...]:
    """Put a desk's papers right; those that were mended.

    Raises
    ------
    PapersStuck
        Somebody has a void paper open, or something else is in the way of one; the others are mended.
    """
    files = read_desk(desk)
    with Ledger(store_url(desk, store)) as ledger:
        here = Session(files, ledger, out or desk_folder(desk), lang, clock.at_desk(now, files.desk.zone))
        with guard_writes(here.folder):
            drafts = here.papers.write_missing_drafts()  # first: one may be published meanwhile, and is put right then
            mended = (*here.papers.put_right(patience=0.0), *drafts)
        if here.papers.stuck:
            raise PapersStuck(here.papers.stuck)
        return mended
