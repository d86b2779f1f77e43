"""Sheets filled in by hand: whose duties and handovers stand on them, what is told to whom, and that they fit on A4."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from scheduler.app.publish import publish_version
from scheduler.app.sheets import write_sheets
from scheduler.audit.handovers import Crew, crews_of, handovers_of
from scheduler.domain import Duty, Problem, Roster
from scheduler.errors import InputError, Refusal
from scheduler.files.reading.desk import read_desk
from scheduler.timeline import moment
from tests.support.cli_desks import small_desk
from tests.support.published_desk import IN_TIME, MONTH, at, dec, drafted, new_desk

KEYS = ["arrive_early = 10", 'handover_items = ["钥匙", "公章"]']


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published desk whose people have phones."""
    desk = new_desk(tmp_path_factory.mktemp("sheets") / "desk", keys=KEYS)
    people = (desk / "people.csv").read_text("utf-8").splitlines()
    rows = [f"{people[0]},电话", *(f"{row},1380000000{n}" for n, row in enumerate(people[1:], 1))]
    (desk / "people.csv").write_text("\n".join(rows), "utf-8")
    publish_version(desk, drafted(desk), "M1", now=IN_TIME)
    return desk


def written(desk: Path, **options: Any) -> dict[str, list[tuple[Any, ...]]]:
    out = desk.parent / "sheets.xlsx"
    write_sheets(desk, out, MONTH, **options)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in load_workbook(out)}


def body(rows: list[tuple[Any, ...]], head: str = "日期") -> list[tuple[Any, ...]]:
    return rows[[row[0] for row in rows].index(head) + 1 :]


def test_every_duty_has_its_row_to_sign_and_the_time_to_be_there(desk):
    rows = body(written(desk)["签到表"])
    assert len(rows) == 62
    assert rows[0][:6] == ("12-01", "二", "早", "试一", "07:50", "16:00")
    assert rows[1][:6] == ("12-01", "二", "晚", "试六", "15:50", "24:00")
    assert {cell for row in rows for cell in row[6:]} == {None}


def test_each_crew_hands_over_to_the_next_with_what_is_counted(desk):
    rows = body(written(desk)["交接班表"])
    assert len(rows) == 62
    assert rows[0] == ("12-01", "二", "16:00", "早 试一", "晚 试六", "15:50", None, "钥匙 □\n公章 □", None, None)
    assert rows[1][3:6] == ("晚 试六", "下班关门", None)
    assert rows[1][:3] == ("12-02", "三", "00:00")


def test_only_some_days_are_printed_where_that_is_asked(desk):
    days = {row[0] for row in body(written(desk, days=(dec(7), dec(8)))["签到表"])}
    assert days == {"12-07", "12-08"}
    with pytest.raises(Refusal):
        written(desk, days=(dec(1).replace(year=2025), dec(2).replace(year=2025)))


def test_phones_stand_there_for_those_alone_who_may_know_them(desk):
    assert "1380000000" not in str(written(desk))
    told = written(desk, reader="lead")["值班通讯录"]
    assert sum("1380000000" in str(row) for row in told) == 6


def test_nothing_of_somebody_else_is_written_over(desk):
    mine = desk.parent / "mine.xlsx"
    mine.write_bytes(b"mine")
    with pytest.raises(InputError):
        write_sheets(desk, mine, MONTH)
    assert mine.read_bytes() == b"mine"


OVERLAPPING = ("A,早,08:00,17:30", "B,晚,16:00,01:00", "C,夜,01:00,08:00")


def handed(shifts: tuple[str, ...], folder: Path) -> list[tuple[str, str, str]]:
    files = read_desk(small_desk(folder / "desk", shifts=shifts))
    problem = files.problem(MONTH)
    codes = [row.partition(",")[0] for row in shifts]
    duties = [Duty(f"T{n + 1}", dec(day), code) for day in (7, 8) for n, code in enumerate(codes)]
    return [
        (
            f"{moment(one.giving.span.end, 'Asia/Shanghai'):%d %H:%M}",
            one.giving.shift,
            "".join(c.shift for c in one.taking),
        )
        for one in handovers_of(problem, Roster(duties))
    ]


def test_shifts_that_overlap_or_touch_or_cross_midnight_hand_over_to_whoever_goes_on(tmp_path):
    assert handed(OVERLAPPING, tmp_path) == [
        *(("07 08:00", "C", "A"), ("07 17:30", "A", "B"), ("08 01:00", "B", "C")),
        *(("08 08:00", "C", "A"), ("08 17:30", "A", "B"), ("09 01:00", "B", "")),
    ]


def test_the_month_s_last_duties_hand_over_to_those_of_the_next_where_it_is_known(tmp_path):
    files = read_desk(small_desk(tmp_path / "desk", shifts=OVERLAPPING))
    problem = files.problem(MONTH)
    roster = Roster(
        [Duty("T1", dec(30), "C"), Duty("T2", dec(30), "A"), Duty("T3", dec(31), "A"), Duty("T4", dec(31), "B")]
    )
    after = crews_of(files.problem(MONTH.next), Roster([Duty("T6", MONTH.next.first, "C")]))

    def last(later: list[Crew] | None) -> tuple[str, list[str], bool]:
        *_, one = handovers_of(problem, roster, later)
        return one.giving.shift, [who for crew in one.taking for who in crew.workers], one.is_open

    assert last(after) == ("B", ["T6"], False)
    assert last([]) == ("B", [], False)
    # B hands over to nobody on any other day: the desk may well close.
    assert last(None) == ("B", [], False)
    roster = Roster([*roster.duties, Duty("T5", dec(30), "B"), Duty("T1", dec(31), "C")])
    assert last(None) == ("B", [], True)


def round_the_clock(problem: Problem) -> Roster:
    """Six people by turns, a day later each: early, late, a day off, night from midnight, two days off."""
    codes = {0: "早", 1: "晚", 3: "夜"}
    turns = ((f"T{n + 1}", day, ((day - dec(1)).days - n) % 6) for n in range(6) for day in problem.dates)
    return Roster(Duty(who, day, codes[turn]) for who, day, turn in turns if turn in codes)


def test_who_takes_over_in_the_next_month_stands_on_the_sheet_of_the_duty_that_ends(tmp_path):
    shifts = ("早,早班,08:00,16:00", "晚,晚班,16:00,24:00", "夜,夜班,00:00,08:00")
    desk = new_desk(tmp_path / "desk", shifts=shifts)
    publish_version(desk, drafted(desk, roster=round_the_clock), "M1", now=IN_TIME)
    assert body(written(desk)["交接班表"])[-1][:5] == ("01-01", "五", "00:00", "晚 试六", "下月未发布")
    publish_version(desk, drafted(desk, MONTH.next, roster=round_the_clock), "M1", now=at("2026-12-20 09:00"))
    assert body(written(desk)["交接班表"])[-1][3:5] == ("晚 试六", "夜 试五")


def test_a_gap_of_more_than_half_an_hour_is_no_handover(tmp_path):
    assert [to for *_, to in handed(("A,早,08:00,12:00", "B,晚,12:30,20:00"), tmp_path / "a")] == ["B", "", "B", ""]
    assert [to for *_, to in handed(("A,早,08:00,12:00", "B,晚,12:31,20:00"), tmp_path / "b")] == [""] * 4


def test_whoever_ends_at_the_same_time_takes_nothing_over(tmp_path):
    assert [to for *_, to in handed(("A,早,08:00,16:00", "B,中,12:00,16:00"), tmp_path)] == [""] * 4
