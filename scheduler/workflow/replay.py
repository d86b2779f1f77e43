"""Requests as the log tells them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from scheduler.errors import LedgerError
from scheduler.i18n import Sentence
from scheduler.workflow.change_request import EVENTS, STEPS, Request, after_event
from scheduler.workflow.facts import Entry, request_from_facts

BROKEN = Sentence(
    "记录不相连：第 {n} 号申请不能有“{event}”", "the log does not hang together: “{event}” of request {n}"
)


def replay_requests(entries: Iterable[Entry]) -> dict[int, Request]:
    """The requests of a log by number, in the order of their last events; what is not a request's event is passed over.

    Raises
    ------
    LedgerError
        An event does not follow from what was logged before.
    """
    found: dict[int, Request] = {}
    for entry in entries:
        number = entry.facts.get("request")
        if not isinstance(number, int) or entry.event not in ("requested", *EVENTS):
            continue
        before = found.pop(number, None)
        if entry.event == "requested" and before is None:
            found[number] = request_from_facts(entry.facts)
        elif before is not None and (before.state, entry.event) in STEPS:
            version = entry.facts.get("version")
            if entry.event == "approved" and isinstance(version, int):
                before = replace(before, checked_on=version)
            override = str(entry.facts.get("override", ""))
            found[number] = after_event(before, entry.event, entry.by, entry.because, override)
        else:
            raise LedgerError(BROKEN, n=number, event=entry.event)
    return found
