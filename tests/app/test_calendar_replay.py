"""A calendar that takes in the files of one version after another has exactly the last version's duties, summer time or not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from scheduler.app.publish import publish_version
from scheduler.app.withdraw import withdraw_version
from scheduler.domain import Duty, Month, Problem, Roster
from tests.support.published_desk import at, drafted, going_round, ledger_of, new_desk

SHIFTS = ("早,早班,08:00,16:00", "晚,夜班,22:00,次日06:00")
Times = tuple[datetime, datetime]


class Store:
    """A calendar as programs keep it: an event by its identifier, the latest word on it, nothing that was cancelled."""

    def __init__(self) -> None:
        self.events: dict[str, tuple[int, bool, Times]] = {}

    def take(self, path: Path) -> None:
        """Import a file."""
        for event in Calendar.from_ical(path.read_bytes()).walk("VEVENT"):
            known = self.events.get(str(event["UID"]), (-1,))
            sequence = int(str(event["SEQUENCE"]))
            if sequence >= known[0]:
                times = (event.decoded("DTSTART").astimezone(UTC), event.decoded("DTEND").astimezone(UTC))
                self.events[str(event["UID"])] = sequence, str(event["STATUS"]) != "CANCELLED", times

    @property
    def times(self) -> list[Times]:
        """What it shows."""
        return sorted(times for _, shown, times in self.events.values() if shown)


def moved(*changes: tuple[str, date, str]) -> Callable[[Problem], Roster]:
    """The roster that goes round, with some cells otherwise."""

    def roster(problem: Problem) -> Roster:
        cells = {(who, day) for who, day, _ in changes}
        kept = [duty for duty in going_round(problem).duties if (duty.worker, duty.day) not in cells]
        return Roster([*kept, *(Duty(who, day, code) for who, day, code in changes if code)])

    return roster


def expected(roster: Roster, worker: str, zone: str) -> list[Times]:
    """A person's duties by the wall where the desk is, as moments; reckoned here from the hours of the shifts."""
    hours = {"早": (8, 16), "晚": (22, 30)}
    found = []
    for duty in roster.duties:
        if duty.worker == worker:
            midnight = datetime(duty.day.year, duty.day.month, duty.day.day)
            walls = (midnight + timedelta(hours=hour) for hour in hours[duty.shift])
            start, end = (wall.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for wall in walls)
            found.append((start, end))
    return sorted(found)


@pytest.mark.parametrize(
    ("zone", "month", "switch"),
    [
        ("Europe/Berlin", Month(2027, 3), date(2027, 3, 27)),
        ("Europe/Berlin", Month(2027, 10), date(2027, 10, 30)),
        ("Asia/Shanghai", Month(2027, 3), date(2027, 3, 27)),
    ],
)
def test_importing_each_version_in_turn_leaves_exactly_the_last_ones_duties(tmp_path, zone, month, switch, monkeypatch):
    monkeypatch.setattr("scheduler.files.writing.arrangement_sheets.stand_ins", lambda *_, **_named: {})
    desk = new_desk(tmp_path / "desk", shifts=SHIFTS, keys=[f'zone = "{zone}"', 'calendar = "none"'])
    settings = desk / "desk.toml"
    settings.write_text(settings.read_text("utf-8").replace("08:00-24:00", "08:00-16:00"), "utf-8")
    turn_of = {(switch - month.first).days - n: f"T{n + 1}" for n in range(6)}
    night, second = (next(who for turn, who in turn_of.items() if turn % 6 == place) for place in (1, 3))
    turns = [
        going_round,
        moved((night, switch, ""), (second, switch, "晚")),  # the night of the switch given away
        moved((night, switch, "早"), (second, switch, "晚")),  # and something else for it
    ]
    before = month.first - timedelta(days=20)
    stores: dict[str, Store] = {}
    folder = desk / "rosters"
    taken: set[Path] = set()
    for turn, roster in enumerate(turns):
        number = drafted(desk, month, roster=roster, legal=False)
        clock = at(f"{before + timedelta(days=turn)} 10:00", zone)
        publish_version(desk, number, "M1", now=clock, late_because="改", over_because="改")
        for path in sorted(set(folder.rglob("*.ics")) - taken):
            stores.setdefault(path.name.split("-")[4], Store()).take(path)
            taken.add(path)
        with ledger_of(desk) as ledger:
            now = Roster(ledger.version("small", number).duties)
        assert {who: store.times for who, store in stores.items()} == {
            who: expected(now, who, zone) for who in (f"T{n}" for n in range(1, 7))
        }
    withdraw_version(desk, number, "M1", "错了", now=at(f"{before + timedelta(days=9)} 10:00", zone))
    for path in set(folder.rglob("*.ics")) - taken:
        stores[path.name.split("-")[4]].take(path)
    assert {who: store.times for who, store in stores.items()} == {f"T{n}": [] for n in range(1, 7)}
