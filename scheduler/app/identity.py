"""The identity of a desk: a random text in its ledger and in a file of its own, so that no two desks are taken for one."""

from __future__ import annotations

import logging
import platform
import re
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from scheduler.app.locations import store_url
from scheduler.errors import Fault, InputError, Refusal
from scheduler.files.reading.desk_files import DeskFiles
from scheduler.i18n import Sentence, fill_in
from scheduler.ledger.store import Ledger, default_url
from scheduler.passing import check_plain, put_file, put_new_file

NAME = "desk.identity"
FORM = re.compile(r"identity = ([0-9a-f]{32})\nhost = ([^\n]*)\nplace = ([^\n]*)\nledger = ([^\n]*)\n")
HEAD = (
    "# Which desk this is in its ledger. It stays with the desk; a copy that is to be another desk goes without it.\n"
)
MOST_BYTES = 10_000

IDENTITY_FILE = Sentence(
    "本程序写的身份文件，未被改动：请从备份取回，或移走它",
    "a desk's identity as this program wrote it: restore it from a backup, or move it away",
)
COPIED = Sentence(
    "这个文件夹是 {other} 的副本，两处用同一个账册、同一个编号“{desk}”：在一处发布会作废另一处的排班，所以不登记。"
    "如果这是另一个部门，请在 desk.toml 里另起 id，并删去 {file}；如果就是那个部门，请只留一处",
    "this folder is a copy of {other}, and both have one ledger and one id, “{desk}”: what is published here would make void"
    " what is in force there, so nothing is recorded. If this is another desk, give it an id of its own in desk.toml and"
    " delete {file}; if it is the same, keep one of the two",
)
STRANGER = Sentence(
    "账册 {store} 里已有编号“{desk}”的部门，而这个文件夹没有它的身份文件 {file}，所以不登记。"
    "如果这是另一个部门，请在 desk.toml 里另起 id；如果就是那个部门，请从原来的文件夹把 {file} 拿来",
    "the ledger {store} has a desk “{desk}” already, and this folder lacks its identity file {file}, so nothing is recorded."
    " If this is another desk, give it an id of its own in desk.toml; if it is the same, bring {file} from its former folder",
)
OTHER_DESK = Sentence(
    "账册 {store} 是另一个编号也叫“{desk}”的部门的（身份与 {file} 不符）：请放回本部门的账册，或从备份恢复",
    "the ledger {store} is that of another desk with the id “{desk}” (its identity is not that of {file}): put this desk's own"
    " ledger back, or restore a backup",
)

log = logging.getLogger(__name__)


class Identity(NamedTuple):
    """What a desk's file says: who it is, and where it and its ledger were when that was recorded."""

    identity: str
    host: str
    place: Path
    ledger: str


def identity_file(desk: Path) -> Path:
    """Where a desk keeps its identity: in its folder, or beside its workbook."""
    return desk / NAME if desk.is_dir() else desk.with_name(f"{desk.stem}.identity")


def read_identity(desk: Path) -> Identity | None:
    """A desk's identity as its file has it; `None` where there is none.

    Raises
    ------
    InputError
        Something else stands there.
    """
    path = identity_file(desk)
    try:
        if not check_plain(path):
            return None
        with path.open("rb") as file:
            text = file.read(MOST_BYTES).decode("utf-8", "replace")
    except OSError as error:
        raise InputError([Fault(str(path), IDENTITY_FILE, found=error.strerror or str(error))]) from error
    found = FORM.fullmatch(text.removeprefix(HEAD))
    if not found:
        raise InputError([Fault(str(path), IDENTITY_FILE)])
    return Identity(found[1], found[2], Path(found[3]), found[4])


def find_stranger(files: DeskFiles, ledger: Ledger, store: str | None) -> Sentence | None:
    """Why a ledger is not to be written for a desk: it is another's, or the desk's folder is a copy. Writes nothing.

    Raises
    ------
    InputError
        The desk's file is not as this program wrote it.
    """
    own, recorded = read_identity(files.path), ledger.identity(files.desk.id)
    url, file = store_url(files.path, store), identity_file(files.path)
    facts = {"desk": files.desk.id, "file": file.name, "store": ledger.place}
    is_beside = url == default_url(files.path)
    if own is None:
        return fill_in(STRANGER, **facts) if recorded and not is_beside else None
    if recorded and own.identity != recorded:
        return fill_in(OTHER_DESK, **facts)
    if not is_beside and _is_copy(files.path, own, ledger.place):
        return fill_in(COPIED, **facts | {"other": own.place})
    return None


def _is_copy(desk: Path, own: Identity, ledger: str) -> bool:
    """Whether a desk with the same identity and ledger stands elsewhere on this machine, from where this one was copied."""
    if own.host != platform.node() or own.place == desk.resolve():
        return False
    with suppress(InputError, OSError):
        other = read_identity(own.place)
        same = other is not None and (other.identity, other.ledger) == (own.identity, ledger)
        return same and not own.place.samefile(desk)
    return False


def settle_identity(files: DeskFiles, ledger: Ledger, store: str | None) -> None:
    """Make sure that a ledger is this desk's before it is written; at first use both get to know who it is.

    Where the desk's file cannot be written, it goes on without.

    Raises
    ------
    Refusal
        The ledger is another desk's, or the folder a copy.
    """
    if stranger := find_stranger(files, ledger, store):
        raise Refusal(stranger)
    own, recorded = read_identity(files.path), ledger.identity(files.desk.id)
    name = own.identity if own else recorded or uuid4().hex
    here = Identity(name, platform.node(), files.path.resolve(), ledger.place)
    if own == here and recorded:
        return
    path, is_beside = identity_file(files.path), store_url(files.path, store) == default_url(files.path)
    try:
        if own is None:
            put_new_file(path, _to_text(here))
        elif own != here and own.host == here.host and not is_beside:  # it was moved, or has another ledger now
            put_file(path, _to_text(here))
    except OSError as error:
        log.info("the identity of desk %s cannot be kept in %s: %s", files.desk.id, path, error)
        return
    own = read_identity(files.path) or here
    if not recorded and ledger.identify(files.desk.id, own.identity) != own.identity:  # another folder was first
        settle_identity(files, ledger, store)


def _to_text(identity: Identity) -> bytes:
    place, ledger = (str(text).replace("\n", "?") for text in (identity.place, identity.ledger))
    text = f"{HEAD}identity = {identity.identity}\nhost = {identity.host}\nplace = {place}\nledger = {ledger}\n"
    return text.encode(errors="replace")
