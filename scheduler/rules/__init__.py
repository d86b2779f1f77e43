"""What a rule is, and a desk's set of them; which rules there are stands in `constraints/`."""

from scheduler.rules.base import Constraint, Layer, because, explained, note_on, parameter, settings_of
from scheduler.rules.remarks import not_counted, why_uncovered

__all__ = [
    "Constraint",
    "Layer",
    "because",
    "explained",
    "not_counted",
    "note_on",
    "parameter",
    "settings_of",
    "why_uncovered",
]
