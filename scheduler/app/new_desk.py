"""A new desk in a home of desks: old files are kept aside until the desk that is proposed from them is taken."""

from __future__ import annotations

import re
import secrets
import shutil
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scheduler import clock
from scheduler.app.adopt import Adopted, adopt_desk
from scheduler.app.init import create_desk
from scheduler.app.locations import is_desk
from scheduler.app.session import guard_writes
from scheduler.errors import Refusal
from scheduler.files.reading.desk import read_desk
from scheduler.files.schema.cells import FILE_ID
from scheduler.files.writing.empty_desk import empty_workbook
from scheduler.i18n import Lang, Sentence

ASIDE = ".adopting"  # in the home; names with a dot are no desks
KEPT_SECONDS = 2 * 24 * 3600  # that files are kept aside
MOST_FILES = 50
TOKEN = re.compile(r"[0-9a-f]{32}")

ONE_DESK = Sentence(
    "这里只有一个部门，就是 {home} 本身：要再建部门，请在放各部门的上级文件夹上启动",
    "{home} is one desk itself: to make another, serve the folder that holds the desks",
)
NO_NAME = Sentence(
    '“{name}”不能作文件夹名：请用字母、数字或汉字，不含 / \\ : * ? " < > |，首尾不是点',
    '“{name}” cannot name a folder: take letters, digits or Chinese, without / \\ : * ? " < > |, and no dot at either end',
)
TAKEN = Sentence("已有叫“{name}”的部门：请换一个名字", "there is a desk called “{name}” already: take another name")
NO_WORKBOOK = Sentence("“{name}”不是 .xlsx 工作簿", "“{name}” is no .xlsx workbook")
GONE = Sentence(
    "放在一边的文件已清掉（只留两天）：请再拖一次",
    "the files kept aside are gone (they are kept for two days): drop them again",
)
TOO_MANY = Sentence("一次至多 {most} 个文件：这里有 {n} 个", "{most} files at most at once: these are {n}")


@dataclass(frozen=True)
class Proposed:
    """A desk as it is proposed from files that are kept aside.

    Attributes
    ----------
    token : str
        By which the files are found again.
    """

    token: str
    name: str
    adopted: Adopted


def kept_at(home: Path) -> Path:
    """Where a home keeps files aside: the home, or the folder that holds it where it is one desk."""
    return home.parent if is_desk(home) else home


def check_new_name(home: Path, name: str) -> str:
    """The name of a folder that a new desk may have.

    Raises
    ------
    Refusal
        It can be no folder's name, or is taken, or the home is a desk itself.
    """
    if is_desk(home):
        raise Refusal(ONE_DESK, home=home.name)
    try:
        read = FILE_ID.read(name.strip())
    except ValueError:
        read = ""
    if not isinstance(read, str) or not read or read.startswith((".", "~$")):
        raise Refusal(NO_NAME, name=name)
    if (home / read).exists() or (home / f"{read}.xlsx").exists():
        raise Refusal(TAKEN, name=read)
    return read


def make_from_sample(home: Path, name: str, sample: str) -> Path:
    """A desk like a sample.

    Raises
    ------
    Refusal, Unavailable
    """
    target = home / check_new_name(home, name)
    create_desk(target, sample)
    return target


def write_empty(lang: Lang, now: clock.Clock = clock.now) -> bytes:
    """An empty desk as a workbook to be filled in, for `make_from_workbook`."""
    return empty_workbook("desk", lang, now())


def make_from_workbook(home: Path, name: str, file: str, chunks: Iterable[bytes]) -> Path:
    """A desk that is one workbook.

    Raises
    ------
    InputError
        Every fault of it, each at its cell; nothing is kept.
    Refusal
        It is no workbook, or the name is none.
    """
    read = check_new_name(home, name)
    if Path(file).suffix.lower() != ".xlsx":
        raise Refusal(NO_WORKBOOK, name=file)
    folder = home / ASIDE / secrets.token_hex(16)
    with guard_writes(home):
        folder.mkdir(parents=True)
        try:
            book = folder / f"{read}.xlsx"
            with book.open("wb") as kept:
                kept.writelines(chunks)
            read_desk(book)
            return book.rename(home / book.name)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def keep_aside(home: Path, files: Sequence[tuple[str, Iterable[bytes]]]) -> str:
    """Keep old files aside, and clear what was kept too long; the token by which they are found.

    Parameters
    ----------
    files : sequence of (str, iterable of bytes)
        Names, of which only the last part counts, and contents.

    Raises
    ------
    Refusal
        There are too many.
    """
    if len(files) > MOST_FILES:
        raise Refusal(TOO_MANY, most=MOST_FILES, n=len(files))
    clear_kept(home)
    token = secrets.token_hex(16)
    folder = home / ASIDE / token / "files"
    with guard_writes(home):
        folder.mkdir(parents=True)
        for name, chunks in files:
            safe = re.sub(r'[/\\:*?"<>|\x00-\x1f]', "_", Path(name).name).strip(". ") or "file"
            with (folder / safe).open("wb") as kept:
                kept.writelines(chunks)
    return token


def propose_desk(
    home: Path, token: str, name: str, answers: Mapping[str, str], lang: Lang, now: clock.Clock = clock.now
) -> Proposed:
    """The desk that files kept aside tell of, with what was answered.

    Raises
    ------
    InputError, Refusal
    """
    read = check_new_name(home, name)
    folder = _find(home, token)
    proposed = folder / "proposed"
    shutil.rmtree(proposed, ignore_errors=True)
    proposed.mkdir()
    paths = sorted((folder / "files").iterdir())
    return Proposed(token, read, adopt_desk(paths, proposed / read, answers=answers, lang=lang, now=now))


def take_proposed(home: Path, token: str, name: str) -> Path:
    """Make the proposed desk one of the home's.

    Raises
    ------
    InputError
        It cannot be read as it is: something is not answered yet.
    Refusal
        The files are gone, or the name is taken.
    """
    read = check_new_name(home, name)
    folder = _find(home, token)
    desk = folder / "proposed" / read
    if not is_desk(desk):
        raise Refusal(GONE)
    read_desk(desk)
    with guard_writes(home):
        desk.rename(home / read)
        shutil.rmtree(folder, ignore_errors=True)
    return home / read


def find_kept(home: Path, token: str) -> list[Path]:
    """The files that were kept aside under a token.

    Raises
    ------
    Refusal
        They are gone.
    """
    return sorted((_find(home, token) / "files").iterdir())


def drop_kept(home: Path, token: str) -> None:
    """Remove what was kept aside under a token."""
    shutil.rmtree(_find(home, token), ignore_errors=True)


def _find(home: Path, token: str) -> Path:
    folder = home / ASIDE / token
    if not TOKEN.fullmatch(token) or not folder.is_dir():
        raise Refusal(GONE)
    return folder


def clear_kept(home: Path) -> None:
    """Remove what was kept aside too long."""
    for folder in (home / ASIDE).glob("*"):
        if time.time() - folder.stat().st_mtime > KEPT_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)
