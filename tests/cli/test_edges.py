"""December, then January: continued from the ledger, the same again from the same seed, on any database.

The months are held against what is written here, from the times that `show` gives; no rule of the program is asked.
"""

from __future__ import annotations

import zipfile
from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.ledger.conftest import postgresql_url, server  # noqa: F401
from tests.support.cli_desks import ROUND_THE_CLOCK, generate, run, run_apart, small_desk

Duties = list[dict[str, Any]]
DAY = timedelta(days=1)
BOTH = [date(2026, 12, 1) + n * DAY for n in range(62)]

# Each of these people must end December so that one wish for New Year's Day can only be granted by forgetting it.
DECEMBER_ENDS = [
    *(f"T1,2026-12-{day},早" for day in range(26, 32)),  # six days running
    "T2,2026-12-31,夜",  # a night, which a rest day follows
    "T3,2026-12-31,中",  # until midnight
    *(f"T4,2026-12-{day},中" for day in range(28, 32)),  # no rest in the week so far
]
NEW_YEAR_WISHES = [
    "T1,2027-01-01,,想上,早,100",
    "T2,2027-01-01,,想上,中,100",
    "T3,2027-01-02,,想上,早,1",
    "T3,2027-01-01,,想上,夜,100",
    *(f"T4,2027-01-0{day},,想上,中,100" for day in (1, 2, 3)),
]


# --- What must hold, in our own words -----------------------------------------


def by_worker(duties: Duties) -> dict[str, Duties]:
    found = defaultdict(list)
    for duty in sorted(duties, key=lambda duty: str(duty["start"])):
        found[duty["worker"]].append(duty)
    return found


def days_of(duties: Duties) -> set[date]:
    return {date.fromisoformat(duty["date"]) for duty in duties}


def seven_running(duties: Duties) -> list[str]:
    """Who works seven days running."""
    return [
        who
        for who, theirs in by_worker(duties).items()
        if any(all(day + n * DAY in days_of(theirs) for n in range(7)) for day in days_of(theirs))
    ]


def no_rest_in_the_week(duties: Duties) -> list[str]:
    """Who has no day off in the week from 28 December to 3 January."""
    week = {date(2026, 12, 28) + n * DAY for n in range(7)}
    return [who for who, theirs in by_worker(duties).items() if week <= days_of(theirs)]


def rest_too_short(duties: Duties) -> list[str]:
    """Who begins a duty less than 11 hours after the one before."""
    found = []
    for who, theirs in by_worker(duties).items():
        ends = [datetime.fromisoformat(duty["end"]) for duty in theirs]
        starts = [datetime.fromisoformat(duty["start"]) for duty in theirs]
        if any(start - end < timedelta(hours=11) for end, start in zip(ends, starts[1:], strict=False)):
            found.append(who)
    return found


def day_duty_after_a_night(duties: Duties) -> list[str]:
    """Who has a day duty on the day after a night."""
    found = []
    for who, theirs in by_worker(duties).items():
        nights = {date.fromisoformat(duty["date"]) for duty in theirs if "T00:00" in duty["start"]}
        by_day = days_of([duty for duty in theirs if "T00:00" not in duty["start"]])
        if any(night + DAY in by_day for night in nights):
            found.append(who)
    return found


ORACLES: list[Callable[[Duties], list[str]]] = [
    seven_running,
    no_rest_in_the_week,
    rest_too_short,
    day_duty_after_a_night,
]


# --- December then January ----------------------------------------------------


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six people round the clock, one on each shift, with December and then January made."""
    folder = tmp_path_factory.mktemp("edges") / "desk"
    small_desk(folder, shifts=ROUND_THE_CLOCK, fixed=DECEMBER_ENDS, requests=NEW_YEAR_WISHES)
    for month in ("2026-12", "2027-01"):
        said = generate(folder, month=month)
        assert (said.code, said.answer["status"]) == (0, "OPTIMAL"), said
    return folder


def shown(desk: Path, number: int, *words: str, **environment: str) -> Duties:
    duties = run("show", desk, "--version", str(number), "--json", *words, **environment).answer["duties"]
    assert isinstance(duties, list)
    return duties


@pytest.mark.parametrize("oracle", ORACLES)
def test_january_continues_december(oracle: Callable[[Duties], list[str]], desk: Path) -> None:
    joined = shown(desk, 1) + shown(desk, 2)
    assert {(duty["date"], duty["shift"]) for duty in joined} == {(str(day), code) for day in BOTH for code in "早中夜"}
    assert oracle(joined) == []


def test_a_january_without_december_would_break_each_of_these(desk: Path, tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path}/empty.sqlite3"
    alone = generate(desk, "--store", store, "--out", tmp_path, month="2027-01")
    assert alone.code == 0
    assert not any("账册" in note for note in alone.answer["assumptions"])
    joined = shown(desk, 1) + shown(desk, 1, "--store", store)
    assert "T1" in seven_running(joined)
    assert "T4" in no_rest_in_the_week(joined)
    assert "T3" in rest_too_short(joined)
    assert "T2" in day_duty_after_a_night(joined)


def test_january_says_what_it_continues_and_that_it_is_provisional(desk: Path) -> None:
    for lang, year, source in (("zh", "尚无 2027 年放假通知", "2026-12 第 1 版"), ("en", "2027", "2026-12, version 1")):
        notes = run("show", desk, "--version", "2", "--json", "--lang", lang).answer["assumptions"]
        assert any(year in note for note in notes), notes
        assert any(source in note for note in notes), notes
    book = load_workbook(desk / "rosters" / "small-2027-01-v2.xlsx")
    top = " ".join(str(cell) for row in book["排班表"].iter_rows(max_row=8, values_only=True) for cell in row if cell)
    assert "尚无 2027 年放假通知" in top
    december = run("show", desk, "--version", "1", "--json").answer["assumptions"]
    assert not any("尚无 2027" in note for note in december)


def test_both_workbooks_pass_the_audit(desk: Path) -> None:
    for file in sorted((desk / "rosters").glob("*.xlsx")):
        assert run("verify", desk, file).code == 0


def test_january_keeps_december_when_it_is_audited(desk: Path, tmp_path: Path) -> None:
    book = load_workbook(desk / "rosters" / "small-2027-01-v2.xlsx")
    grid = book["排班表"]
    row = next(cells[0].row for cells in grid.iter_rows() if cells[0].value == "T1")
    column = next(c.column for cells in grid.iter_rows(max_row=8) for c in cells if c.value == datetime(2027, 1, 1))
    grid.cell(row, column).value = "早"
    book.save(tmp_path / "by hand.xlsx")
    found = run("verify", desk, tmp_path / "by hand.xlsx", "--json")
    assert found.code == 1
    assert "days_in_a_row" in {each["rule"] for each in found.answer["violations"]}


# --- The same again -----------------------------------------------------------


def detail(book: Path) -> tuple[list[tuple[object, ...]], bytes]:
    """The cells of the detail sheet, and its bytes."""
    workbook = load_workbook(book)
    number = workbook.sheetnames.index("每日明细") + 1
    with zipfile.ZipFile(book) as parts:
        return list(workbook["每日明细"].values), parts.read(f"xl/worksheets/sheet{number}.xml")


def test_the_same_input_and_seed_on_one_core_give_the_same_bytes(tmp_path: Path) -> None:
    made = []
    for place, hashing in (("one", "1"), ("two", "2")):
        desk = small_desk(
            tmp_path / place / "desk",
            shifts=ROUND_THE_CLOCK,
            requests=NEW_YEAR_WISHES,
            fixed=DECEMBER_ENDS,
            overtime=["T1,2026-12-26,8"],
        )
        for month in ("2026-12", "2027-01"):
            words = ("generate", desk, "--month", month, "--cores", "1", "--seed", "11", "--json")
            said = run_apart(*words, PYTHONHASHSEED=hashing, TZ="UTC" if place == "one" else "America/New_York")
            assert said.code == 0, said
            made.append((said.answer, detail(Path(said.answer["files"][0]))))
    (december, sheet), (january, sheet_after), (december_again, sheet_again), (january_again, sheet_after_again) = made
    assert len(sheet[0]) > 93
    assert sheet == sheet_again
    assert sheet_after == sheet_after_again
    for first, second in ((december, december_again), (january, january_again)):
        for key in ("objective", "bound", "deterministic_time", "assumptions", "compromises", "requests", "fairness"):
            assert first[key] == second[key], key


# --- On PostgreSQL ------------------------------------------------------------


def test_the_same_commands_work_on_postgresql(postgresql_url: str, tmp_path: Path) -> None:  # noqa: F811
    desk = small_desk(tmp_path / "desk", shifts=ROUND_THE_CLOCK, fixed=DECEMBER_ENDS, requests=NEW_YEAR_WISHES)
    by_option, environment = ("--store", postgresql_url), {"SCHEDULER_STORE": postgresql_url}
    assert run("show", desk, "--json", *by_option).code == 2
    for number, (month, words, around) in enumerate((("2026-12", by_option, {}), ("2027-01", (), environment)), 1):
        assert run("check", desk, "--month", month, *words, **around).code == 0
        said = generate(desk, *words, month=month, **around)
        assert said.code == 0
        assert said.answer["version"] == number
        assert run("verify", desk, said.answer["files"][0], *words, **around).code == 0
        again = run("show", desk, "--out", tmp_path / "again", "--json", *words, **around)
        assert again.code == 0
        assert detail(Path(again.answer["files"][0])) == detail(Path(said.answer["files"][0]))
    joined = shown(desk, 1, *by_option) + shown(desk, 2, **environment)
    assert [oracle(joined) for oracle in ORACLES] == [[], [], [], []]
    late = ("--late-because", "x")  # whenever this runs
    assert run("publish", desk, "--version", "1", "--by", "T1", *late, *by_option).code == 0
    assert run("log", desk, "--verify", *by_option).code == 0
    assert not list(desk.glob("*.sqlite3"))
    assert run("show", desk).code == 2  # nothing is beside the desk
