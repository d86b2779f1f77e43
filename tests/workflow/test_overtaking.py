"""Which open requests an approval overtakes: those for its cells, and those whose cells it moves; no absence ever."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler.domain import Change, Overtime
from scheduler.workflow.change_request import Request, RequestKind, RequestState
from scheduler.workflow.in_force import Stretch
from scheduler.workflow.overtaking import find_overtaken
from tests.workflow.test_change_request import PROBLEM, away, dec, one_of_each, stand_in, swap

ILL = away("absence", "A", 9, 9, number=9)  # A has the early duty of the ninth
MONTH = Stretch.of([PROBLEM])


def overtaken(request: Request, *others: Request, moved: tuple[Change, ...] = ()) -> list[int]:
    return [one.number for one in find_overtaken(request, moved, others, MONTH)]


def test_what_is_for_the_same_cell_is_overtaken_once_each_and_in_order():
    others = (stand_in(number=3), swap(number=2), away("leave", "A", 8, 9, number=4), ILL)
    assert overtaken(ILL, *others) == [2, 3, 4]
    assert overtaken(ILL, away("leave", "A", 10, 11, number=2), away("leave", "B", 9, 9, number=3)) == []


def test_overtime_of_who_is_away_is_overtaken():
    overtime = replace(one_of_each()[RequestKind.OVERTIME], number=2, overtime=Overtime("A", dec(9), 60))
    assert overtaken(ILL, overtime) == [2]
    assert overtaken(away("absence", "A", 10, 11, number=9), overtime) == []
    assert overtaken(swap(number=9), overtime) == []


def test_an_absence_is_never_overtaken():
    assert overtaken(stand_in(number=2), ILL) == []
    assert overtaken(away("absence", "A", 9, 10, number=2), ILL) == []
    assert overtaken(stand_in(number=2), ILL, moved=(Change("A", dec(9), ("早",), ()),)) == []


@pytest.mark.parametrize("state", [state for state in RequestState if state not in ("requested", "confirmed")])
def test_only_open_requests_are_overtaken(state):
    assert overtaken(ILL, replace(swap(number=2), state=state)) == []


def test_a_cell_that_moves_for_others_overtakes_swaps_and_not_leave():
    far = away("absence", "D", 20, 20, number=9)
    moved = (Change("A", dec(9), ("早",), ()),)
    assert overtaken(far, swap(number=2), away("leave", "A", 9, 9, number=3), moved=moved) == [2]
    assert overtaken(far, away("cancel_leave", "A", 9, 9, number=3), moved=moved) == []
    assert overtaken(far, swap(number=2)) == []
