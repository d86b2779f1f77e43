"""What a request's answer offers, by the command line: partners, days, whom to ring, and the commands that ask for them.

The desk of `test_change_requests`, everybody with a phone. It is the evening of 23 November.
"""

from __future__ import annotations

import shlex
import shutil
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_versions import answered, pinned, quick, refused, stands
from tests.support.cli_desks import Said, run
from tests.support.published_desk import drafted, events, going_round, new_desk

WHY = ("--by", "T1", "--because", "家里有事")
TOO_SOON = ("--give", "T1@2026-12-08", "--to", "T3", *WHY)  # T3 begins early on the 9th: somebody else has to move
NO_LEADERS = '[rules.shift_leader]\nenabled = false\nbecause = "nobody here leads"'
SICK = ("--absent", "T1@2026-12-07", "--kind", "sick", "--because", "发烧")

NOBODY_ELSE = tuple(word for n in range(2, 8) for word in ("--not", f"T{n}"))


@pytest.fixture(autouse=True)
def _evening(monkeypatch: pytest.MonkeyPatch) -> None:
    pinned(monkeypatch)
    quick(monkeypatch)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    desk = new_desk(tmp_path_factory.mktemp("offers") / "desk", people=7, role="客服", rules=NO_LEADERS)
    people = (desk / "people.csv").read_text("utf-8").splitlines()
    extra = ["可上班次,电话", *(f",000-000{n}" for n in range(1, 7)), "早,000-0007"]
    rows = [f"{row},{more}" for row, more in zip(people, extra, strict=True)]
    (desk / "people.csv").write_text("\n".join([*rows, ""]), "utf-8")
    drafted(desk, roster=partial(going_round, first=0))
    with pytest.MonkeyPatch.context() as patch:
        pinned(patch)
        quick(patch)
        assert run("publish", desk, "--version", "1", "--by", "M1").code == 0
    return desk


@pytest.fixture
def desk(once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(once, tmp_path / "desk"))


def asked(desk: Path, *words: str) -> dict[str, Any]:
    """The answer to a request, whatever it is."""
    return run("swap", "request", desk, *words, "--json").answer


def typed(command: str, *more: str) -> Said:
    """Type a command that was offered."""
    program, *words = shlex.split(command)
    assert program == "scheduler"
    return run(*words, *more)


def states(desk: Path) -> dict[int, str]:
    return {one["request"]: one["state"] for one in answered("swap", "list", desk, "--for", "auditor")["requests"]}


# CASES E20: what needs fewer changes is offered, and can be asked for as it is printed


def test_partners_who_need_fewer_changes_are_offered_with_commands_that_work(desk: Path) -> None:
    said = asked(desk, *TOO_SOON)
    assert (said["verdict"], len(said["further"]), said["alternatives"]) == ("allowed_with", 2, [])
    assert said["offers"]
    assert all(one["further"] < 2 for one in said["offers"])
    order = [one["further"] for one in said["offers"]]
    assert order == sorted(order)
    best = said["offers"][0]
    assert (best["further"], best["proved"]) == (0, True)
    assert best["to"] != "T3"
    again = typed(best["command"], "--json").answer
    assert (again["verdict"], again["further"], again["instead_of"]) == ("allowed", [], 1)
    assert states(desk) == {1: "cancelled", 2: "requested"}
    assert {one["worker"]: one["against"] for one in said["against"]}["T7"]  # takes early shifts only


def test_in_words_the_offers_fit_on_a_screen_and_verbose_tells_all(desk: Path) -> None:
    out = run("swap", "request", desk, *TOO_SOON).out
    for part in (
        "改动更少的办法：",
        "  1. ",
        "顶 试一",
        "不牵动别人",
        "--instead 1",
        "不行的：",
        "可上班次以外" * 0,
        "种办法",
    ):
        assert part in out, part
    assert "试七" in out
    assert len(out.splitlines()) < 45
    whole = run("swap", "request", desk, *TOO_SOON, "--instead", "1", "--verbose").out
    assert len(whole) > len(out)


def test_a_swap_is_offered_other_days_and_other_partners(desk: Path) -> None:
    # T1 would have 晚 on the 8th and 早 on the 9th of T3's
    said = asked(desk, "--give", "T1@2026-12-13", "--take", "T3@2026-12-09", *WHY)
    assert said["verdict"] in ("allowed_with", "refused")
    assert said["offers"]
    for one in said["offers"]:
        assert one["kind"] in ("swap", "stand_in")
    best = said["offers"][0]
    assert typed(best["command"], "--json").answer["verdict"] == "allowed"


def test_for_leave_other_days_and_whom_to_ask_are_offered(desk: Path) -> None:
    said = asked(desk, "--leave", "T1@2026-12-07", "--until", "2026-12-08", "--kind", "annual", *WHY)
    assert said["verdict"] == "allowed_with"
    assert [one["instead_of"] for one in said["ring"]] == ["T1", "T1"]
    for one in said["offers"]:
        assert one["further"] < len(said["further"])
        assert one["leave"]["worker"] == "T1"
    ready = [one for one in said["ring"][0]["candidates"] if one.get("command")]
    covered = typed(ready[0]["command"], "--json").answer
    assert covered["verdict"] in ("allowed", "allowed_with")
    assert ready[0]["worker"] in covered["waiting_for"]  # whoever takes it over has to agree
    assert {(one["worker"], one["date"]): one["after"] for one in covered["changes"]}[
        ready[0]["worker"], "2026-12-07"
    ] == "早"


def test_for_an_absence_the_ring_list_has_commands_too(desk: Path) -> None:
    said = asked(desk, *SICK, "--by", "M1")
    (ring,) = said["ring"]
    assert (ring["date"], ring["shift"], ring["instead_of"]) == ("2026-12-07", "早", "T1")
    able = [one for one in ring["candidates"] if not one["against"]]
    assert sum(one["chosen"] for one in able) == 1
    other = next(one for one in able if not one["chosen"] and not one["overtime"])
    found = typed(other["command"], "--json").answer
    assert (found["verdict"], found["further"], found["instead_of"]) == ("allowed", [], 1)
    assert found["waiting_for"] == [other["worker"]]
    assert states(desk) == {1: "cancelled", 2: "requested"}


def test_what_is_refused_before_any_rule_has_offers_too(desk: Path) -> None:
    said = asked(desk, "--give", "T1@2026-12-08", "--to", "T2", *WHY)  # T2 has a duty of their own
    assert said["verdict"] == "refused"
    assert 1 <= len(said["alternatives"]) <= 3
    assert said["alternatives"][0].keys() == {"kind", "give", "take", "to"}
    assert "--instead" not in said["offers"][0]["command"]  # nothing was recorded
    assert typed(said["offers"][0]["command"], "--json").answer["verdict"] == "allowed"


# What it does beside its cells


def test_what_drops_below_target_and_whose_hours_move_is_told_of_what_is_allowed_too(desk: Path) -> None:
    said = asked(desk, "--give", "T1@2026-12-07", "--to", "T4", *WHY)
    assert (said["verdict"], said["below_target"]) == ("allowed", [])
    hours = {one["worker"]: (one["before"], one["after"]) for one in said["hours"]}
    assert {who: after - before for who, (before, after) in hours.items()} == {"T1": -8, "T4": 8}
    out = run("swap", "request", desk, "--give", "T1@2026-12-13", "--to", "T4", *WHY).out
    assert "工时变动：试一 " in out
    assert "→" in out.partition("工时变动")[2]


def test_an_absence_that_nobody_makes_good_says_what_is_short_and_whom_to_ring(desk: Path) -> None:
    said = asked(desk, *SICK, "--by", "M1", *NOBODY_ELSE)
    assert (said["verdict"], said["further"]) == ("short", [])
    (row,) = said["below_target"]
    assert (row["date"], row["shift"], row["before"], row["after"], row["target"]) == ("2026-12-07", "早", 1, 0, 1)
    (ring,) = said["ring"]
    assert (ring["shift"], ring["instead_of"]) == ("早", None)
    assert {one["worker"] for one in ring["candidates"]} == {f"T{n}" for n in range(2, 8)}
    assert all("--not" in one["against"][0] for one in ring["candidates"])
    out = run("swap", "request", desk, *SICK, "--by", "M1", *NOBODY_ELSE, "--instead", "1").out
    for part in (
        "低于目标：",
        "“早”：1→0 人（目标 1，最少 1），缺 1",
        "“早”仍缺人，可以找：",
        "没有人可以接",
        "已写明不找：",
        "不找、不动：试二、试三",
    ):
        assert part in out, part


# Not this one


def further(said: dict[str, Any]) -> set[str]:
    return {one["worker"] for one in said["further"]}


def test_who_does_not_answer_is_left_out_when_asked_when_approved_and_when_taken_back(desk: Path) -> None:
    (first,) = further(asked(desk, *SICK, "--by", "M1"))
    said = asked(desk, *SICK, "--not", first, "--instead", "1", "--by", "M1")
    (second,) = further(said)
    assert second != first
    against = {one["worker"]: one["against"] for one in said["ring"][0]["candidates"]}
    assert "--not" in against[first][0]
    commands = [one["command"] for one in said["ring"][0]["candidates"] if "command" in one]
    assert commands
    assert all(f"--not {first} " in command for command in commands)
    # the roster moves meanwhile, so that the approval judges anew: the second has another duty by then
    moved = answered("swap", "request", desk, "--give", "T5@2026-12-11", "--to", "T1", "--by", "T5", "--because", "换")
    assert answered("swap", "confirm", desk, str(moved["request"]), "--by", "T1")
    answered("swap", "approve", desk, str(moved["request"]), "--by", "M2")
    done = run("swap", "approve", desk, "2", "--by", "M2", "--json")
    if done.code:  # it moves others than the approver saw: look at it and approve again
        done = run("swap", "approve", desk, "2", "--by", "M2", "--json")
    assert done.code == 0, done
    assert done.answer["rechecked"]
    assert first not in done.answer["people"]
    back = answered("swap", "request", desk, "--undo", "2", "--by", "M1", "--because", "好了")
    assert first not in {one["worker"] for one in back["changes"]}
    assert row_of(desk, 2)["spared"] == [first]
    assert row_of(desk, back["request"])["spared"] == [first]


def row_of(desk: Path, number: int) -> dict[str, Any]:
    entries = answered("log", desk, "--for", "auditor")["entries"]
    (found,) = [one for one in entries if one["event"] == "requested" and one["request"] == number]
    return dict(found["facts"]) if "facts" in found else dict(found)


@pytest.mark.parametrize(
    ("words", "code", "part"),
    [
        ((*TOO_SOON, "--not", "T3"), 1, "不能同时写明不找"),
        ((*TOO_SOON, "--not", "T9"), 1, "没有这个人：T9"),
        ((*SICK, "--by", "M1", "--not", "T1"), 1, "不能同时写明不找"),
    ],
)
def test_who_cannot_be_left_out_is_said(words: tuple[str, ...], code: int, part: str, desk: Path) -> None:
    before = stands(desk)
    said = run("swap", "request", desk, *words, "--json")
    assert said.code == code
    assert any(part in reason for reason in said.answer["reasons"])
    assert stands(desk) == before


def test_leave_is_refused_where_all_others_are_left_out(desk: Path) -> None:
    assert asked(desk, "--leave", "T1@2026-12-13", *WHY)["verdict"] == "allowed_with"
    assert asked(desk, "--leave", "T1@2026-12-13", *WHY, *NOBODY_ELSE, "--instead", "1")["verdict"] == "refused"


# In the place of another


def test_a_request_takes_the_place_of_an_open_one_only_where_it_is_recorded(desk: Path) -> None:
    asked(desk, *TOO_SOON)
    before = stands(desk)
    said = run("swap", "request", desk, "--give", "T1@2026-12-08", "--to", "T2", *WHY, "--instead", "1", "--json")
    assert (said.code, said.answer["instead_of"]) == (1, None)
    assert stands(desk) == before
    assert "--instead 1" in said.answer["offers"][0]["command"]
    told = run("swap", "request", desk, "--give", "T1@2026-12-08", "--to", "T4", *WHY, "--instead", "1")
    assert told.code == 0
    assert "第 1 号申请已撤回，由本申请代替" in told.out
    assert events(desk)[-2:] == ["cancelled", "requested"]


def test_only_ones_own_open_request_is_replaced(desk: Path) -> None:
    asked(desk, *TOO_SOON)
    other = ("swap", "request", desk, "--give", "T2@2026-12-08", "--to", "T5", "--by", "T2", "--because", "x")
    assert "只能由申请人或批准人撤回" in refused((*other, "--instead", "1"), desk).answer["errors"][0]
    assert "没有第 7 号申请" in refused((*other, "--instead", "7"), desk).answer["errors"][0]
    assert run("swap", "cancel", desk, "1", "--by", "T1").code == 0
    again = ("swap", "request", desk, *TOO_SOON, "--instead", "1")
    assert "已撤回，不能再撤回" in refused(again, desk).answer["errors"][0]


def test_a_cover_needs_a_duty_and_somebody_who_is_away(desk: Path) -> None:
    nothing = ("swap", "request", desk, *SICK, "--by", "M1", "--cover", "T4@2026-12-09")
    assert "T1在12月9日(周三)没有班" in refused(nothing, desk).answer["errors"][0]
    spare = ("swap", "request", desk, *TOO_SOON, "--cover", "T4@2026-12-07")
    assert "--give 不能与 --cover 同用" in refused(spare, desk).answer["errors"][0]


# Who may see phones


def test_phones_are_for_those_who_decide(desk: Path) -> None:
    told = asked(desk, *SICK, "--by", "M1")
    phones = {one["worker"]: one["phone"] for one in told["ring"][0]["candidates"]}
    assert phones["T2"] == "000-0002"
    shown = run("swap", "request", desk, *SICK, "--by", "M1", "--instead", "1").out
    assert "000-000" in shown
    for words in (("--absent", "T1@2026-12-13", *SICK[2:], "--by", "T1"), TOO_SOON):
        asked_by = run("swap", "request", desk, *words, "--json")
        assert '"phone"' not in asked_by.out
        assert "000-000" not in asked_by.out
        assert "000-000" not in run("swap", "request", desk, *words, "--lang", "en").out


# CASES E21: more demand than can be met


def test_a_surge_that_cannot_be_met_is_offered_the_largest_factor_that_can(desk: Path) -> None:
    """Seven people, one on early shifts only: a day takes seven heads at most, fewer after the evenings before."""
    words = ("--surge", "2026-12-21", "--by", "M1", "--because", "促销")
    said = asked(desk, *words, "--factor", "9")
    assert said["verdict"] == "refused"
    (offer,) = said["offers"]
    assert 1 < offer["surge"][1] < 9
    assert said["largest"]
    assert {row["shift"] for row in said["short_at_best"]} <= {"早", "晚"}
    assert said["short_at_best"]
    out = run("swap", "request", desk, *words, "--factor", "9").out
    for part in ("照此倍数，尽力排也还缺：", "已证明：再大一档就排不出", f"--factor {offer['surge'][1]:g}"):
        assert part in out, part
    again = typed(offer["command"], "--json").answer
    assert again["verdict"] == "allowed_with"
    assert len(again["further"]) == offer["further"]
    above = asked(desk, *words, "--factor", f"{offer['surge'][1] + 0.05:g}")
    assert above["verdict"] == "refused"
