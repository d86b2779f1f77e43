"""Drafts to record, and what child processes do with them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path
from typing import Any, Protocol

from scheduler.domain import Burden, Duty, Month
from scheduler.ledger.store import Draft, Ledger, VersionRow

DESK = "三班前台"
DECEMBER = Draft(
    desk=DESK,
    month=Month(2026, 12),
    made_at=datetime(2026, 11, 25, 9, 30, 0, 123456, UTC),
    duties=tuple(Duty(f"{100 + n % 4}", date(2026, 12, 1 + n // 2), "早夜"[n % 2]) for n in range(62)),
    people={"100": "甲测试", "101": "乙测试", "102": "=丙", "103": "丁测试"},
    balances={"100": Burden(nights=1.5, holidays=-1 / 3), "101": Burden(hours=1e16)},
    details=[{"worker": "100", "start": "2026-12-01T08:00:00+08:00", "paid_hours": 1e16, "note": "a\0b — 😀"}],
    problem_hash="p" * 64,
    rulebook="r" * 64,
    rules_version="2026-11",
    solver_version="9.15",
    seed=7,
    cores=2,
    status_word="OPTIMAL",
    objective=17,
    bound=16.25,
    seconds=0.1 + 0.2,
    assumptions=[{"zh": "2027 年节假日安排尚未公布", "en": "no holiday notice for 2027 yet"}],
    violations=3,
    previous=None,
    by="tester",
    because="next month",
)
JANUARY = replace(
    DECEMBER,
    month=Month(2027, 1),
    duties=tuple(duty._replace(day=duty.day + timedelta(days=31)) for duty in DECEMBER.duties),
)


def nothing(row: VersionRow) -> None:
    """Write no workbook."""


class Execute(Protocol):
    def __call__(self, sql: str, *values: object) -> list[tuple[Any, ...]]: ...


@contextmanager
def behind_its_back(url: str) -> Iterator[Execute]:
    """Raw SQL on a ledger, with `?` for values."""
    if url.startswith("sqlite"):
        import sqlite3

        connection: Any = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    else:
        import psycopg

        connection = psycopg.connect(url, autocommit=True)

    def execute(sql: str, *values: object) -> list[tuple[Any, ...]]:
        cursor = connection.execute(sql if url.startswith("sqlite") else sql.replace("?", "%s"), values)
        return list(cursor.fetchall()) if cursor.description else []

    with closing(connection):
        yield execute


def draft_five(url: str, start: Barrier) -> None:
    """Open the ledger with everyone else and draft five versions."""
    start.wait()
    with Ledger(url) as ledger:
        for _ in range(5):
            ledger.draft(DECEMBER, nothing)


def draft_until_killed(url: str, folder: Path, ready: Event) -> None:
    """Draft without end, with a workbook for each version."""

    def write(row: VersionRow) -> None:
        (folder / f"{row.number}.xlsx").write_bytes(b"x" * 20_000)
        time.sleep(0.004)

    ready.set()
    with Ledger(url) as ledger:
        while True:
            ledger.draft(DECEMBER, write)
