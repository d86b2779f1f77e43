"""A recorded version's month as it stands: what it was made with, and what was approved and worked since."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from scheduler import clock
from scheduler.app.locations import NO_ROSTER, desk_folder, open_existing_ledger
from scheduler.app.session import Session
from scheduler.audit.months import PlannedMonth, fit_before
from scheduler.domain import Month, Problem, Roster, Shift
from scheduler.errors import LedgerError, Refusal
from scheduler.files.reading.desk import read_desk
from scheduler.files.schema.text import normal_width
from scheduler.i18n import Lang, Sentence, fill_in, join_sentences
from scheduler.ledger.store import Outline, VersionRow, VersionStatus
from scheduler.rules.book import Rulebook
from scheduler.workflow.amendment import amend_problem
from scheduler.workflow.replay import replay_requests
from scheduler.workflow.rights import say_names
from scheduler.workflow.version import STATUS_NAMES
from scheduler.workflow.worked import as_worked, worked_cells

NO_VERSION = Sentence(
    "{month} 没有已发布的版本，也没有草稿；现有：{known}",
    "{month} has neither a version in force nor a draft; there are: {known}",
)
NOT_OF_MONTH = Sentence(
    "第 {n} 版是 {month} 的，与{when}不符；现有：{known}",
    "version {n} is of {month}, not of {when}; there are: {known}",
)
NO_SHIFT = Sentence(
    "{day}没有班次“{shift}”；当天有：{known}", "{day} has no shift {shift}; on that day there are: {known}"
)
ONE_VERSION = Sentence("{month} 第 {n} 版（{status}）", "{month} version {n} ({status})")


@dataclass(frozen=True, kw_only=True)
class RecordedMonth:
    """A version's month as it stands.

    Attributes
    ----------
    problem : Problem
        What it was made with, with what was approved since.
    own_rulebook : Rulebook
        The rules that it was made with, without the month after.
    roster : Roster
        Its duties as they were worked where that is known.
    after : PlannedMonth or None
        The month after where that is in force.
    """

    here: Session
    row: VersionRow
    problem: Problem
    own_rulebook: Rulebook
    roster: Roster
    after: PlannedMonth | None

    @cached_property
    def rulebook(self) -> Rulebook:
        """What any roster of the month has to keep: its rules, and the month after."""
        return fit_before(self.own_rulebook, self.after)

    def find_shift(self, day: date, word: str) -> Shift:
        """A shift of a day by its code, or by its name.

        Raises
        ------
        Refusal
            It is none, or several have that name.
        """
        problem = self.problem
        if word in problem.codes_on(day):
            return problem.shift_on(day, word)
        called = [one for one in problem.shifts_on(day) if normal_width(one.name) == normal_width(word)]
        if len(called) != 1:
            shifts = problem.shifts_on(day)
            known = [one.code if one.name in ("", one.code) else f"{one.code} {one.name}" for one in shifts]
            raise Refusal(NO_SHIFT, day=day, shift=word, known=say_names(known))
        return called[0]


@contextmanager
def open_recorded_month(
    desk: Path,
    when: date | Month | None = None,
    version: int | None = None,
    *,
    store: str | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> Iterator[RecordedMonth]:
    """Open a month to be read; nothing is written.

    Parameters
    ----------
    when : date, Month or None
        A day of it; by default it is the month of the version, or of the newest one.
    version : int or None
        Else the version of the month that is in force, else its newest draft.

    Raises
    ------
    Refusal
        The version is of another month, or has people whom the tables do not have any more.
    LedgerError
        There is no such version.
    """
    files = read_desk(desk)
    with open_existing_ledger(desk, store) as ledger:
        here = Session(files, ledger, desk_folder(desk), lang, clock.at_desk(now, files.desk.zone))
        row = _find_version(here, when, version)
        facts, entries = here.facts(row), ledger.entries(here.desk)
        problem = amend_problem(facts.problem, replay_requests(entries).values())
        here.check_known(row, problem)
        yield RecordedMonth(
            here=here,
            row=row,
            problem=problem,
            own_rulebook=facts.rulebook,
            roster=as_worked(Roster(row.duties), worked_cells(entries)),
            after=here.month_after(row.month),
        )


def _find_version(here: Session, when: date | Month | None, number: int | None) -> VersionRow:
    """The version that is asked about.

    Raises
    ------
    LedgerError, Refusal
        There is none; it tells those that there are.
    """
    outlines = here.ledger.outlines(here.desk)
    month = Month.of(when) if isinstance(when, date) else when
    if number is not None:
        row = here.ledger.version(here.desk, number)
        if month not in (None, row.month):
            raise Refusal(NOT_OF_MONTH, when=when, n=number, month=row.month, known=_say_versions(outlines))
        return row
    month = month or here.ledger.version(here.desk).month
    drafts = [one.number for one in outlines if (one.month, one.status) == (month, VersionStatus.DRAFT)]
    if live := here.ledger.live(here.desk, month):
        return live
    if not drafts:
        raise LedgerError(NO_VERSION if outlines else NO_ROSTER, month=month, known=_say_versions(outlines))
    return here.ledger.version(here.desk, drafts[-1])


def _say_versions(outlines: list[Outline]) -> Sentence:
    """Versions in a row, in both languages, as a template."""
    return join_sentences(
        fill_in(ONE_VERSION, month=one.month, n=one.number, status=STATUS_NAMES[one.status]) for one in outlines
    )
