"""Days, shifts, cover, cells and changes in words, as sheets and papers print them."""

from __future__ import annotations

from datetime import date

from scheduler.audit.statistics import Cover
from scheduler.domain import LEAVE_NAMES, Change, Day, DayKind, Problem, Shift, ShiftPeriod
from scheduler.domain.holidays import FESTIVALS
from scheduler.files.writing.labels import BREAKS, DAY_OFF, ELASTIC, HOLIDAY, PAID_BREAK, REST, WORKDAY
from scheduler.i18n import Lang, Sentence, day_name, join_items
from scheduler.timeline import clock_text

WORKS = Sentence("{shift} {times}", "{shift} {times}")
ON_DAYS = Sentence("{shift}（{first}日至{last}日）", "{shift} (days {first} to {last})")
CELL_MOVED = Sentence("{day}：原 {before} → 现 {after}", "{day}: was {before} → now {after}")


def name_shift(shift: Shift) -> str:
    """A shift's code, name and post, each once."""
    return " ".join(dict.fromkeys(part for part in (shift.code, shift.name, shift.post) if part))


def say_times(shift: Shift, lang: Lang) -> str:
    """First to last minute of a shift."""
    return say_span(shift.start, shift.end, lang)


def say_cell(problem: Problem, worker: str, day: date, codes: tuple[str, ...], lang: Lang) -> str:
    """What a person does on a day: shifts with their times, a kind of leave, or nothing."""
    if not codes:
        leave = problem.leave_days.get((worker, day))
        return (LEAVE_NAMES[leave.kind] if leave else REST).say(lang)
    known = problem.shifts_by_code_on(day)
    return join_items(
        (
            WORKS.say(lang, shift=name_shift(known[code]), times=say_times(known[code], lang))
            if code in known
            else code
            for code in codes
        ),
        lang,
    )


def say_change(problem: Problem, change: Change, lang: Lang) -> str:
    """One line: the day, what stood there and what stands there now."""
    before = say_cell(problem, change.worker, change.day, change.before, lang) if change.before else REST.say(lang)
    after = say_cell(problem, change.worker, change.day, change.after, lang)
    return CELL_MOVED.say(lang, day=day_name(change.day, lang), before=before, after=after)


def say_calendar(day: Day, lang: Lang) -> str:
    """How a day off, or worked in exchange, is marked; a festival by its name."""
    if day.kind == DayKind.STATUTORY:
        english = {zh: en for en, zh in FESTIVALS.items()} if lang == "en" else {}
        return join_items((english.get(name, name) for name in day.name.split("、")), lang) or HOLIDAY.say(lang)
    if day.kind == DayKind.NOTICE_OFF:
        return DAY_OFF.say(lang)
    return WORKDAY.say(lang) if day.kind == DayKind.MAKEUP_WORKDAY else ""


def say_shift(shift: Shift, lang: Lang) -> str:
    """A shift's code, name, post, times and breaks."""
    breaks = BREAKS.say(lang, breaks=say_breaks(shift, lang)) if shift.breaks else ""
    elastic = "" if shift.firm_end is None else ELASTIC.say(lang, from_=clock_text(shift.firm_end))
    return f"{name_shift(shift)} {say_times(shift, lang)}{elastic}{breaks}"


def say_period(problem: Problem, period: ShiftPeriod, lang: Lang) -> str:
    """What `say_shift` says of a shift, and on which days of the month it is so where not on all of them."""
    whole = (period.first, period.last) == (problem.first, problem.last)
    said = say_shift(period.shift, lang)
    return said if whole else ON_DAYS.say(lang, shift=said, first=period.first.day, last=period.last.day)


def say_breaks(shift: Shift, lang: Lang) -> str:
    """A shift's breaks, empty for none."""
    spans = ((say_span(rest_break.start, rest_break.end, lang), rest_break.paid) for rest_break in shift.breaks)
    return join_items((PAID_BREAK.say(lang, span=span) if paid else span for span, paid in spans), lang)


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
