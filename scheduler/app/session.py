"""A desk, its ledger and its papers, open for one piece of work: who may what, and what is in force."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from time import time
from zoneinfo import ZoneInfo

from scheduler import clock
from scheduler.app.drafts import edition, file_name
from scheduler.app.locations import desk_folder, store_url
from scheduler.app.months import month_problem
from scheduler.audit.audit import Audit, audit
from scheduler.domain import Change, Month, Problem, Roster
from scheduler.errors import Fault, InputError, Refusal
from scheduler.files.reading.desk import DeskFiles, read_desk
from scheduler.i18n import Lang, Sentence
from scheduler.ledger.store import EntryRow, Ledger, Outline, Pen, VersionRow, VersionStatus
from scheduler.workflow.change_request import Request
from scheduler.workflow.deadlines import Deadline, deadlines, earliest_deadline, is_late, settled_days
from scheduler.workflow.facts import PublishedFacts, SupersededFacts
from scheduler.workflow.replay import replay_requests
from scheduler.workflow.version import Recipient

PART_SECONDS = 600  # an unfinished file as old as that has nobody who finishes it
PAPER_SECONDS = 60
CLOSED = (VersionStatus.SUPERSEDED, VersionStatus.WITHDRAWN)  # the events that close a version are called so too

NOBODY = Sentence("没有工号“{id}”的人（人员表或审批人表）", "nobody has the id “{id}” in the people or officials table")

NOT_THEIRS = Sentence(
    "“{by}”无权取代或作废在用的第 {version} 版：须由可审批的人办理",
    "{by} may not replace or withdraw version {version}, which is in force: that takes somebody who may approve",
)
OUTLIVED = Sentence(
    "该版的工作簿不在，也不能重出：表中已没有这些人或班次",
    "this version's workbook, which is gone and cannot be made again without these people or shifts",
)
STRANGERS = Sentence(
    "第 {version} 版里有表中已没有的人或班次：{gone}。请把原来的行放回表中，离职的填离职日期，停用的班次去掉需求",
    "version {version} has people or shifts that the tables do not have any more: {gone}. Put their rows back; who left"
    " gets a leaving date, a retired shift no demand",
)

NOT_LIVE = Sentence("{month} 没有已发布的版本", "no version of {month} is published")

FREE = Sentence("没有被其他程序打开的文件", "a file that no other program has open")


@dataclass(frozen=True)
class Person:
    """Somebody who has a say: a worker, or an official who is not on the roster."""

    id: str
    name: str
    roles: tuple[str, ...]
    may_approve: bool
    on_roster: bool


def people_of(files: DeskFiles) -> dict[str, Person]:
    """Everybody by id, workers first; a role of the desk's approver roles, or being an official, lets one approve."""
    deciding = set(files.procedure.approver_roles)
    found = {
        worker.id: Person(worker.id, worker.name, worker.roles, not deciding.isdisjoint(worker.roles), True)
        for worker in files.workers
    }
    for official in files.procedure.officials:
        roles = (official.role,) if official.role else ()
        before = found.get(official.id)
        found[official.id] = (
            replace(before, may_approve=True, roles=(*before.roles, *roles))
            if before
            else Person(official.id, official.name, roles, True, False)
        )
    return found


# An open desk


class Session:
    """A desk, its ledger and its papers, open for one piece of work.

    Attributes
    ----------
    folder : Path
        Where the papers are.
    at : datetime
        Now, in the desk's zone.
    stuck : list of Fault
        Papers of closed versions that could not be made void, as somebody has them open: the next command tries again.
    """

    def __init__(self, files: DeskFiles, ledger: Ledger, folder: Path, lang: Lang, at: datetime) -> None:
        self.files, self.ledger, self.folder, self.lang, self.at = files, ledger, folder, lang, at
        self.desk = files.desk.id
        self.stuck: list[Fault] = []

    @property
    def today(self) -> date:
        """The day it is at the desk."""
        return self.at.date()

    @property
    def instant(self) -> int:
        """Now, in minutes as `Problem.span` counts them."""
        return int(self.at.timestamp() // 60)

    @cached_property
    def people(self) -> dict[str, Person]:
        """Everybody by id."""
        return people_of(self.files)

    def person(self, who: str) -> Person:
        """Somebody by id.

        Raises
        ------
        Refusal
            There is nobody with it.
        """
        if who not in self.people:
            raise Refusal(NOBODY, id=who)
        return self.people[who]

    def problem(self, month: Month, also: Request | None = None) -> Problem:
        """What is asked of a month now: the tables, what went before, what was approved since, and one request more."""
        return month_problem(self.files, self.ledger, month, also)

    def requests(self) -> dict[int, Request]:
        """Every request ever made, by number."""
        return replay_requests(self.ledger.entries(self.desk))

    @staticmethod
    def strangers(row: VersionRow, problem: Problem) -> list[str]:
        """People and shifts of a version that the tables do not have any more."""
        gone = {duty.worker for duty in row.duties} - set(problem.worker_by_id)
        return sorted(gone | {duty.shift for duty in row.duties} - set(problem.shift_by_code))

    def known(self, row: VersionRow, problem: Problem) -> None:
        """Refuse a version with people or shifts that the tables do not have any more.

        Raises
        ------
        Refusal
        """
        if gone := self.strangers(row, problem):
            raise Refusal(STRANGERS, version=row.number, gone=", ".join(gone))

    def deadlines(self, problem: Problem) -> tuple[Deadline, ...]:
        """By when a month has to be published, the earliest first."""
        terms = self.files.procedure
        return deadlines(problem.days, terms.publish_by, terms.holiday_lead)

    def settled(self, problem: Problem) -> frozenset[date]:
        """Days of a month's holidays whose deadline has come."""
        return settled_days(problem.days, self.today, self.files.procedure.holiday_lead)

    def begun(self, problem: Problem, change: Change) -> bool:
        """Whether a change is of a day that is past, or of a shift that has begun."""
        codes = [code for code in change.before + change.after if code in problem.shift_by_code]
        return change.day < self.today or any(problem.span(change.day, c).start <= self.instant for c in codes)

    def last_in_force(self, month: Month) -> VersionRow | None:
        """The version of a month that is in force, else the one that was withdrawn last."""
        entries = reversed(self.ledger.entries(self.desk, month))
        withdrawn = next((entry.version for entry in entries if entry.event == "withdrawn"), None)
        live = self.ledger.live(self.desk, month)
        return live or (self.ledger.version(self.desk, withdrawn) if withdrawn else None)

    # Papers

    def workbook(self, row: Outline | VersionRow) -> Path:
        """Where a version's workbook stands while it is no void one."""
        return self.folder / file_name(row)  # type: ignore[arg-type]  # an outline has all that goes into it

    def handouts(self, row: Outline | VersionRow) -> Path:
        """The folder of what is given out of a version."""
        return self.workbook(row).with_suffix("")

    def write_part(self, row: VersionRow, problem: Problem, found: Audit) -> Path:
        """A version's workbook under a name that nobody takes for it, to be put in its place later."""
        from scheduler.files.writing.workbook import write_workbook

        part = self.folder / f".{row.desk}-{row.month}-v{row.number}-{time():.6f}.part.xlsx"
        self.folder.mkdir(parents=True, exist_ok=True)
        write_workbook(part, edition(self.ledger, row, problem, self.files, found), self.lang)
        return part

    def close_papers(self, *numbers: int) -> list[Path]:
        """Make the papers of closed versions void and put them aside; does nothing where that is done.

        One command at a time does so: two that re-issued a workbook at once could end without any.
        """
        rows = [self.ledger.version(self.desk, number) for number in numbers]
        rows = [row for row in rows if row.status in CLOSED and self._has_papers(row)]
        if not rows:
            return []
        with self.ledger.writing(self.desk):
            return [path for row in rows for path in self._made_void(row)]

    def _has_papers(self, row: Outline | VersionRow) -> bool:
        return self.workbook(row).exists() or self.handouts(row).exists()

    def _made_void(self, row: VersionRow) -> list[Path]:
        from scheduler.files.papers.stamps import VOID_FOLDER, Voiding, void_pages, withdraw_stamp

        closing = self._entry(row.status, row)
        voiding = Voiding(
            row.status.value,  # type: ignore[arg-type]
            closing.at,
            self.people[closing.by].name if closing.by in self.people else closing.by,
            closing.because,
            SupersededFacts.read(closing.facts).by_version,
            self.files.desk.zone,
        )
        aside = self.folder / VOID_FOLDER
        papers = [self.workbook(row), *sorted(self.handouts(row).glob("*"))]
        void = []
        for paper in papers:
            if not paper.is_file():
                continue
            target = aside / paper.relative_to(self.folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                if paper == self.workbook(row):
                    withdraw_stamp(paper, target, voiding)
                elif paper.suffix == ".xlsx":
                    void_pages(paper, target, voiding)
                else:
                    paper.replace(target)
            except InputError as error:
                self.stuck += error.faults
            except PermissionError as error:  # as Windows keeps whoever has it open from losing it
                self.stuck.append(Fault(paper.name, FREE, found=error.strerror or ""))
            else:
                void.append(target)
        with suppress(OSError):
            self.handouts(row).rmdir()
        return void

    def put_right(self, patience: float = PAPER_SECONDS) -> list[Path]:
        """Bring the papers in line with the ledger, after a command that was killed; what was mended.

        Parameters
        ----------
        patience : float
            A version's workbook comes before what is given out with it; so many seconds are for another
            command that is still about it.
        """
        mended = []
        for part in self.folder.glob(f".{self.desk}-*.part.xlsx"):
            with suppress(OSError):
                if time() - part.stat().st_mtime > PART_SECONDS:
                    part.unlink()
        rows = self.ledger.outlines(self.desk)
        mended += self.close_papers(*(row.number for row in rows if row.status in CLOSED and self._has_papers(row)))
        for row in rows:
            if row.status == VersionStatus.LIVE and not self._is_issued(row, patience):
                mended += self._issued_again(row.number)
                mended += self.close_papers(row.number)  # where it has been superseded meanwhile
        return mended

    def _is_issued(self, row: Outline | VersionRow, patience: float) -> bool:
        """Whether a live version's workbook stands there as such, and the mail that is written last of what goes with it."""
        from scheduler.files.writing.properties import read_stamp

        path = self.workbook(row)
        stamp = read_stamp(path) if path.exists() else None
        if stamp is None or stamp.status != row.status:
            return False
        return any(self.handouts(row).glob("*.eml")) or time() - path.stat().st_mtime < patience

    def _issued_again(self, number: int) -> list[Path]:
        """Write everything that belongs to a live version."""
        row = self.ledger.version(self.desk, number)
        problem = self.problem(row.month)
        gone = self.strangers(row, problem)
        if gone:  # a month of long ago, filed away since
            self.stuck.append(Fault(self.workbook(row).name, OUTLIVED, found=", ".join(gone)))
            return []
        found = audit(problem, self.files.rulebook, Roster(row.duties))
        path = self.write_part(row, problem, found).replace(self.workbook(row))
        published = self._entry("published", row)
        replaced = PublishedFacts.read(published.facts).supersedes
        before = self.ledger.version(self.desk, replaced) if replaced else None
        changes = Roster(row.duties).changes_from(Roster(before.duties)) if before else ()
        return [path, *self.issue(row, problem, found, before, changes, published.because)]

    def _entry(self, event: str, row: VersionRow) -> EntryRow:
        """The log's last entry of an event of a version."""
        entries = reversed(self.ledger.entries(self.desk, row.month))
        return next(entry for entry in entries if (entry.version, entry.event) == (row.number, event))

    def recipients(self, row: VersionRow, problem: Problem) -> list[Recipient]:
        """Who gets a copy: departments, and everybody with a duty."""
        on_duty = {duty.worker for duty in row.duties}
        departments = [Recipient("department", name, name) for name in self.files.procedure.recipients]
        persons = [Recipient("person", w.id, w.name) for w in problem.workers if w.id in on_duty]
        return departments + persons

    def give_out(
        self,
        row: VersionRow,
        problem: Problem,
        found: Audit,
        replaces: int | None,
        slips_for: Collection[str] | None = None,
    ) -> list[Path]:
        """Write what is given out of a live version: board, distribution list, slips (everybody's by default), mail."""
        from scheduler.files.papers.handouts import write_handouts

        made = edition(self.ledger, row, problem, self.files, found)
        return write_handouts(
            self.handouts(row),
            made,
            self.recipients(row, problem),
            self.lang,
            replaces=replaces,
            attached=[self.workbook(row)],
            slips_for=slips_for,
            leaders=self.files.procedure.approver_roles,
        )

    def issue(
        self,
        row: VersionRow,
        problem: Problem,
        found: Audit,
        before: VersionRow | None,
        changes: Sequence[Change],
        because: str,
    ) -> list[Path]:
        """Give a version out whose workbook is in place, close the one before it, and tell those whose cells changed."""
        told = self.tell(row, problem, found, changes, because, before.number) if before and changes else []
        moved = {change.worker for change in changes} if before else None  # the other slips say what they said
        files = self.give_out(row, problem, found, before.number if before else None, moved)
        self.close_papers(*(each.number for each in (before, row) if each))  # itself, if superseded by now
        return files + told

    def tell(
        self, row: VersionRow, problem: Problem, found: Audit, changes: Sequence[Change], because: str, replaces: int
    ) -> list[Path]:
        """Write the notices to those whose cells changed."""
        from scheduler.files.papers.notices import write_notices

        made = edition(self.ledger, row, problem, self.files, found)
        published = self._entry("published", row)
        by = self.people[published.by].name if published.by in self.people else published.by
        return write_notices(
            self.handouts(row),
            made,
            changes,
            because,
            self.lang,
            approved_by=by,
            replaces=replaces,
        )

    def go_live(
        self,
        pen: Pen,
        row: VersionRow,
        by: str,
        because: str,
        problem: Problem,
        request: int | None = None,
        changes: Sequence[Change] = (),
        over: Sequence[Change] = (),
    ) -> int | None:
        """Publish a draft inside a transaction, and close what it supersedes; the number of that.

        Parameters
        ----------
        changes, over : sequence of Change
            What it moves by itself, where no request does; and of that, what was settled.
        """
        live = self.ledger.live(self.desk, row.month)
        deadline = earliest_deadline(problem.days, self.files.procedure.publish_by, self.files.procedure.holiday_lead)
        facts = PublishedFacts(
            due=deadline.due,
            late=live is None and is_late(deadline.due, self.today),
            fingerprint=row.roster_hash,
            recipients=tuple(self.recipients(row, problem)),
            supersedes=live.number if live else None,
            request=request,
            changes=tuple(changes),
            over=tuple(over),
        )
        if live:
            closing = SupersededFacts(by_version=row.number, request=request)
            pen.move("superseded", live.number, self.at, by, because, closing.to_json())
        pen.move("published", row.number, self.at, by, because, facts.to_json())
        return live.number if live else None


@contextmanager
def open_session(
    desk: Path, store: str | None = None, out: Path | None = None, lang: Lang = "zh", now: clock.Clock = clock.now
) -> Iterator[Session]:
    """Open a desk for work on its publications; begins by putting its papers right.

    Raises
    ------
    InputError, LedgerError
    """
    files = read_desk(desk)
    with Ledger(store_url(desk, store)) as ledger:
        open_desk = Session(files, ledger, out or desk_folder(desk), lang, now().astimezone(ZoneInfo(files.desk.zone)))
        with writable(open_desk.folder):
            open_desk.put_right()
            yield open_desk


@contextmanager
def writable(folder: Path) -> Iterator[None]:
    """What keeps a paper from being written is bad input."""
    try:
        yield
    except OSError as error:
        wanted = Sentence("可写的文件夹", "a folder to write to")
        raise InputError([Fault(str(error.filename or folder), wanted, found=error.strerror or str(error))]) from None
