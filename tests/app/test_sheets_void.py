"""Sheets to be filled in by hand, of a version that is not in force any more: taken out of use like boards and slips."""

from __future__ import annotations

from io import BytesIO

from openpyxl import load_workbook

from scheduler.app.sheets import write_sheets
from scheduler.app.withdraw import withdraw_version
from tests.support.published_desk import MONTH, NOW, published_desk


def test_sheets_among_the_papers_go_with_their_version_and_others_stay(tmp_path):
    desk = published_desk(tmp_path)
    papers = desk / "rosters"
    for path in (papers / "签到.xlsx", papers / "填过.xlsx", tmp_path / "别处.xlsx"):
        write_sheets(desk, path, MONTH, now=NOW)
    filled = load_workbook(papers / "填过.xlsx")
    filled.worksheets[0]["K9"] = "已签"
    filled.save(papers / "填过.xlsx")
    withdraw_version(desk, 1, "M1", "错", now=NOW)
    assert not list(papers.glob("*.xlsx"))
    (kept,) = (papers / "已作废").rglob("*填过*")
    assert load_workbook(BytesIO(kept.read_bytes())).worksheets[0]["K9"].value == "已签"
    assert not list((papers / "已作废").rglob("*签到*"))
    assert (tmp_path / "别处.xlsx").exists()  # out of this program's reach
