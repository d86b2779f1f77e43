"""Private facts in rows of their own: written, read, erased, and held against what refers to them."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from scheduler.errors import LedgerDamaged
from scheduler.i18n import Sentence, fill_in
from scheduler.ledger.audit import BrokenLink
from scheduler.ledger.rows import canonical, seal
from scheduler.workflow.facts import FORGOTTEN
from scheduler.workflow.keeping_facts import ForgottenFacts
from scheduler.workflow.log_steps import NOT_AS_WRITTEN
from scheduler.workflow.private_facts import (
    ERASED,
    MARK,
    PRIVATE_PARTS,
    About,
    Kept,
    PrivateValue,
    about_request,
    in_the_clear,
    parts_in_the_clear,
    read_json,
    references_in,
)
from scheduler.workflow.version import OF_VERSIONS

if TYPE_CHECKING:
    from scheduler.ledger.models import Entry, Version
    from scheduler.ledger.models import Private as Row
    from scheduler.ledger.tables import Tables

MOST_NAMED = 500  # digests that are asked for by name; of more, all of the desk are read
SHOWN = 12  # digits of a digest, in messages

MISSING = Sentence("{where}所引的私密内容 {digest} 缺失", "private fact {digest}, to which {where} refers, is missing")
ALTERED = Sentence(
    "{where}所引的私密内容 {digest} 被改动", "private fact {digest}, to which {where} refers, has been altered"
)
ERASED_UNSAID = Sentence(
    "{where}所引的私密内容 {digest} 被删除，而没有任何“删除私密内容”的记录说到它",
    "private fact {digest}, to which {where} refers, was erased, and no entry “forgotten” of the log tells of it",
)
UNREFERRED = Sentence("私密内容 {digest} 没有任何记录或版本引用", "private fact {digest} is referred to by nothing")
BY_ENTRY, BY_VERSION = Sentence("第 {n} 条记录", "entry {n}"), Sentence("第 {n} 版", "version {n}")


class Place(NamedTuple):
    """What refers to a private fact: an entry of the log, or a version."""

    sequence: int | None = None
    version: int | None = None

    @property
    def name(self) -> Sentence:
        """How messages name it."""
        return fill_in(BY_ENTRY, n=self.sequence) if self.sequence else fill_in(BY_VERSION, n=self.version)


@dataclass
class Uses:
    """Where private facts of a desk stand.

    Attributes
    ----------
    places : mapping of str to list of Place
        What refers to each digest, in the order of the log, then of the versions.
    clear : mapping of PrivateValue to str
        Values that earlier releases recorded in the clear, each with the last month that it is about.
    months : mapping of str to str
        By digest, the last month of a version that refers to it.
    open : set of str
        Digests to which entries of open requests refer.
    """

    places: dict[str, list[Place]] = field(default_factory=dict)
    clear: dict[PrivateValue, str] = field(default_factory=dict)
    months: dict[str, str] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)


def keep_values(
    tables: Tables, desk: str, values: Collection[PrivateValue], at: datetime | None, key: bytes = b""
) -> dict[PrivateValue, str]:
    """The digests of private values: of those that are kept already theirs, else of new rows.

    Parameters
    ----------
    at : datetime or None
        When they were recorded; with `None`, nothing is written, and what is not kept yet is left out.
    key : bytes
        Secret of this ledger while it is open, from which salts are drawn: an act that is rehearsed and then committed
        has the same digests both times.
    """
    if not values:
        return {}
    workers = {value.worker for value in values}
    known = tables.private.filter(desk=desk, worker__in=workers, content__isnull=False)
    found = {
        PrivateValue(row.worker, row.what, row.month, str(row.content)): row.digest
        for row in known.order_by("-pk").iterator()
    }
    fresh = [] if at is None else [value for value in dict.fromkeys(values) if value not in found]
    for value in fresh:
        salt = hmac.new(key, canonical([desk, *value]).encode(), hashlib.sha256).hexdigest()
        row = tables.private.model(desk=desk, at=at.astimezone(UTC), salt=salt, **value._asdict())  # type: ignore[union-attr]
        row.digest = row.digest_content()
        row.save(using=tables.alias)
        found[value] = row.digest
    return {value: found[value] for value in values if value in found}


def request_about(
    tables: Tables, desk: str, facts: Mapping[str, Any], event: str, by: str, at: datetime
) -> About | None:
    """Whose the private facts of an entry are; `None` where it is not about a request, or of a version: that tells nothing private.

    Parameters
    ----------
    by, at
        Who makes the entry, and when: the facts are theirs where nobody knows the request.
    """
    number = facts.get("request")
    if not isinstance(number, int) or event in OF_VERSIONS:
        return None
    if event == "requested":
        return about_request(facts)
    marked = {"event": "requested", "facts__contains": f'"request":{number},'}
    asked = tables.entries_of(desk).filter(**marked).values_list("facts", flat=True).first()
    return about_request(json.loads(asked)) if asked else About(by, f"{at:%Y-%m}")


class Revealer:
    """Gives the values of digests, as far as texts refer to them."""

    def __init__(self, tables: Tables, desk: str | None, texts: Iterable[str]) -> None:
        digests = {digest for text in texts if f'"{MARK}"' in text for digest in references_in(text)}
        self._rows: dict[str, Row] = {}
        if not digests:
            return
        if len(digests) > MOST_NAMED and desk is not None:
            rows = tables.private.filter(desk=desk)
        else:
            rows = tables.private.filter(digest__in=digests)
        self._rows = {row.digest: row for row in rows.iterator()}

    def __call__(self, digest: str) -> str:
        """The value of a digest, or what is read in its place.

        Raises
        ------
        LedgerDamaged
            It is missing, or is not what was recorded.
        """
        row = self._rows.get(digest)
        if row is None:
            raise LedgerDamaged(GONE, digest=digest[:SHOWN])
        if row.erased is not None and row.content is None:
            return ERASED.get(row.what, "")
        if row.content is None or row.digest_content() != digest:
            raise LedgerDamaged(NOT_AS_RECORDED, digest=digest[:SHOWN])
        return row.content

    def read(self, text: str) -> Any:
        """What a text holds, with its private values."""
        return read_json(text, self)


GONE = Sentence("私密内容 {digest} 缺失", "private fact {digest} is missing")
NOT_AS_RECORDED = Sentence("私密内容 {digest} 被改动", "private fact {digest} has been altered")


def find_uses(
    entries: Sequence[Entry],
    versions: Iterable[Version],
    made_with: Mapping[int, Mapping[str, str]],
    contents: Mapping[str, str],
    open_requests: Collection[int] = (),
) -> Uses:
    """Where the private facts of a desk stand, in entries and in what versions were made with.

    Parameters
    ----------
    made_with : mapping of int to (mapping of str to str)
        By version number, the digests of its parts by their names.
    contents : mapping of str to str
        Those of the parts.
    open_requests : collection of int
        Numbers of requests that are open.
    """
    uses, about = Uses(), dict[int, About]()
    for entry in entries:
        place = Place(sequence=entry.sequence)
        found = references_in(entry.facts)
        for digest in found:
            uses.places.setdefault(digest, []).append(place)
        try:
            number = (facts := json.loads(entry.facts)).get("request")
            if not isinstance(number, int) or entry.event in OF_VERSIONS:
                for value in in_the_clear(entry.because, facts, None):
                    uses.clear[value] = value.month
                continue
            if number in open_requests:
                uses.open.update(found)
            if entry.event == "requested":
                about.setdefault(number, about_request(facts))
            mine = about.get(number, About(entry.by, f"{entry.at:%Y-%m}"))
            for value in in_the_clear(entry.because, facts, mine):
                uses.clear[value] = value.month
        except NOT_AS_WRITTEN:  # somebody has altered it, which its hash tells
            continue
    read: dict[str, tuple[list[str], list[PrivateValue]]] = {}
    for version in versions:
        for name in PRIVATE_PARTS:
            digest = made_with.get(version.number, {}).get(name, "")
            if digest not in read:
                read[digest] = _look_into(name, contents.get(digest, ""))
            for each in read[digest][0]:
                uses.places.setdefault(each, []).append(Place(version=version.number))
                uses.months[each] = max(uses.months.get(each, ""), version.month)
            for value in read[digest][1]:
                uses.clear[value] = max(value.month or version.month, uses.clear.get(value, ""))
    return uses


def _look_into(name: str, text: str) -> tuple[list[str], list[PrivateValue]]:
    """The digests to which a part refers, each once, and what it holds in the clear."""
    try:
        part = json.loads(text)
    except ValueError:  # its own digest tells
        return [], []
    return list(dict.fromkeys(references_in(text))), parts_in_the_clear({name: part})


def kept_values(rows: Iterable[Row], uses: Uses) -> list[Kept]:
    """The private facts of a desk without their contents."""
    return [
        Kept(
            row.digest,
            row.worker,
            row.what,
            row.month or uses.months.get(row.digest, ""),
            row.erased,
            row.digest in uses.open,
        )
        for row in rows
    ]


def seal_digests(digests: Iterable[str]) -> str:
    """One digest of several, as the entry has it that erased them: so that no others can be passed off as erased by it."""
    return seal(sorted(digests))


def find_broken_private(rows: Mapping[str, Row], uses: Uses, entries: Iterable[Entry]) -> Iterator[BrokenLink]:
    """Private facts of a desk that are not what was recorded.

    Parameters
    ----------
    rows : mapping of str to Row
        What the database holds of the desk now, by digest.
    """
    told = _erasures(entries)
    erased: dict[int, list[str]] = {}
    for digest, row in rows.items():
        if row.erased is not None:
            erased.setdefault(row.erased, []).append(digest)
    proved = {sequence for sequence, digests in erased.items() if told.get(sequence) == seal_digests(digests)}
    for digest, (place, *_) in uses.places.items():
        at: dict[str, Any] = {"sequence": place.sequence, "version": place.version}
        facts = {"where": place.name, "digest": digest[:SHOWN]}
        found = rows.get(digest)
        if found is None:
            yield BrokenLink(fill_in(MISSING, **facts), **at)
        elif found.content is None and found.salt is None:
            if found.erased not in proved:
                yield BrokenLink(fill_in(ERASED_UNSAID, **facts), **at)
        elif found.erased is not None or found.digest_content() != digest:
            yield BrokenLink(fill_in(ALTERED, **facts), **at)
    for digest in rows.keys() - uses.places.keys():
        yield BrokenLink(fill_in(UNREFERRED, digest=digest[:SHOWN]))


def _erasures(entries: Iterable[Entry]) -> dict[int, str]:
    """What the entries of a log say that they have erased, by their numbers."""
    found = {}
    for entry in entries:
        if entry.event == FORGOTTEN:
            try:
                found[entry.sequence] = ForgottenFacts.read(json.loads(entry.facts)).rows
            except (ValueError, KeyError, TypeError, AttributeError):  # the entry's hash tells
                continue
    return found
