"""The Django application of the queue."""

from __future__ import annotations

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Tables ``jobs_*``."""

    name = "kiban.jobs.store"
    label = "jobs"
    verbose_name = "Jobs"
    default_auto_field = "django.db.models.BigAutoField"
