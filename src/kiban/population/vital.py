"""Those who are not in the register any more: deaths of the last years (住民票の消除), with their last address."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kiban.population.model import Column, Part, Settings
from kiban.population.nation import nation
from kiban.population.numbers import individual_numbers
from kiban.population.places import house_numbers, prefecture
from kiban.population.register import EPOCH, anniversaries
from kiban.population.streams import Purpose, Raw, below, stream, take
from kiban.population.tables import birthdays, coded, days, named, texts

YEARS = 3
DEATHS_PER_MILLION = 12_700
"""Deaths per year and million persons: about 1.6 million a year of 125 million (人口動態統計; ``verified: false``)."""
FIRST_SERIAL = 200_000_000


@cache
def _ages() -> npt.NDArray[np.int64]:
    """Cumulated weights of sex and age at death: the pyramid times a mortality that doubles about every seven years."""
    risk = np.array([round(1000 * math.exp(0.105 * min(age, 100))) for age in range(101)], dtype=np.int64)
    weights = nation().pyramid * risk * np.array([[10], [6]])
    total: npt.NDArray[np.int64] = np.cumsum(weights.ravel() // (int(weights.sum()) >> 30))
    return total


def _count(persons: int) -> int:
    return persons * DEATHS_PER_MILLION * YEARS // 1_000_000


def deceased_table(part: Part, settings: Settings) -> Any:
    """One row per person who died in the three years before the reference day, in the order of municipalities."""
    at, tables = prefecture(part.prefecture), nation()
    places: list[Column] = []
    serials: list[Column] = []
    draws: list[Raw] = []
    for share in part.shares:
        first, last = _count(share.serial), _count(share.serial + share.persons)
        places.append(np.full(last - first, at.at(share.code), dtype=np.int64))
        serials.append(FIRST_SERIAL + np.arange(first, last))
        draws.append(stream(settings.seed, Purpose.DEATH, place=int(share.code), count=2 * (last - first)))
    place, serial = np.concatenate(places), np.concatenate(serials)
    draw = np.concatenate([one[: len(one) // 2] for one in draws])
    more = np.concatenate([one[len(one) // 2 :] for one in draws])
    cumulated = _ages()
    cell = np.searchsorted(cumulated, (take(draw, 0, bits=32) * int(cumulated[-1])) >> 32, side="right")
    sex, age = cell // 101, cell % 101
    died = settings.on.toordinal() - EPOCH - 1 - below(draw, 32, limit=YEARS * 365)
    newest = anniversaries(settings.on)[age] - (settings.on.toordinal() - EPOCH - died)
    birth = newest - below(draw, 48, limit=365)
    era = np.clip((birth // 365 + 1970 - tables.eras[0] + 5) // 10, 0, len(tables.eras) - 1)
    lengths = np.diff(np.append(at.first, len(at.towns)))[place]
    town = at.first[place] + ((take(more, 0, bits=20) * lengths) >> 20)
    family, given = tables.family_slot[take(more, 20, bits=20)], tables.given_slot[sex, era, take(more, 40, bits=17)]
    return pa.table({
        "person_id": pa.array(serial), "individual_number": texts(individual_numbers(serial, seed=settings.seed), 12),
        "family": named(family, "family"), "given": named(given, "given"),
        "family_kana": named(family, "family_kana"), "given_kana": named(given, "given_kana"),
        "birth_date": birthdays(birth), "sex": named(sex, "sex"), "died_on": days(died),
        "municipality": coded(place, at.codes), "town": coded(town, at.towns),
        "number": named(house_numbers(town, below(more, 44, limit=1 << 16), at=at), "number"),
    })  # fmt: skip


def with_deaths(events: Any, deceased: Any) -> Any:
    """The events with the deaths of those who are not in the register any more, by day and person."""
    count = deceased.num_rows
    columns = {
        "day": deceased["died_on"], "kind": pa.array(["death"] * count), "person_id": deceased["person_id"],
        "municipality": deceased["municipality"],
    }  # fmt: skip
    rows = {name: columns.get(name, pa.nulls(count, pa.int64() if name == "household_id" else pa.string()))
            for name in events.column_names}  # fmt: skip
    coded_columns = {field.name for field in events.schema if pa.types.is_dictionary(field.type)}
    deaths = pa.table({
        name: column.cast(pa.string()).dictionary_encode() if name in coded_columns else column
        for name, column in rows.items()
    })  # fmt: skip
    both = pa.concat_tables([_wide(events), _wide(deaths)]).unify_dictionaries().combine_chunks()
    order = np.lexsort((both["person_id"].to_numpy(), both["day"].cast(pa.int32()).to_numpy()))
    return both.take(pa.array(order)).combine_chunks()


def _wide(table: Any) -> Any:
    """Dictionary columns with 32-bit places, so that two tables have one schema."""
    wide = pa.dictionary(pa.int32(), pa.string())
    return pa.table({
        field.name: table[field.name].cast(wide) if pa.types.is_dictionary(field.type) else table[field.name]
        for field in table.schema
    })  # fmt: skip
