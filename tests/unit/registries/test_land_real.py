"""The lots of a real city (address base registry, 和歌山市): each is one parcel however a ledger writes it."""

from __future__ import annotations

import random

import pytest

from kiban.kernel.errors import BadInput
from kiban.registries.land.placing import place
from shared_data import shared

pq = pytest.importorskip("pyarrow.parquet", reason="Parquet is an extra")
CODE, CITY, SAMPLE = "302015", "和歌山市", 6000
COLUMNS = ["machiaza_id", "oaza_cho", "chome", "prc_num1", "prc_num2", "prc_num3"]


def writings(town: str, numbers: list[str]) -> list[tuple[str, str]]:
    first, *branches = numbers
    behind, hyphens = "の".join(branches), "-".join(numbers)
    return [
        (f"{CITY}{town}", f"{first}番{behind}"),
        (town, hyphens),
        (f"大字{town}", f"{first}番地{'の' if branches else ''}{behind}"),
        (f"{town}{first}番{behind}", ""),
        (f"和歌山県{CITY}{town}{hyphens}", ""),
    ]


def test_each_lot_of_a_real_city_is_one_parcel_in_every_notation() -> None:
    rows = pq.read_table(shared("data/abr-parcel-wakayama-shi-2026.parquet"), columns=COLUMNS).to_pylist()
    seen: dict[tuple[str, str, str, str], tuple[str, ...]] = {}
    refused = []
    for row in random.Random(7).sample(rows, SAMPLE):
        numbers = [row[name] for name in COLUMNS[3:] if row[name]]
        written = writings(f"{row['oaza_cho']}{row['chome'] or ''}", numbers)
        keys = set()
        for where, lot in written:
            try:
                found = place(where, lot, code=CODE)
            except BadInput as error:
                refused.append((where, lot, error.what))
                continue
            keys.add((found.code, found.town, found.small, found.lot))
        assert len(keys) == 1, (written, keys)
        assert seen.setdefault(keys.pop(), (row["machiaza_id"], *numbers)) == (row["machiaza_id"], *numbers)

    assert all(not lot and "丁目 or 地番" in what for _, lot, what in refused), refused[:5]
    assert len(refused) < SAMPLE / 500


def test_registered_small_areas_of_the_country_are_one_place_in_every_notation() -> None:
    columns = ["lg_code", "pref", "county", "city", "ward", "oaza_cho", "chome", "koaza", "ablt_date"]
    table = pq.read_table(shared("data/abr-town-2022.parquet"), columns=columns).to_pylist()
    rows = [row for row in table if row["koaza"] and row["oaza_cho"] and not (row["chome"] or row["ablt_date"])]
    writes, apart = 0, []
    for row in random.Random(7).sample(rows, 2000):
        city, town, small = (
            f"{row['county']}{row['city']}{row['ward']}",
            row["oaza_cho"],
            row["koaza"].removeprefix("字"),
        )
        keys = []
        for where, lot in (
            (f"{city}大字{town}字{small}", "12番3"),
            (f"{town}字{small}", "12-3"),
            (f"{row['pref']}{city}{town}{small}", "12番地の3"),
            (f"{city}{town}字{small}12番3", ""),
        ):
            try:
                found = place(where, lot, code=row["lg_code"])
                keys.append((found.town, found.small, found.lot))
            except BadInput:
                keys.append(("", "", ""))
        writes += len(keys)
        apart += [(row, one) for one in keys if one != keys[0]]

    assert len(apart) / writes < 0.002, apart[:5]
