"""Reserves (备班) by the command line: planned, recorded, shown, first to be called, and told when they fall away.

Six people, one on 早 and one on 晚 every day.
"""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from icalendar import Calendar
from openpyxl import load_workbook

from scheduler.app.own_calendar import own_calendar
from scheduler.app.own_roster import own_roster
from scheduler.app.reserves import reserves_before
from scheduler.domain import Month
from scheduler.files.reading.desk import read_desk
from scheduler.workflow.facts import DraftedFacts
from tests.cli.test_versions import answered, pinned, quick
from tests.support.cli_desks import generate, run
from tests.support.published_desk import NOW, ledger_of, new_desk


@pytest.fixture(autouse=True)
def _evening(monkeypatch: pytest.MonkeyPatch) -> None:
    pinned(monkeypatch)
    quick(monkeypatch)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    desk = new_desk(tmp_path_factory.mktemp("reserves") / "desk")
    with pytest.MonkeyPatch.context() as patch:
        pinned(patch)
        quick(patch)
        said = generate(desk, "--reserve", "晚", "--reserve", "2026-12-10:早", "--by", "M1")
        assert said.code == 0, said
        assert run("publish", desk, "--version", "1", "--by", "M1").code == 0
    return desk


@pytest.fixture
def desk(once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(once, tmp_path / "desk"))


def test_a_month_is_planned_with_its_reserves_which_are_recorded_and_shown(desk: Path) -> None:
    shown = answered("show", desk)
    reserves = shown["reserves"]
    assert len(reserves) == 32
    assert {row["date"] for row in reserves if row["shift"] == "晚"} == {f"2026-12-{day:02}" for day in range(1, 32)}
    assert [row["date"] for row in reserves if row["shift"] == "早"] == ["2026-12-10"]
    assert shown["reserves_fallen"] == []
    at_work = {(row["worker"], row["date"]) for row in shown["duties"]}
    assert not at_work & {(row["worker"], row["date"]) for row in reserves}
    counts = [sum(row["worker"] == f"T{n}" for row in reserves) for n in range(1, 7)]
    assert max(counts) - min(counts) <= 1
    with ledger_of(desk) as ledger:
        (drafted,) = [one for one in ledger.entries("small") if one.event == "drafted"]
    assert len(DraftedFacts.read(drafted.facts).reserves) == 32
    assert "备班：" in run("show", desk).out


def test_reserves_of_months_in_force_are_set_off_in_the_next(desk: Path) -> None:
    first = Counter(row["worker"] for row in answered("show", desk)["reserves"])
    said = generate(desk, "--reserve", "晚", month="2027-01")
    assert said.code == 0, said
    both = first + Counter(row["worker"] for row in said.answer["reserves"]["planned"])
    assert both.total() == 63
    assert max(both.values()) - min(both.values()) <= 1
    with ledger_of(desk) as ledger:
        had = reserves_before(read_desk(desk), ledger, Month(2027, 1))
        assert {who: number - min(first.values()) for who, number in first.items()} == {who: had[who] for who in first}
        assert set(reserves_before(read_desk(desk), ledger, Month(2026, 12)).values()) == {0}


def test_the_roster_sheet_marks_reserves_beside_what_stands_in_the_cell(desk: Path) -> None:
    (path,) = (one for one in (desk / "rosters").glob("*-v1.xlsx"))
    sheet = load_workbook(path).worksheets[0]
    signed = [cell for row in sheet.iter_rows() for cell in row if "备" in cell.number_format]
    assert len(signed) == 32
    assert {cell.value for cell in signed} == {"休"}  # read again, it is a day off
    assert any("备班" in str(cell.value) for row in sheet.iter_rows() for cell in row)
    assert run("verify", desk, path).code == 0
    assert answered("trace", path)["differences"] == []


def test_people_are_told_on_slip_letter_calendar_and_phone_what_they_stand_by_for(desk: Path) -> None:
    mine = [row for row in answered("show", desk)["reserves"] if row["worker"] == "T1"]
    days = [row["date"] for row in mine]
    (own,) = own_roster(desk, "T1", now=NOW).months
    assert [one.day.isoformat() for one in own.standby] == days
    (letter,), (slip,) = desk.rglob("*-v1-T1-班表.txt"), desk.rglob("*-v1-T1-个人班表.xlsx")
    text = letter.read_text(encoding="utf-8")
    assert text.count("备班 晚") + text.count("备班 早") == len(days)
    assert f"另有备班 {len(days)} 次：叫到才上、才计工时" in text
    for content in (letter.with_suffix(".ics").read_bytes(), own_calendar(desk, "T1", now=NOW).write()):
        events = Calendar.from_ical(content).walk("VEVENT")
        tentative = [one for one in events if one["STATUS"] == "TENTATIVE"]
        assert sorted(one.decoded("DTSTART").date().isoformat() for one in tentative) == days
        assert {one["TRANSP"] for one in tentative} == {"TRANSPARENT"}
    rows = [row for row in load_workbook(slip).worksheets[0].iter_rows(values_only=True) if row[0]]
    signed = {str(row[0]): row for row in rows if str(row[2]).startswith("备")}
    assert sorted(signed) == [day[5:] for day in days]
    assert all("叫到才上" in str(row) and "16:00–24:00" in str(row) for row in signed.values() if row[2] == "备晚")


def test_the_calendar_of_a_reserve_who_is_called_has_the_duty_and_not_the_standing_by(desk: Path) -> None:
    shown = answered("show", desk)
    reserve = next(row for row in shown["reserves"] if (row["date"], row["shift"]) == ("2026-12-15", "晚"))
    due = next(row for row in shown["duties"] if (row["date"], row["shift"]) == ("2026-12-15", "晚"))
    out, who = due["worker"], reserve["worker"]
    give = ("--give", f"{out}@2026-12-15", "--to", who, "--by", "M1", "--because", "called")
    number = str(answered("swap", "request", desk, *give)["request"])
    for one in (out, who):
        run("swap", "confirm", desk, number, "--by", one)
    assert run("swap", "approve", desk, number, "--by", "M2").code == 0
    events = Calendar.from_ical(own_calendar(desk, who, now=NOW).write()).walk("VEVENT")
    stands = {one["STATUS"] for one in events if one.decoded("DTSTART").date() == date(2026, 12, 15)}
    assert stands == {"CANCELLED", "CONFIRMED"}


def test_the_reserve_is_first_among_the_candidates(desk: Path) -> None:
    for row in answered("show", desk)["reserves"][:4]:
        said = answered("candidates", desk, row["date"], row["shift"])["candidates"]
        assert [one["worker"] for one in said if one["reserve"]] == [row["worker"]] == [said[0]["worker"]]
    assert "【备班】" in run("candidates", desk, row["date"], row["shift"]).out


def test_somebody_sick_is_made_good_by_the_reserve_who_is_rung_first(desk: Path) -> None:
    shown = answered("show", desk)
    reserve = next(row for row in shown["reserves"] if (row["date"], row["shift"]) == ("2026-12-15", "晚"))
    away = next(row["worker"] for row in shown["duties"] if (row["date"], row["shift"]) == ("2026-12-15", "晚"))
    asked = ("swap", "request", desk, "--absent", f"{away}@2026-12-15", "--by", "M1", "--because", "ill")
    (ring,) = answered(*asked)["ring"]
    assert (ring["candidates"][0]["worker"], ring["candidates"][0]["reserve"]) == (reserve["worker"], True)
    reserve = next(row for row in shown["reserves"] if (row["date"], row["shift"]) == ("2026-12-19", "晚"))
    away = next(row["worker"] for row in shown["duties"] if (row["date"], row["shift"]) == ("2026-12-19", "晚"))
    give = ("--give", f"{away}@2026-12-19", "--to", reserve["worker"], "--by", "M1", "--because", "called")
    said = answered("swap", "request", desk, *give)
    assert any(note.startswith("叫到备班") for note in said["notes"]), said["notes"]


def test_a_request_says_which_reserves_it_makes_void_and_the_new_version_does_too(desk: Path) -> None:
    shown = answered("show", desk)
    reserve = next(row for row in shown["reserves"] if (row["date"], row["shift"]) == ("2026-12-10", "晚"))
    early = next(row["worker"] for row in shown["duties"] if (row["date"], row["shift"]) == ("2026-12-10", "早"))
    cells = ("--give", f"{early}@2026-12-10", "--to", reserve["worker"], "--by", "M1", "--because", "x")
    said = answered("swap", "request", desk, *cells)
    assert any("备班随之作废" in note for note in said["notes"]), said["notes"]
    number = str(said["request"])
    for who in (early, reserve["worker"]):
        run("swap", "confirm", desk, number, "--by", who)
    assert run("swap", "approve", desk, number, "--by", "M2").code == 0
    after = answered("show", desk)
    assert after["version"] == 2
    assert after["reserves"] == shown["reserves"]
    assert reserve in after["reserves_fallen"]


def test_what_is_asked_wrongly_is_refused(desk: Path) -> None:
    said = generate(desk, "--reserve", "夜", month="2027-01")
    assert (said.code, "没有这样的班" in said.answer["errors"][0]) == (1, True)
    for wrong in ("晚=0", "晚=x", "=2", "2026-13-01:晚"):
        assert run("generate", desk, "--reserve", wrong).code == 2
    rest = generate(desk, "--reserve", "晚", "--from", "2026-12-05")
    assert (rest.code, "--reserve 不能与 --from" in rest.answer["errors"][0]) == (1, True)


def test_places_that_nobody_can_fill_are_named_with_the_proof(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "few", people=3)
    said = generate(desk, "--reserve", "2026-12-02:早=2", "--time-limit", "20")
    assert said.code == 0, said
    planned = said.answer["reserves"]
    assert (len(planned["planned"]), planned["empty"]) == (1, [{"date": "2026-12-02", "shift": "早", "number": 1}])
    assert planned["proved_most"]
