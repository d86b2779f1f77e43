"""Versions being edited, kept in the page's database, so that undo survives whatever happens to a browser."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.db import transaction

from scheduler.domain import Change, Roster
from scheduler.ledger.store import VersionRow
from scheduler.web.models import EditedStep, EditedVersion
from scheduler.workflow.working_copy import EditStep, StepKind, WorkingCopy


def read_copy(desk: str, row: VersionRow) -> WorkingCopy:
    """A version as it is being edited; without steps where nobody does."""
    edited = EditedVersion.objects.filter(desk=desk, version=row.number, fingerprint=row.roster_hash).first()
    return _restore(edited, row)


def take_step(desk: str, row: VersionRow, act: Callable[[WorkingCopy], EditStep | None]) -> WorkingCopy:
    """Add a step, in turn with whoever else edits the version.

    Parameters
    ----------
    act : callable
        Makes the step from the version as it is being edited; an exception from it, or `None`, adds nothing.
    """
    with transaction.atomic():
        edited, _ = EditedVersion.objects.select_for_update().get_or_create(
            desk=desk, version=row.number, defaults={"fingerprint": row.roster_hash}
        )
        if edited.fingerprint != row.roster_hash:
            edited.steps.all().delete()
            edited.fingerprint = row.roster_hash
            edited.save()
        copy = _restore(edited, row)
        step = act(copy)
        if step is None:
            return copy
        EditedStep.objects.create(
            edited=edited,
            number=copy.revision + 1,
            kind=step.kind,
            changes=[[one.worker, one.day.isoformat(), one.before, one.after] for one in step.changes],
            pins=[[who, day.isoformat()] for who, day in step.pins],
            by=step.by,
            at=step.at,
        )
    return WorkingCopy(copy.base, (*copy.steps, step))


def throw_away(desk: str, number: int) -> None:
    """Forget that a version was edited."""
    EditedVersion.objects.filter(desk=desk, version=number).delete()


def count_steps(desk: str, row: VersionRow) -> int:
    """How many steps of editing a version has that are not saved."""
    return EditedStep.objects.filter(
        edited__desk=desk, edited__version=row.number, edited__fingerprint=row.roster_hash
    ).count()


def _restore(edited: EditedVersion | None, row: VersionRow) -> WorkingCopy:
    steps = edited.steps.all() if edited else ()
    return WorkingCopy(
        Roster(row.duties),
        tuple(
            EditStep(
                StepKind(one.kind),
                tuple(
                    Change(who, date.fromisoformat(day), tuple(before), tuple(after))
                    for who, day, before, after in one.changes
                ),
                tuple((who, date.fromisoformat(day)) for who, day in one.pins),
                one.by,
                one.at,
            )
            for one in steps
        ),
    )
