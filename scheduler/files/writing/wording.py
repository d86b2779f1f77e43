"""Shifts, cells and changes in words, as papers and sheets print them."""

from __future__ import annotations

from datetime import date

from scheduler.domain import LEAVE_NAMES, Change, Problem, Shift
from scheduler.files.writing.labels import REST, span_said
from scheduler.i18n import Lang, Sentence, day_name, join_items

WORKS = Sentence("{shift} {times}", "{shift} {times}")
CELL_MOVED = Sentence("{day}：原 {before} → 现 {after}", "{day}: was {before} → now {after}")


def shift_called(shift: Shift) -> str:
    """A shift's code, name and post, each once."""
    return " ".join(dict.fromkeys(part for part in (shift.code, shift.name, shift.post) if part))


def shift_times(shift: Shift, lang: Lang) -> str:
    """First to last minute of a shift."""
    return span_said(shift.start, shift.end, lang)


def cell_said(problem: Problem, worker: str, day: date, codes: tuple[str, ...], lang: Lang) -> str:
    """What a person does on a day: shifts with their times, a kind of leave, or nothing."""
    if not codes:
        leave = problem.leave_days.get((worker, day))
        return (LEAVE_NAMES[leave.kind] if leave else REST).say(lang)
    known = problem.shift_by_code
    return join_items(
        (
            WORKS.say(lang, shift=shift_called(known[code]), times=shift_times(known[code], lang))
            if code in known
            else code
            for code in codes
        ),
        lang,
    )


def change_said(problem: Problem, change: Change, lang: Lang) -> str:
    """One line: the day, what stood there and what stands there now."""
    before = cell_said(problem, change.worker, change.day, change.before, lang) if change.before else REST.say(lang)
    after = cell_said(problem, change.worker, change.day, change.after, lang)
    return CELL_MOVED.say(lang, day=day_name(change.day, lang), before=before, after=after)
