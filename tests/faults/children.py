"""Processes of their own, which come from one that has everything in memory already."""

from __future__ import annotations

import multiprocessing
import traceback
from multiprocessing.process import BaseProcess
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path
from typing import Any

from scheduler.app.change_requests import approve_request
from scheduler.app.publish import publish_version
from scheduler.app.withdraw import withdraw_version
from scheduler.errors import Refusal, RosterMoved
from tests.support.published_desk import NOW, told

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(
    [
        *("django.db.models", "django.db.migrations.executor", "psycopg", "ortools.sat.python.cp_model"),
        *(
            "scheduler.solver.fewest_changes",
            "scheduler.files.papers.handouts",
            "scheduler.files.papers.notices",
            "scheduler.files.papers.void_pages",
            "scheduler.files.papers.void_workbook",
        ),
        *("tests.support.drafting", "tests.faults.children"),
    ]
)


def do(what: str, desk: Path, store: str | None, ready: Event | None = None) -> None:
    """One command on a desk that stands as `test_kills` makes it."""
    if ready is not None:
        ready.set()
    if what == "publish":
        publish_version(desk, 2, "M1", over_because="重排", store=store, now=NOW)
    elif what == "withdraw":
        withdraw_version(desk, 1, "M1", "算错了", store=store, now=NOW)
    else:
        approve_request(desk, 1, "M1", "同意", store=store, now=NOW)


def started(what: str, desk: Path, store: str | None) -> tuple[BaseProcess, Event]:
    """A process that does it, and what tells when it begins."""
    ready = PROCESSES.Event()
    child = PROCESSES.Process(target=do, args=(what, desk, store, ready))
    child.start()
    return child, ready


def do_together(what: str, number: int, desk: Path, store: str | None, start: Barrier, answers: Queue[Any]) -> None:
    """Publish or withdraw a version, or approve a request, together with others, and say what came of it."""
    start.wait(120)
    try:
        if what == "publish":
            publish_version(desk, number, "M1", over_because="重排", store=store, now=NOW)
        elif what == "withdraw":
            withdraw_version(desk, number, "M2", "算错了", store=store, now=NOW)
        else:
            approve_request(desk, number, "M1", "同意", store=store, now=NOW)
        answers.put((what, number, "done"))
    except Refusal as refusal:
        answers.put((what, number, f"refused: {refusal}"))
    except BaseException:
        answers.put((what, number, f"fault: {traceback.format_exc()}"))


def approve_one(desk: Path, store: str | None, number: int, start: Barrier, answers: Queue[Any]) -> None:
    """Approve a request together with everybody else, and say what came of it."""
    start.wait(120)
    try:
        done = approve_request(desk, number, "M1", "同意", store=store, now=NOW)
        answers.put((number, "landed", done.row and done.row.number, done.rechecked, told(done.changes)))
    except RosterMoved as moved:
        answers.put((number, "moved", None, True, str(moved)))
    except BaseException:
        answers.put((number, "fault", None, False, traceback.format_exc()))
