"""Approved leave."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, ClassVar

from scheduler.domain import Leave, Problem, Reason, Roster, Violation, reaches_on, reaching_codes
from scheduler.i18n import Sentence, fill_in
from scheduler.rules import Constraint, Layer, because, parameter
from scheduler.timeline import DAY_MINUTES, ONE_DAY

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel

AWAY = Sentence("{who}：{day}已批假，不排班", "{who}: no duty on {day}, on approved leave")
AWAY_HOURS = Sentence(
    "{who}：{day} {times} 已批假，这段时间不上班", "{who}: no work on {day}, {times}, on approved leave"
)

LEAVE_TABLE = Sentence("请假表", "the leave table")
ROW = Sentence("{who} {first}至{last}", "{who} from {first} to {last}")
ROW_OF_A_DAY = Sentence("{who} {first}", "{who} on {first}")
TAKEN_BACK = Sentence("收回{who}{day}的假", "take back the leave of {who} on {day}")
TAKEN_BACK_HOURS = Sentence("收回{who}{day} {times} 的假", "take back the leave of {who} on {day}, {times}")
# Kinds of leave that nobody grants and nobody can take back: what they are for has happened.
NOT_GRANTED = ("sick", "maternity", "work_injury", "bereavement", "marriage")
MOST_ROWS = 4  # that are named one by one
TAKING_BACK = 25  # of a day of leave in a repair: less than an empty post, more than a fixed duty


@dataclass(frozen=True)
class ApprovedLeave(Constraint):
    """Approved leave.

    Rule
        已批准的请假期间不排班。 | Nobody is on duty during approved leave.
    Clause
        RULES 75, 77, 86, 88
    Why
        批了的假必须兑现；没批的假不免除上班。 | Approved leave is a promise; leave that is not approved excuses nobody from duty.
    Counts as broken
        假期当天有班开始，或前一天的班跨零点进入假期超过允许分钟数。
        只请一天中几个钟点的，与这段时间有一分钟重叠的班（前一天跨零点的也算）才算违反。
        | A duty begins on a day of leave, or a duty of the day before runs into it for longer than allowed. Of leave that
        takes hours of a day: a duty, one of the day before included, that overlaps them by a minute.
    Limits
        上月已上的班不追究。 | Duties of last month are not judged again.
    """

    tail_minutes: int = parameter(
        0,
        Sentence("跨零点多少分钟以内不算占用假期", "minutes past midnight that a leave day may hold"),
        unit="min",
        low=0,
        high=720,
    )

    title: ClassVar[Sentence] = Sentence("已批请假", "Approved leave")
    clause: ClassVar[Sentence] = Sentence(
        "已批准的请假不排班（RULES 75、77、86、88）", "No duty during approved leave (RULES 75, 77, 86, 88)"
    )
    revision: ClassVar[int] = 1
    price: ClassVar[int] = 0
    layer: ClassVar[Layer] = Layer.NEVER
    about_one: ClassVar[bool] = True
    about_people: ClassVar[bool] = True
    gives_from: ClassVar[Layer] = Layer.DESK

    def _reason(self, day: date, leave: Leave) -> Reason:
        """Which does not tell the kind: that is nobody's business who reads what a rule found."""
        if leave.is_part:
            return because(self, AWAY_HOURS, workers=[leave.worker], days=[day], times=leave.times)
        return because(self, AWAY, workers=[leave.worker], days=[day])

    def narrow(self, problem: Problem, model: RosterModel) -> None:
        """Forbid the shifts of each day of leave and those of the day before that reach into it, and what overlaps hours of leave."""
        for (worker, day), leave in problem.leave_days.items():
            reason = self._reason(day, leave)
            if day in problem.day_by_date:
                for code in problem.codes_on(day):
                    model.forbid(worker, day, code, reason)
            eve = day - ONE_DAY
            for code in reaching_codes(problem, eve, self.tail_minutes) if eve in problem.day_by_date else ():
                model.forbid(worker, eve, code, reason)
            model.note_leave(worker, day, reason)
        for (worker, day), parts in problem.leave_hours.items():
            for leave in parts:
                reason = self._reason(day, leave)
                for begins, offset in ((day, 0), (day - ONE_DAY, DAY_MINUTES)):
                    for shift in problem.shifts_on(begins) if begins in problem.day_by_date else ():
                        if leave.takes(shift.start - offset, shift.end - offset):
                            model.forbid(worker, begins, shift.code, reason)

    def lever(self, problem: Problem, reason: Reason) -> Sentence | None:
        """The rows of the leave."""
        cells = [(worker, day) for worker in reason.workers for day in reason.days]
        known = [(problem.leave_days.get(cell), *problem.leave_hours.get(cell, ())) for cell in cells]
        rows = dict.fromkeys(leave for found in known for leave in found if leave)
        if len(rows) > MOST_ROWS:
            return LEAVE_TABLE
        said = [
            fill_in(
                ROW if one.last > one.first else ROW_OF_A_DAY,
                who=problem.names[one.worker],
                first=one.first,
                last=one.last,
            )
            for one in rows
        ]
        return Sentence(
            LEAVE_TABLE.zh + "：" + "、".join(one.zh for one in said),
            LEAVE_TABLE.en + ": " + ", ".join(one.en for one in said),
        )

    def _rows(self, problem: Problem, reason: Reason) -> list[Leave]:
        """The rows of leave that a Reason rests on."""
        (worker,), (day,) = reason.workers, reason.days
        times = dict(reason.facts).get("times")
        mine = (row for row in problem.leave if row.approved and row.worker == worker and row.covers(day))
        return [row for row in mine if (row.times == times if times else not row.is_part)]

    def bending(self, problem: Problem, reason: Reason) -> tuple[int, Layer]:
        """A day of leave that the desk has granted can be taken back, at the price of a broken promise."""
        granted = all(row.kind not in NOT_GRANTED for row in self._rows(problem, reason))
        return (TAKING_BACK, Layer.DESK) if granted else (0, Layer.NEVER)

    def decision(self, problem: Problem, violation: Violation, roster: Roster) -> Reason:
        """A day of leave, or hours of it, taken back."""
        reason = violation.reason
        return reason._replace(sentence=TAKEN_BACK if reason.sentence == AWAY else TAKEN_BACK_HOURS)

    def decide(self, problem: Problem, violation: Violation, roster: Roster) -> Problem | None:
        """The month in which that day is not leave."""
        taken, (day,) = self._rows(problem, violation.reason), violation.reason.days
        kept = [row for row in problem.leave if row not in taken]
        for row in taken:
            kept += [replace(row, last=day - ONE_DAY)] if row.first < day else []
            kept += [replace(row, first=day + ONE_DAY)] if day < row.last else []
        return replace(problem, leave=tuple(kept))

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Nothing more: `narrow` forbids all that the rule forbids."""

    def check(self, problem: Problem, roster: Roster) -> Iterator[Violation]:
        """Look for duties that begin on a day of leave or reach into it, and for those that overlap hours of leave."""
        for (worker, day), leave in problem.leave_days.items():
            found = list(roster.on(worker, day)) if day in problem.day_by_date else []
            if day > problem.first:
                eve = day - ONE_DAY
                found += [code for code in roster.on(worker, eve) if reaches_on(problem, eve, code, self.tail_minutes)]
            if found:
                yield Violation(self._reason(day, leave), "+".join(found))
        overlapping: dict[Reason, list[str]] = {}
        for who in problem.worker_by_id if problem.leave_hours else ():
            for day, code in [(one, code) for one in problem.dates for code in roster.on(who, one)]:
                shift = problem.shift_on(day, code)
                for touched, leave in problem.hours_taken_by(who, day, shift.start, shift.end):
                    overlapping.setdefault(self._reason(touched, leave), []).append(code)
        yield from (Violation(reason, "+".join(codes)) for reason, codes in overlapping.items())
