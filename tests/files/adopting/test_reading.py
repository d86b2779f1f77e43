"""What stands beside, below and in the cells of a roster: taken for what it is, or doubtful and asked."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest

from scheduler.adopting.old_rosters import OldRosters, State
from scheduler.files.adopting.pages import pages_of
from scheduler.files.adopting.reading import read_old

NAMES = ("赵一鸣", "钱二妮", "孙三省", "李四光", "周五行", "吴六奇", "郑七巧", "王八斤")
TITLE = "2026年11月排班表"
ALWAYS = "早早中中夜夜休休"
DAY_RANGE = range(1, 31)
WEEKDAYS = ["", *("日一二三四五六"[(day - 1) % 7] for day in DAY_RANGE)]
Rows = list[list[str]]


def grid(codes: Sequence[str] = ALWAYS, *, heads: Sequence[str] = (), counts: bool = True) -> Rows:
    """A month in which everybody goes through the codes in turn, with a column that counts each code of the headings."""
    rows = [[TITLE], ["姓名", *map(str, DAY_RANGE), *heads], list(WEEKDAYS)]
    for number, name in enumerate(NAMES):
        mine = [codes[(day + number) % len(codes)] for day in DAY_RANGE]
        rows.append([name, *mine, *(str(mine.count(head[0])) if counts else "" for head in heads)])
    return rows


def read(folder: Path, rows: Rows, answers: Mapping[str, str] | None = None) -> OldRosters:
    """What a sheet of such rows says."""
    path = folder / "roster.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return read_old(pages_of([path]), answers or {}, date(2026, 11, 29))


def had(found: OldRosters, name: str, day: int) -> str:
    """The codes of somebody's day, 休 for a day off; nothing for a day that is not understood."""
    key = next(person.key for person in found.people.values() if person.name == name)
    days = [one for one in found.days if one.person == key and one.day == date(2026, 11, day)]
    return "+".join(days[0].codes) or days[0].leave or "休" if days else ""


def doubts(found: OldRosters) -> dict[str, str]:
    """Why cells are doubtful, by their places."""
    return {
        f"{cell.where.column}{cell.where.row}": cell.meaning.zh for cell in found.cells if cell.state is State.DOUBTFUL
    }


def asked(found: OldRosters) -> set[str]:
    """The keys of the questions."""
    return {one.key for one in found.questions}


@pytest.mark.parametrize("counts", [True, False])
@pytest.mark.parametrize("heads", [("早", "中", "夜", "休"), ("夜班", "休息", "出勤")])
def test_headings_of_totals_are_no_legend(heads, counts, tmp_path):
    found = read(tmp_path, grid(heads=heads, counts=counts))
    assert had(found, "赵一鸣", 4) == "夜"
    assert asked(found) == {"hours:早", "hours:中", "hours:夜"}


def test_a_table_of_totals_below_is_no_legend(tmp_path):
    found = read(tmp_path, [*grid(), [], ["", "夜", "休"], ["", "56", "56"]])
    assert had(found, "赵一鸣", 4) == "夜"


@pytest.mark.parametrize(
    "below",
    [
        [["早", "早班 8:00-16:00"], ["中", "中班 16:00-24:00"], ["夜", "夜班 0:00-8:00"]],
        [["早", "上午的班", "8:00-16:00"], ["中", "下午的班", "16:00-24:00"], ["夜", "夜里的班", "0:00-8:00"]],
        [["早", "Day 8:00-16:00"], ["中", "Evening 16:00-24:00"], ["夜", "0:00-8:00"], ["备", "9:00-17:00"]],
    ],
)
def test_a_legend_directly_below_the_people_is_one(below, tmp_path):
    found = read(tmp_path, [*grid(), *below])
    assert {person.name for person in found.people.values()} == set(NAMES)
    assert {code: shift.spans for code, shift in found.shifts.items()} == {
        "早": ((480, 960),),
        "中": ((960, 1440),),
        "夜": ((0, 480),),
    }
    assert not asked(found)
    assert not doubts(found)


def test_a_person_with_few_days_is_no_legend(tmp_path):
    found = read(tmp_path, [*grid(), ["陈九月", "早", "早"]])
    assert "陈九月" in {person.name for person in found.people.values()}
