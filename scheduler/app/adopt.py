"""A desk from the rosters that it already has: read, proposed, asked about, and written as a folder of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from scheduler import clock
from scheduler.adopting.old_rosters import OldRosters, Question
from scheduler.adopting.proposal import DEFAULT_ZONE, Proposal, propose
from scheduler.app.session import guard_writes
from scheduler.errors import Fault, InputError
from scheduler.files.adopting.desk_folder import desk_files
from scheduler.files.adopting.pages import pages_of
from scheduler.files.adopting.reading import read_old
from scheduler.files.adopting.report import cells_csv, report_text
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.open_questions import REPORT
from scheduler.files.schema.cells import FILE_ID
from scheduler.i18n import Lang, Sentence
from scheduler.passing import NEW_FOLDER, clear_abandoned, put_new_folder

CELLS = REPORT.with_name("cells.csv")
MOST_ROUNDS = 5  # of questions, as an answer may bring up others
NO_ROSTER = Sentence(
    "排班表：一行日期，其下是人员；或每人每天一行；这些文件里都没有，也没有员工表、班次说明",
    "a roster, with a row of days and people below it, or a row for each person and day; none of these files has one, nor a staff list or"
    " a legend",
)

Ask = Callable[[Question], str]


@dataclass(frozen=True)
class Adopted:
    """A desk that was made from old rosters.

    Attributes
    ----------
    files : tuple of Path
    faults : tuple of Fault
        What `check` says of it until the questions are answered.
    """

    desk: Path
    proposal: Proposal
    files: tuple[Path, ...]
    faults: tuple[Fault, ...] = ()


def read_rosters(
    paths: Sequence[Path],
    answers: Mapping[str, str] | None = None,
    ask: Ask | None = None,
    now: clock.Clock = clock.now,
) -> OldRosters:
    """What old files say, with what was answered.

    Parameters
    ----------
    answers : mapping, optional
        By the keys of the questions.
    ask : callable, optional
        Asks a question; an empty answer leaves it open.

    Raises
    ------
    InputError
        A file cannot be read, or nothing in any of them is understood.
    """
    pages = pages_of(paths)
    known, asked = dict(answers or {}), set[str]()
    today = clock.at_desk(now, DEFAULT_ZONE).date()
    read = read_old(pages, known, today)
    for _ in range(MOST_ROUNDS if ask else 0):
        new = [one for one in read.questions if one.refused or one.key not in asked]
        if not new or ask is None:
            break
        for question in new:
            asked.add(question.key)
            known[question.key] = ask(question)
        read = read_old(pages, known, today)
    if not read.people and not read.shifts:
        raise InputError([Fault(", ".join(path.name for path in paths), NO_ROSTER)])
    return read


def adopt_desk(
    paths: Sequence[Path],
    out: Path,
    *,
    answers: Mapping[str, str] | None = None,
    ask: Ask | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> Adopted:
    """Make a desk folder from old rosters, staff lists and legends.

    Raises
    ------
    InputError
        A file cannot be read, nothing is understood, or something stands where the desk would be.
    Unavailable
        It cannot be written; nothing is left of it.
    """
    if out.exists() or out.is_symlink():
        raise InputError([Fault(str(out), NEW_FOLDER)])
    proposal = propose(read_rosters(paths, answers, ask, now))
    desk = "desk"
    with suppress(ValueError):
        desk = FILE_ID.read(out.resolve().name)
    tables = desk_files(proposal, desk, lang)
    report = {REPORT.as_posix(): report_text(proposal, lang).encode(), CELLS.as_posix(): cells_csv(proposal, lang)}
    with guard_writes(out):
        clear_abandoned([out.parent])
        files = put_new_folder(out, report | tables)
    faults: tuple[Fault, ...] = ()
    try:
        read_desk(out)
    except InputError as error:
        faults = tuple(error.faults)
    return Adopted(out, proposal, tuple(sorted(files)), faults)
