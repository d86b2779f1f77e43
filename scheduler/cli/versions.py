"""Commands about versions in force: `publish`, `withdraw`, `receipts`, `status`, `log`, `repair`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import click
from rich.box import SIMPLE
from rich.table import Table as Grid

from scheduler.app.drafts import NO_WORKBOOK
from scheduler.app.locations import is_desk
from scheduler.app.log import read_log, tell_desk_log, write_change_log
from scheduler.app.publish import publish_version
from scheduler.app.receipts import Copies, keep_receipts
from scheduler.app.repair import repair_desk
from scheduler.app.status import DeskStatus, Due, desk_status
from scheduler.app.verify_log import Outside
from scheduler.app.withdraw import withdraw_version
from scheduler.app.wording import change_line
from scheduler.cli.answer import BROKEN, DONE, Answer, answering, both, is_json
from scheduler.cli.change_log import log_lines, log_payload
from scheduler.cli.gaps import open_lines, open_rows
from scheduler.cli.options import (
    PERSON,
    REMARK,
    MonthType,
    because_option,
    by_option,
    desk_argument,
    for_option,
    out_option,
    store_option,
)
from scheduler.cli.proof import HEAD, proof_payload, render_proof
from scheduler.cli.rendering import change_row, file_lines, reader_lines, stuck_lines
from scheduler.domain.holidays import FESTIVALS
from scheduler.errors import Fault, InputError
from scheduler.i18n import Lang, Sentence, day_name, join_items
from scheduler.ledger.store import Head
from scheduler.workflow.change_log import Receipt
from scheduler.workflow.facts import PublishedFacts

ENGLISH = {zh: en for en, zh in FESTIVALS.items()}
OF_HOLIDAY = Sentence("（{holiday}）", " ({holiday})")
HERE = "."  # of `--head` without a value
WITH_VERIFY = Sentence(
    "与 --verify 同用（--head 单独用时不带值）", "used together with --verify (--head alone takes no value)"
)


@click.command(
    help=both(
        "发布一版排班：再审一次，生效，取代旧版，写出公告栏、签收单、个人班表和邮件。",
        "Publish a version: audited once more, then in force; writes board, receipts, slips and mail.",
    )
)
@desk_argument
@click.option("--version", type=click.IntRange(min=1), required=True, help=both("哪一版。", "Which version."))
@by_option
@click.option(
    "--late-because",
    default="",
    type=REMARK,
    help=both("逾期发布的原因。", "Why it is published after its deadline."),
)
@click.option(
    "--over-because",
    default="",
    type=REMARK,
    help=both(
        "整版重发、改动已发布的格子的原因。", "Why published cells move without requests: the whole is issued anew."
    ),
)
@click.option(
    "--open-because",
    default="",
    type=REMARK,
    help=both(
        "有班没有排到人、仍要发布的原因。", "Why it is published although some of its duties are open: nobody has them."
    ),
)
@out_option
@store_option
@answering
def publish(desk: Path, version: int, by: str, lang: Lang, **options: Any) -> Answer:
    """Put a draft in force."""
    done = publish_version(desk, version, by, lang=lang, **options)
    names = done.row.people
    payload = {
        "status": "PUBLISHED",
        "version": done.row.number,
        "month": str(done.row.month),
        "published_at": done.at.isoformat(timespec="seconds"),
        "late": done.late,
        "supersedes": done.supersedes,
        "fingerprint": done.row.fingerprint,
        "files": [str(path) for path in done.files],
        "recipients": [{"kind": one.kind, "id": one.id, "name": one.name} for one in done.recipients],
        "changes": [change_row(change) for change in done.changes],
        "over": [change_row(change) for change in done.over],
        "open": open_rows(done.open, lang),
        "stuck": [fault.say(lang) for fault in done.stuck],
        "notes": [note.say(lang) for note in done.notes],
    }
    shown = [
        Sentence("{month} 第 {n} 版已发布{late}", "{month}: version {n} is published{late}").say(
            lang,
            month=done.row.month,
            n=done.row.number,
            late=Sentence("（逾期）", " (LATE)") if done.late else Sentence("", ""),
        )
    ]
    if done.supersedes:
        old = Sentence(
            "第 {n} 版即刻作废；改动 {cells} 格，已写通知",
            "Version {n} is void from now; {cells} cells moved, notices made",
        )
        shown.append(old.say(lang, n=done.supersedes, cells=len(done.changes)))
        shown += [f"  {change_line(change, dict(names), lang)}" for change in done.changes]
    if done.over:
        over = Sentence(
            "其中 {n} 格已过去、已开始或早已定下，原因已记录",
            "{n} cells were past, begun or settled; the reason is on record",
        )
        shown.append(over.say(lang, n=len(done.over)))
    shown += open_lines(done.open, lang)
    given = Sentence("分发 {n} 份，请收签：{who}", "Copies for {n}, to be signed for: {who}")
    shown.append(given.say(lang, n=len(done.recipients), who=join_items((one.name for one in done.recipients), lang)))
    shown += [note.say(lang) for note in done.notes]
    return Answer(payload, [*shown, *file_lines(done.files, lang), *stuck_lines(done.stuck, lang)], DONE)


@click.command(help=both("作废在用的一版。", "Withdraw the version in force."))
@desk_argument
@click.option("--version", type=click.IntRange(min=1), required=True, help=both("哪一版。", "Which version."))
@by_option
@because_option(required=True)
@out_option
@store_option
@answering
def withdraw(desk: Path, version: int, by: str, because: str, lang: Lang, **options: Any) -> Answer:
    """Take a live version back."""
    done = withdraw_version(desk, version, by, because, lang=lang, **options)
    payload = {
        "status": "WITHDRAWN",
        "version": version,
        "withdrawn_at": done.at.isoformat(timespec="seconds"),
        "files": [str(path) for path in done.files],
        "holders": [_copy_row(copy) for copy in done.holders],
        "stuck": [fault.say(lang) for fault in done.stuck],
    }
    shown = [
        Sentence("第 {n} 版已作废：{why}", "Version {n} is withdrawn: {why}").say(lang, n=version, why=because),
        Sentence("{n} 份待收回：{who}", "{n} copies to come back: {who}").say(
            lang, n=len(done.holders), who=join_items((copy.recipient.name for copy in done.holders), lang)
        ),
    ]
    return Answer(payload, [*shown, *file_lines(done.files, lang), *stuck_lines(done.stuck, lang)], DONE)


def _render_marked(found: Copies, by: str, lang: Lang) -> Iterator[str]:
    """What was recorded just now, and by whom."""
    if not found.marked:
        return
    who = join_items(dict.fromkeys(copy.recipient.name for copy in found.marked), lang)
    recorded = (
        Sentence("已登记：{who}；登记人 {by}", "Recorded for {who} by {by}")
        if by
        else Sentence("已登记：{who}；未写 --by，登记人记为本人", "Recorded for {who}; without --by, as by themselves")
    )
    yield recorded.say(lang, who=who, by=by)


def _render_outstanding(found: Copies, lang: Lang) -> Iterator[str]:
    """Who is still to sign for a copy, and who to return one, by version."""
    for version in dict.fromkeys(copy.version for copy in found.outstanding):
        mine = [copy for copy in found.outstanding if copy.version == version]
        good = (
            Sentence("第 {n} 版（现行）未签收：{who}", "Version {n} (in force), not signed for: {who}")
            if found.statuses[version] == "live"
            else Sentence(
                "第 {n} 版（其班表未变，仍有效）未签收：{who}",
                "Version {n} (still good for them), not signed for: {who}",
            )
        )
        back = Sentence("第 {n} 版（已作废）未收回：{who}", "Version {n} (void), not returned: {who}")
        for head, void in ((good, False), (back, True)):
            if names := [copy.recipient.name for copy in mine if copy.void == void]:
                yield head.say(lang, n=version, who=join_items(names, lang))


def _copy_row(copy: Receipt) -> dict[str, Any]:
    return {
        "version": copy.version,
        "kind": copy.recipient.kind,
        "id": copy.recipient.id,
        "name": copy.recipient.name,
        "received": copy.received.isoformat(timespec="seconds") if copy.received else None,
        "returned": copy.returned.isoformat(timespec="seconds") if copy.returned else None,
        "received_by": copy.received_by or None,
        "returned_by": copy.returned_by or None,
        "void": copy.void,
    }


@click.command(
    help=both("谁已签收、谁还拿着旧表；也在此登记签收和收回。", "Who signed for a copy, who still holds an old one.")
)
@desk_argument
@click.option(
    "--sign",
    type=PERSON,
    multiple=True,
    metavar="ID",
    help=both("签收的人或部门，可写多次。", "Who signs for their copy; several times for several."),
)
@click.option(
    "--returned",
    type=PERSON,
    multiple=True,
    metavar="ID",
    help=both("交回或销毁旧表的人或部门，可写多次。", "Who returned void copies; several times for several."),
)
@click.option("--version", type=click.IntRange(min=1), help=both("只登记这一版。", "Of this version only."))
@click.option(
    "--by",
    type=PERSON,
    default="",
    metavar="ID",
    help=both("由谁登记；不写，则记为本人。", "Who records it; else the log names the recipients themselves."),
)
@out_option
@store_option
@answering
def receipts(desk: Path, lang: Lang, **options: Any) -> Answer:
    """List copies, and mark them."""
    found = keep_receipts(desk, lang=lang, **options)
    payload = {
        "status": "DONE",
        "receipts": [_copy_row(copy) for copy in found.all],
        "outstanding": [_copy_row(copy) for copy in found.outstanding],
        "marked": [_copy_row(copy) for copy in found.marked],
        "stuck": [fault.say(lang) for fault in found.stuck],
    }
    shown: list[Any] = list(_render_marked(found, options["by"], lang))
    lines = list(_render_outstanding(found, lang))
    shown += lines or [Sentence("没有待签收或待收回的", "Nothing outstanding").say(lang)]
    return Answer(payload, [*shown, *stuck_lines(found.stuck, lang)], DONE)


SETTLED = Sentence("{desk} {month}：{note}", "{desk} {month}: {note}")


@click.command(
    help=both(
        "各部门现状：在用版本、草稿、待办申请、发布期限倒计时。", "Where desks stand: versions, requests, deadlines."
    )
)
@click.argument("desks", type=click.Path(path_type=Path), nargs=-1, required=True, metavar="DESK...")
@store_option
@answering
def status(desks: tuple[Path, ...], store: str | None, lang: Lang) -> Answer:
    """Count down across desks."""
    standings = [desk_status(desk, store=store, lang=lang) for desk in desks]
    rows = [_status_row(standing, lang) for standing in standings]
    broken = any(standing.contradictions for standing in standings)
    payload: dict[str, Any] = {"status": "BROKEN" if broken else "DONE", "desks": rows}
    if len(rows) == 1:
        payload |= rows[0]
    heads = ("部门", "desk"), ("月份", "month"), ("在用", "live"), ("草稿", "drafts"), ("最迟发布", "due"), ("", "")
    grid = Grid(*(Sentence(*head).say(lang) for head in heads), box=SIMPLE)
    for standing in standings:
        for due in standing.deadlines:
            drafts = [str(row.number) for row in standing.drafts if row.month == due.month]
            live = str(due.live or "—")
            name = standing.files.desk.name
            grid.add_row(
                name,
                str(due.month),
                live,
                ", ".join(drafts),
                day_name(due.deadline.due, lang) + _name_holiday(due, lang),
                _render_deadline(due, lang),
            )
    shown: list[Any] = [grid]
    for standing in standings:
        if standing.requests or standing.outstanding:
            shown.append(
                Sentence(
                    "{desk}：待办申请 {n} 件，待签收或收回 {k} 份", "{desk}: open requests {n}, copies outstanding {k}"
                ).say(lang, desk=standing.files.desk.name, n=len(standing.requests), k=len(standing.outstanding))
            )
        if standing.overtaken:
            gone = Sentence("{desk}：已落空的申请：{numbers}", "{desk}: overtaken requests: {numbers}")
            numbers = join_items((str(one.number) for one in standing.overtaken), lang)
            shown.append(gone.say(lang, desk=standing.files.desk.name, numbers=numbers))
        shown += [
            SETTLED.say(lang, desk=standing.files.desk.name, month=month, note=note.say(lang))
            for month, note in standing.settled
        ]
        shown += [NO_WORKBOOK.say(lang, path=path) for path in standing.missing]
        shown += [f"✗ {sentence.say(lang)}" for sentence in standing.contradictions]
        shown += [f"{standing.files.desk.name}: {note.say(lang)}" for note in standing.notes]
    return Answer(payload, shown, BROKEN if broken else DONE)


def _name_holiday(due: Due, lang: Lang) -> str:
    """Which holiday a deadline is for; empty for the month's own."""
    name = due.deadline.holiday
    if lang == "en":
        name = join_items((ENGLISH.get(one, one) for one in name.split("、")), lang) if name else ""
    return OF_HOLIDAY.say(lang, holiday=name) if name else ""


def _render_deadline(due: Due, lang: Lang) -> str:
    if due.live:
        said = Sentence("已按期发布", "published in time") if due.met else Sentence("已发布（逾期）", "published LATE")
        open_here = Sentence("，{n} 处未排", ", {n} duties OPEN").say(lang, n=len(due.open)) if due.open else ""
        return said.say(lang) + open_here
    if due.days_left < 0:
        return Sentence("已逾期 {n} 天", "{n} days LATE").say(lang, n=-due.days_left)
    return Sentence("还有 {n} 天", "{n} days left").say(lang, n=due.days_left)


def _status_row(standing: DeskStatus, lang: Lang) -> dict[str, Any]:
    return {
        "desk": standing.files.desk.id,
        "name": standing.files.desk.name,
        "live": [
            {
                "month": str(row.month),
                "version": row.number,
                "published_at": entry.at.isoformat(timespec="seconds"),
                "late": PublishedFacts.read(entry.facts).late,
                "open": open_rows(PublishedFacts.read(entry.facts).open, lang),
            }
            for row, entry in standing.live
        ],
        "drafts": [{"month": str(row.month), "version": row.number} for row in standing.drafts],
        "requests": [
            {"request": one.number, "kind": one.kind.value, "state": one.state.value, "month": str(one.month)}
            for one in standing.requests
        ],
        "overtaken": [one.number for one in standing.overtaken],
        "deadlines": [
            {
                "month": str(due.month),
                "due": due.deadline.due.isoformat(),
                "days_left": due.days_left,
                "because": due.deadline.say(lang, ENGLISH),
                "holiday": due.deadline.holiday,
                "live": due.live,
                "met": due.met,
            }
            for due in standing.deadlines
        ],
        "outstanding": len(standing.outstanding),
        "missing": [str(path) for path in standing.missing],
        "contradictions": [sentence.say(lang) for sentence in standing.contradictions],
        "notes": [note.say(lang) for note in standing.notes],
        "settled": [{"month": str(month), "note": note.say(lang)} for month, note in standing.settled],
    }


class LogCommand(click.Command):
    """`log`, whose option `--head` may stand before the desk: a desk is not its value."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, with `--head` complete where a desk follows it."""
        pairs = pairwise([*args, ""])
        return super().parse_args(
            ctx, [f"{one}={HERE}" if one == "--head" and is_desk(Path(two)) else one for one, two in pairs]
        )


@click.command(
    cls=LogCommand,
    help=both("变更记录：谁、何时、为何；--verify 查有无暗中改动。", "The change log; --verify finds tampering."),
)
@desk_argument
@click.option(
    "--verify",
    is_flag=True,
    help=both(
        "查有无改动：哈希链、每一步、触发器、文件夹中的文件。", "Find tampering: hashes, lives, guards, papers at hand."
    ),
)
@click.option(
    "--head",
    is_flag=False,
    flag_value=HERE,
    default="",
    metavar="[SEQ:HASH|FILE]",
    help=both(
        "不带值：打印记录头（序号:摘要）；与 --verify 同用：核对这个记录头或记录头文件。",
        "Alone: print where the log ends; with --verify: check this head, or a file of heads.",
    ),
)
@click.option(
    "--heads",
    type=click.Path(path_type=Path, dir_okay=False),
    help=both("与 --verify 同用：核对另处保存的记录头文件。", "With --verify: a file of heads kept elsewhere."),
)
@click.option(
    "--key",
    type=click.Path(path_type=Path, dir_okay=False),
    help=both("与 --verify 同用：记录头文件签名的公钥（PEM）。", "With --verify: public key of its signatures (PEM)."),
)
@click.option("--month", type=MonthType(), help=both("只看涉及这个月的。", "Only what touches this month."))
@click.option("--request", type=click.IntRange(min=1), help=both("只看这份申请。", "Only this request."))
@click.option(
    "--who", type=PERSON, default="", metavar="ID", help=both("只看与此人有关的。", "Only what has to do with them.")
)
@click.option(
    "--xlsx",
    type=click.Path(path_type=Path, dir_okay=False),
    help=both(
        "写成 Excel：步骤、格子、申请、版本、签收，以及每一版的班表。",
        "Write it as Excel: steps, cells, requests, versions, copies, and the roster of each version.",
    ),
)
@click.option(
    "--csv",
    type=click.Path(path_type=Path, dir_okay=False),
    help=both("写成 CSV：只有步骤；其余在 Excel 里。", "Write its steps as CSV; the rest is in the Excel file only."),
)
@for_option
@out_option
@store_option
@answering
def log(
    desk: Path,
    lang: Lang,
    verify: bool,
    head: str,
    heads: Path | None,
    key: Path | None,
    out: Path | None,
    store: str | None,
    xlsx: Path | None,
    csv: Path | None,
    **about: Any,
) -> Answer:
    """Print, write or check the log."""
    if not verify and (heads or key or head not in ("", HERE)):
        raise InputError([Fault("--head / --heads / --key", WITH_VERIFY)])
    outside = Outside(head="" if head == HERE else head, heads=heads, key=key, papers=out)
    found = read_log(desk, verify=verify, whole=bool(xlsx) or is_json(), outside=outside, store=store)
    if head == HERE and not verify:
        return Answer({"status": "DONE", **_head_row(found.head)}, [str(found.head)], DONE)
    told = tell_desk_log(found, **about, strict=bool(xlsx or csv))
    files = [write_change_log(told.log, found.files, path, lang) for path in (xlsx, csv) if path]
    fault = [told.fault.say(lang)] if told.fault and not found.broken else []
    is_broken = bool(found.broken or fault)
    payload = {
        "status": "BROKEN" if is_broken else "DONE",
        **(log_payload(told, lang) if is_json() else {}),
        "broken": [],
        **_head_row(found.head),
        **(proof_payload(found.proof, lang) if found.proof else {}),
        "files": [str(path) for path in files],
    }
    payload["broken"] += fault
    shown: list[Any] = [
        *log_lines(told, lang),
        *(f"✗ {line}" for line in fault),
        *(reader_lines(told.log.reader, lang) if told.log.steps else ()),
    ]
    shown += [*render_proof(found.proof, lang), HEAD.say(lang, head=found.head)] if found.proof else []
    return Answer(payload, [*shown, *file_lines(files, lang)], BROKEN if is_broken else DONE)


def _head_row(head: Head) -> dict[str, Any]:
    return {"head": str(head), "sequence": head.sequence, "hash": head.hash}


@click.command(
    help=both("让文件与账册一致：补上或作废因中断而不对的文件。", "Bring the files in line with the ledger.")
)
@desk_argument
@out_option
@store_option
@answering
def repair(desk: Path, lang: Lang, **options: Any) -> Answer:
    """Put the papers right."""
    done = repair_desk(desk, lang=lang, **options)
    against = [sentence.say(lang) for sentence in done.contradictions]
    nothing = Sentence("文件与账册一致", "The files agree with the ledger").say(lang)
    payload = {
        "status": "BROKEN" if against else "DONE",
        "files": [str(path) for path in done.mended],
        "contradictions": against,
    }
    shown: list[Any] = [*file_lines(done.mended, lang), *(f"✗ {line}" for line in against)]
    return Answer(payload, shown or [nothing], BROKEN if against else DONE)
