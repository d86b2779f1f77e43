"""`show`: a version of the roster as the ledger has it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from rich.cells import cell_len
from rich.table import Table as Grid

from scheduler.app.show import Shown, show_version
from scheduler.cli.answer import Answer, answering, both, console
from scheduler.cli.options import desk_argument, for_option, store_option
from scheduler.cli.rendering import RESULTS, overtime_lines, overtime_payload
from scheduler.domain import Roster
from scheduler.i18n import WEEKDAYS, Lang, Sentence
from scheduler.workflow.readers import EVERYBODY
from scheduler.workflow.version import STATUS_NAMES


@click.command(help=both("显示账册里的一版排班。", "Show a version of the roster from the ledger."))
@desk_argument
@click.option(
    "--version",
    "number",
    type=click.IntRange(min=1),
    help=both("版本号，默认最新。", "Which version; the newest by default."),
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help=both("重新写出该版工作簿。", "Write its workbook again."),
)
@for_option
@store_option
@answering
def show(desk: Path, lang: Lang, **options: Any) -> Answer:
    """Print a version as a grid."""
    found = show_version(desk, lang=lang, **options)
    row = found.row
    payload = {
        "version": row.number,
        "month": str(row.month),
        "status": row.status,
        "made_at": row.made_at.isoformat(),
        "proof": row.status_word,
        "objective": round(row.objective),
        "bound": round(row.bound),
        "finder": row.finder,
        "prover": row.prover,
        "certificate": row.certificate,
        "assumptions": [note[lang] for note in row.assumptions if isinstance(note, dict)],
        "files": [str(found.written)] if found.written else [],
        "notes": [note.say(lang) for note in found.notes],
        "people": [
            {
                "id": one.id,
                "name": one.name,
                "roles": list(one.roles),
                "may_approve": found.rights.may_approve_something(who),
            }
            | {"on_roster": one.on_roster, "rights": list(found.rights.held_by(who))}
            for who, one in found.rights.people.items()
        ],
        "duties": [
            {key: duty[key] for key in ("worker", "date", "shift", "start", "end", "segments", "paid_hours")}
            for duty in row.details
        ],
        **(overtime_payload(found.problem, Roster(row.duties)) if found.problem else {}),
    }
    head = Sentence(
        "{desk} {month} 第 {n} 版（{status}，{proof}）", "{desk} {month}, version {n} ({status}, {proof})"
    ).say(
        lang,
        desk=found.files.desk.name,
        month=row.month,
        n=row.number,
        status=STATUS_NAMES[row.status],
        proof=RESULTS[row.status_word],
    )
    extra = overtime_lines(found.problem, lang) if found.problem else []
    return Answer(payload, [head, *_render_grids(found, lang), *extra, *(note.say(lang) for note in found.notes)])


def _render_grids(found: Shown, lang: Lang) -> Iterator[Grid]:
    """The roster as tables, people down and as many days across as the terminal holds."""
    row, duties = found.row, Roster(found.row.duties)
    away = found.problem.leave_days if found.problem else {}
    desk = found.files.desk
    signs = {cell: desk.leave_kind(EVERYBODY.leave_kind(leave)).sign.say(lang) for cell, leave in away.items()}
    dates = row.month.days()
    heads = [f"{worker} {name}" for worker, name in row.people.items()]
    across = max(7, (console().width - max(map(cell_len, heads), default=0) - 1) // 4)
    for start in range(0, len(dates), across):
        days = dates[start : start + across]
        grid = Grid(box=None, padding=(0, 1, 0, 0))
        for head in ("", *(f"{day.day}\n{WEEKDAYS[day.weekday()].say(lang)}" for day in days)):
            grid.add_column(head, no_wrap=True)
        for head, worker in zip(heads, row.people, strict=True):
            cells = ("+".join(duties.on(worker, day)) or signs.get((worker, day), "·") for day in days)
            grid.add_row(head, *cells)
        yield grid
