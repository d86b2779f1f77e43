"""The command that answers why somebody has a duty, or has it not: `why`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from rich.box import SIMPLE
from rich.console import RenderableType
from rich.table import Table as Grid

from scheduler.app.why import Why, explain_cell
from scheduler.app.why_words import say_against, say_conclusion, say_counts, say_finding_of
from scheduler.app.wording import OFF
from scheduler.audit.alternatives import Figure, Instead, Weighed
from scheduler.cli.answer import DONE, Answer, answering, both, console, is_json
from scheduler.cli.options import PERSON, CellType, SecondsType, desk_argument, for_option, store_option, version_option
from scheduler.i18n import Lang, Sentence, join_items
from scheduler.workflow.version import STATUS_NAMES

HEAD = Sentence(
    "{name}（{id}）{day}：{has}。{month} 第 {n} 版（{status}），整月代价 {cost}，任何排法不低于 {least}",
    "{name} ({id}), {day}: {has}. {month} version {n} ({status}), which costs {cost}; no roster costs less than {least}",
)
ASKED = Sentence("问的是：为什么没有上“{shift}”", "Asked: why not {shift}")
FIRST = Sentence(
    "先看规则：{n} 种换法里，{against} 种按现在的排法有规则拦着；其余正在算代价…",
    "Rules first: of {n} alternatives, {against} have a rule in the way as the roster stands; the others are being costed …",
)
PEOPLE = Sentence("换别人上“{shift}”：", "Somebody else on {shift}:")
INSTEAD_OF = Sentence("替下已在“{shift}”班的人：", "In place of somebody on {shift}:")
SHIFTS = Sentence("本人换别的班：", "Another shift for them:")
SO = Sentence("：", ": ")
MORE_TIME = Sentence("加大 --time-limit 再问", "give more time (--time-limit)")
WHO, WHICH, THAT_DAY = Sentence("谁", "Who"), Sentence("班次", "Shift"), Sentence("当天", "That day")
RULE = Sentence("按现在的排法", "As the roster stands")
BEST, FURTHER = Sentence("最好的排法代价", "Best roster costs"), Sentence("另须动几格", "Further cells to move")
RESULT = Sentence("结论", "Result")
NAMED = Sentence("{name}（{id}）", "{name} ({id})")
AWAY, NOT_EMPLOYED = Sentence("不在", "away"), Sentence("不在职", "not employed")
ON_LEAVE = Sentence("本人当天请假（{kind}）", "They are on leave that day ({kind})")
IS_AWAY = Sentence("本人当天不在", "They are not available that day")
PROVED, BETWEEN = (
    Sentence("{n}（已证明）", "{n} (proved)"),
    Sentence("{least}–{found}（未证明）", "{least}–{found} (not proved)"),
)
AT_LEAST = Sentence("≥{least}（只有下界）", "≥{least} (a bound only)")
NOT_REACHED = Sentence("还没算到", "not reached")
COUNTS_ONLY = Sentence(
    "谁因为什么，只告诉审批人、人事和审计（--for approver）：名字写在规则旁边，会泄露个人情况",
    "Who, and why, is told to approvers, HR and auditors only (--for approver): names beside rules tell private matters",
)


@click.command(
    help=both(
        "为什么某人某天上（或不上）某班：换别人、换别的班，各有什么规则拦着，或整月要多付多少代价、另动几格。",
        "Why somebody has a duty or has it not: for others and other shifts the rule in the way, or what the month would cost then.",
    )
)
@desk_argument
@click.argument("cell", type=CellType())
@click.option(
    "--shift",
    type=PERSON,
    default="",
    help=both("问哪个班，默认当天所上的。", "Which shift; by default the one that they have."),
)
@version_option
@click.option(
    "--time-limit",
    type=SecondsType(),
    default=30.0,
    show_default=True,
    help=both("时限（秒），含证明。", "Seconds, proofs included."),
)
@for_option
@store_option
@answering
def why(desk: Path, cell: Any, lang: Lang, **options: Any) -> Answer:
    """What could be instead of a cell, and what it would take."""
    told = _Teller(lang)
    found = explain_cell(desk, cell.worker, cell.day, lang=lang, tell=told.tell, **options)
    notes = [note.say(lang) for note in found.notes]
    payload: dict[str, Any] = {
        "status": "EXPLAINED",
        "decided": found.is_known,
        "version": found.row.number,
        "version_status": found.row.status,
        "worker": found.who,
        "date": found.day.isoformat(),
        "shift": found.shift,
        "has": list(found.has),
        "cost": found.cost,
        "bound": found.least,
        "conclusion": _conclude(found, lang),
        "notes": notes,
    }
    if found.tells_people:
        payload["people"] = [_row(found, one, lang) for one in found.of(Instead.PERSON)]
    else:
        payload["counts"] = [
            {"kind": kind.value, "rule": rule or None, "people": n} for (kind, rule), n in found.count_reasons().items()
        ]
    if found.tells_shifts:
        payload["shifts"] = [_row(found, one, lang) for one in found.of(Instead.SHIFT)]
    lines = [*_render_people(found, lang), *_render_shifts(found, lang)]
    shown = [*_render_head(found, lang), payload["conclusion"], *lines, *notes]
    return Answer(payload, shown, DONE)


class _Teller:
    """Says at once which rules are in the way, while proofs are still looked for; on a terminal alone."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang
        self.is_first = True

    def tell(self, why: Why) -> None:
        """Say it once."""
        screen = console(stderr=True)
        if self.is_first and screen.is_terminal and not is_json():
            against = sum(bool(one.against) for one in why.weighed)
            screen.print(FIRST.say(self.lang, n=len(why.weighed), against=against))
        self.is_first = False


def _render_head(found: Why, lang: Lang) -> list[str]:
    has = join_items(found.has, lang) or OFF.say(lang)
    facts = {"name": found.problem.names[found.who], "id": found.who, "day": found.day, "has": has}
    facts |= {"month": found.row.month, "n": found.row.number, "status": STATUS_NAMES[found.row.status]}
    lines = [HEAD.say(lang, cost=found.cost, least=found.least, **facts)]
    if found.shift and found.shift not in found.has:
        lines.append(ASKED.say(lang, shift=found.shift))
    if leave := found.problem.leave_days.get((found.who, found.day)):
        kind = found.problem.desk.leave_label(found.reader.leave_kind(leave))
        told = found.tells_people or found.reader.person == found.who
        lines.append(ON_LEAVE.say(lang, kind=kind) if told else IS_AWAY.say(lang))
    return lines


def _conclude(found: Why, lang: Lang) -> str:
    """What it comes to, and how to know more."""
    is_open = not found.is_known and not found.has_equal
    return say_conclusion(found, lang) + (f"{SO.say(lang)}{MORE_TIME.say(lang)}" if is_open else "")


def _render_people(found: Why, lang: Lang) -> list[RenderableType]:
    people = found.of(Instead.PERSON)
    if not people:
        return []
    head = (PEOPLE if found.shift in found.has else INSTEAD_OF).say(lang, shift=found.shift)
    if not found.tells_people:
        return [head, *(f"  {line}" for line in say_counts(found, lang)), COUNTS_ONLY.say(lang)]
    grid = _table(WHO, lang)
    for one in people:
        colleague = one.alternative.colleague
        grid.add_row(
            NAMED.say(lang, name=found.problem.names[colleague], id=colleague),
            _say_day(found, one, lang),
            *_figures(found, one, lang),
        )
    return [head, grid]


def _render_shifts(found: Why, lang: Lang) -> list[RenderableType]:
    if not found.tells_shifts or not found.of(Instead.SHIFT):
        return []
    grid = _table(WHICH, lang, day=False)
    for one in found.of(Instead.SHIFT):
        grid.add_row(one.alternative.shift or OFF.say(lang), *_figures(found, one, lang))
    return [SHIFTS.say(lang), grid]


def _table(first: Sentence, lang: Lang, day: bool = True) -> Grid:
    grid = Grid(box=SIMPLE, pad_edge=False)
    for title in (first, *([THAT_DAY] if day else []), RESULT, BEST, FURTHER, RULE):
        grid.add_column(title.say(lang))
    return grid


def _figures(found: Why, one: Weighed, lang: Lang) -> list[str]:
    return [
        say_finding_of(found, one, lang),
        "–" if one.is_impossible else _say_figure(one.best, lang),
        "–" if one.is_impossible else _say_figure(one.further, lang),
        say_against(found, one, lang),
    ]


def _say_figure(figure: Figure, lang: Lang) -> str:
    """A figure, and whether it is proved, a bound, or not reached."""
    if figure.is_proved:
        return PROVED.say(lang, n=figure.found)
    if figure.found is not None:
        return BETWEEN.say(lang, least=figure.least, found=figure.found)
    return AT_LEAST.say(lang, least=figure.least) if figure.least else NOT_REACHED.say(lang)


def _say_day(found: Why, one: Weighed, lang: Lang) -> str:
    """What the colleague has on the day."""
    colleague, day = one.alternative.colleague, found.day
    if not found.problem.worker_by_id[colleague].employed(day):
        return NOT_EMPLOYED.say(lang)
    away = [AWAY.say(lang)] if found.problem.on_leave(colleague, day) else []
    return join_items([*away, *found.roster.on(colleague, day)], lang) or OFF.say(lang)


def _row(found: Why, one: Weighed, lang: Lang) -> dict[str, Any]:
    """An alternative, for `--json`."""
    alternative = one.alternative
    row: dict[str, Any] = {"finding": one.find(found.cost).value, "because": say_against(found, one, lang)}
    if alternative.what == Instead.PERSON:
        row |= {"worker": alternative.colleague, "name": found.problem.names[alternative.colleague]}
    row |= {"shift": alternative.shift, "rule": one.against[0].reason.rule if one.against else None}
    for name, figure in (("best", one.best), ("further", one.further)):
        is_reached = figure.found is not None and not one.is_impossible
        row[name] = {
            "bound": figure.least,
            "found": figure.found if is_reached else None,
            "proved": figure.is_proved and is_reached,
        }
    return row
