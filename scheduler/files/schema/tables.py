"""Every table of a desk, in the order in which they are printed."""

from __future__ import annotations

from scheduler.files.schema.demand_tables import DEMAND, SHIFTS, SLOT_TABLES
from scheduler.files.schema.exchange_table import EXCHANGE
from scheduler.files.schema.leave_tables import LEAVE, LEAVE_KIND_TABLE
from scheduler.files.schema.people_tables import OFFICIALS, PEOPLE
from scheduler.files.schema.plan_tables import CARRIED, EVENTS, FIXED, HISTORY, HOLIDAYS, OVERTIME, REQUESTS

TABLES = (
    PEOPLE,
    SHIFTS,
    DEMAND,
    LEAVE,
    LEAVE_KIND_TABLE,
    REQUESTS,
    FIXED,
    OVERTIME,
    HISTORY,
    CARRIED,
    HOLIDAYS,
    EVENTS,
    *SLOT_TABLES,
    OFFICIALS,
    EXCHANGE,
)
