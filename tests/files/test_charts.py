"""Charts are drawn from numbers that stand beside them, and these are those of the report."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

from scheduler.app.compare import compare_versions
from scheduler.app.hr import tell_hr
from scheduler.hr.report import HrReport
from tests.support.published_desk import MONTH, at, dec, drafted, published_desk, with_changes

LATER = at("2027-01-04 09:00")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = published_desk(tmp_path_factory.mktemp("charts"))
    drafted(made, roster=with_changes(("T2", 20, ""), ("T5", 20, "早")), legal=False)
    return made


@pytest.fixture(scope="module")
def written(desk: Path) -> tuple[Path, HrReport]:
    path = desk.parent / "hr.xlsx"
    return path, tell_hr(desk, MONTH, out=path, now=LATER).report


def columns(path: Path, sheet: str = "图表") -> dict[str, list[object]]:
    """The numbers of each series, by the chart's heading and the series'."""
    found: dict[str, list[object]] = {}
    title = ""
    for cells in load_workbook(path)[sheet].iter_cols(min_col=20, values_only=True):
        values: list[object] = [value for value in cells[1:] if value is not None]
        if cells[0] and values:
            title = str(cells[0]) if isinstance(values[0], str) else title
            found[f"{title}/{cells[0]}"] = values
    return found


def test_the_numbers_beside_the_charts_are_those_of_the_report(written):
    path, report = written
    found = columns(path)
    names = [one.name for one in report.people]
    assert found["每人工时/每人工时"] == names
    assert found["每人工时/应出勤"] == [one.due_minutes / 60 for one in report.people]
    assert found["每人工时/实际"] == [one.worked.total / 60 for one in report.people]
    days = [dec(day) for day in range(1, 32)]
    assert found["每天在岗与需求/每天在岗与需求"] == [f"{day:%m-%d}" for day in days]
    heads = [sum(one.duty.day == day for one in report.duties) for day in days]
    assert found["每天在岗与需求/排班"] == heads
    assert found["每天在岗与需求/需求"] == [2] * 31
    weekends = [
        sum(one.who == who.id and one.duty.day.weekday() >= 5 for one in report.duties) for who in report.people
    ]
    assert found["每人夜班、周末班、节假日班/周末班"] == weekends


def test_there_is_a_native_chart_for_each_and_each_refers_to_numbers(written, desk):
    compare_versions(desk, 1, 2, xlsx=desk.parent / "comparison.xlsx")
    for path in (written[0], desk.parent / "comparison.xlsx"):
        with zipfile.ZipFile(path) as book:
            charts = [book.read(name).decode() for name in book.namelist() if name.startswith("xl/charts/chart")]
        assert len(charts) == 3
        assert all(("图表" in chart and "$U$2" in chart) or "$2:$" in chart for chart in charts)


def test_before_and_after_stand_side_by_side_for_those_concerned(desk):
    path = desk.parent / "both.xlsx"
    found = compare_versions(desk, 1, 2, xlsx=path).found
    told = columns(path)
    assert told["工时/工时"] == [one.name for one in found.people]
    assert told["工时/第 1 版"] == [one.value("hours", after=False) for one in found.people]
    assert told["工时/第 2 版"] == [one.value("hours", after=True) for one in found.people]
