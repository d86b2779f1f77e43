"""The desks of a home: folders or workbooks in it, or the one desk that it is itself."""

from __future__ import annotations

from pathlib import Path

from scheduler.app.locations import is_desk
from scheduler.app.personal_links import name_desk


def find_desks(home: Path) -> dict[str, Path]:
    """The desks by the names that addresses give them, in order."""
    if is_desk(home):
        return {name_desk(home): home}
    found = sorted(path for path in home.iterdir() if not path.name.startswith((".", "~$")) and is_desk(path))
    return {name_desk(path): path for path in found}
