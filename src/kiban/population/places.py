"""Where households live: the real towns of a prefecture, with invented house numbers and buildings."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from kiban.population.streams import Purpose, stream, take
from kiban.registries import town_registry

BLOCKS, HOUSES, LOTS, SUB_LOTS, SUBS = 40, 30, 3000, 300, 9
NUMBERS = (
    *(f"{block}番{house}号" for block in range(1, BLOCKS + 1) for house in range(1, HOUSES + 1)),
    *(f"{lot}番地" for lot in range(1, LOTS + 1)),
    *(f"{lot}番地{sub}" for lot in range(1, SUB_LOTS + 1) for sub in range(1, SUBS + 1)),
)
"""House numbers: 住居表示 first, then lots (番地) without and with a branch."""
NUMBERED, PLAIN_LOTS = BLOCKS * HOUSES, LOTS + SUB_LOTS * SUBS
ROOMS = tuple(f"{floor}{room:02}号" for floor in range(1, 11) for room in range(1, 9))
HOUSE_NAMES = (
    "コーポ", "メゾン", "ハイツ", "パークハイム", "グリーンハイツ", "サンライズ", "第一コーポ",
    "ロイヤルマンション", "県営住宅",
    "市営住宅1号棟", "市営住宅2号棟", "レジデンス", "シャトー", "ドミール", "ヴィラ", "エステート",
)  # fmt: skip
BUILDINGS = tuple(f"{name}{room}" for name in HOUSE_NAMES for room in ROOMS)


@dataclass(frozen=True, slots=True, eq=False)
class Prefecture:
    """Towns of a prefecture one after another; ``first[m]`` and ``number[m]`` say which are a municipality's."""

    name: str
    towns: tuple[str, ...]
    town_ids: tuple[str, ...]
    numbered: npt.NDArray[np.bool_]
    owner: npt.NDArray[np.int32]
    codes: tuple[str, ...]
    cities: tuple[str, ...]
    weights: tuple[npt.NDArray[np.int64], ...]
    first: npt.NDArray[np.int64]

    def at(self, code: str) -> int:
        """The place of a municipality in this prefecture."""
        return self.codes.index(code)


@lru_cache(maxsize=47)
def prefecture(code: str) -> Prefecture:
    """A prefecture by the first two digits; a municipality without towns in the registry has one without a name."""
    registry = town_registry()
    members = [one for one in registry.municipalities.values() if one.code[:2] == code]
    names: list[str] = []
    ids: list[str] = []
    numbered: list[bool] = []
    owner: list[int] = []
    weights, first = [], []
    for place, one in enumerate(members):
        towns = [(town.name, town.id, town.numbered) for town in registry.towns(one.code)] or [("", "0000000", False)]
        first.append(len(names))
        weights.append(_weights(int(one.code), len(towns)))
        names += [town[0] for town in towns]
        ids += [town[1] for town in towns]
        numbered += [town[2] for town in towns]
        owner += [place] * len(towns)
    return Prefecture(
        name=members[0].prefecture,
        towns=tuple(names),
        town_ids=tuple(ids),
        numbered=np.array(numbered),
        owner=np.array(owner, dtype=np.int32),
        codes=tuple(one.code for one in members),
        cities=tuple(one.name for one in members),
        weights=tuple(weights),
        first=np.array(first, dtype=np.int64),
    )


def _weights(place: int, count: int) -> npt.NDArray[np.int64]:
    """Cumulated shares of 2²⁴ of a municipality's towns: unequal, the same for every seed (no official figures)."""
    raw = take(stream(0, Purpose.TOWNS, place=place, count=count), 0, bits=12) + 1
    shares = np.cumsum(raw * raw)
    found: npt.NDArray[np.int64] = (shares << 24) // shares[-1]
    return found


def house_numbers(town: npt.NDArray[np.int64], bits: npt.NDArray[np.int64], *, at: Prefecture) -> npt.NDArray[np.int16]:
    """A house number for each town from 16 random bits: blocks where 住居表示 is in force, lots elsewhere."""
    blocks = (bits * NUMBERED) >> 16
    lots = NUMBERED + ((bits * PLAIN_LOTS) >> 16)
    found: npt.NDArray[np.int16] = np.where(at.numbered[town], blocks, lots).astype(np.int16)
    return found
