"""The change log as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from scheduler.files.writing.labels import BECAUSE, VERSION
from scheduler.files.writing.page import LEFT, TEXT, TIME, Column
from scheduler.i18n import Lang, Sentence, day_name, join_items
from scheduler.workflow.change_log import LogRow

MOVES = Sentence("改动明细", "Changes")
PUBLISHED, WITHDRAWN = Sentence("发布时间", "Published"), Sentence("作废时间", "Void since")
REQUEST, REQUESTER = Sentence("申请号", "Request"), Sentence("申请人", "Requester")
COUNTERPART, APPROVER = Sentence("对方", "Counterpart"), Sentence("批准人", "Approver")
CELLS = Sentence("改动（原 → 现）", "Changes (before → after)")
OUTSTANDING = Sentence("未签收 / 未收回", "Receipts outstanding")
BEFORE, AFTER = Sentence("原", "Before"), Sentence("现", "After")
MOVE = Sentence("{who} {day}：{before} → {after}", "{who}, {day}: {before} → {after}")
MORE = Sentence("…共 {n} 处，见“{sheet}”", "… {n} in all, see sheet {sheet}")
MORE_IN_LOG = Sentence("…共 {n} 处，见 scheduler log --xlsx", "… {n} in all, see scheduler log --xlsx")
NO_DUTY = Sentence("休", "off")

SHOWN_MOVES = 8  # in one cell of the workbook; the second sheet holds them all
ROSTER_MOVES = 20  # in one cell of a roster's workbook, which has no such sheet
HIGHEST = 400  # points; no row may pass 409


def version_table(
    rows: Sequence[LogRow], names: Mapping[str, str], zone: str, lang: Lang
) -> tuple[list[Column], list[list[Any]]]:
    """The change log as a table of a workbook's sheet: its columns and its rows."""
    log = ChangeLogTable(rows, lang, names, ZoneInfo(zone))
    cells = ("\n".join(log.cells(row, ROSTER_MOVES, MORE_IN_LOG)) for row in rows)
    return log.columns, [log.values(row, text) for row, text in zip(rows, cells, strict=True)]


class ChangeLogTable:
    """Rows of the change log as columns and values, in one language and with the times of one zone."""

    def __init__(self, rows: Sequence[LogRow], lang: Lang, names: Mapping[str, str], zone: ZoneInfo) -> None:
        self.rows, self.lang, self.names, self.zone = rows, lang, names, zone

    @property
    def columns(self) -> list[Column]:
        """The log's columns, in order."""
        return [
            Column(VERSION),
            Column(PUBLISHED, TIME),
            Column(WITHDRAWN, TIME),
            Column(REQUEST, TEXT, 16),
            Column(REQUESTER, LEFT, 20),
            Column(COUNTERPART, LEFT, 20),
            Column(APPROVER, LEFT, 20),
            Column(BECAUSE, LEFT, 40),
            Column(CELLS, LEFT, 52),
            Column(OUTSTANDING, LEFT, 30),
        ]

    def cells(self, row: LogRow, most: int | None = None, rest: Sentence = MORE) -> list[str]:
        """What moved, a line each; beyond `most`, where to find the rest."""
        lines = [
            MOVE.say(
                self.lang,
                who=self.names.get(cell.worker, cell.worker),
                day=day_name(cell.day, self.lang),
                before=self.codes(cell.before),
                after=self.codes(cell.after),
            )
            for cell in row.cells
        ]
        if most is not None and len(lines) > most:
            return [*lines[:most], rest.say(self.lang, n=len(lines), sheet=MOVES)]
        return lines

    def codes(self, codes: Sequence[str]) -> str:
        """The shifts of a cell, or that there is none."""
        return "+".join(codes) or NO_DUTY.say(self.lang)

    def local(self, at: datetime | None) -> datetime | None:
        """A moment as the desk's clocks show it."""
        return at and at.astimezone(self.zone).replace(tzinfo=None, microsecond=0)

    def values(self, row: LogRow, cells: str) -> list[Any]:
        """A row of the log."""
        return [
            row.version,
            self.local(row.published),
            self.local(row.withdrawn),
            *(row.request, row.requester, row.counterpart, row.approver, row.reason),
            cells,
            join_items(row.outstanding, self.lang),
        ]
