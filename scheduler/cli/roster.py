"""Commands about rosters: `generate`, `verify`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.box import SIMPLE
from rich.table import Table as Grid

from scheduler.app.generate import Generated, WishAnswer, generate_roster
from scheduler.app.locations import is_desk
from scheduler.app.making_words import ending_lines, gap_lines, say_result
from scheduler.app.summaries import BURDENS, cover_short, spreads
from scheduler.app.verify import verify_workbook
from scheduler.audit.audit import arrangements
from scheduler.audit.unattended import find_unattended
from scheduler.cli.answer import (
    AGAIN,
    BAD_INPUT,
    BROKEN,
    DONE,
    UNDECIDED,
    Answer,
    answering,
    both,
    is_json,
    is_verbose,
    refusal,
    refuse_files,
    unexpected,
)
from scheduler.cli.first_words import Teller, obstacle_rows
from scheduler.cli.floods import group_alike, kind_of_violation
from scheduler.cli.gaps import EVEN_SO, gap_rows, open_lines, open_rows
from scheduler.cli.holding import change_lines, holding_options, read_holding
from scheduler.cli.options import PERSON, DateType, SecondsType, desk_argument, month_option, store_option
from scheduler.cli.progress import ProgressLine, watch_progress
from scheduler.cli.rendering import (
    DRAFT_STUCK,
    RESULTS,
    against_lines,
    audit_rows,
    file_lines,
    overtime_payload,
    stuck_lines,
    violation_row,
)
from scheduler.cli.repairs import RepairTeller, repairs_payload
from scheduler.cli.reserves import ReserveType, planned_lines, planned_payload
from scheduler.cli.slots import slots_lines, slots_payload
from scheduler.domain import Noted, Problem, Violation
from scheduler.errors import SchedulerError
from scheduler.i18n import Lang, Sentence, join_items, plain_number
from scheduler.staffing.slots import slot_rows
from scheduler.timeline import clock_text

if TYPE_CHECKING:
    from scheduler.solver.outcome import Solved

TOO_SHORT = Sentence("请加大 --time-limit 再试。没有写入任何文件。", "Try a longer --time-limit. Nothing was written.")
NOT_BUILT = Sentence(
    "时限内模型还没有建完，未能开始求解：请加大 --time-limit，或减少人数、天数或班次。没有写入任何文件。",
    "The model was not built within the limit, so no search began: give more time with --time-limit, or plan for fewer"
    " people, days or shifts. Nothing was written.",
)


@click.command(
    help=both(
        "生成下月排班：求解、审核、登记、写 Excel；可一次给多个部门。",
        "Solve, audit, record and write next month's roster, of one desk or of several.",
    )
)
@click.argument("desks", type=click.Path(path_type=Path), nargs=-1, required=True, metavar="DESK...")
@month_option(required=False)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help=both("输出文件夹。", "Output folder."))
@click.option(
    "--time-limit",
    type=SecondsType(),
    default=60.0,
    show_default=True,
    help=both("时限（秒）。", "Seconds."),
)
@click.option(
    "--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True, help=both("随机种子。", "Random seed.")
)
@click.option(
    "--cores",
    type=click.IntRange(1, 256),
    default=min(2, os.cpu_count() or 1),
    show_default=True,
    help=both(
        "使用的核数；1 核、八十人以下、时限内算完的排班可复现。",
        "Cores; with 1, a month of fewer than 80 people that ends in time comes out the same again.",
    ),
)
@click.option(
    "--from",
    "since",
    type=DateType(),
    help=both(
        "从这天起重排已发布的月份：已上的、已开始的、获批定下的都不动。",
        "Plan a published month again from this day on: what is worked, begun or settled stays.",
    ),
)
@click.option(
    "--fewest",
    is_flag=True,
    help=both(
        "与 --from、--around 或 --hold 同用：改动最少，而不是最好。",
        "With --from, --around or --hold: fewest changes, not the best rest.",
    ),
)
@click.option(
    "--reserve",
    type=ReserveType(),
    multiple=True,
    help=both(
        "排备班：夜 即每天夜班一人备，夜=2 两人，2026-12-03:夜 只那天；可给几次。",
        "Plan reserves: one for a shift every day, SHIFT=2 two, DATE:SHIFT on that day; may be given several times.",
    ),
)
@click.option(
    "--certify",
    is_flag=True,
    help=both(
        "排完后由第二个求解器（HiGHS）另行证明下界，最多再用一倍时限。",
        "Have a second solver (HiGHS) prove a bound by itself afterwards, for up to as long again.",
    ),
)
@click.option(
    "--allow-gaps",
    is_flag=True,
    help=both(
        "人不够也排：缺口危害最小，其余规则照样不破；每处缺口列三名人选。",
        "Make a roster even where people are missing: gaps of the least harm, all other rules kept, three candidates for each.",
    ),
)
@holding_options
@click.option("--by", type=PERSON, default="", help=both("编制人（写入记录）。", "Who makes the roster, for the log."))
@store_option
@answering
def generate(desks: tuple[Path, ...], lang: Lang, **options: Any) -> Answer:
    """Make the month, or report what it would need; one line for each of several desks."""
    if len(desks) == 1:
        return _generate(desks[0], lang, options)
    strays = [
        path for path in desks if path.exists() and not is_desk(path)
    ]  # files beside the desks, matched by the shell's pattern
    if len(strays) == len(desks):
        strays = []  # all were named, so each gets its error
    desks = tuple(path for path in desks if path not in strays)
    answers = []
    for desk in desks:
        try:
            answers.append(_generate(desk, lang, options, f"{_name_desk(desk)}  "))
        except SchedulerError as error:
            answers.append(refusal(error, lang))
        except OSError as error:
            answers.append(refuse_files(error, lang))
        except Exception as error:  # a failure at one desk must not take the others' answers
            if os.environ.get("SCHEDULER_DEBUG"):
                raise
            answers.append(unexpected(error, lang))
    grid = Grid(*(head.say(lang) for head in SUMMARY), box=SIMPLE)
    for desk, answer in zip(desks, answers, strict=True):
        grid.add_row(_name_desk(desk), *_summarise(answer.payload, lang))
    shown: list[Any] = [grid, *(NO_DESK.say(lang, path=path) for path in strays)]
    for desk, answer in zip(desks, answers, strict=True):
        recorded = answer.code == DONE and answer.payload["version"]
        if recorded:
            live = answer.payload["live"]
            shown += [f"{desk}: {line}" for line in _warn_of_live(live, answer.payload["month"], lang)]
            continue
        shown += [f"{desk}:", *(f"  {line}" if isinstance(line, str) else line for line in answer.shown)]
    payload = {
        "status": "DONE" if all(answer.code == DONE for answer in answers) else "BROKEN",
        "desks": [{"desk": str(desk)} | answer.payload for desk, answer in zip(desks, answers, strict=True)],
    }
    return Answer(payload, shown, max((answer.code for answer in answers), key=GRAVITY.index, default=DONE))


NO_DESK = Sentence("跳过 {path}：不是部门数据", "skipped {path}: no desk")
SUMMARY = (
    Sentence("部门", "desk"),
    Sentence("月份", "month"),
    Sentence("结果", "result"),
    Sentence("代价", "cost"),
    Sentence("下界", "bound"),
    Sentence("差距", "gap"),
    Sentence("秒", "s"),
    Sentence("违反", "broken"),
    Sentence("破例", "exemptions"),
    Sentence("法规提示", "law"),
    Sentence("文件", "file"),
)
NO_RESULT = {
    "BAD_INPUT": Sentence("数据有误", "bad input"),
    "DAMAGED": Sentence("账册已损坏", "ledger damaged"),
    "BUSY": Sentence("账册被占用", "ledger busy"),
    "UNAVAILABLE": Sentence("无法读写", "not available"),
    "FAULT": Sentence("程序故障", "a fault of the program"),
}
GRAVITY = (DONE, UNDECIDED, AGAIN, BROKEN, BAD_INPUT)


def _name_desk(desk: Path) -> str:
    """A desk's folder or workbook, as a line names it."""
    return desk.name or str(desk)


def _summarise(payload: dict[str, Any], lang: Lang) -> list[str]:
    """One desk's line of the table, without its name."""
    status = payload["status"]
    gap, counted = payload.get("gap"), ("violations", "exemptions", "law")
    return [
        payload.get("month", ""),
        RESULTS[status].say(lang) if status in RESULTS else NO_RESULT.get(status, Sentence(status, status)).say(lang),
        *("" if payload.get(name) is None else str(payload[name]) for name in ("objective", "bound")),
        "" if gap is None else f"{gap:.1%}",
        f"{payload['seconds']:.1f}" if "seconds" in payload else "",
        *(str(len(payload[name])) if payload.get("version") else "" for name in counted),
        ", ".join(payload.get("files", ())),
    ]


def _generate(desk: Path, lang: Lang, options: dict[str, Any], lead: str = "") -> Answer:
    """One desk's month; `lead` goes before its progress line."""
    line = ProgressLine(lang, options["time_limit"] if options["certify"] else None, lead)
    options, understood = read_holding(desk, lang, options)
    said = Teller(lang, at_once=not lead and not is_json(), paused=line.paused)
    with watch_progress(line) as listener:
        made = generate_roster(
            desk,
            lang=lang,
            listener=listener,
            stage=line.stage,
            tell=said.tell,
            tell_repair=RepairTeller(said).tell,
            **options,
        )
    tidied = getattr(made.outcome, "tidied", None)
    payload: dict[str, Any] = {
        "month": str(made.problem.month),
        "status": made.outcome.status,
        "objective": getattr(made.outcome, "objective", None),
        "bound": getattr(made.outcome, "bound", None),
        "gap": getattr(made.outcome, "gap", None),
        "finder": getattr(made.outcome, "finder", None),
        "prover": getattr(made.outcome, "prover", None),
        "certificate": made.certificate and asdict(made.certificate),
        "unattended": [],
        "avoided": asdict(tidied) if tidied else None,
        "seconds": round(made.outcome.seconds, 3),
        "version": made.version,
        "live": made.live,
        "reserves": planned_payload(made.reserves),
        "gaps": [],
        "held": [
            {"worker": who, "date": day.isoformat(), "shift": "+".join(codes)}
            for (who, day), codes in sorted(options.get("held", {}).items())
        ],
        "changes": [
            {"worker": one.worker, "date": one.day.isoformat(), "before": list(one.before), "after": list(one.after)}
            for one in made.changes
        ],
        "violations": [],
        "exemptions": [],
        "law": [],
        "assumptions": [note.say(lang) for note in made.problem.assumptions],
        "files": [str(path) for path in made.files],
        "stuck": [fault.say(lang) for fault in made.stuck],
    }
    if made.version is None:
        is_more = options["allow_gaps"] and made.outcome.status == "IMPOSSIBLE" and not made.against
        if is_more:
            payload["why"] = EVEN_SO.say(lang)
        first = [*understood, *said.lines, *([EVEN_SO.say(lang)] if is_more else [])]
        return _answer_without_roster(made, payload, lang, first)
    answer = _answer_with_roster(made, made.outcome, payload, lang)  # type: ignore[arg-type]
    answer.shown[1:1] = [*understood, *change_lines(made, options.get("around"), lang)]
    return answer


def _answer_with_roster(made: Generated, solved: Solved, payload: dict[str, Any], lang: Lang) -> Answer:
    problem, names = made.problem, made.problem.names
    rows, short, missing = cover_short(problem, solved.roster)
    spread_of = spreads(problem, solved.roster)
    exempt, warned = solved.audit.noted(Noted.EXEMPTION), solved.audit.noted(Noted.LAW)
    granted = sum(answer.granted for answer in made.wishes)
    refused = [answer for answer in made.wishes if not answer.granted]
    unasked = Sentence("（原因未逐一核对）", "(reason not examined)").say(lang)
    nothing = Sentence("没有什么与之冲突", "no rule is against it").say(lang)
    against = {
        id(a): unasked
        if a.against is None
        else join_items((v.say(lang, names) for v in a.against[:2]), lang) or nothing
        for a in refused
    }
    payload |= {
        "first_seconds": round(solved.first_seconds, 3),
        "deterministic_time": round(solved.deterministic, 3),
        **audit_rows(solved.audit, problem, lang),
        "arrangements": [
            {"rule": line.rule, "dates": [day.isoformat() for day in line.days], "workers": list(line.workers)}
            | {"sentence": line.say(lang, names)}
            for line in arrangements(problem, made.rulebook, solved.roster)
        ],
        "cover": {"rows": rows, "below_target": short, "heads_missing": missing},
        "fairness": {spread.what: [spread.fewest, spread.most] for spread in spread_of},
        "requests": {
            "asked": len(made.wishes),
            "granted": granted,
            "refused": [
                {"worker": a.wish.worker, "date": a.wish.day.isoformat(), "because": against[id(a)]} for a in refused
            ],
        },
    }
    slots = slot_rows(problem, solved.roster, made.breaks) if problem.slots else []
    payload |= slots_payload(slots, made.breaks, made.break_faults, lang)
    payload |= overtime_payload(problem, solved.roster)
    payload["gaps"] = gap_rows(made.gaps, problem, lang)
    evenly = join_items(
        (f"{BURDENS[s.what].say(lang)} {plain_number(s.fewest)}–{plain_number(s.most)}" for s in spread_of), lang
    )
    shown = [
        Sentence("{desk} {month} 第 {n} 版（草稿）", "{desk} {month}, version {n} (draft)").say(
            lang,
            desk=problem.desk.name,
            month=problem.month,
            n=made.version,
        ),
        Sentence(
            "结果：{status}（代价 {objective}，下界 {bound}，差距 {gap:.1%}），用时 {seconds:.1f} 秒",
            "Result: {status} (cost {objective}, bound {bound}, gap {gap:.1%}) in {seconds:.1f} s",
        ).say(
            lang,
            status=say_result(solved.status, lang) if made.gaps else RESULTS[solved.status],
            objective=solved.objective,
            bound=solved.bound,
            gap=solved.gap,
            seconds=solved.seconds,
        ),
        *_warn_of_live(made.live, payload["month"], lang, made.since),
        *_render_solvers(made, solved, lang),
        *gap_lines(made.gaps, made.gaps_are_least, problem, lang),
        (KEPT_BUT_FOR_GAPS if made.gaps else ALL_KEPT).say(
            lang, n=sum(not any(v.noted == Noted.EXEMPTION for v in one.noted) for one in solved.audit.results)
        ),
        (COVER_WITH_GAPS if made.gaps else COVER).say(lang, rows=rows, short=short, missing=missing),
        *slots_lines(slots, made.breaks, made.break_faults, lang),
        Sentence("最少–最多：{evenly}", "Fewest–most: {evenly}").say(lang, evenly=evenly),
    ]
    if made.wishes:
        shown.append(
            Sentence("申请：{asked} 条，满足 {granted} 条", "Requests: {asked}, granted {granted}").say(
                lang, asked=len(made.wishes), granted=granted
            )
        )
        shown += [f"  ✗ {_describe_wish(made, a, lang)}{against[id(a)]}" for a in refused]
    shown += planned_lines(made.reserves, names, lang)
    times = find_unattended(problem, solved.roster)
    payload["unattended"] = [
        {"who": one.who, "start": clock_text(one.start), "end": clock_text(one.end)}
        | {"dates": [day.isoformat() for day in one.days], "minutes": one.minutes}
        for one in times
    ]
    shown += [f"  {one.note.say(lang)}" for one in times]
    shown += _render_noted(EXEMPTED, exempt, names, lang)
    shown += _render_noted(WARNED, warned, names, lang)
    shown += _render_assumptions(made.problem, lang)
    shown += [*file_lines(made.files, lang), *stuck_lines(made.stuck, lang, DRAFT_STUCK)]
    return Answer(payload, list(shown), BROKEN if made.gaps else DONE)


ALL_KEPT = Sentence("审核：{n} 条规则全部符合", "Audit: all {n} rules kept")
OTHERS_KEPT = Sentence("除未排外全部符合", "all else is kept")
OTHERS_BROKEN = Sentence("此外违反 {n} 处", "{n} other requirements are broken")
KEPT_BUT_FOR_GAPS = Sentence(
    "审核：{n} 条规则，除上列未排外全部符合", "Audit: of {n} rules all is kept but for what is open above"
)
COVER = Sentence(
    "人数：{rows} 项要求都达到最少；{short} 项低于目标，共差 {missing} 人次",
    "Cover: all {rows} minimums met; {short} below target, {missing} heads in all",
)
COVER_WITH_GAPS = Sentence(
    "人数：{rows} 项要求；{short} 项低于目标，共差 {missing} 人次",
    "Cover: {rows} rows of demand; {short} below target, {missing} heads in all",
)
LIVE = Sentence(
    "{month} 第 {n} 版已发布在用：新生成的草稿不看它，改动格子须走申请（swap request），整版重发须写明原因",
    "{month}: version {n} is live, and a new draft does not take it into account: changing its cells takes requests"
    " (swap request), re-issuing the whole month takes a reason",
)
CONTINUED = Sentence(
    "{month} 第 {n} 版已发布在用：{since} 之前已上和已定的照它不动，其余重排；发布后才生效",
    "{month}: version {n} is live; what was worked and settled before {since} stays as in it, the rest was planned again;"
    " it takes effect once it is published",
)


def _warn_of_live(live: int | None, month: str, lang: Lang, since: date | None = None) -> Iterator[str]:
    """Warning for a month that already has a live version."""
    if live and since:
        yield CONTINUED.say(lang, month=month, n=live, since=since)
    elif live:
        yield LIVE.say(lang, month=month, n=live)


AVOIDED = Sentence(
    "不增加让步而能少的（超过 44 小时的周等）：{before} → {after} 处{sure}",
    "Avoided where it costs nothing (weeks of more than 44 h and the like): {before} → {after}{sure}",
)
LEAST, PERHAPS_NOT_LEAST = (
    Sentence("，已证明不能再少", ", proved to be the least"),
    Sentence("，是否最少没有证明", ", not proved to be the least"),
)


def _render_solvers(made: Generated, solved: Solved, lang: Lang) -> Iterator[str]:
    """Lines on who found the roster, who proved its bound, and what a second solver proved."""
    from scheduler.files.writing.labels import FOUND

    if solved.finder and solved.prover:
        said = FOUND.say(lang, finder=solved.finder, prover=solved.prover)
        yield Sentence("求解器：{said}", "Solvers: {said}").say(lang, said=said)
    if made.certificate:
        said = made.certificate.say(lang, solved.objective, solved.bound, solved.prover)
        yield Sentence("第二求解器：{said}", "Second solver: {said}").say(lang, said=said)
    if solved.tidied:
        sure = LEAST if solved.tidied.is_least else PERHAPS_NOT_LEAST
        yield AVOIDED.say(lang, before=solved.tidied.before, after=solved.tidied.after, sure=sure)


def _describe_wish(made: Generated, answer: WishAnswer, lang: Lang) -> str:
    wish = answer.wish
    verb = Sentence("想上", "wants ") if wish.wants else Sentence("不想上", "not ")
    what = f"{verb.say(lang)}{wish.shift or Sentence('班', 'any shift').say(lang)}"
    if not wish.wants and not wish.shift:
        what = Sentence("想休息", "wants the day off").say(lang)
    return Sentence("{who} {day}{what}：", "{who}, {day}, {what}: ").say(
        lang, who=made.problem.names[wish.worker], day=wish.day, what=what
    )


EXEMPTED = Sentence("破例（照字面读，已记录）{n} 处：", "Exemptions (read literally, on record): {n}")
WARNED = Sentence("法规提示 {n} 条：", "Warnings of the law layer: {n}")
AND_MORE = Sentence("…其余 {n} 条见工作簿", "… {n} more in the workbook")
MOST_LINES = 6  # of a kind in a summary


def _render_noted(head: Sentence, found: Sequence[Violation], names: dict[str, str], lang: Lang) -> Iterator[str]:
    """A heading and the first of the violations that are only on record."""
    if found:
        yield head.say(lang, n=len(found))
        yield from (f"  {violation.say(lang, names)}" for violation in found[:MOST_LINES])
        if len(found) > MOST_LINES:
            yield f"  {AND_MORE.say(lang, n=len(found) - MOST_LINES)}"


def _render_assumptions(problem: Problem, lang: Lang) -> list[str]:
    notes = [f"  {note.say(lang)}" for note in problem.assumptions]
    return [Sentence("假定：", "Assumed:").say(lang), *notes] if notes else []


MORE_BY_EXPLAIN = Sentence(
    "哪些要求互相矛盾、哪里也许录错了：scheduler explain 详细说明。没有写入任何文件。",
    "`scheduler explain` tells in full what contradicts what, and what may be mistyped. Nothing was written.",
)


def _answer_without_roster(made: Generated, payload: dict[str, Any], lang: Lang, first: Sequence[str]) -> Answer:
    shown = [*first, RESULTS[made.outcome.status].say(lang), *_warn_of_live(made.live, payload["month"], lang)]
    if made.outcome.status == "UNDECIDED":
        why = TOO_SHORT if getattr(made.outcome, "built", True) else NOT_BUILT
        payload["why"] = why.say(lang)
        return Answer(payload, [*shown, payload["why"]], UNDECIDED)
    if made.words:
        payload["obstacles"] = obstacle_rows(made.words, made.problem, lang)
    if made.against:
        payload["overtime_against"] = [violation_row(one, made.problem, lang) for one in made.against]
        shown += against_lines(made.against, made.problem, lang)
    elif made.repairs:
        shown += [*ending_lines(made.repairs, lang), MORE_BY_EXPLAIN.say(lang)]
        payload |= repairs_payload(made.repairs, made.problem, lang)
    return Answer(payload, [*shown, *_render_assumptions(made.problem, lang)], BROKEN)


@click.command(help=both("审核任何排班工作簿，包括手工改过的。", "Audit any roster workbook, hand-changed ones too."))
@desk_argument
@click.argument("workbook", type=click.Path(path_type=Path))
@store_option
@answering
def verify(desk: Path, workbook: Path, store: str | None, lang: Lang) -> Answer:
    """Rule by rule, cell by cell."""
    found = verify_workbook(desk, workbook, store)
    shown: list[Any] = []
    for result in found.audit.results:
        mark = "✗" if result.broken else "✓"
        shown.append(f"{mark} {result.rule.title.say(lang)}  {result.rule.clause.say(lang)}")
        said = ((kind_of_violation(one), one.say(lang, found.problem.names)) for one in result.broken)
        shown += [f"    {line}" for line in group_alike(said, lang, whole=is_verbose())]
    exempt, warned = found.audit.noted(Noted.EXEMPTION), found.audit.noted(Noted.LAW)
    shown += _render_noted(EXEMPTED, exempt, found.problem.names, lang)
    shown += _render_noted(WARNED, warned, found.problem.names, lang)
    verdict = (
        Sentence("违反 {n} 处；让步合计 {cost}", "{n} requirements broken; compromises cost {cost}")
        if found.audit.broken
        else Sentence("全部符合；让步合计 {cost}", "all kept; compromises cost {cost}")
    )
    shown.append(verdict.say(lang, n=len(found.audit.broken), cost=found.audit.cost))
    if found.open:
        others = len(found.audit.broken) - len(found.open)
        shown += [*open_lines(found.open, lang), (OTHERS_BROKEN if others else OTHERS_KEPT).say(lang, n=others)]
    notes = [note.say(lang) for note in found.notes]
    shown += notes
    payload = {
        "status": "BROKEN" if found.audit.broken else "KEPT",
        "objective": found.audit.cost,
        **audit_rows(found.audit, found.problem, lang),
        "open": open_rows(found.open, lang),
        "assumptions": [note.say(lang) for note in found.problem.assumptions],
        "notes": notes,
    }
    return Answer(payload, shown, BROKEN if found.audit.broken else DONE)
