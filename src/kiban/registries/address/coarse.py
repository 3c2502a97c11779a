"""Addresses for publication: the town instead of the lot, and a wider area where few rows share the town.

The number of a lot (地番) leads by the open register of land to its owner: an address that is published beside anything
about a person or a household ends with its town, and its point is the town's.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from kiban.kernel.csv_rows import records
from kiban.kernel.drafted import drafted
from kiban.kernel.errors import BadInput, Where
from kiban.kernel.tabular import Report, opened
from kiban.registries.address.bulk import PREFIX, STEP, check
from kiban.registries.address.model import Address, Level
from kiban.registries.address.parse import normalise
from kiban.registries.address.rows import check_csv, good, header_of, places
from kiban.registries.address.search import towns

COLUMNS = ("level", "prefecture", "county", "city", "ward", "town", "municipality_code", "town_id", "lat", "lon")
NOTHING = Address("")
_CHOME = re.compile(r"(?<=.)[一二三四五六七八九十0-9０-９]+丁目$")


def coarse(found: Address, *, level: Level = Level.TOWN_PART) -> Address:
    """An address without what stands behind its town, or a wider area: 丁目 (level 4), 大字 (3), municipality (2) …

    ``input``, ``block``, ``building``, ``rest`` and the notes are empty, for they tell more. The point is the
    representative one of the area that is left, nothing where that has none.
    """
    reached = Level(min(level, found.level))
    if reached >= Level.TOWN and found.town:
        town = found.town if reached > Level.TOWN else _oaza(found)
        return _area(found, town, level=reached if town else Level.MUNICIPALITY)
    if reached >= Level.MUNICIPALITY and found.municipality:
        return _area(found, "", level=Level.MUNICIPALITY)
    return Address("", Level.PREFECTURE, found.prefecture) if reached >= Level.PREFECTURE else NOTHING


def _oaza(found: Address) -> str:
    """The 大字・町 that a town is a part of; nothing where neither the registry nor the name tells it.

    丁目 that are used but not registered have the id of their 大字.
    """
    if found.town_id.endswith("000") or not found.town_id:
        return _CHOME.sub("", found.town)
    name = _names(found.municipality_code).get(found.town_id[:4]) or _CHOME.sub("", found.town)
    return name if found.town.startswith(name) and name != found.town else ""


@lru_cache(2000)
def _names(code: str) -> dict[str, str]:
    """大字・町 of a municipality by the first four digits of their ids."""
    return {one.town_id[:4]: one.town for one in towns(code) if one.town_id.endswith("000")}


def _area(found: Address, town: str, *, level: Level) -> Address:
    """The area itself, as an address that says no more is read; without a point where it is read as another one."""
    read = _read(f"{found.prefecture}{found.municipality}{town}")
    same = (read.municipality_code, read.town, read.block) == (found.municipality_code, town, "")
    same = same and (level > Level.TOWN or read.town_id[-3:] in ("", "000"))  # no 小字 of the name of the 大字
    part = Level.TOWN_PART if _CHOME.search(town) else max(Level.TOWN, read.level if same else Level.TOWN)
    lat, lon = (read.lat, read.lon) if same else (None, None)
    return Address(
        "", min(part, level), found.prefecture, found.county, found.city, found.ward, town,
        municipality_code=found.municipality_code, town_id=read.town_id if same else "", lat=lat, lon=lon,
    )  # fmt: skip


_read = lru_cache(50_000)(normalise)


def shared(areas: Sequence[Address], *, least: int) -> list[Address]:
    """Coarse addresses, each widened until at least ``least`` of them are of the same area, or nothing is left.

    What is left over of a municipality or prefecture is counted without the rows that keep a town of it, for these can
    be told apart. Raises: BadInput: ``least`` is below 1.
    """
    if least < 1:
        raise BadInput(f"{least} rows cannot share an area", where=Where(field="least"), remedy="give 1 or more")
    now = list(areas)
    for level in (Level.TOWN_PART, Level.TOWN, Level.MUNICIPALITY, Level.PREFECTURE):
        few = {one for one, count in Counter(now).items() if one.level == level and count < least}
        wider = {one: coarse(one, level=Level(level - 1)) for one in few}
        now = [wider.get(one, one) for one in now]
    return now


@dataclass(frozen=True, slots=True)
class Publication:
    """A CSV file with addresses, and where it is written without them: the ``columns`` go, ``address_…`` come."""

    source: Path
    target: Path
    columns: Sequence[str]
    least: int = 1
    level: Level = Level.TOWN_PART
    progress: Callable[[int], object] = int


@dataclass(frozen=True, slots=True)
class Published:
    """What became of the rows: the report, how many are published at which level, and the columns left as they were."""

    report: Report
    levels: dict[str, int]
    kept: list[str]


def publish(job: Publication) -> Published:
    """Write the target: rows in their order, broken ones in the report only; all or nothing.

    Raises:
        BadInput: it is no CSV file, lacks the columns, has ``address_…`` already, or ``least`` is below 1.
    """
    check(job.source, job.target)
    check_csv(job.source)
    added = [PREFIX + name for name in COLUMNS]
    before = job.source.stat()
    report = Report(job.source.name)
    areas = shared(list(_areas(job, report, added=added)), least=job.least)
    with drafted(job.target) as draft:
        kept = _write(job, draft, areas=areas, added=added)
        after = job.source.stat()
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            what = "the source was changed while it was read"
            raise BadInput(what, where=Where(str(job.source)), remedy="give the command again")
    levels = Counter(Level(area.level).name.lower() for area in areas)
    return Published(report, dict(levels), kept)


def _areas(job: Publication, report: Report, *, added: list[str]) -> Iterator[Address]:
    seen: dict[Address, Address] = {}
    for line, cells, at in _rows(job, report, added=added):
        report.kept += 1
        area = coarse(normalise("".join(cells[place] for place in at)), level=job.level)
        yield seen.setdefault(area, area)
        if report.kept % STEP == 0:
            job.progress(line)


def _write(job: Publication, draft: Path, *, areas: Iterable[Address], added: list[str]) -> list[str]:
    """The second reading, so that the rows need not be held in memory."""
    again = Report(job.source.name)
    with opened(job.source, again) as file, draft.open("w", encoding="utf-8", newline="") as out:
        found = records(file, headed=True)
        header = header_of(next(found, None), report=again)
        gone = set(places(header, job.columns, added=added, file=job.source.name))
        left = [at for at in range(len(header)) if at not in gone]
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([*(header[at] for at in left), *added])
        for area, (_, cells) in zip(areas, good(found, header, report=again), strict=False):
            writer.writerow([*(cells[at] for at in left), *(getattr(area, name) for name in COLUMNS)])
    return [header[at] for at in left]


def _rows(job: Publication, report: Report, *, added: list[str]) -> Iterator[tuple[int, list[str], list[int]]]:
    with opened(job.source, report) as file:
        found = records(file, headed=True)
        header = header_of(next(found, None), report=report)
        at = places(header, job.columns, added=added, file=job.source.name)
        for line, cells in good(found, header, report=report):
            yield line, cells, at
