"""Finding out tampering: the chain of hashes, recomputed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scheduler.i18n import Lang, Sentence
from scheduler.ledger.rows import VersionStatus

if TYPE_CHECKING:
    from scheduler.ledger.models import Entry

# The status that each event gives to the version that it names.
OUTCOMES = {
    "drafted": VersionStatus.DRAFT,
    "published": VersionStatus.LIVE,
    "superseded": VersionStatus.SUPERSEDED,
    "withdrawn": VersionStatus.WITHDRAWN,
}

GAP = Sentence("第 {sequence} 条记录之前缺少记录", "entries are missing before entry {sequence}")
UNCHAINED = Sentence("第 {sequence} 条记录与上一条不相连", "entry {sequence} does not follow from the one before it")
ALTERED = Sentence("第 {sequence} 条记录被改动", "entry {sequence} has been altered")
LOST = Sentence("第 {version} 版排班已丢失", "roster version {version} is missing")
UNLOGGED = Sentence("第 {version} 版排班没有编制记录", "roster version {version} was never entered in the log")
REWRITTEN = Sentence("第 {version} 版排班的内容被改动", "the content of roster version {version} has been altered")
MISPLACED = Sentence(
    "第 {version} 版排班的状态与记录不符", "the status of roster version {version} differs from the log"
)
PART_BROKEN = Sentence(
    "第 {version} 版所依据的数据（{part}）缺失或被改动",
    "what roster version {version} was made with ({part}) is missing or has been altered",
)


@dataclass(frozen=True)
class BrokenLink:
    """A place where the log or a version is not what was recorded.

    Attributes
    ----------
    sequence, version : int or None
        The log entry or the version concerned, as far as known.
    """

    sentence: Sentence
    sequence: int | None = None
    version: int | None = None
    part: str = ""

    def say(self, lang: Lang) -> str:
        """One sentence that names the place."""
        return self.sentence.say(lang, sequence=self.sequence, version=self.version, part=self.part)


def find_broken_entries(entries: Iterable[Entry]) -> Iterator[BrokenLink]:
    """Entries of one desk, in order, that do not continue the chain."""
    sequence, chained = 0, ""
    for entry in entries:
        at: dict[str, Any] = {"sequence": entry.sequence, "version": entry.version}
        if entry.sequence != sequence + 1:
            yield BrokenLink(GAP, **at)
        elif entry.previous_hash != chained:
            yield BrokenLink(UNCHAINED, **at)
        if entry.hash != entry.digest():
            yield BrokenLink(ALTERED, **at)
        sequence, chained = entry.sequence, entry.hash


def find_broken_versions(
    entries: Iterable[Entry], digests: Mapping[int, str], statuses: Mapping[int, str]
) -> Iterator[BrokenLink]:
    """Versions of one desk that differ from the log.

    Parameters
    ----------
    digests, statuses : mappings of int to str
        What the database holds now, by version number.
    """
    drafted: dict[int, Entry] = {}
    outcome: dict[int, VersionStatus] = {}
    for entry in entries:
        if entry.version is not None and entry.event in OUTCOMES:
            drafted.setdefault(entry.version, entry)
            outcome[entry.version] = OUTCOMES[entry.event]
    for number, entry in drafted.items():
        if number not in digests:
            yield BrokenLink(LOST, entry.sequence, number)
        elif (
            f'"content_hash":"{digests[number]}"' not in entry.facts
        ):  # compared as text: tampered facts may not be JSON
            yield BrokenLink(REWRITTEN, entry.sequence, number)
        elif statuses[number] != outcome[number]:
            yield BrokenLink(MISPLACED, entry.sequence, number)
    for number in sorted(digests.keys() - drafted.keys()):
        yield BrokenLink(UNLOGGED, None, number)


def is_part(digest: str, content: str | None) -> bool:
    """Whether a stored content is there and is what its digest says."""
    return content is not None and hashlib.sha256(content.encode()).hexdigest() == digest


def read_made_with(text: str | None) -> dict[str, str]:
    """The digests of a version's parts; none where somebody has altered the text, as the seal of the version tells."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return {name: str(digest) for name, digest in found.items()} if isinstance(found, dict) else {}


def find_broken_parts(made_with: Mapping[int, Mapping[str, str]], contents: Mapping[str, str]) -> Iterator[BrokenLink]:
    """Parts that versions were made with and that are not what was recorded.

    Parameters
    ----------
    made_with : mapping of int to (mapping of str to str)
        By version number, the digests of its parts by their names.
    contents : mapping of str to str
        What the database holds now, by digest.
    """
    broken = {
        digest for parts in made_with.values() for digest in parts.values() if not is_part(digest, contents.get(digest))
    }
    for number, parts in made_with.items():
        for name, digest in parts.items():
            if digest in broken:
                yield BrokenLink(PART_BROKEN, version=number, part=name)
