"""The Django application of identity's tables."""

from django.apps import AppConfig


class IdentityStore(AppConfig):
    """Registered under the label ``identity``."""

    name = "kiban.identity.store"
    label = "identity"
