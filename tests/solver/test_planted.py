"""Impossible desks with planted causes: the first repair is no dearer than undoing them, and each of them is named."""

from __future__ import annotations

import pytest

from scheduler.app.explain import explain_problem
from scheduler.domain import Roster
from scheduler.solver.conflict import find_conflicts
from scheduler.solver.outcome import Impossible, Status
from scheduler.solver.possible import find_any
from scheduler.solver.repairs import Repair, find_repairs
from tests.support.planted_desks import DOUBLE, KINDS, SINGLE, PlantedDesk, planted_desks, works

SECONDS = 120.0  # never reached: the slowest takes about one
DESKS = planted_desks()
EACH = 12  # of these one is explained in full


def test_every_kind_of_cause_is_planted_alone_and_with_others() -> None:
    assert len(DESKS) == SINGLE + DOUBLE == 60
    alone = [desk.name.partition(",")[0] for desk in DESKS if len(desk.planted) == 1]
    assert set(alone) == set(KINDS)
    assert sum(len(desk.planted) == 2 for desk in DESKS) == DOUBLE


@pytest.mark.parametrize("desk", DESKS, ids=lambda desk: desk.name)
def test_what_is_planted_is_repaired_at_no_higher_price_and_named(desk: PlantedDesk) -> None:
    assert isinstance(find_any(desk.base, desk.base_rulebook, time_limit=SECONDS, cores=1), Roster)
    assert isinstance(find_any(desk.problem, desk.rulebook, time_limit=SECONDS, cores=1), Impossible)
    repair = find_repairs(desk.problem, desk.rulebook, time_limit=SECONDS, cores=1, most=1).found[0]
    assert repair.cheapest
    assert repair.price <= desk.price
    assert works(repair, desk.rulebook)
    gives = [one.violation.reason for one in repair.decisions]
    conflicts = find_conflicts(desk.problem, desk.rulebook, gives, time_limit=SECONDS, cores=1)
    assert all(one.smallest for one in conflicts.found)
    for planted in desk.planted:
        assert any(planted(reason) for one in conflicts.found for reason in one.reasons)
    for one in conflicts.found:
        assert any(planted(reason) for planted in desk.planted for reason in one.reasons)


@pytest.mark.parametrize("desk", DESKS[::EACH], ids=lambda desk: desk.name)
def test_what_is_planted_is_explained_in_full(desk: PlantedDesk) -> None:
    told: list[Repair] = []
    why = explain_problem(desk.problem, desk.rulebook, time_limit=SECONDS, cores=1, tell_repair=told.append)
    assert why.status is Status.IMPOSSIBLE
    assert why.repairs.found == tuple(told)
    assert why.repairs.none_further or why.repairs.enough
    given = [one.violation.reason for repair in told for one in repair.decisions]
    assert len(given) == len(set(given))
    assert all(works(repair, desk.rulebook) for repair in told)
    assert why.all_tried
    for entry in why.mistakes:
        assert isinstance(find_any(entry.without, desk.rulebook, time_limit=SECONDS, cores=1), Roster)
