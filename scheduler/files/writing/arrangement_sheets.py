"""Sheets of who does what beside the duties, who stands in for whom, and which duties nobody has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from scheduler.audit.candidates import StandIn
from scheduler.audit.gaps import MOST as MOST_FILLERS
from scheduler.audit.gaps import Gap
from scheduler.audit.stand_ins import MOST as MOST_STAND_INS
from scheduler.audit.stand_ins import stand_ins
from scheduler.domain import Reason
from scheduler.files.writing.edition import Edition
from scheduler.files.writing.labels import (
    CANDIDATE,
    DATE,
    HARM,
    NEEDS_OVERTIME,
    NO_CANDIDATE,
    NOBODY_FREE,
    RULE,
    SENTENCE,
    SHIFT,
    STAND_IN_PLACE,
    UNTIL,
    WEEKDAY,
    WHAT_IS_MISSING,
    WHO,
)
from scheduler.files.writing.page import DAY, LEFT, TEXT, Column, Page, put_listing
from scheduler.i18n import WEEKDAYS, Lang, join_items
from scheduler.rules.book import discovered
from scheduler.workflow.gap_words import say_filler
from scheduler.workflow.readers import Private


def write_arrangements(page: Page, edition: Edition, lang: Lang) -> None:
    """What the rules settle beside the duties: leads of weeks, fallbacks, cleaning, sittings."""
    names = edition.problem.names

    def row(line: Reason) -> Sequence[object]:
        first, last = (line.days[0], line.days[-1]) if line.days else (None, None)
        weekday = WEEKDAYS[first.weekday()].say(lang) if first else ""
        who = join_items((names[worker] for worker in line.workers), lang)
        title = discovered()[line.rule].title.say(lang)
        return first, last if last != first else None, weekday, title, who, line.say(lang, names)

    columns = (
        Column(DATE, DAY),
        Column(UNTIL, DAY),
        Column(WEEKDAY),
        Column(RULE, LEFT),
        Column(WHO, LEFT, 50),
        Column(SENTENCE, LEFT, 90),
    )
    put_listing(page, columns, map(row, edition.arrangements), lang)


def write_stand_ins(page: Page, edition: Edition, lang: Lang) -> None:
    """Who could take each shift's duty where somebody cannot come, the first to be asked first (RULES 47, 48)."""
    problem = edition.problem

    def called(one: StandIn) -> str:
        worker = problem.worker_by_id[one.worker]
        phone = worker.phone if edition.reader.may_read(Private.PHONE, worker.id) else ""
        said = " ".join(filter(None, (problem.names[worker.id], phone)))
        return said + (NEEDS_OVERTIME.say(lang) if one.overtime else "")

    def row(slot: tuple[date, str], found: Sequence[StandIn]) -> Sequence[object]:
        day, code = slot
        crew = [duty.worker for duty in edition.roster.duties if (duty.day, duty.shift) == slot]
        names = join_items((problem.names[worker] for worker in crew), lang)
        named = [called(one) for one in found] or [NOBODY_FREE.say(lang)]
        return day, WEEKDAYS[day.weekday()].say(lang), code, names, *named, *[""] * (MOST_STAND_INS - len(named))

    columns = [Column(DATE, DAY), Column(WEEKDAY), Column(SHIFT, TEXT), Column(WHO, LEFT, 40)]
    columns += [Column(STAND_IN_PLACE.say(lang, n=n), LEFT, 34) for n in range(1, MOST_STAND_INS + 1)]
    made_on = edition.made_at.astimezone(ZoneInfo(problem.desk.zone)).date()
    found = stand_ins(problem, edition.rulebook, edition.roster, since=made_on)
    put_listing(page, columns, (row(*each) for each in found.items()), lang)


def write_gaps(page: Page, edition: Edition, lang: Lang) -> None:
    """The duties that nobody has, the worst first, each with those who could take it if something gave."""
    problem = edition.problem

    def row(gap: Gap) -> Sequence[object]:
        day = gap.violation.reason.days[0]
        named = [say_filler(one, problem, edition.reader, lang) for one in gap.fillers] or [NO_CANDIDATE.say(lang)]
        said = gap.violation.say(lang, problem.names)
        return day, WEEKDAYS[day.weekday()].say(lang), said, gap.harm, *named, *[""] * (MOST_FILLERS - len(named))

    columns = [Column(DATE, DAY), Column(WEEKDAY), Column(WHAT_IS_MISSING, LEFT, 44), Column(HARM)]
    columns += [Column(CANDIDATE.say(lang, n=n), LEFT, 44) for n in range(1, MOST_FILLERS + 1)]
    put_listing(page, columns, (row(gap) for gap in edition.gaps), lang)
