"""The one platform of this process: built from the settings at the first use, or installed by a test."""

from __future__ import annotations

import threading
from importlib import import_module

from kiban.shell.ports import Platform

_lock = threading.Lock()
_installed: list[Platform] = []


def install(made: Platform) -> None:
    """Use this platform from now on."""
    _installed[:] = [made]


def platform() -> Platform:
    """The platform of this process."""
    if not _installed:
        with _lock:
            if not _installed:
                install(import_module("kiban.shell.wiring.process").build())
    return _installed[0]
