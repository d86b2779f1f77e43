"""Django's settings: its ORM and migrations only, no web part.

The default database is empty on purpose: every open ledger has a connection of
its own (`scheduler.ledger.connection`), so one can never write into another.
"""

from __future__ import annotations

INSTALLED_APPS = ["scheduler.ledger"]
DATABASES: dict[str, dict[str, object]] = {"default": {}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"


def configure() -> None:
    """Make Django ready for the ledger's models; does nothing the second time.

    `django.setup` is not called: it would set up logging and load the URL machinery.
    """
    from django.apps import apps
    from django.conf import settings

    if not settings.configured:
        settings.configure(**{name: value for name, value in globals().items() if name.isupper()})
    apps.populate(settings.INSTALLED_APPS)
