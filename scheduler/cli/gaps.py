"""Duties that a roster leaves open, as commands print them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scheduler.audit.candidates import Word
from scheduler.audit.gaps import Gap
from scheduler.audit.open_duties import OpenDuty
from scheduler.domain import Problem
from scheduler.i18n import Lang, Sentence
from scheduler.workflow.gap_words import list_open, say_obstacle_of
from scheduler.workflow.readers import EVERYBODY

EVEN_SO = Sentence(
    "允许缺人也排不出来：问题不在人数。见下面的修复，或运行 scheduler explain",
    "Impossible even with open duties: heads are not what is missing. See the repair below, or run scheduler explain",
)

OPEN = Sentence(
    "未排 {n} 处，还没有人上（人找到后用 surge、generate --from，或 import 改好的工作簿补上）：",
    "{n} duties open, nobody has them yet (once somebody is found: surge, generate --from, or import of the edited workbook):",
)
MOST_SHOWN = 10


def open_rows(duties: Sequence[OpenDuty], lang: Lang) -> list[dict[str, Any]]:
    """Open duties in JSON's types, the worst first."""
    return [{"date": one.day.isoformat(), "sentence": one.said.say(lang), "minutes": one.minutes} for one in duties]


def open_lines(duties: Sequence[OpenDuty], lang: Lang) -> list[str]:
    """The same, for the screen."""
    if not duties:
        return []
    return [OPEN.say(lang, n=len(duties)), *(f"  {line}" for line in list_open(duties, lang, MOST_SHOWN))]


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
