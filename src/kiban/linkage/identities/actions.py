"""The search for duplicates in one register: same number, and same person under two numbers."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from kiban.linkage import explaining as items
from kiban.linkage.actions import PARTITION_BYTES, thresholds
from kiban.linkage.fingerprints import Partitions, Source
from kiban.linkage.identities import blocks, explaining
from kiban.linkage.identities.model import Kind, Pair, Prior, Report
from kiban.linkage.identities.scoring import Frequencies, Weighed, weigh
from kiban.linkage.identities.store.results import PAIRS, REPORT, report
from kiban.linkage.model import FINGERPRINT, Aside, Column, Person
from kiban.linkage.store import results

ROWS_IN_PARTITION = PARTITION_BYTES // FINGERPRINT.itemsize
BYTES_PER_ROW = 40


@dataclass(frozen=True, slots=True)
class Duplicates:
    """A search to run: one register (a folder or a file), where the results go, what is assumed."""

    register: Path
    out: Path
    prior: Prior = field(default_factory=Prior)


@dataclass(frozen=True, slots=True)
class _Listed:
    """Pairs that are told: rows of the register, kind, probability, pattern, strangers expected."""

    first: Column
    second: Column
    kind: tuple[Kind, ...]
    probability: Column
    pattern: Column
    by_chance: Column


def duplicates(job: Duplicates, *, report_to: Callable[[str], None] = lambda _: None) -> Report:
    """Find persons with two numbers, numbers with two persons, and persons entered twice.

    Resumes a stopped run; the same rows, in whatever order and files, give the same pairs. Results in ``out``:
    report.json, pairs.jsonl (the surest first), set-aside.jsonl.

    Raises:
        BadFile: a file has no link key or no name.
        OtherCheck: ``out`` holds a search in other files.
    """
    source = Source.of(job.register)
    journal = results.Journal(job.out, results.inputs((source,), ["duplicates", asdict(job.prior)]))
    if (job.out / REPORT).exists():
        return report(job.out)
    parts = _partitions(job, source)
    report_to("read")
    if "read" not in journal.stage.rows:
        rows, aside = parts[0].write(source)
        results.write_lines(job.out / results.ASIDE, sorted(aside, key=lambda one: (one.file, one.row, one.column)))
        journal.done("read", rows)
    report_to("compare")
    (numbered, alike), frequencies = _found(parts)
    report_to("weigh")
    rate, split = _split(alike, frequencies=frequencies, prior=job.prior)
    listed = [_numbered(numbered, frequencies=frequencies), split]
    report_to("results")
    done = _write(job, source, listed=listed, rows=journal.stage.rows["read"])
    done = _finished(done, alike=alike, rate=rate, aside=results.asides(job.out))
    results.write_lines(job.out / REPORT, [done])
    shutil.rmtree(job.out / "work")
    return done


def _partitions(job: Duplicates, source: Source) -> tuple[Partitions, Partitions]:
    size = sum(path.stat().st_size for path in source.files)
    count = job.prior.partitions or max(1, min(256, size // BYTES_PER_ROW // ROWS_IN_PARTITION + 1))
    return Partitions(job.out / "work" / "key", count), Partitions(job.out / "work" / "other", count)


def _found(parts: tuple[Partitions, Partitions]) -> tuple[tuple[blocks.Found, blocks.Found], Frequencies]:
    by_key, other = parts
    numbered = [blocks.same_number(by_key.read(number)) for number in range(by_key.count)]
    rows = sum(by_key.path(n).stat().st_size for n in range(by_key.count) if by_key.path(n).exists())
    rows //= FINGERPRINT.itemsize
    frequencies = Frequencies.of((by_key.read(number) for number in range(by_key.count)), rows=rows)
    alike = []
    for by, lines in ((blocks.by_birth, blocks.BY_BIRTH), (blocks.by_place, blocks.BY_PLACE)):
        blocks.redistribute(by_key, other, by=by)
        alike += [blocks.alike(other.read(number), lines=lines) for number in range(other.count)]
    return (_one(numbered), _one(alike)), frequencies


def _one(found: list[blocks.Found]) -> blocks.Found:
    """All pairs in one, each once."""
    first, second = (np.concatenate([getattr(f, side) for f in found]) for side in ("first", "second"))
    pair = first["row"].astype(np.uint64) << np.uint64(32) | second["row"].astype(np.uint64)
    _, kept = np.unique(pair, return_index=True)
    return blocks.Found(first[kept], second[kept], sum(f.crowded for f in found))


def _split(alike: blocks.Found, *, frequencies: Frequencies, prior: Prior) -> tuple[float, _Listed]:
    weighed = weigh(alike.first, alike.second, frequencies=frequencies)
    rate = prior.split_rate or weighed.taught_rate()
    likely = weighed.one_person(rate)
    at = np.flatnonzero(likely >= prior.listed_from)
    return rate, _listed(alike, weighed, at=at, kinds=tuple([Kind.SPLIT_PERSON] * len(at)), likely=likely[at])


def _numbered(found: blocks.Found, *, frequencies: Frequencies) -> _Listed:
    weighed = weigh(found.first, found.second, frequencies=frequencies)
    one = weighed.of_one_number()
    kinds = tuple(Kind.ENTERED_TWICE if p >= 0.5 else Kind.SHARED_NUMBER for p in one)
    return _listed(found, weighed, at=np.arange(len(one)), kinds=kinds, likely=np.maximum(one, 1 - one))


def _listed(found: blocks.Found, weighed: Weighed, *, at: Column, kinds: tuple[Kind, ...], likely: Column) -> _Listed:
    return _Listed(
        found.first["row"][at], found.second["row"][at], kinds, likely, weighed.pattern[at],
        weighed.rows * weighed.stranger[at],
    )  # fmt: skip


def _write(job: Duplicates, source: Source, *, listed: list[_Listed], rows: int) -> Report:
    people = results.persons(source, np.concatenate([np.r_[one.first, one.second] for one in listed]))
    found = [_pair(one, at, people=people) for one in listed for at in range(len(one.first))]
    found.sort(key=lambda pair: (-pair.probability, pair.kind, _name(pair.first), _name(pair.second)))
    groups = _groups(found)
    found = [
        _told(pair, number=f"{at:06}", group=groups[_name(pair.first)], sure_from=job.prior.sure_from)
        for at, pair in enumerate(found, start=1)
    ]
    results.write_lines(job.out / PAIRS, found)
    sure, possible = ({kind.value: 0 for kind in Kind} for _ in range(2))
    for pair in found:
        (sure if pair.sure else possible)[pair.kind] += 1
    expected = thresholds(np.sort(np.array([p.probability for p in found if p.kind is Kind.SPLIT_PERSON] or [0.0])))
    return Report(rows, sure, possible, {}, 0, 0.0, expected)


def _name(person: Person) -> tuple[str, ...]:
    return (person.record, person.name, person.birth_date, person.address, person.kana, person.sex)


def _pair(one: _Listed, at: int, *, people: dict[int, Person]) -> Pair:
    pattern = int(one.pattern[at])
    first, second = sorted((people[int(one.first[at])], people[int(one.second[at])]), key=_name)
    return Pair(
        number="", kind=one.kind[at], sure=False, probability=round(float(one.probability[at]), 6), group=0,
        first=first, second=second, fits=items.fitting(pattern), differs=items.differing(pattern),
        by_chance=float(f"{one.by_chance[at]:.3g}"), says={},
    )  # fmt: skip


def _told(pair: Pair, *, number: str, group: int, sure_from: float) -> Pair:
    pattern_says = explaining.says(pair.kind, fits=pair.fits, differs=pair.differs, probability=pair.probability,
                                   by_chance=pair.by_chance)  # fmt: skip
    return Pair(
        number, pair.kind, pair.probability >= sure_from, pair.probability, group, pair.first, pair.second, pair.fits,
        pair.differs, pair.by_chance, pattern_says,
    )  # fmt: skip


def _groups(found: list[Pair]) -> dict[tuple[str, ...], int]:
    """The same number for all entries that pairs join to one person (or one number)."""
    leader: dict[tuple[str, ...], tuple[str, ...]] = {}

    def top(one: tuple[str, ...]) -> tuple[str, ...]:
        while leader.setdefault(one, one) != one:
            one = leader[one]
        return one

    for pair in found:
        one, two = sorted((top(_name(pair.first)), top(_name(pair.second))))
        leader[two] = one
    places: dict[tuple[str, ...], int] = {}
    return {one: places.setdefault(top(one), len(places) + 1) for one in sorted(leader)}


def _finished(done: Report, *, alike: blocks.Found, rate: float, aside: list[Aside]) -> Report:
    reasons: dict[str, int] = {}
    for one in aside:
        reasons[one.reason] = reasons.get(one.reason, 0) + 1
    return Report(
        done.rows, done.sure, done.possible, dict(sorted(reasons.items())), alike.crowded, float(f"{rate:.3g}"),
        done.thresholds,
    )  # fmt: skip
