"""A job carried out: computed in a process of its own, audited again, and committed; the row says how far it is."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter
from typing import Any

from django.db import connection

from scheduler.app.generate import Generated, generate_roster
from scheduler.app.making import Effort, Found, MonthAsked
from scheduler.app.making_words import ending_lines, gap_lines
from scheduler.audit.audit import audit
from scheduler.errors import SchedulerError, SolverFault
from scheduler.i18n import LANGS, Sentence, on_the_page
from scheduler.jobs.computing import Computing, Told
from scheduler.jobs.models import Job, State
from scheduler.jobs.queue import end_job, find_recorded, hold_job

BEAT_SECONDS = 1.0
UNLIKE = Sentence(
    "求解进程的结果与本进程的审核不一致", "what the solving process found and the audit of this one differ"
)
INTERRUPTED = Sentence("上次中断，第 {n} 次从头排", "it was interrupted: attempt {n}, from the beginning")
STOPPED = Sentence("停下时还没有排出来", "it was stopped before there was a roster")
NO_TIME = Sentence("时限内没有结论：请给更多时间再排", "no answer within the time: start it again with more")
IMPOSSIBLE = Sentence("排不出来：规则互相矛盾", "impossible: the requirements contradict each other")
EVEN_SO = Sentence(
    "允许缺人也排不出来：问题不在人数", "impossible even with open duties: heads are not what is missing"
)
OVERTIME = Sentence("加班审批本身违反规则：{what}", "approved overtime breaks a rule by itself: {what}")
BROKEN = Sentence("程序出错：{why}", "the program failed: {why}")
LOST = Sentence("此任务已由别的进程接手", "another process has taken this job over")

log = logging.getLogger(__name__)


class _Lost(Exception):
    """The job is another process's now."""


class _Stopped(Exception):
    """It was stopped before there was anything to keep."""


class Carrying:
    """A job while it is carried out.

    Parameters
    ----------
    path : Path
        Of the desk.
    """

    def __init__(self, job: Job, path: Path, store: str | None) -> None:
        self.job, self.path, self.store = job, path, store
        self.began = perf_counter()
        self.progress: dict[str, Any] = {"attempt": job.attempt, "told": []}
        if job.attempt > 1:
            self._tell([_both(INTERRUPTED, n=job.attempt)])
        self.computing: Computing | None = None
        self.stops, self.is_lost = 0, False

    def run(self) -> None:
        """Carry it out, whatever comes of it."""
        with on_the_page(), self._beating():
            state, result, draft = self._find_result()
        if self.is_lost:
            log.warning(LOST.en)
            return
        end_job(self.job, state, result, draft)
        fields = ["state", "result", "draft", "lease", "ended_at", "progress"]
        self.job.progress = self.progress
        self.job.save(update_fields=fields)

    def _find_result(self) -> tuple[State, dict[str, Any], int | None]:
        job = self.job
        try:
            if (
                number := find_recorded(job, self.path, self.store)
            ) is not None:  # recorded, and killed before it was said
                return State.DONE, {"lines": []}, number
            made = generate_roster(
                self.path,
                **job.question,
                by=job.asked_by,
                cores=min(2, os.cpu_count() or 1),
                search=self._search,
                job=job.fingerprint,
                store=self.store,
                lang="en" if job.lang == "en" else "zh",
            )
        except _Stopped:
            return State.UNDECIDED, {"lines": [_both(STOPPED)]}, None
        except _Lost:
            return State.FAILED, {}, None
        except SolverFault as fault:
            return State.FAILED, {"lines": [[fault.say(lang) for lang in LANGS]]}, None
        except SchedulerError as error:
            return State.REFUSED, {"lines": [[error.say(lang) for lang in LANGS]]}, None
        except Exception as error:  # the next job must not die of this one
            log.exception("job %s", job.pk)
            return State.FAILED, {"lines": [_both(BROKEN, why=type(error).__name__)]}, None
        return self._tell_result(made)

    def _tell_result(self, made: Generated) -> tuple[State, dict[str, Any], int | None]:
        outcome, problem = made.outcome, made.problem
        result: dict[str, Any] = {"status": outcome.status.value, "seconds": round(perf_counter() - self.began, 1)}
        for name in ("objective", "bound", "gap", "finder", "prover"):
            result[name] = getattr(outcome, name, None)
        if made.version is not None:
            lines = zip(*(gap_lines(made.gaps, made.gaps_are_least, problem, lang) for lang in LANGS), strict=True)
            result |= {"lines": [list(pair) for pair in lines], "gaps": len(made.gaps)}
            if self.job.fewest:
                least = getattr(outcome, "least_changes", None)  # proved; what was told on the way may be older
                result |= {"changes": len(made.changes), "is_fewest": least is not None and least >= len(made.changes)}
            result["stuck"] = [[fault.say(lang) for lang in LANGS] for fault in made.stuck]
            return State.DONE, result, made.version
        if outcome.status == "UNDECIDED":
            return State.UNDECIDED, result | {"lines": [_both(STOPPED if self.stops else NO_TIME)]}, None
        said = [_both(EVEN_SO if self.job.allow_gaps else IMPOSSIBLE)]
        said += [
            _both(OVERTIME, what=Sentence(*(one.say(lang, problem.names) for lang in LANGS))) for one in made.against
        ]
        if made.repairs:
            said += [list(pair) for pair in zip(*(ending_lines(made.repairs, lang) for lang in LANGS), strict=True)]
        return State.IMPOSSIBLE, result | {"lines": said}, None

    def _search(self, asked: MonthAsked, effort: Effort) -> Found:
        """Look for the roster in a process of its own, and audit again what it found."""
        self.computing = Computing(asked, effort)
        found = self.computing.run(self._hear)
        if self.is_lost:
            raise _Lost
        if found is None:
            raise _Stopped
        roster, said = getattr(found.outcome, "roster", None), getattr(found.outcome, "audit", None)
        if roster is not None and said is not None:
            again = audit(asked.problem, asked.rulebook, roster) if not asked.rest else said
            if (again.cost, set(again.broken)) != (said.cost, set(said.broken)):
                raise SolverFault(UNLIKE)
        return found

    def _hear(self, message: object) -> None:
        from scheduler.solver.incumbent import Progress

        if isinstance(message, Progress):
            self.progress |= {
                "cost": message.incumbent,
                "bound": message.bound,
                "gap": message.gap,
                "finder": str(message.finder),
                "prover": str(message.prover),
            }
        elif isinstance(message, Told):
            self._tell([list(pair) for pair in message.lines])
        elif isinstance(message, Sentence):
            self.progress["stage"] = [message.say(lang) for lang in LANGS]

    def _tell(self, lines: list[list[str]]) -> None:
        self.progress["told"] = [*self.progress["told"], *lines]

    @contextmanager
    def _beating(self) -> Iterator[None]:
        """Say every second that the job goes on, and hear whether it is to stop."""
        over = threading.Event()

        def beat() -> None:
            try:
                while not over.wait(BEAT_SECONDS):
                    stops = hold_job(self.job, self.progress | {"seconds": round(perf_counter() - self.began, 1)})
                    self.is_lost = stops is None
                    if self.computing and stops is None:
                        self.computing.kill()
                    for _ in range(self.stops, stops or 0):
                        self.stops += 1
                        if self.computing:
                            self.computing.stop()
            finally:
                connection.close()

        thread = threading.Thread(target=beat, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def _both(sentence: Sentence, **facts: object) -> list[str]:
    return [sentence.say(lang, **facts) for lang in LANGS]
