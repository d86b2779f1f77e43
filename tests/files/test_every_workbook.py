"""Every kind of workbook that the program writes opens as it is: without a repair, and in LibreOffice."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openxml_audit import OpenXmlValidator, ValidationSeverity

from scheduler.app.attendance import compare_attendance
from scheduler.app.compare import compare_versions
from scheduler.app.hr import tell_hr
from scheduler.app.init import create_empty
from scheduler.app.publish import publish_version
from scheduler.app.sheets import write_sheets
from scheduler.app.show import show_version
from tests.support.cli_desks import run
from tests.support.ooxml import faults_of
from tests.support.published_desk import MONTH, NOW, at, drafted, published_desk, with_changes

LATER = at("2027-01-04 09:00")


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a workbook of each kind."""
    folder = tmp_path_factory.mktemp("books")
    tables = {"overtime": ("T1,2026-12-09,2",), "leave": ("T6,2026-12-14,2026-12-15,annual,是",)}
    desk = published_desk(folder, **tables)
    number = drafted(desk, roster=with_changes(("T2", 20, ""), ("T5", 20, "早")), legal=False)
    publish_version(desk, number, "M1", now=NOW, late_because="改", over_because="改")
    out = folder / "out"
    out.mkdir()
    for path in (desk / "rosters").rglob("*.xlsx"):
        shutil.copy(path, out / f"paper-{path.name}")
    tell_hr(desk, MONTH, out=out / "hr.xlsx", now=LATER)
    tell_hr(desk, corrects=out / "hr.xlsx", out=out / "hr-correction.xlsx", now=LATER)
    punches = folder / "punches.csv"
    punches.write_text("工号,打卡时间\nT1,2026-12-01 08:20\nT9,2026-12-02 09:00\nT4,2026-12-30 20:00\n", "utf-8")
    compare_attendance(desk, [punches], MONTH, out=out / "attendance.xlsx", now=LATER)
    compare_versions(desk, 1, number, xlsx=out / "comparison.xlsx")
    assert run("log", desk, "--xlsx", out / "log.xlsx", "--for", "auditor").code == 0
    show_version(desk, number, out=out, reader="hr", lang="en")
    write_sheets(desk, out / "sheets.xlsx", MONTH, now=LATER)
    create_empty(out / "empty.xlsx", "zh")
    return out


def test_no_workbook_has_what_a_spreadsheet_program_would_repair(books):
    found = {path.name: faults_of(path) for path in sorted(books.glob("*.xlsx"))}
    assert len(found) >= 12
    assert {name: faults for name, faults in found.items() if faults} == {}


def schema_errors(path: Path) -> list[str]:
    """Where a workbook departs from the transitional schemas.

    The order within a font is left out: a sequence by their first edition, a choice by those since.
    """
    return [
        f"{one.part_uri} {one.path}: {one.description}"
        for one in OpenXmlValidator().validate(path).errors
        if one.severity == ValidationSeverity.ERROR and not (one.path or "").startswith("/styleSheet[1]/fonts[1]/font[")
    ]


def test_every_workbook_keeps_to_the_schemas(books):
    found = {path.name: schema_errors(path) for path in sorted(books.glob("*.xlsx"))}
    assert {name: errors for name, errors in found.items() if errors} == {}


@pytest.mark.parametrize(
    ("part", "before", "after"),
    [
        ("xl/worksheets/sheet1.xml", "<sheetData>", "<sheetDatum/><sheetData>"),
        ("xl/worksheets/sheet1.xml", 'orientation="landscape"', 'orientation="sideways"'),
        ("xl/charts/chart1.xml", "<plotArea>", "<plotArea><legend/>"),
        ("xl/styles.xml", "<cellXfs", "<cellYfs/><cellXfs"),
    ],
)
def test_a_departure_from_the_schemas_is_found(books, part, before, after):
    path = damaged(books / "hr.xlsx", part, before, after)
    try:
        assert schema_errors(path)
    finally:
        path.unlink()


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_opens_each_of_them(books, tmp_path):
    names = sorted(path.name for path in books.glob("*.xlsx"))
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf"]
    subprocess.run(
        [*command, "--outdir", str(tmp_path), *names], cwd=books, check=True, capture_output=True, timeout=240
    )
    assert {path.stem for path in tmp_path.glob("*.pdf")} == {Path(name).stem for name in names}


def damaged(path: Path, part: str, before: str, after: str) -> Path:
    """A workbook with something in one of its parts replaced."""
    new = path.with_name("damaged.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(new, "w") as book:
        for name in old.namelist():
            content = old.read(name)
            if name == part:
                assert before.encode() in content
                content = content.replace(before.encode(), after.encode())
            book.writestr(name, content)
    return new


@pytest.mark.parametrize(
    ("part", "before", "after"),
    [
        ("xl/worksheets/sheet1.xml", "<sheetData>", "<mergeCells/><sheetData>"),
        ("xl/worksheets/sheet1.xml", 'r="A1"', 'r="B2"'),
        ("xl/worksheets/sheet1.xml", 's="1"', 's="99"'),
        ("xl/worksheets/sheet1.xml", 'r="A2" s="1" t="n"><v>1</v>', 'r="A2" s="1" t="s"><v>7777</v>'),
        ("xl/worksheets/sheet1.xml", 'ref="B4:C5"', 'ref="A1:C5"'),
        ("xl/workbook.xml", 'name="甲"', f'name="{"甲" * 32}"'),
        ("xl/workbook.xml", 'name="甲"', 'name="乙"'),
        ("[Content_Types].xml", "/xl/styles.xml", "/xl/stiles.xml"),
        ("xl/_rels/workbook.xml.rels", "worksheets/sheet1.xml", "worksheets/sheet9.xml"),
        ("xl/styles.xml", '<cellXfs count="2">', '<cellXfs count="3">'),
    ],
)
def test_what_would_be_repaired_is_seen(tmp_path, part, before, after):
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "甲"
    book.create_sheet("乙")
    sheet["A1"], sheet["A2"] = "字", 1
    sheet["A2"].number_format = "0.00"
    sheet.merge_cells("A1:B1")
    sheet.merge_cells("B4:C5")
    book.save(tmp_path / "sound.xlsx")
    assert faults_of(tmp_path / "sound.xlsx") == []
    assert faults_of(damaged(tmp_path / "sound.xlsx", part, before, after))
    assert load_workbook(tmp_path / "sound.xlsx").sheetnames == ["甲", "乙"]
