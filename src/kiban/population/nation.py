"""The tables of the nation that come with the package: household templates, names by era, municipality sizes.

Made by ``tools/build_population.py``; sources and vintages in docs/population.md. Everything is whole numbers.
"""

from __future__ import annotations

import lzma
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from kiban.kernel.values import romanise
from kiban.population.foreign import NATIONALITIES

JAPAN = "JPN"
AGES = 101


@dataclass(frozen=True, slots=True)
class Names:
    """Parallel columns of names; foreign ones stand behind the Japanese ones."""

    written: tuple[str, ...]
    kana: tuple[str, ...]
    roman: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Templates:
    """Household templates, their members one after another; ``slot`` maps 20 random bits to a template."""

    slot: npt.NDArray[np.int32]
    kind: npt.NDArray[np.uint8]
    size: npt.NDArray[np.int64]
    start: npt.NDArray[np.int64]
    relation: npt.NDArray[np.int8]
    sex: npt.NDArray[np.int8]
    age: npt.NDArray[np.int16]
    of_size: tuple[npt.NDArray[np.int64], ...]


@dataclass(frozen=True, slots=True)
class ForeignNames:
    """Where a nationality's names stand in the name tables: (start, number) for families and for each sex."""

    family: npt.NDArray[np.int64]
    given: npt.NDArray[np.int64]
    slot: npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Nation:
    """All tables. ``given_slot`` is [sex, era, 17 bits]; ``municipalities`` are codes with their persons in 2020."""

    relations: tuple[str, ...]
    kinds: tuple[str, ...]
    eras: tuple[int, ...]
    pyramid: npt.NDArray[np.int64]
    sizes: npt.NDArray[np.float64]
    municipalities: tuple[tuple[str, int], ...]
    templates: Templates
    family: Names
    given: Names
    family_slot: npt.NDArray[np.int32]
    given_slot: npt.NDArray[np.int16]
    foreign: ForeignNames
    nationalities: tuple[str, ...]


@cache
def nation() -> Nation:
    """The tables, read once."""
    packed = (files("kiban.population") / "data" / "nation.bin").read_bytes()
    raw: dict[str, Any] = msgspec.msgpack.decode(lzma.decompress(packed))
    family, given, foreign = _names(raw)
    given_slots = [np.repeat(np.arange(len(counts), dtype=np.int16), counts) for counts in raw["given_slots"]]
    eras = len(raw["eras"])
    return Nation(
        relations=tuple(raw["relations"]),
        kinds=tuple(raw["kinds"]),
        eras=tuple(raw["eras"]),
        pyramid=np.array(raw["pyramid"], dtype=np.int64),
        sizes=np.array(raw["sizes"]) / sum(raw["sizes"]),
        municipalities=tuple((code, value) for code, value in raw["municipalities"]),
        templates=_templates(raw["templates"]),
        family=family,
        given=given,
        family_slot=np.repeat(np.arange(len(raw["family"]), dtype=np.int32), raw["family_slots"]),
        given_slot=np.array(given_slots).reshape(2, eras, -1),
        foreign=foreign,
        nationalities=(JAPAN, *(one.code for one in NATIONALITIES)),
    )


def _templates(raw: dict[str, Any]) -> Templates:
    sizes = np.array([len(members) for members in raw["members"]], dtype=np.int64)
    flat = np.array([member for members in raw["members"] for member in members], dtype=np.int16)
    return Templates(
        slot=np.repeat(np.arange(len(sizes), dtype=np.int32), raw["count"]),
        kind=np.array(raw["kind"], dtype=np.uint8),
        size=sizes,
        start=np.cumsum(sizes) - sizes,
        relation=flat[:, 0].astype(np.int8),
        sex=flat[:, 1].astype(np.int8),
        age=flat[:, 2],
        of_size=tuple(np.flatnonzero(sizes == size) for size in range(sizes.max() + 1)),
    )


def _names(raw: dict[str, Any]) -> tuple[Names, Names, ForeignNames]:
    family = [(name, kana, romanise(kana, written=name)) for name, kana in raw["family"]]
    given = [(name, kana, romanise(kana, written=name)) for name, kana in raw["given"]]
    family_at, given_at = [(0, 0)], [((0, 0), (0, 0))]
    for one in NATIONALITIES:
        family_at.append((len(family), len(one.family)))
        family += [(name, kana, name) for name, kana in one.family]
        places = []
        for group in (one.male, one.female):
            places.append((len(given), len(group)))
            given += [(name, kana, name) for name, kana in group]
        given_at.append((places[0], places[1]))
    shares = [one.share for one in NATIONALITIES]
    slot = np.repeat(np.arange(1, len(shares) + 1, dtype=np.int8), shares)
    return _columns(family), _columns(given), ForeignNames(np.array(family_at), np.array(given_at), slot)


def _columns(rows: list[tuple[str, str, str]]) -> Names:
    written, kana, roman = zip(*rows, strict=True)
    return Names(tuple(written), tuple(kana), tuple(roman))
