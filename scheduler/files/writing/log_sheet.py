"""The sheet of the change log."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from scheduler.files.writing.change_log_table import version_table
from scheduler.files.writing.edition import Edition, LogLine
from scheduler.files.writing.labels import AT_TIME, BECAUSE, BY, EVENT, VERSION
from scheduler.files.writing.page import LEFT, TIME, Column, Page, put_listing, put_table
from scheduler.i18n import Lang, Sentence
from scheduler.workflow.version import EVENT_NAMES as EVENTS


def write_log(page: Page, edition: Edition, lang: Lang) -> None:
    """Every version of the month that was ever in force, and every step; of a draft, its steps alone."""
    zone = ZoneInfo(edition.problem.desk.zone)

    def row(line: LogLine) -> Sequence[object]:
        event = EVENTS.get(line.event, Sentence(line.event, line.event)).say(lang)
        at = line.at.astimezone(zone).replace(tzinfo=None, microsecond=0)
        return at, event, line.version, line.by, line.because

    columns = (Column(AT_TIME, TIME), Column(EVENT), Column(VERSION), Column(BY), Column(BECAUSE, LEFT, 80))
    if not edition.issued:
        put_listing(page, columns, map(row, edition.log), lang)
        return
    heads, rows = version_table(edition.issued, edition.problem.names, edition.problem.desk.zone, lang)
    below = put_table(page, 1, heads, rows, lang)
    steps = (Column(VERSION, widest=0), Column(AT_TIME, TIME, 0), Column(EVENT, widest=0), Column(BY, widest=0))
    told = [(version, at, event, by) for at, event, version, by, _ in map(row, edition.log)]  # why may be private
    put_table(page, below + 1, steps, told, lang)
