"""Who could take an open duty: everybody ranked for one more duty of a day and shift of a recorded version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scheduler import clock
from scheduler.app.locations import NO_ROSTER, desk_folder, open_existing_ledger
from scheduler.app.people import check_known
from scheduler.app.readers import readable_phones, reader_of
from scheduler.app.session import Session
from scheduler.audit.candidates import Ranked, Word, rank_candidates
from scheduler.domain import Change, Demand, Month, Note, Problem, Roster, Shift
from scheduler.errors import LedgerError, Refusal
from scheduler.files.reading.desk import read_desk
from scheduler.files.schema.text import normal_width
from scheduler.i18n import LANGS, Lang, Sentence, as_template, join_items
from scheduler.ledger.store import Outline, VersionRow, VersionStatus
from scheduler.workflow.amendment import amend_problem
from scheduler.workflow.effects import count_heads
from scheduler.workflow.readers import EVERYBODY, Reader
from scheduler.workflow.replay import replay_requests
from scheduler.workflow.reserves import find_reserves
from scheduler.workflow.version import STATUS_NAMES
from scheduler.workflow.worked import as_worked, worked_cells

NO_VERSION = Sentence(
    "{month} 没有已发布的版本，也没有草稿；现有：{known}",
    "{month} has neither a version in force nor a draft; there are: {known}",
)
NOT_OF_MONTH = Sentence(
    "{day}不在第 {n} 版的月份 {month} 里；现有：{known}",
    "{day} is not a day of {month}, the month of version {n}; there are: {known}",
)
NO_SHIFT = Sentence(
    "{day}没有班次“{shift}”；当天有：{known}", "{day} has no shift {shift}; on that day there are: {known}"
)
ONE_VERSION = Sentence("{month} 第 {n} 版（{status}）", "{month} version {n} ({status})")
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
    "判断的是各人自己的月份加上这一班（连同前后月份）；整台的要求（各班人数、带班等）在提申请时判断（swap request）",
    "Judged are people's own months with this duty, and the months around them; what the desk asks for as a whole (heads, leaders)"
    " is judged when it is asked for (swap request)",
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
    files = read_desk(desk)
    with open_existing_ledger(desk, store) as ledger:
        here = Session(files, ledger, desk_folder(desk), lang, clock.at_desk(now, files.desk.zone))
        check_known(by, here.people)
        row = find_version(here, Month.of(day), version)
        if row.month != Month.of(day):
            known = _say_versions(ledger.outlines(here.desk))
            raise Refusal(NOT_OF_MONTH, day=day, n=row.number, month=row.month, known=known)
        facts, entries = here.facts(row), ledger.entries(here.desk)
        problem = amend_problem(facts.problem, replay_requests(entries).values())
        here.check_known(row, problem)
        roster = as_worked(Roster(row.duties), worked_cells(entries))
        asked = _find_shift(problem, day, shift)
        after = here.month_after(row.month)
        reader = reader_of(here.rights, by) if by else EVERYBODY
        reserves = find_reserves(entries, row.number)
        standing_by = frozenset(one.worker for one in reserves if (one.day, one.shift) == (day, asked.code))
        ranked = rank_candidates(problem, facts.rulebook, roster, day, asked, after)
        rows = [each for each in problem.demand_on(day) if each.shift == asked.code]
        counted = count_heads(problem, roster, day)
        heads = tuple((each, counted[each.shift, each.who]) for each in rows)
        return OpenDuty(
            row=row,
            problem=problem,
            day=day,
            shift=asked,
            heads=heads,
            ranked=tuple(sorted(ranked, key=lambda one: one.worker not in standing_by or one.word not in ABLE)),
            reader=reader,
            phones=readable_phones(files, reader),
            standing_by=standing_by,
            notes=(*_notes_on(here, problem, day, asked, heads), *here.compare_with_tables(row)),
        )


def find_version(here: Session, month: Month | None, number: int | None) -> VersionRow:
    """The version that is asked about: that of the number, of whatever month; else the one in force, else the newest draft.

    Parameters
    ----------
    month : Month or None
        By default that of the newest version.

    Raises
    ------
    LedgerError
        There is none; it tells those that there are.
    """
    if number is not None:
        return here.ledger.version(here.desk, number)
    month = month or here.ledger.version(here.desk).month
    outlines = here.ledger.outlines(here.desk)
    drafts = [one.number for one in outlines if (one.month, one.status) == (month, VersionStatus.DRAFT)]
    if live := here.ledger.live(here.desk, month):
        return live
    if not drafts:
        raise LedgerError(NO_VERSION if outlines else NO_ROSTER, month=month, known=_say_versions(outlines))
    return here.ledger.version(here.desk, drafts[-1])


def _say_versions(outlines: list[Outline]) -> Sentence:
    """Versions in a row, in both languages, as a template."""
    said = {
        lang: [ONE_VERSION.say(lang, month=o.month, n=o.number, status=STATUS_NAMES[o.status]) for o in outlines]
        for lang in LANGS
    }
    return Sentence(*(as_template(join_items(said[lang], lang)) for lang in LANGS))


def _find_shift(problem: Problem, day: date, word: str) -> Shift:
    """A shift of a day by its code, or by its name.

    Raises
    ------
    Refusal
        It is none, or several have that name.
    """
    if word in problem.codes_on(day):
        return problem.shift_on(day, word)
    called = [one for one in problem.shifts_on(day) if normal_width(one.name) == normal_width(word)]
    if len(called) != 1:
        known = [one.code if one.name in ("", one.code) else f"{one.code} {one.name}" for one in problem.shifts_on(day)]
        listed = Sentence(*(as_template(join_items(known, lang)) for lang in LANGS))
        raise Refusal(NO_SHIFT, day=day, shift=word, known=listed)
    return called[0]


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
