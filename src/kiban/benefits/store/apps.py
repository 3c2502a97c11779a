"""The Django application of benefits."""

from __future__ import annotations

from django.apps import AppConfig


class BenefitsConfig(AppConfig):
    """Tables ``benefits_*``."""

    name = "kiban.benefits.store"
    label = "benefits"
    verbose_name = "Benefits"
    default_auto_field = "django.db.models.BigAutoField"
