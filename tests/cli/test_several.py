"""`generate` for several desks at once: a line for each, what went wrong below, the worst exit code."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from scheduler.app.generate import Generated, generate_roster
from scheduler.domain import Month
from tests.cli.test_versions import pinned
from tests.files.test_reading import as_workbook
from tests.support.cli_desks import IN_ENGLISH, Said, run, small_desk

MONTH = ("--month", "2026-12", "--cores", "1", "--time-limit", "5")
ALL_AWAY = [f"T{n},2026-12-17,,年假,是" for n in range(1, 7)]
COLUMNS = ("部门", "月份", "结果", "代价", "下界", "差距", "秒", "违反", "破例", "法规提示", "文件")


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Desks of every kind: two that work, one with faults, one that is impossible."""
    place = tmp_path_factory.mktemp("kinds")
    bad = small_desk(place / "bad", leave=["T9,2026-12-40,,年假,是"], demand=["早,all,,,两,1,", "晚,all,,,1,1,"])
    away = small_desk(place / "away", leave=ALL_AWAY)
    lawful = (
        "[rules.weekly_rest_day]\nrest_days = 2"  # nobody works more than forty hours a week, whichever roster is found
    )
    one, two = (small_desk(place / name, rules=lawful) for name in ("one", "two"))
    return {"one": one, "two": two, "bad": bad, "away": away}


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workbooks are not the point here, and take most of the time."""
    monkeypatch.setattr("scheduler.files.writing.workbook.write_workbook", lambda path, *_: path.write_bytes(b"roster"))


@pytest.fixture
def desks(kinds: dict[str, Path], tmp_path: Path) -> dict[str, Path]:
    return {name: Path(shutil.copytree(desk, tmp_path / name)) for name, desk in kinds.items()}


def generate(*desks: Path, json: bool = True, lang: str = "zh") -> Said:
    return run("generate", *desks, *MONTH, "--lang", lang, *(["--json"] if json else []))


def recorded(desk: Path) -> list[str]:
    return sorted(path.name for path in desk.glob("rosters/*"))


def line_of(desk: Path, out: str) -> str:
    """The table's line for a desk."""
    return next(line for line in out.splitlines() if line.split()[:1] == [desk.name])


def test_desks_that_work_have_a_line_each(desks: dict[str, Path]) -> None:
    one, two = desks["one"], desks["two"]
    said = generate(one, two)
    assert said.code == 0
    assert said.answer["status"] == "DONE"
    assert [desk["desk"] for desk in said.answer["desks"]] == [str(one), str(two)]
    for desk in said.answer["desks"]:
        assert (desk["month"], desk["status"], desk["version"]) == ("2026-12", "OPTIMAL", 1)
        assert desk["violations"] == desk["exemptions"] == desk["law"] == []
        assert Path(desk["files"][0]).is_file()
    told = generate(one, two, json=False)
    assert told.code == 0
    assert all(column in told.out for column in COLUMNS)
    for desk in (one, two):
        cells = line_of(desk, told.out).split()
        assert cells[:6] == [desk.name, "2026-12", "已证明最优", "0", "0", "0.0%"]
        assert cells[7:] == ["0", "0", "0", str(desk / "rosters" / "small-2026-12-v2.xlsx")]
    assert "假定" not in told.out  # that is for one desk's summary


def test_one_with_faults_among_good_ones_is_told_below_and_the_others_are_made(desks: dict[str, Path]) -> None:
    three = (desks["one"], desks["bad"], desks["two"])
    said = generate(*three)
    assert said.code == 2
    assert said.answer["status"] == "BROKEN"
    assert [desk["status"] for desk in said.answer["desks"]] == ["OPTIMAL", "BAD_INPUT", "OPTIMAL"]
    assert len(said.answer["desks"][1]["errors"]) == 3
    assert [len(recorded(desk)) for desk in three] == [1, 0, 1]
    assert not (desks["bad"] / "ledger.sqlite3").exists()
    told = generate(*three, json=False)
    assert told.code == 2
    shown = told.out + told.err
    assert line_of(desks["bad"], shown).split() == ["bad", "数据有误"]
    for part in ("输入有 3 处问题", "12-40", "“两”", "T9"):
        assert part in shown
    assert "已证明最优" in line_of(desks["two"], shown)


def test_an_impossible_one_is_told_with_its_repair(desks: dict[str, Path]) -> None:
    said = generate(desks["away"], desks["one"])
    assert said.code == 1
    assert [desk["status"] for desk in said.answer["desks"]] == ["IMPOSSIBLE", "OPTIMAL"]
    assert said.answer["desks"][0]["repairs"][0]["decisions"]
    told = generate(desks["away"], desks["one"], json=False)
    assert told.code == 1
    assert line_of(desks["away"], told.out).split()[1:3] == ["2026-12", "排不出来：规则互相矛盾"]
    assert "修复1：" in told.out
    assert recorded(desks["away"]) == []
    assert len(recorded(desks["one"])) == 2


def test_bad_input_outweighs_an_impossible_month(desks: dict[str, Path]) -> None:
    assert generate(desks["away"], desks["bad"]).code == 2


def test_an_undecided_one_weighs_less_than_an_impossible_one(
    desks: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = generate_roster(desks["one"], Month(2026, 12), cores=1)
    slow = type("Undecided", (), {"status": "UNDECIDED", "seconds": 5.0})()

    def too_slow(desk: Path, *words: Any, **options: Any) -> Generated:
        if desk == desks["two"]:
            return Generated(made.problem, made.rulebook, slow)
        return real(desk, *words, **options)

    real = generate_roster
    monkeypatch.setattr("scheduler.cli.roster.generate_roster", too_slow)
    said = generate(desks["one"], desks["two"])
    assert (said.code, [desk["status"] for desk in said.answer["desks"]]) == (3, ["OPTIMAL", "UNDECIDED"])
    assert generate(desks["two"], desks["away"]).code == 1
    told = generate(desks["one"], desks["two"], json=False)
    assert "请加大 --time-limit 再试" in told.out


def test_strays_beside_the_desks_are_skipped_and_named(desks: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "__init__.py").touch()
    (tmp_path / "photos").mkdir()
    everything = sorted(path for path in tmp_path.iterdir() if path.name not in ("away", "bad"))
    assert len(everything) == 4
    said = generate(*everything)
    assert said.code == 0
    assert [Path(desk["desk"]).name for desk in said.answer["desks"]] == ["one", "two"]
    told = generate(*everything, json=False)
    for name in ("__init__.py", "photos"):
        assert f"跳过 {tmp_path / name}：不是部门数据" in told.out


def test_nothing_but_strays_is_bad_input(tmp_path: Path) -> None:
    (tmp_path / "a.txt").touch()
    (tmp_path / "b").mkdir()
    said = generate(tmp_path / "a.txt", tmp_path / "b")
    assert said.code == 2
    assert [desk["status"] for desk in said.answer["desks"]] == ["BAD_INPUT"] * 2


def test_a_desk_that_is_not_there_is_no_stray(desks: dict[str, Path], tmp_path: Path) -> None:
    said = generate(desks["one"], tmp_path / "none")
    assert said.code == 2
    assert [desk["status"] for desk in said.answer["desks"]] == ["OPTIMAL", "BAD_INPUT"]


@pytest.mark.parametrize(("error", "status"), [(RuntimeError("a bug"), "FAULT"), (OSError(5, "io"), "UNAVAILABLE")])
def test_what_goes_wrong_with_one_desk_leaves_the_others_their_answers(
    error: Exception, status: str, desks: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(desk: Path, *words: Any, **options: Any) -> Generated:
        if desk == desks["one"]:
            raise error
        return real(desk, *words, **options)

    real = generate_roster
    monkeypatch.setattr("scheduler.cli.roster.generate_roster", failing)
    said = generate(desks["one"], desks["two"])
    assert said.code == (1 if status == "FAULT" else 4)
    assert [desk["status"] for desk in said.answer["desks"]] == [status, "OPTIMAL"]


def test_a_workbook_desk_among_folders_is_one_of_them(desks: dict[str, Path], tmp_path: Path) -> None:
    book = as_workbook(desks["two"], tmp_path / "二部.xlsx")
    said = generate(desks["one"], book)
    assert said.code == 0
    assert Path(said.answer["desks"][1]["files"][0]).parent == tmp_path / "rosters"


def test_english_is_english_here_too(tmp_path: Path) -> None:
    shared: dict[str, Any] = {"shifts": IN_ENGLISH, "name": "Example Desk", "role": "leader"}
    desks = [small_desk(tmp_path / name, **shared) for name in ("one", "two")]
    away = ["T1,2026-12-40,,annual,yes"]
    desks.append(small_desk(tmp_path / "bad", leave=away, **shared))
    told = generate(*desks, tmp_path, json=False, lang="en")
    shown = told.out + told.err
    assert told.code == 2
    assert not any("\u3000" <= letter <= "\uffef" for letter in shown.replace("开始日期", "")), shown
    for part in ("proved optimal", "bad input", "no desk", "result"):
        assert part in shown


@pytest.mark.parametrize(
    ("at", "zone", "month"),
    [
        ("2026-11-23 22:00", "Asia/Shanghai", "2026-12"),
        ("2026-12-31 23:59", "Asia/Shanghai", "2027-01"),
        ("2026-11-30 16:30", "UTC", "2027-01"),  # the first of December where the desk is
    ],
)
def test_the_month_is_the_coming_one_where_the_desk_is(
    at: str, zone: str, month: str, desks: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    pinned(monkeypatch, at, zone)
    said = run("generate", desks["one"], desks["two"], "--cores", "1", "--json")
    assert [desk["month"] for desk in said.answer["desks"]] == [month] * 2
    assert run("check", desks["one"], "--json").answer["month"] == month
