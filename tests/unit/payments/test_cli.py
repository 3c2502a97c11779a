"""`kiban payments` on files."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from kiban.benefits.payments import key_of
from kiban.benefits.payments.results import Entry
from kiban.shell.cli import main
from unit.payments.sample import statement
from unit.payments.test_codec import BATCH, GOLDEN


def test_a_batch_is_written_checked_read_exported_and_reconciled(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    batch, file, back, xml = (tmp_path / name for name in ("b.json", "file", "back", "x.xml"))
    batch.write_bytes(msgspec.json.encode(BATCH))
    assert main(["payments", "write", str(batch), "--out", str(file)]) == 0
    assert file.read_bytes() == GOLDEN
    assert main(["payments", "check", str(file)]) == 0
    assert main(["payments", "check", str(file), "--directory"]) == 1
    assert "line 2, byte 2: Z24" in capsys.readouterr().out
    assert main(["payments", "read", str(file)]) == 0
    assert msgspec.json.decode(capsys.readouterr().out, type=type(BATCH)) == BATCH
    assert main(["payments", "pain001", str(file), "--id", "x", "--on", "2026-12-10", "--out", str(xml)]) == 0
    assert b"<NbOfTxs>1</NbOfTxs>" in xml.read_bytes()
    back.write_bytes(statement((Entry(key=key_of(1, 1), yen=35_000, incoming=True),)))
    assert main(["payments", "reconcile", str(file), str(back)]) == 1
    assert capsys.readouterr().out.startswith(f"returned\t{key_of(1, 1)}\t35000")


@pytest.mark.parametrize(
    "command",
    [
        ["payments", "pain001", "file", "--id", "x", "--out", "xml", "--on"],
        ["slots", "offer", "--agency", "302015", "--from"],
        ["card", "issue", "--folder", "cards", "--name", "x", "--sex", "1", "--address", "x", "--birth-date"],
    ],
    ids=lambda command: command[0],
)
def test_a_day_that_is_none_is_wrong_use(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([*command, "2026-02-30"])

    assert stopped.value.code == 2
    assert "'2026-02-30' is no day; write it as 2026-10-01" in capsys.readouterr().err
