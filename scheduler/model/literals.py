"""The types of the model's words: literals, amounts, and how much of them is already known."""

from __future__ import annotations

from collections.abc import Iterable

from ortools.sat.python import cp_model
from ortools.sat.python.cp_model_helper import Literal as Unknown

__all__ = ["Amount", "Literal", "Unknown", "known_no", "unknown_among"]

# `Unknown` is a literal that the solver decides: a 0/1 variable or its negation.
# A literal of CP-SAT, or 0 or 1 where the answer is already known.
Literal = Unknown | int
# A whole number that the solver decides, or one that is already known.
Amount = cp_model.IntVar | int


def known_no(literal: Literal) -> bool:
    """Whether a literal is known to be false."""
    return isinstance(literal, int) and literal == 0


def unknown_among(literals: Iterable[Literal]) -> list[Unknown]:
    """Those literals that the solver decides, in order."""
    return [literal for literal in literals if not isinstance(literal, int)]
