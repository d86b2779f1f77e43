"""Signing by a PIN: less than logging in, and guessed at no faster than passwords."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import check_password
from django.http import HttpRequest

from scheduler.web.models import Account


class PinBackend(BaseBackend):
    """Knows whoever gives the PIN of an account that may log in; `views.links` signs by it, no form logs in with one."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, pin: str | None = None, **_: Any
    ) -> Account | None:
        """The account, where the PIN is its own."""
        account = Account.objects.filter(username=username, is_active=True).first() if pin else None
        is_right = check_password(pin, account.pin) if account and account.pin else False
        return account if is_right else None
