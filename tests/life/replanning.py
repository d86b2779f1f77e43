"""The rest of a published month, planned again: what stays, and what may be broken. Part of the model."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from tests.life.brute import MANY, Cell, Key, MonthView, Search, TooMany, World
from tests.life.desks import CODES, ONE_DAY, Facts
from tests.life.model import Changes, Life, Month, Version, at, clean, month_of, next_month
from tests.life.rights import Refused


@dataclass
class Rest:
    """A month from a day on; the days before, shifts that have begun, what requests settled and settled holidays stay."""

    life: Life
    row: Version
    since: date

    @classmethod
    def look(cls, life: Life, month: Month, since: date) -> Rest:
        """Whether there is such a rest.

        Raises
        ------
        Refused
        """
        row = life.last_in_force(month)
        if row is None:
            raise Refused("NOTHING_PUBLISHED")
        if month_of(since) != month:
            raise Refused("NOT_OF_THE_MONTH")
        if since < life.today:
            raise Refused("PAST_DAY")
        return cls(life, row, since)

    @cached_property
    def facts(self) -> Facts:
        """Those of the version until the day, those of today from it on; from the next where shifts of it have begun."""
        begins = (at(self.since, self.row.facts.on(self.since).span(code)[0]) for code in CODES)
        begun = self.since == self.life.today and any(begin <= self.life.now for begin in begins)
        return self.row.facts.adopt(self.life.tables, self.since + begun * ONE_DAY, self.row.month)

    @cached_property
    def worked(self) -> Changes:
        return self.life.as_worked(self.row)

    @cached_property
    def view(self) -> MonthView:
        return self.life.view(self.row.month, self.facts, self.life.granted())

    def begun(self, day: date, code: str) -> bool:
        return day < self.life.today or at(day, self.facts.on(day).span(code)[0]) <= self.life.now

    @cached_property
    def held(self) -> set[Cell]:
        """The cells that stay."""
        settled, holidays = self.life.settled_cells(), self.life.settled_days(self.row.month, self.facts)

        def stays(cell: Cell) -> bool:
            past = cell[1] < self.since or any(self.begun(cell[1], code) for code in self.worked.get(cell, ()))
            return past or cell in settled or cell[1] in holidays

        return {(who, day) for who in self.view.people for day in self.view.days if stays((who, day))}

    def complaints(self, draft: Changes, fewest: bool) -> list[str]:
        """What is wrong with a draft of the rest."""
        found = [f"{cell} had to stay" for cell in self.held if draft.get(cell, ()) != self.row.duties.get(cell, ())]
        mine = {cell: codes for cell, codes in self.worked.items() if cell in self.held}
        then = clean({cell: codes for cell, codes in draft.items() if cell not in self.held} | mine)
        (history, _), world = self._history, self._world
        inevitable = {key: MANY for key in world.every_key if self._stays(world, key)}
        inevitable |= dict.fromkeys(self._broken_after, MANY)
        whole = history | then | self._beyond
        broken = {key for key, amount in world.broken(whole).items() if amount > inevitable.get(key, 0)}
        search = Search(
            world, inevitable, lambda cell: cell in self.held or cell[1] not in self.view.days, lambda *_: False
        )
        start = history | clean(self.worked) | self._beyond
        changed = sum(then.get(c, ()) != self.worked.get(c, ()) for c in then.keys() | self.worked.keys())
        most = min(changed - 1, 3) if fewest and not broken else 3 if broken else -1
        try:
            fewer = search.fewest(start, most) if most >= 0 else None
        except TooMany:
            fewer = None
        if fewer is not None:
            found.append(f"{sorted(map(str, broken))} broken and {changed} changed, where {fewer} changes do")
        return found

    def _stays(self, world: World, key: Key) -> bool:
        """Whether a demand is about cells that stay alone."""
        return all(cell in self.held or cell[1] < self.row.month for cell in world.scope(key))

    @cached_property
    def _history(self) -> tuple[Changes, Facts | None]:
        return self.life.history(self.row)

    @cached_property
    def _after(self) -> Version | None:
        return self.life.live(next_month(self.row.month))

    @cached_property
    def _beyond(self) -> Changes:
        return self.life.as_worked(self._after) if self._after else {}

    @cached_property
    def _world(self) -> World:
        after = self._after
        later = [self.life.view(after.month, after.facts, self.life.granted())] if after else []
        return World([self.view, *later], self._history[1])

    @cached_property
    def _broken_after(self) -> set[Key]:
        """What is broken in the month after as it stands."""
        after = self._after
        if after is None:
            return set()
        history, facts = self.life.history(after)
        view = self.life.view(after.month, after.facts, self.life.granted())
        return set(World([view], facts).broken(history | self._beyond))
