"""The columns of steps, of the cells that they move, and of requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from scheduler.files.writing import labels
from scheduler.files.writing import log_titles as titles
from scheduler.files.writing.log_tables import (
    FREE,
    Codes,
    Field,
    Ids,
    Kind,
    Moves,
    Named,
    Names,
    People,
    Person,
    Value,
    name_all,
)
from scheduler.files.writing.log_wording import (
    kind_of,
    name_event,
    name_overrides,
    name_verdict,
    step_state,
    tell_remark,
    tell_request,
    tell_step,
)
from scheduler.i18n import WEEKDAYS, Sentence
from scheduler.workflow.change_request import STATE_NAMES, Request, people_awaited, people_concerned
from scheduler.workflow.desk_log import RequestStory
from scheduler.workflow.log_steps import ROLE_NAMES, Step, StepCell, request_span


def _span(place: int) -> Callable[[Request | None], Value]:
    """The first (0) or the last (1) day that a request is about."""

    def day(request: Request | None) -> Value:
        span = request_span(request) if request else None
        return span[place] if span else None

    return day


FIRST, LAST = _span(0), _span(1)


def _overtime(request: Request | None) -> float | None:
    return request.overtime.minutes / 60 if request and request.overtime else None


STEP_FIELDS = (
    Field(
        "sequence",
        titles.NUMBER,
        Sentence("账册里的序号，从 1 起，不缺号", "number in the ledger, from 1, without gaps"),
        lambda step, _: step.sequence,
        Kind.NUMBER,
    ),
    Field(
        "at",
        labels.AT_TIME,
        Sentence("部门所在地的时间", "time where the desk is"),
        lambda step, _: step.at,
        Kind.TIME,
    ),
    Field(
        "months",
        titles.MONTHS,
        Sentence("涉及的月份；跨月的有几个", "the months that it touches"),
        lambda step, _: Ids(map(str, step.months)),
        Kind.CODE,
    ),
    Field("event", labels.EVENT, Sentence("发生了什么", "what happened"), lambda step, _: name_event(step.event)),
    Field(
        "version",
        labels.VERSION,
        Sentence("所涉的版本；申请是核对所按的版本", "the version; of a request, the one on which it was checked"),
        lambda step, _: step.version,
        Kind.NUMBER,
    ),
    Field(
        "request",
        titles.REQUEST,
        Sentence("申请号；执行申请的版本也写", "the request; also of a version that carries one out"),
        lambda step, _: step.request.number if step.request else None,
        Kind.NUMBER,
    ),
    Field("kind", labels.KIND, Sentence("申请的类别", "kind of request"), lambda step, _: kind_of(step.request)),
    Field(
        "asked_by",
        titles.REQUESTER,
        Sentence("谁提出的申请", "who asked"),
        lambda step, _: Person(step.request.by) if step.request else None,
    ),
    Field(
        "concerned",
        titles.CONCERNS,
        Sentence("申请的当事人；签收的人", "whom the request concerns; who signed or returned"),
        lambda step, _: People(step.concerned),
    ),
    Field(
        "first_day",
        titles.FIRST_DAY,
        Sentence("申请的首日", "first day asked about"),
        lambda step, _: FIRST(step.request),
        Kind.DAY,
    ),
    Field(
        "last_day",
        titles.LAST_DAY,
        Sentence("申请的末日", "last day asked about"),
        lambda step, _: LAST(step.request),
        Kind.DAY,
    ),
    Field(
        "hours",
        titles.HOURS,
        Sentence("申请的加班小时数", "hours of overtime asked for"),
        lambda step, _: _overtime(step.request),
        Kind.NUMBER,
    ),
    Field(
        "what",
        titles.WHAT,
        Sentence("所请的事，或版本的来龙去脉", "what was asked, or how the version came about"),
        tell_step,
        widest=FREE,
    ),
    Field(
        "by",
        titles.BY_ID,
        Sentence("办这一步的人的工号", "id of who took this step"),
        lambda step, _: step.by,
        Kind.CODE,
    ),
    Field(
        "by_name",
        labels.BY,
        Sentence("办这一步的人", "who took this step"),
        lambda step, names: names.get(step.by, step.by),
    ),
    Field(
        "because",
        labels.BECAUSE,
        Sentence("本人所写的原因", "why, in their own words"),
        lambda step, _: step.because,
        widest=FREE,
    ),
    Field(
        "verdict",
        titles.VERDICT,
        Sentence("核对的结论", "what it was judged to come to"),
        lambda step, _: name_verdict(step.judgement.verdict) if step.judgement else None,
    ),
    Field(
        "override",
        titles.OVERRIDE,
        Sentence("破例的理由", "why objections are set aside"),
        lambda step, _: step.override,
    ),
    Field(
        "sets_aside",
        titles.SETS_ASIDE,
        Sentence("破了哪几项；较早的版本没有记", "which objections; earlier releases did not record it"),
        lambda step, _: name_overrides(step.sets_aside),
    ),
    Field(
        "state",
        titles.THEN,
        Sentence("这一步之后申请或版本的状态", "state of the request or version after this step"),
        lambda step, _: step_state(step),
    ),
    Field(
        "cells",
        titles.CELLS,
        Sentence("涉及几格；逐格见“改动明细”", "how many cells; each of them on the sheet Changes"),
        lambda step, _: len(step.cells) or None,
        Kind.NUMBER,
    ),
    Field(
        "ran_by",
        titles.RAN_BY,
        Sentence("在哪个账户、哪台机器上办的；0.2 以前的没有", "the account and machine; none before release 0.2"),
        lambda step, _: step.ran_by,
        Kind.CODE,
    ),
    Field(
        "remark",
        titles.REMARK,
        Sentence("演练，或不能解读的记录", "a rehearsal, or an entry that cannot be read"),
        lambda step, _: tell_remark(step),
    ),
)


class CellRow(NamedTuple):
    """A cell of a step, with the hours of its shifts."""

    step: Step
    cell: StepCell
    before: str = ""
    after: str = ""


CELL_FIELDS = (
    Field(
        "sequence",
        titles.NUMBER,
        Sentence("哪一步，见“变更记录”", "of which step"),
        lambda row, _: row.step.sequence,
        Kind.NUMBER,
    ),
    Field("at", labels.AT_TIME, Sentence("那一步的时间", "time of that step"), lambda row, _: row.step.at, Kind.TIME),
    Field(
        "event", labels.EVENT, Sentence("那一步是什么", "what that step was"), lambda row, _: name_event(row.step.event)
    ),
    Field(
        "version",
        labels.VERSION,
        Sentence("那一步的版本", "version of that step"),
        lambda row, _: row.step.version,
        Kind.NUMBER,
    ),
    Field(
        "request",
        titles.REQUEST,
        Sentence("申请号", "the request"),
        lambda row, _: row.step.request.number if row.step.request else None,
        Kind.NUMBER,
    ),
    Field(
        "role",
        titles.ROLE,
        Sentence(
            "所请、须同时改：还只是要改；已改：在用的表里改了；补记实际：排班表不改，实际这样上的班",
            "asked for, has to move with it: not moved yet; moved: in the roster in force; as worked: beside the roster",
        ),
        lambda row, _: Named(row.cell.role.value, ROLE_NAMES[row.cell.role]),
    ),
    Field("worker", labels.ID, Sentence("谁的格", "whose cell"), lambda row, _: row.cell.change.worker, Kind.CODE),
    Field(
        "name",
        labels.NAME,
        Sentence("谁的格", "whose cell"),
        lambda row, names: names.get(row.cell.change.worker, row.cell.change.worker),
    ),
    Field("date", labels.DATE, Sentence("哪一天", "of which day"), lambda row, _: row.cell.change.day, Kind.DAY),
    Field(
        "weekday",
        labels.WEEKDAY,
        Sentence("星期几", "day of the week"),
        lambda row, _: WEEKDAYS[row.cell.change.day.weekday()],
    ),
    Field(
        "before",
        labels.BEFORE,
        Sentence("原来的班次，没有则空", "shifts before; empty for none"),
        lambda row, _: Codes(row.cell.change.before),
        Kind.CODE,
    ),
    Field(
        "after",
        labels.AFTER,
        Sentence("现在的班次，没有则空", "shifts after; empty for none"),
        lambda row, _: Codes(row.cell.change.after),
        Kind.CODE,
    ),
    Field(
        "hours_before",
        titles.HOURS_BEFORE,
        Sentence("原班次的起止", "from when to when, before"),
        lambda row, _: row.before,
        Kind.CODE,
    ),
    Field(
        "hours_after",
        titles.HOURS_AFTER,
        Sentence("现班次的起止", "from when to when, after"),
        lambda row, _: row.after,
        Kind.CODE,
    ),
)


def _decided(tell: Callable[[Step, Names], Value]) -> Callable[[RequestStory, Names], Value]:
    return lambda story, names: tell(story.decided, names) if story.decided else None


REQUEST_FIELDS = (
    Field(
        "request", titles.REQUEST, Sentence("申请号", "its number"), lambda story, _: story.request.number, Kind.NUMBER
    ),
    Field(
        "months",
        titles.MONTHS,
        Sentence("涉及的月份", "the months that it touches"),
        lambda story, _: Ids(map(str, story.months)),
        Kind.CODE,
    ),
    Field("kind", labels.KIND, Sentence("类别", "what kind it is"), lambda story, _: kind_of(story.request)),
    Field(
        "asked_at",
        labels.AT_TIME,
        Sentence("何时提出", "when it was asked"),
        lambda story, _: story.request.at,
        Kind.TIME,
    ),
    Field(
        "asked_by", titles.REQUESTER_ID, Sentence("谁提出的", "who asked"), lambda story, _: story.request.by, Kind.CODE
    ),
    Field(
        "asked_by_name",
        titles.REQUESTER,
        Sentence("谁提出的", "who asked"),
        lambda story, names: names.get(story.request.by, story.request.by),
    ),
    Field(
        "concerned",
        titles.CONCERNS_IDS,
        Sentence("当事人的工号，用“/”分开", "ids of those concerned, with / between them"),
        lambda story, _: Ids(people_concerned(story.request)),
        Kind.CODE,
    ),
    Field(
        "concerned_names",
        titles.CONCERNS,
        Sentence("当事人", "those concerned"),
        lambda story, names: name_all(people_concerned(story.request), names),
    ),
    Field(
        "first_day",
        titles.FIRST_DAY,
        Sentence("首日", "first day asked about"),
        lambda story, _: FIRST(story.request),
        Kind.DAY,
    ),
    Field(
        "last_day",
        titles.LAST_DAY,
        Sentence("末日", "last day asked about"),
        lambda story, _: LAST(story.request),
        Kind.DAY,
    ),
    Field(
        "hours",
        titles.HOURS,
        Sentence("加班小时数", "hours of overtime"),
        lambda story, _: _overtime(story.request),
        Kind.NUMBER,
    ),
    Field(
        "what",
        titles.WHAT,
        Sentence("所请的事", "what was asked"),
        lambda story, names: tell_request(story.request, names),
        widest=FREE,
    ),
    Field(
        "because",
        labels.BECAUSE,
        Sentence("为何提出", "why it was asked"),
        lambda story, _: story.request.because,
        widest=FREE,
    ),
    Field(
        "verdict",
        titles.VERDICT,
        Sentence("最后一次核对的结论", "verdict of the last check"),
        lambda story, _: name_verdict(story.judgement.verdict),
    ),
    Field(
        "override",
        titles.OVERRIDE,
        Sentence("破例的理由", "why objections are set aside"),
        lambda story, _: story.override[0],
    ),
    Field(
        "sets_aside",
        titles.SETS_ASIDE,
        Sentence("破了哪几项", "which objections"),
        lambda story, _: name_overrides(story.override[1]),
    ),
    Field(
        "confirmed",
        titles.CONFIRMED,
        Sentence("已确认的人的工号", "ids of those who confirmed"),
        lambda story, _: Ids(story.request.confirmed),
        Kind.CODE,
    ),
    Field(
        "waiting_for",
        titles.WAITING,
        Sentence("还等谁确认（工号）", "ids of those who have still to confirm"),
        lambda story, _: Ids(people_awaited(story.request) if story.request.is_open else ()),
        Kind.CODE,
    ),
    Field(
        "state",
        labels.STATE,
        Sentence("现在的状态", "its state now"),
        lambda story, _: Named(story.request.state.value, STATE_NAMES[story.request.state]),
    ),
    Field(
        "decided_at",
        titles.DECIDED_AT,
        Sentence("何时批准、驳回、撤回或落空", "when it was approved, refused, cancelled or overtaken"),
        _decided(lambda step, _: step.at),
        Kind.TIME,
    ),
    Field(
        "decided_by", titles.DECIDED_BY_ID, Sentence("由谁", "by whom"), _decided(lambda step, _: step.by), Kind.CODE
    ),
    Field(
        "decided_by_name",
        titles.DECIDED_BY,
        Sentence("由谁", "by whom"),
        _decided(lambda step, names: names.get(step.by, step.by)),
    ),
    Field(
        "decided_because",
        titles.DECIDED_BECAUSE,
        Sentence("为何", "why"),
        _decided(lambda step, _: step.because),
        widest=FREE,
    ),
    Field(
        "versions",
        titles.CARRIED_OUT_BY,
        Sentence("执行它的版本，用“/”分开；空则没有改表", "versions that carry it out; none where no roster changed"),
        lambda story, _: Ids(map(str, story.versions)),
        Kind.CODE,
    ),
    Field(
        "moves",
        titles.BEFORE_AFTER,
        Sentence("已改的格和补记的格", "cells that have moved or were entered"),
        lambda story, _: Moves(cell.change for cell in story.moved),
        widest=52,
    ),
)
