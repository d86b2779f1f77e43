"""Who could fill a gap, in words: what stands in the way, as far as it is a reader's business, and what it would cost."""

from __future__ import annotations

from scheduler.audit.gaps import Filler
from scheduler.domain import Problem
from scheduler.i18n import Lang, Sentence
from scheduler.workflow.readers import Reader
from scheduler.workflow.redaction import say_finding

LEGAL = Sentence("不用别的", "nothing stands in the way")
OVERTIME = Sentence("须先批加班 {hours:h} 小时", "after {hours:h} h of overtime are approved")
AND_MORE = Sentence("{what}，另有 {n} 处", "{what}, and {n} more")
FILLER = Sentence("{who}上“{shift}”（{how}；代价 {cost:+d}）", "{who} on {shift} ({how}; cost {cost:+d})")


def say_filler(one: Filler, problem: Problem, reader: Reader, lang: Lang) -> str:
    """Somebody, the shift, what stands in the way, and what the roster's compromises would cost more."""
    how = say_obstacle_of(one, problem, reader, lang)
    return FILLER.say(lang, who=problem.names[one.ranked.worker], shift=one.shift.code, how=how, cost=one.cost)


def say_obstacle_of(one: Filler, problem: Problem, reader: Reader, lang: Lang) -> str:
    """The overtime that has to be approved first, or the rule that would have to give."""
    if one.ranked.overtime:
        return OVERTIME.say(lang, hours=one.ranked.overtime.minutes / 60)
    if not one.ranked.broken:
        return LEGAL.say(lang)
    first = say_finding(one.ranked.broken[0], reader, problem.names, lang)
    more = len(one.ranked.broken) - 1
    return AND_MORE.say(lang, what=first, n=more) if more else first
