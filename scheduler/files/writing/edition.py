"""One version of a month's roster, with all that its workbook prints."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from scheduler.audit.audit import Audit, arrangements
from scheduler.audit.gaps import Gap, find_gaps
from scheduler.audit.open_duties import OpenDuty, find_open_duties
from scheduler.audit.unattended import Unattended, find_unattended
from scheduler.clock import REHEARSAL
from scheduler.domain import Break, Duty, Noted, Problem, Reason, Roster, Violation
from scheduler.files.writing.labels import (
    AMONG_GAPS,
    ANCHORED,
    AT,
    BROKEN,
    CERTIFIED,
    CERTIFIED_TWICE,
    CERTIFIED_WITHIN,
    EXEMPTED,
    FINGERPRINTED,
    KEPT,
    MARKED,
    MARKED_HELD,
    MARKED_NONE,
    NOTHING_CERTIFIED,
    OPEN_BECAUSE,
    OPEN_HERE,
    OPEN_IN_SHORT,
    PROVED,
    PUBLISHED_AT,
    PUBLISHED_LATE,
    STAMPED,
    STATED,
    TITLE,
    UNPROVED,
    WITH_OPEN,
    WITHIN,
)
from scheduler.files.writing.wording import say_month
from scheduler.i18n import Lang
from scheduler.rules.book import Rulebook
from scheduler.staffing.breaks import BreakPlan
from scheduler.workflow.desk_log import VersionLife
from scheduler.workflow.gap_words import name_open
from scheduler.workflow.log_steps import Step
from scheduler.workflow.readers import EVERYBODY, Reader
from scheduler.workflow.version import PRINTED_STATUS_NAMES
from scheduler.workflow.worked import AS_WORKED, AS_WORKED_NAME

PRINTED_DIGITS = 16  # of a hash, in hex: what somebody types in to check it


@dataclass(frozen=True)
class Certified:
    """What a second solver proved of the month's problem, by itself.

    Attributes
    ----------
    bound : int or None
        No roster costs less, says that solver; `None` where its time ended before any bound.
    best : int or None
        The cheapest roster that it found itself.
    seconds : float
        Wall time that it took.
    """

    solver: str
    bound: int | None
    best: int | None
    seconds: float

    def say(self, lang: Lang, objective: int, bound: int | None, prover: str) -> str:
        """Say what its bound means for a roster.

        Parameters
        ----------
        objective, bound : int
            The roster's cost, and its proved bound.
        prover : str
            Who proved that bound.
        """
        gap = 0.0
        if self.bound is None:
            said = NOTHING_CERTIFIED
        elif self.bound < objective:
            said, gap = CERTIFIED_WITHIN, (objective - self.bound) / objective
        else:
            twice = bound is not None and bound >= objective and prover != self.solver
            said = CERTIFIED_TWICE if twice else CERTIFIED
        return said.say(lang, solver=self.solver, bound=self.bound, gap=f"{gap:.2%}", seconds=f"{self.seconds:.1f}")


@dataclass(frozen=True)
class Marks:
    """The cells that papers mark, by person and day: as changed since a version, or in a draft as held by hand."""

    version: int
    cells: frozenset[tuple[str, date]]
    are_held: bool = False

    def say(self, lang: Lang) -> str:
        """The line of the legend."""
        if self.are_held:
            return MARKED_HELD.say(lang, n=len(self.cells))
        return (MARKED if self.cells else MARKED_NONE).say(lang, version=self.version, n=len(self.cells))


@dataclass(frozen=True, kw_only=True)
class Edition:
    """One version of a month's roster, with all that its workbook prints.

    Attributes
    ----------
    status : str
        `draft`, `live`, `superseded` or `withdrawn`.
    made_at : datetime
        Zone-aware; printed in the desk's zone.
    proof : str
        `OPTIMAL` or `FEASIBLE`.
    objective, bound : int
        Cost of the compromises, and the least that any roster of the month could cost.
    gap : float or None
        Their distance as a part of the objective.
    finder, prover : str
        Who found the roster, and who proved the bound; empty where that was not recorded.
    certificate : Certified or None
        What a second solver proved, where it was asked.
    fingerprint : str
        Of the roster's cells, whatever file they stand in.
    head, digest : str
        As in `Stamp`.
    published_at : datetime or None
        Zone-aware.
    published_open : tuple of OpenDuty
        The duties that it left open when it was put in force, as they were recorded then.
    open_because : str
        Why it was put in force although it leaves duties open; empty where nobody said.
    late : str
        Why it was published after its deadline; empty where it was not.
    rehearsed : str
        What the clock said where it was made or put in force in a rehearsal; empty where it was not.
    log : tuple of Step
        Every step that touches the month.
    names : mapping of str to str
        Names of those who took them, by id.
    issued : tuple of VersionLife
        Every version of the month that was ever in force.
    breaks : BreakPlan or None
        When everybody has breaks, where the desk has them placed.
    marks : Marks or None
        What differs from the version that was published last before it, `None` for a month's first; of a draft, the cells
        that were held by hand, `None` where there were none.
    reader : Reader
        For whom it is made: private facts that are not their business stay out.
    reserves : mapping of (worker, day) to str
        The shifts for which people stand by (备班).
    """

    problem: Problem
    rulebook: Rulebook
    roster: Roster
    audit: Audit
    version: int
    status: str
    made_at: datetime
    proof: str
    objective: int
    bound: int | None
    gap: float | None
    seed: int
    log: tuple[Step, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    finder: str = ""
    prover: str = ""
    certificate: Certified | None = None
    fingerprint: str = ""
    head: str = ""
    digest: str = ""
    published_at: datetime | None = None
    late: str = ""
    published_open: tuple[OpenDuty, ...] = ()
    open_because: str = ""
    rehearsed: str = ""
    issued: tuple[VersionLife, ...] = ()
    breaks: BreakPlan | None = None
    marks: Marks | None = None
    reader: Reader = EVERYBODY
    reserves: Mapping[tuple[str, date], str] = field(default_factory=dict)

    def breaks_of(self, duty: Duty) -> tuple[Break, ...]:
        """A duty's small breaks and meals: as they were placed, else those of its shift."""
        if self.breaks is None:
            return self.problem.shift_on(duty.day, duty.shift).breaks
        return tuple(Break(one.start, one.end, one.paid) for one in self.breaks.of(duty))

    def is_marked(self, worker: str, day: date) -> bool:
        """Whether a cell is marked as changed."""
        return self.marks is not None and (worker, day) in self.marks.cells

    def say_proof(self, lang: Lang) -> str:
        """What is proved of the roster, of one with gaps among those with the same gaps."""
        said = self._say_proof(lang)
        return AMONG_GAPS.say(lang, proof=said) if self.open_duties else said

    def _say_proof(self, lang: Lang) -> str:
        if self.proof == "OPTIMAL":
            return PROVED.say(lang)
        if self.proof == AS_WORKED:
            return AS_WORKED_NAME.say(lang)
        told = self.gap is not None and self.gap < 1  # a bound of nothing tells nothing
        return WITHIN.say(lang, gap=f"{self.gap:.2%}") if told else UNPROVED.say(lang)

    def say_audit(self, lang: Lang) -> str:
        """What the audit found, in short."""
        broken, exempt = len(self.audit.broken), len(self.exemptions)
        said = (BROKEN if broken else KEPT).say(lang, n=broken, rules=len(self.audit.results))
        said += OPEN_IN_SHORT.say(lang, n=len(self.open_duties)) if self.open_duties else ""
        return said + (EXEMPTED.say(lang, n=exempt) if exempt else "")

    @cached_property
    def open_duties(self) -> tuple[OpenDuty, ...]:
        """The duties that it leaves open, the worst first: of a draft as they are found, else as they were recorded."""
        if self.status != "draft":
            return self.published_open
        return () if self.proof == AS_WORKED else find_open_duties(self.problem, self.audit)

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """The same, each with those who could take it."""
        return find_gaps(self.problem, self.rulebook, self.roster, self.audit) if self.open_duties else ()

    def say_open(self, lang: Lang, days: Collection[date] | None = None) -> str:
        """The first open duties, of all or of some days, and why it was put in force so; empty where there are none."""
        mine = [one for one in self.open_duties if days is None or one.day in days]
        said = OPEN_HERE.say(lang, n=len(mine), what=name_open(mine)) if mine else ""
        return OPEN_BECAUSE.say(lang, said=said, because=self.open_because) if said and self.open_because else said

    @property
    def exemptions(self) -> tuple[Violation, ...]:
        """What a clause taken literally lets through, rule by rule."""
        return self.audit.noted(Noted.EXEMPTION)

    @cached_property
    def arrangements(self) -> list[Reason]:
        """What the rules settle beside the duties, by day."""
        return arrangements(self.problem, self.rulebook, self.roster)

    @cached_property
    def unattended(self) -> list[Unattended]:
        """When nobody of a kind that is asked for is at the desk."""
        return find_unattended(self.problem, self.roster)

    def say_state(self, lang: Lang) -> str:
        """Version, status, time of making, proof and audit in one line."""
        status, made_at = self.say_status(lang), self.local(self.made_at, lang)
        proof, audit = self.say_proof(lang), self.say_audit(lang)
        said = STATED.say(lang, version=self.version, status=status, at=made_at, proof=proof, audit=audit)
        if self.published_at:
            said += PUBLISHED_AT.say(lang, at=self.local(self.published_at, lang))
        return said + (FINGERPRINTED.say(lang, fingerprint=self.fingerprint) if self.fingerprint else "")

    def say_head(self, lang: Lang) -> str:
        """By what the ledger can be held against this paper; empty where that was not recorded."""
        if not self.head:
            return ""
        sequence, _, mark = self.head.partition(":")
        return ANCHORED.say(lang, head=f"{sequence}:{mark[:PRINTED_DIGITS]}", digest=self.digest[:PRINTED_DIGITS])

    def month(self, lang: Lang) -> str:
        """The month's name."""
        return say_month(self.problem.month, lang)

    def title(self, lang: Lang) -> str:
        """Desk and month, with a stamp on everything that is not in force."""
        title = TITLE.say(lang, desk=self.problem.desk.name, month=self.month(lang))
        if self.status == "live" and self.open_duties:
            title = WITH_OPEN.say(lang, title=title, n=len(self.open_duties))
        if self.status == "live" and self.late:
            late = PUBLISHED_LATE.say(lang, because=self.late)
            return STAMPED.say(lang, title=title, status=self._mark_rehearsal(late, lang))
        if self.status == "live" and not self.rehearsed:
            return title
        return STAMPED.say(lang, title=title, status=self.say_status(lang))

    def say_status(self, lang: Lang) -> str:
        """The version's state, and that of a rehearsal."""
        name = PRINTED_STATUS_NAMES[self.status].say(lang) if self.status in PRINTED_STATUS_NAMES else self.status
        return self._mark_rehearsal(name, lang)

    def _mark_rehearsal(self, said: str, lang: Lang) -> str:
        return f"{said} · {REHEARSAL.say(lang, at=self.rehearsed)}" if self.rehearsed else said

    def local(self, at: datetime, lang: Lang) -> str:
        """A moment in the desk's zone."""
        zone = self.problem.desk.zone
        return AT.say(lang, at=f"{at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}", zone=zone)
