"""Overtime that is asked for: when it is worked, and what speaks against it before any rule is checked.

The law's caps and its protection hold here whatever rules the version in force was
made with; what the desk's own rules say comes from the audit. Overtime that is
entered after the fact is refused for nothing but contradiction, and for time off
where the law has it paid.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from scheduler.audit.statistics import count_overtime
from scheduler.domain import (
    COMPENSATION_NAMES,
    Compensation,
    DayKind,
    HoursSystem,
    Note,
    Overtime,
    Problem,
    ProtectionKind,
    Roster,
    taken_by,
)
from scheduler.i18n import Sentence
from scheduler.timeline import DAY_MINUTES, ONE_DAY, Span, days_between, instant, overlap
from scheduler.workflow.change_request import Request, RequestKind
from scheduler.workflow.in_force import Stretch
from scheduler.workflow.objections import Objection

STANDARD, MORE_A_DAY, MORE_A_MONTH = 8 * 60, 3 * 60, 36 * 60  # minutes; Labour Law 36, 41

FOLLOWS = Sentence(
    "没有写时间：按接着{who}{day}的“{shift}”班算，即 {times}",
    "no time was given: taken to follow {who}'s duty of {day} ({shift}) at once, {times}",
)
LONGER = Sentence(
    "紧接{who}{day}的“{shift}”班，算该日的加班（{times}）",
    "it follows {who}'s duty of {day} ({shift}) at once and is overtime of that day ({times})",
)
MADE_GOOD = Sentence("加班补偿：{compensation}", "the overtime is made good by: {compensation}")
NO_TIME = Sentence(
    "{who}在{days}没有班，不知加班从几点到几点：请写明⟦（--times 18:00-20:00）‖⟧",
    "{who} has no duty on {days} that overtime could follow: say from when to when⟦ (--times 18:00-20:00)‖⟧",
)
TOO_LONG = Sentence("一次加班不超过 24 小时，现为 {hours:h} 小时", "overtime has at most 24 h, not {hours:h} h")
OVERLAPS = Sentence(
    "{who}在{days}加班（{times}）与本人“{shift}”班重叠",
    "the overtime of {who} on {days} ({times}) overlaps their {shift}",
)
OVERLAPS_OTHER = Sentence(
    "{who}在{days}加班（{times}）与已批的加班（{others}）重叠",
    "the overtime of {who} on {days} ({times}) overlaps overtime that is approved ({others})",
)
ASKED_ALREADY = Sentence(
    "{who}在{days}加班（{times}）与第 {n} 号申请的加班（{others}）重叠",
    "the overtime of {who} on {days} ({times}) overlaps that of open request {n} ({others})",
)
BEGUN = Sentence(
    "{who}在{days}的加班（{times}）已经开始：要记下实际情况，⟦请补记（--after-the-fact）‖由排班人在服务器上补记⟧",
    "the overtime of {who} on {days} ({times}) has begun: to enter what happened,"
    " ⟦use --after-the-fact‖whoever makes rosters enters it on the server⟧",
)
NOT_OVER = Sentence(
    "{who}在{days}的加班（{times}）还没有结束，不能补记",
    "the overtime of {who} on {days} ({times}) is not over yet and cannot be entered after the fact",
)
PROTECTED = Sentence(
    "{who}在{days}受特殊保护（{kind}），不得加班（{article}）",
    "{who} is protected on {days} ({kind}): no overtime ({article})",
)
TOO_MUCH_A_DAY = Sentence(
    "{who}在{days}连同加班共 {found:h} 小时：每天 8 小时，加班至多 3 小时（劳动法第36、41条）",
    "{who} would work {found:h} h on {days} with the overtime: 8 h a day, and at most 3 h more (Labour Law 36, 41)",
)
TOO_MUCH_A_MONTH = Sentence(
    "{who}在 {month} 加班将达 {found:h} 小时，每月至多 36 小时（劳动法第41条）",
    "{who} would have {found:h} h of overtime in {month}: at most 36 h a month (Labour Law 41)",
)
NOT_TO_BE_GIVEN_BACK = Sentence(
    "{who}在{days}的加班（{times}）不在休息日，须付加班费，不能折调休（劳动法第44条，只有休息日的可以）：请⟦去掉 --time-off‖改为加班费⟧",
    "the overtime of {who} on {days} ({times}) is not on a day off and cannot be given back as time off, but is to be paid (Labour Law"
    " 44: for days off alone): ⟦leave out --time-off‖have it paid⟧",
)
KINDS = {
    ProtectionKind.PREGNANT: (
        Sentence("怀孕七个月以上", "pregnant from the seventh month"),
        Sentence("劳动法第61条", "Labour Law 61"),
    ),
    ProtectionKind.NURSING: (
        Sentence("哺乳未满一周岁婴儿", "nursing a child under one"),
        Sentence("劳动法第63条", "Labour Law 63"),
    ),
    ProtectionKind.MINOR: (
        Sentence("未成年工", "minor"),
        Sentence("未成年人保护法第61条", "protection of minors 61"),
    ),
}


def place_overtime(request: Request, problem: Stretch, roster: Roster) -> tuple[Request, tuple[Note, ...]]:
    """A request for overtime with the time at which it is worked, and what was assumed of it.

    Without a time it follows the day's last duty at once; where there is none, it
    is left without one. What follows the duty of the day before at once belongs to
    that day.
    """
    asked = request.overtime
    if request.kind != RequestKind.OVERTIME or asked is None:
        return request, ()
    placed, sentence, shift = _placed(asked, problem, roster)
    notes = []
    if sentence:
        who = problem.names.get(placed.worker, placed.worker)
        facts = {"who": who, "day": placed.day, "shift": shift, "times": placed.times}
        notes.append(Note(sentence, tuple(facts.items())))
    notes.append(Note(MADE_GOOD, (("compensation", COMPENSATION_NAMES[placed.compensation]),)))
    return replace(request, overtime=placed), tuple(notes)


def _placed(asked: Overtime, problem: Stretch, roster: Roster) -> tuple[Overtime, Sentence | None, str]:
    """Overtime with its time, the sentence that says how that was found, and the shift that it follows."""
    if asked.start is None:
        ends = _ends(problem, roster, asked.worker, asked.day)
        if not ends:
            return asked, None, ""
        end, shift = max(ends)
        return asked._replace(start=end), FOLLOWS, shift
    eve = asked.day - ONE_DAY
    if problem.problem_on(eve) is not None:
        for end, shift in _ends(problem, roster, asked.worker, eve):
            if end == asked.start + DAY_MINUTES:
                return asked._replace(day=eve, start=end), LONGER, shift
    return asked, None, ""


def _ends(problem: Stretch, roster: Roster, worker: str, day: date) -> list[tuple[int, str]]:
    """When the duties of somebody's day end, in minutes of that day, with their shifts."""
    month = problem.problem_on(day)
    if month is None:
        return []
    return [(month.shift_on(day, code).end, code) for code in roster.on(worker, day) if code in month.codes_on(day)]


def overtime_objections(
    request: Request,
    problem: Stretch,
    roster: Roster,
    others: Iterable[Request],
    now: int | None = None,
    *,
    planned: Roster | None = None,
    system: HoursSystem = HoursSystem.STANDARD,
) -> tuple[Objection, ...]:
    """What speaks against overtime that is asked for, before any rule is checked; none of it can be overridden.

    Parameters
    ----------
    problem : Stretch
        The months as they are asked now, approved overtime included.
    roster : Roster
        The duties in force, as worked.
    others : iterable of Request
        The desk's requests; the request itself may be among them.
    now : int or None
        The present instant, on the scale of `Problem.true_span`.
    planned : Roster, optional
        The duties in force, as planned, where that is otherwise.
    system : HoursSystem
        Under which the person works.
    """
    asked = request.overtime
    month = problem.problem_on(asked.day) if asked else None
    if request.kind != RequestKind.OVERTIME or asked is None or month is None or asked.worker not in month.worker_by_id:
        return ()
    if asked.start is None:
        return (Objection(NO_TIME, (asked.worker,), (asked.day,)),)
    span = _span(asked, month)
    found = [*_contradictions(request, asked, span, problem, roster, others)]
    if asked.compensation == Compensation.TIME_OFF:
        may = _may_be_given_back(asked, problem, month, planned or roster, system)
        found += [] if may else [_objection(NOT_TO_BE_GIVEN_BACK, asked)]
    start, end = (instant(asked.day, minute, month.desk.zone) for minute in (asked.start, asked.start + asked.minutes))
    if request.after_fact:
        found += [_objection(NOT_OVER, asked)] if now is not None and end > now else []
        return tuple(found)
    found += [_objection(BEGUN, asked)] if now is not None and start <= now else []
    return (*found, *_against_the_law(asked, month, roster))


def _span(overtime: Overtime, month: Problem) -> Span:
    """When it is worked, on the scale of `Problem.span`."""
    start = overtime.start or 0
    return Span(month.minute_at(overtime.day, start), month.minute_at(overtime.day, start + overtime.minutes))


def _objection(sentence: Sentence, asked: Overtime, **facts: object) -> Objection:
    return Objection(sentence, (asked.worker,), (asked.day,), (("times", asked.times), *facts.items()))


def _contradictions(
    request: Request, asked: Overtime, span: Span, problem: Stretch, roster: Roster, others: Iterable[Request]
) -> Iterator[Objection]:
    """Nobody does two things at a time, and no day has more than its hours."""
    if asked.minutes > DAY_MINUTES:
        yield Objection(TOO_LONG, (asked.worker,), (asked.day,), (("hours", round(asked.minutes / 60, 2)),))
    for day in days_between(asked.day - 2 * ONE_DAY, asked.day + 2 * ONE_DAY):
        month = problem.problem_on(day)
        for code in roster.on(asked.worker, day) if month else ():
            if month and code in month.codes_on(day) and any(overlap(span, at) for at in month.segments(day, code)):
                yield _objection(OVERLAPS, asked, shift=code)
    known = {work for month in problem.problems for work in month.extra_work.get(asked.worker, ())}
    for work in sorted(known):
        if overlap(span, work.span):
            yield _objection(OVERLAPS_OTHER, asked, others=work.overtime.times)
    for other in others:
        mine = other.overtime if other.is_open and other.number != request.number else None
        there = (
            problem.problem_on(mine.day) if mine and mine.worker == asked.worker and mine.start is not None else None
        )
        if mine and there and overlap(span, _span(mine, there)):
            yield _objection(ASKED_ALREADY, asked, n=other.number, others=mine.times)


def _may_be_given_back(asked: Overtime, problem: Stretch, month: Problem, roster: Roster, system: HoursSystem) -> bool:
    """Whether the law lets overtime be given back as time off: on free days that are no statutory holidays (`hr.hours`)."""
    if system == HoursSystem.IRREGULAR:
        return True
    last = asked.day + ONE_DAY * (((asked.end or 1) - 1) // DAY_MINUTES)
    known = problem.day_by_date
    if any(known[day].kind == DayKind.STATUTORY for day in days_between(asked.day, last) if day in known):
        return False
    return system != HoursSystem.STANDARD or not taken_by(month, roster, asked.worker, asked.day)


def _against_the_law(asked: Overtime, month: Problem, roster: Roster) -> Iterator[Objection]:
    """The law's protection, and its caps by day and month."""
    person = month.worker_by_id[asked.worker]
    last = asked.day + ONE_DAY * (((asked.end or 1) - 1) // DAY_MINUTES)
    protection = next(filter(None, map(person.protected, days_between(asked.day, last))), None)
    if protection:
        kind, article = KINDS[protection.kind]
        yield _objection(PROTECTED, asked, kind=kind, article=article)
    paid = sum(month.paid_minutes(asked.day, code) for code in roster.on(asked.worker, asked.day))
    whole = paid + month.extra_minutes(asked.worker, [asked.day]) + asked.minutes
    if whole > STANDARD + MORE_A_DAY:
        yield _objection(TOO_MUCH_A_DAY, asked, found=round(whole / 60, 2))
    total = sum(count_overtime(month, roster).get(asked.worker, {}).values()) + asked.minutes
    if total > MORE_A_MONTH:
        yield _objection(TOO_MUCH_A_MONTH, asked, month=month.month, found=round(total / 60, 2))
