"""What somebody typed and may have mistyped: entries of the tables without which an impossible month is possible."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from scheduler.audit.audit import audit
from scheduler.domain import Problem, Reason, Roster, Worker
from scheduler.i18n import Sentence
from scheduler.rules.book import Rulebook
from scheduler.solver.conflict import Conflict
from scheduler.solver.possible import find_any
from scheduler.time_limit import TimeLimit
from scheduler.timeline import days_between

MOST_TRIED = 24
SECONDS_EACH = 10.0

FIXED = Sentence("固定班表：{who} {day} “{shift}”", "the table of fixed duties: {who}, {day}, {shift}")
FIXED_OFF = Sentence("固定班表：{who} {day} 休息", "the table of fixed duties: {who}, {day}, a day off")
LEAVE = Sentence("请假表：{who} {day}至{until}", "the leave table: {who}, {day} to {until}")
LEAVE_OF_A_DAY = Sentence("请假表：{who} {day}", "the leave table: {who}, {day}")
OVERTIME = Sentence("加班审批表：{who} {day} {terms}", "the overtime table: {who}, {day}, {terms}")
NORM = Sentence("人员表：{who}的标准工时 {hours:g} 小时", "the people table: the norm of {who}, {hours:g} h")
SKILL = Sentence(
    "人员表：{who}的技能“{skill}”的起止日期", "the people table: from when to when {who} has the skill {skill}"
)
TRAINEE = Sentence("人员表：{who}从{start}起合格", "the people table: {who} qualified from {start}")
EMPLOYED = Sentence("人员表：{who}的入职、离职日期", "the people table: from when to when {who} is employed")
PROTECTED = Sentence("人员表：{who}的特殊保护", "the people table: the protection of {who}")
ONLY = Sentence("人员表：{who}只上{shifts}", "the people table: {who} has {shifts} only")
TERMS = Sentence("人员表：{who}的个人约定", "the people table: what is agreed with {who}")


class Entry(NamedTuple):
    """An entry of the tables, and the month without it.

    Attributes
    ----------
    said : Reason
        Which words itself.
    """

    said: Reason
    without: Problem


def find_mistakes(
    problem: Problem,
    rulebook: Rulebook,
    conflicts: Sequence[Conflict],
    rosters: Sequence[Roster] = (),
    *,
    time_limit: float = 30.0,
    seed: int = 0,
    cores: int = 2,
    allowed: Mapping[Reason, int] | None = None,
    tell: Callable[[Entry], None] = lambda entry: None,
) -> tuple[tuple[Entry, ...], bool]:
    """Find single entries of the tables without which the month is possible: a roster of that month is tried for each.

    Parameters
    ----------
    conflicts : sequence of Conflict
        Only entries that have to do with each of them are tried: no other can make the month possible.
    rosters : sequence of Roster
        Those of repairs, which may do.
    time_limit : float
        Wall seconds.

    Returns
    -------
    tuple of Entry, and bool
        Whether every such entry was tried to the end.
    """
    limit, found, whole = TimeLimit(time_limit), list[Entry](), True
    entries = [one for one in _entries(problem) if all(_concerns(one, problem, each) for each in conflicts)]
    for entry in entries[:MOST_TRIED] if conflicts else ():
        if limit.left <= 0:
            return tuple(found), False
        broken = (audit(entry.without, rulebook, roster).broken for roster in rosters)
        if any(all(one.reason in (allowed or {}) for one in each) for each in broken):
            found.append(entry)
            tell(entry)
            continue
        answer = find_any(
            entry.without,
            rulebook,
            time_limit=min(limit.left, SECONDS_EACH),
            seed=seed,
            cores=cores,
            allowed=allowed,
            hint=rosters[0] if rosters else None,
        )
        whole = whole and answer is not None
        if isinstance(answer, Roster):
            found.append(entry)
            tell(entry)
    return tuple(found), whole and len(entries) <= MOST_TRIED


def _entries(problem: Problem) -> Iterator[Entry]:
    """Every entry that somebody typed about one person, with the month without it."""
    for fixed in problem.fixed:
        sentence = FIXED if fixed.shift else FIXED_OFF
        said = Reason("", sentence, (fixed.worker,), (fixed.day,), (("shift", fixed.shift),))
        yield Entry(said, replace(problem, fixed=tuple(one for one in problem.fixed if one != fixed)))
    for leave in problem.leave:
        days = days_between(max(leave.first, problem.first), min(leave.last, problem.last))
        if leave.approved and days:
            sentence = LEAVE if len(days) > 1 else LEAVE_OF_A_DAY
            without = replace(problem, leave=tuple(one for one in problem.leave if one is not leave))
            yield Entry(Reason("", sentence, (leave.worker,), tuple(days)), without)
    for row in problem.overtime:
        said = Reason("", OVERTIME, (row.worker,), (row.day,), (("terms", row.terms),))
        yield Entry(said, replace(problem, overtime=tuple(one for one in problem.overtime if one is not row)))
    for worker in problem.workers:
        yield from _entries_of(problem, worker)


def _entries_of(problem: Problem, worker: Worker) -> Iterator[Entry]:
    """What the people table says of one person."""

    def entry(sentence: Sentence, changed: Worker, days: Sequence[date] = problem.dates, **facts: object) -> Entry:
        workers = tuple(changed if one is worker else one for one in problem.workers)
        return Entry(
            Reason("", sentence, (worker.id,), tuple(days), tuple(facts.items())), replace(problem, workers=workers)
        )

    if worker.norm_hours is not None:
        yield entry(NORM, replace(worker, norm_hours=None), hours=worker.norm_hours)
    for skill in worker.skills:
        lacking = [day for day in problem.dates if not worker.has_skill(skill.name, day)]
        if lacking:
            skills = tuple(one for one in worker.skills if one.name != skill.name)
            changed = replace(worker, skills=(*skills, skill._replace(first=None, last=None)))
            yield entry(SKILL, changed, lacking, skill=skill.name)
    lacking = [day for day in problem.dates if not worker.qualified(day)]
    if lacking:
        yield entry(TRAINEE, replace(worker, qualified_from=None), lacking, start=worker.qualified_from)
    lacking = [day for day in problem.dates if not worker.employed(day)]
    if lacking:
        yield entry(EMPLOYED, replace(worker, hired=None, leaves=None), lacking)
    protected = [day for day in problem.dates if worker.protected(day)]
    if protected:
        yield entry(PROTECTED, replace(worker, protections=()), protected)
    if worker.only_shifts:
        yield entry(ONLY, replace(worker, only_shifts=()), shifts="、".join(worker.only_shifts))
    if worker.terms != type(worker.terms)():
        yield entry(TERMS, replace(worker, terms=type(worker.terms)()))


ABOUT_ABILITY = (SKILL, TRAINEE, EMPLOYED)  # which keep a person out of what is asked of everybody together


def _concerns(entry: Entry, problem: Problem, conflict: Conflict) -> bool:
    """Whether an entry may have to do with a conflict: it is about a person in it, on a day in it."""
    (worker,), days = entry.said.workers, set(entry.said.days)
    for reason in conflict.reasons:
        mine = worker in reason.workers or (not reason.workers and entry.said.sentence in ABOUT_ABILITY)
        if mine and (not reason.days or any(reason.days[0] <= day <= reason.days[-1] for day in days)):
            return True
    return False
