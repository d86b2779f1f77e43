"""Notice: how long before a duty begins somebody has to ask for its change, or gets to know of it.

Notice is counted in hours before the first duty concerned begins, not in days of
the calendar: a night of 00:00 that is asked off at 23:58 has two minutes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from scheduler.domain import Change, Duty, Leave, Note, Roster
from scheduler.i18n import Sentence, fill_in
from scheduler.timeline import DAY_MINUTES, ONE_DAY, instant
from scheduler.workflow.change_request import Cell, Request, RequestKind
from scheduler.workflow.in_force import Stretch

SUDDEN = ("sick", "work_injury")  # leave that cannot be asked for beforehand (RULES 76, 78)

HOURS, MINUTES = Sentence("{h} 小时", "{h} h"), Sentence("{m} 分钟", "{m} min")
HOURS_AND_MINUTES = Sentence("{h} 小时 {m} 分钟", "{h} h {m} min")
SHORT_NOTICE = Sentence(
    "{who}{day}的班也要改，离其“{shift}”班开始只有 {left}（按规定应提前 {notice}告知）",
    "{who}'s cell of {day} moves too, {left} before {shift} begins: {notice} of notice would be due to them",
)


class Beginning(NamedTuple):
    """When what a request is about begins: an instant, its day, and the shift; empty where the day itself counts."""

    at: int
    day: date
    shift: str = ""


def needs_notice(request: Request) -> bool:
    """Whether a request has to be made beforehand: who falls ill cannot, and a surge is nobody's doing."""
    sudden = request.leave is not None and request.leave.kind in SUDDEN
    return not sudden and request.kind not in (RequestKind.ABSENCE, RequestKind.SURGE, RequestKind.TABLES)


def first_beginning(request: Request, problem: Stretch, roster: Roster) -> Beginning | None:
    """The first duty that a request would change, or the first day where no duty of it is concerned.

    Leave counts from its first duty: days without one change nothing. Duties that
    the request gives to somebody count as those that it takes away.
    """
    cells = {at for at in (request.give, request.take) if at} | {Cell(one.worker, one.day) for one in request.cells}
    duties = {(at.day, code) for at in cells for code in roster.on(*at)}
    duties |= {(one.day, one.shift) for one in request.cells if one.shift}
    days = {at.day for at in cells}
    if asked := request.leave:
        here = [duty for duty in roster.duties if duty.worker == asked.worker]
        duties |= {(duty.day, duty.shift) for duty in here if takes_duty(asked, duty, problem)}
    if off := request.cancelled_leave:
        days |= {day for day in problem.dates if off.first <= day <= off.last}
    extra = request.overtime
    if extra and extra.start is None:
        days.add(extra.day)
    found = [
        Beginning(problem.true_span(day, code).start, day, code)
        for day, code in duties
        if code in problem.codes_on(day)
    ]
    if extra and extra.start is not None:
        found.append(Beginning(instant(extra.day, extra.start, problem.desk.zone), extra.day))
    found += [Beginning(instant(day, 0, problem.desk.zone), day) for day in days - {one.day for one in found}]
    return min(found, default=None)


def takes_duty(asked: Leave, duty: Duty, problem: Stretch) -> bool:
    """Whether leave takes a duty: one of its days, or of hours of leave one that overlaps them."""
    if not asked.is_part:
        return asked.covers(duty.day)
    month = problem.problem_on(duty.day)
    if month is None or duty.shift not in month.codes_on(duty.day):
        return False
    shift = month.shift_on(duty.day, duty.shift)
    spans = ((duty.day, 0), (duty.day + ONE_DAY, DAY_MINUTES))
    return any(asked.covers(day) and asked.takes(shift.start - off, shift.end - off) for day, off in spans)


def say_length(minutes: float) -> Sentence:
    """A length of time in hours and minutes, whatever is nought left out."""
    hours, rest = divmod(round(minutes), 60)
    if hours and rest:
        return fill_in(HOURS_AND_MINUTES, h=hours, m=rest)
    return fill_in(HOURS, h=hours) if hours else fill_in(MINUTES, m=rest)


def find_short_notice(
    request: Request, changes: Iterable[Change], problem: Stretch, now: int, hours: float
) -> Iterator[Note]:
    """Who gets to know of a change shorter before than is due to them, apart from the cells that the request names.

    Parameters
    ----------
    now : int
        The present instant, on the scale of `Problem.true_span`.
    hours : float
        The notice that is due to them.
    """
    own = {(one.worker, one.day) for one in request.cells}
    for change in changes:
        if (change.worker, change.day) in own:
            continue
        codes = [code for code in change.before + change.after if code in problem.codes_on(change.day)]
        at, shift = min(((problem.true_span(change.day, code).start, code) for code in codes), default=(now, ""))
        if shift and at - now < 60 * hours:
            facts = {"who": problem.names[change.worker], "day": change.day, "shift": shift}
            facts |= {"left": say_length(max(at - now, 0)), "notice": say_length(60 * hours)}
            yield Note(SHORT_NOTICE, tuple(facts.items()))
