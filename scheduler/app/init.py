"""Make a desk from a sample."""

from __future__ import annotations

import re
import shutil
from contextlib import suppress
from importlib.resources import files as resources
from pathlib import Path

from scheduler.errors import Fault, InputError
from scheduler.files.schema.cells import FILE_ID
from scheduler.i18n import Sentence


def sample_names() -> list[str]:
    """The samples that `init` can copy."""
    return sorted(entry.name for entry in resources("samples").iterdir() if (entry / "desk.toml").is_file())


def create_desk(target: Path, sample: str) -> list[Path]:
    """Make a desk folder from a sample, with the folder's name as its id, so that desks on one store stay apart.

    Raises
    ------
    InputError
        The folder holds something already.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise InputError([Fault(str(target), Sentence("一个空的或还不存在的文件夹", "an empty or new folder"))])
    target.mkdir(parents=True, exist_ok=True)
    made = []
    for entry in resources("samples").joinpath(sample).iterdir():
        if entry.name.endswith((".csv", ".toml", ".md")):
            with entry.open("rb") as source, (target / entry.name).open("wb") as copy:
                shutil.copyfileobj(source, copy)
            made.append(target / entry.name)
    settings = target / "desk.toml"
    with suppress(ValueError):  # a folder's name that cannot be an id leaves the sample's
        own = FILE_ID.read(target.resolve().name)
        text = re.sub(r'(?m)^id = ".*"$', lambda _: f'id = "{own}"', settings.read_text(encoding="utf-8"), count=1)
        settings.write_text(text, encoding="utf-8")
    return sorted(made)
