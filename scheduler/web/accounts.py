"""Accounts: added, shut out, and given a one-time link to choose a password with."""

from __future__ import annotations

from django.contrib.auth.tokens import default_token_generator
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from scheduler.web.models import Account, Seat


def add_account(
    username: str,
    *,
    name: str = "",
    desk: str = "",
    person: str = "",
    is_hr: bool = False,
    is_admin: bool = False,
    email: str = "",
) -> Account:
    """An account, made where there is none, without a password; and its seat at a desk, where one is named.

    Parameters
    ----------
    person : str
        Id in the desk's tables; the staff number by default.
    is_hr : bool
        Whether they read for HR, so that the desk's tables need not know them.
    """
    account, is_new = Account.objects.get_or_create(username=username, defaults={"name": name})
    if is_new:
        account.set_unusable_password()
    account.is_admin = account.is_admin or is_admin
    account.is_active = True
    account.name, account.email = name or account.name, email or account.email
    account.save()
    if desk:
        own = "" if is_hr else person or username
        Seat.objects.update_or_create(account=account, desk=desk, defaults={"person": own, "is_hr": is_hr})
    return account


def is_mail_address(text: str) -> bool:
    """Whether mail can be addressed so."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def make_link(account: Account) -> str:
    """The address, without host, at which an account's password can be chosen: once, and for three days."""
    key = urlsafe_base64_encode(force_bytes(account.pk))
    return reverse("welcome", args=[key, default_token_generator.make_token(account)])


def shut_out(account: Account) -> None:
    """Let an account log in no more, and end its sessions."""
    account.is_active = False
    account.save(update_fields=["is_active"])
    for session in Session.objects.all().iterator():
        if session.get_decoded().get("_auth_user_id") == str(account.pk):
            session.delete()
