"""Where the records are: SQLite by default, PostgreSQL in production."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from kiban.kernel.errors import BadSetting

MEMORY = "sqlite://:memory:"
"""For one process that keeps nothing (`kiban pack try`)."""
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",  # a reader that turns writer would otherwise fail as "locked"
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
}


def database(url: str) -> dict[str, object]:
    """A Django database entry from ``sqlite:///PATH`` or ``postgresql://user:password@host:port/name``.

    Raises:
        BadSetting: the scheme is neither.
    """
    if url == MEMORY:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:", "OPTIONS": dict(SQLITE_OPTIONS)}
    parts = urlsplit(url)
    if parts.scheme == "sqlite" and not parts.netloc and re.fullmatch("/.+", parts.path):
        name = parts.path.removeprefix("/")
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": name, "OPTIONS": dict(SQLITE_OPTIONS)}
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
        f"KIBAN_DATABASE is no address of a database (scheme {parts.scheme[:20]!r})",
        remedy="use sqlite:////absolute/path or postgresql://user:password@host/name",
    )
