"""The command `compare`: two versions of a month beside each other."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from scheduler.app.compare import Compared, VersionCompared, compare_versions
from scheduler.audit.comparison import COMPARED, PersonCompared
from scheduler.cli.answer import DONE, Answer, answering, both
from scheduler.cli.options import desk_argument, store_option
from scheduler.cli.rendering import change_line, change_row, file_lines
from scheduler.files.papers.comparison import TITLES
from scheduler.i18n import Lang, Sentence
from scheduler.workflow.version import STATUS_NAMES

HEAD = Sentence(
    "{month}：第 {a} 版（{before}）→ 第 {b} 版（{after}），改动 {n} 格、{people} 人",
    "{month}: version {a} ({before}) → version {b} ({after}), {n} cells of {people} people differ",
)
COST = Sentence("总代价 {a} → {b}（各按该版自己的规则和数据）", "cost {a} → {b}, each by its own rules and tables")
BROKEN = Sentence("违反规则 {a} → {b} 处", "rules broken {a} → {b} times")
SAME = Sentence("两版的班次和各人的合计都相同", "all duties and everybody's totals are the same")
PERSON = Sentence("{who}（{worker}）：{what}", "{who} ({worker}): {what}")
DIFFERS = Sentence("{title} {before:h} → {after:h}（{more:+h}）", "{title} {before:h} → {after:h} ({more:+h})")
ALIKE = Sentence("合计不变", "totals unchanged")


@click.command(
    help=both(
        "比较同一个月的两版：哪些格变了，谁多谁少（工时、夜班、周末、节假日、满足的申请）。",
        "Compare two versions of a month: which cells differ, and who has more or less of what.",
    )
)
@desk_argument
@click.option(
    "--versions",
    nargs=2,
    type=click.IntRange(min=1),
    required=True,
    metavar="A B",
    help=both("哪两版：原、现。", "Which two: before, after."),
)
@click.option(
    "--xlsx",
    type=click.Path(path_type=Path, dir_okay=False),
    help=both("另写成 Excel。", "Write it as Excel, too."),
)
@store_option
@answering
def compare(desk: Path, versions: tuple[int, int], lang: Lang, **options: Any) -> Answer:
    """Compare two versions."""
    done = compare_versions(desk, *versions, lang=lang, **options)
    payload = {
        "status": "DONE",
        "month": str(done.before.row.month),
        "before": _version_row(done.before),
        "after": _version_row(done.after),
        "changes": [change_row(change) for change in done.found.changes],
        "people": [_person_row(one) for one in done.found.people],
        "files": [str(done.written)] if done.written else [],
    }
    return Answer(payload, list(_lines(done, lang)), DONE)


def _version_row(one: VersionCompared) -> dict[str, Any]:
    return {"version": one.row.number, "state": one.row.status, "cost": one.cost, "broken": one.broken}


def _person_row(one: PersonCompared) -> dict[str, Any]:
    totals = {name: [one.value(name, after=False), one.value(name, after=True)] for name in COMPARED}
    return {"worker": one.worker, "name": one.name, "cells": len(one.changes), "totals": totals}


def _lines(done: Compared, lang: Lang) -> Iterator[str]:
    before, after, found = done.before, done.after, done.found
    facts = {"month": before.row.month, "a": before.row.number, "b": after.row.number, "n": len(found.changes)}
    states = {"before": STATUS_NAMES[before.row.status], "after": STATUS_NAMES[after.row.status]}
    yield HEAD.say(lang, **facts, **states, people=len({change.worker for change in found.changes}))
    yield COST.say(lang, a=before.cost, b=after.cost)
    if before.broken or after.broken:
        yield BROKEN.say(lang, a=before.broken, b=after.broken)
    if not found.people:
        yield SAME.say(lang)
    names = {one.worker: one.name for one in found.people}
    for one in found.people:
        told = [
            DIFFERS.say(
                lang,
                title=TITLES[name],
                before=one.value(name, after=False),
                after=one.value(name, after=True),
                more=more,
            )
            for name, more in one.differences.items()
        ]
        what = ("，" if lang == "zh" else ", ").join(told) or ALIKE.say(lang)
        yield PERSON.say(lang, who=one.name, worker=one.worker, what=what)
        yield from (f"  {change_line(change, names, lang)}" for change in one.changes)
    yield from file_lines([done.written] if done.written else [], lang)
