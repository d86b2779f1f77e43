"""Who has signed for a version, and who still holds an old copy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scheduler import clock
from scheduler.app.session import Session, open_session
from scheduler.errors import Fault, Refusal
from scheduler.i18n import Lang, Sentence
from scheduler.ledger.pen import Pen
from scheduler.ledger.store import VersionStatus
from scheduler.workflow.change_log import Receipt, outstanding_copies, receipts_by_version
from scheduler.workflow.facts import CopyMarkedFacts

NOT_A_RECIPIENT = Sentence(
    "“{id}”不在第 {version} 版的分发名单上", "“{id}” is not on the distribution list of version {version}"
)

HOLDS_NOTHING = Sentence("“{id}”手中没有待收回的旧表", "“{id}” holds no old roster that is to be returned")


@dataclass(frozen=True)
class Copies:
    """What `receipts` tells: every copy, and those outstanding; `stuck` as in `Papers`."""

    all: tuple[Receipt, ...]
    outstanding: tuple[Receipt, ...]
    statuses: Mapping[int, VersionStatus]
    stuck: tuple[Fault, ...] = ()


def keep_receipts(
    desk: Path,
    *,
    sign: str = "",
    returned: str = "",
    version: int | None = None,
    store: str | None = None,
    out: Path | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> Copies:
    """Who has signed for a live version and who still holds an old one.

    Parameters
    ----------
    sign : str
        A recipient who signs for the live versions (or for `version`) now.
    returned : str
        A recipient who gives back, or has destroyed, every old copy (or that of `version`).

    Raises
    ------
    Refusal
        The recipient is on no such list.
    """
    with open_session(desk, store, out, lang, now) as here:
        if not (sign or returned):
            return _list_copies(here)
        with here.ledger.writing(here.desk) as pen:
            _mark(here, pen, sign, "received", version)
            _mark(here, pen, returned, "returned", version)
            return _list_copies(here)  # before the commit: a ledger lost after it would leave no answer


def _list_copies(here: Session) -> Copies:
    entries = here.ledger.entries(here.desk)
    statuses = {row.number: row.status for row in here.ledger.outlines(here.desk)}
    copies = [copy for listed in receipts_by_version(entries).values() for copy in listed.values()]
    return Copies(tuple(copies), tuple(outstanding_copies(entries, statuses)), statuses, tuple(here.papers.stuck))


def _mark(here: Session, pen: Pen, who: str, event: str, version: int | None) -> None:
    if not who:
        return
    statuses = {row.number: row.status for row in here.ledger.outlines(here.desk)}
    copies = receipts_by_version(here.ledger.entries(here.desk))
    meant = [
        copy
        for number, listed in copies.items()
        if (copy := listed.get(who)) and number == (version or number)
        if version or (statuses[number] == VersionStatus.LIVE) == (event == "received")
    ]
    if not meant:
        newest = version or max(copies, default=0)
        raise Refusal(NOT_A_RECIPIENT if event == "received" else HOLDS_NOTHING, id=who, version=newest)
    for copy in meant:
        if not getattr(copy, event):
            pen.note(event, copy.version, here.at, who, "", CopyMarkedFacts(recipient=who).to_json())
