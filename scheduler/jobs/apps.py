"""The jobs as a Django application, in the page's database."""

from __future__ import annotations

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Rows of jobs."""

    name = "scheduler.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"
