"""`kiban heirs`: report, JSON and list; the exit status says whether something is open."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kiban.shell.cli import main

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "heirs.yaml"


def test_the_example_lacks_registers_and_says_which(capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["heirs", str(EXAMPLE), "--language", "en"])

    out = capsys.readouterr().out
    assert status == 1
    assert "Status: incomplete" in out
    assert "架空 芽衣  1/4" in out
    assert "lacks: from 1965-03-04 to 1970-01-01" in out


def test_status_0_when_everything_was_seen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "f.yaml"
    path.write_text("decedent: d\npersons: {d: {death: 2024-05-01}, a: {father: d}}\nregisters: complete\n")

    assert main(["heirs", str(path), "--language", "ja-easy"]) == 0
    assert "a  ぜんぶ" in capsys.readouterr().out


def test_json_has_shares_as_fractions_and_what_lacks(capsys: pytest.CaptureFixture[str]) -> None:
    main(["heirs", str(EXAMPLE), "--json"])

    told = json.loads(capsys.readouterr().out)
    assert {one["person"]: one["share"] for one in told["succession"]["heirs"]} == {
        "hanako": "1/2",
        "mei": "1/4",
        "jiro": "1/4",
    }
    assert [(one["person"], one["gaps"]) for one in told["needs"] if not one["seen"]] == [
        ("kazuo", [["1966-07-08", "2019-09-10"]]),
        ("taro", [["1965-03-04", "1970-01-01"]]),
    ]


def test_the_list_in_both_forms(capsys: pytest.CaptureFixture[str]) -> None:
    main(["heirs", str(EXAMPLE), "--list"])
    text = capsys.readouterr().out
    main(["heirs", str(EXAMPLE), "--list", "--json"])

    assert text.startswith("被相続人 架空 太郎 法定相続情報\n")
    assert json.loads(capsys.readouterr().out)["decedent"] == "架空 太郎"


def test_all_faults_are_told_with_file_line_and_remedy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "f.yaml"
    path.write_text(
        "decedent: d\npersons:\n  d: {death: 2024-05-01, father: d}\n  a: {birth: 2020-01-01, death: 2019-01-01}\n"
    )

    assert main(["heirs", str(path)]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(",")[0] for line in lines] == ["kiban: f.yaml:4", "kiban: f.yaml:3"]
    assert all("→" in line and "HEIR-002" in line for line in lines)


def test_a_death_of_older_law_is_refused_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "f.yaml"
    path.write_text("decedent: d\npersons: {d: {death: 1940-05-01}}\n")

    assert main(["heirs", str(path)]) == 1
    assert "HEIR-003" in capsys.readouterr().err
