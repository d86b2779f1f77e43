"""Legend and signatures of a printed month stand below some of its people, however many there are."""

from __future__ import annotations

import pytest

from scheduler.files.writing.roster_sheet import count_pages

ABOVE, BELOW, AGAIN = 60.0, 100.0, 40.0


def pages(people: int, height: float, room: float) -> int:
    return count_pages([ABOVE, *[height] * people, BELOW], room, AGAIN)


@pytest.mark.parametrize(
    ("people", "room", "expected"),
    [
        (10, ABOVE + 10 * 20 + BELOW, 1),
        (10, ABOVE + 10 * 20 + BELOW - 1, 0),  # legend and signatures would stand alone
        (30, 400, 2),  # 17 people, then 13 with what stands below
        (30, ABOVE + 25 * 20, 2),  # 5 people with it
        (30, ABOVE + 26 * 20, 0),  # 4 only
        (3, ABOVE + 3 * 20 + BELOW, 1),
        (60, 400, 4),
        (5, BELOW - 1, 0),  # more below than a page holds
    ],
)
def test_pages_are_counted_where_what_stands_below_has_people_above_it(people, room, expected):
    assert pages(people, 20.0, room) == expected
