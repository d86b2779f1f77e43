"""A job: what is asked, who carries it out until when, and what came of it. The ledger is the truth; a row follows it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models

from scheduler.domain import Month


class Kind(models.TextChoices):
    """What is made."""

    GENERATE = "generate"  # a month
    AROUND = "around"  # the rest of a version around cells that are held


class State(models.TextChoices):
    """How far a job is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"  # there is a draft
    IMPOSSIBLE = "impossible"
    UNDECIDED = "undecided"  # neither a roster nor a proof in time, or stopped before
    REFUSED = "refused"  # it cannot be made as it was asked: `result` says why
    FAILED = "failed"  # the program, again and again


ACTIVE = (State.QUEUED, State.RUNNING)


class Job(models.Model):
    """A piece of work, once for each question."""

    desk = models.CharField(max_length=200)  # as the page calls it
    folder = models.CharField(max_length=500)  # of the desk, within the home
    month = models.CharField(max_length=7)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    fingerprint = models.CharField(max_length=100)  # of the question; the draft carries it
    seed = models.PositiveIntegerField()
    limit = models.FloatField()  # seconds
    version = models.PositiveIntegerField(null=True)  # around which version
    held = models.JSONField(default=list)  # [worker, day, codes]
    fewest = models.BooleanField(default=False)
    allow_gaps = models.BooleanField(default=False)
    lang = models.CharField(max_length=2, default="zh")  # of the draft's workbook
    asked_by = models.CharField(max_length=100)  # id in the desk's tables
    asked_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=20, choices=State.choices, default=State.QUEUED)
    attempt = models.PositiveIntegerField(default=0)
    holder = models.CharField(max_length=40, blank=True)  # the process that carries it out
    lease = models.DateTimeField(null=True)  # until when that has it, unless it says that it goes on
    stops = models.PositiveIntegerField(default=0)  # how often somebody said to stop
    progress = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    draft = models.PositiveIntegerField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """A question is asked once."""

        ordering = ("-asked_at", "-id")
        constraints = (
            models.UniqueConstraint(fields=["desk", "month", "kind", "fingerprint"], name="jobs_one_of_a_question"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.desk} {self.month} ({self.state})"

    @property
    def is_active(self) -> bool:
        """Whether it is still to be done."""
        return self.state in ACTIVE

    @property
    def question(self) -> dict[str, Any]:
        """What `generate_roster` and `fingerprint_question` are asked."""
        return {
            "month": Month.parse(self.month),
            "time_limit": self.limit,
            "seed": self.seed,
            "fewest": self.fewest,
            "allow_gaps": self.allow_gaps,
            "held": {(who, date.fromisoformat(day)): tuple(codes) for who, day, codes in self.held},
            "around": self.version,
        }
