"""The command that says why a month is impossible: `explain`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from scheduler.app.explain import Explained, ExplainedMonth, explain_month
from scheduler.app.making_words import ending_lines, grouped_lines
from scheduler.cli.answer import BROKEN, DONE, UNDECIDED, Answer, answering, both, is_json
from scheduler.cli.first_words import Teller, obstacle_rows
from scheduler.cli.options import SecondsType, desk_argument, month_option, store_option
from scheduler.cli.progress import ProgressLine, watch_progress
from scheduler.cli.rendering import against_lines, violation_row
from scheduler.cli.repairs import RepairTeller, reason_row, repairs_payload
from scheduler.domain import Month, Problem
from scheduler.i18n import Lang, Sentence

POSSIBLE = Sentence(
    "这个月排得出来：有一张表符合全部规则（已审核）。要排班请用 generate。",
    "The month is possible: a roster keeps every rule (audited). `generate` makes the best one.",
)
NOT_DECIDED = Sentence(
    "时限内没有结论：既没排出来，也没证明排不出来。请加大 --time-limit。",
    "Undecided within the time limit: neither a roster nor a proof that there is none. Try a longer --time-limit.",
)
MISTAKES = Sentence(
    "也许是录错了：以下任何一处去掉或改正，单凭它就排得出来（已逐项试排）",
    "Perhaps mistyped: taking out or mending any one of these alone makes the month possible (each tried)",
)
NOT_ALL_TRIED = Sentence("  （时间不够，没有逐项试完）", "  (there was no time to try them all)")
CONFLICT = Sentence(
    "矛盾{n}：以下要求不能同时满足（已证明），少任何一条就可以（逐条试过）",
    "Conflict {n}: no roster keeps all of these (proved); without any one of them the others can be kept (each tried)",
)
NOT_SMALLEST = Sentence(
    "矛盾{n}：以下要求不能同时满足（已证明），也许不全都必要",
    "Conflict {n}: no roster keeps all of these (proved); perhaps not all of them are needed for that",
)
NO_CONFLICT = Sentence("时限内没有找出哪些要求互相矛盾。", "What contradicts what was not found within the time limit.")
MOST_IN_CONFLICT = 12


@click.command(
    help=both(
        "说明某月为什么排不出来：最便宜的修复、可能录错的数据、互相矛盾的要求。只读，不写任何文件。",
        "Say why a month is impossible: the cheapest repairs, entries that may be mistyped, and what contradicts what."
        " Reads only.",
    )
)
@desk_argument
@month_option(required=False)
@click.option(
    "--time-limit", type=SecondsType(), default=120.0, show_default=True, help=both("时限（秒）。", "Seconds.")
)
@click.option(
    "--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True, help=both("随机种子。", "Random seed.")
)
@click.option(
    "--cores",
    type=click.IntRange(1, 256),
    default=min(2, os.cpu_count() or 1),
    show_default=True,
    help=both("使用的核数。", "Cores."),
)
@store_option
@answering
def explain(desk: Path, month: Month | None, lang: Lang, **options: Any) -> Answer:
    """Print first words, then repairs as they are found, then the rest."""
    line = ProgressLine(lang, None)
    said = Teller(lang, at_once=not is_json(), paused=line.paused)
    with watch_progress(line) as listener:
        found = explain_month(
            desk,
            month,
            listener=listener,
            stage=line.stage,
            tell=said.tell,
            tell_repair=RepairTeller(said).tell,
            **options,
        )
    why, problem = found.why, found.problem
    payload = {
        "status": "POSSIBLE" if why.status == "OPTIMAL" else why.status,
        "month": str(problem.month),
        "obstacles": obstacle_rows(found.words, problem, lang),
        "overtime_against": [violation_row(one, problem, lang) for one in found.against],
        **repairs_payload(why.repairs, problem, lang),
        "mistakes": [reason_row(one.said, problem, lang) for one in why.mistakes],
        "all_tried": why.all_tried,
        "conflicts": [
            {"smallest": one.smallest, "reasons": [reason_row(each, problem, lang) for each in one.reasons]}
            for one in why.conflicts.found
        ],
        "no_other_conflict": why.conflicts.no_other,
        "assumptions": [note.say(lang) for note in problem.assumptions],
    }
    if why.status == "OPTIMAL":
        return Answer(payload, [POSSIBLE.say(lang)], DONE)
    if why.status == "UNDECIDED":
        return Answer(payload, [NOT_DECIDED.say(lang)], UNDECIDED)
    return Answer(payload, [*said.lines, *_rest_lines(found, lang)], BROKEN)


def _rest_lines(found: ExplainedMonth, lang: Lang) -> Iterator[str]:
    """Whether there are other repairs, what may be mistyped, and what contradicts what."""
    why, problem = found.why, found.problem
    yield from against_lines(found.against, problem, lang) if found.against else ()
    yield from ending_lines(why.repairs, lang)
    if why.mistakes:
        yield MISTAKES.say(lang)
        yield from grouped_lines([one.said for one in why.mistakes], problem, lang)
        if not why.all_tried:
            yield NOT_ALL_TRIED.say(lang)
    yield from _conflict_lines(why, problem, lang)


def _conflict_lines(why: Explained, problem: Problem, lang: Lang) -> Iterator[str]:
    if not why.conflicts.found:
        yield NO_CONFLICT.say(lang)
    for number, one in enumerate(why.conflicts.found, 1):
        yield (CONFLICT if one.smallest else NOT_SMALLEST).say(lang, n=number)
        yield from grouped_lines(one.reasons, problem, lang, MOST_IN_CONFLICT)
