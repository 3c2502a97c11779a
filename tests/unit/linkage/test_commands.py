from __future__ import annotations

from pathlib import Path

import pytest

from kiban.linkage import findings, summary
from kiban.shell.cli import main
from unit.linkage.nation import faults, made


def test_check_report_and_table_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, out = made("nhi", faults=faults(family_mixup=0.01)), tmp_path / "nhi"
    asked = ["--register", str(folder / "register"), "--agency", str(folder / "agencies/nhi"), "--out", str(out)]

    assert main(["linkage", "check", *asked]) == 1
    assert main(["linkage", "report", str(out), "--language", "en", "--most", "1"]) == 0
    assert findings(out)[0].says["en"] in capsys.readouterr().out
    assert main(["linkage", "table", str(out), str(out)]) == 0

    last = capsys.readouterr().out.splitlines()[-1].split("\t")
    done = summary(out)
    assert last[:3] == ["total", str(2 * done.links), str(2 * done.judged["wrong"])]
