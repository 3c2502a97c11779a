"""Where the tests find the vectors and data sets that are not part of the repository."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("KIBAN_SHARED", ROOT.parent / "shared"))


def shared(name: str) -> Path:
    """The path of a shared file; the test is skipped, with the reason, where the data set is not there."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{name} is not in the shared data folder (set KIBAN_SHARED)")
    return path
