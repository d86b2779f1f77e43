"""The command for a day with more demand than planned: `surge`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click

from scheduler.app.surge import Surged, plan_surge
from scheduler.app.wording import change_line
from scheduler.cli.answer import BROKEN, DONE, UNDECIDED, Answer, answering, both
from scheduler.cli.gaps import open_lines, open_rows
from scheduler.cli.options import PERSON, DateType, SecondsType, because_option, desk_argument, out_option, store_option
from scheduler.cli.rendering import DRAFT_STUCK, change_row, file_lines, stuck_lines
from scheduler.cli.slots import slot_line, slot_row
from scheduler.domain import Change
from scheduler.i18n import Lang, Sentence, join_items
from scheduler.workflow.replan_day import OffDuty

ANSWERS = {
    "OPTIMAL": Sentence(
        "改动 {n} 格（已证明：缺人最少，且改动最少）", "{n} cells move (proved: fewest heads short, and fewest changes)"
    ),
    "FEASIBLE": Sentence("改动 {n} 格（最少未证明）", "{n} cells move (not proved fewest)"),
    "IMPOSSIBLE": Sentence("排不出来：当天以外的班不动就不合规", "impossible without moving duties of other days"),
    "UNDECIDED": Sentence(
        "时限内没有结论，请加大 --time-limit 再试", "undecided within the time limit, try a longer --time-limit"
    ),
}


@click.command(
    help=both(
        "话务突增：某天需求变为几倍，从最新一版起以最少改动重排当天，登记为新草稿。",
        "Re-plan one day for a surge in demand, from the newest version and with the fewest changes; recorded as a draft.",
    )
)
@desk_argument
@click.option("--date", "day", type=DateType(), required=True, help=both("哪一天。", "The day."))
@click.option(
    "--factor",
    type=click.FloatRange(0, 20, min_open=True),
    required=True,
    help=both("变为几倍。", "Demand factor, e.g. 1.2."),
)
@click.option(
    "--version",
    type=click.IntRange(min=1),
    help=both("从哪一版起，默认最新。", "Version to start from; the newest by default."),
)
@click.option(
    "--time-limit", type=SecondsType(), default=20.0, show_default=True, help=both("时限（秒）。", "Seconds.")
)
@click.option("--by", type=PERSON, default="", help=both("经办人（写入记录）。", "Who does it, for the log."))
@because_option(required=False)
@out_option
@store_option
@answering
def surge(desk: Path, day: date, because: str, lang: Lang, **options: Any) -> Answer:
    """Re-plan a day."""
    done = plan_surge(desk, day, why=because, lang=lang, **options)
    plan, names = done.plan, done.problem.names
    payload: dict[str, Any] = {
        "status": plan.word,
        "date": day.isoformat(),
        "factor": options["factor"],
        "made_from": done.made_from.number,
        "version": done.row and done.row.number,
        "changes": [change_row(change) for change in plan.changes],
        "fewest": plan.fewest,
        "called_in": [worker.id for worker in done.find_called_in()],
        "callable": [
            {
                "worker": one.worker,
                "phone": _phone_of(done, one.worker),
                "shifts": list(one.shifts),
                "overtime": one.overtime,
            }
            for one in done.callable
        ],
        "short": [slot_row(row) for row in done.slots if row.short]
        + [{"shift": shift, "who": who, "needed": need, "at_work": heads} for shift, who, need, heads in done.short],
        "open": open_rows(done.open, lang),
        "files": [str(path) for path in done.files],
        "notes": [note.say(lang) for note in done.notes],
        "stuck": [fault.say(lang) for fault in done.stuck],
    }
    head = Sentence("{day} 需求 ×{factor:g}，从第 {n} 版起：", "{day}: {factor:g} times the demand, from version {n}:")
    shown = [head.say(lang, day=day, factor=options["factor"], n=done.made_from.number)]
    shown.append(ANSWERS[plan.word].say(lang, n=len(plan.changes)))
    if plan.roster is None:
        return Answer(payload, list(shown), BROKEN if plan.word == "IMPOSSIBLE" else UNDECIDED)
    shown += [f"  {change_line(change, names, lang)}{_render_phone(done, change, lang)}" for change in plan.changes]
    shown += [*_render_short(done, lang), *open_lines(done.open, lang), *_render_callable(done, lang)]
    if done.row:
        made = Sentence("已登记为第 {n} 版（草稿）", "recorded as version {n} (draft)")
        shown.append(made.say(lang, n=done.row.number))
    shown += file_lines(done.files, lang)
    shown += [note.say(lang) for note in done.notes]
    return Answer(payload, [*shown, *stuck_lines(done.stuck, lang, DRAFT_STUCK)], DONE)


CALLABLE = Sentence("还可叫的休息人员：", "Off duty and to be called:")
WITHOUT_PHONES = Sentence(
    "还可叫的休息人员（电话只给班长和审批人：用 --by 写明是谁在办）：",
    "Off duty and to be called (phones for leads and approvers only: say by --by who asks):",
)


def _phone_of(done: Surged, worker: str) -> str:
    return done.phones.get(worker, "")


def _render_phone(done: Surged, change: Change, lang: Lang) -> str:
    """A mark and the phone of somebody who is called in."""
    if change.before:
        return ""
    phone = _phone_of(done, change.worker)
    return Sentence("　叫班 {phone}", "  called in {phone}").say(lang, phone=phone).rstrip()


def _render_short(done: Surged, lang: Lang) -> Iterator[str]:
    """Lines on what stays short on the day."""
    slots = [row for row in done.slots if row.short]
    if not slots and not done.short:
        yield Sentence("当天各时段人数都够", "Nothing stays short on the day").say(lang)
        return
    heads = sum(row.short for row in slots) + sum(need - at for _, _, need, at in done.short)
    yield Sentence("仍缺：{n} 处，共 {heads} 人次", "Still short: {n} places, {heads} heads").say(
        lang, n=len(slots) + len(done.short), heads=heads
    )
    yield from (f"  ▽ {slot_line(row, lang)}" for row in slots)
    said = Sentence(
        "  ▽ “{shift}”{who}：需 {need} 人，现 {heads} 人", "  ▽ {shift} {who}: {need} needed, {heads} there"
    )
    yield from (said.say(lang, shift=shift, who=who, need=need, heads=at) for shift, who, need, at in done.short)


def _render_callable(done: Surged, lang: Lang) -> Iterator[str]:
    """Lines on who is off duty and could be called in."""
    if not done.callable:
        yield Sentence("没有可叫的休息人员", "Nobody off duty can be called").say(lang)
        return
    yield (CALLABLE if done.phones else WITHOUT_PHONES).say(lang)
    yield from (f"  {_render_called(done, one, lang)}" for one in done.callable)


def _render_called(done: Surged, one: OffDuty, lang: Lang) -> str:
    said = Sentence("{who} {phone}：{shifts}{overtime}", "{who} {phone}: {shifts}{overtime}")
    overtime = Sentence("（须先批加班）", " (overtime has to be approved first)").say(lang) if one.overtime else ""
    who, shifts = done.problem.names[one.worker], join_items(one.shifts, lang)
    return said.say(lang, who=who, phone=_phone_of(done, one.worker), shifts=shifts, overtime=overtime)
