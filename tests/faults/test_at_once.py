"""Many approvals at one moment: each lands on the roster that is in force by then, or is told that the roster moved.

`FAULT_PROCESSES` says how many.
"""

from __future__ import annotations

import os
from collections import Counter
from functools import partial
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from scheduler.app.approvals import approve_request
from scheduler.app.change_requests import RequestList, decide_request, request_change
from scheduler.app.months import month_problem
from scheduler.app.publish import publish_version
from scheduler.app.repair import repair_papers
from scheduler.audit.audit import audit
from scheduler.domain import Duty, Leave, Month, Problem, Roster
from scheduler.errors import Refusal, RosterMoved
from scheduler.files.reading.desk import read_desk
from scheduler.ledger.store import Ledger, VersionStatus, default_url
from scheduler.workflow.change_request import RequestKind, RequestState
from scheduler.workflow.replay import replay_requests
from scheduler.workflow.verdict import VerdictWord
from tests.faults.children import PROCESSES, approve_one, do_together
from tests.support.cli_desks import HEADERS
from tests.support.published_desk import (
    CYCLE,
    IN_TIME,
    NOW,
    cell,
    dec,
    drafted,
    new_desk,
    off,
    told,
    with_changes,
)
from tests.support.whole_commands import papers_agree

ALL = int(os.environ.get("FAULT_PROCESSES", "6"))
MOST_OF_SIX = 24  # requests of a group of six in a month that leave each other alone, but for the pairs


@pytest.fixture(params=["sqlite", "postgresql"])
def busy(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str]:
    """A desk with many confirmed requests, by threes: the second of them cannot stand beside the first.

    Somebody who is free is to come early, the same one late on the evening before; and the day after that
    somebody is ill, for whom another has to come.
    """
    desk = new_desk(tmp_path / "desk", keys=["swap_quota = 100"])
    groups = [range(6 * n + 1, 6 * n + 7) for n in range(-(-ALL // MOST_OF_SIX))]
    people = [f"T{n},试{n},班长;{group.start}组" for group in groups for n in group]
    demand = [f"{code},all,{group.start}组,,1,1," for group in groups for code in "早晚"]
    for table, rows in (("people", people), ("demand", demand)):
        (desk / f"{table}.csv").write_text("\n".join([HEADERS[table], *rows, ""]), encoding="utf-8")
    store = default_url(desk) if request.param == "sqlite" else str(request.getfixturevalue("postgresql_url"))
    drafted(desk, store=store, roster=all_going_round)
    done = publish_version(desk, 1, "M1", store=store, now=IN_TIME)
    live = Roster(done.row.duties)

    for number in range(1, ALL + 1):
        group, place = divmod(number - 1, MOST_OF_SIX)
        third, what = divmod(place, 3)
        day, team = 8 + 3 * third, [f"T{n}" for n in groups[group]]
        on = partial(_find_on_duty, live, team)
        free = next(who for who in team if not any(live.on(who, dec(each)) for each in range(day - 2, day + 2)))
        common: dict[str, Any] = {"store": store, "now": NOW}
        if what == 0:
            asked = request_change(
                desk, RequestKind.STAND_IN, free, "有事", give=cell(on(day, "早"), day), to=free, **common
            )
        elif what == 1:
            asked = request_change(
                desk, RequestKind.STAND_IN, free, "有事", give=cell(on(day - 1, "晚"), day - 1), to=free, **common
            )
        else:
            leave = Leave(on(day + 1, "早"), dec(day + 1), dec(day + 1), "sick")
            asked = request_change(desk, RequestKind.ABSENCE, leave.worker, "病了", leave=leave, **common)
        assert asked.verdict.word == (VerdictWord.ALLOWED_WITH if what == 2 else VerdictWord.ALLOWED)
        assert asked.request.number == number
        for who in RequestList.waiting(asked.request):
            decide_request(desk, "confirmed", number, who, **common)
    return desk, store


def all_going_round(problem: Problem) -> Roster:
    """Every group of six by turns."""
    return Roster(
        Duty(worker.id, day, code)
        for number, worker in enumerate(problem.workers)
        for day in problem.dates
        if (code := CYCLE[off(problem, number, day)])
    )


def report_efforts(efforts: list[tuple[float, int, list[float]]], answers: Counter[str]) -> None:
    """Print what the approvals took."""
    locked = [milliseconds for _, _, each in efforts for milliseconds in each]
    print(
        f"{dict(answers)}; slowest answer {max(seconds for seconds, *_ in efforts):.1f} s;"
        f" {sum(judgements for _, judgements, _ in efforts)} judgements, at most"
        f" {max(judgements for _, judgements, _ in efforts)} of one;"
        f" under the lock {median(locked):.1f} ms at the median, {max(locked):.1f} at most"
    )


def _find_on_duty(live: Roster, team: list[str], day: int, code: str) -> str:
    return next(who for who in team if live.on(who, dec(day)) == (code,))


def test_each_lands_on_what_is_in_force_by_then_or_is_told_that_it_moved(busy: tuple[Path, str]) -> None:
    desk, store = busy
    start, answers = PROCESSES.Barrier(ALL), PROCESSES.Queue()
    children = [
        PROCESSES.Process(target=approve_one, args=(desk, store, number, start, answers))
        for number in range(1, ALL + 1)
    ]
    for child in children:
        child.start()
    came: list[tuple[int, str, int | None, bool, Any, tuple[float, int, list[float]]]] = [
        answers.get(timeout=550) for _ in children
    ]
    for child in children:
        child.join(60)
    assert [child.exitcode for child in children] == [0] * ALL
    report_efforts([took for *_, took in came], Counter(one[1] for one in came))
    assert not [text for _, what, _, _, text, _ in came if what == "fault"], came
    assert [judgements for *_, (_, judgements, _) in came] == [1] * ALL  # nobody is overtaken while judging
    landed = {version: (number, changes) for number, what, version, _, changes, _ in came if what == "landed"}
    moved = {number for number, what, *_ in came if what == "moved"}
    assert len(landed) + len(moved) == ALL  # no two landed as one version
    with Ledger(store) as ledger:
        assert ledger.broken_links("small") == []
        rows, entries = ledger.versions("small"), ledger.entries("small")
    # each landed once, on the version before its own
    assert [row.number for row in rows] == [1, *sorted(v for v in landed if v)]
    assert [row.number for row in rows if row.status == VersionStatus.LIVE] == [rows[-1].number]
    approved = [entry for entry in entries if entry.event == "approved"]
    assert [entry.facts["request"] for entry in approved] == [landed[row.number][0] for row in rows[1:]]
    assert [entry.facts["version"] for entry in approved] == [row.number for row in rows[:-1]]
    for before, after in pairwise(rows):
        assert told(Roster(after.duties).changes_from(Roster(before.duties))) == landed[after.number][1]
    # none is lost: its cells stand in what is in force, but where a later one moved them
    final: dict[tuple[str, int], str] = {}
    for row in rows[1:]:
        final |= {(worker, day): code for worker, day, _, code in landed[row.number][1]}
    in_force = Roster(rows[-1].duties)
    assert all("+".join(in_force.on(worker, dec(day))) == code for (worker, day), code in final.items())
    files = read_desk(desk)
    with Ledger(store) as ledger:
        problem = month_problem(files, ledger, Month(2026, 12))
    assert not audit(problem, files.rulebook, in_force).broken
    requests = replay_requests(entries)
    assert all(requests[number].state == RequestState.CONFIRMED for number in moved)
    assert all(requests[number].state == RequestState.APPROVED for number, _ in landed.values())
    seen = Counter(what for _, what, *_ in came)
    seen["checked again"] = sum(rechecked for *_, rechecked, _, _ in came)
    seen["asked back"] = sum(entry.event == "rechecked" for entry in entries)
    print(dict(seen))
    of_pairs = [len(moved & {one, one + 1}) for one in range(1, ALL, 3)]
    assert min(of_pairs) == 1
    assert max(of_pairs) == 1 or ALL > 6  # of many, whoever stands in for the ill may keep both from landing
    repair_papers(desk, store=store, now=NOW)
    papers_agree(desk, rows, entries)
    # those that were told so may be approved after a second look, or never can be
    for number in sorted(moved):
        try:
            approve_request(desk, number, "M2", store=store, now=NOW)
        except RosterMoved:
            with pytest.raises(Refusal):
                approve_request(desk, number, "M2", store=store, now=NOW)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_whoever_publishes_withdraws_and_approves_at_once_leaves_one_in_force_at_most(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    desk = new_desk(tmp_path / "desk")
    store = default_url(desk) if kind == "sqlite" else str(request.getfixturevalue("postgresql_url"))
    drafted(desk, store=store)
    publish_version(desk, 1, "M1", store=store, now=IN_TIME)
    for day in (8, 14):  # two drafts, each with a cell of its own
        drafted(desk, store=store, roster=with_changes(("T2", day, ""), ("T5", day, "早")))
    request_change(desk, RequestKind.STAND_IN, "T1", "有事", give=cell("T1", 19), to="T4", store=store, now=NOW)
    decide_request(desk, "confirmed", 1, "T4", store=store, now=NOW)
    works = [("publish", 2), ("publish", 3), ("approve", 1), ("withdraw", 1), ("withdraw", 2), ("approve", 1)]
    start, answers = PROCESSES.Barrier(len(works)), PROCESSES.Queue()
    children = [PROCESSES.Process(target=do_together, args=(*work, desk, store, start, answers)) for work in works]
    for child in children:
        child.start()
    came = [answers.get(timeout=300) for _ in children]
    for child in children:
        child.join(60)
    assert not [one for one in came if one[2].startswith("fault")], came
    with Ledger(store) as ledger:
        assert ledger.broken_links("small") == []
        rows, entries = ledger.versions("small"), ledger.entries("small")
    done = [(what, number) for what, number, how in came if how == "done"]
    logged = Counter(entry.event for entry in entries)
    assert logged["withdrawn"] == sum(what == "withdraw" for what, _ in done)
    assert logged["approved"] == sum(what == "approve" for what, _ in done) <= 1
    assert logged["published"] == 1 + sum(what in ("publish", "approve") for what, _ in done)
    assert sum(row.status == VersionStatus.LIVE for row in rows) <= 1
    in_force = 0
    for entry in entries:  # at no moment was there more than one
        in_force += {"published": 1, "superseded": -1, "withdrawn": -1}.get(entry.event, 0)
        assert in_force in (0, 1)
    repair_papers(desk, store=store, now=NOW)
    papers_agree(desk, rows, entries)
