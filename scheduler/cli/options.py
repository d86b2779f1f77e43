"""Options, arguments and their types that several commands share."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from scheduler.characters import find_hidden, name_character
from scheduler.cli.answer import both
from scheduler.domain import LEAVE_KINDS, Month, leave_label
from scheduler.files.reading.places import shorten
from scheduler.files.schema.cells import DATE, LONGEST_ID, PART_OF_DAY, SPANS
from scheduler.files.schema.day_parts import DAY_THEN_TIME, Half, read_part
from scheduler.files.schema.roster_cells import LEAVE_MEANT, UNCLEAR_LEAVE
from scheduler.files.schema.text import comparable, normal_width
from scheduler.files.schema.unclear import Unclear
from scheduler.i18n import Sentence
from scheduler.timeline import DAY_MINUTES
from scheduler.workflow.change_request import Cell
from scheduler.workflow.overrides import OVERRIDE_NAMES, Override


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


DATE_ALONE = Sentence("如 2026-12-14", "one like 2026-12-14")


class DateType(click.ParamType[date]):
    """A day as `2026-12-14`."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the text; a usage error names what was expected."""
        try:
            return DATE.read(str(value))  # type: ignore[no-any-return]
        except ValueError as error:
            zh, en = error.expected if isinstance(error, Unclear) else DATE_ALONE
            self.fail(
                both(f"“{value}”不是日期；应为：{zh}。", f"{value!r} is no day; expected: {en}."),
                param,
                ctx,
            )


class MomentType(click.ParamType[datetime]):
    """A time of a day as `2026-12-05T09:00`, in the desk's zone unless it has one of its own."""

    name = "YYYY-MM-DDTHH:MM"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:  # noqa: RET503
        """Read the text; a usage error names what was expected."""
        text = str(value).strip()
        if re.fullmatch(r"20\d\d-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?", text, re.ASCII):
            with suppress(ValueError):
                return datetime.fromisoformat(text)
        self.fail(
            both(
                f"“{value}”不是日期和时刻；应如 2026-12-05T09:00。",
                f"{value!r} is no day with a time; expected one like 2026-12-05T09:00.",
            ),
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
        return Cell(PERSON.convert(who, param, ctx), DateType().convert(day, param, ctx))


class AwayType(click.ParamType[tuple[Cell, Half | tuple[int, int] | None]]):
    """One person's day of leave, or hours of it: `1003@2026-12-14`, `1003@2026-12-14T14:00-18:00`, `1003@2026-12-14上午`."""

    name = "ID@YYYY-MM-DD[THH:MM-HH:MM]"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[Cell, Half | tuple[int, int] | None]:
        """Read the text; a usage error names what was expected."""
        who, at, when = str(value).rpartition("@")
        found = DAY_THEN_TIME.fullmatch(normal_width(when.strip().replace("T", " ")))
        if not found or not who:
            return CellType().convert(value, param, ctx), None
        try:
            part = read_part(found["time"])
        except ValueError as error:
            expected = error.expected if isinstance(error, Unclear) else PART_OF_DAY.form
            self.fail(both(f"“{value}”：应为{expected.zh}。", f"{value!r}: expected {expected.en}."), param, ctx)
        return CellType().convert(f"{who}{at}{found['day']}", param, ctx), part


class LeaveType(click.ParamType[str]):
    """A kind of leave, in the words of the leave table: `annual`, 年假; what is none of the built-in ones is left to the desk."""

    name = "KIND"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """The kinds, as `--help` shows them."""
        return f"[{'|'.join(LEAVE_KINDS)}|…]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Read the word; the desk's own kinds are known where the desk is read. A usage error lists the built-in ones."""
        if comparable(str(value)) in {"", *UNCLEAR_LEAVE}:
            known = "、".join(f"{kind}（{leave_label(kind).zh}）" for kind in LEAVE_KINDS)
            zh = f"“{value}”没有说是哪一种假；如：{known}。"
            self.fail(
                both(zh, f"{value!r} does not say which kind of leave; {', '.join(LEAVE_KINDS)}, say."), param, ctx
            )
        return LEAVE_MEANT.get(comparable(str(value))) or PERSON.convert(value, param, ctx)


class OverrideType(click.ParamType[Override]):
    """Something that may be set aside, by its name in either language."""

    name = "WHAT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Override:  # noqa: RET503
        """Read the text; a usage error names what was expected."""
        word = PERSON.convert(value, param, ctx).casefold().replace("-", "_")
        for what, name in OVERRIDE_NAMES.items():
            if word in (what.value, name.zh):
                return what
        known = [f"{what}（{name.zh}）" for what, name in OVERRIDE_NAMES.items()], list(Override)
        self.fail(
            both(
                f"“{shorten(str(value))}”：应为 {'、'.join(known[0])}；为什么写在 --override-because。",
                f"{shorten(str(value))!r}: one of {', '.join(known[1])}; say why by --override-because.",
            ),
            param,
            ctx,
        )

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """The names, as the help shows them."""
        return "|".join(Override)


class SpanType(click.ParamType[tuple[int, int]]):
    """From when to when in minutes of the day, as `16:00-18:30`; an end that is not after the start is the next day's."""

    name = "HH:MM-HH:MM"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        """Read the text; a usage error names what was expected."""
        try:
            ((start, end),) = SPANS.read(str(value))
            if start >= 2 * DAY_MINUTES:
                raise ValueError(value)
        except ValueError:
            said = both(
                f"“{value}”不是起止时间；应如 16:00-18:30，或 22:00-次日01:00。",
                f"{value!r} is no time from when to when; expected one like 16:00-18:30, or 22:00-+1 01:00.",
            )
            self.fail(said, param, ctx)
        while end <= start:
            end += DAY_MINUTES
        return start, end


class TextType(click.ParamType[str]):
    """A text that people read and the log keeps, on one line and without the space around it.

    Parameters
    ----------
    most : int
        Characters that it may have.
    """

    name = "TEXT"

    def __init__(self, most: int) -> None:
        self.most = most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Read the text; a usage error names a character that nobody would see."""
        text = str(value).strip()
        if character := find_hidden(text):
            name, shown = name_character(character), shorten(text)
            self.fail(
                both(
                    f"“{shown}”含有隐藏字符 {name}（看不见、换行，或会改变前后文字的显示）；请重新输入。",
                    f"“{shown}” has the hidden character {name} (not seen, a new line, or a change of what is seen around"
                    " it); type it again.",
                ),
                param,
                ctx,
            )
        if len(text) > self.most:
            said = both(
                f"至多 {self.most} 字，现有 {len(text)} 字。", f"At most {self.most} characters, not {len(text)}."
            )
            self.fail(said, param, ctx)
        return text


PERSON = TextType(LONGEST_ID)  # an id of the tables, or the name of a department
REMARK = TextType(500)


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
    return click.option("--store", type=TextType(2000), metavar="URL", default=None, help=text)(command)


def version_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Which version is looked at."""
    text = both(
        "看哪一版，默认该月已发布的，没有则最新草稿。",
        "Which version; by default the one in force of that month, else its newest draft.",
    )
    return click.option("--version", type=click.IntRange(min=1), help=text)(command)


def month_option(required: bool) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The month to work on."""
    return click.option(
        "--month", type=MonthType(), required=required, help=both("月份，如 2026-12。", "Month, as 2026-12.")
    )


def by_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Who does it."""
    text = both("经办人的工号。", "Id of who does it.")
    return click.option("--by", type=PERSON, required=True, metavar="ID", help=text)(command)


def reason(context: click.Context, option: click.Parameter, value: str) -> str:
    """A reason; one that has to be given says something."""
    if option.required and not value:
        raise click.BadParameter(both("请写明原因。", "Say why."), context, option)
    return value


def because_option(required: bool) -> Callable[[Any], Any]:
    """Why it is done."""
    given: dict[str, Any] = {"required": True} if required else {"default": ""}
    return click.option("--because", type=REMARK, callback=reason, help=both("原因。", "Why."), **given)


def for_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """For whom it is made."""
    text = both(
        "给谁看：everybody 大家（默认）、lead 班长、approver 审批人、hr 人事、auditor 审计，或一个人的工号。"
        "只管打印什么；能打开账册的人都能读到全部。",
        "For whom: everybody (default), lead, approver, hr, auditor, or somebody's id. It decides what is printed;"
        " whoever can open the ledger can read all of it.",
    )
    return click.option("--for", "reader", type=PERSON, default="", metavar="WHOM", help=text)(command)


def out_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Where the papers are."""
    text = both("排班文件所在文件夹；默认 部门/rosters。", "Folder of the papers; DESK/rosters by default.")
    return click.option("--out", type=click.Path(path_type=Path, file_okay=False), help=text)(command)
