"""The Django application of the shell's own table."""

from django.apps import AppConfig


class ShellStore(AppConfig):
    """Registered under the label ``shell``."""

    name = "kiban.shell.store"
    label = "shell"
