"""`generate --certify`: a second solver's bound is recorded and told; a solver that disagrees ends everything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from scheduler.app.generate import generate_roster
from scheduler.app.making import REPAIRING, SOLVING
from scheduler.cli.progress import ProgressLine
from scheduler.domain import Month, Problem
from scheduler.i18n import Lang, Sentence
from scheduler.rules.book import Rulebook
from scheduler.solver.incumbent import Engine, Progress
from scheduler.solver.rows import Rows
from scheduler.solver.settings import HighsSettings
from tests.support.cli_desks import JSON_OF_FAULTS, generate, run, small_desk

WISH = ["T1,2026-12-05,,休,,5", "T1,2026-12-05,,想上,早,5"]  # one of them costs 5
PROVER = "scheduler.solver.certify.HighsProcess"
ALL_AWAY = [f"T{n},2026-12-17,,年假,是" for n in range(1, 7)]


def proved(file: str | Path) -> dict[str, str]:
    """The head of a workbook's audit."""
    found: dict[str, str] = {}
    for row in load_workbook(file)["规则检查"].iter_rows(values_only=True):
        if row[0] is None:
            return found
        found[str(row[0])] = str(row[1])
    return found


class Saying:
    """A second solver that says what it is told to."""

    def __init__(self, **found: Any) -> None:
        self.bound: int | None = found.get("bound")
        self.best: int | None = found.get("best")
        self.infeasible: bool = found.get("infeasible", False)

    def __call__(
        self, rows: Rows, seconds: float, layered: Rows | None = None, settings: HighsSettings | None = None
    ) -> Saying:
        """Be made for a problem."""
        return self

    def run(self, tell: Callable[[int], None] = lambda bound: None) -> None:
        """Say nothing on the way."""

    def kill(self) -> None:
        """Be at the end already."""

    def close(self) -> None:
        """Hold nothing."""


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A desk whose month both solvers prove, and what `generate` said of it."""
    desk = small_desk(tmp_path_factory.mktemp("certified") / "desk", requests=WISH)
    said = generate(desk, "--certify")
    assert said.code == 0
    return desk, said.answer


def test_both_proofs_are_told_and_recorded(certified: tuple[Path, dict[str, Any]]) -> None:
    desk, said = certified
    assert (said["status"], said["objective"], said["bound"], said["prover"]) == ("OPTIMAL", 5, 5, "CP-SAT")
    certificate = said["certificate"]
    assert set(certificate) == {"solver", "bound", "best", "seconds"}
    assert (certificate["solver"], certificate["bound"], certificate["best"]) == ("HiGHS", 5, 5)
    assert 0 < certificate["seconds"] < 60
    shown = run("show", desk, "--json").answer
    for key in ("finder", "prover", "certificate", "bound"):
        assert shown[key] == said[key]
    head = proved(said["files"][0])
    assert (head["总代价"], head["代价下界"]) == ("5", "5")
    assert head["求解器"] == f"排班由 {said['finder']} 找到，下界由 CP-SAT 证明"
    assert "HiGHS 另行证明下界 5" in head["第二求解器"]
    assert "最优性由两个求解器各自证明" in head["第二求解器"]


def test_a_version_written_again_has_its_certificate(certified: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    desk, said = certified
    again = run("show", desk, "--out", tmp_path, "--json").answer["files"][0]
    assert Path(again).read_bytes() == Path(said["files"][0]).read_bytes()


def test_the_summary_names_both_solvers(certified: tuple[Path, dict[str, Any]]) -> None:
    told = run("generate", certified[0], "--month", "2026-12", "--cores", "1", "--certify", "--lang", "en").out
    assert "bound proved by CP-SAT" in told
    assert (
        "Second solver: HiGHS independently proved the bound 5, equal to the cost: two solvers proved optimality"
        in told
    )


def test_nobody_certifies_unasked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PROVER, Saying(infeasible=True))  # nobody hears of it
    desk = small_desk(tmp_path / "desk", requests=WISH)
    said = generate(desk).answer
    assert said["certificate"] is None
    assert run("show", desk, "--json").answer["certificate"] is None
    head = proved(said["files"][0])
    assert "第二求解器" not in head
    assert head["求解器"]


@pytest.mark.parametrize(
    ("found", "zh"),
    [
        ({"bound": 5, "best": None}, "最优性由两个求解器各自证明"),
        ({"bound": 4, "best": 9}, "与最优相差不超过 20.00%"),
        ({"bound": None, "best": 9}, "没有证出任何下界"),
    ],
)
def test_what_the_second_solver_reached_is_told_as_it_is(
    found: dict[str, Any], zh: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PROVER, Saying(**found))
    desk = small_desk(tmp_path / "desk", requests=WISH)
    said = generate(desk, "--certify").answer
    assert {key: said["certificate"][key] for key in found} == found
    assert said["status"] == "OPTIMAL"
    assert zh in proved(said["files"][0])["第二求解器"]


@pytest.mark.parametrize(
    ("found", "leave"),
    [
        ({"infeasible": True}, []),
        ({"bound": 6}, []),
        ({"bound": 2, "best": 4}, []),
        ({"best": 4}, ALL_AWAY),
    ],
    ids=["no roster", "bound above the cost", "roster below the bound", "a roster of an impossible month"],
)
def test_solvers_that_disagree_leave_no_roster(
    found: dict[str, Any], leave: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = small_desk(tmp_path / "desk", requests=WISH, leave=leave)
    with monkeypatch.context() as patch:
        patch.setattr(PROVER, Saying(**found))
        said = generate(desk, "--certify", "--lang", "en")
        assert said.code == 1
        assert said.answer["status"] == "FAULT"
        assert set(said.answer) == JSON_OF_FAULTS
        assert "disagree" in said.answer["errors"][0]
        told = run("generate", desk, "--month", "2026-12", "--certify", "--cores", "1")
    assert told.code == 1
    assert "两个求解器结论不一致" in told.out
    kept = desk / "rosters" / "solver-fault-2026-12.txt"
    assert "Problem(" in kept.read_text("utf-8")
    assert str(kept) in said.answer["errors"][0]
    assert list((desk / "rosters").iterdir()) == [kept]
    assert run("show", desk, "--json").code == 2
    if not leave:
        assert generate(desk).answer["version"] == 1


def test_an_impossible_month_on_which_both_agree_ends_with_its_repair(tmp_path: Path) -> None:
    said = generate(small_desk(tmp_path / "desk", leave=ALL_AWAY), "--certify")
    assert said.code == 1
    assert said.answer["status"] == "IMPOSSIBLE"
    assert said.answer["certificate"] is None
    assert said.answer["repairs"][0]["decisions"]


def test_the_second_solver_may_take_as_long_as_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Asked(Exception):
        pass

    def solve(problem: Problem, rulebook: Rulebook, **options: Any) -> None:
        asked.append((options["time_limit"], options["certify"]))
        raise Asked

    asked: list[tuple[float, float]] = []
    monkeypatch.setattr("scheduler.solver.solve.solve", solve)
    desk = small_desk(tmp_path / "desk")
    for certify in (True, False):
        with pytest.raises(Asked):
            generate_roster(desk, Month(2026, 12), time_limit=7, certify=certify)
    assert asked == [(7, 7), (7, 0)]


def test_the_sample_is_certified(tmp_path: Path) -> None:
    desk = tmp_path / "desk"
    assert run("init", desk).code == 0
    words = ("generate", desk, "--month", "2026-12", "--time-limit", "5", "--certify", "--json")
    said = run(*words)
    assert said.code == 0
    found, certificate = said.answer, said.answer["certificate"]
    assert found["finder"] in ("CP-SAT", "LNS")
    assert certificate["seconds"] < 10
    head = proved(found["files"][0])
    assert str(certificate["bound"] or "没有证出") in head["第二求解器"]
    if certificate["bound"] is not None:
        assert certificate["bound"] <= found["objective"]
    if certificate["best"] is not None:
        assert certificate["best"] >= found["bound"]


# --- The line -----------------------------------------------------------------


def line(lang: Lang, limit: float | None = None, *, seconds: float = 0, at: Progress | None = None) -> str:
    """The line of a search, that many seconds after it began."""
    shown = ProgressLine(lang, limit)
    assert str(shown.__rich__()) == {"zh": "读取数据 0 秒", "en": "reading 0 s"}[lang]
    shown.stage(SOLVING)
    shown.began -= seconds
    if at:
        shown.progress(at)
    return str(shown.__rich__())


def test_the_line_names_who_found_and_who_proved() -> None:
    assert line("zh") == "求解中 0 秒"
    at = Progress(3.0, 20, 15, Engine.LNS, Engine.HIGHS)
    assert line("zh", seconds=61, at=at) == "求解中 61 秒　代价 20（LNS）　下界 15（HiGHS）　差距 25.0%"
    assert line("en", at=at) == "solving 0 s  cost 20 (LNS)  bound 15 (HiGHS)  gap 25.0%"
    assert (
        line("en", at=Progress(3.0, None, 15, Engine.NONE, Engine.CP_SAT))
        == "solving 0 s  cost –  bound 15 (CP-SAT)  gap –"
    )


@pytest.mark.parametrize(
    ("limit", "seconds", "at", "second"),
    [
        (60, 59, Progress(3, 20, 15), False),
        (60, 60.5, Progress(3, 20, 15), True),
        (60, 60.5, None, True),
        (60, 5, Progress(3, 20, 20), True),
        (60, 5, Progress(3, 20, 19), False),
        (None, 60.5, Progress(3, 20, 20), False),
    ],
)
def test_the_line_tells_when_the_second_solver_is_at_work(
    limit: float | None, seconds: float, at: Progress | None, second: bool
) -> None:
    said = line("en", limit, seconds=seconds, at=at)
    assert said.startswith("second solver at work" if second else "solving")


def test_the_search_for_a_repair_is_told(tmp_path: Path) -> None:
    told: list[Sentence] = []
    made = generate_roster(small_desk(tmp_path / "one"), Month(2026, 12), cores=1, stage=told.append)
    assert (made.outcome.status, told) == ("OPTIMAL", [SOLVING])
    made = generate_roster(small_desk(tmp_path / "two", leave=ALL_AWAY), Month(2026, 12), cores=1, stage=told.append)
    assert (made.outcome.status, told) == ("IMPOSSIBLE", [SOLVING, REPAIRING])
    shown = ProgressLine("en", 60)
    shown.progress(Progress(3.0, None, 15, Engine.NONE, Engine.CP_SAT))
    shown.stage(REPAIRING)
    assert str(shown.__rich__()).startswith("impossible, looking for the cheapest repair 0 s")
