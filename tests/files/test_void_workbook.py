"""Which roster a workbook is, and how an old one is made void."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.packaging.custom import StringProperty

from scheduler.audit.statistics import duty_row
from scheduler.domain import Month
from scheduler.errors import InputError
from scheduler.files.papers.void_workbook import RecordedRoster, void_workbook
from scheduler.files.papers.voiding import VOID_FOLDER, Voiding
from scheduler.files.put import is_as_packed
from scheduler.files.reading.roster_grid import read_roster
from scheduler.files.writing.properties import Stamp, read_stamp, set_stamp
from scheduler.files.writing.workbook import write_workbook
from scheduler.ledger.rows import seal
from tests.files.test_workbook import MADE_AT, a_problem, an_edition, rotated
from tests.support.narrowing import present
from tests.support.sheets import properties_of

AT = datetime(2026, 12, 5, 2, 20, tzinfo=UTC)
VOIDING = Voiding("superseded", AT, by="张经理", because="赵一与钱二调班", replaced_by=4)
LINE = "【已作废】第 3 版自 2026-12-05 10:20 起作废，由第 4 版取代 · 原因：赵一与钱二调班 · 经办：张经理 · 请停止使用并交回"
MARK = seal(rotated(a_problem()).duties)[:12]
STAMP = Stamp("front", Month(2026, 12), 3, status="live", fingerprint=MARK)


def issued(folder: Path, lang="zh", change: Callable[[Workbook], object] | None = None, **changes) -> Path:
    """A published roster as it lies in its folder; `change` is what a user did to it since."""
    path = folder / "front-2026-12-v3.xlsx"
    write_workbook(path, an_edition(a_problem(), status="live", fingerprint=MARK, **changes), lang)
    if change:
        book = load_workbook(path)
        change(book)
        book.save(path)
    return path


def void_of(path: Path) -> Path:
    """Where its void copy goes."""
    return path.parent / VOID_FOLDER / path.name


def recorded() -> RecordedRoster:
    """What the ledger has of the roster."""
    problem = a_problem()
    roster = rotated(problem)
    return RecordedRoster(
        desk="front",
        desk_name=problem.desk.name,
        month=problem.month,
        version=3,
        made_at=MADE_AT,
        fingerprint=MARK,
        names=problem.names,
        duties=[duty_row(problem, duty) for duty in roster.duties],
    )


def make_void(path: Path, target: Path | None = None, voiding=VOIDING) -> list[Path]:
    return void_workbook(path, target or void_of(path), recorded(), voiding, "zh", {MADE_AT})


def made_void(folder: Path, voiding=VOIDING, **options):
    """An issued roster made void, read again."""
    path = issued(folder, **options)
    make_void(path, voiding=voiding)
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
    assert book.sheetnames == ["排班表", "每日明细"]
    for sheet in book.worksheets:
        assert sheet["A1"].value == LINE
        assert sheet["A1"].font.b
        assert sheet["A1"].font.sz == 16
        assert sheet["A1"].fill.fgColor.rgb[2:] == "C00000"
        assert any(str(area).startswith("A1:") for area in sheet.merged_cells.ranges)
        assert sheet.sheet_properties.tabColor.rgb[2:] == "C00000"
        header = sheet.oddHeader.center
        assert header.text == "【已作废】第 3 版 · 2026-12-05 10:20，由第 4 版取代"
        assert (header.size, header.color) == (16, "C00000")
        assert not sheet.HeaderFooter.differentFirst
        assert not sheet.HeaderFooter.differentOddEven
        assert sheet.oddFooter.right.text == "第 3 版 已作废（被新版取代）"
        assert sheet.page_margins.top >= 0.8
    assert book["排班表"]["A2"].value == f"{a_problem().desk.name} 2026年12月 排班表【已作废（被新版取代）】"
    assert book["排班表"]["A3"].value == f"第 3 版 · 已作废（被新版取代） · 指纹 {MARK}"
    assert str(book.properties.title).startswith("【已作废】")


def test_the_old_file_is_gone_and_the_stamp_tells_so(tmp_path):
    path = issued(tmp_path)
    assert make_void(path) == [void_of(path)]
    assert not path.exists()
    assert read_stamp(void_of(path)) == replace(STAMP, status="superseded")
    assert sorted(file.name for file in tmp_path.rglob("*") if file.is_file()) == [path.name]


def test_a_withdrawn_roster_names_no_other_version(tmp_path):
    book = made_void(tmp_path, voiding=replace(VOIDING, status="withdrawn", replaced_by=None, because="", by=""))
    line = book["排班表"]["A1"].value
    assert line == "【已作废】第 3 版自 2026-12-05 10:20 起作废 · 原因：未写 · 经办：未写 · 请停止使用并交回"
    assert "撤回" in book["排班表"]["A3"].value


def test_an_english_roster_is_voided_in_english(tmp_path):
    book = made_void(tmp_path, lang="en")
    assert book.sheetnames == ["Roster", "Duties"]
    assert book["Roster"]["A1"].value.startswith("[VOID] Version 3 has been void since 2026-12-05 10:20")
    assert "[SUPERSEDED]" in book["Roster"]["A2"].value


def test_the_roster_of_the_ledger_is_there_whatever_the_file_holds(tmp_path):
    path = issued(tmp_path)
    path.write_bytes(b"PK\x03\x04 nothing of a workbook")
    make_void(path)
    assert read_roster(void_of(path), a_problem()) == rotated(a_problem())
    cells: list[Any] = list(load_workbook(void_of(path))["每日明细"].iter_rows(min_row=2, values_only=True))
    head, *rows = cells
    assert head == ("日期", "星期", "班次", "工号", "姓名", "开始", "结束", "工时")
    duties = rotated(a_problem()).duties
    assert [(row[0].date(), row[2], row[3]) for row in rows] == [(duty.day, duty.shift, duty.worker) for duty in duties]
    assert all(row[5] < row[6] for row in rows)


def test_a_file_that_would_take_an_hour_to_read_is_not_read(tmp_path):
    path = issued(tmp_path, change=lambda book: book.worksheets[0].cell(1_048_576, 1, "x"))
    kept = make_void(path)[1]
    assert kept.name == f"{path.name}.1.bak"
    assert load_workbook(void_of(path)).worksheets[0].max_row < 100


@pytest.mark.parametrize("content", [b"", b"PK\x05\x06" + b"\xff" * 18, b"something that somebody keeps here"])
def test_what_somebody_has_saved_since_is_kept_as_it_is(tmp_path, content):
    path = issued(tmp_path)
    path.write_bytes(content)
    void, kept = make_void(path)
    assert (void, kept) == (void_of(path), void.with_name(f"{path.name}.1.bak"))
    assert kept.read_bytes() == content
    assert not path.exists()
    path.write_bytes(b"another of them")
    assert make_void(path)[1].name == f"{path.name}.2.bak"


def test_one_saved_by_another_program_is_no_more_as_this_program_wrote_it(tmp_path):
    path = issued(tmp_path)
    assert is_as_packed(path, {MADE_AT})
    assert not is_as_packed(path, {MADE_AT + timedelta(seconds=2)})
    load_workbook(path).save(path)
    assert not is_as_packed(path, {MADE_AT})


def test_the_same_version_gives_the_same_bytes(tmp_path):
    path = issued(tmp_path)
    content = path.read_bytes()
    make_void(path)
    first = void_of(path).read_bytes()
    path.write_bytes(content)
    make_void(path)  # an old copy turned up again: its void one is written over
    assert void_of(path).read_bytes() == first
    assert not path.exists()


def refused(path: Path, target: Path | None = None) -> InputError:
    """Making it void fails, and everything is as it was."""
    before = {each: each.read_bytes() for each in path.parent.rglob("*") if each.is_file()}
    with pytest.raises(InputError) as caught:
        make_void(path, target)
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
def test_a_roster_that_another_program_saved_keeps_its_stamp_and_its_void_copy_prints_as_void(tmp_path):
    path = converted(issued(tmp_path), "xlsx")
    assert read_stamp(path) == STAMP
    assert len(make_void(path)) == 2
    assert read_stamp(void_of(path)) == replace(STAMP, status="superseded")
    if shutil.which("pdftotext"):
        pdf = converted(void_of(path), "pdf")
        text = subprocess.run(["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True).stdout.decode()
        pages = text.removesuffix("\f").split("\f")
        assert len(pages) > 2
        for page in pages:
            assert "【已作废】第 3 版 · 2026-12-05 10:20，由第 4 版取代" in page
            assert "第 3 版 已作废" in page
