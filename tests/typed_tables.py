"""The tables of what people type (tests/unit/kernel/as_typed): one line each, the input and what it is read as."""

from __future__ import annotations

import re
from pathlib import Path

TABLES = Path(__file__).parent / "unit" / "kernel" / "as_typed"
ESCAPE = re.compile(r"\\(?:u[0-9a-f]{4}|U[0-9a-f]{8}|x[0-9a-f]{2}|[nt\\])")


def rows(kind: str) -> list[tuple[str, str]]:
    """The input and the expected text of each line; escapes are written as in Python."""
    lines = (TABLES / f"{kind}.tsv").read_text(encoding="utf-8").splitlines()
    cells = (line.split("\t") for line in lines if not line.startswith("# "))
    return [(unescaped(text), unescaped(expected)) for text, expected in cells]


def unescaped(cell: str) -> str:
    return ESCAPE.sub(lambda found: found[0].encode().decode("unicode_escape"), cell)


def inputs() -> list[str]:
    """Every input of every table."""
    return [text for path in sorted(TABLES.glob("*.tsv")) for text, _ in rows(path.stem)]
