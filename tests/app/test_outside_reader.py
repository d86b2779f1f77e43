"""From the exported change log alone an outside reader tells who was on duty, every request's story and every holder.

A quarter of a small desk's life is drawn. What was done is written down beside it, and what was in force is read from the
ledger after each step; then the workbook is exported, and read by a script that knows nothing of the program.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from scheduler.app.approvals import approve_request
from scheduler.app.change_requests import decide_request, request_change
from scheduler.app.log import read_log, tell_desk_log, write_change_log
from scheduler.app.publish import publish_version
from scheduler.app.receipts import keep_receipts
from scheduler.app.withdraw import withdraw_version
from scheduler.domain import Leave, Month, Overtime
from scheduler.errors import Refusal
from scheduler.files.reading.desk import read_desk
from scheduler.ledger.store import VersionRow, VersionStatus
from scheduler.workflow.change_request import STATE_NAMES, Cell, RequestKind
from scheduler.workflow.desk_log import take_excerpt
from scheduler.workflow.overrides import Override
from scheduler.workflow.replay import replay_requests
from scheduler.workflow.worked import worked_cells
from tests.support.outside_reader import Cells, CopyHeld, LogReader
from tests.support.published_desk import drafted, going_round, ledger_of, new_desk

ZONE = ZoneInfo("Asia/Shanghai")
MONTHS = (Month(2026, 12), Month(2027, 1), Month(2027, 2))
DAYS = [day for month in MONTHS for day in month.days()]
TEAM = [f"T{n}" for n in range(1, 7)]
EVERYTHING = tuple(Override)
SEEDS = (3, 6)


@dataclass
class Quarter:
    """A desk's life of three months, and what was done in it.

    Attributes
    ----------
    in_force : list
        After each step, when it was, and the roster in force of each month that has one.
    done : mapping
        By request, the steps that were taken: what, by whom, because.
    """

    desk: Path
    draw: random.Random
    now: datetime = datetime(2026, 11, 20, 10, tzinfo=ZONE)
    in_force: list[tuple[datetime, dict[Month, Cells]]] = field(default_factory=list)
    done: dict[int, list[tuple[str, str, str]]] = field(default_factory=dict)

    def clock(self) -> datetime:
        return self.now

    def live(self) -> dict[Month, VersionRow]:
        with ledger_of(self.desk) as ledger:
            return {row.month: row for row in ledger.versions("small") if row.status == VersionStatus.LIVE}

    def note(self) -> None:
        """Write down what is in force now."""
        rosters: dict[Month, Cells] = {}
        for month, row in self.live().items():
            cells = rosters.setdefault(month, {})
            for duty in row.duties:
                cell = duty.worker, duty.day
                cells[cell] = f"{cells[cell]}+{duty.shift}" if cell in cells else duty.shift
        self.in_force.append((self.now, rosters))

    def publish(self, month: Month) -> None:
        """Put a month in force, whoever begins the round."""
        for first in self.draw.sample(range(6), 6):
            number = drafted(self.desk, month, roster=partial(going_round, first=first), legal=False)
            try:
                publish_version(self.desk, number, "M1", late_because="迟了", over_because="重排", now=self.clock)
            except Refusal:
                continue
            return

    def ask(self, kind: RequestKind, by: str, **parts) -> None:
        asked = request_change(self.desk, kind, by, because := f"事{self.draw.randrange(99)}", now=self.clock, **parts)
        if asked.request.number:
            self.done[asked.request.number] = [("申请", by, because)]

    def duties_from(self, day: date) -> list[Cell]:
        return [Cell(duty.worker, duty.day) for row in self.live().values() for duty in row.duties if duty.day >= day]

    def stand_in(self) -> None:
        give = self.draw.choice(self.duties_from(self.now.date() + timedelta(days=2)))
        self.ask(
            RequestKind.STAND_IN,
            give.worker,
            give=give,
            to=self.draw.choice(TEAM),
            override="急",
            sets_aside=EVERYTHING,
        )

    def stood_in(self) -> None:
        give = self.draw.choice([one for one in self.duties_from(date(2026, 12, 1)) if one.day < self.now.date()])
        self.ask(RequestKind.STAND_IN, "M2", give=give, to=self.draw.choice(TEAM), after_fact=True)

    def away(self) -> None:
        give = self.draw.choice(self.duties_from(self.now.date() - timedelta(days=1)))
        leave = Leave(give.worker, give.day, give.day + timedelta(days=self.draw.randrange(2)), "sick")
        self.ask(self.draw.choice((RequestKind.ABSENCE, RequestKind.LEAVE)), "M2", leave=leave)

    def overtime(self) -> None:
        give = self.draw.choice(self.duties_from(self.now.date() + timedelta(days=1)))
        self.ask(RequestKind.OVERTIME, give.worker, overtime=Overtime(give.worker, give.day, 60))

    def take_back(self) -> None:
        self.ask(RequestKind.UNDO, "M2", undoes=self.draw.choice(list(self.done)))

    def decide(self) -> None:
        """Let everybody who has to confirm a request that is open, and an approver or somebody concerned end it."""
        with ledger_of(self.desk) as ledger:
            requests = replay_requests(ledger.entries("small")).values()
        request = self.draw.choice([one for one in requests if one.is_open])
        for who in [one for one in TEAM if one not in request.confirmed]:
            try:
                decide_request(self.desk, "confirmed", request.number, who, "行", now=self.clock)
                self.done[request.number].append(("确认", who, "行"))
            except Refusal:
                continue
        end = self.draw.choice(["批准"] * 4 + ["驳回", "撤回"])
        if end == "批准":
            approved = approve_request(self.desk, request.number, "M1", "同意", now=self.clock)
            self.done[request.number].append(("批准", "M1", "同意"))
            for other in approved.overtaken:
                self.done[other.number].append(("落空", "M1", ""))
            if request.undoes:
                self.done[request.undoes].append(("撤销", "M1", "同意"))
        else:
            event, by = ("refused", "M1") if end == "驳回" else ("cancelled", request.by)
            decide_request(self.desk, event, request.number, by, "不办了", now=self.clock)
            self.done[request.number].append((end, by, "不办了"))

    def sign(self) -> None:
        keep_receipts(self.desk, sign=self.draw.sample(TEAM, 3), by="M2", now=self.clock)

    def give_back(self) -> None:
        keep_receipts(self.desk, returned=[self.draw.choice(TEAM)], now=self.clock)

    def withdraw(self) -> None:
        month, row = self.draw.choice(list(self.live().items()))
        withdraw_version(self.desk, row.number, "M2", "算错了", now=self.clock)
        self.note()
        self.now += timedelta(minutes=5)
        self.publish(month)

    def live_through(self, steps: int) -> None:
        kinds: list[Callable[[], None]] = (
            [self.stand_in] * 4 + [self.decide] * 8 + [self.away] * 3 + [self.sign] * 2 + [self.give_back]
        )
        kinds += [self.give_back, self.overtime, self.take_back, self.stood_in, self.stood_in, self.withdraw]
        months = list(MONTHS)
        for _ in range(steps):
            if months and self.now.date() >= months[0].first - timedelta(days=12):
                step: Callable[[], None] = partial(self.publish, months.pop(0))
            else:
                step = self.draw.choice(kinds)
            with suppress(Refusal, IndexError):  # not to be had now; nothing was done
                step()
            self.note()
            self.now += timedelta(minutes=self.draw.randrange(60, 60 * 24 * 190 // steps))


@pytest.fixture(scope="module", params=SEEDS)
def quarter(request, tmp_path_factory) -> Quarter:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scheduler.files.writing.arrangement_sheets.stand_ins", lambda *_, **_named: {})
        desk = new_desk(tmp_path_factory.mktemp("quarter") / "desk")
        lived = Quarter(desk, random.Random(request.param))
        lived.live_through(45)
    return lived


@pytest.fixture(scope="module")
def reader(quarter, tmp_path_factory) -> LogReader:
    found = read_log(quarter.desk, whole=True)
    path = tmp_path_factory.mktemp("exported") / "log.xlsx"
    return LogReader(write_change_log(tell_desk_log(found, reader="auditor").log, found.files, path, "zh"))


def local(at: datetime) -> datetime:
    return at.astimezone(ZONE).replace(tzinfo=None, microsecond=0)


def test_the_quarter_had_something_to_tell(quarter):
    taken = {step for steps in quarter.done.values() for step, *_ in steps}
    assert taken >= {"申请", "确认", "批准"}
    assert taken & {"驳回", "撤回"}
    assert len({month for _, rosters in quarter.in_force for month in rosters}) == len(MONTHS)
    with ledger_of(quarter.desk) as ledger:
        events = Counter(entry.event for entry in ledger.entries("small"))
    assert min(events[event] for event in ("superseded", "received", "returned", "entered")) > 0, events


def test_it_tells_who_was_on_duty_on_every_day_by_the_version_in_force_then(quarter, reader):
    for day in DAYS:
        evening = datetime(day.year, day.month, day.day, 23, 59, tzinfo=ZONE)
        known = [rosters for at, rosters in quarter.in_force if at <= evening]
        cells = known[-1].get(Month.of(day), {}) if known else {}
        expected = {worker: shifts for (worker, when), shifts in cells.items() if when == day}
        assert reader.on_duty(day, evening.replace(tzinfo=None)) == expected, day


def test_the_excerpt_of_a_month_tells_as_much_of_it(quarter, reader, tmp_path):
    log = tell_desk_log(read_log(quarter.desk, whole=True), reader="auditor").log
    for month in MONTHS:
        path = write_change_log(
            take_excerpt(log, month=month), read_desk(quarter.desk), tmp_path / f"{month}.xlsx", "zh"
        )
        excerpt = LogReader(path)
        for day in month.days():
            evening = datetime(day.year, day.month, day.day, 23, 59)
            assert excerpt.on_duty(day, evening) == reader.on_duty(day, evening), day
        of_month = {row["版本"] for row in reader.sheets["版本"] if row["月份"] == str(month)}
        assert excerpt.copies() == {key: copy for key, copy in reader.copies().items() if key[0] in of_month}
        asked = {row["申请号"] for row in reader.sheets["申请"] if str(month) in row["月份"].split("/")}
        assert excerpt.states() == {number: state for number, state in reader.states().items() if number in asked}
        assert all(excerpt.story(number) == reader.story(number) for number in asked)


def test_it_tells_the_whole_roster_at_every_step(quarter, reader):
    for at, rosters in quarter.in_force:
        for month in MONTHS:
            version = reader.version_in_force(str(month), local(at))
            assert (reader.roster(version) if version else {}) == rosters.get(month, {}), (at, month)


def test_it_tells_what_was_worked_otherwise(quarter, reader):
    with ledger_of(quarter.desk) as ledger:
        worked = worked_cells(ledger.entries("small"))
    assert reader.worked() == {cell: "+".join(codes) for cell, codes in worked.items()}


def test_it_tells_every_request_s_story(quarter, reader):
    assert reader.states().keys() == quarter.done.keys()
    for number, steps in quarter.done.items():
        assert [step for step in reader.story(number) if step[0] != "重新核对"] == steps, number
    with ledger_of(quarter.desk) as ledger:
        requests = replay_requests(ledger.entries("small"))
    assert reader.states() == {number: STATE_NAMES[one.state].zh for number, one in requests.items()}
    assert {number: reader.asked(number)[0] for number in requests} == {
        number: one.by for number, one in requests.items()
    }


def test_what_a_request_moved_is_what_the_rosters_differ_in(quarter, reader):
    for row in reader.sheets["版本"]:
        if row["申请号"] and row["取代第几版"]:
            before, after = reader.roster(row["取代第几版"]), reader.roster(row["版本"])
            differs = {cell: after.get(cell, "") for cell in {*before, *after} if before.get(cell) != after.get(cell)}
            moved = {
                cell: codes
                for cell, codes in reader.moved_by(row["申请号"]).items()
                if f"{cell[1]:%Y-%m}" == row["月份"]
            }
            assert moved == differs, row["版本"]


def test_it_tells_every_holder_of_a_copy(quarter, reader):
    with ledger_of(quarter.desk) as ledger:
        entries = ledger.entries("small")
    months = {entry.version: entry.facts["month"] for entry in entries if entry.event == "drafted"}
    held: dict[tuple[int, str], CopyHeld] = {}

    def end(entry: Any, who: Collection[str] | None = None) -> None:
        """Make the copies of the entry's month void, of these people or of all."""
        for (version, one), copy in held.items():
            if months[version] == months[entry.version] and (who is None or one in who) and not copy.void_since:
                held[version, one] = copy._replace(void_since=at(entry))

    def at(entry: Any) -> datetime:
        return local(entry.at)

    for entry in entries:
        facts: Any = entry.facts
        if entry.event == "published":
            takers = [*facts["given"], *(one for kind, one, _ in facts["recipients"] if kind == "department")]
            end(entry, takers)
            nobody = (None, "")
            held |= {(entry.version or 0, one): CopyHeld(at(entry), nobody, None, nobody) for one in takers}
        elif entry.event == "withdrawn":
            end(entry)
        elif entry.event in ("received", "returned"):
            key = entry.version or 0, facts["recipient"]
            mark = at(entry), entry.by
            held[key] = (
                held[key]._replace(received=mark) if entry.event == "received" else held[key]._replace(returned=mark)
            )
    assert reader.copies() == held
