"""What the wheel must carry: every file beside the code is named by the package's data patterns."""

from __future__ import annotations

import tomllib
from fnmatch import fnmatch

from tests.shared_data import ROOT


def test_every_data_file_is_in_the_wheel() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = [one.removeprefix("**/") for one in settings["tool"]["setuptools"]["package-data"]["kiban"]]
    files = [
        path
        for path in (ROOT / "src" / "kiban").rglob("*")
        if path.is_file()
        and path.suffix not in {".py", ".pyc", ".pyx", ".c", ".so"}
        and "__pycache__" not in path.parts
    ]
    left_out = [str(path) for path in files if not any(fnmatch(path.name, pattern) for pattern in patterns)]
    assert files
    assert left_out == []
