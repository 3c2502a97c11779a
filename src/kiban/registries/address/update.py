"""Newer official files into an index of the user's own; the embedded one stays as it is.

Read are the files of アドレス・ベース・レジストリ, old and new: mt_city, mt_town (町字), mt_rsdtdsp_rsdt (住居)
and mt_parcel (地番), as CSV, as zip of CSV, or as Parquet; points where the file has the columns rep_lat and rep_lon.
"""

from __future__ import annotations

import datetime as dt
import shutil
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path

import msgspec

from kiban.kernel.clock import JST
from kiban.kernel.errors import BadInput, Where
from kiban.kernel.fault_file import FaultFile
from kiban.kernel.tabular import Fault, Report
from kiban.kernel.values import parse_day
from kiban.registries.address import blocks
from kiban.registries.address.arriving import (
    Updated,
    city_fault,
    lot_fault,
    lot_key,
    lot_number,
    taken,
    town_fault,
    town_key,
)
from kiban.registries.address.build import CityRow, Key, Source, TownRow, add_heads, write
from kiban.registries.address.index import CITY_BASE, Index
from kiban.registries.address.official import Line, Row, read_lines

NEWEST, PRESENT = 0, 20
Towns = dict[Key, tuple[TownRow, Line]]


def update(file: Path, *, present: Index, target: Path, as_of: str = "") -> Updated:
    """Make an index in ``target`` from the present one and an official file; codes and ids are matched by name.

    The good lines are taken. What is older ends when the file lacks it; of a municipality of which a line cannot be
    read it stays, see :mod:`kiban.registries.address.arriving`. Every fault stands in a file beside the target.
    ``as_of`` is the file's date for the vintage (ISO; without it the day on which the file was last changed).
    Raises: BadInput when the file is none of the four, none of its lines can be read, or ``as_of`` is no day.
    """
    given = parse_day(as_of).isoformat() if as_of else ""
    lines = read_lines(file)
    first = next(lines, None)
    if first is None:
        raise BadInput("the file has no rows", where=Where(file.name, 1), remedy="fetch it again")
    day = given or dt.datetime.fromtimestamp(file.stat().st_mtime, tz=JST).date().isoformat()
    beside = target.with_name(f"{target.name}.faults.csv")
    target.parent.mkdir(parents=True, exist_ok=True)
    with FaultFile(beside) as every:
        done = Updated(first.kind, Report(file.name, first.kind, every=every, all_in=beside))
        made = _source if first.kind in {"town", "city"} else _numbers
        made(chain([first], lines), present, target=target, day=day, done=done)
    return done


def _source(lines: Iterable[Line], present: Index, *, target: Path, day: str, done: Updated) -> None:
    towns, over = _read_towns(lines, present, done=done) if done.kind == "town" else ({}, set())
    cities = _read_cities(lines, present, done=done) if done.kind == "city" else []
    _check_kept(done)
    source = read_back(present)
    source.cities += cities
    if towns:
        _take_towns(towns, source, over=over, done=done)
    source.vintage = stamped(source.vintage, present, done=done, day=day)
    fresh = target / "fresh"
    write(source, fresh)
    for one in fresh.iterdir():
        one.replace(target / one.name)
    fresh.rmdir()
    _keep(present.folder, target, names=blocks.names(*blocks.KINDS))


def _numbers(lines: Iterable[Line], present: Index, *, target: Path, day: str, done: Updated) -> None:
    lots = _lots(lines, present, done=done)
    _check_kept(done)
    target.mkdir(parents=True, exist_ok=True)
    names = [one.name for one in present.folder.iterdir() if one.name not in blocks.names(done.kind)]
    _keep(present.folder, target, names=names)
    blocks.write(lots, target, kind=done.kind)
    file = target / "cities.bin"
    head = msgspec.msgpack.decode(file.read_bytes())
    head["vintage"] = stamped(head["vintage"], present, done=done, day=day)
    file.write_bytes(msgspec.msgpack.encode(head))


def _check_kept(done: Updated) -> None:
    if not done.report.kept:
        first = done.faults[0]
        what = f"none of its {done.rows:,} lines can be read; the first: {first.what}"
        raise BadInput(what, where=first.where, remedy=first.remedy)


PARTS = {"city": "municipalities", "town": "towns", "rsdt": "house-numbers", "parcel": "lots"}


def stamped(vintage: dict[str, str], present: Index, *, done: Updated, day: str) -> dict[str, str]:
    """As of when each part is, with what a file brought: of a whole prefecture, or of single municipalities.

    A municipality of which older rows had to stay is told apart.
    """
    part = PARTS[done.kind]
    if done.kind == "city":
        return vintage | {part: day}
    found = {name: value for name, value in vintage.items() if name.removeprefix(f"{part}-") not in done.municipalities}
    for prefecture in sorted({code[:2] for code in done.municipalities}):
        own = {code for code in done.municipalities if code[:2] == prefecture}
        every = {one.code for one in present.cities if one.code[:2] == prefecture}
        whole = len(own) >= 0.9 * len(every) if done.kind == "town" else len(own) > 1
        found |= {f"{part}-{name}": day for name in ([prefecture] if whole else sorted(own))}
    return found | {f"{part}-{code}": f"{day}, {n} older" for code, n in sorted(done.kept.items()) if n}


def _keep(source: Path, target: Path, *, names: list[str] | tuple[str, ...]) -> None:
    for name in names:
        if source != target and (source / name).exists():
            shutil.copyfile(source / name, target / name)


def read_back(index: Index) -> Source:
    """The source of an index, from the index itself."""
    cities = [
        CityRow(one.code, one.prefecture, one.county, one.city, one.ward, _four(one.kana, one), one.point)
        for one in index.cities
    ]
    towns = {}
    for key, key_id in index.trie.iteritems():
        number, city = index.town_number(key_id), ord(key[0]) - CITY_BASE
        border = index.border(key) if number % 1000 >= 100 else len(key)
        details = index.details(key_id, city)
        kana = index.readings(city).get(number // 1000, "") if number else ""
        name = index.spelling(key, key_id, border=border)
        towns[city, key[1:]] = TownRow(
            number, PRESENT, name, "", "", kana, details.point, int(details.postal_code or 0), details.numbered
        )
    former = [
        (one.name[: _prefecture(one.name)], one.name[_prefecture(one.name) :], codes, one.date)
        for one in index.former
        if (codes := "/".join(index.cities[city].code for city in one.cities))
    ]
    return Source(cities, towns, former, dict(index.vintage), index.fold.table, dict(index.crosswalk))


def _prefecture(name: str) -> int:
    return 4 if name[3:4] == "県" else 3


def _four(kana: str, one: object) -> tuple[str, str, str, str]:
    """Prefecture, county, city and ward in kana; the index joins them by blanks and leaves out the empty ones."""
    parts = iter(kana.split(" "))
    prefecture = next(parts, "")
    county, city, ward = (next(parts, "") if getattr(one, name) else "" for name in ("county", "city", "ward"))
    return prefecture, county, city, ward


def _read_towns(lines: Iterable[Line], present: Index, *, done: Updated) -> tuple[Towns, set[str]]:
    """The towns of a file, and what its lines say has ended."""
    numbers, fold = present.codes, present.fold.key
    fresh: Towns = {}
    over: set[str] = set()
    for line in taken(lines, partial(town_fault, known=numbers), done=done, key=town_key):
        if line.values.get("ablt_date"):
            over.add(town_key(line.values))
            continue
        made = _town(line.values)
        done.municipalities.add(line.values["lg_code"])
        if made.name:  # a row without a name is the municipality's land that has no town
            fresh.setdefault((numbers[line.values["lg_code"]], fold(made.name)), (made, line))
    return fresh, over


def _take_towns(fresh: Towns, source: Source, *, over: set[str], done: Updated) -> None:
    towns = _unspoken(fresh, source, done=done)
    _cross(towns, source, over=over, done=done)
    for key, made in towns.items():
        old = source.towns.get(key)
        made.point = made.point or (old.point if old else None)
        made.post = made.post or (old.post if old else 0)
        source.towns[key] = made
    add_heads(source.towns, source.folder())


def _unspoken(fresh: Towns, source: Source, *, done: Updated) -> dict[Key, TownRow]:
    """The new towns without those whose name is that of a town whose own line cannot be read: that one keeps it."""
    towns: dict[Key, TownRow] = {}
    for key, (made, line) in fresh.items():
        old = source.towns.get(key)
        before = f"{line.values['lg_code']}{old.id:07}" if old else ""
        if old and old.id != made.id and before in done.doubt.own:
            where = replace(line.where, field="oaza_cho")
            what = f"its name is that of town {before[6:]}, whose own line cannot be read and which keeps it"
            done.report.kept -= 1
            done.refuse(line, Fault(where, what, "mend that line"), key=town_key(line.values))
        else:
            towns[key] = made
    return towns


def _town(row: Row) -> TownRow:
    lat, lon = _point(row)
    point = (lat, lon) if lat and lon else None
    kana = unicodedata.normalize("NFKC", row.get("oaza_cho_kana", ""))
    names = (row.get("oaza_cho", ""), row.get("chome", ""), row.get("koaza", ""))
    numbered = row.get("rsdt_addr_flg") == "1"
    return TownRow(int(row["machiaza_id"]), NEWEST, *names, kana, point, int(row.get("post_code") or 0), numbered)


def _cross(fresh: dict[Key, TownRow], source: Source, *, over: set[str], done: Updated) -> None:
    """Ids of the present index that move or end; a name that ended stays findable under its last id.

    Of a municipality in doubt only those end of which a line says so (``over``).
    """
    codes = {number: one.code for number, one in enumerate(source.cities) if one.code in done.municipalities}
    living = {(city, row.id) for (city, _), row in fresh.items()}
    for city, number in living:
        if source.crosswalk.get(alive := f"{codes[city]}{number:07}") == "":
            del source.crosswalk[alive]
    for (city, name), old in source.towns.items():
        new = fresh.get((city, name))
        if city not in codes or not old.id or (new.id == old.id if new else (city, old.id) in living):
            continue
        before = f"{codes[city]}{old.id:07}"
        if new is None and done.doubt.of(codes[city]) and before not in over:
            done.kept[codes[city]] += before not in source.crosswalk
            continue
        source.crosswalk[before] = f"{codes[city]}{new.id:07}" if new else ""
        done.moved += new is not None
        done.ended += new is None


def _read_cities(lines: Iterable[Line], present: Index, *, done: Updated) -> list[CityRow]:
    """Municipalities that the index lacks."""
    prefectures = {one.code[:2]: one.prefecture for one in present.cities}
    fresh: dict[str, CityRow] = {}
    for line in taken(lines, partial(city_fault, prefectures=prefectures), done=done, key=town_key):
        row = line.values
        done.municipalities.add(row["lg_code"])
        if row["lg_code"] not in present.codes and not row.get("ablt_date"):
            kana = tuple(unicodedata.normalize("NFKC", row.get(f"{name}_kana", "")) for name in _PARTS)
            prefecture, county, city, ward = (row.get(name, "") for name in _PARTS)
            four = (kana[0], kana[1], kana[2], kana[3])
            fresh[row["lg_code"]] = CityRow(row["lg_code"], prefecture, county, city, ward, four)
    return list(fresh.values())


_PARTS = ("pref", "county", "city", "ward")


def _lots(lines: Iterable[Line], present: Index, *, done: Updated) -> list[blocks.Lot]:
    """Numbers of the file, and those loaded before that it does not replace or that stay for a line in doubt."""
    lots: dict[str, blocks.Lot] = {}
    over: set[str] = set()
    read: set[str] = set()
    for line in taken(lines, lot_fault, done=done, key=lot_key):
        row, key = line.values, lot_key(line.values)
        read.add(row["lg_code"])
        if row.get("ablt_date"):
            over.add(key)
            continue
        done.municipalities.add(row["lg_code"])
        done.numbers += 1
        lots[key] = blocks.Lot(town_key(row), lot_number(row), *_point(row))
    return [*_loaded(present, replaced=read, gone=over | lots.keys(), done=done), *lots.values()]


def _loaded(present: Index, *, replaced: set[str], gone: set[str], done: Updated) -> Iterator[blocks.Lot]:
    for lot in present.blocks.lots(done.kind):
        code = lot.place[:6]
        stays = done.doubt.of(code) and lot.place + lot.number not in gone
        if code not in replaced or stays:
            done.kept[code] += code in replaced
            yield lot


def _point(row: Row) -> tuple[float, float]:
    """0, 0 stands for no point."""
    return float(row.get("rep_lat") or 0), float(row.get("rep_lon") or 0)
