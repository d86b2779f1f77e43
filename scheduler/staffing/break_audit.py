"""Check a plan of breaks against its terms, from the finished times alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from scheduler.domain import Duty, Note, Problem, Roster
from scheduler.i18n import Sentence
from scheduler.staffing.breaks import BreakPlan, BreakTerms, PlacedBreak
from scheduler.timeline import Span, clock_text, instant, joined

# --- The check ---------------------------------------------------------------

NO_ROOM = Sentence("班次“{shift}”放不下它的小休和用餐", "shift {shift} has no room for its breaks")
UNPLACED = Sentence("{day}的小休没有排出（{status}）", "the breaks of {day} were not placed ({status})")
WRONG_NUMBER = Sentence(
    "{who} {day}“{shift}”应有小休 {small} 次、用餐 {meals} 次，现为 {found} 次",
    "{who}, {day}, {shift}: {small} small breaks and {meals} meals are due, there are {found} in all",
)
WRONG_LENGTH = Sentence(
    "{who} {day} {at} 的休息应为 {minutes} 分钟", "{who}, {day}: the break at {at} should take {minutes} minutes"
)
TOO_EARLY_OR_LATE = Sentence(
    "{who} {day} {at} 的休息在上班头或下班前 {minutes} 分钟之内",
    "{who}, {day}: the break at {at} is within {minutes} minutes of the shift's ends",
)
MOVED_TOO_FAR = Sentence(
    "{who} {day} {at} 的用餐离班次表的时刻超过 {minutes} 分钟",
    "{who}, {day}: the meal at {at} is more than {minutes} minutes from its time in the shifts table",
)
TOO_CLOSE = Sentence(
    "{who} {day} {at} 的休息距前一次不足 {minutes} 分钟",
    "{who}, {day}: the break at {at} follows the one before in less than {minutes} minutes",
)
TOO_LONG = Sentence(
    "{who} {day}连续工作超过 {hours:h} 小时", "{who}, {day}: more than {hours:h} hours on end without a real break"
)
OFF_GRID = Sentence(
    "{who} {day} {at} 的休息不在 {minutes} 分钟的格上",
    "{who}, {day}: the break at {at} is off the grid of {minutes} min",
)
TOO_MANY_AWAY = Sentence(
    "{day} {at} 同时休息 {found} 人，最多 {most} 人", "{day}, {at}: {found} people on a break at once, {most} at most"
)
STRAY = Sentence("{who} {day}没有这个班，却有休息", "{who}, {day}: a break without a duty")


def break_faults(problem: Problem, terms: BreakTerms, roster: Roster, plan: BreakPlan) -> list[Note]:
    """Everything in a plan that the terms do not allow, in the order of duties."""
    found: list[Note] = []
    duties = set(roster.duties)
    for pause in plan.pauses:
        if pause.duty not in duties:
            found.append(_note(problem, STRAY, pause.duty))
    for duty in roster.duties:
        found += duty_faults(problem, terms, duty, sorted(plan.of(duty), key=lambda pause: pause.start))
    if terms.most_away is not None:
        zone = problem.desk.hours_zone
        steps: dict[int, int] = {}
        for pause in plan.pauses:
            start, end = instant(pause.duty.day, pause.start, zone), instant(pause.duty.day, pause.end, zone)
            steps[start] = steps.get(start, 0) + 1
            steps[end] = steps.get(end, 0) - 1
        away = 0
        for at in sorted(steps):
            before, away = away, away + steps[at]
            if away > terms.most_away and away > before:
                first = next(p for p in plan.pauses if instant(p.duty.day, p.start, zone) == at)
                facts = {"day": first.duty.day, "at": clock_text(first.start), "found": away, "most": terms.most_away}
                found.append(Note(TOO_MANY_AWAY, tuple(facts.items())))
    return found


def _note(problem: Problem, sentence: Sentence, duty: Duty, **facts: object) -> Note:
    who = problem.names[duty.worker]
    return Note(sentence, (("who", who), ("day", duty.day), ("shift", duty.shift), *facts.items()))


def duty_faults(problem: Problem, terms: BreakTerms, duty: Duty, pauses: Sequence[PlacedBreak]) -> Iterator[Note]:
    """Everything in one duty's breaks, given in order, that the terms do not allow."""
    shift = problem.shift_on(duty.day, duty.shift)
    small, meals = [p for p in pauses if not p.meal], [p for p in pauses if p.meal]
    due = terms.small(shift)
    if (len(small), len(meals)) != (due, len(shift.breaks)):
        yield _note(problem, WRONG_NUMBER, duty, small=due, meals=len(shift.breaks), found=len(pauses))
    lengths = [(pause, terms.minutes) for pause in small]
    for meal, tabled in zip(meals, shift.breaks, strict=False):
        lengths.append((meal, tabled.end - tabled.start))
        if abs(meal.start - tabled.start) > terms.meal_moves or meal.paid != tabled.paid:
            yield _note(problem, MOVED_TOO_FAR, duty, at=clock_text(meal.start), minutes=terms.meal_moves)
    for pause, minutes in lengths:
        if pause.end - pause.start != minutes:
            yield _note(problem, WRONG_LENGTH, duty, at=clock_text(pause.start), minutes=minutes)
    tabled_starts = {pause.start for pause in shift.breaks}
    for pause in pauses:
        at = clock_text(pause.start)
        if pause.start < shift.start + terms.edge or pause.end > shift.end - terms.edge:
            yield _note(problem, TOO_EARLY_OR_LATE, duty, at=at, minutes=terms.edge)
        if pause.start % terms.grid and not (pause.meal and pause.start in tabled_starts):
            yield _note(problem, OFF_GRID, duty, at=at, minutes=terms.grid)
    for one, two in pairwise(pauses):
        if two.start - one.end < terms.apart:
            yield _note(problem, TOO_CLOSE, duty, at=clock_text(two.start), minutes=terms.apart)
    cuts = [shift.start, *(cut for pause in pauses for cut in (pause.start, pause.end)), shift.end]
    work = [Span(*pair) for pair in zip(cuts[::2], cuts[1::2], strict=True)]
    if any(run.minutes > 60 * terms.longest_run_hours for run in joined(work, terms.run_break)):
        yield _note(problem, TOO_LONG, duty, hours=terms.longest_run_hours)
