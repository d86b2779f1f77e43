"""The HR screen: where each month stands, what can be taken, what an earlier workbook says otherwise."""

from __future__ import annotations

import re
from io import BytesIO
from unittest.mock import Mock

import pytest
from openpyxl import load_workbook

from scheduler.app.enter_attendance import enter_attendance
from scheduler.app.hr import tell_hr
from scheduler.app.hr_states import find_month_states
from scheduler.errors import LedgerUnavailable
from scheduler.files.papers.hr_pictures import pictures_of
from scheduler.files.writing.charts import Picture
from scheduler.i18n import Sentence
from scheduler.web.pictures import draw
from scheduler.web.roles import Role
from tests.support.published_desk import MONTH, at

DESK = "/desks/front"
AFTER = at("2027-01-05 09:00")


@pytest.fixture
def hr(log_in, monkeypatch):
    monkeypatch.setattr("scheduler.web.access.find_roles", lambda *_, **__: frozenset({Role.HR}))
    return log_in("H1", is_hr=True)


def test_a_month_stands_there_as_not_over_then_complete_then_changed_since(hr, home, monkeypatch):
    text = hr.get(f"{DESK}/hr/").content.decode()
    assert "2026-12" in text
    assert "未完" in text
    monkeypatch.setenv("SCHEDULER_NOW", "2027-01-05T09:00")
    text = hr.get(f"{DESK}/hr/").content.decode()
    assert "已完" in text
    assert "月末之后改过" not in text
    confirm_an_absence(home / "front")
    text = hr.get(f"{DESK}/hr/").content.decode()
    assert "月末之后改过 1 次" in text
    assert "2027-01-05 09:00 补记" in text
    (state,) = find_month_states(home / "front", now=AFTER).months
    assert (state.over, state.corrections, state.version) == (True, 1, 1)


def confirm_an_absence(desk):
    from scheduler.app.attendance import compare_attendance

    punches, sheet = desk.parent / "punches.csv", desk.parent / "sheet.xlsx"
    punches.write_text("工号,打卡时间\nT2,2026-12-05 09:00\n", "utf-8")
    compare_attendance(desk, [punches], MONTH, out=sheet, now=AFTER)
    book = load_workbook(sheet)
    rows = book.worksheets[0]
    row = next(number for number in range(2, rows.max_row + 1) if rows.cell(number, 9).value == "未到岗")
    rows.cell(row, 12).value = "是"
    book.save(sheet)
    assert len(enter_attendance(desk, sheet, "M1", "x", now=AFTER).entered) == 1


def test_the_workbook_is_that_of_the_command_by_month_and_by_cut_off(hr, home):
    answer = hr.post(f"{DESK}/hr/2026-12/workbook/")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="hr-2026-12-01-2026-12-31.xlsx"'
    book = load_workbook(BytesIO(answer.content))
    assert book["每班"].max_row == 1 + len(tell_hr(home / "front", MONTH, now=AFTER).report.duties)
    cut_off = hr.post(f"{DESK}/hr/2026-12/workbook/", {"cut_off": "1"})
    assert "hr-2026-11-26-2026-12-25.xlsx" in cut_off.headers["Content-Disposition"]


def test_an_earlier_workbook_comes_back_as_its_correction(hr, home, monkeypatch):
    monkeypatch.setenv("SCHEDULER_NOW", "2027-01-05T09:00")
    taken = hr.post(f"{DESK}/hr/2026-12/workbook/").content

    def send():
        earlier = BytesIO(taken)
        earlier.name = "earlier.xlsx"
        return hr.post(f"{DESK}/hr/correct/", {"file": earlier})

    assert send().status_code == 302
    confirm_an_absence(home / "front")
    answer = send()
    assert answer.status_code == 200
    rows = list(load_workbook(BytesIO(answer.content)).worksheets[0].iter_rows(min_row=2, values_only=True))
    assert any(row[0] == "每人" and row[2] == "实际时" and row[5] == -8 for row in rows)


def test_the_screen_says_when_a_workbook_was_taken_and_gives_the_correction_of_what_changed_since(
    hr, home, monkeypatch
):
    monkeypatch.setenv("SCHEDULER_NOW", "2027-01-05T09:00")
    assert "取走（" not in hr.get(f"{DESK}/hr/").content.decode()
    earlier = hr.post(f"{DESK}/hr/2026-12/workbook/").content
    text = hr.get(f"{DESK}/hr/").content.decode()
    assert "日历月：2027-01-05 09:00 H1 取走（第 1 版）" in text
    assert "此后没有改动" in text
    confirm_an_absence(home / "front")
    text = hr.get(f"{DESK}/hr/").content.decode()
    assert "此后改过 1 次" in text
    answer = hr.post(re.findall(r'action="([^"]*/hr/taken/\d+/correct/)"', text)[0])
    assert "correction-2026-12-01-2026-12-31.xlsx" in answer.headers["Content-Disposition"]
    given = home / "given.xlsx"
    given.write_bytes(earlier)
    told = tell_hr(home / "front", corrects=given, now=AFTER)
    rows = list(load_workbook(BytesIO(answer.content)).worksheets[0].iter_rows(min_row=2, values_only=True))
    assert len([row for row in rows if row[0]]) >= len(told.corrections) > 0
    assert "此后没有改动" in hr.get(f"{DESK}/hr/").content.decode()
    assert hr.post(f"{DESK}/hr/taken/1/correct/").status_code == 422


def test_a_ledger_that_cannot_be_written_still_gives_the_workbook_and_says_that_nothing_was_noted(
    hr, home, monkeypatch
):
    monkeypatch.setenv("SCHEDULER_NOW", "2027-01-05T09:00")
    full = Sentence("磁盘只能读", "the disk is read-only")
    monkeypatch.setattr("scheduler.ledger.store.Ledger.writing", Mock(side_effect=LedgerUnavailable(full)))
    assert hr.post(f"{DESK}/hr/2026-12/workbook/").status_code == 200
    text = hr.get(f"{DESK}/hr/").content.decode()
    assert "账册没有记下这次取走：磁盘只能读" in text


def test_something_else_than_an_hr_workbook_is_refused_at_the_field(hr):
    other = BytesIO(b"no workbook")
    other.name = "x.xlsx"
    answer = hr.post(f"{DESK}/hr/correct/", {"file": other})
    assert answer.status_code == 422
    assert "人事工时表" in answer.content.decode()
    assert hr.post(f"{DESK}/hr/correct/", {}).status_code == 422


def test_pictures_are_drawn_to_scale_with_their_numbers(hr, home):
    text = hr.get(f"{DESK}/hr/2026-12/").content.decode()
    assert text.count("<figure>") == 3
    assert "<script" not in text.partition("<main")[2]
    report = tell_hr(home / "front", MONTH, now=AFTER).report
    load = draw(pictures_of(report)[1], "zh")
    assert len(load.bars) == 3 * len(report.people)
    heights = {bar.title: bar.height for bar in load.bars}
    foot = load.foot - 10
    top = float(load.marks[-1][1])
    for one in report.people:
        assert heights[f"{one.name} 实际 {one.worked.total / 60:g}"] == pytest.approx(
            foot * one.worked.total / 60 / top, abs=0.2
        )
    assert re.search(r'<polyline points="[\d., ]+"', text)


def test_long_names_fit_below_a_picture():
    names = ["欧阳测试某某某某某某某某", "Wolfeschlegelsteinhausen Invented-Name", "试"]
    title = Sentence("图", "picture")
    drawn = draw(Picture(title, names, [(title, [1.0, 2.0, 3.0])], axis=title), "zh")
    for (x, label), letter in zip(drawn.labels, (10, 5, 10), strict=True):
        slanted = len(label) * letter * 0.71
        assert x - slanted > 0
        assert drawn.foot + 12 + slanted < drawn.height
    assert [label[:6] for _, label in drawn.labels] == [name[:6] for name in names]
    assert [row[0] for row in drawn.rows] == names
