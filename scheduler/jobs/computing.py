"""A month looked for in a process of its own: a question in, what is found out. It opens no ledger and no file.

The question comes in on standard input, then a message for each time that it is told to stop; where the input ends, whoever
asked is gone, and so is the process.
"""

from __future__ import annotations

import _thread
import os
import pickle
import signal
import sys
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scheduler.app.making import Effort, Found, MonthAsked, find_roster
from scheduler.app.making_words import first_lines, repair_lines
from scheduler.errors import SolverFault
from scheduler.i18n import LANGS, Sentence, on_the_page
from scheduler.solver.child_process import ChildProcess, message_stream

if TYPE_CHECKING:
    from scheduler.audit.first_words import FirstWords
    from scheduler.domain import Problem
    from scheduler.solver.repairs import Repair

START = "from scheduler.jobs.computing import main; main()"  # not `-m`, which would give the classes here a second name
FAILED = Sentence("求解进程出错：{why}", "the solving process failed: {why}")
MOST_LINES = 1000
NICENESS = 10  # so that pages are answered while it computes


@dataclass(frozen=True)
class Told:
    """Lines that are told while it computes, each in both languages."""

    lines: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, *versions: Iterable[str]) -> Told:
        """From the lines in each language."""
        return cls(tuple(zip(*versions, strict=True)))


@dataclass(frozen=True)
class Stopped:
    """It was told to stop before there was anything to keep."""


class Computing(ChildProcess):
    """A question at work in a process of its own, as whoever asked sees it."""

    def __init__(self, asked: MonthAsked, effort: Effort) -> None:
        super().__init__("-c", START)
        self._sending = threading.Lock()
        plain = Effort(time_limit=effort.time_limit, seed=effort.seed, cores=effort.cores)
        self._send((asked, (plain.time_limit, plain.seed, plain.cores)))

    def stop(self) -> None:
        """Tell it that what there is will do."""
        self._send(None)

    def run(self, hear: Callable[[object], None]) -> Found | None:
        """Hear what it tells until it has found something; `None` where it was stopped before, or killed.

        Raises
        ------
        SolverFault
            The process ended by itself.
        """
        assert self._process.stdout is not None
        try:
            while True:
                message = pickle.load(self._process.stdout)
                if isinstance(message, Found | Stopped):
                    return message if isinstance(message, Found) else None
                if isinstance(message, SolverFault):
                    raise message
                hear(message)
        except (EOFError, pickle.UnpicklingError):
            self._wait(FAILED)
            return None
        finally:
            self.kill()
            self.close()

    def _send(self, message: object) -> None:
        assert self._process.stdin is not None
        with self._sending:
            try:
                pickle.dump(message, self._process.stdin, pickle.HIGHEST_PROTOCOL)
                self._process.stdin.flush()
            except (BrokenPipeError, ValueError):  # it is dead; `run` says why
                pass


def main() -> None:
    """The process."""
    source, target = sys.stdin.buffer, message_stream()
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a server that runs behind a shell's back has it ignored
    asked, (time_limit, seed, cores) = pickle.load(source)
    sending = threading.Lock()

    def send(message: object) -> None:
        with sending:
            pickle.dump(message, target, pickle.HIGHEST_PROTOCOL)
            target.flush()

    def listen() -> None:
        try:
            while True:
                pickle.load(source)
                _interrupt_main()
        finally:
            os._exit(0)

    def tell(words: FirstWords, problem: Problem) -> None:
        send(Told.of(*(first_lines(words, problem, lang, MOST_LINES) for lang in LANGS)))

    number = 0

    def tell_repair(repair: Repair, problem: Problem) -> None:
        nonlocal number
        number += 1
        send(Told.of(*(repair_lines(repair, number, problem, lang, MOST_LINES) for lang in LANGS)))

    effort = Effort(
        time_limit=time_limit, seed=seed, cores=cores, listener=send, stage=send, tell=tell, tell_repair=tell_repair
    )
    threading.Thread(target=listen, daemon=True).start()
    try:
        with on_the_page():
            send(find_roster(asked, effort))
    except KeyboardInterrupt:
        send(Stopped())
    except SolverFault as fault:
        send(fault)


def _interrupt_main() -> None:
    """What Ctrl-C does: the search keeps the best that it has."""
    if hasattr(signal, "pthread_kill"):  # wakes a thread that waits
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
    else:
        _thread.interrupt_main()
