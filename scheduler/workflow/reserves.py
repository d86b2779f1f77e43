"""Who stands by (备班) for a version: as it was planned, and as a request carries it on."""

from __future__ import annotations

from collections.abc import Iterable

from scheduler.domain import Duty
from scheduler.workflow.facts import DraftedFacts, Entry, PublishedFacts


def find_reserves(entries: Iterable[Entry], version: int) -> tuple[Duty, ...]:
    """The reserves of a version, each as the duty that it would be if called.

    A version that a request made has those of the version that it superseded. Whether they could still be called is
    another question, see `audit.reserves`.
    """
    told = list(entries)
    at: int | None = version
    while at is not None:
        drafted = next((one for one in told if (one.version, one.event) == (at, "drafted")), None)
        facts = DraftedFacts.read(drafted.facts) if drafted else DraftedFacts()
        if facts.reserves or facts.request is None:
            return facts.reserves
        published = next((one for one in told if (one.version, one.event) == (at, "published")), None)
        before = PublishedFacts.read(published.facts).supersedes if published else None
        at = before if before is not None and before < at else None
    return ()
