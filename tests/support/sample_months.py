"""Sample desks for their tests: read, changed, solved once, and audited."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from scheduler.audit.audit import Audit, audit
from scheduler.domain import Duty, Month, Problem, Roster
from scheduler.files.reading.desk import read_desk
from scheduler.rules.book import Rulebook
from scheduler.solver.outcome import Impossible, Solved
from scheduler.solver.solve import solve

SAMPLES = Path(__file__).parents[2] / "samples"
NAMES = sorted(path.parent.name for path in SAMPLES.glob("*/desk.toml"))
MADE = shutil.ignore_patterns("rosters", "*.sqlite3*")  # what generating leaves, which git leaves out, too
SECONDS, CORES = 60.0, 2  # more than a sample needs: other tests may be at work beside it

# A file's pieces of text and what stands there instead; a whole file is replaced by (None, text).
Edits = Mapping[str, Sequence[tuple[str | None, str]]]


@dataclass(frozen=True)
class Made:
    """A sample's month, solved and audited."""

    problem: Problem
    rulebook: Rulebook
    solved: Solved

    @property
    def roster(self) -> Roster:
        """The duties of the month."""
        return self.solved.roster

    @property
    def audit(self) -> Audit:
        """The audit of the roster."""
        return self.solved.audit

    def crew(self, day: str, *shifts: str) -> list[str]:
        """Ids of those who begin one of the shifts on the day, in order."""
        at = date.fromisoformat(day)
        return [duty.worker for duty in self.roster.duties if duty.day == at and duty.shift in shifts]

    def arranged(self, rule: str) -> list[str]:
        """What a rule settles beside the duties, in English."""
        whole = Roster([*self.problem.history, *self.roster.duties])
        lines = self.rulebook.named(rule).arranges(self.problem, whole)
        return [line.say("en", self.problem.names) for line in lines]


def sample_files(name: str) -> list[Path]:
    """What a sample is made of, whether a month was generated in its folder or not."""
    entries = sorted((SAMPLES / name).iterdir())
    made = MADE("", [entry.name for entry in entries])
    return [entry for entry in entries if entry.name not in made]


def sample_copy(name: str, folder: Path) -> Path:
    """A copy of a sample in a new folder."""
    return Path(shutil.copytree(SAMPLES / name, folder, ignore=MADE))


def desk(name: str, month: str = "2026-12", edits: Edits | None = None) -> tuple[Problem, Rulebook]:
    """A sample's problem and rules, with pieces of its files replaced; a piece that is not there is a mistake."""
    with TemporaryDirectory() as folder:
        copy = sample_copy(name, Path(folder) / name)
        for file, pieces in (edits or {}).items():
            path = copy / file
            for old, new in pieces:
                text = path.read_text(encoding="utf-8") if path.exists() else ""
                assert old is None or old in text, f"{name}/{file} has no {old!r}"
                path.write_text(new if old is None else text.replace(old, new), encoding="utf-8")
        files = read_desk(copy)
        return files.problem(Month.parse(month)), files.rulebook


def _solved(problem: Problem, rulebook: Rulebook) -> Made:
    outcome = solve(problem, rulebook, time_limit=SECONDS, cores=CORES)
    assert isinstance(outcome, Solved), outcome.status
    return Made(problem, rulebook, outcome)


@cache
def made(name: str, month: str = "2026-12") -> Made:
    """A sample's month, solved once in a run of the tests."""
    return _solved(*desk(name, month))


def made_with(name: str, edits: Edits, month: str = "2026-12") -> Made:
    """A changed sample's month."""
    return _solved(*desk(name, month, edits))


def refused(name: str, edits: Edits, month: str = "2026-12") -> Impossible:
    """The answer to a changed sample for which there is no roster."""
    outcome = solve(*desk(name, month, edits), time_limit=SECONDS, cores=CORES)
    assert isinstance(outcome, Impossible), outcome.status
    return outcome


def without_rows(name: str, file: str, *keys: str) -> tuple[None, str]:
    """An edit that drops the rows of a table which hold one of the keys in any cell."""
    lines = (SAMPLES / name / file).read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not set(keys) & set(line.split(","))]
    assert len(kept) < len(lines), f"{name}/{file} has no row with any of {keys}"
    return None, "\n".join(kept) + "\n"


def without_people(name: str, *ids: str) -> dict[str, list[tuple[str | None, str]]]:
    """Edits that take people out of every table of a sample."""
    edits: dict[str, list[tuple[str | None, str]]] = {}
    for path in sorted((SAMPLES / name).glob("*.csv")):
        text = path.read_text(encoding="utf-8")
        kept = [line for line in text.splitlines() if line.split(",")[0] not in ids]
        if len(kept) < len(text.splitlines()):
            edits[path.name] = [(None, "\n".join(kept) + "\n")]
    assert "people.csv" in edits, ids
    return edits


def changed(roster: Roster, cells: Mapping[tuple[str, str], str]) -> Roster:
    """The roster with some cells, (worker, ISO date), holding another shift, or none for an empty text."""
    at = {(worker, date.fromisoformat(day)): code for (worker, day), code in cells.items()}
    kept = [duty for duty in roster.duties if (duty.worker, duty.day) not in at]
    return Roster([*kept, *(Duty(worker, day, code) for (worker, day), code in at.items() if code)])


def broken(problem: Problem, rulebook: Rulebook, roster: Roster) -> set[str]:
    """Names of the rules that a roster breaks."""
    return {violation.reason.rule for violation in audit(problem, rulebook, roster).broken}
