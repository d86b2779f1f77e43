"""Accounts, and at which desks they have a seat. What somebody may do there is told by the desk's own tables (`roles`)."""

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
