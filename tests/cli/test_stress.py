"""How much a roster takes, by the command line.

The desk of `published_desk`: 早 and 晚 by turns, one person each, then four days off.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from scipy.stats import binomtest

from scheduler.time_limit import TimeLimit
from tests.cli.test_versions import answered, pinned, quick, refused
from tests.support.cli_desks import run
from tests.support.published_desk import drafted, new_desk


@pytest.fixture(autouse=True)
def _evening(monkeypatch: pytest.MonkeyPatch) -> None:
    pinned(monkeypatch)
    quick(monkeypatch)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    desk = new_desk(tmp_path_factory.mktemp("stress") / "desk")
    drafted(desk)
    return desk


@pytest.fixture
def desk(once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(once, tmp_path / "desk"))


def test_one_or_two_may_be_away_every_day_where_four_are_off(desk: Path) -> None:
    said = answered("stress", desk)
    one, two = said["results"]
    assert (said["status"], said["version"], said["days"], said["moves"]) == ("DONE", 1, 31, 4)
    assert (one["total"], one["stand_ins"], one["low"], one["high"]) == (62, 62, 1.0, 1.0)
    assert (two["total"], two["tried"], two["enumerated"]) == (31, 31, True)
    assert sum(two[word] for word in ("left", "stand_ins", "moves", "lost", "open")) == 31
    assert len(one["slots"]) == 62
    assert said["reserves"]["for"] == [1, 2]


def test_what_is_lost_is_told_with_the_fewest_reserves(desk: Path) -> None:
    """T4 to T6 are on leave on the 2nd: T1 and T2 work, T3 had 早 the day after, so that one can be missed, not two."""
    (desk / "leave.csv").write_text(
        "工号,开始日期,结束日期,类别,已批准\n" + "".join(f"T{n},2026-12-02,2026-12-02,年假,是\n" for n in (4, 5, 6)),
        "utf-8",
    )
    drafted(desk)
    said = answered("stress", desk, "--version", "2", "--moves", "0")
    one, two = said["results"]
    lost = [row for row in two["weak"] if row["date"] == "2026-12-02"]
    assert [(row["word"], row["away"], row["shifts"]) for row in lost] == [("lost", ["T1", "T2"], ["早", "晚"])]
    need = said["reserves"]
    assert need["safe_days"] == 31 - len({row["date"] for row in one["weak"] + two["weak"]})
    assert need["number"] == need["least"]
    assert need["safe_days_with"] >= 30
    shown = run("stress", desk, "--version", "2", "--moves", "0")
    assert shown.code == 0
    assert "12-02 三" in shown.out
    everything = answered("stress", desk, "--version", "2", "--moves", "0", "--safe", "100")["reserves"]
    assert (everything["number"], everything["safe_days_with"]) == (everything["least"], 31)
    assert {"date": "2026-12-02"}.items() <= everything["where"][0].items()


def test_a_sample_says_its_size_and_its_interval(desk: Path) -> None:
    (one,) = answered("stress", desk, "--absences", "2", "--samples", "10", "--moves", "0", "--seed", "3")["results"]
    assert (one["tried"], one["total"], one["enumerated"]) == (10, 31, False)
    exact = binomtest(10 - one["lost"], 10).proportion_ci(0.95, "exact")
    assert (one["low"], one["high"]) == pytest.approx((exact.low, exact.high))
    assert "共 31 种，随机抽 10 种" in run("stress", desk, "--absences", "2", "--samples", "10", "--moves", "0").out


def test_what_is_not_decided_in_time_is_said(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduler.app.stress.TimeLimit", lambda seconds: TimeLimit(seconds - 180))
    said = run("stress", desk, "--absences", "1", "--json")
    (one,) = said.answer["results"]
    assert (said.code, said.answer["status"], one["open"], one["low"], one["high"]) == (3, "UNDECIDED", 62, 0.0, 1.0)


def test_days_that_are_past_are_left_out(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pinned(monkeypatch, at="2026-12-30 09:30")
    said = answered("stress", desk, "--absences", "1", "--moves", "0")
    assert (said["days"], said["results"][0]["total"]) == (2, 4)
    assert any("12月30日" in note for note in said["notes"])


def test_a_version_of_another_month_is_refused(desk: Path) -> None:
    said = refused(("stress", desk, "--version", "1", "--month", "2027-01"), desk)
    assert said.answer["errors"] == ["第 1 版是 2026-12 的，不是 2027-01 的"]
