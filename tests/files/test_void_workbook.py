"""Which roster a workbook is, and how an old one is made void."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.formatting.rule import FormulaRule
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.pagebreak import Break
from openpyxl.worksheet.table import Table

from scheduler.domain import Month
from scheduler.errors import InputError
from scheduler.files.papers.void_workbook import void_workbook
from scheduler.files.papers.voiding import VOID_FOLDER, Voiding
from scheduler.files.reading.month_sheets import read_month
from scheduler.files.reading.roster_grid import read_roster
from scheduler.files.writing.properties import Stamp, read_stamp, set_stamp
from scheduler.files.writing.workbook import write_workbook
from scheduler.ledger.rows import seal
from tests.files.test_workbook import a_problem, an_edition, rotated
from tests.support.narrowing import present
from tests.support.sheets import properties_of, table

AT = datetime(2026, 12, 5, 2, 20, tzinfo=UTC)
VOIDING = Voiding("superseded", AT, by="张经理", because="赵一与钱二调班", replaced_by=4)
LINE = "【已作废】第 3 版自 2026-12-05 10:20 起作废，由第 4 版取代 · 原因：赵一与钱二调班 · 经办：张经理 · 请停止使用并交回"
MARK = seal(rotated(a_problem()).duties)[:12]
STAMP = Stamp("front", Month(2026, 12), 3, status="live", fingerprint=MARK)


def issued(folder: Path, lang="zh", stamp=STAMP, change=lambda book: None, **changes) -> Path:
    """A published roster as it lies in its folder; `change` is what a user did to it since."""
    path = folder / "front-2026-12-v3.xlsx"
    write_workbook(path, an_edition(a_problem(), status="live", **changes), lang)
    book = load_workbook(path)
    change(book)
    set_stamp(book, replace(stamp, lang=lang))
    book.save(path)
    return path


def void_of(path: Path) -> Path:
    """Where its void copy goes."""
    return path.parent / VOID_FOLDER / path.name


def made_void(folder: Path, voiding=VOIDING, **options):
    """An issued roster made void, read again."""
    path = issued(folder, **options)
    void_workbook(path, void_of(path), voiding)
    return load_workbook(void_of(path))


def test_a_stamp_is_read_as_it_was_written(tmp_path):
    path = issued(tmp_path)
    assert read_stamp(path) == STAMP
    assert re.fullmatch("[0-9a-f]{12}", MARK)
    assert not STAMP.is_void


def test_a_workbook_tells_its_desk_month_and_version_by_itself(tmp_path):
    path = tmp_path / "roster.xlsx"
    write_workbook(path, an_edition(a_problem()), "en")
    stamp = present(read_stamp(path))
    assert (stamp.desk, stamp.month, stamp.version, stamp.lang, stamp.part) == (
        "front",
        Month(2026, 12),
        3,
        "en",
        "roster",
    )


def test_only_the_properties_are_read(tmp_path):
    path = issued(tmp_path)
    with ZipFile(path) as parts, ZipFile(tmp_path / "bare.xlsx", "w") as bare:
        bare.writestr("docProps/custom.xml", parts.read("docProps/custom.xml"))
    assert read_stamp(tmp_path / "bare.xlsx") == STAMP


def test_a_stamp_replaces_the_one_before_and_leaves_other_properties(tmp_path):
    book = Workbook()
    properties_of(book).append(StringProperty(name="owner", value="人事"))
    set_stamp(book, STAMP)
    set_stamp(book, replace(STAMP, version=4, fingerprint=""))
    book.save(tmp_path / "a.xlsx")
    assert read_stamp(tmp_path / "a.xlsx") == replace(STAMP, version=4, fingerprint="")
    names = properties_of(load_workbook(tmp_path / "a.xlsx")).names
    assert sorted(names) == ["desk", "lang", "month", "owner", "part", "status", "version"]


@pytest.mark.parametrize("content", [b"", b"no workbook", b"PK\x03\x04 cut short"])
def test_what_is_no_workbook_has_no_stamp(tmp_path, content):
    (tmp_path / "a.xlsx").write_bytes(content)
    assert read_stamp(tmp_path / "a.xlsx") is None


def test_anothers_workbook_has_no_stamp(tmp_path):
    Workbook().save(tmp_path / "a.xlsx")
    assert read_stamp(tmp_path / "a.xlsx") is None
    with ZipFile(tmp_path / "b.xlsx", "w") as parts:
        parts.writestr("docProps/custom.xml", "<Properties")
    assert read_stamp(tmp_path / "b.xlsx") is None


@pytest.mark.parametrize("name", ["gone.xlsx", "."])
def test_what_is_not_there_is_an_input_error(tmp_path, name):
    with pytest.raises(InputError):
        read_stamp(tmp_path / name)


def test_every_sheet_says_that_it_is_void_on_screen_and_on_every_page(tmp_path):
    book = made_void(tmp_path)
    assert len(book.worksheets) >= 6
    for sheet in book.worksheets:
        assert sheet["A1"].value == LINE
        assert sheet["A1"].font.b
        assert sheet["A1"].font.sz == 16
        assert sheet["A1"].fill.fgColor.rgb[2:] == "C00000"
        assert any(str(area).startswith("A1:") for area in sheet.merged_cells.ranges)
        assert sheet.sheet_properties.tabColor.rgb[2:] == "C00000"
        for header in (sheet.oddHeader, sheet.evenHeader, sheet.firstHeader):
            assert header.center.text == "【已作废】第 3 版 · 2026-12-05 10:20，由第 4 版取代"
            assert (header.center.size, header.center.color) == (16, "C00000")
        assert sheet.oddFooter.right.text == "第 3 版 已作废（被新版取代）"
        assert sheet.page_margins.top >= 0.8
    assert book["排班表"]["A3"].value.startswith("第 3 版 · 已作废（被新版取代） · 编制于")
    assert book["规则检查"]["B3"].value == "3 · 已作废（被新版取代）"
    assert book.properties.title.startswith("【已作废】测试客服台")


def test_the_old_file_is_gone_and_the_stamp_tells_so(tmp_path):
    path = issued(tmp_path)
    given = void_workbook(path, void_of(path), VOIDING)
    assert not path.exists()
    assert given == read_stamp(void_of(path)) == replace(STAMP, status="superseded")
    assert given.is_void
    assert [each.name for each in void_of(path).parent.iterdir()] == [path.name]


def test_a_withdrawn_roster_names_no_other_version(tmp_path):
    voiding = replace(VOIDING, status="withdrawn", replaced_by=None, because=" 人手\n不足 ", by="")
    book = made_void(tmp_path, voiding)
    line = "【已作废】第 3 版自 2026-12-05 10:20 起作废 · 原因：人手 不足 · 经办：未写 · 请停止使用并交回"
    assert book["排班表"]["A1"].value == line
    assert book["排班表"].oddFooter.right.text == "第 3 版 已作废（撤回）"


def test_an_english_roster_is_voided_in_english(tmp_path):
    book = made_void(tmp_path, lang="en")
    line = "[VOID] Version 3 has been void since 2026-12-05 10:20, replaced by version 4 · because: 赵一与钱二调班 · by: 张经理"
    for sheet in book.worksheets:
        assert sheet["A1"].value.startswith(line)
    assert "SUPERSEDED" in book["Roster"]["A3"].value


def test_the_roster_itself_is_still_there_one_row_down(tmp_path):
    path = issued(tmp_path)
    before = load_workbook(path)
    void_workbook(path, void_of(path), VOIDING)
    assert read_roster(void_of(path), a_problem()) == rotated(a_problem())
    assert read_month(void_of(path)) == Month(2026, 12)
    after = load_workbook(void_of(path))
    for old, new in zip(before.worksheets, after.worksheets, strict=True):
        for row in old.iter_rows(min_row=10):
            for cell in row:
                lower = new.cell(present(cell.row) + 1, present(cell.column))
                assert lower.value == cell.value
                assert lower.number_format == cell.number_format
                assert lower.fill.fgColor.rgb == cell.fill.fgColor.rgb
        assert new.row_dimensions[11].height == old.row_dimensions[10].height
    old, new = before["排班表"], after["排班表"]
    assert (old.freeze_panes, new.freeze_panes) == ("D6", "D7")
    assert (old.print_title_rows, new.print_title_rows) == ("$3:$5", "$4:$6")
    assert new.print_title_cols == old.print_title_cols == "$A:$C"
    assert new.print_area == f"'排班表'!$A$1:$AN${old.max_row + 1}"
    assert {str(area) for area in new.merged_cells.ranges} >= {"A2:AN2", "A4:A6"}
    old, new = before["每日明细"], after["每日明细"]
    assert new.auto_filter.ref == f"A2:K{old.max_row + 1}"
    assert (new.freeze_panes, new.print_title_rows) == ("A3", "$2:$2")
    assert table(old) == table_from(new, 2)


def table_from(sheet, top: int) -> list[dict[str, object]]:
    """A table whose headings stand in a row further down."""
    head, *rows = sheet.iter_rows(min_row=top, max_col=len(list(sheet.iter_rows())[top]), values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def added_sheet(book) -> None:
    """What a user may put into a workbook."""
    sheet = book.create_sheet("我的备注")
    for row in range(1, 11):
        sheet.append([f"第{row}行", row, f"=B{row}*2"])
    sheet["A3"].comment = Comment("批注", "用户")
    sheet["A4"].hyperlink = "https://example.invalid/"
    sheet.merge_cells("A5:A6")
    sheet.row_dimensions[7].hidden = True
    sheet.row_dimensions[8].height = 40
    sheet.row_breaks.append(Break(id=9))
    rule = DataValidation("whole", formula1="1", formula2="9")
    rule.add("B1:B10")
    sheet.add_data_validation(rule)
    sheet.conditional_formatting.add("B1:B10", FormulaRule(["$B1>5"], fill=PatternFill("solid", bgColor="FF0000")))
    sheet.sheet_view.topLeftCell = "A8"
    listed = book.create_sheet("表格")
    listed.append(["甲", "乙"])
    listed.append(["1", "2"])
    listed.add_table(Table(displayName="T1", ref="A1:B2"))


def test_what_a_user_added_moves_down_with_its_cells(tmp_path):
    sheet = (book := made_void(tmp_path, change=added_sheet))["我的备注"]
    assert sheet["A1"].value == LINE
    assert [sheet.cell(row, 1).value for row in (2, 3, 11)] == ["第1行", "第2行", "第10行"]
    assert sheet["C2"].value == "=B1*2"  # a formula whose result nobody ever computed: its text
    assert sheet["C2"].data_type == "s"
    assert sheet["A4"].comment.text == "批注"
    assert (sheet["A5"].hyperlink.ref, sheet["A4"].hyperlink) == ("A5", None)
    assert "A6:A7" in {str(area) for area in sheet.merged_cells.ranges}
    assert (sheet.row_dimensions[8].hidden, sheet.row_dimensions[7].hidden) == (True, False)
    assert sheet.row_dimensions[9].height == 40
    assert [each.id for each in sheet.row_breaks.brk] == [10]
    assert not sheet.data_validations.dataValidation
    (area,) = sheet.conditional_formatting
    assert (str(area.cells), area.rules[0].formula) == ("B2:B11", ["$B2>5"])
    assert sheet.sheet_view.topLeftCell is None
    assert book["表格"].tables["T1"].ref == "A2:B3"


def test_a_formula_becomes_its_result(tmp_path):
    path = issued(tmp_path, change=added_sheet)
    loose = tmp_path / "loose"
    with ZipFile(path) as parts:
        parts.extractall(loose)
        names = parts.namelist()
    (part,) = [file for file in (loose / "xl/worksheets").glob("*.xml") if "B7*2" in file.read_text(encoding="utf-8")]
    text = part.read_text(encoding="utf-8")
    part.write_text(re.sub(r"(<f>B7\*2</f>)<v ?/?>(</v>)?", r"\1<v>14</v>", text), encoding="utf-8")
    with ZipFile(path, "w") as parts:
        for name in names:
            parts.write(loose / name, name)
    void_workbook(path, void_of(path), VOIDING)
    assert load_workbook(void_of(path))["我的备注"]["C8"].value == 14


def test_texts_that_look_like_formulas_stay_texts(tmp_path):
    voiding = replace(VOIDING, because="=1+1", by="@张&李")
    problem = a_problem()
    first, *others = problem.workers
    sly = replace(problem, workers=(replace(first, name="=cmd|' /C calc'!A0"), *others))
    path = tmp_path / "a.xlsx"
    write_workbook(path, an_edition(sly), "zh")
    void_workbook(path, void_of(path), voiding)
    book = load_workbook(void_of(path))
    assert all(cell.data_type not in "fe" for sheet in book.worksheets for row in sheet.iter_rows() for cell in row)
    assert "原因：=1+1 · 经办：@张&李" in book["统计"]["A1"].value
    assert read_roster(void_of(path), sly) == rotated(sly)


def test_what_is_void_already_gets_one_line_only(tmp_path):
    path = issued(tmp_path)
    void_workbook(path, path, replace(VOIDING, replaced_by=None, status="withdrawn"))
    assert present(read_stamp(path)).status == "withdrawn"
    void_workbook(path, path, VOIDING)
    book = load_workbook(path)
    for sheet in book.worksheets:
        assert sheet["A1"].value == LINE
        assert not str(sheet["A2"].value).startswith("【已作废】")
        assert sum(area.min_row == 1 for area in sheet.merged_cells.ranges) == 1
    assert book.properties.title.count("【已作废】") == 1
    assert read_roster(path, a_problem()) == rotated(a_problem())


def test_the_same_stamp_gives_the_same_bytes(tmp_path):
    path = issued(tmp_path)
    content = path.read_bytes()
    void_workbook(path, void_of(path), VOIDING)
    first = void_of(path).read_bytes()
    path.write_bytes(content)
    void_workbook(path, void_of(path), VOIDING)  # an old copy turned up again: its void one is written over
    assert void_of(path).read_bytes() == first
    assert not path.exists()


def refused(path: Path, target: Path | None = None) -> InputError:
    """Making it void fails, and everything is as it was."""
    before = {each: each.read_bytes() for each in path.parent.rglob("*") if each.is_file()}
    with pytest.raises(InputError) as caught:
        void_workbook(path, target or void_of(path), VOIDING)
    assert {each: each.read_bytes() for each in path.parent.rglob("*") if each.is_file()} == before
    return caught.value


@pytest.mark.parametrize(
    "lock", ["~$front-2026-12-v3.xlsx", ".~lock.front-2026-12-v3.xlsx#", ".~front-2026-12-v3.xlsx"]
)
def test_a_workbook_that_is_open_elsewhere_is_left_alone(tmp_path, lock):
    path = issued(tmp_path)
    (tmp_path / lock).write_bytes(b"")
    assert lock in refused(path).say("zh")


def test_a_read_only_workbook_is_left_alone(tmp_path):
    path = issued(tmp_path)
    path.chmod(0o444)
    assert "只读" in refused(path).say("zh")


def test_a_file_in_the_way_is_left_alone(tmp_path):
    path = issued(tmp_path)
    target = void_of(path)
    target.parent.mkdir()
    target.write_bytes(b"something else")
    refused(path)
    write_workbook(target, an_edition(a_problem(), status="superseded", version=2), "zh")
    refused(path)


def test_what_is_not_ours_is_left_alone(tmp_path):
    path = tmp_path / "a.xlsx"
    Workbook().save(path)
    assert "本程序" in refused(path).say("zh")


@pytest.mark.parametrize("step", ["os.fsync", "pathlib.Path.replace", "pathlib.Path.unlink"])
def test_a_step_that_fails_leaves_everything_as_it_was(tmp_path, monkeypatch, step):
    path = issued(tmp_path)
    unlink = Path.unlink

    def fail(*args: Any, **_: Any) -> None:
        if step != "pathlib.Path.unlink" or args[0] == path:
            raise PermissionError(13, "in use")
        unlink(*args, **_)

    monkeypatch.setattr(step, fail)
    assert "in use" in refused(path).say("en")


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="superseded"):
        replace(VOIDING, at=datetime(2026, 12, 5))
    with pytest.raises(ValueError, match="live"):
        replace(VOIDING, status="live")  # type: ignore[arg-type]  # what the types forbid is refused


# --- In another program ------------------------------------------------------

needs_soffice = pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")


def converted(path: Path, kind: str) -> Path:
    """A file as LibreOffice saves or prints it, in a folder beside it."""
    profile = f"-env:UserInstallation=file://{path.parent}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", kind, "--outdir", "out", path.name]
    subprocess.run(command, cwd=path.parent, check=True, capture_output=True, timeout=120)
    return path.parent / "out" / f"{path.stem}.{kind}"


@needs_soffice
def test_a_roster_that_another_program_saved_keeps_its_stamp_and_can_be_made_void(tmp_path):
    path = converted(issued(tmp_path, change=added_sheet), "xlsx")
    assert read_stamp(path) == STAMP
    void_workbook(path, void_of(path), VOIDING)
    book = load_workbook(void_of(path))
    assert {sheet["A1"].value for sheet in book.worksheets} == {LINE}
    assert [book["我的备注"].cell(row, 3).value for row in (2, 11)] == [2, 20]
    assert read_stamp(void_of(path)) == replace(STAMP, status="superseded")
    assert read_roster(void_of(path), a_problem()) == rotated(a_problem())
    assert book["排班表"].print_title_rows == "$4:$6"
    if shutil.which("pdftotext"):
        pdf = converted(void_of(path), "pdf")
        text = subprocess.run(["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True).stdout.decode()
        pages = text.removesuffix("\f").split("\f")
        assert len(pages) > 6
        for page in pages:
            assert "【已作废】第 3 版 · 2026-12-05 10:20，由第 4 版取代" in page
            assert "第 3 版 已作废" in page
