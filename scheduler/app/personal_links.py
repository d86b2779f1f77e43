"""Links on slips: they open one's own roster of one month, for reading, until the month ends or they are shut.

A link holds a code that is made of the desk, the month, the person and how many of their links of the month were shut,
with a key that is nobody's but the desk's. So the papers of a version can be written again and say the same, and nobody
who has not the key makes a code. What was shut stands in the desk's log.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from scheduler import clock
from scheduler.app.locations import open_known_ledger
from scheduler.domain import Month
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.ledger.store import EntryRow
from scheduler.passing import OWNER_ALONE, put_new_file
from scheduler.workflow.table_facts import LinkShutFacts

KEY_FILE = ".links.key"
KEY_BYTES, CODE_BYTES = 32, 20
SHUT = "link_shut"


def name_desk(desk: Path) -> str:
    """What a desk is called in addresses."""
    return desk.stem if desk.is_file() else desk.resolve().name


def slip_links(files: DeskFiles, entries: Sequence[EntryRow], month: Month) -> Mapping[str, str]:
    """The address on each worker's slip of a month, by id; none where the desk has no address of the page."""
    url = files.page.url
    if not url:
        return {}
    key = _find_key(files.path, make=True)
    shut = count_shut(entries, month)
    return {
        worker.id: f"{url}{link_path(files.path, month, worker.id)}{_code(key, files, month, worker.id, shut)}/"
        for worker in files.workers
    }


def link_path(desk: Path, month: Month, who: str) -> str:
    """The part of a link's address before its code."""
    return f"/l/{quote(name_desk(desk), safe='')}/{month}/{quote(who, safe='')}/"


def own_link(files: DeskFiles, who: str, month: Month, store: str | None) -> str:
    """The path of somebody's link of a month as it is now."""
    shut = count_shut(_entries(files, store), month)
    code = _code(_find_key(files.path, make=True), files, month, who, shut)
    return f"{link_path(files.path, month, who)}{code}/"


def is_good_link(
    files: DeskFiles, month: Month, who: str, code: str, *, store: str | None = None, now: clock.Clock = clock.now
) -> bool:
    """Whether a code opens somebody's roster of a month today."""
    key = _find_key(files.path, make=False)
    today = clock.at_desk(now, files.desk.zone).date()
    if not key or today > month.days()[-1] or who not in {worker.id for worker in files.workers}:
        return False
    right = _code(key, files, month, who, count_shut(_entries(files, store), month))
    return hmac.compare_digest(right.encode(), code.encode(errors="replace"))


def count_shut(entries: Sequence[EntryRow], month: Month) -> Mapping[str, int]:
    """How many links of a month each person has had shut."""
    found: dict[str, int] = {}
    for entry in entries:
        if entry.event == SHUT and (facts := LinkShutFacts.read(entry.facts)).month == month:
            found[facts.worker] = found.get(facts.worker, 0) + 1
    return found


def _entries(files: DeskFiles, store: str | None) -> Sequence[EntryRow]:
    ledger = open_known_ledger(files.path, store)
    if ledger is None:
        return ()
    with ledger:
        return ledger.entries(files.desk.id, event=SHUT)


def _code(key: bytes, files: DeskFiles, month: Month, who: str, shut: Mapping[str, int]) -> str:
    said = "\n".join((files.desk.id, str(month), who, str(shut.get(who, 0))))
    found = hmac.digest(key, said.encode(), hashlib.sha256)[:CODE_BYTES]
    return base64.b32encode(found).decode().lower()


def _find_key(desk: Path, *, make: bool) -> bytes:
    """The desk's key for links, made where there is none and one is wanted; empty for none."""
    path = (desk if desk.is_dir() else desk.parent) / KEY_FILE
    if make and not path.exists():
        put_new_file(path, secrets.token_hex(KEY_BYTES).encode(), OWNER_ALONE)
    return path.read_bytes() if path.is_file() else b""
