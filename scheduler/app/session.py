"""A desk and its ledger, open for one piece of work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

from scheduler import clock
from scheduler.app.identity import settle_identity
from scheduler.app.locations import desk_folder, open_ledger
from scheduler.app.months import (
    amend_month,
    compare_with_tables,
    last_in_force,
    month_after,
    month_before,
    tables_facts,
    unknown_in_tables,
    version_facts,
)
from scheduler.app.papers import Papers
from scheduler.app.people import find_person, rights_of
from scheduler.audit.months import PlannedMonth
from scheduler.domain import Change, Month, Note, Problem
from scheduler.errors import LedgerDamaged, Refusal, failure_of
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.i18n import Lang, Sentence
from scheduler.ledger.store import EntryRow, Ledger, Outline, VersionRow
from scheduler.workflow.change_request import Request
from scheduler.workflow.deadlines import Deadline, deadlines, settled_days
from scheduler.workflow.month_facts import MonthFacts
from scheduler.workflow.replay import replay_requests
from scheduler.workflow.rights import Person, Right, Rights, say_deciders
from scheduler.workflow.version import Recipient

NOT_THEIRS = Sentence("“{by}”无权{what}第 {version} 版：{may}", "{by} may not {what} version {version}: {may}")
STRANGERS = Sentence(
    "第 {version} 版里有表中已没有的人或班次：{gone}。请把原来的行放回表中，离职的填离职日期，停用的班次去掉需求",
    "version {version} has people or shifts that the tables do not have any more: {gone}. Put their rows back; people"
    " who left get a leaving date, a retired shift no demand",
)

DAMAGED = Sentence(
    "账册对不上：请⟦运行 scheduler log --verify‖告诉管理员⟧",
    "the ledger is inconsistent: ⟦run scheduler log --verify‖tell the administrator⟧",
)
NOT_LIVE = Sentence("{month} 没有已发布的版本", "no version of {month} is published")


class Session:
    """A desk and its ledger, open for one piece of work.

    Attributes
    ----------
    folder : Path
        Where the papers are.
    at : datetime
        Now, in the desk's zone.
    papers : Papers
        Those of its versions.
    """

    def __init__(self, files: DeskFiles, ledger: Ledger, folder: Path, lang: Lang, at: datetime) -> None:
        self.files, self.ledger, self.folder, self.lang, self.at = files, ledger, folder, lang, at
        self.desk = files.desk.id
        self.papers = Papers(self)

    @property
    def today(self) -> date:
        """The day it is at the desk."""
        return self.at.date()

    @property
    def instant(self) -> int:
        """Now, as an instant."""
        return int(self.at.timestamp() // 60)

    @cached_property
    def rights(self) -> Rights:
        """Who may do what today."""
        return rights_of(self.files, self.today)

    @property
    def people(self) -> Mapping[str, Person]:
        """Everybody by id."""
        return self.rights.people

    def person(self, who: str) -> Person:
        """Somebody by id.

        Raises
        ------
        UnknownPerson
            There is nobody with it.
        """
        return find_person(self.people, who)

    def check_right(self, who: str, right: Right, row: VersionRow, what: Sentence) -> None:
        """Refuse somebody who does not hold a right over a version, naming who does.

        Parameters
        ----------
        what : Sentence
            What they want to do.

        Raises
        ------
        Refusal
        """
        if not self.rights.may(who, right):
            may = say_deciders(self.rights, self.rights.find_deciders((right,)))
            raise Refusal(NOT_THEIRS, by=self.people[who].name, version=row.number, what=what, may=may)

    def facts(self, row: VersionRow) -> MonthFacts:
        """What a version was made with."""
        return version_facts(self.files, self.ledger, row)

    def compare_with_tables(self, row: VersionRow) -> tuple[Note, ...]:
        """What the tables say today and did not say when a version was made."""
        return compare_with_tables(self.files, self.ledger, row)

    def tables_facts(self, month: Month) -> MonthFacts:
        """What a version of a month made now would be made with."""
        return tables_facts(self.files, self.ledger, month, month_before(self.ledger, self.desk, month))

    def month_after(self, month: Month) -> PlannedMonth | None:
        """The month after as it is in force, where one is."""
        return month_after(self.files, self.ledger, month)

    def problem(self, facts: MonthFacts, also: Request | None = None) -> Problem:
        """The month's problem with what was approved since, and with one more request."""
        return amend_month(facts, self.ledger, also)

    def requests(self) -> dict[int, Request]:
        """Every request ever made, by number."""
        return replay_requests(self.ledger.entries(self.desk))

    def check_known(self, row: VersionRow, problem: Problem) -> None:
        """Refuse a version with people or shifts that the tables do not have any more.

        Raises
        ------
        Refusal
        """
        if gone := unknown_in_tables(row, problem):
            raise Refusal(STRANGERS, version=row.number, gone=", ".join(gone))

    def deadlines(self, problem: Problem) -> tuple[Deadline, ...]:
        """By when a month has to be published, the earliest first."""
        terms = self.files.procedure
        return deadlines(problem.days, terms.publish_by, terms.holiday_lead)

    def settled_days(self, problem: Problem) -> frozenset[date]:
        """Days of a month's holidays whose deadline has come."""
        return settled_days(problem.days, self.today, self.files.procedure.holiday_lead)

    def has_begun(self, problem: Problem, change: Change) -> bool:
        """Whether a change is of a day that is past, or of a shift that has begun."""
        codes = [code for code in change.before + change.after if code in problem.codes_on(change.day)]
        return change.day < self.today or any(problem.true_span(change.day, c).start <= self.instant for c in codes)

    def last_in_force(self, month: Month) -> VersionRow | None:
        """The version of a month that is in force, else the one that was withdrawn last."""
        return last_in_force(self.ledger, self.desk, month)

    def last_entry(self, event: str, row: Outline | VersionRow) -> EntryRow:
        """The log's last entry of an event of a version.

        Raises
        ------
        LedgerDamaged
            There is none, though the version has such a status.
        """
        entries = reversed(self.ledger.entries(self.desk, row.month))
        for entry in entries:
            if (entry.version, entry.event) == (row.number, event):
                return entry
        raise LedgerDamaged(DAMAGED)

    def recipients(self, row: VersionRow, problem: Problem) -> list[Recipient]:
        """Who gets a copy: departments, and everybody with a duty."""
        on_duty = {duty.worker for duty in row.duties}
        departments = [Recipient("department", name, name) for name in self.files.procedure.recipients]
        persons = [Recipient("person", w.id, w.name) for w in problem.workers if w.id in on_duty]
        return departments + persons


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
    with open_ledger(files, store) as ledger:
        open_desk = Session(files, ledger, out or desk_folder(desk), lang, clock.at_desk(now, files.desk.zone))
        with guard_writes(open_desk.folder):
            settle_identity(files, ledger, store)
            open_desk.papers.put_right()
            yield open_desk


@contextmanager
def guard_writes(folder: Path) -> Iterator[None]:
    """Turn failures to write, before anything is recorded, into errors that say so."""
    try:
        yield
    except OSError as error:
        raise failure_of(error, folder) from None
