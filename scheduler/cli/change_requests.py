"""Commands about change requests: `swap request`, `confirm`, `approve`, `refuse`, `cancel`, `list`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.box import SIMPLE
from rich.console import RenderableType
from rich.table import Table as Grid

from scheduler.app.approvals import Approved, approve_request
from scheduler.app.change_requests import (
    Asked,
    RequestList,
    decide_request,
    list_requests,
    request_change,
)
from scheduler.app.judging import is_granted
from scheduler.cli.answer import BROKEN, DONE, UNDECIDED, Answer, answering, both, is_verbose
from scheduler.cli.offers import MOST_LINES, OfferText, effect_lines, effect_payload
from scheduler.cli.options import (
    PERSON,
    REMARK,
    AwayType,
    CellType,
    DateType,
    LeaveType,
    OverrideType,
    SpanType,
    because_option,
    by_option,
    desk_argument,
    for_option,
    out_option,
    store_option,
)
from scheduler.cli.rendering import (
    asked_reasons,
    change_line,
    change_row,
    file_lines,
    overtime_row,
    reader_lines,
    stuck_lines,
    verdict_line,
)
from scheduler.cli.rights import recorded_line, say_deciders, way_out_lines
from scheduler.domain import Compensation, Leave, Overtime
from scheduler.errors import SchedulerError
from scheduler.i18n import Lang, Sentence, join_items
from scheduler.workflow.change_request import KIND_NAMES, STATE_NAMES, Cell, Request, RequestKind
from scheduler.workflow.overrides import OVERRIDE_NAMES
from scheduler.workflow.request_facts import request_to_facts
from scheduler.workflow.request_wording import SPARED, describe_request
from scheduler.workflow.verdict import VerdictWord


@click.group(
    help=both("改动在用的排班：调班、顶班、请假、加班、增援。", "Changes of a roster in force: swaps, leave, overtime.")
)
def swap() -> None:
    """Change requests."""


@swap.command(
    help=both(
        "提出申请并立即得到答复。调班：--give A@日 --take B@日；顶班：--give A@日 --to B；"
        "缺勤 --absent；请假 --leave；销假 --cancel-leave；加班 --overtime；增援 --surge。",
        "Make a request and get the verdict at once. Swap: --give A@DAY --take B@DAY; stand-in: --give A@DAY --to B.",
    )
)
@desk_argument
@click.option("--give", type=CellType(), help=both("让出的班。", "The duty given away."))
@click.option("--take", type=CellType(), help=both("换来的班（双向）。", "The duty taken for it (two-way)."))
@click.option(
    "--to", type=PERSON, default="", metavar="ID", help=both("由谁顶班（单向）。", "Who stands in (one-way).")
)
@click.option(
    "--absent",
    type=AwayType(),
    help=both(
        "不能来的人和首日；只是几个钟点或半天的，写法同 --leave。",
        "Who cannot come, from when; hours and halves of days as with --leave.",
    ),
)
@click.option(
    "--leave",
    type=AwayType(),
    help=both(
        "请假的人和首日；只请几个钟点的写作 1003@2026-12-16T14:00-18:00，半天写作 1003@2026-12-16上午。",
        "Who asks for leave, from when; hours of each day as 1003@2026-12-16T14:00-18:00 or …am.",
    ),
)
@click.option(
    "--cancel-leave",
    type=AwayType(),
    help=both(
        "销假的人和首日；只销几个钟点或半天的，写法同 --leave。",
        "Whose leave is called off, from when; hours and halves of days as with --leave.",
    ),
)
@click.option(
    "--until", type=DateType(), help=both("缺勤、请假或销假的末日；默认首日。", "Last day; the first by default.")
)
@click.option(
    "--kind",
    type=LeaveType(),
    default="personal",
    show_default=True,
    help=both("假别。", "Kind of leave."),
)
@click.option("--overtime", type=CellType(), help=both("加班的人和日期。", "Who works overtime, and when."))
@click.option("--hours", type=click.FloatRange(0, 24, min_open=True), help=both("加班小时。", "Hours of overtime."))
@click.option(
    "--times",
    type=SpanType(),
    help=both(
        "加班从几点到几点；只写 --hours 则接着当天下班。",
        "From when to when; with --hours alone it follows the day's duty.",
    ),
)
@click.option("--time-off", is_flag=True, help=both("加班折调休，不付加班费。", "Given back as time off, not paid."))
@click.option(
    "--undo", type=click.IntRange(min=1), help=both("撤销第几号已批申请。", "The approved request to take back.")
)
@click.option(
    "--tables-from",
    type=DateType(),
    help=both("从哪天起按现在的表。", "The day from which on the tables of today hold."),
)
@click.option(
    "--after-the-fact",
    is_flag=True,
    help=both("补记已发生的事。", "Enter what has happened already, not what is to come."),
)
@click.option(
    "--papers-due",
    type=DateType(),
    help=both("病假条等材料最迟哪天交。", "By when papers are due, a sick note for instance."),
)
@click.option("--surge", type=DateType(), help=both("需求突增的日期。", "A day of higher demand."))
@click.option(
    "--factor", type=click.FloatRange(0, 20, min_open=True), help=both("需求变为几倍。", "Demand factor, e.g. 1.2.")
)
@click.option(
    "--cover",
    type=CellType(),
    multiple=True,
    help=both("请假或缺勤时谁接哪天的班（可多次）。", "Who takes the duty of which day over; may be repeated."),
)
@click.option(
    "--not",
    "spared",
    type=PERSON,
    multiple=True,
    metavar="ID",
    help=both("不找、不动谁（可多次）。", "Who is neither to be asked nor moved; may be repeated."),
)
@click.option(
    "--instead",
    type=click.IntRange(min=1),
    default=None,
    help=both("代替哪一号待批申请：登记时将其撤回。", "The open request that this one takes the place of."),
)
@by_option
@because_option(required=True)
@click.option(
    "--override",
    type=OverrideType(),
    multiple=True,
    help=both("请批准人破例的事，可写多次。", "What the approver is to set aside; several times for several."),
)
@click.option(
    "--override-because",
    default="",
    type=REMARK,
    help=both("为什么破例（留痕）。", "Why it is to be set aside; logged."),
)
@out_option
@store_option
@answering
def request(desk: Path, lang: Lang, by: str, because: str, **options: Any) -> Answer:
    """Judge and record a request."""
    kind, what = _parse_request(options)
    rest = {name: options[name] for name in ("papers_due", "spared", "out", "store")}
    rest |= {"after_fact": options["after_the_fact"], "covers": options["cover"], "instead": options["instead"] or 0}
    rest |= {"sets_aside": options["override"], "override": options["override_because"]}
    asked = request_change(desk, kind, by, because, lang=lang, **what, **rest)
    reasons = asked_reasons(asked, lang)
    code = DONE if asked.request.number else UNDECIDED if asked.verdict.word == VerdictWord.UNDECIDED else BROKEN
    notes = [note.say(lang) for note in asked.notes]
    text = OfferText(asked, describe_request, (desk, options["store"], options["out"]), lang, is_verbose())
    payload = _asked_payload(asked, reasons) | {
        "alternatives": text.alternatives(),
        **effect_payload(asked.effects),
        **text.payload(),
        "stuck": [fault.say(lang) for fault in asked.stuck],
        "notes": notes,
    }
    shown = [*_asked_lines(asked, reasons, lang), *text.lines(), *notes, *stuck_lines(asked.stuck, lang)]
    return Answer(payload, shown, code)


def _asked_payload(asked: Asked, reasons: list[str]) -> dict[str, Any]:
    verdict = asked.verdict
    return {
        "status": verdict.word.upper(),
        "request": asked.request.number or None,
        "verdict": verdict.word,
        "checked_on": asked.version,
        "changes": [change_row(change) for change in verdict.changes],
        "further": [change_row(change) for change in verdict.further],
        "fewest": ("proved" if verdict.proved else verdict.fewest) if asked.request.number else None,
        "reasons": reasons,
        "short": [one.say("en", asked.stretch.names) for one in verdict.short],
        "after_fact": asked.request.after_fact,
        "overtime": overtime_row(asked.request.overtime) if asked.request.overtime else None,
        "instead_of": asked.replaced or None,
        "waiting_for": list(RequestList.waiting(asked.request)) if asked.request.number else [],
        "deciders": list(asked.deciders) if asked.request.number else [],
        "sets_aside": list(asked.request.sets_aside),
        "way_out": {"override": list(asked.way_out.overrides), "by": list(asked.deciders)}
        if asked.way_out.overrides
        else None,
    }


def _asked_lines(asked: Asked, reasons: list[str], lang: Lang) -> list[RenderableType]:
    verdict, names = asked.verdict, asked.stretch.names
    shown: list[RenderableType] = [verdict_line(verdict, lang)]
    shown += [f"  {change_line(change, names, lang)}" for change in verdict.changes]
    if asked.request.after_fact:
        shown.append(
            Sentence(
                "补记：已过去或已开始的部分照实记下，排班表不改",
                "After the fact: what has passed or begun is entered beside the roster, which stays",
            ).say(lang)
        )
    if verdict.short:
        shown += [STAYS.say(lang), *(f"  · {one.say(lang, names)}" for one in verdict.short)]
    shown += _spared_lines(asked.request, names, lang)
    shown += effect_lines(asked.effects, names, lang, is_verbose())
    if asked.replaced:
        said = Sentence("第 {n} 号申请已撤回，由本申请代替", "Request {n} is cancelled: this one takes its place")
        shown.append(said.say(lang, n=asked.replaced))
    if verdict.word == VerdictWord.ALLOWED_WITH:
        touched = dict.fromkeys(names[change.worker] for change in verdict.further)
        shown.append(Sentence("牵动：{who}", "Touches: {who}").say(lang, who=join_items(touched, lang)))
    if not is_granted(verdict):
        shown += _reason_lines(asked, reasons, lang)
    elif reasons:
        head = (
            Sentence("只改这几格会违反：", "By itself it would break:")
            if verdict.reasons
            else Sentence("已破例：", "Set aside:")
        )
        if asked.request.kind == RequestKind.OVERTIME and asked.request.after_fact:
            head = Sentence("照实记下，但违反：", "Recorded as it was worked, though it breaks:")
        shown += [head.say(lang), *(f"  · {reason}" for reason in reasons)]
    shown += way_out_lines(asked, lang)
    if asked.request.number:
        shown.append(recorded_line(asked, RequestList.waiting(asked.request), lang))
    else:
        shown.append(Sentence("没有登记。", "Nothing was recorded.").say(lang))
    return shown


def _spared_lines(request: Request, names: Mapping[str, str], lang: Lang) -> list[str]:
    """Who is neither asked nor moved for a request."""
    who = join_items((names.get(one, one) for one in request.spared), lang)
    return [f"  {SPARED.say(lang, who=who)}"] if who else []


def _reason_lines(asked: Asked, reasons: list[str], lang: Lang) -> list[str]:
    """Everything against a request; of a surge, where it is told what stays short at the best, not each line of it."""
    lines = [f"  · {reason}" for reason in reasons]
    if not asked.offers.short or is_verbose() or len(lines) <= MOST_LINES:
        return lines
    more = Sentence("  · …共 {n} 条（--verbose 全列）", "  · … {n} in all (--verbose lists them)").say(
        lang, n=len(lines)
    )
    return [*lines[:1], more]


STAYS = Sentence("没有合规的办法补上，仍缺：", "No legal roster makes it good; what stays short:")
# Which options go with which.
TAKES = {
    "undo": (),
    "tables_from": (),
    "give": ("take", "to"),
    "absent": ("until", "papers_due", "cover"),
    "leave": ("until", "cover"),
    "cancel_leave": ("until",),
    "overtime": ("hours", "times", "time_off"),
    "surge": ("factor",),
}
PARTS = tuple(dict.fromkeys(part for parts in TAKES.values() for part in parts))
ONE_THING = Sentence(
    "请写明一件事：--give、--absent、--leave、--cancel-leave、--overtime、--surge、--undo 或 --tables-from",
    "say one thing: --give, --absent, --leave, --cancel-leave, --overtime, --surge, --undo or --tables-from",
)
NOT_WITH = Sentence("--{what} 不能与 --{spare} 同用", "--{spare} does not go with --{what}")
TAKE_OR_TO = Sentence(
    "--give 还要写明 --take（换谁的班）或 --to（谁来顶班），只写一个",
    "--give needs --take (whose duty for it) or --to (who stands in), one of them",
)
UNTIL_BEFORE = Sentence("--until 早于首日", "--until lies before the first day")
HOURS_OR_TIMES = Sentence(
    "--overtime 还要写明 --hours（几小时）或 --times（几点到几点），只写一个",
    "--overtime needs --hours (how many) or --times (from when to when), one of them",
)
NEEDS = Sentence("--{what} 还要写明 --{part}", "--{what} needs --{part}")


def _parse_request(options: dict[str, Any]) -> tuple[RequestKind, dict[str, Any]]:
    """The kind of a request and its parts.

    Raises
    ------
    SchedulerError
        The options do not make a request.
    """
    named = [name for name in TAKES if options[name]]
    if len(named) != 1:
        raise SchedulerError(ONE_THING)
    what, value = named[0], options[named[0]]
    spare = [name for name in PARTS if options[name] and name not in TAKES[what]]
    if spare:
        raise SchedulerError(NOT_WITH, what=what.replace("_", "-"), spare=spare[0].replace("_", "-"))
    if what == "undo":
        return RequestKind.UNDO, {"undoes": value}
    if what == "tables_from":
        return RequestKind.TABLES, {"since": value}
    if what == "give":
        if bool(options["take"]) == bool(options["to"]):
            raise SchedulerError(TAKE_OR_TO)
        if options["take"]:
            return RequestKind.SWAP, {"give": value, "take": options["take"]}
        return RequestKind.STAND_IN, {"give": value, "to": options["to"]}
    if what in ("absent", "leave", "cancel_leave"):
        value, part = value
        until: date = options["until"] or value.day
        if until < value.day:
            raise SchedulerError(UNTIL_BEFORE)
        leave = Leave(value.worker, value.day, until, options["kind"])
        kind = {"absent": RequestKind.ABSENCE, "leave": RequestKind.LEAVE, "cancel_leave": RequestKind.CANCEL_LEAVE}[
            what
        ]
        asked: dict[str, Any] = {"cancelled_leave" if kind == RequestKind.CANCEL_LEAVE else "leave": leave}
        return kind, asked | ({"part": part} if part else {})
    if what == "overtime":
        return RequestKind.OVERTIME, {"overtime": _parse_overtime(value, options)}
    if not options["factor"]:
        raise SchedulerError(NEEDS, what="surge", part="factor")
    return RequestKind.SURGE, {"surge": (value, options["factor"])}


def _parse_overtime(cell: Cell, options: dict[str, Any]) -> Overtime:
    """Overtime with its hours, or from when to when.

    Raises
    ------
    SchedulerError
        Neither is given, or both.
    """
    if bool(options["hours"]) == bool(options["times"]):
        raise SchedulerError(HOURS_OR_TIMES)
    compensation = Compensation.TIME_OFF if options["time_off"] else Compensation.PAY
    if options["times"]:
        start, end = options["times"]
        return Overtime(cell.worker, cell.day, end - start, start, compensation)
    return Overtime(cell.worker, cell.day, max(1, round(60 * options["hours"])), compensation=compensation)


def _cell_text(cell: Cell | None) -> str | None:
    return f"{cell.worker}@{cell.day.isoformat()}" if cell else None


def _decision(event: str, help_text: str) -> Callable[..., None]:
    @click.argument("desk", type=click.Path(path_type=Path))
    @click.argument("number", type=click.IntRange(min=1), metavar="REQUEST")
    @by_option
    @because_option(required=False)
    @out_option
    @store_option
    @answering
    def decide(desk: Path, number: int, by: str, because: str, lang: Lang, **options: Any) -> Answer:
        done = decide_request(desk, event, number, by, because, lang=lang, **options)
        said = Sentence("第 {n} 号申请：{state}", "Request {n}: {state}").say(
            lang, n=number, state=STATE_NAMES[done.request.state]
        )
        waiting = RequestList.waiting(done.request)
        if done.request.is_open:
            who = join_items((done.names.get(one, one) for one in waiting), lang)
            said += WAITS.say(lang, who=who) if waiting else TO_APPROVE.say(lang)
            said += say_deciders(done.deciders, done.names).say(lang)
        payload = {
            "status": "DONE",
            "request": number,
            "state": done.request.state.value,
            "waiting_for": list(waiting),
            "deciders": list(done.deciders),
            "stuck": [fault.say(lang) for fault in done.stuck],
        }
        return Answer(payload, [said, *stuck_lines(done.stuck, lang)], DONE)

    return swap.command(
        name={"confirmed": "confirm", "refused": "refuse", "cancelled": "cancel"}[event], help=help_text
    )(decide)


WAITS = Sentence("，还等 {who} 确认", ", waiting for {who}")
TO_APPROVE = Sentence("，等批准", ", to be approved")
NOBODY = Sentence("（没有人可批）", "(nobody may)")


_decision("confirmed", both("当事人确认。", "One concerned confirms."))
_decision("refused", both("驳回申请。", "Refuse a request."))
_decision("cancelled", both("撤回申请。", "Cancel a request."))


@swap.command(
    help=both("批准：照办，发布新版，旧版作废，通知有关的人。", "Approve: carried out as a new version in force.")
)
@desk_argument
@click.argument("number", type=click.IntRange(min=1), metavar="REQUEST")
@by_option
@click.option("--because", default="", type=REMARK, help=both("说明。", "Remark."))
@out_option
@store_option
@answering
def approve(desk: Path, number: int, by: str, because: str, lang: Lang, **options: Any) -> Answer:
    """Approve a request."""
    done = approve_request(desk, number, by, because, lang=lang, **options)
    return Answer(_approved_payload(done, lang), _approved_lines(done, lang), DONE)


def _approved_payload(done: Approved, lang: Lang) -> dict[str, Any]:
    proved = done.fewest >= len(done.changes)
    return {
        "status": "APPROVED",
        "request": done.request.number,
        "state": done.request.state.value,
        "version": done.row.number,
        "changes": [change_row(change) for change in done.changes],
        "people": sorted({change.worker for change in done.changes}),
        "fewest": "proved" if proved else done.fewest,
        "rechecked": done.rechecked,
        "versions": list(done.issued),
        "entered": [change_row(change) for change in done.entered],
        "short": [one.say("en", dict(done.row.people)) for one in done.short],
        "overtaken": [one.number for one in done.overtaken],
        "files": [str(path) for path in done.files],
        "stuck": [fault.say(lang) for fault in done.stuck],
        "notes": [note.say(lang) for note in done.notes],
    }


def _approved_lines(done: Approved, lang: Lang) -> list[RenderableType]:
    names, proved = dict(done.row.people), done.fewest >= len(done.changes)
    people = len({change.worker for change in done.changes})
    head = Sentence(
        "第 {n} 号申请已批准：第 {v} 版生效，改动 {cells} 格、{people} 人{proof}",
        "Request {n} is approved: version {v} is in force, {cells} cells and {people} people moved{proof}",
    )
    proof = (
        Sentence("（已证明不能更少）", " (proved: fewer is impossible)")
        if proved
        else Sentence("（至少须改 {k} 格，未证明最少）", " (at least {k}, not proved fewest)")
    )
    shown = [
        head.say(
            lang,
            n=done.request.number,
            v=join_items(map(str, done.issued or [done.row.number]), lang),
            cells=len(done.changes),
            people=people,
            proof=proof.say(lang, k=done.fewest),
        )
    ]
    if not done.issued:
        none = Sentence(
            "第 {n} 号申请已批准：排班表不用改，第 {v} 版继续有效",
            "Request {n} is approved: no cell moves, version {v} stays in force",
        )
        shown = [none.say(lang, n=done.request.number, v=done.row.number)]
    if done.rechecked:
        shown.append(
            Sentence(
                "申请之后排班表变动过，已按现行版重新核对", "The roster had changed since the request: checked again"
            ).say(lang)
        )
    shown += [f"  {change_line(change, names, lang)}" for change in done.changes]
    if done.entered:
        shown.append(Sentence("补记：", "Entered after the fact:").say(lang))
        shown += [f"  {change_line(change, names, lang)}" for change in done.entered]
    if done.short:
        shown += [STAYS.say(lang), *(f"  · {one.say(lang, names)}" for one in done.short)]
    shown += [OVERTAKEN_NOW.say(lang, n=one.number) for one in done.overtaken]
    shown += file_lines(done.files, lang)
    shown += [note.say(lang) for note in done.notes]
    return [*shown, *stuck_lines(done.stuck, lang)]


OVERTAKEN_NOW = Sentence(
    "第 {n} 号申请要的格子已被占用，随之落空：仍要的请另提",
    "Request {n} was for cells that are taken now and is overtaken: make another one if it is still wanted",
)


@swap.command(name="list", help=both("列出申请。", "List the requests."))
@desk_argument
@for_option
@out_option
@store_option
@answering
def list_(desk: Path, lang: Lang, **options: Any) -> Answer:
    """Every request and whose word it waits for."""
    found = list_requests(desk, lang=lang, **options)
    rows = []
    heads = ("号", "no."), ("类", "kind"), ("内容", "what"), ("申请人", "by"), ("状态", "state"), ("等", "waits for")
    grid = Grid(*(Sentence(*head).say(lang) for head in heads), box=SIMPLE)
    for one in found.requests:
        waiting = found.waiting(one)
        rows.append(
            {
                "request": one.number,
                "kind": one.kind.value,
                "state": one.state.value,
                "month": str(one.month),
                "by": one.by,
                "because": one.because,
                "give": _cell_text(one.give),
                "take": _cell_text(one.take),
                "to": one.to,
                **{
                    name: request_to_facts(one)[name]
                    for name in ("leave", "cancelled_leave", "overtime", "surge", "cells")
                },
                "overtime_terms": overtime_row(one.overtime) if one.overtime else None,
                "what": describe_request(one, found.names, lang),
                "checked_on": one.checked_on,
                "waiting_for": list(waiting),
                "deciders": list(found.deciders.get(one.number, ())),
                "approver": one.approver,
                "override": one.override,
                "sets_aside": list(one.set_aside),
                "overtaken_by": one.overtaken_by or None,
                "spared": list(one.spared),
                "changes": [change_row(change) for change in found.changes[one.number]],
            }
        )
        grid.add_row(
            str(one.number),
            KIND_NAMES[one.kind].say(lang),
            describe_request(one, found.names, lang),
            found.names.get(one.by, one.by),
            STATE_NAMES[one.state].say(lang) + (f" ({one.overtaken_by})" if one.overtaken_by else ""),
            join_items((found.names.get(who, who) for who in waiting or found.deciders.get(one.number, ())), lang)
            or (NOBODY.say(lang) if one.is_open else ""),
        )
    shown: list[Any] = [grid] if rows else [Sentence("没有申请", "No request").say(lang)]
    for one in (one for one in found.requests if one.is_open and not one.withheld):
        moves = join_items((change_line(change, found.names, lang) for change in found.changes[one.number]), lang)
        head = Sentence("第 {n} 号申请要改：{moves}", "Request {n} moves: {moves}")
        shown.append(head.say(lang, n=one.number, moves=moves or Sentence("无", "nothing").say(lang)))
        shown += _spared_lines(one, found.names, lang)
        if one.override:
            what = join_items((OVERRIDE_NAMES[what].say(lang) for what in one.set_aside), lang)
            aside = Sentence("  破例（{what}）理由：{why}", "  set aside ({what}) because: {why}")
            shown.append(aside.say(lang, what=what, why=one.override))
    stuck = [fault.say(lang) for fault in found.stuck]
    shown += [*reader_lines(found.reader, lang), *stuck_lines(found.stuck, lang)]
    return Answer({"status": "DONE", "requests": rows, "stuck": stuck}, shown, DONE)
