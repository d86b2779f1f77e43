"""What a rule is, and a desk's set of them; which rules there are stands in `constraints/`."""

from scheduler.rules.base import Constraint, because, explained, parameter

__all__ = ["Constraint", "because", "explained", "parameter"]
