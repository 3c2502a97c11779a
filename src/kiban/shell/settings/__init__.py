"""Django settings, read from `KIBAN_*` environment variables; every one is documented in docs/operator.md."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from kiban.kernel.errors import BadSetting


def _database(url: str) -> dict[str, object]:
    """A Django database entry from ``sqlite:///PATH`` or ``postgresql://user:password@host:port/name``."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        options = {
            "transaction_mode": "IMMEDIATE",  # a reader that turns writer would otherwise fail as "locked"
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        }
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": parts.path.removeprefix("/") or ":memory:",
            "OPTIONS": options,
        }
    if parts.scheme == "postgresql":
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path.lstrip("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
        }
    raise BadSetting(
        f"KIBAN_DATABASE has the scheme {parts.scheme!r}",
        remedy="use sqlite:////absolute/path or postgresql://user:password@host/name",
    )


HOME = Path(os.environ.get("KIBAN_HOME", "var"))
DATABASES = {"default": _database(os.environ.get("KIBAN_DATABASE", f"sqlite:///{HOME / 'kiban.sqlite3'}"))}
DEBUG = False
USE_TZ = True
TIME_ZONE = "Asia/Tokyo"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SECRET_KEY = os.environ.get("KIBAN_SECRET_KEY", "only-for-tests-and-the-demo-set-KIBAN_SECRET_KEY")
INSTALLED_APPS: list[str] = []
ROOT_URLCONF = "kiban.shell.urls"
