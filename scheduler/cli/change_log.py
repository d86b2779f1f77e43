"""The change log as text and for `--json`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from scheduler.app.log import Told
from scheduler.files.writing.log_contents import log_tables
from scheduler.files.writing.log_tables import Wording
from scheduler.files.writing.log_wording import name_event, tell_remark, tell_step
from scheduler.i18n import Lang, Sentence
from scheduler.workflow.log_steps import Step

NO_ENTRY = Sentence("还没有记录", "No entry yet")
NOTHING_LIKE_THAT = Sentence("没有这样的记录", "No such entry")
OF_VERSION, OF_REQUEST = Sentence("第 {n} 版", "version {n}"), Sentence("申请 {n}", "request {n}")
SET_ASIDE = Sentence("破例：{why}", "set aside because: {why}")


def log_payload(told: Told, lang: Lang) -> dict[str, Any]:
    """Every table of a log for `--json`, and of each entry what was recorded beside it."""
    wording = Wording(lang, ZoneInfo(told.log.zone), told.log.names)
    tables = {table.key: wording.to_json(table) for table in log_tables(told.log)}
    for row, entry in zip(tables["entries"], told.entries, strict=True):
        row |= {
            "at": entry.at.isoformat(timespec="seconds"),
            "facts": {name: value for name, value in entry.facts.items() if name != "v"},
            "hash": entry.hash,
        }
    return tables


def log_lines(told: Told, lang: Lang) -> list[str]:
    """A line for each step of a log."""
    wording = Wording(lang, ZoneInfo(told.log.zone), told.log.names)
    if told.log.steps:
        return ["  ".join(_parts(step, wording)) for step in told.log.steps]
    return [(NOTHING_LIKE_THAT if told.log.head[0] else NO_ENTRY).say(lang)]


def _parts(step: Step, wording: Wording) -> Iterator[str]:
    """What a line tells of a step."""
    lang, names = wording.lang, wording.names
    yield f"{wording.tell(step.at):%Y-%m-%d %H:%M}"
    yield name_event(step.event).name.say(lang)
    if step.version:
        yield OF_VERSION.say(lang, n=step.version)
    if step.request:
        yield OF_REQUEST.say(lang, n=step.request.number)
    said = [tell_step(step, names).say(lang), names.get(step.by, step.by), step.because]
    said += [SET_ASIDE.say(lang, why=step.override)] if step.override else []
    remark = tell_remark(step)
    said += [remark.say(lang)] if remark else []
    said += [f"({step.ran_by})"] if step.ran_by else []
    yield from filter(None, said)
