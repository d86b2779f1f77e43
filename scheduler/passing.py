"""Files in one step, and over nothing but this program's own: written under a passing name, then moved to their place.

Every passing name is made here, so that those that killed commands left are told from other programs' files.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import re
import shutil
import stat
import uuid
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from time import time
from typing import BinaryIO, NamedTuple

from scheduler.errors import Fault, InputError
from scheduler.i18n import Sentence, fill_in

ABANDONED_SECONDS = 600  # age from which a file under a passing name is taken for abandoned
PASSING = re.compile(r"\.scheduler-[0-9a-f]{32}\.tmp")
PASSING_EARLIER = re.compile(r"\.[0-9a-f]{32}\.tmp|\..+-\d{4}-\d{2}-v\d+-[\d.]+\.part\.xlsx")  # of release 0.1

UNSAFE = re.compile(r"[^\w.-]")
LONGEST_PART = 96  # bytes, as of the desk's id
NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)

NO_PLAIN_FILE = Sentence(
    "一个普通文件，或一个新名字（这里是链接、文件夹、管道或设备，不会写入）：请换个名字",
    "an ordinary file or a new name; this is a link, a folder, a pipe or a device, which is not written to: use another name",
)
NOT_OWN = Sentence(
    "一个新名字，或本程序写的{what}（这个文件不是，不会覆盖）：请换个名字，或先把它移走",
    "a new name, or {what} that this program wrote; this file is none and is not overwritten: use another name or move it"
    " away",
)
NO_OWN_FOLDER = Sentence(
    "一个文件夹，或还不存在（这里是通往别处的链接）：请先把它移走",
    "a folder, or nothing yet; this is a link to elsewhere: move it away",
)

NO_GROUP = Sentence(
    "本机上的一个用户组，且本账户在其中（用来放只给有关的人看的文件）",
    "a group of this machine that this account is in, for files that are not everybody's business",
)
NEW_FOLDER = Sentence(
    "一个还不存在的文件夹（不会写进已有的文件夹）：请换个名字",
    "a folder that is not there yet, as nothing is written into one that is: use another name",
)

log = logging.getLogger(__name__)


class Access(NamedTuple):
    """Who may read a file that is not everybody's business: its owner, and a group of the machine where one is named."""

    group: str = ""

    def check(self, place: str) -> None:
        """Refuse a group to which files cannot be handed.

        Parameters
        ----------
        place : str
            Where it is named.

        Raises
        ------
        InputError
            This machine has no such group, this account is not in it, or files have no groups here.
        """
        if self.group and not _is_own_group(self.group):
            raise InputError([Fault(place, NO_GROUP, found=self.group)])

    def grant(self, path: Path, mode: int = 0o640) -> None:
        """Let the group, where there is one, do with a file what `mode` says.

        Raises
        ------
        OSError
        """
        if self.group:
            shutil.chown(path, group=self.group)
            path.chmod(mode)


def _is_own_group(name: str) -> bool:
    try:
        import grp
    except ImportError:  # Windows
        return False
    try:
        number = grp.getgrnam(name).gr_gid
    except KeyError:
        return False
    return number in (os.getegid(), *os.getgroups()) or os.geteuid() == 0


OWNER_ALONE = Access()


def is_open_to_all(path: Path) -> bool:
    """Whether other accounts of the machine may read a file; never where files have no such rights."""
    return os.name == "posix" and bool(path.stat().st_mode & stat.S_IROTH)


def name_passing(path: Path) -> Path:
    """A name beside a file under which it is written before it is put in its place."""
    return path.with_name(f".scheduler-{uuid.uuid4().hex}.tmp")


def file_part(worker: str) -> str:
    """An id as part of a file's name; one that had to be altered is told apart by a mark."""
    safe = UNSAFE.sub("_", worker).encode()[:LONGEST_PART].decode(errors="ignore")
    return safe if safe == worker else f"{safe}-{hashlib.sha256(worker.encode()).hexdigest()[:6]}"


def check_plain(path: Path) -> bool:
    """Whether there is a file already.

    Raises
    ------
    InputError
        What is there is no ordinary file: a link would lead elsewhere, a pipe or device would take the bytes.
    OSError
        That cannot be told.
    """
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return False
    if not stat.S_ISREG(mode):
        raise InputError([Fault(str(path), NO_PLAIN_FILE)])
    return True


def make_own_folder(folder: Path) -> None:
    """Make a folder of this program's own papers, with those above it; one that is there already will do.

    Raises
    ------
    InputError
        It is a link, which would lead the papers elsewhere.
    OSError
        It cannot be made.
    """
    if folder.is_symlink():
        raise InputError([Fault(str(folder), NO_OWN_FOLDER)])
    folder.mkdir(parents=True, exist_ok=True)


def check_own(path: Path, is_own: Callable[[Path], bool], what: Sentence) -> None:
    """Refuse to write over what this program has not written.

    Parameters
    ----------
    is_own : callable
        Whether a file is one of those that may be replaced here.
    what : Sentence
        What such a file is, for the refusal.

    Raises
    ------
    InputError
        Something else stands there.
    OSError
        That cannot be told.
    """
    if check_plain(path) and not is_own(path):
        raise InputError([Fault(str(path), fill_in(NOT_OWN, what=what))])


def put_in_place(passing: Path, path: Path) -> Path:
    """Move a file that was written under a passing name to its place, over an ordinary file that is there.

    Raises
    ------
    InputError
        Something else than a file is there.
    OSError
        It cannot be moved.
    """
    check_plain(path)
    return passing.replace(path)


def put_file(path: Path, content: bytes, access: Access | None = None) -> Path:
    """Write a file in one step: it is there in full, or what stood there stays.

    Parameters
    ----------
    access : Access, optional
        Who may read it, from its first byte on; by default whoever the system lets.

    Raises
    ------
    InputError
        Something else than a file is there.
    OSError
        It cannot be written.
    """
    beside = name_passing(path)
    try:
        with _create(beside, access) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if access:
            access.grant(beside)
        return put_in_place(beside, path)
    except BaseException as error:
        if isinstance(error, OSError) and error.filename == str(beside):
            error.filename = str(path)  # a name that nobody gave tells nobody anything
        with suppress(OSError):  # a failure to remove it must not hide the first error
            beside.unlink(missing_ok=True)
        raise


def _create(path: Path, access: Access | None) -> BinaryIO:
    """A new file to be written, for its owner alone where somebody is named who may read it."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags, 0o600 if access else 0o666), "wb")


def put_new_file(path: Path, content: bytes, access: Access | None = None) -> bool:
    """Write a file in one step where there is none; whether this process was the first to do so.

    Parameters
    ----------
    access : Access, optional
        As of `put_file`.

    Raises
    ------
    OSError
        It cannot be written.
    """
    beside = put_file(name_passing(path), content, access)
    try:
        os.link(beside, path)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        with _create(path, access) as file:
            file.write(content)  # a file system without hard links: not in one step, but over nobody's
        if access:
            access.grant(path)
    finally:
        with suppress(OSError):
            beside.unlink()
    return True


def put_new_folder(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Write a folder in one step: it is there in full, or nothing is.

    Parameters
    ----------
    contents : mapping of str to bytes
        By the path of each file within it, with `/` between its parts.

    Raises
    ------
    InputError
        Something stands there, if only an empty folder.
    OSError
        It cannot be written.
    """
    if folder.exists() or folder.is_symlink():
        raise InputError([Fault(str(folder), NEW_FOLDER)])
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = name_passing(folder)
    try:
        for name, content in contents.items():
            path = beside / name
            path.parent.mkdir(parents=True, exist_ok=True)
            put_file(path, content)
        beside.rename(folder)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)  # a failure to remove it must not hide the first error
        raise
    return [folder / name for name in contents]


def clear_abandoned(folders: Iterable[Path], *, earlier: bool = False) -> list[Path]:
    """Remove files under passing names that killed commands left; young ones another command may be writing.

    Parameters
    ----------
    folders : iterable of Path
        Looked through, but not what is below them; one that is not there or cannot be read is passed over.
    earlier : bool
        Names of earlier releases too, which another program might use: for folders that are this program's own.
    """
    gone = []
    for folder in folders:
        with suppress(OSError), os.scandir(folder) as entries:
            for entry in entries:
                ours = PASSING.fullmatch(entry.name) or (earlier and PASSING_EARLIER.fullmatch(entry.name))
                if ours and (entry.is_file(follow_symlinks=False) or entry.is_dir(follow_symlinks=False)):
                    gone += _remove_if_abandoned(Path(entry.path))
    return gone


def _remove_if_abandoned(path: Path) -> list[Path]:
    with suppress(OSError):
        if time() - path.lstat().st_mtime > ABANDONED_SECONDS:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
            log.info("removed %s, which a killed command had left", path)
            return [path]
    return []
