"""A small desk whose roster goes round: so that a test knows each cell, and no solver is needed to make one.

Six people, one on 早 and one on 晚 every day: everybody has 早, then 晚, then four
days off, the next person a day later. `M1` and `M2` decide and are not on the roster.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from scheduler.app.drafts import make_draft
from scheduler.app.months import amend_month, tables_facts
from scheduler.app.publish import publish_version
from scheduler.audit.audit import audit
from scheduler.audit.stand_ins import stand_ins
from scheduler.domain import Change, Duty, Month, Problem, Roster
from scheduler.files.reading.desk import read_desk
from scheduler.files.writing import arrangement_sheets
from scheduler.ledger.store import Ledger, VersionRow, VersionStatus, default_url
from scheduler.workflow.change_request import Cell
from tests.support.cli_desks import small_desk

CYCLE = ("早", "晚", "", "", "", "")
MONTH = Month(2026, 12)
Clock = Callable[[], datetime]


def at(text: str, zone: str = "Asia/Shanghai") -> Clock:
    """A clock that stands still, at a time of the desk's day."""
    moment = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
    return lambda: moment


IN_TIME = at("2026-11-20 10:00")
NOW = at("2026-12-05 09:30")
TODAY = date(2026, 12, 5)


def dec(day: int) -> date:
    return date(2026, 12, day)


def cell(worker: str, day: int) -> Cell:
    return Cell(worker, dec(day))


def off(problem: Problem, worker: int, day: date) -> int:
    """Where somebody (counted from 0) is in the round on a day."""
    return ((day - problem.first).days - worker) % len(CYCLE)


def going_round(problem: Problem, first: int = 0) -> Roster:
    """Everybody by turns; `first` is whose 早 it is on the month's first day."""
    return Roster(
        Duty(worker.id, day, code)
        for number, worker in enumerate(problem.workers[: len(CYCLE)])
        for day in problem.dates
        if (code := CYCLE[off(problem, number - first, day)])
    )


def new_desk(folder: Path, *, keys: Iterable[str] = (), holidays: Iterable[str] = (), **options: Any) -> Path:
    """Write the desk.

    Parameters
    ----------
    keys : iterable of str
        More lines of `[desk]`.
    holidays : iterable of str
        Days that are statutory holidays.
    **options
        As of `small_desk`.
    """
    desk = small_desk(folder, **options)
    settings = desk / "desk.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("[desk]\n", "\n".join(["[desk]", *keys, ""]), 1), encoding="utf-8")
    officials = ["工号,姓名,职务", "M1,甲经理,经理", "M2,乙经理,经理", ""]
    (desk / "officials.csv").write_text("\n".join(officials), encoding="utf-8")
    days = ["日期,类型,名称", *(f"{day},法定节假日,部门日" for day in holidays), ""]
    (desk / "holidays.csv").write_text("\n".join(days), encoding="utf-8")
    return desk


def drafted(
    desk: Path,
    month: Month = MONTH,
    *,
    store: str | None = None,
    roster: Callable[[Problem], Roster] = going_round,
    legal: bool = True,
) -> int:
    """Record a draft, as `generate` would but with the roster given; its number."""
    files = read_desk(desk)
    with Ledger(store or default_url(desk)) as ledger:
        before = ledger.before(files.desk.id, month)
        facts = tables_facts(files, ledger, month, before)
        problem = amend_month(facts, ledger)
        made = roster(problem)
        found = audit(problem, files.rulebook, made)
        assert not found.broken or not legal, [each.say("en", problem.names) for each in found.broken]
        draft = make_draft(
            facts,
            problem,
            made,
            made_at=max([IN_TIME(), *(entry.at for entry in ledger.entries(files.desk.id)[-1:])]),
            by="M1",
            because="",
            objective=found.cost,
            bound=0,
            previous=before.number if before else None,
            compromises=len(found.compromises),
        )
        return ledger.draft(draft, lambda row: None).number


def ledger_of(desk: Path, store: str | None = None) -> Ledger:
    """The desk's ledger, to be looked into."""
    return Ledger(store or default_url(desk))


def live(desk: Path, month: Month = MONTH, store: str | None = None) -> VersionRow:
    """The version in force; there is one."""
    with ledger_of(desk, store) as ledger:
        found = [row for row in ledger.versions("small", month) if row.status == VersionStatus.LIVE]
    assert len(found) == 1, [(row.number, row.status) for row in found]
    return found[0]


def events(desk: Path, store: str | None = None) -> list[str]:
    """What the log says happened, in order."""
    with ledger_of(desk, store) as ledger:
        return [entry.event for entry in ledger.entries("small")]


def shifts(roster: Roster, worker: str, *days: int) -> str:
    """A person's shifts on some days, `.` for a day off."""
    return "".join("+".join(roster.on(worker, dec(day))) or "." for day in days)


def told(changes: Iterable[Change]) -> set[tuple[str, int, str, str]]:
    """Changes in short: who, which day of the month, what stood and what stands."""
    return {(one.worker, one.day.day, "+".join(one.before), "+".join(one.after)) for one in changes}


# Desks made once in a run of the tests, and copied


@cache
def _kept() -> TemporaryDirectory[str]:
    return TemporaryDirectory()


@cache
def _made(published: bool, **tables: tuple[str, ...]) -> Path:
    desk = new_desk(Path(_kept().name) / f"{len(list(Path(_kept().name).iterdir()))}", **tables)
    with pytest.MonkeyPatch.context() as patch:  # whole, also where the test that asks first has made itself quick
        patch.setattr(arrangement_sheets, "stand_ins", stand_ins)
        assert drafted(desk) == 1
        if published:
            publish_version(desk, 1, "M1", now=IN_TIME)
    return desk


def drafted_desk(folder: Path) -> Path:
    """A desk whose December is drafted."""
    return Path(shutil.copytree(_made(False), folder / "desk"))


def published_desk(folder: Path, **tables: tuple[str, ...]) -> Path:
    """A desk whose December is published in time, with rows of further tables."""
    return Path(shutil.copytree(_made(True, **tables), folder / "desk"))


def with_changes(*changes: tuple[str, int, str]) -> Callable[[Problem], Roster]:
    """The roster that goes round, some cells otherwise; an empty code is a day off."""

    def roster(problem: Problem) -> Roster:
        moved = {(worker, dec(day)) for worker, day, _ in changes}
        kept = [duty for duty in going_round(problem).duties if (duty.worker, duty.day) not in moved]
        return Roster([*kept, *(Duty(worker, dec(day), code) for worker, day, code in changes if code)])

    return roster


def papers(desk: Path) -> set[str]:
    """Everything in the folder of papers but what is hidden, by its place there."""
    folder = desk / "rosters"
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {str(path) for path in found if not path.name.startswith(".")}


def fingerprint(desk: Path) -> tuple[object, ...]:
    """All that the ledger holds and all papers, to see that nothing has happened."""
    with ledger_of(desk) as ledger:
        return (ledger.versions("small"), ledger.entries("small"), papers(desk))
