"""Changing a ledger behind its back, as thoroughly as somebody can who writes its file: hashes and guards put right again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from scheduler.ledger.rows import canonical, seal
from scheduler.ledger.store import Ledger


class Forger:
    """Raw SQL on a desk's SQLite ledger, its guards taken away and put back as they were."""

    def __init__(self, path: Path, desk: str) -> None:
        self.path, self.desk = path, desk
        self._connection = sqlite3.connect(path, isolation_level=None)

    @classmethod
    @contextmanager
    def at_work(cls, path: Path, desk: str) -> Iterator[Forger]:
        """A forger, done with their work at the end of the block; guards are put back."""
        forger = cls(path, desk)
        with closing(forger._connection):
            guards = forger.rows("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            for name, _ in guards:
                forger.do(f"DROP TRIGGER {name}")
            yield forger
            for _, sql in guards:
                forger.do(sql)

    def do(self, sql: str, *values: object) -> None:
        self._connection.execute(sql, values)

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, values).fetchall()

    def find(self, event: str, which: int = -1) -> int:
        """The number of the log's last entry (or that of that index) of an event."""
        found = self.rows("SELECT sequence FROM ledger_entry WHERE event = ? ORDER BY sequence", event)
        return int(found[which][0])

    def facts(self, sequence: int, change: Callable[[dict[str, Any]], object]) -> None:
        """Change an entry's facts."""
        ((text,),) = self.rows("SELECT facts FROM ledger_entry WHERE sequence = ?", sequence)
        facts = json.loads(text)
        change(facts)
        self.do("UPDATE ledger_entry SET facts = ? WHERE sequence = ?", canonical(facts), sequence)

    def delete(self, *sequences: int) -> None:
        """Take entries out, and let those after them move up."""
        for sequence in sorted(sequences, reverse=True):
            self.do("DELETE FROM ledger_entry WHERE sequence = ?", sequence)
            for (later,) in self.rows(
                "SELECT sequence FROM ledger_entry WHERE sequence > ? ORDER BY sequence", sequence
            ):
                self.do("UPDATE ledger_entry SET sequence = ? WHERE sequence = ?", later - 1, later)

    def insert(
        self, after: int, event: str, version: int | None, by: str, facts: dict[str, Any], because: str = ""
    ) -> None:
        """Put an entry in between, dated as the one before it."""
        for (later,) in self.rows("SELECT sequence FROM ledger_entry WHERE sequence > ? ORDER BY sequence DESC", after):
            self.do("UPDATE ledger_entry SET sequence = ? WHERE sequence = ?", later + 1, later)
        self.do(
            "INSERT INTO ledger_entry (desk, sequence, at, event, version, by, because, facts, previous_hash, hash)"
            " SELECT desk, sequence + 1, at, ?, ?, ?, ?, ?, '', '' FROM ledger_entry WHERE sequence = ?",
            *(event, version, by, because, canonical({"v": 1, "ran": "root@vm", **facts}), after),
        )

    def exchange(self, one: int, other: int) -> None:
        """Let two entries change places."""
        for old, new in ((one, 9000), (other, one), (9000, other)):
            self.do("UPDATE ledger_entry SET sequence = ? WHERE sequence = ?", new, old)

    def reseal(self, version: int, *, duties: bool = True) -> None:
        """Let a version's digests, and the entry that drafted it, say what it holds now."""
        ((text, roster_hash),) = self.rows("SELECT duties, roster_hash FROM ledger_version WHERE number = ?", version)
        if duties:
            roster_hash = seal(json.loads(text))
            self.do("UPDATE ledger_version SET roster_hash = ? WHERE number = ?", roster_hash, version)
        with Ledger(f"sqlite:///{self.path}") as ledger:
            row = ledger._tables.find_version(self.desk, version)
            digest = row.digest(ledger._tables.numbers(self.desk).get(row.previous_id))
        ((sequence,),) = self.rows("SELECT sequence FROM ledger_entry WHERE event = 'drafted' AND version = ?", version)
        self.facts(sequence, lambda facts: facts.update(content_hash=digest, roster_hash=roster_hash))

    def rechain(self) -> None:
        """Compute every hash of the log anew, so that it agrees with itself."""
        with Ledger(f"sqlite:///{self.path}") as ledger:
            previous = ""
            for entry in ledger._tables.entries_of(self.desk):
                entry.previous_hash = previous
                previous = entry.digest()
                self.do(
                    "UPDATE ledger_entry SET previous_hash = ?, hash = ? WHERE id = ?",
                    *(entry.previous_hash, previous, entry.pk),
                )
        texts = [text for (text,) in self.rows("SELECT facts FROM ledger_entry UNION SELECT content FROM ledger_part")]
        for (digest,) in self.rows("SELECT digest FROM ledger_private"):  # nor is anything left over that tells
            if not any(digest in text for text in texts):
                self.do("DELETE FROM ledger_private WHERE digest = ?", digest)
        for table in ("ledger_entry", "ledger_version"):
            self.do(f"UPDATE sqlite_sequence SET seq = (SELECT max(id) FROM {table}) WHERE name = '{table}'")

    def status(self, version: int, status: str) -> None:
        """Set a version's status."""
        self.do("UPDATE ledger_version SET status = ? WHERE number = ?", status, version)
