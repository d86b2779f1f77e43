"""Bring a desk's papers in line with its ledger."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scheduler import clock
from scheduler.app.locations import desk_folder, open_ledger
from scheduler.app.session import Session, guard_writes
from scheduler.app.verify_log import find_contradictions
from scheduler.errors import PapersStuck
from scheduler.files.reading.desk import read_desk
from scheduler.i18n import Lang, Sentence


@dataclass(frozen=True)
class Repaired:
    """The papers that were mended, and where ledger and papers still cannot both be right."""

    mended: tuple[Path, ...]
    contradictions: tuple[Sentence, ...] = ()


def repair_papers(
    desk: Path,
    *,
    store: str | None = None,
    out: Path | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> tuple[Path, ...]:
    """Put a desk's papers right; those that were mended, see `repair_desk`."""
    return repair_desk(desk, store=store, out=out, lang=lang, now=now).mended


def repair_desk(
    desk: Path,
    *,
    store: str | None = None,
    out: Path | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> Repaired:
    """Put a desk's papers right, as far as the ledger knows more than they do.

    Raises
    ------
    PapersStuck
        Somebody has a void paper open, or something else is in the way of one; the others are mended.
    """
    files = read_desk(desk)
    with open_ledger(files, store) as ledger:
        here = Session(files, ledger, out or desk_folder(desk), lang, clock.at_desk(now, files.desk.zone))
        with guard_writes(here.folder):
            drafts = here.papers.write_missing_drafts()  # first: one may be published meanwhile, and is put right then
            mended = (*here.papers.put_right(patience=0.0), *drafts)
        if stuck := [fault for fault in here.papers.stuck if fault not in here.papers.ahead]:
            raise PapersStuck(stuck)
        return Repaired(mended, find_contradictions(files, ledger, store, here.folder))
