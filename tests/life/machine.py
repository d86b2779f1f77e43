"""The state machine: which step comes next, and what of; drawn by hypothesis, which also finds the shortest life that disagrees."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.life.both import MONTHS, Both
from tests.life.desks import CODES, HOURS, NOBODY, OFFICIALS, ONE_DAY, Away, Person, Tables
from tests.life.model import Ask, Life, days_of_month, month_of
from tests.life.program import without_papers
from tests.life.rights import OVERRIDES

Draw = Any  # what `st.data()` gives
LATE_BECAUSE, OVER_BECAUSE = "系统故障", "重排"
HOUR = 60
DAY = 24 * HOUR
RIGHTS = [
    (),
    (("approve", ("T1", "M1")), ("override_quota", ("M1",))),
    (("approve_swap", ("班长",)), ("override", ("M2",)), ("enter", ("M2",))),
    (("publish", ("M1",)), ("withdraw", ()), ("approve_leave", ())),
]
# How often each step is taken, and what there has to be for it: a version, a draft, a roster in force, a request.
STEPS = {
    "wait": (9, ""),
    "approve": (9, "request"),
    "generate": (4, ""),
    "draft_by_hand": (3, "version"),
    "replan": (3, "live"),
    "publish": (8, "draft"),
    "withdraw": (3, "live"),
    "print_again": (1, "version"),
    "swap": (8, "live"),
    "stand_in": (8, "live"),
    "absence": (5, "live"),
    "leave": (5, "live"),
    "cancel_leave": (3, "request"),
    "surge": (2, "live"),
    "edit_cells": (4, "live"),
    "undo": (4, "request"),
    "tables": (3, "live"),
    "confirm_all": (5, "request"),
    "grant": (9, "request"),
    "decide": (4, "request"),
    "receipts": (4, "version"),
    "edit_tables": (4, ""),
}


class Lives(RuleBasedStateMachine):
    """Random lives of tiny desks.

    Attributes
    ----------
    store : callable
        A new ledger's place, `None` for a file in the desk's folder.
    counts : Counter
        Of all lives: steps by kind and outcome.
    """

    store: Callable[[], str | None] = staticmethod(lambda: None)
    counts: ClassVar[Counter[str]] = Counter()
    unsure: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="life"))
        self.papers = without_papers()
        self.papers.__enter__()
        self.both: Both | None = None

    def teardown(self) -> None:
        self.papers.__exit__(None, None, None)
        shutil.rmtree(self.folder)
        if self.both:
            Lives.counts += self.both.counts
            Lives.unsure += self.both.unsure

    @property
    def it(self) -> Both:
        assert self.both is not None
        return self.both

    @property
    def life(self) -> Life:
        return self.it.life

    @initialize(people=st.sampled_from([4, 3, 5]), months=st.sampled_from([2, 1, 0]), wait=st.integers(0, 30))
    def begin(self, people: int, months: int, wait: int) -> None:
        """A desk with some months published in time, some days later."""
        self.both = Both(self.folder / uuid4().hex, people, type(self).store())
        for month in MONTHS[:months]:
            self.it.generate(month)
            self.it.publish(len(self.life.versions), "M1", "", "")
        self.it.wait(wait * DAY)
        self.it.check()

    # Drawing

    def pick(self, draw: Draw, options: Any) -> Any:
        return draw.draw(st.sampled_from(list(options)))

    def who(self, draw: Draw) -> str:
        """Somebody of the desk, now and then a stranger."""
        people = self.it.people
        return str(self.pick(draw, [*people * 4, *OFFICIALS, NOBODY]))

    def decider(self, draw: Draw) -> str:
        return str(self.pick(draw, ["M1"] * 8 + ["M2"] * 4 + [*self.it.people, NOBODY]))

    def day(self, draw: Draw) -> date:
        """A day of a month in force, mostly of the days to come, often near the edge between months."""
        days = [day for month in MONTHS if self.life.live(month) for day in days_of_month(month)]
        days = days or days_of_month(MONTHS[0])
        ahead = [day for day in days if self.life.today <= day <= self.life.today + timedelta(days=16)]
        edges = [day for month in MONTHS for day in (month - 2 * ONE_DAY, month - ONE_DAY, month, month + ONE_DAY)]
        edges = [day for day in edges if day in days]
        past = [day for day in days if self.life.today - timedelta(days=3) <= day <= self.life.today]
        pools = [pool for pool in (ahead, ahead, ahead, edges, past, days) if pool]
        return date.fromordinal(self.pick(draw, self.pick(draw, pools)).toordinal())

    def cell(self, draw: Draw, day: date | None = None, *, busy: bool = True) -> tuple[str, date]:
        """A person's day, mostly with a duty (or without one)."""
        day = day or self.day(draw)
        row = self.life.live(month_of(day))
        roster = self.life.as_worked(row) if row else {}
        fitting = [who for who in self.it.people if bool(roster.get((who, day))) == busy]
        return self.pick(draw, [*(fitting or self.it.people) * 5, self.who(draw)]), day

    def away(self, draw: Draw, kinds: list[str]) -> Away:
        who, day = self.cell(draw)
        return Away(who, day, day + self.pick(draw, [0, 0, 1, 2, 3]) * ONE_DAY, self.pick(draw, kinds))

    def ask(self, draw: Draw, kind: str, **parts: Any) -> None:
        by = parts.pop("by", None) or self.pick(draw, ["M2", *OFFICIALS, self.who(draw)])
        aside = self.pick(draw, [(), (), (), *((what,) for what in OVERRIDES), OVERRIDES])
        spared = self.pick(draw, [()] * 5 + [(self.who(draw),)])
        self.it.ask(Ask(kind=kind, by=by, aside=aside, spared=spared, **parts))

    @rule(draw=st.data())
    def step(self, draw: Draw) -> None:
        """One step, mostly one for which there is something."""
        versions = self.life.versions.values()
        there = {one.status for one in versions} | ({"version"} if versions else set())
        there |= {"", *(["request"] if self.life.requests else [])}
        anything = self.pick(draw, range(40)) == 39
        weights = {name: weight for name, (weight, needed) in STEPS.items() if anything or needed in there}
        name = self.pick(draw, [name for name, weight in weights.items() for _ in range(weight)])
        with self.it.telling():
            getattr(self, name)(draw)
            self.it.check()

    # Versions

    def generate(self, draw: Draw) -> None:
        now = min(max(month_of(self.life.today), MONTHS[0]), MONTHS[-1])
        self.it.generate(self.pick(draw, [month for month in MONTHS if month >= now]))

    def replan(self, draw: Draw) -> None:
        day = self.day(draw)
        month = self.pick(draw, [*[month_of(day)] * 8, *MONTHS])
        self.it.replan(month, day, self.pick(draw, [True, False]))

    def draft_by_hand(self, draw: Draw) -> None:
        self.it.pick = lambda options: self.pick(draw, options)
        self.it.draft_by_hand(self.pick(draw, MONTHS))

    def publish(self, draw: Draw) -> None:
        drafts = [one.number for one in self.life.versions.values() if one.status == "draft"]
        number = self.pick(draw, [*drafts[-2:] * 4, *self.life.versions, 99])
        late, over = self.pick(draw, ["", LATE_BECAUSE]), self.pick(draw, ["", OVER_BECAUSE, OVER_BECAUSE])
        self.it.publish(number, self.decider(draw), late, over)

    def withdraw(self, draw: Draw) -> None:
        live = [one.number for one in self.life.versions.values() if one.status == "live"]
        number = self.pick(draw, [*live * 6, *self.life.versions, 99])
        self.it.withdraw(number, self.pick(draw, [self.decider(draw), self.who(draw), self.who(draw)]))

    def print_again(self, draw: Draw) -> None:
        self.it.print_again(self.pick(draw, [*self.life.versions]))

    # Requests

    def swap(self, draw: Draw) -> None:
        give = self.cell(draw)
        take = self.cell(draw)
        if give[0] == take[0]:
            take = self.cell(draw)
        by = self.pick(draw, [give[0], take[0], "M2"])
        self.ask(draw, "swap", by=by, give=give, take=take, after_fact=self.pick(draw, [False] * 5 + [True]))

    def stand_in(self, draw: Draw) -> None:
        give = self.cell(draw)
        to, _ = self.cell(draw, give[1], busy=False)
        by = self.pick(draw, [give[0], to, "M2"])
        self.ask(draw, "stand_in", by=by, give=give, to=to, after_fact=self.pick(draw, [False] * 4 + [True]))

    def absence(self, draw: Draw) -> None:
        self.ask(draw, "absence", leave=self.away(draw, ["sick", "personal"]))

    def leave(self, draw: Draw) -> None:
        away = self.away(draw, ["annual", "personal", "sick"])
        self.ask(draw, "leave", by=self.pick(draw, [away.who, "M2"]), leave=away)

    def cancel_leave(self, draw: Draw) -> None:
        known = [away for one in self.life.requests.values() if (away := one.leave) and one.state == "approved"]
        known += list(self.life.tables.leave)
        away = self.pick(draw, [*known * 3, self.away(draw, ["annual"])])
        first = self.pick(draw, away.days)
        self.ask(draw, "cancel_leave", off=replace(away, first=first, last=self.pick(draw, [first, away.last])))

    def surge(self, draw: Draw) -> None:
        self.ask(draw, "surge", surge=(self.day(draw), self.pick(draw, [1.5, 2.0, 0.5])))

    def edit_cells(self, draw: Draw) -> None:
        one = self.cell(draw)
        two = self.cell(draw, self.pick(draw, [one[1], None]), busy=False)
        codes = [self.pick(draw, ["", "", *CODES]), self.pick(draw, [*CODES, ""])]
        cells = {one: codes[0], two: codes[1]}
        rows = tuple((*cell, code) for cell, code in cells.items())
        self.ask(draw, "edit", cells=rows, after_fact=self.pick(draw, [False] * 4 + [True]))

    def undo(self, draw: Draw) -> None:
        approved = [one.number for one in self.life.requests.values() if one.state == "approved"]
        self.ask(draw, "undo", undoes=self.pick(draw, [*approved * 9, *self.life.requests, 99]))

    def tables(self, draw: Draw) -> None:
        self.ask(draw, "tables", since=self.day(draw))

    # Steps of requests

    def confirm_all(self, draw: Draw) -> None:
        waiting = [one for one in self.life.requests.values() if one.is_open and one.awaited]
        if waiting:
            one = self.pick(draw, waiting)
            for who in one.awaited:
                self.it.decide("confirmed", one.number, who)

    def grant(self, draw: Draw) -> None:
        """Everybody who has to confirms, and somebody who may approves."""
        waiting = [one for one in self.life.requests.values() if one.is_open]
        if waiting:
            one = self.pick(draw, waiting[::-1])
            for who in one.awaited:
                self.it.decide("confirmed", one.number, who)
            may = sorted(self.life.rights.approvers(one, {cell[0] for cell, _, _ in one.changes}))
            self.it.approve(one.number, self.pick(draw, may or OFFICIALS))

    def decide(self, draw: Draw) -> None:
        event = self.pick(draw, ["confirmed", "refused", "cancelled"])
        number = self.pick(draw, [*self.life.requests, 99])
        self.it.decide(event, number, self.pick(draw, [self.decider(draw), self.who(draw), self.who(draw)]))

    def approve(self, draw: Draw) -> None:
        ready = [one.number for one in self.life.requests.values() if one.is_open and not one.awaited]
        self.it.approve(self.pick(draw, [*ready * 6, *self.life.requests, 99]), self.decider(draw))

    # Receipts, clock, tables

    def receipts(self, draw: Draw) -> None:
        who = self.pick(draw, [*self.it.people, "行政人事部", NOBODY])
        back = self.pick(draw, [False, True])
        (self.it.give_back if back else self.it.sign)(who)

    def wait(self, draw: Draw) -> None:
        self.it.wait(self.pick(draw, [30, 5 * HOUR, 8 * HOUR, 15 * HOUR, DAY, 2 * DAY, 5 * DAY, 11 * DAY]))

    def edit_tables(self, draw: Draw) -> None:
        tables = self.life.tables
        edits: dict[str, Callable[[], Tables]] = {
            "hours": lambda: replace(tables, hours=self.pick(draw, HOURS.values())),
            "people": lambda: replace(tables, people=self._other_people(draw)),
            "demand": lambda: replace(tables, least=(*Tables(()).least, *self._more_heads(draw))),
            "leave": lambda: replace(tables, leave=self._other_leave(draw)),
            "calendar": lambda: replace(
                tables, special=self.pick(draw, [(), ((self.day(draw), self.pick(draw, ["holiday", "workday"])),)])
            ),
            "rules": lambda: replace(tables, most_in_a_row=self.pick(draw, [6, 5, 4])),
            "terms": lambda: replace(
                tables,
                quota=self.pick(draw, [2, 1, 3]),
                notice_hours=self.pick(draw, [24, 0, 48, 23]),
                publish_by=self.pick(draw, [7, 3]),
                holiday_lead=self.pick(draw, [7, 10]),
            ),
            "rights": lambda: replace(
                tables,
                rights=self.pick(draw, RIGHTS),
                approver_roles=self.pick(draw, [(), (), ("班长",)]),
                officials=self.pick(draw, [OFFICIALS, OFFICIALS, OFFICIALS[:1], ()]),
            ),
            "name": lambda: replace(tables, name=self.pick(draw, ["小台", "新台"])),
        }
        what = self.pick(draw, edits)
        self.it.edit(what, edits[what]())

    def _other_people(self, draw: Draw) -> tuple[Person, ...]:
        people = self.life.tables.people
        newcomer = Person("T9", "新来", hired=self.pick(draw, [None, self.day(draw)]))
        leaver = replace(people[-1], leaves=self.pick(draw, [None, self.day(draw)]))
        renamed = replace(people[1], name=self.pick(draw, ["改名", "试乙"]), role=self.pick(draw, ["", "主管"]))
        without = tuple(one for one in people if one.id != "T9")
        others = [(*without, newcomer), without, (*people[:-1], leaver), (people[0], renamed, *people[2:])]
        return tuple(self.pick(draw, others))

    def _more_heads(self, draw: Draw) -> tuple[tuple[str, date | None, int], ...]:
        row = (self.pick(draw, CODES), self.day(draw), self.pick(draw, [2, 0]))
        return (row,) if self.pick(draw, [True, True, False]) else ()

    def _other_leave(self, draw: Draw) -> tuple[Away, ...]:
        day = self.day(draw)
        row = Away(self.pick(draw, self.it.people), day, day + self.pick(draw, [0, 2]) * ONE_DAY, "annual")
        apart = all(
            one.who != row.who or one.last < row.first or row.last < one.first for one in self.life.tables.leave
        )
        return (*self.life.tables.leave, row) if apart and self.pick(draw, [False, True]) else ()
