"""The registers as pages and the machine interface open them: one connection per thread.

Before anything was taken in, municipalities, postal codes and towns are answered from the package.
"""

from __future__ import annotations

import threading
from pathlib import Path

from django.conf import settings

from kiban.registries.reading import Registers

_open = threading.local()


def records() -> Registers:
    """The registers of this installation."""
    path = Path(settings.REGISTRIES)
    name = str(path) if path.exists() else ":memory:"
    known: dict[str, Registers] = _open.__dict__.setdefault("stores", {})
    if name not in known:
        known[name] = Registers(name)
    return known[name]
