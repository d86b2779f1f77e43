"""Obstacles in words: one line for each, and where it can be changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from scheduler.audit.obstacles import Kind, Obstacle, merge_days
from scheduler.audit.paper import Causes
from scheduler.domain import Problem, Reason
from scheduler.i18n import MONTHS, WEEKDAYS, Lang, Sentence, day_name, join_items
from scheduler.timeline import group_consecutive

MOST_NAMES, MOST_RANGES, MOST_NEEDS, MOST_CAUSES, MOST_LEVERS = 4, 3, 3, 4, 5
EVERYBODY, SOME = Sentence("所有人", "everybody"), Sentence("{names}等 {n} 人", "{names} and others, {n} in all")
EVERY_DAY = Sentence("{month}每天", "every day of {month}")
EVERY_WEEKDAY = Sentence("{month}每个周{names}", "every {names} of {month}")
RANGE = Sentence("{first}至{last}", "{first} to {last}")
AND_DAYS = Sentence("{ranges}等 {n} 天", "{ranges} and others, {n} days in all")
AND_MORE = Sentence("{said}；等 {n} 项", "{said}; and others, {n} in all")

NOBODY_HAS = Sentence("“{shift}”谁也不能上（{days}）：{why}", "nobody can have {shift} ({days}): {why}")
UNCOVERED = Sentence("{needs}：{why}", "{needs}: {why}")
NOBODY_COUNTS = Sentence("没有人算得上", "nobody counts for it")
FIXED = Sentence("{needs}，但是{why}", "{needs}, but {why}")
CAP = Sentence("{needs}：已定下 {found}（{why}）", "{needs}: {found} are settled ({why})")
CAP_OF_TWO = Sentence("{needs}：{why}", "{needs}: {why}")
SETTLED_DUTIES = Sentence("{n} 个班", "{n} duties")
NONE_CAN = Sentence("{needs}，算得上的 {counted} 人都不行：{why}", "{needs}; of {counted} who count nobody can: {why}")
FEW_CAN = Sentence(
    "{needs}，算得上的 {counted} 人中只有 {found} 人可以：{why}",
    "{needs}; of {counted} who count only {found} can: {why}",
)
FEW_COUNT = Sentence("{needs}，算得上的一共只有 {found} 人", "{needs}; only {found} count for it at all")
NOT_ENOUGH = Sentence("{needs}，最多只能有 {found}：{why}", "{needs}; {found} at most is possible: {why}")
TOGETHER = Sentence(
    "{needs}：合计要 {asked} 人，一人一天一班，只有 {found} 人可以{why}",
    "{needs}: {asked} people in all, one duty a person, and only {found} can{why}",
)
HEADS = Sentence(
    "{days} {what}至少要 {asked} 个班，{counted} 人最多能上 {found} 个：至少还缺 {missing} 人{who}",
    "{days}, {what}: at least {asked} duties, {counted} people can take {found}: at least {missing} more people{who} are needed",
)
ALL_SHIFTS = Sentence("全部班次", "all shifts")
WITH, WITH_WHO = Sentence("", ""), Sentence("（{who}）", " ({who})")
HOURS = Sentence("{n:h} 小时", "{n:h} h")
ALSO = Sentence("{why}（{remarks}）", "{why} ({remarks})")
SINCE = Sentence("{cause}（因为{roots}）", "{cause} (because: {roots})")
CHANGE = Sentence("可改：{levers}", "could change: {levers}")


def say_obstacle(one: Obstacle, problem: Problem, lang: Lang) -> str:
    """One line: what cannot be, and why."""
    return _Words(problem, lang).line(one)


def say_levers(one: Obstacle, lang: Lang) -> str:
    """Where it can be changed; empty where nothing is to be changed."""
    said = [lever.say(lang) for lever in one.levers[:MOST_LEVERS]]
    return CHANGE.say(lang, levers=("；" if lang == "zh" else "; ").join(said)) if said else ""


class Told(NamedTuple):
    """A sentence for several Reasons that differ by people and days only, and how many they are."""

    text: str
    many: int


MOST_APART = 3  # sentences of one kind that name exactly whom and when


def tell_together(reasons: Iterable[Reason], problem: Problem, lang: Lang) -> list[Told]:
    """Reasons in as few sentences as name exactly whom and when; where these are many, one that names them all together."""
    words, kinds = _Words(problem, lang), dict[tuple[object, ...], list[Reason]]()
    for one in reasons:
        kinds.setdefault((one.rule, one.sentence, one.facts), []).append(one)
    told: list[Told] = []
    for kind in kinds.values():
        apart = _apart(kind)
        if len(apart) > MOST_APART:
            apart = [list(kind)]
        for group in apart:
            told.append(Told("".join(words.reason(one) for one in merge_days(group)), len(group)))
    return told


def _apart(reasons: Iterable[Reason]) -> list[list[Reason]]:
    """Reasons of one kind in groups: those of the same people, and then those of the same days."""
    by_people: dict[tuple[str, ...], list[Reason]] = {}
    for one in reasons:
        by_people.setdefault(one.workers, []).append(one)
    by_days: dict[tuple[object, ...], list[Reason]] = {}
    for group in by_people.values():
        by_days.setdefault(tuple(sorted(one.days for one in group)), []).extend(group)
    return list(by_days.values())


class _Words:
    def __init__(self, problem: Problem, lang: Lang) -> None:
        self.problem, self.lang = problem, lang

    def line(self, one: Obstacle) -> str:
        """The line of any kind of obstacle."""
        if one.kind is Kind.HEADS:
            return self._heads(one)
        needs, why = self._needs(one.needs), self._why(one)
        if one.kind is Kind.SHIFT:
            return NOBODY_HAS.say(self.lang, shift=one.shift, days=self._days(one.causes[0][0].days), why=why)
        if one.kind is Kind.UNCOVERED:
            return UNCOVERED.say(self.lang, needs=needs, why=why or NOBODY_COUNTS)
        if one.kind is Kind.CAP:
            return self._cap(one, needs, why)
        if one.kind is Kind.DAY:
            why = f"{self._stop}{why}" if why else ""
            return TOGETHER.say(self.lang, needs=needs, asked=one.asked, found=one.found, why=why)
        sentence, found = (FEW_CAN if one.found else NONE_CAN), self._amount(one.found, one.step)
        if not one.causes:
            sentence = FEW_COUNT
        elif one.kind is Kind.FIXED:
            sentence = FIXED
        elif one.step > 1 or any(need.workers for need in one.needs):
            sentence = NOT_ENOUGH
        return sentence.say(self.lang, needs=needs, counted=one.counted, found=found, why=why)

    @property
    def _stop(self) -> str:
        return "；" if self.lang == "zh" else "; "

    def _amount(self, n: int, step: int) -> str:
        return HOURS.say(self.lang, n=n / 60) if step > 1 else str(n)

    def _heads(self, one: Obstacle) -> str:
        days = join_items((self._range(*span) for span in one.spans[:MOST_RANGES]), self.lang)
        who = WITH_WHO.say(self.lang, who=one.who) if one.who else ""
        what = f"“{one.shift}”" if one.shift else ALL_SHIFTS.say(self.lang)
        if one.shift and self.lang == "en":
            what = one.shift
        return HEADS.say(
            self.lang,
            days=days,
            what=f"{what} {one.who}" if one.who else what,
            asked=one.asked,
            counted=one.counted,
            found=one.found,
            missing=one.missing,
            who=who,
        )

    def _cap(self, one: Obstacle, needs: str, why: str) -> str:
        if one.step == 1 and one.asked == 1:
            return CAP_OF_TWO.say(self.lang, needs=needs, why=why)
        many = SETTLED_DUTIES.say(self.lang, n=one.cells)
        return CAP.say(self.lang, needs=needs, found=self._amount(one.found, one.step), why=f"{many}{self._stop}{why}")

    def _needs(self, needs: Sequence[Reason]) -> str:
        needs = _join_shifts(needs, self.lang)
        said = [self.reason(needs[0])]
        for before, need in pairwise(needs[:MOST_NEEDS]):
            said.append(self._without_days(need) if need.days == before.days else self.reason(need))
        text = join_items(said, self.lang) if self.lang == "zh" else "; ".join(said)
        return text if len(needs) <= MOST_NEEDS else AND_MORE.say(self.lang, said=text, n=len(needs))

    def _why(self, one: Obstacle) -> str:
        """The causes, or where a rule says it better its remarks."""
        remarks = self._stop.join(remark.say(self.lang) for remark in one.remarks)
        if one.kind in (Kind.SHIFT, Kind.UNCOVERED) and remarks:
            return remarks
        said = self._stop.join(self._cause(chain) for chain in one.causes[:MOST_CAUSES])
        if len(one.causes) > MOST_CAUSES:
            said = AND_MORE.say(self.lang, said=said, n=len(one.causes))
        return ALSO.say(self.lang, why=said, remarks=remarks) if said and remarks else said or remarks

    def _cause(self, chain: Causes) -> str:
        first, *roots = chain
        said = self.reason(first)
        if not roots:
            return said
        return SINCE.say(self.lang, cause=said, roots=self._stop.join(self.reason(root) for root in roots))

    def reason(self, reason: Reason) -> str:
        """A reason with all its people and days."""
        facts: dict[str, object] = dict(reason.facts)
        facts["who"] = self._people(reason.workers)
        if reason.days:
            facts["until"] = reason.days[-1]
            runs = "{until}" in reason.sentence.zh  # from a first to a last day, whether those between are named or not
            facts["day"] = reason.days[0] if runs else self._days(reason.days)
        return reason.sentence.say(self.lang, **facts)

    def _without_days(self, reason: Reason) -> str:
        """A reason after one of the same days."""
        template = reason.sentence.zh if self.lang == "zh" else reason.sentence.en
        if not template.startswith("{day}"):
            return self.reason(reason)
        rest = template.removeprefix("{day}").lstrip(", ")
        return self.reason(reason._replace(sentence=Sentence(rest, rest)))

    def _people(self, workers: Sequence[str]) -> str:
        names = self.problem.names
        if not workers or len(workers) == len(names) > 1:
            return EVERYBODY.say(self.lang)
        said = join_items((names.get(worker, worker) for worker in workers[:MOST_NAMES]), self.lang)
        return said if len(workers) <= MOST_NAMES else SOME.say(self.lang, names=said, n=len(workers))

    def _days(self, days: Sequence[date]) -> str:
        """Days as people say them: one, ranges, all, or those of a weekday."""
        name, kept = _month_name(self.problem.first), set(days)
        if len(days) > 1 and kept >= set(self.problem.dates):
            return EVERY_DAY.say(self.lang, month=name)
        ranges = [self._range(run[0], run[-1]) for run in group_consecutive(sorted(kept))]
        if len(ranges) <= MOST_RANGES:
            return join_items(ranges, self.lang)
        weekdays = sorted({day.weekday() for day in kept})
        if kept == {day for day in self.problem.dates if day.weekday() in weekdays}:
            names = join_items((WEEKDAYS[at].say(self.lang) for at in weekdays), self.lang)
            return EVERY_WEEKDAY.say(self.lang, month=name, names=names)
        return AND_DAYS.say(self.lang, ranges=join_items(ranges[: MOST_RANGES - 1], self.lang), n=len(kept))

    def _range(self, first: date, last: date) -> str:
        if first == last:
            return day_name(first, self.lang)
        return RANGE.say(self.lang, first=first, last=last)


def _month_name(day: date) -> Sentence:
    return Sentence(f"{day.month}月", MONTHS[day.month - 1])


def _join_shifts(needs: Sequence[Reason], lang: Lang) -> list[Reason]:
    """Needs that differ by their shift only as one that names all the shifts."""
    groups: dict[object, list[Reason]] = {}
    for need in needs:
        others = tuple(fact for fact in need.facts if fact[0] != "shift")
        groups.setdefault((need._replace(facts=others), len(others) < len(need.facts) or need), []).append(need)
    found = []
    for group in groups.values():
        codes = join_items((str(dict(need.facts)["shift"]) for need in group), lang) if len(group) > 1 else ""
        facts = ((name, codes if codes and name == "shift" else fact) for name, fact in group[0].facts)
        found.append(group[0]._replace(facts=tuple(facts)))
    return found
