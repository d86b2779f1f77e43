"""Names and dates of the papers of an edition."""

from __future__ import annotations

from datetime import datetime

from scheduler.files.writing.edition import Edition


def issued_at(edition: Edition) -> datetime:
    """When an edition's latest step was taken, for files that have to be dated; zone-aware."""
    return edition.log[-1].at if edition.log else edition.made_at


def file_stem(edition: Edition) -> str:
    """What the names of an edition's files begin with."""
    return f"{edition.problem.desk.id}-{edition.problem.month}-v{edition.version}"
