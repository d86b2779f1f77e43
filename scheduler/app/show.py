"""Show a recorded version, and write its workbook again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from scheduler import clock
from scheduler.app.carried_bound import Question, compare_question
from scheduler.app.drafts import NO_WORKBOOK, check_workbook_place, file_name, make_edition, missing_workbooks
from scheduler.app.locations import open_existing_ledger
from scheduler.app.months import amend_as_drafted, printed_facts, tables_facts, unknown_in_tables
from scheduler.app.people import rights_of
from scheduler.app.readers import find_reader
from scheduler.app.session import guard_writes
from scheduler.audit.audit import audit
from scheduler.domain import Note, Problem, Roster
from scheduler.errors import LedgerError
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.i18n import Lang, Sentence
from scheduler.ledger.store import VersionRow
from scheduler.passing import clear_abandoned
from scheduler.workflow.rights import Rights

CHANGED_SINCE = Sentence(
    "第 {n} 版之后数据或规则已改，不能重出该版工作簿",
    "tables or rules have changed since version {n}: its workbook cannot be made again",
)
OF_TODAY = Sentence(
    "第 {n} 版由本程序的较早版本记录，无法核对数据和规则是否改过：本工作簿按现在的数据和规则重出",
    "version {n} was recorded by an earlier release, so it cannot be checked whether tables and rules have changed since:"
    " this workbook is made with those of today",
)


@dataclass(frozen=True)
class Shown:
    """A recorded version; its month as it was printed is `None` where an earlier release did not record that."""

    files: DeskFiles
    row: VersionRow
    written: Path | None = None
    notes: tuple[Note, ...] = ()
    problem: Problem | None = None

    @cached_property
    def rights(self) -> Rights:
        """Who may do what today."""
        return rights_of(self.files, clock.at_desk(clock.now, self.files.desk.zone).date())


def show_version(
    desk: Path,
    number: int | None = None,
    *,
    out: Path | None = None,
    reader: str = "",
    store: str | None = None,
    lang: Lang = "zh",
) -> Shown:
    """A version from the ledger; with `out`, its workbook is written again.

    Parameters
    ----------
    reader : str
        For whom, see `find_reader`.

    Raises
    ------
    LedgerError
        There is no such version; or, with `out`, it was recorded by a release that did not keep what it was made with, and
        the desk's tables are no longer those.
    """
    files = read_desk(desk)
    reads = find_reader(files, reader)
    with open_existing_ledger(desk, store) as ledger:
        row = ledger.version(files.desk.id, number)
        printed = printed_facts(ledger, row)
        month = printed.problem if printed else None
        if out is None:
            missing = missing_workbooks(files, ledger.outlines(files.desk.id))
            absent = [Note(NO_WORKBOOK, (("path", missing[row.number]),))] if row.number in missing else []
            return Shown(files, row, notes=tuple(absent), problem=month)
        notes: tuple[Note, ...] = ()
        if printed:
            facts, problem = printed, printed.problem
        else:
            before = ledger.version(files.desk.id, row.previous) if row.previous else None
            facts = tables_facts(files, ledger, row.month, before)
            problem = amend_as_drafted(facts.problem, ledger, row)
            question = compare_question(row, problem, files.rulebook)
            if question is Question.CHANGED or unknown_in_tables(row, problem):
                raise LedgerError(CHANGED_SINCE, n=row.number)
            notes = (Note(OF_TODAY, (("n", row.number),)),) if question is Question.UNKNOWN else ()
            problem = replace(problem, assumptions=(*problem.assumptions, *notes))
        from scheduler.files.writing.workbook import write_workbook

        path = out / file_name(row, reads)
        found = audit(problem, facts.rulebook, Roster(row.duties))
        made = make_edition(ledger, row, problem, facts, found, reads)
        with guard_writes(out):
            out.mkdir(parents=True, exist_ok=True)
            check_workbook_place(path, row, reads)
            clear_abandoned([out])
            write_workbook(path, made, lang, files.access_for(reads))
        return Shown(files, row, path, notes, month)
