"""Merging registers: nothing is lost, the same person is found, what a machine must not decide goes on a work list."""

from __future__ import annotations

import csv
import hashlib
import io
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import msgspec
import numpy as np

from kiban.kernel.errors import Where
from kiban.linkage import explaining as items
from kiban.linkage.errors import BadFile
from kiban.linkage.fingerprints import Source
from kiban.linkage.identities.model import Prior
from kiban.linkage.merging import books, explaining, matching, proving, renewing, spilling
from kiban.linkage.merging.books import Register
from kiban.linkage.merging.matching import Match
from kiban.linkage.merging.model import Conflict, Decision, Matter, Merged, Successor
from kiban.linkage.merging.renewing import Change, Numbering, Single, Towns
from kiban.linkage.merging.spilling import Noted
from kiban.linkage.merging.store.results import (
    CONFLICTS,
    JOINS,
    MAP,
    MERGED,
    join_tables,
    merged,
    ordered,
    register_path,
    write_table,
)
from kiban.linkage.merging.store.shelf import Shelf
from kiban.linkage.model import Person
from kiban.linkage.store import results

DECIDABLE = {Matter.UNCLEAR, Matter.DIFFERS, Matter.NUMBER_OF_TWO, Matter.TWO_NUMBERS}
SINGLE = (Matter.NO_HEAD, Matter.BAD_NUMBER, Matter.BAD_DAY, Matter.BAD_CODE, Matter.RECORD_TWICE)
"""What is told of one entry, in the order of the work list."""


@dataclass(frozen=True, slots=True)
class Merge:
    """A merger to carry out.

    ``towns``: CSV with the columns municipality, town, new_town and, if known, new_town_id. ``decisions``: CSV with the
    columns number (of the work list of an earlier run over the same files) and decision (first, second, both).
    """

    registers: tuple[Register, ...]
    into: Successor
    out: Path
    towns: Path | None = None
    decisions: Path | None = None
    prior: Prior = field(default_factory=Prior)


class _Matched(msgspec.Struct, frozen=True):
    """A pair as it is kept while a merger is under way."""

    first: int
    second: int
    matter: Matter
    probability: float
    pattern: int
    gone: int


class _Towns(msgspec.Struct, frozen=True):
    """The towns of a part; the last that is written of it."""

    towns: list[tuple[str, str]]


def merge(job: Merge, *, report_to: Callable[[str], None] = lambda _: None) -> Merged:
    """Merge registers into that of the successor; a stopped run goes on, and the same rows give the same bytes.

    In memory are one part of the rows and the pairs that mean something. Results in ``out``: register/ (the new
    register), map.parquet (every row that went in, once), work-list.jsonl, joins.jsonl, set-aside.jsonl, merged.json
    (the counts, proven from the files).

    Raises:
        BadFile: a file lacks a column that is needed, or cannot be read.
        OtherCheck: ``out`` holds another merger.
        NotBalanced: what was written is not what went in; nothing of it is to be used.
    """
    journal, work = results.Journal(job.out, _inputs(job)), job.out / "work"
    if (job.out / MERGED).exists():
        shutil.rmtree(work, ignore_errors=True)
        return merged(job.out)
    towns, decisions = _towns(job.towns), _decisions(job.decisions)
    report_to("read")
    shelf, noted = _shelved(job, report_to=report_to)
    report_to("match")
    found = _matched(shelf, work=work, prior=job.prior)
    decided = _decide(found, decisions)
    numbering = Numbering.of(shelf, {one.gone: _other(one) for one in found if one.gone >= 0})
    report_to("write")
    change = Change(job.into, towns, numbering, shelf.twice())
    for number in range(shelf.parts):
        _renew(job.out, shelf, number=number, change=change)
    join_tables(job.out / MAP, [_map_path(work, number) for number in range(shelf.parts)])
    matters = _tell(job, shelf, found=found, change=change)
    results.write_lines(job.out / results.ASIDE, (aside for one in noted for aside in one.aside))
    report_to("prove")
    proof = proving.proven(job.out, shelf.form, parts=shelf.parts, noted=noted)
    done = Merged(
        job.into.code, job.into.name, proof.rows, proof.households, proof.balances, dict(sorted(matters.items())),
        decided, sum(len(one.aside) for one in noted), proof.no_town_id,
    )  # fmt: skip
    results.write_lines(job.out / MERGED, [done])
    journal.done("merged", done.rows)
    shutil.rmtree(work)
    return done


def _shelved(job: Merge, *, report_to: Callable[[str], None]) -> tuple[Shelf, list[Noted]]:
    """All rows in the order of the result, and what was noted when they were read."""
    form, volumes = books.volumes(job.registers)
    work = job.out / "work"
    cut = spilling.cuts(volumes, form, work=work, parts=job.prior.partitions)
    paths, noted = spilling.spill(volumes, form, cut=cut, folder=work / "pieces")
    report_to("sort")
    return spilling.sort(paths, form, parts=len(cut) + 1, folder=work / "sorted"), noted


def _matched(shelf: Shelf, *, work: Path, prior: Prior) -> list[Match]:
    """The pairs in the order of the work list; found once, then read."""
    path = work / "matches.jsonl"
    if not path.exists():
        found = matching.matches(shelf, work=work, prior=prior)
        found.sort(key=lambda one: (_importance(one), one.first, one.second))
        results.write_lines(path, (_Matched(m.first, m.second, m.matter, m.probability, m.pattern, m.gone)
                                   for m in found))  # fmt: skip
    return [Match(*msgspec.structs.astuple(one)) for one in results.read_lines(path, _Matched)]


def _renew(out: Path, shelf: Shelf, *, number: int, change: Change) -> None:
    """Write what becomes of a part, unless it is written already."""
    last = _told_path(out / "work", number, what="towns")
    if last.exists():
        return
    new = renewing.renew(shelf.part(number), shelf.form, change=change)
    write_table(register_path(out, number), new.table)
    write_table(_map_path(out / "work", number), new.map)
    last.parent.mkdir(parents=True, exist_ok=True)
    for matter in SINGLE:
        results.write_lines(_told_path(out / "work", number, what=matter), new.told[matter])
    results.write_lines(last, [_Towns(new.towns)])


def _map_path(work: Path, number: int) -> Path:
    return work / "maps" / f"{number:05}" / MAP


def _told_path(work: Path, number: int, *, what: str) -> Path:
    return work / "told" / f"{number:05}-{what}.jsonl"


def _inputs(job: Merge) -> str:
    sources = [Source.of(one.path) for one in job.registers]
    extra = [hashlib.sha256(path.read_bytes()).hexdigest() if path else "" for path in (job.towns, job.decisions)]
    return results.inputs(
        sources, ["merge", [one.code for one in job.registers], asdict(job.into), extra, asdict(job.prior)]
    )


def _table(path: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    missing = [name for name in columns if rows and name not in rows[0]]
    if missing:
        raise BadFile(f"no column {', '.join(missing)}", where=Where(str(path)), remedy=f"use {', '.join(columns)}")
    return rows


def _towns(path: Path | None) -> Towns:
    rows = _table(path, ("municipality", "town", "new_town")) if path else []
    return {(row["municipality"], row["town"]): (row["new_town"], row.get("new_town_id") or "") for row in rows}


def _decisions(path: Path | None) -> dict[str, Decision]:
    rows = _table(path, ("number", "decision")) if path else []
    known = {one.value for one in Decision}
    for place, row in enumerate(rows, start=1):
        if row["decision"] not in known:
            raise BadFile(f"no decision {row['decision']!r}", where=Where(str(path), line=place + 1),
                          remedy=f"use {', '.join(sorted(known))}")  # fmt: skip
    return {row["number"]: Decision(row["decision"]) for row in rows}


def _importance(match: Match) -> int:
    return list(Matter).index(match.matter)


def _other(match: Match) -> int:
    return match.second if match.gone == match.first else match.first


def _decide(found: list[Match], decisions: dict[str, Decision]) -> int:
    """Apply the officers' decisions; an entry that is gone already cannot go twice."""
    used = {row for one in found if one.gone >= 0 for row in (one.first, one.second)}
    for number, match in _numbered(found):
        if match.matter in DECIDABLE and number in decisions and not used & {match.first, match.second}:
            matching.decide(match, decisions[number])
            used |= {match.first, match.second} if match.gone >= 0 else set()
    return sum(one.decided for one in found)


def _numbered(found: list[Match]) -> list[tuple[str, Match]]:
    """The matches that wait for an officer, with the numbers they have on the work list in every run."""
    waiting = [one for one in found if one.matter is not Matter.JOINED]
    return [(f"{place:06}", one) for place, one in enumerate(waiting, start=1)]


def _tell(job: Merge, shelf: Shelf, *, found: list[Match], change: Change) -> Counter[str]:
    """Write the joins and the work list (decided pairs are not on it any more); returns how many of each matter."""
    people, joined = _people(shelf, found), [one for one in found if one.gone >= 0]
    waiting = _numbered(found)
    counts: Counter[str] = Counter()

    def counted(told: Iterable[Conflict]) -> Iterator[Conflict]:
        for one in told:
            counts[one.matter.value] += 1
            yield one

    def listed() -> Iterator[Conflict]:
        for number, one in waiting:
            if not one.decided:
                yield _pair(number, one, people=people, numbering=change.numbering)
        yield from _singles(job.out / "work", shelf.parts, after=len(waiting), towns=change.towns)

    pairs = (_pair(f"{at:06}", one, people=people, numbering=change.numbering) for at, one in enumerate(joined, 1))
    results.write_lines(job.out / JOINS, counted(pairs))
    results.write_lines(job.out / CONFLICTS, counted(listed()))
    return counts


def _singles(work: Path, parts: int, *, after: int, towns: Towns) -> Iterator[Conflict]:
    """What is told of single entries, by matter and new record, then of towns; numbered from ``after`` on."""
    number = after
    for matter in SINGLE:
        paths = [_told_path(work, part, what=matter) for part in range(parts)]
        for one in ordered(paths, Single, by=lambda one: (one.record, one.row)):
            number += 1
            says = explaining.says(matter, what=one.what)
            yield Conflict(f"{number:06}", matter, 1.0, (one.record,), one.person, Person(), (), (), says)
    lists = [results.read_lines(_told_path(work, part, what="towns"), _Towns) for part in range(parts)]
    every = {town for (one,) in lists for town in one.towns}
    for town in renewing.same_towns(every, towns=towns):
        number += 1
        says = explaining.says(Matter.TOWN_NAME, what=town)
        yield Conflict(f"{number:06}", Matter.TOWN_NAME, 1.0, (), Person(address=town), Person(), (), (), says)


def _people(shelf: Shelf, found: list[Match]) -> dict[int, Person]:
    """The items of all entries of pairs."""
    rows, form = np.unique([row for one in found for row in (one.first, one.second)]).astype(np.int64), shelf.form
    columns = [*form.layout.name, *form.layout.kana, *form.layout.address]
    columns += [name for name in (form.layout.record, form.layout.birth, form.layout.sex) if name]
    table = shelf.take(rows, list(dict.fromkeys(columns)))
    return dict(zip(rows.tolist(), results.people_of(table, form.layout), strict=True)) if len(rows) else {}


def _pair(number: str, one: Match, *, people: dict[int, Person], numbering: Numbering) -> Conflict:
    fits, differs = items.fitting(one.pattern), items.differing(one.pattern)
    first, second = numbering.records(np.array([one.first, one.second], dtype=np.int64)).tolist()
    return Conflict(
        number, one.matter, round(one.probability, 6), (first, second), people[one.first], people[one.second], fits,
        differs, explaining.says(one.matter, fits=fits, differs=differs),
    )  # fmt: skip
