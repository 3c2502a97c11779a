"""The synthetic nation: persons per CPU-second of the base register, of everything, and of agency copies."""

from __future__ import annotations

import resource
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq

from kiban.population.actions import Job, generate
from kiban.population.model import NATION, Part, Settings, parts
from kiban.population.nation import nation
from kiban.population.register import register
from kiban.population.report import as_text, marginals
from kiban.population.store.files import write_part
from kiban.population.tables import register_table

TARGET = 1_000_000


def measured(what: str, persons: int, run: Callable[[], object]) -> None:
    cpu, wall = time.process_time(), time.monotonic()
    run()
    cpu, wall = time.process_time() - cpu, time.monotonic() - wall
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    rate = persons / cpu
    print(f"{what:<50}{persons:>12,} {cpu:>8.2f} CPU-s {wall:>8.2f} s {rate:>12,.0f}/CPU-s  peak {memory:.2f} GB")


def columns(settings: Settings, chosen: list[Part]) -> None:
    for part in chosen:
        register(part, settings)


def base(settings: Settings, chosen: list[Part], *, folder: Path) -> None:
    for part in chosen:
        table = register_table(register(part, settings))
        write_part(folder, part.number, tables={"register": table}, persons=part.persons)


def main(*, full: bool = False) -> None:
    folder = Path(tempfile.mkdtemp())
    settings = Settings(NATION, seed=1)
    every = parts(settings)
    chosen = every if full else every[::30]
    persons = sum(part.persons for part in chosen)
    print(f"{len(chosen)} of the {len(every)} parts of the whole nation")
    try:
        nation()
        measured("base register, columns; reading the towns once", persons, lambda: columns(settings, chosen))
        measured("base register, Parquet", persons, lambda: base(settings, chosen, folder=folder / "base"))
        print(f"{'':<50}target for the base register: {TARGET:,}/CPU-s")
        shutil.rmtree(folder / "base")
        whole = settings if full else Settings(4_000_000)
        measured("all tables, Parquet", whole.persons, lambda: generate(Job(whole, folder / "all")))
        shutil.rmtree(folder / "all")
        copies = Settings(NATION // 100 if full else 1_000_000)
        job = Job(copies, folder / "copies", ("health", "account"))
        measured("with two agency copies (health, account)", copies.persons, lambda: generate(job))
        records = sum(pq.read_metadata(path).num_rows for path in (folder / "copies" / "agencies").rglob("*.parquet"))
        print(f"{'':<50}{records:,} agency records")
        print(as_text(list(marginals(folder / "copies"))))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
