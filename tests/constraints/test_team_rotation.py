"""Teams that go through a cycle of shifts together."""

from datetime import date

import pytest

from constraints.team_rotation import TeamRotation
from scheduler.domain import Fixed, Leave, Worker
from tests.support.kit import Drawn

MON = date(2026, 12, 7)
CYCLE = "A=早|夜|休@2026-12-07"
KEPT = """
       1 2 3 4 5
    甲  早 夜 . 早 夜
    乙  . 早 . 早 ."""


def drawn(rule, drawing, **fields):
    return Drawn(rule, drawing, MON, workers=(Worker("甲", "甲", team="A"), Worker("乙", "乙", team="B")), **fields)


def test_a_team_in_its_cycle_costs_nothing_and_others_are_not_looked_at():
    drawn(TeamRotation(cycles=(CYCLE, "B=off@2026-12-01")), "\n 1 2\n 甲 早 夜\n 乙 . .").holds()
    drawn(TeamRotation(cycles=(CYCLE,)), KEPT).holds()


def test_another_shift_a_day_off_too_much_and_a_duty_on_the_day_off_each_cost():
    found = drawn(TeamRotation(cycles=(CYCLE,), weight=2), "\n 1 2 3 4 5\n 甲 夜 . 早 早 夜\n 乙 . . . . .")
    found.breaks("甲: goes through the cycle of A (found: 12-07, 12-08, 12-09)")
    found.costs(3 * 2)


def test_forbidden_each_day_is_a_breach_that_says_what_the_cycle_has():
    found = drawn(TeamRotation(cycles=(CYCLE,), forbid=True), "\n 1 2 3\n 甲 夜 夜 早\n 乙 . . .")
    found.breaks(
        "甲 (A): on 早 on Mon 7 Dec, by the team's cycle (found: 夜)",
        "甲 (A): off on Wed 9 Dec, by the team's cycle (found: 早)",
    )


def test_the_cycle_is_counted_from_its_day_backwards_too():
    drawn(TeamRotation(cycles=("A=早|夜|休@2027-01-03",)), KEPT).holds()  # nine rounds later
    drawn(TeamRotation(cycles=("A=早|夜|休@2027-01-04",), forbid=True), "\n 1\n 甲 早\n 乙 .").breaks(
        "甲 (A): off on Mon 7 Dec, by the team's cycle (found: 早)"
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"leave": (Leave("甲", MON, MON, "annual", approved=True),)},
        {"leave": (Leave("甲", MON, MON, "annual", approved=True, start=0, end=1440),)},
        {"fixed": (Fixed("甲", MON, ""),)},
    ],
)
def test_days_on_which_the_cycle_cannot_be_kept_are_not_looked_at(fields):
    drawn(TeamRotation(cycles=(CYCLE,), forbid=True), "\n 1 2 3\n 甲 . 夜 .\n 乙 . . .", **fields).holds()


@pytest.mark.parametrize("text", ["A", "A=早|夜", "=早@2026-12-07", "A=早||夜@2026-12-07", "A=早@7 December"])
def test_a_cycle_that_cannot_be_read_is_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        TeamRotation(cycles=(text,))


def test_a_team_has_one_cycle_and_its_shifts_are_those_of_the_desk():
    with pytest.raises(ValueError, match="twice"):
        TeamRotation(cycles=(CYCLE, "A=夜@2026-12-07"))
    with pytest.raises(ValueError, match="unknown shifts"):
        TeamRotation(cycles=("A=老@2026-12-07",)).applies(drawn(TeamRotation(cycles=(CYCLE,)), KEPT).problem)
    assert not TeamRotation(cycles=("C=早@2026-12-07",)).applies(drawn(TeamRotation(cycles=(CYCLE,)), KEPT).problem)
    assert TeamRotation(cycles=("Ａ＝早｜休＠2026-12-07",)).shifts_named() == {"早"}
