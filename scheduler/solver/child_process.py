"""A child process of a search: started, spoken to through its pipes, killed at any time, with nothing left open."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from scheduler.errors import SolverFault
from scheduler.i18n import Sentence

ERROR_CHARACTERS = 500  # of a dead process's error output that are quoted, from its end


def message_stream() -> BinaryIO:
    """In the child: the stream for its messages, its standard output, which from now on nothing else writes to.

    HiGHS writes to standard output whatever it is told, so what others write there is discarded.
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
        Arguments of the Python interpreter: `-m` or `-c`, and what follows.
    """

    def __init__(self, *command: str) -> None:
        self._killed = False
        self._process = subprocess.Popen(
            [sys.executable, "-P", *command],  # or a module in the current folder, a desk's perhaps, would be executed
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C reaches the parent only, which then kills its children
        )

    def kill(self) -> None:
        """End the process, whatever it does."""
        self._killed = True
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        """Close the pipes, after the process has ended."""
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe:
                with suppress(BrokenPipeError):  # something was written that nobody will read
                    pipe.close()

    def _wait(self, failed: Sentence) -> None:
        """Wait for the end of the process.

        Raises
        ------
        SolverFault
            The process ended by itself with an error; `failed` has a place `why` for the end of its error output.
        """
        assert self._process.stderr is not None
        error = self._process.stderr.read().decode(errors="replace").strip()
        if self._process.wait() and not self._killed:
            raise SolverFault(failed, why=error[-ERROR_CHARACTERS:])
