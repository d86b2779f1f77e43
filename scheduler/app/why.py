"""Why somebody has a duty, or has it not: what forbids each alternative, or what the roster would cost then."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from pathlib import Path

from scheduler import clock
from scheduler.app.carried_bound import carry_bound
from scheduler.app.people import find_person
from scheduler.app.readers import find_reader
from scheduler.app.recorded_month import RecordedMonth, open_recorded_month
from scheduler.audit.alternatives import (
    Cell,
    Finding,
    Instead,
    Weighed,
    find_alternatives,
    judge_alternatives,
    try_alternatives,
)
from scheduler.audit.audit import audit
from scheduler.audit.candidates import Word
from scheduler.domain import Note, Problem, Roster
from scheduler.errors import Refusal
from scheduler.i18n import LANGS, Lang, Sentence, as_template, join_items
from scheduler.ledger.store import VersionRow
from scheduler.rules.book import discovered
from scheduler.time_limit import TimeLimit
from scheduler.workflow.in_force import Stretch
from scheduler.workflow.readers import Audience, Private, Reader
from scheduler.workflow.redaction import may_be_told

NOT_ON_ROSTER = Sentence("{who}不在 {month} 的排班表里", "{who} is not on the roster of {month}")
WHICH_SHIFT = Sentence(
    "{who}在{day}有几个班（{shifts}）：⟦用 --shift ‖请⟧写明问哪一个",
    "{who} has several shifts on {day} ({shifts}): say⟦ by --shift‖⟧ which is meant",
)
NOT_THEIR_CELL = Sentence(
    "员工只能问自己的格子：换成本人的工号，或由审批人来问⟦（--for approver）‖⟧",
    "members of staff may ask about their own cells: name one of theirs, or let an approver ask⟦ (--for approver)‖⟧",
)
HOLDS_BEGUN = Sentence(
    "已过去和已开始的 {n} 格照原样不动", "the {n} cells that are past or begun are taken as they are"
)
IS_OVER = Sentence(
    "{day}已过去或已开始：按当时怎么排来回答", "{day} is past or begun: this is how it could have been planned"
)
BROKEN_AS_IT_IS = Sentence(
    "现在的排班表本身违反 {n} 项要求（如事后补记），这些不算在内",
    "the roster as it stands breaks {n} requirements (by what was entered afterwards, say), which are left out here",
)
TRIAL_SECONDS = 5.0  # for rosters in which nothing else changes, before any search


class ReasonKind(StrEnum):
    """Why a colleague has not a duty, for those who may not know more."""

    NOT_AVAILABLE = "not_available"  # away, not employed, not for this shift, or private: which, is not told
    RULE = "rule"
    IMPOSSIBLE = "impossible"
    WORSE = "worse"
    EQUAL = "equally_good"
    OPEN = "open"


@dataclass(frozen=True, kw_only=True)
class Why:
    """Why somebody has a duty, or has it not.

    Attributes
    ----------
    shift : str
        What is asked about; empty for a day off.
    roster : Roster
        As it stands.
    cost : int
        What the compromises of the roster as it stands cost.
    least : int
        Proved: no roster of the month costs less.
    weighed : tuple of Weighed
        Other people, then other shifts; in each the most interesting first.
    """

    row: VersionRow
    problem: Problem
    who: str
    day: date
    shift: str
    roster: Roster
    cost: int
    least: int
    weighed: tuple[Weighed, ...]
    reader: Reader
    notes: tuple[Note, ...] = field(default=())

    @property
    def has(self) -> tuple[str, ...]:
        """What they have on the day."""
        return self.roster.on(self.who, self.day)

    @property
    def is_known(self) -> bool:
        """Whether every alternative is decided."""
        return not any(one.find(self.cost) == Finding.OPEN for one in self.weighed)

    @property
    def has_equal(self) -> bool:
        """Whether an alternative is as good."""
        return any(one.find(self.cost) == Finding.EQUAL for one in self.weighed)

    @property
    def tells_people(self) -> bool:
        """Whether the reader may know what stands against whom: names beside rules tell who is ill, or protected."""
        return self.reader.may_read(Private.LEAVE_KIND) and self.reader.may_read(Private.PROTECTION)

    @property
    def tells_shifts(self) -> bool:
        """Whether the reader may know what stands against the person's other shifts."""
        return self.tells_people or self.reader.person == self.who

    def of(self, what: Instead) -> tuple[Weighed, ...]:
        """Those of a kind."""
        return tuple(one for one in self.weighed if one.alternative.what == what)

    def count_reasons(self) -> dict[tuple[ReasonKind, str], int]:
        """How many other people could not, or would cost more, by kind of reason and, of rules that name nobody's lot, by rule."""
        found: dict[tuple[ReasonKind, str], int] = {}
        for one in self.of(Instead.PERSON):
            key = self._kind_of(one)
            found[key] = found.get(key, 0) + 1
        return dict(sorted(found.items(), key=lambda item: (list(ReasonKind).index(item[0][0]), -item[1])))

    def _kind_of(self, one: Weighed) -> tuple[ReasonKind, str]:
        ranked = one.ranked
        if ranked and (ranked.is_away or not ranked.is_employed or ranked.word == Word.NOT_COUNTED):
            return ReasonKind.NOT_AVAILABLE, ""
        finding = one.find(self.cost)
        if one.against and finding != Finding.EQUAL:
            rule = one.against[0].reason.rule
            kind = discovered().get(rule)
            if kind is None or kind.about_people or not may_be_told(one.against[0], Reader()):
                return ReasonKind.NOT_AVAILABLE, ""
            return ReasonKind.RULE, rule
        return ReasonKind(finding.value), ""


def explain_cell(
    desk: Path,
    who: str,
    day: date,
    shift: str = "",
    *,
    version: int | None = None,
    reader: str | Reader = "",
    time_limit: float = 30.0,
    seed: int = 0,
    cores: int = 2,
    store: str | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
    tell: Callable[[Why], None] = lambda why: None,
) -> Why:
    """Why somebody has a duty, or has it not, in a recorded version; nothing is written.

    Parameters
    ----------
    shift : str
        A code, or a name; by default what they have on the day.
    version : int or None
        Else the version in force of the day's month, else its newest draft.
    reader : str
        For whom, as `find_reader` takes it.
    time_limit : float
        Wall seconds, proofs included.
    tell : callable
        Called with what is known so far: first the rules in the way, then with each proof.

    Raises
    ------
    Refusal
        There is no such person or shift, it is not clear which is meant, or it is not the reader's business.
    LedgerError
        There is no such version.
    """
    limit = TimeLimit(time_limit)
    with open_recorded_month(desk, day, version, store=store, lang=lang, now=now) as month:
        here = month.here
        asks = find_reader(here.files, reader)
        if asks.audience == Audience.PERSON and asks.person != who:
            raise Refusal(NOT_THEIR_CELL)
        person = find_person(here.people, who)
        if who not in month.problem.worker_by_id:
            raise Refusal(NOT_ON_ROSTER, who=person.name, month=month.row.month)
        code = _find_code(month, who, day, shift)
        question = _Question(month, who, day, code, limit, seed, cores)
        why = Why(
            row=month.row,
            problem=month.problem,
            who=who,
            day=day,
            shift=code,
            roster=month.roster,
            cost=question.cost,
            least=question.least,
            weighed=question.judge(),
            reader=asks,
            notes=(*question.notes(), *here.compare_with_tables(month.row)),
        )
        tell(why)
        for weighed in question.prove(why.weighed):
            why = replace(why, weighed=weighed)
            tell(why)
        return why


def _find_code(month: RecordedMonth, who: str, day: date, shift: str) -> str:
    """The code of the shift that is asked about; empty for a day off.

    Raises
    ------
    Refusal
    """
    if shift:
        return month.find_shift(day, shift).code
    has = month.roster.on(who, day)
    if len(has) > 1:
        listed = Sentence(*(as_template(join_items(has, lang)) for lang in LANGS))
        raise Refusal(WHICH_SHIFT, who=month.problem.names[who], day=day, shifts=listed)
    return has[0] if has else ""


class _Question:
    """The alternatives of one cell, and what is proved of them.

    Attributes
    ----------
    cost : int
        Of the roster as it stands.
    least : int
        Proved of every roster of the month.
    known : frozenset of Reason
        What the roster breaks as it stands: it counts for nothing.
    begun : mapping of Cell to codes
        Cells that no alternative moves; none where the day that is asked about is over itself.
    """

    def __init__(
        self, month: RecordedMonth, who: str, day: date, code: str, limit: TimeLimit, seed: int, cores: int
    ) -> None:
        self.month, self.who, self.day, self.code = month, who, day, code
        self.limit, self.seed, self.cores = limit, seed, cores
        problem, roster = month.problem, month.roster
        found = audit(problem, month.rulebook, roster)
        self.cost, self.known = found.cost, frozenset(one.reason for one in found.broken)
        outlines = month.here.ledger.outlines(month.here.desk)
        rows = [month.here.ledger.version(one.desk, one.number) for one in outlines if one.month == month.row.month]
        carried = carry_bound(rows, problem, month.rulebook, found.cost) if not self.known else None
        self.least = carried.bound if carried else 0
        self.begun = self._find_begun()

    def _find_begun(self) -> dict[Cell, tuple[str, ...]]:
        here, problem, roster = self.month.here, self.month.problem, self.month.roster
        stretch = Stretch.of([problem])

        def is_over(cell: Cell) -> bool:
            return stretch.has_begun(cell[1], roster.on(*cell), here.today, here.instant)

        self.is_over = is_over((self.who, self.day))
        if self.is_over:
            return {}
        cells = ((worker.id, day) for worker in problem.workers for day in problem.dates)
        return {cell: roster.on(*cell) for cell in cells if is_over(cell)}

    def notes(self) -> list[Note]:
        """What is taken as it is."""
        notes = [Note(IS_OVER, (("day", self.day),))] if self.is_over else []
        notes += [Note(HOLDS_BEGUN, (("n", len(self.begun)),))] if self.begun else []
        return notes + ([Note(BROKEN_AS_IT_IS, (("n", len(self.known)),))] if self.known else [])

    def judge(self) -> tuple[Weighed, ...]:
        """All alternatives by the own months of those concerned."""
        month = self.month
        alternatives = find_alternatives(month.problem, month.roster, self.who, self.day, self.code)
        return judge_alternatives(
            month.problem, month.own_rulebook, month.roster, self.day, alternatives, month.after, self.least
        )

    def prove(self, weighed: Sequence[Weighed]) -> Iterator[tuple[Weighed, ...]]:
        """What is proved, as it comes: by rosters in which nothing else changes, then by searching."""
        month = self.month
        trials = TimeLimit(min(TRIAL_SECONDS, self.limit.left))
        tried = try_alternatives(
            month.problem, month.rulebook, month.roster, weighed, begun=self.begun, known=self.known, limit=trials
        )
        yield tried
        from scheduler.solver.weighing import prove_alternatives

        yield from prove_alternatives(
            month.problem,
            month.rulebook,
            month.roster,
            tried,
            begun=self.begun,
            known=self.known,
            limit=self.limit,
            seed=self.seed,
            cores=self.cores,
        )
