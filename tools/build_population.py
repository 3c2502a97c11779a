"""Make src/kiban/population/data/nation.bin: households fitted to the official pyramid, municipality sizes, names.

Usage: python tools/build_population.py FOLDER_OF_DATA (see docs/population.md for the files and their sources).
"""

from __future__ import annotations

import csv
import gzip
import lzma
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
from population_names import ERAS, FAMILY_TOP, GIVEN_TOP, IPADIC_LIMITS, profile
from scipy.interpolate import PchipInterpolator

from kiban.registries import town_registry

OUT = Path(__file__).parent.parent / "src/kiban/population/data/nation.bin"
AGES = 101
SLOTS_HOUSEHOLD, SLOTS_FAMILY, SLOTS_GIVEN = 1 << 20, 1 << 20, 1 << 17
RELATIONS = ("世帯主", "妻", "夫", "子", "父", "母", "子の妻", "孫", "兄弟姉妹")
HEAD, WIFE, HUSBAND, CHILD, FATHER, MOTHER, CHILDS_WIFE, GRANDCHILD, SIBLING = range(9)
KINDS = ("single", "couple", "parents", "lone_parent", "three_generations", "adult_child", "siblings")
SIZES_2020 = (24.13, 15.66, 9.23, 6.63, 2.13, 0.63, 0.29)
"""Million households of 1 to 7+ persons; people in institutions count as households of one, as they are registered."""
Member = tuple[int, int, int]
SUFFIX = re.compile(r"[市区町村]$")
WARDS_SINCE_2010 = {"431010": 183_000, "431028": 190_000, "431036": 93_000, "431044": 126_000, "431052": 144_000}
"""Wards of 熊本市 (a designated city since 2012); their shares are from general knowledge."""
HAMAMATSU = ("221309", 800_866)
"""浜松市 stands as one: its wards of 2024 have no towns in the registry yet."""


def rows(path: Path) -> Iterator[list[str]]:
    with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as file:
        yield from csv.reader(file)


def pyramid(data: Path) -> np.ndarray:
    """Persons by sex and single year of age, 2020; the 5-year classes spread by a monotone spline."""
    classes = np.zeros((2, 21))
    for year, sex, age, value in rows(data / "insight-muni/jlstat_pyramid_total.csv.gz"):
        if year == "2020":
            classes[0 if sex == "男性" else 1, min(int(re.match(r"\d+", age)[0]) // 5, 20)] += int(float(value))
    single = np.zeros((2, AGES))
    for sex in (0, 1):
        edges = np.concatenate([[0], np.cumsum(classes[sex, :20])])
        single[sex, :100] = np.diff(PchipInterpolator(np.arange(0, 101, 5), edges)(np.arange(101)))
        single[sex, 100] = classes[sex, 20]
    return single


def couple(rng: np.random.Generator, low: int, high: int) -> list[Member]:
    age = int(rng.integers(low, high))
    other = int(np.clip(age - round(rng.normal(2, 3.4)), 18, 100))
    return [(HEAD, 0, age), (WIFE, 1, other)] if rng.random() < 0.96 else [(HEAD, 1, age), (HUSBAND, 0, other)]


def children(rng: np.random.Generator, mother: int, number: int) -> list[Member]:
    eldest = mother - int(np.clip(round(rng.normal(29.5, 4.8)), 18, 44))
    found, age = [], eldest
    for _ in range(number):
        found.append((CHILD, int(rng.random() > 0.512), age))
        age -= int(rng.choice([0, 1, 2, 3, 4, 5], p=[0.01, 0.07, 0.34, 0.33, 0.16, 0.09]))
    return [one for one in found if 0 <= one[2] <= 60]


def household(rng: np.random.Generator, kind: str) -> list[Member]:
    """One household of a kind; positions in the order of the register."""
    if kind == "single":
        return [(HEAD, int(rng.integers(2)), int(rng.integers(16, AGES)))]
    if kind == "couple":
        return couple(rng, 22, 97)
    if kind == "parents":
        pair = couple(rng, 21, 75)
        number = int(rng.choice([1, 2, 3, 4, 5], p=[0.4, 0.42, 0.14, 0.03, 0.01]))
        return pair + children(rng, pair[1][2] if pair[1][1] else pair[0][2], number)
    if kind == "lone_parent":
        sex, age = int(rng.random() < 0.86), int(rng.integers(20, 72))
        return [(HEAD, sex, age), *children(rng, age, int(rng.choice([1, 2, 3], p=[0.6, 0.31, 0.09])))]
    if kind == "three_generations":
        pair = couple(rng, 26, 66)
        young = children(rng, pair[1][2], int(rng.choice([1, 2, 3], p=[0.4, 0.45, 0.15])))
        old = [(MOTHER, 1, min(100, pair[0][2] + int(rng.integers(20, 36))))]
        if rng.random() < 0.5:
            old.insert(0, (FATHER, 0, min(100, old[0][2] + int(rng.integers(-1, 6)))))
        return pair + young + old
    if kind == "adult_child":
        age, sex = int(rng.integers(30, 76)), int(rng.random() < 0.35)
        old = (MOTHER, 1) if rng.random() < 0.8 else (FATHER, 0)
        return [(HEAD, sex, age), (*old, min(100, age + int(rng.integers(20, 37))))]
    age = int(rng.integers(18, 92))
    return [(HEAD, int(rng.integers(2)), age), (SIBLING, int(rng.integers(2)), int(np.clip(age - 3, 16, 100)))]


NUMBERS = {"single": 1200, "couple": 3500, "parents": 9000, "lone_parent": 2500, "three_generations": 4500,
           "adult_child": 2200, "siblings": 500}  # fmt: skip
PRIOR = {"single": 41, "couple": 20, "parents": 25, "lone_parent": 5, "three_generations": 4, "adult_child": 4,
         "siblings": 1}  # fmt: skip


def templates() -> tuple[np.ndarray, list[list[Member]], np.ndarray]:
    """Kinds, members and prior weights of the household templates."""
    rng = np.random.default_rng(20260401)
    kinds, found, prior = [], [], []
    for number, kind in enumerate(KINDS):
        for _ in range(NUMBERS[kind]):
            members = household(rng, kind)
            if len(members) == 1 and kind != "single":
                continue
            kinds.append(number)
            found.append(members)
            prior.append(PRIOR[kind] / NUMBERS[kind])
    return np.array(kinds, np.uint8), found, np.array(prior)


def fit(found: list[list[Member]], prior: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Weights of the templates under which sexes, ages and household sizes have their official totals (raking)."""
    sizes = np.array([len(one) for one in found])
    owner = np.repeat(np.arange(len(found)), sizes)
    cell = np.array([sex * AGES + age for one in found for _, sex, age in one])
    size_cell = np.minimum(sizes, 7) - 1
    wanted, wanted_sizes = target.ravel() / target.sum(), np.array(SIZES_2020)
    wanted_sizes = wanted_sizes / (wanted_sizes @ np.arange(1, 8))
    weights = prior / (prior @ sizes)
    for _ in range(3000):
        have = np.bincount(cell, weights[owner], minlength=2 * AGES)
        factor = np.log(np.where(have > 0, wanted / np.maximum(have, 1e-15), 1.0))
        weights *= np.exp(np.bincount(owner, factor[cell]) / sizes)
        have_sizes = np.bincount(size_cell, weights, minlength=7)
        weights *= (wanted_sizes / have_sizes)[size_cell] ** 0.5
        weights /= weights @ sizes
    return weights


def slots(weights: np.ndarray, number: int) -> np.ndarray:
    """Whole numbers in proportion to the weights, with the sum ``number`` (largest remainders)."""
    exact = weights / weights.sum() * number
    counts = np.floor(exact).astype(np.int64)
    rest = np.argsort(-(exact - counts), kind="stable")[: number - counts.sum()]
    counts[rest] += 1
    return counts


def municipalities(data: Path) -> list[tuple[str, int]]:
    """Persons per municipality or ward: 2010 by municipality, brought to the prefecture's total of 2020."""
    registry = town_registry()
    total = {name: int(value) for _, _, sex, name, year, _, value in rows(
        data / "insight-muni/jlstat_total_prefecture.csv.gz") if year == "2020年" and sex == "総数"}  # fmt: skip
    by_code, by_name = {}, {}
    for _, code, prefecture, name, value in rows(data / "insight-muni/census2010_municipality.csv.gz"):
        by_code[code.zfill(5)] = int(value)
        by_name[prefecture, SUFFIX.sub("", name.replace(" ", ""))] = int(value)
    parents = {one.code[:3] for one in registry.municipalities.values() if one.ward}
    found: dict[str, int] = {}
    for code, one in registry.municipalities.items():
        if not one.ward and code[:3] in parents and one.city.endswith("市") and registry_has_wards(code):
            continue
        near = by_name.get((one.prefecture, SUFFIX.sub("", one.city + one.ward)))
        value = WARDS_SINCE_2010.get(code) or by_code.get(code[:5]) or near
        if one.city == "浜松市":
            continue
        if value is None:
            print("no size, left out:", code, one.prefecture, one.name)
        else:
            found[code] = value
    found[HAMAMATSU[0]] = HAMAMATSU[1]
    scaled = []
    for code, value in sorted(found.items()):
        prefecture = registry.municipalities[code].prefecture
        sum_2010 = sum(v for c, v in found.items() if c[:2] == code[:2])
        scaled.append((code, round(value * total[prefecture] / sum_2010)))
    return scaled


def registry_has_wards(code: str) -> bool:
    city = town_registry().municipalities[code]
    return any(one.ward and one.city == city.city for one in town_registry().municipalities.values())


def ipadic(data: Path) -> Iterator[tuple[str, str, str, int]]:
    for line in (data / "ipadic_person_names.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        kind, surface, kana, cost = line.split("\t")
        yield kind, surface, kana, int(cost)


def families(data: Path) -> tuple[list[tuple[str, str]], np.ndarray]:
    """Family names with kana, and their slots: the known order first, then the dictionary's."""
    known = {name for name, _ in FAMILY_TOP}
    tail = sorted((cost, name, kana) for kind, name, kana, cost in ipadic(data)
                  if kind == "姓" and re.fullmatch(r"[一-龠々]{1,4}", name) and name not in known)  # fmt: skip
    names = [*FAMILY_TOP, *((name, kana) for _, name, kana in tail[: IPADIC_LIMITS["family"]])]
    ranks = np.log(np.arange(1, len(names) + 1))
    anchors = np.log([1, 10, 50, 100, 500, 1000, 5000, 12000]), np.log([15, 7.2, 3.0, 1.9, 0.37, 0.16, 0.013, 0.003])
    return names, slots(np.exp(np.interp(ranks, *anchors)), SLOTS_FAMILY)


def givens(data: Path) -> tuple[list[tuple[str, str]], list[list[int]]]:
    """Given names with kana, and slots by sex (male, female) and era."""
    entries: dict[tuple[str, str], int] = {}
    weights = np.zeros((2, len(ERAS), 40_000))
    tail = sorted((cost, name, kana) for kind, name, kana, cost in ipadic(data) if kind == "名")
    for cost, name, kana in tail[: IPADIC_LIMITS["given"]]:
        shape = profile(name, kana)
        if shape is not None:
            sex, peak, width = shape
            index = entries.setdefault((name, kana), len(entries))
            bell = np.exp(-(((np.array(ERAS) - peak) / width) ** 2) / 2) + 0.002
            weights[sex, :, index] += bell * np.exp(-max(cost, 5500) / 1500)
    weights /= weights.sum(axis=2, keepdims=True)
    for (sex, year), words in GIVEN_TOP.items():
        for rank, word in enumerate(words.split()):
            name, kana = word.split("/")
            index = entries.setdefault((name, kana), len(entries))
            bell = np.exp(-(((np.array(ERAS) - year) / 11) ** 2) / 2)
            weights[sex, :, index] += 0.035 * bell / (1 + rank) ** 0.55
    counts = [slots(weights[sex, era, : len(entries)], SLOTS_GIVEN) for sex in (0, 1) for era in range(len(ERAS))]
    used = np.array(counts).sum(axis=0) > 0
    return [one for one, keep in zip(entries, used, strict=True) if keep], [one[used].tolist() for one in counts]


def main() -> None:
    data = Path(sys.argv[1])
    kinds, found, prior = templates()
    target = pyramid(data)
    counts = slots(fit(found, prior, target), SLOTS_HOUSEHOLD)
    kept = np.flatnonzero(counts)
    family, family_slots = families(data)
    given, given_slots = givens(data)
    sizes = municipalities(data)
    content = {
        "relations": RELATIONS, "kinds": KINDS, "eras": ERAS, "pyramid": target.round().astype(int).tolist(),
        "sizes": SIZES_2020, "municipalities": sizes, "templates": {
            "kind": kinds[kept].tolist(), "count": counts[kept].tolist(),
            "members": [found[index] for index in kept]},
        "family": family, "family_slots": family_slots.tolist(), "given": given, "given_slots": given_slots,
    }  # fmt: skip
    OUT.write_bytes(lzma.compress(msgspec.msgpack.encode(content), preset=9))
    print(len(kept), "templates", len(family), "family", len(given), "given", len(sizes), "municipalities",
          sum(value for _, value in sizes), "persons", OUT.stat().st_size, "bytes")  # fmt: skip


if __name__ == "__main__":
    main()
