"""Nothing in the current folder is executed by a child process, whatever it is called."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from scheduler.solver.highs_process import HighsProcess
from scheduler.solver.incumbent import Incumbent
from scheduler.solver.lns_process import LnsProcess
from scheduler.solver.rows import Rows
from tests.solver.test_lns import STRETCHED, desk, posted
from tests.solver.test_lns_process import task

NAMES = {*sys.stdlib_module_names, "numpy", "scipy", "ortools", "pandas", "google", "scheduler", "constraints", "six"}
TRAP = "from pathlib import Path\nPath(__file__).with_name('executed').touch()\n"


@pytest.fixture
def trapped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a module of every name that a child process might import."""
    for name in NAMES:
        (tmp_path / f"{name}.py").write_text(TRAP)
    (tmp_path / "sitecustomize.py").write_text(TRAP)
    (tmp_path / "usercustomize.py").write_text(TRAP)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_highs_runs_nothing_of_the_current_folder(trapped):
    prover = HighsProcess(Rows.of(posted(desk(4, 7), STRETCHED).cp), 20.0)
    try:
        prover.run()
    finally:
        prover.kill()
        prover.close()
    assert prover.best is not None
    assert not (trapped / "executed").exists()


def test_a_neighbourhood_search_runs_nothing_of_the_current_folder(trapped):
    incumbent = Incumbent()
    search = LnsProcess(task(posted(desk(4, 7), STRETCHED)))

    def until_found(*_: object) -> None:
        search.kill()

    incumbent.subscribe(until_found)
    try:
        search.run(incumbent)
    finally:
        search.close()
    assert incumbent.values is not None
    assert not (trapped / "executed").exists()
