"""What use cases answer, in sentences: for the command line and for the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from scheduler.audit.candidates import Ranked, Word
from scheduler.domain import Change
from scheduler.i18n import Lang, Sentence, as_written, fill_in, join_items, join_sentences
from scheduler.workflow.redaction import say_finding
from scheduler.workflow.verdict import Verdict, VerdictWord

if TYPE_CHECKING:
    from scheduler.app.candidates import OpenDuty
    from scheduler.app.change_requests import Asked

OFF = Sentence("休", "off")


def change_line(change: Change, names: Mapping[str, str], lang: Lang) -> str:
    """A cell that moves, as text."""
    before, after = ("+".join(codes) or OFF.say(lang) for codes in (change.before, change.after))
    return Sentence("{who} {day}：{before} → {after}", "{who}, {day}: {before} → {after}").say(
        lang, who=names.get(change.worker, change.worker), day=change.day, before=before, after=after
    )


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


RECORDED = Sentence("已登记为第 {n} 号申请，等批准{may}", "Recorded as request {n}, to be approved{may}")
RECORDED_TO_CONFIRM = Sentence(
    "已登记为第 {n} 号申请，等 {who} 确认，再批准{may}",
    "Recorded as request {n}; {who} to confirm, then to be approved{may}",
)
MAY_APPROVE = Sentence("；可由{who}批准", "; {who} may approve")
NOBODY_APPROVES = Sentence(
    "；现在没有人可以批准⟦（见 scheduler check）‖（请排班人在设置里写明）⟧",
    "; nobody may approve it as things are ⟦(see scheduler check)‖(whoever makes rosters can name somebody)⟧",
)


def say_deciders(deciders: Sequence[str], names: Mapping[str, str]) -> Sentence:
    """Who may approve, by name, as the end of a sentence."""
    if not deciders:
        return NOBODY_APPROVES
    return fill_in(MAY_APPROVE, who=join_sentences(as_written(names.get(one, one)) for one in deciders))


def recorded_line(asked: Asked, waiting: Sequence[str], lang: Lang) -> str:
    """That a request was recorded, who has to confirm it and who may approve it."""
    who = join_items((asked.names.get(one, one) for one in waiting), lang)
    said = RECORDED_TO_CONFIRM if waiting else RECORDED
    return said.say(lang, n=asked.request.number, who=who, may=say_deciders(asked.deciders, asked.names))


# Candidates

AWAY, NOT_EMPLOYED = Sentence("不在", "away"), Sentence("不在职", "not employed")
LEGAL = Sentence("可以", "yes")
NEEDS_OVERTIME = Sentence("须先批加班 {hours:h} 小时", "after {hours:h} h of overtime are approved")
FORBIDDEN = Sentence("不行：{what}", "no: {what}")
NOT_COUNTED = Sentence(
    "不行：按表（角色、技能、可上班次等）不能算作“{shift}”班的人手",
    "no: by the tables (role, skill, shifts and so on) they do not count on {shift}",
)
TAKEN = Sentence("已在这个班上", "on it already")


def say_their_day(one: Ranked, lang: Lang) -> str:
    """What somebody has on the day: never why they are away."""
    if not one.is_employed:
        return NOT_EMPLOYED.say(lang)
    has = [AWAY.say(lang)] if one.is_away else []
    return join_items([*has, *one.on_duty], lang) or OFF.say(lang)


def say_candidate(found: OpenDuty, one: Ranked, lang: Lang) -> str:
    """Whether somebody can take the duty, and why not."""
    if one.overtime:
        return NEEDS_OVERTIME.say(lang, hours=one.overtime.minutes / 60)
    if one.word == Word.FORBIDDEN:
        said = dict.fromkeys(say_finding(each, found.reader, found.problem.names, lang) for each in one.broken)
        return FORBIDDEN.say(lang, what=join_items(said, lang))
    return {Word.LEGAL: LEGAL, Word.NOT_COUNTED: NOT_COUNTED}.get(one.word, TAKEN).say(lang, shift=found.shift.code)
