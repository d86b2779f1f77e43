"""Why a workbook shows no roster of a month: each reason in its own words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from scheduler.errors import Fault
from scheduler.files.reading.month_sheets import FEWEST_DAYS, Sheet, sheets_with_days
from scheduler.files.reading.places import Place, shorten
from scheduler.files.reading.workbook_cells import WorkbookCells
from scheduler.files.schema.text import normal_width
from scheduler.i18n import MONTHS, Sentence

MONTH_ALONE = re.compile(rf"(?<![\d年/.-])(1[0-2]|0?[1-9]) ?月(?! ?\d)|\b({'|'.join(MONTHS)})[a-z]*\b")

NO_RESULTS = Sentence(
    "带结果的公式：有 {n} 个公式没有结果（如 {cell}），日期因此读不出来；请用 Excel 打开并保存",
    "formulas with their results: {n} have none (such as {cell}), so the days are not known; open the file in Excel and save it",
)
NO_DAYS = Sentence(
    "排班表：一行是当月的日期（至少 {n} 天），其下一列是工号或姓名；没有这样的一行",
    "a roster: a row with the days of a month (at least {n}), and below it a column of ids or names; there is no such row",
)
NO_YEAR = Sentence(
    "带年份的月份，如 2026年{month}月：标题“{title}”没有年份",
    "a month with its year, such as {month} 2026: the title “{title}” has none",
)
NO_MONTH = Sentence(
    "写明年月的标题，如 2026年12月，或带年月的日期：现在只有几日，看不出是哪个月",
    "a title with year and month, such as December 2026, or dates in full: there are day numbers only, of whichever month",
)
NO_PEOPLE = Sentence(
    "日期行之下有一列本岗位的工号，或不重名的姓名；认不出任何人（第 {row} 行以下，如“{text}”）",
    "a column of the desk's ids, or of names that only one person has, below the days; nobody is known (below row {row}, such as"
    " “{text}”)",
)


def why_no_days(path: Path, book: WorkbookCells) -> Fault:
    """Why no sheet of a workbook has a row of days."""
    for sheet in book.sheets:
        rows: dict[int, list[int]] = {}
        for row, column in sheet.unresolved:
            rows.setdefault(row, []).append(column)
        if any(len(columns) >= FEWEST_DAYS // 2 for columns in rows.values()):
            row, column = min(sheet.unresolved)
            from scheduler.files.reading.places import column_letter

            cell = f"{column_letter(column)}{row}: {shorten(sheet.unresolved[row, column], 30)}"
            return Place(path.name, sheet.title).fault(NO_RESULTS, n=len(sheet.unresolved), cell=cell)
    return Place(path.name).fault(NO_DAYS, n=FEWEST_DAYS)


def why_no_month(path: Path, book: WorkbookCells) -> Fault:
    """Why nobody can tell of which month the roster of a workbook is."""
    sheets = sheets_with_days(path, book)
    if not sheets:
        return why_no_days(path, book)
    sheet = min(sheets, key=lambda one: not one.titled)
    above = [value for row in sheet.rows[: sheet.top] for value in row if isinstance(value, str)]
    for text in map(normal_width, [*above, sheet.place.sheet]):
        if found := MONTH_ALONE.search(text):
            number = int(found[1]) if found[1] else MONTHS.index(found[2]) + 1
            month = Sentence(str(number), MONTHS[number - 1])
            return sheet.place.fault(NO_YEAR, shorten(text), month=month, title=shorten(text))
    return sheet.place.fault(NO_MONTH)


def why_nobody(sheets: Sequence[Sheet]) -> Fault:
    """Why nobody of the desk is found below the days of these sheets."""
    sheet = min(sheets, key=lambda one: not one.titled)
    column = min(sheet.days)
    texts = (sheet.text(row, at) for row in range(sheet.top + 1, len(sheet.rows) + 1) for at in range(1, column))
    return sheet.place.fault(NO_PEOPLE, row=sheet.top, text=shorten(next(filter(None, texts), "")))
