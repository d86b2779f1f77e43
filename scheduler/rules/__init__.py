"""What a rule is, and a desk's set of them; which rules there are stands in `constraints/`."""

from scheduler.rules.base import Constraint, Layer, because, explained, parameter

__all__ = ["Constraint", "Layer", "because", "explained", "parameter"]
