"""Generating a nation into a folder: part by part, with progress, stoppable and resumable."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from kiban.population.agencies import check_agencies, copy
from kiban.population.circumstances import circumstances
from kiban.population.corporations import corporations_table
from kiban.population.doubles import REGISTER, flawed_register
from kiban.population.faults import Faults
from kiban.population.model import Part, Settings, parts
from kiban.population.register import register
from kiban.population.store.files import Entry, Journal, Manifest, write_part
from kiban.population.tables import circumstances_table, events_table, register_table
from kiban.population.vital import deceased_table, with_deaths

FORMAT = 2


@dataclass(frozen=True, slots=True)
class Job:
    """What is generated, and where to."""

    settings: Settings
    folder: Path
    agencies: tuple[str, ...] = ()
    faults: Faults = field(default_factory=Faults)

    def __post_init__(self) -> None:
        check_agencies(self.agencies)

    def parameters(self) -> dict[str, Any]:
        """Everything that decides the bytes."""
        return {
            "format": FORMAT,
            "persons": self.settings.persons,
            "seed": self.settings.seed,
            "on": self.settings.on.isoformat(),
            "only": list(self.settings.only),
            "agencies": list(self.agencies),
            "faults": asdict(self.faults) if self.agencies else {},
        }


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is."""

    parts: int
    of_parts: int
    persons: int


def generate(job: Job, *, workers: int = 1, report: Callable[[Progress], None] = lambda _: None) -> Manifest:
    """Generate what is missing in the folder and return its manifest; the same job gives the same bytes.

    Raises:
        OtherRun: the folder holds another run.
    """
    todo = parts(job.settings)
    journal = Journal(job.folder, job.parameters())
    missing = [part for part in todo if part.number not in journal.done]
    for entry in _made(job, missing, workers=workers):
        journal.add(entry)
        persons = sum(one.persons for one in journal.done.values())
        report(Progress(len(journal.done), len(todo), persons))
    return journal.finish()


def _made(job: Job, missing: list[Part], *, workers: int) -> Iterator[Entry]:
    if workers <= 1 or len(missing) <= 1:
        yield from (make_part((job, part)) for part in missing)
        return
    with multiprocessing.get_context("spawn").Pool(min(workers, len(missing))) as pool:
        yield from pool.imap_unordered(make_part, [(job, part) for part in missing])


def make_part(task: tuple[Job, Part]) -> Entry:
    """Make one part's tables and write them."""
    job, part = task
    people = register(part, job.settings)
    life = circumstances(people, on=job.settings.on)
    deceased = deceased_table(part, job.settings)
    tables = {
        "register": register_table(people),
        "circumstances": circumstances_table(people, life),
        "events": with_deaths(events_table(people, on=job.settings.on), deceased),
        "deceased": deceased,
        "corporations": corporations_table(people),
    }
    for agency in job.agencies:
        if agency == REGISTER:
            made, truth = flawed_register(people, faults=job.faults, first=part.number)
        else:
            made, truth = copy(people, life, agency=agency, faults=job.faults, first=part.number)
        tables |= {f"agencies/{agency}": made, f"truth/{agency}": truth}
    return write_part(job.folder, part.number, tables=tables, persons=part.persons)
