"""The Django applications: the session table and every `kiban.<package>.store` that has models."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2]


def stores() -> list[str]:
    """Dotted names of the stores with Django models, in the order of their names."""
    found = sorted(path.parent for path in PACKAGE.glob("*/store/models*"))
    return [".".join(("kiban", *folder.relative_to(PACKAGE).parts)) for folder in found]
