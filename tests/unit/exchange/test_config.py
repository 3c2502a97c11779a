"""A node or core with a wrong configuration does not start, and says why: file, line, field, remedy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agency_sample import A, people
from kiban.kernel.errors import KibanError
from kiban.shell.cli import main
from kiban.shell.node.config import CoreConfig, NodeConfig, load_config
from kiban.simulators.agencies import prepare
from kiban.simulators.agencies.kinds import DEMO
from shared_data import ROOT


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    specs = [spec for spec in DEMO if spec.id == A]
    return prepare(tmp_path_factory.mktemp("c") / "land", people(), agencies=specs).folder


@pytest.mark.parametrize(
    ("change", "line", "told"),
    [
        (("kind: municipality", "kind: village"), 2, "village"),
        (("listen: 127.0.0.1:1", "listen: nowhere"), 3, "not host:port"),
        (("mapping: mapping.yaml", "mapping: none.yaml"), 5, "none.yaml does not exist"),
        (("core_key:", "corekey:"), 4, "unknown field `corekey`"),
        (("mapping: mapping.yaml", "mapping: mapping.yaml\nconfine: maybe"), 6, "yes, no or if-possible"),
        (("mapping: mapping.yaml", "mapping: ["), None, "no YAML"),
        (("mapping: mapping.yaml", "mapping: mapping.yaml\ntimeout: soon"), 6, "Expected"),
    ],
)
def test_a_wrong_node_configuration(
    folder: Path, tmp_path: Path, change: tuple[str, str], line: int | None, told: str
) -> None:
    text = (folder / A / "node.yaml").read_text(encoding="utf-8").replace(*change)
    for name in ("mapping.yaml", "directory.jws"):
        (tmp_path / name).write_text("", encoding="utf-8")
    (tmp_path / "keys").mkdir()
    (tmp_path / "node.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(KibanError, match=told) as caught:
        load_config(tmp_path / "node.yaml", NodeConfig)

    assert caught.value.where.file == str(tmp_path / "node.yaml")
    assert line is None or caught.value.where.line == line
    assert caught.value.remedy


def test_the_page_tells_every_field() -> None:
    page = (ROOT / "docs/exchange.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`(\w+)`", page[: page.index("## An adapter")]))

    assert {*NodeConfig.__struct_fields__, *CoreConfig.__struct_fields__} - told == set()


def test_a_wrong_core_configuration(folder: Path) -> None:
    config = folder / "core" / "core.yaml"
    config.write_text(config.read_text(encoding="utf-8") + "profile: mine\n", encoding="utf-8")

    with pytest.raises(KibanError, match="profile is"):
        load_config(config, CoreConfig)


def test_the_command_ends_with_status_3_and_one_sentence(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["node", "--config", str(folder / A / "node.yaml")]) == 3
    assert main(["core", "--config", str(folder / "none.yaml")]) == 3

    told = capsys.readouterr().err
    assert "directory.jws does not exist" in told
    assert "cannot be read" in told
    assert "Traceback" not in told
