"""The command `export`: a published month for a clock-in system."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from scheduler.app.exchange import CREDENTIAL_IN, ExchangeTold, export_month
from scheduler.cli.answer import BROKEN, DONE, Answer, answering, both
from scheduler.cli.hr import DaysType
from scheduler.cli.options import PERSON, TextType, desk_argument, month_option, store_option
from scheduler.cli.rendering import file_lines
from scheduler.domain import Month
from scheduler.hr.exchange import SYSTEM_NAMES, System
from scheduler.i18n import Lang, Sentence, join_items

MADE = Sentence(
    "{month} 第 {n} 版 → {system}：{cells} 格，{bodies} 个请求",
    "{month}, version {n}, for {system}: {cells} cells in {bodies} requests",
)
MISSING = Sentence("缺：{what}", "missing: {what}")
SENT = Sentence("已发送 {n} 个请求", "{n} requests sent")
SAME = Sentence("读回的与本版逐格相同", "what was read back is the same, cell by cell")
DIFFERENT = Sentence("读回的有 {n} 格不同：", "{n} cells that were read back are different:")
CELL = Sentence("  {who} {day}：本部门 {ours}，对方 {theirs}", "  {who}, {day}: ours {ours}, theirs {theirs}")
FILLED = Sentence(
    "填了 {cells} 格（{days} 天）；表里没有：{absent}。列名没有官方说明可依，对方是否收下请自行核对",
    "{cells} cells of {days} days filled in; not in the sheet: {absent}. Its columns are in no source at hand: see that it is taken",
)
UNSURE = Sentence(
    "没有填的行（工号与姓名不是同一个人，或同一个人不止一行）：{rows}",
    "rows that were not filled in (the id of one with the name of another, or several of one person): {rows}",
)
SURPLUS = Sentence(
    "  {who} {day}：不是本部门的人，对方排了 {theirs}", "  {who}, {day}: not of this desk, theirs {theirs}"
)
OFF, NOBODY, NOTHING = Sentence("休", "off"), Sentence("无", "nobody"), Sentence("（没有）", "(none)")


@click.command(
    help=both(
        "把已发布的月份给打卡系统：分批的请求（JSON）、缺哪些编号、与读回的逐格对照，或填入对方导出的表。编号在“对接”表。",
        "A published month for a clock-in system: request bodies in batches, what is missing, comparison with what was read back.",
    )
)
@desk_argument
@click.option(
    "--to",
    type=click.Choice([one.value for one in System]),
    required=True,
    help=both("哪个系统。", "Which system."),
)
@month_option(required=False)
@click.option("--days", type=DaysType(), help=both("只给这些天。", "These days only."))
@click.option(
    "--operator",
    type=PERSON,
    default="",
    metavar="THEIR_ID",
    help=both("经办人在对方系统的编号（飞书、钉钉要）。", "Their id of whoever does it (Feishu, DingTalk)."),
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help=both("写到哪个文件夹；与 --fill 同用则是写出的 Excel。", "The folder to write to; with --fill the workbook."),
)
@click.option(
    "--compare",
    "read",
    type=click.Path(path_type=Path, dir_okay=False),
    multiple=True,
    help=both(
        "从对方读回的 JSON，逐格对照（可多次）。", "JSON read back from there, compared cell by cell; may be repeated."
    ),
)
@click.option(
    "--fill",
    "template",
    type=click.Path(path_type=Path, dir_okay=False),
    help=both("填入从对方导出的排班表。", "Fill in the schedule that was exported there."),
)
@click.option(
    "--send",
    type=TextType(500),
    default="",
    metavar="URL",
    help=both(
        f"发送到这个地址；令牌在环境变量 {CREDENTIAL_IN}。", f"Send to this address; the token is in {CREDENTIAL_IN}."
    ),
)
@click.option("--with-gaps", is_flag=True, help=both("有缺也发送。", "Send although ids are missing."))
@store_option
@answering
def export(
    desk: Path, lang: Lang, to: str, month: Month | None, days: tuple[date, date] | None, **options: Any
) -> Answer:
    """Export a month."""
    if options["template"] and not options["out"]:
        raise click.UsageError(both("--fill 要写明 --out。", "--fill needs --out."))
    found = export_month(desk, System(to), month, days=days, lang=lang, **options)
    return Answer(_payload(found, lang), _shown(found, lang), BROKEN if found.differences else DONE)


def _payload(found: ExchangeTold, lang: Lang) -> dict[str, Any]:
    filled = found.filled
    return {
        "status": "DIFFERENT" if found.differences else "DONE",
        "to": found.system.value,
        "month": str(found.row.month),
        "version": found.row.number,
        "cells": len(found.exported.cells),
        "requests": len(found.exported.bodies),
        "missing": [
            {"kind": one.kind, "ours": one.ours, "what": one.sentence.say(lang)} for one in found.exported.gaps
        ],
        "differences": None
        if found.differences is None
        else [
            {"worker": one.worker, "date": str(one.day), "ours": one.ours, "theirs": one.theirs}
            for one in found.differences
        ],
        "filled": filled
        and {
            "cells": filled.cells,
            "days": filled.days,
            "absent": list(filled.absent),
            "unsure": list(filled.unsure),
        },
        "sent": found.sent,
        "files": [str(path) for path in found.written],
    }


def _shown(found: ExchangeTold, lang: Lang) -> list[Any]:
    facts = {"month": found.row.month, "n": found.row.number, "system": SYSTEM_NAMES[found.system]}
    counts = {"cells": len(found.exported.cells), "bodies": len(found.exported.bodies)}
    shown: list[Any] = [MADE.say(lang, **facts, **counts)]
    shown += [MISSING.say(lang, what=one.sentence) for one in found.exported.gaps]
    if found.filled:
        absent = join_items((found.names.get(who, who) for who in found.filled.absent), lang) or NOBODY.say(lang)
        shown.append(FILLED.say(lang, cells=found.filled.cells, days=found.filled.days, absent=absent))
        if found.filled.unsure:
            shown.append(UNSURE.say(lang, rows=join_items(found.filled.unsure, lang)))
    if found.differences is not None:
        shown.append(DIFFERENT.say(lang, n=len(found.differences)) if found.differences else SAME.say(lang))
        for one in found.differences:
            theirs = NOTHING if one.theirs is None else one.theirs or OFF
            who = found.names.get(one.worker, one.worker)
            sentence = SURPLUS if one.ours is None else CELL
            shown.append(sentence.say(lang, who=who, day=one.day, ours=one.ours or OFF, theirs=theirs))
    shown += [SENT.say(lang, n=found.sent)] if found.sent else []
    return [*shown, *file_lines(list(found.written), lang)]
