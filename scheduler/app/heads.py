"""Heads of logs kept elsewhere: where a desk's log ended after each commit, a line each, signed where a key is given.

A ledger that was cut off at its end, rolled back or forged as a whole agrees with
itself; it does not agree with what was noted outside. The file is named by the
desk's setting `heads` or by `SCHEDULER_HEADS`, and belongs where those who can
write the ledger cannot write: another machine, another account, a printer.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from scheduler.errors import Fault, InputError
from scheduler.i18n import Sentence, fill_in
from scheduler.passing import check_own, check_plain

if TYPE_CHECKING:
    from scheduler.ledger.store import Head

HEADS_VARIABLE = "SCHEDULER_HEADS"
KEY_VARIABLE = "SCHEDULER_HEADS_KEY"
HEADER = "# heads of logs of the desk scheduler: desk, sequence:hash, time, signature"
LINE = re.compile(r"([^\t]+)\t(\d+):([0-9a-f]{64})\t([^\t]+)(?:\t([A-Za-z0-9+/=]+))?")
TYPED = re.compile(r"(\d{1,9}):([0-9a-f]{12,64})", re.ASCII)
MOST_BYTES = 2**28

HEADS_FILE = Sentence("记录头文件", "a file of heads")
A_HEAD = Sentence(
    "记录头 序号:摘要（如 58:9f3c…，摘要至少 12 位），或记录头文件",
    "a head SEQUENCE:HASH such as 58:9f3c… with 12 digits or more, or a file of heads",
)
A_LINE = Sentence(
    "一行 部门、序号:摘要、时间、签名，以制表符分开", "a line of desk, sequence:hash, time, signature, with tabs"
)
NO_FILE = Sentence("记录头文件，现在不在那里", "a file of heads; there is none")
FOR_HEADS = Sentence(
    "可写的记录头文件（在已有的文件夹中）", "a file of heads that can be written, in a folder that is there"
)
UNWRITTEN = Sentence(
    "记录头 {head} 没有写进去；记录本身有效，请排除原因，并记下这个记录头",
    "head {head} was not noted there; what was recorded stands: remove the cause, and note that head",
)
NO_LIBRARY = Sentence(
    "签名要用 Python 库 cryptography：pip install 'desk-scheduler[signatures]'；不签名请去掉 {variable}",
    "signatures take the Python library cryptography: pip install 'desk-scheduler[signatures]'; unset {variable} for none",
)
A_PRIVATE_KEY = Sentence("Ed25519 私钥（PEM，不加密）", "an Ed25519 private key (PEM, not encrypted)")
A_PUBLIC_KEY = Sentence("Ed25519 公钥（PEM）", "an Ed25519 public key (PEM)")

Signer = Callable[[bytes], bytes]
Verifier = Callable[[bytes, bytes], bool]  # signature, message


class NotedHead(NamedTuple):
    """A head as somebody noted it; of a printed one the first digits are known.

    Attributes
    ----------
    place : str
        Where it was noted, for messages.
    signature : bytes
        Empty where it was not signed.
    signed : bytes
        What the signature is of.
    """

    sequence: int
    digits: str
    place: str
    signature: bytes = b""
    signed: bytes = b""


def parse_head(text: str) -> NotedHead | None:
    """A head that somebody typed in, as `58:9f3c…`; `None` for another text."""
    found = TYPED.fullmatch(text.strip().lower())
    return NotedHead(int(found[1]), found[2], f"{found[1]}:{found[2]}") if found else None


# Faults of this run that the command at work tells, whatever it is: what was recorded stands.
_unwritten: ContextVar[tuple[Fault, ...]] = ContextVar("unwritten heads", default=())


def take_unwritten() -> tuple[Fault, ...]:
    """The heads that could not be noted since this was asked last."""
    found = _unwritten.get()
    _unwritten.set(())
    return found


@dataclass(frozen=True)
class HeadsFile:
    """A file of heads; it may hold those of several desks."""

    path: Path
    sign: Signer | None = None

    def check(self) -> None:
        """Refuse a file that heads cannot be noted in, before anything is recorded.

        Raises
        ------
        InputError
        """
        try:
            check_own(self.path, _is_heads_file, HEADS_FILE)
            there = self.path.parent.is_dir()
        except OSError as error:
            raise InputError([Fault(str(self.path), FOR_HEADS, found=error.strerror or str(error))]) from error
        if not there:
            raise InputError([Fault(str(self.path), FOR_HEADS)])

    def append(self, desk: str, head: Head) -> None:
        """Note where a desk's log ends now; what cannot be noted is told by the command at work."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        line = f"{desk}\t{head}\t{at}"
        try:
            if self.sign:
                line += "\t" + base64.b64encode(self.sign(line.encode())).decode()
            fresh = not check_plain(self.path)
            with self.path.open("ab") as file:
                file.write("".join(f"{each}\n" for each in ([HEADER] if fresh else []) + [line]).encode())
                file.flush()
                os.fsync(file.fileno())
        except (OSError, InputError) as error:
            why = error.strerror if isinstance(error, OSError) else ""
            fault = Fault(str(self.path), fill_in(UNWRITTEN, head=str(head)), found=why or "")
            _unwritten.set((*_unwritten.get(), fault))

    def read(self, desk: str) -> list[NotedHead]:
        """The heads of a desk, in the order in which they were noted.

        Raises
        ------
        InputError
            The file is not there, or is none of heads.
        """
        place = str(self.path)
        try:
            if not check_plain(self.path):
                raise InputError([Fault(place, NO_FILE)])
            with self.path.open("rb") as file:
                lines = file.read(MOST_BYTES).decode("utf-8", "replace").splitlines()
        except OSError as error:
            raise InputError([Fault(place, NO_FILE, found=error.strerror or str(error))]) from error
        found = []
        for number, line in enumerate(lines, 1):
            if line.startswith("#") or not line.strip():
                continue
            noted = _read_line(line, f"{self.path.name}:{number}")
            if noted is None:
                raise InputError([Fault(place, A_LINE, row=number, found=line[:60])])
            if noted[0] == desk:
                found.append(noted[1])
        return found


def _is_heads_file(path: Path) -> bool:
    with path.open("rb") as file:
        return file.readline(200).decode("utf-8", "replace").rstrip() in (HEADER, "")


def _read_line(line: str, place: str) -> tuple[str, NotedHead] | None:
    found = LINE.fullmatch(line)
    if not found:
        return None
    try:
        signature = base64.b64decode(found[5] or "", validate=True)
    except binascii.Error:
        return None
    signed = "\t".join((found[1], f"{found[2]}:{found[3]}", found[4])).encode()
    return found[1], NotedHead(int(found[2]), found[3], place, signature, signed)


def find_heads_file(desk: Path, setting: str) -> HeadsFile | None:
    """The file in which the heads of a desk are noted; `None` where none is asked for.

    Parameters
    ----------
    setting : str
        The desk's own, from its folder on; the environment goes first.

    Raises
    ------
    InputError
        The key for signatures, or the library that it takes, is missing.
    """
    name = os.environ.get(HEADS_VARIABLE, "").strip()
    home = desk if desk.is_dir() else desk.parent
    path = Path(name) if name else (home / setting if setting else None)
    if path is None:
        return None
    key = os.environ.get(KEY_VARIABLE, "").strip()
    return HeadsFile(path, load_signer(Path(key)) if key else None)


def load_signer(path: Path) -> Signer:
    """What signs with a private key.

    Raises
    ------
    InputError
        The key cannot be read, or the library is not installed.
    """
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
    except ImportError:
        raise InputError([Fault(str(path), _no_library())]) from None
    key = _load_key(path, lambda pem: load_pem_private_key(pem, None), Ed25519PrivateKey, A_PRIVATE_KEY)
    sign: Signer = key.sign
    return sign


def _load_key(path: Path, load: Callable[[bytes], Any], kind: type[Any], expected: Sentence) -> Any:
    """The key of a kind in a file; raises `InputError` where there is none."""
    try:
        key = load(path.read_bytes())
    except (OSError, ValueError, TypeError) as error:
        raise InputError([Fault(str(path), expected)]) from error
    if not isinstance(key, kind):
        raise InputError([Fault(str(path), expected)])
    return key


def load_verifier(path: Path) -> Verifier:
    """What tells whether a signature is that of a public key.

    Raises
    ------
    InputError
        The key cannot be read, or the library is not installed.
    """
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
        from cryptography.hazmat.primitives.serialization import load_pem_public_key
    except ImportError:
        raise InputError([Fault(str(path), _no_library())]) from None
    key = _load_key(path, load_pem_public_key, Ed25519PublicKey, A_PUBLIC_KEY)

    def is_signed(signature: bytes, message: bytes) -> bool:
        try:
            key.verify(signature, message)
        except InvalidSignature:
            return False
        return True

    return is_signed


def _no_library() -> Sentence:
    return fill_in(NO_LIBRARY, variable=KEY_VARIABLE)
