"""What the page of who looked shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from kiban.shell.screens import Look


@dataclass(frozen=True, slots=True)
class Looked:
    """Who looked, by the agencies that could be asked, and those that could not: when each last answered."""

    looks: tuple[Look, ...]
    silent: tuple[tuple[str, dt.datetime | None], ...] = ()
