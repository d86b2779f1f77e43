"""Change requests of every kind and state, drawn at random."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from scheduler.domain import LEAVE_KINDS, Compensation, Fixed, Leave, Month, Overtime
from scheduler.timeline import ONE_DAY
from scheduler.workflow.change_request import NEEDS, Cell, Request, RequestKind, RequestState
from scheduler.workflow.overrides import Override

SECOND = timedelta(seconds=1)

ids = st.text(min_size=1, max_size=4)
dates = st.dates()
cells = st.builds(Cell, ids, dates)
leaves = st.builds(
    lambda who, days, kind, approved: Leave(who, min(days), max(days), kind, approved=approved),
    ids,
    st.tuples(dates, dates),
    st.sampled_from(LEAVE_KINDS),
    st.booleans(),
)
overtimes = st.builds(
    Overtime, ids, dates, st.integers(1, 600), st.none() | st.integers(0, 2879), st.sampled_from(Compensation)
)
PARTS: dict[str, Any] = {
    "give": cells,
    "take": cells,
    "to": ids,
    "leave": leaves,
    "cancelled_leave": leaves,
    "overtime": overtimes,
    "surge": st.tuples(dates, st.floats(0, exclude_min=True, allow_infinity=False)),
    "undoes": st.integers(1, 999),
    "since": dates,
    "cells": st.lists(st.builds(Fixed, ids, dates, st.text(max_size=2)), min_size=1).map(tuple),
}
zones = st.one_of(st.just(UTC), st.timedeltas(-ONE_DAY + SECOND, ONE_DAY - SECOND).map(timezone), st.timezones())


@st.composite
def requests(draw: st.DrawFn) -> Request:
    kind = draw(st.sampled_from(list(RequestKind)))
    parts = {name: draw(PARTS[name]) for name in NEEDS[kind]}
    if draw(st.booleans()):
        parts["cells"] = draw(PARTS["cells"])
    if draw(st.booleans()):
        parts["overtime"] = draw(overtimes)
    return Request(
        number=draw(st.integers(0, 10**9)),
        kind=kind,
        month=Month(draw(st.integers(1, 9999)), draw(st.integers(1, 12))),
        by=draw(st.text()),
        because=draw(st.text()),
        at=draw(st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=zones)),
        checked_on=draw(st.integers(0, 999)),
        confirmed=tuple(draw(st.lists(ids))),
        state=draw(st.sampled_from(list(RequestState))),
        approver=draw(st.text()),
        override=draw(st.text()),
        decided_because=draw(st.text()),
        after_fact=draw(st.booleans()),
        parties=tuple(draw(st.lists(ids))),
        papers_due=draw(st.none() | dates),
        spared=tuple(draw(st.lists(ids, max_size=2))),
        sets_aside=tuple(draw(st.lists(st.sampled_from(list(Override)), unique=True))),
        overtaken_by=draw(st.integers(0, 99)),
        tables=draw(st.text()) if kind == RequestKind.TABLES else "",
        **parts,
    )
