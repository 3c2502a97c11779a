"""The Django application of the link check's desk."""

from __future__ import annotations

from django.apps import AppConfig


class LinkageConfig(AppConfig):
    """Tables ``linkage_*``."""

    name = "kiban.linkage.store"
    label = "linkage"
    verbose_name = "Link check"
    default_auto_field = "django.db.models.BigAutoField"
