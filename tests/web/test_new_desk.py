"""A new desk, made by an administrator: like a sample, from a workbook, or from old rosters."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from scheduler.files.reading.desk import read_desk

DAYS = range(1, 31)
ROSTER = "\n".join(
    [
        "姓名," + ",".join(f"2026-11-{day:02d}" for day in DAYS),
        *(
            f"{name}," + ",".join(("早", "早", "夜", "夜", "休", "休")[(day + turn) % 6] for day in DAYS)
            for turn, name in enumerate(("演员甲", "演员乙", "演员丙", "演员丁", "演员戊", "演员己"))
        ),
    ]
)


@pytest.fixture
def admin(log_in):
    return log_in("A1", is_admin=True)


def desks(home: Path) -> set[str]:
    return {path.name for path in home.iterdir() if not path.name.startswith(".") and path.suffix in ("", ".xlsx")}


def dropped(client, name: str = "new", content: str = ROSTER):
    file = SimpleUploadedFile("十一月.csv", content.encode("utf-8-sig"))
    return client.post("/new-desk/", {"way": "rosters", "rosters-name": name, "rosters-rosters": [file]})


def test_a_desk_like_a_sample_is_there_at_once_and_its_name_is_taken_then(admin, home):
    sent = {"way": "sample", "sample-name": "new", "sample-sample": "three_shift_desk"}
    assert admin.post("/new-desk/", sent).status_code == 302
    assert read_desk(home / "new").desk.id == "new"
    again = admin.post("/new-desk/", sent)
    assert again.status_code == 422
    assert "已有叫“new”的部门" in again.content.decode()


@pytest.mark.parametrize("name", ["../out", ".hidden", "a/b", "CON", "x" * 65])
def test_a_name_that_is_no_folders_name_is_refused_and_nothing_is_made(admin, home, name):
    before = desks(home)
    answer = admin.post("/new-desk/", {"way": "sample", "sample-name": name, "sample-sample": "three_shift_desk"})
    assert answer.status_code == 422
    assert desks(home) == before
    assert not (home.parent / "out").exists()


def test_the_empty_workbook_is_filled_in_and_dropped_back(admin, home):
    book = load_workbook(io.BytesIO(admin.get("/new-desk/empty.xlsx").content))

    def upload(name: str):
        kept = io.BytesIO()
        book.save(kept)
        file = SimpleUploadedFile("desk.xlsx", kept.getvalue())
        return admin.post("/new-desk/", {"way": "workbook", "workbook-name": name, "workbook-file": file})

    empty = upload("new")
    assert empty.status_code == 422
    assert "至少要有一行" in empty.content.decode()
    assert not (home / "new.xlsx").exists()
    rows = {
        "人员": [("工号", "A01"), ("姓名", "演员甲"), ("角色", "班长")],
        "班次": [("代码", "日"), ("开始", "08:00"), ("结束", "16:00")],
        "需求": [("班次", "日"), ("日期类型", "all"), ("最少", "1")],
    }
    for title, cells in rows.items():
        sheet = book[title]
        columns = {cell.value: at for at, cell in enumerate(sheet[1], 1)}
        for head, value in cells:
            sheet.cell(2, columns[head], value)
    filled = upload("new")
    assert filled.status_code == 302, filled.content.decode()
    assert [worker.id for worker in read_desk(home / "new.xlsx").workers] == ["A01"]


def test_old_rosters_are_read_asked_about_and_become_a_desk(admin, home):
    before = desks(home)
    page = dropped(admin).content.decode()
    assert "演员甲" not in desks(home)
    fields = re.findall(r'name="(answer:[^"]+)"', page)
    assert fields, "the hours of two shifts are in none of the files"
    assert "还不能用" in page
    (address,) = set(re.findall(r'action="(/new-desk/[0-9a-f]{32}/)"', page))
    early = admin.post(address, {"name": "new", "take": "yes"})
    assert early.status_code == 422
    assert desks(home) == before
    hours = {"早": "08:00-16:00", "夜": "00:00-08:00"}
    answers = {field: next((hours[code] for code in hours if code in field), "") for field in fields}
    again = admin.post(address, {"name": "new", **answers})
    assert again.status_code == 200, again.content.decode()
    assert admin.post(address, {"name": "new", "take": "yes", **answers}).status_code == 302
    made = read_desk(home / "new")
    assert {worker.name for worker in made.workers} == {f"演员{one}" for one in "甲乙丙丁戊己"}
    assert {shift.code: (shift.start, shift.end) for shift in made.shifts} == {"早": (480, 960), "夜": (0, 480)}
    assert not list((home / ".adopting").iterdir())


def test_an_answer_that_is_not_understood_is_asked_again_with_what_was_typed(admin):
    page = dropped(admin).content.decode()
    (address,) = set(re.findall(r'action="(/new-desk/[0-9a-f]{32}/)"', page))
    answers = {"answer:hours:早": "8:00-16:00", "answer:hours:夜": "banana"}
    page = admin.post(address, {"name": "new", **answers}).content.decode()
    assert re.search(r'<input id="q1" name="answer:hours:夜" value="banana"', page)
    assert "“banana”没有用上" in page
    assert 'type="hidden" name="answer:hours:早"' in page
    page = admin.post(address, {"name": "new", **answers, "answer:hours:夜": "休"}).content.decode()
    assert "就这样，建部门" in page


def test_what_is_no_roster_is_refused_with_what_was_expected(admin, home):
    answer = dropped(admin, content="一,二\n三,四\n")
    assert answer.status_code == 422
    assert "排班表" in answer.content.decode()
    assert not list((home / ".adopting").iterdir())


def test_files_kept_aside_are_found_by_nobody_who_guesses(admin):
    for token in ("0" * 32, "..", "x"):
        assert admin.post(f"/new-desk/{token}/", {"name": "new"}).status_code in (404, 422)
