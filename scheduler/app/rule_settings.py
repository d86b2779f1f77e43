"""A desk's rules for whoever looks after them: with clause and settings, on or off, changed on trial and for good."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from scheduler import clock
from scheduler.app.change_table import Prepared, TableChanged, record_change
from scheduler.app.check import Checked
from scheduler.app.tables import check_right, try_prepared
from scheduler.files.editing.settings_file import Value, edit_rule
from scheduler.files.editing.table_file import mark_tables
from scheduler.files.reading.desk import read_desk
from scheduler.files.schema.settings import SETTINGS
from scheduler.i18n import Lang, Sentence
from scheduler.rules import Constraint, explained
from scheduler.rules.book import discovered
from scheduler.workflow.table_facts import ChangedRow, TableChangedFacts

ON, BECAUSE = "enabled", "because"  # settings that every rule has


@dataclass(frozen=True)
class Setting:
    """A setting of a rule.

    Attributes
    ----------
    value, default : bool, int, float or tuple of str
        What holds, and what holds where the desk says nothing.
    unit : str
        `h`, `min`, `d`; empty for a count, a cost or a text.
    low, high : float or None
        The range of a number, both ends included.
    """

    name: str
    meaning: Sentence
    value: Any
    default: Any
    unit: str = ""
    low: float | None = None
    high: float | None = None

    @property
    def is_own(self) -> bool:
        """Whether the desk has set something else than the default."""
        return bool(self.value != self.default)


@dataclass(frozen=True)
class RuleSettings:
    """A rule as a desk has it.

    Attributes
    ----------
    off_because : str or None
        Why it is switched off; `None` where it is on.
    """

    name: str
    rule: type[Constraint]
    settings: tuple[Setting, ...]
    off_because: str | None = None

    @property
    def sections(self) -> Mapping[str, Sentence]:
        """What its documentation says, by heading."""
        return explained(self.rule)


@dataclass(frozen=True)
class Rules:
    """A desk's rules, and the fingerprint of the tables that an edit carries."""

    rules: tuple[RuleSettings, ...]
    made_on: Mapping[str, str]


def list_rules(desk: Path) -> Rules:
    """Every rule that there is, as a desk has it.

    Raises
    ------
    InputError
    """
    made_on = mark_tables(desk)
    book = read_desk(desk).rulebook
    off = {one.rule: one.because for one in book.off}
    found = []
    for name, cls in discovered().items():
        rule = cls() if name in off else book.named(name)
        settings = tuple(
            Setting(
                one.name,
                one.metadata["doc"],
                getattr(rule, one.name),
                one.default,
                one.metadata["unit"],
                one.metadata["low"],
                one.metadata["high"],
            )
            for one in dataclasses.fields(cls)
        )
        found.append(RuleSettings(name, cls, settings, off.get(name)))
    return Rules(tuple(found), made_on)


def try_rule(
    desk: Path,
    rule: str,
    values: Mapping[str, Value | None],
    by: str,
    *,
    made_on: Mapping[str, str],
    store: str | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> tuple[TableChanged, Checked]:
    """What other settings would come to, with the arithmetic of the coming month; nothing is changed.

    Raises
    ------
    InputError, RosterMoved, Refusal
        As `tables.try_table`.
    """
    prepare = partial(_prepare, desk, rule, values, lang)
    return try_prepared(desk, prepare, by, made_on=made_on, store=store, now=now)


def save_rule(
    desk: Path,
    rule: str,
    values: Mapping[str, Value | None],
    by: str,
    because: str = "",
    *,
    made_on: Mapping[str, str],
    store: str | None = None,
    lang: Lang = "zh",
    now: clock.Clock = clock.now,
) -> TableChanged:
    """Change a rule's settings, by whoever may publish.

    Raises
    ------
    InputError, RosterMoved, Refusal
        As `tables.try_table`.
    """
    check_right(desk, by)
    prepare = partial(_prepare, desk, rule, values, lang)
    return record_change(desk, prepare, by, because, made_on=made_on, store=store, lang=lang, now=now)


def _prepare(desk: Path, rule: str, values: Mapping[str, Value | None], lang: Lang) -> Prepared:
    """The settings' file with the change, and what the log says of it."""
    there = next(one for one in list_rules(desk).rules if one.name == rule)
    before: dict[str, object] = {one.name: one.value for one in there.settings}
    default: dict[str, object] = {one.name: one.default for one in there.settings}
    before |= {ON: there.off_because is None, BECAUSE: there.off_because or ""}
    default |= {ON: True, BECAUSE: ""}
    path, content = edit_rule(desk, rule, values, lang)
    after = {key: default[key] if value is None else value for key, value in values.items()}
    moved = [key for key in values if before[key] != after[key]]
    row = ChangedRow(
        0,
        {f"rules.{rule}.{key}": say_value(before[key]) for key in moved},
        {f"rules.{rule}.{key}": say_value(after[key]) for key in moved},
    )
    facts = TableChangedFacts(
        table=SETTINGS.name, file=path.name, rows=(row,), mark=hashlib.sha256(content).hexdigest()
    )
    return Prepared({path: content}, (facts,))


def say_value(value: object) -> str:
    """A setting's value as a user would type it: texts with a semicolon between."""
    if isinstance(value, tuple | list):
        return "; ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)
