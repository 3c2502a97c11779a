"""The core and the nodes as processes on this machine, each on its own free loopback port."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from kiban.exchange import Endpoint, HolderUnavailable, NodeClient
from kiban.exchange.directory import Agency, entry_of, signed_directory
from kiban.exchange.keys import LOCAL, load_keys
from kiban.exchange.model import AgencyKind
from kiban.simulators.agencies.kinds import AgencySpec
from kiban.simulators.agencies.prepare import Prepared

ENDPOINTS, DIRECTORY = "endpoints.json", "directory.jws"
OURS = range(15_000, 32_000)
CORE = AgencySpec("core", AgencyKind.CORE, "コア")


def free_ports(count: int) -> list[int]:
    """Loopback ports that are free now.

    Below those that the system gives to outgoing connections, so that none of them takes one before its server does.
    """
    taken: list[socket.socket] = []
    try:
        while len(taken) < count:
            one = socket.socket()
            try:
                one.bind(("127.0.0.1", OURS.start + secrets.randbelow(len(OURS))))
            except OSError:
                one.close()
            else:
                taken.append(one)
        return [one.getsockname()[1] for one in taken]
    finally:
        for one in taken:
            one.close()


@dataclass(slots=True)
class Running:
    """Running nodes; ``endpoints`` is what an agency's own systems need to reach theirs."""

    prepared: Prepared
    endpoints: dict[str, Endpoint]
    core_url: str
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def client(self, agency: str) -> NodeClient:
        """A client of an agency's node."""
        return NodeClient(self.endpoints[agency])

    def pids(self) -> dict[str, int]:
        """Agency (or ``core``) → process id."""
        return {name: process.pid for name, process in self.processes.items()}

    def launch(self, agency: str) -> None:
        """Start one process; it is not waited for."""
        folder = self.prepared.folder / agency
        verb, file = ("core", "core.yaml") if agency == CORE.id else ("node", "node.yaml")
        with (self.prepared.folder / f"{agency}.log").open("ab") as log:
            self.processes[agency] = subprocess.Popen(
                [sys.executable, "-m", "kiban", verb, "--config", str(folder / file)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
            )

    def wait(self, agency: str, *, seconds: float = 60) -> None:
        """Wait until a process answers.

        Raises:
            HolderUnavailable: it ended, or does not answer in time; the message has the end of its log.
        """
        url = self.core_url if agency == CORE.id else self.endpoints[agency].url
        until = time.monotonic() + seconds
        while time.monotonic() < until and self.processes[agency].poll() is None:
            try:
                with urllib.request.urlopen(f"{url}/health", timeout=2) as answer:  # noqa: S310  our own loopback port
                    answer.read()
                    return
            except OSError:
                time.sleep(0.05)
        told = (self.prepared.folder / f"{agency}.log").read_text(encoding="utf-8", errors="replace")[-800:]
        raise HolderUnavailable(f"{agency} did not start: {told.strip()}", remedy="see its log")

    def kill(self, agency: str) -> None:
        """End one process at once (SIGKILL)."""
        self.processes[agency].kill()
        self.processes[agency].wait()

    def restart(self, agency: str) -> None:
        """Start an ended process again, on its old port, and wait until it answers."""
        if self.processes[agency].poll() is None:
            self.kill(agency)
        self.launch(agency)
        self.wait(agency)

    def stop(self) -> None:
        """Stop all processes."""
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(8)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start(folder: Path, *, wait: bool = True) -> Running:
    """Start the core and all nodes of a prepared folder on free ports; write ``endpoints.json``."""
    running = laid_out(folder)
    specs = [CORE, *running.prepared.agencies]
    for spec in specs:
        running.launch(spec.id)
    if wait:
        try:
            for spec in specs:
                running.wait(spec.id)
        except BaseException:
            running.stop()
            raise
    return running


def laid_out(folder: Path) -> Running:
    """Give the core and all nodes of a prepared folder free ports and the directory; nothing runs yet."""
    prepared = Prepared.load(folder)
    specs = [CORE, *prepared.agencies]
    ports = dict(zip([spec.id for spec in specs], free_ports(len(specs)), strict=True))
    entries = tuple(_entry(folder, spec, port=ports[spec.id]) for spec in specs)
    signed = signed_directory(entries, core=load_keys(folder / CORE.id / "keys", CORE.id))
    for spec in specs:
        (folder / spec.id / DIRECTORY).write_text(signed, encoding="ascii")
        _listen(folder / spec.id / ("core.yaml" if spec is CORE else "node.yaml"), ports[spec.id])
    endpoints = {spec.id: _endpoint(folder, spec.id, port=ports[spec.id]) for spec in prepared.agencies}
    (folder / ENDPOINTS).write_bytes(msgspec.json.encode(list(endpoints.values())))
    return Running(prepared, endpoints, f"http://127.0.0.1:{ports[CORE.id]}")


def _entry(folder: Path, spec: AgencySpec, *, port: int) -> Agency:
    keys = load_keys(folder / spec.id / "keys", spec.id)
    return entry_of(keys, kind=spec.kind, name=spec.name, url=f"http://127.0.0.1:{port}")


def _endpoint(folder: Path, agency: str, *, port: int) -> Endpoint:
    key = folder / agency / "keys" / LOCAL
    return Endpoint(agency=agency, url=f"http://127.0.0.1:{port}", key_file=str(key.resolve()))


def _listen(config: Path, port: int) -> None:
    lines = config.read_text(encoding="utf-8").splitlines()
    fresh = [f"listen: 127.0.0.1:{port}" if line.startswith("listen:") else line for line in lines]
    config.write_text("\n".join([*fresh, ""]), encoding="utf-8")
