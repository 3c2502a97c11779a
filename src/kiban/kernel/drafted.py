"""Files that are whole or not there: written beside their place, and moved into it at the end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def drafted(target: Path) -> Iterator[Path]:
    """Where to write what becomes ``target``; after an error nothing of it is left, and what was there before stays."""
    draft = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        yield draft
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
