"""How every command answers: `--json` or words, one language, one exit code, no traceback."""

from __future__ import annotations

import functools
import json
import math
import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, cast

import click
from rich.console import Console, RenderableType

from scheduler.domain import Month
from scheduler.errors import InputError, Refusal, RosterMoved, SchedulerError, SolverFault
from scheduler.files.schema.cells import DATE
from scheduler.i18n import LANGS, Lang, Sentence
from scheduler.workflow.change_request import Cell

DONE, BROKEN, BAD_INPUT, UNDECIDED = 0, 1, 2, 3
LANG_VARIABLE = "SCHEDULER_LANG"
FAILURES = ((SolverFault, "FAULT"), (RosterMoved, "ROSTER_MOVED"), (Refusal, "REFUSED"))


@dataclass
class Answer:
    """What a command has to say.

    Attributes
    ----------
    payload : dict
        The object that `--json` prints.
    shown : list
        Lines and tables for people.
    code : int
        Exit code.
    """

    payload: dict[str, Any]
    shown: list[RenderableType] = field(default_factory=list)
    code: int = DONE


def both(zh: str, en: str) -> str:
    """Help text in both languages."""
    return f"{zh}  {en}"


def console(stderr: bool = False) -> Console:
    """A console that never wraps, colours or marks up what is not for a terminal."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else 200
    return Console(stderr=stderr, width=width, highlight=False, markup=False, emoji=False, soft_wrap=True)


def answering(command: Callable[..., Answer]) -> Callable[..., None]:
    """Give a command `--json` and `--lang`, print its answer, word its errors and set the exit code."""

    @click.option(
        "--json", "as_json", is_flag=True, help=both("只输出一个 JSON 对象。", "One JSON object and nothing else.")
    )
    @click.option(
        "--lang",
        type=click.Choice(LANGS),
        default="zh",
        envvar=LANG_VARIABLE,
        show_default=True,
        help=both("语言。", "Language."),
    )
    @functools.wraps(command)
    def run(as_json: bool, lang: str, **arguments: Any) -> None:
        spoken = cast(Lang, lang)
        try:
            answer = command(lang=spoken, quiet=as_json, **arguments)
        except SchedulerError as error:
            answer = refusal(error, spoken)
        except OSError as error:
            cannot = Sentence("无法读写 {path}：{why}", "cannot read or write {path}: {why}")
            answer = refusal(SchedulerError(cannot, path=error.filename or "", why=error.strerror or error), spoken)
        except Exception as error:  # the last net: nobody at a desk can read a traceback
            if os.environ.get("SCHEDULER_DEBUG"):
                raise
            answer = _unexpected(error, spoken)
        if as_json:
            unicode = (sys.stdout.encoding or "").lower().startswith("utf")
            click.echo(json.dumps(answer.payload, ensure_ascii=not unicode))
        else:
            failed = answer.code == BAD_INPUT
            for line in answer.shown:
                console(stderr=failed).print(line)
        sys.exit(answer.code)

    return run


def refusal(error: SchedulerError, lang: Lang) -> Answer:
    """The answer that an error of this program makes."""
    faults = error.faults if isinstance(error, InputError) else ()
    status = next((word for kind, word in FAILURES if isinstance(error, kind)), "BAD_INPUT")
    payload: dict[str, Any] = {"status": status}
    payload["errors"] = [fault.say(lang) for fault in faults] or [error.say(lang)]
    head = error.sentence.say(lang, **error.facts)
    shown: list[RenderableType] = [head, *(f"  {fault.say(lang)}" for fault in faults)]
    return Answer(payload, shown, BAD_INPUT if status == "BAD_INPUT" else BROKEN)


def _unexpected(error: Exception, lang: Lang) -> Answer:
    text = Sentence(
        "程序内部错误（{kind}：{error}）。没有写入任何文件；设 SCHEDULER_DEBUG=1 可看详情，请报告此问题。",
        "internal error ({kind}: {error}). Nothing was written; SCHEDULER_DEBUG=1 shows details, please report it.",
    ).say(lang, kind=type(error).__name__, error=error)
    return Answer({"status": "FAULT", "errors": [text]}, [text], BROKEN)


class MonthType(click.ParamType[Month]):
    """A month as `2026-12`."""

    name = "YYYY-MM"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Month:  # noqa: RET503
        """Read the text; a usage error names what was expected."""
        found = re.fullmatch(r"(20\d\d|21\d\d)-(0?[1-9]|1[0-2])", str(value), re.ASCII)
        if found:
            return Month(int(found[1]), int(found[2]))
        self.fail(
            both(f"“{value}”不是月份；应如 2026-12。", f"{value!r} is no month; expected one like 2026-12."), param, ctx
        )


class DateType(click.ParamType[date]):
    """A day as `2026-12-14`."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the text; a usage error names what was expected."""
        try:
            return DATE.read(str(value))  # type: ignore[no-any-return]
        except ValueError:
            self.fail(
                both(f"“{value}”不是日期；应如 2026-12-14。", f"{value!r} is no day; expected one like 2026-12-14."),
                param,
                ctx,
            )


class CellType(click.ParamType[Cell]):
    """One person's day as `1003@2026-12-14`."""

    name = "ID@YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Cell:
        """Read the text; a usage error names what was expected."""
        who, at, day = str(value).rpartition("@")
        if not who or not at:
            self.fail(
                both(
                    f"“{value}”应写作 工号@日期，如 1003@2026-12-14。",
                    f"{value!r} should be ID@DATE, such as 1003@2026-12-14.",
                ),
                param,
                ctx,
            )
        return Cell(who.strip(), DateType().convert(day, param, ctx))


class SecondsType(click.FloatRange):
    """Seconds that end: from a tenth to a million, and no `nan`, which every comparison lets through."""

    name = "SECONDS"

    def __init__(self) -> None:
        super().__init__(0.1, 1e6)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read the number; a usage error names what was expected."""
        seconds = float(super().convert(value, param, ctx))
        if math.isnan(seconds):
            self.fail(both(f"“{value}”不是秒数。", f"{value!r} is no number of seconds."), param, ctx)
        return seconds


def desk_argument(command: Callable[..., Any]) -> Callable[..., Any]:
    """The desk that a command is about."""
    return click.argument("desk", type=click.Path(path_type=Path))(command)


def store_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Where the ledger is."""
    text = both(
        "账册的地址（sqlite:///… 或 postgresql://…）；也可用环境变量 SCHEDULER_STORE；默认是部门数据旁的 SQLite 文件。",
        "The ledger's URL; or SCHEDULER_STORE; by default a SQLite file beside the desk.",
    )
    return click.option("--store", metavar="URL", default=None, help=text)(command)


def month_option(required: bool) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The month to work on."""
    return click.option(
        "--month", type=MonthType(), required=required, help=both("月份，如 2026-12。", "Month, as 2026-12.")
    )
