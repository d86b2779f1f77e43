"""Who was on duty at a time: by the version in force then, and in fact."""

from __future__ import annotations

from pathlib import Path

import pytest

from scheduler.app.on_duty import AtMoment, who_was_on_duty
from scheduler.app.publish import publish_version
from scheduler.app.withdraw import withdraw_version
from scheduler.domain import Leave, Overtime
from scheduler.workflow.change_request import RequestKind
from tests.app.test_hr import LATER, grant, holder, moved, other
from tests.support.cli_desks import run
from tests.support.published_desk import at, cell, dec, drafted, published_desk


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduler.files.writing.arrangement_sheets.stand_ins", lambda *_, **_named: {})


def found(desk: Path, when: str) -> AtMoment:
    return who_was_on_duty(desk, at(when)(), now=LATER)


def told(desk: Path, when: str) -> set[tuple[str, str, bool, bool]]:
    return {(one.who, one.shift, one.planned, one.there) for one in found(desk, when).people}


def test_the_version_in_force_then_says_who_was_to_be_there(tmp_path):
    desk = published_desk(tmp_path)
    publish_version(
        desk, drafted(desk, roster=moved(10)), "M1", now=at("2026-12-09 12:00"), late_because="改", over_because="改"
    )
    assert told(desk, "2026-12-10 09:00") == {(other(10), "早", True, True)}
    assert told(desk, "2026-12-03 15:59") == {(holder(3), "早", True, True)}
    assert told(desk, "2026-12-03 16:00") == {(holder(3, "晚"), "晚", True, True)}
    assert told(desk, "2026-12-03 07:59") == set()
    assert [one.number for one in found(desk, "2026-12-09 11:59").versions] == [1]
    assert [one.number for one in found(desk, "2026-12-09 12:00").versions] == [2]


def test_what_happened_stands_beside_what_was_planned(tmp_path):
    desk = published_desk(tmp_path)
    grant(desk, RequestKind.STAND_IN, give=cell(holder(3), 3), to=other(3), after_fact=True)
    overtime = Overtime(holder(4), dec(4), 60, 16 * 60)
    grant(desk, RequestKind.OVERTIME, overtime=overtime, after_fact=True)
    assert told(desk, "2026-12-03 09:00") == {(holder(3), "早", True, False), (other(3), "早", False, True)}
    assert told(desk, "2026-12-04 16:30") == {(holder(4), "", False, True), (holder(4, "晚"), "晚", True, True)}
    assert told(desk, "2026-12-04 17:00") == {(holder(4, "晚"), "晚", True, True)}


def test_who_went_home_in_the_middle_of_a_duty_was_there_until_then(tmp_path):
    desk = published_desk(tmp_path)
    who = holder(3)
    grant(desk, RequestKind.ABSENCE, leave=Leave(who, dec(3), dec(3), "sick", start=12 * 60, end=14 * 60))
    assert told(desk, "2026-12-03 11:59") == told(desk, "2026-12-03 14:00") == {(who, "早", True, True)}
    assert told(desk, "2026-12-03 12:00") == {(who, "早", True, False)}
    said = run("show", desk, "--as-of", "2026-12-03T13:00")
    assert "12:00–14:00 离岗" in said.out
    (row,) = run("show", desk, "--as-of", "2026-12-03T13:00", "--json").answer["on_duty"]
    assert row["gone"] == [["2026-12-03T12:00:00+08:00", "2026-12-03T14:00:00+08:00"]]


def test_nobody_was_planned_while_no_version_was_in_force(tmp_path):
    desk = published_desk(tmp_path)
    withdraw_version(desk, 1, "M1", "错了", now=at("2026-12-15 12:00"))
    at_noon = found(desk, "2026-12-15 17:00")
    assert (at_noon.people, [one.number for one in at_noon.versions]) == ((), [0])
    assert "no version of 2026-12 was in force" in at_noon.notes[0].say("en")
    # Who was there already is not forgotten.
    assert told(desk, "2026-12-15 12:30") == {(holder(15), "早", False, True)}


def test_the_command_answers_in_json_and_refuses_what_does_not_go_together(tmp_path):
    desk = published_desk(tmp_path)
    answer = run("show", desk, "--as-of", "2026-12-03T09:00", "--json").answer
    assert [(row["worker"], row["shift"], row["there"]) for row in answer["on_duty"]] == [(holder(3), "早", True)]
    assert answer["as_of"] == "2026-12-03T09:00:00+08:00"
    assert run("show", desk, "--as-of", "2026-12-03T01:00Z", "--json").answer["on_duty"] == answer["on_duty"]
    assert run("show", desk, "--as-of", "2026-12-03T09:00", "--version", "1").code == 2
    assert run("show", desk, "--as-of", "2026-12-32T09:00").code == 2
