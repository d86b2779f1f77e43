"""What a desk is made of: frozen values that validate themselves when created; no module here reads a file or knows a rule."""

from scheduler.domain.calendar import (
    AND,
    DAY_KEYS,
    ISO_DATE,
    SEASON,
    WEEKDAY_KEYS,
    Day,
    DayKind,
    Month,
    day_match,
    is_day_key,
    within,
)
from scheduler.domain.demand import Demand, Opening, SlotNeed
from scheduler.domain.desk import Desk, Official, Procedure
from scheduler.domain.events import Event, Sitting
from scheduler.domain.fairness import Burden, share_present
from scheduler.domain.findings import Note, Noted, Reason, Violation
from scheduler.domain.people import Protection, ProtectionKind, Skill, Terms, Worker, present_ids
from scheduler.domain.plans import (
    COMPENSATION_NAMES,
    LEAVE_KINDS,
    LEAVE_NAMES,
    WORKING_LEAVE,
    Compensation,
    Fixed,
    Leave,
    Overtime,
    Wish,
)
from scheduler.domain.problem import ExtraWork, Problem
from scheduler.domain.roster import Change, Duty, Roster
from scheduler.domain.shifts import Break, FormerShift, Shift, ShiftPeriod, ShiftTable

__all__ = [
    "AND",
    "COMPENSATION_NAMES",
    "DAY_KEYS",
    "ISO_DATE",
    "LEAVE_KINDS",
    "LEAVE_NAMES",
    "SEASON",
    "WEEKDAY_KEYS",
    "WORKING_LEAVE",
    "Break",
    "Burden",
    "Change",
    "Compensation",
    "Day",
    "DayKind",
    "Demand",
    "Desk",
    "Duty",
    "Event",
    "ExtraWork",
    "Fixed",
    "FormerShift",
    "Leave",
    "Month",
    "Note",
    "Noted",
    "Official",
    "Opening",
    "Overtime",
    "Problem",
    "Procedure",
    "Protection",
    "ProtectionKind",
    "Reason",
    "Roster",
    "Shift",
    "ShiftPeriod",
    "ShiftTable",
    "Sitting",
    "Skill",
    "SlotNeed",
    "Terms",
    "Violation",
    "Wish",
    "Worker",
    "day_match",
    "is_day_key",
    "present_ids",
    "share_present",
    "within",
]
