"""The resident register of a part, whole columns at once: households, names, births, addresses, moves."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import numpy.typing as npt

from kiban.population.model import Column, Part, Register, Settings, Share
from kiban.population.nation import Nation, nation
from kiban.population.places import BUILDINGS, Prefecture, house_numbers, prefecture
from kiban.population.streams import Purpose, Raw, below, chance, stream, take

MEAN_SIZE = 2.1485
EPOCH = dt.date(1970, 1, 1).toordinal()
FOREIGN_PER_65536, ALIAS_PER_65536, FLAT_PER_65536 = 1700, 8000, 24_000
FORMER_PER_65536 = 600
WIFE, HUSBAND = 1, 2
MOVE_YEARS = 14
MARRIAGE_YEARS = 3


@dataclass(frozen=True, slots=True)
class _Households:
    """Households of a part: who they are made of, and their random numbers."""

    template: Column
    size: Column
    municipality: Column
    town: Column
    serial: Column
    draw: Raw
    address: Raw
    history: Raw


def register(part: Part, settings: Settings) -> Register:
    """The register of a part. The same part has the same register in every run, alone or among others."""
    at = prefecture(part.prefecture)
    pieces = [_households(share, settings.seed, at=at) for share in part.shares]
    homes = _Households(*(np.concatenate(columns) for columns in zip(*map(_columns, pieces), strict=True)))
    persons = {purpose: _per_person(part, settings.seed, purpose=purpose)
               for purpose in (Purpose.PERSON, Purpose.WORK, Purpose.ACCOUNT)}  # fmt: skip
    return _assemble(homes, persons, at=at, settings=settings)


def _columns(homes: _Households) -> tuple[Column, ...]:
    return (
        homes.template, homes.size, homes.municipality, homes.town, homes.serial, homes.draw, homes.address,
        homes.history,
    )  # fmt: skip


def _per_person(part: Part, seed: int, *, purpose: Purpose) -> Raw:
    return np.concatenate([stream(seed, purpose, place=int(one.code), count=one.persons) for one in part.shares])


def _households(share: Share, seed: int, *, at: Prefecture) -> _Households:
    """As many households as hold exactly the share's persons; the last one is chosen so that it fits."""
    tables = nation().templates
    place, wanted = int(share.code), share.persons
    count = math.ceil(wanted / MEAN_SIZE * 1.03) + 64
    while True:
        draw = stream(seed, Purpose.HOUSEHOLD, place=place, count=count)
        template = tables.slot[take(draw, 0, bits=20)].astype(np.int64)
        ends = np.cumsum(tables.size[template])
        if ends[-1] >= wanted:
            break
        count *= 2
    last = int(np.searchsorted(ends, wanted))
    template = template[: last + 1].copy()
    missing = wanted - (int(ends[last - 1]) if last else 0)
    if missing != tables.size[template[last]]:
        fitting = tables.of_size[missing]
        template[last] = fitting[int(draw[last] >> np.uint64(20)) % len(fitting)]
    used = last + 1
    address = stream(seed, Purpose.ADDRESS, place=place, count=used)
    where = at.at(share.code)
    size = tables.size[template]
    return _Households(
        template=template,
        size=size,
        municipality=np.full(used, where, dtype=np.int32),
        town=at.first[where] + np.searchsorted(at.weights[where], take(address, 0, bits=24), side="right"),
        serial=share.serial + np.cumsum(size) - size,
        draw=draw[:used],
        address=address,
        history=stream(seed, Purpose.HISTORY, place=place, count=used),
    )


@cache
def anniversaries(on: dt.date) -> npt.NDArray[np.int32]:
    """Days since 1970 on which somebody who is exactly n years old on ``on`` was born, for n from 0 to 130."""
    day = min(on.day, 28) if on.month == 2 else on.day
    return np.array([dt.date(on.year - n, on.month, day).toordinal() - EPOCH for n in range(131)], dtype=np.int32)


@cache
def waiting_days(mean_years: int) -> npt.NDArray[np.int32]:
    """4,096 quantiles of an exponential waiting time, in whole days."""
    days = [round(-math.log(1 - (n + 0.5) / 4096) * mean_years * 365.2425) for n in range(4096)]
    return np.array(days, dtype=np.int32)


def _births(age: Column, noise: Raw, *, on: dt.date) -> tuple[Column, Column]:
    """Ages with the open class drawn out (half of each age reaches the next), and birth days."""
    years = age.astype(np.int16)
    oldest_class = np.flatnonzero(years >= 100)
    older = take(noise[oldest_class], 48, bits=10)
    alive = np.ones(len(older), dtype=bool)
    for bit in range(8):
        alive &= (older >> bit) & 1 == 1
        years[oldest_class] += alive
    days = anniversaries(on)
    newest, oldest = days[years], days[years + 1]
    return years, newest - (((newest - oldest) * take(noise, 17, bits=16)) >> 16)


@lru_cache(maxsize=8)
def _eras(first: int, end: int) -> Column:
    """For each day of birth the place of its decade among the given names' (so that no row needs a division)."""
    eras = nation().eras
    year = (1970 + np.arange(first, end) // 365.2425).astype(np.int64)
    found: Column = np.clip((year - eras[0] + 5) // 10, 0, len(eras) - 1)
    return found


def _given(tables: Nation, sex: Column, *, birth: Column, noise: Raw, nationality: Column) -> Column:
    first = int(birth.min())
    era = _eras(first, int(birth.max()) + 1)[birth - first]
    given: Column = tables.given_slot[sex, era, take(noise, 0, bits=17)].astype(np.int32)
    foreign = np.flatnonzero(nationality)
    place = tables.foreign.given[nationality[foreign], sex[foreign].astype(np.int64)]
    given[foreign] = place[:, 0] + take(noise[foreign], 0, bits=17) % place[:, 1]
    return given


def _families(tables: Nation, homes: _Households) -> tuple[Column, Column]:
    """Family name and nationality of each household."""
    family = tables.family_slot[take(homes.draw, 20, bits=20)].copy()
    foreign = np.flatnonzero(chance(homes.draw, 40, per_65536=FOREIGN_PER_65536))
    nationality = np.zeros(len(family), dtype=np.int64)
    nationality[foreign] = tables.foreign.slot[take(homes.draw[foreign], 56, bits=6)]
    place = tables.foreign.family[nationality[foreign]]
    family[foreign] = place[:, 0] + take(homes.draw[foreign], 20, bits=20) % place[:, 1]
    return family, nationality


def _assemble(homes: _Households, streams: dict[Purpose, Raw], *, at: Prefecture, settings: Settings) -> Register:
    tables = nation()
    own = np.repeat(np.arange(len(homes.size)), homes.size)
    position = np.arange(len(own)) - np.repeat(np.cumsum(homes.size) - homes.size, homes.size)
    member = tables.templates.start[homes.template][own] + position
    noise = streams[Purpose.PERSON]
    age, birth = _births(tables.templates.age[member], noise, on=settings.on)
    sex = tables.templates.sex[member]
    family, nationality = (column[own] for column in _families(tables, homes))
    relation = tables.templates.relation[member]
    married, former = _marriages(homes.history[own], noise, relation=relation, on=settings.on)
    since, past_town, past_number = _moves(homes, at=at, on=settings.on)
    flat = chance(homes.address, 24, per_65536=FLAT_PER_65536)
    building = np.where(flat, (take(homes.address, 52, bits=12) * len(BUILDINGS)) >> 12, -1).astype(np.int16)
    alias = chance(noise, 33, per_65536=ALIAS_PER_65536) & (nationality > 0)
    return Register(
        at=at, seed=settings.seed, person_id=homes.serial[own] + position, household_id=homes.serial[own],
        position=(position + 1).astype(np.int8), size=homes.size[own].astype(np.int8),
        kind=_kinds(homes, age, own=own), relation=relation, sex=sex, age=age, birth=birth,
        family=family, former_family=former,
        given=_given(tables, sex, birth=birth, noise=noise, nationality=nationality),
        alias=np.where(alias, tables.family_slot[take(noise, 0, bits=17)], -1), nationality=nationality.astype(np.int8),
        municipality=homes.municipality[own], town=homes.town[own].astype(np.int32),
        number=house_numbers(homes.town, take(homes.address, 36, bits=16), at=at)[own], building=building[own],
        since=np.maximum(since[own], birth), past_town=np.where(birth <= since[own], past_town[own], -1),
        past_number=past_number[own], married=married, noise=noise, work=streams[Purpose.WORK],
        account=streams[Purpose.ACCOUNT],
    )  # fmt: skip


def _kinds(homes: _Households, age: Column, *, own: Column) -> Column:
    """Kind of each person's household; some of the old and of the young who stand alone live in an institution.

    In the register (unlike in the census) each of them is a household; the shares are chosen so that about as many live
    there as the census of 2020 counted in 施設等の世帯 (2.5 of 100; ``verified: false``).
    """
    tables = nation()
    kind = tables.templates.kind[homes.template][own]
    alone = kind == tables.kinds.index("single")
    draw = take(homes.draw, 62, bits=2)[own]
    old, young = (age >= 80) & (draw < 3), (age >= 18) & (age < 23) & (draw == 3)
    found: Column = np.where(alone & (old | young), len(tables.kinds), kind).astype(kind.dtype)
    return found


def _moves(homes: _Households, *, at: Prefecture, on: dt.date) -> tuple[Column, Column, Column]:
    """Since when a household lives at its address, and where it lived before (in the same prefecture)."""
    waited = waiting_days(MOVE_YEARS)[take(homes.history, 0, bits=12)]
    since = (on.toordinal() - EPOCH - waited).astype(np.int32)
    same = chance(homes.history, 12, per_65536=29_000)
    anywhere = (take(homes.history, 28, bits=24) * len(at.towns)) >> 24
    lengths = np.diff(np.append(at.first, len(at.towns)))[homes.municipality]
    near = at.first[homes.municipality] + ((take(homes.history, 28, bits=24) * lengths) >> 24)
    past = np.where(same, near, anywhere)
    return since, past.astype(np.int32), house_numbers(past, below(homes.history, 48, limit=65536), at=at)


def _marriages(history: Raw, noise: Raw, *, relation: Column, on: dt.date) -> tuple[Column, Column]:
    """Day of a marriage in the last years (-1: none), and the former family name of who changed it (旧氏)."""
    recent = (take(history, 40, bits=8) < 14) & ((relation == WIFE) | (relation == HUSBAND))
    days = below(noise, 33, limit=MARRIAGE_YEARS * 365)
    married = np.where(recent, on.toordinal() - EPOCH - 1 - days, -1).astype(np.int32)
    kept = ((relation == WIFE) | (relation == HUSBAND)) & chance(noise, 33, per_65536=FORMER_PER_65536)
    former = nation().family_slot[take(noise, 44, bits=20)]
    return married, np.where(recent | kept, former, -1).astype(np.int32)
