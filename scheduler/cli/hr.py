"""The command `hr`: what HR and payroll receive of a period."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.box import SIMPLE
from rich.table import Table as Grid

from scheduler.app.hr import HrTold, tell_hr
from scheduler.cli.answer import Answer, answering, both
from scheduler.cli.options import DateType, MonthType, desk_argument, store_option
from scheduler.cli.rendering import file_lines
from scheduler.domain import Month
from scheduler.files.papers.hr_correction import NO_ROW, WHOLE_ROW, Corrected, Earlier, say_about, say_row
from scheduler.files.papers.hr_fields import Listing
from scheduler.files.papers.hr_people import PEOPLE_FIELDS
from scheduler.files.papers.hr_tables import LISTINGS
from scheduler.files.papers.hr_workbook import say_basis, say_title
from scheduler.i18n import Lang, Sentence

ON_SCREEN = (
    *("id", "name", "system", "due_hours", "planned_hours", "worked_hours", "worked_more", "rest_unused", "nights"),
    *("overtime_1_5", "overtime_2", "overtime_3", "statutory_duty", "off_left", "remarks"),
)
DIFFERENCES = Sentence("{n} 处不同", "{n} differences")
DIFFERENCE = Sentence("{sheet} {row} {column}：{before} → {after}", "{sheet}, {row}, {column}: {before} → {after}")
COUNTS = Sentence(
    "{people} 人，{duties} 个班，加班审批 {overtime} 条，请假 {leave} 条，法规提示 {law} 条",
    "{people} people, {duties} duties, {overtime} approvals of overtime, {leave} of leave, {law} warnings of the law",
)


class DaysType(click.ParamType[tuple[date, date]]):
    """Days as `2026-11-26..2026-12-25`, both included."""

    name = "DAY..DAY"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[date, date]:
        """Read the text; a usage error names what was expected."""
        first, dots, last = str(value).partition("..")
        if not dots:
            self.fail(
                both(f"“{value}”应如 2026-11-26..2026-12-25。", f"{value!r} should be like 2026-11-26..2026-12-25."),
                param,
                ctx,
            )
        return DateType().convert(first, param, ctx), DateType().convert(last, param, ctx)


@click.command(
    help=both(
        "给人事、薪酬：一段时间里每人的工时、加班倍数、休息、请假、调休，逐班明细，加班与请假登记，法规提示；不含金额。",
        "For HR and payroll: everybody's hours, overtime by multiple, rest, leave and time off, each duty, registers, the law; no money.",
    )
)
@desk_argument
@click.option(
    "--month", type=MonthType(), help=both("哪个月，默认本月（日历月）。", "Which month; by default the present one.")
)
@click.option(
    "--cut-off",
    is_flag=True,
    help=both(
        "按考勤截止日：上月截止次日至本月截止日（hr_cut_off_day）。",
        "By the cut-off day: from the day after the month before's on (hr_cut_off_day).",
    ),
)
@click.option("--period", "days", type=DaysType(), help=both("改为这些天。", "These days instead."))
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help=both("另写成 Excel。", "Write it as Excel, too."),
)
@click.option(
    "--corrects",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help=both(
        "只报与先前写出的这个人事工时表不同的地方，时段与它相同。",
        "Only what this earlier HR workbook said otherwise, for the same days.",
    ),
)
@click.option(
    "--by",
    default="",
    metavar="ID",
    help=both("谁取走（写出 Excel 时记入账册）。", "Who takes it (noted in the log when it is written as Excel)."),
)
@store_option
@answering
def hr(
    desk: Path, lang: Lang, month: Month | None, days: tuple[date, date] | None, cut_off: bool, **options: Any
) -> Answer:
    """Tell HR of a period."""
    if options["corrects"] and (month or days or cut_off):
        raise click.UsageError(
            both("--corrects 的时段以那个文件为准。", "--corrects is of the days of that file: say none beside it.")
        )
    if days and (month or cut_off):
        raise click.UsageError(
            both("--period 不与 --month、--cut-off 同用。", "--period goes without --month and --cut-off.")
        )
    found = tell_hr(desk, month, days=days, cut_off=cut_off, lang=lang, **options)
    return Answer(
        _payload(found, lang),
        [
            *_shown(found, lang),
            *file_lines([found.written] if found.written else [], lang),
            *([found.unrecorded.say(lang)] if found.unrecorded else []),
        ],
    )


def _payload(found: HrTold, lang: Lang) -> dict[str, Any]:
    report = found.report
    period = report.book.period
    return {
        "status": "OK",
        "desk": report.desk.id,
        "period": {"first": str(period.first), "last": str(period.last), "cut_off_day": period.cut_off},
        "head": report.head,
        "versions": [
            {
                "version": one.window.version,
                "month": str(one.month),
                "fingerprint": one.fingerprint,
                "since": one.window.since.isoformat(),
                "until": one.window.until.isoformat() if one.window.until else None,
            }
            for one in report.versions
        ],
        **{listing.title.en.lower(): list(_rows(listing, found, lang)) for listing in LISTINGS},
        **({"corrections": [_correction(one, lang) for one in found.corrections]} if found.earlier else {}),
        "notes": [note.say(lang) for note in report.notes],
        "files": [str(found.written)] if found.written else [],
    }


def _rows(listing: Listing, found: HrTold, lang: Lang) -> Any:
    for values in listing.values(found.report, lang):
        told = (str(value) if isinstance(value, date) else value for value in values)
        yield dict(zip((field.key for field in listing.fields), told, strict=True))


def _correction(one: Corrected, lang: Lang) -> dict[str, Any]:
    told = {"sheet": one.listing.title.say(lang), "row": list(one.row), "column": one.field.key if one.field else None}
    return told | {"before": one.before, "after": one.after, "difference": one.more}


def _corrected(found: HrTold, earlier: Earlier, lang: Lang) -> list[Any]:
    """What an earlier workbook said otherwise, a line for each figure."""
    shown: list[Any] = [*say_about(earlier, found.report, lang), DIFFERENCES.say(lang, n=len(found.corrections))]
    for one in found.corrections:
        column = (one.field.title if one.field else WHOLE_ROW).say(lang)
        before, after = one.before or NO_ROW.say(lang), one.after or NO_ROW.say(lang)
        facts = {"sheet": one.listing.title, "row": say_row(one), "column": column, "before": before, "after": after}
        shown.append(DIFFERENCE.say(lang, **facts))
    return shown


def _shown(found: HrTold, lang: Lang) -> list[Any]:
    report = found.report
    if found.earlier:
        return [say_title(report, lang), *_corrected(found, found.earlier, lang)]
    counts = {"people": report.people, "duties": report.duties, "overtime": report.overtime}
    counts |= {"leave": report.leave, "law": report.law}
    grid = Grid(box=SIMPLE, padding=(0, 1, 0, 0))
    fields = [field for field in PEOPLE_FIELDS if field.key in ON_SCREEN]
    for field in fields:
        grid.add_column(field.title.say(lang))
    for row in report.people:
        values = (field.value(row, report, lang) for field in fields)
        grid.add_row(*(f"{value:g}" if isinstance(value, float) else str(value) for value in values))
    head = [
        say_title(report, lang),
        say_basis(report, lang),
        COUNTS.say(lang, **{k: len(v) for k, v in counts.items()}),
    ]
    return [*head, grid, *(note.say(lang) for note in report.notes)]
