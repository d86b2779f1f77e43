"""Options for cells that are held while the rest of a month is made: `--hold`, `--keep`, `--around`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from scheduler.app.generate import Generated
from scheduler.cli.answer import both
from scheduler.cli.options import CellType
from scheduler.i18n import Lang, Sentence, join_items

CHANGED = Sentence(
    "与第 {n} 版相比改动 {cells} 格（定住的在内）：{what}",
    "{cells} cells differ from version {n}, held ones included: {what}",
)
CELL = Sentence("{who} {day} {before}→{after}", "{who} {day} {before}→{after}")
OFF = Sentence("休", "off")
MOST_NAMED = 8


def holding_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Which cells are held, and around which version the rest is made."""
    for option in (
        click.option(
            "--around",
            type=click.IntRange(min=1),
            help=both(
                "围绕哪一版：--keep 的格子照它，--fewest 的改动按它数。",
                "Around which version: --keep holds cells as they are there, --fewest counts changes from it.",
            ),
        ),
        click.option(
            "--keep",
            type=CellType(),
            multiple=True,
            help=both("照 --around 那一版定住这一格，可多次。", "Hold this cell as in --around; may be given again."),
        ),
        click.option(
            "--hold",
            type=click.Path(path_type=Path, dir_okay=False),
            help=both(
                "定住工作簿里的格子，其余重排：改自某一版的，定住改过的格；其他的，定住填了的格。",
                "Hold a workbook's cells and make the rest: those changed in it, where it was made from a version, else those filled in.",
            ),
        ),
    ):
        command = option(command)
    return command


def read_holding(desk: Path, lang: Lang, options: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The options with the cells that are held, and how these were understood."""
    file, keep, around = (options[name] for name in ("hold", "keep", "around"))
    plain = {name: value for name, value in options.items() if name not in ("hold", "keep", "around")}
    if file is None and not keep and around is None:
        return plain, []
    from scheduler.app.holding import read_held

    read = read_held(desk, plain["month"], file=file, around=around, keep=keep, store=plain["store"])
    plain |= {"month": read.month, "held": read.cells, "around": read.around}
    return plain, [note.say(lang) for note in read.notes]


def change_lines(made: Generated, around: int | None, lang: Lang) -> list[str]:
    """How many cells differ from the version around which the rest was made, and the first of them."""
    if around is None:
        return []
    said = [
        CELL.say(
            lang,
            who=made.problem.names.get(one.worker, one.worker),
            day=one.day,
            before="+".join(one.before) or OFF.say(lang),
            after="+".join(one.after) or OFF.say(lang),
        )
        for one in made.changes[:MOST_NAMED]
    ]
    more = ["…"] if len(made.changes) > MOST_NAMED else []
    return [CHANGED.say(lang, n=around, cells=len(made.changes), what=join_items([*said, *more], lang))]
