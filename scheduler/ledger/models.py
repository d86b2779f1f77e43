"""The tables: versions and the log, both append-only, and private facts, whose content can be erased.

Values that are hashed are kept as canonical JSON text, not as the database's
own JSON type: PostgreSQL's would rewrite numbers, and a hash must be
recomputed from the very text that was stored.
"""

from __future__ import annotations

from typing import Any

from django.db import models

from scheduler.errors import LedgerError
from scheduler.i18n import Sentence
from scheduler.ledger.rows import seal

KEPT = Sentence("台账中的记录不能修改或删除", "what the ledger holds cannot be changed or deleted")

# What the hashes cover. A column added later is hashed only where it holds something: old rows keep their hashes.
VERSION_SEAL = (
    *("desk", "number", "month", "made_at", "duties", "people", "balances", "details", "roster_hash", "problem_hash"),
    *("rulebook", "rules_version", "solver_version", "seed", "cores", "status_word", "objective", "bound", "seconds"),
    *("assumptions", "violations"),
)
LATER_SEAL = ("finder", "prover", "certificate", "made_with")
PRIVATE_SEAL = ("desk", "worker", "what", "month", "at", "salt", "content")
ENTRY_SEAL = ("desk", "sequence", "at", "event", "version", "by", "because", "facts", "previous_hash")


class Kept(models.Model):
    """A row that is written once; triggers in the database enforce the same against raw SQL."""

    changeable: frozenset[str] = frozenset()

    class Meta:
        """No table of its own."""

        abstract = True

    def save(self, **options: Any) -> None:
        """Insert the row, or update columns that may change.

        Raises
        ------
        LedgerError
            If anything else would be changed.
        """
        named = frozenset(options.get("update_fields") or ())
        if not self._state.adding and not (named and named <= self.changeable):
            raise LedgerError(KEPT)
        super().save(**options)

    def delete(self, *_: Any, **__: Any) -> tuple[int, dict[str, int]]:
        """Refuse."""
        raise LedgerError(KEPT)


class Version(Kept):
    """A roster as it was made; only its status may change."""

    changeable = frozenset({"status"})

    desk = models.TextField()
    number = models.PositiveIntegerField()
    month = models.CharField(max_length=7)
    status = models.CharField(max_length=10)
    made_at = models.DateTimeField()
    duties = models.TextField()
    people = models.TextField()
    balances = models.TextField()
    details = models.TextField()
    roster_hash = models.CharField(max_length=64)
    problem_hash = models.TextField()
    rulebook = models.TextField()
    rules_version = models.TextField()
    solver_version = models.TextField()
    seed = models.BigIntegerField()
    cores = models.PositiveIntegerField()
    status_word = models.TextField()
    objective = models.FloatField()
    bound = models.FloatField()
    seconds = models.FloatField()
    assumptions = models.TextField()
    violations = models.PositiveIntegerField()
    finder = models.TextField(null=True)
    prover = models.TextField(null=True)
    certificate = models.TextField(null=True)
    made_with = models.TextField(null=True)
    previous = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

    class Meta:
        """Version numbers are unique in a desk, and at most one version of a month is in force."""

        constraints = (
            models.UniqueConstraint(fields=["desk", "number"], name="ledger_version_number"),
            models.UniqueConstraint(
                fields=["desk", "month"], condition=models.Q(status="live"), name="ledger_one_live_version"
            ),
        )

    def digest(self, previous: int | None) -> str:
        """Seal of the content.

        Parameters
        ----------
        previous : int or None
            Number of the previous version. Row ids are left out, so that a
            ledger may move to another database.
        """
        later = {name: value for name in LATER_SEAL if (value := getattr(self, name)) is not None}
        return seal({name: getattr(self, name) for name in VERSION_SEAL} | later | {"previous": previous})


class Part(Kept):
    """A part of what versions were made with, stored once; `digest` is the SHA-256 of its content."""

    digest = models.CharField(max_length=64, unique=True)
    content = models.TextField()


class Identity(Kept):
    """Which desk of that id a ledger belongs to: a random text, kept in a file of the desk as well."""

    desk = models.TextField(unique=True)
    identity = models.CharField(max_length=32)


class Private(Kept):
    """A private fact, apart from what is hashed: there stands its digest only. Its salt and content can be erased, once."""

    changeable = frozenset({"salt", "content", "erased"})

    desk = models.TextField()
    digest = models.CharField(max_length=64, unique=True)
    worker = models.TextField()
    what = models.TextField()
    month = models.CharField(max_length=7)
    at = models.DateTimeField()
    salt = models.CharField(max_length=64, null=True)
    content = models.TextField(null=True)
    erased = models.PositiveIntegerField(null=True)

    def digest_content(self) -> str:
        """Seal of what it holds, whose it is and when it was recorded, with its salt: nobody guesses the content from it."""
        return seal({name: getattr(self, name) for name in PRIVATE_SEAL})


class Entry(Kept):
    """One entry of a desk's log, chained to the one before by its hash."""

    desk = models.TextField()
    sequence = models.PositiveIntegerField()
    at = models.DateTimeField()
    event = models.TextField()
    version = models.PositiveIntegerField(null=True)
    by = models.TextField()
    because = models.TextField()
    facts = models.TextField()
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        """A desk's log has no branches."""

        constraints = (models.UniqueConstraint(fields=["desk", "sequence"], name="ledger_entry_sequence"),)

    def digest(self) -> str:
        """Seal of everything but the row id and the hash itself."""
        return seal({name: getattr(self, name) for name in ENTRY_SEAL})
