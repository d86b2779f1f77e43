"""The desks of a home: folders or workbooks in it, or the one desk that it is itself."""

from __future__ import annotations

from pathlib import Path

from scheduler.app.locations import is_desk


def find_desks(home: Path) -> dict[str, Path]:
    """The desks by the names that addresses give them, in order."""
    if is_desk(home):
        return {home.resolve().stem: home}
    found = sorted(path for path in home.iterdir() if not path.name.startswith((".", "~$")) and is_desk(path))
    return {path.stem if path.is_file() else path.name: path for path in found}
