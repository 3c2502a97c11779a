"""The registers as pages and the machine interface open them: one connection per thread; empty before an import."""

from __future__ import annotations

import threading
from pathlib import Path

from django.conf import settings

from kiban.registries.store import RecordStore

_open = threading.local()


def records() -> RecordStore:
    """The registers of this installation."""
    path = Path(settings.REGISTRIES)
    name = str(path) if path.exists() else ":memory:"
    known: dict[str, RecordStore] = _open.__dict__.setdefault("stores", {})
    if name not in known:
        known[name] = RecordStore(name)
    return known[name]
