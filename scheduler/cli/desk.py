"""Commands about a desk's files: `init`, `schema`, `check`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click
from rich.box import SIMPLE
from rich.console import RenderableType
from rich.table import Table as Grid

from scheduler.app.check import check_desk
from scheduler.app.init import create_desk, create_empty, sample_names
from scheduler.app.making_words import first_lines
from scheduler.audit.obstacles import Kind
from scheduler.audit.understood import understand
from scheduler.cli.answer import BROKEN, DONE, Answer, answering, both
from scheduler.cli.first_words import obstacle_rows
from scheduler.cli.leave_lines import leave_data, leave_lines
from scheduler.cli.options import desk_argument, month_option, store_option
from scheduler.cli.rendering import against_lines, violation_row
from scheduler.cli.rights import rights_lines, rights_payload
from scheduler.cli.understood import understood_lines, understood_payload
from scheduler.domain import Month
from scheduler.files.reading.open_questions import Guesses
from scheduler.files.schema.settings import ATTENDANCE_KEYS, BREAK_KEYS, DESK_KEYS, PAGE_KEYS, RIGHT_KEYS, SERVICE_KEYS
from scheduler.files.schema.table import Column
from scheduler.files.schema.tables import TABLES
from scheduler.i18n import Lang, Sentence, join_items


@click.command(
    help=both("从样例建一个新的部门文件夹；或建一个空的。", "Make a desk folder from a sample, or an empty desk.")
)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--regime",
    type=click.Choice(sample_names()),
    help=both("哪个样例（默认 three_shift_desk）。", "Which sample (three_shift_desk by default)."),
)
@click.option(
    "--empty",
    is_flag=True,
    help=both(
        "空的部门：只有表头、单位和例子；名字以 .xlsx 结尾则是一个工作簿。",
        "An empty desk of headings, units and examples; one workbook where the name ends in .xlsx.",
    ),
)
@answering
def init(folder: Path, regime: str | None, empty: bool, lang: Lang) -> Answer:
    """Copy a sample, or lay out empty tables."""
    if empty and regime:
        raise click.UsageError(both("--empty 与 --regime 写一个。", "Give one of --empty and --regime."))
    made = create_empty(folder, lang) if empty else create_desk(folder, regime or "three_shift_desk")
    said = (MADE_EMPTY if empty else MADE).say(lang, folder=folder, n=len(made))
    return Answer({"status": "DONE", "files": [str(path) for path in made]}, [said])


MADE = Sentence(
    "已建好 {folder}（{n} 个文件）。改好人员后运行：scheduler check {folder} --month …",
    "{folder} is made ({n} files). Edit the people, then run: scheduler check {folder} --month …",
)
MADE_EMPTY = Sentence(
    "已建好空的 {folder}。先填人员、班次、需求，再运行：scheduler check {folder}",
    "{folder} is made, and empty. Fill in people, shifts and demand, then run: scheduler check {folder}",
)


@click.command(help=both("列出每张表、每一列、单位和默认值。", "Every table, column, unit and default."))
@answering
def schema(lang: Lang) -> Answer:
    """Print the desk format from its declaration."""
    tables: dict[str, object] = {}
    shown: list[RenderableType] = []
    for table in TABLES:
        need = REQUIRED if table.required else OPTIONAL
        title = f"{table.title.say(lang)}  {table.name}.csv  {need.say(lang)}  {table.doc.say(lang)}"
        rows = _describe_columns(table.columns, lang)
        tables[table.name] = {"zh": table.title.zh, "required": table.required, "columns": rows}
        shown += [title, _tabulate(rows, lang), ""]
    settings = _describe_columns(DESK_KEYS, lang)
    opening = Sentence(
        "[opening] 日期类型 = 开放时段；[rules.规则名] 参数 = 值（见 scheduler rules）",
        "[opening] day key = hours; [rules.NAME] parameter = value (see scheduler rules)",
    ).say(lang)
    shown += ["desk.toml  [desk]", _tabulate(settings, lang)]
    sections = {
        name: _describe_columns(keys, lang)
        for name, keys in (
            ("service", SERVICE_KEYS),
            ("breaks", BREAK_KEYS),
            ("page", PAGE_KEYS),
            ("attendance", ATTENDANCE_KEYS),
            ("rights", RIGHT_KEYS),
        )
    }
    for name, rows in sections.items():
        shown += [f"desk.toml  [{name}]", _tabulate(rows, lang)]
    payload = {"status": "DONE", "tables": tables, "settings": settings, "sections": sections}
    return Answer(payload, [*shown, opening])


REQUIRED, OPTIONAL = Sentence("必需", "required"), Sentence("可选", "optional")
HEADS = {
    "column": Sentence("列名", "column"),
    "zh": Sentence("中文", "Chinese"),
    "meaning": Sentence("说明", "meaning"),
    "holds": Sentence("内容", "holds"),
    "unit": Sentence("单位", "unit"),
    "default": Sentence("默认", "default"),
}


def _describe_columns(columns: Iterable[Column], lang: Lang) -> list[dict[str, str]]:
    rows = []
    for column in columns:
        default = column.default.say(lang) if isinstance(column.default, Sentence) else column.default
        rows.append(
            {
                "column": column.name,
                "zh": column.title.zh,
                "meaning": column.doc.say(lang),
                "holds": column.expected.say(lang),
                "unit": column.unit.say(lang) if column.unit else "",
                "default": f"（{REQUIRED.say(lang)}）" if column.required else default,
            }
        )
    return rows


def _tabulate(rows: list[dict[str, str]], lang: Lang) -> Grid:
    grid = Grid(*(head.say(lang) for head in HEADS.values()), box=SIMPLE)
    for row in rows:
        grid.add_row(*row.values())
    return grid


GUESSED = Sentence(
    "各表里还有 {n} 处推测没有核对（# guessed:）：{files}",
    "Still marked as assumed (# guessed:) in the tables: {n} ({files})",
)
REPORT_AT = Sentence("依据见 {path}", "What speaks for them: {path}")


def guess_lines(guesses: Guesses, lang: Lang) -> list[str]:
    """What is still marked as assumed in the tables of a desk that began from old rosters."""
    if not guesses.files:
        return []
    files = join_items((f"{name} {count}" for name, count in guesses.files), lang)
    lines = [GUESSED.say(lang, n=sum(count for _, count in guesses.files), files=files)]
    return [*lines, f"  {REPORT_AT.say(lang, path=guesses.report)}"] if guesses.report else lines


CAN_WORK = Sentence("算术上可行", "On paper it can work")
SHORT = Sentence("人手不够", "Not enough people")
CANNOT_WORK = Sentence("这样排不出来，原因见上", "As it stands it cannot work, for the reasons above")


@click.command(help=both("检查数据并做人手算术。", "Read everything, report every fault, and do the arithmetic."))
@desk_argument
@month_option(required=False)
@store_option
@answering
def check(desk: Path, month: Month | None, store: str | None, lang: Lang) -> Answer:
    """Say what cannot work before any solving."""
    found = check_desk(desk, month, store)
    problem = found.problem
    head = Sentence(
        "{name}：{people} 人，{shifts} 个班次，{month}，数据无误",
        "{name}: {people} people, {shifts} shifts, {month}; no fault in the tables",
    ).say(
        lang,
        name=problem.desk.name,
        people=len(problem.workers),
        shifts=len(problem.shifts),
        month=problem.month,
    )
    verdict = CAN_WORK
    if not found.words.possible:
        verdict = SHORT if all(one.kind is Kind.HEADS for one in found.words.obstacles) else CANNOT_WORK
    # what is short on single days is among the obstacles, with its cause
    kept = [one for one in found.balances if one.first < one.last or not found.words.obstacles]
    lines = [f"  {'·' if balance.works else '✗'} {balance.say(lang)}" for balance in kept]
    against = [violation_row(one, problem, lang) for one in found.against]
    overtime = against_lines(found.against, problem, lang)
    notes = [f"  {note.say(lang)}" for note in problem.assumptions]
    differing = [note.say(lang) for note in found.notes]
    understood, aside = understand(problem), found.files.set_aside(problem.month)
    payload = {
        "status": "DONE" if found.works else "SHORT",
        "month": str(problem.month),
        "understood": understood_payload(understood, aside),
        "balances": [
            {
                "first": balance.first.isoformat(),
                "last": balance.last.isoformat(),
                "shift": balance.shift,
                "who": balance.who,
                "least": balance.least,
                "target": balance.target,
                "least_hours": balance.least_hours,
                "people": balance.people,
                "possible": balance.possible,
                "possible_hours": balance.possible_hours,
                "works": balance.works,
            }
            for balance in found.balances
        ],
        "obstacles": obstacle_rows(found.words, problem, lang),
        "complete": found.words.whole,
        "assumptions": [note.say(lang) for note in problem.assumptions],
        "notes": differing,
        "guesses": dict(found.guesses.files),
        **rights_payload(found.rights, lang),
        "overtime_against": against,
        **leave_data(found.files, problem),
    }
    assumed = [Sentence("假定：", "Assumed:").say(lang), *notes] if notes else []
    return Answer(
        payload,
        [
            head,
            *first_lines(found.words, problem, lang),
            *understood_lines(understood, problem, aside, lang),
            *leave_lines(found.files, problem, lang),
            *lines,
            verdict.say(lang),
            *overtime,
            *assumed,
            *guess_lines(found.guesses, lang),
            *differing,
            *rights_lines(found.rights, lang),
        ],
        DONE if found.works else BROKEN,
    )
