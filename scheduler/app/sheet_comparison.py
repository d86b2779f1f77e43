"""What the sheets of a copy repeat of a version's facts: totals beside the grid, duties, cover, people's totals.

They are held against what this program writes of the version. A workbook may
have been written before or after requests were granted, and before or after
the month before it was settled: each such state is tried, and the nearest counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

from openpyxl.utils import get_column_letter

from scheduler.app.drafts import make_edition
from scheduler.app.grid_comparison import CopiedGrid
from scheduler.app.months import read_facts
from scheduler.audit.audit import Audit
from scheduler.audit.statistics import total_workers
from scheduler.domain import ERASED_LEAVE, Problem, Roster
from scheduler.errors import LedgerError
from scheduler.files.reading.month_sheets import Sheet
from scheduler.files.reading.workbook_cells import SheetCells
from scheduler.files.schema.roster_cells import is_rest, leave_in, leave_words, shift_words
from scheduler.files.schema.text import normal_width
from scheduler.files.writing.edition import Edition
from scheduler.files.writing.labels import (
    COVER,
    DATE,
    DETAIL,
    GRID_TOTALS,
    ID,
    OVERTIME_SHEET,
    SHIFT,
    START,
    TOTALS,
    WHO,
)
from scheduler.files.writing.workbook import sheet_values
from scheduler.i18n import LANGS, Lang, Sentence
from scheduler.ledger.store import Ledger, VersionRow
from scheduler.workflow.amendment import amend_problem, scale_days
from scheduler.workflow.facts import DraftedFacts
from scheduler.workflow.month_facts import MonthFacts, continue_from
from scheduler.workflow.readers import EVERYBODY
from scheduler.workflow.replay import replay_requests

# The sheets that repeat facts, each with the columns that tell its rows apart.
REPEATING = {
    DETAIL: (DATE, ID, SHIFT),
    COVER: (DATE, SHIFT, WHO),
    TOTALS: (ID,),
    OVERTIME_SHEET: (DATE, ID, START),
}
HEAD_ROWS = 5  # of a sheet, in one of which its headings stand
GRID_LEAVE = Sentence("{sheet}（请假）", "{sheet} (leave)")
GRID_SUMS = Sentence("{sheet}（合计）", "{sheet} (totals)")
COLUMN_OF = Sentence("{sheet}的“{column}”列", "column “{column}” of {sheet}")


class SheetDifference(NamedTuple):
    """A cell in which a copy does not say what the ledger does.

    Attributes
    ----------
    cell : str
        As spreadsheets name it; empty where the copy has no such row.
    what : str
        The row and the column, in the words of the copy.
    file, ledger : str or None
        What stands there, and what the ledger has; `None` where there is no such row.
    """

    sheet: str
    cell: str
    what: str
    file: str | None
    ledger: str | None


@dataclass(frozen=True)
class SheetsCompared:
    """What the sheets of a copy differ in, which of them were compared, and which were not."""

    differences: tuple[SheetDifference, ...] = ()
    compared: tuple[Sentence, ...] = ()
    left_out: tuple[Sentence, ...] = ()


NOTHING_COMPARED = SheetsCompared()


def compare_sheets(copy: CopiedGrid, ledger: Ledger, row: VersionRow) -> SheetsCompared:
    """Hold what a copy repeats of a version's facts against the ledger, sheet by sheet.

    Of a version whose facts were not recorded, or are not understood, nothing is compared.

    Raises
    ------
    LedgerError
        The ledger is damaged.
    """
    grid = copy.sheet.place.sheet if copy.sheet else ""
    others = {sheet.title: sheet for sheet in copy.book.sheets if sheet.title != grid}
    parts = ledger.parts(row)
    try:
        facts = read_facts(row, parts) if parts else None
    except LedgerError:
        facts = None
    found: list[SheetDifference] = []
    compared: list[Sentence] = []
    left_out: list[Sentence] = []
    problems = list(_problems_of(ledger, row, facts)) if facts else []
    compare: Callable[[CopiedGrid, VersionRow, Problem], list[SheetDifference] | None]
    for said, compare in ((GRID_LEAVE, _compare_leave), (GRID_SUMS, _compare_sums)):
        tried = [compare(copy, row, problem) for problem in problems]
        there: list[list[SheetDifference]] = [each for each in tried if each is not None]
        if there:
            found += sorted(there, key=len)[0]
            compared.append(_as_said(said, sheet=grid))
        elif not problems:
            left_out.append(_as_said(said, sheet=grid))
    for title, sheet in others.items():
        known = next((each for each in REPEATING if title in each), None)
        best: _Held | None = None
        if known and facts:
            lang: Lang = next(lang for lang in LANGS if known.say(lang) == title)
            held = (_compare_listing(sheet, _edition(ledger, row, facts, one), known, lang) for one in problems)
            best = _nearest(held)
        if best is None:
            left_out.append(_as_said(Sentence("{sheet}", "{sheet}"), sheet=title))
        else:
            found += best.differences
            compared.append(_as_said(Sentence("{sheet}", "{sheet}"), sheet=title))
            left_out += [_as_said(COLUMN_OF, sheet=title, column=column) for column in best.unknown]
    return SheetsCompared(tuple(found), tuple(compared), tuple(left_out))


def _as_said(sentence: Sentence, **facts: object) -> Sentence:
    return Sentence(*(sentence.say(lang, **facts).replace("{", "{{").replace("}", "}}") for lang in LANGS))


def _problems_of(ledger: Ledger, row: VersionRow, facts: MonthFacts) -> Iterator[Problem]:
    """The month as a workbook of the version may have printed it, in the order in which it is likely."""
    entries = ledger.entries(row.desk)
    drafted = next((one for one in entries if (one.event, one.version) == ("drafted", row.number)), None)
    bases = [facts.problem]
    bases += [
        continue_from(facts.problem, one.duties, one.month.first, one.balances)
        for one in ledger.versions(row.desk, row.month.previous)
    ]
    known = [entries[: drafted.sequence] if drafted else entries, entries]
    for base in bases:
        for those in known:
            problem = amend_problem(base, replay_requests(those).values())
            yield problem
            surge = DraftedFacts.read(drafted.facts).surge if drafted else None
            if surge:
                yield scale_days(problem, {surge[0]: surge[1]})


def _edition(ledger: Ledger, row: VersionRow, facts: MonthFacts, problem: Problem) -> Edition:
    return replace(make_edition(ledger, row, problem, facts, Audit(())), issued=())


class _Held(NamedTuple):
    """A sheet held against what would be written: differences, and columns that this program does not write."""

    differences: list[SheetDifference]
    unknown: list[str]


def _nearest(held: Iterator[_Held | None]) -> _Held | None:
    """The one with the fewest differences; those after one without any are not made."""
    best: _Held | None = None
    for one in held:
        if one is None:
            return None
        if best is None or len(one.differences) < len(best.differences):
            best = one
        if not best.differences:
            break
    return best


def _plain(value: object) -> str:
    """A value as text, the same whoever saved it: 8 and 8.0, a date and the same as a time of 00:00."""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int | float):
        return f"{round(value, 4):g}"
    if isinstance(value, datetime):
        moment = value.replace(microsecond=0)
        return moment.isoformat(" ", "minutes") if moment.time() != moment.min.time() else moment.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else normal_width(str(value))


def _compare_listing(sheet: SheetCells, edition: Edition, title: Sentence, lang: Lang) -> _Held | None:
    """A sheet that is one table; `None` where its headings cannot be found."""
    heads, *rows = sheet_values(edition, title, lang)
    names = [_plain(head) for head in heads]
    keys = [_plain(key.say(lang)) for key in REPEATING[title]]
    width = sheet.last_column
    for top in range(1, HEAD_ROWS + 1):
        there = {_plain(value): at for at, value in enumerate(sheet.row(top, width), 1) if value is not None}
        if all(key in there for key in keys):
            break
    else:
        return None
    wanted = {tuple(_plain(row[names.index(key)]) for key in keys): dict(zip(names, row, strict=True)) for row in rows}
    found, seen = list[SheetDifference](), set[tuple[str, ...]]()
    for number in range(top + 1, sheet.last_row + 1):
        cells = {name: _cell(sheet, number, at) for name, at in there.items()}
        key = tuple(cells[each] for each in keys)
        if not any(cells.values()) or not all(key[:1]):
            continue
        if key in seen or key not in wanted:
            place = f"{get_column_letter(there[keys[0]])}{number}"
            found.append(
                SheetDifference(sheet.title, place, " ".join(key), " ".join(filter(None, cells.values())), None)
            )
            continue
        seen.add(key)
        for name, at in there.items():
            if name in wanted[key] and cells[name] != (due := _plain(wanted[key][name])):
                place = f"{get_column_letter(at)}{number}"
                found.append(SheetDifference(sheet.title, place, f"{' '.join(key)} {name}", cells[name], due))
    for key in wanted.keys() - seen:
        told = " ".join(filter(None, map(_plain, wanted[key].values())))
        found.append(SheetDifference(sheet.title, "", " ".join(key), None, told))
    return _Held(sorted(found, key=lambda one: (one.what, one.cell)), [name for name in there if name not in names])


def _cell(sheet: SheetCells, row: int, column: int) -> str:
    """What stands in a cell, also where it is a formula without its result, or an error."""
    text = sheet.unresolved.get((row, column)) or sheet.errors.get((row, column))
    return text or _plain(sheet.cells.get(row, {}).get(column))


def _people_rows(copy: CopiedGrid, row: VersionRow) -> Iterator[tuple[Sheet, int, str]]:
    """The rows of the grid that are of a version's people."""
    sheet = copy.sheet
    ids = {normal_width(worker): worker for worker in row.people}
    id_column = sheet.id_column(ids) if sheet else None
    if sheet is not None and id_column is not None:
        for number in range(sheet.top + 1, len(sheet.rows) + 1):
            if worker := ids.get(normal_width(sheet.text(number, id_column))):
                yield sheet, number, worker


def _compare_leave(copy: CopiedGrid, row: VersionRow, problem: Problem) -> list[SheetDifference]:
    """The leave in the grid: another kind than was approved, none at all, or a day off in place of it; empty says nothing."""
    words, roster, found = shift_words(problem.shifts), Roster(row.duties), list[SheetDifference]()
    known = leave_words(problem.desk.kinds)
    for sheet, number, worker in _people_rows(copy, row):
        for at, day in copy.days(row.month).items():
            text, leave = sheet.text(number, at), problem.leave_days.get((worker, day))
            kinds = leave_in(text, words, known)
            if roster.on(worker, day):  # held against the duty
                continue
            wrong = kinds and (leave is None or leave.kind not in (*kinds, ERASED_LEAVE))
            if wrong or (leave and is_rest(text, words)):
                due = Sentence("", "") if leave is None else problem.desk.leave_label(EVERYBODY.leave_kind(leave))
                place = f"{get_column_letter(at)}{number}"
                what = f"{row.people[worker]} {day.isoformat()}"
                found.append(SheetDifference(sheet.place.sheet, place, what, text, due.zh))
    return found


def _compare_sums(copy: CopiedGrid, row: VersionRow, problem: Problem) -> list[SheetDifference] | None:
    """The totals beside the grid; `None` where it has none."""
    people = list(_people_rows(copy, row))
    if not people:
        return None
    sheet = people[0][0]
    titles: Mapping[str, str] = {name.say(lang): key for key, name in GRID_TOTALS.items() for lang in LANGS}
    heads = {at: normal_width(sheet.text(sheet.top, at)) for at in range(max(sheet.days) + 1, len(sheet.rows[0]) + 1)}
    columns = {at: titles[head] for at, head in heads.items() if head in titles}
    if not columns:
        return None
    totals = {total.id: total.row for total in total_workers(problem, Roster(row.duties))}
    found = []
    for _, number, worker in people:
        for at, name in columns.items() if worker in totals else ():
            text, due = _number(sheet.text(number, at)), _plain(totals[worker][name])
            if text != due:
                what = f"{row.people[worker]} {heads[at]}"
                found.append(SheetDifference(sheet.place.sheet, f"{get_column_letter(at)}{number}", what, text, due))
    return found


def _number(text: str) -> str:
    """A number's text in its plain form; any other text as it is."""
    try:
        return _plain(float(text))
    except ValueError:
        return normal_width(text)
