"""One desk in every form of file, whoever wrote it, is one desk, or has the same faults at the same cells."""

from __future__ import annotations

import csv
import random
import shutil
import subprocess
import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import Workbook, load_workbook

from scheduler.errors import InputError
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.places import Place
from scheduler.files.reading.workbook_cells import SheetCells, read_workbook_cells
from scheduler.i18n import LANGS

needs_soffice = pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
SETTINGS = (("键", "值"), ("id", "forms"), ("opening.all", "08:00-24:00"))
DESK_TOML = '[desk]\nid = "forms"\n[opening]\nall = "08:00-24:00"\n'
Cells = dict[str, list[list[object]]]

DAYS = ("2026-12-05", date(2026, 12, 7), datetime(2026, 12, 9), "2026年12月10日", "20261211", "2026/12/12 周六")
ODD_DAYS = (datetime(2026, 12, 5, 13, 30), "2026-12-05 13:00", "12月5日", "2026-12-05 周一", "昨天", True)
HIRED = (None, "2026-01-05", date(2026, 1, 5), datetime(2026, 1, 5))
STARTS = ("08:00", time(8), "8点", "上午8:00", "0800", 8)
ENDS = ("16:00", time(16), "16", "下午4:00", timedelta(hours=16), 1600)
ODD_TIMES = (1, "1", time(8, 0, 30), "25:00", "晚上1点", "八点")
NUMBERS = (2, "2", 2.0, "２", "2.0")
ODD_NUMBERS = (2.5, "二", "1e1", -1, True, date(2026, 12, 5))
YES = ("是", "yes", True, 1, "已通过")
ODD_YES = ("大概", 2, "半天")
NAMES = ("试一", "O'Neil", "=", "试;二", " 试三 ", "a|b", "1")
IDS = ("0012", "A-7", "1E3", 1003, "351030001351351001")
ODD_IDS = (351030001351351001, 12.5, 12, "1.00E+03", "A7")


def draw_desk(seed: int, odd: float) -> Cells:
    """A desk whose cells are written in drawn ways; each is odd with that chance."""
    rng = random.Random(seed)

    def one_of(plain: tuple[object, ...], strange: tuple[object, ...] = ()) -> object:
        return rng.choice(strange) if strange and rng.random() < odd else rng.choice(plain)

    def who() -> object:
        return one_of(IDS, ODD_IDS)

    def days(people: tuple[object, ...], *rest: Any) -> list[list[object]]:
        return [[one, one_of(DAYS, ODD_DAYS), *(make() for make in rest)] for one in people]

    leave = [
        [
            *row[:2],
            row[1] if not isinstance(row[1], bool) else None,
            one_of(("年假", "病假", "annual"), ("酒假", "放假")),
            one_of(YES, ODD_YES),
        ]
        for row in days(IDS[:3])
    ]
    return {
        "people": [
            ["工号", "姓名", "角色", "工时比例", "入职日期", "备注"],
            *([one, rng.choice(NAMES), "班长", one_of((1, "100%", 0.5, "50%"), (0, "两成")), one_of(HIRED, ODD_DAYS[:2]), "x"]
              for one in IDS),
        ],
        "shifts": [
            ["代码", "开始", "结束", "颜色"],
            ["早", one_of(STARTS, ODD_TIMES), one_of(ENDS, ODD_TIMES), "DDEBF7"],
            ["晚", "16:00", one_of(("24:00", timedelta(hours=24), "0:00", 0), ODD_TIMES), None],
        ],
        "demand": [["班次", "日期类型", "最少"], ["早", "all", one_of(NUMBERS, ODD_NUMBERS)],
                   ["晚", one_of(("工作日", *DAYS), ODD_DAYS), 1]],
        "leave": [["工号", "开始日期", "结束日期", "类别", "审批状态"], *leave],
        "fixed": [["工号", "日期", "班次"], *days(IDS[3:], lambda: rng.choice(("早", "晚", "休")))],
        "overtime": [["工号", "日期", "小时"], [who(), one_of(DAYS, ODD_DAYS), one_of((1.5, "1.5", 2), ODD_NUMBERS[1:3])]],
        "holidays": [["日期", "类型"], [one_of(DAYS, ODD_DAYS), one_of(("补班", "法定节假日"), ("放假",))]],
    }  # fmt: skip


def as_typed(value: object) -> str:
    """A cell as one would type it into a text file."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}" if value.time() != time(0) else f"{value:%Y-%m-%d}"
    if isinstance(value, time):
        return f"{value:%H:%M}" if not value.second else f"{value:%-H:%M:%S}"
    if isinstance(value, timedelta):
        return f"{value.days * 24 + value.seconds // 3600}:00"
    return str(value)


def write_csv(folder: Path, desk: Cells) -> Path:
    folder.mkdir()
    (folder / "desk.toml").write_text(DESK_TOML, "utf-8")
    for table, rows in desk.items():
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([as_typed(value) for value in row] for row in rows)
    return folder


def write_book(path: Path, desk: Cells) -> Path:
    book = Workbook()
    book.remove(book.worksheets[0])
    for table, rows in {"设置": SETTINGS, **desk}.items():
        sheet = book.create_sheet(table)
        for row in rows:
            sheet.append(row)
            for cell in sheet[sheet.max_row]:
                if isinstance(cell.value, str):
                    cell.data_type = "s"  # or “=” would be a formula
                if isinstance(cell.value, timedelta):
                    cell.number_format = "[h]:mm"
    book.save(path)
    return path


def write_pandas(path: Path, desk: Cells) -> Path:
    with pd.ExcelWriter(path, engine="openpyxl") as writer:
        settings: list[list[object]] = [list(row) for row in SETTINGS]
        for table, rows in {"设置": settings, **desk}.items():
            # A length of time becomes a plain number in pandas, as which it is another thing.
            plain = [[as_typed(value) if isinstance(value, timedelta) else value for value in row] for row in rows[1:]]
            frame = pd.DataFrame(plain, columns=pd.Index(rows[0]), dtype=object)
            frame.to_excel(writer, sheet_name=table, index=False)
    return path


def outcome(path: Path) -> object:
    """The desk, or its faults: where in which table, what stood there, what was expected."""
    try:
        return read_desk(path)
    except InputError as error:
        return [
            (one.sheet or Path(one.file).stem, one.row, one.column, one.found, one.expected) for one in error.faults
        ]


DRAWN = [(seed, 0.0 if seed < 4 else 0.06 if seed < 7 else 0.3) for seed in range(10)]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Drawn desks as folders and workbooks."""
    folder = tmp_path_factory.mktemp("forms")
    for seed, odd in DRAWN:
        desk = draw_desk(seed, odd)
        write_csv(folder / f"{seed}", desk)
        write_book(folder / f"{seed}.xlsx", desk)
        write_pandas(folder / f"{seed}p.xlsx", desk)
    return folder


@pytest.fixture(scope="module")
def told(written: Path) -> dict[int, object]:
    return {seed: outcome(written / f"{seed}") for seed, _ in DRAWN}


def test_the_drawn_desks_are_some_sound_and_some_not(told: dict[int, object]) -> None:
    faulty = [found for found in told.values() if isinstance(found, list)]
    assert 4 <= len(faulty) <= len(DRAWN) - 4
    assert len({expected for found in faulty for *_, expected in found}) >= 10


@pytest.mark.parametrize("name", ["{}.xlsx", "{}p.xlsx"])
def test_a_workbook_tells_what_the_text_files_tell(written: Path, told: dict[int, object], name: str) -> None:
    for seed, found in told.items():
        assert outcome(written / name.format(seed)) == found, seed


def write_sly(path: Path) -> None:
    """A workbook with errors, merged areas, formats and far cells."""
    book = Workbook()
    page = book.worksheets[0]
    values: dict[str, Any] = {
        "A1": "=NA()", "B1": "=1/0", "C1": '="早"&"班"', "D1": "=1+2", "E1": 12, "F1": 1000, "G1": True, "H1": "\u3000早\n晚",
        "A2": timedelta(hours=26), "B2": time(8, 0, 30), "C2": datetime(2026, 12, 5, 13), "D2": 0.5, "E2": 12, "F2": 7,
        "A4": "合", "C40": "远",
    }  # fmt: skip
    for at, value in values.items():
        page[at] = value
    page["A2"].number_format, page["D2"].number_format = "[h]:mm", "0%"
    page["E1"].number_format, page["F1"].number_format, page["E2"].number_format = "0000", "0.00E+00", '"A"000'
    page.merge_cells("A4:B6")
    book.create_sheet("空")
    book.create_sheet("藏")["A1"] = 1
    book["藏"].sheet_state = "hidden"
    book.save(path)


@pytest.fixture(scope="module")
def resaved(written: Path) -> Path:
    """The workbooks, and one more that is sly, as LibreOffice saves them."""
    write_sly(written / "sly.xlsx")
    books = ["sly.xlsx", *(f"{seed}.xlsx" for seed, _ in DRAWN)]
    for kind in ("xlsx", "ods", "xls"):
        command = ["soffice", f"-env:UserInstallation=file://{written}/profile", "--headless", "--convert-to", kind]
        subprocess.run(
            [*command, "--outdir", "resaved", *books], cwd=written, check=True, capture_output=True, timeout=240
        )
    return written / "resaved"


@needs_soffice
@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_what_another_program_saved_tells_the_same(resaved: Path, told: dict[int, object], kind: str) -> None:
    for seed, found in told.items():
        assert outcome(resaved / f"{seed}.{kind}") == found, seed


# --- What is beside the cells' values --------------------------------------------


@pytest.fixture(scope="module")
def sly(resaved: Path) -> Path:
    return resaved


def sheets(path: Path) -> tuple[SheetCells, ...]:
    return read_workbook_cells(path.read_bytes(), Place(path.name)).sheets


@needs_soffice
@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_nothing_of_a_sheet_is_lost_in_any_form(sly: Path, kind: str) -> None:
    page, empty, hidden = sheets(sly / f"sly.{kind}")
    assert page.errors == {(1, 1): "#N/A", (1, 2): "#DIV/0!"}
    assert page.merged == ((4, 6, 1, 2),)
    assert (page.cells[1][3], page.cells[1][4], page.cells[1][5]) == ("早班", 3, "0012")
    assert [type(page.cells[row][column]).__name__ for row, column in ((1, 6), (2, 5), (2, 4), (2, 6))] == [
        *("Shown", "Shown", "float", "int")
    ]
    assert page.cells[1][7] is True
    assert str(page.cells[1][8]).strip("\u3000") == "早\n晚"
    assert page.cells[2][1] == timedelta(hours=26)
    assert page.cells[2][2] in (time(8, 0, 30), timedelta(hours=8, seconds=30))
    assert page.cells[2][3] == datetime(2026, 12, 5, 13)
    assert (page.last_row, page.cells[40]) == (40, {3: "远"})
    assert (empty.title, empty.last_row, hidden.title, hidden.cells[1][1]) == ("空", 0, "藏", 1)


def odd_book(path: Path, change: Any = None, form: str = "General", sheet: bytes = b"") -> Path:
    """A workbook whose styles openpyxl refuses: a colour of three digits."""
    book = Workbook()
    page = book.worksheets[0]
    page["A1"], page["B1"], page["A2"], page["B2"] = "工号", 12, date(2026, 12, 5), 1.5
    page["B1"].number_format = form
    page.merge_cells("D1:E2")
    if change:
        change(page)
    book.save(path.with_suffix(".tmp"))
    with zipfile.ZipFile(path.with_suffix(".tmp")) as plain, zipfile.ZipFile(path, "w") as odd:
        for name in plain.namelist():
            content = plain.read(name)
            if name == "xl/styles.xml":
                content = content.replace(b'<fonts count="1"><font>', b'<fonts count="1"><font><color rgb="F00"/>')
                assert b'"F00"' in content
            odd.writestr(name, sheet if sheet and name.startswith("xl/worksheets/") else content)
    return path


def test_an_odd_workbook_is_read_all_the_same(tmp_path: Path) -> None:
    path = odd_book(tmp_path / "odd.xlsx")
    with pytest.raises(ValueError, match="stylesheet"):
        load_workbook(path)
    (page,) = sheets(path)
    assert (page.cells[1], page.merged) == ({1: "工号", 2: 12}, ((1, 2, 4, 5),))
    assert page.cells[2][2] == 1.5
    assert str(page.cells[2][1])[:10] == "2026-12-05"


@pytest.mark.parametrize(
    ("change", "form"),
    [
        (lambda page: page.__setitem__("C1", "=1+2"), "General"),
        (lambda page: page.__setitem__("C1", "#N/A"), "General"),
        (None, "0000"),
        (None, "0.00E+00"),
        (None, '"A"000'),
    ],
)
def test_an_odd_workbook_of_which_something_would_be_lost_is_refused(tmp_path: Path, change: Any, form: str) -> None:
    with pytest.raises(InputError) as caught:
        sheets(odd_book(tmp_path / "odd.xlsx", change, form))
    assert "完好的 Excel" in caught.value.say("zh")


def test_an_odd_workbook_that_breaks_off_is_refused(tmp_path: Path) -> None:
    torn = b'<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
    with pytest.raises(InputError):
        sheets(odd_book(tmp_path / "odd.xlsx", sheet=torn))


@pytest.mark.parametrize(
    ("content", "way"),
    [
        (b"<html><table><tr><td>1</td></tr></table></html>", "其实是网页"),
        (b"\xef\xbb\xbf\r\n<?xml version='1.0'?><Workbook/>", "其实是网页"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096), "有密码，或是读不懂的旧式"),
        (b"\xd0\xcf\x11\xe0", "有密码，或是读不懂的旧式"),
        (b"a,b,c\n1,2,3\n", "完好的 Excel 工作簿"),
    ],
)
@pytest.mark.parametrize("kind", ["xls", "ods", "xlsx"])
def test_what_only_has_the_name_of_a_workbook_is_told(tmp_path: Path, content: bytes, way: str, kind: str) -> None:
    path = tmp_path / f"desk.{kind}"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_desk(path)
    assert way in caught.value.say("zh")
    assert all(path.name in caught.value.say(lang) for lang in LANGS)


@needs_soffice
def test_a_workbook_that_was_cut_off_is_refused_or_whole(sly: Path, tmp_path: Path) -> None:
    """Half a file never reads as something else."""
    for kind in ("ods", "xls"):
        content = (sly / f"sly.{kind}").read_bytes()
        for part in (0.3, 0.6, 0.9):
            path = tmp_path / f"cut.{kind}"
            path.write_bytes(content[: int(len(content) * part)])
            try:
                found = sheets(path)
            except InputError:
                continue
            assert found == sheets(sly / f"sly.{kind}")
