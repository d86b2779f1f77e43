"""Who has signed for a version, and who still holds an old copy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from pathlib import Path

from scheduler import clock
from scheduler.app.people import check_names
from scheduler.app.session import Session, open_session
from scheduler.errors import Fault, Refusal
from scheduler.i18n import Lang, Sentence
from scheduler.ledger.pen import Pen
from scheduler.ledger.store import VersionStatus
from scheduler.workflow.change_log import Receipt, outstanding_copies, receipts_by_version
from scheduler.workflow.facts import CopyMarkedFacts, PublishedFacts

NOT_A_RECIPIENT = Sentence(
    "“{id}”不在第 {version} 版的分发名单上", "“{id}” is not on the distribution list of version {version}"
)
HOLDS_NOTHING = Sentence("“{id}”手中没有待收回的旧表", "“{id}” holds no old roster that is to be returned")
STILL_GOOD = Sentence(
    "“{id}”手中的第 {version} 版仍然有效，不用交回：换了新版或撤回之后才收回",
    "the copy of version {version} that “{id}” holds is good and stays there: it comes back once it is replaced or withdrawn",
)


@dataclass(frozen=True)
class Copies:
    """What `receipts` tells; `stuck` as in `Papers`.

    Attributes
    ----------
    all, outstanding : tuple of Receipt
        Every copy; and those not signed for, or void and not returned.
    marked : tuple of Receipt
        The copies that this call marked, as they are now.
    """

    all: tuple[Receipt, ...]
    outstanding: tuple[Receipt, ...]
    statuses: Mapping[int, VersionStatus]
    _: KW_ONLY
    marked: tuple[Receipt, ...] = ()
    stuck: tuple[Fault, ...] = ()


def keep_receipts(
    desk: Path,
    *,
    sign: Sequence[str] = (),
    returned: Sequence[str] = (),
    by: str = "",
    version: int | None = None,
    through: str = "",
    store: str | None = None,
    out: Path | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> Copies:
    """Who has signed for their copies and who still holds void ones.

    Parameters
    ----------
    sign : sequence of str
        Recipients who sign for the copies that they hold and that are good (or for that of `version`) now.
    returned : sequence of str
        Recipients who give back, or have destroyed, every void copy (or that of `version`).
    by : str
        Id of who records it; by default the log names the recipients themselves.
    through : str
        By what they sign without logging in, as in `CopyMarkedFacts`.

    Raises
    ------
    Refusal
        A recipient is on no such list or would return a copy that is good, or nobody has the id `by`; then nothing is
        recorded.
    """
    with open_session(desk, store, out, lang, now) as here:
        if not (sign or returned):
            return _list_copies(here)
        if by:
            here.person(by)
        listed = {who for copies in receipts_by_version(here.ledger.entries(here.desk)).values() for who in copies}
        check_names(here.people, (who for who in (*sign, *returned) if who not in listed))
        with here.ledger.writing(here.desk) as pen:
            marked = [copy for who in dict.fromkeys(sign) for copy in _find_to_sign(here, who, version)]
            marked = _mark(here, pen, marked, "received", by, through)
            back = [copy for who in dict.fromkeys(returned) for copy in _find_void(here, who, version)]
            back = _mark(here, pen, back, "returned", by, through)
            # before the commit: a ledger lost after it would leave no answer
            return _list_copies(here, [(copy.version, copy.recipient.id) for copy in (*marked, *back)])


def _list_copies(here: Session, marked: Sequence[tuple[int, str]] = ()) -> Copies:
    entries = here.ledger.entries(here.desk)
    statuses = {row.number: row.status for row in here.ledger.outlines(here.desk)}
    found = receipts_by_version(entries)
    return Copies(
        tuple(copy for listed in found.values() for copy in listed.values()),
        tuple(outstanding_copies(entries)),
        statuses,
        marked=tuple(found[number][who] for number, who in dict.fromkeys(marked)),
        stuck=tuple(here.papers.stuck),
    )


def _find_to_sign(here: Session, who: str, version: int | None) -> list[Receipt]:
    """The copies for which somebody signs: of a version that is named, else all that are good.

    Raises
    ------
    Refusal
        They are on no list.
    """
    entries = here.ledger.entries(here.desk)
    copies = receipts_by_version(entries)
    mine = [listed[who] for number, listed in copies.items() if who in listed and number == (version or number)]
    if not mine and version:  # whoever is on the list may have got a copy, though it says nothing new to them
        listed = [
            one
            for entry in entries
            if (entry.event, entry.version) == ("published", version)
            for one in PublishedFacts.read(entry.facts).recipients
            if one.id == who
        ]
        mine = [Receipt(version, one) for one in listed]
    if not mine:
        raise Refusal(NOT_A_RECIPIENT, id=who, version=version or max(copies, default=0))
    return [copy for copy in mine if version or not copy.void]


def _find_void(here: Session, who: str, version: int | None) -> list[Receipt]:
    """The void copies that somebody gives back: that of a version that is named, else all.

    Raises
    ------
    Refusal
        They hold none, or only a good one.
    """
    copies = receipts_by_version(here.ledger.entries(here.desk))
    mine = [listed[who] for number, listed in copies.items() if who in listed and number == (version or number)]
    void = [copy for copy in mine if copy.void]
    if mine and not void:
        raise Refusal(STILL_GOOD, id=who, version=mine[-1].version)
    if not void:
        raise Refusal(HOLDS_NOTHING, id=who)
    return void


def _mark(here: Session, pen: Pen, copies: Sequence[Receipt], event: str, by: str, through: str) -> list[Receipt]:
    """Log what is not marked yet, each by who records it; those copies."""
    fresh = [copy for copy in copies if not getattr(copy, event)]
    for copy in fresh:
        facts = CopyMarkedFacts(recipient=copy.recipient.id, through=through)
        pen.note(event, copy.version, here.at, by or copy.recipient.id, "", facts.to_json())
    return fresh
