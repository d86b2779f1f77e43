"""Private facts are erased for good, for a leaver or after the desk's years, while the roster and the log stand."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from scheduler.app.approvals import approve_request
from scheduler.app.change_requests import RequestList, decide_request, request_change
from scheduler.app.publish import publish_version
from scheduler.domain import Fixed, Leave, Month, Overtime
from scheduler.ledger.store import Ledger
from scheduler.workflow.change_request import RequestKind
from scheduler.workflow.overrides import Override
from tests.cli.test_versions import pinned, quick
from tests.support.cli_desks import Said, run
from tests.support.drafting import behind_its_back
from tests.support.published_desk import IN_TIME, NOW, at, cell, dec, drafted, new_desk

JANUARY = Month(2027, 1)
PHONES = {"T1": "13800000001", "T2": "13800000002"}
LEAVE = ("T1,2026-12-03,2026-12-04,婚假,是", "T1,2026-12-05,2026-12-05,培训,是", "T2,2026-12-10,2026-12-10,丧假,否")
FORGOTTEN_KINDS = ("marriage", "sick", "personal", "bereavement", "maternity", "婚假", "病假", "事假", "丧假", "产假")
PEOPLE = "工号,姓名,角色,电话,离职日期"


class Life:
    """A desk whose people have secrets, one in each place where there may be one."""

    def __init__(self, folder: Path, url: str) -> None:
        self.url, self.secrets = url, list[str]()
        self.desk = new_desk(folder / "desk", leave=LEAVE)
        self.write_people()

    def write_people(self, **left: str) -> None:
        rows = [f"T{n},试{n}号,班长,{PHONES.get(f'T{n}', '')},{left.get(f'T{n}', '')}" for n in range(1, 7)]
        (self.desk / "people.csv").write_text("\n".join([PEOPLE, *rows, ""]), encoding="utf-8")

    def secret(self, name: str) -> str:
        self.secrets.append(f"秘密{len(self.secrets)}-{name}")
        return self.secrets[-1]

    def ask(self, kind: str, by: str, why: str, **parts: Any) -> int:
        found = request_change(self.desk, RequestKind(kind), by, self.secret(why), store=self.url, now=NOW, **parts)
        names = found.stretch.names
        assert found.request.number, [one.say("en", names) for one in (*found.objections, *found.verdict.reasons)]
        return found.request.number

    def approve(self, number: int, waiting: Iterable[str] = (), **parts: Any) -> None:
        for person in waiting:
            decide_request(self.desk, "confirmed", number, person, self.secret("同意"), store=self.url, now=NOW)
        approve_request(self.desk, number, "M1", self.secret("批准"), store=self.url, now=NOW, **parts)

    def run(self, *words: str) -> Said:
        return run(words[0], *words[1:2], self.desk, *words[2:], "--store", self.url) if words[0] == "swap" else run(
            words[0], self.desk, *words[1:], "--store", self.url
        )


def lived(folder: Path, url: str) -> Life:
    """December in force, with a request of every kind that has something private."""
    life = Life(folder, url)
    number = drafted(life.desk, store=url, legal=False)
    publish_version(life.desk, number, "M1", store=url, now=IN_TIME)
    return life


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    quick(monkeypatch)


def test_x(tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    life = lived(tmp_path, sqlite_url)
    print(life.run("log", "--verify").out)
    pinned(monkeypatch, "2027-03-01 10:00")
    print(life.run("forget", "--worker", "T1", "--by", "M1", "--because", "x", ))
    life.write_people(T1="2027-01-31")
    print(life.run("forget", "--worker", "T1", "--by", "M1", "--because", "x", ).out)
    print(life.run("forget", "--worker", "T1", "--by", "M1", "--because", "x", "--yes"))
    print(life.run("log", "--verify"))
    print(life.run("log"))
    assert 0
