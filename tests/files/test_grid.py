"""Rosters read back from workbooks that people and other programs have changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import to_excel

from scheduler.domain import Duty, FormerShift, Month, Roster, Shift, Worker
from scheduler.errors import InputError
from scheduler.files.reading.month_sheets import read_month
from scheduler.files.reading.roster_grid import read_roster
from scheduler.files.writing.workbook import write_workbook
from tests.files.test_workbook import a_problem, an_edition, rotated

TOP, FIRST, PEOPLE = 3, 4, 6  # where our own grid has its dates, its first day and its first person


@pytest.fixture(scope="module")
def problem():
    return a_problem()


@pytest.fixture(scope="module")
def roster(problem):
    return rotated(problem)


@pytest.fixture(scope="module")
def ours(problem, tmp_path_factory):
    """Our own workbook."""
    path = tmp_path_factory.mktemp("ours") / "roster.xlsx"
    write_workbook(path, an_edition(problem), "zh")
    return path


@pytest.fixture
def edit(tmp_path, ours):
    """Change our own workbook, and give the path of what came of it."""

    def edited(change, source=ours):
        path = tmp_path / "roster.xlsx"
        book = load_workbook(source)
        change(book["排班表"])
        book.save(path)
        return path

    return edited


def drawn(path, rows, sheet="Sheet1", at=(1, 1)):
    """A workbook drawn by somebody else: `rows` from the cell `at` on."""
    book = Workbook()
    page = book.worksheets[0]
    page.title = sheet
    for down, row in enumerate(rows, at[0]):
        for across, value in enumerate(row, at[1]):
            page.cell(down, across, value)
    book.save(path)
    return path


def plain_rows(problem, roster, header=None, words=None):
    """The roster as a plain table: days above, id and name to the left."""
    yield ["工号", "姓名", *(header or problem.dates)]
    for worker in problem.workers:
        cells = ["+".join(roster.on(worker.id, day)) for day in problem.dates]
        yield [worker.id, worker.name, *((words or {}).get(cell, cell) for cell in cells)]


def faults(path, problem):
    """What `read_roster` finds wrong, as (cell, what stood there, what was expected)."""
    with pytest.raises(InputError) as caught:
        read_roster(path, problem)
    assert all(fault.file == path.name for fault in caught.value.faults)
    for lang in ("zh", "en"):
        assert "{" not in caught.value.say(lang)
    return [(fault.column, fault.found, fault.expected.en) for fault in caught.value.faults]


# --- What is understood ------------------------------------------------------


def test_a_changed_cell_is_seen(edit, problem, roster):
    assert roster.on("07001", date(2026, 12, 1)) == ("早",)

    def change(grid):
        grid["D6"] = "夜"

    kept = [duty for duty in roster.duties if (duty.worker, duty.day) != ("07001", date(2026, 12, 1))]
    assert read_roster(edit(change), problem) == Roster([*kept, Duty("07001", date(2026, 12, 1), "夜")])


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("早", ("早",)),
        (" 早 ", ("早",)),
        ("早班", ("早",)),
        ("早+夜", ("夜", "早")),
        ("早／夜", ("夜", "早")),
        ("早、 夜班", ("夜", "早")),
        ("夜＋早", ("夜", "早")),
        ("休", ()),
        ("休息", ()),
        ("OFF", ()),
        ("-", ()),
        ("—", ()),
        ("  ", ()),
        (None, ()),
        ("年假", ()),
        ("病", ()),
        ("AL", ()),
        ("调休", ()),
        ("假", ()),
    ],
)
def test_a_cell_is_understood_as_people_write_it(edit, problem, text, codes):
    def change(grid):
        grid["D6"] = text

    assert set(read_roster(edit(change), problem).on("07001", date(2026, 12, 1))) == set(codes)


def test_codes_may_be_numbers_and_may_hold_a_plus_sign(tmp_path):
    shifts = (Shift("1", "一班", 0, 480), Shift("2", "二班", 480, 960), Shift("1+2", "加长", 960, 1500))
    problem = a_problem(shifts=shifts, demand=())
    roster = rotated(problem)
    rows = plain_rows(problem, roster, words={"1": 1, "2": 2.0})
    assert read_roster(drawn(tmp_path / "a.xlsx", rows), problem) == roster
    first, second = problem.dates[:2]
    more = [Duty("07001", first, code) for code in ("1", "2")] + [Duty("07001", second, code) for code in ("1", "1+2")]
    roster = Roster([*(duty for duty in roster.duties if duty.day > second), *more])
    write_workbook(tmp_path / "b.xlsx", an_edition(problem, roster), "zh")
    assert read_roster(tmp_path / "b.xlsx", problem) == roster


def test_a_code_beats_a_name_in_whatever_width_it_is_typed(tmp_path):
    problem = a_problem(shifts=(Shift("Ｎ", "夜班", 0, 480), Shift("D", "N", 480, 960)), demand=())
    roster = rotated(problem)
    rows = plain_rows(problem, roster, words={"Ｎ": "N", "D": "Ｄ"})
    assert read_roster(drawn(tmp_path / "a.xlsx", rows), problem) == roster


def test_a_name_that_two_shifts_share_is_understood_as_neither(tmp_path):
    shifts = (Shift("D1", "白班", 480, 960, post="前台"), Shift("D2", "白班", 480, 960, post="热线"))
    problem = a_problem(shifts=shifts, demand=())
    rows = list(plain_rows(problem, rotated(problem)))
    rows[1][2] = "白班"
    ((place, stood, expected),) = faults(drawn(tmp_path / "a.xlsx", rows), problem)
    assert (place, stood) == ("C2", "白班")
    assert expected.startswith("a shift code (D1, D2)")


@pytest.mark.parametrize("title", ["十二月排班（终稿）", "Sheet1"])
def test_a_renamed_and_moved_sheet_is_found_by_what_it_holds(edit, problem, roster, title):
    def change(grid):
        grid.title = title
        grid.parent.move_sheet(grid, 4)

    assert read_roster(edit(change), problem) == roster
    assert read_month(edit(change)) == Month(2026, 12)


def unmerge(grid):
    """Part merged cells, which openpyxl would leave behind when rows move."""
    for merged in list(grid.merged_cells.ranges):
        grid.unmerge_cells(str(merged))


def test_rows_and_columns_may_be_added_and_moved(edit, problem, roster):
    def change(grid):
        unmerge(grid)
        grid.insert_rows(1, 2)
        grid.insert_rows(TOP + 2 + 5)
        grid.insert_cols(1)
        grid.insert_cols(12)
        grid.delete_rows(1)
        grid["A9"] = "备注"

    assert read_roster(edit(change), problem) == roster


def test_people_may_stand_in_another_order(edit, problem, roster):
    def change(grid):
        first = [cell.value for cell in grid[PEOPLE]]
        second = [cell.value for cell in grid[PEOPLE + 1]]
        for column in range(1, 41):
            grid.cell(PEOPLE, column).value = second[column - 1]
            grid.cell(PEOPLE + 1, column).value = first[column - 1]

    assert read_roster(edit(change), problem) == roster


DATE_FORMS = {
    "dates": lambda day: day,
    "times": lambda day: datetime(day.year, day.month, day.day),
    "serials": lambda day: to_excel(day),
    "iso": lambda day: day.isoformat(),
    "chinese": lambda day: f"{day.year}年{day.month}月{day.day}日",
    "month and day": lambda day: f"{day.month}/{day.day}",
    "chinese month and day": lambda day: f"{day.month}月{day.day}日",
    "day": lambda day: f"{day.day}日",
    "number": lambda day: day.day,
    "number as text": lambda day: f"{day.day}",
}


@pytest.mark.parametrize("form", DATE_FORMS)
def test_dates_are_understood_in_every_form(tmp_path, problem, roster, form):
    header = [DATE_FORMS[form](day) for day in problem.dates]
    path = drawn(tmp_path / "a.xlsx", [["2026年12月 值班表"], [], *plain_rows(problem, roster, header)], at=(2, 3))
    assert read_roster(path, problem) == roster
    assert read_month(path) == Month(2026, 12)


@pytest.mark.parametrize("title", ["2026年12月排班", "排班表 2026-12", "Roster for December 2026", "Dec 2026"])
def test_day_numbers_belong_to_the_month_of_the_title(tmp_path, problem, roster, title):
    rows = [[title], ["制表时间 2026-11-20"], *plain_rows(problem, roster, range(1, 32))]
    assert read_month(drawn(tmp_path / "a.xlsx", rows)) == Month(2026, 12)
    untitled = drawn(tmp_path / "b.xlsx", rows[1:])
    assert read_month(untitled) is None
    assert read_roster(untitled, problem) == roster


def test_notes_counts_and_repeated_headings_are_no_people(tmp_path, problem, roster):
    rows = list(plain_rows(problem, roster))
    weekdays = ["", "", *("一二三四五六日"[day.weekday()] for day in problem.dates)]
    counts = ["早班人数", "", *(str(n % 4) for n in range(31))]
    rows = [rows[0], weekdays, *rows[1:4], rows[0], *rows[4:], [], counts, ["", "备注", "早班 08:00–16:00"], ["编制："]]
    shifts = (*problem.shifts, Shift("日", "日班", 540, 1080))
    assert read_roster(drawn(tmp_path / "a.xlsx", rows), replace(problem, shifts=shifts)) == roster


def test_the_months_number_may_stand_beside_the_days(tmp_path, problem, roster):
    head, *people = plain_rows(problem, roster, range(1, 32))
    assert read_roster(drawn(tmp_path / "a.xlsx", [[12, *head[1:]], *people]), problem) == roster


def test_ids_may_be_codes_of_shifts_and_stand_behind_the_days(tmp_path):
    problem = a_problem(workers=tuple(Worker(code, f"{code}测试") for code in "早中夜"))
    roster = rotated(problem)
    rows = [[*row[2:], row[1], row[0]] for row in plain_rows(problem, roster)]
    assert read_roster(drawn(tmp_path / "a.xlsx", rows), problem) == roster


def test_ids_that_a_spreadsheet_made_numbers_are_still_ids(tmp_path, problem):
    workers = tuple(Worker(str(100 + n), f"测试员{n}") for n in range(3))
    problem = replace(problem, workers=workers)
    roster = rotated(problem)
    rows = [[int(row[0]) if row[0].isdigit() else row[0], *row[1:]] for row in plain_rows(problem, roster)]
    assert read_roster(drawn(tmp_path / "a.xlsx", rows), problem) == roster


# --- What is refused ---------------------------------------------------------


def test_every_fault_is_told_at_once_with_its_cell(edit, problem):
    def change(grid):
        grid["H7"] = "早早"
        grid["J9"] = "Z"
        grid["A10"] = "99999"

    found = faults(edit(change), problem)
    assert [place for place, _, _ in found] == ["", "H7", "J9", "A10"]
    assert [stood for _, stood, _ in found] == ["", "早早", "Z", "99999"]
    assert "missing: 测试员5(07005)" in found[0][2]
    assert "a shift code (早, 中, 夜)" in found[1][2]


def test_a_fault_names_file_sheet_and_cell_in_both_languages(edit, problem):
    def change(grid):
        grid["H7"] = "早早"

    with pytest.raises(InputError) as caught:
        read_roster(edit(change), problem)
    assert caught.value.say("zh").startswith(
        "roster.xlsx，工作表“排班表”，第 7 行，“H7”列：现为“早早”；应为：班次代码（早, 中, 夜）"
    )
    assert caught.value.say("en").startswith(
        "roster.xlsx, sheet “排班表”, row 7, column “H7”: found “早早”; expected: a shift"
    )


@pytest.mark.parametrize("value", ["早+早", "早+休", "早夜", 7, True, datetime(2026, 12, 1), "早+", "白"])
def test_a_cell_that_is_no_duty_is_a_fault(edit, problem, value):
    def change(grid):
        grid["AH13"] = value

    ((place, _, expected),) = faults(edit(change), problem)
    assert place == "AH13"
    assert expected.startswith("a shift code")


def test_an_id_that_stands_twice_is_a_fault(edit, problem):
    def change(grid):
        grid["A8"] = "07001"

    found = faults(edit(change), problem)
    assert ("A8", "07001", "each id in only one row (see also row 6)") in found
    assert found[0][2].endswith("missing: 测试员3(07003)")


def test_everybody_who_is_missing_is_named(edit, problem):
    def change(grid):
        unmerge(grid)
        grid.delete_rows(PEOPLE + 1, 2)

    ((place, _, expected),) = faults(edit(change), problem)
    assert place == ""
    assert expected.endswith("missing: 测试员2(07002), 测试员3(07003)")


def test_somebody_from_another_desk_is_a_fault(edit, problem):
    def change(grid):
        unmerge(grid)
        grid.insert_rows(PEOPLE + 8)
        grid.cell(PEOPLE + 8, 1).value = "07010"
        grid.cell(PEOPLE + 8, 5).value = "中"

    ((place, stood, expected),) = faults(edit(change), problem)
    assert (place, stood) == ("A14", "07010")
    assert "the nearest is “0700" in expected


@pytest.mark.parametrize("row", [PEOPLE + 3, PEOPLE + 8])
def test_duties_without_an_id_are_a_fault(edit, problem, row):
    def change(grid):
        unmerge(grid)
        grid.insert_rows(row)
        grid.cell(row, 2).value = "临时工"
        grid.cell(row, 9).value = "早"

    ((place, stood, _),) = faults(edit(change), problem)
    assert (place, stood) == (f"A{row}", "")


def test_a_name_beside_another_persons_id_is_a_fault(edit, problem):
    def change(grid):
        grid["B6"], grid["B7"] = grid["B7"].value, grid["B6"].value

    found = faults(edit(change), problem)
    assert [(place, stood) for place, stood, _ in found] == [("B6", "测试员2"), ("B7", "测试员1")]


def test_a_new_spelling_of_a_name_is_no_fault(edit, problem, roster):
    def change(grid):
        grid["B6"] = "测试员1（实习）"

    assert read_roster(edit(change), problem) == roster


def test_another_months_roster_is_refused_and_its_month_named(tmp_path, problem):
    path = tmp_path / "a.xlsx"
    write_workbook(path, an_edition(a_problem(month=11)), "zh")
    ((place, stood, expected),) = faults(path, problem)
    assert (place, stood, expected) == ("", "2026-11", "the days of Dec 2026")
    assert read_month(path) == Month(2026, 11)


def test_day_numbers_under_another_months_title_are_refused(tmp_path, problem, roster):
    rows = [["2027年1月排班"], *plain_rows(problem, roster, range(1, 32))]
    assert faults(drawn(tmp_path / "a.xlsx", rows), problem) == [("", "2027-01", "the days of Dec 2026")]


def test_another_month_without_its_year_is_refused(tmp_path, problem, roster):
    rows = plain_rows(problem, roster, [f"1月{day}日" for day in range(1, 32)])
    assert faults(drawn(tmp_path / "a.xlsx", rows), problem) == [("", "1月1日 – 1月31日", "the days of Dec 2026")]


def test_a_day_that_is_missing_stands_twice_or_is_not_of_the_month_is_a_fault(edit, problem):
    def change(grid):
        grid.cell(TOP, FIRST + 4).value = date(2026, 12, 4)
        grid.cell(TOP, FIRST + 30).value = date(2027, 1, 1)

    found = faults(edit(change), problem)
    assert sorted(found) == [
        ("", "", "a column for each day of the month; missing: 5, 31"),
        ("AH3", "2027-01-01 00:00:00", "the days of Dec 2026"),
        ("H3", "2026-12-04 00:00:00", "each day in only one column"),
    ]


def test_a_column_that_was_deleted_is_missed(edit, problem):
    def change(grid):
        unmerge(grid)
        grid.delete_cols(FIRST + 9)

    assert faults(edit(change), problem) == [("", "", "a column for each day of the month; missing: 10")]


@pytest.mark.parametrize("area", ["D6:E6", "H7:H8", "A6:B6", "A9:A10", "F3:F4"])
def test_merged_cells_over_the_grid_are_a_fault(edit, problem, area):
    def change(grid):
        grid.merge_cells(area)

    found = faults(edit(change), problem)
    assert (area.split(":")[0], area, "no merged cells among the days, ids and shifts") in found


def test_merged_cells_elsewhere_are_no_fault(edit, problem, roster):
    def change(grid):
        grid.merge_cells("C6:C8")

    assert read_roster(edit(change), problem) == roster


def test_a_formula_without_its_result_and_an_error_are_faults(edit, problem):
    def change(grid):
        grid["E6"] = "=D6"
        grid["F6"] = "#REF!"

    expected = "a value, not an error or a formula without its result"
    assert faults(edit(change), problem) == [("E6", "=D6", expected), ("F6", "#REF!", expected)]


def test_two_grids_are_told_apart_by_their_name_or_refused(edit, problem, roster):
    def change(grid):
        copy = grid.parent.copy_worksheet(grid)
        copy.title = "旧"
        copy["D6"] = "夜"

    assert read_roster(edit(change), problem) == roster

    def rename(grid):
        change(grid)
        grid.title = "新"

    ((_, stood, expected),) = faults(edit(rename), problem)
    assert stood == "新, 旧"
    assert expected.startswith("only one roster grid")


@pytest.mark.parametrize("content", [b"", b"junk" * 1000, b"PK\x03\x04 and no more", b"\xd0\xcf\x11\xe0 an old .xls"])
def test_a_file_that_is_no_workbook_is_refused(tmp_path, problem, content):
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    assert len(faults(path, problem)) == 1
    with pytest.raises(InputError):
        read_month(path)


def test_a_file_that_is_not_there_is_refused(tmp_path, problem):
    assert len(faults(tmp_path / "a.xlsx", problem)) == 1


def test_a_workbook_without_a_grid_is_refused(tmp_path, problem):
    path = drawn(tmp_path / "a.xlsx", [["工号", "姓名"], ["07001", "测试员1"]])
    assert faults(path, problem)[0][2].startswith("a roster: a row with the days of a month")
    assert read_month(path) is None


def test_another_desks_roster_is_refused(ours, problem):
    others = tuple(replace(worker, id=f"X{worker.id}") for worker in problem.workers)
    assert faults(ours, replace(problem, workers=others))[0][2].startswith("a column of the desk's ids")


def test_our_own_other_sheets_are_no_grid(edit, problem):
    def change(grid):
        grid.parent.remove(grid)

    assert faults(edit(change), problem)[0][2].startswith("a roster: a row with the days of a month")


def test_a_row_of_numbered_shifts_is_not_taken_for_the_days(tmp_path, problem):
    shifts = tuple(Shift(str(n), f"班{n}", 60 * n, 60 * n + 240) for n in range(1, 13))
    problem = replace(problem, shifts=shifts, demand=())
    roster = Roster(
        Duty(worker.id, day, str((day.day + place) % 12 + 1))
        for place, worker in enumerate(problem.workers)
        for day in problem.dates
    )
    numbers = {shift.code: int(shift.code) for shift in shifts}
    head, *people = plain_rows(problem, roster, range(1, 32), numbers)
    path = drawn(tmp_path / "a.xlsx", [head, *([*row, row[-1] + 1, row[-1] + 2] for row in people)])
    assert read_roster(path, problem) == roster


def test_a_shift_is_read_on_days_on_which_there_was_one(tmp_path):
    old = Shift("老", "老班", 600, 1080)
    problem = a_problem(former_shifts=(FormerShift("老", date(2026, 12, 14), old),))
    first = problem.workers[0].id
    before, after = ({(first, date(2026, 12, day)): ("老",)} for day in (14, 15))
    roster = rotated(problem).replace_cells(before)
    assert read_roster(drawn(tmp_path / "a.xlsx", plain_rows(problem, roster)), problem) == roster
    late = drawn(tmp_path / "b.xlsx", plain_rows(problem, rotated(problem).replace_cells(after)))
    with pytest.raises(InputError) as caught:
        read_roster(late, problem)
    assert "Q2" in caught.value.say("en")
    assert "早, 中, 夜" in caught.value.say("en")
