"""Duplicates in a register, a merger of registers, and the loss of the salted comparison, each with CPU time."""

from __future__ import annotations

import dataclasses
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import polars as pl
from splink import Linker, SettingsCreator
from splink.blocking_rule_library import CustomRule

from kiban.linkage import Check, Finding, check, findings
from kiban.linkage.fingerprints import Source
from kiban.linkage.identities import Duplicates, Kind, duplicates, pairs
from kiban.linkage.merging import Merge, Successor, merge
from kiban.linkage.merging.books import Register
from kiban.linkage.probabilistic.backends import local
from kiban.linkage.probabilistic.levels import JAPANESE
from kiban.linkage.probabilistic.records import table
from kiban.linkage.salting import Form, Key, Salt, check_salted, reveal, salt
from kiban.population.actions import Job, generate
from kiban.population.doubles import REGISTER
from kiban.population.faults import NO_FAULTS, Faults
from kiban.population.model import Settings

T = TypeVar("T")
PERSONS = 200_000
WHOLE_CITY = (14_000_000, ("302015", "302023"))
"""The nation's size, and the municipalities of it that are made, for registers as dense with namesakes as real ones."""
RATE = 0.002
AGENCIES = ("health", "account")
CAUSES = {Kind.SPLIT_PERSON: "split_person", Kind.SHARED_NUMBER: "shared_number", Kind.ENTERED_TWICE: "entered_twice"}
WRONG = {"two_items": 0.0008, "wrong_number": 0.0006, "family_mixup": 0.0006}
"""Twenty times the inspection's rates, so that some hundred wrong links are there to count."""


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
    _splink(flawed, truth=truth)
    _merger(folder, flawed)


def _splink(flawed: Path, *, truth: pl.DataFrame) -> None:
    """Splink on the same register, with the Japanese levels of `kiban.linkage.probabilistic`, for split persons."""
    people = table(Source.of(flawed))
    person = dict(truth.select("record_id", "person_id").iter_rows())
    split = set(truth.filter(pl.col("cause") == "split_person")["record_id"])
    pairs_of, cpu = _timed(lambda: _predicted(people))
    for level in (0.05, 0.5, 0.9):
        those = [p for p in pairs_of if p["match_probability"] >= level]
        true = [p for p in those if person[p["record_l"]] == person[p["record_r"]]]
        hit = split & {p[side] for p in true for side in ("record_l", "record_r")}
        precision, recall = len(true) / max(len(those), 1), len(hit) / len(split)
        print(
            f"  Splink, from {level:.2f} {len(those):4,} pairs: {precision:.4f}, recall {recall:.4f}; {cpu:.1f} CPU-s"
        )


def _predicted(people: Any) -> list[dict[str, Any]]:
    side = local().register(people, dataset_display_name="a")
    settings = SettingsCreator(
        link_type="dedupe_only", comparisons=list(JAPANESE.comparisons),
        blocking_rules_to_generate_predictions=[*map(CustomRule, JAPANESE.blocking)],
        probability_two_random_records_match=RATE / len(people), retain_matching_columns=False,
        additional_columns_to_retain=["record", "link_key"],
    )  # fmt: skip
    linker = Linker([side], settings, log_level="ERROR")
    linker.training.estimate_u_using_random_sampling(max_pairs=4e6, seed=1)
    for rule in JAPANESE.training:
        linker.training.estimate_parameters_using_expectation_maximisation(rule, max_pairs=400_000)
    found = linker.inference.predict(threshold_match_probability=0.01)
    rows: list[dict[str, Any]] = found.query_sql(
        "select record_l, record_r, match_probability from {this} where link_key_l <> link_key_r"
    ).as_record_list()
    return rows


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
    """The same checks open and salted, for an agency with addresses and for one without."""
    rates = dataclasses.replace(Faults(), **WRONG)
    generate(Job(Settings(persons, 7), folder, agencies=AGENCIES, faults=rates))
    for agency in AGENCIES:
        truth = pl.read_parquet(folder / "truth" / agency / "*.parquet")
        truth = truth.filter(pl.col("person_id") != pl.col("linked_person_id"))
        right = {str(record): str(person) for record, person in truth.select("record_id", "person_id").iter_rows()}
        sides, out = (folder / "register", folder / "agencies" / agency), folder / "results" / agency
        done, cpu = _timed(partial(check, Check(sides[0], sides[1], out / "open")))
        print(f"{agency}: {done.links:,} links, {len(right):,} wrong")
        _quality("open", findings(out / "open"), right=right, cpu=cpu)
        print(f"         differences told: {done.differences}")
        for form in Form:
            _one_form(form, sides, out=out, right=right)


def _one_form(form: Form, sides: tuple[Path, Path], *, out: Path, right: dict[str, str]) -> None:
    key, salted = Key(bytes(range(32))), [out / form / name for name in ("register", "agency")]
    _, salting = _timed(lambda: [salt(Salt(a, b, form), key) for a, b in zip(sides, salted, strict=True)])
    done, cpu = _timed(lambda: check_salted(Check(salted[0], salted[1], out / form / "done")))
    listed = findings(out / form / "done")
    names = reveal(sides[0], key, findings=listed) | reveal(sides[1], key, findings=listed)
    _quality(form, listed, right=right, cpu=cpu, names=names)
    print(f"         salting both sides: {salting:.1f} CPU-s; differences told: {done.differences}")


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
