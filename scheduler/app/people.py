"""Who has a say at a desk: its workers, and its officials."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, replace

from scheduler.errors import Refusal
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.i18n import LANGS, Sentence, as_template, join_items

UNKNOWN_ID = Sentence(
    "没有工号“{id}”的人（人员表或审批人表）；已知：{known}",
    "nobody has the id “{id}” in the people or officials table; known are {known}",
)
MOST_KNOWN = 12  # people named in a refusal, those who may approve first


@dataclass(frozen=True)
class Person:
    """Somebody who has a say: a worker, or an official who is not on the roster."""

    id: str
    name: str
    _: KW_ONLY
    roles: tuple[str, ...]
    may_approve: bool
    on_roster: bool


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


def unknown_id(who: str, people: Mapping[str, Person]) -> Refusal:
    """The refusal of somebody who is nobody of the desk, with who is."""
    known = sorted(people.values(), key=lambda person: not person.may_approve)
    said = [as_template(f"{person.id} {person.name}") for person in known[:MOST_KNOWN]]
    said += ["…"] if len(known) > MOST_KNOWN else []
    return Refusal(UNKNOWN_ID, id=who, known=Sentence(*(join_items(said, lang) for lang in LANGS)))


def check_known(who: str, people: Mapping[str, Person]) -> None:
    """Refuse whoever is nobody of the desk; nobody at all may be meant.

    Raises
    ------
    Refusal
    """
    if who and who not in people:
        raise unknown_id(who, people)
