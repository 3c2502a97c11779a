"""Half a character, wherever it is given on the command line, is refused by its argument's name."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiban.kernel.errors import BadInput
from kiban.kernel.whole import whole
from kiban.registries.reading import Registers
from kiban.registries.store import RecordStore
from kiban.registries.tables import REGISTRIES
from kiban.shell.cli import main

HALF = "和歌\udce3"
COMMANDS = [
    ("text", "registry search corporation {}"),
    ("area", "registry search town 和歌 --area {}"),
    ("key", "registry show corporation {}"),
    ("name", "registry place {}"),
    ("code", "registry became {}"),
    ("code", "registry postal {}"),
    ("id", "registry crosswalk {}"),
    ("programme", "registry deem {} --law 旅館業法"),
    ("number", "registry filed inn {} street=1"),
    ("fields", "registry filed inn 7000012050002 street={}"),
    ("law", "registry deem inn --law {}"),
    ("by", "registry import town nothing.csv --as-of 2026-04-01 --by {}"),
    ("name", "push end {}"),
    ("text", "address search {}"),
    ("first", "address same {} 和歌山市"),
    ("column", "address bulk a.csv b.csv --column {}"),
    ("name", "linkage lookup --register . --officer a --purpose b --name {}"),
]


@pytest.mark.parametrize(("field", "command"), COMMANDS)
def test_a_command_names_the_argument(field: str, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    words = [word.replace("{}", HALF) for word in command.split()]
    assert main(words) == 1
    told = capsys.readouterr().err
    assert f"field {field}: character {10 if field == 'fields' else 3} is half a character" in told
    assert "Traceback" not in told


def test_a_whole_text_stays_as_it_is_and_the_place_of_a_half_is_told() -> None:
    assert whole("𠮷野家 \x00", field="name") == "𠮷野家 \x00"
    with pytest.raises(BadInput, match="character 2 ") as refused:
        whole("b\ud800", field="name")
    assert refused.value.where.field == "name"


@pytest.mark.parametrize("registry", sorted(REGISTRIES))
def test_a_register_asked_by_a_program_refuses_it(registry: str, tmp_path: Path) -> None:
    store = Registers(tmp_path / "registers.db")
    with pytest.raises(BadInput, match="half a character"):
        store.search(REGISTRIES[registry], HALF)


def test_a_key_with_half_a_character_is_refused(tmp_path: Path) -> None:
    store = RecordStore(tmp_path / "registers.db")
    for asked in (store.at, store.history, store.told):
        with pytest.raises(BadInput, match="half a character"):
            asked("corporation", HALF)
