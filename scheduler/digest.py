"""Digests of what is asked: equal digests ask for the same roster, in this release and in later ones.

A digest is taken of *canonical data*: every field by its name, with its effective
value. No class name, no order of fields and no source text goes into it, so that
refactoring does not change it. Digests are written as `FORMAT:hex`; those of
releases before 0.2 are bare hex digits; neither those nor those of an earlier format
are computed again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

FORMAT = 2  # 1 told phones and kinds of leave apart, which could be guessed from it
DIGITS = 16  # of SHA-256, in hex

# Fields that a later release added, by class and name, with the value at which they ask for nothing new. A field with
# that value is left out of the data, so that digests taken before the field existed stay valid.
LATER_FIELDS: Mapping[str, Mapping[str, object]] = {
    "Problem": {"former_shifts": (), "past_overtime": ()},
    "Overtime": {"start": None, "compensation": "pay"},
    "Worker": {"formerly": (), "hours_system": None, "hours_period": "month"},
    "Desk": {"hours_by": "wall", "tail_minutes": 0, "midday": 720, "leave_kinds": ()},
    "Leave": {"start": None, "end": None},
    "Procedure": {
        "rights": (),
        "swap_notice_hours": None,
        "further_notice_hours": 24.0,
        "further_notice_held": False,
    },
}


def canonical(value: Any) -> Any:
    """A value in JSON's types: named fields as a mapping, sequences as lists, dates in ISO form.

    Whole numbers are equal whatever their type (`8` and `8.0`).

    Raises
    ------
    TypeError
        The value has no canonical form.
    """
    if isinstance(value, Enum):
        return canonical(value.value)
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value):
        return _named(type(value).__name__, {field.name: getattr(value, field.name) for field in fields(value)})
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return _named(type(value).__name__, value._asdict())
    if isinstance(value, Mapping):
        return {str(canonical(key)): canonical(part) for key, part in value.items()}
    if isinstance(value, frozenset | set):
        return sorted((canonical(part) for part in value), key=repr)
    if isinstance(value, tuple | list):
        return [canonical(part) for part in value]
    raise TypeError(f"{value!r} has no canonical form")


def _named(name: str, values: Mapping[str, object]) -> dict[str, Any]:
    neutral = LATER_FIELDS.get(name, {})
    return {key: canonical(value) for key, value in values.items() if not (key in neutral and value == neutral[key])}


def digest_of(data: object) -> str:
    """The digest of canonical data, as `FORMAT:hex`."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    return f"{FORMAT}:{hashlib.sha256(text.encode()).hexdigest()[:DIGITS]}"


def is_recomputable(digest: str) -> bool:
    """Whether a digest has the format that this release computes; others were recorded by another release."""
    return digest.startswith(f"{FORMAT}:")


def restore(kind: Any, data: Any) -> Any:
    """The value of a type that `canonical` gave as `data`; fields that a later release added have their default.

    Parameters
    ----------
    kind : type
        As an annotation writes it: a class of named fields, `tuple[X, ...]`, `Mapping[K, V]`, `X | None`, or a plain type.

    Raises
    ------
    TypeError, ValueError, KeyError
        The data is not of that type.
    """
    origin, parts = get_origin(kind), get_args(kind)
    if kind is Any:
        return data
    if origin in (Union, UnionType):
        return _restore_either(parts, data)
    if origin is tuple:
        if len(parts) == 2 and parts[1] is Ellipsis:
            return tuple(restore(parts[0], part) for part in _listed(data))
        return tuple(restore(part, value) for part, value in zip(parts, _listed(data), strict=True))
    if origin in (frozenset, set):
        return origin(restore(parts[0], part) for part in _listed(data))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {_restore_key(parts[0], key): restore(parts[1], part) for key, part in _paired(data)}
    if is_dataclass(kind) or hasattr(kind, "_fields"):
        hints = _hints(kind)
        return kind(**{name: restore(hints[name], part) for name, part in _paired(data)})
    if issubclass(kind, Enum):
        return kind(data)
    if kind is date:
        return date.fromisoformat(data)
    if kind is float and type(data) is int:
        return float(data)
    if type(data) is not kind:
        raise TypeError(f"{data!r} is no {kind.__name__}")
    return data


@cache
def _hints(kind: Any) -> dict[str, Any]:
    """The types of a class's fields; to work them out takes longer than to restore a value."""
    return get_type_hints(kind)


def _restore_either(kinds: tuple[Any, ...], data: Any) -> Any:
    """The value of the first of several types that the data is of."""
    if data is None and NoneType in kinds:
        return None
    for kind in kinds:
        try:
            return restore(kind, data)
        except (TypeError, ValueError, KeyError):
            continue
    raise TypeError(f"{data!r} is none of {kinds}")


def _restore_key(kind: Any, key: str) -> Any:
    return int(key) if kind is int else restore(kind, key)


def _paired(data: Any) -> Iterable[tuple[str, Any]]:
    if not isinstance(data, Mapping):
        raise TypeError(f"{data!r} is no mapping")
    return data.items()


def _listed(data: Any) -> list[Any]:
    if not isinstance(data, list):
        raise TypeError(f"{data!r} is no list")
    return data
