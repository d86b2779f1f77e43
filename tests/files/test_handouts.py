"""What is printed and given out: the notice board, the receipts, the slips, and the mail."""

from __future__ import annotations

import email
import email.policy
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from time import process_time
from typing import Any

import pytest
from openpyxl import load_workbook

from scheduler.domain import Break, Desk, Duty, Leave, Month, Note, Roster, Shift
from scheduler.files.papers.board import short_times
from scheduler.files.papers.handouts import write_handouts
from scheduler.files.papers.issue import list_recipients
from scheduler.files.put import is_as_packed
from scheduler.files.reading.month_sheets import read_month
from scheduler.files.writing.properties import Stamp, read_stamp
from scheduler.i18n import Sentence
from scheduler.workflow.version import Recipient
from tests.files.test_workbook import MADE_AT, a_problem, an_edition, rotated, texts
from tests.support.kit import THREE_SHIFTS
from tests.support.narrowing import present

HR = Recipient("department", "HR", "行政人事部")
MARK = "0123456789ab"
WEEKS_ZH = ["公告栏 12月1日", "公告栏 12月7日", "公告栏 12月14日", "公告栏 12月21日", "公告栏 12月28日"]
CONTACT = Sentence("疑难问题找值班主管 000-0099", "Ask the duty supervisor, 000-0099")


def a_month(**changes):
    """An edition in force; its first person leads and has a phone, the third is on leave for two days."""
    leave = (Leave("07003", date(2026, 12, 7), date(2026, 12, 8), "sick"),)
    problem = a_problem(leave=leave, **changes)
    first, *others = problem.workers
    problem = replace(problem, workers=(replace(first, roles=("班长",), phone="000-0001"), *others))
    return replace(an_edition(problem, status="live"), fingerprint=MARK)


def given_out(folder, edition=None, recipients=(HR,), lang="zh", **options):
    """The workbook of an edition, read again."""
    book, *_ = write_handouts(folder, edition or a_month(), recipients, lang, **options)
    return load_workbook(book)


def rows(sheet) -> list[list[Any]]:
    """The rows of a sheet as plain values."""
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def slips(folder) -> list[Any]:
    """The sheets of all slips in a folder, by the names of their files."""
    return [load_workbook(path).worksheets[0] for path in sorted(folder.glob("*-个人班表.xlsx"))]


def slip_of(folder, name: str) -> list[list[Any]]:
    """One person's rows."""
    (found,) = [sheet for sheet in slips(folder) if sheet["A1"].value == f"个人班表：{name}"]
    return rows(found)


def test_files_are_named_after_desk_month_version_and_person(tmp_path):
    edition = a_month()
    files = write_handouts(tmp_path / "new", edition, [HR])
    people = [worker.id for worker in edition.problem.workers]
    assert [file.name for file in files] == [
        "front-2026-12-v3-分发.xlsx",
        *(f"front-2026-12-v3-{one}-个人班表.xlsx" for one in people),
        "front-2026-12-v3-邮件.txt",
        "front-2026-12-v3-邮件.eml",
    ]
    assert sorted(file.name for file in (tmp_path / "new").iterdir()) == sorted(file.name for file in files)
    english = write_handouts(tmp_path, edition, [HR], "en")
    assert [file.name for file in english] == [
        f"front-2026-12-v3-{x}"
        for x in ("handouts.xlsx", *(f"{one}-Slip.xlsx" for one in people), "mail.txt", "mail.eml")
    ]


def test_everybody_on_duty_is_on_the_list(tmp_path):
    edition = a_month()
    guest = Recipient("person", "A1", "周十")
    listed = list_recipients(edition, [guest, Recipient("person", "07002", "测试员2"), HR, HR])
    assert listed[0] == HR
    assert [each.id for each in listed[1:-1]] == [worker.id for worker in edition.problem.workers]
    assert listed[-1] == guest
    idle = replace(edition, roster=Roster(duty for duty in edition.roster.duties if duty.worker != "07002"))
    assert "07002" not in [each.id for each in list_recipients(idle, [HR])]
    assert "07002" in [each.id for each in list_recipients(idle, [Recipient("person", "07002", "测试员2")])]


def test_the_board_has_a_page_a_week_with_names_dates_and_times(tmp_path):
    edition = a_month()
    book = given_out(tmp_path, edition)
    assert book.sheetnames == [*WEEKS_ZH, "分发签收"]
    found = []
    for sheet in book.worksheets[:5]:
        head, _, *lines = rows(sheet)[1:]
        for line in lines[:8]:
            for day, cell in zip(head[1:], line[1:], strict=True):
                if day and cell not in ("休息", "假"):
                    month, number = map(int, present(re.fullmatch(r"(\d+)月(\d+)日", day)).groups())
                    code, times = cell.split(" ")
                    assert times == {"早": "8:00–16:00", "中": "16:00–24:00", "夜": "0:00–8:00"}[code]
                    worker = next(worker.id for worker in edition.problem.workers if worker.name == line[0])
                    found.append(Duty(worker, date(2026, month, number), code))
    assert Roster(found) == edition.roster
    first = book[WEEKS_ZH[0]]
    assert first["A1"].value == "测试客服台 2026年12月 排班表 12月1日(周二)–12月6日(周日)"
    assert [first.cell(2, column).value for column in (2, 3, 8)] == [None, "12月1日", "12月6日"]
    assert first["C3"].value == "周二"


def test_the_board_is_large_enough_and_prints_across_a4(tmp_path):
    book = given_out(tmp_path)
    for sheet in book.worksheets[:5]:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.paperSize == 9
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.print_title_rows == "$1:$3"
        cells = [cell for row in sheet.iter_rows(min_row=4, max_row=11) for cell in row if cell.value]
        assert all(cell.font.sz >= 14 for cell in cells)
        assert all(sheet.row_dimensions[row].height >= 25 for row in range(4, 12))
        assert sheet.oddFooter.right.text.startswith("第 3 版 · 已发布")


def test_nobody_reads_on_the_board_what_leave_somebody_is_on(tmp_path):
    made = a_month()
    course = Leave("07004", date(2026, 12, 9), date(2026, 12, 9), "training")
    book = given_out(tmp_path, an_edition(replace(made.problem, leave=(*made.problem.leave, course)), status="live"))
    line = next(row for row in rows(book["公告栏 12月7日"]) if row[0] == "测试员4")
    assert line[3] == "培训"  # at work, only not at the desk
    line = next(row for row in rows(book["公告栏 12月7日"]) if row[0] == "测试员3")
    assert line[1:3] == ["假", "假"]
    assert not any("病" in text for sheet in book.worksheets[:6] for text in texts(sheet))


def test_festivals_notices_and_the_old_version_stand_on_the_board(tmp_path):
    desk = Desk("front", "测试客服台", notice=(CONTACT,))
    edition = an_edition(a_problem(year=2026, month=10, desk=desk), status="live")
    sheet = given_out(tmp_path, edition, replaces=2).worksheets[0]
    assert "周四 国庆" in texts(sheet)
    assert sheet["A2"].value == "第 2 版即日起作废，请停止使用并交回。"
    assert sheet.print_title_rows == "$1:$4"
    assert "告示：疑难问题找值班主管 000-0099" in texts(sheet)


def test_two_duties_on_a_day_stand_one_below_the_other(tmp_path):
    edition = a_month()
    day = date(2026, 12, 8)
    kept = [duty for duty in edition.roster.duties if (duty.worker, duty.day) != ("07001", day)]
    edition = replace(edition, roster=Roster([*kept, Duty("07001", day, "夜"), Duty("07001", day, "中")]))
    book = given_out(tmp_path, edition)
    line = next(row for row in rows(book["公告栏 12月7日"]) if row[0] == "测试员1")
    assert line[2] == "夜 0:00–8:00\n中 16:00–24:00"
    line = next(row for row in slip_of(tmp_path, "测试员1") if row[0] == "12-08")
    assert line[2:5] == ["夜 夜班\n中 中班", "00:00–08:00\n16:00–24:00", 16]


def test_somebody_who_left_is_not_on_later_weeks(tmp_path):
    edition = a_month()
    first, second, *others = edition.problem.workers
    problem = replace(edition.problem, workers=(first, replace(second, leaves=date(2026, 12, 8)), *others))
    edition = an_edition(problem, Roster(d for d in rotated(problem).duties if d.worker != "07002" or d.day.day < 9))
    book = given_out(tmp_path, edition)
    names = [{row[0] for row in rows(sheet)} for sheet in book.worksheets[:5]]
    assert ["测试员2" in each for each in names] == [True, True, False, False, False]
    line = next(row for row in rows(book["公告栏 12月7日"]) if row[0] == "测试员2")
    assert line[3] is None
    assert next(row for row in slip_of(tmp_path, "测试员2") if row[0] == "12-09")[2] == "—"


def test_the_title_of_a_late_publication_has_the_lines_that_its_reason_takes(tmp_path):
    reason = "系统停机，请假名单等到十二月二十八日才到，排班因此迟发两天"
    edition = replace(a_month(), late=reason)
    book = given_out(tmp_path, edition)
    board = book[WEEKS_ZH[0]]
    assert reason in board["A1"].value
    assert board["A1"].alignment.wrap_text
    in_time = given_out(tmp_path / "plain")[WEEKS_ZH[0]]
    assert board.row_dimensions[1].height > in_time.row_dimensions[1].height
    assert book["分发签收"]["A1"].alignment.wrap_text


def test_everybody_signs_for_a_copy_and_gives_the_old_one_back(tmp_path):
    sheet = given_out(tmp_path, replaces=2)["分发签收"]
    found = rows(sheet)
    assert found[0][0] == "测试客服台 2026年12月 排班表 分发签收表"
    assert found[1][0] == "第 3 版 · 已发布 · 指纹 0123456789ab"
    assert "第 2 版即日起作废" in found[2][0]
    assert found[3] == ["序号", "类别", "编号", "部门 / 姓名", "发放内容", "签收", "日期", "收回第 2 版"]
    assert found[4] == [1, "部门", "HR", "行政人事部", "排班表、公告栏页", None, None, None]
    assert found[5] == [2, "个人", "07001", "测试员1", "个人班表 2 号", None, None, None]
    assert len(found) == 4 + 1 + 8
    assert sheet["C6"].number_format == "@"
    assert sheet.print_title_rows == "$4:$4"
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth) == ("portrait", 1)
    assert all(sheet.row_dimensions[row].height >= 24 for row in range(5, 14))
    assert [row[-1] for row in rows(given_out(tmp_path)["分发签收"])][2] == "收回旧表"


def test_each_person_has_a_slip_of_one_page_in_a_file_of_its_own(tmp_path):
    edition = a_month()
    given_out(tmp_path, edition, replaces=2)
    found = slips(tmp_path)
    assert [sheet["A1"].value for sheet in found] == [f"个人班表：{one.name}" for one in edition.problem.workers]
    for sheet in found:
        assert not sheet.sheet_properties.pageSetUpPr or not sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sum(sheet.row_dimensions[row].height for row in range(1, sheet.max_row + 1)) < 745
    slip = slip_of(tmp_path, "测试员2")
    assert slip[0][-1] == "3 号"
    assert slip[1][0] == "工号 07002 · 乙组 · 测试客服台 2026年12月 · 第 3 版 · 已发布 · 指纹 0123456789ab"
    shifts = [edition.roster.on("07002", day) for day in edition.problem.dates]
    assert f"班次数：{sum(map(len, shifts))}  工时：{8 * sum(map(len, shifts))}" in slip[2][0]
    assert slip[3][0] == "第 2 版即日起作废，请停止使用并交回。"
    assert slip[4] == ["日期", "星期", "班次", "时间", "工时", "带班 / 电话", "备注"]
    days = slip[5:36]
    assert [row[0] for row in days] == [f"12-{day:02}" for day in range(1, 32)]
    called = {(): "休息", ("早",): "早 早班", ("中",): "中 中班", ("夜",): "夜 夜班"}
    assert [row[2] for row in days] == [called[codes] for codes in shifts]
    assert slip[-1][0].startswith("本人已收到：")


def test_a_slip_tells_leave_breaks_and_who_leads(tmp_path):
    shifts = (replace(THREE_SHIFTS[0], breaks=(Break(12 * 60, 12 * 60 + 30),), firm_end=15 * 60), *THREE_SHIFTS[1:])
    edition = a_month(shifts=shifts)
    roster = edition.roster
    given_out(tmp_path, edition)
    days = {row[0]: row for row in slip_of(tmp_path, "测试员3")}
    assert days["12-07"][2] == "病假"
    assert days["日期"] == ["日期", "星期", "班次", "时间", "休息时段", "工时", "带班 / 电话", "备注"]
    assert {row[4] for row in days.values() if row[2] == "早 早班"} == {"12:00–12:30"}
    assert {row[5] for row in days.values() if row[2] == "早 早班"} == {7.5}
    assert {row[7] for row in days.values() if row[2] == "早 早班"} == {"15:00 起弹性"}
    led = {day for day in edition.problem.dates if set(roster.on("07001", day)) & set(roster.on("07003", day))}
    assert {key for key, row in days.items() if row[6] == "测试员1 000-0001"} == {f"{day:%m-%d}" for day in led}
    assert {row[6] for row in slip_of(tmp_path, "测试员1") if row[2] == "夜 夜班"} == {"本人"}
    given_out(tmp_path, edition, leaders=("组长",))
    assert all("带班 / 电话" not in texts(sheet) for sheet in slips(tmp_path))


def test_a_slip_has_what_is_arranged_for_the_person(tmp_path):
    rules = {"cleaning_duty": {"shifts": ["早"]}}
    edition = an_edition(a_problem(desk=Desk("front", "测试客服台", notice=(CONTACT,))), rules=rules, status="live")
    line = edition.arrangements[0]
    given_out(tmp_path, edition)
    name = edition.problem.names[line.workers[0]]
    slip = slip_of(tmp_path, name)
    said = [row[0] for row in slip]
    assert line.say("zh", edition.problem.names) in said
    assert CONTACT.zh in said
    marked = next(row for row in slip if row[0] == f"{line.days[0]:%m-%d}")
    assert edition.rulebook.named("cleaning_duty").title.zh in marked[-1]
    others = [each for each in edition.arrangements if line.workers[0] not in each.workers]
    assert others
    assert not {each.say("zh", edition.problem.names) for each in others} & set(said)


def test_a_person_of_another_house_gets_no_slip(tmp_path):
    edition = a_month()
    nobody = replace(edition, roster=Roster(()))
    book = given_out(tmp_path, nobody, [HR, Recipient("person", "A1", "周十")])
    assert slips(tmp_path) == []
    assert rows(book["分发签收"])[4] == [2, "个人", "A1", "周十", "排班表、公告栏页", None, None, None]


def test_the_workbook_bears_a_stamp_and_is_dated_with_the_latest_step(tmp_path):
    path, *_ = write_handouts(tmp_path, a_month(), [HR])
    assert read_stamp(path) == Stamp(
        "front", Month(2026, 12), 3, status="live", fingerprint="0123456789ab", lang="zh", part="handouts"
    )
    assert read_month(path) is None  # it is no roster to be read back
    assert is_as_packed(path, {a_month().log[-1].at})


def test_a_draft_says_so_on_every_sheet(tmp_path):
    edition = replace(a_month(), status="draft")
    book = given_out(tmp_path, edition)
    for sheet in book.worksheets:
        assert any("草稿" in text for text in texts(sheet))
        assert "草稿" in sheet.oddFooter.right.text
    assert "供征求意见" in (tmp_path / "front-2026-12-v3-邮件.txt").read_text(encoding="utf-8")


def test_texts_that_look_like_formulas_stay_texts(tmp_path):
    problem = a_problem()
    sly = replace(problem, workers=tuple(replace(worker, name="=1+1", team="@x") for worker in problem.workers))
    book = given_out(tmp_path, an_edition(sly), [Recipient("department", "-1", "+1&2")])
    assert all(cell.data_type not in "fe" for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)
    assert "+1&2" in texts(book["分发签收"])


def test_the_mail_tells_both_languages_what_is_new_and_what_is_void(tmp_path):
    note = Note(Sentence("放假通知未出", "no holiday notice is out"))
    edition = a_month(assumptions=(note,))
    roster = tmp_path / "front-2026-12-v3.xlsx"
    roster.write_bytes(b"the roster itself")
    *_, text, message = write_handouts(tmp_path, edition, [HR], replaces=2, attached=[roster])
    zh, en = text.read_text(encoding="utf-8").split("-" * 40)
    for line in (
        "测试客服台 2026年12月排班表 第 3 版（第 2 版作废）",
        "版本：3 · 已发布",
        "指纹：0123456789ab",
        "第 2 版即日起作废：请停止使用，把旧表交回并在分发签收表上登记；收到新表请签收。",
        "假设：放假通知未出",
        "发放：行政人事部；个人 8 人",
        "  · front-2026-12-v3.xlsx（排班表）",
        "  · front-2026-12-v3-分发.xlsx（公告栏、分发签收表）",
    ):
        assert line in zh.splitlines()
    assert "Version 2 is void from now on" in en
    assert "Fingerprint: 0123456789ab" in en
    parsed = email.message_from_bytes(message.read_bytes(), policy=email.policy.default)
    assert not parsed.defects
    assert parsed["Subject"] == "测试客服台 2026年12月排班表 第 3 版（第 2 版作废）"
    assert parsed["From"].groups[0].display_name == "测试客服台"
    assert parsed["To"].addresses == ()
    assert parsed["Date"].datetime == MADE_AT
    assert parsed["X-Unsent"] == "1"
    assert "Message-ID" not in parsed
    assert present(parsed.get_body()).get_content().replace("\r\n", "\n") == text.read_text(encoding="utf-8")
    attached = {part.get_filename(): part.get_content() for part in parsed.iter_attachments()}
    assert attached == {
        "front-2026-12-v3.xlsx": b"the roster itself",
        "front-2026-12-v3-分发.xlsx": (tmp_path / "front-2026-12-v3-分发.xlsx").read_bytes(),
    }
    assert b"@" not in re.sub(rb"[A-Za-z0-9+/=\r\n]{60,}", b"", message.read_bytes())


def test_the_mail_is_in_english_first_where_english_is_asked(tmp_path):
    *_, text, message = write_handouts(tmp_path, a_month(), [HR], "en")
    assert text.read_text(encoding="utf-8").startswith("测试客服台: roster for Dec 2026, version 3\n\nDear colleagues,")
    parsed = email.message_from_bytes(message.read_bytes(), policy=email.policy.default)
    assert parsed["Subject"] == "测试客服台: roster for Dec 2026, version 3"


def test_a_name_with_a_line_break_makes_no_header(tmp_path):
    edition = a_month(desk=Desk("front", "台\nBcc: x"))
    *_, message = write_handouts(tmp_path, edition, [HR])
    parsed = email.message_from_bytes(message.read_bytes(), policy=email.policy.default)
    assert "Bcc" not in parsed
    assert parsed["Subject"].startswith("台 Bcc: x 2026年12月")


def test_the_english_workbook_speaks_english(tmp_path):
    problem = a_problem()
    workers = tuple(replace(worker, name=f"Tester {n}", team="A") for n, worker in enumerate(problem.workers))
    shifts = tuple(replace(s, code=c, name=c) for s, c in zip(THREE_SHIFTS, "DEN", strict=True))
    problem = replace(problem, workers=workers, shifts=shifts, demand=(), desk=Desk("desk", "Test desk"))
    edition = an_edition(problem, status="live")
    book = given_out(tmp_path, edition, [Recipient("department", "HR", "Personnel")], "en", replaces=2)
    assert book.sheetnames[0] == "Board 1 Dec"
    assert book.sheetnames[-1] == "Receipts"
    hers = [load_workbook(path).worksheets[0] for path in sorted(tmp_path.glob("*-Slip.xlsx"))]
    assert [sheet.title for sheet in hers] == ["Slip"] * len(problem.workers)
    found = [text for sheet in (*book.worksheets, *hers) for text in texts(sheet) if re.search("[\u4e00-\u9fff]", text)]
    assert found == []


def test_the_same_edition_gives_the_same_bytes(tmp_path):
    first = [file.read_bytes() for file in write_handouts(tmp_path, a_month(), [HR])]
    assert [file.read_bytes() for file in write_handouts(tmp_path, a_month(), [HR])] == first


def test_hours_are_told_as_short_as_they_are_clear():
    day = Shift("甲", "甲", 8 * 60, 16 * 60 + 30)
    assert short_times(day, "zh") == "8:00–16:30"
    assert short_times(replace(day, start=0, end=8 * 60), "zh") == "0:00–8:00"
    assert short_times(replace(day, start=16 * 60, end=24 * 60), "zh") == "16:00–24:00"
    late = replace(day, start=17 * 60 + 30, end=33 * 60)
    assert (short_times(late, "zh"), short_times(late, "en")) == ("17:30–次日9:00", "17:30–+1 9:00")


def test_fourteen_people_take_less_than_a_second_of_processor_time(tmp_path):
    edition = an_edition(a_problem(14), status="live")
    write_handouts(tmp_path, edition, [HR])
    began = min(_timed(tmp_path, edition) for _ in range(3))
    assert began < 1.0


def _timed(folder, edition) -> float:
    began = process_time()
    write_handouts(folder, edition, [HR])
    return process_time() - began


# --- In another program ------------------------------------------------------

needs_soffice = pytest.mark.skipif(
    not shutil.which("soffice") or not shutil.which("pdftotext"), reason="LibreOffice or pdftotext is not installed"
)


@needs_soffice
def test_weeks_and_slips_print_on_a_page_each(tmp_path):
    path, *others, _, _ = write_handouts(tmp_path, an_edition(a_problem(14), status="live"), [HR], replaces=2)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", path.name, *(one.name for one in others)]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    pages = printed(path)
    assert len(pages) == 5 + 1
    assert all("测试员14" in page and "周" in page for page in pages[:5])
    assert len(others) == 14
    for number, one in enumerate(others, 1):
        (page,) = printed(one)
        assert re.search(rf"个人班表：测试员{number}\s", page)
        assert "本人已收到" in page


def printed(path) -> list[str]:
    """The text of each page that another program has made of a workbook."""
    command = ["pdftotext", "-layout", path.with_suffix(".pdf"), "-"]
    text = subprocess.run(command, check=True, capture_output=True).stdout.decode()
    assert "###" not in text
    return text.removesuffix("\f").split("\f")
