"""Keys for signed heads: real ones where the library is installed, else a stand-in with the same names and no secrecy."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

NAMES = ("cryptography", "cryptography.exceptions", "cryptography.hazmat", "cryptography.hazmat.primitives")
INSTALLED = find_spec("cryptography") is not None
ED25519 = "cryptography.hazmat.primitives.asymmetric.ed25519"
PEM = "cryptography.hazmat.primitives.serialization"


class InvalidSignature(Exception):
    """As the library raises it."""


class Public:
    """Tells a text's digest under a name."""

    def __init__(self, name: bytes) -> None:
        self.name = name

    def verify(self, signature: bytes, message: bytes) -> None:
        if signature != hashlib.sha256(self.name + message).digest():
            raise InvalidSignature


class Private(Public):
    """Signs with a text's digest under a name."""

    def sign(self, message: bytes) -> bytes:
        return hashlib.sha256(self.name + message).digest()


def _load_private(content: bytes, password: None) -> object:
    return _load(content, b"PRIVATE ", Private)


def _load_public(content: bytes) -> object:
    return _load(content, b"PUBLIC ", Public)


def _load(content: bytes, head: bytes, kind: type[Public]) -> object:
    if content.startswith(b"OTHER "):
        return SimpleNamespace()  # a key of another kind
    if not content.startswith(head):
        raise ValueError("no key")
    return kind(content.removeprefix(head))


def stand_in(patch: pytest.MonkeyPatch) -> None:
    """Put the stand-in where the library would be."""
    parts: Mapping[str, Mapping[str, object]] = {
        **{name: {} for name in NAMES},
        "cryptography.exceptions": {"InvalidSignature": InvalidSignature},
        "cryptography.hazmat.primitives.asymmetric": {},
        ED25519: {"Ed25519PrivateKey": Private, "Ed25519PublicKey": Public},
        PEM: {"load_pem_private_key": _load_private, "load_pem_public_key": _load_public},
    }
    for name, content in parts.items():
        module = ModuleType(name)
        vars(module).update(content, __path__=[])
        patch.setitem(sys.modules, name, module)


def take_away(patch: pytest.MonkeyPatch) -> None:
    """Let the library be missing."""
    patch.setitem(sys.modules, "cryptography", None)
    patch.setitem(sys.modules, "cryptography.exceptions", None)
    patch.setitem(sys.modules, ED25519, None)
    patch.setitem(sys.modules, PEM, None)


def make_keys(folder: Path, name: str, patch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A private and a public key, as files."""
    private, public = folder / f"{name}.key", folder / f"{name}.pub"
    if not INSTALLED:
        stand_in(patch)
        private.write_bytes(b"PRIVATE " + name.encode())
        public.write_bytes(b"PUBLIC " + name.encode())
        return private, public
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    private.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    public.write_bytes(key.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo))
    return private, public
