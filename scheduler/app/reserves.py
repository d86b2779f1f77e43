"""Reserves (备班) asked for with a month, and planned on the roster that was found."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from scheduler.app.making import Effort
from scheduler.audit.audit import audit
from scheduler.audit.months import PlannedMonth
from scheduler.domain import Month, Problem, present_ids
from scheduler.errors import Refusal
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.i18n import LANGS, Sentence, as_template, join_items
from scheduler.ledger.store import Ledger, VersionStatus
from scheduler.rules.book import Rulebook
from scheduler.workflow.reserves import find_reserves

if TYPE_CHECKING:
    from scheduler.solver.outcome import Solved
    from scheduler.solver.reserves import PlannedReserves

NO_SHIFT = Sentence(
    "备班“{asked}”：{month} 没有这样的班；有：{known}", "reserve {asked}: {month} has no such shift; there are: {known}"
)
NOT_WITH_RESERVES = Sentence(
    "备班和整月一起排，⟦--reserve 不能与 --from、--hold、--keep、--allow-gaps 同用‖不能与重排余下的日子、定住格子、留空班同用⟧",
    "reserves are planned with the whole month: ⟦--reserve does not go with --from, --hold, --keep or --allow-gaps‖not with the"
    " rest of one, with cells held by hand, or with gaps⟧",
)
RESERVING = Sentence("排备班", "planning reserves")


class ReserveAsked(NamedTuple):
    """So many people to stand by for a shift, on a day or on every day on which it can begin."""

    shift: str
    number: int = 1
    day: date | None = None

    def __str__(self) -> str:
        day = f"{self.day}:" if self.day else ""
        return f"{day}{self.shift}={self.number}"


def list_slots(problem: Problem, asked: Sequence[ReserveAsked]) -> dict[tuple[date, str], int]:
    """How many people are to stand by for each day and shift; what is asked twice adds up.

    Raises
    ------
    Refusal
        There is no such shift.
    """
    slots: Counter[tuple[date, str]] = Counter()
    for one in asked:
        days = [day for day in problem.dates if one.shift in problem.codes_on(day) and one.day in (None, day)]
        if not days:
            known = Sentence(*(as_template(join_items(problem.month_codes, lang)) for lang in LANGS))
            raise Refusal(NO_SHIFT, asked=one, month=problem.month, known=known)
        slots.update(dict.fromkeys([(day, one.shift) for day in days], one.number))
    return dict(slots)


def reserves_before(files: DeskFiles, ledger: Ledger, month: Month) -> dict[str, int]:
    """What people had of reserves in the year before a month, beside each other: nobody has less than 0.

    Of each month in force everybody's reserves above or below the average of all who were there count, so that whoever
    joined later owes nothing.
    """
    entries, present = ledger.entries(files.desk.id), present_ids(files.workers)
    first = Month(month.year - 1, month.month)
    beyond: dict[str, Fraction] = defaultdict(Fraction)
    for one in ledger.outlines(files.desk.id):
        if one.status != VersionStatus.LIVE or not first <= one.month < month:
            continue
        if had := Counter(reserve.worker for reserve in find_reserves(entries, one.number)):
            people = ledger.version(files.desk.id, one.number).people
            for who in people:
                beyond[present.get(who, who)] += had[who] - Fraction(had.total(), len(people))
    known = {one.id: beyond.get(one.id, Fraction()) for one in files.workers}
    least = min(known.values(), default=Fraction())
    return {who: round(amount - least) for who, amount in known.items()}


def add_reserves(
    problem: Problem,
    rulebook: Rulebook,
    outcome: Solved,
    slots: dict[tuple[date, str], int],
    before: Mapping[str, int],
    after: PlannedMonth | None,
    effort: Effort,
) -> tuple[Solved, PlannedReserves]:
    """Plan reserves; where the roster was made anew for them, the outcome is that roster's, with the month's own bound."""
    from scheduler.solver.incumbent import Engine
    from scheduler.solver.reserves import plan_reserves

    planned = plan_reserves(
        problem,
        rulebook,
        outcome.roster,
        slots,
        before=before,
        after=after,
        time_limit=effort.time_limit,
        seed=effort.seed,
        cores=effort.cores,
    )
    if not planned.is_remade:
        return outcome, planned
    found = audit(problem, rulebook, planned.roster)
    made = replace(
        outcome,
        roster=planned.roster,
        audit=found,
        objective=found.cost,
        bound=min(outcome.bound, found.cost),
        finder=Engine.CP_SAT,
        tidied=None,
    )
    return made, planned
