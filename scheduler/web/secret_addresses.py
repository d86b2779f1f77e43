"""Secret addresses: made at random, shown once, kept as digests."""

from __future__ import annotations

import hashlib
import secrets

BYTES = 24


def make_secret() -> str:
    """A part of an address that nobody guesses."""
    return secrets.token_urlsafe(BYTES)


def digest_secret(secret: str) -> str:
    """What is kept of one: it is random and long, so a plain digest tells nothing."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
