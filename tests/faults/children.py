"""Processes of their own, which come from one that has everything in memory already."""

from __future__ import annotations

import logging
import multiprocessing
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Barrier, Event
from pathlib import Path
from typing import Any

from scheduler.app.approvals import Approval, approve_request
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


class Effort(logging.Handler):
    """What an approval took, as its process saw it.

    Attributes
    ----------
    seconds : float
        Wall time until its answer.
    judgements : int
        How often the request was judged.
    locked_milliseconds : list of float
        How long each of its transactions held the ledger's write lock.
    """

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.seconds, self.judgements = 0.0, 0
        self.locked_milliseconds: list[float] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Take the time under the lock from the ledger's log."""
        if "under the lock" in record.msg and isinstance(record.args, tuple):
            self.locked_milliseconds.append(float(str(record.args[1])))

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Count what happens inside."""
        judge, log, began = Approval.judge, logging.getLogger("scheduler.ledger.store"), time.monotonic()

        def counted(*arguments: Any) -> Any:
            self.judgements += 1
            return judge(*arguments)

        Approval.judge = counted  # type: ignore[method-assign, assignment]
        log.setLevel(logging.DEBUG)
        log.addHandler(self)
        try:
            yield
        finally:
            self.seconds = time.monotonic() - began
            Approval.judge = judge  # type: ignore[method-assign]
            log.removeHandler(self)


def approve_one(desk: Path, store: str | None, number: int, start: Barrier, answers: Queue[Any]) -> None:
    """Approve a request together with everybody else, and say what came of it and what it took."""
    effort = Effort()

    def answer(*what: Any) -> None:
        took = (effort.seconds, effort.judgements, effort.locked_milliseconds)
        answers.put((number, *what, took))

    start.wait(120)
    try:
        with effort.watching():
            done = approve_request(desk, number, "M1", "同意", store=store, now=NOW)
        answer("landed", done.row and done.row.number, done.rechecked, told(done.changes))
    except RosterMoved as moved:
        answer("moved", None, True, str(moved))
    except BaseException:
        answer("fault", None, False, traceback.format_exc())
