"""The validity report: a generated nation beside the official figures it claims to follow, each with its source."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kiban.population.doubles import REGISTER, Double
from kiban.population.faults import WRONG_LINKS, Faults
from kiban.population.model import Column, Settings, shares
from kiban.population.nation import nation
from kiban.population.register import anniversaries
from kiban.population.store.files import Manifest, load

CLASSES = 21
COLUMNS = ["position", "household_id", "birth_date", "sex", "municipality", "family", "given", "nationality"]


@dataclass(frozen=True, slots=True)
class Marginal:
    """One claimed distribution: expected and found shares by cell, and where the expected ones come from."""

    name: str
    source: str
    verified: bool
    why: str
    expected: dict[str, float]
    found: dict[str, float]
    of: int

    @property
    def distance(self) -> float:
        """Total variation distance: the share of persons (or households) that would have to be elsewhere."""
        keys = {*self.expected, *self.found}
        return float(sum(abs(self.expected.get(key, 0.0) - self.found.get(key, 0.0)) for key in keys)) / 2

    @property
    def by_chance(self) -> float:
        """The distance that pure chance would give on average with this number of cases."""
        spread = sum(math.sqrt(max(p * (1 - p), 0.0) / max(self.of, 1)) for p in self.expected.values())
        return 0.5 * 0.8 * spread

    @property
    def worst(self) -> tuple[str, float]:
        """The cell that is farthest off, and by how much (found less expected)."""
        gaps = {key: self.found.get(key, 0.0) - p for key, p in self.expected.items()}
        cell = max(gaps, key=lambda key: abs(gaps[key]))
        return cell, gaps[cell]


@dataclass(slots=True)
class _Counts:
    ages: Column = field(default_factory=lambda: np.zeros((2, CLASSES), np.int64))
    sizes: Column = field(default_factory=lambda: np.zeros(8, np.int64))
    places: Counter[str] = field(default_factory=Counter)
    families: Counter[str] = field(default_factory=Counter)
    givens: Counter[str] = field(default_factory=Counter)
    cohorts: Column = field(default_factory=lambda: np.zeros((2, len(nation().eras)), np.int64))
    foreign: int = 0


def marginals(folder: Path) -> Iterator[Marginal]:
    """Compare a finished nation with each figure it claims.

    Raises:
        BrokenPart: the folder holds no finished nation.
    """
    manifest = load(folder)
    settings = Settings(
        manifest.parameters["persons"],
        manifest.parameters["seed"],
        dt.date.fromisoformat(manifest.parameters["on"]),
        tuple(manifest.parameters["only"]),
    )
    counts = _count(folder, manifest, on=settings.on)
    yield _pyramid(counts)
    yield _sizes(counts)
    yield _municipalities(counts, settings)
    yield _families(counts)
    yield _givens(counts)
    yield _foreign(counts)
    for agency in manifest.parameters["agencies"]:
        yield (_doubles if agency == REGISTER else _wrong_links)(
            folder, agency, faults=Faults(**manifest.parameters["faults"])
        )


def _count(folder: Path, manifest: Manifest, *, on: dt.date) -> _Counts:
    counts = _Counts()
    days = anniversaries(on)
    for entry in manifest.parts:
        table = pq.read_table(folder / f"register/part-{entry.part:05}.parquet", columns=COLUMNS)
        birth = table["birth_date"].cast("int32").to_numpy()
        age = np.searchsorted(-days, -birth, side="right") - 1
        sex = (pc.equal(table["sex"].cast("string"), "2")).to_numpy(zero_copy_only=False).astype(np.int64)
        np.add.at(counts.ages, (sex, np.minimum(age // 5, CLASSES - 1)), 1)
        home = table["household_id"].to_numpy()
        size = np.diff(np.append(np.flatnonzero(table["position"].to_numpy() == 1), len(home)))
        counts.sizes += np.bincount(np.minimum(size, 7), minlength=8)
        _tally(counts.places, table["municipality"])
        japanese = table.filter(pc.equal(table["nationality"].cast("string"), "JPN"))
        _tally(counts.families, japanese["family"])
        _tally(counts.givens, japanese["given"])
        _cohorts(counts, japanese)
        counts.foreign += table.num_rows - japanese.num_rows
    return counts


def _tally(counter: Counter[str], column: Any) -> None:
    for one in pc.value_counts(column.cast("string")).to_pylist():
        counter[one["values"]] += one["counts"]


def _share(cells: dict[str, int] | Counter[str]) -> dict[str, float]:
    total = max(sum(cells.values()), 1)
    return {key: value / total for key, value in cells.items()}


def _pyramid(counts: _Counts) -> Marginal:
    pyramid = nation().pyramid
    names = [f"{sex} {5 * n}–{5 * n + 4}" if n < 20 else f"{sex} 100+" for sex in ("male", "female") for n in range(21)]
    classes = [int(pyramid[sex, 5 * n : 5 * n + 5 if n < 20 else None].sum()) for sex in (0, 1) for n in range(CLASSES)]
    return Marginal(
        "age and sex", "総務省統計局 国勢調査 2020, 人口 年齢(5歳階級)・男女別 (e-Stat)", True,
        "the shape of 2020 stands at the reference day, whatever day that is; single years by a monotone spline",
        _share(dict(zip(names, classes, strict=True))),
        _share(dict(zip(names, counts.ages.ravel().tolist(), strict=True))), int(counts.ages.sum()),
    )  # fmt: skip


def _sizes(counts: _Counts) -> Marginal:
    names = ["1", "2", "3", "4", "5", "6", "7+"]
    return Marginal(
        "household size", "国勢調査 2020, 世帯人員別一般世帯数; persons in institutions as households of one", False,
        "figures from general knowledge, no copy of the table was at hand",
        dict(zip(names, nation().sizes.tolist(), strict=True)),
        _share(dict(zip(names, counts.sizes[1:].tolist(), strict=True))), int(counts.sizes.sum()),
    )  # fmt: skip


def _municipalities(counts: _Counts, settings: Settings) -> Marginal:
    wanted = {one.code: one.persons for one in shares(settings) if not settings.only or one.code in settings.only}
    return Marginal(
        "municipality", "国勢調査 2010, brought to the prefectures' totals of 国勢調査 2020 (e-Stat)", False,
        "prefecture totals are those of 2020; inside a prefecture the shares are of 2010 (wards of 熊本市: estimates)",
        _share(wanted), _share(counts.places), 10**12,
    )  # fmt: skip


@cache
def _expected_families() -> dict[str, float]:
    tables = nation()
    slots = np.bincount(tables.family_slot, minlength=len(tables.family.written)) / len(tables.family_slot)
    found: Counter[str] = Counter()
    for name, share in zip(tables.family.written, slots.tolist(), strict=False):
        found[name] += share
    return dict(found)


def _families(counts: _Counts) -> Marginal:
    return Marginal(
        "family name", "order of the 150 most frequent: general knowledge; others: IPADIC costs; shares: a curve",
        False, "no official table of family names exists; the curve gives 佐藤 about 1.5 of 100 and a long tail",
        _expected_families(), _share(counts.families), sum(counts.families.values()) * 10 // 21,
    )  # fmt: skip


def _cohorts(counts: _Counts, japanese: Any) -> None:
    """Count sex and decade of birth, on which a given name depends."""
    eras = nation().eras
    year = 1970 + japanese["birth_date"].cast("int32").to_numpy() // 365.2425
    era = np.clip((year.astype(np.int64) - eras[0] + 5) // 10, 0, len(eras) - 1)
    sex = (pc.equal(japanese["sex"].cast("string"), "2")).to_numpy(zero_copy_only=False).astype(np.int64)
    np.add.at(counts.cohorts, (sex, era), 1)


def _givens(counts: _Counts) -> Marginal:
    tables, expected = nation(), defaultdict[str, float](float)
    names = np.array(tables.given.written, dtype=object)
    for sex, era in np.argwhere(counts.cohorts > 0).tolist():
        slots = tables.given_slot[sex, era]
        shares = np.bincount(slots, minlength=len(names)) / len(slots) * counts.cohorts[sex, era]
        for at in np.flatnonzero(shares):
            expected[names[at]] += float(shares[at])
    total = max(int(counts.cohorts.sum()), 1)
    return Marginal(
        "given name", "order by sex and decade of birth: general knowledge; others: IPADIC costs", False,
        "no official table of given names exists; expected for the sexes and decades of birth that were found",
        {name: count / total for name, count in expected.items()}, _share(counts.givens), total,
    )  # fmt: skip


def _foreign(counts: _Counts) -> Marginal:
    total = int(counts.ages.sum())
    share = 1700 / 65_536
    return Marginal(
        "nationality", "在留外国人統計 2024: about 2.6 of 100", False, "general knowledge",
        {"foreign": share, "Japanese": 1 - share},
        {"foreign": counts.foreign / total, "Japanese": 1 - counts.foreign / total}, total * 10 // 21,
    )  # fmt: skip


def _wrong_links(folder: Path, agency: str, *, faults: Faults) -> Marginal:
    causes = pc.value_counts(pq.read_table(folder / f"truth/{agency}", columns=["cause"])["cause"].cast("string"))
    found = {str(one["values"] or "right"): int(one["counts"]) for one in causes.to_pylist()}
    expected = {fault.name.lower(): faults.rate(fault) for fault in WRONG_LINKS}
    official = all(faults.rate(fault) == Faults().rate(fault) for fault in WRONG_LINKS)
    return Marginal(
        name=f"wrong links of {agency}",
        source="マイナンバー情報総点検 (2023): 8,395 of 8,208 万件" if official else "the error file",
        verified=official,
        why="the sum is the inspection's; its split among the three causes is a guess" if official else "chosen",
        expected={**expected, "right": 1 - sum(expected.values())},
        found=_share(found),
        of=sum(found.values()),
    )


def _doubles(folder: Path, agency: str, *, faults: Faults) -> Marginal:
    causes = pc.value_counts(pq.read_table(folder / f"truth/{agency}", columns=["cause"])["cause"].cast("string"))
    found = {str(one["values"] or "right"): int(one["counts"]) for one in causes.to_pylist()}
    expected = {one.name.lower(): float(getattr(faults, one.name.lower())) for one in Double}
    return Marginal(
        "doubles of the register", "the error file", False, "no count of them is published; the rates are chosen",
        {**expected, "right": 1 - sum(expected.values())}, _share(found), sum(found.values()),
    )  # fmt: skip


def as_text(found: list[Marginal]) -> str:
    """The report in Markdown."""
    heads = ("marginal", "cells", "cases", "off by", "by chance", "worst cell", "source", "verified")
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    for one in found:
        cell, gap = one.worst
        cases = "exact" if one.of >= 10**12 else f"{one.of:,}"
        verified = "yes" if one.verified else "no"
        lines.append(
            f"| {one.name} | {len(one.expected):,} | {cases} | {one.distance:.5f} | {one.by_chance:.5f} "
            f"| {cell} {gap:+.5f} | {one.source} | {verified}: {one.why} |"
        )
    return "\n".join(lines)
