"""An empty desk: headings, units and examples, nothing of a sample; what has to be filled in is said in few words."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from scheduler.cli import main
from scheduler.files.reading.desk import read_desk
from scheduler.files.schema.people_tables import PEOPLE
from scheduler.files.schema.tables import TABLES
from tests.support.cli_desks import run
from tests.support.sample_months import SAMPLES


@pytest.mark.parametrize("name", ["new", "new.xlsx"])
def test_check_names_the_three_tables_that_come_first(tmp_path: Path, name: str) -> None:
    desk = tmp_path / name
    assert run("init", desk, "--empty").code == 0
    faults = run("check", desk, "--json").answer["errors"]
    assert len(faults) == 3
    assert all("此表至少要有一行" in fault for fault in faults)
    assert "必填的列：工号、姓名" in faults[0]


def test_a_folder_has_every_table_with_its_columns_described_above_its_headings(tmp_path: Path) -> None:
    desk = tmp_path / "new"
    run("init", desk, "--empty")
    for table in TABLES:
        content = (desk / f"{table.name}.csv").read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")
        *comments, heads = content.decode("utf-8-sig").splitlines()
        assert len(comments) == 1 + len(table.columns)
        assert all(line.lstrip('"').startswith("# ") for line in comments)
        assert heads.split(",") == [column.title.zh for column in table.columns]
    assert "单位：人" in (desk / "demand.csv").read_text(encoding="utf-8-sig")
    assert "例：A01" in (desk / "people.csv").read_text(encoding="utf-8-sig")


def test_a_workbook_explains_itself_and_lets_one_choose(tmp_path: Path) -> None:
    desk = tmp_path / "new.xlsx"
    run("init", desk, "--empty", "--lang", "en")
    book = load_workbook(desk)
    assert book.sheetnames == ["notes", "desk", *(table.name for table in TABLES)]
    people = book["people"]
    assert [cell.value for cell in people[1]] == [column.name for column in PEOPLE.columns]
    assert all(cell.comment for cell in people[1])
    lists = {str(one.sqref): one.formula1 for one in people.data_validations.dataValidation}
    assert '"pregnant,nursing,minor"' in lists.values()
    chosen = {str(one.sqref): one.formula1 for one in book["demand"].data_validations.dataValidation}
    assert chosen["A2:A501"] == "='shifts'!$A$2:$A$501"


def test_nothing_of_a_sample_is_in_it(tmp_path: Path) -> None:
    run("init", tmp_path / "new", "--empty")
    text = "".join(path.read_text(encoding="utf-8-sig") for path in (tmp_path / "new").iterdir())
    for sample in SAMPLES.glob("*/people.csv"):
        names = [line.split(",")[1] for line in sample.read_text(encoding="utf-8").splitlines()[1:]]
        assert not [name for name in names if name and name[0] != "周" and name in text]  # 周一 is a day, too


def test_once_three_tables_are_filled_in_it_is_a_desk(tmp_path: Path) -> None:
    desk = tmp_path / "前台"
    run("init", desk, "--empty")
    for name, row in (("people", "A01,试一"), ("shifts", "早,早班,08:00,16:00"), ("demand", "早,,,,1")):
        with (desk / f"{name}.csv").open("a", encoding="utf-8") as file:
            file.write(row + "\n")
    files = read_desk(desk)
    assert (files.desk.id, [one.name for one in files.workers], files.demand[0].least) == ("前台", ["试一"], 1)


@pytest.mark.parametrize("name", ["new", "new.xlsx"])
def test_it_is_not_written_over_anything(tmp_path: Path, name: str) -> None:
    desk = tmp_path / name
    run("init", desk, "--empty")
    before = desk.stat().st_mtime_ns
    assert run("init", desk, "--empty").code == 2
    assert desk.stat().st_mtime_ns == before


def test_a_sample_and_an_empty_desk_are_not_asked_for_at_once(tmp_path: Path) -> None:
    asked = CliRunner().invoke(main, ["init", str(tmp_path / "new"), "--empty", "--regime", "web_shop"])
    assert asked.exit_code == 2
    assert not (tmp_path / "new").exists()
