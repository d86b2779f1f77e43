"""The rows of a CSV file, of which those that nobody changes keep every byte."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from scheduler.files.reading.csv_table import read_csv
from scheduler.files.reading.file_bytes import decode_text
from scheduler.files.reading.grids import cell_text
from scheduler.files.reading.places import Place
from scheduler.files.schema.cells import CellKind


@dataclass
class CsvRows:
    """The lines of a file by row: as they stand there, and what is in them.

    Attributes
    ----------
    pieces : dict of int to str
        The text of each row with its line end, empty rows included.
    """

    encoding: str
    delimiter: str
    line_end: str
    pieces: dict[int, str] = field(repr=False)
    _cells: dict[int, tuple[str, ...]] = field(repr=False)

    @classmethod
    def open(cls, content: bytes, place: Place) -> Self:
        """Read a file.

        Raises
        ------
        InputError
            It is no CSV that a table can be read from.
        """
        text = decode_text(content, place)
        read_csv(text, place)  # refuses what the reader of desks refuses
        head = next((line for line in text.splitlines() if line.strip() and not line.lstrip('"').startswith("# ")), "")
        delimiter = max(",;\t", key=head.count)
        lines = io.StringIO(text, newline="").readlines()
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        pieces, cells, at = {}, {}, 0
        for row in reader:
            pieces[at + 1] = "".join(lines[at : reader.line_num])
            if any(cell.strip() for cell in row):
                cells[at + 1] = tuple(row)
            at = reader.line_num
        return cls(_encoding_of(content), delimiter, "\r\n" if "\r\n" in text else "\n", pieces, cells)

    def cells(self) -> dict[int, tuple[str, ...]]:
        """What stands in each row that is not empty; the header first, after what is for people alone."""
        return {number: row for number, row in self._cells.items() if not _is_remark(row)}

    @staticmethod
    def text(value: object, kind: CellKind) -> str:
        """A cell as a user would have typed it."""
        return cell_text(value, kind)

    def add_column(self, title: str) -> int:
        """Put one more column behind the others; its place."""
        head = next(iter(self.cells()))
        row = self._cells[head]
        self._write(head, (*row, title))
        return len(row)

    def put(self, number: int, cells: Mapping[int, str], kinds: Mapping[int, CellKind]) -> None:
        """Change cells of a row, by their places."""
        row = [*self._cells[number]]
        row += [""] * (max(cells, default=0) + 1 - len(row))
        for at, text in cells.items():
            row[at] = text
        self._write(number, tuple(row))

    def add(self, cells: Mapping[int, str], kinds: Mapping[int, CellKind]) -> None:
        """Put a row behind the last."""
        last = max(self.pieces)
        if not self.pieces[last].endswith("\n"):
            self.pieces[last] += self.line_end
        number = last + self.pieces[last].count("\n")
        width = len(next(iter(self.cells().values())))
        self._cells[number] = ("",) * width
        self.put(number, cells, kinds)

    def remove(self, number: int) -> None:
        """Take a row away."""
        del self._cells[number], self.pieces[number]

    def content(self) -> bytes:
        """The file as it is now."""
        text = "".join(self.pieces[number] for number in sorted(self.pieces))
        return text.encode(self.encoding)

    def _write(self, number: int, row: tuple[str, ...]) -> None:
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=self.delimiter, lineterminator=self.line_end).writerow(row)
        self.pieces[number], self._cells[number] = out.getvalue(), row


def _is_remark(row: tuple[str, ...]) -> bool:
    return row[0].startswith("# ") and not any(cell.strip() for cell in row[1:])


def _encoding_of(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if content.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"
