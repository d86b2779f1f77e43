"""What all commands share in answering: `--json` or text, one language, one exit code, no traceback."""

from __future__ import annotations

import functools
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import click
from rich.console import Console, RenderableType

from scheduler.app.heads import take_unwritten
from scheduler.cli.floods import group_alike, kind_of_fault
from scheduler.cli.logs import show_log
from scheduler.clock import REHEARSAL, rehearsal_mark
from scheduler.errors import (
    WRONG_NAMES,
    InputError,
    LedgerBusy,
    LedgerDamaged,
    LedgerUnavailable,
    PapersStuck,
    Refusal,
    RosterMoved,
    SchedulerError,
    SolverFault,
    Unavailable,
    UnknownPerson,
)
from scheduler.i18n import LANGS, Lang, Sentence
from scheduler.workflow.change_request import Cell

DONE, BROKEN, BAD_INPUT, UNDECIDED, AGAIN = 0, 1, 2, 3, 4
LANG_VARIABLE = "SCHEDULER_LANG"
# The status and exit code of each kind of error; the first match counts.
FAILURES = (
    (SolverFault, "FAULT", BROKEN),
    (RosterMoved, "ROSTER_MOVED", BROKEN),
    (Refusal, "REFUSED", BROKEN),
    (LedgerDamaged, "DAMAGED", BROKEN),
    (LedgerBusy, "BUSY", AGAIN),
    (LedgerUnavailable, "UNAVAILABLE", AGAIN),
    (Unavailable, "UNAVAILABLE", AGAIN),
    (SchedulerError, "BAD_INPUT", BAD_INPUT),
)


@dataclass
class Answer:
    """The answer of a command.

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
    """Give a command `--json`, `--lang` and `--verbose`, print its answer, word its errors and set the exit code."""

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
    @click.option(
        "-v",
        "--verbose",
        count=True,
        help=both(
            "在标准错误上显示程序在做什么；-vv 更细，含 CP-SAT 的日志。",
            "Show on standard error what is being done; -vv in detail, with CP-SAT's own log.",
        ),
    )
    @functools.wraps(command)
    def run(as_json: bool, lang: str, verbose: int, **arguments: Any) -> None:
        spoken, mark = cast(Lang, lang), ""
        try:
            mark = rehearsal_mark()
            if mark:
                console(stderr=True).print(REHEARSAL.say(spoken, at=mark))
            with show_log(verbose):
                answer = _run_for(command, spoken, arguments)
        except SchedulerError as error:
            answer = refusal(error, spoken)
        except OSError as error:
            answer = refuse_files(error, spoken)
        except (click.ClickException, click.Abort):  # wrong options, and whoever breaks a question off
            raise
        except Exception as error:  # last resort: nobody at a desk can read a traceback
            if os.environ.get("SCHEDULER_DEBUG"):
                raise
            answer = unexpected(error, spoken)
        if mark:
            answer.payload["rehearsal"] = mark
        if unwritten := [fault.say(spoken) for fault in take_unwritten()]:
            answer.payload["heads_stuck"] = unwritten
            console(stderr=True).print("\n".join(unwritten))
        if as_json:
            unicode = (sys.stdout.encoding or "").lower().startswith("utf")
            click.echo(json.dumps(answer.payload, ensure_ascii=not unicode))
        else:
            failed = answer.code in (BAD_INPUT, AGAIN)
            for line in answer.shown:
                console(stderr=failed).print(line)
        sys.exit(answer.code)

    return run


# arguments that hold ids, beside cells
OF_PEOPLE = frozenset(("by", "to", "spared", "sign", "returned", "workers", "worker", "who", "reader"))
DOER = Sentence("经办人 {name}：工号 {id}", "{name} is {id}")
ID_OF = Sentence("{name}：工号 {id}", "{name} is {id}")


def _run_for(command: Callable[..., Answer], lang: Lang, arguments: dict[str, Any]) -> Answer:
    """Run a command; where a name that only one person has stands for an id, for that person, who is told by the id."""
    meant: dict[str, str] = {}
    doer = arguments.get("by")
    while True:
        try:
            answer = command(lang=lang, **arguments)
            break
        except UnknownPerson as error:  # nothing is changed
            known = {name: _with_id(name, value, error) for name, value in arguments.items()}
            if len(error.called) != 1 or known == arguments:
                raise
            meant[error.who], arguments = error.called[0], known
    if doer in meant:
        answer.payload["by"] = meant[doer]
    if meant:
        answer.payload["ids"] = meant
    said = [(DOER if name == doer else ID_OF).say(lang, name=name, id=who) for name, who in meant.items()]
    answer.shown[:0] = said
    return answer


def _with_id(argument: str, value: Any, error: UnknownPerson) -> Any:
    """An argument with the id of somebody in the place of the name."""
    if isinstance(value, Cell):
        return value._replace(worker=error.called[0]) if value.worker == error.who and error.called else value
    if isinstance(value, tuple):
        return tuple(_with_id(argument, part, error) for part in value)
    return error.called[0] if argument in OF_PEOPLE and value == error.who and error.called else value


def is_json() -> bool:
    """Whether the command at work answers with a JSON object only."""
    context = click.get_current_context(silent=True)
    return bool(context and context.params.get("as_json"))


def is_verbose() -> bool:
    """Whether the command at work is to say all that it knows."""
    context = click.get_current_context(silent=True)
    return bool(context and context.params.get("verbose"))


def refuse_files(error: OSError, lang: Lang) -> Answer:
    """The answer that an error of the file system makes: a wrong name is bad input, a full disk or locked folder is not."""
    cannot = Sentence("无法读写 {path}：{why}", "cannot read or write {path}: {why}")
    kind = SchedulerError if error.errno in WRONG_NAMES else Unavailable
    return refusal(kind(cannot, path=error.filename or "", why=error.strerror or error), lang)


def refusal(error: SchedulerError, lang: Lang) -> Answer:
    """The answer that an error of this program makes."""
    faults = error.faults if isinstance(error, InputError | PapersStuck) else ()
    status, code = next((word, code) for kind, word, code in FAILURES if isinstance(error, kind))
    payload: dict[str, Any] = {"status": status}
    payload["errors"] = [fault.say(lang) for fault in faults] or [error.say(lang)]
    head = error.sentence.say(lang, **error.facts)
    lines = group_alike(((kind_of_fault(fault), fault.say(lang)) for fault in faults), lang, whole=is_verbose())
    shown: list[RenderableType] = [head, *(f"  {line}" for line in lines)]
    return Answer(payload, shown, code)


def unexpected(error: Exception, lang: Lang) -> Answer:
    """The answer where the program itself fails."""
    text = Sentence(
        "程序内部错误（{kind}：{error}）。已记入账册的仍然有效（见 scheduler log），其文件由下一条命令补齐；"
        "设 SCHEDULER_DEBUG=1 可看详情，请报告此问题。",
        "internal error ({kind}: {error}). What the ledger has recorded stands (see scheduler log), and the next command"
        " repairs its files; SCHEDULER_DEBUG=1 shows details, please report it.",
    ).say(lang, kind=type(error).__name__, error=error)
    return Answer({"status": "FAULT", "errors": [text]}, [text], BROKEN)
