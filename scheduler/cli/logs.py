"""What `--verbose` and `SCHEDULER_LOG` show of the program's logging.

The program logs by the standard `logging` under `scheduler`: what is read,
built, searched, recorded and written, by whom and how long it took (INFO), and
each step of it, CP-SAT's own log included (DEBUG). Nothing is shown unless it
is asked for.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scheduler.i18n import Sentence
from scheduler.passing import check_own

LOG_VARIABLE = "SCHEDULER_LOG"
FORM = "%(asctime)s %(levelname)s %(name)s: %(message)s"
BEGINNING = re.compile(rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} [A-Z]+ scheduler\b|$")
PROGRAM_LOG = Sentence("运行日志", "a log")


def _is_log(path: Path) -> bool:
    """Whether a file is empty or begins with an entry as `show_log` writes it."""
    with path.open("rb") as file:
        return BEGINNING.match(file.readline(100)) is not None


@contextmanager
def show_log(verbose: int) -> Iterator[None]:
    """Show the log while a command is at work.

    Parameters
    ----------
    verbose : int
        1 shows what is done on standard error, 2 each step; 0 nothing. With a
        file named by `SCHEDULER_LOG`, each step is appended to that as well.

    Raises
    ------
    InputError
        The file is something else than such a log.
    OSError
        It cannot be written.
    """
    handlers: list[logging.Handler] = []
    if verbose:
        screen = logging.StreamHandler(sys.stderr)
        screen.setLevel(logging.INFO if verbose == 1 else logging.DEBUG)
        handlers.append(screen)
    if file := os.environ.get(LOG_VARIABLE):
        check_own(Path(file), _is_log, PROGRAM_LOG)
        handlers.append(logging.FileHandler(file, encoding="utf-8"))
    program = logging.getLogger("scheduler")
    before = program.level
    for handler in handlers:
        handler.setFormatter(logging.Formatter(FORM))
        program.addHandler(handler)
    if handlers:
        program.setLevel(min(handler.level or logging.DEBUG for handler in handlers))
    try:
        yield
    finally:
        program.setLevel(before)
        for handler in handlers:
            program.removeHandler(handler)
            handler.close()
