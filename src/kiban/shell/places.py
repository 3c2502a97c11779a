"""Where the files of the web process are, so that a command and a page mean the same one."""

from __future__ import annotations

import os
from pathlib import Path


def kept(setting: str, name: str) -> Path:
    """The file or folder that the variable names, or else of this name in `KIBAN_HOME`."""
    given = os.environ.get(setting)
    return Path(given or Path(os.environ.get("KIBAN_HOME") or "var", name)).resolve()
