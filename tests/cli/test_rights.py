"""Rights by the command line: who may, as `check` and the answers say it; what to type for something to be set aside."""

from __future__ import annotations

import shlex
import shutil
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from scheduler.cli.offers import offer_command
from scheduler.workflow.change_request import Request, RequestKind
from scheduler.workflow.overrides import Override
from scheduler.workflow.rights import Right
from tests.cli.test_versions import answered, pinned, quick, refused
from tests.support.cli_desks import run, small_desk
from tests.support.published_desk import MONTH, cell, drafted, new_desk, published_desk

WHY = ("--by", "T1", "--because", "有事")
GIVEN = ("--give", "T1@2026-12-07", "--to", "T4", *WHY)
LATE = "2026-12-06 20:00"


@pytest.fixture(autouse=True)
def _fifth(monkeypatch: pytest.MonkeyPatch) -> None:
    pinned(monkeypatch, "2026-12-05 09:30")
    quick(monkeypatch)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    return published_desk(tmp_path)


def renamed(desk: Path, **titles: str) -> Path:
    """Give people other titles beside that of a leader."""
    text = (desk / "people.csv").read_text("utf-8")
    for who, title in titles.items():
        before = next(line for line in text.splitlines() if line.startswith(f"{who},"))
        text = text.replace(before, f"{before};{title}")
    (desk / "people.csv").write_text(text, encoding="utf-8")
    return desk


def test_check_tells_who_may_do_what_and_what_nobody_can_decide(tmp_path: Path) -> None:
    desk = renamed(small_desk(tmp_path / "desk"), T1="网点主管", T2="副经理")
    text = (desk / "desk.toml").read_text("utf-8")
    (desk / "desk.toml").write_text(f'{text}\n[rights]\npublish = "T2"\nwithdraw = "店长"\n', "utf-8")
    said = answered("check", desk, "--month", "2026-12")
    assert said["rights"] == {right.value: ["T1"] for right in Right} | {"publish": ["T2"], "withdraw": []}
    ((gained),) = said["gained"]
    assert (gained["id"], gained["title"], gained["known"]) == ("T1", "网点主管", "主管")
    assert gained["rights"] == [right.value for right in Right][2:]
    alone = {gap["right"] for gap in said["gaps"] if gap["for"] == "T1"}
    assert alone == {right.value for right in Right if right.value.startswith(("approve", "settle"))}
    assert {"right": "withdraw", "for": None} in said["gaps"]
    told = run("check", desk, "--month", "2026-12")
    assert told.code == 0
    for part in (
        "谁可以办什么：",
        "  发布：试二",
        "  作废和整版重发：（没有人）",
        "  批准各类申请、各种破例、补记、结清结转、删除私密内容：试一",
        "试一的“网点主管”按“主管”算：可批准各类申请、各种破例、补记、结清结转、删除私密内容",
        "没有人可以作废和整版重发",
        "试一本人的申请，没有别人可以批准各类申请",
        "[rights] withdraw：没有人的工号或角色是“店长”",
    ):
        assert part in told.out, part
    english = run("check", desk, "--month", "2026-12", "--lang", "en").out
    for part in ("Who may do what:", "  publish: 试二", "nobody may withdraw and re-issue", "counts as “主管”"):
        assert part in english, part


def test_a_deputy_is_told_not_to_count(tmp_path: Path) -> None:
    desk = new_desk(tmp_path / "desk")
    text = (desk / "people.csv").read_text("utf-8").replace("试二,班长", "试二,副班长")
    (desk / "people.csv").write_text(text, "utf-8")
    said = answered("check", desk, "--month", "2026-12")
    assert said["rights_notes"] == ["试二的“副班长”不算：要让其办理，请写进 [rights]"]
    assert said["rights"]["publish"] == ["T1", "T3", "T4", "T5", "T6", "M1", "M2"]


def test_a_trainee_does_not_publish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first `publish --by` somebody without any role was accepted."""
    pinned(monkeypatch, "2026-11-20 10:00")
    desk = new_desk(tmp_path / "desk", people=7)
    text = (desk / "people.csv").read_text("utf-8").replace("试七,班长", "试七,")
    (desk / "people.csv").write_text(text, "utf-8")
    drafted(desk)
    said = refused(("publish", desk, "--version", "1", "--by", "T7"), desk)
    assert said.code == 1
    assert said.answer["errors"] == [
        "“试七”无权发布第 1 版：可由试一、试二、试三、试四、试五、试六、甲经理、乙经理办理"
    ]
    assert "试七 may not publish version 1" in run("publish", desk, "--version", "1", "--by", "T7", "--lang", "en").out
    assert run("publish", desk, "--version", "1", "--by", "M1").code == 0
    said = refused(("withdraw", desk, "--version", "1", "--by", "T7", "--because", "x"), desk)
    assert said.answer["errors"] == ["“试七”无权作废第 1 版：可由甲经理、乙经理办理"]


def test_publish_says_what_nobody_can_decide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pinned(monkeypatch, "2026-11-20 10:00")
    desk = renamed(small_desk(tmp_path / "desk"), T1="主管")
    drafted(desk)
    told = run("publish", desk, "--version", "1", "--by", "T1")
    assert "试一本人的申请，没有别人可以批准各类申请" in told.out


@pytest.mark.parametrize(
    "words",
    [
        ("--override", "notice", "--override-because", "急"),
        ("--override", "提前时间", "--override-because", "急"),
        ("--override", "Notice", "--override", "further-notice", "--override", "own_duty", "--override-because", "急"),
    ],
)
def test_what_is_to_be_set_aside_is_typed_by_its_name(words: tuple[str, ...], desk: Path, monkeypatch) -> None:
    pinned(monkeypatch, LATE)
    said = run("swap", "request", desk, *GIVEN)
    assert said.code == 1
    assert "加：--override notice --override-because 理由；可由甲经理、乙经理批准" in said.out
    english = run("swap", "request", desk, *GIVEN, "--lang", "en").out
    assert (
        "set aside notice, ask again with --override notice --override-because WHY; 甲经理, 乙经理 may approve"
        in english
    )
    done = answered("swap", "request", desk, *GIVEN, *words)
    assert (done["request"], done["sets_aside"], done["deciders"]) == (1, ["notice"], ["M1", "M2"])
    (listed,) = answered("swap", "list", desk, "--for", "auditor")["requests"]
    assert (listed["override"], listed["sets_aside"], listed["deciders"]) == ("急", ["notice"], ["M1", "M2"])
    assert "破例（提前时间）理由：急" in run("swap", "list", desk, "--for", "auditor").out


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (("--override", "经理同意"), ("quota（次数）", "own_duty", "--override-because")),
        (("--override", "quota"), ("--override quota", "--override-because")),
        (("--override-because", "急"), ("--override quota", "--override-because")),
    ],
)
def test_what_and_why_are_both_typed(words: tuple[str, ...], parts: tuple[str, ...], desk: Path) -> None:
    said = refused(("swap", "request", desk, *GIVEN, *words), desk)
    assert all(part in said.answer["errors"][0] for part in parts), said.answer


def test_the_command_of_an_offer_sets_the_same_aside() -> None:
    request = Request(
        number=1,
        kind=RequestKind.STAND_IN,
        month=MONTH,
        by="T1",
        because="有事",
        at=datetime(2026, 12, 5, tzinfo=UTC),
        give=cell("T1", 7),
        to="T4",
        override="孩子病了",
        sets_aside=(Override.QUOTA, Override.NOTICE),
    )
    asked: Any = SimpleNamespace(instead=0)
    words = shlex.split(offer_command(asked, request, Path("desk"), None, None))
    assert words[words.index("--override") :] == [
        *("--override", "quota", "--override", "notice", "--override-because", "孩子病了"),
    ]


def test_a_request_that_nobody_can_decide_is_recorded_and_said_to_be(desk: Path) -> None:
    (desk / "officials.csv").write_text("工号,姓名,职务\nM1,甲经理,经理\n", "utf-8")
    said = run("swap", "request", desk, *GIVEN[:4], "--by", "M1", "--because", "调整")
    assert "已登记为第 1 号申请，等 试一、试四 确认，再批准；现在没有人可以批准（见 scheduler check）" in said.out
    assert answered("swap", "list", desk, "--for", "auditor")["requests"][0]["deciders"] == []
    for who in ("T1", "T4"):
        assert run("swap", "confirm", desk, "1", "--by", who).code == 0
    assert "（没有人可批）" in run("swap", "list", desk, "--for", "auditor").out
    errors = refused(("swap", "approve", desk, "1", "--by", "M1"), desk).answer["errors"]
    assert errors == ["“M1”不能批准自己提出的第 1 号申请；没有人可以办理"]


def test_what_is_overtaken_is_named_everywhere(desk: Path) -> None:
    assert answered("swap", "request", desk, *GIVEN)["request"] == 1
    ill = ("--absent", "T1@2026-12-07", "--kind", "sick", "--by", "T1", "--because", "发烧")
    told = run("swap", "request", desk, *ill)
    assert "第 1 号申请也要这一格：本申请一批准，它就落空" in told.out
    other = Path(shutil.copytree(desk, desk.parent / "other"))
    assert answered("swap", "approve", desk, "2", "--by", "M1")["overtaken"] == [1]
    assert "第 1 号申请要的格子已被占用，随之落空" in run("swap", "approve", other, "2", "--by", "M1").out
    first = answered("swap", "list", desk, "--for", "auditor")["requests"][0]
    assert (first["state"], first["overtaken_by"], first["waiting_for"], first["deciders"]) == ("overtaken", 2, [], [])
    assert "已落空 (2)" in run("swap", "list", desk, "--for", "auditor").out
    assert answered("status", desk)["overtaken"] == [1]
    assert "已落空的申请：1" in run("status", desk).out
    assert any("落空" in line and "申请 1" in line for line in run("log", desk, "--for", "auditor").out.splitlines())
    assert answered("log", desk, "--for", "auditor", "--verify")["broken"] == []
    assert (
        "第 1 号申请已落空，不能再批准" in refused(("swap", "approve", desk, "1", "--by", "M1"), desk).answer["errors"]
    )
