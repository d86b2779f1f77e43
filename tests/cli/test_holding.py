"""Cells that are held while the rest of a month is made: from an edited workbook, from any grid, of a version.

The desk of `published_desk`, drafted: everybody has 早, then 晚, then four days off, T1 on 1 December.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from scheduler.workflow.facts import DraftedFacts
from tests.cli.test_copies import edited
from tests.cli.test_versions import pinned, quick
from tests.support.cli_desks import generate, run
from tests.support.published_desk import drafted, fingerprint, ledger_of, new_desk

LIMIT = ("--time-limit", "20")


@pytest.fixture(autouse=True)
def _evening(monkeypatch: pytest.MonkeyPatch) -> None:
    pinned(monkeypatch)
    quick(monkeypatch)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The desk with its draft, and the draft's workbook as `draft.xlsx`."""
    desk = new_desk(tmp_path_factory.mktemp("held") / "desk")
    drafted(desk)
    with pytest.MonkeyPatch.context() as patch:
        pinned(patch)
        (book,) = run("show", desk, "--version", "1", "--out", desk, "--json").answer["files"]
    Path(book).rename(desk / "draft.xlsx")
    return desk


@pytest.fixture
def desk(once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(once, tmp_path / "desk"))


def on(desk: Path, number: int, cell: str) -> list[str]:
    """What somebody has on a day of a version."""
    who, _, day = cell.partition("@")
    said = run("show", desk, "--version", str(number), "--json").answer
    return [duty["shift"] for duty in said["duties"] if (duty["worker"], duty["date"]) == (who, day)]


def held_in(said: dict[str, Any]) -> dict[str, str]:
    return {f"{one['worker']}@{one['date']}": one["shift"] for one in said["held"]}


def test_the_cells_that_were_changed_in_a_draft_stay_and_as_few_others_as_can_be_move(desk: Path) -> None:
    """T2 has 晚 on 3 December and T5 is off: T5 on 晚 in its place takes two cells, and no more."""
    assert on(desk, 1, "T2@2026-12-03") == ["晚"]
    book = edited(desk / "draft.xlsx", desk / "mine.xlsx", ("T5", 3, "晚"), ("T2", 3, None))
    said = generate(desk, "--hold", book, "--fewest", *LIMIT)
    assert said.code == 0
    assert held_in(said.answer) == {"T2@2026-12-03": "", "T5@2026-12-03": "晚"}
    assert [(one["worker"], one["date"]) for one in said.answer["changes"]] == [
        ("T2", "2026-12-03"),
        ("T5", "2026-12-03"),
    ]
    assert (on(desk, 2, "T5@2026-12-03"), on(desk, 2, "T2@2026-12-03")) == (["晚"], [])
    with ledger_of(desk) as ledger:
        facts = DraftedFacts.read(ledger.entries("small", event="drafted")[-1].facts)
    assert [f"{who}@{day}" for who, day in facts.held] == ["T2@2026-12-03", "T5@2026-12-03"]
    grid = load_workbook(desk / "rosters" / "small-2026-12-v2.xlsx").worksheets[0]
    marked = [cell for row in grid.iter_rows() for cell in row if "*" in cell.number_format.replace("\\*", "*")]
    assert any("人工定住，共 2 格" in str(cell.value) for row in grid.iter_rows() for cell in row)
    assert len(marked) == 2


def test_leave_that_the_desk_has_not_approved_is_no_day_off_and_said_at_its_cell(desk: Path) -> None:
    for stamped in (True, False):
        book = edited(desk / "draft.xlsx", desk / "mine.xlsx", ("T5", 3, "病"), ("T6", 4, "年假"), ("T6", 5, "休"))
        if not stamped:
            plain = load_workbook(book)
            plain.custom_doc_props.props = []  # type: ignore[attr-defined]
            plain.save(book)
        said = run("generate", desk, "--month", "2026-12", "--hold", book, *LIMIT)
        assert said.code == 2
        assert said.err.count("现为") == 2
        assert "现为“病”" in said.err
        assert "现为“年假”" in said.err
        assert "请假请先记入请假表" in said.err
    (desk / "leave.csv").write_text(
        "工号,开始日期,结束日期,类别,已批准\nT5,2026-12-03,2026-12-03,病假,是\nT6,2026-12-04,2026-12-04,年假,是\n",
        "utf-8",
    )
    said = generate(desk, "--hold", book, *LIMIT)
    assert said.code == 0
    assert held_in(said.answer)["T6@2026-12-05"] == ""


def test_without_fewest_the_rest_is_made_anew_as_well_as_can_be(desk: Path) -> None:
    book = edited(desk / "draft.xlsx", desk / "mine.xlsx", ("T5", 3, "晚"))
    said = run("generate", desk, "--month", "2026-12", "--hold", book, *LIMIT)
    assert said.code == 0
    assert "mine.xlsx 出自第 1 版：定住其中改过的 1 格，其余重排" in said.out
    assert "与第 1 版相比改动" in said.out
    assert on(desk, 2, "T5@2026-12-03") == ["晚"]


def test_of_a_grid_of_nobodys_version_all_that_is_filled_in_stays(desk: Path) -> None:
    book = load_workbook(desk / "draft.xlsx")
    book.custom_doc_props.props = []  # type: ignore[attr-defined]
    grid = book.worksheets[0]
    for row in grid.iter_rows(min_col=4, max_col=34):
        for cell in row:
            if cell.value in ("早", "晚", "休"):
                cell.value = None
    book.save(desk / "blank.xlsx")
    filled = edited(desk / "blank.xlsx", desk / "mine.xlsx", ("T5", 3, "晚"), ("T6", 4, "休"))
    said = generate(desk, "--hold", filled, *LIMIT)
    assert said.code == 0
    assert held_in(said.answer) == {"T5@2026-12-03": "晚", "T6@2026-12-04": ""}
    assert said.answer["changes"] == []
    assert (on(desk, 2, "T5@2026-12-03"), on(desk, 2, "T6@2026-12-04")) == (["晚"], [])


def test_cells_of_a_version_are_kept(desk: Path) -> None:
    keep = ("--keep", "T1@2026-12-01", "--keep", "T3@2026-12-01")
    said = generate(desk, "--around", "1", *keep, *LIMIT)
    assert said.code == 0
    assert held_in(said.answer) == {"T1@2026-12-01": "早", "T3@2026-12-01": ""}
    assert (on(desk, 2, "T1@2026-12-01"), on(desk, 2, "T3@2026-12-01")) == (["早"], [])


def test_what_a_held_cell_breaks_is_said_and_so_is_the_cell_to_let_go(desk: Path) -> None:
    """T1 has 晚 on 2 December: 早 on the day after is too soon."""
    book = edited(desk / "draft.xlsx", desk / "mine.xlsx", ("T1", 2, "晚"), ("T1", 3, "早"), ("T2", 2, "休"))
    before = fingerprint(desk)
    words = ("--month", "2026-12", "--around", "1", "--keep", "T1@2026-12-02", "--hold", book)
    said = generate(desk, *words[2:], "--time-limit", "10")
    assert (said.code, said.answer["status"], said.answer["version"]) == (1, "IMPOSSIBLE", None)
    assert any("试一：12月3日(周四)定为“早”" in one["sentence"] for one in said.answer["obstacles"])
    first = said.answer["repairs"][0]["decisions"]
    assert [one["rule"] for one in first] == ["held"]
    assert first[0]["sentence"].startswith("放开试一12月")
    assert fingerprint(desk) == before


@pytest.mark.parametrize(
    "words",
    [
        ("--fewest",),
        ("--keep", "T1@2026-12-01"),
        ("--around", "1", "--keep", "T9@2026-12-01"),
        ("--around", "1", "--keep", "T1@2027-01-01"),
        ("--around", "7"),
        ("--hold", "nothing.xlsx"),
    ],
)
def test_what_cannot_be_held_is_refused_and_nothing_is_written(desk: Path, words: tuple[str, ...]) -> None:
    before = fingerprint(desk)
    said = generate(desk, *words)
    assert said.code in (1, 2)
    assert said.answer["errors"]
    assert fingerprint(desk) == before
