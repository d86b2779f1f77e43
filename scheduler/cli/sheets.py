"""The command `sheets`: what is filled in by hand, day by day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from scheduler.app.sheets import write_sheets
from scheduler.cli.answer import Answer, answering, both
from scheduler.cli.hr import DaysType
from scheduler.cli.options import desk_argument, for_option, month_option, store_option, version_option
from scheduler.cli.rendering import file_lines
from scheduler.domain import Month
from scheduler.i18n import Lang, Sentence

WRITTEN = Sentence(
    "{month} 第 {n} 版，{first} 至 {last}：签到表、交接班表、交接班日志、值班通讯录、值日表",
    "{month}, version {n}, {first} to {last}: sign-in, handover, log, contacts, cleaning",
)


@click.command(
    help=both(
        "手填的表单：签到表、交接班表（谁交给谁）、交接班日志、值班通讯录、值日表，一个 Excel，A4 打印。",
        "Sheets to fill in by hand: sign-in, handover (who to whom), handover log, contacts, cleaning; one workbook, for A4.",
    )
)
@desk_argument
@month_option(required=False)
@version_option
@click.option("--days", type=DaysType(), help=both("只印这些天。", "These days only."))
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help=both("写到哪个 Excel。", "The workbook to write."),
)
@for_option
@store_option
@answering
def sheets(
    desk: Path,
    lang: Lang,
    month: Month | None,
    version: int | None,
    days: tuple[date, date] | None,
    out: Path,
    reader: str,
    store: str | None,
) -> Answer:
    """Write the sheets."""
    done = write_sheets(desk, out, month, version=version, days=days, reader=reader, store=store, lang=lang)
    first, last = done.days[0].date, done.days[-1].date
    payload = {
        "status": "DONE",
        "month": str(done.row.month),
        "version": done.row.number,
        "days": {"first": str(first), "last": str(last)},
        "notes": [note.say(lang) for note in done.notes],
        "files": [str(done.written)],
    }
    said = WRITTEN.say(lang, month=done.row.month, n=done.row.number, first=first, last=last)
    return Answer(payload, [said, *(note.say(lang) for note in done.notes), *file_lines([done.written], lang)])
