"""Values that a test knows to be there: asserted, and narrowed for the type checker."""

from __future__ import annotations

from typing import TypeVar

from scheduler.model.literals import Literal, Unknown

Value = TypeVar("Value")


def present(value: Value | None) -> Value:
    """The value, which is not `None`."""
    assert value is not None
    return value


def undecided(literal: Literal) -> Unknown:
    """A literal that the solver decides, so that it has an index."""
    assert not isinstance(literal, int)
    return literal
