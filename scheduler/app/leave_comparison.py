"""The leave in the grid of a workbook, held against what the desk has approved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from scheduler.domain import Leave, Note, Problem
from scheduler.files.reading.roster_grid import ReadGrid
from scheduler.i18n import Sentence, fill_in
from scheduler.timeline import group_consecutive

MORE = Sentence("此表另有请假：{who} {days} {kind}", "the grid has leave that the desk has not: {who}, {days}, {kind}")
DROPPED = Sentence(
    "{who} {days} 已批假，此表写作休：请假仍然有效；要取消，请改请假表，已发布的月份⟦用 swap request --cancel-leave‖请提销假申请⟧",
    "{who} has approved leave on {days}, where the grid says off: the leave stands; to call it off, change the"
    " leave table, or ⟦use swap request --cancel-leave‖ask for it to be called off⟧ where the month is published",
)
ONE_DAY, SEVERAL_DAYS = Sentence("{first}", "{first}"), Sentence("{first}至{last}", "{first} to {last}")


@dataclass(frozen=True)
class LeaveDifference:
    """Leave that a grid has and the desk has not approved, and leave of the desk where the grid says off."""

    added: tuple[Leave, ...] = ()
    dropped: tuple[Leave, ...] = ()

    def notes(self, problem: Problem) -> Iterator[Note]:
        """A line for each leave, with the names of people and kinds that its month has."""
        for sentence, leaves in ((MORE, self.added), (DROPPED, self.dropped)):
            for leave in leaves:
                span = SEVERAL_DAYS if leave.first < leave.last else ONE_DAY
                days = fill_in(span, first=leave.first, last=leave.last)
                kind = problem.desk.leave_label(leave.kind)
                facts = (("who", problem.names[leave.worker]), ("days", days), ("kind", kind))
                yield Note(sentence, facts)


NO_DIFFERENCE = LeaveDifference()


def compare_leave(grid: ReadGrid, problem: Problem) -> LeaveDifference:
    """Hold the leave of a grid against the approved leave of its month, day by day."""
    known = {cell: leave.kind for cell, leave in problem.leave_days.items()}
    return LeaveDifference(
        tuple(_join_days((cell, kind) for cell, kind in grid.leave.items() if known.get(cell) != kind)),
        tuple(_join_days((cell, kind) for cell, kind in known.items() if cell in grid.off)),
    )


def _join_days(cells: Iterable[tuple[tuple[str, date], str]]) -> Iterator[Leave]:
    """Leave of each person and kind, days that follow one another as one."""
    days: dict[tuple[str, str], list[date]] = {}
    for (worker, day), kind in cells:
        days.setdefault((worker, kind), []).append(day)
    for (worker, kind), those in days.items():
        for stretch in group_consecutive(sorted(those)):
            yield Leave(worker, stretch[0], stretch[-1], kind)
