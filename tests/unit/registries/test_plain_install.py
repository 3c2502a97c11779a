"""`pip install kiban` without any extra: the command tells what it can, and what a closed part of it needs."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from kiban.shell.cli import groups
from kiban.shell.cli._extras import EXTRAS

ROOT = Path(__file__).parents[3]
PLAIN = """
import sys
for name in {closed!r}:
    sys.modules[name] = None
from kiban.shell.cli import main
raise SystemExit(main(sys.argv[1:]))
"""


def plain(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    closed = sorted({name for names in EXTRAS.values() for name in names})
    command = [sys.executable, "-c", PLAIN.format(closed=closed), *words]
    env = {"PATH": "", "HOME": str(folder), "PYTHONPATH": str(ROOT / "src"), "LANG": "C.UTF-8"}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=120)


def test_the_help_lists_every_group_and_what_the_closed_ones_need(tmp_path: Path) -> None:
    done = plain("--help", folder=tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
    assert set(groups()) <= set(done.stdout.split())
    assert "kiban[evidence]" in done.stdout
    assert "kiban[linkage]" in done.stdout
    assert "dashboards, effects of policies (needs" in " ".join(done.stdout.split())
    assert plain("nothing", folder=tmp_path).returncode == 2


@pytest.mark.parametrize(
    "words",
    [
        "registry postal 6408157",
        "registry search municipality 和歌山",
        "registry became 221350",
        "registry export municipality m.csv",
        "registry dictionary facility",
        "address normalise 千代田区霞が関2-1-6",
        "address search かすみ",
        "gif --help",
    ],
)
def test_registers_addresses_and_converter_need_no_extra(tmp_path: Path, words: str) -> None:
    done = plain(*words.split(), folder=tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


@pytest.mark.parametrize(
    ("words", "extra"),
    [
        ("registry export municipality m.parquet", "data"),
        ("evidence sheet", "evidence"),
        ("linkage", "linkage"),
        ("demo --exit", "all"),
    ],
)
def test_what_needs_an_extra_says_which(tmp_path: Path, words: str, extra: str) -> None:
    done = plain(*words.split(), folder=tmp_path)

    assert done.returncode == 3
    assert f"pip install 'kiban[{extra}]'" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "m.parquet").exists()


def test_a_folder_in_place_of_a_file_is_told(tmp_path: Path) -> None:
    done = plain("gif", "propose", str(tmp_path), folder=tmp_path)

    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_every_library_that_the_program_imports_is_of_the_base_or_of_a_known_extra() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    base = {one.partition(">=")[0].replace("-", "_") for one in settings["dependencies"]} | {"yaml"}
    known = base | {name for names in EXTRAS.values() for name in names} | sys.stdlib_module_names | {"kiban"}
    known |= {"_typeshed"}  # the type checker's own names: nothing imports it when it runs
    seen: set[str] = set()
    for file in (ROOT / "src/kiban").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                seen |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                seen.add(node.module.partition(".")[0])

    assert sorted(seen - known) == []
    assert set(EXTRAS) <= set(settings["optional-dependencies"])
