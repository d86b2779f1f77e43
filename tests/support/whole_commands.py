"""Whether what was cut off has happened wholly or not at all, by the ledger; and whether the papers say the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from scheduler.domain import Roster
from scheduler.files.papers.voiding import VOID_FOLDER
from scheduler.files.writing.properties import read_stamp
from scheduler.ledger.store import Ledger, VersionRow, VersionStatus, default_url
from scheduler.workflow.change_request import RequestState
from scheduler.workflow.replay import replay_requests
from tests.support.published_desk import papers

WRITES = {
    "publish": ["superseded", "published"],
    "approve": ["approved", "drafted", "superseded", "published"],
    "withdraw": ["withdrawn"],
}


def state(desk: Path, store: str | None) -> tuple[list[VersionRow], list[Any]]:
    """The ledger's versions and log, after making sure that it is sound."""
    with Ledger(store or default_url(desk)) as ledger:
        assert ledger.broken_links("small") == []
        rows, entries = ledger.versions("small"), ledger.entries("small")
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    assert [entry.sequence for entry in entries] == list(range(1, len(entries) + 1))
    return rows, entries


def happened(what: str, desk: Path, store: str | None, before: tuple[list[VersionRow], list[Any]]) -> bool:
    """Whether the command has been carried out: wholly or not at all, and nothing else."""
    (old_rows, old_entries), (rows, entries) = before, state(desk, store)
    assert entries[: len(old_entries)] == old_entries
    added = [entry.event for entry in entries[len(old_entries) :]]
    assert added in ([], WRITES[what])
    statuses = [str(row.status) for row in rows]
    after = {
        "publish": ["superseded", "live"],
        "approve": ["superseded", "draft", "live"],
        "withdraw": ["withdrawn", "draft"],
    }
    assert statuses == (after[what] if added else ["live", "draft"])
    assert [row.duties for row in rows[:2]] == [row.duties for row in old_rows]
    approved = replay_requests(entries)[1].state == RequestState.APPROVED
    assert approved == (what == "approve" and bool(added))
    return bool(added)


def papers_agree(desk: Path, rows: list[VersionRow], entries: list[Any]) -> None:
    """What is in force has its papers, what is closed has them void and put aside, and nothing else claims to be a roster."""
    folder = desk / "rosters"
    for path in folder.rglob("*.xlsx"):
        if path.name.startswith("."):
            continue
        stamp = read_stamp(path)
        assert stamp is not None, path
        status = rows[stamp.version - 1].status
        assert stamp.status == status, (path, status)
        assert (VOID_FOLDER in path.parts) == (status in (VersionStatus.SUPERSEDED, VersionStatus.WITHDRAWN)), path
    found = papers(desk)
    published = {entry.version: entry for entry in entries if entry.event == "published"}
    for row in rows:
        name = f"small-2026-12-v{row.number}"
        if row.status == VersionStatus.DRAFT:
            continue
        live = row.status == VersionStatus.LIVE
        assert (f"{name}.xlsx" in found) == live, found
        assert (f"{VOID_FOLDER}/{name}.xlsx" in found) == (not live), found
        if live:
            replaced = published[row.number].facts["supersedes"]
            before = Roster(rows[replaced - 1].duties if replaced else ())
            touched = {change.worker for change in Roster(row.duties).changes_from(before)}
            letter = "变更" if replaced else "班表"
            given = {f"{name}/{name}-{what}" for what in ("分发.xlsx", "邮件.txt", "邮件.eml")}
            own = (f"{letter}.txt", f"{letter}.ics", "个人班表.xlsx")
            told = {f"{name}/{name}-{who}-{what}" for who in touched for what in own}
            there = {one for one in found if one.startswith(f"{name}/")}
            assert there == given | told, there ^ (given | told)
