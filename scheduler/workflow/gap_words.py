"""Open duties in words; who could fill one: what stands in the way, as far as it is a reader's business, and what it would cost."""

from __future__ import annotations

from collections.abc import Sequence

from scheduler.audit.gaps import Filler
from scheduler.audit.open_duties import OpenDuty
from scheduler.domain import Problem
from scheduler.i18n import LANGS, Lang, Sentence, as_template, fill_in
from scheduler.workflow.readers import Reader
from scheduler.workflow.redaction import say_finding

LEGAL = Sentence("不用别的", "nothing stands in the way")
OVERTIME = Sentence("须先批加班 {hours:h} 小时", "after {hours:h} h of overtime are approved")
AND_MORE = Sentence("{what}，另有 {n} 处", "{what}, and {n} more")
FOR_MINUTES = Sentence("{said}，共 {n} 分钟", "{said}, {n} minutes")
MORE_OPEN = Sentence("另有 {n} 处", "{n} more")
MOST_NAMED = 5  # open duties in one sentence
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


def say_open(one: OpenDuty) -> Sentence:
    """What is missing, and for how long, where it is about times."""
    return fill_in(FOR_MINUTES, said=one.said, n=one.minutes) if one.minutes else one.said


def name_open(duties: Sequence[OpenDuty], most: int = MOST_NAMED) -> Sentence:
    """Open duties one by one, the first of them, then how many more there are."""
    return Sentence(
        *(as_template(("；" if lang == "zh" else "; ").join(list_open(duties, lang, most))) for lang in LANGS)
    )


def list_open(duties: Sequence[OpenDuty], lang: Lang, most: int = MOST_NAMED) -> list[str]:
    """The same, in lines."""
    more = [MORE_OPEN.say(lang, n=len(duties) - most)] if len(duties) > most else []
    return [*(say_open(one).say(lang) for one in duties[:most]), *more]
