"""What stands against a month on paper, as commands print it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any

from scheduler.app.making_words import first_lines
from scheduler.audit.first_words import FirstWords
from scheduler.audit.obstacle_words import say_obstacle
from scheduler.cli.answer import console
from scheduler.domain import Problem
from scheduler.i18n import Lang


def obstacle_rows(words: FirstWords, problem: Problem, lang: Lang) -> list[dict[str, Any]]:
    """The obstacles in JSON's types."""
    return [
        {
            "kind": str(one.kind),
            "sentence": say_obstacle(one, problem, lang),
            "change": [lever.say(lang) for lever in one.levers],
            "dates": [day.isoformat() for day in one.days],
            "workers": list(one.workers),
            "rules": list(one.rules),
            "missing": one.missing,
        }
        for one in words.obstacles
    ]


class Teller:
    """Prints what stands against a month as soon as it is known; keeps it for the end where several desks are made.

    Parameters
    ----------
    paused : callable
        Makes the context in which lines are printed: without the progress line.

    Attributes
    ----------
    lines : list of str
        What is still to be printed.
    """

    def __init__(self, lang: Lang, at_once: bool, paused: Callable[[], AbstractContextManager[None]]) -> None:
        self.lang, self.at_once, self.paused = lang, at_once, paused
        self.lines: list[str] = []

    def tell(self, words: FirstWords, problem: Problem) -> None:
        """Print or keep what stands against a month."""
        self.add(first_lines(words, problem, self.lang))

    def add(self, lines: Iterable[str]) -> None:
        """Print or keep lines."""
        found = list(lines)
        if self.at_once:
            with self.paused():
                for line in found:
                    console().print(line)
        else:
            self.lines += found
