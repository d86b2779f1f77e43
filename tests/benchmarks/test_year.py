"""A shortened year of a small desk, lived through as the benchmark does it."""

from __future__ import annotations

from tests.benchmarks.year import live_through
from tests.support.published_desk import new_desk


def test_two_months_are_made_published_and_lived_through_and_add_up(tmp_path, monkeypatch):
    monkeypatch.setattr("scheduler.files.writing.arrangement_sheets.stand_ins", lambda *_, **_named: {})
    desk = new_desk(tmp_path / "desk")
    year = list(live_through(desk, 2, 3, time_limit=20, cores=1))[-1]
    assert year.faults == []
    assert [str(month) for month in year.months] == ["2027-01", "2027-02"]
    assert year.requests + year.refused == 6
    assert year.requests > 0
    assert {people for people, _ in year.spreads.values()} == {6}
