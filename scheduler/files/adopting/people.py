"""Who is meant by the rows of old files: one person under an id or a name, in however many files and branches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from scheduler.adopting.old_rosters import Guess, OldPerson, Question, Spans, Where
from scheduler.files.adopting.answers import Answers
from scheduler.files.adopting.blocks import Block, PersonRow, plain_name, several_names
from scheduler.files.adopting.layout import Roster
from scheduler.files.adopting.lists import KEPT, Listed
from scheduler.files.adopting.words import Kind, breaks_joined, spans_in, word_of
from scheduler.files.schema.days import read_date
from scheduler.files.schema.text import comparable
from scheduler.i18n import Sentence, as_template, fill_in

ALL, ONE = ("都", "都上", "all"), ("一人", "一个人", "one")  # comparable answers
TOGETHER = Sentence(
    "{where} 一行写着“{name}”：几个人都上这一行的班（答“都”），还是一个人的名字（答“一人”）？轮流上的请在表里分成几行",
    "The row of {where} says {name}: do all of them have its duties (answer “all”), or is that one person’s name (“one”)? If they take"
    " turns, give each a row of the sheet",
)
SAME_NAME = Sentence(
    "{where} 与 {other} 两行都叫“{name}”，有 {n} 天两行都有班：是一个人还是两个人？（答 1 或 2）",
    "Rows {where} and {other} are both called {name}, and on {n} days both have a duty: one person or two? (1 or 2)",
)
SAME_STAFF = Sentence(
    "员工表里有 {n} 个“{name}”（{ids}），排班表上没有工号：{where} 是哪一个？（答工号）",
    "The staff list has {n} people called {name} ({ids}), and the roster no ids: which of them is {where}? (the id)",
)
IN_SEVERAL = Sentence(
    "{name}（{where}、{other}）是同一个人，在几处上班",
    "{name} ({where}, {other}) is one person who works in several places",
)
NEVER_BOTH = Sentence(
    "两行从不同一天有班（{n} 天中 0 天）", "the rows never have a duty on the same day (0 of {n} days)"
)
OTHERS_DIFFER = Sentence("两张表上都有的只有 {n} 人", "only {n} people are on both rosters")
TWO_NAMES = Sentence(
    "工号 {id} 有两个姓名：{name}、{other}（{where}）", "id {id} has two names: {name} and {other} ({where})"
)
LIKE_IDS = Sentence(
    "工号 {id} 与 {other} 只差前面的零，姓名都是 {name}：当作一人",
    "ids {id} and {other} differ by zeros alone and both are {name}: taken for one person",
)


class People:
    """Everybody of the old files by key: the id, or the name where there is none."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.questions: list[Question] = []
        self.guesses: list[Guess] = []
        self.doubts: list[Sentence] = []
        self._people: dict[str, OldPerson] = {}
        self._named: dict[str, list[str]] = {}  # keys by name
        self._keys: dict[Where, str] = {}  # of rows, by the cell of their name
        self._together: dict[Where, tuple[str, ...]] = {}  # of rows that name several people
        self._several: set[str] = set()

    @property
    def names(self) -> set[str]:
        """Every name that is known."""
        return set(self._named)

    def all(self) -> list[OldPerson]:
        """Everybody, in the order in which they were found."""
        return list(self._people.values())

    def name_of(self, key: str) -> str:
        """Somebody's name; the key itself for nobody."""
        return self._people[key].name if key in self._people else key

    def key_of(self, where: Where) -> str:
        """The key of the row whose name stands there; empty where nobody can tell who is meant."""
        return self._keys.get(where, "")

    def keys_of(self, where: Where) -> tuple[str, ...]:
        """The keys of all whom the row names; one that is empty where nobody can tell who is meant."""
        return self._together.get(where) or (self.key_of(where),)

    def in_several(self, key: str) -> bool:
        """Whether somebody has rows in several places for the same days."""
        return key in self._several

    def employed(self, key: str) -> tuple[date | None, date | None]:
        """The first and the last day of somebody's employment, as far as a list gives them."""
        facts = self._people[key].facts if key in self._people else {}
        days: list[date | None] = []
        for fact in ("hired", "leaves"):
            try:
                days.append(read_date(facts.get(fact, "")))
            except ValueError:  # what stands there is judged with the people table
                days.append(None)
        return days[0], days[1]

    def usual(self, key: str) -> Spans:
        """The hours that a staff list has for somebody."""
        return self._people[key].usual if key in self._people else ()

    def said(self, spans: Spans) -> Where | None:
        """Where a staff list has these hours."""
        return next((person.where for person in self._people.values() if person.usual == spans), None)

    def add_staff(self, listed: Listed) -> None:
        """Take the people of a page's staff lists."""
        for person in listed.people:
            self._add(person)

    def add_listed(self, listed: Listed) -> None:
        """Take the people of a page's lists of duties and leave."""
        for duty in listed.duties:
            self._add(OldPerson("", duty.name, id=duty.id, team=duty.team, where=duty.where))
        for leave in listed.leave:
            self._add(OldPerson("", leave.name, id=leave.id, where=leave.where))

    def find(self, number: str, name: str) -> str:
        """The key of somebody by id, or by a name that only one person has; empty for nobody or several."""
        if number and number in self._people:
            return number
        keys = self._named.get(name, [])
        return keys[0] if len(keys) == 1 else ""

    def named(self, name: str, where: Where) -> str:
        """The key of a name in a roster's cell, who is new where nobody is called so."""
        if name not in self._named:
            self._add(OldPerson("", name, where=where))
        return self.find("", name)

    def add_rows(self, roster: Roster) -> None:
        """Take the people of a roster's rows, those with ids first."""
        block = roster.block
        column = next((at for at, role in block.roles.items() if role == "name"), 0)
        for row in sorted(block.people, key=lambda one: not one.id):
            where = block.page.where(row.rows[0], column)
            person = _person(row, where)
            names = several_names(row.name, self.names)
            answer = comparable(self.answers.get(f"several:{row.name}")) if names else ""
            if answer in ALL:
                self._together[where] = tuple(self._add(replace(person, id="", name=name)) for name in names)
                continue
            if names and answer not in ONE:
                self.questions.append(Question(f"several:{row.name}", fill_in(TOGETHER, where=where, name=row.name)))
                continue
            self._keys[where] = self._add(person) if row.id else self._by_name(person, row, block, column)

    def find_branches(self, rosters: Sequence[Roster]) -> None:
        """Find who is on several rosters of the same days that are otherwise of other people."""
        placed = []
        for roster in rosters:
            block = roster.block
            column = next((at for at, role in block.roles.items() if role == "name"), 0)
            rows = {
                self.key_of(where): where for one in block.people if (where := block.page.where(one.rows[0], column))
            }
            placed.append((rows, set(roster.dated.dates.values())))
        for at, (rows, days) in enumerate(placed):
            for others, other_days in placed[at + 1 :]:
                both = {key for key in rows.keys() & others.keys() if key}
                if both and days & other_days and len(both) < 0.5 * min(len(rows), len(others)):
                    for key in sorted(both - self._several):
                        about = fill_in(IN_SEVERAL, name=self.name_of(key), where=rows[key], other=others[key])
                        self.guesses.append(Guess(about, fill_in(OTHERS_DIFFER, n=len(both))))
                    self._several |= both

    def _by_name(self, person: OldPerson, row: PersonRow, block: Block, column: int) -> str:
        """The key of a row without an id."""
        keys = self._named.get(person.name, [])
        beside = [one for one in block.people if one is not row and not one.id and one.name == row.name]
        if len(keys) > 1:
            answer = self.answers.get(f"same:{person.name}", "")
            if answer in keys:
                return answer
            if not beside or len(keys) < 1 + len(beside):
                ask = fill_in(SAME_STAFF, n=len(keys), name=person.name, ids=", ".join(keys), where=person.where)
                self.questions.append(Question(f"same:{person.name}", ask))
                return ""
        if beside:
            return self._one_or_two(person, row, [row, *beside], block, column)
        return self._add(person)

    def _one_or_two(
        self, person: OldPerson, row: PersonRow, rows: Sequence[PersonRow], block: Block, column: int
    ) -> str:
        rows = sorted(rows, key=lambda one: one.rows)
        both = sum(len([one for one in rows if _works(block, one, day)]) > 1 for day in block.axis.marks)
        wheres = [block.page.where(one.rows[0], column) for one in rows]
        answer = self.answers.get(f"same:{person.name}", "")
        teams = {one.team for one in rows}
        if answer == "2":
            number = rows.index(row) + 1
            key = f"{person.name}#{number}"
            self._people.setdefault(key, replace(person, key=key))
            if key not in self._named.setdefault(person.name, []):
                self._named[person.name].append(key)
            return key
        if answer == "1" or (not both and len(teams) > 1):
            key = self._add(person)
            if key not in self._several and not answer:
                about = fill_in(IN_SEVERAL, name=person.name, where=wheres[0], other=wheres[1])
                self.guesses.append(Guess(about, fill_in(NEVER_BOTH, n=len(block.axis.marks))))
            self._several.add(key)
            return key
        ask = fill_in(SAME_NAME, where=wheres[0], other=wheres[1], name=person.name, n=both)
        if not any(one.key == f"same:{person.name}" for one in self.questions):
            self.questions.append(Question(f"same:{person.name}", ask, proposed="2" if both > 2 else ""))
        return ""

    def _add(self, person: OldPerson) -> str:
        """Add somebody, or what is further known of them."""
        key = person.id or self.find("", person.name) or person.name
        if person.id:
            key = self._same_but_zeros(person) or key
            nameless = [one for one in self._named.get(person.name, []) if not self._people[one].id]
            if key not in self._people and len(nameless) == 1:  # known by name so far
                self._rename(nameless[0], key)
        there = self._people.get(key)
        if there is None:
            self._people[key] = replace(person, key=key)
            self._named.setdefault(person.name, []).append(key)
            return key
        if there.name != person.name and person.name != person.id:
            self.doubts.append(
                fill_in(TWO_NAMES, id=key, name=there.name, other=as_template(person.name), where=person.where)
            )
        self._people[key] = replace(
            there,
            id=there.id or person.id,
            team=there.team or person.team,
            facts={**person.facts, **there.facts},
            usual=there.usual or person.usual,
        )
        return key

    def _same_but_zeros(self, person: OldPerson) -> str:
        """The key under which somebody is known whose id differs by zeros before it."""
        for key in self._named.get(person.name, []):
            if key != person.id and key.lstrip("0") == person.id.lstrip("0") and person.id.isdecimal():
                self.doubts.append(fill_in(LIKE_IDS, id=person.id, other=key, name=person.name))
                return key
        return ""

    def _rename(self, old: str, new: str) -> None:
        self._people = {
            (new if key == old else key): (replace(one, key=new) if key == old else one)
            for key, one in self._people.items()
        }
        self._named = {name: [new if key == old else key for key in keys] for name, keys in self._named.items()}
        self._keys = {where: new if key == old else key for where, key in self._keys.items()}
        self._together = {
            where: tuple(new if key == old else key for key in keys) for where, keys in self._together.items()
        }
        self._several = {new if key == old else key for key in self._several}


def _person(row: PersonRow, where: Where) -> OldPerson:
    usual = breaks_joined(tuple(one.span for one in spans_in(row.hours)))
    name = plain_name(row.name)[0]
    facts = {column: text for column, text in row.facts.items() if column in KEPT}
    return OldPerson("", name, id=row.id, team=row.team, facts=facts, usual=usual, where=where)


def _works(block: Block, row: PersonRow, column: int) -> bool:
    kinds = {word_of(block.page.spread(one, column)).kind for one in row.rows}
    return bool(kinds & {Kind.CODE, Kind.TICK})
