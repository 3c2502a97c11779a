"""Exchanges per gateway-core-second and added latency, against a plain raw-ASGI echo in the same run.

Three real processes (asker's node, holder's node, core) with every guarantee on: legal table twice, code conversion,
ES256 on request and answer of each hop, sealed answers, four durable records per exchange. CPU is what the processes
used, so the figures bear a busy machine; the echo of the same run makes them comparable between machines.
"""

from __future__ import annotations

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import psutil

from kiban.exchange.model import Enquiry
from kiban.exchange.signing import Message
from kiban.shell.node.wire import Pool
from kiban.simulators.agencies import DEMO, People, Running, prepare, start

A, B = "302023", "302015"
ECHO = """
import msgspec
async def app(scope, receive, send):
    if scope["type"] != "http":
        while True:
            event = await receive()
            await send({"type": event["type"] + ".complete"})
            if event["type"].endswith("shutdown"): return
    body = (await receive()).get("body", b"")
    data = msgspec.json.encode(msgspec.json.decode(body)) if body else b"{}"
    headers = [(b"content-length", str(len(data)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": data})
"""


@dataclass(frozen=True, slots=True)
class Load:
    """What is sent, how often, how many at a time."""

    count: int
    at_once: int
    make: Callable[[int], Message]


async def _send(load: Load) -> list[float]:
    pool, numbers, times = Pool(timeout=60), iter(range(load.count)), list[float]()

    async def worker() -> None:
        for number in numbers:
            begun = time.perf_counter()
            _, answer = await pool.exchange(lambda n=number: load.make(n))
            assert answer.status == 200, answer.body
            times.append(time.perf_counter() - begun)

    await asyncio.gather(*(worker() for _ in range(load.at_once)))
    pool.close()
    return times


def measure(load: Load, pids: Sequence[int]) -> tuple[float, list[float], list[float]]:
    """Seconds, CPU seconds of each process, and the times of all requests."""
    processes = [psutil.Process(pid) for pid in pids]
    before = [sum(p.cpu_times()[:2]) for p in processes]
    begun = time.perf_counter()
    times = asyncio.run(_send(load))
    wall = time.perf_counter() - begun
    return wall, [sum(p.cpu_times()[:2]) - b for p, b in zip(processes, before, strict=True)], times


def echo(folder: Path, count: int) -> tuple[float, float]:
    """Requests per server-CPU-second of the plain echo, and its median time alone (ms)."""
    (folder / "echo.py").write_text(ECHO, encoding="utf-8")
    port = 20000 + (time.time_ns() // 1000) % 20000
    command = [sys.executable, "-m", "uvicorn", "--loop", "uvloop", "--http", "httptools", "--no-access-log"]
    server = subprocess.Popen([*command, "--log-level", "error", "--port", str(port), "echo:app"], cwd=folder)
    body = msgspec.json.encode({"text": "x" * 230})
    authority = f"127.0.0.1:{port}"

    def make(_: int) -> Message:
        return Message({"content-type": "application/json"}, "POST", authority, "/", body=body)

    try:
        for _ in range(200):
            try:
                asyncio.run(_send(Load(1, 1, make)))
                break
            except Exception:
                time.sleep(0.05)
        _, cpu, _ = measure(Load(count, 16, make), [server.pid])
        _, _, alone = measure(Load(300, 1, make), [server.pid])
    finally:
        server.terminate()
        server.wait()
    return count / cpu[0], statistics.median(alone) * 1000


def enquiries(running: Running, *, run: str, persons: int) -> Callable[[int], Message]:
    """Enquiries of the B's systems to B's node about so many persons each."""
    prepared = running.prepared
    codes = [prepared.code(f"p{i}", B) for i in range(1000)]
    key = Path(running.endpoints[B].key_file).read_text(encoding="ascii")
    authority = running.endpoints[B].url.removeprefix("http://")

    def make(number: int) -> Message:
        subjects = tuple(codes[(number * persons + i) % 1000] for i in range(persons))
        asked = Enquiry(affair="nhi", holder=A, items=("tax.income",), subjects=subjects, key=f"{run}/{number}")
        headers = {"content-type": "application/json", "authorization": f"Bearer {key}"}
        return Message(headers, "POST", authority, "/local/v1/enquiries", body=msgspec.json.encode(asked))

    return make


def people() -> People:
    rows = [
        {"person": f"p{i}", "fiscal_year": 2026, "total_income": i, "dependents": 0, "exempt": 0} for i in range(1000)
    ]
    return People(rows={A: {"tax": rows}})


def report(name: str, running: Running, load: Load, *, persons: int) -> float:
    """Measure one load and print its line; exchanges per gateway-core-second."""
    pids = running.pids()
    wall, cpu, times = measure(load, [pids[B], pids[A], pids["core"]])
    exchanges = load.count * persons
    asker, holder, core = (seconds / exchanges * 1e6 for seconds in cpu)
    rate = 1e6 / max(asker, holder)
    print(
        f"{name:28} {asker:8.0f} {holder:8.0f} {core:8.0f} µs CPU   {rate:8.0f} per gateway-core-s"
        f"   {exchanges / wall:8.0f} per s wall   median {statistics.median(times) * 1000:6.1f} ms"
    )
    return rate


def main(*, full: bool = False) -> None:
    count = 4000 if full else 800
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plain, plain_ms = echo(folder, count * 5)
        prepare(folder / "land", people(), agencies=[spec for spec in DEMO if spec.id in {A, B}])
        with start(folder / "land") as running:
            asyncio.run(_send(Load(50, 4, enquiries(running, run="warm", persons=1))))
            print(f"plain raw-ASGI echo          {plain:8.0f} requests per server-core-s, alone {plain_ms:.2f} ms")
            print(f"{'':28} {'asker':>8} {'holder':>8} {'core':>8}")
            single = Load(count, 32, enquiries(running, run="one", persons=1))
            rate = report("one person, 32 at once", running, single, persons=1)
            alone = Load(200, 1, enquiries(running, run="alone", persons=1))
            report("one person, one at a time", running, alone, persons=1)
            bulk = Load(max(20, count // 20), 8, enquiries(running, run="bulk", persons=100))
            many = report("100 persons, 8 at once", running, bulk, persons=100)
            print(f"ratios: echo / exchange {plain / rate:.1f}; bulk of 100 / single {many / rate:.1f}")


if __name__ == "__main__":
    main()
