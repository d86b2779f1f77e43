"""A correction of what HR was told: only what an earlier workbook said otherwise, row by row and figure by figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from scheduler.errors import Fault, InputError
from scheduler.files.papers.hr_fields import Field, Listing
from scheduler.files.papers.hr_tables import DUTIES, LISTINGS, PEOPLE
from scheduler.files.papers.hr_workbook import ABOUT, COLUMN, MADE, PRIVATE, SHEET, say_basis, say_title
from scheduler.files.put import is_as_packed, pack
from scheduler.files.reading.file_bytes import read_bytes
from scheduler.files.reading.places import Place
from scheduler.files.reading.workbook_cells import SheetCells, read_workbook_cells
from scheduler.files.writing.labels import AFTER, BEFORE
from scheduler.files.writing.page import LARGE, LEFT, PLAIN, Column, Page, clean, lay_out, put_listing
from scheduler.files.writing.properties import HR, HR_CORRECTION, check_own_workbook, mark_as, read_marks
from scheduler.hr.person import Period
from scheduler.hr.report import HrReport
from scheduler.i18n import Lang, Sentence
from scheduler.passing import Access, put_file

CORRECTION = Sentence("更正", "Correction")
TITLE = Sentence("{title}：更正", "{title}: correction")
WHAT = Sentence("人事工时表的更正", "a correction of an HR workbook")
NO_COLUMN = Sentence(
    "“{title}”列：没有它就无从对照，请用未删改的原文件",
    "the column {title}: without it nothing can be compared; take the file as it was written",
)
NO_HR_FILE = Sentence(
    "本程序写的人事工时表（scheduler hr --out）", "an HR workbook of this program (scheduler hr --out)"
)
WHICH, MORE_OR_LESS = Sentence("哪一行", "Which row"), Sentence("差额", "Difference")
AGAINST = Sentence("对照 {file}：编制于 {at}，账册记录至 {head}", "against {file}: made {at}, log up to {head}")
NO_ROW, WHOLE_ROW = Sentence("（没有）", "(none)"), Sentence("整行", "the whole row")
ALTERED = Sentence(
    "{file} 写出后又被别的程序存过：对照的是它现在的内容",
    "another program has saved {file} since it was written: what it says now is compared",
)


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """An earlier HR workbook as it is now.

    Attributes
    ----------
    at, head : str
        When it was made, and where the log ended then.
    altered : bool
        Whether another program has saved it since.
    tables : mapping
        By table, by the keys of a row and how many rows above it have the same, its values by the keys of its fields.
    """

    path: Path
    desk: str
    period: Period
    lang: Lang
    at: str
    head: str
    altered: bool
    tables: Mapping[Sentence, Mapping[tuple[str, ...], Mapping[str, str]]]


@dataclass(frozen=True, kw_only=True)
class Corrected:
    """One thing that the earlier workbook said otherwise.

    Attributes
    ----------
    row : tuple of str
        What tells the row apart.
    field : Field or None
        `None` for a row that is there in one of both alone.
    before, after : str
        Empty where there is no such row.
    more : float or None
        The difference of two numbers.
    """

    listing: Listing
    row: tuple[str, ...]
    field: Field | None
    before: str
    after: str
    more: float | None = None


def read_earlier(path: Path) -> Earlier:
    """Read an HR workbook that was written before.

    Raises
    ------
    InputError
        It is none, or cannot be read.
    """
    marks, place = read_marks(path), Place(path.name)
    try:
        first, last = (date.fromisoformat(day) for day in marks.get("period", "").split(".."))
        at = datetime.fromisoformat(marks.get("at", ""))
        cut_off = int(marks["cut_off"]) if marks.get("cut_off") else None
    except ValueError as error:
        raise InputError([place.fault(NO_HR_FILE)]) from error
    if marks.get("part") != HR or first > last:
        raise InputError([place.fault(NO_HR_FILE)])
    lang: Lang = "en" if marks.get("lang") == "en" else "zh"
    sheets = {sheet.title: sheet for sheet in read_workbook_cells(read_bytes(path, place), place).sheets}
    known = [listing for listing in LISTINGS if listing.title.say(lang) in sheets]
    if not {PEOPLE, DUTIES} <= {listing.title for listing in known}:
        raise InputError([place.fault(NO_HR_FILE)])
    tables, faults = {}, list[Fault]()
    for listing in known:
        sheet = sheets[listing.title.say(lang)]
        heads = {_plain(value): at for at, value in sheet.cells.get(1, {}).items()}
        here = place._replace(sheet=sheet.title, row=1)
        gone = [field for field in listing.fields if _plain(field.title.say(lang)) not in heads]
        faults += [here.fault(NO_COLUMN, title=field.title) for field in gone if field.compared or field.is_key]
        tables[listing.title] = _read(sheet, heads, listing, lang)
    if faults:
        raise InputError(faults)
    return Earlier(
        path=path,
        desk=marks.get("desk", ""),
        period=Period(first, last, cut_off),
        lang=lang,
        at=f"{at:%Y-%m-%d %H:%M}",
        head=marks.get("head", ""),
        altered=not is_as_packed(path, [at]),
        tables=tables,
    )


def _read(
    sheet: SheetCells, heads: Mapping[str, int], listing: Listing, lang: Lang
) -> dict[tuple[str, ...], dict[str, str]]:
    """The rows of a sheet by what tells them apart, by the columns of its headings."""
    at = {field.key: heads[title] for field in listing.fields if (title := _plain(field.title.say(lang))) in heads}
    rows = []
    for number in range(2, sheet.last_row + 1):
        cells = sheet.cells.get(number, {})
        row = {key: _plain(cells.get(column)) for key, column in at.items()}
        if any(row.values()):
            rows.append(row)
    return _by_key(rows, listing)


def _by_key(rows: Iterable[dict[str, str]], listing: Listing) -> dict[tuple[str, ...], dict[str, str]]:
    seen: Counter[tuple[str, ...]] = Counter()
    found = {}
    for row in rows:
        key = tuple(row.get(field.key, "") for field in listing.fields if field.is_key)
        found[*key, str(seen[key])] = row
        seen[key] += 1
    return found


def _plain(value: object) -> str:
    """A value as text, the same whoever saved it."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{round(value, 2):.2f}".rstrip("0").rstrip(".")
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    return "" if value is None else clean(str(value)).strip()


def find_corrections(earlier: Earlier, report: HrReport) -> list[Corrected]:
    """What an earlier workbook said otherwise, in the order of its sheets and rows.

    Which version a duty stands in, and what the clerk fills in, are not compared.
    """
    found: list[Corrected] = []
    for listing in LISTINGS:
        then = earlier.tables.get(listing.title, {})  # earlier releases wrote fewer of them
        keys = [field.key for field in listing.fields]
        plain = ([_plain(value) for value in row] for row in listing.values(report, earlier.lang))
        now = _by_key((dict(zip(keys, row, strict=True)) for row in plain), listing)
        for key in dict.fromkeys((*then, *now)):
            row = key[:-1]
            if key not in then or key not in now:
                before, after = (_whole(listing, table.get(key)) for table in (then, now))
                found.append(Corrected(listing=listing, row=row, field=None, before=before, after=after))
                continue
            for field in listing.fields:
                old, new = then[key].get(field.key, ""), now[key][field.key]
                if field.compared and old != new:
                    told = Corrected(listing=listing, row=row, field=field, before=old, after=new, more=_more(old, new))
                    found.append(told)
    return found


def _whole(listing: Listing, row: Mapping[str, str] | None) -> str:
    if row is None:
        return ""
    return " ".join(row[field.key] for field in listing.fields if field.compared and row.get(field.key))


def _more(before: str, after: str) -> float | None:
    try:
        return round(float(after) - float(before), 2)
    except ValueError:
        return None


def write_correction(
    path: Path, earlier: Earlier, report: HrReport, found: Iterable[Corrected], lang: Lang, access: Access | None
) -> None:
    """Write a correction as a workbook; one of this program's that is there is replaced in one step.

    Raises
    ------
    InputError
        The name ends otherwise, or something else stands there, the workbook that is corrected for instance.
    OSError
        It cannot be written.
    """
    check_own_workbook(path, HR_CORRECTION, WHAT)
    book = Workbook()
    book.remove(book.worksheets[0])
    title = TITLE.say(lang, title=say_title(report, lang))
    styles: dict[Any, Any] = {}
    for name in (CORRECTION, ABOUT):
        sheet: Worksheet = book.create_sheet(name.say(lang))
        lay_out(sheet, lang, title, f"{report.at:%Y-%m-%d %H:%M}", landscape=True, fitted=True)
        page = Page(sheet, styles)
        if name is CORRECTION:
            put_listing(page, CORRECTION_COLUMNS, _rows(found, lang), lang)
            continue
        page.set_width(1, 120)
        page.put(1, 1, title, LARGE._replace(across="left"))
        for row, line in enumerate(say_about(earlier, report, lang), 2):
            page.put(row, 1, line, PLAIN._replace(across="left", boxed=False, wrap=True))
    mark_as(
        book, HR_CORRECTION, {"desk": report.desk.id, "head": report.head, "corrects": earlier.head, "reader": "hr"}
    )
    book.properties.title = clean(title)
    put_file(path, pack(book, report.at), access)


CORRECTION_COLUMNS = (
    Column(SHEET, LEFT, 12),
    Column(WHICH, LEFT, 44),
    Column(COLUMN, LEFT, 20),
    Column(BEFORE, LEFT, 50),
    Column(AFTER, LEFT, 50),
    Column(MORE_OR_LESS, PLAIN, 12),
)


def _rows(found: Iterable[Corrected], lang: Lang) -> Iterator[list[object]]:
    for one in found:
        told = (
            [one.before or NO_ROW.say(lang), one.after or NO_ROW.say(lang)]
            if one.field is None
            else [one.before, one.after]
        )
        column = (one.field.title if one.field else WHOLE_ROW).say(lang)
        yield [one.listing.title.say(lang), say_row(one), column, *told, one.more]


def say_row(one: Corrected) -> str:
    """Which row it is."""
    return " ".join(filter(None, one.row))


def say_about(earlier: Earlier, report: HrReport, lang: Lang) -> Iterator[str]:
    """Lines on what is compared with what."""
    yield say_basis(report, lang)
    yield AGAINST.say(lang, file=earlier.path.name, at=earlier.at, head=earlier.head)
    yield MADE.say(lang, at=f"{report.at:%Y-%m-%d %H:%M}", zone=report.desk.zone, head=report.head)
    if earlier.altered:
        yield ALTERED.say(lang, file=earlier.path.name)
    for note in report.notes:
        yield note.say(lang)
    yield PRIVATE.say(lang)
