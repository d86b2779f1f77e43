"""What speaks against a request before any rule is checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import date
from itertools import chain

from scheduler.domain import Leave, Month, Problem, Roster
from scheduler.i18n import Lang, Sentence, day_name, join_items
from scheduler.timeline import group_consecutive, instant
from scheduler.workflow.amendment import place_requested_cells
from scheduler.workflow.change_request import Cell, Request, RequestKind, RequestState, people_concerned, required_cells
from scheduler.workflow.in_force import Stretch
from scheduler.workflow.notice import first_beginning, needs_notice, say_length
from scheduler.workflow.overrides import Override

UNKNOWN_PERSON = Sentence("没有这个人：{who}", "there is no such person: {who}")
UNKNOWN_SHIFT = Sentence("没有班次“{shift}”", "there is no shift “{shift}”")
SPARED = Sentence(
    "{who}是本申请的当事人，不能同时写明不找⟦（--not）‖⟧",
    "{who} is part of the request and cannot be left out of it at once⟦ (--not)‖⟧",
)
SAME_PERSON = Sentence("{who}不能跟自己调班，也不能给自己顶班", "{who} cannot swap with or stand in for themselves")
OUTSIDE = Sentence("{days}不在 {month} 的排班表里", "{days} is not in the roster of {month}")
BEGUN = Sentence(
    "{who}在{days}的“{shift}”班已经开始，不能再改", "{who}'s duty on {days} ({shift}) has begun and cannot be changed"
)
PAST = Sentence(
    "{days}已经过去，不能再改：要记下实际情况，⟦请补记（--after-the-fact）‖由排班人在服务器上补记⟧",
    "{days} is past and cannot be changed: to enter what happened, ⟦use --after-the-fact‖whoever makes rosters enters it on the server⟧",
)
PAST_LEAVE = Sentence(
    "{days}已经过去，不能再请假：没来的，请⟦报缺勤（--absent 代替 --leave，其余照写）‖找班长或排班人报缺勤⟧",
    "{days} is past, and no leave can be asked of it: who was not there is reported absent (⟦--absent in place of --leave, the rest as it"
    " is‖by whoever leads a shift or makes the roster⟧)",
)
PAST_FOR_GOOD = Sentence("{days}已经过去，不能再改", "{days} is past and cannot be changed")
NOT_YET = Sentence(
    "{who}在{days}的班还没有开始，不用补记：照常申请",
    "nothing to enter after the fact: the duty of {who} on {days} has not begun",
)
TODAY_BEGUN = Sentence(
    "{days}已有班开始：新表最早从次日起用",
    "shifts of {days} have begun: changed tables hold from the day after at the earliest",
)
NO_AFTERWARDS = Sentence(
    "只有缺勤、调班、顶班、加班和改表可以补记",
    "only absences, swaps, stand-ins, overtime and edited cells can be entered afterwards",
)
NO_DUTY = Sentence("{who}在{days}没有班", "{who} has no duty on {days}")
MOVED = Sentence(
    "提出申请后{who}的班已变动，请重新申请",
    "the duties of {who} have changed since the request was made: make it again",
)
NOTHING = Sentence("照此申请，排班表没有任何变化", "the request changes nothing in the roster")
TAKEN = Sentence(
    "{who}在{days}的班已在第 {n} 号申请里", "the duty of {who} on {days} is already part of open request {n}"
)
ON_LEAVE = Sentence("{who}在{days}已批假", "{who} has approved leave on {days}")
NOT_EMPLOYED = Sentence("{who}在{days}不在职", "{who} is not employed on {days}")
NO_LEAVE = Sentence("{who}在{days}没有已批准的休假", "{who} has no approved leave on {days}")
ON_DUTY = Sentence("{who}在{days}自己有“{shift}”班", "{who} has a duty of their own on {days}: {shift}")
QUOTA = Sentence(
    "{who}在 {month} 已有 {n} 次调班或顶班（含待批），每月最多 {quota} 次",
    "{who} already has {n} swaps or stand-ins in {month}, open requests included; the limit is {quota} a month",
)
NOTICE = Sentence(
    "须提前 {notice}提出：离{days}“{shift}”班开始只有 {left}",
    "to be asked {notice} ahead: the duty of {days} ({shift}) begins in {left}",
)
NOTICE_OF_DAY = Sentence(
    "须提前 {notice}提出：离{days}开始只有 {left}", "to be asked {notice} ahead: {days} begins in {left}"
)
NOTICE_OF_OVERTIME = Sentence(
    "须提前 {notice}提出：离{days}加班开始只有 {left}",
    "to be asked {notice} ahead: the overtime of {days} begins in {left}",
)
AFTERWARDS = (RequestKind.ABSENCE, RequestKind.SWAP, RequestKind.STAND_IN, RequestKind.OVERTIME, RequestKind.EDIT)


@dataclass(frozen=True)
class Objection:
    """Something that speaks against a request.

    Attributes
    ----------
    workers : tuple of str
        Ids; they fill `{who}` in the sentence.
    days : tuple of date
        In order; they fill `{days}` in the sentence.
    facts : tuple of (name, value)
    override : Override or None
        As what an approver may set it aside, with a reason.
    """

    sentence: Sentence
    workers: tuple[str, ...] = ()
    days: tuple[date, ...] = ()
    facts: tuple[tuple[str, object], ...] = ()
    _: KW_ONLY
    override: Override | None = None

    @property
    def overridable(self) -> bool:
        """Whether it may be set aside."""
        return self.override is not None

    def say(self, lang: Lang, names: Mapping[str, str]) -> str:
        """The objection in one sentence, with people's names."""
        who = join_items((names.get(worker, worker) for worker in self.workers), lang)
        return self.sentence.say(lang, who=who, days=_say_days(self.days, lang), **dict(self.facts))


def _say_days(days: Iterable[date], lang: Lang) -> str:
    """The days in words; days that follow one another as a range."""
    to = Sentence("至", " to ").say(lang)
    ends = (dict.fromkeys((stretch[0], stretch[-1])) for stretch in group_consecutive(days))
    return join_items((to.join(day_name(day, lang) for day in both) for both in ends), lang)


def objections_to(
    request: Request,
    problem: Problem | Stretch,
    roster: Roster,
    others: Iterable[Request],
    today: date,
    quota: int | None = 2,
    notice_hours: float = 24.0,
    now: int | None = None,
) -> tuple[Objection, ...]:
    """Everything that speaks against a request before any rule is checked; most of it cannot be overridden.

    Parameters
    ----------
    problem : Problem or Stretch
        The month as it is asked now, approved requests included (see `amend_problem`); or the months, where the request
        reaches into several that are in force.
    roster : Roster
        The live roster.
    others : iterable of Request
        The desk's requests, those of other months included; the request itself may be among them.
    quota : int or None
        The most swaps and stand-ins, approved or open, in which a person may take part in
        the calendar month of the duties, on either side (RULES 67); `None` for no limit.
    notice_hours : float
        How long before the first duty concerned begins it has to be asked (RULES 81), see `first_beginning`;
        an absence, sick leave and a surge need no notice.
    now : int or None
        The present instant, on the scale of `Problem.true_span`: duties that have begun cannot change. Without it,
        the day has just begun and no duty has.
    """
    others = tuple(other for other in others if other.number != request.number)
    months = problem if isinstance(problem, Stretch) else Stretch.of([problem])
    if request.after_fact and request.kind != RequestKind.ABSENCE:
        return tuple(
            chain(
                _check_people(request, months),
                _check_outside(request, months),
                _check_after_fact(request, months, roster, today, now),
                _check_duties(request, roster),
                _check_own_duty(request, roster),
            )
        )
    return tuple(
        chain(
            _check_people(request, months),
            _check_outside(request, months),
            _check_past(request, months, roster, today, now),
            _check_duties(request, roster),
            _check_other_requests(request, months, [other for other in others if other.is_open]),
            _check_presence(request, months),
            _check_own_duty(request, roster),
            _check_quota(request, others, quota),
            _check_notice(request, months, roster, today, notice_hours, now),
        )
    )


def _days_of_leave(leave: Leave, problem: Stretch) -> tuple[date, ...]:
    """The days of the month that a leave covers."""
    return tuple(day for day in problem.dates if leave.first <= day <= leave.last)


def _single_days(request: Request) -> set[date]:
    """The days that a request is about, apart from days of leave."""
    days = {at.day for at in (request.give, request.take, request.overtime, *request.cells) if at}
    days |= {request.since} if request.since else set()
    return days | ({request.surge[0]} if request.surge else set())


def _leaves_of(request: Request) -> tuple[Leave, ...]:
    return tuple(leave for leave in (request.leave, request.cancelled_leave) if leave)


def _check_people(request: Request, problem: Stretch) -> Iterator[Objection]:
    asked = dict.fromkeys((*people_concerned(request), *(cell.worker for cell in request.cells)))
    people = (*asked, *(worker for worker in request.spared if worker not in asked))
    unknown = tuple(worker for worker in people if worker not in problem.worker_by_id)
    if unknown:
        yield Objection(UNKNOWN_PERSON, unknown)
    gone = (cell.shift for cell in request.cells if cell.shift and cell.shift not in problem.codes_on(cell.day))
    for shift in dict.fromkeys(gone):
        yield Objection(UNKNOWN_SHIFT, facts=(("shift", shift),))
    if len(request.sides) == 1:
        yield Objection(SAME_PERSON, request.sides)
    if spared := tuple(worker for worker in request.spared if worker in asked):
        yield Objection(SPARED, spared)


def _check_outside(request: Request, problem: Stretch) -> Iterator[Objection]:
    outside = {day for day in _single_days(request) if day not in problem.day_by_date}
    for leave in _leaves_of(request):
        outside |= set() if _days_of_leave(leave, problem) else {leave.first, leave.last}
    if outside:
        months = "、".join(str(month) for month in problem.months)
        yield Objection(OUTSIDE, days=tuple(sorted(outside)), facts=(("month", months),))


def _check_past(
    request: Request, problem: Stretch, roster: Roster, today: date, now: int | None
) -> Iterator[Objection]:
    """What is past or has begun does not change; but that somebody did not come can be said of any day."""
    if request.kind == RequestKind.ABSENCE:
        return
    past = {day for day in _single_days(request) if day < today}
    for leave in _leaves_of(request):
        past |= {day for day in (*_days_of_leave(leave, problem), leave.first) if day < today}
    if past:
        afterwards = PAST if request.kind in AFTERWARDS else PAST_FOR_GOOD
        sentence = PAST_LEAVE if request.kind == RequestKind.LEAVE else afterwards
        yield Objection(sentence, days=tuple(sorted(past)))
    if request.since == today and any(problem.has_begun(today, [code], today, now) for code in problem.codes_on(today)):
        yield Objection(TODAY_BEGUN, days=(today,))
    for cell in dict.fromkeys(Cell(fixed.worker, fixed.day) for fixed in request.cells):
        if cell.day < today:
            continue
        begun = [code for code in roster.on(*cell) if problem.has_begun(cell.day, [code], today, now)]
        if begun:
            yield Objection(BEGUN, (cell.worker,), (cell.day,), (("shift", "+".join(begun)),))


def _check_after_fact(
    request: Request, problem: Stretch, roster: Roster, today: date, now: int | None
) -> Iterator[Objection]:
    """Only what has begun can be entered after the fact."""
    if request.kind not in AFTERWARDS:
        yield Objection(NO_AFTERWARDS)
        return
    for fixed in request.cells:
        codes = (
            [fixed.shift, *roster.on(fixed.worker, fixed.day)] if fixed.shift else roster.on(fixed.worker, fixed.day)
        )
        if not problem.has_begun(fixed.day, codes, today, now):
            yield Objection(NOT_YET, (fixed.worker,), (fixed.day,))
    if request.overtime and request.overtime.day > today:
        yield Objection(NOT_YET, (request.overtime.worker,), (request.overtime.day,))


def _check_duties(request: Request, roster: Roster) -> Iterator[Objection]:
    cells = [cell for cell in (request.give, request.take) if cell]
    idle = [cell for cell in cells if not roster.on(*cell)]
    for cell in idle:
        yield Objection(NO_DUTY, (cell.worker,), (cell.day,))
    if idle or len(request.sides) == 1:
        return
    if set(required_cells(request, roster)) != set(request.cells) and request.give:
        yield Objection(MOVED, request.sides)
    elif request.cells and not request.leave and place_requested_cells(roster, request) == roster:
        yield Objection(NOTHING)


def cells_of(request: Request, problem: Stretch) -> set[Cell]:
    """The cells whose duty or leave a request would change."""
    cells = {Cell(fixed.worker, fixed.day) for fixed in request.cells}
    cells |= {cell for cell in (request.give, request.take) if cell}
    return cells | {Cell(leave.worker, day) for leave in _leaves_of(request) for day in _days_of_leave(leave, problem)}


def _check_other_requests(request: Request, problem: Stretch, waiting: Iterable[Request]) -> Iterator[Objection]:
    mine, absent = cells_of(request, problem), request.kind == RequestKind.ABSENCE
    for other in waiting:
        if absent and other.kind != RequestKind.ABSENCE:
            continue  # who cannot come cannot come, whatever else was asked: see `overtaking`
        shared = mine & cells_of(other, problem)
        for worker in sorted({cell.worker for cell in shared}):
            days = tuple(sorted(cell.day for cell in shared if cell.worker == worker))
            yield Objection(TAKEN, (worker,), days, (("n", other.number),))


def _check_presence(request: Request, problem: Stretch) -> Iterator[Objection]:
    wanted = {Cell(cell.worker, cell.day) for cell in request.cells if cell.shift}
    wanted |= {Cell(request.overtime.worker, request.overtime.day)} if request.overtime else set()
    asked, off = request.leave, request.cancelled_leave
    if asked:
        days = {Cell(asked.worker, day) for day in _days_of_leave(asked, problem)}
        wanted |= _days_without_work(days, problem) if request.kind == RequestKind.ABSENCE else days
    reasons: dict[tuple[str, Sentence], list[date]] = {}
    for worker, day in sorted(wanted):
        leave = problem.leave_days.get((worker, day))
        if asked and asked.is_part and not leave and worker == asked.worker:
            leave = next(
                (one for one in problem.leave_hours.get((worker, day), ()) if one.takes(asked.since, asked.until)), None
            )
        if worker in problem.worker_by_id and not problem.worker_by_id[worker].employed(day):
            reasons.setdefault((worker, NOT_EMPLOYED), []).append(day)
        elif leave:
            reasons.setdefault((worker, ON_LEAVE), []).append(day)
    yield from (Objection(sentence, (worker,), tuple(found)) for (worker, sentence), found in reasons.items())
    if off:
        away = [
            cell for cell, parts in problem.leave_hours.items() if any(one.takes(off.since, off.until) for one in parts)
        ]
        known = {*problem.leave_days, *away}
        at_work = tuple(day for day in _days_of_leave(off, problem) if (off.worker, day) not in known)
        if at_work:
            yield Objection(NO_LEAVE, (off.worker,), at_work)


def _days_without_work(days: set[Cell], problem: Stretch) -> set[Cell]:
    """The cells of an absence if the person would be at work on none of them anyway; otherwise no cell."""
    for worker, day in days:
        leave = problem.leave_days.get((worker, day))
        known = problem.worker_by_id.get(worker)
        if known is None or (known.employed(day) and (leave is None or problem.desk.leave_kind(leave.kind).worked)):
            return set()
    return days


def _check_own_duty(request: Request, roster: Roster) -> Iterator[Objection]:
    if not request.give:
        return
    given = {(cell.worker, cell.day) for cell in (request.give, request.take) if cell}
    for cell in dict.fromkeys(Cell(cell.worker, cell.day) for cell in request.cells if cell.shift):
        if cell not in given and roster.on(*cell):
            facts = (("shift", "+".join(roster.on(*cell))),)
            yield Objection(ON_DUTY, (cell.worker,), (cell.day,), facts, override=Override.OWN_DUTY)


def _months_of(request: Request) -> set[Month]:
    return {Month.of(cell.day) for cell in (request.give, request.take) if cell}


def _check_quota(request: Request, others: Iterable[Request], quota: int | None) -> Iterator[Objection]:
    if quota is None:
        return
    counted = [other for other in others if other.is_open or other.state == RequestState.APPROVED]
    for worker in request.sides:
        for month in sorted(_months_of(request)):
            so_far = sum(worker in other.sides and month in _months_of(other) for other in counted)
            if so_far >= quota:
                facts = (("month", month), ("n", so_far), ("quota", quota))
                yield Objection(QUOTA, (worker,), facts=facts, override=Override.QUOTA)


def _check_notice(
    request: Request, problem: Stretch, roster: Roster, today: date, notice_hours: float, now: int | None
) -> Iterator[Objection]:
    first = first_beginning(request, problem, roster) if needs_notice(request) else None
    if first is None or first.day < today:
        return
    left = first.at - (instant(today, 0, problem.desk.zone) if now is None else now)
    if left < 60 * notice_hours:
        facts = (("notice", say_length(60 * notice_hours)), ("left", say_length(max(left, 0))), ("shift", first.shift))
        is_timed = request.overtime is not None and request.overtime.start is not None
        sentence = NOTICE if first.shift else NOTICE_OF_OVERTIME if is_timed else NOTICE_OF_DAY
        yield Objection(sentence, days=(first.day,), facts=facts, override=Override.NOTICE)
