"""What a request asks for, in words."""

from __future__ import annotations

from collections.abc import Mapping

from scheduler.domain import UNSAID, leave_label
from scheduler.i18n import Lang, Sentence
from scheduler.workflow.change_request import KIND_NAMES, Request

SPARED = Sentence("不找、不动：{who}", "neither asked nor moved: {who}")


def describe_request(one: Request, names: Mapping[str, str], lang: Lang) -> str:
    """What a request asks for, in words."""

    def who(worker: str) -> str:
        return names.get(worker, worker)

    if one.give and one.take:
        said = Sentence("{a} {day} 的班换 {b} {other} 的班", "{a}'s duty on {day} for {b}'s on {other}")
        return said.say(lang, a=who(one.give.worker), day=one.give.day, b=who(one.take.worker), other=one.take.day)
    if one.give:
        said = Sentence("{b} 顶 {a} {day} 的班", "{b} stands in for {a} on {day}")
        return said.say(lang, a=who(one.give.worker), b=who(one.to), day=one.give.day)
    away = one.leave or one.cancelled_leave
    if away:
        is_told = one.leave and one.leave.kind != UNSAID
        days = Sentence("{day}至{until}", "{day} to {until}") if away.first < away.last else Sentence("{day}", "{day}")
        said = Sentence("{kind}：{a} {days}{leave}", "{kind}: {a}, {days}{leave}")
        kind = Sentence("（{kind}）", " ({kind})").say(lang, kind=leave_label(away.kind)) if is_told else ""
        said_days = " ".join(filter(None, (days.say(lang, day=away.first, until=away.last), away.times.say(lang))))
        facts = {"a": who(away.worker), "days": said_days, "leave": kind}
        return said.say(lang, kind=KIND_NAMES[one.kind], **facts)
    if one.overtime:
        extra = one.overtime
        said = Sentence("加班：{a} {day} {terms}", "overtime: {a}, {day}, {terms}")
        return said.say(lang, a=who(extra.worker), day=extra.day, terms=extra.terms)
    if one.undoes:
        return Sentence("撤销第 {n} 号申请", "request {n} taken back").say(lang, n=one.undoes)
    if one.since:
        return Sentence("{day}起按新表", "the tables of that day from {day} on").say(lang, day=one.since)
    if one.surge:
        said = Sentence("增援：{day} 需求 ×{factor:g}", "surge: {day}, demand ×{factor:g}")
        return said.say(lang, day=one.surge[0], factor=one.surge[1])
    return KIND_NAMES[one.kind].say(lang)
