"""What HR confirms and rejects of attendance, entered beside the roster."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scheduler import clock
from scheduler.app.attendance import ClockPeople, held_around, under_present_id
from scheduler.app.held_months import read_holding
from scheduler.app.session import Session, open_session
from scheduler.domain import Change, Month
from scheduler.errors import Fault, InputError, Refusal
from scheduler.files.papers.attendance_sheet import ReadRow, read_attendance, read_rows
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.hr.in_force import HeldDuty
from scheduler.hr.person import Period
from scheduler.i18n import Lang, Sentence
from scheduler.workflow.attendance import FINDING_NAMES, MOVES_CELLS, Attendance, Key
from scheduler.workflow.facts import EnteredFacts
from scheduler.workflow.rights import Right, say_deciders
from scheduler.workflow.worked import confirmed_attendance, rejected_attendance

NO_DUTY = Sentence("{who} {day} 的班；那天的班：{codes}", "a duty of {who} on {day}; the duties of that day: {codes}")
NONE = Sentence("没有", "none")
NOT_CONFIRMED = Sentence("以前确认过的情况，才能撤销", "something that was confirmed before: only that is taken back")
CONFIRMED_BEFORE = Sentence(
    "还没有确认的情况；以前确认过的，要收回请写“撤销”",
    "something that is not confirmed; what was confirmed before is taken back by “take back”",
)
NOBODY = Sentence("人员表里的工号", "an id of the people table")
TWICE = Sentence(
    "同一个班只有一种结果：不能既未到岗又有别的情况", "one outcome of a duty: nobody is absent from it and late for it"
)
OTHER_NAME = Sentence(
    "{name}：工号 {who} 是这人；若是别人，请改工号（表格软件会去掉工号前面的零）",
    "{name}, whose id {who} is; if somebody else is meant, correct the id (spreadsheets drop the zeros in front of one)",
)
TOO_LONG = Sentence(
    "少于 {minutes} 分钟：这个班只有这么长，整班没到写“未到岗”",
    "fewer than {minutes} minutes: the duty is no longer; who was not there at all is “absent”",
)
SAID_BEFORE = Sentence(
    "一个班的同一种情况只写一行：第 {row} 行已经写了，且与此不同",
    "one row for a finding about a duty: row {row} has it already, and says otherwise",
)
NOT_OVER = Sentence("已经开始的班", "a duty that has begun")
MAY_NOT = Sentence("“{by}”无权确认考勤：{may}", "{by} may not confirm attendance: {may}")
OWN = Sentence(
    "“{by}”不能确认自己的考勤（{days}），须由别人：{may}",
    "{by} cannot confirm attendance of their own ({days}); it takes somebody else: {may}",
)
NOTHING_MARKED = Sentence("至少一行确认、否决或撤销了", "at least one row that is confirmed, rejected or taken back")

ENTERED = Sentence("记入账册 {n} 条，已有 {before} 条", "{n} entered, {before} had been before")
NOTHING_CHOSEN = Sentence("没有选中任何一条", "nothing was chosen")


@dataclass(frozen=True, kw_only=True)
class AttendanceEntered:
    """What was entered: findings with what HR says of each, the cells worked otherwise, and how many were said already."""

    files: DeskFiles
    entered: tuple[Attendance, ...]
    changes: tuple[Change, ...]
    before: int
    stuck: tuple[Fault, ...] = ()


def enter_attendance(
    desk: Path,
    sheet: Path,
    by: str,
    because: str,
    *,
    store: str | None = None,
    out: Path | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> AttendanceEntered:
    """Enter what was confirmed in a sheet, beside the roster, which stays; what stands in the ledger already is left.

    Raises
    ------
    InputError
        Cells of the sheet hold something else, or no such duty was planned or worked.
    Refusal
        `by` may not enter it, or it is about themselves.
    """
    with open_session(desk, store, out, lang, now) as here:
        here.person(by)
        rows = read_attendance(sheet, here.desk)
        if not rows:
            raise InputError([Fault(sheet.name, NOTHING_MARKED)])
        return _enter(here, rows, by, because)


def decide_attendance(
    desk: Path,
    said: Mapping[int, Mapping[str, str]],
    by: str,
    because: str,
    *,
    store: str | None = None,
    out: Path | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> AttendanceEntered:
    """Enter what was said of findings one by one, as `enter_attendance` does.

    Parameters
    ----------
    said : mapping of int to (mapping of str to str)
        By number, the texts of a row of the sheet, by the names of its columns.

    Raises
    ------
    InputError
        Faults name the number as their row, and the column.
    Refusal
    """
    with open_session(desk, store, out, lang, now) as here:
        here.person(by)
        rows = read_rows(said)
        if not rows:
            raise Refusal(NOTHING_CHOSEN)
        return _enter(here, rows, by, because)


def _enter(here: Session, rows: Sequence[ReadRow], by: str, because: str) -> AttendanceEntered:
    with here.ledger.writing(here.desk) as pen:
        plan = _Plan(here, rows)
        _check_right(here, by, plan.rows)
        for month in sorted({Month.of(one.day) for one in plan.new}):
            mine = tuple(one for one in plan.new if Month.of(one.day) == month)
            moved = tuple(one for one in plan.changes if Month.of(one.day) == month)
            facts = EnteredFacts(changes=moved, attendance=mine)
            pen.note("entered", plan.version(month), here.at, by, because, facts.to_json())
    return AttendanceEntered(
        files=here.files,
        entered=plan.new,
        changes=plan.changes,
        before=len(rows) - len(plan.new),
        stuck=tuple(here.papers.stuck),
    )


class _Plan:
    """What a sheet's rows come to: findings that are new, and cells that were worked otherwise.

    Raises
    ------
    InputError
        A row is about no duty, or about nobody.
    """

    def __init__(self, here: Session, rows: Sequence[ReadRow]) -> None:
        self._here, self._known = here, ClockPeople(here.files)
        self._holding = read_holding(here.files, here.ledger)
        period = Period(min(row.attendance.day for row in rows), max(row.attendance.day for row in rows))
        self._months = {held.problem.month: held for held in held_around(self._holding, period)}
        self._duties: dict[tuple[str, date], list[HeldDuty]] = {}
        for held in self._months.values():
            for duty in held.duties:
                self._duties.setdefault((under_present_id(duty, self._known).worker, duty.day), []).append(duty)
        self._confirmed = {one.key: one for one in confirmed_attendance(self._holding.entries)}
        not_so = {one.key for one in rejected_attendance(self._holding.entries)}
        self._cells = {
            (duty.worker, duty.day): tuple(one.shift.code for one in mine if one.worked)
            for mine in self._duties.values()
            for duty in mine
        }
        before = dict(self._cells)
        faults: list[Fault] = []
        self.rows: list[Attendance] = []
        self._places: dict[Key, tuple[Attendance, int]] = {}
        new: list[Attendance] = []
        for row in sorted(rows, key=lambda one: one.attendance.holds):
            told = self._read(row, faults)
            if told is None:
                continue
            self.rows.append(told)
            self._places[told.key] = told, row.place.row
            if told.key not in not_so if told.rejected else told != self._confirmed.get(told.key):
                new.append(told)
                self._move(told)
        if faults:
            raise InputError(faults)
        self.new = tuple(new)
        self.changes = tuple(
            Change(who, day, before.get((who, day), ()), after)
            for (who, day), after in self._cells.items()
            if before.get((who, day), ()) != after
        )

    def version(self, month: Month) -> int:
        """The version of a month in force last."""
        return self._holding.windows[month][-1].version

    def _read(self, row: ReadRow, faults: list[Fault]) -> Attendance | None:
        """A row under the ids that the ledger has; what is wrong with it goes to `faults`."""
        one, found = row.attendance, len(faults)
        if row.name and not self._known.is_called(one.worker, row.name):
            name = self._known.name(self._known.present.get(one.worker, one.worker))
            faults.append(row.fault("name", OTHER_NAME, row.name, name=name, who=one.worker))
        here = self._duties.get((one.worker, one.day), [])
        duty = next((duty for duty in here if duty.shift.code == one.shift), None)
        if duty is None:
            codes = "、".join(duty.shift.code for duty in here)
            facts = {"who": one.worker, "day": str(one.day), "codes": codes or NONE}
            faults.append(row.fault("shift", NO_DUTY, one.shift, **facts))
            return None
        if duty.span.start > self._here.instant:
            faults.append(row.fault("date", NOT_OVER, str(one.day)))
        told = one._replace(worker=duty.worker)
        if told.minutes >= duty.span.minutes:
            faults.append(row.fault("minutes", TOO_LONG, str(told.minutes), minutes=duty.span.minutes))
        before, where = self._places.get(told.key, (told, 0))
        if before != told:
            faults.append(
                row.fault("finding", SAID_BEFORE, FINDING_NAMES[told.finding].say(self._here.lang), row=where)
            )
        if one.by and one.by not in {worker.id for worker in self._here.files.workers}:
            faults.append(row.fault("by", NOBODY, one.by))
        if one.by and one.by == one.worker:
            faults.append(row.fault("by", NOBODY, one.by))
        if told.revoked and told.key not in self._confirmed:
            faults.append(row.fault("confirm", NOT_CONFIRMED))
        if told.rejected and told.key in self._confirmed:
            faults.append(row.fault("confirm", CONFIRMED_BEFORE))
        others = [
            other
            for other in (*self.rows, *self._confirmed.values())
            if other.key[:3] == told.key[:3]
            and other.finding != told.finding
            and other.holds
            and not any(one.revoked and one.key == other.key for one in self.rows)
        ]
        if told.holds and any({other.finding, told.finding} & set(MOVES_CELLS) for other in others):
            faults.append(row.fault("finding", TWICE, FINDING_NAMES[told.finding].say(self._here.lang)))
        return told if len(faults) == found else None

    def _move(self, told: Attendance) -> None:
        """Who worked the duty, once it is so; taken back, it is as planned again."""
        if told.finding not in MOVES_CELLS or told.rejected:
            return
        cell = told.worker, told.day
        mine = self._cells.get(cell, ())
        gone = tuple(code for code in mine if code != told.shift)
        self._cells[cell] = (*gone, told.shift) if told.revoked else gone
        by = self._confirmed[told.key].by if told.revoked else told.by
        if by:
            theirs = tuple(code for code in self._cells.get((by, told.day), ()) if code != told.shift)
            self._cells[by, told.day] = theirs if told.revoked else (*theirs, told.shift)


def _check_right(here: Session, by: str, rows: Sequence[Attendance]) -> None:
    """Refuse whoever may not enter what happened, or whose own attendance it is.

    Raises
    ------
    Refusal
    """
    whose = {who for one in rows for who in (one.worker, one.by)} - {""}
    mine = {by, *here.people[by].formerly}
    deciders = here.rights.find_deciders((Right.ENTER,), whose)
    may = say_deciders(here.rights, deciders)
    if not here.rights.may(by, Right.ENTER):
        raise Refusal(MAY_NOT, by=here.people[by].name, may=may)
    own = sorted({str(one.day) for one in rows if mine & {one.worker, one.by}})
    if own:
        raise Refusal(OWN, by=here.people[by].name, days="、".join(own), may=may)
