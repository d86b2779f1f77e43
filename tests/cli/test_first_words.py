"""`check` and `generate` say first what stands against a month; `generate` says it before it looks for a repair."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from scheduler.app.generate import generate_roster
from scheduler.app.making import REPAIR_SHARE
from scheduler.audit.first_words import FirstWords
from scheduler.domain import Month, Problem
from scheduler.errors import SolverFault
from scheduler.solver.repairs import Repairs
from tests.support.cli_desks import generate, run, small_desk

LONG_NIGHT = ("日,日班,08:30,16:30", "夜,夜班,16:30,+1 08:30")
NOBODY_HAS_NIGHT = "nobody can have 夜 (every day of Dec): 夜 is 16 h on end, the cap is 8 h"
REPAIR = "scheduler.solver.repairs.find_repairs"
MONTH = Month(2026, 12)


@pytest.fixture(scope="module")
def long_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """D1: no shift of the night keeps the cap on continuous work."""
    return small_desk(tmp_path_factory.mktemp("long") / "desk", people=4, shifts=LONG_NIGHT)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Looks for no repair, and notes with what it was asked for."""
    asked: dict[str, Any] = {}
    monkeypatch.setattr(REPAIR, lambda *_, **options: asked.update(options) or Repairs())
    return asked


def test_check_leads_with_the_cause_and_what_could_be_changed(long_night: Path) -> None:
    said = run("check", long_night, "--month", "2026-12", "--lang", "en")
    assert said.code == 1
    head, told, cause, change, *rest = said.out.splitlines()
    assert "no fault in the tables" in head
    assert told == "Without any search, 1 thing(s) make this month impossible:"
    assert cause.startswith(f"  ✗ {NOBODY_HAS_NIGHT}")
    assert change.startswith("      could change: desk.toml [rules.continuous_work] hours = 8")
    assert "As it stands it cannot work, for the reasons above" in rest
    assert not any(line.startswith("  ✗ Tue 1 Dec 夜") for line in rest)  # not day by day once more
    assert (
        "“夜”谁也不能上（12月每天）：“夜”连续 16 小时，上限 8 小时"
        in run("check", long_night, "--month", "2026-12").out
    )


def test_check_gives_obstacles_as_data(long_night: Path) -> None:
    found = run("check", long_night, "--month", "2026-12", "--json", "--lang", "en").answer
    assert (found["status"], found["complete"]) == ("SHORT", True)
    (one,) = found["obstacles"]
    assert one["kind"] == "shift"
    assert one["sentence"].startswith(NOBODY_HAS_NIGHT)
    assert one["change"][0] == "desk.toml [rules.continuous_work] hours = 8, break_minutes = 30"
    assert (one["dates"][0], one["dates"][-1], len(one["dates"])) == ("2026-12-01", "2026-12-31", 31)
    assert {"continuous_work", "shift_cover"} <= set(one["rules"])
    assert one["missing"] == 0


def test_check_says_of_a_month_that_lacks_people_only_that(tmp_path: Path) -> None:
    desk = small_desk(tmp_path / "desk", people=2)
    said = run("check", desk, "--month", "2026-12", "--lang", "en")
    assert said.code == 1
    assert "at least 62 duties, 2 people can take 46: at least 1 more people are needed" in said.out
    assert "Not enough people" in said.out
    found = run("check", desk, "--month", "2026-12", "--json").answer["obstacles"]
    assert [(one["kind"], one["missing"]) for one in found] == [("heads", 1)]


def test_check_has_nothing_to_say_of_a_desk_at_which_all_works(tmp_path: Path) -> None:
    desk = small_desk(tmp_path / "desk")
    said = run("check", desk, "--month", "2026-12", "--lang", "en")
    assert said.code == 0
    assert "Without any search" not in said.out
    assert run("check", desk, "--month", "2026-12", "--json").answer["obstacles"] == []


def test_check_says_where_it_had_no_time_for_everything(long_night: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduler.audit.paper.MOST_LITERALS", 10)
    said = run("check", long_night, "--month", "2026-12", "--lang", "en")
    assert "There was no time to look at everything" in said.out
    assert run("check", long_night, "--month", "2026-12", "--json").answer["complete"] is False


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_generate_says_first_words_before_it_looks_for_a_repair(
    long_night: Path, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said_before: list[str] = []

    def look(*_: object, **__: object) -> Repairs:
        sys.stdout.flush()
        captured: Any = sys.stdout.buffer  # by `run`
        said_before.append(captured.getvalue().decode())
        return Repairs()

    monkeypatch.setattr(REPAIR, look)
    said = run("generate", long_night, "--month", "2026-12", "--lang", lang)
    assert said.code == 1
    (before,) = said_before
    assert ("“夜”谁也不能上" if lang == "zh" else NOBODY_HAS_NIGHT) in before
    assert said.out.startswith(before)
    assert said.out.count("✗") == 1  # once
    assert ("没有找到修复" if lang == "zh" else "No repair was found") in said.out


def test_generate_searches_for_nothing_but_a_repair_in_a_share_of_the_time(
    long_night: Path, quick: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.solver.solve.solve", None)  # not even called
    found = generate(long_night, "--time-limit", "40", "--lang", "en").answer
    assert found["status"] == "IMPOSSIBLE"
    assert [one["kind"] for one in found["obstacles"]] == ["shift"]
    assert quick["time_limit"] == 40 * REPAIR_SHARE
    assert quick["cores"] == 1


def test_generate_asks_the_solver_where_paper_finds_nothing(tmp_path: Path, quick: dict[str, Any]) -> None:
    # two working days, two days off: half of three people, and two are needed each day; rule by rule there are enough
    rules = "[rules.days_in_a_row]\nmost = 2\n[rules.days_off_in_a_row]\nleast = 2\n"
    desk = small_desk(tmp_path / "desk", people=3, rules=rules)
    assert run("check", desk, "--month", "2026-12", "--json").answer["obstacles"] == []
    found = generate(desk, "--time-limit", "40").answer
    assert found["status"] == "IMPOSSIBLE"
    assert found["obstacles"] == []
    assert quick["time_limit"] == 20


def test_several_desks_keep_their_first_words_to_their_own_lines(
    long_night: Path, tmp_path: Path, quick: dict[str, Any]
) -> None:
    other = small_desk(tmp_path / "other", people=2)
    said = run("generate", long_night, other, "--month", "2026-12", "--lang", "en", "--time-limit", "60")
    assert said.code == 1
    assert said.out.index(f"{long_night}:") < said.out.index(NOBODY_HAS_NIGHT) < said.out.index(f"{other}:")
    assert said.out.index(f"{other}:") < said.out.index("2 people can take 46")


def test_a_repair_names_days_and_people_together(tmp_path: Path) -> None:
    away = [f"T{n},2026-12-{17 + n % 2},2026-12-19,病假,是" for n in range(1, 7)]
    desk = small_desk(tmp_path / "desk", leave=away)
    said = run("generate", desk, "--month", "2026-12", "--cores", "1", "--lang", "en")
    lowered = (
        "lower the minimum of people for 早 on Fri 18 Dec to Sat 19 Dec from 1 to 0 (or find 1 more from elsewhere)"
    )
    assert f"    · {lowered}  ×2" in said.out, said.out
    assert said.out.count("  ×2") == 4  # two shifts, each with its minimum and its hours
    first = "Fri 18 Dec to Sat 19 Dec, 早, 晚: at least 1 people; 08:00–16:00: at least 1 at the desk"
    assert first in said.out
    assert "of 6 who count nobody can: everybody: no duty on Fri 18 Dec to Sat 19 Dec, on approved leave" in said.out


def test_a_roster_of_a_month_that_paper_calls_impossible_is_a_fault(
    tmp_path: Path, long_night: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[FirstWords] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(REPAIR, lambda *_, **__: Repairs())
        generate_roster(long_night, MONTH, tell=lambda words, _: told.append(words), time_limit=40.0)

    def wrongly(problem: Problem, *_: object, **__: object) -> FirstWords:
        return told[0]

    monkeypatch.setattr("scheduler.app.making.first_words", wrongly)
    desk = small_desk(tmp_path / "desk")
    with pytest.raises(SolverFault, match=r"breaks no rule|不违反"):
        generate_roster(desk, MONTH, cores=1, time_limit=40.0)
    with pytest.raises(SolverFault, match=r"disagree|不一致"):
        generate_roster(desk, MONTH, cores=1, time_limit=40.0, certify=True)
