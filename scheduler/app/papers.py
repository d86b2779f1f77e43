"""The papers of a desk's versions: workbooks and what is given out with them, kept in line with the ledger."""

from __future__ import annotations

import glob
import logging
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from time import time
from typing import TYPE_CHECKING

from scheduler.app.drafts import FOR, LATER, file_name, is_stamp_of, make_edition, recorded_digest, write_part
from scheduler.app.months import unknown_in_tables
from scheduler.app.papers_at_hand import check_papers, find_papers
from scheduler.app.people import leading_roles
from scheduler.app.told import Told, find_held, find_told
from scheduler.audit.audit import Audit, audit
from scheduler.clock import REHEARSAL
from scheduler.domain import Problem, Roster
from scheduler.errors import Fault, InputError, LedgerBusy, LedgerUnavailable
from scheduler.files.writing.edition import Edition
from scheduler.i18n import Sentence
from scheduler.ledger.pen import Pen
from scheduler.ledger.rows import EntryRow, VersionRow
from scheduler.ledger.store import Head, Outline
from scheduler.passing import check_plain, clear_abandoned, put_in_place
from scheduler.workflow.facts import PublishedFacts, SupersededFacts, WithdrawnFacts, rehearsal_of, request_of
from scheduler.workflow.month_facts import MonthFacts
from scheduler.workflow.redaction import public_reason
from scheduler.workflow.version import VersionStatus

if TYPE_CHECKING:
    from scheduler.app.session import Session
    from scheduler.files.papers.calendar import CalendarStep

PAPER_SECONDS = 60  # time that another command has to write the handouts of a workbook
CLOSED = (VersionStatus.SUPERSEDED, VersionStatus.WITHDRAWN)  # the events that close a version are called so too

OUTLIVED = Sentence(
    "该版的工作簿不在，也不能重出：表中已没有这些人或班次",
    "this version's workbook: it is missing and cannot be written again, as the tables lack these people or shifts",
)
NOT_OPEN_ELSEWHERE = Sentence("没有被其他程序打开的文件", "a file that no other program has open")

log = logging.getLogger(__name__)


class Papers:
    """The papers of an open desk.

    Attributes
    ----------
    stuck : list of Fault
        Papers that could not be written or made void; the next command tries again.
    ahead : list of Fault
        Those of them that know more than the ledger: nothing of their months is written again by it.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.stuck: list[Fault] = []
        self.ahead: list[Fault] = []
        self._sheets_by_version: dict[str, list[Path]] | None = None

    def workbook(self, row: Outline | VersionRow) -> Path:
        """Path of a version's workbook before it is made void."""
        return self.session.folder / file_name(row)

    def handouts(self, row: Outline | VersionRow) -> Path:
        """The folder of what is given out of a version."""
        return self.workbook(row).with_suffix("")

    def edition(self, row: VersionRow, problem: Problem, facts: MonthFacts, found: Audit) -> Edition:
        """A version with all that its workbook prints, as the ledger has it now."""
        return make_edition(self.session.ledger, row, problem, facts, found)

    def record(
        self, act: Callable[[Pen], VersionRow], show: Callable[[VersionRow], Edition], head: Head
    ) -> tuple[VersionRow, list[Path]]:
        """Commit an act that puts a version in force, its workbook written before and put in place after; see `record_several`."""
        rows, placed = self.record_several(
            lambda pen: [act(pen)], lambda rows: [(row, show(row)) for row in rows], head
        )
        return rows[0], placed

    def record_several(
        self,
        act: Callable[[Pen], list[VersionRow]],
        show: Callable[[list[VersionRow]], list[tuple[VersionRow, Edition]]],
        head: Head,
    ) -> tuple[list[VersionRow], list[Path]]:
        """Commit an act that puts versions in force, all or none, their workbooks written before and put in place after.

        Parameters
        ----------
        act, show : callable
            See `Ledger.record`: it gives the versions, perhaps none, and all that their workbooks print.

        Returns
        -------
        The versions, and the workbooks that are in place; those that could not be put there are `stuck`. What
        somebody had saved in the place of one is kept beside it, and is among them.

        Raises
        ------
        HeadMoved
            Somebody else has written since `head`; nothing is recorded.
        OSError
            A workbook cannot be written; nothing is recorded.
        """
        session = self.session
        parts: list[Path] = []
        with ExitStack() as stack:

            def prepare(made: list[tuple[VersionRow, Edition]]) -> None:
                parts.clear()
                for row, edition in made:
                    check_plain(self.workbook(row))
                    parts.append(stack.enter_context(write_part(session.folder, edition, session.lang)))

            rows = session.ledger.record(session.desk, act, show, prepare, head)
            placed: list[Path] = []
            for part, row in zip(parts, rows, strict=True):
                with self.after_commit():
                    placed += self._place(part, row)
        return rows, placed

    def _place(self, part: Path, row: VersionRow) -> list[Path]:
        """Put a version's workbook where it belongs; what somebody has saved there is kept beside it."""
        from scheduler.files.put import keep_if_altered

        path = self.workbook(row)
        kept = keep_if_altered(path, self.session.folder, self._packed_at(row))
        return [put_in_place(part, path), *kept]

    def _packed_at(self, row: VersionRow) -> set[datetime]:
        """When this program may have written the workbook that lies there: never, where its stamp means another version."""
        from scheduler.files.writing.properties import read_stamp

        path = self.workbook(row)
        return {row.made_at} if path.exists() and is_stamp_of(read_stamp(path), row) else set()

    @contextmanager
    def after_commit(self) -> Iterator[None]:
        """Turn failures to write papers into `stuck`: the ledger has recorded, and the next command writes them."""
        try:
            yield
        except OSError as error:
            place = error.filename2 or error.filename or self.session.folder  # of a move, where it was to go
            self.stuck.append(Fault(str(place), LATER, found=error.strerror or str(error)))
        except InputError as error:
            self.stuck += error.faults
        except (LedgerBusy, LedgerUnavailable) as error:  # they say that nothing is recorded
            self.stuck.append(Fault(str(self.session.folder), LATER, found=error.say(self.session.lang)))

    def close_papers(self, *numbers: int) -> list[Path]:
        """Make the papers of closed versions void and move them aside; does nothing where that is done.

        Several commands may do so at once: each puts the same void copy in the same place.
        """
        rows = [self.session.ledger.version(self.session.desk, number) for number in numbers]
        rows = [row for row in rows if row.status in CLOSED and self._has_papers(row)]
        return [path for row in rows for path in self._void_papers(row)]

    def _has_papers(self, row: Outline | VersionRow) -> bool:
        return (
            self.workbook(row).exists()
            or self.handouts(row).exists()
            or bool(self._for_readers(row) or self._sheets(row))
        )

    def _for_readers(self, row: Outline | VersionRow) -> list[Path]:
        """Workbooks of a version that somebody had written for some readers only, here among the papers."""
        return sorted(self.session.folder.glob(f"{glob.escape(self.workbook(row).stem)}{FOR}*.xlsx"))

    def _sheets(self, row: Outline | VersionRow) -> list[Path]:
        """Sheets of a version to be filled in by hand, here among the papers."""
        from scheduler.files.writing.properties import SHEETS, read_marks

        if self._sheets_by_version is None:
            self._sheets_by_version = {}
            for path in sorted(self.session.folder.glob("[!.~]*.xlsx")):
                with suppress(InputError, OSError):
                    marks = read_marks(path)
                    if marks.get("part") == SHEETS and marks.get("desk") == self.session.desk:
                        self._sheets_by_version.setdefault(marks.get("version", ""), []).append(path)
        return [path for path in self._sheets_by_version.get(str(row.number), []) if path.exists()]

    def _void_papers(self, row: VersionRow) -> list[Path]:
        from scheduler.files.papers.void_workbook import RecordedRoster, void_workbook
        from scheduler.files.papers.voiding import VOID_FOLDER, Voiding, check_free
        from scheduler.files.put import keep_if_altered

        session = self.session
        closing = session.last_entry(row.status, row)
        rehearsed = rehearsal_of(closing)
        mark = REHEARSAL.say(session.lang, at=rehearsed) if rehearsed else ""
        voiding = Voiding(
            row.status.value,  # type: ignore[arg-type]
            closing.at,
            by=self._name(closing.by),
            because=" ".join(filter(None, (mark, self._why(closing)))),
            replaced_by=SupersededFacts.read(closing.facts).by_version,
            zone=session.files.desk.zone,
        )
        entries = session.ledger.entries(row.desk, row.month)
        recorded = RecordedRoster(
            desk=row.desk,
            desk_name=session.files.desk.name,
            month=row.month,
            version=row.number,
            made_at=row.made_at,
            fingerprint=row.fingerprint,
            names=row.people,
            duties=row.details,
            head=closing.head,
            digest=recorded_digest(entries, row.number),
        )
        packed_at = {row.made_at, *(entry.at for entry in entries)}  # handouts are dated with a step
        aside = session.folder / VOID_FOLDER
        workbook = self.workbook(row)
        void: list[Path] = []
        handouts = sorted(self.handouts(row).glob("[!.]*"))  # not what is being written
        for paper in (workbook, *self._for_readers(row), *self._sheets(row), *handouts):
            if not paper.is_file():
                continue
            target = aside / paper.relative_to(session.folder)
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                if paper == workbook:
                    void += void_workbook(paper, target, recorded, voiding, session.lang, self._packed_at(row))
                elif paper.suffix == ".xlsx":  # the void copy says all that boards and slips did
                    check_free(paper)
                    void += keep_if_altered(paper, target.parent, packed_at)
                    paper.unlink(missing_ok=True)
                else:
                    void.append(paper.replace(target))
            except InputError as error:
                if paper.exists():
                    self.stuck += error.faults
            except FileNotFoundError:  # another command was first
                continue
            except PermissionError as error:  # Windows, where a program has it open
                self.stuck.append(Fault(paper.name, NOT_OPEN_ELSEWHERE, found=error.strerror or ""))
            else:
                log.info("%s is void now", paper.name)
        with suppress(OSError):
            self.handouts(row).rmdir()
        return void

    def put_right(self, patience: float = PAPER_SECONDS) -> list[Path]:
        """Bring the papers in line with the ledger, after a command that was killed; the repaired papers.

        Parameters
        ----------
        patience : float
            Seconds after the workbook was written in which another command may still be writing the handouts.
        """
        rows = self.session.ledger.outlines(self.session.desk)
        self._clear_abandoned(rows)
        mended = self.close_papers(*(row.number for row in rows if row.status in CLOSED and self._has_papers(row)))
        with self.after_commit():
            mended += self._tell_forgotten(rows)
        for row in rows:
            if row.status != VersionStatus.LIVE:
                continue
            try:
                if not self._is_issued(row, patience) and not self._is_behind(row):
                    mended += self._reissue(row.number)
                    mended += self.close_papers(row.number)  # where it has been superseded meanwhile
            except InputError as error:  # something that is not this program's stands in a paper's place
                self.stuck += error.faults
        return mended

    def _is_behind(self, row: Outline) -> bool:
        """Whether papers of a version's month know more than the ledger, which may have been rolled back; those are `stuck`."""
        session = self.session
        session.last_entry("published", row)  # without it there is nothing to go by
        papers = [one for one in find_papers(session.folder, session.desk) if one.stamp.month == row.month]
        found = check_papers(papers, session.ledger.outlines(session.desk), session.ledger.entries(session.desk))
        ahead = [Fault(str(session.folder), one.sentence) for one in found if one.ahead]
        self.ahead += ahead
        self.stuck += ahead
        return bool(ahead)

    def _clear_abandoned(self, rows: Iterable[Outline]) -> None:
        """Remove what killed commands left under passing names, wherever a paper of these versions may be."""
        from scheduler.files.papers.voiding import VOID_FOLDER

        folder = self.session.folder
        papers = [folder, *map(self.handouts, rows)]
        void = [folder / VOID_FOLDER / each.relative_to(folder) for each in papers]
        clear_abandoned([*papers, *void], earlier=True)

    def write_missing_drafts(self) -> list[Path]:
        """Write the workbook of each month's newest draft that has none: whoever recorded it was killed before."""
        mended = []
        rows = self.session.ledger.outlines(self.session.desk)
        for month in dict.fromkeys(row.month for row in rows):
            newest = max((row for row in rows if row.month == month), key=lambda row: row.number)
            if newest.status != VersionStatus.DRAFT or os.path.lexists(self.workbook(newest)):
                continue
            row = self.session.ledger.version(self.session.desk, newest.number)
            facts = self.session.facts(row)
            problem = self.session.problem(facts)
            if unknown_in_tables(row, problem):
                continue
            found = audit(problem, facts.rulebook, Roster(row.duties))
            with write_part(self.session.folder, self.edition(row, problem, facts, found), self.session.lang) as part:
                mended += self._place(part, row)
        return mended

    def _is_issued(self, row: Outline | VersionRow, patience: float) -> bool:
        """Whether a live version's workbook stands there as such, and what goes with it, or that may still be on its way."""
        from scheduler.files.papers.handouts import has_handouts

        if not self._is_in_place(row):
            return False
        if has_handouts(self.handouts(row)):
            return True
        with suppress(FileNotFoundError):  # another command has just made the workbook void
            return 0 <= time() - self.workbook(row).stat().st_mtime < patience
        return False

    def _is_in_place(self, row: Outline | VersionRow) -> bool:
        """Whether a version's workbook stands there and says of itself what the version is now."""
        from scheduler.files.writing.properties import read_stamp

        path = self.workbook(row)
        try:
            stamp = read_stamp(path) if check_plain(path) else None
        except InputError:
            if path.exists():
                raise
            return False  # another command has just made it void
        return stamp is not None and stamp.status == row.status

    def _reissue(self, number: int) -> list[Path]:
        """Write everything that belongs to a live version; nothing where another command has closed it meanwhile."""
        row = self.session.ledger.version(self.session.desk, number)
        if row.status != VersionStatus.LIVE:
            return []
        facts = self.session.facts(row)
        problem = self.session.problem(facts)
        gone = unknown_in_tables(row, problem)
        if gone:  # a month long past whose people have been removed from the tables
            self.stuck.append(Fault(self.workbook(row).name, OUTLIVED, found=", ".join(gone)))
            return []
        found = audit(problem, facts.rulebook, Roster(row.duties))
        with write_part(self.session.folder, self.edition(row, problem, facts, found), self.session.lang) as part:
            placed = self._place(part, row)
        return [*placed, *self.issue(row, problem, facts, found)]

    def issue(self, row: VersionRow, problem: Problem, facts: MonthFacts, found: Audit) -> list[Path]:
        """Write what is given out of a live version, close the one before it, and write to those for whom it says something new.

        What cannot be written now is `stuck`; what somebody had saved of the one before is among the files, where it is kept.
        """
        from scheduler.files.put import KEPT_SUFFIX

        told: list[Path] = []
        files: list[Path] = []
        kept: list[Path] = []
        with self.after_commit():
            made, news = self.edition(row, problem, facts, found), find_told(self.session.ledger, row, problem)
            told = self.notify(row, made, news)
            if self._is_in_place(row):  # or a draft's workbook that somebody has open would go out with the mail
                files = self.give_out(row, made, news)
        with self.after_commit():
            before = PublishedFacts.read(self.session.last_entry("published", row).facts).supersedes
            closed = [each for each in (before, row.number) if each]  # itself, where it has been superseded meanwhile
            kept = [path for path in self.close_papers(*closed) if path.suffix == KEPT_SUFFIX]
        log.info("version %d issued: %d papers, %d letters and calendars", row.number, len(files), len(told))
        return files + told + kept

    def give_out(self, row: VersionRow, made: Edition, told: Told) -> list[Path]:
        """Write what is given out of a live version: board, distribution list, slips of those whom it concerns, mail."""
        from scheduler.app.personal_links import slip_links
        from scheduler.files.papers.handouts import write_handouts

        return write_handouts(
            self.handouts(row),
            made,
            self.session.recipients(row, made.problem),
            self.session.lang,
            replaces=told.last.version if told.last else None,
            attached=[self.workbook(row)],
            news=told.news,
            leaders=leading_roles(self.session.files),
            access=self.session.files.access,
            links=slip_links(self.session.files, self.session.ledger.entries(row.desk), row.month),
        )

    def notify(self, row: VersionRow, made: Edition, told: Told) -> list[Path]:
        """Write letters and calendars of a live version to those for whom it says something new."""
        from scheduler.files.papers.notices import Letterhead, write_notices

        published = self.session.last_entry("published", row)
        head = Letterhead(self._step_of(published), by=self._name(published.by))
        access = self.session.files.access
        return write_notices(self.handouts(row), made, told.news, head, self.session.lang, access)

    def tell_withdrawn(self, row: VersionRow) -> list[Path]:
        """Write to everybody who holds a copy of a withdrawn month that it is void."""
        from scheduler.files.papers.notices import Letterhead, strike_days, write_withdrawal

        closing = self.session.last_entry("withdrawn", row)
        step, problem = self._step_of(closing), self.session.problem(self.session.facts(row))
        held = find_held(self.session.ledger, row, problem.dates)
        news = [replace(each, moved=strike_days(each.month, step)) for each in held]
        head = Letterhead(step, by=self._name(closing.by))
        access = self.session.files.access
        return write_withdrawal(self._void_folder(row), problem, news, head, self.session.lang, access)

    def _tell_forgotten(self, rows: Sequence[Outline]) -> list[Path]:
        """Write the letters of withdrawals that a killed command left unwritten, where nothing was published since."""
        from scheduler.files.papers.notices import is_withdrawal_written

        written: list[Path] = []
        for row in rows:
            later = [one for one in rows if one.month == row.month and one.status == VersionStatus.LIVE]
            if row.status != VersionStatus.WITHDRAWN or later:
                continue
            version = self.session.ledger.version(self.session.desk, row.number)
            entries = self.session.ledger.entries(row.desk, row.month)
            last = [one for one in entries if one.event in ("published", "withdrawn")][-1]
            told = WithdrawnFacts.read(last.facts).told if last.version == row.number else None
            desk = self.session.files.desk.id
            if told and not is_withdrawal_written(self._void_folder(row), desk, row.month, row.number, told):
                written += self.tell_withdrawn(version)
        return written

    def _void_folder(self, row: Outline | VersionRow) -> Path:
        """Where the papers of a void version are put aside."""
        from scheduler.files.papers.voiding import VOID_FOLDER

        return self.session.folder / VOID_FOLDER / self.handouts(row).name

    def _name(self, who: str) -> str:
        """Somebody's name; of who is not known any more, the id."""
        return self.session.people[who].name if who in self.session.people else who

    def _why(self, entry: EntryRow) -> str:
        """Why a version was put in force or closed, as everybody may read it."""
        number = request_of(entry)
        request = self.session.requests().get(number) if number else None
        return public_reason(entry.because, request, self.session.lang)

    def _step_of(self, entry: EntryRow) -> CalendarStep:
        """A publication or withdrawal, as letters and calendars name it, at the desk's time."""
        from scheduler.app.own_calendar import calendar_step

        return calendar_step(entry, self.session.requests(), self.session.files.desk.zone, self.session.lang)
