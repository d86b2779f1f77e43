"""Commands about copies of a roster that somebody has at hand: `trace`, `import`."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from scheduler.app.change_requests import Asked, RequestList
from scheduler.app.grid_comparison import Difference
from scheduler.app.import_roster import import_roster
from scheduler.app.imported import Imported
from scheduler.app.trace import CopyState, Traced, trace_copy
from scheduler.app.trace_words import compared_parts, say_copy
from scheduler.app.wording import asked_reasons, change_line, recorded_line, verdict_line
from scheduler.cli.answer import BROKEN, DONE, UNDECIDED, Answer, answering, both, is_verbose
from scheduler.cli.floods import group_alike, kind_of_violation
from scheduler.cli.options import REMARK, by_option, out_option, store_option
from scheduler.cli.rendering import (
    DRAFT_STUCK,
    change_row,
    file_lines,
    stuck_lines,
    violation_row,
)
from scheduler.domain import Leave
from scheduler.i18n import Lang, Sentence, join_items
from scheduler.workflow.version import STATUS_NAMES

ASKED_LEDGER = Sentence("问的是账册 {ledger}{home}", "The ledger asked: {ledger}{home}")
HOME = Sentence("（部门 {paths}）", " (of the desk {paths})")
FOUND_NEAR = Sentence(
    "这个账册是在文件附近找到的：谁给的文件，账册也可能是谁放的；要以本部门的为准，请加 --desk 或 --store",
    "That ledger was found near the file: whoever made the file may have put it there. Name your own with --desk or --store",
)


@click.command(
    help=both(
        "手里这份排班 Excel 是哪一版、还作不作数、改动过没有；改了名、另存过、没了印记也认得。",
        "Which version a roster workbook is, whether it is in force, whether it was altered.",
    )
)
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.xlsx")
@click.option("--desk", type=click.Path(path_type=Path), help=both("问哪个部门的账册。", "Whose ledger to ask."))
@store_option
@answering
def trace(file: Path, desk: Path | None, store: str | None, lang: Lang) -> Answer:
    """Hold a copy against the ledger."""
    found = trace_copy(file, desk=desk, store=store)
    row, ending, at = found.row, found.closing, found.withdrawn_at
    payload = {
        "status": found.state.name,
        "state": found.state.value,
        "desk": row.desk if row else None,
        "month": str(row.month) if row else None,
        "version": row.number if row else None,
        "in_force": found.live,
        "replaced_by": found.replaced_by,
        "withdrawn_at": at.isoformat(timespec="seconds") if at else None,
        "by": ending.by if ending else None,
        "because": found.say_why(lang) if ending else None,
        "compared": found.checked,
        "compared_with_ledger": [part.say(lang) for part in compared_parts(found)],
        "not_compared": [part.say(lang) for part in found.sheets.left_out],
        "stamp": {"desk": found.stamp.desk, "month": str(found.stamp.month), "version": found.stamp.version}
        if found.stamp
        else None,
        "differences": [_difference_row(one) for one in found.differences],
        "sheet_differences": [one._asdict() for one in found.sheets.differences],
        "files": [str(path) for path in found.files],
        "ledger": found.ledger or None,
        "homes": [str(path) for path in found.homes],
        "ledger_named": found.is_named,
    }
    shown: list[Any] = [*say_copy(found, lang), *_render_ledger(found, lang)]
    return Answer(payload, shown, DONE if found.state == CopyState.CURRENT else BROKEN)


def _render_ledger(found: Traced, lang: Lang) -> Iterator[str]:
    """Which ledger was asked, and whose."""
    if not found.ledger:
        return
    home = HOME.say(lang, paths=join_items(map(str, found.homes), lang)) if found.homes else ""
    yield ASKED_LEDGER.say(lang, ledger=found.ledger, home=home)
    if not found.is_named:
        yield FOUND_NEAR.say(lang)


def _difference_row(one: Difference) -> dict[str, str | None]:
    day = one.day.isoformat() if one.day else None
    return {"worker": one.worker, "name": one.name, "date": day, "file": one.file, "ledger": one.ledger}


DRAFTED = Sentence(
    "{month} 已存为第 {n} 版草稿：规则全部符合，让步合计 {cost}",
    "{month}: recorded as version {n}, a draft; all rules kept, compromises cost {cost}",
)
WORKED = Sentence(
    "{month} 已存为第 {n} 版：按实际所上的班，违反 {broken} 处",
    "{month}: recorded as version {n}, as it was worked; {broken} requirements broken",
)
SAME = Sentence(
    "与 {month} 第 {n} 版（{status}）逐格相同，没有要导入的",
    "the same as version {n} of {month} ({status}): nothing to import",
)
BREAKS = Sentence("违反 {n} 处，没有登记：", "{n} requirements broken, nothing was recorded:")
LIVE = Sentence(
    "{month} 第 {n} 版在用，改动 {cells} 格须走申请：{verdict}",
    "version {n} of {month} is in force: a change of {cells} cells takes a request: {verdict}",
)
LIVE_LEAVE = Sentence(
    "{month} 第 {n} 版在用，{who} {first}至{last} {kind}须走申请：{verdict}",
    "version {n} of {month} is in force: leave of {who} from {first} to {last} ({kind}) takes a request: {verdict}",
)
FURTHER = Sentence("还须同时改：", "with these beside them:")
BECAUSE_OF = Sentence("只改这几格会违反：", "by themselves the edited cells would break:")
AGAINST = Sentence("不行，因为：", "against it:")
NOT_ASKED = Sentence("没有登记。", "Nothing was recorded.")


@click.command(
    "import",
    help=both(
        "导入在 Excel 里改过的排班表：未发布的月份存为草稿；已发布的月份变成改表申请。",
        "Take a roster edited in Excel: a draft, or a change request where the month is in force.",
    ),
)
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.xlsx")
@by_option
@click.option("--desk", type=click.Path(path_type=Path), help=both("哪个部门。", "Which desk."))
@click.option("--because", type=REMARK, default="", help=both("为什么改。", "Why it was edited."))
@click.option(
    "--as-history",
    is_flag=True,
    help=both(
        "过完的月份：按实际所上的班记下，连同违反之处。", "A past month: record it as worked, with what it broke."
    ),
)
@out_option
@store_option
@answering
def import_(file: Path, by: str, lang: Lang, **options: Any) -> Answer:
    """Bring an edited roster in."""
    found = import_roster(file, by, lang=lang, **options)
    first, status = found.asked, _import_status(found)
    reasons = [asked_reasons(asked, lang) for asked in found.requests]
    if not first:
        reasons = [[violation.say(lang, found.problem.names) for violation in found.violations]]
    moved = [change for asked in found.requests for change in asked.verdict.changes]
    payload: dict[str, Any] = {
        "status": status,
        "month": str(found.month),
        "version": found.row.number if found.row and not first else None,
        "request": next((asked.request.number for asked in found.requests if asked.request.number), None),
        "verdict": first.verdict.word if first else None,
        "checked_on": first.version if first else None,
        "changes": [change_row(one) for one in dict.fromkeys(moved or found.changes)],
        "further": [change_row(one) for asked in found.requests for one in asked.verdict.further],
        "violations": [violation_row(one, found.problem, lang) for one in found.violations],
        "reasons": [reason for those in reasons for reason in those],
        "waiting_for": list(dict.fromkeys(who for asked in found.requests for who in _waiting(asked))),
        "requests": [_request_row(*both_of) for both_of in zip(found.requests, reasons, strict=bool(first))],
        "leave": {
            "added": [_leave_row(leave) for leave in found.leave.added],
            "dropped": [_leave_row(leave) for leave in found.leave.dropped],
        },
        "files": [str(path) for path in found.files],
        "notes": [note.say(lang) for note in found.notes],
        "stuck": [fault.say(lang) for fault in found.stuck],
    }
    shown = _render_requests(found, reasons, lang) if first else render_draft(found, reasons[0], lang)
    return Answer(payload, list(shown), CODES.get(status, DONE))


CODES = {"BROKEN": BROKEN, "REFUSED": BROKEN, "UNDECIDED": UNDECIDED}


def _import_status(found: Imported) -> str:
    """The status word of an import; of several requests that of the first which was not recorded."""
    if found.asked:
        unrecorded = (asked.verdict.word.upper() for asked in found.requests if not asked.request.number)
        return next(unrecorded, "REQUESTED")
    if found.violations and not found.as_history:
        return "BROKEN"
    return "DRAFTED" if found.recorded else "UNCHANGED"


def _waiting(asked: Asked) -> tuple[str, ...]:
    """Whose word a request waits for, where it was recorded."""
    return RequestList.waiting(asked.request) if asked.request.number else ()


def _leave_row(leave: Leave) -> dict[str, str]:
    plain = {"worker": leave.worker, "first": str(leave.first), "last": str(leave.last), "kind": str(leave.kind)}
    return plain | ({"times": leave.times.en} if leave.is_part else {})


def _request_row(asked: Asked, reasons: list[str]) -> dict[str, Any]:
    request, verdict = asked.request, asked.verdict
    return {
        "request": request.number or None,
        "kind": request.kind.value,
        "leave": _leave_row(request.leave) if request.leave else None,
        "verdict": verdict.word,
        "changes": [change_row(one) for one in verdict.changes],
        "further": [change_row(one) for one in verdict.further],
        "reasons": reasons,
        "waiting_for": list(_waiting(asked)),
        "deciders": list(asked.deciders) if request.number else [],
    }


def render_draft(found: Imported, reasons: list[str], lang: Lang) -> Iterator[str]:
    """What came of a roster that was taken in as a draft, or as history."""
    row = found.row
    if row is None:
        yield BREAKS.say(lang, n=len(reasons))
        yield from (f"  · {line}" for line in _grouped(map(kind_of_violation, found.violations), reasons, lang))
        yield from (note.say(lang) for note in found.notes)
        return
    facts = {"month": row.month, "n": row.number, "status": STATUS_NAMES[row.status], "cost": round(row.objective)}
    if found.as_history and found.recorded:
        yield WORKED.say(lang, n=row.number, month=row.month, broken=len(reasons))
        yield from (f"  · {line}" for line in _grouped(map(kind_of_violation, found.violations), reasons, lang))
    else:
        yield (DRAFTED if found.recorded else SAME).say(lang, **facts)
    yield from file_lines(found.files, lang)
    yield from (note.say(lang) for note in found.notes)
    yield from stuck_lines(found.stuck, lang, DRAFT_STUCK)


def _grouped(kinds: Iterable[Hashable], reasons: list[str], lang: Lang) -> list[str]:
    return group_alike(zip(kinds, reasons, strict=True), lang, whole=is_verbose())


def _render_requests(found: Imported, reasons: list[list[str]], lang: Lang) -> Iterator[str]:
    for asked, against in zip(found.requests, reasons, strict=True):
        yield from _render_request(found, asked, against, lang)
    yield from (note.say(lang) for note in found.notes)


def _render_request(found: Imported, asked: Asked, reasons: list[str], lang: Lang) -> Iterator[str]:
    names, verdict, number, leave = found.problem.names, asked.verdict, asked.request.number, asked.request.leave
    said = verdict_line(verdict, lang)
    if leave:
        away = {
            "who": names[leave.worker],
            "first": leave.first,
            "last": leave.last,
            "kind": found.problem.desk.leave_label(leave.kind),
        }
        yield LIVE_LEAVE.say(lang, month=found.month, n=asked.version, verdict=said, **away)
    else:
        cells = len(verdict.asked) or len(found.changes)
        yield LIVE.say(lang, month=found.month, n=asked.version, cells=cells, verdict=said)
    yield from (f"  {change_line(one, names, lang)}" for one in verdict.asked or (() if leave else found.changes))
    if verdict.further:
        yield FURTHER.say(lang)
        yield from (f"  {change_line(one, names, lang)}" for one in verdict.further)
    if reasons:
        yield (BECAUSE_OF if verdict.further else AGAINST).say(lang)
        kinds = [*(one.sentence for one in asked.objections), *map(kind_of_violation, verdict.reasons)]
        yield from (f"  · {line}" for line in _grouped(kinds, reasons, lang))
    if not number:
        yield NOT_ASKED.say(lang)
        return
    yield recorded_line(asked, _waiting(asked), lang)
