"""The page as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class PageConfig(AppConfig):
    """Accounts and their seats at desks."""

    name = "scheduler.web"
    label = "page"
    default_auto_field = "django.db.models.BigAutoField"
