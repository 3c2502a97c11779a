"""A wrong setting stops the process with status 3 and a sentence that names the variable."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kiban.kernel.errors import BadSetting
from kiban.shell.settings.database import database
from kiban.shell.settings.environment import LEVELS, flag, folder, home, number, one_of, origin, origins

Reader = Callable[[str], object]


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda name: flag(name, default=False), "maybe"),
        (lambda name: number(name, 1), "soon"),
        (lambda name: number(name, 1), "-1"),
        (lambda name: origin(name, ""), "portal.example.jp"),
        (lambda name: origin(name, ""), "https://cards.example; script-src *"),
        (lambda name: origin(name, ""), "https://portal.example.jp/path"),
        (lambda name: origins(name), "https://a.example, b.example"),
        (lambda name: one_of(name, "WARNING", known=LEVELS), "LOUD"),
        (lambda name: folder(name, Path()), "/none/such"),
        (lambda name: home(name, "var"), __file__),
    ],
)
def test_a_wrong_value_is_told_with_its_variable(monkeypatch: pytest.MonkeyPatch, read: Reader, value: str) -> None:
    monkeypatch.setenv("KIBAN_X", value)

    with pytest.raises(BadSetting, match="KIBAN_X") as caught:
        read("KIBAN_X")

    assert caught.value.remedy


@pytest.mark.parametrize("value", ["https://portal.example.jp/", "http://127.0.0.1:8000", "http://[::1]:8000"])
def test_addresses_are_taken_without_a_slash_at_the_end(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("KIBAN_X", value)

    assert origin("KIBAN_X", "") == value.rstrip("/")


@pytest.mark.parametrize(
    "value", ["mysql://x/y", "sqlite:relative.db", "sqlite:", "sqlite://host/x", "sqlite:///", "nonsense", ""]
)
def test_no_database_is_taken_for_another(value: str) -> None:
    with pytest.raises(BadSetting, match="KIBAN_DATABASE"):
        database(value)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"KIBAN_DATABASE": "sqlite:////none/such/k.sqlite3"}, "KIBAN_DATABASE"),
        ({"KIBAN_DATABASE": "postgresql://kiban:Hidden1@127.0.0.1:1/kiban"}, "KIBAN_DATABASE"),
        ({"KIBAN_DIRECTORY": "/none/such.jws"}, "KIBAN_CORE_KEY is not set"),
        ({"KIBAN_DIRECTORY": "/none/such.jws", "KIBAN_CORE_KEY": "AAAA"}, "KIBAN_CORE_KEY is no public key"),
    ],
)
def test_the_command_ends_with_status_3(tmp_path: Path, wrong: dict[str, str], told: str) -> None:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("KIBAN_", "DJANGO_"))}
    given = plain | {"KIBAN_HOME": str(tmp_path)} | wrong

    ended = subprocess.run(
        [sys.executable, "-m", "kiban", "serve", "--port", "1"], env=given, capture_output=True, text=True, check=False
    )

    assert ended.returncode == 3, ended.stderr
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "Hidden1" not in ended.stderr
