"""Where a desk stands today."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY, dataclass, replace
from datetime import datetime
from pathlib import Path

from scheduler import clock
from scheduler.app.drafts import missing_workbooks
from scheduler.app.locations import open_known_ledger, store_url
from scheduler.app.months import compare_with_tables
from scheduler.app.people import people_of
from scheduler.app.session import DAMAGED
from scheduler.app.verify_log import find_contradictions
from scheduler.audit.open_duties import OpenDuty
from scheduler.domain import Month, Note
from scheduler.errors import LedgerDamaged
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.i18n import Lang, Sentence
from scheduler.ledger.store import EntryRow, Ledger, Outline, VersionRow, VersionStatus
from scheduler.passing import is_open_to_all
from scheduler.workflow.change_log import Receipt, outstanding_copies
from scheduler.workflow.change_request import Request, RequestState
from scheduler.workflow.deadlines import Deadline, days_left, deadlines, is_late
from scheduler.workflow.facts import PublishedFacts
from scheduler.workflow.keeping_facts import SettledFacts
from scheduler.workflow.private_facts import select_due
from scheduler.workflow.replay import replay_requests
from scheduler.workflow.settling import note_settled

OPEN_TO_ALL = Sentence(
    "账册 {path} 里有请假类别、原因和电话，本机其他账户也能读：请执行 chmod o-rwx",
    "the ledger {path} holds kinds of leave, reasons and phones, and other accounts of this machine can read it: chmod o-rwx",
)

DUE_TO_BE_FORGOTTEN = Sentence(
    "{n} 项私密内容（假别、理由、电话）已超过 {years} 年：⟦用 scheduler forget --due 删除‖请管理员删除⟧",
    "{n} private facts (kinds and reasons of leave, phones) are older than {years} years:"
    " ⟦scheduler forget --due erases them‖have the administrator erase them⟧",
)


@dataclass(frozen=True)
class Due:
    """A deadline of a month, and where the month stands against it; `open` are the duties that nobody has in `live`."""

    month: Month
    deadline: Deadline
    _: KW_ONLY
    days_left: int
    live: int | None
    met: bool
    open: tuple[OpenDuty, ...] = ()


@dataclass(frozen=True)
class DeskStatus:
    """Where a desk stands: versions in force, drafts, open requests, deadlines, copies outstanding.

    Attributes
    ----------
    overtaken : tuple of Request
        Requests of this month and later whose cells another one took.
    missing : tuple of Path
        Workbooks of these versions that are not where papers are by default.
    notes : tuple of Note
        In what the tables of today differ from those that versions in force were made with, of this month and later; and
        that others can read the ledger.
    newest : VersionRow or None
        The version that was made last.
    settled : tuple of (Month, Note)
        Balances that count anew from a coming month on, or from the present one.
    contradictions : tuple of Sentence
        Where ledger and papers, or desk and ledger, cannot both be right; see `verify_log`.
    """

    files: DeskFiles
    _: KW_ONLY
    live: tuple[tuple[Outline, EntryRow], ...]
    drafts: tuple[Outline, ...]
    requests: tuple[Request, ...]
    deadlines: tuple[Due, ...]
    outstanding: tuple[Receipt, ...]
    overtaken: tuple[Request, ...] = ()
    missing: tuple[Path, ...] = ()
    notes: tuple[Note, ...] = ()
    contradictions: tuple[Sentence, ...] = ()
    settled: tuple[tuple[Month, Note], ...] = ()
    newest: VersionRow | None = None


def desk_status(desk: Path, *, store: str | None = None, lang: Lang = "zh", now: clock.Clock = clock.now) -> DeskStatus:
    """Where a desk stands today; nothing is written.

    The deadlines are those of the next month, of the present one where the desk had begun by then, and of every
    later month that has a version.
    """
    files = read_desk(desk)
    ledger = open_known_ledger(desk, store)
    at = clock.at_desk(now, files.desk.zone)
    if ledger is None:
        return replace(_make_status(files, [], [], at), contradictions=find_contradictions(files, None, store))
    with ledger:
        try:
            found = _make_status(files, ledger.outlines(files.desk.id), ledger.entries(files.desk.id), at)
            current = [row.number for row, _ in found.live if row.month >= Month.of(at)]
            versions = [ledger.version(files.desk.id, number) for number in current]
            notes = [note for version in versions for note in compare_with_tables(files, ledger, version)]
            file = Path(store_url(desk, store).removeprefix("sqlite:///"))
            notes += [Note(OPEN_TO_ALL, (("path", file),))] if file.is_file() and is_open_to_all(file) else []
            notes += _note_due(files, ledger, at)
            against = find_contradictions(files, ledger, store)
            newest = ledger.version(files.desk.id) if found.live or found.drafts else None
            return replace(found, notes=tuple(notes), contradictions=against, newest=newest)
        except (KeyError, RuntimeError, ValueError):  # versions without their entries, or the other way round
            raise LedgerDamaged(DAMAGED) from None


def _make_status(files: DeskFiles, rows: list[Outline], entries: list[EntryRow], at: datetime) -> DeskStatus:
    published = {entry.version: entry for entry in entries if entry.event == "published"}
    live = [row for row in rows if row.status == VersionStatus.LIVE]
    present = Month.of(at)
    months = {present.next} | {row.month for row in rows if row.month >= present}
    if any(row.month <= present for row in rows):  # a desk that begins next month is not late with this one
        months.add(present)
    newest = {row.month: max(one.number for one in rows if one.month == row.month) for row in rows}
    found = []
    for month in sorted(months):
        days = files.days(month)
        in_force = next((row for row in live if row.month == month), None)
        first = min(
            (entry.at for version, entry in published.items() if version and _month_of(rows, version) == month),
            default=None,
        )
        leaves = PublishedFacts.read(published[in_force.number].facts).open if in_force else ()
        for deadline in deadlines(days, files.procedure.publish_by, files.procedure.holiday_lead):
            met = first is not None and not is_late(deadline.due, first.astimezone(at.tzinfo).date())
            left = days_left(deadline.due, at.date())
            number = in_force.number if in_force else None
            found.append(Due(month, deadline, days_left=left, live=number, met=met, open=leaves))
    drafts = [row for row in rows if row.status == VersionStatus.DRAFT and row.number == newest[row.month]]
    requests = replay_requests(entries).values()
    waiting = [request for request in requests if request.is_open]
    gone = [one for one in requests if one.state == RequestState.OVERTAKEN and one.month >= present]
    return DeskStatus(
        files,
        live=tuple((row, published[row.number]) for row in live),
        drafts=tuple(drafts),
        requests=tuple(waiting),
        deadlines=tuple(found),
        outstanding=tuple(outstanding_copies(entries)),
        overtaken=tuple(gone),
        missing=tuple(missing_workbooks(files, rows).values()),
        settled=tuple(_list_settled(files, entries, present)),
    )


def _list_settled(files: DeskFiles, entries: Sequence[EntryRow], present: Month) -> Iterator[tuple[Month, Note]]:
    names = {who: person.name for who, person in people_of(files).items()}
    for entry in entries:
        if entry.event == "settled" and (facts := SettledFacts.read(entry.facts)).month >= present:
            yield facts.month, note_settled(entry, facts, names)


def _note_due(files: DeskFiles, ledger: Ledger, at: datetime) -> Iterator[Note]:
    """That private facts are older than the desk keeps them."""
    if years := files.keep_private_years:
        due = select_due(ledger.private_facts(files.desk.id).kept, years, at.date()).erased
        if due:
            yield Note(DUE_TO_BE_FORGOTTEN, (("n", len(due)), ("years", years)))


def _month_of(rows: Sequence[Outline], number: int) -> Month:
    return next(row.month for row in rows if row.number == number)
