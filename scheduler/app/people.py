"""Who has a say at a desk: its workers, and its officials."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from scheduler.errors import UnknownPerson
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.files.schema.text import normal_width
from scheduler.i18n import Sentence
from scheduler.workflow.rights import Person, Rights, say_names
from scheduler.workflow.titles import rank_of

UNKNOWN_ID = Sentence(
    "没有工号“{id}”的人（人员表或审批人表）；已知：{known}",
    "nobody has the id “{id}” in the people or officials table; known are {known}",
)
MOST_KNOWN = 12  # people named in a refusal, officials first


def find_person(people: Mapping[str, Person], who: str) -> Person:
    """Somebody by id.

    Raises
    ------
    UnknownPerson
        There is nobody with it; it tells whose name it is, and who is known.
    """
    if who not in people:
        raise UnknownPerson(UNKNOWN_ID, who, called(names_of(people), who), known=_say_known(people))
    return people[who]


def called(names: Mapping[str, str], name: str) -> list[str]:
    """The ids of those whose name it is, whatever the width and the case of its letters."""
    word = normal_width(name).casefold()
    return [one for one, known in names.items() if normal_width(known).casefold() == word]


def names_of(people: Mapping[str, Person]) -> dict[str, str]:
    """Names by id."""
    return {one: person.name for one, person in people.items()}


def check_names(people: Mapping[str, Person], ids: Iterable[str]) -> None:
    """Refuse what is no id but somebody's name, telling whose; ids that nobody has are left to what comes after.

    Raises
    ------
    UnknownPerson
    """
    for who in dict.fromkeys(ids):
        if who and who not in people and called(names_of(people), who):
            find_person(people, who)


def _say_known(people: Mapping[str, Person]) -> Sentence:
    known = sorted(people.values(), key=lambda person: not person.official)
    said = [f"{person.id} {person.name}" for person in known[:MOST_KNOWN]]
    return say_names([*said, "…"] if len(known) > MOST_KNOWN else said)


def people_of(files: DeskFiles, today: date | None = None) -> dict[str, Person]:
    """Everybody by id, workers first; with a day, it is known who had begun and not left by then."""
    found = {
        worker.id: Person(
            worker.id,
            worker.name,
            roles=worker.roles,
            present=today is None or worker.employed(today),
            formerly=worker.formerly,
        )
        for worker in files.workers
    }
    for official in files.procedure.officials:
        roles = (official.role,) if official.role else ()
        before = found.get(official.id)
        found[official.id] = (
            replace(before, official=True, present=True, roles=tuple(dict.fromkeys((*before.roles, *roles))))
            if before
            else Person(official.id, official.name, roles=roles, official=True, on_roster=False)
        )
    return found


def check_known(who: str, people: Mapping[str, Person]) -> None:
    """Refuse whoever is nobody of the desk; nobody at all may be meant.

    Raises
    ------
    UnknownPerson
    """
    if who:
        find_person(people, who)


def leading_roles(files: DeskFiles) -> tuple[str, ...]:
    """The roles whose holders lead a shift that they are on: those that the desk has decide, else titles with a rank."""
    roles = (role for worker in files.workers for role in worker.roles)
    return files.procedure.approver_roles or tuple(dict.fromkeys(role for role in roles if rank_of(role)))


def rights_of(files: DeskFiles, today: date) -> Rights:
    """Who may do what on a day, by the tables as they are."""
    terms = files.procedure
    return Rights(people_of(files, today), dict(terms.rights), terms.approver_roles)
