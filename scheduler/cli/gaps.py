"""Duties that a roster leaves open, as commands print them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from scheduler.audit.candidates import Word
from scheduler.audit.gaps import Gap
from scheduler.domain import Problem
from scheduler.i18n import Lang, Sentence, join_items
from scheduler.workflow.gap_words import say_filler, say_obstacle_of
from scheduler.workflow.readers import EVERYBODY

HEAD = Sentence(
    "未排：有 {n} 处缺人，按危害从大到小{least}；其余规则全部符合。补齐前不能发布：",
    "Open: {n} requirements lack somebody, the worst first{least}; all other rules are kept. It cannot be published before"
    " they are met:",
)
LEAST = Sentence("（已证明总危害不能再小）", " (proved: no less harm would do)")
NOT_LEAST = Sentence("（是否最小没有证明）", " (not proved to be the least)")
OPTIMAL = Sentence("就这些缺口而言已证明最优", "proved optimal with these gaps")
FEASIBLE = Sentence("有缺口，最优性未证明", "with gaps, not proved optimal")
LINE = Sentence("  {n}. {what}", "  {n}. {what}")
FILLERS = Sentence("      可考虑：{who}", "      could take it: {who}")
NOBODY = Sentence("      没有人能接", "      nobody could take it")
EVEN_SO = Sentence(
    "允许缺人也排不出来：问题不在人数。见下面的修复，或运行 scheduler explain",
    "Impossible even with open duties: heads are not what is missing. See the repair below, or run scheduler explain",
)


def say_result(status: str, lang: Lang) -> str:
    """What was reached, of a roster with gaps."""
    return (OPTIMAL if status == "OPTIMAL" else FEASIBLE).say(lang)


def gap_lines(gaps: Sequence[Gap], are_least: bool, problem: Problem, lang: Lang) -> Iterator[str]:
    """A heading, and for each gap what is missing and who could take it."""
    if gaps:
        yield HEAD.say(lang, n=len(gaps), least=(LEAST if are_least else NOT_LEAST).say(lang))
    for n, gap in enumerate(gaps, 1):
        yield LINE.say(lang, n=n, what=gap.violation.say(lang, problem.names))
        fillers = [say_filler(one, problem, EVERYBODY, lang) for one in gap.fillers]
        yield FILLERS.say(lang, who=join_items(fillers, lang)) if fillers else NOBODY.say(lang)


def gap_rows(gaps: Sequence[Gap], problem: Problem, lang: Lang) -> list[dict[str, Any]]:
    """The gaps in JSON's types, the worst first."""
    return [
        {
            "rule": gap.rule.name,
            "sentence": gap.violation.say(lang, problem.names),
            "dates": [day.isoformat() for day in gap.violation.reason.days],
            "harm": gap.harm,
            "candidates": [
                {
                    "worker": one.ranked.worker,
                    "shift": one.shift.code,
                    "word": one.ranked.word.value,
                    "because": None
                    if one.ranked.word == Word.LEGAL
                    else say_obstacle_of(one, problem, EVERYBODY, lang),
                    "overtime": one.ranked.overtime.minutes / 60 if one.ranked.overtime else 0,
                    "cost": one.cost,
                    "closes": one.closes,
                }
                for one in gap.fillers
            ],
        }
        for gap in gaps
    ]
