"""Commands as an operator starts them: in a process of their own, with nothing set up, perhaps without a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kiban.shell.cli import main


@pytest.mark.parametrize("verb", ["letters", "announce"])
def test_a_command_sets_up_its_process_and_names_the_setting_that_is_missing(tmp_path: Path, verb: str) -> None:
    (tmp_path / "世帯.csv").write_text("世帯,給付額\n1,10000\n", encoding="utf-8")
    (tmp_path / "persons.csv").write_text("世帯,受給者\n1,a\n", encoding="utf-8")
    given = {
        "letters": ["--out", str(tmp_path / "post")],
        "announce": ["--pack", "tokutei-kyufu", "--results", str(tmp_path / "世帯.csv"), "--output", "給付額",
                     "--persons", str(tmp_path / "persons.csv")],
    }  # fmt: skip
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("KIBAN_", "DJANGO_"))}
    plain |= {"KIBAN_HOME": str(tmp_path), "KIBAN_DATABASE": f"sqlite:///{tmp_path}/kiban.sqlite"}

    command = [sys.executable, "-m", "kiban", "benefit", verb, "--agency", "302023", *given[verb]]
    ended = subprocess.run(command, env=plain, capture_output=True, text=True, check=False)

    assert "Traceback" not in ended.stderr
    assert "is not set" in ended.stderr
    assert ended.returncode == 3


def test_a_question_that_nobody_answers_ends_the_command(tmp_path: Path) -> None:
    plain = {**os.environ, "KIBAN_HOME": str(tmp_path), "KIBAN_DATABASE": f"sqlite:///{tmp_path}/kiban.sqlite"}
    command = [sys.executable, "-m", "kiban", "staff", "create", "suzuki", "--name", "鈴木", "--by", "root"]

    ended = subprocess.run(command, env=plain, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)

    assert "Traceback" not in ended.stderr
    assert "the input ended" in ended.stderr
    assert ended.returncode == 1


@pytest.mark.parametrize(
    "words",
    [["card", "list"], ["card", "suspend", "hanako"], ["card", "lists"], ["simulators", "card-app", "--port", "1"]],
)
def test_a_mistyped_folder_makes_no_new_issuer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    assert main([*words, "--folder", str(tmp_path / "crads")]) == 1

    assert "no card was ever issued" in capsys.readouterr().err
    assert not (tmp_path / "crads").exists()
