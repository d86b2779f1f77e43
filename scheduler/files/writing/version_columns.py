"""The columns of versions, of copies, of rosters and of the hours of shifts."""

from __future__ import annotations

from collections.abc import Callable

from scheduler.files.writing import labels
from scheduler.files.writing import log_titles as titles
from scheduler.files.writing.labels import RECIPIENT_KINDS
from scheduler.files.writing.log_tables import FREE, Codes, Field, Ids, Kind, Moves, Named, Names, Person, Value
from scheduler.files.writing.log_wording import LATE, YES, tell_step
from scheduler.i18n import Sentence
from scheduler.workflow.change_log import Receipt
from scheduler.workflow.desk_log import RosterLine, VersionLife
from scheduler.workflow.gap_words import name_open
from scheduler.workflow.log_steps import Step
from scheduler.workflow.version import STATUS_NAMES

HOLDS = {
    "unsigned": Sentence("待签收", "to be signed for"),
    "held": Sentence("已签收，有效", "signed for, good"),
    "void": Sentence("已失效，待收回", "void, to come back"),
    "returned": Sentence("已收回", "returned"),
}


def _of(part: str, tell: Callable[[Step, Names], Value]) -> Callable[[VersionLife, Names], Value]:
    """What one of a version's steps tells, where it was taken."""

    def value(life: VersionLife, names: Names) -> Value:
        step: Step | None = getattr(life, part)
        return tell(step, names) if step else None

    return value


VERSION_FIELDS = (
    Field("version", labels.VERSION, Sentence("版本号", "its number"), lambda life, _: life.version, Kind.NUMBER),
    Field(
        "months",
        titles.MONTHS,
        Sentence("哪个月的表", "month of the roster"),
        lambda life, _: Ids(map(str, life.months)),
        Kind.CODE,
    ),
    Field(
        "state",
        labels.STATE,
        Sentence("现在的状态", "its state now"),
        lambda life, _: Named(life.status.value, STATUS_NAMES[life.status]),
    ),
    Field(
        "drafted_at",
        titles.DRAFTED_AT,
        Sentence("何时编制", "when it was made"),
        _of("drafted", lambda step, _: step.at),
        Kind.TIME,
    ),
    Field(
        "drafted_by",
        titles.DRAFTED_BY,
        Sentence("由谁编制", "who made it"),
        _of("drafted", lambda step, _: Person(step.by)),
    ),
    Field(
        "origin",
        titles.WHAT,
        Sentence("怎么来的；空则是 generate 排出的", "how it came about; empty where it was generated"),
        _of("drafted", tell_step),
    ),
    Field(
        "request",
        titles.REQUEST,
        Sentence("它执行的申请", "the request that it carries out"),
        lambda life, _: life.request.number if life.request else None,
        Kind.NUMBER,
    ),
    Field(
        "asked_by",
        titles.REQUESTER,
        Sentence("谁提出的申请", "who asked for that"),
        lambda life, _: Person(life.request.by) if life.request else None,
    ),
    Field(
        "published_at",
        titles.PUBLISHED,
        Sentence("何时发布", "when it came into force"),
        _of("published", lambda step, _: step.at),
        Kind.TIME,
    ),
    Field(
        "published_by",
        titles.PUBLISHED_BY_ID,
        Sentence("谁发布或批准的", "who published or approved it"),
        _of("published", lambda step, _: step.by),
        Kind.CODE,
    ),
    Field(
        "published_by_name",
        titles.PUBLISHED_BY,
        Sentence("谁发布或批准的", "who published or approved it"),
        _of("published", lambda step, names: names.get(step.by, step.by)),
    ),
    Field(
        "because",
        labels.BECAUSE,
        Sentence(
            "为何发布；逾期、重发或带着未排的班发布的理由",
            "why; where it is late, issued anew or leaves duties open, the reason",
        ),
        _of("published", lambda step, _: step.because),
        widest=FREE,
    ),
    Field(
        "due",
        titles.DUE_ON,
        Sentence("应在哪天以前发布", "by when it had to be published"),
        _of("published", lambda step, _: step.due),
        Kind.DAY,
    ),
    Field(
        "late",
        LATE,
        Sentence("是否逾期", "whether it was late"),
        _of("published", lambda step, _: YES if step.late else None),
    ),
    Field(
        "open",
        labels.OPEN_DUTIES,
        Sentence("没有排到人的班，一一列出", "the duties that it leaves open, one by one"),
        _of("published", lambda step, _: name_open(step.open, len(step.open)) if step.open else None),
        widest=FREE,
    ),
    Field(
        "replaces",
        titles.REPLACES_VERSION,
        Sentence("取代了哪一版", "the version that it replaced"),
        _of("published", lambda step, _: step.other),
        Kind.NUMBER,
    ),
    Field(
        "ended_at",
        titles.VOID_SINCE,
        Sentence("何时被取代或作废；空则在用", "when it was replaced or withdrawn; empty while in force"),
        _of("ended", lambda step, _: step.at),
        Kind.TIME,
    ),
    Field(
        "ended_by", titles.ENDED_BY_ID, Sentence("由谁", "by whom"), _of("ended", lambda step, _: step.by), Kind.CODE
    ),
    Field(
        "ended_by_name",
        titles.ENDED_BY,
        Sentence("由谁", "by whom"),
        _of("ended", lambda step, names: names.get(step.by, step.by)),
    ),
    Field(
        "ended_because",
        titles.ENDED_BECAUSE,
        Sentence("为何", "why"),
        _of("ended", lambda step, _: step.because),
        widest=FREE,
    ),
    Field(
        "replaced_by",
        titles.REPLACED_BY,
        Sentence("由哪一版取代；作废则空", "the version that replaced it; none where it was withdrawn"),
        _of("ended", lambda step, _: step.other),
        Kind.NUMBER,
    ),
    Field(
        "moves",
        titles.BEFORE_AFTER,
        Sentence(
            "发布时改动的格；首版不写，见“版本班表”",
            "cells that its publication moved; of a first roster see sheet Rosters",
        ),
        lambda life, _: Moves(cell.change for cell in life.cells),
        widest=52,
    ),
    Field(
        "outstanding",
        titles.OUTSTANDING,
        Sentence("还没有签收，或旧表还没有收回的", "who has not signed, or holds a void copy still"),
        lambda life, _: life.outstanding,
        widest=30,
    ),
)


def hold_of(copy: Receipt) -> Named:
    """Where a copy stands."""
    word = "returned" if copy.returned else "void" if copy.void else "held" if copy.received else "unsigned"
    return Named(word, HOLDS[word])


COPY_FIELDS = (
    Field("version", labels.VERSION, Sentence("哪一版", "of which version"), lambda copy, _: copy.version, Kind.NUMBER),
    Field(
        "kind",
        labels.KIND,
        Sentence("部门还是个人", "a department or a person"),
        lambda copy, _: Named(copy.recipient.kind, RECIPIENT_KINDS[copy.recipient.kind]),
    ),
    Field(
        "recipient",
        labels.ID,
        Sentence("拿到的人的工号，或部门", "id of the person, or the department"),
        lambda copy, _: copy.recipient.id,
        Kind.CODE,
    ),
    Field("name", labels.NAME, Sentence("拿到的人", "who was given it"), lambda copy, _: copy.recipient.name),
    Field(
        "given_at",
        titles.GIVEN_AT,
        Sentence("何时发给", "when it was given out"),
        lambda copy, _: copy.given,
        Kind.TIME,
    ),
    Field(
        "received_at",
        titles.RECEIVED_AT,
        Sentence("何时签收", "when it was signed for"),
        lambda copy, _: copy.received,
        Kind.TIME,
    ),
    Field(
        "received_by",
        titles.RECEIVED_BY_ID,
        Sentence("谁登记的签收", "who recorded that"),
        lambda copy, _: copy.received_by,
        Kind.CODE,
    ),
    Field(
        "received_by_name",
        titles.RECEIVED_BY,
        Sentence("谁登记的签收", "who recorded that"),
        lambda copy, names: names.get(copy.received_by, copy.received_by),
    ),
    Field(
        "void_since",
        titles.VOID_SINCE,
        Sentence("何时起不再有效：换了新的，或已作废；空则有效", "since when it is not good: replaced or withdrawn"),
        lambda copy, _: copy.void_since,
        Kind.TIME,
    ),
    Field(
        "returned_at",
        titles.RETURNED_AT,
        Sentence("何时收回", "when it came back"),
        lambda copy, _: copy.returned,
        Kind.TIME,
    ),
    Field(
        "returned_by",
        titles.RETURNED_BY_ID,
        Sentence("谁登记的收回", "who recorded that"),
        lambda copy, _: copy.returned_by,
        Kind.CODE,
    ),
    Field(
        "returned_by_name",
        titles.RETURNED_BY,
        Sentence("谁登记的收回", "who recorded that"),
        lambda copy, names: names.get(copy.returned_by, copy.returned_by),
    ),
    Field("state", labels.STATE, Sentence("现在怎样", "where it stands now"), lambda copy, _: hold_of(copy)),
)


def _day_field(day: int) -> Field:
    """The column of a day of the month."""

    def codes(line: RosterLine, _: Names) -> Value:
        return Codes(line.on(day))

    title = Sentence(str(day), str(day))
    return Field(f"{day}", title, Sentence(f"{day} 日的班次", f"shifts of day {day}"), codes, Kind.CODE, 8)


ROSTER_FIELDS = (
    Field("version", labels.VERSION, Sentence("哪一版", "of which version"), lambda line, _: line.version, Kind.NUMBER),
    Field("month", titles.MONTHS, Sentence("哪个月", "of which month"), lambda line, _: str(line.month), Kind.CODE),
    Field("worker", labels.ID, Sentence("谁", "who"), lambda line, _: line.worker, Kind.CODE),
    Field("name", labels.NAME, Sentence("当时的姓名", "their name then"), lambda line, _: line.name),
    *map(_day_field, range(1, 32)),
)

HOURS_FIELDS = (
    Field("version", labels.VERSION, Sentence("哪一版", "of which version"), lambda row, _: row.version, Kind.NUMBER),
    Field("month", titles.MONTHS, Sentence("哪个月", "of which month"), lambda row, _: str(row.month), Kind.CODE),
    Field("shift", labels.SHIFT, Sentence("班次代码", "code of the shift"), lambda row, _: row.shift, Kind.CODE),
    Field("start", labels.START, Sentence("几点开始", "when it begins"), lambda row, _: row.start, Kind.CODE),
    Field(
        "end",
        labels.END,
        Sentence("几点结束；“+”是次日", "when it ends; + is the next day"),
        lambda row, _: row.end,
        Kind.CODE,
    ),
    Field(
        "paid_hours", labels.PAID_HOURS, Sentence("计几小时", "paid hours"), lambda row, _: row.paid_hours, Kind.NUMBER
    ),
    Field(
        "first_day",
        titles.FIRST_DAY,
        Sentence("首次用到的日子", "first day with such a duty"),
        lambda row, _: row.first,
        Kind.DAY,
    ),
    Field(
        "last_day",
        titles.LAST_DAY,
        Sentence("最后用到的日子", "last day with such a duty"),
        lambda row, _: row.last,
        Kind.DAY,
    ),
)
