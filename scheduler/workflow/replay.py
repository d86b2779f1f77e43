"""Rebuild requests from the log."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from scheduler.errors import LedgerError
from scheduler.i18n import Sentence
from scheduler.workflow.change_request import BEFALLING, EVENTS, OVERTAKEN, STEPS, Request, after_event
from scheduler.workflow.facts import ApprovedFacts, Entry, OvertakenFacts, RequestedFacts, request_of

BROKEN = Sentence("记录不相连：第 {n} 号申请不能有“{event}”", "the log is inconsistent: “{event}” of request {n}")


def replay_requests(entries: Iterable[Entry]) -> dict[int, Request]:
    """The requests of a log by number, in the order of their last events; entries about other things are ignored.

    Raises
    ------
    LedgerError
        An event cannot follow the events that were logged before.
    """
    found: dict[int, Request] = {}
    for entry in entries:
        number = request_of(entry)
        if number is None or entry.event not in ("requested", *EVENTS, *BEFALLING):
            continue
        before = found.pop(number, None)
        if entry.event == "requested" and before is None:
            found[number] = RequestedFacts.read(entry.facts).request
        elif before is not None and (before.state, entry.event) in STEPS:
            override = ""
            if entry.event == "approved":
                facts = ApprovedFacts.read(entry.facts)
                override = facts.override
                before = replace(before, leave=facts.granted) if facts.granted else before
                before = replace(before, checked_on=before.checked_on if facts.version is None else facts.version)
            if entry.event == OVERTAKEN:
                before = replace(before, overtaken_by=OvertakenFacts.read(entry.facts).overtaken_by)
            found[number] = after_event(before, entry.event, entry.by, entry.because, override)
        else:
            raise LedgerError(BROKEN, n=number, event=entry.event)
    return found
