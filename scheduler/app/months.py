"""A month's problem: the desk's tables, what went before, and what was approved since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from scheduler import clock
from scheduler.app.locations import open_known_ledger
from scheduler.app.people import people_of
from scheduler.audit.months import PlannedMonth, fit_before
from scheduler.audit.statistics import carried_balances
from scheduler.domain import Month, Note, Overtime, Problem, Procedure, Roster, ShiftTable, present_ids
from scheduler.errors import LedgerError
from scheduler.files.reading.desk_files import DeskFiles, Past
from scheduler.i18n import LANGS, Sentence, as_template
from scheduler.ledger.store import Ledger, VersionRow
from scheduler.rules.book import Rulebook
from scheduler.workflow.amendment import amend_problem
from scheduler.workflow.change_request import Request, RequestState
from scheduler.workflow.facts import DraftedFacts, Entry, PublishedFacts
from scheduler.workflow.month_facts import TABLES, MonthFacts, compare_facts, continue_from, recorded_shifts
from scheduler.workflow.private_facts import values_of
from scheduler.workflow.replay import replay_requests
from scheduler.workflow.settling import drop_settled, note_settled, settled_for
from scheduler.workflow.table_change import merge_facts
from scheduler.workflow.version import STATUS_NAMES
from scheduler.workflow.worked import as_worked, cells_by_request, worked_cells

CONTINUES = Sentence(
    "上月排班和结转取自账册：{month} 第 {number} 版（{status}）",
    "last month's duties and balances come from the ledger: {month}, version {number} ({status})",
)
TABLE_CHANGED = Sentence(
    "第 {n} 版制成之后表已改动，对该版不生效（{what}）；要生效，请提申请⟦（swap request --tables-from 日期）‖⟧或重排该月",
    "tables have changed since version {n} was made, which changes nothing of it ({what}); for it to count, make a request"
    " ⟦(swap request --tables-from DAY)‖(the tables from a day on)⟧ or a new roster of the month",
)
RULE_REVISED = Sentence(
    "规则 {rule} 已修订：第 {n} 版按第 {then} 次修订制成，现按第 {now} 次核对",
    "rule {rule} has been revised: version {n} was made under revision {then} and is judged under {now}",
)
UNRECORDED = Sentence(
    "第 {n} 版由本程序的较早版本记录，没有存下当时的表：一律按现在的表处理",
    "version {n} was recorded by an earlier release without what it was made with: the tables of today are taken for it",
)
NOT_UNDERSTOOD = Sentence(
    "第 {n} 版所依据的数据，本程序读不懂（{why}）：请用写下它的版本或更新的程序",
    "this program does not understand what version {n} was made with ({why}): use the release that recorded it, or a newer one",
)


# Facts by the digests of their parts and by what was assumed, the oldest first: an approval looks at the same ones a dozen
# times, and a large desk's take a third of a second.
_RESTORED: dict[tuple[frozenset[tuple[str, str]], tuple[tuple[str, ...], ...], tuple[str, ...]], MonthFacts] = {}
MOST_RESTORED = 8


def continue_problem(files: DeskFiles, ledger: Ledger, month: Month, before: VersionRow | None) -> Problem:
    """The month's problem, continued from a version of the month before where there is one."""
    if before is None:
        return note_rehearsal(files.problem(month))
    facts = (("month", before.month), ("number", before.number), ("status", STATUS_NAMES[before.status]))
    shifts = read_shifts(ledger, before)
    overtime = read_overtime(ledger, before)
    past = Past(before.duties, before.month.first, before.balances, Note(CONTINUES, facts), shifts, overtime)
    problem = files.problem(month, past)
    names = {**before.people, **{one: person.name for one, person in people_of(files).items()}}
    settled = settled_for(ledger.entries(files.desk.id, event="settled"), month)
    notes = [note_settled(entry, each, names) for entry, each in settled]
    return note_rehearsal(replace(problem, assumptions=(*problem.assumptions, *notes)) if notes else problem)


def note_rehearsal(problem: Problem) -> Problem:
    """A problem that tells, in a rehearsal, what the clock says; once, however often it is looked at."""
    mark = clock.rehearsal_mark()
    note = Note(clock.REHEARSAL, (("at", mark),))
    if not mark or any(each.say("en") == note.say("en") for each in problem.assumptions):
        return problem
    return replace(problem, assumptions=(*problem.assumptions, note))


def tables_facts(files: DeskFiles, ledger: Ledger, month: Month, before: VersionRow | None) -> MonthFacts:
    """A month's facts as the tables of today tell them, continued from a version of the month before where there is one."""
    return MonthFacts(
        problem=continue_problem(files, ledger, month, before),
        rulebook=files.rulebook,
        procedure=files.procedure,
        breaks=files.breaks,
    )


def month_before(ledger: Ledger, desk: str, month: Month) -> VersionRow | None:
    """The version that a month continues, with its duties and balances as they were worked where that is known.

    Raises
    ------
    LedgerError
        What it was made with is damaged, or not understood.
    """
    row = ledger.before(desk, month)
    if row is None:
        return None
    if worked := worked_cells(ledger.entries(desk, row.month)):
        roster = as_worked(Roster(row.duties), worked)
        parts = ledger.parts(row)
        balances = carried_balances(read_facts(row, parts).problem, roster) if parts else row.balances
        row = replace(row, duties=roster.duties, balances=balances)
    return _without_settled(ledger, row, month)


def _without_settled(ledger: Ledger, row: VersionRow, month: Month) -> VersionRow:
    """The version that a month continues, without the balances that were settled for it, or for the month before too late."""
    entries = ledger.entries(row.desk, event="settled")
    mine, before = ([facts for _, facts in settled_for(entries, each)] for each in (month, row.month))
    if before and (parts := ledger.parts(row)):  # a draft made earlier carries what was settled then
        carried = read_facts(row, parts).problem.carried
        row = replace(row, balances=drop_settled(row.balances, before, carried))
    return replace(row, balances=drop_settled(row.balances, mine)) if mine else row


def last_in_force(ledger: Ledger, desk: str, month: Month) -> VersionRow | None:
    """The version of a month that is in force, else the one that was withdrawn last."""
    entries = reversed(ledger.entries(desk, month))
    withdrawn = next((entry.version for entry in entries if entry.event == "withdrawn"), None)
    live = ledger.live(desk, month)
    return live or (ledger.version(desk, withdrawn) if withdrawn else None)


def month_after(files: DeskFiles, ledger: Ledger, month: Month) -> PlannedMonth | None:
    """The month after as it is in force and was worked, where one is: whatever is made of the month has to fit it.

    Raises
    ------
    LedgerError
        What it was made with is damaged, or not understood.
    """
    row = ledger.live(files.desk.id, month.next)
    if row is None:
        return None
    facts, entries = version_facts(files, ledger, row), ledger.entries(files.desk.id)
    problem = amend_problem(facts.problem, replay_requests(entries).values())
    return PlannedMonth(problem, facts.rulebook, as_worked(Roster(row.duties), worked_cells(entries)))


def version_facts(files: DeskFiles, ledger: Ledger, row: VersionRow) -> MonthFacts:
    """What a version was made with; but who decides is who does today, and the month before is as it is in force.

    A version of a release that did not record its facts has those of the tables.

    Raises
    ------
    LedgerError
        They are damaged, or this program does not understand them.
    """
    before = month_before(ledger, files.desk.id, row.month)
    parts = ledger.parts(row)
    if not parts:
        return tables_facts(files, ledger, row.month, before)
    facts = read_facts(row, parts)
    if before:
        shifts = read_shifts(ledger, before)
        present = present_ids((*files.workers, *facts.problem.workers), facts.problem.worker_by_id)
        duties = [duty._replace(worker=present.get(duty.worker, duty.worker)) for duty in before.duties]
        balances = {present.get(worker, worker): sums for worker, sums in before.balances.items()}
        overtime = [row._replace(worker=present.get(row.worker, row.worker)) for row in read_overtime(ledger, before)]
        problem = continue_from(facts.problem, duties, before.month.first, balances, shifts, overtime)
        facts = replace(facts, problem=problem)
    today = files.procedure
    return _with_fields(facts, today, ("approver_roles", "rights", "officials", "recipients"))


def _with_fields(facts: MonthFacts, today: Procedure, names: Iterable[str]) -> MonthFacts:
    """Facts whose terms of publication are in some fields those of today."""
    return replace(facts, procedure=replace(facts.procedure, **{name: getattr(today, name) for name in names}))


def read_facts(row: VersionRow, parts: Mapping[str, object]) -> MonthFacts:
    """The facts of a version from their parts, just as they were recorded.

    Raises
    ------
    LedgerError
        This program does not understand them.
    """
    said = tuple(tuple(note[lang] for lang in LANGS) for note in row.assumptions)
    key = frozenset((row.made_with or {}).items()), said, values_of(parts)  # of what is erased, the digests stay
    if key not in _RESTORED:
        notes = [Note(Sentence(*map(as_template, each))) for each in said]
        try:
            facts = MonthFacts.from_parts(parts, notes)
        except (KeyError, TypeError, ValueError) as error:
            raise LedgerError(NOT_UNDERSTOOD, n=row.number, why=error) from error
        while len(_RESTORED) >= MOST_RESTORED:
            _RESTORED.pop(next(iter(_RESTORED)))
        _RESTORED[key] = facts
    return _RESTORED[key]


def read_shifts(ledger: Ledger, row: VersionRow) -> ShiftTable | None:
    """The shifts that a version was made with; `None` where they were not recorded.

    Raises
    ------
    LedgerError
        They are damaged, or this program does not understand them.
    """
    try:
        return recorded_shifts(ledger.parts(row))
    except (KeyError, TypeError, ValueError) as error:
        raise LedgerError(NOT_UNDERSTOOD, n=row.number, why=error) from error


def read_overtime(ledger: Ledger, row: VersionRow) -> tuple[Overtime, ...]:
    """The overtime of a version's month, with what was approved on request; none where its facts were not recorded.

    Raises
    ------
    LedgerError
        What it was made with is damaged, or not understood.
    """
    parts = ledger.parts(row)
    if not parts:
        return ()
    requests = replay_requests(ledger.entries(row.desk)).values()
    return amend_problem(read_facts(row, parts).problem, requests).overtime


def compare_with_tables(files: DeskFiles, ledger: Ledger, row: VersionRow) -> tuple[Note, ...]:
    """What tables and rules say today and did not say when a version was made; it stands as it was made.

    Raises
    ------
    LedgerError
        What it was made with is damaged, or not understood.
    """
    if row.made_with is None:
        return (Note(UNRECORDED, (("n", row.number),)),)
    now = tables_facts(files, ledger, row.month, month_before(ledger, files.desk.id, row.month))
    adopted = _last_adoption(ledger.entries(files.desk.id), row)
    if adopted and adopted > row.month.first:
        now = merge_facts(read_facts(row, ledger.parts(row)), now, adopted)
    parts = now.to_parts()
    if ledger.is_made_with(row, parts, TABLES):  # as nearly always
        return ()
    then = _with_fields(read_facts(row, ledger.parts(row)), files.procedure, ("approver_roles", "rights"))
    notes = [
        Note(TABLE_CHANGED, (("n", row.number), ("what", Sentence(*(as_template(one.say(lang)) for lang in LANGS)))))
        for one in compare_facts(then, now)
    ]
    notes += [
        Note(RULE_REVISED, (("n", row.number), ("rule", one.rule), ("then", one.then), ("now", one.now)))
        for one in then.revised
    ]
    return tuple(notes)


def _last_adoption(entries: Sequence[Entry], row: VersionRow) -> date | None:
    """The last day from which on a version holds newer tables than before: on request, or because its rest was planned again."""
    days = [one.since for one in replay_requests(entries).values() if one.since and one.state == RequestState.APPROVED]
    drafted = {one.version: DraftedFacts.read(one.facts) for one in entries if one.event == "drafted"}
    replaced = {one.version: PublishedFacts.read(one.facts).supersedes for one in entries if one.event == "published"}
    number: int | None = row.number
    while (
        number in drafted and drafted[number].request
    ):  # made from the one that it replaced, with what that was made with
        number = replaced.get(number)
    again = drafted[number].since if number in drafted else None
    return max([*days, *([again] if again else [])], default=None)


def amend_month(facts: MonthFacts, ledger: Ledger, also: Request | None = None) -> Problem:
    """The month's problem as it is printed: with what was approved on request, and one more request where given."""
    entries = ledger.entries(facts.desk.id)
    entered = cells_by_request(entries)
    problem = amend_problem(facts.problem, replay_requests(entries).values(), also=also, entered=entered)
    return note_rehearsal(problem)


def amend_as_drafted(problem: Problem, ledger: Ledger, row: VersionRow) -> Problem:
    """A month's problem with what had been approved when a version was drafted: what came later is no part of it."""
    entries = ledger.entries(row.desk)
    drafted = [one.sequence for one in entries if (one.event, one.version) == ("drafted", row.number)]
    known = entries[: drafted[0]] if drafted else entries
    return amend_problem(problem, replay_requests(known).values(), entered=cells_by_request(known))


def printed_facts(ledger: Ledger, row: VersionRow) -> MonthFacts | None:
    """A version's facts, the month as its papers print it; `None` where an earlier release did not record them.

    Raises
    ------
    LedgerError
        What it was made with is damaged, or not understood.
    """
    parts = ledger.parts(row)
    if not parts:
        return None
    facts = read_facts(row, parts)
    return replace(facts, problem=amend_as_drafted(facts.problem, ledger, row))


def month_problem(files: DeskFiles, ledger: Ledger, month: Month) -> Problem:
    """The month's problem: its tables, continued from the month before, with what was approved since publication."""
    return amend_month(tables_facts(files, ledger, month, month_before(ledger, files.desk.id, month)), ledger)


def problem_to_read(files: DeskFiles, month: Month, store: str | None) -> Problem:
    """The month's problem for a command that only reads, with the ledger where there is one."""
    ledger = open_known_ledger(files.path, store)
    if ledger is None:
        return files.problem(month)
    with ledger:
        return month_problem(files, ledger, month)


def rulebook_to_read(files: DeskFiles, month: Month, store: str | None) -> Rulebook:
    """The rulebook of a month for a command that only reads: with the month after where that is in force."""
    ledger = open_known_ledger(files.path, store)
    if ledger is None:
        return files.rulebook
    with ledger:
        return fit_before(files.rulebook, month_after(files, ledger, month))


def coming_month(files: DeskFiles, now: clock.Clock) -> Month:
    """The month after the present one, where the desk is."""
    return Month.of(clock.at_desk(now, files.desk.zone)).next


def unknown_in_tables(row: VersionRow, problem: Problem) -> list[str]:
    """People and shifts of a version that the tables do not have any more."""
    gone = {duty.worker for duty in row.duties} - set(problem.worker_by_id)
    return sorted(gone | {duty.shift for duty in row.duties if duty.shift not in problem.codes_on(duty.day)})
