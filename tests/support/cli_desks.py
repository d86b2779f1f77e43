"""Small desks, written to disk, for tests in which the solve is not the point; and how to run a command on them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from scheduler.cli import main

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "samples" / "three_shift_desk"
COMMAND = (sys.executable, "-c", "from scheduler.cli import main; main()")
JSON_OF_FAULTS = {"status", "errors"}

HEADERS = {
    "people": "工号,姓名,角色",
    "shifts": "代码,名称,开始,结束",
    "demand": "班次,日期类型,角色,技能,最少,目标,最多",
    "leave": "工号,开始日期,结束日期,类别,已批准",
    "requests": "工号,开始日期,结束日期,意愿,班次,权重",
    "fixed": "工号,日期,班次",
    "overtime": "工号,日期,小时",
    "history": "工号,日期,班次",
}
EARLY_AND_LATE = ("早,早班,08:00,16:00", "晚,晚班,16:00,24:00")
ROUND_THE_CLOCK = ("早,早班,08:00,16:00", "中,中班,16:00,24:00", "夜,夜班,00:00,08:00")
IN_ENGLISH = ("E,early,08:00,16:00", "L,late,16:00,24:00")


def small_desk(
    folder: Path,
    *,
    people: int = 6,
    shifts: Sequence[str] = EARLY_AND_LATE,
    name: str = "两班小前台",
    role: str = "班长",
    rules: str = "",
    **tables: Iterable[str],
) -> Path:
    """Write a desk: one person on each shift of every day, everybody a leader, fairness off so that proofs are quick.

    Parameters
    ----------
    rules : str
        More lines of `desk.toml`.
    **tables : iterable of str
        Rows of further tables, under the columns of `HEADERS`.
    """
    codes = [row.partition(",")[0] for row in shifts]
    hours = "00:00-24:00" if len(shifts) == 3 else "08:00-24:00"
    rows: dict[str, Iterable[str]] = {
        "people": [f"T{n},{name_of(n, role)},{role}" for n in range(1, people + 1)],
        "shifts": shifts,
        "demand": [f"{code},all,,,1,1," for code in codes],
        **tables,
    }
    folder.mkdir(parents=True)
    settings = f'[desk]\nid = "small"\nname = "{name}"\n[opening]\nall = "{hours}"\n'
    settings += f'[rules.fairness]\nenabled = false\nbecause = "quick"\n{rules}\n'
    (folder / "desk.toml").write_text(settings, encoding="utf-8")
    for table, lines in rows.items():
        (folder / f"{table}.csv").write_text("\n".join([HEADERS[table], *lines, ""]), encoding="utf-8")
    return folder


def name_of(number: int, role: str) -> str:
    """An invented name, in the language of the desk's words."""
    return f"Tess Example {number}" if role.isascii() else f"试{'一二三四五六七八九十'[number - 1]}"


@dataclass(frozen=True)
class Said:
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def answer(self) -> dict[str, Any]:
        """The one JSON object on standard output, and nothing else there or on standard error."""
        assert self.err == "", self.err
        assert self.out.endswith("}\n"), self.out
        assert self.out.count("\n") == 1, self.out
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found


def run(*words: str | Path, **environment: str) -> Said:
    """Run a command in this process; whatever it raises but an exit is raised here."""
    result = CliRunner().invoke(main, [str(word) for word in words], env=environment)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Said(result.exit_code, result.stdout, result.stderr)


@contextmanager
def launched(*words: str | Path, stderr: int = subprocess.PIPE, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """A command in a process of its own, which does not outlive the block."""
    with subprocess.Popen(
        [*COMMAND, *(str(word) for word in words)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def run_apart(*words: str | Path, **environment: str) -> Said:
    """Run a command in a process of its own, to its end."""
    with launched(*words, stderr=subprocess.PIPE, **environment) as process:
        out, err = process.communicate(timeout=120)
    return Said(process.returncode, out, err)


def generate(desk: Path, *words: str | Path, month: str = "2026-12", **environment: str) -> Said:
    """Run `generate --json` on one core."""
    return run("generate", desk, "--month", month, "--cores", "1", "--json", *words, **environment)
