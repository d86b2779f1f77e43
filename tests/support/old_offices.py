"""Rosters of known desks as offices write them: a drawn desk, and a writer of sheets that remembers where each cell went."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZipFile

from openpyxl import Workbook

ZH_WEEKDAYS = "一二三四五六日"
EN_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫"
REST = "rest"
Truth = dict[tuple[str, str, int, int], tuple[str, date, str]]  # file, sheet, row, column -> who, day, what


@dataclass(frozen=True)
class Member:
    """Somebody of a drawn desk."""

    name: str
    id: str
    team: str


@dataclass(frozen=True)
class KnownDesk:
    """A drawn desk: who has what on each day, `rest`, a code, codes joined by +, or `leave:KIND`."""

    people: tuple[Member, ...]
    days: tuple[date, ...]
    cells: Mapping[tuple[str, date], str]

    def of(self, member: Member, day: date) -> str:
        """What somebody has on a day."""
        return self.cells[member.name, day]


def days_from(first: date, last: date) -> tuple[date, ...]:
    """Every day from the first to the last."""
    return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))


DECEMBER = days_from(date(2026, 12, 1), date(2026, 12, 31))
PERIOD = days_from(date(2026, 11, 21), date(2026, 12, 20))
WEEK = days_from(date(2026, 12, 7), date(2026, 12, 13))


def draw_desk(
    seed: int,
    days: Sequence[date] = DECEMBER,
    *,
    people: int = 8,
    codes: Sequence[str] = ("早", "中", "夜"),
    leave: bool = True,
    names: Sequence[str] = (),
    weekends_off: bool = False,
) -> KnownDesk:
    """Draw a desk: runs of four or five duties with one or two days off, here and there leave."""
    rng = random.Random(seed)
    names = names or [
        f"{SURNAMES[n % 12]}{'一二三四五六七八九'[n % 9]}{'明华平'[n % 3] if n % 2 else ''}" for n in range(people)
    ]
    members = tuple(Member(name, f"{1001 + n}", ("甲组", "乙组")[2 * n // len(names)]) for n, name in enumerate(names))
    cells: dict[tuple[str, date], str] = {}
    for member in members:
        code, left, off = rng.choice(codes), rng.randint(1, 5), 0
        for day in days:
            if weekends_off:
                cells[member.name, day] = REST if day.weekday() >= 5 else rng.choice(codes)
            elif off:
                cells[member.name, day], off = REST, off - 1
                code, left = rng.choice(codes), rng.randint(3, 5)
            else:
                cells[member.name, day], left = code, left - 1
                off = rng.choice((1, 1, 2)) if left <= 0 else 0
        if leave and rng.random() < 0.6:
            at = rng.randrange(len(days) - 2)
            kind = rng.choice(("annual", "sick"))
            for day in days[at : at + 2]:
                cells[member.name, day] = f"leave:{kind}"
    return KnownDesk(members, tuple(days), cells)


@dataclass
class Sheet:
    """A sheet in the making."""

    title: str
    cells: dict[tuple[int, int], Any] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)

    def put(self, row: int, column: int, value: Any) -> None:
        """Write a cell."""
        if value not in ("", None):
            self.cells[row, column] = value

    def put_row(self, row: int, column: int, values: Iterable[Any]) -> None:
        """Write cells side by side."""
        for at, value in enumerate(values, column):
            self.put(row, at, value)

    def merge(self, top: int, bottom: int, left: int, right: int) -> None:
        """Make an area one cell."""
        self.merged.append((top, bottom, left, right))

    @property
    def height(self) -> int:
        """The last row."""
        return max((row for row, _ in self.cells), default=0)


@dataclass
class Office:
    """The files of an office in the making, and what their cells say."""

    files: dict[str, list[Sheet]] = field(default_factory=dict)
    truth: Truth = field(default_factory=dict)
    hours: dict[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    own_code: dict[str, str] = field(default_factory=dict)
    kind: str = "xlsx"
    encoding: str = "utf-8-sig"

    def sheet(self, file: str, title: str = "Sheet1") -> Sheet:
        """A new sheet of a file."""
        found = Sheet(title)
        self.files.setdefault(file, []).append(found)
        return found

    def tell(self, file: str, sheet: Sheet, at: tuple[int, int], member: Member, day: date, what: str) -> None:
        """Remember what a cell says."""
        title = "" if file.endswith(".csv") else sheet.title
        self.truth[file, title, *at] = (member.name, day, what)

    def write(self, folder: Path) -> list[Path]:
        """Write the files."""
        paths = []
        for name, sheets in self.files.items():
            path = folder / name
            path.write_bytes(WRITERS[path.suffix](sheets, self.encoding))
            paths.append(path)
        return paths


def as_xlsx(sheets: Sequence[Sheet], encoding: str) -> bytes:
    """The bytes of a workbook."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        page = book.create_sheet(sheet.title)
        for (row, column), value in sheet.cells.items():
            page.cell(row, column, value)
        for top, bottom, left, right in sheet.merged:
            page.merge_cells(start_row=top, end_row=bottom, start_column=left, end_column=right)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_csv(sheets: Sequence[Sheet], encoding: str) -> bytes:
    """The bytes of a CSV file."""
    (sheet,) = sheets
    width = max(column for _, column in sheet.cells)
    out = io.StringIO()
    writer = csv.writer(out)
    for row in range(1, sheet.height + 1):
        values = [sheet.cells.get((row, column), "") for column in range(1, width + 1)]
        writer.writerow([value.isoformat() if isinstance(value, date) else value for value in values])
    return out.getvalue().encode(encoding)


def as_ods(sheets: Sequence[Sheet], encoding: str) -> bytes:
    """The bytes of an OpenDocument sheet, without merged areas."""
    tables = []
    for sheet in sheets:
        width = max(column for _, column in sheet.cells)
        rows = []
        for row in range(1, sheet.height + 1):
            cells = [_ods_cell(sheet.cells.get((row, column))) for column in range(1, width + 1)]
            rows.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
        tables.append(f'<table:table table:name="{escape(sheet.title)}">{"".join(rows)}</table:table>')
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
        ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body><office:spreadsheet>'
        f"{''.join(tables)}</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest'
        ' xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return out.getvalue()


def _ods_cell(value: Any) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, date):
        day = value.isoformat()
        kind = f'office:value-type="date" office:date-value="{day}"'
        return f"<table:table-cell {kind}><text:p>{day}</text:p></table:table-cell>"
    if isinstance(value, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="string"><text:p>{escape(str(value))}</text:p></table:table-cell>'


WRITERS: dict[str, Callable[[Sequence[Sheet], str], bytes]] = {".xlsx": as_xlsx, ".csv": as_csv, ".ods": as_ods}
