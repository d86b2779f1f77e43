"""`show`: a version of the roster as the ledger has it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.cells import cell_len
from rich.table import Table as Grid

from scheduler.app.on_duty import AtMoment, who_was_on_duty
from scheduler.app.show import Shown, show_version
from scheduler.cli.answer import Answer, answering, both, console
from scheduler.cli.gaps import open_lines, open_rows
from scheduler.cli.options import MomentType, desk_argument, for_option, store_option
from scheduler.cli.rendering import RESULTS, overtime_lines, overtime_payload
from scheduler.cli.reserves import fault_lines, reserve_lines, reserve_rows
from scheduler.domain import Roster
from scheduler.files.writing.labels import AMONG_GAPS
from scheduler.i18n import WEEKDAYS, Lang, Sentence
from scheduler.workflow.readers import EVERYBODY
from scheduler.workflow.version import STATUS_NAMES

STANDING_BY = Sentence("备班：", "Reserves:")


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
@click.option(
    "--as-of",
    type=MomentType(),
    help=both(
        "某一时刻谁在班：按当时在用的版本，和实际。",
        "Who was on duty at a time: by the version in force then, and in fact.",
    ),
)
@for_option
@store_option
@answering
def show(desk: Path, lang: Lang, as_of: datetime | None, **options: Any) -> Answer:
    """Print a version as a grid, or who was on duty at a time."""
    if as_of:
        if options["number"] or options["out"] or options["reader"]:
            raise click.UsageError(
                both("--as-of 不与 --version、--out、--for 同用。", "--as-of goes without --version, --out and --for.")
            )
        return _answer_at(who_was_on_duty(desk, as_of, store=options["store"]), lang)
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
        "open": open_rows(found.open, lang),
        "reserves": reserve_rows(found.reserves),
        "reserves_fallen": reserve_rows([one.reserve for one in found.reserve_faults]),
        **(overtime_payload(found.problem, Roster(row.duties)) if found.problem else {}),
    }
    proof = RESULTS[row.status_word].say(lang)
    head = Sentence(
        "{desk} {month} 第 {n} 版（{status}，{proof}）", "{desk} {month}, version {n} ({status}, {proof})"
    ).say(
        lang,
        desk=found.files.desk.name,
        month=row.month,
        n=row.number,
        status=STATUS_NAMES[row.status],
        proof=AMONG_GAPS.say(lang, proof=proof) if found.open else proof,
    )
    extra = overtime_lines(found.problem, lang) if found.problem else []
    extra = [*open_lines(found.open, lang), *extra]
    if found.reserves:
        extra = [*extra, STANDING_BY.say(lang), *reserve_lines(found.reserves, row.people, lang)]
        extra += fault_lines(found.reserve_faults, row.people, lang)
    return Answer(payload, [head, *_render_grids(found, lang), *extra, *(note.say(lang) for note in found.notes)])


AT = Sentence("{desk} {at}（{zone}）谁在班", "{desk}, {at} ({zone}): who was on duty")
BY_VERSION = Sentence("{month} 当时在用第 {n} 版（指纹 {mark}）", "{month}: version {n} was in force (mark {mark})")
NOBODY = Sentence("没有人", "nobody")
BESIDE = Sentence("加班", "overtime")
STATES = {
    (True, True): Sentence("排了，在班", "planned and there"),
    (True, False): Sentence("排了，没有上", "planned, not there"),
    (False, True): Sentence("没有排，实际在班", "not planned, there in fact"),
    (False, False): Sentence("没有排，实际不在", "not planned, and not there"),
}
GONE = Sentence("{times} 离岗（请假）", "gone {times} (leave)")


def _answer_at(found: AtMoment, lang: Lang) -> Answer:
    """Who was on duty at a time."""
    rows = [
        {
            "worker": one.who,
            "name": one.name,
            "shift": one.shift,
            "start": one.start.isoformat(),
            "end": one.end.isoformat(),
            "planned": one.planned,
            "there": one.there,
            "gone": [[since.isoformat(), until.isoformat()] for since, until in one.gone],
        }
        for one in found.people
    ]
    versions = [
        {"month": str(one.month), "version": one.number or None, "fingerprint": one.fingerprint}
        for one in found.versions
    ]
    payload = {"status": "OK", "as_of": found.at.isoformat(), "versions": versions, "on_duty": rows}
    payload |= {"notes": [note.say(lang) for note in found.notes]}
    lines: list[Any] = [
        AT.say(lang, desk=found.files.desk.name, at=f"{found.at:%Y-%m-%d %H:%M}", zone=found.files.desk.zone)
    ]
    lines += [
        BY_VERSION.say(lang, month=one.month, n=one.number, mark=one.fingerprint)
        for one in found.versions
        if one.number
    ]
    grid = Grid(box=None, padding=(0, 2, 0, 0))
    for one in found.people:
        span = f"{one.start:%m-%d %H:%M}–{one.end:%m-%d %H:%M}"
        times = "、".join(f"{since:%H:%M}–{until:%H:%M}" for since, until in one.gone)
        state = [STATES[one.planned, one.there].say(lang), *([GONE.say(lang, times=times)] if times else [])]
        grid.add_row(
            one.who, one.name, one.shift or BESIDE.say(lang), span, ("，" if lang == "zh" else ", ").join(state)
        )
    return Answer(
        payload, [*lines, grid if found.people else NOBODY.say(lang), *(note.say(lang) for note in found.notes)]
    )


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
