"""A version that is edited by hand: each state of it audited, and at the end saved as a draft, or asked for.

A published roster is never edited: what is changed in it is asked for, as one request.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from threading import Lock

from scheduler import clock
from scheduler.app.candidates import OpenDuty
from scheduler.app.change_requests import Asked, request_change
from scheduler.app.holding import check_held
from scheduler.app.locations import desk_folder, open_existing_ledger
from scheduler.app.made_by_hand import record_made_by_hand
from scheduler.app.month_view import MonthView, view_month
from scheduler.app.session import Session, open_session
from scheduler.audit.audit import Audit, audit
from scheduler.audit.candidates import rank_candidates
from scheduler.audit.months import PlannedMonth, fit_before
from scheduler.audit.statistics import count_cover, total_workers
from scheduler.digest import digest_of
from scheduler.domain import Change, Fixed, Note, Problem, Roster, Violation
from scheduler.errors import Fault, Refusal
from scheduler.files.reading.desk import read_desk
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.files.schema.text import normal_width
from scheduler.files.writing.edition import Marks
from scheduler.i18n import Lang, Sentence
from scheduler.ledger.store import VersionRow, VersionStatus
from scheduler.rules.book import Rulebook
from scheduler.workflow.change_request import RequestKind
from scheduler.workflow.effects import count_heads
from scheduler.workflow.facts import DraftedFacts
from scheduler.workflow.readers import Reader
from scheduler.workflow.version import STATUS_NAMES
from scheduler.workflow.working_copy import Cell, Codes

NOT_EDITED = Sentence(
    "第 {n} 版{status}，不能再改：请改草稿，或在用的那一版",
    "version {n} is {status} and cannot be edited: take a draft, or the version in force",
)
NO_SUCH_SHIFT = Sentence(
    "“{text}”不是班次；有：{known}，休息写“休”或留空",
    "“{text}” is no shift; there are: {known}; a day off is “off”, or nothing",
)
EDITED = Sentence("在第 {n} 版上手工改了 {cells} 格", "edited by hand: {cells} cells of version {n}")
NOTHING_CHANGED = Sentence(
    "与第 {n} 版没有差别，没有可存的", "nothing differs from version {n}: there is nothing to save"
)
OFF_WORDS = frozenset(("", "·", "–", "-", "休", "off", "休息", "rest"))
MOST_JUDGED = 24  # states of one version, kept for undo and for what changed between two of them
MOST_KEPT = 6  # versions

_kept: OrderedDict[tuple[object, ...], Editing] = OrderedDict()
_keeping = Lock()  # pages are answered by several threads


@dataclass(frozen=True)
class Judged:
    """A state of a version that is edited.

    Attributes
    ----------
    view : MonthView
        The month with these duties, to be drawn; its papers' marks are the cells that differ from the version.
    cost : int
        Of all compromises.
    """

    view: MonthView
    roster: Roster
    changes: tuple[Change, ...]

    @property
    def audit(self) -> Audit:
        """What every rule finds."""
        return self.view.edition.audit

    @property
    def broken(self) -> tuple[Violation, ...]:
        """What is broken, in the month after, too, where that is in force."""
        return self.audit.broken

    @property
    def cost(self) -> int:
        """Of all compromises."""
        return self.audit.cost


@dataclass(frozen=True)
class Effect:
    """What becomes of a version by a step: its cells, its cost, and what is broken or kept again by it.

    Attributes
    ----------
    cost : int
        How much more the compromises cost.
    """

    changes: tuple[Change, ...]
    cost: int
    broken: tuple[Violation, ...]
    mended: tuple[Violation, ...]

    @classmethod
    def of(cls, before: Judged, after: Judged) -> Effect:
        """From one state to another."""
        then, now = ({one.reason: one for one in each.broken} for each in (before, after))
        return cls(
            after.roster.changes_from(before.roster),
            after.cost - before.cost,
            tuple(one for reason, one in now.items() if reason not in then),
            tuple(one for reason, one in then.items() if reason not in now),
        )


@dataclass(frozen=True, kw_only=True)
class Editing:
    """A version that is edited, and what its states are judged by.

    Attributes
    ----------
    view : MonthView
        The version as it was recorded.
    problem : Problem
        Of a draft by the tables of today, as it would be recorded; of the version in force by what that was made with.
    rulebook, own_rulebook : Rulebook
        With the month after, where that is in force, and without.
    stamp : str
        Of what states are judged by.
    """

    view: MonthView
    problem: Problem
    rulebook: Rulebook
    own_rulebook: Rulebook
    after: PlannedMonth | None
    stamp: str
    _judged: OrderedDict[Roster, Judged] = field(default_factory=OrderedDict)

    @property
    def row(self) -> VersionRow:
        """The version."""
        return self.view.row

    @cached_property
    def base(self) -> Roster:
        """Its duties."""
        return Roster(self.row.duties)

    @property
    def is_live(self) -> bool:
        """Whether it is in force: changes are asked for."""
        return self.row.status == VersionStatus.LIVE

    @property
    def start(self) -> Judged:
        """The version itself, judged."""
        return self.judge(self.base)

    def judge(self, roster: Roster) -> Judged:
        """Audit a state; one that was judged lately is known."""
        if found := self._judged.get(roster):
            return found
        changes = roster.changes_from(self.base)
        edition = replace(
            self.view.edition,
            problem=self.problem,
            rulebook=self.rulebook,
            roster=roster,
            audit=audit(self.problem, self.rulebook, roster),
            marks=Marks(self.row.number, frozenset((one.worker, one.day) for one in changes)),
        )
        view = replace(
            self.view,
            edition=edition,
            totals=tuple(total_workers(self.problem, roster)),
            cover=tuple(count_cover(self.problem, roster)),
        )
        judged = Judged(view, roster, changes)
        with _keeping:
            self._judged[roster] = judged
            while len(self._judged) > MOST_JUDGED:
                self._judged.popitem(last=False)
        return judged

    def rank(self, roster: Roster, day: date, shift: str) -> OpenDuty:
        """Everybody ranked for one more duty of a day and shift of a state; phones are left out."""
        problem, asked = self.problem, self.problem.shift_on(day, shift)
        ranked = rank_candidates(problem, self.own_rulebook, roster, day, asked, self.after)
        counted = count_heads(problem, roster, day)
        rows = [each for each in problem.demand_on(day) if each.shift == shift]
        return OpenDuty(
            row=self.row,
            problem=problem,
            day=day,
            shift=asked,
            heads=tuple((each, counted[each.shift, each.who]) for each in rows),
            ranked=tuple(ranked),
            reader=self.view.edition.reader,
            phones={},
            notes=(),
        )

    def read_cells(self, said: Iterable[tuple[str, date, str]]) -> dict[Cell, Codes]:
        """What cells are to hold, as typed, pasted or chosen: shifts by code or name, joined by +; a day off by its word.

        Raises
        ------
        Refusal
            There is no such person, day or shift.
        """
        cells = {(who, day): self._read_codes(day, text) for who, day, text in said}
        check_held(self.problem, cells)
        return cells

    def _read_codes(self, day: date, text: str) -> Codes:
        if normal_width(text).strip().casefold() in OFF_WORDS:
            return ()
        known = dict[str, str]()
        for shift in self.problem.shifts_on(day) if day in self.problem.day_by_date else ():
            known |= {normal_width(word).casefold(): shift.code for word in (shift.name, shift.code) if word}
        found = []
        for part in normal_width(text).split("+"):
            code = known.get(part.strip().casefold())
            if code is None:
                raise Refusal(NO_SUCH_SHIFT, text=text, known="、".join(self.problem.codes_on(day)))
            found.append(code)
        return tuple(sorted(dict.fromkeys(found)))


def open_editing(
    desk: Path,
    version: int,
    *,
    reader: Reader,
    files: DeskFiles | None = None,
    store: str | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> Editing:
    """A version with what its states are judged by; known again as long as tables and ledger stand as they stood.

    Parameters
    ----------
    files : DeskFiles, optional
        The desk's tables, where they were just read.

    Raises
    ------
    Refusal
        It is superseded or withdrawn, or has people or shifts that the tables do not have any more.
    LedgerError
        There is no such version.
    """
    files = files or read_desk(desk)
    with open_existing_ledger(desk, store) as ledger:
        here = Session(files, ledger, desk_folder(desk), lang, clock.at_desk(now, files.desk.zone))
        row = ledger.version(here.desk, version)
        _check_editable(row)
        facts = here.facts(row) if row.status == VersionStatus.LIVE else here.tables_facts(row.month)
        problem = here.problem(facts)
        after = here.month_after(row.month)
        facts_after = [after.problem.fingerprint, after.rulebook.fingerprint] if after else []
        stamp = digest_of([problem.fingerprint, facts.rulebook.fingerprint, *facts_after])
        key = (desk, store, version, ledger.head(here.desk), here.today, reader, stamp)
        with _keeping:
            if key in _kept:
                _kept.move_to_end(key)
                return _kept[key]
        here.check_known(row, problem)
        rulebook = fit_before(facts.rulebook, after)
    view = view_month(desk, row.month, version, reader=reader, store=store, now=now)
    editing = Editing(
        view=view, problem=problem, rulebook=rulebook, own_rulebook=facts.rulebook, after=after, stamp=stamp
    )
    with _keeping:
        _kept[key] = editing
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return editing


@dataclass(frozen=True, kw_only=True)
class Saved:
    """What became of an edited version.

    Attributes
    ----------
    draft : VersionRow or None
        The draft that it is now; one with the same duties that there was already counts.
    asked : Asked or None
        What was asked for instead, where the version is in force.
    broken : tuple of Violation
        Why it could not be recorded.
    """

    problem: Problem
    draft: VersionRow | None = None
    asked: Asked | None = None
    broken: tuple[Violation, ...] = ()
    notes: tuple[Note, ...] = ()
    stuck: tuple[Fault, ...] = ()

    @property
    def is_recorded(self) -> bool:
        """Whether there is a draft, or a request with a number."""
        return self.draft is not None or (self.asked is not None and bool(self.asked.request.number))


def save_edited(
    desk: Path,
    version: int,
    cells: Mapping[Cell, Codes],
    by: str,
    because: str = "",
    *,
    store: str | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> Saved:
    """Record an edited draft as a new one, as if it had been imported; ask for what was changed in a version in force.

    Parameters
    ----------
    cells : mapping of Cell to codes
        Those that differ.
    by : str
        Id of who edited it.

    Raises
    ------
    Refusal
        Nothing differs, the version is neither a draft nor in force, or nobody has the id `by`.
    """
    with open_session(desk, store, None, lang, now) as here:
        here.person(by)
        row = here.ledger.version(here.desk, version)
        _check_editable(row)
        roster = Roster(row.duties).replace_cells(cells)
        changes = roster.changes_from(Roster(row.duties))
        if not changes:
            raise Refusal(NOTHING_CHANGED, n=version)
        because = because or EDITED.say(lang, n=version, cells=len(changes))
        if row.status == VersionStatus.DRAFT:
            made = record_made_by_hand(here, row.month, roster, by, because, DraftedFacts())
            return Saved(
                problem=made.problem, draft=made.row, broken=made.violations, notes=made.notes, stuck=made.stuck
            )
    fixed = [Fixed(one.worker, one.day, code) for one in changes for code in one.after or ("",)]
    asked = request_change(
        desk, RequestKind.EDIT, by, because, cells=fixed, offering=False, store=store, lang=lang, now=now
    )
    return Saved(problem=asked.problem, asked=asked, broken=asked.verdict.reasons, notes=asked.notes, stuck=asked.stuck)


def _check_editable(row: VersionRow) -> None:
    """Refuse a version that is neither a draft nor in force."""
    if row.status not in (VersionStatus.DRAFT, VersionStatus.LIVE):
        raise Refusal(NOT_EDITED, n=row.number, status=STATUS_NAMES[row.status])
