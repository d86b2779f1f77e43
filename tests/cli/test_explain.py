"""`explain` says why a month is impossible: repairs as they are found, entries that may be mistyped, and the conflict."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.cli_desks import run, small_desk

JARGON = re.compile(r"guard|literal|slack|core|assumption|infeasible|subset|MUS|solver", re.IGNORECASE)


@pytest.fixture(scope="module")
def all_away(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nobody is there on 17 December: five on leave, and one ill."""
    away = [f"T{n},2026-12-17,,年假,是" for n in range(1, 6)]
    return small_desk(tmp_path_factory.mktemp("away") / "desk", leave=[*away, "T6,2026-12-17,,病假,是"])


def test_repairs_come_first_then_the_conflict(all_away: Path) -> None:
    said = run("explain", all_away, "--month", "2026-12", "--cores", "1", "--lang", "en")
    assert said.code == 1
    lines = said.out.splitlines()
    heads = [line for line in lines if not line.startswith(" ")]
    assert heads[0].startswith("Without any search")
    assert heads[1].startswith("Repair 1: these 2 decisions together")
    assert heads[1].endswith("proved to be the cheapest")
    assert "There is no other way: every other repair needs one of the decisions above (proved)." in heads
    at = next(
        at for at, line in enumerate(lines) if line.startswith("Conflict 1: no roster keeps all of these (proved)")
    )
    assert "everybody: no duty on Thu 17 Dec, on approved leave  ×6" in "\n".join(lines[at:])
    taken_back = [line for line in lines if "take back the leave of" in line]
    assert taken_back
    assert not any("试六" in line for line in taken_back)  # nobody can take back an illness
    assert not JARGON.search(said.out)


def test_it_says_the_same_in_chinese(all_away: Path) -> None:
    said = run("explain", all_away, "--month", "2026-12", "--cores", "1")
    assert said.code == 1
    assert "修复1：以下 2 项都做到，就排得出来（已试排、审核）；代价最小，已证明" in said.out
    assert "矛盾1：以下要求不能同时满足（已证明），少任何一条就可以（逐条试过）" in said.out
    assert "所有人：12月17日(周四)已批假，不排班  ×6" in said.out


def test_its_answer_as_data_holds_all_of_it(all_away: Path) -> None:
    found = run("explain", all_away, "--month", "2026-12", "--cores", "1", "--json", "--lang", "en").answer
    assert found["status"] == "IMPOSSIBLE"
    assert found["none_further"] is True
    assert [each["layer"] for each in found["repairs"]] == ["desk"] * len(found["repairs"])
    prices = [each["price"] for each in found["repairs"]]
    assert prices == sorted(prices)
    given = [(each["sentence"]) for one in found["repairs"] for each in one["decisions"]]
    assert len(given) == len(set(given))
    conflict = found["conflicts"][0]
    assert conflict["smallest"] is True
    assert {tuple(each["dates"]) for each in conflict["reasons"]} == {("2026-12-17",)}


def test_an_entry_that_alone_stands_against_the_month_may_be_mistyped(tmp_path: Path) -> None:
    """The evening of the 17th and the morning after it: 8 h of rest."""
    desk = small_desk(tmp_path / "desk", fixed=["T1,2026-12-17,晚", "T1,2026-12-18,早", "T2,2026-12-02,早"])
    said = run("explain", desk, "--month", "2026-12", "--cores", "1", "--lang", "en")
    assert said.code == 1
    _, mistaken = said.out.split(
        "Perhaps mistyped: taking out or mending any one of these alone makes the month possible"
    )
    mistaken, conflict = mistaken.split("Conflict 1")
    assert "the table of fixed duties: 试一, Thu 17 Dec, 晚" in mistaken
    assert "the table of fixed duties: 试一, Fri 18 Dec, 早" in mistaken
    assert "试二" not in said.out
    assert "take back the fixed 早 of 试一 on Fri 18 Dec" in said.out
    assert "h rest between 晚 on Thu 17 Dec and 早 on Fri 18 Dec" in conflict


def test_a_possible_month_is_said_to_be_that(tmp_path: Path) -> None:
    desk = small_desk(tmp_path / "desk")
    said = run("explain", desk, "--month", "2026-12", "--cores", "1", "--lang", "en")
    assert said.code == 0
    assert said.out.startswith("The month is possible: a roster keeps every rule (audited).")
    assert not (desk / "rosters").exists()


def test_a_month_without_an_answer_in_time_is_undecided(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = small_desk(tmp_path / "desk")
    monkeypatch.setattr(
        "scheduler.solver.possible.find_any", lambda *asked, **options: None
    )  # as when the time is over
    said = run("explain", desk, "--month", "2026-12", "--json")
    assert said.code == 3
    assert said.answer["status"] == "UNDECIDED"
    assert said.answer["conflicts"] == said.answer["repairs"] == []
