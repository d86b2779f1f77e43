"""Everybody for an open duty, by the command line: nothing private, and nothing that the version in force does not say.

The desk of `published_desk`: 早 and 晚 by turns, everybody a leader. It is the evening of 23 November unless said otherwise.
"""

from __future__ import annotations

import shutil
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from scheduler.domain import Month
from tests.cli.test_versions import answered, pinned, quick, refused
from tests.support.cli_desks import run
from tests.support.published_desk import drafted, fingerprint, going_round, new_desk

PEOPLE = [
    "工号,姓名,角色,电话,特殊保护,离职日期",
    "T1,试一,班长,000-0001,,",
    "T2,试二,客服,000-0002,,",
    "T3,试三,班长,000-0003,,",
    "T4,试四,班长,000-0004,,",
    "T5,试五,班长,000-0005,,",
    "T6,试六,班长,000-0006,,",
    "T7,试七,客服,000-0007,孕期,",
    "T8,试八,客服,000-0008,,2026-12-08",
    "",
]
NO_LEADERS = '[rules.shift_leader]\nenabled = false\nbecause = "nobody here leads"'
DUTY = ("2026-12-09", "晚")


@pytest.fixture(autouse=True)
def _evening(monkeypatch: pytest.MonkeyPatch) -> None:
    pinned(monkeypatch)
    quick(monkeypatch)


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    leave = ["T5,2026-12-09,2026-12-09,病假,是"]
    desk = new_desk(tmp_path_factory.mktemp("open") / "desk", people=6, rules=NO_LEADERS, leave=leave)
    (desk / "people.csv").write_text("\n".join(PEOPLE), "utf-8")
    drafted(desk)
    with pytest.MonkeyPatch.context() as patch:
        pinned(patch)
        quick(patch)
        assert run("publish", desk, "--version", "1", "--by", "M1").code == 0
    return desk


@pytest.fixture
def desk(once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(once, tmp_path / "desk"))


def asked(desk: Path, *words: str) -> dict[str, dict[str, Any]]:
    """Everybody by id, in the order of the ranking."""
    return {one["worker"]: one for one in answered("candidates", desk, *words)["candidates"]}


def test_everybody_is_ranked_with_hours_and_the_sentence_of_the_rule_that_forbids(desk: Path) -> None:
    said = answered("candidates", desk, *DUTY)
    assert (said["status"], said["version"], said["version_status"], said["shift"]) == ("RANKED", 1, "live", "晚")
    assert said["heads"] == [{"who": "", "at_work": 1, "least": 1, "target": 1, "most": None}]
    found = asked(desk, *DUTY)
    assert [one["rank"] for one in found.values()] == list(range(1, 9))
    assert {who: one["word"] for who, one in found.items()} == {
        "T1": "legal",
        "T6": "legal",
        **dict.fromkeys(("T3", "T4", "T5", "T7", "T8"), "forbidden"),
        "T2": "taken",
    }
    assert found["T4"]["because"].startswith("不行：试四：12月9日(周三)“晚”与12月10日(周四)“早”之间至少休息")
    assert (found["T3"]["on_duty"], found["T8"]["employed"]) == (["早"], False)
    assert found["T1"]["beyond"] == pytest.approx(found["T1"]["hours"] - found["T1"]["share"], abs=0.01)
    shown = run("candidates", desk, *DUTY).out
    assert "2 人可以接，0 人须先批加班，6 人不行" in shown
    assert found["T4"]["because"] in shown
    assert "16:00–24:00" in shown


def test_a_shift_goes_by_its_name_too_and_english_is_spoken(desk: Path) -> None:
    assert asked(desk, DUTY[0], "晚班") == asked(desk, *DUTY)
    assert "2 can take it, 0 after overtime is approved, 6 cannot" in run("candidates", desk, *DUTY, "--lang", "en").out


def test_why_somebody_is_away_or_protected_is_told_to_nobody_whose_business_it_is_not(desk: Path) -> None:
    for by in ((), ("--by", "T3"), ("--by", "T2")):
        told = run("candidates", desk, *DUTY, *by).out + run("candidates", desk, *DUTY, *by, "--json").out
        assert not any(word in told for word in ("病", "sick", "孕", "protect", "保护", "夜间")), by
    found = asked(desk, *DUTY)
    assert (found["T5"]["away"], found["T5"]["because"]) == (True, "不行：试五：12月9日(周三)已批假，不排班（现为 晚）")
    assert (found["T7"]["because"], found["T7"]["rule"]) == ("不行：（涉及个人，这里不写）", None)
    for reader in ("M1", "T7"):
        own = asked(desk, *DUTY, "--by", reader)["T7"]
        assert "22:00" in own["because"]
        assert own["rule"] == "protected_workers"


def test_phones_are_for_those_who_may_know_them_and_names_do_for_ids(desk: Path) -> None:
    def phones(*by: str) -> set[str]:
        return {one["phone"] for one in asked(desk, *DUTY, *by).values() if "phone" in one}

    assert phones() == set()
    assert phones("--by", "T2") == {"000-0002"}
    everybody = {f"000-000{n}" for n in range(1, 9)}
    assert phones("--by", "T3") == phones("--by", "甲经理") == everybody
    assert "000-0006" in run("candidates", desk, *DUTY, "--by", "甲经理").out
    assert "--by" in run("candidates", desk, *DUTY).out
    assert refused(("candidates", desk, *DUTY, "--by", "丙经理"), desk).answer["status"] == "REFUSED"


def test_what_was_approved_since_counts(desk: Path) -> None:
    assert asked(desk, *DUTY)["T6"]["word"] == "legal"
    words = ("--leave", "T6@2026-12-09", "--kind", "年假", "--by", "T6", "--because", "x")
    assert run("swap", "request", desk, *words).code == 0
    assert asked(desk, *DUTY)["T6"]["word"] == "legal"
    assert run("swap", "approve", desk, "1", "--by", "M1").code == 0
    assert (asked(desk, *DUTY)["T6"]["word"], asked(desk, *DUTY)["T6"]["away"]) == ("forbidden", True)


def test_the_month_after_in_force_counts(desk: Path) -> None:
    """T3 has 早 on 1 January, eight hours after 晚 of New Year's Eve."""
    eve = ("2026-12-31", "晚")
    assert asked(desk, *eve)["T3"]["word"] == "legal"
    number = drafted(desk, Month(2027, 1), roster=partial(going_round, first=2))
    assert asked(desk, *eve)["T3"]["word"] == "legal"  # a draft binds nobody
    assert run("publish", desk, "--version", str(number), "--by", "M1").code == 0
    assert "1月1日" in asked(desk, *eve)["T3"]["because"]


def test_what_is_over_or_has_begun_is_said(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not any("已经" in note for note in answered("candidates", desk, *DUTY)["notes"])
    pinned(monkeypatch, "2026-12-09 16:00")
    assert "12月9日(周三)“晚”班已经开始" in answered("candidates", desk, *DUTY)["notes"]
    pinned(monkeypatch, "2026-12-10 00:00")
    assert "12月9日(周三)已经过去" in run("candidates", desk, *DUTY).out


def test_a_shift_or_a_version_that_is_not_there_is_refused_with_those_that_are(desk: Path) -> None:
    (said,) = refused(("candidates", desk, "2026-12-09", "夜"), desk).answer["errors"]
    assert said == "12月9日(周三)没有班次“夜”；当天有：早 早班、晚 晚班"
    (said,) = refused(("candidates", desk, "2027-02-09", "晚"), desk).answer["errors"]
    assert said == "2027-02 没有已发布的版本，也没有草稿；现有：2026-12 第 1 版（已发布）"
    (said,) = refused(("candidates", desk, "2027-02-09", "晚", "--version", "1"), desk).answer["errors"]
    assert said == "第 1 版是 2026-12 的，与2月9日(周二)不符；现有：2026-12 第 1 版（已发布）"
    assert refused(("candidates", desk, *DUTY, "--version", "9"), desk).answer["errors"]


def test_the_newest_draft_stands_in_where_nothing_is_in_force(desk: Path) -> None:
    january = Month(2027, 1)
    first, second = (drafted(desk, january, roster=partial(going_round, first=n)) for n in (0, 2))
    said = answered("candidates", desk, "2027-01-12", "晚")
    assert (said["version"], said["version_status"]) == (second, "draft")
    assert answered("candidates", desk, "2027-01-12", "晚", "--version", str(first))["version"] == first


def test_nothing_is_written(desk: Path) -> None:
    before = fingerprint(desk)
    assert run("candidates", desk, *DUTY, "--by", "M1").code == 0
    assert fingerprint(desk) == before
