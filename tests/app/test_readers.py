"""What is printed and answered for whom: secrets are planted wherever a desk keeps some, and looked for in all that goes out."""

from __future__ import annotations

import grp
import os
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from functools import cache
from html import unescape
from io import BytesIO
from pathlib import Path
from tempfile import mkdtemp

import openpyxl
import pytest

from scheduler.app.approvals import approve_request
from scheduler.app.change_requests import decide_request, request_change
from scheduler.app.publish import publish_version
from scheduler.app.session import open_session
from scheduler.domain import LEAVE_KINDS, WORKING_LEAVE, Leave, Overtime, kind_of_leave, leave_label
from scheduler.errors import InputError
from scheduler.workflow.change_request import RequestKind
from scheduler.workflow.overrides import Override
from scheduler.workflow.readers import Audience, Private, Reader
from tests.support.cli_desks import run
from tests.support.published_desk import IN_TIME, NOW, cell, dec, drafted, live, new_desk

KINDS = tuple(kind for kind in LEAVE_KINDS if kind not in WORKING_LEAVE)
PEOPLE = tuple(f"T{n}" for n in range(1, 9))
NAMED = tuple(kind for kind in KINDS if kind != "comp_leave")  # 调休 is what overtime is made good with, too
FREE_FROM = dict(zip(PEOPLE, (27, 28, 29, 24, 25, 26, 24, 24), strict=True))  # two days off on end, of each person
EVERYTHING = tuple(Override)


@dataclass(frozen=True)
class Secret:
    """A text that stands for one private fact: what kind of fact, and whose own."""

    text: str
    what: Private
    own: frozenset[str]

    def is_for(self, reader: Reader) -> bool:
        return reader.may_read(self.what, self.own)


@dataclass
class Life:
    """A desk with a month in force, and what has been planted."""

    desk: Path
    secrets: list[Secret] = field(default_factory=list)

    def plant(self, what: Private, *own: str) -> str:
        text = f"PLANTED{len(self.secrets):02d}X"
        self.secrets.append(Secret(text, what, frozenset(own)))
        return text

    def ask(self, kind: RequestKind, by: str, *own: str, aside: bool = False, **parts) -> int:
        if aside:
            parts |= {"override": self.plant(Private.REASON, by, *own), "sets_aside": EVERYTHING}
        asked = request_change(self.desk, kind, by, self.plant(Private.REASON, by, *own), now=NOW, **parts)
        assert asked.request.number, [one.say("en", {}) for one in asked.objections]
        return asked.request.number

    def decide(self, event: str, number: int, by: str, *own: str) -> None:
        decide_request(self.desk, event, number, by, self.plant(Private.REASON, by, *own), now=NOW)

    def approve(self, number: int, *own: str) -> None:
        approve_request(self.desk, number, "M1", self.plant(Private.REASON, "M1", *own), now=NOW)

    def kinds_of(self, worker: str) -> set[str]:
        """The names of the kinds of leave that somebody had."""
        return {leave_label(KINDS[PEOPLE.index(worker)]).zh, *(("病假",) if worker == "T5" else ())}


@cache
def lived() -> Life:
    """A month with leave of every kind, and requests of most kinds and ends."""
    life = Life(Path(mkdtemp()) / "desk")
    rows = [
        f"{one},2026-12-{FREE_FROM[one]},2026-12-{FREE_FROM[one] + 1},{leave_label(kind).zh},是"
        for one, kind in zip(PEOPLE, KINDS, strict=True)
    ]
    new_desk(life.desk, people=len(PEOPLE), keys=["swap_quota = 1"], leave=rows)
    people = [f"{one},员工{one},班长,{life.plant(Private.PHONE, one)}" for one in PEOPLE]
    (life.desk / "people.csv").write_text("\n".join(["工号,姓名,角色,电话", *people, ""]), encoding="utf-8")
    publish_version(life.desk, drafted(life.desk), "M1", now=IN_TIME)

    swap = life.ask(RequestKind.SWAP, "T1", "T3", give=cell("T1", 13), take=cell("T3", 15))
    life.decide("confirmed", swap, "T3", "T1")
    life.approve(swap, "T1", "T3")
    away = life.ask(RequestKind.ABSENCE, "M2", "T5", leave=Leave("T5", dec(17), dec(17), "sick"))
    life.approve(away, "T5", "M2")
    stand_in = life.ask(RequestKind.STAND_IN, "T1", "T7", aside=True, give=cell("T1", 19), to="T7")
    life.decide("confirmed", stand_in, "T7", "T1")
    life.approve(stand_in, "T1", "T7")
    refused = life.ask(RequestKind.LEAVE, "T8", leave=Leave("T8", dec(10), dec(11), KINDS[7]))
    life.decide("refused", refused, "M1", "T8")
    gone = life.ask(RequestKind.LEAVE, "T7", leave=Leave("T7", dec(20), dec(20), KINDS[6]))
    life.decide("cancelled", gone, "T7")
    life.ask(RequestKind.LEAVE, "T4", leave=Leave("T4", dec(18), dec(19), KINDS[3]))
    extra = life.ask(RequestKind.OVERTIME, "M2", "T2", overtime=Overtime("T2", dec(10), 60, 480))
    life.decide("confirmed", extra, "T2", "M2")
    life.approve(extra, "T2", "M2")
    return life


def texts(content: bytes, name: str) -> Iterator[str]:
    """Everything that can be read in a file, packed files and mails with all that is in them."""
    if name.endswith(".xlsx"):
        with zipfile.ZipFile(BytesIO(content)) as parts:
            yield from (unescape(parts.read(part).decode()) for part in parts.namelist())
    elif name.endswith(".eml"):
        for part in message_from_bytes(content, policy=policy.default).walk():
            if not part.is_multipart():
                packed = part.get_payload(decode=True)
                assert isinstance(packed, bytes)
                yield from texts(packed, part.get_filename() or ".txt")
    else:
        yield content.decode().replace("\r\n ", "")


def read(path: Path) -> str:
    return "\n".join([path.name, *texts(path.read_bytes(), path.name)])


def found_in(text: str) -> set[Secret]:
    return {one for one in lived().secrets if one.text in text}


def own_papers(worker: str) -> list[Path]:
    return sorted(lived().desk.joinpath("rosters").rglob(f"*-{worker}-*"))


def papers_for_all() -> list[Path]:
    own = {path for worker in PEOPLE for path in own_papers(worker)}
    return sorted(path for path in lived().desk.joinpath("rosters").rglob("*") if path.is_file() and path not in own)


ANSWERS = (
    ("show",),
    ("show", "--json"),
    ("log",),
    ("log", "--json"),
    ("swap", "list"),
    ("swap", "list", "--json"),
    ("status", "--json"),
    ("receipts", "--json"),
)


def answer(words: tuple[str, ...], reader: str = "") -> str:
    """What a command says, for a reader where it takes one."""
    command = ("swap", "list") if words[0] == "swap" else words[:1]
    option = ("--for", reader) if reader and words[0] in ("show", "log", "swap") else ()
    return run(*command, lived().desk, *words[len(command) :], *option).out


def files_for(reader: str, folder: Path) -> str:
    """The workbook of the version in force and the change log, written for a reader."""
    folder.mkdir()
    run("show", lived().desk, "--version", str(live(lived().desk).number), "--out", folder, "--for", reader)
    run("log", lived().desk, "--xlsx", folder / "log.xlsx", "--csv", folder / "log.csv", "--for", reader)
    assert len(list(folder.iterdir())) == 3
    return "\n".join(map(read, folder.iterdir()))


def test_what_everybody_gets_holds_no_secret(tmp_path):
    papers = papers_for_all()
    assert {path.suffix for path in papers} == {".xlsx", ".eml", ".txt"}
    assert len(papers) > 10
    for path in papers:
        text = read(path)
        assert not found_in(text), path.name
        assert [kind for kind in NAMED if leave_label(kind).zh in text] == [], path.name
    for words in ANSWERS:
        said = answer(words)
        assert not found_in(said), words
        assert [kind for kind in NAMED if leave_label(kind).zh in said or f'"{kind}"' in said] == [], words
    assert not found_in(files_for("everybody", tmp_path / "out"))


def test_everybody_is_told_that_somebody_is_away():
    assert answer(("show",)).count("假") == 2 * len(PEOPLE) + 1
    grid = openpyxl.load_workbook(
        lived().desk / "rosters" / f"small-2026-12-v{live(lived().desk).number}.xlsx"
    ).worksheets[0]
    cells = [str(value) for row in grid.iter_rows(values_only=True) for value in row if value is not None]
    assert cells.count("假") == 2 * len(PEOPLE) + 1  # and the day of the absence
    assert {kind_of_leave(kind).sign.zh for kind in KINDS}.isdisjoint(cells)


@pytest.mark.parametrize("worker", PEOPLE)
def test_what_is_somebodys_own_holds_nobody_elses_secret(worker, tmp_path):
    reader, mine = Reader(Audience.PERSON, worker), lived().kinds_of(worker)
    everything = [*map(read, own_papers(worker)), *(answer(words, worker) for words in ANSWERS)]
    everything.append(files_for(worker, tmp_path / "out"))
    for text in everything:
        assert {one for one in found_in(text) if not one.is_for(reader)} == set()
        assert {leave_label(kind).zh for kind in NAMED if leave_label(kind).zh in text} <= mine
    assert any(name in text for name in mine for text in everything)


@pytest.mark.parametrize("audience", ["lead", "approver", "hr", "auditor"])
def test_others_read_what_is_their_business_and_no_more(audience, tmp_path):
    reader = Reader(Audience(audience))
    text = "\n".join([files_for(audience, tmp_path / "out"), *(answer(words, audience) for words in ANSWERS)])
    phones = {one for one in lived().secrets if one.what == Private.PHONE}
    found, due = found_in(text), {one for one in lived().secrets if one.is_for(reader)}
    assert found - due == set()
    assert due - found - phones == set()
    assert bool(found & phones) == bool(due & phones)
    told = reader.may_read(Private.LEAVE_KIND)
    assert all((leave_label(kind).zh in text) == told for kind in NAMED)


def test_whose_leave_was_asked_for_is_not_told_to_everybody():
    shown = answer(("log", "--json"))
    for worker in ("T8", "T4"):
        assert f'"{worker}"' in answer(("log", "--json"), "lead")
        rows = [row for row in run("log", lived().desk, "--json").answer["requests"] if row["asked_by"] == worker]
        assert rows == []
    assert "请假" in shown
    log = run("log", lived().desk, "--json").answer
    asked = [row for row in log["entries"] if row["kind"] in ("leave", "absence")]
    assert {row["by"] for row in asked if row["event"] in ("requested", "cancelled")} == {""}
    numbers = {row["request"] for row in asked}
    assert {row["role"] for row in log["cells"] if row["request"] in numbers} == {"moved"}
    listed = run("swap", "list", lived().desk, "--json").answer["requests"]
    assert [row["by"] for row in listed if row["kind"] == "leave"] == ["", "", ""]
    assert [row["changes"] for row in listed if row["kind"] in ("leave", "absence")] == [[], [], [], []]


def test_the_answer_says_for_whom_it_was_made():
    assert "给大家看的" in answer(("log",))
    assert "给班长看的" in answer(("swap", "list"), "班长")
    assert "看的" not in answer(("log",), "hr")
    assert "made for leads" in run("log", lived().desk, "--for", "lead", "--lang", "en").out


def test_a_reader_may_be_named_by_id_or_by_name_and_nobody_else():
    assert answer(("log",), "员工T1") == "员工T1：工号 T1\n" + answer(("log",), "T1") != answer(("log",))
    refused = run("log", lived().desk, "--for", "T9")
    assert refused.code == 1
    assert "T9" in refused.out + refused.err
    assert "everybody, lead, approver, hr, auditor" in refused.out + refused.err


def test_private_files_are_for_their_owner_alone(tmp_path):
    def mode(path: Path) -> int:
        return stat.S_IMODE(path.stat().st_mode)

    rosters = lived().desk / "rosters"
    open_to_all = mode(next(rosters.glob("small-2026-12-v?.xlsx")))
    private = [path for worker in PEOPLE for path in own_papers(worker)]
    assert {path.suffix for path in private} == {".txt", ".ics", ".xlsx"}
    assert {mode(path) for path in private} == {0o600} != {open_to_all}
    assert mode(lived().desk / "ledger.sqlite3") == 0o600
    files_for("hr", tmp_path / "hr")
    assert {mode(path) for path in (tmp_path / "hr").iterdir()} == {0o600}
    files_for("everybody", tmp_path / "all")
    assert {mode(path) for path in (tmp_path / "all").iterdir()} == {open_to_all}


def test_a_ledger_that_others_can_read_is_named(tmp_path):
    desk = new_desk(tmp_path / "desk")
    drafted(desk)
    assert run("status", desk, "--json").answer["notes"] == []
    (desk / "ledger.sqlite3").chmod(0o644)
    (note,) = run("status", desk, "--json").answer["notes"]
    assert "ledger.sqlite3" in note
    assert "chmod" in note


def test_private_files_go_to_the_group_that_the_desk_names(tmp_path):
    group = grp.getgrgid(os.getegid()).gr_name
    desk = new_desk(tmp_path / "desk", keys=[f'private_group = "{group}"'])
    with open_session(desk, now=IN_TIME):
        pass
    ledger = desk / "ledger.sqlite3"
    assert (stat.S_IMODE(ledger.stat().st_mode), ledger.stat().st_gid) == (0o660, os.getegid())
    publish_version(desk, drafted(desk), "M1", now=IN_TIME)
    assert {stat.S_IMODE(path.stat().st_mode) for path in desk.rglob("*-T1-*")} == {0o640}


def test_a_group_that_is_not_there_is_refused_before_anything_is_written(tmp_path):
    desk = new_desk(tmp_path / "desk", keys=['private_group = "nobody-of-that-name"'])
    with pytest.raises(InputError) as error, open_session(desk, now=IN_TIME):
        pass
    assert "nobody-of-that-name" in error.value.say("en")
    assert not (desk / "ledger.sqlite3").exists()
