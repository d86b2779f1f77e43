"""Every statement and conflict of the rules document has its place, and what constraints/README.md says of it is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scheduler.cli import main
from scheduler.files.papers.daily_sheets import CONTACTS, HANDOVERS, LOG, SIGN_IN
from scheduler.files.schema.settings import DESK_KEYS
from scheduler.files.schema.tables import TABLES
from scheduler.files.writing.sheets import SHEETS
from scheduler.rules.book import discovered
from scheduler.workflow.rights import Right

ROOT = Path(__file__).parents[1]
README = (ROOT / "constraints" / "README.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+) \| ([HSWRD/–-]+) \| (.+?) \| (.+?) \|$", README, flags=re.M)
LATER = {"company"}
STATEMENTS = 192
CONFLICTS = re.findall(r"^\| C(\d+) \| (.+?) \| (.+?) \|$", README, flags=re.M)
CONFLICT = re.compile(r"\bC(\d{1,2})\b")


def known() -> dict[str, set[str]]:
    """What an entry can point to, by its first word."""
    return {
        "rule": set(discovered()),
        "sample": {path.parent.name for path in (ROOT / "samples").glob("*/desk.toml")},
        "command": set(main.commands),
        "table": {table.name for table in TABLES},
        "column": {f"{table.name}.{column.name}" for table in TABLES for column in table.columns},
        "setting": {column.name for column in DESK_KEYS},
        "right": set(Right),
        "sheet": {sheet.title.zh for sheet in SHEETS},
        "form": {title.zh for title in (SIGN_IN, HANDOVERS, LOG, CONTACTS)}
        | {rule.title.zh for rule in discovered().values() if rule.ticked_off},
        "later": LATER,
    }


def cited(text: str) -> set[int]:
    """The clause numbers of a text, ranges spelt out."""
    numbers: set[int] = set()
    for first, last in re.findall(r"(?<![\w-])(\d{1,3})(?:\s*[–-]\s*(\d{1,3}))?(?![\w:])", text):
        numbers |= set(range(int(first), int(last or first) + 1))
    return numbers


def test_every_statement_stands_once_and_in_order():
    assert [int(number) for number, *_ in ROWS] == list(range(1, STATEMENTS + 1))


def test_every_conflict_stands_once_and_in_order_with_its_reading():
    assert [int(number) for number, *_ in CONFLICTS] == list(range(1, 21))
    assert all(len(conflict) > 10 and len(reading) > 10 for _, conflict, reading in CONFLICTS)


@pytest.mark.parametrize("folder", ["constraints", "scheduler"])
def test_every_conflict_that_code_cites_is_defined(folder):
    defined = {int(number) for number, *_ in CONFLICTS}
    cited_in = {
        path.name: {int(number) for number in CONFLICT.findall(path.read_text(encoding="utf-8"))}
        for path in (ROOT / folder).rglob("*.py")
    }
    assert set().union(*cited_in.values()), f"{folder} cites no conflict"
    assert {name: sorted(numbers - defined) for name, numbers in cited_in.items() if numbers - defined} == {}


def test_every_rule_carries_out_a_statement_and_every_word_for_later_is_explained():
    entries = {(what, name) for *_, where in ROWS for what, name in re.findall(r"(\w+) `([^`]+)`", where)}
    assert {name for what, name in entries if what == "rule"} == set(discovered())
    assert {name for what, name in entries if what == "later"} == LATER
    assert all(f"`{word}` (" in README for word in LATER)


@pytest.mark.parametrize("name", discovered())
def test_a_rule_stands_in_the_table_at_the_statements_that_its_clause_cites(name):
    clause = re.sub(r"C\d+", "", discovered()[name].clause.en.rpartition("RULES")[2])
    where = {int(number): entry for number, *_, entry in ROWS}
    assert cited(clause), clause
    assert [number for number in cited(clause) if f"rule `{name}`" not in where[number]] == []


@pytest.mark.parametrize(("number", "kind", "topic", "where"), ROWS, ids=[row[0] for row in ROWS])
def test_an_entry_points_to_what_is_there(number, kind, topic, where):
    if where.startswith("none:"):
        assert kind == "–", "only what asks nothing of a roster may be left out"
        assert len(where) > len("none: ")
        return
    where, dash, because = where.partition(" — ")
    entries = re.findall(r"(\w+) `([^`]+)`", where)
    assert bool(because) == bool(dash)
    assert ", ".join(f"{what} `{name}`" for what, name in entries) == where
    for what, name in entries:
        assert name in known()[what], f"no {what} {name}"
        if what == "sample":
            readme = (ROOT / "samples" / name / "README.md").read_text(encoding="utf-8")
            assert int(number) in cited(readme), f"{name}/README.md does not cite {number}"
