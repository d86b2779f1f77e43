"""Make a desk from a sample."""

from __future__ import annotations

import re
import tomllib
from contextlib import suppress
from importlib.resources import files as resources
from pathlib import Path

from scheduler import clock
from scheduler.app.session import guard_writes
from scheduler.domain import Desk
from scheduler.errors import Fault, InputError
from scheduler.files.schema.cells import FILE_ID
from scheduler.files.writing.empty_desk import empty_files, empty_workbook
from scheduler.i18n import Lang, Sentence
from scheduler.passing import PASSING, clear_abandoned, put_file, put_new_file, put_new_folder

SETTINGS = "desk.toml"
NEW_FILE = Sentence("一个还不存在的文件：请换个名字", "a file that is not there yet: use another name")
EMPTY_FOLDER = Sentence("一个空的或还不存在的文件夹", "an empty or new folder")


def sample_names() -> list[str]:
    """The samples that `init` can copy."""
    return sorted(entry.name for entry in resources("samples").iterdir() if (entry / SETTINGS).is_file())


def sample_titles() -> dict[str, str]:
    """What the samples' desks are called, by the samples' names."""
    found = {}
    for name in sample_names():
        settings = tomllib.loads(resources("samples").joinpath(name, SETTINGS).read_text(encoding="utf-8"))
        found[name] = str(settings["desk"]["name"])
    return found


def create_desk(target: Path, sample: str) -> list[Path]:
    """Make a desk folder from a sample, with the folder's name as its id, so that desks on one store stay apart.

    The settings, which make a folder a desk, are written last; what a killed `init` has left is completed.

    Raises
    ------
    InputError
        The folder holds something already.
    Unavailable
        It cannot be written; nothing is left of it.
    """
    contents = _read_sample(sample, target.resolve().name)
    with guard_writes(target):
        if target.exists() and not _is_free(target, contents):
            raise InputError([Fault(str(target), EMPTY_FOLDER)])
        clear_abandoned([target])
        above = [target, *target.absolute().parents]
        folders = [folder for folder in above if not folder.exists()]
        made: list[Path] = []
        try:
            target.mkdir(parents=True, exist_ok=True)
            for name, content in contents.items():
                made.append(put_file(target / name, content))
        except BaseException:
            for path in made:
                with suppress(OSError):
                    path.unlink()
            for folder in folders:
                with suppress(OSError):
                    folder.rmdir()
            raise
    return sorted(made)


def create_empty(target: Path, lang: Lang, now: clock.Clock = clock.now) -> list[Path]:
    """Make an empty desk: a folder, or one workbook where the name ends in .xlsx.

    Raises
    ------
    InputError
        Something is there already.
    Unavailable
        It cannot be written; nothing is left of it.
    """
    whole = target.suffix.lower() == ".xlsx"
    desk = "desk"
    with suppress(ValueError):
        desk = FILE_ID.read(target.stem if whole else target.resolve().name)
    with guard_writes(target):
        if whole:
            if target.exists() or target.is_symlink():
                raise InputError([Fault(str(target), NEW_FILE)])
            put_new_file(target, empty_workbook(desk, lang, clock.at_desk(now, Desk.zone)))
            return [target]
        if target.is_dir() and not target.is_symlink() and not any(target.iterdir()):
            target.rmdir()
        return sorted(put_new_folder(target, empty_files(desk, lang)))


def _read_sample(sample: str, name: str) -> dict[str, bytes]:
    """The files of a desk like a sample, its settings last; a folder's name that cannot be an id leaves the sample's."""
    entries = resources("samples").joinpath(sample).iterdir()
    contents = {each.name: each.read_bytes() for each in entries if each.name.endswith((".csv", ".toml", ".md"))}
    settings = contents.pop(SETTINGS)
    with suppress(ValueError):
        own = FILE_ID.read(name)
        text = re.sub(r'(?m)^id = ".*"$', lambda _: f'id = "{own}"', settings.decode(), count=1)
        settings = text.encode()
    return contents | {SETTINGS: settings}


def _is_free(target: Path, contents: dict[str, bytes]) -> bool:
    """Whether a folder holds nothing, or only what a killed `init` of the same sample left there."""
    if not target.is_dir():
        return False
    left = [path for path in target.iterdir() if not PASSING.fullmatch(path.name)]
    return all(
        path.name != SETTINGS and path.is_file() and path.name in contents and path.read_bytes() == contents[path.name]
        for path in left
    )
