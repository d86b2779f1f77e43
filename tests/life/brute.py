"""Legality and fewest changes by brute force: rules in plain words, and every way to keep them with so many changed cells.

Nothing here knows the program. A rule is a function that says by how much a
key, such as the cover of a shift on a day, is broken; a roster is a mapping of
(person, day) to the codes worked there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import ceil

from tests.life.desks import CODES, ONE_DAY, REST_HOURS, Facts

Cell = tuple[str, date]
Codes = tuple[str, ...]
Cells = Mapping[Cell, Codes]
Key = tuple[object, ...]
MANY = 1_000_000


@dataclass(frozen=True)
class MonthView:
    """A month as it is judged.

    Attributes
    ----------
    leave : mapping of cell to kind
        Approved leave, that of requests included.
    surges : mapping of date to factor
    """

    first: date
    last: date
    facts: Facts
    people: frozenset[str]
    leave: Mapping[Cell, str]
    surges: Mapping[date, float]

    @property
    def days(self) -> list[date]:
        return [self.first + n * ONE_DAY for n in range((self.last - self.first).days + 1)]

    def heads(self, code: str, day: date) -> int:
        heads = self.facts.on(day).heads(code, day)
        return ceil(heads * self.surges[day] - 1e-9) if day in self.surges else heads

    def employed(self, who: str, day: date) -> bool:
        person = self.facts.on(day).person(who)
        return person is not None and person.employed(day)


class World:
    """Months that follow one another, and what they demand of a roster; days before them are history."""

    def __init__(self, months: list[MonthView], before: Facts | None = None) -> None:
        self.months, self.before = months, before
        self.month_of = {day: month for month in months for day in month.days}
        self._scopes: dict[Key, list[Cell]] = {}

    def facts_on(self, day: date) -> Facts:
        """The facts of a day; of history those of its own version."""
        if day in self.month_of:
            return self.month_of[day].facts
        return self.before or self.months[0].facts

    def people_on(self, day: date) -> frozenset[str]:
        return self.month_of[day].people if day in self.month_of else self.months[0].people

    # What may be broken

    @cached_property
    def every_key(self) -> list[Key]:
        """Every demand of the months."""
        found: list[Key] = [("cover", day, code) for day in self.month_of for code in CODES]
        for day, month in self.month_of.items():
            found += [key for who in month.people for key in self._own_keys(who, day)]
        return found

    def _own_keys(self, who: str, last: date) -> Iterator[Key]:
        """The demands on one person whose last day this is."""
        yield ("away", who, last)
        yield ("gone", who, last)
        yield ("twice", who, last)
        yield ("row", who, last)
        if last.weekday() == 6:
            yield ("week", who, last)
        yield from (("rest", who, last, one, other) for one in CODES for other in CODES)

    def touching(self, cell: Cell) -> Iterator[Key]:
        """The demands that a cell has a part in."""
        who, day = cell
        if day in self.month_of:
            yield from (("cover", day, code) for code in CODES)
        reach = 1 + max(month.facts.now.most_in_a_row for month in self.months)
        for n in range(max(reach, 7)):
            last = day + n * ONE_DAY
            if last in self.month_of and who in self.month_of[last].people:
                yield from (key for key in self._own_keys(who, last) if cell in self.scope(key))

    def scope(self, key: Key) -> list[Cell]:
        """The cells that a demand is about."""
        if key not in self._scopes:
            self._scopes[key] = self._scope(key)
        return self._scopes[key]

    def _scope(self, key: Key) -> list[Cell]:
        kind, *rest = key
        if kind == "cover":
            (day, _) = rest
            assert isinstance(day, date)
            return [(who, day) for who in sorted(self.month_of[day].people)]
        who, last = rest[:2]
        assert isinstance(who, str)
        assert isinstance(last, date)
        back = {"row": self.month_of[last].facts.now.most_in_a_row, "week": 6, "rest": 1}.get(str(kind), 0)
        return [(who, last - n * ONE_DAY) for n in range(back, -1, -1)]

    def amount(self, roster: Cells, key: Key) -> int:
        """By how much a demand is broken; 0 for kept."""
        kind, cells = key[0], self.scope(key)
        if kind == "cover":
            code, month = str(key[2]), self.month_of[cells[0][1]]
            return max(0, month.heads(code, cells[0][1]) - sum(code in roster.get(cell, ()) for cell in cells))
        codes = roster.get(cells[-1], ())
        if not codes:
            return 0
        if kind in ("row", "week"):
            return int(all(roster.get(cell) for cell in cells))
        who, last = cells[-1]
        if kind == "twice":
            return int(len(codes) > 1)
        if kind == "away":
            return int((who, last) in self.month_of[last].leave)
        if kind == "gone":
            return int(not self.month_of[last].employed(who, last))
        one, other = str(key[3]), str(key[4])
        if one not in roster.get(cells[0], ()) or other not in codes:
            return 0
        ends = self.facts_on(cells[0][1]).on(cells[0][1]).span(one)[1]
        begins = self.month_of[last].facts.on(last).span(other)[0]
        return int(begins + 1440 - ends < 60 * REST_HOURS)

    def broken(self, roster: Cells) -> dict[Key, int]:
        """Everything that is broken, and by how much."""
        return {key: amount for key in self.every_key if (amount := self.amount(roster, key))}

    def ends(self, key: Key) -> date:
        """The last day that a demand is about."""
        return self.scope(key)[-1][1]


class TooMany(Exception):
    """More rosters than there is patience for."""


@dataclass
class Search:
    """Every roster that differs from one in few cells and breaks no more than is allowed.

    Attributes
    ----------
    allowed : mapping of key to amount
        What may be broken, and by how much.
    frozen : callable
        Whether a cell has to stay.
    begun : callable
        Whether a shift of a day has begun, so that nobody is given it.
    """

    world: World
    allowed: Mapping[Key, int]
    frozen: Callable[[Cell], bool]
    begun: Callable[[date, str], bool]
    patience: int = 4000

    def fewest(self, roster: Cells, most: int) -> int | None:
        """The fewest cells that have to change for the roster to be allowed; `None` if more than `most`.

        Raises
        ------
        TooMany
        """
        broken = {key for key, amount in self.world.broken(roster).items() if amount > self.allowed.get(key, 0)}
        for depth in range(most + 1):
            self.left = self.patience
            if self._within(dict(roster), broken, frozenset(), frozenset(), depth):
                return depth
        return None

    def _within(
        self,
        roster: dict[Cell, Codes],
        broken: set[Key],
        changed: frozenset[Cell],
        banned: frozenset[tuple[Cell, Codes]],
        depth: int,
    ) -> bool:
        """Whether so many more changes suffice."""
        if not broken:
            return True
        self.left -= 1
        if self.left < 0:
            raise TooMany
        if depth == 0 or len({key[1:3] for key in broken if key[0] == "cover"}) > depth:
            return False
        ways = min((self._ways(roster, key, changed, banned) for key in sorted(broken, key=str)), key=len)
        for cell, codes in ways:
            then = roster | {cell: codes}
            left = set(broken)
            for key in self.world.touching(cell):
                worse = self.world.amount(then, key) > self.allowed.get(key, 0)
                (left.add if worse else left.discard)(key)
            if self._within(then, left, changed | {cell}, banned, depth - 1):
                return True
            banned |= {(cell, codes)}
        return False

    def _ways(
        self, roster: Cells, key: Key, changed: frozenset[Cell], banned: frozenset[tuple[Cell, Codes]]
    ) -> list[tuple[Cell, Codes]]:
        """Every change of a cell by which a demand may come to be kept."""
        found = []
        for cell in self.world.scope(key):
            now = roster.get(cell, ())
            if cell in changed or cell[1] not in self.world.month_of or self.frozen(cell):
                continue
            for codes in [(), *((code,) for code in CODES)]:
                if codes == now or (cell, codes) in banned or (codes and self.begun(cell[1], codes[0])):
                    continue
                if key[0] == "cover" and (key[2] not in codes or key[2] in now):
                    continue
                if key[0] in ("week", "row", "away", "gone") and codes:
                    continue
                found.append((cell, codes))
        return found
