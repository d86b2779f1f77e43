"""The cells of a workbook, read by a process of its own with limits of memory and time.

A workbook comes from anybody. What it holds is counted first (`workbook_limits`), and openpyxl reads it in a child
process, which the system ends where a file gets around the counts. Linux keeps both limits; elsewhere the time alone.
"""

from __future__ import annotations

import logging
import pickle
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import datetime

from scheduler.errors import InputError
from scheduler.files.reading.places import Place
from scheduler.i18n import Sentence

log = logging.getLogger(__name__)

MOST_SECONDS = 30.0  # of wall time; a busy machine needs several times the processor time
MOST_CPU_SECONDS = 6
MOST_MEMORY_BYTES = 2**30
OLD_FORM = b"\xd0\xcf\x11\xe0"  # with which an .xls begins, and whatever has a password
OUT_OF_BOUNDS = 3  # exit code of a child that ran out of memory

TOO_HEAVY = Sentence(
    "可以在 {seconds} 秒、{megabytes} MB 内存内读完的工作簿：请删去用不到的工作表，清除空白行列的格式，再另存为 .xlsx",
    "a workbook that can be read within {seconds} seconds and {megabytes} MB of memory: delete the sheets that are not"
    " needed, clear the formats of empty rows and columns, and save it again as .xlsx",
)
UNDAMAGED = Sentence("完好的 Excel 工作簿（.xlsx、.xls 或 .ods）", "an undamaged Excel workbook (.xlsx, .xls or .ods)")
NOT_A_PAGE = Sentence(
    "Excel 工作簿：这其实是网页或 XML 文本，只是名字像工作簿，请用 Excel 打开后另存为 .xlsx",
    "an Excel workbook: this is a web page or XML under a workbook's name; open it in Excel and save it as .xlsx",
)
NO_OLD_FORM = Sentence(
    "没有加密、完好的工作簿：这个有密码，或是读不懂的旧式 .xls，请另存为不加密的 .xlsx",
    "an undamaged workbook without a password: this one has a password, or is an .xls that cannot be read; save it as .xlsx"
    " without one",
)


@dataclass(frozen=True)
class SheetCells:
    """The cells of a sheet that hold something, by row and column, both counted from 1.

    Attributes
    ----------
    cells : mapping of int to (mapping of int to object)
        Values by row, then column: text, number, bool, date, time or length of time. Formulas are their results.
    unresolved : mapping of (row, column) to str
        The text of formulas whose result the file does not hold.
    errors : mapping of (row, column) to str
        Errors, such as `#DIV/0!`.
    merged : tuple of (int, int, int, int)
        Areas made one: first and last row, first and last column.
    hidden : bool
        Whether people do not see the sheet.
    """

    title: str
    cells: Mapping[int, Mapping[int, object]]
    _: KW_ONLY
    unresolved: Mapping[tuple[int, int], str]
    errors: Mapping[tuple[int, int], str]
    merged: tuple[tuple[int, int, int, int], ...]
    hidden: bool = False

    @property
    def last_row(self) -> int:
        """The last row that holds something; 0 in an empty sheet."""
        return max([*self.cells, *(row for row, _ in self.unresolved)], default=0)

    @property
    def last_column(self) -> int:
        """The last column that holds something; 0 in an empty sheet."""
        columns = (column for row in self.cells.values() for column in row)
        return max([*columns, *(column for _, column in self.unresolved)], default=0)

    def row(self, number: int, width: int) -> tuple[object, ...]:
        """The first `width` values of a row, `None` where nothing stands."""
        row = self.cells.get(number, {})
        return tuple(row.get(column) for column in range(1, width + 1))


@dataclass(frozen=True)
class WorkbookCells:
    """The sheets of a workbook with their cells.

    Attributes
    ----------
    epoch : datetime
        Day 0 of its serial dates.
    """

    sheets: tuple[SheetCells, ...]
    epoch: datetime


def read_workbook_cells(content: bytes, place: Place) -> WorkbookCells:
    """The cells of a workbook.

    Raises
    ------
    InputError
        It is no workbook, locked, damaged, or too large to be read within the limits.
    """
    too_heavy = place.fault(TOO_HEAVY, seconds=MOST_CPU_SECONDS, megabytes=MOST_MEMORY_BYTES // 2**20)
    limits = str(MOST_MEMORY_BYTES), str(MOST_CPU_SECONDS)
    try:
        child = subprocess.run(
            # -P: or a module in the current folder, a desk's perhaps, would be executed
            [sys.executable, "-P", "-m", "scheduler.files.reading.workbook_process", place.file, *limits],
            input=content,
            capture_output=True,
            timeout=MOST_SECONDS,
            start_new_session=True,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise InputError([too_heavy]) from error
    if child.returncode == OUT_OF_BOUNDS or child.returncode < 0:  # ended by the system
        raise InputError([too_heavy])
    if child.returncode:
        log.info("%s: %s", place.file, child.stderr.decode(errors="replace"))
        raise InputError([place.fault(UNDAMAGED)])
    found: WorkbookCells | InputError = pickle.loads(child.stdout)
    if isinstance(found, InputError):
        raise found
    return found
