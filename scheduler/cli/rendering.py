"""Changes, violations, verdicts and files, as text and for `--json`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scheduler.audit.statistics import count_overtime
from scheduler.domain import Change, Compensation, Noted, Overtime, Problem, Roster, Violation
from scheduler.errors import Fault
from scheduler.i18n import Lang, Sentence
from scheduler.timeline import clock_text
from scheduler.workflow.readers import AUDIENCE_NAMES, Reader
from scheduler.workflow.verdict import Verdict, VerdictWord
from scheduler.workflow.worked import AS_WORKED, AS_WORKED_NAME

OFF = Sentence("休", "off")


if TYPE_CHECKING:
    from scheduler.app.change_requests import Asked
    from scheduler.audit.audit import Audit

STUCK = Sentence(
    "已记入账册，但以下文件还没有写好，或还没有盖作废章；排除原因后运行 scheduler repair（下一条命令也会补上）：",
    "All is recorded, but these files are not written or not stamped void yet; remove the cause, then run scheduler"
    " repair (the next command does it, too):",
)
DRAFT_STUCK = Sentence(
    "草稿已记入账册，但其工作簿还没有写好；排除原因后运行 scheduler repair：",
    "The draft is recorded, but its workbook is not written yet; remove the cause, then run scheduler repair:",
)


LEFT_OUT = Sentence(
    "（给{who}看的：请假类别、申请的原因等与其无关的从略；--for 换读者。能打开账册的人都能读到全部）",
    "(made for {who}: kinds of leave, reasons and the like are left out where not their business; --for says for whom."
    " Whoever can open the ledger can read all of it)",
)
RESULTS = {
    "OPTIMAL": Sentence("已证明最优", "proved optimal"),
    "FEASIBLE": Sentence("合规，最优性未证明", "legal, not proved optimal"),
    AS_WORKED: AS_WORKED_NAME,
    "IMPOSSIBLE": Sentence("排不出来：规则互相矛盾", "impossible: the requirements contradict each other"),
    "UNDECIDED": Sentence("时限内没有结论", "undecided within the time limit"),
}


def reader_lines(reader: Reader, lang: Lang) -> list[str]:
    """A line that says for whom an answer was made, where something is left out for it."""
    return [] if reader.reads_all else [LEFT_OUT.say(lang, who=AUDIENCE_NAMES[reader.audience])]


def stuck_lines(stuck: Iterable[Fault], lang: Lang, head: Sentence = STUCK) -> list[str]:
    """Lines for papers that could not be written, or made void, after the ledger had recorded."""
    lines = [f"  {fault.say(lang)}" for fault in stuck]
    return [head.say(lang), *lines] if lines else []


def change_row(change: Change) -> dict[str, str]:
    """A cell that moves, for `--json`; an empty text is a day off."""
    return {
        "worker": change.worker,
        "date": change.day.isoformat(),
        "before": "+".join(change.before),
        "after": "+".join(change.after),
    }


def change_line(change: Change, names: Mapping[str, str], lang: Lang) -> str:
    """A cell that moves, as text."""
    before, after = ("+".join(codes) or OFF.say(lang) for codes in (change.before, change.after))
    return Sentence("{who} {day}：{before} → {after}", "{who}, {day}: {before} → {after}").say(
        lang, who=names.get(change.worker, change.worker), day=change.day, before=before, after=after
    )


def file_lines(paths: Iterable[Path], lang: Lang) -> list[str]:
    """A line for each file that was written."""
    return [Sentence("文件：{path}", "File: {path}").say(lang, path=path) for path in paths]


OVERTIME_LINE = Sentence("加班：{who} {day} {terms}", "Overtime: {who}, {day}, {terms}")


def overtime_row(extra: Overtime) -> dict[str, Any]:
    """Overtime, for `--json`; without a time where the day's duties take it."""
    start = extra.start
    times = (None, None) if start is None else (clock_text(start), clock_text(start + extra.minutes))
    return {
        "worker": extra.worker,
        "date": extra.day.isoformat(),
        "hours": extra.minutes / 60,
        "from": times[0],
        "to": times[1],
        "compensation": extra.compensation.value,
    }


def overtime_payload(problem: Problem, roster: Roster) -> dict[str, Any]:
    """A month's overtime and everybody's hours of it, paid and given back as time off, for `--json`."""
    hours = {
        worker: {kind.value: mine.get(kind, 0) / 60 for kind in Compensation}
        for worker, mine in count_overtime(problem, roster).items()
    }
    return {"overtime": [overtime_row(one) for one in _overtime_of(problem)], "overtime_hours": hours}


AGAINST = Sentence(
    "加班审批本身违反以下规则，怎么排都不行；请先改加班审批表或撤销加班申请：",
    "Approved overtime breaks these rules by itself, whatever the roster; change the overtime table or take the overtime back"
    " first:",
)


def against_lines(against: Sequence[Violation], problem: Problem, lang: Lang) -> list[str]:
    """What approved overtime breaks by itself, a line each."""
    lines = [f"  ✗ {one.say(lang, problem.names)}" for one in against]
    return [AGAINST.say(lang), *lines] if lines else []


def overtime_lines(problem: Problem, lang: Lang) -> list[str]:
    """A line for each overtime of a month."""
    return [
        OVERTIME_LINE.say(lang, who=problem.names[one.worker], day=one.day, terms=one.terms)
        for one in _overtime_of(problem)
    ]


def _overtime_of(problem: Problem) -> list[Overtime]:
    mine = (one for one in problem.overtime if one.day in problem.day_by_date)
    return sorted(mine, key=lambda one: (one.day, one.worker, one.start or 0))


def violation_row(violation: Violation, problem: Problem, lang: Lang) -> dict[str, Any]:
    """A violation, for `--json`."""
    return {
        "rule": violation.reason.rule,
        "workers": list(violation.reason.workers),
        "dates": [day.isoformat() for day in violation.reason.days],
        "found": violation.found,
        "cost": violation.cost,
        "sentence": violation.say(lang, problem.names),
    }


def audit_rows(audit: Audit, problem: Problem, lang: Lang) -> dict[str, list[dict[str, Any]]]:
    """What an audit found, for `--json`."""
    found = {
        "violations": audit.broken,
        "compromises": audit.compromises,
        "exemptions": audit.noted(Noted.EXEMPTION),
        "law": audit.noted(Noted.LAW),
    }
    return {name: [violation_row(one, problem, lang) for one in violations] for name, violations in found.items()}


def asked_reasons(asked: Asked, lang: Lang) -> list[str]:
    """Everything against a request: objections, then violations."""
    names = asked.stretch.names
    return [
        *(one.say(lang, names) for one in asked.objections),
        *(one.say(lang, names) for one in asked.verdict.reasons),
    ]


VERDICTS = {
    "allowed": Sentence("可以", "allowed"),
    "allowed_with": Sentence(
        "可以，但须同时改动 {n} 格（已证明最少）", "allowed with {n} further changes (proved fewest)"
    ),
    "short": Sentence("记下缺勤；同时改动 {n} 格", "the absence is recorded; {n} further changes"),
    "refused": Sentence("不行", "refused"),
    "undecided": Sentence("时限内没有结论，请再试", "no answer within the time limit, try again"),
}
NOT_PROVED = Sentence("可以，但须同时改动 {n} 格（未证明最少）", "allowed with {n} further changes (not proved fewest)")
LOOKED_AT = Sentence(
    "可以，但须同时改动 {n} 格（在所查的 {cells} 格里最少，全月未证明）",
    "allowed with {n} further changes (fewest among the {cells} cells looked at, not proved of the whole month)",
)


def verdict_line(verdict: Verdict, lang: Lang) -> str:
    """The verdict on a request, and how far it is proved that no fewer cells can move."""
    word = VERDICTS[verdict.word]
    if verdict.word == VerdictWord.ALLOWED_WITH and not verdict.proved:
        word = LOOKED_AT if verdict.among else NOT_PROVED
    return word.say(lang, n=len(verdict.further), cells=verdict.among)
