"""Why somebody has a duty, or has it not, in words: for command line and page."""

from __future__ import annotations

from scheduler.app.why import ReasonKind, Why
from scheduler.audit.alternatives import Finding, Weighed
from scheduler.audit.candidates import Word
from scheduler.i18n import Lang, Sentence, join_items
from scheduler.rules.book import discovered
from scheduler.workflow.redaction import say_finding

EQUALLY_GOOD = Sentence(
    "没有非这样不可的理由：有 {n} 种换法一样好", "There is no reason: {n} alternative(s) are equally good"
)
REASONED = Sentence("每种换法都不行，或代价更高（已证明）", "Every alternative is impossible or costs more (proved)")
NOT_ALL_KNOWN = Sentence("{n} 种换法还没有结论", "{n} alternative(s) are not decided yet")
FITS = Sentence("没有规则拦着", "no rule in the way")
NEEDS_OVERTIME = Sentence("须先批加班 {hours:h} 小时", "after {hours:h} h of overtime are approved")
NOT_COUNTED = Sentence("不能算作这个班的人手", "does not count on this shift")
RESULTS = {
    Finding.IMPOSSIBLE: Sentence("不可能（已证明）", "impossible (proved)"),
    Finding.EQUAL: Sentence("一样好", "equally good"),
    Finding.WORSE: Sentence("更差，至少贵 {more}", "worse, by {more} at least"),
    Finding.OPEN: Sentence("未定", "open"),
}
CHEAPER = Sentence("更好，便宜 {less}", "better, by {less}")
KINDS = {
    ReasonKind.NOT_AVAILABLE: Sentence("不能上这个班", "not available"),
    ReasonKind.RULE: Sentence("按现在的排法有规则拦着（{rule}）", "a rule is in the way as the roster stands ({rule})"),
    ReasonKind.IMPOSSIBLE: Sentence("任何排法都不行", "impossible in every roster"),
    ReasonKind.WORSE: Sentence("整月代价更高", "the month would cost more"),
    ReasonKind.EQUAL: Sentence("一样好", "equally good"),
    ReasonKind.OPEN: Sentence("没有结论", "not decided"),
}
COUNTED = Sentence("{kind}：{n} 人", "{kind}: {n}")


def say_conclusion(found: Why, lang: Lang) -> str:
    """What it comes to, in a sentence."""
    findings = [one.find(found.cost) for one in found.weighed]
    if equal := findings.count(Finding.EQUAL):
        return EQUALLY_GOOD.say(lang, n=equal)
    if found.is_known:
        return REASONED.say(lang)
    return NOT_ALL_KNOWN.say(lang, n=findings.count(Finding.OPEN))


def say_counts(found: Why, lang: Lang) -> list[str]:
    """How many others could not have it, or would make the month cost more, by kind of reason."""
    counted = found.count_reasons().items()
    return [COUNTED.say(lang, kind=_say_kind(kind, rule, lang), n=n) for (kind, rule), n in counted]


def _say_kind(kind: ReasonKind, rule: str, lang: Lang) -> str:
    return KINDS[kind].say(lang, rule=discovered()[rule].title if rule else "")


def say_finding_of(found: Why, one: Weighed, lang: Lang) -> str:
    """What is known of an alternative, in a word or two."""
    finding = one.find(found.cost)
    if finding == Finding.EQUAL and one.best.found is not None and one.best.found < found.cost:
        return CHEAPER.say(lang, less=found.cost - one.best.found)
    return RESULTS[finding].say(lang, more=one.best.least - found.cost)


def say_against(found: Why, one: Weighed, lang: Lang) -> str:
    """The rule in the way as the roster stands."""
    ranked = one.ranked
    if ranked and ranked.overtime:
        return NEEDS_OVERTIME.say(lang, hours=ranked.overtime.minutes / 60)
    if one.against:
        said = dict.fromkeys(say_finding(each, found.reader, found.problem.names, lang) for each in one.against)
        return join_items(said, lang)
    return NOT_COUNTED.say(lang) if ranked and ranked.word == Word.NOT_COUNTED else FITS.say(lang)
