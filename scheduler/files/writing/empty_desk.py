"""An empty desk, as a folder of tables or as one workbook: headings, units and examples, and nothing of a sample."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from scheduler.files.put import pack
from scheduler.files.schema.cells import DATE, DAY_KEY, DUTY, ID, NUMBER, TEXT, TIME, WHOLE, YES_NO
from scheduler.files.schema.days import DAY_WORDS
from scheduler.files.schema.settings import (
    ATTENDANCE_KEYS,
    BREAK_KEYS,
    DESK_KEYS,
    PAGE_KEYS,
    RIGHT_KEYS,
    SERVICE_KEYS,
    SETTINGS,
)
from scheduler.files.schema.shared_columns import REFERENCES
from scheduler.files.schema.table import Column, Table
from scheduler.files.schema.tables import TABLES
from scheduler.files.writing.csv_text import csv_bytes
from scheduler.files.writing.page import HEAD, LEFT, Look, Page
from scheduler.i18n import Lang, Sentence

ROWS = 500  # below a heading that have lists to choose from, and formats
WIDTH = 14  # characters of a column
LONGEST_LIST = 255  # characters that Excel takes for a list to choose from
EXAMPLES = {
    ID: Sentence("A01", "A01"),
    WHOLE: Sentence("3", "3"),
    NUMBER: Sentence("8", "8"),
    YES_NO: Sentence("是", "yes"),
}
FORMATS = {ID: "@", DUTY: "@", TEXT: "@", DATE: "yyyy-mm-dd", TIME: "[hh]:mm"}
YES, NO = Sentence("是", "yes"), Sentence("否", "no")

MUST = Sentence("必填", "required")
UNIT = Sentence("单位：{unit}", "unit: {unit}")
DEFAULT = Sentence("不填即：{default}", "empty means: {default}")
HOLDS = Sentence("填：{holds}", "holds: {holds}")
EXAMPLE = Sentence("例：{example}", "such as {example}")
ABOUT = Sentence("{title}：{said}", "{title}: {said}")
STOP, COMMA = Sentence("；", "; "), Sentence("、", ", ")
GUIDE_TITLE = Sentence("说明", "notes")
HOW = Sentence(
    "从“人员”“班次”“需求”三张表填起，其余的表用到再填；填好后运行 scheduler check。以 # 和空格开头的行只给人看，不算数据。",
    "Fill in people, shifts and demand first, the other tables as they are needed; then run scheduler check. Rows that begin with # and a"
    " space are for people, and are no data.",
)
NEEDED, OTHERS = (
    Sentence("必须填的表", "Tables that are needed"),
    Sentence("用到再填的表", "Tables for when they are needed"),
)
SECTIONS = Sentence(
    "以下各项都可以不写；要写就去掉行首的 #，把 … 换成取值（文字加引号）。",
    "Everything below may be left out; to set it, take the # away and put a value in place of … (texts in quotation marks).",
)
HOURS = Sentence(
    'all = "08:00-18:00"（开放时间；不写则全天开放）',
    'all = "08:00-18:00" (opening hours; without them the desk is open all day)',
)
IN_SHEET = Sentence(
    "设置写在“设置”表：键如 {keys}；规则的参数如 rules.weekly_rest_day.rest_days（见 scheduler rules）",
    "Settings stand on the sheet “desk”: keys such as {keys}; those of rules such as rules.weekly_rest_day.rest_days (see scheduler rules)",
)
COLUMN = Sentence("列", "column")


_SECTIONS = (
    ("service", SERVICE_KEYS),
    ("breaks", BREAK_KEYS),
    ("page", PAGE_KEYS),
    ("attendance", ATTENDANCE_KEYS),
    ("rights", RIGHT_KEYS),
)


def empty_files(desk: str, lang: Lang) -> dict[str, bytes]:
    """The files of an empty desk's folder by name, the settings last."""
    files = {f"{table.name}.csv": _csv(table, lang) for table in TABLES}
    return files | {"desk.toml": _toml(desk, lang).encode()}


def empty_workbook(desk: str, lang: Lang, made_at: datetime) -> bytes:
    """An empty desk as one workbook: a sheet of instructions, the settings, and a sheet for each table."""
    book = Workbook()
    book.remove(book.worksheets[0])
    _write_guide(book.create_sheet(GUIDE_TITLE.say(lang)), lang)
    settings = book.create_sheet(SETTINGS.title.say(lang))
    _write_heads(settings, SETTINGS, lang)
    settings.append(["id", desk])
    for table in TABLES:
        _write_heads(book.create_sheet(table.title.say(lang)), table, lang)
    return pack(book, made_at)


def filled_workbook(rows: Mapping[str, Sequence[Mapping[str, str]]], lang: Lang, made_at: datetime) -> bytes:
    """A desk's tables as one workbook to be changed and read back: each cell as the text that was typed there.

    Parameters
    ----------
    rows : mapping of str to sequence of mapping
        By the tables' English names, each row by those of its columns.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    for table in TABLES:
        sheet = book.create_sheet(table.title.say(lang))
        _write_heads(sheet, table, lang)
        page = Page(sheet, {})
        for number, row in enumerate(rows.get(table.name, ()), 2):
            for at, column in enumerate(table.columns, 1):
                if text := row.get(column.name, ""):
                    page.put(number, at, text, LEFT)
                    sheet.cell(number, at).number_format = "@"
    return pack(book, made_at)


def describe(column: Column, lang: Lang) -> str:
    """What a column holds, in one line: meaning, unit, form, example, and what an empty cell means."""
    said = [column.doc.say(lang)]
    if column.required:
        said.append(MUST.say(lang))
    if column.unit:
        said.append(UNIT.say(lang, unit=column.unit))
    holds = REFERENCES[column.refers] if column.refers else column.expected
    said.append(HOLDS.say(lang, holds=holds))
    if example := _example(column):
        said.append(EXAMPLE.say(lang, example=example))
    if column.default and not column.required:
        said.append(DEFAULT.say(lang, default=column.default))
    return STOP.say(lang).join(said)


def _example(column: Column) -> Sentence | None:
    """An example for a column whose form does not hold one."""
    return None if column.refers or column.choices else EXAMPLES.get(column.kind)


def _csv(table: Table, lang: Lang) -> bytes:
    rows: list[Sequence[object]] = [[f"# {ABOUT.say(lang, title=table.title, said=table.doc)}"]]
    rows += [[f"# {ABOUT.say(lang, title=column.title, said=describe(column, lang))}"] for column in table.columns]
    return csv_bytes([*rows, [column.title.say(lang) for column in table.columns]])


def _toml(desk: str, lang: Lang) -> str:
    lines = [
        f"# {HOW.say(lang)}",
        "",
        "[desk]",
        f"id = {json.dumps(desk, ensure_ascii=False)}",
        "",
        f"# {SECTIONS.say(lang)}",
    ]
    lines += [_key(key, lang) for key in DESK_KEYS if key.name != "id"]
    lines += ["", "# [opening]", f"# {HOURS.say(lang)}"]
    for section, keys in _SECTIONS:
        lines += ["", f"# [{section}]", *(_key(key, lang) for key in keys)]
    return "\n".join(lines) + "\n"


def _key(key: Column, lang: Lang) -> str:
    return " ".join(f"# {key.name} = …  # {describe(key, lang)}".split())


def _write_heads(sheet: Worksheet, table: Table, lang: Lang) -> None:
    """The headings of a table, each with its comment, its format, and the list to choose from."""
    page = Page(sheet, {})
    for at, column in enumerate(table.columns, 1):
        letter = get_column_letter(at)
        page.put(1, at, column.title.say(lang), HEAD)
        note = Comment(describe(column, lang), "scheduler", width=360, height=140)
        sheet.cell(1, at).comment = note
        sheet.column_dimensions[letter].width = WIDTH
        form = FORMATS.get(column.kind, "")
        for row in range(2, ROWS + 2) if form and table is not SETTINGS else ():
            sheet.cell(row, at).number_format = form
        if chosen := _list_of(column, lang):
            choice = DataValidation(type="list", formula1=chosen, allow_blank=True, showErrorMessage=False)
            choice.add(f"{letter}2:{letter}{ROWS + 1}")
            sheet.add_data_validation(choice)
    sheet.freeze_panes = "A2"


def _list_of(column: Column, lang: Lang) -> str:
    """Where the values of a column can be chosen from: a list, or a column of another sheet; empty for neither."""
    if column.choices:
        words = [words[0] if lang == "zh" else value for value, words in column.choices.items()]
    elif column.kind is YES_NO:
        words = [YES.say(lang), NO.say(lang)]
    elif column.kind is DAY_KEY:
        words = [words[0] if lang == "zh" else key for key, words in DAY_WORDS.items()]
    elif column.refers and column.kind in (ID, DUTY):
        name, _, of = column.refers.partition(".")
        table = next(table for table in TABLES if table.name == name)
        where = next(at for at, one in enumerate(table.columns, 1) if one.name == of)
        letter = get_column_letter(where)
        own = table.column(of).kind is ID  # a list of words in each cell is nothing to choose from
        return f"='{table.title.say(lang)}'!${letter}$2:${letter}${ROWS + 1}" if own else ""
    else:
        return ""
    formula = f'"{",".join(words)}"'
    return formula if len(formula) <= LONGEST_LIST else ""


def _write_guide(sheet: Worksheet, lang: Lang) -> None:
    page = Page(sheet, {})
    row = 1
    page.put(row, 1, HOW.say(lang), LEFT._replace(boxed=False))
    sheet.merge_cells(start_row=1, end_row=1, start_column=1, end_column=3)
    sheet.row_dimensions[1].height = 45
    keys = COMMA.say(lang).join(key.name for key in DESK_KEYS[:4])
    page.put(2, 1, IN_SHEET.say(lang, keys=keys), LEFT._replace(boxed=False))
    sheet.merge_cells(start_row=2, end_row=2, start_column=1, end_column=3)
    sheet.row_dimensions[2].height = 30
    row = 4
    for title, needed in ((NEEDED, True), (OTHERS, False)):
        page.put(row, 1, title.say(lang), Look(bold=True, boxed=False, across="left"))
        row += 1
        for table in (one for one in TABLES if one.required is needed):
            page.put(row, 1, table.title.say(lang), HEAD)
            page.put(row, 2, COLUMN.say(lang), HEAD)
            page.put(row, 3, table.doc.say(lang), HEAD)
            row += 1
            for column in table.columns:
                page.put(row, 2, column.title.say(lang), LEFT)
                page.put(row, 3, describe(column, lang), LEFT)
                row += 1
            row += 1
    for letter, width in (("A", 16), ("B", 18), ("C", 100)):
        sheet.column_dimensions[letter].width = width
