"""The mark in the address of static files."""

from __future__ import annotations

import hashlib
from pathlib import Path


def folder_mark(folder: Path) -> str:
    """Eight hexadecimal digits that change with any file's name or content in the folder."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix != ".gz"):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:8]
