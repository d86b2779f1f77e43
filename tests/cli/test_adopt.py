"""A desk begins from the rosters that it has: made, asked about, checked; nothing is invented and nothing overwritten."""

from __future__ import annotations

import csv
import itertools
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from scheduler.cli import main
from scheduler.domain import Month
from scheduler.files.reading.desk import read_desk
from tests.cli.test_versions import pinned, quick
from tests.support.cli_desks import run
from tests.support.published_desk import ledger_of, new_desk

NAMES = ("赵一", "钱二", "孙三", "李四", "周五", "吴六")
LEGEND = "早班：8:00-16:00；晚班：16:00-24:00"
NOVEMBER = "2026年11月排班表"


@pytest.fixture(autouse=True)
def _december(monkeypatch: pytest.MonkeyPatch) -> None:
    pinned(monkeypatch, "2026-12-02 09:30")
    quick(monkeypatch)


def roster(
    path: Path,
    *,
    title: str = NOVEMBER,
    legend: str = LEGEND,
    codes: str = "早早早早晚晚休",
    names: Any = NAMES,
    days: int = 30,
    **cells: str,
) -> Path:
    """A month in which everybody goes through the codes in turn, with single cells put otherwise, such as C5="病假"."""
    book = Workbook()
    page = book.worksheets[0]
    page.append([title])
    page.append(["姓名", *range(1, days + 1)])
    for number, name in enumerate(names):
        page.append([name, *(codes[(day + 2 * number) % len(codes)] for day in range(days))])
    page.append([])
    page.append([legend])
    for at, text in cells.items():
        page[at] = text
    book.save(path)
    return path


def rows(path: Path) -> list[list[str]]:
    return list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))


def test_a_desk_is_made_that_check_reads_and_its_month_can_be_generated(tmp_path: Path) -> None:
    desk = tmp_path / "前台"
    said = run("adopt", roster(tmp_path / "11月.xlsx", C5="病假"), "--out", desk)
    assert said.code == 0
    assert "6 人，30 天（2026-11-01 至 2026-11-30），2 个班次" in said.out
    assert f"接着运行：scheduler check {desk}" in said.out
    files = read_desk(desk)
    assert [worker.name for worker in files.workers] == list(NAMES)
    assert {(shift.code, shift.start, shift.end) for shift in files.shifts} == {("早", 480, 960), ("晚", 960, 1440)}
    assert [(leave.worker, leave.first.day, leave.kind) for leave in files.leave] == [("003", 2, "sick")]
    assert len(files.history) == len([line for line in rows(desk / "history.csv") if line[2] in ("早", "晚")])
    assert files.desk.id == "前台"
    checked = run("check", desk, "--month", "2026-12", "--json")
    assert checked.answer["guesses"].keys() == {"people.csv", "demand.csv", "desk.toml"}
    assert run("generate", desk, "--month", "2026-12", "--json").answer["status"] == "OPTIMAL"


def test_each_guess_is_marked_with_its_evidence_above_its_line(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    run("adopt", roster(tmp_path / "a.xlsx"), "--out", desk)
    lines = rows(desk / "demand.csv")
    for at, line in enumerate(lines[1:], 1):
        if not line[0].startswith("# "):
            assert lines[at - 1][0].startswith("# guessed: ")
            assert "天" in lines[at - 1][0]
    settings = (desk / "desk.toml").read_text(encoding="utf-8").splitlines()
    for at, text in enumerate(settings):
        if " = " in text and not text.startswith(("id", "#")):
            assert settings[at - 1].startswith("# guessed: "), text
    assert "各表里还有" in run("check", desk, "--month", "2026-12").out
    assert str(desk / "adopted" / "report.md") in run("check", desk, "--month", "2026-12").out


def test_hours_that_nobody_tells_are_an_empty_cell_and_a_fault(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    said = run("adopt", roster(tmp_path / "a.xlsx", legend="早班：8:00-16:00"), "--out", desk, "--json")
    assert [one["key"] for one in said.answer["questions"]] == ["hours:晚"]
    assert not said.answer["audited"]
    assert ["晚", "晚", "", ""] in rows(desk / "shifts.csv")
    faults = run("check", desk, "--json").answer["errors"]
    assert any("shifts.csv" in fault and "此格必填" in fault for fault in faults)
    text = (desk / "shifts.csv").read_text(encoding="utf-8-sig").replace("晚,晚,,", "晚,晚,16:00,24:00")
    (desk / "shifts.csv").write_text(text, encoding="utf-8")
    assert run("check", desk, "--month", "2026-12").code in (0, 1)


def test_a_code_of_unknown_meaning_is_a_fault_until_it_is_answered(tmp_path: Path) -> None:
    file, desk = roster(tmp_path / "a.xlsx", codes="早早早晚晚○休"), tmp_path / "desk"
    run("adopt", file, "--out", desk)
    assert not any("○" in line for line in rows(desk / "history.csv"))
    asked, needed = run("check", desk, "--json").answer["errors"]
    assert "questions.csv" in asked
    assert "“○”（" in asked
    assert "demand.csv" in needed  # as every day has cells of unknown meaning
    answers = desk / "questions.csv"
    answers.write_text(answers.read_text(encoding="utf-8-sig").rstrip("\r\n") + "休\n", encoding="utf-8")
    assert "还没有用上" in run("check", desk, "--json").answer["errors"][0]
    again = tmp_path / "again"
    run("adopt", file, "--out", again, "--answers", answers)
    assert not (again / "questions.csv").exists()
    assert len(rows(again / "history.csv")) == 1 + 6 * 30
    assert run("check", again, "--month", "2026-12").code == 0


def test_questions_are_asked_in_the_terminal_with_what_is_proposed(tmp_path: Path) -> None:
    file = roster(tmp_path / "a.xlsx", codes="早早早晚晚○休", title="11月排班表")
    desk = tmp_path / "desk"
    asked = CliRunner().invoke(main, ["adopt", str(file), "--out", str(desk), "--ask"], input="\n年假\n")
    assert asked.exit_code == 0
    assert "哪一年" in asked.output
    assert "[2026]" in asked.output
    assert not (desk / "questions.csv").exists()
    assert {line[3] for line in rows(desk / "leave.csv")[1:]} == {"年假"}
    assert rows(desk / "history.csv")[1][1] == "2026-11-01"


def test_an_answer_that_is_not_understood_is_asked_for_again_in_the_terminal(tmp_path: Path) -> None:
    file, desk = roster(tmp_path / "a.xlsx", legend="早班：8:00-16:00"), tmp_path / "desk"
    asked = CliRunner().invoke(main, ["adopt", str(file), "--out", str(desk), "--ask"], input="banana\n休\n")
    assert asked.exit_code == 0
    assert "“banana”" in asked.output
    assert [line[0] for line in rows(desk / "shifts.csv")[1:]] == ["早"]


def test_whoever_breaks_the_questions_off_leaves_nothing(tmp_path: Path) -> None:
    file = roster(tmp_path / "a.xlsx", title="11月排班表")
    asked = CliRunner().invoke(main, ["adopt", str(file), "--out", str(tmp_path / "desk"), "--ask"], input="")
    assert asked.exit_code == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xlsx"]


def test_what_is_there_is_not_written_into(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    desk.mkdir()
    said = run("adopt", roster(tmp_path / "a.xlsx"), "--out", desk)
    assert said.code == 2
    assert list(desk.iterdir()) == []


def test_a_file_without_a_roster_is_refused(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0].append(["会议纪要"])
    book.save(tmp_path / "a.xlsx")
    said = run("adopt", tmp_path / "a.xlsx", "--out", tmp_path / "desk", "--json")
    assert (said.code, said.answer["status"]) == (2, "BAD_INPUT")
    assert not (tmp_path / "desk").exists()


def test_doubtful_cells_are_listed_with_all_others_beside_the_report(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    said = run("adopt", roster(tmp_path / "a.xlsx", C5="旱"), "--out", desk)
    assert "存疑 1 格" in said.out
    assert "a.xlsx Sheet C5" in (desk / "adopted" / "report.md").read_text(encoding="utf-8")
    listed = {line[2]: line[4] for line in rows(desk / "adopted" / "cells.csv")[1:]}
    assert listed["C5"] == "存疑"
    assert listed["D5"] == "看懂"


def test_what_the_old_rosters_break_is_said_by_rule(tmp_path: Path) -> None:
    said = run("adopt", roster(tmp_path / "a.xlsx", codes="早"), "--out", tmp_path / "desk", "--json")
    (month,) = said.answer["broken"]
    assert (month["month"], month["rules"]["weekly_rest_day"] > 0) == ("2026-11", True)


def test_whole_months_become_the_past_of_a_desk_and_are_not_recorded_twice(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "small")
    names = [f"试{number}" for number in "一二三四五六"]
    file = roster(tmp_path / "a.xlsx", names=(*names, "外人"), codes="早晚早晚休")
    said = run("adopt", file, "--into", desk, "--by", "M1", "--json")
    assert said.code == 0
    assert said.answer["months"][0]["recorded"]
    assert any("外人" in note for note in said.answer["notes"])
    with ledger_of(desk) as ledger:
        row = ledger.version("small", 1)
    assert (row.month, row.status_word) == (Month(2026, 11), "WORKED")
    assert len(row.duties) == 6 * 24
    again = run("adopt", file, "--into", desk, "--by", "M1", "--json")
    assert not again.answer["months"][0]["recorded"]


def test_a_past_with_a_doubtful_cell_or_a_part_of_a_month_is_not_recorded(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "small")
    names = [f"试{number}" for number in "一二三四五六"]
    said = run("adopt", roster(tmp_path / "a.xlsx", names=names, C5="旱"), "--into", desk, "--by", "M1", "--json")
    assert said.code == 2
    assert "旱" in said.answer["errors"][0]
    part = run("adopt", roster(tmp_path / "b.xlsx", names=names, days=20), "--into", desk, "--by", "M1", "--json")
    assert "至少一个整月" in part.answer["errors"][0]


@pytest.mark.parametrize("options", [(), ("--out", "a", "--into", "b"), ("--into", "b"), ("--out", "a", "--by", "M1")])
def test_options_that_do_not_go_together_are_refused(tmp_path: Path, options: tuple[str, ...]) -> None:
    found = CliRunner().invoke(main, ["adopt", str(roster(tmp_path / "a.xlsx")), *options])
    assert found.exit_code == 2
    assert "--into" in found.output


def staff(path: Path, heads: str, *lines: str) -> Path:
    """A staff list, as a workbook or as CSV."""
    table = [line.split(",") for line in (heads, *lines)]
    if path.suffix == ".csv":
        path.write_text("\n".join(map(",".join, table)), encoding="utf-8")
        return path
    book = Workbook()
    for line in table:
        book.worksheets[0].append(line)
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("file", "heads", "lines"),
    [
        ("员工.xlsx", "工号,姓名,状态", ("11,赵一,在职", "12,钱二,离职", "13,孙三,试用", "19,郑七,已离职")),
        ("员工.csv", "姓名,是否离职,转正情况", ("赵一,否,", "钱二,是,", "孙三,否,试用期", "郑七,是,")),
        ("员工.xlsx", "员工姓名,是否在职,是否试用", ("赵一,是,否", "钱二,否,否", "孙三,是,是", "郑七,否,否")),
        ("staff.csv", "name,employment status", ("赵一,active", "钱二,resigned", "孙三,probation", "郑七,left")),
    ],
)
def test_who_has_left_is_not_rostered_and_probation_is_told(
    tmp_path: Path, file: str, heads: str, lines: tuple[str, ...]
) -> None:
    desk = tmp_path / "desk"
    said = run("adopt", roster(tmp_path / "a.xlsx"), staff(tmp_path / file, heads, *lines), "--out", desk, "--json")
    assert said.answer["questions"] == []
    assert said.answer["employment"] == [
        "已离职，不排班：钱二",
        "已离职、排班表上也没有班，没有列入人员表：郑七",
        "试用期，照样排班：孙三；还不能独立顶班的，请填“上岗日期”",
    ]
    files = read_desk(desk)
    assert [worker.name for worker in files.workers if worker.leaves] == ["钱二"]
    assert {worker.name for worker in files.workers} == set(NAMES)
    (left,) = [worker for worker in files.workers if worker.leaves]
    assert left.leaves == max(duty.day for duty in files.history if duty.worker == left.id)
    guess, row = next(
        (before, line) for before, line in itertools.pairwise(rows(desk / "people.csv")) if "钱二" in line
    )
    assert guess[0].startswith("# guessed: 已离职，离职日期没有写；最后一个班是 2026-11-")
    assert str(left.leaves) in row


def test_a_leaving_day_that_a_file_gives_is_taken(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    lines = ("钱二,离职,2026-11-12", "孙三,在职,")
    run("adopt", roster(tmp_path / "a.xlsx"), staff(tmp_path / "员工.csv", "姓名,状态,离职日期", *lines), "--out", desk)
    assert {worker.name: str(worker.leaves) for worker in read_desk(desk).workers if worker.leaves} == {
        "钱二": "2026-11-12"
    }
    assert "已离职，离职日期没有写" not in (desk / "people.csv").read_text(encoding="utf-8-sig")


def test_a_status_beside_the_days_of_a_roster_is_read(tmp_path: Path) -> None:
    desk, file = tmp_path / "desk", tmp_path / "a.xlsx"
    book = Workbook()
    page = book.worksheets[0]
    page.append([NOVEMBER])
    page.append(["姓名", "状态", *range(1, 31)])
    for number, name in enumerate(NAMES):
        page.append(
            [name, "离职" if name == "李四" else "在职", *("早早早早晚晚休"[(d + number) % 7] for d in range(30))]
        )
    page.append([])
    page.append([LEGEND])
    book.save(file)
    said = run("adopt", file, "--out", desk)
    assert "已离职，不排班：李四" in said.out
    assert [worker.name for worker in read_desk(desk).workers if worker.leaves] == ["李四"]


def test_a_status_of_unknown_meaning_is_doubtful_and_asked_about(tmp_path: Path) -> None:
    desk, file = tmp_path / "desk", roster(tmp_path / "a.xlsx")
    people = staff(tmp_path / "员工.csv", "姓名,状态", "赵一,在职", "钱二,停薪留职", "孙三,停薪留职")
    said = run("adopt", file, people, "--out", desk, "--json")
    assert [one["key"] for one in said.answer["questions"]] == ["status:停薪留职"]
    assert "“停薪留职”（钱二、孙三）" in said.answer["questions"][0]["question"]
    cells = [line for line in rows(desk / "adopted" / "cells.csv") if line[0] == "员工.csv" and line[3] == "停薪留职"]
    assert [line[4] for line in cells] == ["存疑", "存疑"]
    assert run("check", desk).code == 2
    answers = desk / "questions.csv"
    for answer, leaving in (("离职", 2), ("在职", 0)):
        answers.write_text(f"编号,问题,建议,回答\nstatus:停薪留职,问,,{answer}\n", encoding="utf-8")
        again = tmp_path / answer
        said = run("adopt", file, people, "--out", again, "--answers", answers, "--json")
        assert said.answer["questions"] == []
        assert sum(worker.leaves is not None for worker in read_desk(again).workers) == leaving
        cells = [line for line in rows(again / "adopted" / "cells.csv") if line[3] == "停薪留职"]
        assert [line[4] for line in cells] == ["看懂", "看懂"]


# How the desk counts


def test_a_desk_of_six_days_a_week_has_the_norm_of_six(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    said = run("adopt", roster(tmp_path / "a.xlsx", codes="早早早晚晚晚休"), "--out", desk, "--json")
    lines = (desk / "desk.toml").read_text(encoding="utf-8").splitlines()
    at = lines.index('workdays = "周一;周二;周三;周四;周五;周六"')
    assert lines[at - 1] == (
        "# guessed: 标准工时按每周六天算：按默认算，老排班表违反 每月工时与加班 11 处，2026-12 也排不出这么多班；这样算排得出来"
    )
    assert said.answer["next_month"] is None
    assert "[desk] workdays = 周一" in (desk / "adopted" / "report.md").read_text(encoding="utf-8")
    assert run("check", desk, "--month", "2026-12", "--json").answer["obstacles"] == []


def test_an_evening_shift_that_ends_past_midnight_leaves_the_next_day_free(tmp_path: Path) -> None:
    desk, legend = tmp_path / "desk", "早班 8:00-16:00；晚班 17:00-次日1:00"
    run("adopt", roster(tmp_path / "a.xlsx", codes="早早早早晚晚休", legend=legend), "--out", desk)
    assert "tail_minutes = 60\n" in (desk / "desk.toml").read_text(encoding="utf-8")
    assert read_desk(desk).desk.tail_minutes == 60


@pytest.mark.parametrize(
    ("codes", "legend"),
    [
        ("早早早早晚休休", LEGEND),  # nothing is broken
        ("早早早夜夜休休", "早班 8:00-16:00；夜班 22:00-次日6:00"),  # a night is no late evening
    ],
)
def test_what_the_defaults_do_not_break_or_no_setting_mends_is_not_set(tmp_path: Path, codes: str, legend: str) -> None:
    desk = tmp_path / "desk"
    run("adopt", roster(tmp_path / "a.xlsx", codes=codes, legend=legend), "--out", desk)
    text = (desk / "desk.toml").read_text(encoding="utf-8")
    assert "tail_minutes" not in text
    assert "workdays" not in text


def test_a_month_that_no_norm_makes_possible_is_told(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    said = run("adopt", roster(tmp_path / "a.xlsx", codes="早早早早晚晚晚"), "--out", desk)  # seven days a week
    assert "workdays" not in (desk / "desk.toml").read_text(encoding="utf-8")
    assert "2026-12 不用求解就能看出排不出来（12月1日" in said.out
    assert "2026-12 不用求解就能看出排不出来" in (desk / "adopted" / "report.md").read_text(encoding="utf-8")


def test_teams_that_rotate_become_a_setting_with_what_speaks_for_it(tmp_path: Path) -> None:
    book = Workbook()
    page = book.worksheets[0]
    page.append([NOVEMBER])
    page.append(["姓名", "班组", *range(1, 31)])
    for number, (team, name) in enumerate(zip("甲甲乙乙丙丙", NAMES, strict=True)):
        page.append([name, f"{team}班", *("早早晚晚休休"[(day + 2 * (number // 2)) % 6] for day in range(30))])
    page.append([])
    page.append([LEGEND])
    book.save(tmp_path / "old.xlsx")
    made = run("adopt", tmp_path / "old.xlsx", "--out", tmp_path / "desk")
    assert made.code == 0, made.out + made.err
    desk = read_desk(tmp_path / "desk")
    (rule,) = [one for one in desk.rulebook.rules if one.team_cycles]
    assert asdict(rule)["cycles"] == (
        "甲班=早|早|晚|晚|休|休@2026-11-01",
        "乙班=晚|晚|休|休|早|早@2026-11-01",
        "丙班=休|休|早|早|晚|晚@2026-11-01",
    )
    lines = (tmp_path / "desk" / "desk.toml").read_text(encoding="utf-8").splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("cycles"))
    assert lines[at - 1] == (
        "# guessed: 甲班 2 人一起轮，6 天为一轮，30 天中 30 天如此、乙班 2 人一起轮，6 天为一轮，30 天中 30 天如此、"
        "丙班 2 人一起轮，6 天为一轮，30 天中 30 天如此"
    )
    assert rule.applies(desk.problem(Month(2026, 12)))
