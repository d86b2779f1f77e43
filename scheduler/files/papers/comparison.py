"""Two versions of a month beside each other, as a workbook: what changes for whom, and each cell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from scheduler.audit.comparison import COMPARED, Comparison
from scheduler.domain import Problem
from scheduler.files.put import pack
from scheduler.files.writing.charts import Picture, put_pictures
from scheduler.files.writing.labels import AFTER, BEFORE, DATE, ID, NAME, OVERTIME_TITLES, TOTAL_TITLES, WEEKDAY
from scheduler.files.writing.page import DAY, LEFT, PLAIN, TEXT, Column, Page, clean, lay_out, put_listing
from scheduler.files.writing.properties import COMPARISON, check_own_workbook, mark_as
from scheduler.files.writing.roster_pictures import CHARTS
from scheduler.i18n import WEEKDAYS, Lang, Sentence, fill_in, plain_number
from scheduler.passing import put_file

PEOPLE, CELLS = Sentence("人员", "People"), Sentence("改动", "Changes")
TITLE = Sentence("{desk} {month} 第 {a} 版与第 {b} 版比较", "{desk}, {month}: version {b} beside version {a}")
CHANGED = Sentence("改动格数", "Cells changed")
BEFORE_AND_AFTER = Sentence("{title}（原 → 现）", "{title} (before → after)")
WHAT = Sentence("两版的比较", "a comparison of two versions")
VERSION_N = Sentence("第 {n} 版", "version {n}")
TITLES = {name: (TOTAL_TITLES | OVERTIME_TITLES)[name] for name in COMPARED}


def write_comparison(path: Path, problem: Problem, versions: tuple[int, int], found: Comparison, lang: Lang) -> None:
    """Write a comparison as a workbook; one of this program's that is there is replaced in one step.

    Parameters
    ----------
    problem : Problem
        The month of the second version.

    Raises
    ------
    InputError
        The name ends otherwise, or something else stands there.
    OSError
        It cannot be written.
    """
    check_own_workbook(path, COMPARISON, WHAT)
    book = Workbook()
    book.remove(book.worksheets[0])
    facts = {"desk": problem.desk.name, "month": problem.month, "a": versions[0], "b": versions[1]}
    title = TITLE.say(lang, **facts)
    tables = (
        (PEOPLE, _people_columns(lang), _people_rows(found)),
        (CELLS, CELL_COLUMNS, _cell_rows(problem, found, lang)),
    )
    for name, columns, rows in tables:
        sheet: Worksheet = book.create_sheet(name.say(lang))
        lay_out(sheet, lang, title, problem.desk.name, landscape=True, fitted=True)
        put_listing(Page(sheet, {}), columns, rows, lang)
    if found.people:
        charts: Worksheet = book.create_sheet(CHARTS.say(lang))
        lay_out(charts, lang, title, problem.desk.name, landscape=True, fitted=True)
        put_pictures(Page(charts, {}), [_picture(found, versions, name) for name in PICTURED], lang)
    mark_as(book, COMPARISON)
    book.properties.title = clean(title)
    put_file(path, pack(book, datetime(problem.first.year, problem.first.month, 1)))


CELL_COLUMNS = (
    Column(DATE, DAY),
    Column(WEEKDAY),
    Column(ID, TEXT),
    Column(NAME, LEFT),
    Column(BEFORE, TEXT),
    Column(AFTER, TEXT),
)


def _people_columns(lang: Lang) -> list[Column]:
    sums = [Column(BEFORE_AND_AFTER.say(lang, title=TITLES[name])) for name in COMPARED]
    return [Column(ID, TEXT), Column(NAME, LEFT), Column(CHANGED, PLAIN), *sums]


PICTURED = ("hours", "nights", "weekends")


def _picture(found: Comparison, versions: tuple[int, int], name: str) -> Picture:
    """What the people concerned have of something before and after."""
    series = [
        (fill_in(VERSION_N, n=number), [one.value(name, after=after) for one in found.people])
        for number, after in zip(versions, (False, True), strict=True)
    ]
    return Picture(TITLES[name], [one.name for one in found.people], series, axis=TITLES[name])


def _people_rows(found: Comparison) -> Iterator[list[object]]:
    for one in found.people:
        told = []
        for name in COMPARED:
            before, after = (one.value(name, after=which) for which in (False, True))
            told.append(
                f"{plain_number(before)} → {plain_number(after)} ({plain_number(after - before, signed=True)})"
                if name in one.differences
                else plain_number(after)
            )
        yield [one.worker, one.name, len(one.changes), *told]


def _cell_rows(problem: Problem, found: Comparison, lang: Lang) -> Iterator[list[object]]:
    names = {one.worker: one.name for one in found.people}
    for change in found.changes:
        weekday = WEEKDAYS[change.day.weekday()].say(lang)
        cells = ("+".join(codes) for codes in (change.before, change.after))
        yield [change.day, weekday, change.worker, names[change.worker], *cells]
