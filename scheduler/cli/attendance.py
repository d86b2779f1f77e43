"""The commands `attendance compare` and `attendance enter`: planned against actual, and what HR confirms of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.box import SIMPLE
from rich.table import Table as Grid

from scheduler.app.attendance import DIFFERENT, AttendanceTold, compare_attendance, say_counts
from scheduler.app.enter_attendance import ENTERED, enter_attendance
from scheduler.app.wording import change_line
from scheduler.cli.answer import Answer, answering, both
from scheduler.cli.hr import DaysType
from scheduler.cli.options import MonthType, because_option, by_option, desk_argument, out_option, store_option
from scheduler.cli.rendering import change_row, file_lines, stuck_lines
from scheduler.domain import Month
from scheduler.files.papers.attendance_sheet import COLUMNS, say_title, shown_rows
from scheduler.files.schema.clock_exports import EXPORTS
from scheduler.i18n import Lang, Sentence
from scheduler.workflow.attendance import FINDING_NAMES, Attendance

ONE = Sentence("{day} {shift} {who}：{finding}", "{day} {shift} {who}: {finding}")
MINUTES = Sentence("{what} {n} 分钟", "{what}, {n} min")
REJECTED = Sentence("否决“{what}”", "rejected: {what}")
TAKEN_BACK = Sentence("撤销“{what}”", "taken back: {what}")


@click.group(
    help=both(
        "考勤：打卡记录与排班对照，确认后记入账册。",
        "Attendance: punches held against the roster, entered once confirmed.",
    )
)
def attendance() -> None:
    """Planned against actual."""


@attendance.command(
    help=both(
        "打卡记录与排班逐班对照：迟到、早退、缺卡、未到岗、他人顶班；只提出，不记入。不给文件则列出已确认的。",
        "Punches against the roster, duty by duty: late, early, no punch, absent, stood in for. It proposes, and records nothing;"
        " without files it lists what is confirmed.",
    )
)
@desk_argument
@click.argument("exports", nargs=-1, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--month", type=MonthType(), help=both("哪个月，默认本月。", "Which month; by default the present one."))
@click.option("--cut-off", is_flag=True, help=both("按考勤截止日。", "By the cut-off day."))
@click.option("--period", "days", type=DaysType(), help=both("改为这些天。", "These days instead."))
@click.option(
    "--mapping",
    type=click.Choice([one.name for one in EXPORTS]),
    default=None,
    help=both("是哪种导出；默认按表头认。", "Which export it is; by default told by its headings."),
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help=both("写成 Excel，供人事逐条确认。", "Write it as Excel, for HR to confirm."),
)
@store_option
@answering
def compare(
    desk: Path,
    exports: tuple[Path, ...],
    lang: Lang,
    month: Month | None,
    days: tuple[date, date] | None,
    cut_off: bool,
    **options: Any,
) -> Answer:
    """Hold punches against the roster."""
    if days and (month or cut_off):
        raise click.UsageError(
            both("--period 不与 --month、--cut-off 同用。", "--period goes without --month and --cut-off.")
        )
    options["mapping"] = options["mapping"] or ""
    found = compare_attendance(desk, exports, month, days=days, cut_off=cut_off, lang=lang, **options)
    return Answer(_payload(found, lang), _shown(found, lang))


def _payload(found: AttendanceTold, lang: Lang) -> dict[str, Any]:
    sheet = found.sheet
    return {
        "status": "DONE",
        "period": {"first": str(sheet.period.first), "last": str(sheet.period.last)},
        "proposed": [
            _row(row.attendance)
            | {
                "name": row.name,
                "due": list(row.due),
                "seen": list(row.seen),
                "recorded": row.is_recorded,
                "rejected": row.is_rejected,
            }
            for row in sheet.rows
        ],
        "as_planned": found.as_planned,
        "beside": [{"worker": who, "name": name, "at": at.isoformat()} for who, name, at in sheet.beside],
        "totals": [
            {"worker": who, "name": name, "what": what.say(lang), "report": said, "confirmed": ours}
            for who, name, what, said, ours in sheet.totals
        ],
        "notes": [note.say(lang) for note in sheet.notes],
        "files": [str(found.written)] if found.written else [],
    }


def _row(one: Attendance) -> dict[str, Any]:
    told = {"worker": one.worker, "date": str(one.day), "shift": one.shift, "finding": one.finding.value}
    return told | {"minutes": one.minutes, "by": one.by, "revoked": one.revoked, "rejected": one.rejected}


def _shown(found: AttendanceTold, lang: Lang) -> list[Any]:
    sheet = found.sheet
    grid = Grid(box=SIMPLE, padding=(0, 1, 0, 0))
    for column in list(COLUMNS.values())[:11]:
        title = column.title
        grid.add_column(title.say(lang) if isinstance(title, Sentence) else title)
    for row in shown_rows(sheet.rows, lang):
        grid.add_row(*row)
    shown: list[Any] = [say_title(sheet, lang), say_counts(found, lang)]
    shown += [grid] if sheet.rows else []
    shown += [
        DIFFERENT.say(lang, who=who, name=name, what=what, said=said, ours=ours)
        for who, name, what, said, ours in sheet.totals
    ]
    shown += [note.say(lang) for note in sheet.notes]
    return [*shown, *file_lines([found.written] if found.written else [], lang)]


@attendance.command(
    help=both(
        "把人事在核对表里确认了的读回，记入账册；排班表不改。",
        "Read back what HR confirmed in the sheet, and enter it; the roster stays as planned.",
    )
)
@desk_argument
@click.argument("sheet", type=click.Path(path_type=Path), metavar="SHEET")
@by_option
@because_option(required=True)
@out_option
@store_option
@answering
def enter(desk: Path, sheet: Path, lang: Lang, **options: Any) -> Answer:
    """Enter confirmed attendance."""
    done = enter_attendance(desk, sheet, lang=lang, **options)
    names = {worker.id: worker.name for worker in done.files.workers}
    payload = {
        "status": "ENTERED" if done.entered else "DONE",
        "entered": [_row(one) for one in done.entered],
        "cells": [change_row(change) for change in done.changes],
        "before": done.before,
        "stuck": [fault.say(lang) for fault in done.stuck],
    }
    shown: list[Any] = [ENTERED.say(lang, n=len(done.entered), before=done.before)]
    shown += [f"  {_line(one, names, lang)}" for one in done.entered]
    shown += [f"  {change_line(change, names, lang)}" for change in done.changes]
    return Answer(payload, [*shown, *stuck_lines(done.stuck, lang)])


def _line(one: Attendance, names: dict[str, str], lang: Lang) -> str:
    said = FINDING_NAMES[one.finding].say(lang)
    said = MINUTES.say(lang, what=said, n=one.minutes) if one.minutes else said
    said = f"{said} {names.get(one.by, one.by)}".strip()
    said = TAKEN_BACK.say(lang, what=said) if one.revoked else said
    said = REJECTED.say(lang, what=said) if one.rejected else said
    return ONE.say(lang, day=one.day, shift=one.shift, who=names.get(one.worker, one.worker), finding=said)
