"""Accounts and their seats at desks, where the desk's own tables tell what somebody may do (`roles`); versions being edited."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class Account(AbstractBaseUser):
    """Somebody who logs in, by their staff number; an administrator looks after accounts."""

    username = models.CharField(max_length=100, unique=True)
    name = models.CharField(max_length=100, blank=True)
    lang = models.CharField(max_length=2, choices=[("zh", "中文"), ("en", "English")], default="zh")
    is_admin = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    email = models.EmailField(blank=True)
    pin = models.CharField(max_length=128, blank=True)  # as passwords are kept; with it one signs by the link on a slip

    objects = BaseUserManager()
    USERNAME_FIELD = "username"

    @property
    def title(self) -> str:
        """How they are called on the page."""
        return self.name or self.username


class Seat(models.Model):
    """An account at a desk; `person` is the id that the desk's tables have for them, empty for HR whom they do not name."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="seats")
    desk = models.CharField(max_length=200)  # as `home.find_desks` calls it
    person = models.CharField(max_length=100, blank=True)
    is_hr = models.BooleanField(default=False)

    class Meta:
        """One seat at a desk."""

        constraints = (models.UniqueConstraint(fields=["account", "desk"], name="page_one_seat"),)

    def __str__(self) -> str:
        return f"{self.account_id} at {self.desk}"


class Subscription(models.Model):
    """The secret address of somebody's calendar at a desk, of which only the digest is kept; another takes its place."""

    seat = models.OneToOneField(Seat, models.CASCADE, related_name="subscription")
    secret = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"calendar of {self.seat}"


class EditedVersion(models.Model):
    """A version that is being edited; its steps tell what became of it (`scheduler.workflow.working_copy`)."""

    desk = models.CharField(max_length=200)  # as `home.find_desks` calls it
    version = models.PositiveIntegerField()
    fingerprint = models.CharField(max_length=100)  # of its duties: another ledger has others under its number

    class Meta:
        """Whoever edits a version edits the same."""

        constraints = (models.UniqueConstraint(fields=["desk", "version"], name="page_one_edited"),)

    def __str__(self) -> str:
        return f"{self.desk} version {self.version}"


class EditedStep(models.Model):
    """A step of editing; `number` is the revision that it made."""

    edited = models.ForeignKey(EditedVersion, models.CASCADE, related_name="steps")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10)
    changes = models.JSONField()  # [worker, day, codes before, codes after]
    pins = models.JSONField()  # [worker, day]
    by = models.CharField(max_length=100)  # id in the desk's tables
    at = models.DateTimeField()

    class Meta:
        """In order, each revision once."""

        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=["edited", "number"], name="page_one_step"),)

    def __str__(self) -> str:
        return f"{self.edited_id}: {self.number}"


class LastTold(models.Model):
    """The last entry of a desk's log whose news were queued."""

    desk = models.CharField(max_length=200, unique=True)
    sequence = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.desk} up to {self.sequence}"


class MessageState(models.TextChoices):
    """How far a message is."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    READ = "read"  # its recipient has looked at the page since
    FAILED = "failed"
    UNSURE = "unsure"  # it may have been delivered: it is not sent again by itself


class Message(models.Model):
    """Something that somebody, or a desk's group, is told: once for each cause, whatever dies in between.

    Text and attachment go once it is sent: they stand in the log, and on the page.
    """

    cause = models.CharField(max_length=400, unique=True)  # which entry, by which channel, to whom
    desk = models.CharField(max_length=200, blank=True)
    channel = models.CharField(max_length=10)
    recipient = models.CharField(max_length=100, blank=True)
    address = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    calendar = models.BinaryField(default=bytes)
    state = models.CharField(max_length=10, choices=MessageState.choices, default=MessageState.QUEUED)
    why = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        """Looked for by what is due."""

        indexes = (models.Index(fields=["state", "due_at"], name="page_due"),)

    def __str__(self) -> str:
        return f"{self.cause}: {self.state}"
