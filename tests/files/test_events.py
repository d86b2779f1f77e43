"""The events table: every week or once, in one or several sittings, for everybody or some."""

from datetime import date
from pathlib import Path

import pytest

from scheduler.domain import Event, Month, Sitting
from scheduler.errors import InputError
from scheduler.files.reading.desk import read_desk
from scheduler.files.schema.cells import EVENT_DAY
from tests.files.test_reading import SAMPLE, as_workbook
from tests.support.sample_months import sample_copy

LEADERS = ("1001", "1002", "1006", "1007", "1011", "1012")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the sample desk, whose weeks begin on Mondays."""
    return sample_copy(SAMPLE.name, tmp_path / "desk")


def held(folder: Path, *rows: str, year: int = 2026, month: int = 12) -> tuple[Event, ...]:
    """The events of a month of the desk with these rows."""
    write(folder, *rows)
    return read_desk(folder).problem(Month(year, month)).events


def write(folder: Path, *rows: str) -> None:
    text = "\n".join(("名称,日期,开始,结束,参加,休息时也来", *rows))
    (folder / "events.csv").write_text(text + "\n", "utf-8")


def said(folder: Path, *rows: str, month: int = 12) -> list[str]:
    """What is wrong with the desk with these rows."""
    with pytest.raises(InputError) as error:
        held(folder, *rows, month=month)
    return [fault.say("en") for fault in error.value.faults]


def days(events: tuple[Event, ...]) -> list[list[int]]:
    return [[sitting.day.day for sitting in event.sittings] for event in events]


# --- When


def test_a_weekday_is_an_event_of_every_week(folder: Path):
    events = held(folder, "班务会,周一,15:00,16:00,班长,是")
    assert days(events) == [[7], [14], [21], [28]]
    assert events[0] == Event("班务会", (Sitting(date(2026, 12, 7), 900, 960),), LEADERS, True)


def test_the_last_friday_before_the_25th_is_never_the_25th_itself(folder: Path):
    row = "部门会,25日前周五,16:30,17:30,,是"
    assert days(held(folder, row)) == [[18]]  # the 25th is a Friday
    assert days(held(folder, row, year=2027, month=1)) == [[22]]
    assert held(folder, row)[0].workers == tuple(worker.id for worker in read_desk(SAMPLE).workers)


def test_the_first_wednesday_and_a_month_shorter_than_the_number(folder: Path):
    assert days(held(folder, "课,8日前周三,10:00,11:00,,")) == [[2]]
    assert days(held(folder, "课,8日前周二,10:00,11:00,,")) == [[1]]
    assert days(held(folder, "课,31日前周日,10:00,11:00,,", year=2027, month=2)) == [[28]]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("25日前周五", "fri<25"),
        ("每月２５日前的最后一个星期五", "fri<25"),
        ("last Friday before the 25th", "fri<25"),
        ("fri<25", "fri<25"),
        ("周一", "mon"),
        ("Monday", "mon"),
        ("周一&工作日", "mon&workday"),
        ("2026-12-18", "2026-12-18"),
        ("2026年12月18日", "2026-12-18"),
    ],
)
def test_a_day_is_written_as_people_write_it(text: str, key: str):
    assert EVENT_DAY.read(text) == key


@pytest.mark.parametrize(
    "text", ["每天", "工作日", "7日前周五", "32日前周五", "25日前工作日", "周八", "25日前", "12-01..12-31"]
)
def test_what_is_no_day_of_an_event_is_refused(text: str):
    with pytest.raises(ValueError):  # noqa: PT011
        EVENT_DAY.read(text)


def test_a_weekly_event_can_spare_holidays(folder: Path):
    assert days(held(folder, "班务会,周五&工作日,15:00,16:00,班长,", year=2027, month=1)) == [[8], [15], [22], [29]]


def test_a_date_of_another_month_is_set_aside_and_said(folder: Path):
    write(folder, "考试,2027-01-13,10:00,11:00,,", "考试,2027-01-14,10:00,11:00,,")
    desk = read_desk(folder)
    december = desk.problem(Month(2026, 12))
    assert december.events == ()
    assert "rows of table “events” that belong to other months, set aside: 2 (2027-01-13 to 2027-01-14)" in [
        note.say("en") for note in december.assumptions
    ]
    assert days(desk.problem(Month(2027, 1)).events) == [[13, 14]]


def test_a_date_far_away_is_a_slip(folder: Path):
    (fault,) = said(folder, "考试,2062-12-16,10:00,11:00,,")
    assert "events.csv" in fault
    assert "is the year a slip?" in fault


# --- Sittings


def test_rows_of_one_name_are_sittings_in_the_order_of_time(folder: Path):
    rows = ("考试,2026-12-17,14:00,15:00,,", "考试,2026-12-16,10:00,11:00,,")
    (exam,) = held(folder, *rows)
    assert exam.sittings == (Sitting(date(2026, 12, 16), 600, 660), Sitting(date(2026, 12, 17), 840, 900))
    assert not exam.free_time


def test_weekly_sittings_are_grouped_by_the_weeks_of_the_desk(folder: Path):
    rows = ("班会,周一,10:00,11:00,,", "班会,周三,10:00,11:00,,")
    assert days(held(folder, *rows)) == [[7, 9], [14, 16], [21, 23], [28, 30]]  # 30 November is past
    edit = (folder / "desk.toml").read_text("utf-8").replace('"mon"', '"wed"')
    (folder / "desk.toml").write_text(edit, "utf-8")
    assert days(held(folder, *rows)) == [[2, 7], [9, 14], [16, 21], [23, 28]]


def test_a_week_with_sittings_in_two_months_is_left_to_people_and_said(folder: Path):
    write(folder, "班会,周一,10:00,11:00,,", "班会,周三,10:00,11:00,,")
    notes = [note.say("en") for note in read_desk(folder).problem(Month(2026, 12)).assumptions]
    assert "班会 has sittings in two months in the week of Mon 30 Nov: settle it by hand" in notes
    assert not any("in the week of Mon 28 Dec" in note for note in notes)


def test_sittings_that_overlap_are_refused_wherever_they_fall(folder: Path):
    rows = ("部门会,25日前周五,15:00,17:00,,", "考试,2026-12-18,16:59,18:00,,", "课,2026-12-18,15:30,16:00,,")
    faults = said(folder, *rows)
    assert len(faults) == 2
    assert all("a time on Fri 18 Dec other than that of “部门会” in row 2" in fault for fault in faults)
    assert ["row 3" in fault for fault in faults] == [False, True]
    assert len(held(folder, rows[0], rows[1].replace("16:59", "17:00"))) == 2


def test_a_meeting_may_run_past_midnight_but_not_backwards(folder: Path):
    (event,) = held(folder, "会,2026-12-10,23:30,次日00:30,,")
    assert event.sittings == (Sitting(date(2026, 12, 10), 1410, 1470),)
    (fault,) = said(folder, "会,2026-12-10,16:00,16:00,,")
    assert "a time after 16:00" in fault
    assert "row 2" in fault


# --- Who


def test_roles_teams_and_ids_name_those_who_come(folder: Path):
    (event,) = held(folder, "课,2026-12-10,10:00,11:00,班长;丙班;1003,")
    assert event.workers == ("1001", "1002", "1003", "1006", "1007", "1011", "1012", "1013", "1014")


def test_a_word_that_means_nobody_is_a_fault_with_the_nearest(folder: Path):
    (fault,) = said(folder, "课,2026-12-10,10:00,11:00,斑长,")
    assert "a role, a team or an id of the people table; the nearest is “班长”" in fault
    assert "参加" in fault


def test_rows_of_one_event_have_to_agree(folder: Path):
    faults = said(
        folder,
        "课,2026-12-10,10:00,11:00,班长;客服,是",
        "课,2026-12-11,10:00,11:00,客服;班长,是",
        "课,2026-12-14,10:00,11:00,班长,是",
        "课,2026-12-15,10:00,11:00,班长;客服,否",
        "课,周三,10:00,11:00,班长;客服,是",
    )
    assert [next(row for row in ("row 4", "row 5", "row 6") if row in fault) for fault in faults] == [
        "row 4",
        "row 5",
        "row 6",
    ]
    assert all("row 2" in fault for fault in faults)


def test_the_same_sitting_twice_is_a_fault(folder: Path):
    faults = said(folder, "课,周一,10:00,11:00,班长,", "课,周一,10:00,11:30,班长,")
    assert any("other than in row 2" in fault for fault in faults)


def test_a_workbook_tells_the_same_events(folder: Path, tmp_path: Path):
    rows = ("班务会,周一,15:00,16:00,班长,是", "部门会,25日前周五,16:30,17:30,,否")
    events = held(folder, *rows)
    assert read_desk(as_workbook(folder, tmp_path / "desk.xlsx")).problem(Month(2026, 12)).events == events
