"""Duties that a roster leaves open, as commands print them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scheduler.audit.candidates import Word
from scheduler.audit.gaps import Gap
from scheduler.domain import Problem
from scheduler.i18n import Lang, Sentence
from scheduler.workflow.gap_words import say_obstacle_of
from scheduler.workflow.readers import EVERYBODY

EVEN_SO = Sentence(
    "允许缺人也排不出来：问题不在人数。见下面的修复，或运行 scheduler explain",
    "Impossible even with open duties: heads are not what is missing. See the repair below, or run scheduler explain",
)


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
