"""A desk's rulebook: discovery of the rules in `constraints/`, the desk's `[rules.*]`, and their fingerprint."""

from __future__ import annotations

import dataclasses
import difflib
import importlib
import inspect
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import constraints
from scheduler.digest import canonical, digest_of, restore
from scheduler.domain import HoursSystem, Note, Problem, Worker
from scheduler.errors import Fault, RulebookError
from scheduler.i18n import Sentence, as_template
from scheduler.rules.base import Constraint

if TYPE_CHECKING:
    from scheduler.model.roster_model import RosterModel


@cache
def discovered() -> dict[str, type[Constraint]]:
    """Every rule class by name, in the order of their names."""
    found: dict[str, type[Constraint]] = {}
    for module_info in sorted(pkgutil.iter_modules(constraints.__path__), key=lambda m: m.name):
        module = importlib.import_module(f"constraints.{module_info.name}")
        for cls in vars(module).values():
            if inspect.isclass(cls) and issubclass(cls, Constraint) and cls.__module__ == module.__name__:
                found[module_info.name] = cls
    return found


@dataclass(frozen=True)
class SwitchedOff:
    """A rule that the desk has switched off, and why."""

    rule: str
    because: str


@dataclass(frozen=True)
class TakenLiterally:
    """A rule that gives way to a clause taken literally, and why: its violations are recorded as exemptions."""

    rule: str
    because: str


@dataclass(frozen=True)
class Rulebook:
    """The rules of a desk, in the order of their names.

    Attributes
    ----------
    off : tuple of SwitchedOff
    literal : tuple of TakenLiterally
        Rules that are checked and not enforced.
    """

    rules: tuple[Constraint, ...]
    off: tuple[SwitchedOff, ...] = ()
    literal: tuple[TakenLiterally, ...] = ()

    def on(self, problem: Problem) -> tuple[Constraint, ...]:
        """The rules that apply to the problem."""
        return tuple(rule for rule in self.rules if rule.applies(problem))

    def enforced(self, problem: Problem) -> tuple[Constraint, ...]:
        """The rules that apply and that no roster may break: those that are taken literally are only checked."""
        literal = {one.rule for one in self.literal}
        return tuple(rule for rule in self.on(problem) if rule.name not in literal)

    def named(self, name: str) -> Constraint:
        """The rule of that name; raises `KeyError` where it is not on."""
        return next(rule for rule in self.rules if rule.name == name)

    def encode(self, problem: Problem, model: RosterModel) -> None:
        """Post every rule that is enforced: all narrow, then all encode, then the model posts what waited for that.

        Raises
        ------
        OutOfTime
            The model's time limit passed.
        """
        rules = self.enforced(problem)
        with model.narrowing():
            for rule in rules:
                rule.narrow(problem, model)
                model.time_limit.check()
        for rule in rules:
            rule.encode(problem, model)
            model.time_limit.check()
        model.complete()

    def left_out(self, problem: Problem) -> tuple[Note, ...]:
        """What the rules do not count in a month, and why."""
        return tuple(note for rule in self.on(problem) for note in rule.left_out(problem))

    def hours_system(self, worker: Worker) -> HoursSystem:
        """The worker's system of working time: as the rules say, else the worker's own row, else the standard one."""
        said = (rule.hours_system(worker) for rule in self.rules)
        return next(filter(None, said), worker.hours_system or HoursSystem.STANDARD)

    def prices(self) -> dict[str, int]:
        """By name, what bending a rule by one costs in a repair; rules that may not be bent are left out."""
        return {rule.name: rule.price for rule in self.rules if rule.price}

    def parameters(self) -> dict[str, dict[str, Any]]:
        """Every rule's settings by name."""
        return {rule.name: dataclasses.asdict(rule) for rule in self.rules}

    @cached_property
    def fingerprint(self) -> str:
        """The digest of each rule's name, revision and settings, and of those switched off or taken literally."""
        rules = [[rule.name, rule.revision, canonical(rule)] for rule in self.rules]
        return digest_of({"rules": rules, "off": canonical(self.off), "literal": canonical(self.literal)})


class RevisedRule(NamedTuple):
    """A rule that means something else by now than when it was recorded: its revision then, and now."""

    rule: str
    then: int
    now: int


def record_rulebook(rulebook: Rulebook) -> dict[str, Any]:
    """A rulebook in JSON's types: each rule's revision and effective settings, and what is switched off or taken literally."""
    return {
        "rules": {rule.name: {"revision": rule.revision, "settings": canonical(rule)} for rule in rulebook.rules},
        "off": canonical(rulebook.off),
        "literal": canonical(rulebook.literal),
    }


def restore_rulebook(recorded: Mapping[str, Any]) -> tuple[Rulebook, tuple[RevisedRule, ...]]:
    """The rulebook that was recorded, as this program's rules understand it; and the rules that have been revised since.

    Raises
    ------
    KeyError, TypeError, ValueError
        There is no such rule or setting any more.
    """
    rules, revised = [], []
    for name, one in recorded["rules"].items():
        rule = restore(discovered()[name], one["settings"])
        rules.append(rule)
        if rule.revision != one["revision"]:
            revised.append(RevisedRule(name, one["revision"], rule.revision))
    off = restore(tuple[SwitchedOff, ...], recorded["off"])
    literal = restore(tuple[TakenLiterally, ...], recorded["literal"])
    return Rulebook(tuple(rules), off, literal), tuple(revised)


STRICT, LITERAL = "strict", "literal"


def read_rulebook(
    tables: Mapping[str, Mapping[str, object]], file: str = "desk.toml", reading: str = STRICT
) -> Rulebook:
    """The rulebook of a desk: every discovered rule with the desk's settings.

    Parameters
    ----------
    tables : mapping
        The desk's `[rules.NAME]` tables.
    file : str
        What faults name as their file.
    reading : str
        How the desk reads clauses that conflict: under `literal`, a rule with
        `literal = "because …"` is checked and not enforced.

    Raises
    ------
    RulebookError
        Every unknown rule, unknown key and value out of range at once.
    """
    faults: list[Fault] = []
    rules: list[Constraint] = []
    off: list[SwitchedOff] = []
    literal: list[TakenLiterally] = []
    for name in tables:
        if name not in discovered():
            faults.append(Fault(file, _nearest(name, discovered()), column=f"[rules.{name}]"))
    for name, cls in discovered().items():
        table = dict(tables.get(name, {}))
        enabled, why = table.pop("enabled", True), str(table.pop("because", ""))
        given_up = table.pop("literal", "")
        settings: dict[str, Any] = {}
        known = {f.name: f for f in dataclasses.fields(cls)}
        for key, value in table.items():
            place = f"[rules.{name}] {key}"
            if key not in known:
                faults.append(Fault(file, _nearest(key, known), column=place))
                continue
            settings[key] = tuple(value) if isinstance(value, list) else value
            expected = _expected(cls, known[key], settings[key])
            if expected:
                faults.append(Fault(file, expected, column=place, found=str(value)))
        if not isinstance(enabled, bool):
            faults.append(Fault(file, Sentence("true 或 false", "true or false"), column=f"[rules.{name}] enabled"))
        elif not enabled and not why:
            wanted = Sentence('停用规则须写明 because = "原因"', 'a rule that is switched off needs because = "…"')
            faults.append(Fault(file, wanted, column=f"[rules.{name}]"))
        elif not enabled:
            off.append(SwitchedOff(name, why))
        elif not any(fault.column.startswith(f"[rules.{name}]") for fault in faults):
            rules.append(cls(**settings))
            if given_up and reading == LITERAL:
                literal.append(TakenLiterally(name, str(given_up)))
        if not isinstance(given_up, str):
            wanted = Sentence('literal = "原因"', 'literal = "why"')
            faults.append(Fault(file, wanted, column=f"[rules.{name}] literal", found=str(given_up)))
    if faults:
        raise RulebookError(faults)
    return Rulebook(tuple(rules), tuple(off), tuple(literal))


def _nearest(word: str, known: Mapping[str, object]) -> Sentence:
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    names = ", ".join(close or sorted(known)) or "enabled, because"
    word = as_template(word)
    return Sentence(f"没有“{word}”；可用：{names}", f"no “{word}” here; known: {names}")


def _expected(cls: type[Constraint], declared: dataclasses.Field[Any], value: object) -> Sentence | None:
    """What a setting should have been, where it is not that."""
    meta, default = declared.metadata, declared.default
    if isinstance(default, tuple):
        if not isinstance(value, tuple) or not all(isinstance(item, str) for item in value):
            return Sentence('一列文字，如 ["班长"]', 'a list of texts, such as ["leader"]')
        try:
            cls(**{declared.name: value})
        except ValueError:  # the rule cannot read the texts; the parameter's meaning says how they are written
            said: Sentence = meta["doc"]
            return said
        return None
    if isinstance(default, bool):
        return None if isinstance(value, bool) else Sentence("true 或 false", "true or false")
    low, high = meta["low"], meta["high"]
    number = isinstance(value, int | float) and not isinstance(value, bool)
    whole = isinstance(value, int) or not isinstance(default, int)
    if number and whole and (low is None or value >= low) and (high is None or value <= high):
        return None
    kind = Sentence("整数", "a whole number") if isinstance(default, int) else Sentence("数字", "a number")
    reach = f" {low} – {high} {meta['unit']}".rstrip()
    return Sentence(kind.zh + reach, kind.en + reach)
