"""How much a roster takes: who may be away on which day before it does not hold, and where reserves (备班) would help."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path

from scheduler import clock
from scheduler.app.recorded_month import open_recorded_month
from scheduler.audit.absences import Absence, AbsenceCases, Absences, list_absences
from scheduler.domain import Change, Duty, Month, Note, Problem
from scheduler.errors import Refusal
from scheduler.i18n import Lang, Sentence
from scheduler.ledger.store import VersionRow
from scheduler.solver.absences import ReserveNeed, Slot, fewest_reserves, remake, ways_out
from scheduler.solver.outcome import Status
from scheduler.time_limit import OutOfTime, TimeLimit

REMAKE_SECONDS = 10.0  # for one absence, at most
NEED_SECONDS = 10.0
SURE = 0.95  # of the intervals

NO_DAYS = Sentence("{month} 没有还没过去的班", "no duties of {month} are ahead")
SINCE = Sentence("只看{day}起还没过去的日子", "only days from {day} on are looked at: those before are past")


class Survival(StrEnum):
    """How an absence is made good; from best to worst."""

    LEFT = "left"  # those who are left do
    STAND_INS = "stand_ins"  # people who are off take over, and nothing else changes
    MOVES = "moves"  # a re-solve of few cells
    LOST = "lost"  # proved: not even that
    OPEN = "open"  # the time was over before either was known


MADE_GOOD = (Survival.LEFT, Survival.STAND_INS, Survival.MOVES)


@dataclass(frozen=True)
class Tried:
    """An absence and what becomes of it.

    Attributes
    ----------
    fallen : tuple of Duty
        The duties that fall out.
    stand_ins : tuple of Duty
        Who takes over what, where stand-ins do.
    changes : tuple of Change
        The cells of others that a re-solve moves.
    """

    absence: Absence
    fallen: tuple[Duty, ...]
    survival: Survival
    stand_ins: tuple[Duty, ...] = ()
    changes: tuple[Change, ...] = ()

    @property
    def slots(self) -> frozenset[Slot]:
        """The days and shifts that it is about."""
        return frozenset((duty.day, duty.shift) for duty in self.fallen)

    @property
    def is_good(self) -> bool:
        """Whether it is made good."""
        return self.survival in MADE_GOOD


@dataclass(frozen=True)
class Stressed:
    """All absences of so many people at once that were tried.

    Attributes
    ----------
    total : int
        How many there are.
    low, high : float
        The part of all of them that is made good, surely or with confidence `SURE`: exact where all were tried.
    """

    size: int
    total: int
    tried: tuple[Tried, ...]
    low: float
    high: float

    @property
    def is_whole(self) -> bool:
        """Whether all that there are were tried."""
        return len(self.tried) == self.total

    def count(self, *survivals: Survival) -> int:
        """How many end so."""
        return sum(one.survival in survivals for one in self.tried)

    def by_slot(self) -> dict[Slot, Counter[Survival]]:
        """What becomes of the absences of each day and shift; one of several shifts is counted at each."""
        found: dict[Slot, Counter[Survival]] = {}
        for one in self.tried:
            for slot in one.slots:
                found.setdefault(slot, Counter())[one.survival] += 1
        return found


@dataclass(frozen=True, kw_only=True)
class Stress:
    """How much a roster takes.

    Attributes
    ----------
    results : tuple of Stressed
        For each number of people at once.
    enumerated : tuple of int
        The numbers of people away at once that the reserves are for: those of which every absence was tried.
    safe : tuple of date
        The days on which all these absences are made good as it is.
    helps : mapping of slot to int
        Absences that one reserve there makes good, the most first.
    need : ReserveNeed or None
        `None` where none was found in time.
    """

    row: VersionRow
    problem: Problem
    days: tuple[date, ...]
    moves: int
    part: float
    results: tuple[Stressed, ...]
    enumerated: tuple[int, ...]
    safe: tuple[date, ...]
    helps: Mapping[Slot, int]
    need: ReserveNeed | None
    notes: tuple[Note, ...]


def stress_roster(
    desk: Path,
    *,
    month: Month | None = None,
    version: int | None = None,
    absences: Sequence[int] = (1, 2),
    moves: int = 4,
    samples: int = 300,
    safe: float = 0.95,
    seed: int = 0,
    cores: int = 1,
    time_limit: float = 180.0,
    store: str | None = None,
    lang: Lang = "zh",
    progress: Callable[[int, int], None] = lambda done, whole: None,
    now: clock.Clock = clock.now,
) -> Stress:
    """Try absences on a recorded version, as it was worked and with what was approved since; nothing is written.

    Parameters
    ----------
    absences : sequence of int
        People away at once: one, any two, and so on.
    moves : int
        The most cells of others that a re-solve may change.
    samples : int
        Absences of several people that are tried at most, drawn at random where there are more; of one all are.
    safe : float
        The part of the days that reserves are to make safe.
    time_limit : float
        Wall seconds in all; what is not decided by then is said.
    progress : callable
        Called with the absences that are done, and how many there are.

    Raises
    ------
    Refusal
        No duties are ahead, the version is of another month, or it has people whom the tables do not have any more.
    LedgerError
        There is no such version.
    """
    with open_recorded_month(desk, month, version, store=store, lang=lang, now=now) as standing:
        here, row, problem = standing.here, standing.row, standing.problem
        roster, rulebook = standing.roster, standing.rulebook
        since = here.today if problem.first < here.today <= problem.last else problem.first
        notes = [Note(SINCE, (("day", since),))] if since > problem.first else []
        notes += here.compare_with_tables(row)
    limit = TimeLimit(time_limit)
    held = Absences(problem, rulebook, roster, limit)
    days = tuple(day for day in problem.dates if day >= since and any(duty.day == day for duty in roster.duties))
    if not days:
        raise Refusal(NO_DAYS, month=row.month)
    sizes = sorted(set(absences))
    cases = [list_absences(roster, days, size, samples if size > 1 else None, seed) for size in sizes]
    whole, done = sum(len(each.absences) for each in cases), 0
    by_audit: list[list[Tried]] = []
    for each in cases:
        by_audit.append([])
        for absence in each.absences:
            by_audit[-1].append(_try_stand_ins(held, absence, moves))
            done += by_audit[-1][-1].survival != Survival.OPEN
            progress(done, whole)
    results = []
    for each, tried in zip(cases, by_audit, strict=True):
        ended = []
        for one in tried:
            if one.survival == Survival.OPEN:
                one = _try_moves(held, one, moves, seed, cores, limit)
                done += 1
                progress(done, whole)
            ended.append(one)
        results.append(_sum_up(each, ended))
    return _with_reserves(
        Stress(
            row=row,
            problem=problem,
            days=days,
            moves=moves,
            part=safe,
            results=tuple(results),
            enumerated=_enumerated(results),
            safe=(),
            helps={},
            need=None,
            notes=tuple(notes),
        ),
        seed,
    )


def _try_stand_ins(month: Absences, absence: Absence, moves: int) -> Tried:
    """What becomes of an absence by the audit alone; open where that does not make it good and cells may move."""
    fallen = month.duties_of(absence)
    try:
        month.time_limit.check()
        found = month.stand_ins(absence)
    except OutOfTime:
        return Tried(absence, fallen, Survival.OPEN)
    if found is None:
        return Tried(absence, fallen, Survival.OPEN if moves else Survival.LOST)
    return Tried(absence, fallen, Survival.STAND_INS if found else Survival.LEFT, found)


def _try_moves(month: Absences, one: Tried, moves: int, seed: int, cores: int, limit: TimeLimit) -> Tried:
    """What becomes of an absence by a re-solve."""
    if limit.left <= 0:
        return one
    seconds = min(REMAKE_SECONDS, limit.left)
    found = remake(month, one.absence, moves, time_limit=seconds, seed=seed, cores=cores)
    ends = {Status.OPTIMAL: Survival.MOVES, Status.IMPOSSIBLE: Survival.LOST}
    return replace(one, survival=ends.get(found.status, Survival.OPEN), changes=found.changes)


def _sum_up(cases: AbsenceCases, tried: Sequence[Tried]) -> Stressed:
    """The part that is made good, with its interval where not all were tried; what is open could be either."""
    good, is_open = sum(one.is_good for one in tried), sum(one.survival == Survival.OPEN for one in tried)
    number = len(tried)
    if not number:
        return Stressed(cases.size, cases.total, (), 1.0, 1.0)
    if cases.is_whole:
        low, high = good / number, (good + is_open) / number
    else:
        from scipy.stats import binomtest  # slow to load

        low = binomtest(good, number).proportion_ci(SURE, "exact").low
        high = binomtest(good + is_open, number).proportion_ci(SURE, "exact").high
    return Stressed(cases.size, cases.total, tuple(tried), float(low), float(high))


def _enumerated(results: Sequence[Stressed]) -> tuple[int, ...]:
    """The numbers of people of which all absences were tried, as far as all smaller ones were too."""
    found: list[int] = []
    for one in results:
        if one.is_whole and one.size == len(found) + 1:
            found.append(one.size)
    return tuple(found)


def _with_reserves(found: Stress, seed: int) -> Stress:
    """With where reserves would help."""
    tried = [one for each in found.results if each.size in found.enumerated for one in each.tried]
    lost = {one.absence for one in tried if not one.is_good}
    by_day: dict[date, set[Absence]] = {}
    for absence in lost:
        by_day.setdefault(absence.day, set()).add(absence)
    ways = {one.absence: ways_out(one.fallen, by_day[one.absence.day]) for one in tried if one.absence in lost}
    helps = Counter(slot for options in ways.values() for slot in {s for o in options if o.total() == 1 for s in o})
    order = {code: at for at, code in enumerate(found.problem.codes)}
    ranked = sorted(helps.items(), key=lambda one: (-one[1], one[0][0], order[one[0][1]]))
    return replace(
        found,
        safe=tuple(day for day in found.days if day not in by_day),
        helps=dict(ranked),
        need=fewest_reserves(ways, found.days, found.part, time_limit=NEED_SECONDS, seed=seed),
    )
