"""A desk's year, month after month from its ledger, with leave, swaps and absences: `python -m tests.benchmarks.year --help`.

Every month is made, published and lived through: some have leave, some swap, some cannot come. At the end the ledger
verifies, every month in force keeps its rules, balances are those that a recomputation from the rosters gives, HR's year
is the sum of its months, and it is told how far equal people are from each other. Equal are those with the same roles,
skills, part of full time and shifts, who were there all year.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from zoneinfo import ZoneInfo

import click

from scheduler.app.approvals import approve_request
from scheduler.app.change_requests import RequestList, decide_request, request_change
from scheduler.app.generate import generate_roster
from scheduler.app.hr import tell_hr
from scheduler.app.month_view import view_month
from scheduler.app.publish import publish_version
from scheduler.app.verify_log import Outside, verify_ledger
from scheduler.audit.statistics import carried_balances, total_workers
from scheduler.domain import BURDENS, Leave, Month, Problem, Roster, Worker
from scheduler.errors import SchedulerError
from scheduler.files.reading.desk import read_desk
from scheduler.ledger.store import Ledger, default_url
from scheduler.workflow.change_request import Cell, RequestKind
from scheduler.workflow.readers import Audience, Reader
from tests.support.nearest_shares import nearest
from tests.support.sample_months import sample_copy

Clock = Callable[[], datetime]
COUNTED = ("nights", "weekends", "holidays", "hours")
FIRST = Month(2027, 1)
LEAVE_HEADS = "工号,开始日期,结束日期,类别,已批准"


@dataclass
class Year:
    """What a year came to.

    Attributes
    ----------
    statuses : list of str
        What was proved of each month, each time that it was made.
    leave_days, leave_refused : int
        Days of leave that were granted, and that were not since the month was not possible with them.
    distances : mapping of str to (float, str, float)
        By burden: how far somebody came to be from their share, what was carried into the year
        counted, at most, and who; and the bound of
        `tests.support.nearest_shares`: no rosters that do the same work bring everybody nearer than that.
    balances : list
        By month, by burden: how far somebody was from their share of all months so far, at most, and who.
    spreads : mapping of (burden, group) to (people, float)
        Of equal people: how many they are, and the difference between who had most and who had least.
    faults : list of str
        What does not hold.
    """

    months: list[Month] = field(default_factory=list)
    statuses: list[str] = field(default_factory=list)
    leave_days: int = 0
    leave_refused: int = 0
    requests: int = 0
    refused: int = 0
    spreads: dict[tuple[str, str], tuple[int, float]] = field(default_factory=dict)
    distances: dict[str, tuple[float, str, float]] = field(default_factory=dict)
    balances: list[dict[str, tuple[float, str]]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


class LeaveRow(NamedTuple):
    """Leave that somebody asks for."""

    worker: str
    first: date
    last: date
    kind: str

    @property
    def days(self) -> int:
        """Calendar days of it."""
        return (self.last - self.first).days + 1


def at(day: date, hour: int, zone: str) -> Clock:
    """A clock that stands."""
    moment = datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(zone))
    return lambda: moment


class Life:
    """A desk that lives through its months."""

    def __init__(
        self, desk: Path, seed: int, *, time_limit: float, cores: int, head: str, requests: bool = True
    ) -> None:
        self.requests = requests
        self.desk, self.rng, self.head = desk, random.Random(seed), head
        self.time_limit, self.cores, self.seed = time_limit, cores, seed
        self.zone = read_desk(desk).desk.zone
        path = desk / "leave.csv"
        self.leave_table = path.read_text("utf-8-sig").splitlines() if path.exists() else [LEAVE_HEADS]
        self.leave: list[LeaveRow] = []
        self.year = Year()
        self.rosters: list[tuple[Problem, Roster]] = []

    def live(self, month: Month) -> None:
        """Make a month, publish it, and let happen what happens."""
        before = month.previous.first + timedelta(days=20)
        granted = asked = self._ask_for_leave(month)
        self._write_leave(granted)
        while (made := self._make(month, at(before, 9, self.zone))) is None and granted:
            granted = granted[: len(granted) // 2]  # as a manager would: whoever asked first gets it
            self._write_leave(granted)
        self.leave += granted
        self.year.leave_days += sum(row.days for row in granted)
        self.year.leave_refused += sum(row.days for row in asked[len(granted) :])
        if made is None:
            self.year.faults.append(f"{month}: no roster")
            return
        self.year.months.append(month)
        publish_version(self.desk, made, self.head, now=at(before, 10, self.zone), late_because="年", over_because="年")
        for turn in range(3 if self.requests else 0):
            self._ask(month, at(month.first + timedelta(days=5 + 6 * turn), 9, self.zone), absent=turn == 2)
        view = view_month(self.desk, month, reader=Reader(Audience.AUDITOR))
        problem, roster = view.edition.problem, view.edition.roster
        self.rosters.append((problem, roster))
        carried = carried_balances(problem, roster)
        self.year.balances.append(
            {name: max((abs(getattr(one, name)), who) for who, one in carried.items()) for name in COUNTED}
        )
        self.year.faults += [f"{month}: {one.say('en', problem.names)}" for one in view.edition.audit.broken]

    def _ask_for_leave(self, month: Month) -> list[LeaveRow]:
        """Leave that some would have in a month, in the order in which they ask."""
        found = []
        for worker in read_desk(self.desk).workers:
            if self.rng.random() < 0.15 and worker.employed(month.first) and worker.employed(month.last):
                first = month.first + timedelta(days=self.rng.randrange(20))
                last = min(first + timedelta(days=self.rng.randint(0, 4)), month.last)
                found.append(LeaveRow(worker.id, first, last, self.rng.choice(("年假", "事假"))))
        self.rng.shuffle(found)
        return found

    def _write_leave(self, granted: list[LeaveRow]) -> None:
        """The table of leave: what the sample has, what was granted before, and this."""
        heads = self.leave_table[0].split(",")
        rows = [[row.worker, str(row.first), str(row.last), row.kind, "是"] for row in (*self.leave, *granted)]
        lines = [",".join([*cells, *[""] * (len(heads) - len(cells))]) for cells in rows]
        (self.desk / "leave.csv").write_text("\n".join([*self.leave_table, *lines, ""]), "utf-8")

    def _make(self, month: Month, now: Clock) -> int | None:
        done = generate_roster(
            self.desk,
            month,
            time_limit=self.time_limit,
            seed=self.seed,
            cores=self.cores,
            by=self.head,
            now=now,
        )
        self.year.statuses.append(done.outcome.status)
        return done.version

    def _ask(self, month: Month, now: Clock, *, absent: bool) -> None:
        """Somebody swaps with somebody, or cannot come."""
        view = view_month(self.desk, month, reader=Reader(Audience.AUDITOR))
        later = [duty for duty in view.edition.roster.duties if duty.day > now().date() + timedelta(days=3)]
        if len(later) < 2:
            return
        mine, theirs = self.rng.sample(later, 2)
        parts = (
            {"leave": Leave(mine.worker, mine.day, mine.day, "sick")}
            if absent
            else {"give": Cell(mine.worker, mine.day), "take": Cell(theirs.worker, theirs.day)}
        )
        kind, by = RequestKind.ABSENCE if absent else RequestKind.SWAP, mine.worker
        with suppress(SchedulerError):
            asked = request_change(self.desk, kind, by, "年", now=now, offering=False, **parts)
            if asked.request.number:
                for who in RequestList.waiting(asked.request):
                    decide_request(self.desk, "confirmed", asked.request.number, who, now=now)
                approver = next(one for one in (*asked.deciders, self.head) if one != by)
                approve_request(self.desk, asked.request.number, approver, "年", now=now)
                self.year.requests += 1
                return
        self.year.refused += 1

    def finish(self) -> Year:
        """What the year came to."""
        year, files = self.year, read_desk(self.desk)
        with Ledger(default_url(self.desk)) as ledger:
            proof = verify_ledger(files, ledger, None, Outside(), at(date(2028, 3, 1), 9, self.zone))
            year.faults += [one.say("en") for one in proof.broken]
        if year.months:
            self._check_hr()
        if self.rosters:
            end = carried_balances(*self.rosters[-1])
            for name in BURDENS:
                most, who = max((abs(getattr(one, name)), who) for who, one in end.items())
                year.distances[name] = most, who, nearest(self.rosters, files.rulebook.rules, name)
        for group, workers in self._equals().items():
            for name in COUNTED:
                sums = dict.fromkeys(workers, 0.0)
                for problem, roster in self.rosters:
                    for total in total_workers(problem, roster):
                        if total.id in sums:
                            sums[total.id] += getattr(total, name)
                year.spreads[name, group] = len(workers), max(sums.values()) - min(sums.values())
        return year

    def _check_hr(self) -> None:
        """HR's year is the sum of its months, to the minute."""
        now = at(date(2028, 3, 1), 9, self.zone)
        first, last = self.year.months[0].first, self.year.months[-1].last
        whole = {one.id: one for one in tell_hr(self.desk, days=(first, last), now=now).report.people}
        sums: dict[tuple[str, str], float] = {}
        for month in self.year.months:
            for one in tell_hr(self.desk, month, now=now).report.people:
                for name, value in minutes_of(one).items():
                    sums[one.id, name] = sums.get((one.id, name), 0) + value
        for who, sheet in whole.items():
            for name, value in minutes_of(sheet).items():
                if sums.get((who, name), 0) != value:
                    self.year.faults.append(f"HR: {who} {name} {value} in the year, {sums.get((who, name))} by months")

    def _equals(self) -> dict[str, list[str]]:
        """People there all year with the same roles, skills, time and shifts, by what they share."""
        found: dict[str, list[str]] = {}
        for worker in read_desk(self.desk).workers:
            if self.rosters and all(worker.employed(problem.first) for problem, _ in self.rosters):
                found.setdefault(_same(worker), []).append(worker.id)
        return {group: workers for group, workers in found.items() if len(workers) > 1}


def minutes_of(sheet: object) -> dict[str, float]:
    """What of a person's sheet adds up over months."""
    planned, worked = (getattr(sheet, name).total for name in ("planned", "worked"))
    names = ("due_minutes", "nights", "night_minutes", "rest_taken", "statutory_duty", "swaps", "worked_days")
    return {"planned": planned, "worked": worked} | {name: getattr(sheet, name) for name in names}


def _same(worker: Worker) -> str:
    skills = sorted(skill.name for skill in worker.skills)
    shifts = "/".join(worker.only_shifts) or "*"
    kind = "/".join(one.kind.value for one in worker.protections)
    return " ".join(filter(None, ("+".join(sorted(worker.roles)), "+".join(skills), f"{worker.share:g}", shifts, kind)))


def live_through(
    desk: Path, months: int, seed: int, *, time_limit: float, cores: int, requests: bool = True
) -> Iterator[Year]:
    """The desk's year, told after every month and at its end."""
    files = read_desk(desk)
    life = Life(desk, seed, time_limit=time_limit, cores=cores, head=files.procedure.officials[0].id, requests=requests)
    month = FIRST
    for _ in range(months):
        life.live(month)
        yield life.year
        month = month.next
    yield life.finish()


@click.command()
@click.option("--sample", "samples", multiple=True, default=("three_shift_desk", "call_centre"), show_default=True)
@click.option("--months", type=click.IntRange(1, 13), default=12, show_default=True)
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--time-limit", type=float, default=60.0, show_default=True, help="Seconds a month.")
@click.option("--cores", type=int, default=2, show_default=True)
@click.option("--requests/--no-requests", default=True, show_default=True, help="Swaps and absences once published.")
def main(samples: tuple[str, ...], months: int, seed: int, time_limit: float, cores: int, requests: bool) -> None:
    """Live through a year and say what it came to."""
    failed = False
    for sample in samples:
        with TemporaryDirectory() as folder:
            desk = sample_copy(sample, Path(folder) / sample)
            year = Year()
            for year in live_through(desk, months, seed, time_limit=time_limit, cores=cores, requests=requests):
                said = {name: f"{most:.1f} {who}" for name, (most, who) in (year.balances or [{}])[-1].items()}
                click.echo(
                    f"{sample}: {len(year.months)} months, {len(year.faults)} faults, furthest from a share {said}"
                )
            click.echo(", ".join(year.statuses))
            refused = f"{year.leave_refused} refused"
            click.echo(
                f"leave {year.leave_days} days, {refused}, requests {year.requests} granted and {year.refused} refused"
            )
            for name, (most, who, bound) in year.distances.items():
                click.echo(
                    f"  {name:>9}: {who} {most:.1f} from a share of the year; no rosters bring all nearer than {bound:.1f}"
                )
            for (name, group), (people, spread) in sorted(year.spreads.items()):
                click.echo(f"  {name:>9} {spread:6.1f} between {people} people of {group}")
            for fault in year.faults[:40]:
                click.echo(f"  FAULT {fault}")
            failed |= bool(year.faults)
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
