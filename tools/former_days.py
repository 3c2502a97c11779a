"""States of municipalities with their days, from the dictionary geoshape-city of CODH.

「歴史的行政区域データセットβ版地名辞書」(ROIS-DS人文学オープンデータ共同利用センター, CC BY 4.0), made from
国土数値情報「行政区域データ」 of 1920-2020. It comes in the source package pygeonlp 1.2.5
(base_data/geoshape-city.csv).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, radians
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from kiban.kernel.values import MunicipalityCode

COUNTED = "1970-04-01"
RETURNED = "1972-05-15"
"""The day on which Okinawa came under Japanese law again (沖縄返還協定)."""


LACKING = (
    ("11244", "埼玉県", "", "さいたま市", "2001-05-01", "2003-04-01"),
    ("03308", "岩手県", "岩手郡", "安代町", "2002-04-01", "2005-09-01"),
)
"""What the dictionary lacks: さいたま市 before it was designated, 安代町 after it went from 二戸郡 to 岩手郡.

The days follow from its other rows; the codes are the ones that the order of numbers leaves free (11243 and 11245 are
given; 03307 is the last of 岩手郡).
"""


@dataclass(frozen=True)
class State:
    """A municipality under one name: ``start`` and ``end`` are empty where the dictionary has no day."""

    key: str
    prefecture: str
    county: str
    name: str
    start: str
    end: str
    place: tuple[float, float]

    @property
    def stem(self) -> str:
        """The name without 市, 町, 村, 区."""
        return self.name[:-1]


def states(path: Path) -> list[State]:
    """Those that bear a code of their own and were there on or after the counting day, in order of code and day."""
    found = [State(MunicipalityCode.parse(one[0]).value, *one[1:], (0.0, 0.0)) for one in LACKING]
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            state = _state(row)
            if state and (not state.end or state.end > max(COUNTED, state.start)):
                found.append(state)
    return sorted(found, key=lambda s: (s.key, s.end or "9", s.start))


def _state(row: dict[str, str]) -> State | None:
    """A row that is a municipality or ward with a code; earlier names of a code count only with their end."""
    main = row["entry_id"][5:6] == "A"
    code = row["entry_id"][:5] if main else row["code"].split("/")[0]
    if not code.isdigit() or code.endswith("000") or row["suffix"][-1:] not in "市区町村" or not row["suffix"]:
        return None
    if (code[2:] == "100" and row["suffix"] != "市") or not (main or row["valid_to"]):
        return None
    start = row["valid_from"]
    if code.startswith("47") and start < RETURNED:
        start = RETURNED
    county = row["countyname"].split("/")[0]
    place = (float(row["latitude"] or 0), float(row["longitude"] or 0))
    name = row["body"].split("/")[0] + row["suffix"].split("/")[0]
    key = MunicipalityCode.parse(code).value
    prefecture = row["prefname"].split("/")[0]
    return State(key, prefecture, county if county != row["body"] + "市" else "", name, start, row["valid_to"], place)


class Places:
    """The municipality of today at a place, by the nearest town point of the same prefecture (Geolonia 住所データ)."""

    def __init__(self, path: Path, *, keys: dict[tuple[str, str], str], within: dict[str, str]) -> None:
        table = pq.read_table(path, columns=["pref", "city", "lat", "lng"]).to_pydict()
        self.keys: dict[str, list[str]] = {}
        points: dict[str, list[tuple[float, float]]] = {}
        for prefecture, city, latitude, longitude in zip(*table.values(), strict=True):
            key = keys.get((prefecture, city))
            if key and latitude and longitude:
                self.keys.setdefault(prefecture, []).append(key)
                points.setdefault(prefecture, []).append((float(latitude), float(longitude)))
        self.points = {prefecture: np.array(ones) for prefecture, ones in points.items()}
        self.within = within

    def find(self, state: State) -> str:
        """The 6-digit code: of the designated city itself where no ward is asked for; nothing without a place."""
        latitude, longitude = state.place
        if not latitude:
            return ""
        across = (self.points[state.prefecture] - (latitude, longitude)) * (1, cos(radians(latitude)))
        key = self.keys[state.prefecture][int(np.argmin((across**2).sum(axis=1)))]
        return key if state.name.endswith("区") else self.within.get(key) or key


def same_day(ended: State, begun: Iterable[State]) -> str:
    """Who of those that began on the day of an end bears the same name but for 市, 町, 村 and county."""
    ones = {s.key for s in begun if s.start == ended.end and s.prefecture == ended.prefecture and s.stem == ended.stem}
    return ones.pop() if len(ones) == 1 else ""
