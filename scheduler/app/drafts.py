"""A roster on its way into the ledger, and the workbook of a version."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import date, datetime
from importlib.metadata import version as version_of
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from scheduler.app.locations import desk_folder
from scheduler.app.told import find_told
from scheduler.audit.audit import Audit
from scheduler.audit.months import PlannedMonth
from scheduler.audit.statistics import carried_balances as balances_after
from scheduler.audit.statistics import duty_row
from scheduler.digest import canonical, digest_of
from scheduler.domain import Problem, Roster
from scheduler.errors import Fault, InputError, failure_of
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.i18n import Lang, Sentence, fill_in
from scheduler.ledger.store import Draft, EntryRow, Ledger, Outline, VersionRow, VersionStatus
from scheduler.passing import check_own, file_part, name_passing, put_in_place
from scheduler.staffing.break_model import KnownBreaks, place_breaks
from scheduler.staffing.breaks import record_breaks, restore_plan
from scheduler.workflow.change_log import outstanding_copies
from scheduler.workflow.desk_log import entries_of_month, version_lives
from scheduler.workflow.facts import DraftedFacts, PublishedFacts, rehearsal_of
from scheduler.workflow.log_steps import log_steps
from scheduler.workflow.month_facts import MonthFacts
from scheduler.workflow.readers import EVERYBODY, Reader
from scheduler.workflow.reserves import find_reserves
from scheduler.workflow.version import OF_VERSIONS

if TYPE_CHECKING:
    from scheduler.files.writing.edition import Certified, Edition, Marks
    from scheduler.files.writing.properties import Stamp
    from scheduler.ledger.pen import Pen


TAKEN = Sentence(
    "一个还没有的文件：它属于另一账册，请移走⟦或换 --out‖⟧",
    "a file that does not exist yet: this one belongs to another ledger; move it⟦ or use another --out‖⟧",
)
NO_WORKBOOK = Sentence(
    "工作簿不在 {path}：⟦用 scheduler repair 补写（若文件另在别处，加 --out）‖下一步操作会补写⟧",
    "no workbook at {path}: ⟦scheduler repair writes it (with --out where papers are elsewhere)‖the next step writes it⟧",
)
WORKBOOK_OF = Sentence("本账册第 {version} 版的工作簿", "the workbook of this ledger's version {version}")
LATER = Sentence("可以写入；由下一条命令补写", "to be written; the next command does it")
DRAFT_LATER = Sentence(
    "可以写入；⟦用 scheduler repair 补写‖下一步操作会补写⟧", "to be written; ⟦scheduler repair‖the next step⟧ does it"
)

FOR = "-for-"  # before whom a workbook is for, in its name

log = logging.getLogger(__name__)


def make_draft(
    facts: MonthFacts,
    problem: Problem,
    roster: Roster,
    *,
    made_at: datetime,
    by: str,
    because: str,
    objective: int,
    bound: int,
    previous: int | None,
    compromises: int,
    solver: str = "",
    seed: int = 0,
    cores: int = 0,
    seconds: float = 0.0,
    proof: tuple[str, str] = ("", ""),
    certificate: Mapping[str, object] | None = None,
    logged: DraftedFacts | None = None,
    after: PlannedMonth | None = None,
    held: Mapping[tuple[str, date], tuple[str, ...]] | None = None,
    breaks_known: KnownBreaks | None = None,
) -> Draft:
    """Make the draft of a roster, ready to be recorded.

    Parameters
    ----------
    objective, bound : int
        Cost of its compromises, and a proved lower bound of any roster of the month.
    previous : int or None
        The version whose month-end it continues.
    proof : (str, str)
        Finder of the roster and prover of its bound; empty where no search made it.
    logged : DraftedFacts, optional
        How it came about.
    after : PlannedMonth, optional
        The month after that it was made to fit: its bound holds for no other question.
    held : mapping of (worker, day) to codes, optional
        The cells that were no question, where only the rest of a month was planned again; the same goes for these.
    breaks_known : KnownBreaks, optional
        Breaks that people have been told and that stay where they can, see `told.known_breaks`.
    """
    return Draft(
        desk=facts.desk.id,
        month=problem.month,
        made_at=made_at,
        duties=roster.duties,
        people=problem.names,
        balances=balances_after(problem, roster),
        details=detail_duties(facts, problem, roster, breaks_known),
        problem_hash=problem.fingerprint,
        rulebook=_digest_rules(facts, after, held),
        rules_version=version_of("desk-scheduler"),
        solver_version=solver,
        seed=seed,
        cores=cores,
        status_word="OPTIMAL" if bound >= objective else "FEASIBLE",
        objective=objective,
        bound=bound,
        seconds=round(seconds, 3),
        assumptions=[{lang: note.say(lang) for lang in ("zh", "en")} for note in problem.assumptions],
        violations=compromises,
        previous=previous,
        finder=proof[0] or None,
        prover=proof[1] or None,
        certificate=certificate,
        by=by,
        because=because,
        parts=facts.to_parts(),
        facts=(logged or DraftedFacts()).to_json(),
    )


def _digest_rules(
    facts: MonthFacts, after: PlannedMonth | None, held: Mapping[tuple[str, date], tuple[str, ...]] | None
) -> str:
    """The digest of what a roster was asked to keep."""
    asked: list[object] = [facts.rulebook.fingerprint]
    if after:
        asked += [after.problem.fingerprint, after.rulebook.fingerprint, canonical(after.roster.duties)]
    if held:
        asked.append(sorted(canonical([*cell, codes]) for cell, codes in held.items()))
    return digest_of(asked) if len(asked) > 1 else facts.rulebook.fingerprint


def detail_duties(
    facts: MonthFacts, problem: Problem, roster: Roster, known: KnownBreaks | None = None
) -> list[dict[str, object]]:
    """Every duty in full; where the desk has breaks placed, with them, those that people know as they were."""
    rows = [duty_row(problem, duty) for duty in roster.duties]
    if facts.breaks is None:
        return rows
    plan = place_breaks(problem, facts.breaks, roster, known=known)
    return [row | record_breaks(plan, duty) for row, duty in zip(rows, roster.duties, strict=True)]


def _mark_held(row: VersionRow, steps: Sequence[EntryRow]) -> Marks | None:
    """Of a draft, the cells that were held by hand."""
    from scheduler.files.writing.edition import Marks

    drafted = next((one for one in steps if one.event == "drafted"), None)
    held = DraftedFacts.read(drafted.facts).held if drafted and row.status == VersionStatus.DRAFT else ()
    return Marks(row.number, frozenset(held), are_held=True) if held else None


def read_certificate(row: VersionRow) -> Certified | None:
    """The second solver's certificate of a version, where one was asked."""
    from scheduler.files.writing.edition import Certified

    return None if row.certificate is None else Certified(**row.certificate)  # type: ignore[arg-type]


def file_name(row: Outline | VersionRow, reader: Reader = EVERYBODY) -> str:
    """What a version's workbook is called; one for some readers only says so."""
    stem = f"{row.desk}-{row.month}-v{row.number}"
    return f"{stem}.xlsx" if reader.is_everybody else f"{stem}{FOR}{file_part(reader.stamp)}.xlsx"


def missing_workbooks(files: DeskFiles, rows: Sequence[Outline]) -> dict[int, Path]:
    """Workbooks that are not where papers are by default, by version: of those in force and each month's newest draft."""
    newest = {row.month: row.number for row in rows}  # by number, so the last of a month counts
    wanted = [
        row
        for row in rows
        if row.status == VersionStatus.LIVE
        or (row.status == VersionStatus.DRAFT and row.number == newest[row.month])  # one overtaken is not made again
    ]
    books = {row.number: desk_folder(files.path) / file_name(row) for row in wanted}
    return {number: book for number, book in books.items() if not os.path.lexists(book)}


def is_stamp_of(stamp: Stamp | None, row: VersionRow) -> bool:
    """Whether a stamp means a version: of another ledger's the fingerprint is another."""
    return (
        stamp is not None
        and (stamp.desk, stamp.month, stamp.version) == (row.desk, row.month, row.number)
        and row.roster_hash.startswith(stamp.fingerprint)
    )


def check_workbook_place(path: Path, row: VersionRow, reader: Reader = EVERYBODY) -> None:
    """Refuse to write a version's workbook over anything but that workbook, whatever status its stamp says.

    Raises
    ------
    InputError
        Something else stands there, or it cannot be read.
    """
    from scheduler.files.writing.properties import ROSTER, read_stamp

    def is_own(path: Path) -> bool:
        stamp = read_stamp(path)
        return stamp is not None and is_stamp_of(stamp, row) and (stamp.part, stamp.reader) == (ROSTER, reader.stamp)

    check_own(path, is_own, fill_in(WORKBOOK_OF, version=row.number))


@contextmanager
def write_part(folder: Path, made: Edition, lang: Lang) -> Iterator[Path]:
    """Write a version's workbook under a temporary name, for the caller to move into place; removed if it is not moved.

    Raises
    ------
    OSError
        It cannot be written.
    """
    from scheduler.files.writing.workbook import write_workbook

    part = name_passing(folder / "workbook")
    folder.mkdir(parents=True, exist_ok=True)
    try:
        write_workbook(part, made, lang)
        yield part
    finally:
        with suppress(OSError):  # a failure to remove it must not hide the first error
            part.unlink(missing_ok=True)


class Recorded(NamedTuple):
    """A recorded version, its workbook, and a fault if that could not be put in place."""

    row: VersionRow
    path: Path
    stuck: tuple[Fault, ...] = ()


class _RecordedBefore(Exception):
    """A job's draft is in the ledger."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def find_draft_of(ledger: Ledger, desk: str, job: str) -> int | None:
    """The number of the draft that a job made; `None` where there is none."""
    drafted = ledger.entries(desk, event="drafted")
    return next((one.version for one in drafted if DraftedFacts.read(one.facts).job == job), None)


def record_draft(
    ledger: Ledger, draft: Draft, problem: Problem, facts: MonthFacts, found: Audit, folder: Path, lang: Lang
) -> Recorded:
    """Record a draft and put its workbook in place: the ledger first, so that no file names a version that it lacks.

    A job's draft that is recorded already is not recorded again.

    Raises
    ------
    InputError
        The workbook cannot be written; nothing is recorded.
    """
    with ExitStack() as stack:
        parts: list[Path] = []

        def show(row: VersionRow) -> tuple[VersionRow, Edition]:
            return row, make_edition(ledger, row, problem, facts, found)

        def write(shown: tuple[VersionRow, Edition]) -> None:
            row, made = shown
            if os.path.lexists(folder / file_name(row)):  # a link that leads nowhere, too
                raise InputError([Fault(str(folder / file_name(row)), TAKEN)])
            parts.append(stack.enter_context(write_part(folder, made, lang)))

        job = DraftedFacts.read(draft.facts).job

        def act(pen: Pen) -> VersionRow:
            if job and (number := find_draft_of(ledger, draft.desk, job)):
                raise _RecordedBefore(number)
            return pen.draft(draft)

        try:
            row = ledger.record(draft.desk, act, show, write)
        except _RecordedBefore as before:
            row = ledger.version(draft.desk, before.number)
            return Recorded(row, folder / file_name(row))
        except OSError as error:
            raise failure_of(error, folder) from None
        path = folder / file_name(row)
        stuck: tuple[Fault, ...] = ()
        try:
            put_in_place(parts[-1], path)
        except OSError as error:
            stuck = (Fault(path.name, DRAFT_LATER, found=error.strerror or str(error)),)
        except InputError as error:  # somebody put something else there meanwhile
            stuck = error.faults
    log.info("version %d recorded and written to %s", row.number, path)
    return Recorded(row, path, stuck)


def recorded_digest(entries: Iterable[EntryRow], version: int) -> str:
    """The digest of a version's whole content, as the entry that drafted it has it."""
    drafted = (one for one in entries if (one.version, one.event) == (version, "drafted"))
    return next((str(one.facts.get("content_hash", "")) for one in drafted), "")


def make_edition(
    ledger: Ledger,
    row: VersionRow,
    problem: Problem,
    facts: MonthFacts,
    found: Audit,
    reader: Reader = EVERYBODY,
) -> Edition:
    """A version with all that its workbook prints for a reader."""
    from scheduler.files.writing.edition import Edition, Marks
    from scheduler.solver.incumbent import gap

    names = problem.names | {one.id: one.name for one in facts.procedure.officials}
    told = find_told(ledger, row, problem) if row.status != VersionStatus.DRAFT else None
    objective, bound = int(row.objective), int(row.bound)
    whole = ledger.entries(row.desk)
    entries = entries_of_month(whole, [one.number for one in ledger.outlines(row.desk) if one.month == row.month])
    log_of_month = [step for step in log_steps(entries) if row.month in step.months]
    published = next((one for one in entries if (one.version, one.event) == (row.number, "published")), None)
    put = PublishedFacts.read(published.facts if published else {})
    steps = [one for one in entries if one.version == row.number and one.event in OF_VERSIONS]
    return Edition(
        problem=problem,
        rulebook=facts.rulebook,
        roster=Roster(row.duties),
        audit=found,
        version=row.number,
        status=row.status,
        made_at=row.made_at,
        proof=row.status_word,
        objective=objective,
        bound=bound,
        gap=gap(objective, bound),
        seed=row.seed,
        log=tuple(log_of_month),
        names=names,
        finder=row.finder or "",
        prover=row.prover or "",
        certificate=read_certificate(row),
        fingerprint=row.fingerprint,
        head=steps[-1].head if steps else "",
        digest=recorded_digest(entries, row.number),
        published_at=published.at if published else None,
        late=published.because if published and put.late else "",
        published_open=put.open,
        open_because=published.because if published and put.open and not put.request else "",
        rehearsed=next(filter(None, map(rehearsal_of, reversed(steps))), ""),
        issued=tuple(life for life in version_lives(log_of_month, outstanding_copies(entries)) if life.published),
        breaks=restore_plan(row.details),
        marks=Marks(told.last.version, told.moved_cells(reader)) if told and told.last else _mark_held(row, steps),
        reader=reader,
        reserves={(one.worker, one.day): one.shift for one in find_reserves(whole, row.number)},
    )
