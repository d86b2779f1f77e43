"""The life of published months, once more and in plain words: no solver, no product code.

`Life` holds what is known of versions, requests, rights, deadlines, copies, what
each person holds and what was worked. For each step it says beforehand what has
to come of it; cells that a re-solve chooses it takes over from the program,
after holding them against what has to be true of them (`judge`).
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tests.life.brute import Cell, Codes, Key, MonthView, World
from tests.life.desks import DEPARTMENT, ONE_DAY, Away, Facts, Tables
from tests.life.rights import Refused, Rights

Month = date  # its first day
Changes = dict[Cell, Codes]  # what stands in a cell afterwards
OPEN = ("requested", "confirmed")
SUDDEN = ("sick", "work_injury")
PERSONAL = ("leave", "absence")


def month_of(day: date) -> Month:
    return day.replace(day=1)


def next_month(month: Month) -> Month:
    return month_of(month + timedelta(days=32))


def month_before(month: Month) -> Month:
    return month_of(month - ONE_DAY)


def days_of_month(month: Month) -> list[date]:
    return [month + n * ONE_DAY for n in range(monthrange(month.year, month.month)[1])]


@dataclass
class Version:
    """A roster as planned, and what it was made with.

    Attributes
    ----------
    history : dict
        The month before as it stood when this was made; it counts where that month has no version any more.
    printed : dict
        What its papers say of everybody's days, once it was published: hours, or the kind of leave.
    """

    number: int
    month: Month
    duties: dict[Cell, Codes]
    facts: Facts
    history: dict[Cell, Codes] = field(default_factory=dict)
    history_facts: Facts | None = None
    status: str = "draft"
    printed: dict[Cell, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Ask:
    """A request, as it was asked and as it stands."""

    kind: str
    by: str
    number: int = 0
    give: Cell | None = None
    take: Cell | None = None
    to: str = ""
    leave: Away | None = None
    off: Away | None = None
    cells: tuple[tuple[str, date, str], ...] = ()
    surge: tuple[date, float] | None = None
    undoes: int = 0
    since: date | None = None
    after_fact: bool = False
    aside: tuple[str, ...] = ()
    spared: tuple[str, ...] = ()
    state: str = "requested"
    confirmed: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    month: Month = date.min
    checked_on: tuple[int, ...] = ()
    word: str = ""
    changes: tuple[tuple[Cell, Codes, Codes], ...] = ()  # cell, before, after: by the last judgement
    adopts: tuple[Facts, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def sides(self) -> tuple[str, ...]:
        taker = self.to or (self.take[0] if self.take else "")
        return tuple(dict.fromkeys((self.give[0], taker))) if self.give else ()

    @property
    def concerned(self) -> tuple[str, ...]:
        """Whose word it takes."""
        people = [*self.sides, *(away.who for away in (self.leave, self.off) if away), *self.parties]
        people += [who for who, _, _ in self.cells] if self.kind == "edit" or self.leave else []
        return tuple(dict.fromkeys(people))

    @property
    def awaited(self) -> tuple[str, ...]:
        """Who has not agreed yet: nobody has to agree to what has happened, nor the sick to being sick."""
        if self.after_fact:
            return ()
        spared = {self.leave.who} if self.kind == "absence" and self.leave else set()
        return tuple(who for who in self.concerned if who not in spared.union(self.confirmed))

    @property
    def own(self) -> frozenset[Cell]:
        return frozenset((who, day) for who, day, _ in self.cells)

    @property
    def single_days(self) -> list[date]:
        found = [cell[1] for cell in (self.give, self.take) if cell] + [day for _, day, _ in self.cells]
        found += [self.since] if self.since else []
        return found + ([self.surge[0]] if self.surge else [])

    @property
    def days(self) -> list[date]:
        """The days that it names."""
        found = self.single_days
        for away in (self.leave, self.off):
            found += [away.first, away.last] if away else []
        return found


@dataclass
class Copy:
    """Somebody's copy of a version."""

    void: bool = False
    received: bool = False
    returned: bool = False

    @property
    def is_outstanding(self) -> bool:
        return not (self.returned or (self.received and not self.void))


class Life:
    """All that is known of a desk."""

    def __init__(self, tables: Tables, now: datetime) -> None:
        self.tables, self.now = tables, now
        self.versions: dict[int, Version] = {}
        self.requests: dict[int, Ask] = {}  # in the order of their last steps
        self.worked: dict[Cell, Codes] = {}
        self.entered: dict[int, set[Cell]] = {}
        self.copies: dict[int, dict[str, Copy]] = {}
        self.listed: dict[int, list[str]] = {}
        self.held: dict[
            Month, dict[str, tuple[int, bool]]
        ] = {}  # by month and person: the version, and whether it is void
        self.withdrawn: list[int] = []

    # Versions

    @property
    def rights(self) -> Rights:
        return Rights(self.tables, self.today)

    @property
    def today(self) -> date:
        return self.now.date()

    def live(self, month: Month) -> Version | None:
        return next((one for one in self.versions.values() if (one.month, one.status) == (month, "live")), None)

    def before(self, month: Month) -> Version | None:
        """What a month goes on from: the version in force of the month before, else its newest draft."""
        mine = [one for one in self.versions.values() if one.month == month_before(month)]
        drafts = [one for one in mine if one.status == "draft"]
        return self.live(month_before(month)) or (drafts[-1] if drafts else None)

    def last_in_force(self, month: Month) -> Version | None:
        gone = [self.versions[n] for n in self.withdrawn if self.versions[n].month == month]
        return self.live(month) or (gone[-1] if gone else None)

    def begins(self, version: Version, cell: Cell, code: str) -> datetime:
        return at(cell[1], version.facts.on(cell[1]).span(code)[0])

    def as_worked(self, version: Version) -> dict[Cell, Codes]:
        mine = {cell: codes for cell, codes in self.worked.items() if month_of(cell[1]) == version.month}
        return clean(version.duties | mine)

    def history(self, version: Version) -> tuple[dict[Cell, Codes], Facts | None]:
        """What went before a version, as it was worked."""
        before = self.before(version.month)
        if before is None:
            return version.history, version.history_facts
        return self.as_worked(before), before.facts

    def draft(self, number: int, month: Month, duties: Changes, facts: Facts | None = None) -> Version:
        """Note a draft that was made with the tables of today."""
        made = Version(number, month, clean(duties), facts or Facts(((month, self.tables),)))
        before = self.before(month)
        if before:
            made.history, made.history_facts = self.as_worked(before), before.facts
        self.versions[number] = made
        return made

    # What was approved

    def granted(self, skip: int = 0) -> list[Ask]:
        return [one for one in self.requests.values() if one.state == "approved" and one.number != skip]

    def leave_of(self, month: Month, facts: Facts, granted: Iterable[Ask], on_paper: bool) -> dict[Cell, str]:
        """Approved leave; on paper without the days of which it was told afterwards."""
        days = set(days_of_month(month))
        found = {
            (away.who, day): away.kind
            for tables in dict.fromkeys(tables for _, tables in facts.pieces)
            for away in tables.leave
            for day in away.days
            if day in days and facts.on(day) is tables
        }
        for one in granted:
            if one.off:
                found = {
                    cell: kind for cell, kind in found.items() if cell[0] != one.off.who or cell[1] not in one.off.days
                }
            if one.leave and one.leave.who in facts.people(month):
                told = self.entered.get(one.number, set()) if on_paper else set()
                mine = {(one.leave.who, day) for day in one.leave.days if day in days}
                found |= dict.fromkeys(mine - told, one.leave.kind)
        return found

    def view(self, month: Month, facts: Facts, granted: Sequence[Ask], on_paper: bool = False) -> MonthView:
        """A month with what was approved."""
        surges = {one.surge[0]: one.surge[1] for one in granted if one.surge and month_of(one.surge[0]) == month}
        leave = self.leave_of(month, facts, granted, on_paper)
        return MonthView(month, days_of_month(month)[-1], facts, frozenset(facts.people(month)), leave, surges)

    def settled_cells(self, skip: int = 0) -> set[Cell]:
        """The cells that approved requests settled."""
        found: set[Cell] = set()
        for one in self.granted(skip):
            found -= {(one.off.who, day) for day in one.off.days} if one.off else set()
            found |= one.own | ({(one.leave.who, day) for day in one.leave.days} if one.leave else set())
        return found

    def holidays(self, month: Month, facts: Facts) -> list[tuple[date, list[date]]]:
        """Each stretch of days off that has a statutory day: that day, and all of them."""
        found: list[tuple[date, list[date]]] = []
        stretch: list[date] = []
        for day in [*days_of_month(month), date.max]:
            if day != date.max and facts.on(day).is_off(day):
                stretch.append(day)
                continue
            statutory = [one for one in stretch if facts.on(one).is_statutory(one)]
            found += [(statutory[0], stretch)] if statutory else []
            stretch = []
        return found

    def settled_days(self, month: Month, facts: Facts) -> set[date]:
        lead = timedelta(days=self.tables.holiday_lead)
        return {day for first, days in self.holidays(month, facts) if first - lead <= self.today for day in days}

    def due(self, month: Month, facts: Facts) -> date:
        """The day by which a month has to be published."""
        ahead = [month - timedelta(days=self.tables.publish_by)]
        lead = timedelta(days=self.tables.holiday_lead)
        return min(ahead + [first - lead for first, _ in self.holidays(month, facts)])

    # Publication

    def check_publish(self, number: int, by: str, late_because: str, over_because: str) -> None:
        """Whether a draft may be put in force.

        Raises
        ------
        Refused
        """
        self.rights.check_known(by)
        version = self.versions.get(number)
        if version is None:
            raise Refused("NO_VERSION")
        if version.status != "draft":
            raise Refused("NO_STEP")
        live = self.live(version.month)
        for right in ("publish", *(["withdraw"] if live else [])):
            self.rights.check(by, right)
        month, today = version.month, Facts(((version.month, self.tables),))
        if {who for who, _ in version.duties} - set(today.people(month)):
            raise Refused("STRANGERS")
        before = self.before(month)
        past = (self.as_worked(before), before.facts) if before else ({}, None)
        for facts, (history, made_with) in ((today, past), (version.facts, self.history(version))):
            if World([self.view(month, facts, self.granted(), on_paper=True)], made_with).broken(
                history | version.duties
            ):
                raise Refused("BROKEN_NOW")
        if self.broken_after(version):
            raise Refused("BROKEN_NOW")
        if not live and self.today > self.due(month, version.facts) and not late_because:
            raise Refused("LATE")
        self._check_moves(version, by, over_because)

    def broken_after(self, version: Version) -> set[Key]:
        """What a month would newly break in the one after it."""
        after = self.live(next_month(version.month))
        if after is None:
            return set()
        history, facts = self.history(after)
        month = self.view(after.month, after.facts, self.granted())
        mine = self.as_worked(after)
        known = set(World([month], facts).broken(history | mine))
        return set(World([month], version.facts).broken(version.duties | mine)) - known

    def _check_moves(self, version: Version, by: str, over_because: str) -> None:
        before = self.last_in_force(version.month)
        if before is None:
            return
        cells = version.duties.keys() | before.duties.keys()
        hours = {cell: (hours_in(before, cell), hours_in(version, cell)) for cell in cells}
        if any(then != now and any(start <= self.now for start, _, _ in then + now) for then, now in hours.values()):
            raise Refused("WORKED")
        moved = {cell for cell in cells if before.duties.get(cell) != version.duties.get(cell)}
        constant, settled = self.settled_days(version.month, version.facts), self.settled_cells()
        held = {
            cell
            for cell in moved
            if cell[1] in constant
            or cell in settled
            or cell[1] < self.today
            or any(
                self.begins(one, cell, code) <= self.now for one in (version,) for code in both(before, version, cell)
            )
        }
        if not (moved if before.status == "live" else held):
            return
        if not over_because:
            raise Refused("RE_ISSUED")
        self.rights.check(by, "withdraw")

    def put_in_force(self, version: Version) -> tuple[set[str], bool]:
        """Publish a version; who is given a copy, and whether it comes late."""
        before = self.live(version.month)
        late = before is None and self.today > self.due(version.month, version.facts)
        version.printed = self.print(version)
        told = self.told(version)
        if before:
            before.status = "superseded"
        version.status = "live"
        takers = told | {DEPARTMENT}
        for number, copies in self.copies.items():
            if self.versions[number].month == version.month:
                for who in takers & copies.keys():
                    copies[who].void = True
        self.copies[version.number] = {who: Copy() for who in takers}
        self.listed[version.number] = [DEPARTMENT, *{who for who, _ in version.duties} | told]
        self.held.setdefault(version.month, {}).update(dict.fromkeys(told, (version.number, False)))
        return told, late

    def print(self, version: Version) -> dict[Cell, object]:
        """What papers say of each day that has something to say."""
        leave = self.view(version.month, version.facts, self.granted(), on_paper=True).leave
        return dict(leave) | {cell: tuple(hours_in(version, cell)) for cell in version.duties}

    def told(self, version: Version) -> set[str]:
        """Those for whom a version says something else than what they hold, and who hold nothing that is good."""
        holding = self.held.get(version.month, {})
        found = set()
        for who in {*version.facts.people(version.month), *(who for who, _ in version.printed), *holding}:
            number, void = holding.get(who, (0, False))
            held = self.versions[number].printed if number else {}
            mine = (
                {cell: what for cell, what in printed.items() if cell[0] == who} for printed in (held, version.printed)
            )
            then, now = mine
            if void or then != now:
                found.add(who)
        return found

    def withdraw(self, number: int, by: str) -> set[str]:
        """Take a version back; who is told.

        Raises
        ------
        Refused
        """
        self.rights.check_known(by)
        version = self.versions.get(number)
        if version is None:
            raise Refused("NO_VERSION")
        if version.status != "live":
            raise Refused("NO_STEP")
        self.rights.check(by, "withdraw")
        version.status = "withdrawn"
        self.withdrawn.append(number)
        holding = self.held.get(version.month, {})
        told = {who for who, (_, void) in holding.items() if not void}
        holding.update({who: (held, True) for who, (held, _) in holding.items()})
        for one, copies in self.copies.items():
            if self.versions[one].month == version.month:
                for copy in copies.values():
                    copy.void = True
        return told

    # Receipts

    def sign(self, who: str) -> None:
        mine = [copies[who] for copies in self.copies.values() if who in copies]
        if not mine:
            raise Refused("NOT_A_RECIPIENT")
        for copy in mine:
            copy.received |= not copy.void

    def give_back(self, who: str) -> None:
        mine = [copies[who] for copies in self.copies.values() if who in copies]
        if not any(copy.void for copy in mine):
            raise Refused("STILL_GOOD" if mine else "HOLDS_NOTHING")
        for copy in mine:
            copy.returned |= copy.void

    @property
    def outstanding(self) -> set[tuple[int, str]]:
        return {(n, who) for n, copies in self.copies.items() for who, copy in copies.items() if copy.is_outstanding}


def at(day: date, minutes: int) -> datetime:
    return datetime.combine(day, datetime.min.time()) + timedelta(minutes=minutes)


def clean(duties: Changes) -> Changes:
    return {cell: codes for cell, codes in duties.items() if codes}


def both(one: Version, other: Version, cell: Cell) -> Iterator[str]:
    yield from one.duties.get(cell, ())
    yield from other.duties.get(cell, ())


def hours_in(version: Version, cell: Cell) -> list[tuple[datetime, datetime, str]]:
    """From when to when a version has somebody on which shift."""
    tables = version.facts.on(cell[1])
    return [(at(cell[1], tables.span(c)[0]), at(cell[1], tables.span(c)[1]), c) for c in version.duties.get(cell, ())]
