"""A roster in the words of clock-in systems: request bodies in their batches, and what was read back, cell by cell.

======== ============================== ===================================== ==================================
         WeCom                          Feishu                                DingTalk
======== ============================== ===================================== ==================================
a day    userid, day, schedule_id       user_id, month, day_no, shift_id      userid, work_date (ms), shift_id
off      schedule_id 0                  shift_id "0"                          is_rest, shift_id 1
rows     500 a call (no limit is known) 50 a call                             200 a call
calls    60 a minute                    50 a second                           –
======== ============================== ===================================== ==================================

A system knows one shift a day: a day with two duties is told as something missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from scheduler.i18n import Sentence, fill_in


class System(StrEnum):
    """A clock-in system."""

    WECOM = "wecom"
    FEISHU = "feishu"
    DINGTALK = "dingtalk"


SYSTEM_NAMES: Mapping[System, Sentence] = {
    System.WECOM: Sentence("企业微信", "WeCom"),
    System.FEISHU: Sentence("飞书", "Feishu"),
    System.DINGTALK: Sentence("钉钉", "DingTalk"),
}
MOST_ROWS: Mapping[System, int] = {System.WECOM: 500, System.FEISHU: 50, System.DINGTALK: 200}
CALLS_A_MINUTE: Mapping[System, int] = {System.WECOM: 60, System.FEISHU: 3000, System.DINGTALK: 1200}
PATHS: Mapping[System, str] = {
    System.WECOM: "/cgi-bin/checkin/setcheckinschedulist",
    System.FEISHU: "/open-apis/attendance/v1/user_daily_shifts/batch_create?employee_type=employee_id",
    System.DINGTALK: "/topapi/attendance/group/schedule/async",
}
CODES: Mapping[System, str] = {System.WECOM: "errcode", System.FEISHU: "code", System.DINGTALK: "errcode"}  # 0: done
NEEDS_OPERATOR = (System.FEISHU, System.DINGTALK)
OFF = ""  # a day off, among our codes
RESTS = {System.WECOM: "0", System.FEISHU: "0", System.DINGTALK: "1"}  # what a day off is there
NO_GROUP = Sentence("考勤组的编号", "the id of the group")
NO_OPERATOR = Sentence("经办人在那里的编号", "the id there of whoever does it")
NO_PERSON = Sentence("{who} 的编号：{n} 天没有写出", "the id of {who}: {n} days were left out")
NO_SHIFT = Sentence("班次“{code}”的编号：{n} 格没有写出", "the id of the shift {code}: {n} cells were left out")
TWO_DUTIES = Sentence(
    "{who} {day} 有两个班，那里一天只有一个：没有写出",
    "{who} has two duties on {day}, and a day has one there: left out",
)


class Their(NamedTuple):
    """An id in another system, and the name that goes with it there; empty for ours."""

    id: str
    name: str = ""


@dataclass(frozen=True)
class ExchangeIds:
    """The ids of one system.

    Attributes
    ----------
    people, shifts : mapping of str to Their
        By our ids and codes.
    """

    system: System
    _: KW_ONLY
    group: str = ""
    people: Mapping[str, Their] = field(default_factory=dict)
    shifts: Mapping[str, Their] = field(default_factory=dict)


class Gap(NamedTuple):
    """Something that could not be written: what is missing, of which person or shift."""

    kind: str
    ours: str
    sentence: Sentence


@dataclass(frozen=True)
class Exported:
    """Request bodies, and what is missing.

    Attributes
    ----------
    cells : mapping of (worker, date) to str
        What the bodies say, in our codes.
    """

    bodies: tuple[dict[str, Any], ...]
    gaps: tuple[Gap, ...]
    cells: Mapping[tuple[str, date], str]


Cells = Mapping[tuple[str, date], tuple[str, ...]]


def export_roster(ids: ExchangeIds, cells: Cells, names: Mapping[str, str], *, operator: str, zone: str) -> Exported:
    """The bodies that tell a system who works what.

    Parameters
    ----------
    cells : mapping
        By worker and day, the codes of the duties that begin then; none for a day off. What it does not have is not told.
    operator : str
        Their id of whoever does it, where a system asks for that.
    """
    gaps = [Gap("group", "", NO_GROUP)] if not ids.group else []
    if ids.system in NEEDS_OPERATOR and not operator:
        gaps.append(Gap("operator", "", NO_OPERATOR))
    told: dict[tuple[str, date], str] = {}
    people: dict[str, int] = {}
    shifts: dict[str, int] = {}
    for (who, day), codes in sorted(cells.items(), key=lambda cell: (cell[0][0], cell[0][1])):
        if who not in ids.people:
            people[who] = people.get(who, 0) + 1
        elif len(codes) > 1:
            said = fill_in(TWO_DUTIES, who=names.get(who, who), day=day)
            gaps.append(Gap("two duties", f"{who} {day}", said))
        elif codes and codes[0] not in ids.shifts:
            shifts[codes[0]] = shifts.get(codes[0], 0) + 1
        else:
            told[who, day] = codes[0] if codes else OFF
    gaps += [Gap("person", who, fill_in(NO_PERSON, who=names.get(who, who), n=n)) for who, n in people.items()]
    gaps += [Gap("shift", code, fill_in(NO_SHIFT, code=code, n=n)) for code, n in shifts.items()]
    bodies = (
        tuple(_bodies(ids, told, operator, zone)) if not any(one.kind in ("group", "operator") for one in gaps) else ()
    )
    return Exported(bodies, tuple(gaps), told)


def _bodies(
    ids: ExchangeIds, told: Mapping[tuple[str, date], str], operator: str, zone: str
) -> Iterator[dict[str, Any]]:
    most = MOST_ROWS[ids.system]
    months: dict[str, list[tuple[str, date, str]]] = {}
    for (who, day), code in told.items():
        theirs = ids.shifts[code].id if code else RESTS[ids.system]
        months.setdefault(f"{day:%Y%m}" if ids.system == System.WECOM else "", []).append(
            (ids.people[who].id, day, theirs)
        )
    for month, rows in months.items():
        for first in range(0, len(rows), most):
            part = rows[first : first + most]
            if ids.system == System.WECOM:
                items = [{"userid": who, "day": day.day, "schedule_id": _number(shift)} for who, day, shift in part]
                yield {"groupid": _number(ids.group), "yearmonth": int(month), "items": items}
            elif ids.system == System.FEISHU:
                yield {
                    "operator_id": operator,
                    "user_daily_shifts": [
                        {
                            "group_id": ids.group,
                            "shift_id": shift,
                            "month": int(f"{day:%Y%m}"),
                            "user_id": who,
                            "day_no": day.day,
                        }
                        for who, day, shift in part
                    ],
                }
            else:
                yield {
                    "op_user_id": operator,
                    "group_id": _number(ids.group),
                    "schedules": [
                        _dingtalk(who, day, shift, told_off, zone) for who, day, shift, told_off in _offs(part)
                    ],
                }


def _offs(part: Iterable[tuple[str, date, str]]) -> Iterator[tuple[str, date, str, bool]]:
    for who, day, shift in part:
        yield who, day, shift, shift == RESTS[System.DINGTALK]


def _dingtalk(who: str, day: date, shift: str, off: bool, zone: str) -> dict[str, Any]:
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
    row: dict[str, Any] = {"userid": who, "work_date": int(midnight.timestamp() * 1000)}
    return row | {"shift_id": _number(shift), "is_rest": off}


def _number(text: str) -> int | str:
    return int(text) if text.isdecimal() and str(int(text)) == text else text


class Difference(NamedTuple):
    """A cell that the system has otherwise: ours and theirs, in our codes where they have one; `None` for nothing there.

    Of somebody who is not ours `worker` is the id there, and `ours` is `None`.
    """

    worker: str
    day: date
    ours: str | None
    theirs: str | None


class NotAnswered(Exception):
    """A system answered that it failed: its code, and what it says of it."""


def read_back(ids: ExchangeIds, answer: object, zone: str) -> dict[tuple[str, date], str]:
    """By their ids of people and days, their ids of shifts, from what a system answered.

    Raises
    ------
    NotAnswered
        The system says that it failed.
    ValueError
        It is no such answer.
    """
    code, said = (
        (answer.get(CODES[ids.system], 0), answer.get("errmsg" if ids.system != System.FEISHU else "msg", ""))
        if isinstance(answer, dict)
        else (0, "")
    )
    if code not in (0, "0"):
        raise NotAnswered(f"{CODES[ids.system]} {code} {said}".strip())
    try:
        reader = {System.WECOM: _read_wecom, System.FEISHU: _read_feishu, System.DINGTALK: _read_dingtalk}[ids.system]
        return dict(reader(answer, zone))
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(str(error)) from error


def _read_wecom(answer: Any, zone: str) -> Iterator[tuple[tuple[str, date], str]]:
    for person in answer["schedule_list"]:
        year, month = divmod(int(person["yearmonth"]), 100)
        for one in person["schedule"]["scheduleList"]:
            shift = (one.get("schedule_info") or {}).get("schedule_id", 0)
            yield (str(person["userid"]), date(year, month, int(one["day"]))), str(shift)


def _read_feishu(answer: Any, zone: str) -> Iterator[tuple[tuple[str, date], str]]:
    for one in answer.get("data", answer)["user_daily_shifts"]:
        year, month = divmod(int(one["month"]), 100)
        yield (str(one["user_id"]), date(year, month, int(one["day_no"]))), str(one["shift_id"])


def _read_dingtalk(answer: Any, zone: str) -> Iterator[tuple[tuple[str, date], str]]:
    for one in answer["result"]:
        stamp = one["work_date"]
        if isinstance(stamp, str):
            day = date.fromisoformat(stamp[:10])
        else:
            moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(stamp))
            day = moment.astimezone(ZoneInfo(zone)).date()
        is_rest = str(one.get("is_rest", "")).casefold() in ("true", "y", "1")
        yield (str(one["userid"]), day), RESTS[System.DINGTALK] if is_rest else str(one["shift_id"])


def compare_cells(
    ids: ExchangeIds, told: Mapping[tuple[str, date], str], found: Mapping[tuple[str, date], str]
) -> list[Difference]:
    """The cells that a system has otherwise than we told it, and those that it does not have, by person and day.

    Shifts of people who are not ours follow, on the days that we told.
    """
    codes = {one.id: code for code, one in ids.shifts.items()} | {RESTS[ids.system]: OFF}
    different = []
    for (who, day), code in told.items():
        theirs = found.get((ids.people[who].id, day))
        ours = ids.shifts[code].id if code else RESTS[ids.system]
        if theirs != ours:
            different.append(Difference(who, day, code, None if theirs is None else codes.get(theirs, f"({theirs})")))
    ours_there, days = {one.id for one in ids.people.values()}, {day for _, day in told}
    for (their_id, day), theirs in sorted(found.items()):
        if their_id not in ours_there and day in days and theirs != RESTS[ids.system]:
            different.append(Difference(their_id, day, None, codes.get(theirs, f"({theirs})")))
    return different
