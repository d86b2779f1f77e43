"""Show a recorded version, and write its workbook again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from scheduler import clock
from scheduler.app.carried_bound import Question, compare_question
from scheduler.app.drafts import NO_WORKBOOK, check_workbook_place, file_name, make_edition, missing_workbooks
from scheduler.app.locations import open_existing_ledger
from scheduler.app.months import amend_as_drafted, month_after, printed_facts, tables_facts, unknown_in_tables
from scheduler.app.people import rights_of
from scheduler.app.readers import find_reader
from scheduler.app.session import guard_writes
from scheduler.audit.audit import audit
from scheduler.audit.open_duties import OpenDuty, find_open_duties
from scheduler.audit.reserves import ReserveFault, find_reserve_faults
from scheduler.domain import Duty, Note, Problem, Roster
from scheduler.errors import LedgerError
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.i18n import Lang, Sentence
from scheduler.ledger.store import Ledger, VersionRow
from scheduler.passing import clear_abandoned
from scheduler.workflow.month_facts import MonthFacts
from scheduler.workflow.reserves import find_reserves
from scheduler.workflow.rights import Rights
from scheduler.workflow.worked import AS_WORKED

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
    """A recorded version; its month as it was printed is `None` where an earlier release did not record that.

    Attributes
    ----------
    open : tuple of OpenDuty
        The duties that it leaves open; none where the month is `None`.
    """

    files: DeskFiles
    row: VersionRow
    written: Path | None = None
    notes: tuple[Note, ...] = ()
    problem: Problem | None = None
    reserves: tuple[Duty, ...] = ()
    reserve_faults: tuple[ReserveFault, ...] = ()
    open: tuple[OpenDuty, ...] = ()

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
        leaves = _find_open(printed, row) if printed else ()
        reserves = find_reserves(ledger.entries(files.desk.id), row.number)
        faults: tuple[ReserveFault, ...] = ()
        if printed and reserves:
            after = month_after(files, ledger, row.month)
            faults = find_reserve_faults(printed.problem, printed.rulebook, Roster(row.duties), reserves, after)
        if out is None:
            missing = missing_workbooks(files, ledger.outlines(files.desk.id))
            absent = [Note(NO_WORKBOOK, (("path", missing[row.number]),))] if row.number in missing else []
            return Shown(
                files, row, notes=tuple(absent), problem=month, reserves=reserves, reserve_faults=faults, open=leaves
            )
        facts, notes = facts_to_show(files, ledger, row)
        problem = facts.problem
        from scheduler.files.writing.workbook import write_workbook

        path = out / file_name(row, reads)
        found = audit(problem, facts.rulebook, Roster(row.duties))
        made = make_edition(ledger, row, problem, facts, found, reads)
        with guard_writes(out):
            out.mkdir(parents=True, exist_ok=True)
            check_workbook_place(path, row, reads)
            clear_abandoned([out])
            write_workbook(path, made, lang, files.access_for(reads))
        return Shown(files, row, path, notes, month, reserves, faults, leaves)


def _find_open(printed: MonthFacts, row: VersionRow) -> tuple[OpenDuty, ...]:
    """What a version leaves open; a month as it was worked leaves nothing."""
    if row.status_word == AS_WORKED:
        return ()
    return find_open_duties(printed.problem, audit(printed.problem, printed.rulebook, Roster(row.duties)))


def facts_to_show(files: DeskFiles, ledger: Ledger, row: VersionRow) -> tuple[MonthFacts, tuple[Note, ...]]:
    """A version's facts, the month as its papers print it; and what has to be said where they are those of today.

    Raises
    ------
    LedgerError
        An earlier release did not record them, and the desk's tables are no longer those.
    """
    if printed := printed_facts(ledger, row):
        return printed, ()
    before = ledger.version(files.desk.id, row.previous) if row.previous else None
    facts = tables_facts(files, ledger, row.month, before)
    problem = amend_as_drafted(facts.problem, ledger, row)
    question = compare_question(row, problem, files.rulebook)
    if question is Question.CHANGED or unknown_in_tables(row, problem):
        raise LedgerError(CHANGED_SINCE, n=row.number)
    notes = (Note(OF_TODAY, (("n", row.number),)),) if question is Question.UNKNOWN else ()
    return replace(facts, problem=replace(problem, assumptions=(*problem.assumptions, *notes))), notes
