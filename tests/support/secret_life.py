"""A desk whose people have secrets: a text or a kind of leave that stands nowhere else, in each place where there may be one.

December 2026 is in force and lived through, January 2027 is in force and holds leave that somebody typed into its grid.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from openpyxl import load_workbook

from scheduler.app.approvals import approve_request
from scheduler.app.change_requests import decide_request, request_change
from scheduler.app.import_roster import import_roster
from scheduler.app.publish import publish_version
from scheduler.domain import Leave, Month, Overtime
from scheduler.workflow.change_request import RequestKind
from scheduler.workflow.overrides import Override
from tests.cli.test_versions import quick
from tests.support.cli_desks import Said, run
from tests.support.published_desk import IN_TIME, NOW, at, cell, dec, drafted, going_round, new_desk

JANUARY = Month(2027, 1)
PHONES = {"T1": "13800000001", "T2": "13800000002"}
LEAVE = ("T1,2026-12-03,2026-12-04,婚假,是", "T1,2026-12-05,2026-12-05,培训,是", "T2,2026-12-11,2026-12-11,丧假,否")
PEOPLE = "工号,姓名,角色,电话,离职日期,曾用工号"
DECIDED, LATER = at("2026-12-05 11:00"), at("2026-12-13 07:00")
KINDS = ("marriage", "bereavement", "sick", "personal", "maternity", "work_injury")  # of which somebody has leave
KIND_WORDS = ("婚假", "丧假", "病假", "事假", "产假", "工伤假")


def write_people(desk: Path, former: str = "", **left: str) -> None:
    """The people table, with days on which people leave."""
    rows = [f"T{n},试{n}号,班长,{PHONES.get(f'T{n}', '')},{left.get(f'T{n}', '')}," for n in range(1, 7)]
    rows[0] += former
    (desk / "people.csv").write_text("\n".join([PEOPLE, *rows, ""]), encoding="utf-8")


class Planted:
    """Requests with a secret in each of their texts."""

    def __init__(self, desk: Path) -> None:
        self.desk, self.secrets = desk, list[str]()

    def secret(self) -> str:
        self.secrets.append(f"秘密第{len(self.secrets):02}号，不为人知")
        return self.secrets[-1]

    def ask(self, kind: str, by: str, now: Any = NOW, **parts: Any) -> int:
        found = request_change(self.desk, RequestKind(kind), by, self.secret(), now=now, offering=False, **parts)
        assert found.request.number, (found.objections, found.verdict.reasons)
        return found.request.number

    def decide(self, event: str, number: int, by: str, now: Any = NOW) -> None:
        decide_request(self.desk, event, number, by, self.secret(), now=now)

    def grant(self, number: int, waiting: Iterable[str] = (), now: Any = NOW, **parts: Any) -> None:
        for person in waiting:
            self.decide("confirmed", number, person, now)
        approve_request(self.desk, number, "M1", self.secret(), now=now, **parts)


def _live_through(desk: Path) -> Planted:
    write_people(desk)
    life = Planted(desk)
    publish_version(desk, drafted(desk), "M1", now=IN_TIME)
    life.grant(life.ask("absence", "M2", leave=Leave("T3", dec(9), dec(9), "sick"), papers_due=dec(21)))
    late = life.ask("leave", "T4", now=DECIDED, leave=Leave("T4", dec(12), dec(13), "personal"))
    life.grant(life.ask("leave", "T1", now=DECIDED, leave=Leave("T1", dec(29), dec(30), "personal")), now=DECIDED)
    life.grant(life.ask("cancel_leave", "T1", now=DECIDED, cancelled_leave=Leave("T1", dec(30), dec(30))), now=DECIDED)
    life.grant(life.ask("overtime", "T1", now=DECIDED, overtime=Overtime("T1", dec(13), 60)), now=DECIDED)
    late_asked: dict[str, Any] = {"override": life.secret(), "sets_aside": (Override.NOTICE,)}
    swap = life.ask("stand_in", "T6", now=DECIDED, give=cell("T6", 6), to="T3", **late_asked)
    life.grant(swap, ["T3"], DECIDED)
    life.decide(
        "refused",
        life.ask("leave", "T1", now=DECIDED, leave=Leave("T1", dec(22), dec(22), "work_injury")),
        "M1",
        DECIDED,
    )
    life.decide("cancelled", life.ask("stand_in", "T2", now=DECIDED, give=cell("T2", 20), to="T6"), "T2", DECIDED)
    life.grant(late, now=LATER)  # from the day that is left
    drafted(desk, JANUARY, roster=lambda problem: going_round(problem, 1))
    assert run("repair", desk).code == 0
    (path,) = (desk / "rosters").glob("small-2027-01-v*.xlsx")
    book = load_workbook(path)
    grid = book["排班表"]
    row = next(one.row for one in grid["A"] if one.value == "T6")
    free = next(column for column in range(4, 34) if grid.cell(row, column).value == "休")
    grid.cell(row, free).value = "产假"
    edited = desk.parent / "edited.xlsx"
    book.save(edited)
    done = import_roster(edited, "M2", desk=desk, now=LATER)
    assert done.row, done
    publish_version(desk, done.row.number, "M1", now=LATER)
    return life


@cache
def _kept() -> TemporaryDirectory[str]:
    return TemporaryDirectory()


@cache
def _made() -> Planted:
    with pytest.MonkeyPatch.context() as patch:
        quick(patch)
        return _live_through(new_desk(Path(_kept().name) / "desk", leave=LEAVE))


def secret_desk(folder: Path) -> tuple[Path, tuple[str, ...]]:
    """A copy of the desk, and the texts of its secrets, phones with them."""
    made = _made()
    return Path(shutil.copytree(made.desk, folder / "desk")), (*made.secrets, *PHONES.values())


def said(desk: Path, *words: str | Path, store: str | None = None) -> Said:
    """What a command says of the desk."""
    where = ("--store", store) if store else ()
    return run(words[0], desk, *words[1:], *where)
