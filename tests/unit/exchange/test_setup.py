"""Setting up as the page tells it: a core, two agencies, the directory; then the processes speak to one another."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiban.exchange import NodeClient, load_endpoints
from kiban.exchange.model import AgencyKind
from kiban.shell.cli import main
from kiban.shell.cli.exchange import KINDS
from kiban.simulators.agencies.processes import free_ports


def set_up(folder: Path, printed: pytest.CaptureFixture[str]) -> dict[str, int]:
    """Everything of the page, up to the start; name → port."""
    ports = dict(zip(("core", "302023", "302015"), free_ports(3), strict=True))
    listen = {name: ["--listen", f"127.0.0.1:{port}"] for name, port in ports.items()}
    assert main(["exchange", "core", str(folder / "core"), "--portal", "http://127.0.0.1:8000", *listen["core"]]) == 0
    key = printed.readouterr().out.strip()
    lines = []
    for agency in ("302023", "302015"):
        given = ["--id", agency, "--kind", "municipality", "--name", agency, "--core-key", key, *listen[agency]]
        assert main(["exchange", "agency", str(folder / agency), *given]) == 0
        lines.append(json.loads(printed.readouterr().out))
    (folder / "endpoints.json").write_text(json.dumps(lines), encoding="utf-8")
    entries = [str(folder / agency / "entry.json") for agency in ("302023", "302015")]
    assert main(["exchange", "directory", str(folder / "core"), *entries]) == 0
    for agency in ("302023", "302015"):
        signed = (folder / "core" / "directory.jws").read_bytes()
        (folder / agency / "directory.jws").write_bytes(signed)
    return ports


def answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2).close()
    except OSError:
        return False
    return True


@pytest.fixture
def land(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Path]:
    ports = set_up(tmp_path, capsys)
    path = {**os.environ, "PYTHONPATH": os.pathsep.join(part for part in sys.path if part)}
    made = []
    for name in ports:
        verb, file = ("core", "core.yaml") if name == "core" else ("node", "node.yaml")
        command = [sys.executable, "-m", "kiban", verb, "--config", str(tmp_path / name / file)]
        made.append(subprocess.Popen(command, env=path))
    until = time.monotonic() + 60
    while not all(map(answers, ports.values())) and time.monotonic() < until:
        time.sleep(0.05)
    yield tmp_path
    for process in made:
        process.terminate()
    for process in made:
        process.wait(20)


def test_nodes_that_were_set_up_by_the_commands_are_known_to_the_core(land: Path) -> None:
    for agency, endpoint in load_endpoints(land / "endpoints.json").items():
        node = NodeClient(endpoint)

        codes = node.register_persons(2, key=f"first-{agency}")

        assert node.health().ok
        assert len(set(codes)) == 2
        node.close()


def test_keys_are_their_owners_alone_and_never_made_twice(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    set_up(tmp_path, capsys)
    secret = [path for path in tmp_path.rglob("keys/*") if path.is_file()]
    before = {path: path.read_bytes() for path in secret}
    again = ["--portal", "http://127.0.0.1:8000", "--listen", "127.0.0.1:1"]

    assert main(["exchange", "core", str(tmp_path / "core"), *again]) == 3

    assert "there are keys already" in capsys.readouterr().err
    assert {path.read_bytes() for path in secret} == set(before.values())
    assert {path.stat().st_mode & 0o777 for path in secret} == {0o600}
    assert len(secret) == 5 + 4 + 4


def test_a_directory_is_refused_with_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    set_up(tmp_path, capsys)
    core, one = str(tmp_path / "core"), str(tmp_path / "302015" / "entry.json")
    broken = tmp_path / "broken.json"
    broken.write_text(
        json.dumps(json.loads(Path(one).read_text(encoding="utf-8")) | {"sign": "AAAA"}), encoding="utf-8"
    )

    for entries, told in (
        ([one, one], "named twice"),
        ([str(tmp_path / "none.json")], "no agency's entry"),
        ([str(broken)], "no agency's entry"),
        ([str(tmp_path / "core" / "entry.json")], "named twice"),
    ):
        assert main(["exchange", "directory", core, *entries]) == 3
        assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "told"), [({"--core-key": "AAAA"}, "no public key"), ({"--listen": "nowhere"}, "host:port")]
)
def test_an_agency_is_refused_before_a_key_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], change: dict[str, str], told: str
) -> None:
    assert main(["exchange", "core", str(tmp_path / "core"), "--portal", "http://p", "--listen", "127.0.0.1:1"]) == 0
    given = {
        "--id": "302015",
        "--kind": "municipality",
        "--name": "和歌山市",
        "--listen": "127.0.0.1:2",
        "--core-key": capsys.readouterr().out.strip(),
    } | change

    assert main(["exchange", "agency", str(tmp_path / "b"), *[word for pair in given.items() for word in pair]]) == 3

    assert told in capsys.readouterr().err
    assert not (tmp_path / "b").exists()


def test_every_kind_of_agency_can_be_set_up() -> None:
    assert set(KINDS) == {str(kind) for kind in AgencyKind} - {str(AgencyKind.CORE)}
