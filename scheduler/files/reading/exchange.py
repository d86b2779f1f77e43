"""Ids in other systems, from their table: one to one, each of a person, a shift or the group."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scheduler.errors import Fault
from scheduler.files.reading.rows import Row, Rows
from scheduler.hr.exchange import ExchangeIds, System, Their
from scheduler.i18n import Sentence

ONE_OF_BOTH = Sentence("一行只写一个人或一个班次", "a person or a shift in a row, not both")
TAKEN = Sentence("没有别的行用过的编号（第 {row} 行已用）", "an id that no other row has (row {row} has it)")


def check_exchange(rows: Rows) -> Iterator[Fault]:
    """Rows of two things at once, and ids that stand for two of them."""
    seen: dict[tuple[str, bool, bool, str], Row] = {}
    for row in rows.get("exchange", ()):
        found = row.get("system", "worker", "shift", "theirs")
        if found is None:
            continue
        system, worker, shift, theirs = found
        if worker and shift:
            yield row.fault("shift", ONE_OF_BOTH)
        first = seen.setdefault((system, bool(worker), bool(shift), theirs), row)
        if first is not row:
            yield row.fault("theirs", TAKEN, row=first.place.row)


def exchange_ids(rows: Iterable[Row]) -> tuple[ExchangeIds, ...]:
    """The ids by system, in their order."""
    told = list(rows)
    return tuple(
        ExchangeIds(
            System(system),
            group=next((row["theirs"] for row in mine if not row["worker"] and not row["shift"]), ""),
            people={row["worker"]: Their(row["theirs"], row["theirs_name"] or "") for row in mine if row["worker"]},
            shifts={row["shift"]: Their(row["theirs"], row["theirs_name"] or "") for row in mine if row["shift"]},
        )
        for system in dict.fromkeys(row["system"] for row in told)
        if (mine := [row for row in told if row["system"] == system])
    )
