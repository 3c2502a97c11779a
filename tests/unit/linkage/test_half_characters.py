"""Half a character in a question to a register is refused by the name of its item, before it is logged or looked up."""

from __future__ import annotations

from pathlib import Path

import msgspec
import polars as pl
import pytest

from kiban.kernel.errors import BadInput
from kiban.linkage import Person
from kiban.linkage.lookup import TEXTS, Asked, Enquirer, Register
from kiban.shell.cli import main
from unit.linkage.nation import made

ONE = Person("", "山田 太郎", "ヤマダ タロウ", "1990-04-01", "1", "和歌山市七番丁23")


@pytest.mark.parametrize("item", TEXTS)
@pytest.mark.parametrize("half", [chr(0xD800), chr(0xDCFF)], ids=["half", "byte"])
def test_an_item_with_half_a_character_is_refused_by_its_name(item: str, half: str) -> None:
    register, log = Register.open(made("nhi") / "register"), list[Asked]()
    by = Enquirer("officer-1", "nhi", log.append)
    asked = msgspec.structs.replace(ONE, **{item: f"山{half}田"})
    for verb in (register.lookup, register.search):
        with pytest.raises(BadInput, match="character 2 is half a character") as refused:
            verb(asked, by=by)
        assert refused.value.where.field == item
        assert "山" not in str(refused.value)
    assert log == []


@pytest.mark.parametrize("field", ["officer", "purpose"])
def test_who_asks_is_written_down_and_so_must_be_whole(field: str) -> None:
    texts = {"officer": "officer-1", "purpose": "nhi", field: "x\ud800"}
    with pytest.raises(BadInput, match="half a character") as refused:
        Enquirer.named(texts["officer"], texts["purpose"], log=lambda _: None)
    assert refused.value.where.field == field


def test_the_command_says_so_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pl.DataFrame({"number": ["1"], "name": ["山田 太郎"]}).write_csv(tmp_path / "register.csv")
    for option in ("--name", "--kana", "--birth-date", "--sex", "--address", "--officer", "--purpose"):
        words = ["linkage", "lookup", "--register", str(tmp_path), "--officer", "a", "--purpose", "b"]
        assert main([*words, option, "\udcffx"]) == 1
        told = capsys.readouterr().err
        assert f"field {option[2:].replace('-', '_')}: character 1 is half a character" in told
        assert "Traceback" not in told
    assert not (tmp_path / "lookups.jsonl").exists()
