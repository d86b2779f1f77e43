"""The command `stress`: how much a roster takes."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.box import SIMPLE
from rich.console import RenderableType
from rich.table import Table as Grid

from scheduler.app.stress import SURE, Stress, Stressed, Survival, Tried, stress_roster
from scheduler.cli.answer import DONE, UNDECIDED, Answer, answering, both, console, is_json
from scheduler.cli.options import SecondsType, desk_argument, month_option, store_option, version_option
from scheduler.i18n import WEEKDAYS, Lang, Sentence, join_items
from scheduler.solver.absences import ReserveNeed, Slot
from scheduler.workflow.version import STATUS_NAMES

MOST_ROWS = 15

HEAD = Sentence(
    "{month} 第 {n} 版（{status}），{days} 天有班：缺人时撑不撑得住",
    "{month} version {n} ({status}), {days} days with duties: how much it takes",
)
MEANT = Sentence(
    "缺勤指某人当天开始的班都没人上（别的日子照上）；顶班只用当天没班的人，不批加班，别人的班都不动；"
    "重排只动当天起别人的格子，最多 {moves} 格；原已不合规的不算",
    "Away means that all duties of theirs that begin on the day fall out, and no others; stand-ins are people who are off that"
    " day, without overtime, and nobody else moves; a re-solve moves at most {moves} cells of others from that day on; what was"
    " broken before does not count",
)
ONE, MANY = Sentence("缺任一人", "one person away"), Sentence("同一天缺任意 {k} 人", "any {k} people of a day away")
ALL = Sentence(
    "{who}：全部 {total} 种逐一试过，{good:.1%} 撑得住",
    "{who}: all {total} tried, {good:.1%} are made good",
)
BETWEEN = Sentence(
    "{who}：全部 {total} 种逐一试过，{low:.1%} 到 {high:.1%} 撑得住（有的时限内没有结论）",
    "{who}: all {total} tried, {low:.1%} to {high:.1%} are made good (some are not decided in time)",
)
SAMPLED = Sentence(
    "{who}：共 {total} 种，随机抽 {n} 种：{low:.1%} 到 {high:.1%} 撑得住（{sure:.0%} 置信区间，Clopper–Pearson）",
    "{who}: {n} of {total} drawn at random: {low:.1%} to {high:.1%} are made good ({sure:.0%} confidence, Clopper–Pearson)",
)
NOBODY = Sentence("{who}：没有这样的情形", "{who}: there is no such case")
COUNTED = Sentence(
    "  余下的人就够 {left}，靠顶班 {stand_ins}，重排至多 {moves} 格 {moved}，撑不住（已证明）{lost}，未定 {open}",
    "  those left do {left}, stand-ins {stand_ins}, a re-solve of at most {moves} cells {moved}, not at all (proved) {lost},"
    " open {open}",
)
WEAKEST_OF = Sentence("最弱的日子和班次（{who}；{n} 个里列 {shown} 个）", "The weakest ({who}; {shown} of {n})")
DAY, SHIFT, CASES = Sentence("日期", "Day"), Sentence("班次", "Shift"), Sentence("情形", "Cases")
COLUMNS = {
    Survival.LEFT: Sentence("余人够", "Left do"),
    Survival.STAND_INS: Sentence("顶班", "Stand-ins"),
    Survival.MOVES: Sentence("重排", "Re-solve"),
    Survival.LOST: Sentence("撑不住", "Not at all"),
    Survival.OPEN: Sentence("未定", "Open"),
}
SAFE_NOW = Sentence("{who}都撑得住的日子：{safe}/{days}", "Days on which all is made good ({who}): {safe} of {days}")
HELPS = Sentence("备班最管用的：{slots}", "A reserve would help most on: {slots}")
HELPED = Sentence("{day} {shift}（多撑住 {n} 种）", "{day} {shift} ({n} more made good)")
NEEDED = Sentence(
    "备班 {n} 人次，可使 {part:.0%} 的日子（{safe}/{days}）都撑得住（{proof}）：{slots}",
    "{n} reserves make {part:.0%} of the days safe ({safe} of {days}; {proof}): {slots}",
)
NONE_NEEDED = Sentence(
    "不用备班，已有 {part:.0%} 以上的日子（{safe}/{days}）都撑得住",
    "No reserve is needed for {part:.0%} of the days ({safe} of {days})",
)
PROVED = Sentence("已证明不能更少", "proved: no fewer do")
AS_LONG_AS_OPEN = Sentence("把未定的算作撑不住", "open ones counted as not made good")
NOT_PROVED = Sentence("至少要 {least}", "at least {least} are needed")
NO_NEED = Sentence("时限内没算出要几个备班", "how many reserves are needed was not found in time")
RESERVE_MEANT = Sentence(
    "备班算作多一个能顶该班任何一人的人；generate 可把备班排进当月：{options}",
    "A reserve is one more person who can do what anybody on that shift does; generate plans them with the month: {options}",
)
SLOT = Sentence("{day} {shift}", "{day} {shift}")
TIMES = Sentence("{slot}×{n}", "{slot} ×{n}")
AND_MORE = Sentence("{items} 等 {n} 处", "{items} and so on, {n} in all")
TRYING = Sentence("缺勤推演 {done}/{whole}", "trying absences {done}/{whole}")


@click.command(
    help=both(
        "这张排班表经得起缺多少人：每天每班缺一人、缺两人时，靠顶班、靠小改、还是撑不住；备班放在哪里最管用。",
        "How much a roster takes: which absences it survives, by stand-ins or few changes, and where reserves would help.",
    )
)
@desk_argument
@month_option(required=False)
@version_option
@click.option(
    "--absences",
    type=click.IntRange(1, 10),
    multiple=True,
    default=(1, 2),
    show_default=True,
    help=both("同一天缺几个人；可给几次。", "People away at once on a day; may be given several times."),
)
@click.option(
    "--moves",
    type=click.IntRange(0, 50),
    default=4,
    show_default=True,
    help=both("重排最多动别人几格。", "The most cells of others that a re-solve may move."),
)
@click.option(
    "--samples",
    type=click.IntRange(1, 100_000),
    default=300,
    show_default=True,
    help=both(
        "缺两人以上时最多试几种，更多则随机抽。", "The most cases of two or more that are tried, drawn at random."
    ),
)
@click.option(
    "--safe",
    type=click.IntRange(1, 100),
    default=95,
    show_default=True,
    help=both("备班要使百分之几的日子撑得住。", "Percent of days that reserves are to make safe."),
)
@click.option(
    "--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True, help=both("随机种子。", "Random seed.")
)
@click.option(
    "--time-limit", type=SecondsType(), default=180.0, show_default=True, help=both("时限（秒）。", "Seconds.")
)
@store_option
@answering
def stress(desk: Path, lang: Lang, safe: int, **options: Any) -> Answer:
    """Say how much a roster takes."""
    with _watch(lang) as progress:
        found = stress_roster(desk, lang=lang, safe=safe / 100, progress=progress, **options)
    is_open = any(one.count(Survival.OPEN) for one in found.results)
    return Answer(_payload(found, lang), list(_lines(found, lang)), UNDECIDED if is_open else DONE)


@contextmanager
def _watch(lang: Lang) -> Iterator[Callable[[int, int], None]]:
    """Show on a terminal how many absences are done."""
    screen = console(stderr=True)
    if is_json() or not screen.is_terminal:
        yield lambda done, whole: None
        return
    with screen.status(TRYING.say(lang, done=0, whole="…")) as status:
        yield lambda done, whole: status.update(TRYING.say(lang, done=done, whole=whole))


def _payload(found: Stress, lang: Lang) -> dict[str, Any]:
    is_open = any(one.count(Survival.OPEN) for one in found.results)
    need = found.need
    return {
        "status": "UNDECIDED" if is_open else "DONE",
        "month": str(found.row.month),
        "version": found.row.number,
        "version_status": found.row.status,
        "days": len(found.days),
        "moves": found.moves,
        "results": [_result_row(one) for one in found.results],
        "reserves": {
            "for": list(found.enumerated),
            "safe_days": len(found.safe),
            "helps": [_slot_row(slot) | {"made_good": n} for slot, n in found.helps.items()],
            "part": found.part,
            "number": need.number if need else None,
            "least": need.least if need else None,
            "safe_days_with": len(need.safe) if need else None,
            "where": [_slot_row(slot) | {"number": n} for slot, n in need.reserves.items()] if need else [],
        },
        "notes": [MEANT.say(lang, moves=found.moves), *(note.say(lang) for note in found.notes)],
    }


def _result_row(one: Stressed) -> dict[str, Any]:
    return {
        "absences": one.size,
        "total": one.total,
        "tried": len(one.tried),
        "enumerated": one.is_whole,
        "low": one.low,
        "high": one.high,
        **{each.value: one.count(each) for each in Survival},
        "slots": [
            _slot_row(slot) | {each.value: counts[each] for each in Survival}
            for slot, counts in sorted(one.by_slot().items())
        ],
        "weak": [_tried_row(each) for each in one.tried if each.survival not in (Survival.LEFT, Survival.STAND_INS)],
    }


def _slot_row(slot: Slot) -> dict[str, Any]:
    return {"date": slot[0].isoformat(), "shift": slot[1]}


def _tried_row(one: Tried) -> dict[str, Any]:
    return {
        "date": one.absence.day.isoformat(),
        "away": list(one.absence.workers),
        "shifts": sorted({duty.shift for duty in one.fallen}),
        "word": one.survival.value,
        "moves": len(one.changes),
    }


def _lines(found: Stress, lang: Lang) -> Iterator[RenderableType]:
    status = STATUS_NAMES[found.row.status]
    yield HEAD.say(lang, month=found.row.month, n=found.row.number, status=status, days=len(found.days))
    yield MEANT.say(lang, moves=found.moves)
    for one in found.results:
        yield from _say_result(one, found.moves, lang)
    for one in found.results:
        yield from _say_weakest(one, lang)
    yield from _say_reserves(found, lang)
    yield from (note.say(lang) for note in found.notes)


def _who(size: int, lang: Lang) -> str:
    return (ONE if size == 1 else MANY).say(lang, k=size)


def _say_result(one: Stressed, moves: int, lang: Lang) -> Iterator[str]:
    said = SAMPLED
    if not one.total:
        said = NOBODY
    elif one.is_whole:
        said = ALL if one.low == one.high else BETWEEN
    facts = {"who": _who(one.size, lang), "total": one.total, "n": len(one.tried), "sure": SURE}
    yield said.say(lang, **facts, good=one.low, low=one.low, high=one.high)
    if one.tried:
        yield COUNTED.say(
            lang,
            left=one.count(Survival.LEFT),
            stand_ins=one.count(Survival.STAND_INS),
            moves=moves,
            moved=one.count(Survival.MOVES),
            lost=one.count(Survival.LOST),
            open=one.count(Survival.OPEN),
        )


def _say_weakest(one: Stressed, lang: Lang) -> Iterator[RenderableType]:
    """The days and shifts on which something is not made good, or by a re-solve only, the weakest first."""
    slots = one.by_slot()
    weak = [slot for slot, counts in slots.items() if counts[Survival.LOST] + counts[Survival.OPEN]]
    if not weak:
        return
    weak.sort(key=lambda slot: (-_part_lost(slots[slot]), slot))
    shown = weak[:MOST_ROWS]
    yield WEAKEST_OF.say(lang, who=_who(one.size, lang), n=len(weak), shown=len(shown))
    grid = Grid(box=SIMPLE, pad_edge=False)
    for title in (DAY, SHIFT, CASES, *COLUMNS.values()):
        grid.add_column(title.say(lang))
    for slot in shown:
        counts = slots[slot]
        cells = (str(counts[each] or "") for each in COLUMNS)
        grid.add_row(_say_day(slot[0], lang), slot[1], str(counts.total()), *cells)
    yield grid


def _part_lost(counts: Counter[Survival]) -> float:
    return (counts[Survival.LOST] + counts[Survival.OPEN]) / counts.total()


def _say_reserves(found: Stress, lang: Lang) -> Iterator[str]:
    if not found.enumerated:
        return
    who = join_items([_who(size, lang) for size in found.enumerated], lang)
    yield SAFE_NOW.say(lang, who=who, safe=len(found.safe), days=len(found.days))
    if found.helps:
        told = [HELPED.say(lang, day=_say_day(at[0], lang), shift=at[1], n=n) for at, n in found.helps.items()]
        yield HELPS.say(lang, slots=_shorten(told, lang))
    need = found.need
    if need is None:
        yield NO_NEED.say(lang)
        return
    facts = {"part": found.part, "safe": len(need.safe), "days": len(found.days)}
    if not need.reserves:
        yield NONE_NEEDED.say(lang, **facts)
        return
    slots = [_say_slot(slot, n, lang) for slot, n in need.reserves.items()]
    yield NEEDED.say(lang, n=need.number, proof=_say_proof(found, need, lang), slots=_shorten(slots, lang), **facts)
    yield RESERVE_MEANT.say(lang, options=" ".join(_option(slot, n) for slot, n in need.reserves.items()))


def _option(slot: Slot, number: int) -> str:
    """What asks `generate` for a reserve."""
    return shlex.join(["--reserve", f"{slot[0]}:{slot[1]}" + (f"={number}" if number > 1 else "")])


def _say_proof(found: Stress, need: ReserveNeed, lang: Lang) -> str:
    said = PROVED.say(lang) if need.is_proved else NOT_PROVED.say(lang, least=need.least)
    is_open = any(one.count(Survival.OPEN) for one in found.results if one.size in found.enumerated)
    return join_items([said, *([AS_LONG_AS_OPEN.say(lang)] if is_open else [])], lang)


def _say_day(day: date, lang: Lang) -> str:
    return f"{day:%m-%d} {WEEKDAYS[day.weekday()].say(lang)}"


def _say_slot(slot: Slot, number: int, lang: Lang) -> str:
    said = SLOT.say(lang, day=_say_day(slot[0], lang), shift=slot[1])
    return TIMES.say(lang, slot=said, n=number) if number > 1 else said


def _shorten(items: list[str], lang: Lang) -> str:
    shown = join_items(items[:MOST_ROWS], lang)
    return AND_MORE.say(lang, items=shown, n=len(items)) if len(items) > MOST_ROWS else shown
