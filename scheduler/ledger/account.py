"""Who runs the program: the account and the machine, as the operating system knows them, whatever `--by` says."""

from __future__ import annotations

import os
import platform
from contextlib import suppress
from functools import cache

from scheduler.characters import make_visible

MOST_CHARACTERS = 100


@cache
def running_account() -> str:
    """The account and the host, as `account@host`; not from the environment, which everybody sets as they like."""
    text = f"{_account()}@{platform.node() or '?'}"
    return make_visible(text.encode(errors="replace").decode())[:MOST_CHARACTERS]


def _account() -> str:
    with suppress(ImportError, KeyError):  # not on Windows; an account without a name
        import pwd

        return pwd.getpwuid(os.geteuid()).pw_name
    with suppress(OSError):  # no terminal
        return os.getlogin()
    return str(os.geteuid()) if hasattr(os, "geteuid") else "?"
