"""Who could take an open duty: everybody ranked for one more duty of a day and shift of a recorded version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scheduler import clock
from scheduler.app.people import check_known
from scheduler.app.readers import readable_phones, reader_of
from scheduler.app.recorded_month import open_recorded_month
from scheduler.app.session import Session
from scheduler.audit.candidates import Ranked, Word, rank_candidates
from scheduler.domain import Change, Demand, Note, Problem, Shift
from scheduler.i18n import Lang, Sentence
from scheduler.ledger.store import VersionRow
from scheduler.workflow.effects import count_heads
from scheduler.workflow.readers import EVERYBODY, Reader
from scheduler.workflow.reserves import find_reserves

IS_PAST = Sentence(
    "{day}已经过去：以下按当时各人的月份判断，不能再叫人",
    "{day} is past: this is how their months stood; nobody can be called in any more",
)
HAS_BEGUN = Sentence("{day}“{shift}”班已经开始", "the shift {shift} of {day} has begun")
IS_FULL = Sentence(
    "“{shift}”{who}最多 {most} 人，已有 {heads} 人：再加一人就超过",
    "{shift}{who}: at most {most}, and {heads} are on it: one more is too many",
)
WHAT_IS_JUDGED = Sentence(
    "判断的是各人自己的月份加上这一班（连同前后月份）；整台的要求（各班人数、带班等）在提申请时判断⟦（swap request）‖⟧",
    "Judged are people's own months with this duty, and the months around them; what the desk asks for as a whole (heads, leaders)"
    " is judged when it is asked for⟦ (swap request)‖⟧",
)
ABLE = (Word.LEGAL, Word.OVERTIME)


@dataclass(frozen=True, kw_only=True)
class OpenDuty:
    """Everybody for an open duty.

    Attributes
    ----------
    row : VersionRow
        The version whose duty it is.
    heads : tuple of (Demand, int)
        What is asked for on the shift, and how many are on it.
    ranked : tuple of Ranked
        The best first.
    phones : mapping of str to str
        Those that the reader may know, by id.
    standing_by : frozenset of str
        Ids of the reserves (备班) for the shift; of those who can take it they are the first.
    """

    row: VersionRow
    problem: Problem
    day: date
    shift: Shift
    heads: tuple[tuple[Demand, int], ...]
    ranked: tuple[Ranked, ...]
    reader: Reader
    phones: Mapping[str, str]
    notes: tuple[Note, ...]
    standing_by: frozenset[str] = frozenset()

    def count(self, *words: Word) -> int:
        """How many are ranked so."""
        return sum(one.word in words for one in self.ranked)


def find_candidates(
    desk: Path,
    day: date,
    shift: str,
    *,
    version: int | None = None,
    by: str = "",
    store: str | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> OpenDuty:
    """Everybody ranked for one more duty of a day and shift, with what was approved and worked since; nothing is written.

    Parameters
    ----------
    shift : str
        Its code, or its name where only one shift of the day has it.
    version : int or None
        Else the version in force of the day's month, else its newest draft.
    by : str
        Who asks: decides about phones and private matters; empty for nobody in particular.

    Raises
    ------
    Refusal
        There is no such shift on the day, the version is of another month or has people whom the tables do not have any
        more, or nobody has the id `by`.
    LedgerError
        There is no such version.
    """
    with open_recorded_month(desk, day, version, store=store, lang=lang, now=now) as month:
        here, problem, roster = month.here, month.problem, month.roster
        check_known(by, here.people)
        asked = month.find_shift(day, shift)
        reader = reader_of(here.rights, by) if by else EVERYBODY
        reserves = find_reserves(here.ledger.entries(here.desk), month.row.number)
        standing_by = frozenset(one.worker for one in reserves if (one.day, one.shift) == (day, asked.code))
        ranked = rank_candidates(problem, month.own_rulebook, roster, day, asked, month.after)
        rows = [each for each in problem.demand_on(day) if each.shift == asked.code]
        counted = count_heads(problem, roster, day)
        heads = tuple((each, counted[each.shift, each.who]) for each in rows)
        return OpenDuty(
            row=month.row,
            problem=problem,
            day=day,
            shift=asked,
            heads=heads,
            ranked=tuple(sorted(ranked, key=lambda one: one.worker not in standing_by or one.word not in ABLE)),
            reader=reader,
            phones=readable_phones(here.files, reader),
            standing_by=standing_by,
            notes=(*_notes_on(here, problem, day, asked, heads), *here.compare_with_tables(month.row)),
        )


def _notes_on(
    here: Session, problem: Problem, day: date, shift: Shift, heads: tuple[tuple[Demand, int], ...]
) -> list[Note]:
    """That the duty is over or has begun, that nobody more may be on it, and what is judged."""
    notes = []
    if day < here.today:
        notes.append(Note(IS_PAST, (("day", day),)))
    elif here.has_begun(problem, Change("", day, (), (shift.code,))):
        notes.append(Note(HAS_BEGUN, (("day", day), ("shift", shift.code))))
    for row, number in heads:
        if row.most is not None and number >= row.most:
            who = f" {row.who}" if row.who else ""
            facts = (("shift", shift.code), ("who", who), ("most", row.most), ("heads", number))
            notes.append(Note(IS_FULL, facts))
    return [*notes, Note(WHAT_IS_JUDGED)]
