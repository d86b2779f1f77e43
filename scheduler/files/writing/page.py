"""A worksheet being written: looks of cells, widths, tables, paper."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from copy import copy
from datetime import date
from math import ceil
from typing import Any, NamedTuple

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from scheduler.domain import DayKind, Shift, readable
from scheduler.files.writing.edition import Edition
from scheduler.files.writing.labels import DETAIL, EDITION, PAGE
from scheduler.files.writing.log_tables import Field, Kind
from scheduler.i18n import Lang, Sentence, word_fact


class Look(NamedTuple):
    """How a cell looks: the whole vocabulary of styles."""

    bold: bool = False
    italic: bool = False
    size: float = 10  # points
    ink: str = "000000"
    fill: str = ""
    across: str = "center"
    wrap: bool = False
    shrink: bool = False
    turned: int = 0  # degrees; 255 stacks the characters
    boxed: bool = True
    form: str = "General"
    marked: bool = False  # a bold frame, and a sign behind the text that is no part of it
    sign: str = ""  # digits and signs behind the text that are no part of it


PLAIN = Look()
HEAD = Look(bold=True, fill="E4EAF1", wrap=True)
TEXT = Look(form="@", shrink=True)
LEFT = Look(across="left", wrap=True)
FREE = Look(across="left", wrap=True, boxed=False)
LARGE = Look(bold=True, size=16, wrap=True, boxed=False)
NUMBER = Look(across="right")
DAY = Look(form="yyyy-mm-dd")
TIME = Look(form="yyyy-mm-dd hh:mm")
RESTING = Look(ink="7F7F7F", shrink=True)
AWAY = Look(italic=True, fill="D9D9D9", shrink=True)
SHORT = Look(bold=True, size=9, ink="C00000", shrink=True)
FIELD_LOOKS = {Kind.NUMBER: PLAIN, Kind.CODE: TEXT, Kind.DAY: DAY, Kind.TIME: TIME, Kind.WORDS: LEFT}
COVER_LOOKS = {
    "": Look(size=9, shrink=True),
    "▽": SHORT,
    "✗": SHORT._replace(ink="FFFFFF", fill="C00000"),
    "△": SHORT,
}
DAY_FILLS = {
    DayKind.WORKDAY: "",
    DayKind.MAKEUP_WORKDAY: "DDEBF7",
    DayKind.RESTDAY: "F2F2F2",
    DayKind.NOTICE_OFF: "FCE4D6",
    DayKind.STATUTORY: "F8CBAD",
}
FONT = "Microsoft YaHei"
FRAME = Side("medium", "000000")
SIGNED_TEXT = 'General;General;General;@" {sign}"'  # the cell's text stays what it was
GREY = Side("thin", "A6A6A6")
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# What is left of A4 between the margins, and the width of one spreadsheet unit, in points.
PAPER_WIDTH, PAPER_HEIGHT, UNIT = 798, 526, 5.25


def shift_look(shift: Shift) -> Look:
    """A shift's colour, bold for a night, with the ink that can be read on it."""
    return Look(bold=shift.night, ink=readable(shift.colour), fill=shift.colour, shrink=True)


def clean(text: str) -> str:
    """A text without the characters that XML cannot hold."""
    return ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def text_width(text: str) -> int:
    """Width of a text in a spreadsheet's units: one for a digit, two for a Chinese character."""
    return max(sum(1 + (unicodedata.east_asian_width(c) in "WF") for c in line) for line in text.split("\n"))


class Page:
    """A worksheet being written.

    Parameters
    ----------
    styles : dict
        The openpyxl style of each look in this workbook; shared by its pages, as making a style is slow.
    """

    def __init__(self, sheet: Worksheet, styles: dict[Look, Any]) -> None:
        self.sheet, self._styles = sheet, styles

    def put(self, row: int, column: int, value: Any, look: Look = PLAIN) -> None:
        """Write a value: text stays text whatever it begins with, a whole number has no decimals."""
        cell: Any = self.sheet.cell(row, column)
        if look not in self._styles:
            indent = 1 if look.boxed and look.across == "left" else 0
            cell.font = Font(FONT, look.size, bold=look.bold, italic=look.italic, color=look.ink)
            cell.fill = PatternFill("solid", fgColor=look.fill) if look.fill else PatternFill()
            cell.alignment = Alignment(
                look.across, "center", look.turned, wrap_text=look.wrap, shrink_to_fit=look.shrink, indent=indent
            )
            side = FRAME if look.marked else GREY
            cell.border = Border(side, side, side, side) if look.boxed or look.marked else Border()
            behind = " ".join(filter(None, (look.sign, "*" if look.marked else "")))
            cell.number_format = SIGNED_TEXT.format(sign=behind) if behind else look.form
            self._styles[look] = copy(cell._style)
        cell._style = copy(self._styles[look])
        if isinstance(value, str) and value:
            text = clean(value)
            cell.value = text
            cell.data_type = "s"
            cell.quotePrefix = text[:1] in tuple("=+-@\t\n")
        elif isinstance(value, float):
            cell.value = int(value) if value.is_integer() else round(value, 2)
        elif value != "":
            cell.value = value

    def spread(self, row: int, columns: Sequence[int], text: str, look: Look) -> int:
        """Write a text over several columns made one; returns the lines that it takes."""
        for column in columns:
            self.put(row, column, text if column == columns[0] else None, look)
        if len(columns) > 1:  # every cell has its look already: `merge` would copy borders from one to the next
            self.sheet.merged_cells.add(f"{get_column_letter(columns[0])}{row}:{get_column_letter(columns[-1])}{row}")
        room = sum(self.width(column) for column in columns)
        return self.lines(text, room * PLAIN.size / look.size)

    def merge(self, top: int, bottom: int, left: int, right: int) -> None:
        """Make one cell of several."""
        self.sheet.merge_cells(start_row=top, end_row=bottom, start_column=left, end_column=right)

    @staticmethod
    def lines(text: str, width: float) -> int:
        """Lines that a text takes in a width of spreadsheet units."""
        return sum(max(1, ceil(text_width(line) / (width - 1))) for line in text.split("\n"))

    def width(self, column: int) -> float:
        """Width of a column, in spreadsheet units."""
        return self.sheet.column_dimensions[get_column_letter(column)].width

    def set_width(self, column: int, width: float) -> None:
        """Set the width of a column, in spreadsheet units."""
        self.sheet.column_dimensions[get_column_letter(column)].width = width

    def height(self, row: int) -> float:
        """Height of a row, in points."""
        return self.sheet.row_dimensions[row].height or 15

    def set_height(self, row: int, height: float) -> None:
        """Set the height of a row, in points."""
        self.sheet.row_dimensions[row].height = height


def lay_out(sheet: Worksheet, lang: Lang, left: str, right: str, *, landscape: bool, fitted: bool) -> None:
    """Set up a sheet for A4, with numbered pages.

    Parameters
    ----------
    left, right : str
        What the footer says beside the page's number.
    fitted : bool
        As wide as the page; a sheet with page breaks of its own is printed in its true size, or they would not count.
    """
    sheet.page_setup.orientation, sheet.page_setup.paperSize = ("landscape" if landscape else "portrait"), 9
    if fitted:
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.3
    margins.top, margins.bottom, margins.header, margins.footer = 0.4, 0.55, 0.2, 0.25
    footer = HeaderFooterItem()
    # An ampersand begins a code there; an empty text would be printed as one.
    footer.left.text, footer.right.text = (clean(text).replace("&", "＆") or None for text in (left, right))
    footer.center.text = PAGE.say(lang)
    sheet.oddFooter = footer


def set_paper(sheet: Worksheet, edition: Edition, lang: Lang) -> None:
    """Set up a sheet of the workbook: A4 landscape, one page wide, numbered pages."""
    made = EDITION.say(lang, version=edition.version, status=edition.say_status(lang))
    if sheet.title == DETAIL.say(lang):
        made = ""  # its bytes depend on the duties alone, so that rosters can be compared
    left = f"{edition.problem.desk.name} {edition.month(lang)} {sheet.title}"
    lay_out(sheet, lang, left, made, landscape=True, fitted=True)


class Column(NamedTuple):
    """A column of a table, as wide as its longest text, `widest` at most; where 0, it is as wide as it was."""

    title: Sentence | str
    look: Look = PLAIN
    widest: float = 40


def column_of(field: Field) -> Column:
    """The column of a field of the log."""
    return Column(field.title, FIELD_LOOKS[field.kind], field.widest)


def put_table(page: Page, top: int, columns: Sequence[Column], rows: Iterable[Sequence[object]], lang: Lang) -> int:
    """Write a table with its headings in row `top`; returns the row below it."""
    body = list(rows)
    wrapped = [place for place, column in enumerate(columns) if column.look.wrap]
    heading = 1
    for place, column in enumerate(columns):
        title = str(word_fact(column.title, lang))
        if column.widest:
            texts = (column.look.form if isinstance(row[place], date) else str(row[place]) for row in body)
            needed = max([min(text_width(title), 11), *map(text_width, texts)]) + 2
            page.set_width(place + 1, min(needed, column.widest))
        page.put(top, place + 1, title, HEAD)
        heading = max(heading, page.lines(title, page.width(place + 1)))
    page.set_height(top, 16 * heading)
    for number, row in enumerate(body, top + 1):
        for place, value in enumerate(row):
            page.put(number, place + 1, value, columns[place].look)
        lines = [page.lines(str(row[place]), page.width(place + 1)) for place in wrapped]
        page.set_height(number, 16 * max(lines, default=1))
    return top + 1 + len(body)


def put_listing(page: Page, columns: Sequence[Column], rows: Iterable[Sequence[object]], lang: Lang) -> None:
    """Write a sheet that is one table, with a filter and with its headings on every printed page."""
    below = put_table(page, 1, columns, rows, lang)
    page.sheet.freeze_panes = "A2"
    page.sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{below - 1}"
    page.sheet.print_title_rows = "1:1"
