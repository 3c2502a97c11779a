"""A small nation with an agency's copy, made once per test run."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from kiban.linkage import Check, Summary, check
from kiban.population.actions import Job, generate
from kiban.population.faults import NO_FAULTS, Faults
from kiban.population.model import Settings

# Sixteen wards and cities, so that few files are written
ONLY = ("302015", "302023", "131016", "131059")
KEPT: list[TemporaryDirectory[str]] = []
"""Folders that go with the process that made them."""


def scratch(prefix: str) -> Path:
    """An empty folder for the rest of the process."""
    KEPT.append(TemporaryDirectory(prefix=prefix))
    return Path(KEPT[-1].name)


@cache
def made(agency: str, *, faults: Faults = NO_FAULTS, persons: int = 2_000_000, seed: int = 3) -> Path:
    """A folder with register, one agency's copy and its truth."""
    folder = scratch("kiban-linkage-")
    generate(Job(Settings(persons, seed, only=ONLY), folder, agencies=(agency,), faults=faults))
    return folder


def faults(**rates: float) -> Faults:
    return replace(NO_FAULTS, **rates)


def checked(folder: Path, agency: str) -> tuple[Path, Summary]:
    out = scratch("kiban-check-")
    return out, check(Check(folder / "register", folder / "agencies" / agency, out))


def judged(folder: Path, agency: str, out: Path) -> pl.DataFrame:
    """Truth beside judgement: record, person_id, linked_person_id, cause, faults, judgement, differences."""
    truth = pl.read_parquet(folder / "truth" / agency / "*.parquet").with_columns(record=pl.col("record_id").cast(str))
    found = pl.read_parquet(out / "judgements" / "*.parquet")
    return truth.join(found, on="record", how="left").with_columns(
        wrong=pl.col("person_id") != pl.col("linked_person_id"), judgement=pl.col("judgement").cast(str),
        differences=pl.col("differences").cast(str),
    )  # fmt: skip
