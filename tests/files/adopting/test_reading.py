"""What stands beside, below and in the cells of a roster: taken for what it is, or doubtful and asked."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from scheduler.adopting.old_rosters import OldDay, OldRosters, OldShift, Says, State
from scheduler.adopting.opening import propose_opening
from scheduler.adopting.proposal import propose
from scheduler.domain.holidays import day_types
from scheduler.files.adopting.pages import pages_of
from scheduler.files.adopting.reading import read_old

NAMES = ("赵一鸣", "钱二妮", "孙三省", "李四光", "周五行", "吴六奇", "郑七巧", "王八斤")
TITLE = "2026年11月排班表"
LEGEND = "早 8:00-16:00，中 16:00-24:00，夜 0:00-8:00"
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


def test_nothing_is_guessed_where_most_rows_are_doubtful(tmp_path):
    proposal = propose(read(tmp_path, grid("○○△△□□休休")))
    assert not any((proposal.habits, proposal.conventions, proposal.demand, proposal.opening, proposal.broken))
    assert any("8 人里有 8 人" in one.zh for one in proposal.remarks)


def test_a_row_with_a_doubtful_cell_speaks_for_no_setting(tmp_path):
    rows = [*grid("早早早早早休休"), ["早 8:00-16:00"]]
    whole = propose(read(tmp_path, rows))
    rows[3][3] = "旱"
    found = propose(read(tmp_path, rows))
    assert any("8 人、30 天" in one.evidence.zh for one in whole.habits)
    assert found.habits
    assert all("7 人、30 天" in one.evidence.zh for one in found.habits if "30 天" in one.evidence.zh)
    assert any("1 人没有用来推测设置" in one.zh for one in found.remarks)


def test_hours_are_not_guessed_for_a_day_whose_eve_is_doubtful():
    shifts = {"夜": OldShift("夜", "夜", spans=((1320, 1860),))}
    days = [date(2026, 11, day) for day in (3, 4, 6, 7)]
    duties = [OldDay("a", day, Says.DUTY, codes=("夜",)) for day in days]
    ((hours, _),) = propose_opening(duties, shifts, day_types(tuple(days))).values()
    assert hours == "00:00-07:00;22:00-24:00"


def test_what_ticks_stand_for_is_counted_in_days(tmp_path):
    found = read(tmp_path, [*grid("√√√√√休休"), ["上午 8:30-12:00 下午 13:30-18:00"]])
    (shift,) = found.shifts.values()
    assert shift.times == len([day for day in found.days if day.codes])
    assert shift.code not in NAMES


@pytest.mark.parametrize(("answer", "doubtful"), [("", True), ("不算", False)])
def test_a_hidden_roster_is_asked_about_and_doubts_no_other(answer, doubtful, tmp_path):
    book = Workbook()
    for page, rows in ((book.worksheets[0], [*grid(), [LEGEND]]), (book.create_sheet("模板"), grid("早"))):
        for row in rows:
            page.append(row)
    book["模板"].sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    found = read_old(pages_of([tmp_path / "a.xlsx"]), {"hidden:a.xlsx/模板": answer}, date(2026, 11, 29))
    assert had(found, "赵一鸣", 4) == "夜"
    assert propose(found).audited is not doubtful  # where no need is known, none is missed
    assert ("hidden:a.xlsx/模板" in asked(found)) is doubtful
    assert {cell.where.sheet for cell in found.cells if cell.state is State.DOUBTFUL} == (
        {"模板"} if doubtful else set()
    )


def test_two_cases_of_a_letter_are_two_shifts_where_the_legend_has_both(tmp_path):
    found = read(tmp_path, [*grid("AAaaNN休休"), [], ["A: 8:00-16:00"], ["a: 12:00-20:00"], ["N: 20:00-8:00"]])
    assert (had(found, "赵一鸣", 1), had(found, "赵一鸣", 2)) == ("A", "a")
    assert (found.shifts["A"].spans, found.shifts["a"].spans) == (((480, 960),), ((720, 1200),))
    assert not asked(found)


def test_a_letter_of_one_case_may_mean_a_day_off(tmp_path):
    found = read(tmp_path, [*grid("AAAaNNaa"), [], ["A: 8:00-16:00，N: 20:00-8:00"], ["a=休息"]])
    assert (had(found, "赵一鸣", 2), had(found, "赵一鸣", 3)) == ("A", "休")


@pytest.mark.parametrize(
    ("answer", "code", "spans"), [("A", "A", ((480, 960),)), ("12:00-20:00", "a", ((720, 1200),)), ("", "", ())]
)
def test_whether_two_cases_are_the_same_is_asked(answer, code, spans, tmp_path):
    rows = [*grid("AAaaaN休休"), [], ["A: 8:00-16:00，N: 20:00-8:00"]]
    found = read(tmp_path, rows, {"code:a": answer})
    assert had(found, "赵一鸣", 1) == "A"
    assert had(found, "赵一鸣", 2) == code
    assert asked(found) == (set() if answer else {"code:a"})
    assert not code or found.shifts[code].spans == spans


def two_blocks(*, above: bool = False) -> Rows:
    """A block for each of two teams, each with its legend below it, or above."""
    rows = [[TITLE]]
    for people, legend in ((slice(3, 7), "甲组：早 8:00-16:00"), (slice(7, 11), "乙组：早 7:00-15:00")):
        block = [grid("早早早早早休休")[1], *grid("早早早早早休休")[people]]
        rows += [[legend], *block, []] if above else [*block, [legend], []]
    return rows


@pytest.mark.parametrize("above", [False, True])
@pytest.mark.parametrize(
    ("answer", "first", "second"), [("", "", ""), ("8:00-16:00", "早", ""), ("分开", "早", "早07:00-15:00")]
)
def test_legends_of_two_blocks_that_differ_are_a_doubt(answer, first, second, above, tmp_path):
    found = read(tmp_path, two_blocks(above=above), {"hours:早": answer})
    assert (had(found, "赵一鸣", 1), had(found, "王八斤", 1)) == (first, second)
    assert found.shifts["早"].name == "早"
    assert asked(found) == (set() if answer else {"hours:早"})
    places = ("A2", "A9") if above else ("A7", "A14")
    assert answer or all(f"roster.csv {at[0]}" in found.questions[0].ask.zh for at in places)


def leaver(after: str) -> Rows:
    """A month in which somebody begins on the 4th and another leaves on the 20th."""
    rows = [*grid("早早早早早休休"), ["早 8:00-16:00"]]
    rows[1].insert(1, "入职日期")
    for row in rows[2:-1]:
        row.insert(1, "2026-11-04" if row[0] == "孙三省" else "")
    rows[5][2:5] = [""] * 3
    rows[8][21:] = ["离职", *[after] * 10]
    return rows


@pytest.mark.parametrize("after", ["", "离职"])
def test_who_left_by_a_cell_is_gone_from_that_day(after, tmp_path):
    found = read(tmp_path, leaver(after))
    assert not doubts(found)
    assert not asked(found)
    assert [had(found, "吴六奇", day) for day in (19, 20, 21)] == ["早", "", ""]
    assert [had(found, "孙三省", day) for day in (3, 4)] == ["", "休"]
    proposal = propose(found)
    (gone,) = [one for one in proposal.people if one.person.name == "吴六奇"]
    assert gone.person.facts["leaves"] == "2026-11-20"
    assert gone.left is not None
    assert "roster.csv V9" in gone.left.zh
    assert not any("空白" in guess.evidence.zh for guess in found.guesses)


def test_who_left_and_has_a_duty_afterwards_is_a_doubt(tmp_path):
    rows = leaver("")
    rows[8][25] = "早"
    found = read(tmp_path, rows)
    assert "Z9" in doubts(found)["V9"]


def weeks(head: str) -> Rows:
    """Two weeks one below the other, from Monday 2 November."""
    rows = [["November 2026 Front Desk Rota"]]
    for first in (2, 9):
        days = [(day, date(2026, 11, day).strftime("%a")) for day in range(first, first + 7)]
        rows.append(["Name", *(head.format(day=day, weekday=weekday) for day, weekday in days)])
        rows += [[name, *"DDDDD", "OFF", "OFF"] for name in ("Ann Lee", "Bob Ray", "Cy Doe")]
        rows.append([])
    return [*rows, ["D = 9:00-17:30"]]


def test_days_may_stand_before_their_month(tmp_path):
    found = read(tmp_path, weeks("{weekday} {day:02d}/11"))
    assert not asked(found)
    assert not doubts(found)
    assert [had(found, "Ann Lee", day) for day in (2, 7, 13, 15)] == ["D", "休", "D", "休"]


def test_weekdays_alone_are_asked_for_the_first_day(tmp_path):
    rows = weeks("{weekday}")
    questions = {one.key: one for one in read(tmp_path, rows).questions}
    assert set(questions) == {"day:roster.csv/2", "day:roster.csv/7"}
    assert "Mon" in questions["day:roster.csv/2"].ask.zh
    found = read(tmp_path, rows, {"day:roster.csv/2": "2026-11-02", "day:roster.csv/7": "2026-11-09"})
    assert not asked(found)
    assert [had(found, "Ann Lee", day) for day in (2, 7, 13, 15)] == ["D", "休", "D", "休"]


def test_an_answer_says_which_month_a_period_begins_with(tmp_path):
    rows = [["2026年12月考勤"], ["姓名", *map(str, [*range(21, 31), *range(1, 21)])]]
    rows += [[name, *"早早早早休" * 6] for name in NAMES]
    assert asked(read(tmp_path, [*rows, ["早 8:00-16:00"]])) == {"period:roster.csv/2"}
    found = read(tmp_path, [*rows, ["早 8:00-16:00"]], {"period:roster.csv/2": "2026-11"})
    assert not asked(found)
    assert found.dates[0] == date(2026, 11, 21)


def other_year() -> Rows:
    """A roster of November 2026 by its title, with the weekdays of 2025."""
    rows = [*grid("早早早早早休休"), ["早 8:00-16:00"]]
    rows[2] = ["", *("六日一二三四五"[(day - 1) % 7] for day in DAY_RANGE)]
    return rows


def test_weekdays_of_another_year_are_asked_about(tmp_path):
    found = read(tmp_path, other_year())
    (question,) = found.questions
    assert (question.key, question.proposed) == ("dates:roster.csv/2", "2025-11")
    assert "2025" in question.ask.zh
    assert "2026年11月" in doubts(found)["B4"]
    assert "11月1日" in doubts(found)["B3"]


@pytest.mark.parametrize(("answer", "first"), [("2025-11", date(2025, 11, 1)), ("2026-11", date(2026, 11, 1))])
def test_an_answer_settles_weekdays_of_another_year(answer, first, tmp_path):
    found = read(tmp_path, other_year(), {"dates:roster.csv/2": answer})
    assert not asked(found)
    assert not doubts(found)
    assert found.dates[0] == first


def test_two_months_below_one_title_are_told_by_their_weekdays(tmp_path):
    november = grid("早早早早早休休")[1:]
    october = [list(row) for row in november]
    october[0].append("31")
    october[1] = ["", *("四五六日一二三"[(day - 1) % 7] for day in range(1, 32))]
    for row in october[2:]:
        row.append("休")
    found = read(tmp_path, [["2026年10月、11月排班"], *october, [], *november, [], ["早 8:00-16:00"]])
    assert not doubts(found)
    assert (found.dates[0], len(found.dates)) == (date(2026, 10, 1), 61)
    assert any("2026-11-01" in guess.about.zh for guess in found.guesses)


@pytest.mark.parametrize("text", ["9:00-13:00 / sick pm", "8:00-12:00 下午事假", "8:00-12:00 调休"])
def test_hours_beside_a_word_for_leave_are_a_doubt_and_no_shift(text, tmp_path):
    rows = [*grid("早早早早早休休"), ["早 8:00-16:00"]]
    rows[3][1] = text
    found = read(tmp_path, rows)
    assert set(found.shifts) == {"早"}
    assert set(doubts(found)) == {"B4"}


@pytest.mark.parametrize("head", ["", "岗位"])
@pytest.mark.parametrize("overtime", [False, True])
def test_a_column_that_says_what_each_row_tells_hides_nobody(head, overtime, tmp_path):
    rows = [*grid(), ["早 8:00-16:00；中 16:00-24:00；夜 0:00-8:00"]]
    for at, row in enumerate(rows[1:-1]):
        row.insert(1, head if at == 0 else "" if at == 1 else "班次")
    if overtime:
        rows = [one for row in rows for one in ([row, ["", "加班", "2", "3.5"]] if row[1:2] == ["班次"] else [row])]
    found = read(tmp_path, rows)
    assert {person.name for person in found.people.values()} == set(NAMES)
    assert not doubts(found)
    assert had(found, "赵一鸣", 4) == "夜"
    assert not any(person.facts for person in found.people.values())


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_a_csv_of_any_delimiter_is_read_below_its_title(delimiter, encoding, tmp_path):
    path = tmp_path / "roster.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(grid())
    found = read_old(pages_of([path]), {}, date(2026, 11, 29))
    assert had(found, "赵一鸣", 4) == "夜"


@pytest.mark.parametrize("answer", ["banana", "25:00-99:00", "8:00-16:00 99", "夜夜"])
def test_an_answer_that_is_not_understood_is_asked_again_with_it(answer, tmp_path):
    found = read(tmp_path, [*grid(), ["早 8:00-16:00，中 16:00-24:00"]], {"hours:夜": answer})
    (question,) = found.questions
    assert (question.key, question.refused) == ("hours:夜", answer)
    assert f"“{answer}”" in question.ask.zh
    assert "08:00-16:00" in question.ask.zh


@pytest.mark.parametrize(
    ("answer", "said"),
    [("休", "休"), ("年假", "annual"), ("早", "早"), ("22:00-6:00", "夜"), ("夜班 22:00-6:00", "夜")],
)
def test_a_code_whose_hours_are_asked_may_be_no_shift(answer, said, tmp_path):
    found = read(tmp_path, [*grid(), ["早 8:00-16:00，中 16:00-24:00"]], {"hours:夜": answer})
    assert not asked(found)
    assert had(found, "赵一鸣", 4) == said
    assert not any(one.zh.startswith("回答") for one in found.doubts)


def test_every_kind_of_question_says_what_it_takes(tmp_path):
    asks = {"code:○": "x", "hours:夜": "x", "dates:roster.csv/2": "x", "same:赵一鸣": "x"}
    rows = grid("○○夜夜休休休休")
    rows[2] = other_year()[2]
    found = read(tmp_path, [*rows, [*rows[3][:1], *rows[4][1:]]], asks)
    assert {one.key: one.refused for one in found.questions} == asks


def test_what_an_empty_cell_means_is_asked_again(tmp_path):
    found = read(tmp_path, grid(["早", "中", "夜", "早", "休", ""]), {"blank:roster.csv/": "banana"})
    assert [one.refused for one in found.questions if one.key == "blank:roster.csv/"] == ["banana"]


def test_an_answer_to_no_question_is_said_to_have_had_no_effect(tmp_path):
    found = read(tmp_path, [*grid(), ["早 8:00-16:00，中 16:00-24:00，夜 0:00-8:00"]], {"code:旱": "休"})
    assert any("code:旱" in one.zh for one in found.doubts)


def test_hours_that_are_unlikely_are_replaced_by_those_answered(tmp_path):
    rows = [*grid(), ["早 8:00-16:00，中 16:00-24:00，夜 8:00-6:00"]]
    assert asked(read(tmp_path, rows)) == {"hours:夜"}
    assert read(tmp_path, rows, {"hours:夜": "8:00-18:00"}).shifts["夜"].spans == ((480, 1080),)


def names_in_cells() -> Rows:
    """A row for each shift, whose cells hold names."""
    rows = [[TITLE], ["班次", *map(str, DAY_RANGE)], list(WEEKDAYS)]
    for label, at in (("早班", 0), ("晚班", 3)):
        pairs = [[NAMES[(day + at + n) % 6] for n in range(2)] for day in DAY_RANGE]
        rows.append([label, *("、".join(pair) for pair in pairs)])
    return [*rows, [], ["早班 8:00-16:00，晚班 16:00-24:00"]]


@pytest.mark.parametrize(
    ("text", "why"), [("周五行（替郑七巧）、吴六奇", "替郑七巧"), ("周五行、小李", "小李"), ("全体", "全体")]
)
def test_a_note_behind_a_name_in_a_cell_is_a_doubt(text, why, tmp_path):
    rows = names_in_cells()
    rows[3][5] = text
    found = read(tmp_path, rows)
    assert set(doubts(found)) == {"F4"}
    assert why in doubts(found)["F4"]
    assert not had(found, "周五行", 5)


def test_a_note_that_always_stands_behind_a_name_is_none(tmp_path):
    rows = [[cell.replace("李四光", "李四光（组长）") for cell in row] for row in names_in_cells()]
    assert not doubts(read(tmp_path, rows))


@pytest.mark.parametrize(("answer", "people"), [("", set()), ("都", {"赵一鸣", "钱二妮"}), ("一人", {"赵一鸣/钱二妮"})])
def test_a_row_of_two_people_is_asked_about(answer, people, tmp_path):
    rows = [*grid("早早早早早休休"), ["早 8:00-16:00"]]
    rows[3][0] = "赵一鸣/钱二妮"
    del rows[4]
    found = read(tmp_path, rows, {"several:赵一鸣/钱二妮": answer})
    assert {person.name for person in found.people.values()} == {*NAMES[2:], *people}
    assert asked(found) == (set() if answer else {"several:赵一鸣/钱二妮"})
    assert len(doubts(found)) == (0 if answer else 30)
    assert {had(found, name, 1) for name in people} == ({"早"} if people else set())


def test_what_stands_behind_the_name_of_a_row_is_told(tmp_path):
    rows = grid()
    rows[3][0] = "赵一鸣（代钱二妮）"
    assert any("代钱二妮" in one.zh for one in read(tmp_path, rows).doubts)


def test_who_has_a_row_without_a_name_below_speaks_for_no_setting(tmp_path):
    rows = [*grid("早早早早早休休"), ["早 8:00-16:00"]]
    rows = [one for row in rows for one in ([row, ["", *row[1:]]] if row[0] in NAMES[:2] else [row])]
    found = propose(read(tmp_path, rows))
    assert any("2 人没有用来推测设置" in one.zh for one in found.remarks)
