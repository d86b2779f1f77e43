"""The duties that a roster leaves open (未排), worded once and for all, with the minutes for which too few people are there."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from scheduler.audit.audit import Audit
from scheduler.audit.gaps import harm_factor, list_gaps
from scheduler.domain import Problem, Reason
from scheduler.i18n import LANGS, Sentence, as_template
from scheduler.timeline import DAY_MINUTES


class OpenDuty(NamedTuple):
    """A duty that a roster leaves open.

    Attributes
    ----------
    said : Sentence
        What is asked, and what was found.
    minutes : int
        For how long fewer people are there than have to be; 0 where what is asked names no times.
    """

    day: date
    said: Sentence
    minutes: int = 0


def find_open_duties(problem: Problem, found: Audit) -> tuple[OpenDuty, ...]:
    """The duties that a roster leaves open, the most harmful first, then by day.

    Parameters
    ----------
    found : Audit
        The roster's.
    """
    gaps = list_gaps(found)
    gaps.sort(key=lambda gap: (-gap[0].price * harm_factor(problem, gap[1].reason), gap[1].reason.days))
    return tuple(
        OpenDuty(
            violation.reason.days[0],
            Sentence(*(as_template(violation.say(lang, problem.names)) for lang in LANGS)),
            count_minutes(violation.reason),
        )
        for _, violation in gaps
    )


def count_minutes(reason: Reason) -> int:
    """Minutes from the first to the last time that a Reason names, as `HH:MM`; 0 where it names none."""
    facts = dict(reason.facts)
    start, end = facts.get("start"), facts.get("end")
    if not isinstance(start, str) or not isinstance(end, str):
        return 0
    return (_minute(end) - _minute(start)) % DAY_MINUTES or DAY_MINUTES


def _minute(text: str) -> int:
    hour, _, minute = text.partition(":")
    return int(hour) * 60 + int(minute)
