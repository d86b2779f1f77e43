"""How a desk counts, where the defaults make its old rosters break rules, or leave its next month without a roster."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from scheduler.adopting.habits import OldMonth
from scheduler.audit.audit import audit
from scheduler.audit.first_words import first_words
from scheduler.audit.obstacle_words import say_obstacle
from scheduler.domain import Desk, Problem
from scheduler.domain.holidays import day_types
from scheduler.i18n import LANGS, Sentence, as_template, fill_in
from scheduler.rules.book import discovered, read_rulebook
from scheduler.timeline import DAY_MINUTES, clock_text

LATEST = 3 * 60  # minutes past midnight up to which a shift is one of the evening before
SIX_DAYS = tuple(range(6))  # Monday to Saturday
MOST_TOLD = 3  # obstacles of the next month

TAIL = Sentence(
    "班次最晚到次日 {end}，之后的那天仍算空：按默认算，老排班表违反 {rules}，这样算一处也没有",
    "shifts end at {end} of the next day at the latest, and that day counts as free: by the default the old rosters break {rules},"
    " and counted so they do nowhere",
)
NORM = Sentence(
    "标准工时按每周六天算：按默认算，老排班表违反 {rules}，{month} 也排不出这么多班；这样算排得出来",
    "the norm of hours counts six days a week: by the default the old rosters break {rules}, and {month} has no roster with so many duties;"
    " counted so it has",
)
OF_RULE = Sentence("{title} {n} 处", "{title} {n} times")
NO_NEXT = Sentence(
    "按提出的人员、需求和设置，{month} 不用求解就能看出排不出来（{what}）：请先核对需求的最少人数、人员和工时",
    "by the proposed people, need and settings {month} has no roster, as can be seen without a search ({what}): check the least numbers"
    " of the need, the people and their hours first",
)


@dataclass(frozen=True)
class Convention:
    """A setting of `[desk]` by which the old rosters break less, and nothing more.

    Attributes
    ----------
    value : int or tuple of int
        Minutes, or weekdays from Monday (0).
    """

    key: str
    value: int | tuple[int, ...]
    evidence: Sentence


def find_conventions(
    desk: Desk, months_of: Callable[[Desk], Sequence[OldMonth]], whole_of: Callable[[Desk], Sequence[OldMonth]]
) -> list[Convention]:
    """The settings of a desk for which its old rosters speak.

    The tail of late shifts where rules that are broken without it are kept throughout with it; the norm of six days a week
    where less is broken by it and the month after the old rosters can be met on paper with it alone.

    Parameters
    ----------
    months_of : callable
        The old rosters as a desk with such settings has them, of the people whose days are all understood.
    whole_of : callable
        The same of everybody, after which the next month comes.
    """
    found: list[Convention] = []
    months = months_of(desk)
    before = _broken(months)
    if past := _past_midnight(months):
        tailed = months_of(replace(desk, tail_minutes=past))
        after = _broken(tailed)
        mended = [rule for rule in before if not after[rule]]
        if mended and all(after[rule] <= before[rule] for rule in after):
            said = fill_in(TAIL, end=clock_text(past), rules=_counted(before, mended))
            found.append(Convention("tail_minutes", past, said))
            desk, months, before = replace(desk, tail_minutes=past), tailed, after
    six = replace(desk, workdays=SIX_DAYS)
    after = _broken(months_of(six))
    fewer = [rule for rule in before if after[rule] < before[rule]]
    if fewer and all(after[rule] <= before[rule] for rule in after):
        coming = month_after(whole_of(desk))
        if list(_obstacles(coming)) and not list(_obstacles(month_after(whole_of(six)))):
            said = fill_in(NORM, rules=_counted(before, fewer), month=coming.month)
            found.append(Convention("workdays", SIX_DAYS, said))
    return found


def without_roster(months: Sequence[OldMonth]) -> Sentence | None:
    """What stands against the month after the old rosters on paper, if anything does."""
    coming = month_after(months)
    told = list(_obstacles(coming))[:MOST_TOLD]
    if not told:
        return None
    said = Sentence(*("; ".join(as_template(one.say(lang)) for one in told) for lang in LANGS))
    return fill_in(NO_NEXT, month=coming.month, what=said)


def month_after(months: Sequence[OldMonth]) -> Problem:
    """The calendar month after the last of the old rosters, as the same desk has it."""
    last = months[-1]
    days = day_types(last.problem.month.next.days(), last.problem.desk.calendar)
    return replace(
        last.problem, days=days, leave=(), history=tuple(last.roster.duties), history_from=last.problem.first
    )


def _past_midnight(months: Sequence[OldMonth]) -> int:
    """Minutes past midnight of the evening shift that ends last; 0 for none."""
    shifts = [shift for month in months for shift in month.problem.shifts]
    late = (shift.end - DAY_MINUTES for shift in shifts if shift.start < DAY_MINUTES < shift.end)
    return max((past for past in late if past <= LATEST), default=0)


def _broken(months: Sequence[OldMonth]) -> Counter[str]:
    """How often each rule is broken by the old rosters."""
    rulebook = read_rulebook({})
    return Counter(
        violation.reason.rule for month in months for violation in audit(month.problem, rulebook, month.own).broken
    )


def _counted(broken: Counter[str], rules: Sequence[str]) -> Sentence:
    said = [fill_in(OF_RULE, title=discovered()[rule].title, n=broken[rule]) for rule in rules]
    return Sentence("、".join(one.zh for one in said), ", ".join(one.en for one in said))


def _obstacles(problem: Problem) -> Iterator[Sentence]:
    for one in first_words(problem, read_rulebook({})).obstacles:
        yield Sentence(*(as_template(say_obstacle(one, problem, lang)) for lang in LANGS))
