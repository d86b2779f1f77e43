"""Publication: a version goes live, is taken back, and who still holds which copy of it.

What is true stands in the ledger, and one transaction moves it. Files follow:
whatever a killed command left behind is put right by the next one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from time import time
from zoneinfo import ZoneInfo

from scheduler import clock
from scheduler.app import (
    desk_folder,
    edition,
    file_name,
    known_ledger,
    month_problem,
    store_url,
)
from scheduler.audit.audit import Audit, audit
from scheduler.domain import Change, Problem, Roster
from scheduler.errors import Fault, InputError, LedgerError, Refusal
from scheduler.files.reading.desk import DeskFiles, read_desk
from scheduler.i18n import LANGS, Lang, Sentence, as_written, filled_in, join_items
from scheduler.ledger.store import BrokenLink, EntryRow, Ledger, Outline, Pen, Status, VersionRow
from scheduler.timeline import month_days
from scheduler.workflow.amendment import settled_cells
from scheduler.workflow.change_log import Receipt, Recipient, log_rows, outstanding_copies, receipts_by_version
from scheduler.workflow.change_request import Cell, Request
from scheduler.workflow.deadlines import Deadline, days_left, deadlines, earliest_deadline, is_late, settled_days
from scheduler.workflow.facts import changes_to_facts
from scheduler.workflow.replay import replay_requests
from scheduler.workflow.version import next_status

PART_SECONDS = 600  # an unfinished file as old as that has nobody who finishes it
PAPER_SECONDS = 60
CLOSED = (Status.SUPERSEDED, Status.WITHDRAWN)  # the events that close a version are called so too

NOBODY = Sentence("没有工号“{id}”的人（人员表或审批人表）", "nobody has the id “{id}” in the people or officials table")
BROKEN_NOW = Sentence(
    "第 {version} 版现在不合规，不能发布：{what}", "version {version} breaks rules now and cannot be published: {what}"
)
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
DAMAGED = Sentence(
    "账册对不上：请运行 scheduler log --verify", "the ledger does not hang together: run scheduler log --verify"
)
LATE = Sentence(
    "已过发布期限（{why}）；逾期发布须写明原因：--late-because",
    "the deadline has passed ({why}); publishing late takes a reason: --late-because",
)
RE_ISSUED = Sentence(
    "第 {before} 版已发布，第 {version} 版会改动其中 {n} 格（{cells}）{held}。已发布的格子只按获批的申请改；"
    "整版重发须写明原因：--over-because",
    "version {before} was published and version {version} would move {n} of its cells ({cells}){held}. Published cells"
    " move by approved requests only; to issue the whole anew takes a reason: --over-because",
)
CELL = Sentence("{who} {day}", "{who} {day}")
AND_SO_ON = Sentence("{cells}…", "{cells} …")
HELD = Sentence("；其中{kinds}", "; among them {kinds}")
BEGUN = Sentence("已过去或已开始的 {n} 格", "{n} past or begun")
OF_HOLIDAYS = Sentence("已定的节假日 {n} 格", "{n} of holidays that are settled")
GRANTED = Sentence("获批申请（第 {numbers} 号）定下的 {n} 格", "{n} settled by approved requests ({numbers})")
NOT_THEIRS_TO_MOVE = Sentence(
    "“{by}”无权改动第 {before} 版已定的格子：须由可审批的人办理",
    "{by} may not move what version {before} had settled: that takes somebody who may approve",
)
FEW = 5  # cells or sentences that a refusal names
NOT_LIVE = Sentence("{month} 没有已发布的版本", "no version of {month} is published")
NOT_A_RECIPIENT = Sentence(
    "“{id}”不在第 {version} 版的分发名单上", "“{id}” is not on the distribution list of version {version}"
)
FREE = Sentence("没有被其他程序打开的文件", "a file that no other program has open")
HOLDS_NOTHING = Sentence("“{id}”手中没有待收回的旧表", "“{id}” holds no old roster that is to be returned")


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


class Office:
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

    def problem(self, month: str, also: Request | None = None) -> Problem:
        """What is asked of a month now: the tables, what went before, what was approved since, and one request more."""
        year, number = map(int, month.split("-"))
        return month_problem(self.files, self.ledger, (year, number), also)

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

    def last_in_force(self, month: str) -> VersionRow | None:
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
            closing.facts.get("by_version"),  # type: ignore[arg-type]
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
            if row.status == Status.LIVE and not self._is_issued(row, patience):
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
        replaced = published.facts.get("supersedes")
        before = self.ledger.version(self.desk, int(str(replaced))) if replaced else None
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
        also: Mapping[str, object] | None = None,
    ) -> int | None:
        """Publish a draft inside a transaction, and close what it supersedes; the number of that.

        Parameters
        ----------
        also : mapping, optional
            What the log says of it beside that.
        """
        live = self.ledger.live(self.desk, row.month)
        deadline = earliest_deadline(problem.days, self.files.procedure.publish_by, self.files.procedure.holiday_lead)
        facts: dict[str, object] = {
            "due": deadline.due.isoformat(),
            "late": live is None and is_late(deadline.due, self.today),
            "fingerprint": row.roster_hash,
            "recipients": [[one.kind, one.id, one.name] for one in self.recipients(row, problem)],
            "supersedes": live.number if live else None,
        } | ({"request": request} if request else {})
        facts |= also or {}
        if live:
            closing = {"by_version": row.number} | ({"request": request} if request else {})
            pen.move("superseded", live.number, self.at, by, because, closing)
        pen.move("published", row.number, self.at, by, because, facts)
        return live.number if live else None


@contextmanager
def office(
    desk: Path, store: str | None = None, out: Path | None = None, lang: Lang = "zh", now: clock.Clock = clock.now
) -> Iterator[Office]:
    """Open a desk for work on its publications; begins by putting its papers right.

    Raises
    ------
    InputError, LedgerError
    """
    files = read_desk(desk)
    with Ledger(store_url(desk, store)) as ledger:
        open_desk = Office(files, ledger, out or desk_folder(desk), lang, now().astimezone(ZoneInfo(files.desk.zone)))
        with _writable(open_desk.folder):
            open_desk.put_right()
            yield open_desk


@contextmanager
def _writable(folder: Path) -> Iterator[None]:
    """What keeps a paper from being written is bad input."""
    try:
        yield
    except OSError as error:
        wanted = Sentence("可写的文件夹", "a folder to write to")
        raise InputError([Fault(str(error.filename or folder), wanted, found=error.strerror or str(error))]) from None


# publish and withdraw


@dataclass(frozen=True)
class Published:
    """What `publish` did; `stuck` as in `Office`.

    Attributes
    ----------
    changes : tuple of Change
        What moves against the version that it supersedes.
    over : tuple of Change
        What moves though it was past, begun or settled; see `Moved`.
    """

    row: VersionRow
    at: datetime
    late: bool
    supersedes: int | None
    files: tuple[Path, ...]
    recipients: tuple[Recipient, ...]
    changes: tuple[Change, ...]
    over: tuple[Change, ...] = ()
    stuck: tuple[Fault, ...] = ()


@dataclass(frozen=True)
class Moved:
    """The cells in which a draft differs from what was in force last, and what had settled them; one may be in several.

    Attributes
    ----------
    begun, of_holidays, granted : tuple of Change
        Those of days past or shifts begun, of holidays whose deadline has come, and of approved requests.
    requests : tuple of int
        Numbers of these requests.
    """

    cells: tuple[Change, ...] = ()
    begun: tuple[Change, ...] = ()
    of_holidays: tuple[Change, ...] = ()
    granted: tuple[Change, ...] = ()
    requests: tuple[int, ...] = ()

    @property
    def held(self) -> tuple[Change, ...]:
        """Those that something had settled, each once."""
        return tuple(dict.fromkeys(self.begun + self.of_holidays + self.granted))

    def said(self, names: Mapping[str, str]) -> dict[str, Sentence | int]:
        """How many cells, the first of them, and what had settled which: facts for a sentence."""
        first = [*self.held, *(one for one in self.cells if one not in self.held)][:FEW]
        cells = _in_a_row([filled_in(CELL, who=names.get(one.worker, one.worker), day=one.day) for one in first])
        numbers = _in_a_row([as_written(str(number)) for number in self.requests])
        kinds = ((BEGUN, self.begun), (OF_HOLIDAYS, self.of_holidays), (GRANTED, self.granted))
        held = _in_a_row([filled_in(kind, n=len(those), numbers=numbers) for kind, those in kinds if those])
        return {
            "n": len(self.cells),
            "cells": filled_in(AND_SO_ON, cells=cells) if len(self.cells) > FEW else cells,
            "held": filled_in(HELD, kinds=held) if self.held else Sentence("", ""),
        }


def _in_a_row(sentences: Iterable[Sentence]) -> Sentence:
    """Sentences in a row, as one."""
    sentences = tuple(sentences)
    return filled_in(
        Sentence("{zh}", "{en}"), **{lang: join_items((one.say(lang) for one in sentences), lang) for lang in LANGS}
    )


def _moved(here: Office, row: VersionRow, before: VersionRow | None, problem: Problem) -> Moved:
    """What publishing a draft would move of the version that was in force last."""
    cells = Roster(row.duties).changes_from(Roster(before.duties)) if before else ()
    constant, asked = here.settled(problem), settled_cells(here.requests().values())
    granted = [one for one in cells if Cell(one.worker, one.day) in asked]
    return Moved(
        cells,
        tuple(one for one in cells if here.begun(problem, one)),
        tuple(one for one in cells if one.day in constant),
        tuple(granted),
        tuple(sorted({asked[Cell(one.worker, one.day)] for one in granted})),
    )


def _may_move(here: Office, row: VersionRow, problem: Problem, by: str, over_because: str) -> Moved:
    """What a draft moves, where that may be.

    Over a version in force every cell takes a reason; where that version was
    withdrawn, which took one, only what something had settled.

    Raises
    ------
    Refusal
        There is no reason, or they may not approve.
    """
    before = here.last_in_force(row.month)
    moved = _moved(here, row, before, problem)
    if before is None or not (moved.cells if before.status == Status.LIVE else moved.held):
        return moved
    if not over_because:
        names = {**before.people, **problem.names}
        raise Refusal(RE_ISSUED, before=before.number, version=row.number, **moved.said(names))
    if not here.people[by].may_approve:
        raise Refusal(NOT_THEIRS_TO_MOVE, by=here.people[by].name, before=before.number)
    return moved


def publish(
    desk: Path,
    version: int,
    by: str,
    *,
    late_because: str = "",
    over_because: str = "",
    store: str | None = None,
    out: Path | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> Published:
    """Audit a draft once more and put it in force; what was in force before is closed by the same stroke.

    Parameters
    ----------
    late_because : str
        Why it comes after its deadline.
    over_because : str
        Why cells of a published version move without requests; it is logged and told to whoever is moved.

    Raises
    ------
    Refusal
        It breaks a rule now, is late or moves published cells without a reason or is no draft, nobody has the id
        `by`, or they may not approve and it would replace a version in force.
    """
    late_because, over_because = late_because.strip(), over_because.strip()
    with office(desk, store, out, lang, now) as here:
        here.person(by)
        with here.ledger.writing(here.desk) as pen:
            row = here.ledger.version(here.desk, version)
            next_status(row.status, "published")
            before = here.ledger.live(here.desk, row.month)
            if before and not here.people[by].may_approve:
                raise Refusal(NOT_THEIRS, by=here.people[by].name, version=before.number)
            problem = here.problem(row.month)
            here.known(row, problem)
            found = audit(problem, here.files.rulebook, Roster(row.duties))
            if found.broken:
                what = "；".join(each.say(lang, problem.names) for each in found.broken[:FEW])
                raise Refusal(BROKEN_NOW, version=version, what=what)
            deadline = here.deadlines(problem)[0]
            late = before is None and is_late(deadline.due, here.today)
            if late and not late_because:
                raise Refusal(LATE, why=Sentence(deadline.say("zh"), deadline.say("en")))
            moved = _may_move(here, row, problem, by, over_because)
            because = "；".join(dict.fromkeys(filter(None, (late_because, over_because))))
            facts = {"changes": changes_to_facts(moved.cells)} if before and moved.cells else {}
            facts |= {"over": changes_to_facts(moved.held)} if moved.held else {}
            supersedes = here.go_live(pen, row, by, because, problem, also=facts)
            row = here.ledger.version(here.desk, version)
            part = here.write_part(row, problem, found)
        path = part.replace(here.workbook(row))
        changes = moved.cells if before else ()
        files = [path, *here.issue(row, problem, found, before, changes, because)]
        recipients = here.recipients(row, problem)
        return Published(
            row, here.at, late, supersedes, tuple(files), tuple(recipients), changes, moved.held, tuple(here.stuck)
        )


@dataclass(frozen=True)
class Withdrawn:
    """What `withdraw` did: the version, its void papers, and who still holds a copy; `stuck` as in `Office`."""

    row: VersionRow
    at: datetime
    files: tuple[Path, ...]
    holders: tuple[Receipt, ...]
    stuck: tuple[Fault, ...] = ()


def withdraw(
    desk: Path,
    version: int,
    by: str,
    because: str,
    *,
    store: str | None = None,
    out: Path | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> Withdrawn:
    """Take a live version back; nothing replaces it.

    Raises
    ------
    Refusal
        It is not live, or `by` may not approve.
    """
    with office(desk, store, out, lang, now) as here:
        here.person(by)
        next_status(here.ledger.version(here.desk, version).status, "withdrawn")
        if not here.person(by).may_approve:
            raise Refusal(NOT_THEIRS, by=here.people[by].name, version=version)
        with here.ledger.writing(here.desk) as pen:
            pen.move("withdrawn", version, here.at, by, because, {})
        row = here.ledger.version(here.desk, version)
        files = here.close_papers(version)
        copies = receipts_by_version(here.ledger.entries(here.desk)).get(version, {}).values()
        holders = tuple(copy for copy in copies if not copy.returned)
        return Withdrawn(row, here.at, tuple(files), holders, tuple(here.stuck))


# receipts


@dataclass(frozen=True)
class Copies:
    """What `receipts` tells: every copy, and those outstanding."""

    all: tuple[Receipt, ...]
    outstanding: tuple[Receipt, ...]
    statuses: Mapping[int, Status]


def receipts(
    desk: Path,
    *,
    sign: str = "",
    returned: str = "",
    version: int | None = None,
    store: str | None = None,
    out: Path | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> Copies:
    """Who has signed for a live version and who still holds an old one.

    Parameters
    ----------
    sign : str
        A recipient who signs for the live versions (or for `version`) now.
    returned : str
        A recipient who gives back, or has destroyed, every old copy (or that of `version`).

    Raises
    ------
    Refusal
        The recipient is on no such list.
    """
    with office(desk, store, out, lang, now) as here:
        if sign or returned:
            with here.ledger.writing(here.desk) as pen:
                _mark(here, pen, sign, "received", version)
                _mark(here, pen, returned, "returned", version)
        entries = here.ledger.entries(here.desk)
        statuses = {row.number: row.status for row in here.ledger.outlines(here.desk)}
        copies = [copy for listed in receipts_by_version(entries).values() for copy in listed.values()]
        return Copies(tuple(copies), tuple(outstanding_copies(entries, statuses)), statuses)


def _mark(here: Office, pen: Pen, who: str, event: str, version: int | None) -> None:
    if not who:
        return
    statuses = {row.number: row.status for row in here.ledger.outlines(here.desk)}
    copies = receipts_by_version(here.ledger.entries(here.desk))
    meant = [
        copy
        for number, listed in copies.items()
        if (copy := listed.get(who)) and number == (version or number)
        if version or (statuses[number] == Status.LIVE) == (event == "received")
    ]
    if not meant:
        newest = version or max(copies, default=0)
        raise Refusal(NOT_A_RECIPIENT if event == "received" else HOLDS_NOTHING, id=who, version=newest)
    for copy in meant:
        if not getattr(copy, event):
            pen.note(event, copy.version, here.at, who, "", {"recipient": who})


# status


@dataclass(frozen=True)
class Due:
    """A deadline of a month, and where the month stands against it."""

    month: str
    deadline: Deadline
    days_left: int
    live: int | None
    met: bool


@dataclass(frozen=True)
class Standing:
    """Where a desk stands: versions in force, drafts, open requests, deadlines, copies outstanding."""

    files: DeskFiles
    live: tuple[tuple[Outline, EntryRow], ...]
    drafts: tuple[Outline, ...]
    requests: tuple[Request, ...]
    deadlines: tuple[Due, ...]
    outstanding: tuple[Receipt, ...]


def status(desk: Path, *, store: str | None = None, lang: Lang = "zh", now: clock.Clock = clock.now) -> Standing:
    """Where a desk stands today; nothing is written.

    The deadlines are those of the next month, of the present one where the desk had begun by then, and of every
    later month that has a version.
    """
    files = read_desk(desk)
    ledger = known_ledger(desk, store)
    at = now().astimezone(ZoneInfo(files.desk.zone))
    if ledger is None:
        return _standing(files, [], [], at)
    with ledger:
        try:
            return _standing(files, ledger.outlines(files.desk.id), ledger.entries(files.desk.id), at)
        except (KeyError, RuntimeError, ValueError):  # versions without their entries, or the other way round
            raise LedgerError(DAMAGED) from None


def _standing(files: DeskFiles, rows: list[Outline], entries: list[EntryRow], at: datetime) -> Standing:
    published = {entry.version: entry for entry in entries if entry.event == "published"}
    live = [row for row in rows if row.status == Status.LIVE]
    statuses = {row.number: row.status for row in rows}
    present = _month_of(at.date())
    months = {_month_after(at.date())} | {row.month for row in rows if row.month >= present}
    if any(row.month <= present for row in rows):  # a desk that begins next month is not late with this one
        months.add(present)
    newest = {row.month: max(one.number for one in rows if one.month == row.month) for row in rows}
    found = []
    for month in sorted(months):
        year, number = map(int, month.split("-"))
        days = files.days(year, number)
        in_force = next((row for row in live if row.month == month), None)
        first = min(
            (entry.at for version, entry in published.items() if version and _of(rows, version) == month), default=None
        )
        for deadline in deadlines(days, files.procedure.publish_by, files.procedure.holiday_lead):
            met = first is not None and not is_late(deadline.due, first.astimezone(at.tzinfo).date())
            left = days_left(deadline.due, at.date())
            found.append(Due(month, deadline, left, in_force.number if in_force else None, met))
    drafts = [row for row in rows if row.status == Status.DRAFT and row.number == newest[row.month]]
    waiting = [request for request in replay_requests(entries).values() if request.is_open]
    return Standing(
        files,
        tuple((row, published[row.number]) for row in live),
        tuple(drafts),
        tuple(waiting),
        tuple(found),
        tuple(outstanding_copies(entries, statuses)),
    )


def _of(rows: Sequence[Outline], number: int) -> str:
    return next(row.month for row in rows if row.number == number)


def _month_of(day: date) -> str:
    return f"{day:%Y-%m}"


def _month_after(day: date) -> str:
    last = month_days(day.year, day.month)[-1]
    return _month_of(date.fromordinal(last.toordinal() + 1))


# log


@dataclass(frozen=True)
class Logged:
    """The desk's log, and where its chain is broken."""

    files: DeskFiles
    entries: tuple[EntryRow, ...]
    versions: tuple[Outline, ...]
    broken: tuple[BrokenLink, ...]


def log(desk: Path, *, verify: bool = False, store: str | None = None) -> Logged:
    """The desk's log; with `verify`, every hash is computed again.

    Raises
    ------
    LedgerError
        The ledger is damaged beyond reading.
    """
    files = read_desk(desk)
    ledger = known_ledger(desk, store)
    if ledger is None:
        return Logged(files, (), (), ())
    with ledger:
        name = files.desk.id
        broken = tuple(ledger.broken_links(name)) if verify else ()
        try:
            return Logged(files, tuple(ledger.entries(name)), tuple(ledger.outlines(name)), broken)
        except ValueError:  # facts that are no JSON any more
            if broken:
                return Logged(files, (), (), broken)
            raise LedgerError(DAMAGED) from None


def local(files: DeskFiles, at: datetime) -> datetime:
    """A moment where the desk is."""
    return at.astimezone(ZoneInfo(files.desk.zone))


def write_change_log(found: Logged, path: Path, lang: Lang) -> Path:
    """Write the change log where somebody wants it, as the name ends: `.xlsx` or `.csv`.

    Raises
    ------
    InputError
        The name ends otherwise, or the file cannot be written.
    """
    from scheduler.files.papers.change_log import write_log

    names = {person.id: person.name for person in people_of(found.files).values()}
    statuses = {row.number: row.status for row in found.versions}
    rows = log_rows(found.entries, statuses, names)
    if path.suffix.lower() not in (".xlsx", ".csv"):
        raise InputError(
            [Fault(str(path), Sentence("以 .xlsx 或 .csv 结尾的文件名", "a name that ends in .xlsx or .csv"))]
        )
    with _writable(path.parent):
        write_log(path, rows, lang, names=names, zone=found.files.desk.zone)
    return path


def repair(
    desk: Path,
    *,
    store: str | None = None,
    out: Path | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> tuple[Path, ...]:
    """Put a desk's papers right; those that were mended.

    Raises
    ------
    InputError
        Somebody has a void paper open; the others are mended.
    """
    files = read_desk(desk)
    with Ledger(store_url(desk, store)) as ledger:
        here = Office(files, ledger, out or desk_folder(desk), lang, now().astimezone(ZoneInfo(files.desk.zone)))
        with _writable(here.folder):
            mended = tuple(here.put_right(patience=0.0))
        if here.stuck:
            raise InputError(here.stuck)
        return mended
