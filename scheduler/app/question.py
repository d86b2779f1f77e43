"""The question that a month's making asks, put together from tables and ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from scheduler.app.identity import find_stranger
from scheduler.app.locations import open_ledger
from scheduler.app.making import Effort, MonthAsked
from scheduler.app.months import amend_month, month_after, month_before, tables_facts
from scheduler.audit.months import WAIVED, fit_before
from scheduler.audit.overtime import broken_by_overtime
from scheduler.domain import Month, Note, Problem, Roster
from scheduler.errors import Refusal
from scheduler.files.reading.desk import read_desk
from scheduler.i18n import Sentence
from scheduler.rules.book import Rulebook

if TYPE_CHECKING:
    from scheduler.app.replan import Replanning
    from scheduler.files.reading.desk_files import DeskFiles
    from scheduler.ledger.store import Ledger, VersionRow
    from scheduler.workflow.month_facts import MonthFacts

FEWEST_OF_WHAT = Sentence(
    "⟦--fewest ‖改动最少⟧要有可比的版本⟦：与 --from、--around 或改自某一版的 --hold 文件同用‖⟧",
    "⟦--fewest counts changes from a version: use it with --from, --around, or a --hold file that was made from a version‖the"
    " fewest changes are counted from a version⟧",
)
FITS_NEXT = Sentence("{month} 已发布，本月按与它相接来排", "{month} is published: this month is made to fit it")


def fingerprint_question(
    desk: Path,
    month: Month,
    *,
    time_limit: float,
    seed: int = 0,
    fewest: bool = False,
    allow_gaps: bool = False,
    held: Mapping[tuple[str, date], tuple[str, ...]] | None = None,
    around: int | None = None,
    store: str | None = None,
) -> str:
    """The fingerprint of what `generate_roster` would be asked with the same arguments; nothing is searched or written.

    Raises
    ------
    InputError, LedgerError
    Refusal
        The month has no such cells or shifts, or the ledger is another desk's.
    """
    if fewest and around is None:
        raise Refusal(FEWEST_OF_WHAT)
    files = read_desk(desk)
    with open_ledger(files, store) as ledger:
        if stranger := find_stranger(files, ledger, store):
            raise Refusal(stranger)
        posed = pose_question(
            files, ledger, month, None, held or {}, around, fewest=fewest, allow_gaps=allow_gaps, certify=False
        )
    return posed.asked.fingerprint(Effort(time_limit=time_limit, seed=seed))


@dataclass(frozen=True)
class Posed:
    """What is asked, and what it stands beside."""

    asked: MonthAsked
    facts: MonthFacts
    before: VersionRow | None
    live: int | None


def pose_question(
    files: DeskFiles,
    ledger: Ledger,
    month: Month,
    rest: Replanning | None,
    held: Mapping[tuple[str, date], tuple[str, ...]],
    around: int | None,
    *,
    fewest: bool,
    allow_gaps: bool,
    certify: bool,
) -> Posed:
    """Put the question together from tables and ledger."""
    before, live = month_before(ledger, files.desk.id, month), ledger.live(files.desk.id, month)
    after = month_after(files, ledger, month)
    facts = rest.facts if rest else tables_facts(files, ledger, month, before)
    problem = rest.problem if rest else amend_month(facts, ledger)
    if after:
        problem = replace(problem, assumptions=(*problem.assumptions, Note(FITS_NEXT, (("month", month.next),))))
    rulebook = rest.rulebook if rest else _hold(fit_before(files.rulebook, after), problem, held)
    asked = MonthAsked(
        problem=problem,
        rulebook=rulebook,
        own_rulebook=files.rulebook,
        after=after,
        rest=rest,
        held=held,
        standing=None if around is None else Roster(ledger.version(files.desk.id, around).duties),
        worked={} if rest else {one.reason: WAIVED for one in broken_by_overtime(problem, rulebook)},
        fewest=fewest,
        allow_gaps=allow_gaps,
        certify=certify,
    )
    return Posed(asked, facts, before, live.number if live else None)


def _hold(rulebook: Rulebook, problem: Problem, held: Mapping[tuple[str, date], tuple[str, ...]]) -> Rulebook:
    """The rules, with cells held by hand.

    Raises
    ------
    Refusal
        The month has no such cells or shifts.
    """
    if not held:
        return rulebook
    from scheduler.app.holding import check_held
    from scheduler.solver.around_held import hold_cells

    check_held(problem, held)
    return hold_cells(rulebook, held)
