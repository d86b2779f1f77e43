"""The command for an open duty: `candidates`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from rich.box import SIMPLE
from rich.console import RenderableType
from rich.table import Table as Grid

from scheduler.app.candidates import OpenDuty, find_candidates
from scheduler.app.wording import say_candidate, say_their_day
from scheduler.audit.candidates import Ranked, Word
from scheduler.cli.answer import DONE, Answer, answering, both
from scheduler.cli.options import PERSON, DateType, desk_argument, store_option, version_option
from scheduler.domain import Demand
from scheduler.i18n import Lang, Sentence, plain_number
from scheduler.timeline import clock_text
from scheduler.workflow.readers import Private
from scheduler.workflow.redaction import may_be_told
from scheduler.workflow.version import STATUS_NAMES

HEAD = Sentence(
    "{day}“{shift}”班 {start}–{end}，{month} 第 {n} 版（{status}）：{able} 人可以接，{overtime} 人须先批加班，{not_able} 人不行",
    "{day}, {shift} {start}–{end}, {month} version {n} ({status}): {able} can take it, {overtime} after overtime is approved,"
    " {not_able} cannot",
)
ON_IT = Sentence(
    "已在班上{who}：{heads} 人（最少 {least}，目标 {target}{most}）",
    "On it{who}: {heads} (least {least}, target {target}{most})",
)
AT_MOST = Sentence("，最多 {most}", ", at most {most}")
NAMED = Sentence("{name}（{id}）", "{name} ({id})")
RANK, WHO, PHONE = Sentence("次序", "#"), Sentence("谁", "Who"), Sentence("电话", "Phone")
CAN, THAT_DAY = Sentence("可否", "Can"), Sentence("当天", "That day")
HOURS, AHEAD = Sentence("工时/应摊", "Hours/share"), Sentence("多出（含结转）", "Beyond share, carried included")
SAME = Sentence("此班", "Such duties")
RESERVE = Sentence("【备班】", "[reserve]")
WITHOUT_PHONES = Sentence(
    "电话只给班长和审批人：用 --by 写明是谁在问", "Phones are for leads and approvers: say by --by who asks"
)


@click.command(
    help=both(
        "某天某班空着：每人可不可以接、要不要先批加班、哪条规则不许、工时比应摊多少，按次序列出。",
        "Who could take an open duty: everybody in order, whether they may, after overtime, or which rule forbids, and their hours.",
    )
)
@desk_argument
@click.argument("day", type=DateType())
@click.argument("shift", type=PERSON)
@version_option
@click.option(
    "--by",
    type=PERSON,
    default="",
    metavar="ID",
    help=both("谁在问（决定能看到什么）。", "Who asks: decides what may be read."),
)
@store_option
@answering
def candidates(desk: Path, day: Any, shift: str, lang: Lang, **options: Any) -> Answer:
    """Rank everybody for an open duty."""
    found = find_candidates(desk, day, shift, lang=lang, **options)
    row, notes = found.row, [note.say(lang) for note in found.notes]
    payload: dict[str, Any] = {
        "status": "RANKED",
        "version": row.number,
        "version_status": row.status,
        "date": found.day.isoformat(),
        "shift": found.shift.code,
        "heads": [
            {"who": each.who, "at_work": heads, "least": each.least, "target": each.target, "most": each.most}
            for each, heads in found.heads
        ],
        "candidates": [_row(found, rank, one, lang) for rank, one in enumerate(found.ranked, 1)],
        "notes": notes,
    }
    return Answer(
        payload, [*_render_head(found, lang), _render_table(found, lang), *_render_end(found, lang), *notes], DONE
    )


def _row(found: OpenDuty, rank: int, one: Ranked, lang: Lang) -> dict[str, Any]:
    """Somebody, for `--json`."""
    told = [each.reason.rule for each in one.broken if may_be_told(each, found.reader)]
    return {
        "rank": rank,
        "worker": one.worker,
        "name": found.problem.names[one.worker],
        **({"phone": found.phones[one.worker]} if one.worker in found.phones else {}),
        "word": one.word.value,
        "reserve": one.worker in found.standing_by,
        "because": say_candidate(found, one, lang) if one.word not in (Word.LEGAL, Word.OVERTIME) else None,
        "rule": told[0] if told else None,
        "overtime": one.overtime.minutes / 60 if one.overtime else 0,
        "on_duty": list(one.on_duty),
        "away": one.is_away,
        "employed": one.is_employed,
        "hours": one.standing.hours,
        "share": round(one.standing.share, 2),
        "beyond": round(one.ahead, 2),
        "same": one.standing.same,
    }


def _render_head(found: OpenDuty, lang: Lang) -> list[str]:
    """The duty, how many can take it, and how many are on it."""
    shift, able, overtime = found.shift, found.count(Word.LEGAL), found.count(Word.OVERTIME)
    head = HEAD.say(
        lang,
        day=found.day,
        shift=shift.code,
        start=clock_text(shift.start),
        end=clock_text(shift.end),
        month=found.row.month,
        n=found.row.number,
        status=STATUS_NAMES[found.row.status],
        able=able,
        overtime=overtime,
        not_able=len(found.ranked) - able - overtime,
    )
    return [head, *(_render_heads(each, heads, lang) for each, heads in found.heads)]


def _render_heads(each: Demand, heads: int, lang: Lang) -> str:
    most = AT_MOST.say(lang, most=each.most) if each.most is not None else ""
    who = f" {each.who}" if each.who else ""
    return ON_IT.say(lang, who=who, heads=heads, least=each.least, target=each.target, most=most)


def _render_table(found: OpenDuty, lang: Lang) -> RenderableType:
    """Everybody, a row each."""
    grid = Grid(box=SIMPLE, pad_edge=False)
    for title in (RANK, WHO, *([PHONE] if found.phones else []), THAT_DAY, HOURS, AHEAD, SAME, CAN):
        grid.add_column(title.say(lang))
    for rank, one in enumerate(found.ranked, 1):
        stands = one.standing
        grid.add_row(
            str(rank),
            NAMED.say(lang, name=found.problem.names[one.worker], id=one.worker),
            *([found.phones.get(one.worker, "")] if found.phones else []),
            say_their_day(one, lang),
            f"{plain_number(stands.hours)}/{plain_number(stands.share)}",
            f"{one.ahead:+.1f}",
            str(stands.same),
            " ".join(
                [*([RESERVE.say(lang)] if one.worker in found.standing_by else []), say_candidate(found, one, lang)]
            ),
        )
    return grid


def _render_end(found: OpenDuty, lang: Lang) -> list[str]:
    return [] if found.reader.may_read(Private.PHONE) else [WITHOUT_PHONES.say(lang)]
