"""A process that helps a search: it is begun, spoken to through its pipes, ended whatever it does, and leaves nothing open."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from scheduler.errors import SolverFault
from scheduler.i18n import Sentence

LAST_WORDS = 500  # characters of what a process says before it dies


def message_stream() -> BinaryIO:
    """Where a helper's process says what it has to say: its standard output, which nobody else writes to from now on.

    HiGHS writes there whatever it is told.
    """
    target = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
    return target


class ChildProcess:
    """A Python process of its own, with pipes to and from it.

    Parameters
    ----------
    *command : str
        What Python is told to run: `-m` or `-c`, and what follows.
    """

    def __init__(self, *command: str) -> None:
        self._ended = False
        self._process = subprocess.Popen(
            [sys.executable, *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for the one who started it
        )

    def halt(self) -> None:
        """End the process, whatever it does."""
        self._ended = True
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """Give back what the process held, after it ended."""
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe:
                with suppress(BrokenPipeError):  # what nobody will read any more
                    pipe.close()

    def _over(self, failed: Sentence) -> None:
        """Wait for the end.

        Raises
        ------
        SolverFault
            The process ended by itself with an error; `failed` has a place `why`.
        """
        assert self._process.stderr is not None
        said = self._process.stderr.read().decode(errors="replace").strip()
        if self._process.wait() and not self._ended:
            raise SolverFault(failed, why=said[-LAST_WORDS:])
