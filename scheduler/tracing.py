"""What a roster workbook at hand is, by its stamp and its cells; and how one that was edited in Excel comes back.

The cells decide: a copy may have been renamed, saved by another program, or have
lost its stamp. They are held against versions of the ledger alone, so a copy can
be traced after the desk's tables have changed. A shift that nobody works in any
version of the month is not known then, nor are names of shifts: such a text
differs from whatever the ledger has there. Which kind of leave a cell shows is
not compared, as only duties are kept.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from enum import StrEnum
from functools import cached_property
from importlib.metadata import version as version_of
from pathlib import Path
from typing import NamedTuple

from scheduler import app, clock
from scheduler.app import STORE_VARIABLE, desk_folder, draft_of, file_name, is_desk, month_text, record, store_url
from scheduler.audit.audit import audit
from scheduler.domain import Change, Fixed, Problem, Roster, Violation
from scheduler.errors import InputError, LedgerError, Refusal
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.grid import Sheet, sheets_with_days, shifts_in
from scheduler.files.reading.places import Place, shown
from scheduler.files.schema.cells import normal_width
from scheduler.files.schema.table import find_headed
from scheduler.files.schema.tables import PEOPLE
from scheduler.files.writing.properties import HANDOUTS, Stamp, read_stamp
from scheduler.i18n import Lang, Sentence
from scheduler.ledger.store import EntryRow, Ledger, Status, VersionRow
from scheduler.publication import NOBODY, Office, office, people_of
from scheduler.requests import Asked, ask
from scheduler.timeline import month_days
from scheduler.workflow.change_request import RequestKind

LEVELS = 4  # folders above a file's own in which a ledger or a desk is looked for
MOST_UNLIKE = 1 / 3  # of the cells with a duty; a copy without a stamp that differs in more is of no version
VERSIONS_TABLE = "ledger_version"

NO_LEDGER_NEAR = Sentence(
    "附近没有账册：请用 --desk 指明部门，或用 --store 指明账册",
    "no ledger near this file: say which desk with --desk, or which ledger with --store",
)
NO_LEDGER = Sentence("“{place}”没有账册：还没有排过班", "no ledger at “{place}”: no roster was ever made")
NO_DESK_NEAR = Sentence("附近没有部门数据：请用 --desk 指明", "no desk near this file: say which with --desk")
SEVERAL_DESKS = Sentence(
    "附近有几个部门，不知是哪一个：请用 --desk 指明", "several desks near this file: say which with --desk"
)
OTHER_DESK = Sentence("“{desk}”的排班表", "a roster of the desk “{desk}”")
OLD_COPY = Sentence(
    "此表出自第 {n} 版（{status}），该版不在用；在用的是第 {live} 版：请在其工作簿上改",
    "made from version {n} ({status}), which is not in force; version {live} is: edit its workbook",
)
BROUGHT_IN = Sentence("导入 {file}", "imported from {file}")


# --- The copy ----------------------------------------------------------------


class Difference(NamedTuple):
    """A place in which a copy is not what the ledger has.

    Attributes
    ----------
    worker : str
        Id; for a row of somebody whom the version does not know, what stands there.
    name : str
        As the version has it.
    day : date or None
        `None` where it is the name beside the id.
    file : str or None
        What stands in the copy, empty for nothing; `None` where it has no such cell.
    ledger : str or None
        What the version has, empty for a day off; `None` where it has no such row.
    """

    worker: str
    name: str
    day: date | None
    file: str | None
    ledger: str | None


class _Cells(NamedTuple):
    """A grid read for certain people.

    Attributes
    ----------
    texts : mapping
        What stands in the cells of a person's day; several where the row or the column is there twice.
    strange : list of (id, day, text)
        Duties in rows of nobody known.
    names : mapping of id to str
        What stands in the place of a person's name.
    """

    texts: Mapping[tuple[str, date], list[str]]
    strange: list[tuple[str, date, str]]
    names: Mapping[str, str]


class _Copy:
    """The grid of a workbook, read when it is first looked at, to be held against versions.

    Raises
    ------
    InputError
        There is no such file; and when the grid is looked at, that it is no workbook.
    """

    def __init__(self, path: Path) -> None:
        self.path, self.stamp = path, read_stamp(path)
        self._read: dict[tuple[object, ...], _Cells | None] = {}

    @cached_property
    def sheet(self) -> Sheet | None:
        """The sheet with the grid: that of its name, else the first that is one."""
        return min(sheets_with_days(self.path), key=lambda sheet: not sheet.titled, default=None)

    @property
    def month(self) -> str | None:
        """The month of the grid as `2026-12`; `None` where it does not say."""
        return month_text(self.sheet.month) if self.sheet and self.sheet.month else None

    def differences(self, row: VersionRow, codes: frozenset[str]) -> list[Difference] | None:
        """Where the grid is not the version, by day and person; `None` where it cannot be held against it.

        Parameters
        ----------
        codes : frozenset of str
            The shifts that are known.
        """
        key = (row.month, tuple(row.people.items()), codes)
        if key not in self._read:
            self._read[key] = self._cells(row, codes)
        read = self._read[key]
        if read is None:
            return None
        words, roster = _words(codes), Roster(row.duties)
        found = [Difference(who, _name(row, who), None, text, _name(row, who)) for who, text in read.names.items()]
        found += [Difference(who, who, day, text, None) for who, day, text in read.strange]
        for worker in row.people:
            for day in month_days(*map(int, row.month.split("-"))):
                on_duty, texts = roster.on(worker, day), read.texts.get((worker, day), [])
                wrong = [text for text in texts if not _means(text, words, on_duty)]
                if wrong or (on_duty and not texts):
                    text = wrong[0] if wrong else None
                    found.append(Difference(worker, _name(row, worker), day, text, "+".join(on_duty)))
        return sorted(found, key=lambda each: (each.day or date.min, each.worker))

    def _cells(self, row: VersionRow, codes: frozenset[str]) -> _Cells | None:
        """The cells of a version's people; `None` where the grid is of another month, or of none of them."""
        sheet = self.sheet
        if sheet is None or self.month not in (None, row.month):
            return None
        ids = {normal_width(worker): worker for worker in row.people}
        id_column = sheet.id_column(ids)
        if id_column is None:
            return None
        days, name_column = self._days(row.month), _name_column(sheet, row)
        texts: dict[tuple[str, date], list[str]] = {}
        strange: list[tuple[str, date, str]] = []
        names: dict[str, str] = {}
        words, begun = _words(codes), False
        for number in range(sheet.top + 1, len(sheet.rows) + 1):
            text = sheet.text(number, id_column)
            worker = ids.get(normal_width(text))
            cells = [(day, sheet.text(number, column)) for column, day in days.items()]
            if worker:
                begun = True
                for day, cell in cells:
                    texts.setdefault((worker, day), []).append(cell)
                if name_column and normal_width(name := sheet.text(number, name_column)) != normal_width(
                    _name(row, worker)
                ):
                    names[worker] = name
            elif (text or begun) and not find_headed((PEOPLE.column("id"),), text):
                who = text or next(filter(None, (sheet.text(number, at) for at in range(1, min(sheet.days)))), "")
                on_duty = [(day, cell) for day, cell in cells if shifts_in(cell, words)]
                if text or any(any(map(str.isalpha, cell)) for _, cell in on_duty):  # and no row of counts
                    strange += [(who, day, cell) for day, cell in on_duty]
        return _Cells(texts, strange, names)

    def _days(self, month: str) -> dict[int, date]:
        """The date of each column that has one in the month."""
        year, number = map(int, month.split("-"))
        known = {(day.year, day.month, day.day): day for day in month_days(year, number)}
        marks = self.sheet.days if self.sheet else {}
        found = {at: known.get((mark.year or year, mark.month or number, mark.day)) for at, mark in marks.items()}
        return {at: day for at, day in found.items() if day}


def _means(text: str, words: Mapping[str, str], codes: Sequence[str]) -> bool:
    """Whether a cell's text asks for these shifts, in whatever order."""
    shifts = shifts_in(text, words)
    return shifts is not None and set(shifts) == set(codes)


def _words(codes: Iterable[str]) -> dict[str, str]:
    return {form: code for code in codes for form in (normal_width(code), code)}


def _name(row: VersionRow, worker: str) -> str:
    """A person's name without the id that tells two of one name apart."""
    return row.people[worker].removesuffix(f"({worker})")


def _name_column(sheet: Sheet, row: VersionRow) -> int | None:
    """The column before the days that holds most of the names; `None` where none holds any."""
    names = {normal_width(_name(row, worker)) for worker in row.people}
    rows = range(sheet.top + 1, len(sheet.rows) + 1)
    columns = range(1, min(sheet.days))
    found = {column: sum(normal_width(sheet.text(number, column)) in names for number in rows) for column in columns}
    best = max(found, key=lambda column: found[column], default=None)
    return best if best and found[best] else None


# --- Where it is from --------------------------------------------------------


class State(StrEnum):
    """What a copy is."""

    CURRENT = "current"
    WITHDRAWN = "withdrawn"  # superseded, too
    DRAFT = "draft"
    ALTERED = "altered"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Traced:
    """What a copy is.

    Attributes
    ----------
    stamp : Stamp or None
        What it says itself.
    row : VersionRow or None
        The version that it is, or was made from.
    closing : EntryRow or None
        How that version came to its end.
    live : int or None
        Number of the version of that month in force now.
    differences : tuple of Difference
        Of an altered copy, by day and person.
    checked : bool
        Whether its cells were compared, or its stamp alone was read.
    files : tuple of Path
        The workbook of the version in force, where it is found.
    """

    state: State
    stamp: Stamp | None = None
    row: VersionRow | None = None
    closing: EntryRow | None = None
    live: int | None = None
    differences: tuple[Difference, ...] = ()
    checked: bool = True
    files: tuple[Path, ...] = ()

    @property
    def replaced_by(self) -> int | None:
        """Number of the version that superseded it."""
        found = self.closing.facts.get("by_version") if self.closing else None
        return found if isinstance(found, int) else None

    @property
    def withdrawn_at(self) -> datetime | None:
        """When its version ceased to be in force, where the desk is."""
        return self.closing.at.astimezone(_zone(self.row)) if self.closing and self.row else None

    @property
    def is_sure(self) -> bool:
        """Whether it is a version, or says itself from which it comes."""
        return self.row is not None and (not self.differences or _is_of(self.stamp, self.row))

    @property
    def is_stamped_otherwise(self) -> bool:
        """Whether it is a version, though its stamp names another."""
        named, row = self.stamp, self.row
        if named is None or row is None:
            return False
        return (named.desk, named.month, named.version) != (row.desk, row.month, row.number)


def _zone(row: VersionRow) -> tzinfo:
    """The desk's distance from UTC, as its duties tell it."""
    for duty in row.details:
        with suppress(ValueError):
            return datetime.fromisoformat(str(duty.get("start"))).tzinfo or UTC
    return UTC


def _is_of(stamp: Stamp | None, row: VersionRow) -> bool:
    """Whether a stamp means a version: of another ledger's the fingerprint is another."""
    return (
        stamp is not None
        and (stamp.desk, stamp.month, stamp.version) == (row.desk, row.month, row.number)
        and row.roster_hash.startswith(stamp.fingerprint)
    )


class _Origin(NamedTuple):
    row: VersionRow
    differences: list[Difference] | None


def _origin(copy: _Copy, rows: Sequence[VersionRow]) -> _Origin | None:
    """The version that a copy is: in force if one such is; or from which it comes: as stamped, else the likest."""
    codes = frozenset(duty.shift for row in rows for duty in row.duties)
    held = [_Origin(row, copy.differences(row, codes)) for row in rows]
    same = [each for each in held if each.differences == []]
    if same:
        return max(same, key=lambda each: _standing(each.row, copy.stamp))
    stamped = next((each for each in held if _is_of(copy.stamp, each.row)), None)
    near = [each for each in held if each.differences and _alike(each.row, each.differences)]
    return stamped or min(near, key=lambda each: (len(each.differences or ()), _last(each.row)), default=None)


def _standing(row: VersionRow, stamp: Stamp | None) -> tuple[bool, bool, bool, int]:
    """Which of versions with the same cells is meant: the greatest."""
    return row.status == Status.LIVE, _is_of(stamp, row), row.status != Status.DRAFT, row.number


def _last(row: VersionRow) -> tuple[bool, int]:
    """Which of versions equally like a copy is meant: the least."""
    return row.status != Status.LIVE, -row.number


def _alike(row: VersionRow, differences: Sequence[Difference]) -> bool:
    """Whether cells differ in no more than a part of those in which somebody is on duty, here or there."""
    on_duty = len({(duty.worker, duty.day) for duty in row.duties}) + sum(not each.ledger for each in differences)
    return len(differences) <= MOST_UNLIKE * on_duty


def _traced(copy: _Copy, ledger: Ledger, folders: Sequence[Path]) -> Traced:
    """What a copy is, as one ledger knows it; the desk that it names is looked at first."""
    stamp = copy.stamp
    months: list[str | None] = sorted({copy.month, stamp.month if stamp else None} - {None}, key=str) or [None]
    best = Traced(State.UNKNOWN, stamp)
    for desk in sorted(ledger.desks(), key=lambda desk: not (stamp and stamp.desk == desk)):
        rows = [row for month in months for row in ledger.versions(desk, month)]
        origin = _origin(copy, rows)
        if origin is None:
            continue
        row, differences = origin
        checked = differences is not None
        altered = bool(differences) if checked else stamp is not None and stamp.part != HANDOUTS
        live = next((one for one in rows if one.month == row.month and one.status == Status.LIVE), None)
        papers = [folder / file_name(live) for folder in folders] if live else []
        found = Traced(
            State.ALTERED if altered else STATES[row.status],
            stamp,
            row,
            _closing(ledger.entries(desk, row.month), row),
            live.number if live else None,
            tuple(differences or ()),
            checked,
            tuple(path for path in papers if path.is_file())[:1],
        )
        if found.is_sure:
            return found
        best = min(best, found, key=_doubt)
    return best


STATES = {
    Status.LIVE: State.CURRENT,
    Status.DRAFT: State.DRAFT,
    Status.SUPERSEDED: State.WITHDRAWN,
    Status.WITHDRAWN: State.WITHDRAWN,
}


def _doubt(found: Traced) -> tuple[bool, bool, int]:
    return found.state == State.UNKNOWN, not found.is_sure, len(found.differences)


def _closing(entries: Iterable[EntryRow], row: VersionRow) -> EntryRow | None:
    ends = (one for one in entries if one.version == row.number and one.event in ("superseded", "withdrawn"))
    return next(ends, None)


def trace(path: Path, *, desk: Path | None = None, store: str | None = None) -> Traced:
    """Say which version a workbook is, whether it is in force, and where it was changed; nothing is written.

    Parameters
    ----------
    desk, store
        Whose ledger, or which, is asked; by default that of the environment, or those near the file.

    Raises
    ------
    InputError
        The file cannot be read, or there is no ledger to ask.
    LedgerError
    """
    copy = _Copy(path)
    best, failed = Traced(State.UNKNOWN, copy.stamp), list[LedgerError]()
    urls = _ledgers(path, desk, store)
    for url in urls:
        try:
            with Ledger(url) as ledger:
                found = _traced(copy, ledger, _papers(path, desk, url))
        except LedgerError as error:
            failed.append(error)
            continue
        best = min(best, found, key=_doubt)
        if best.is_sure:
            break
    if len(failed) == len(urls):
        raise failed[0]
    return best


# --- Where to look -----------------------------------------------------------


def _near(path: Path) -> Iterator[Path]:
    """Folders in which a file's desk may be: its own, those above it, the current one and those in that."""
    own = path.absolute().parent
    yield from (own, *own.parents)[: LEVELS + 1]
    yield Path.cwd()
    with suppress(OSError):
        yield from sorted(folder for folder in Path.cwd().iterdir() if folder.is_dir())


def _ledger_files(folder: Path) -> list[Path]:
    """The SQLite ledgers in a folder."""
    found: list[Path] = []
    with suppress(OSError):
        found = [
            file for file in (folder / "ledger.sqlite3", *sorted(folder.glob("*.ledger.sqlite3"))) if file.is_file()
        ]
    return [file for file in found if _holds_versions(file)]


def _holds_versions(file: Path) -> bool:
    """Whether a database is a ledger; opening another program's as one would put our tables into it."""
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as found:
        tables = found.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", [VERSIONS_TABLE])
        return tables.fetchone() is not None
    return False


def _ledgers(path: Path, desk: Path | None, store: str | None) -> list[str]:
    """The ledgers to ask about a file, the nearest first.

    Raises
    ------
    InputError
        There is none.
    """
    given = store or (store_url(desk, None) if desk else os.environ.get(STORE_VARIABLE))
    if given:
        place = given.removeprefix("sqlite:///")
        if place != given and not Path(place).is_file():  # to open it would make it
            raise LedgerError(NO_LEDGER, place=place)
        return [given]
    files = dict.fromkeys(file.resolve() for folder in _near(path) for file in _ledger_files(folder))
    if not files:
        raise InputError([Place(path.name).fault(NO_LEDGER_NEAR)])
    return [f"sqlite:///{file}" for file in files]


def _papers(path: Path, desk: Path | None, url: str) -> list[Path]:
    """Folders in which a desk's papers may be."""
    own = path.absolute().parent
    folders = [desk_folder(desk)] if desk else []
    folders += [desk_folder(Path(url.removeprefix("sqlite:///")))] if url.startswith("sqlite:///") else []
    return [*folders, own, own.parent]


def _desks(folder: Path) -> list[Path]:
    """The desks in a folder: itself, or workbooks that have a ledger beside them."""
    if is_desk(folder):
        return [folder]
    beside = [file.with_name(file.name.removesuffix(".ledger.sqlite3")) for file in _ledger_files(folder)]
    books = [book.with_name(f"{book.name}{suffix}") for book in beside for suffix in (".xlsx", ".xlsm")]
    return [book for book in books if is_desk(book)]


def _desk_of(path: Path, stamp: Stamp | None) -> Path:
    """The desk that a workbook is of, looked for near it.

    Raises
    ------
    InputError
        There is none, or there are several.
    """
    near = list({desk.resolve(): desk for folder in _near(path) for desk in _desks(folder)}.values())
    for desk in near if stamp else ():
        with suppress(InputError):
            if stamp and read_desk(desk).desk.id == stamp.desk:
                return desk
    homes = [desk if desk.is_dir() else desk.parent for desk in near]
    above = [home for home in homes if path.resolve().is_relative_to(home.resolve())]
    found = [desk for desk, home in zip(near, homes, strict=True) if home == above[0]] if above else near
    if len(found) != 1:
        raise InputError([Place(path.name).fault(SEVERAL_DESKS if found else NO_DESK_NEAR)])
    return found[0]


# --- An edited copy comes back -----------------------------------------------


@dataclass(frozen=True)
class BroughtIn:
    """What came of an edited roster.

    Attributes
    ----------
    row : VersionRow or None
        The draft that was recorded; the version that the file does not differ from; or that in force.
    recorded : bool
        Whether a draft was.
    asked : Asked or None
        The request that was made, where the month is in force.
    changes : tuple of Change
        Cells in which it differs from the version in force.
    violations : tuple of Violation
        What it breaks; a draft is not recorded then.
    """

    problem: Problem
    row: VersionRow | None = None
    recorded: bool = False
    asked: Asked | None = None
    changes: tuple[Change, ...] = ()
    violations: tuple[Violation, ...] = ()
    files: tuple[Path, ...] = ()

    @property
    def month(self) -> str:
        """As `2026-12`."""
        return month_text((self.problem.first.year, self.problem.first.month))


def bring_in(
    path: Path,
    by: str,
    *,
    desk: Path | None = None,
    because: str = "",
    store: str | None = None,
    out: Path | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> BroughtIn:
    """Take a roster that was edited by hand: a new draft, or a request where the month is in force.

    Parameters
    ----------
    by : str
        Id of who edited it.
    desk : Path, optional
        By default the one near the file that its stamp names.

    Raises
    ------
    InputError
        The grid cannot be read, or it is of another desk.
    Refusal
        Nobody has the id `by`, or the file was made from a version that is not the one in force.
    """
    copy = _Copy(path)
    desk = desk or _desk_of(path, copy.stamp)
    files = read_desk(desk)
    if by not in people_of(files):
        raise Refusal(NOBODY, id=by)
    if copy.stamp and copy.stamp.desk != files.desk.id:
        raise InputError([Place(path.name).fault(OTHER_DESK, copy.stamp.desk, desk=files.desk.id)])
    read = app.verify(desk, path, store)  # before a ledger is made or papers are put right: a bad file changes nothing
    month, file = month_text((read.problem.first.year, read.problem.first.month)), shown(path.name)
    because = because or BROUGHT_IN.say(lang, file=file)
    with office(desk, store, out, lang, now) as here:
        live = here.ledger.live(here.desk, month)
        if live is None:
            return _drafted(here, read.roster, month, by, because, file)
        changes = read.roster.changes_from(Roster(live.duties))
        if not changes:
            return BroughtIn(read.problem, live)
        made_from = _made_from(copy, here.ledger.versions(here.desk, month))
        if made_from and made_from.number != live.number:
            status = app.STATUSES[made_from.status]
            raise Refusal(OLD_COPY, n=made_from.number, status=status, live=live.number)
    cells = [Fixed(one.worker, one.day, code) for one in changes for code in one.after or ("",)]
    asked = ask(desk, RequestKind.EDIT, by, because, cells=cells, store=store, out=out, lang=lang, now=now)
    return BroughtIn(asked.problem, live, asked=asked, changes=changes, violations=asked.verdict.reasons)


def _made_from(copy: _Copy, rows: Sequence[VersionRow]) -> VersionRow | None:
    """The version that somebody edited: as stamped, whatever it has come to be like, else the likest."""
    stamped = next((row for row in rows if _is_of(copy.stamp, row)), None)
    origin = None if stamped else _origin(copy, rows)
    return origin.row if origin else stamped


def _drafted(here: Office, roster: Roster, month: str, by: str, because: str, file: str) -> BroughtIn:
    """Record a legal roster as a draft, unless it is one already."""
    problem, rulebook = here.problem(month), here.files.rulebook
    found = audit(problem, rulebook, roster)
    if found.broken:
        return BroughtIn(problem, violations=found.broken)
    rows = here.ledger.versions(here.desk, month)
    same = [row for row in rows if row.status == Status.DRAFT and Roster(row.duties) == roster]
    if same:
        return BroughtIn(problem, same[-1])
    asked = (problem.fingerprint, rulebook.fingerprint, version_of("desk-scheduler"))
    # What was proved of the month holds for every roster of it.
    proved = [int(row.bound) for row in rows if (row.problem_hash, row.rulebook, row.rules_version) == asked]
    before = here.ledger.before(here.desk, month)
    draft = draft_of(
        here.files,
        problem,
        roster,
        made_at=here.at,
        by=by,
        because=because,
        objective=found.cost,
        bound=min(max(proved, default=0), found.cost),
        previous=before.number if before else None,
        compromises=len(found.compromises),
        facts={"imported": file},
    )
    row, path = record(here.ledger, draft, problem, here.files, found, here.folder, here.lang)
    return BroughtIn(problem, row, recorded=True, files=(path,))
