"""The example of the page, run as a person who copies it would, after the commands of the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kiban.shell.cli import main
from shared_data import ROOT

PAGE = (ROOT / "docs/evidence.md").read_text(encoding="utf-8")


def study() -> str:
    """Twelve units over six times; four begin at 3, four at 4, four never; each treated time costs ten minutes less."""
    lines = ["area,t,wait,first"]
    for unit in range(12):
        first = (3, 4, 0)[unit % 3]
        for month in range(1, 7):
            less = 10 if first and month >= first else 0
            lines.append(f"{unit},{month},{100 + unit + month + unit * month % 3 - less},{first}")
    return "\n".join(lines) + "\n"


def test_the_example_runs_over_a_store_that_the_commands_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KIBAN_HOME", raising=False)
    monkeypatch.delenv("KIBAN_EVIDENCE", raising=False)
    told = "id,title,unit,direction,source\nwait,待ち時間,分,down,調べ\n"
    (tmp_path / "indicators.csv").write_text(told, encoding="utf-8")
    (tmp_path / "figures.csv").write_text(
        "indicator,area,month,numerator,denominator\nwait,30201,2024-06,120,10\n", encoding="utf-8"
    )
    (tmp_path / "study.csv").write_text(study(), encoding="utf-8")
    assert main(["evidence", "load", "--indicators", "indicators.csv", "--figures", "figures.csv"]) == 0
    capsys.readouterr()

    exec(re.findall(r"^```python\n(.*?)^```$", PAGE, re.S | re.M)[0], {})

    printed = capsys.readouterr().out
    assert "30201" in printed
    assert re.search(r"^-9\.\d+|^-1\d\.\d+", printed, re.M)
