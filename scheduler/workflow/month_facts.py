"""The facts of a version: what a month's roster was made with, as it is recorded with it, and how two sets of them differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple, get_type_hints

from scheduler.digest import canonical, restore
from scheduler.domain import (
    ERASED_LEAVE,
    Burden,
    Desk,
    Duty,
    FormerShift,
    Note,
    Overtime,
    Problem,
    Procedure,
    Shift,
    ShiftTable,
)
from scheduler.i18n import Lang, Sentence, join_items
from scheduler.rules.book import RevisedRule, Rulebook, record_rulebook, restore_rulebook
from scheduler.staffing.breaks import BreakTerms
from scheduler.timeline import clock_text

# Fields of a problem that only explain it.
NO_FACTS = ("assumptions",)

TABLES = {
    "desk": Sentence("部门设置", "settings of the desk"),
    "days": Sentence("日历", "calendar"),
    "workers": Sentence("人员", "people"),
    "shifts": Sentence("班次", "shifts"),
    "demand": Sentence("需求", "demand"),
    "leave": Sentence("请假", "leave"),
    "wishes": Sentence("心愿", "wishes"),
    "fixed": Sentence("固定班", "fixed duties"),
    "overtime": Sentence("加班", "overtime"),
    "events": Sentence("活动", "events"),
    "slots": Sentence("时段需求", "slots"),
    "rules": Sentence("规则", "rules"),
    "procedure": Sentence("发布与调班规定", "terms of publication and swaps"),
    "breaks": Sentence("小休规定", "terms of breaks"),
}
DIFFERS = Sentence("{table}：{changes}", "{table}: {changes}")
MORE = Sentence("现多出 {items}", "now also {items}")
GONE = Sentence("现没有 {items}", "no longer {items}")
OTHER = Sentence("{items} 已改", "{items} changed")
AND_SO_ON = Sentence("{items} 等 {n} 项", "{items} and so on, {n} in all")
MOST_NAMED = 5


@dataclass(frozen=True, kw_only=True)
class MonthFacts:
    """What a month's roster is made with.

    Attributes
    ----------
    problem : Problem
        The month as the tables tell it, without what was approved on request since.
    procedure : Procedure
        How the desk publishes and decides.
    breaks : BreakTerms or None
        How breaks are placed behind a roster, where the desk has that done.
    revised : tuple of RevisedRule
        Rules that mean something else by now than when this was recorded.
    """

    problem: Problem
    rulebook: Rulebook
    procedure: Procedure
    breaks: BreakTerms | None
    revised: tuple[RevisedRule, ...] = ()

    @property
    def desk(self) -> Desk:
        """The desk, with its settings of then."""
        return self.problem.desk

    def to_parts(self) -> dict[str, Any]:
        """These facts by name, in JSON's types, with every effective value."""
        problem = self.problem
        found = {
            name: part for name, part in canonical(replace(problem, assumptions=())).items() if name not in NO_FACTS
        }
        return found | {
            "rules": record_rulebook(self.rulebook),
            "procedure": canonical(self.procedure),
            "breaks": canonical(self.breaks),
        }

    @classmethod
    def from_parts(cls, parts: Mapping[str, Any], assumptions: Sequence[Note] = ()) -> MonthFacts:
        """The facts that were recorded as parts.

        Parameters
        ----------
        assumptions : sequence of Note
            What the roster says was assumed; recorded elsewhere.

        Raises
        ------
        KeyError, TypeError, ValueError
            This program does not understand them.
        """
        hints = get_type_hints(Problem)
        problem = Problem(
            **{name: restore(hints[name], part) for name, part in parts.items() if name in hints},
            assumptions=tuple(assumptions),
        )
        rulebook, revised = restore_rulebook(parts["rules"])
        return cls(
            problem=problem,
            rulebook=rulebook,
            procedure=restore(Procedure, parts["procedure"]),
            breaks=restore(BreakTerms | None, parts["breaks"]),
            revised=revised,
        )


def recorded_shifts(parts: Mapping[str, Any]) -> ShiftTable | None:
    """The shifts that a version was made with, from its recorded parts; `None` where they were not recorded.

    Raises
    ------
    KeyError, TypeError, ValueError
        This program does not understand them.
    """
    if not parts:
        return None
    former = restore(tuple[FormerShift, ...], parts.get("former_shifts", []))
    return ShiftTable(restore(tuple[Shift, ...], parts["shifts"]), former)


def continue_from(
    problem: Problem,
    duties: Sequence[Duty],
    since: date,
    carried: Mapping[str, Burden],
    shifts: ShiftTable | None = None,
    overtime: Sequence[Overtime] | None = None,
) -> Problem:
    """A problem whose month before is as a version has it: duties, shifts and overtime (`Problem.continued`), and balances."""
    known = {worker: sums for worker, sums in carried.items() if worker in problem.worker_by_id}
    return replace(problem.continued(duties, since, shifts, overtime), carried=known)


class Difference(NamedTuple):
    """What one table says now and did not say then: names of rows that came, went and changed."""

    table: str
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()

    def say(self, lang: Lang) -> str:
        """One line."""
        kinds = ((MORE, self.added), (GONE, self.removed), (OTHER, self.changed))
        said = [sentence.say(lang, items=_name(items, lang)) for sentence, items in kinds if items]
        return DIFFERS.say(lang, table=TABLES[self.table], changes=("，" if lang == "zh" else ", ").join(said))


def _name(items: Sequence[str], lang: Lang) -> str:
    shown = join_items(items[:MOST_NAMED], lang)
    return AND_SO_ON.say(lang, items=shown, n=len(items)) if len(items) > MOST_NAMED else shown


def compare_facts(then: MonthFacts, now: MonthFacts) -> tuple[Difference, ...]:
    """What the tables say now and did not say when a version was made, table by table; the month before is left out.

    What the ledger has forgotten of then is no difference: the kind of leave that is erased, and a phone that is not known.
    """
    before, after = (_of_month(facts.to_parts()) for facts in (then, now))
    after |= _forget_too(before, after)
    found = []
    for table in TABLES:
        if before[table] != after[table]:
            found.append(_compare_table(table, before[table], after[table]))
    return tuple(found)


def _of_month(parts: Mapping[str, Any]) -> dict[str, Any]:
    """The parts without leave that was over before the month, which earlier releases did not record."""
    first = parts["days"][0]["date"]
    return {**parts, "leave": [row for row in parts["leave"] if row["last"] >= first]}


def _forget_too(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Leave and people of now, without what is erased of them then."""
    erased = {NAMES["leave"](row) for row in before["leave"] if row["kind"] == ERASED_LEAVE}
    unknown = {row["id"] for row in before["workers"] if not row.get("phone")}
    return {
        "leave": [row | {"kind": ERASED_LEAVE} if NAMES["leave"](row) in erased else row for row in after["leave"]],
        "workers": [row | {"phone": ""} if row["id"] in unknown else row for row in after["workers"]],
    }


def _compare_table(table: str, before: Any, after: Any) -> Difference:
    rows_before, rows_after = _by_name(_rows(table, before)), _by_name(_rows(table, after))
    return Difference(
        table,
        tuple(name for name in rows_after if name not in rows_before),
        tuple(name for name in rows_before if name not in rows_after),
        tuple(
            _changed(table, name, rows_before[name], row)
            for name, row in rows_after.items()
            if name in rows_before and row != rows_before[name]
        ),
    )


def _rows(table: str, part: Any) -> Iterator[tuple[str, Any]]:
    """The rows of a part, each by what users call it."""
    if table == "rules":
        yield from ((name, one["settings"]) for name, one in part["rules"].items())
        yield from ((f"{one['rule']} ({kind})", one) for kind in ("off", "literal") for one in part[kind])
    elif isinstance(part, list):
        name = NAMES[table]
        yield from ((name(row), row) for row in part)
    else:
        yield from (part or {}).items()


def _by_name(rows: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Rows by their names, with a number behind a name that is there before."""
    found: dict[str, Any] = {}
    times: Counter[str] = Counter()
    for name, row in rows:
        times[name] += 1
        found[name if times[name] == 1 else f"{name} ({times[name]})"] = row
    return found


def _changed(table: str, name: str, before: Any, after: Any) -> str:
    """A row that changed: its name, and of a shift its hours."""
    if table == "shifts" and (before["start"], before["end"]) != (after["start"], after["end"]):
        hours = [f"{clock_text(row['start'])}–{clock_text(row['end'])}" for row in (before, after)]
        return f"{name} {hours[0]} → {hours[1]}"
    return name


def _person(row: Mapping[str, Any]) -> str:
    return f"{row['name']}({row['id']})"


def _dated(*keys: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda row: " ".join(str(row[key]) for key in keys if row.get(key) not in ("", None))


def _overtime(row: Mapping[str, Any]) -> str:
    start = row.get("start")
    return f"{row['worker']} {row['day']}" + ("" if start is None else f" {clock_text(start)}")


NAMES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "days": lambda row: str(row["date"]),
    "workers": _person,
    "shifts": lambda row: str(row["code"]),
    "demand": _dated("shift", "on", "role", "skill"),
    "leave": _dated("worker", "first", "last"),
    "wishes": _dated("worker", "day", "shift"),
    "fixed": _dated("worker", "day", "shift"),
    "overtime": _overtime,
    "events": _dated("name"),
    "slots": lambda row: f"{row['on']} {clock_text(row['start'])}–{clock_text(row['end'])} {row['skill']}".rstrip(),
}
