"""Who has a say at a desk: its workers, and its officials."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from scheduler.files.reading.desk_files import DeskFiles
from scheduler.workflow.rights import Person, Rights
from scheduler.workflow.titles import rank_of


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


def leading_roles(files: DeskFiles) -> tuple[str, ...]:
    """The roles whose holders lead a shift that they are on: those that the desk has decide, else titles with a rank."""
    roles = (role for worker in files.workers for role in worker.roles)
    return files.procedure.approver_roles or tuple(dict.fromkeys(role for role in roles if rank_of(role)))


def rights_of(files: DeskFiles, today: date) -> Rights:
    """Who may do what on a day, by the tables as they are."""
    terms = files.procedure
    return Rights(people_of(files, today), dict(terms.rights), terms.approver_roles)
