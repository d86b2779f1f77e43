"""What several rules have to say beside a requirement that cannot be kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from scheduler.domain import Desk, Problem, Worker
from scheduler.i18n import Sentence, fill_in, join_items
from scheduler.timeline import ONE_DAY, Span, overlap

AT_BREAK = Sentence("在这段时间里，{shifts}都在休息或用餐", "{shifts} are at a break or meal then")
NO_SHIFT = Sentence("没有班次排到这段时间", "no shift is at work then")
ALL_DAY = Sentence(
    "{said}；开放时间按每天 0–24 点算（[opening] 没有写，或写的就是全天）",
    "{said}; opening hours are taken as all day, every day ([opening] is not written, or says just that)",
)
TRAINEES = Sentence("还是学员：{who}", "still in training: {who}")
EXPIRED = Sentence("“{skill}”当天无效：{who}", "{skill} not valid on the day: {who}")


def why_uncovered(problem: Problem, day: date, span: Span) -> Sentence | None:
    """Why no shift counts as cover in a span of time that begins on a day; `None` where one does."""
    steps = [(d, code) for d in (day - ONE_DAY, day) for code in problem.codes_on(d)]
    at_break = []
    for step in steps:
        if any(overlap(one, span) for one in problem.firm_segments(*step)):
            return None
        if overlap(problem.span(*step), span):
            at_break.append(f"“{step[1]}”")
    if at_break:
        names = list(dict.fromkeys(at_break))
        zh, en = join_items(names, "zh"), join_items((name.strip("“”") for name in names), "en")
        return fill_in(AT_BREAK, shifts=Sentence(zh, en))
    return fill_in(ALL_DAY, said=NO_SHIFT) if problem.desk.opening == Desk.opening else NO_SHIFT


def not_counted(problem: Problem, day: date, workers: Iterable[Worker], skill: str = "") -> Sentence | None:
    """Who would count for something but for the day: trainees, and those whose skill is not valid on it."""
    workers = list(workers)
    trainees = [worker for worker in workers if not worker.qualified(day)]
    expired = [w for w in workers if skill and not w.has_skill(skill, day) and any(s.name == skill for s in w.skills)]
    said = [
        fill_in(sentence, skill=skill, who=Sentence(join_items(names, "zh"), join_items(names, "en")))
        for sentence, found in ((TRAINEES, trainees), (EXPIRED, expired))
        if (names := [problem.names[worker.id] for worker in found])
    ]
    return Sentence("；".join(one.zh for one in said), "; ".join(one.en for one in said)) if said else None
