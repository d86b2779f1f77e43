"""What happened to one cell of a month: who, when, why, in which version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scheduler.app.log import read_log, tell_desk_log, to_local_time
from scheduler.domain import Change, Month
from scheduler.workflow.log_steps import Step
from scheduler.workflow.readers import Reader


@dataclass(frozen=True)
class CellStep:
    """A step that made, moved or asked for a cell; `at` is where the desk is, `change` is `None` where all of a month was made."""

    step: Step
    at: str
    by: str
    change: Change | None = None


def tell_cell(desk: Path, worker: str, day: date, *, reader: Reader, store: str | None = None) -> tuple[CellStep, ...]:
    """The steps that touched a person's day, the last first, as a reader may read them."""
    found = read_log(desk, store=store)
    told = tell_desk_log(found, reader=reader, month=Month.of(day), strict=False)
    steps = []
    for step in told.log.steps:
        mine = [one.change for one in step.cells if (one.change.worker, one.change.day) == (worker, day)]
        if mine or (step.event in ("drafted", "published", "withdrawn") and step.request is None):
            at = f"{to_local_time(found.files, step.at):%Y-%m-%d %H:%M}"
            steps.append(CellStep(step, at, told.log.names.get(step.by, step.by), mine[0] if mine else None))
    return tuple(reversed(steps))
