"""Days, shifts, cover, cells and changes in words, as sheets and papers print them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from scheduler.audit.statistics import Cover
from scheduler.domain import COMPENSATION_NAMES, Break, Day, DayKind, Month, Problem, Shift, ShiftPeriod
from scheduler.domain.holidays import FESTIVALS
from scheduler.files.writing.labels import (
    BREAK_PLAN,
    BREAKS,
    BREAKS_ON_SHEET,
    DAY_OFF,
    ELASTIC,
    HOLIDAY,
    MONTH,
    PAID_BREAK,
    REST,
    STANDBY,
    WORKDAY,
)
from scheduler.i18n import MONTHS, Lang, Sentence, day_name, join_items
from scheduler.timeline import DAY_MINUTES, clock_text
from scheduler.workflow.holdings import MovedDay, PrintedDay, PrintedDuty, PrintedOvertime

WORKS = Sentence("{shift} {times}", "{shift} {times}")
ON_DAYS = Sentence("{shift}（{first}日至{last}日）", "{shift} (days {first} to {last})")
PAID = Sentence("{what}，计 {hours:h} 小时", "{what}, {hours:h} h paid")
OVERTIME_AT = Sentence("加班 {times}（{compensation}）", "overtime {times} ({compensation})")
CELL_MOVED = Sentence("{day}：原 {before} → 现 {after}", "{day}: was {before} → now {after}")


def say_month(month: Month, lang: Lang) -> str:
    """A month's name with its year."""
    return MONTH.say(lang, year=month.year, month=month.month, name=MONTHS[month.month - 1])


def name_shift(shift: Shift) -> str:
    """A shift's code, name and post, each once."""
    return " ".join(dict.fromkeys(part for part in (shift.code, shift.name, shift.post) if part))


def say_times(shift: Shift, lang: Lang) -> str:
    """First to last minute of a shift."""
    return say_span(shift.start, shift.end, lang)


AWAY_AT = Sentence("{kind} {times}", "{kind} {times}")


def say_duty(problem: Problem, day: date, duty: PrintedDuty, lang: Lang, *, breaks: bool = True) -> str:
    """A duty that papers print: shift, times and, where asked, breaks; a shift that the desk no longer has by its code."""
    shift = problem.shifts_by_code_on(day).get(duty.shift)
    times = say_span(_minute(day, duty.start), _minute(day, duty.end), lang)
    said = WORKS.say(lang, shift=name_shift(shift) if shift else duty.shift, times=times)
    if breaks and duty.breaks:
        said += BREAKS.say(lang, breaks=join_items((say_span(*one, lang) for one in duty.breaks), lang))
    return said


def say_day(problem: Problem, day: date, printed: PrintedDay, lang: Lang, *, breaks: bool = True) -> str:
    """What papers print of a person's day: duties, a kind of leave, or a day off; overtime; what they stand by for."""
    said = [say_duty(problem, day, duty, lang, breaks=breaks) for duty in printed.duties]
    said += [STANDBY.say(lang, shift=say_duty(problem, day, one, lang, breaks=False)) for one in printed.standby]
    if not said and (printed.leave or not printed.overtime):
        said = [(problem.desk.leave_label(printed.leave) if printed.leave else REST).say(lang)]
    away = (
        AWAY_AT.say(lang, kind=problem.desk.leave_label(part.kind), times=say_span(part.start, part.end, lang))
        for part in printed.away
    )
    return join_items([*said, *(say_overtime(day, extra, lang) for extra in printed.overtime), *away], lang)


def say_overtime(day: date, extra: PrintedOvertime, lang: Lang) -> str:
    """Overtime that papers print: its times, and how it is made good."""
    times = say_span(_minute(day, extra.start), _minute(day, extra.end), lang)
    return OVERTIME_AT.say(lang, times=times, compensation=COMPENSATION_NAMES[extra.compensation])


def _minute(day: date, at: datetime) -> int:
    """A moment in minutes of a day."""
    return DAY_MINUTES * (at.date() - day).days + 60 * at.hour + at.minute


def say_moved(problem: Problem, moved: MovedDay, lang: Lang) -> str:
    """One line: the day, what was printed there and what stands there now."""
    before = say_day(problem, moved.day, moved.before, lang, breaks=False)
    after = say_day(problem, moved.day, moved.after, lang)
    if before == say_day(problem, moved.day, moved.after, lang, breaks=False):  # the breaks are what has moved
        before = say_day(problem, moved.day, moved.before, lang)
    if before == after:
        before, after = (
            PAID.say(lang, what=said, hours=sum(duty.paid_hours for duty in printed.duties))
            for said, printed in ((before, moved.before), (after, moved.after))
        )
    return CELL_MOVED.say(lang, day=day_name(moved.day, lang), before=before, after=after)


def say_calendar(day: Day, lang: Lang) -> str:
    """How a day off, or worked in exchange, is marked; a festival by its name."""
    if day.kind == DayKind.STATUTORY:
        english = {zh: en for en, zh in FESTIVALS.items()} if lang == "en" else {}
        return join_items((english.get(name, name) for name in day.name.split("、")), lang) or HOLIDAY.say(lang)
    if day.kind == DayKind.NOTICE_OFF:
        return DAY_OFF.say(lang)
    return WORKDAY.say(lang) if day.kind == DayKind.MAKEUP_WORKDAY else ""


def say_shift(shift: Shift, lang: Lang, *, placed: bool = False) -> str:
    """A shift's code, name, post, times and breaks; where breaks are placed for each duty, on which sheet they are."""
    breaks = BREAKS.say(lang, breaks=say_breaks(shift.breaks, lang)) if shift.breaks else ""
    if placed:
        breaks = BREAKS_ON_SHEET.say(lang, sheet=BREAK_PLAN)
    elastic = "" if shift.firm_end is None else ELASTIC.say(lang, from_=clock_text(shift.firm_end))
    return f"{name_shift(shift)} {say_times(shift, lang)}{elastic}{breaks}"


def say_period(problem: Problem, period: ShiftPeriod, lang: Lang, *, placed: bool = False) -> str:
    """What `say_shift` says of a shift, and on which days of the month it is so where not on all of them."""
    whole = (period.first, period.last) == (problem.first, problem.last)
    said = say_shift(period.shift, lang, placed=placed)
    return said if whole else ON_DAYS.say(lang, shift=said, first=period.first.day, last=period.last.day)


def say_breaks(breaks: Iterable[Break], lang: Lang, *, paid: bool = True) -> str:
    """Breaks in order, empty for none; with `paid`, which of them are."""
    spans = ((say_span(pause.start, pause.end, lang), pause.paid and paid) for pause in breaks)
    return join_items((PAID_BREAK.say(lang, span=span) if is_paid else span for span, is_paid in spans), lang)


def say_span(start: int, end: int, lang: Lang) -> str:
    """A span in minutes of the day, as clocks show it."""
    text = f"{clock_text(start)}–{clock_text(end)}"
    return text.replace("+1 ", "次日") if lang == "zh" else text


def cover_sign(cover: Cover) -> str:
    """The mark of cover that is not what was asked for; empty where it is."""
    if cover.heads < cover.target:
        return "✗" if cover.heads < cover.least else "▽"
    return "△" if cover.most is not None and cover.heads > cover.most else ""


def say_cover(cover: Cover) -> str:
    """Heads against target, marked."""
    return f"{cover.heads}/{cover.target}{cover_sign(cover)}"
