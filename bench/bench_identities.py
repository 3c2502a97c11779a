"""Duplicates in a register, a merger of registers, and the loss of the salted comparison, each with CPU time."""

from __future__ import annotations

import dataclasses
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import polars as pl

from kiban.linkage import Check, Finding, check, findings
from kiban.linkage.identities import Duplicates, Kind, duplicates, pairs
from kiban.linkage.merging import Merge, Successor, merge
from kiban.linkage.merging.books import Register
from kiban.linkage.salting import Form, Key, Salt, check_salted, reveal, salt
from kiban.population.actions import Job, generate
from kiban.population.doubles import REGISTER
from kiban.population.faults import NO_FAULTS, Faults
from kiban.population.model import Settings

T = TypeVar("T")
PERSONS = 400_000
WHOLE_CITY = (14_000_000, ("302015", "302023"))
"""The nation's size, and the municipalities of it that are made, for registers as dense with namesakes as real ones."""
RATE = 0.002
CAUSES = {Kind.SPLIT_PERSON: "split_person", Kind.SHARED_NUMBER: "shared_number", Kind.ENTERED_TWICE: "entered_twice"}
WRONG = {"two_items": 0.0004, "wrong_number": 0.0003, "family_mixup": 0.0003}
"""Ten times the inspection's rates, so that some hundred wrong links are there to count."""


def main(*, full: bool = False, persons: int = PERSONS) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _doubles(Path(folder) / "doubles", persons=125_000_000 if full else WHOLE_CITY[0])
        _salted(Path(folder) / "salted", persons=1_000_000 if full else persons)


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    begun = time.process_time()
    return work(), time.process_time() - begun


def _doubles(folder: Path, *, persons: int) -> None:
    rates = dataclasses.replace(NO_FAULTS, **dict.fromkeys(CAUSES.values(), RATE))
    generate(Job(Settings(persons, 7, only=WHOLE_CITY[1]), folder, agencies=(REGISTER,), faults=rates))
    flawed = folder / "agencies" / REGISTER
    done, cpu = _timed(lambda: duplicates(Duplicates(flawed, folder / "out")))
    print(f"duplicates: {done.rows:,} entries in {cpu:.1f} CPU-s ({done.rows / cpu:,.0f} entries/CPU-s)")
    truth = pl.read_parquet(folder / "truth" / REGISTER / "*.parquet").with_columns(
        pl.col("record_id").cast(str), pl.col("cause").cast(str)
    )
    person = dict(truth.select("record_id", "person_id").iter_rows())
    found = pairs(folder / "out")
    for kind, cause in CAUSES.items():
        for name, those in (("sure", [p for p in found if p.kind is kind and p.sure]),
                            ("listed", [p for p in found if p.kind is kind])):  # fmt: skip
            true = [
                p
                for p in those
                if (person[p.first.record] == person[p.second.record]) == (kind is not Kind.SHARED_NUMBER)
            ]
            wanted = set(truth.filter(pl.col("cause") == cause)["record_id"])
            hit = wanted & {record for p in true for record in (p.first.record, p.second.record)}
            print(f"  {kind:24} {name:6} {len(those):5,}: precision {len(true) / max(len(those), 1):.4f}, "
                  f"recall {len(hit) / max(len(wanted), 1):.4f} of {len(wanted):,}")  # fmt: skip
    _merger(folder, flawed)


def _merger(folder: Path, flawed: Path) -> None:
    people = pl.read_parquet(flawed / "*.parquet")
    for code in WHOLE_CITY[1]:
        (folder / code).mkdir()
        people.filter(pl.col("municipality").cast(str) == code).write_parquet(folder / code / "a.parquet")
    registers = tuple(Register(folder / code) for code in WHOLE_CITY[1])
    done, cpu = _timed(lambda: merge(Merge(registers, Successor(WHOLE_CITY[1][0], "和歌山市"), folder / "merged")))
    rows = sum(one.rows for one in done.balances)
    print(
        f"merger: {rows:,} entries in {cpu:.1f} CPU-s; {done.rows:,} kept, {rows - done.rows:,} joined; {done.matters}"
    )


def _salted(folder: Path, *, persons: int) -> None:
    rates = dataclasses.replace(Faults(), **WRONG)
    generate(Job(Settings(persons, 7), folder, agencies=("health",), faults=rates))
    truth = pl.read_parquet(folder / "truth/health/*.parquet").filter(pl.col("person_id") != pl.col("linked_person_id"))
    right = {str(record): str(person) for record, person in truth.select("record_id", "person_id").iter_rows()}
    sides = folder / "register", folder / "agencies/health"
    done, cpu = _timed(lambda: check(Check(*sides, folder / "open")))
    print(f"open check: {done.links:,} links, {len(right):,} wrong")
    _quality("open", findings(folder / "open"), right=right, cpu=cpu)
    key = Key(bytes(range(32)))
    for form in Form:
        out = [folder / form / name for name in ("register", "agency")]
        _, salting = _timed(
            lambda out=out, form=form: [salt(Salt(a, b, form), key) for a, b in zip(sides, out, strict=True)]
        )  # type: ignore[misc]
        _, cpu = _timed(lambda out=out, form=form: check_salted(Check(out[0], out[1], folder / form / "done")))  # type: ignore[misc]
        listed = findings(folder / form / "done")
        names = reveal(sides[0], key, findings=listed) | reveal(sides[1], key, findings=listed)
        _quality(form, listed, right=right, cpu=cpu, names=names)
        print(f"          salting both sides: {salting:.1f} CPU-s")


def _quality(
    name: str, listed: list[Finding], *, right: dict[str, str], cpu: float, names: dict[str, str] | None = None
) -> None:
    def own(token: str) -> str:
        return names[token] if names else token

    called = [one for one in listed if one.judgement == "wrong"]
    hit = [one for one in called if own(one.record.record) in right]
    seen = {own(one.record.record) for one in listed} & right.keys()
    found = [one for one in hit if own(one.candidates[0].person.record) == right[own(one.record.record)]]
    print(f"  {name:6} precision {len(hit) / max(len(called), 1):.4f}, recall {len(hit) / len(right):.4f}, "
          f"on the work list {len(seen) / len(right):.4f} in {len(listed):,} entries, "
          f"right person {len(found) / len(right):.4f}, {cpu:.1f} CPU-s")  # fmt: skip


if __name__ == "__main__":
    main()
