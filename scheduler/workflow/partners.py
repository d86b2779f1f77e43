"""Who could take a duty over: tried on the rosters as they stand, by the audit alone and within a limit of work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from scheduler.audit.candidates import Standing, fills_demand, standing_of
from scheduler.audit.months import MonthAfter, PlannedMonth, audit_months, with_rule
from scheduler.audit.own_month import OwnMonth
from scheduler.domain import Duty, Fixed, Overtime, Problem, Roster, Violation, fair_shares
from scheduler.rules.book import Rulebook
from scheduler.rules.internal import OneOption
from scheduler.workflow.change_request import Cell, Request, RequestKind
from scheduler.workflow.verdict import join_months, replace_rosters

Cells = Mapping[Cell, tuple[str, ...]]  # the shifts that begin in some cells


@dataclass
class Work:
    """A limit of work that is the same on every machine, counted in the cells that are looked at.

    Attributes
    ----------
    left : int
        Cells; below nought when it is used up.
    """

    left: int

    def spend(self, cells: int) -> bool:
        """Count work that is to be done; whether there was room for it."""
        is_room = self.left > 0
        self.left -= cells if is_room else 0
        return is_room

    def halve(self) -> Work:
        """Half of it, taken out for something of its own."""
        half = self.left // 2
        self.left -= half
        return Work(half)


class OutOfWork(Exception):
    """The limit of work is reached."""


@dataclass(frozen=True)
class Trials:
    """Cells tried on months as they stand.

    Attributes
    ----------
    months : tuple of PlannedMonth
        At least one, in order.
    work : Work
        What may be spent on it.
    """

    months: tuple[PlannedMonth, ...]
    work: Work
    roster: Roster = field(init=False)
    known: frozenset[Violation] = field(init=False)
    own: dict[tuple[str, int], OwnMonth] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        broken = (one for found in audit_months(self.months) for one in found.broken)
        object.__setattr__(self, "roster", join_months(self.months))
        object.__setattr__(self, "known", frozenset(broken))

    @property
    def size(self) -> int:
        """Cells of all months."""
        return sum(len(month.problem.workers) * len(month.problem.dates) for month in self.months)

    def month_of(self, day: date) -> int:
        """Which month a day is of."""
        return next(at for at, month in enumerate(self.months) if day in month.problem.day_by_date)

    def find_broken(self, cells: Cells, overtime: Sequence[Overtime] = ()) -> tuple[Violation, ...]:
        """What is broken with these cells and was not, or not in the same way: of the people's own months, else of the desk.

        Raises
        ------
        OutOfWork
        """
        return self.find_own_broken(cells, overtime) or self.find_desk_broken(cells, overtime)

    def find_own_broken(self, cells: Cells, overtime: Sequence[Overtime] = ()) -> tuple[Violation, ...]:
        """What the cells break in the months of the people whose cells they are, looked at one by one.

        Raises
        ------
        OutOfWork
        """
        gaining = sorted(cells, key=lambda cell: not cells[cell])  # who takes a duty breaks more than who gives one
        for worker, at in dict.fromkeys((cell.worker, self.month_of(cell.day)) for cell in gaining):
            problem = self.months[at].problem
            own = self._own_month(worker, at, cells)
            self._spend(len(problem.dates))
            mine = [duty for duty in self.months[at].roster.duties if duty.worker == worker]
            duties = [duty for duty in mine if Cell(worker, duty.day) not in cells]
            for cell, codes in cells.items():
                if cell.worker == worker and cell.day in problem.day_by_date:
                    duties += [Duty(worker, cell.day, code) for code in codes]
            if broken := own.find_broken(duties, [one for one in overtime if one.worker == worker]):
                return broken
        return ()

    def _own_month(self, worker: str, at: int, cells: Cells) -> OwnMonth:
        month = self.months[at]
        problem = _without_fixed(month, cells).problem
        is_plain = problem is month.problem
        if is_plain and (worker, at) in self.own:
            return self.own[worker, at]
        self._spend(len(problem.dates))
        rules = tuple(
            rule for rule in month.rulebook.rules if not isinstance(rule, MonthAfter)
        )  # the desk's audit has it
        book = replace(month.rulebook, rules=rules)
        found = OwnMonth(problem, book, month.roster, problem.worker_by_id[worker])
        if is_plain:
            self.own[worker, at] = found
        return found

    def find_desk_broken(self, cells: Cells, overtime: Sequence[Overtime] = ()) -> tuple[Violation, ...]:
        """What the cells break by any rule.

        Raises
        ------
        OutOfWork
        """
        self._spend(self.size)
        planned = replace_rosters(
            [_with_overtime(_without_fixed(month, cells), overtime) for month in self.months],
            self._placed(cells),
        )
        return tuple(one for found in audit_months(planned) for one in found.broken if one not in self.known)

    def placed(self, cells: Cells) -> tuple[PlannedMonth, ...]:
        """The months with these cells."""
        return replace_rosters(self.months, self._placed(cells))

    def _placed(self, cells: Cells) -> Roster:
        return self.roster.replace_cells({(worker, day): codes for (worker, day), codes in cells.items()})

    def standing(self, worker: str, day: date, codes: Iterable[str]) -> Standing:
        """How somebody's month stands when duties of a day are to be taken over."""
        month = self.months[self.month_of(day)]
        shares = fair_shares(month.problem, month.roster)
        return standing_of(month.problem, month.roster, worker, day, codes, shares)

    def counts(self, worker: str, day: date, code: str) -> bool:
        """Whether somebody counts towards what a shift asks for."""
        problem = self.months[self.month_of(day)].problem
        return fills_demand(problem, problem.worker_by_id[worker], day, problem.shift_on(day, code))

    def _spend(self, cells: int) -> None:
        if not self.work.spend(cells):
            raise OutOfWork


def cells_of(request: Request) -> Cells:
    """The cells of a request with the shifts that it asks for."""
    found: dict[Cell, tuple[str, ...]] = {}
    for worker, day, code in request.cells:
        before = found.get(Cell(worker, day), ())
        found[Cell(worker, day)] = (*before, code) if code else before
    return found


def leave_open(options: Sequence[Request]) -> Request:
    """A request that gives a duty away and leaves open who takes it, in a stand-in or a swap."""
    first = options[0]
    gone = (Fixed(*first.give, ""),) if first.give else ()
    return replace(first, kind=RequestKind.EDIT, give=None, take=None, to="", cells=gone)


def require_one_of(
    options: Sequence[Request], problem: Problem, rulebook: Rulebook
) -> tuple[Problem, Rulebook, frozenset[Cell]]:
    """A month in which one of several stand-ins or swaps of one duty is taken, and the cells that they may move."""
    cells = [cells_of(one) for one in options]
    moved = frozenset(cell for option in cells for cell in option)
    fixed = tuple(row for row in problem.fixed if Cell(row.worker, row.day) not in moved)
    book = with_rule(rulebook, OneOption(tuple(tuple(option.items()) for option in cells)))
    return replace(problem, fixed=fixed), book, moved


def _without_fixed(month: PlannedMonth, cells: Cells) -> PlannedMonth:
    """The month without what the tables fixed in some cells: who is asked there is not bound by it."""
    fixed = tuple(row for row in month.problem.fixed if Cell(row.worker, row.day) not in cells)
    if len(fixed) == len(month.problem.fixed):
        return month
    return replace(month, problem=replace(month.problem, fixed=fixed))


def _with_overtime(month: PlannedMonth, overtime: Sequence[Overtime]) -> PlannedMonth:
    """The month with more approved overtime."""
    mine = [one for one in overtime if one.day in month.problem.day_by_date]
    if not mine:
        return month
    return replace(month, problem=replace(month.problem, overtime=(*month.problem.overtime, *mine)))
