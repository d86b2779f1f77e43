"""What `generate` says of times at which nobody of a kind that is asked for is at the desk."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.support.cli_desks import ROOT, generate, run, small_desk


def desk_with_a_meal(folder: Path) -> Path:
    """One leader is asked for on the early shift, who has a meal in the middle of it."""
    desk = small_desk(
        folder,
        demand=["早,all,班长,,1,1,", "晚,all,,,1,1,"],
        rules='[rules.always_staffed]\nenabled = false\nbecause = "x"',
    )
    shifts = "代码,名称,开始,结束,休息\n早,早班,08:00,16:00,12:00-12:30\n晚,晚班,16:00,24:00,\n"
    (desk / "shifts.csv").write_text(shifts, encoding="utf-8")
    return desk


def test_such_times_are_told_by_the_time_of_day_with_their_days(tmp_path: Path) -> None:
    desk = desk_with_a_meal(tmp_path / "desk")
    told = generate(desk).answer
    (found,) = told["unattended"]
    assert (found["who"], found["start"], found["end"], found["minutes"]) == ("班长", "12:00", "12:30", 31 * 30)
    assert len(found["dates"]) == 31
    shown = run("generate", desk, "--month", "2026-12", "--cores", "1").out
    assert "12:00–12:30" in shown
    assert "班长" in shown


def test_commands_about_rosters_are_known_without_the_solver() -> None:
    heavy = "{'ortools', 'pandas', 'django'}"
    code = f"import sys, scheduler.cli.roster; found = {heavy} & set(sys.modules); assert not found, found"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60, cwd=ROOT)
