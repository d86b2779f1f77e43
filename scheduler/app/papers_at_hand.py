"""The papers in a desk's folder as witnesses: what they say of themselves, held against the ledger.

A ledger that was rolled back, cut off or exchanged agrees with itself; the papers
that were given out remember what it does not. Looked at are the stamps of all
workbooks, void ones and hand-outs too; nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from time import time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from scheduler.app.drafts import file_name, recorded_digest
from scheduler.app.heads import NotedHead, parse_head
from scheduler.domain import Month
from scheduler.errors import InputError
from scheduler.files.writing.properties import ROSTER, Stamp, read_stamp
from scheduler.i18n import Sentence, fill_in
from scheduler.ledger.store import EntryRow, Outline
from scheduler.workflow.version import STATUS_NAMES, VersionStatus

SECONDS_APART = 60  # of the clocks of two machines
MOST_PAPERS = 20_000  # that are looked at
RANKS = {
    VersionStatus.DRAFT: 0,
    VersionStatus.LIVE: 1,
    VersionStatus.SUPERSEDED: 2,
    VersionStatus.WITHDRAWN: 2,
}

NO_LEDGER = Sentence(
    "账册中没有本部门的任何记录，却有 {n} 份文件出自它（如 {file}：{month} 第 {version} 版）：账册丢失、清空或换过，请从备份恢复",
    "the ledger has nothing of this desk, but {n} papers come from it (such as {file}: version {version} of {month}): it was"
    " lost, emptied or exchanged; restore a backup",
)
UNKNOWN_VERSION = Sentence(
    "{file} 是 {month} 第 {version} 版，账册里没有这一版：账册可能被换回旧的，请从备份恢复",
    "{file} is version {version} of {month}, which the ledger does not have: it may have been rolled back; restore a backup",
)
OTHER_CONTENT = Sentence(
    "{file} 自称 {month} 第 {version} 版，账册里的这一版内容不同",
    "{file} says that it is version {version} of {month}, which has other content in the ledger",
)
LOG_ENDS = Sentence(
    "{place} 记着第 {n} 条记录，而记录只到第 {last} 条：末尾被删去，或账册换回了旧的",
    "{place} notes entry {n}, but the log ends with entry {last}: its end was cut off, or the ledger rolled back",
)
OTHER_ENTRY = Sentence(
    "{place} 所记的第 {n} 条记录（{digits}）与账册里的不同：记录被重写",
    "{place} notes another entry {n} ({digits}) than the ledger has: the log was rewritten",
)
AHEAD = Sentence(
    "{file} 上 {month} 第 {version} 版是“{said}”，账册里却是“{status}”：账册可能被换回旧的",
    "on {file}, version {version} of {month} is {said}, but the ledger says {status}: it may have been rolled back",
)
TWO_CLAIMS = Sentence(
    "{month} 有 {n} 份文件自称在用（{files}）：在用的至多一版",
    "{n} papers of {month} claim to be in force ({files}): at most one version is",
)
OUT_OF_DATE = Sentence(
    "{file} 还自称在用，而 {month} 第 {version} 版已是“{status}”：⟦用 scheduler repair 作废，或‖请⟧移走它",
    "{file} still claims to be in force, but version {version} of {month} is {status}:"
    " ⟦scheduler repair makes it void, or ‖⟧move it away",
)
FROM_THE_FUTURE = Sentence(
    "{file} 的文件时间（{at}）在未来：时钟可能被调过",
    "the file time of {file} ({at}) lies in the future: a clock was moved",
)


class Paper(NamedTuple):
    """A workbook and its stamp; `changed` is when the file was written, in seconds since 1970."""

    path: Path
    stamp: Stamp
    changed: float


class Contradiction(NamedTuple):
    """A paper that cannot be right if the ledger is; `month` is that of the paper."""

    sentence: Sentence
    month: Month | None = None
    ahead: bool = True  # the paper knows more than the ledger, so that nothing is to be mended by the ledger


def find_papers(folder: Path, desk: str) -> list[Paper]:
    """The workbooks below a folder that say that they are a desk's; others, and links, are passed over."""
    found = []
    with suppress(OSError):
        for path in sorted(folder.rglob("[!.~]*.xlsx"))[:MOST_PAPERS]:
            if path.is_symlink() or not path.is_file():
                continue
            with suppress(InputError, OSError):
                stamp = read_stamp(path)
                if stamp and stamp.desk == desk:
                    found.append(Paper(path, stamp, path.stat().st_mtime))
    return found


def check_papers(
    papers: Sequence[Paper], rows: Iterable[Outline], entries: Sequence[EntryRow]
) -> Iterator[Contradiction]:
    """Where papers and ledger contradict each other; one sentence for each paper, and for each month with two in force."""
    versions = {row.number: row for row in rows}
    if papers and not versions:
        last = max(papers, key=lambda paper: paper.stamp.version)
        facts = {"file": last.path.name, "month": last.stamp.month, "version": last.stamp.version}
        yield Contradiction(fill_in(NO_LEDGER, n=len(papers), **facts), last.stamp.month)
        return
    digests = {number: recorded_digest(entries, number) for number in versions}
    hashes = hashes_of(entries)
    for paper in papers:
        row = versions.get(paper.stamp.version)
        if row is None or row.month != paper.stamp.month:
            yield Contradiction(fill_in(UNKNOWN_VERSION, **_facts_of(paper)), paper.stamp.month)
            continue
        for sentence in _check_paper(paper, row, digests[row.number], hashes):
            yield Contradiction(sentence, paper.stamp.month)
        if _is_out_of_date(paper, row):
            said = fill_in(OUT_OF_DATE, **_facts_of(paper), status=STATUS_NAMES[row.status])
            yield Contradiction(said, paper.stamp.month, ahead=False)
    yield from _find_claims(papers, versions)


def _facts_of(paper: Paper) -> dict[str, object]:
    return {"file": paper.path.name, "month": paper.stamp.month, "version": paper.stamp.version}


def _check_paper(paper: Paper, row: Outline, digest: str, hashes: Mapping[int, str]) -> Iterator[Sentence]:
    """Why a paper cannot be of this ledger as it is."""
    stamp, facts = paper.stamp, _facts_of(paper)
    if not row.roster_hash.startswith(stamp.fingerprint) or (stamp.digest and stamp.digest != digest):
        yield fill_in(OTHER_CONTENT, **facts)
    said = VersionStatus(stamp.status) if stamp.status in list(VersionStatus) else row.status
    if RANKS[said] > RANKS[row.status] or (RANKS[said] == RANKS[row.status] and said != row.status):
        yield fill_in(AHEAD, said=STATUS_NAMES[said], status=STATUS_NAMES[row.status], **facts)
    noted = parse_head(stamp.head)
    if noted and (against := check_head(noted._replace(place=paper.path.name), hashes)):
        yield against


def hashes_of(entries: Iterable[EntryRow]) -> dict[int, str]:
    """The hashes of a log's entries by their numbers."""
    return {entry.sequence: entry.hash for entry in entries}


def check_head(noted: NotedHead, hashes: Mapping[int, str]) -> Sentence | None:
    """Why a head that was noted is not of this log; `None` where it is."""
    facts = {"place": noted.place, "n": noted.sequence, "digits": noted.digits[:16]}
    last = max(hashes, default=0)
    if noted.sequence > last:
        return fill_in(LOG_ENDS, last=last, **facts)
    if not hashes.get(noted.sequence, "").startswith(noted.digits):
        return fill_in(OTHER_ENTRY, **facts)
    return None


def _is_out_of_date(paper: Paper, row: Outline) -> bool:
    """Whether a paper claims to be in force and is not; in its own place the next command makes it void."""
    from scheduler.files.papers.voiding import VOID_FOLDER  # with openpyxl, which takes 0.3 s to import

    claims = paper.stamp.status == VersionStatus.LIVE and RANKS[row.status] > RANKS[VersionStatus.LIVE]
    own = file_name(row) in (paper.path.name, f"{paper.path.parent.name}.xlsx") and VOID_FOLDER not in paper.path.parts
    return claims and not own


def _find_claims(papers: Iterable[Paper], versions: Mapping[int, Outline]) -> Iterator[Contradiction]:
    """Months of which the workbooks of two versions claim to be in force."""
    claims: dict[Month, dict[int, Path]] = {}
    for paper in papers:
        row = versions.get(paper.stamp.version)
        is_mended = row and RANKS[row.status] > RANKS[VersionStatus.LIVE] and not _is_out_of_date(paper, row)
        if paper.stamp.status == VersionStatus.LIVE and paper.stamp.part == ROSTER and not is_mended:
            claims.setdefault(paper.stamp.month, {}).setdefault(paper.stamp.version, paper.path)
    for month, files in sorted(claims.items(), key=lambda pair: str(pair[0])):
        if len(files) > 1:
            names = ", ".join(path.name for _, path in sorted(files.items()))
            yield Contradiction(fill_in(TWO_CLAIMS, month=month, n=len(files), files=names), month, ahead=False)


def find_future(papers: Iterable[Paper], zone: str) -> Iterator[Sentence]:
    """Papers whose file times lie in the future, by the machine's clock."""
    for paper in papers:
        if paper.changed > time() + SECONDS_APART:
            at = datetime.fromtimestamp(paper.changed, ZoneInfo(zone))
            yield fill_in(FROM_THE_FUTURE, file=paper.path.name, at=f"{at:%Y-%m-%d %H:%M}")
