"""A command and the web process mean the same file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kiban.shell.cli import parser

SETTINGS = """
import json
from kiban.shell import settings
print(json.dumps([str(settings.REGISTRIES), str(settings.EVIDENCE)]))
"""


@pytest.mark.parametrize("given", [{}, {"KIBAN_REGISTRIES": "r.sqlite3", "KIBAN_EVIDENCE": "e"}])
def test_commands_fill_the_store_that_the_pages_show(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: dict[str, str]
) -> None:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("KIBAN_", "DJANGO_"))}
    chosen = {name: str(tmp_path / value) for name, value in given.items()} | {"KIBAN_HOME": str(tmp_path / "home")}
    for name in ("KIBAN_REGISTRIES", "KIBAN_EVIDENCE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in chosen.items():
        monkeypatch.setenv(name, value)

    shown = subprocess.run(
        [sys.executable, "-c", SETTINGS], env=plain | chosen, capture_output=True, text=True, check=True
    )
    filled = [
        parser("registry").parse_args(["registry", "base"]).store,
        parser("evidence").parse_args(["evidence", "refresh"]).store,
    ]

    assert list(map(str, filled)) == json.loads(shown.stdout)
    assert all(path.is_relative_to(tmp_path) for path in filled)
