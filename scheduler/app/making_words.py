"""What making a month says, in sentences: for the command line and for the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from scheduler.audit.first_words import FirstWords
from scheduler.audit.gaps import Gap
from scheduler.audit.obstacle_words import say_levers, say_obstacle, tell_together
from scheduler.domain import Problem, Reason
from scheduler.i18n import Lang, Sentence, join_items
from scheduler.rules import Layer
from scheduler.workflow.gap_words import say_filler
from scheduler.workflow.readers import EVERYBODY

if TYPE_CHECKING:
    from scheduler.solver.repairs import Repair, Repairs

# What stands against a month on paper

OBSTACLES = Sentence(
    "不用求解就能看出，有 {n} 处排不出来：", "Without any search, {n} thing(s) make this month impossible:"
)
MORE_OBSTACLES = Sentence("  …另有 {n} 处⟦（--json 列出全部）‖⟧", "  … {n} more⟦ (--json lists them all)‖⟧")
PARTLY = Sentence(
    "人多班多，没有在规定时间内看完：没有列出的不等于没有", "There was no time to look at everything: more may be there"
)
MOST_OBSTACLES = 12


def first_lines(words: FirstWords, problem: Problem, lang: Lang, most: int = MOST_OBSTACLES) -> Iterator[str]:
    """A heading, and for each obstacle, `most` of them, one line and one of where it can be changed."""
    if words.obstacles:
        yield OBSTACLES.say(lang, n=len(words.obstacles))
    for one in words.obstacles[:most]:
        yield f"  ✗ {say_obstacle(one, problem, lang)}"
        levers = say_levers(one, lang)
        if levers:
            yield f"      {levers}"
    if len(words.obstacles) > most:
        yield MORE_OBSTACLES.say(lang, n=len(words.obstacles) - most)
    if not words.whole:
        yield PARTLY.say(lang)


# Repairs of an impossible month

REPAIR = Sentence(
    "修复{n}：以下{many}做到，就排得出来（已试排、审核）{sure}",
    "Repair {n}: {many} the month possible (tried and audited){sure}",
)
ONE, ALL = Sentence("这一项", "this decision makes"), Sentence(" {n} 项都", "these {n} decisions together make")
CHEAPEST = Sentence("；代价最小，已证明", "; proved to be the cheapest")
PERHAPS_CHEAPER = Sentence("；也许还有代价更小的", "; there may be a cheaper one")
BENDS = {
    Layer.SAFETY: Sentence(
        "  ⚠ 要动保障休息的规定：只改本部门自己的安排，{beside}排不出来（已证明）",
        "  ⚠ bends what keeps people rested: {beside}nothing of the desk's own makes the month possible (proved)",
    ),
    Layer.LAW: Sentence(
        "  ⚠ 要动劳动法规定的底线：不动它，{beside}排不出来（已证明）",
        "  ⚠ bends what the law asks for: {beside}nothing else makes the month possible (proved)",
    ),
}
BESIDE = Sentence("又不用上面的办法，", "beside the above ")
LEFT_OPEN = Sentence(
    "    破例的地方没有人上：⟦generate --allow-gaps 照此留空，‖留空班来排，⟧发布时写明原因⟦（publish --open-because）‖⟧",
    "    the exceptions are duties that stay open: ⟦generate --allow-gaps leaves them so,‖make it with gaps,⟧ and publishing takes a"
    " reason⟦ (publish --open-because)‖⟧",
)
NOT_IN_TABLES = Sentence(
    "    破例没有表可填，程序不会照排：要么放宽那条规则的设置，要么用别的办法",
    "    no table takes an exception, and the program does not make such a roster: loosen that rule's settings, or choose another way",
)
NONE_FOUND = Sentence("时限内没有找到修复方案。", "No repair was found within the time limit.")
NONE_AT_ALL = Sentence(
    "能商量的全部放开也排不出来（已证明）：要改的只能是表里的数据，或不可破例的规则的设置。",
    "Even with everything negotiable given up the month is impossible (proved): only entries of the tables, or settings of"
    " rules that allow no exception, can help.",
)
NONE_FURTHER = Sentence(
    "没有别的办法了：其他任何修复都要用到上面的某一项（已证明）。",
    "There is no other way: every other repair needs one of the decisions above (proved).",
)
PERHAPS_FURTHER = Sentence(
    "时限内没有找到更多办法，有没有没有证明。", "No others were found in time; it is not proved that there are none."
)
MORE = Sentence("    …另有 {n} 项⟦（--json 列出全部）‖⟧", "    … {n} more⟦ (--json lists them all)‖⟧")
MOST_LINES = 8


def grouped_lines(reasons: Sequence[Reason], problem: Problem, lang: Lang, most: int = MOST_LINES) -> Iterator[str]:
    """Reasons in lines, those that differ by people and days only together."""
    told = tell_together(reasons, problem, lang)
    for one in told[:most]:
        yield f"    · {one.text}" + (f"  ×{one.many}" if one.many > 1 else "")
    if len(told) > most:
        yield MORE.say(lang, n=sum(one.many for one in told[most:]))


def repair_lines(repair: Repair, number: int, problem: Problem, lang: Lang, most: int = MOST_LINES) -> Iterator[str]:
    """One repair: how sure it is, how far it goes, and its decisions."""
    many = ONE if len(repair.decisions) == 1 else ALL
    yield REPAIR.say(
        lang,
        n=number,
        many=many.say(lang, n=len(repair.decisions)),
        sure=CHEAPEST if repair.cheapest else PERHAPS_CHEAPER,
    )
    if repair.layer in BENDS:
        yield BENDS[repair.layer].say(lang, beside=BESIDE if number > 1 else "")
    yield from grouped_lines([one.said for one in repair.decisions], problem, lang, most)
    exceptions = [one for one in repair.decisions if not one.in_tables]
    if exceptions:
        yield (LEFT_OPEN if all(one.leaves_open for one in exceptions) else NOT_IN_TABLES).say(lang)


def ending_lines(repairs: Repairs, lang: Lang) -> Iterator[str]:
    """Whether there are others."""
    if not repairs.found:
        yield (NONE_AT_ALL if repairs.none_further else NONE_FOUND).say(lang)
    elif repairs.none_further:
        yield NONE_FURTHER.say(lang)
    elif not repairs.enough:
        yield PERHAPS_FURTHER.say(lang)


# Duties that a roster leaves open

GAPS = Sentence(
    "未排：有 {n} 处缺人，按危害从大到小{least}；其余规则全部符合。发布须写明原因⟦（publish --open-because）‖⟧：",
    "Open: {n} requirements lack somebody, the worst first{least}; all other rules are kept. Publishing it takes a"
    " reason⟦ (publish --open-because)‖⟧:",
)
LEAST = Sentence("（已证明总危害不能再小）", " (proved: no less harm would do)")
NOT_LEAST = Sentence("（是否最小没有证明）", " (not proved to be the least)")
OPTIMAL = Sentence("就这些缺口而言已证明最优", "proved optimal with these gaps")
FEASIBLE = Sentence("有缺口，最优性未证明", "with gaps, not proved optimal")
LINE = Sentence("  {n}. {what}", "  {n}. {what}")
FILLERS = Sentence("      可考虑：{who}", "      could take it: {who}")
NOBODY = Sentence("      没有人能接", "      nobody could take it")


def say_result(status: str, lang: Lang) -> str:
    """What was reached, of a roster with gaps."""
    return (OPTIMAL if status == "OPTIMAL" else FEASIBLE).say(lang)


def gap_lines(gaps: Sequence[Gap], are_least: bool, problem: Problem, lang: Lang) -> Iterator[str]:
    """A heading, and for each gap what is missing and who could take it."""
    if gaps:
        yield GAPS.say(lang, n=len(gaps), least=(LEAST if are_least else NOT_LEAST).say(lang))
    for n, gap in enumerate(gaps, 1):
        yield LINE.say(lang, n=n, what=gap.violation.say(lang, problem.names))
        fillers = [say_filler(one, problem, EVERYBODY, lang) for one in gap.fillers]
        yield FILLERS.say(lang, who=join_items(fillers, lang)) if fillers else NOBODY.say(lang)
