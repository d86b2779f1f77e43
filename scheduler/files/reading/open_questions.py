"""The questions of a desk that began from old rosters: a fault each, until they are answered; and the guesses among its tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from scheduler.errors import Fault, InputError
from scheduler.files.reading.csv_table import read_csv
from scheduler.files.reading.file_bytes import decode_text, read_bytes
from scheduler.files.reading.places import Place
from scheduler.files.reading.rows import Row, table_rows
from scheduler.files.schema.questions import QUESTIONS
from scheduler.files.schema.table import find_headed
from scheduler.i18n import Sentence

GUESSED = "# guessed:"  # with which a line begins that says what is assumed in the next
REPORT = Path("adopted", "report.md")
MOST_BYTES = 2**20

STILL_OPEN = Sentence(
    "{question}（答在“回答”列，再运行 scheduler adopt … --answers 此文件；或在各表里改好，删去此行）",
    "{question} (answer in the column “answer” and run scheduler adopt … --answers with this file; or mend the tables and delete the row)",
)
NOT_TAKEN = Sentence(
    "已答“{answer}”，但还没有用上：请再运行 scheduler adopt … --answers 此文件；或在各表里改好，删去此行",
    "it is answered “{answer}”, but that has had no effect yet: run scheduler adopt … --answers with this file; or mend the tables"
    " and delete the row",
)


class Guesses(NamedTuple):
    """How many guesses stand in each file of a desk, and the report that tells of them, where there is one."""

    files: tuple[tuple[str, int], ...]
    report: Path | None


NO_GUESSES = Guesses((), None)


def is_questions(name: str) -> bool:
    """Whether a file's name, without its ending, is that of the questions."""
    return find_headed((QUESTIONS,), name) is not None


def read_questions(file: Path, place: Place) -> tuple[list[Row], list[Fault]]:
    """The questions of a file, and what is wrong with it.

    Raises
    ------
    InputError
        It cannot be read.
    """
    faults: list[Fault] = []
    grid = read_csv(decode_text(read_bytes(file, place, MOST_BYTES), place), place)
    return table_rows(QUESTIONS, grid, faults), faults


def open_questions(file: Path, place: Place) -> Iterator[Fault]:
    """A fault for each question of a file: those that have an answer have not been taken in yet."""
    rows, faults = read_questions(file, place)
    yield from faults
    for row in rows:
        known = row.get("question", "answer")
        if known and known[1]:
            yield row.fault("answer", NOT_TAKEN, answer=known[1])
        elif known:
            yield row.fault("answer", STILL_OPEN, question=known[0])


def read_answers(file: Path) -> dict[str, str]:
    """The answers of a file of questions, by their keys.

    Raises
    ------
    InputError
        It cannot be read.
    """
    rows, faults = read_questions(file, Place(str(file)))
    if faults:
        raise InputError(faults)
    return {row["key"]: row["answer"] for row in rows if row["answer"]}


def find_guesses(desk: Path) -> Guesses:
    """The guesses that are marked in a desk's files."""
    if not desk.is_dir():
        return NO_GUESSES
    found = []
    for file in sorted(desk.iterdir()):
        if file.suffix.lower() in (".csv", ".toml") and file.is_file():
            try:
                text = decode_text(read_bytes(file, Place(file.name)), Place(file.name))
            except InputError:
                continue  # whoever reads the desk says so
            if count := sum(line.lstrip('"').startswith(GUESSED) for line in text.splitlines()):
                found.append((file.name, count))
    report = desk / REPORT
    return Guesses(tuple(found), report if report.is_file() else None)
