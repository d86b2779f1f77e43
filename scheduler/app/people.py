"""Who has a say at a desk: its workers, and its officials."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, replace

from scheduler.errors import UnknownPerson
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.files.schema.text import normal_width
from scheduler.i18n import Sentence

UNKNOWN_ID = Sentence(
    "没有工号“{id}”的人（人员表或审批人表）", "nobody has the id “{id}” in the people or officials table"
)


@dataclass(frozen=True)
class Person:
    """Somebody who has a say: a worker, or an official who is not on the roster."""

    id: str
    name: str
    _: KW_ONLY
    roles: tuple[str, ...]
    may_approve: bool
    on_roster: bool


def find_person(people: Mapping[str, Person], who: str) -> Person:
    """Somebody by id.

    Raises
    ------
    UnknownPerson
        There is nobody with it; it tells whose name it is.
    """
    if who not in people:
        called = [person.id for person in people.values() if normal_width(person.name) == normal_width(who)]
        raise UnknownPerson(UNKNOWN_ID, who, called)
    return people[who]


def people_of(files: DeskFiles) -> dict[str, Person]:
    """Everybody by id, workers first; a role of the desk's approver roles, or being an official, lets one approve."""
    deciding = set(files.procedure.approver_roles)
    found = {
        worker.id: Person(
            worker.id,
            worker.name,
            roles=worker.roles,
            may_approve=not deciding.isdisjoint(worker.roles),
            on_roster=True,
        )
        for worker in files.workers
    }
    for official in files.procedure.officials:
        roles = (official.role,) if official.role else ()
        before = found.get(official.id)
        found[official.id] = (
            replace(before, may_approve=True, roles=(*before.roles, *roles))
            if before
            else Person(official.id, official.name, roles=roles, may_approve=True, on_roster=False)
        )
    return found
