"""What stands beside the tables of a desk is named where somebody may think that it counts, and is left alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from scheduler.domain import Month
from scheduler.errors import InputError
from scheduler.files.reading.desk import read_desk
from scheduler.i18n import LANGS, Lang
from tests.files.test_reading import SAMPLE
from tests.support.cli_desks import run
from tests.support.sample_months import sample_copy

OF_OLD = read_desk(SAMPLE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return sample_copy(SAMPLE.name, tmp_path / "desk")


def told(folder: Path, lang: Lang = "zh") -> list[str]:
    """What is said of the files beside the tables, after making sure that the desk is the same as without them."""
    files = read_desk(folder)
    assert files == OF_OLD
    notes = [note.say(lang) for note in files.passed_over]
    said = [note.say(lang) for note in files.problem(Month(2026, 12)).assumptions]
    assert [note for note in said if note in notes] == notes
    return notes


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("工资单.csv", "没有读 工资单.csv：不是已知的表"),
        ("salary.csv", "没有读 salary.csv：不是已知的表"),
        ("log.csv", "没有读 log.csv：不是已知的表；最接近的是“slots”"),
        ("考勤.CSV", "没有读 考勤.CSV：不是已知的表"),
        ("请假.xlsx", "没有读 请假.xlsx：文件夹里的表须是 CSV，要用它请另存为 leave.csv"),
        ("history.xlsx", "没有读 history.xlsx：文件夹里的表须是 CSV，要用它请另存为 history.csv"),
        ("人员.ods", "没有读 人员.ods：文件夹里的表须是 CSV，要用它请另存为 people.csv"),
        ("shifts.tsv", "没有读 shifts.tsv：文件夹里的表须是 CSV，要用它请另存为 shifts.csv"),
        ("wage\u202eslip.csv", "没有读 wage<U+202E>slip.csv：不是已知的表"),
    ],
)
def test_a_file_that_is_no_table_is_named_and_passed_over(folder: Path, name: str, said: str) -> None:
    (folder / name).write_bytes(b"\xff\x00 not looked at")
    assert told(folder) == [said]


@pytest.mark.parametrize(
    "name",
    [
        *(".people.csv", "._people.csv", "~$people.xlsx", ".~people.csv", ".~lock.people.csv#", "people.csv.bak"),
        *("people.csv~", "README.md", "ledger.sqlite3", "photo.jpg", "plan.xlsx", "people.docx", "desk.toml.bak"),
    ],
)
def test_hidden_files_locks_backups_and_what_is_no_table_at_all_are_not_spoken_of(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"\xff\x00 not looked at")
    assert told(folder) == []


def test_papers_beside_the_tables_are_not_spoken_of(folder: Path) -> None:
    shutil.copytree(folder, folder / "rosters")
    assert told(folder) == []


@pytest.mark.parametrize("name", ["poeple.csv", "leaves.csv", "人员表1.csv", "people_old.csv", "people - Copy.csv"])
def test_a_name_that_is_nearly_that_of_a_table_is_a_typing_error(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"")
    with pytest.raises(InputError) as caught:
        read_desk(folder)
    assert len(caught.value.faults) == 1
    assert name in caught.value.say("zh")
    assert "已知的表名；最接近的是" in caught.value.say("zh")


@pytest.mark.parametrize("name", ["people (1).csv", "people（2）.csv", "人员(副本).csv"])
def test_a_copy_of_a_table_is_there_twice_and_the_copy_is_named(folder: Path, name: str) -> None:
    shutil.copy(folder / "people.csv", folder / name)
    with pytest.raises(InputError) as caught:
        read_desk(folder)
    assert [fault.file for fault in caught.value.faults] == [f"desk/{name}"]
    assert "只有一份" in caught.value.say("zh")
    (folder / "people.csv").unlink()
    assert told(folder) == [f"{name} 当作“人员”表"]


def test_a_required_table_in_another_kind_of_file_is_said_to_stand_there(folder: Path) -> None:
    (folder / "people.csv").rename(folder / "people.xlsx")
    with pytest.raises(InputError) as caught:
        read_desk(folder)
    zh, en = (caught.value.faults[0].say(lang) for lang in LANGS)
    assert zh.endswith("缺少必需的表“人员”（没有读 people.xlsx：文件夹里的表须是 CSV，要用它请另存为 people.csv）")
    assert "people.xlsx was not read" in en


def test_of_many_files_the_first_ten_are_named(folder: Path) -> None:
    for number in range(1, 13):
        (folder / f"工资{number:02d}.csv").write_bytes(b"")
    assert told(folder)[-2:] == ["没有读 工资10.csv：不是已知的表", "另有 2 个文件没有读"]
    assert len(told(folder, "en")) == 11


def test_check_and_the_roster_say_what_was_passed_over(folder: Path) -> None:
    (folder / "工资单.csv").write_bytes(b"x")
    (folder / "请假.xlsx").write_bytes(b"x")
    said = run("check", folder, "--month", "2026-12")
    assert "没有读 工资单.csv" in said.out
    assert "没有读 请假.xlsx" in said.out
    found = run("check", folder, "--month", "2026-12", "--json", "--lang", "en").answer
    assert "工资单.csv was not read: it is none of the tables" in found["assumptions"]
