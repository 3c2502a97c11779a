"""Newer official files into an index of the user's own; the embedded one stays as it is.

Read are the files of アドレス・ベース・レジストリ, old and new: mt_city, mt_town (町字), mt_rsdtdsp_rsdt (住居)
and mt_parcel (地番), as CSV, as zip of CSV, or as Parquet; points where the file has the columns rep_lat and rep_lon.
"""

from __future__ import annotations

import datetime as dt
import io
import shutil
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from kiban.kernel.clock import JST
from kiban.kernel.csv_rows import Record, records
from kiban.kernel.errors import BadInput, Where
from kiban.kernel.tabular import decode
from kiban.kernel.values import parse_day
from kiban.registries.address import blocks
from kiban.registries.address.build import CityRow, Source, TownRow, add_heads, write
from kiban.registries.address.index import CITY_BASE, Index

Row = dict[str, str]
NEWEST, PRESENT = 0, 20


@dataclass(slots=True)
class Updated:
    """What an update did: rows read, municipalities, ids that moved or ended, numbers loaded, faults by row."""

    kind: str = ""
    rows: int = 0
    municipalities: set[str] = field(default_factory=set)
    moved: int = 0
    ended: int = 0
    numbers: int = 0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        head = f"{self.kind}: {self.rows:,} rows of {len(self.municipalities)} municipalities"
        tail = f"; {self.moved:,} ids moved, {self.ended:,} ended; {self.numbers:,} numbers; {len(self.faults)} faults"
        return "\n".join([head + tail, *(f"  {fault}" for fault in self.faults[:20])])


def read_rows(path: Path) -> Iterator[Row]:
    """Records of a CSV, a zip of CSV files or a Parquet file. Raises: BadInput."""
    if not path.is_file():
        raise BadInput("there is no such file", where=Where(str(path)))
    if path.suffix == ".parquet":
        import pyarrow.parquet as pq

        for batch in pq.ParquetFile(path).iter_batches():
            for row in batch.to_pylist():
                yield {name: "" if value is None else str(value) for name, value in row.items()}
        return
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for name in sorted(archive.namelist()):
                if name.endswith(".csv"):
                    yield from _csv(archive.read(name), file=f"{path.name}/{name}")
        return
    yield from _csv(path.read_bytes(), file=path.name)


def _csv(content: bytes, *, file: str) -> Iterator[Row]:
    text, _ = decode(content, file=file)
    found = records(io.StringIO(text, newline=""), headed=True)
    header = next(found, Record(1, [])).cells or []
    for line, cells, fault, _ in found:
        if cells is None or len(cells) != len(header):
            what = fault or f"{len(cells or ())} cells where the header has {len(header)}"
            raise BadInput(what, where=Where(file, line), remedy="fetch the file again: what it lacks would be ended")
        yield dict(zip(header, cells, strict=True))


def update(file: Path, *, present: Index, target: Path, as_of: str = "") -> Updated:
    """Make an index in ``target`` from the present one and an official file; codes and ids are matched by name.

    ``as_of`` is the file's date for the vintage (ISO; without it the day on which the file was last changed).
    Raises: BadInput when the file is none of the four, has a line that cannot be read, or ``as_of`` is no day.
    """
    given = parse_day(as_of).isoformat() if as_of else ""
    rows = list(read_rows(file))
    kind = _kind(rows, file)
    done = Updated(kind, rows=len(rows))
    day = given or dt.datetime.fromtimestamp(file.stat().st_mtime, tz=JST).date().isoformat()
    target.mkdir(parents=True, exist_ok=True)
    if kind in {"town", "city"}:
        source = read_back(present)
        (_towns if kind == "town" else _cities)(rows, source, done=done)
        source.vintage |= _vintage(kind, present, done=done, day=day)
        fresh = target / "fresh"
        write(source, fresh)
        for one in fresh.iterdir():
            one.replace(target / one.name)
        fresh.rmdir()
        _keep(present.folder, target, names=blocks.names(*blocks.KINDS))
    else:
        lots = [*_loaded(present, rows, kind=kind), *_lots(rows, done=done)]
        names = [one.name for one in present.folder.iterdir() if one.name not in blocks.names(kind)]
        _keep(present.folder, target, names=names)
        blocks.write(lots, target, kind=kind)
        stamp(target, _vintage(kind, present, done=done, day=day))
    return done


PARTS = {"city": "municipalities", "town": "towns", "rsdt": "house-numbers", "parcel": "lots"}


def _vintage(kind: str, present: Index, *, done: Updated, day: str) -> dict[str, str]:
    """As of when the parts are that a file brought: of a whole prefecture, or of single municipalities."""
    if kind == "city":
        return {PARTS[kind]: day}
    found: dict[str, str] = {}
    for prefecture in sorted({code[:2] for code in done.municipalities}):
        own = {code for code in done.municipalities if code[:2] == prefecture}
        whole = {one.code for one in present.cities if one.code[:2] == prefecture}
        names = [prefecture] if kind != "town" or len(own) >= 0.9 * len(whole) else sorted(own)
        names = names if kind == "town" or len(own) > 1 else sorted(own)
        found |= {f"{PARTS[kind]}-{name}": day for name in names}
    return found


def stamp(folder: Path, entries: dict[str, str]) -> None:
    """Write into an index as of when some of its parts are."""
    file = folder / "cities.bin"
    head = msgspec.msgpack.decode(file.read_bytes())
    head["vintage"] |= entries
    file.write_bytes(msgspec.msgpack.encode(head))


def _keep(source: Path, target: Path, *, names: list[str] | tuple[str, ...]) -> None:
    for name in names:
        if source != target and (source / name).exists():
            shutil.copyfile(source / name, target / name)


def _kind(rows: list[Row], file: Path) -> str:
    columns = set(rows[0]) if rows else set()
    for column, kind in (("prc_id", "parcel"), ("rsdt_id", "rsdt"), ("machiaza_id", "town"), ("city", "city")):
        if {"lg_code", column} <= columns:
            return kind
    raise BadInput(
        "this is no file of アドレス・ベース・レジストリ that can be read",
        where=Where(file.name, 1),
        remedy="give mt_city, mt_town, mt_rsdtdsp_rsdt or mt_parcel, with its header",
    )


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


def _towns(rows: list[Row], source: Source, *, done: Updated) -> None:
    fold = source.folder().key
    numbers = {one.code: number for number, one in enumerate(source.cities)}
    fresh: dict[tuple[int, str], TownRow] = {}
    for line, row in enumerate(rows, 2):
        city = numbers.get(row["lg_code"])
        if city is None or not row["machiaza_id"].isdecimal():
            done.faults.append(f"row {line}: no municipality {row['lg_code']!r} or no id {row['machiaza_id']!r}")
        elif not row.get("ablt_date"):
            made = _town(row)
            done.municipalities.add(row["lg_code"])
            if made.name:  # a row without a name is the municipality's land that has no town
                fresh.setdefault((city, fold(made.name)), made)
    _cross(fresh, source, done=done)
    for key, made in fresh.items():
        old = source.towns.get(key)
        made.point = made.point or (old.point if old else None)
        made.post = made.post or (old.post if old else 0)
        source.towns[key] = made
    add_heads(source.towns, source.folder())


def _town(row: Row) -> TownRow:
    lat, lon = _degrees(row.get("rep_lat")), _degrees(row.get("rep_lon"))
    point = (lat, lon) if lat and lon else None
    kana = unicodedata.normalize("NFKC", row.get("oaza_cho_kana", ""))
    names = (row.get("oaza_cho", ""), row.get("chome", ""), row.get("koaza", ""))
    numbered = row.get("rsdt_addr_flg") == "1"
    return TownRow(int(row["machiaza_id"]), NEWEST, *names, kana, point, int(row.get("post_code") or 0), numbered)


def _cross(fresh: dict[tuple[int, str], TownRow], source: Source, *, done: Updated) -> None:
    """Ids of the present index that move or end; a name that ended stays findable under its last id."""
    codes = {number: one.code for number, one in enumerate(source.cities) if one.code in done.municipalities}
    living = {(city, row.id) for (city, _), row in fresh.items()}
    for (city, name), old in source.towns.items():
        if city in codes and old.id:
            new = fresh.get((city, name))
            if (new is None and (city, old.id) not in living) or (new is not None and new.id != old.id):
                before = f"{codes[city]}{old.id:07}"
                source.crosswalk[before] = f"{codes[city]}{new.id:07}" if new else ""
                done.moved += new is not None
                done.ended += new is None


def _cities(rows: list[Row], source: Source, *, done: Updated) -> None:
    present = {one.code for one in source.cities}
    for row in rows:
        done.municipalities.add(row["lg_code"])
        if row["lg_code"] not in present and not row.get("ablt_date"):
            kana = tuple(unicodedata.normalize("NFKC", row.get(f"{name}_kana", "")) for name in _PARTS)
            prefecture, county, city, ward = (row.get(name, "") for name in _PARTS)
            four = (kana[0], kana[1], kana[2], kana[3])
            made = CityRow(row["lg_code"], prefecture, county, city, ward, four)
            source.cities.append(made)


_PARTS = ("pref", "county", "city", "ward")


def _loaded(present: Index, rows: list[Row], *, kind: str) -> Iterator[blocks.Lot]:
    """Numbers of the same kind loaded before, without the municipalities that the file replaces."""
    replaced = {row["lg_code"] for row in rows}
    yield from (lot for lot in present.blocks.lots(kind) if lot.place[:6] not in replaced)


def _lots(rows: list[Row], *, done: Updated) -> Iterator[blocks.Lot]:
    for line, row in enumerate(rows, 2):
        names = ("prc_num1", "prc_num2", "prc_num3") if "prc_id" in row else ("blk_num", "rsdt_num", "rsdt_num2")
        number = "-".join(filter(None, (row.get(name, "") for name in names)))
        place = row["lg_code"] + row["machiaza_id"]
        if not (number and place.isascii() and place.isdecimal() and len(place) == 13):
            done.faults.append(f"row {line}: no number or no municipality and town id: {place!r} {number!r}")
        elif not row.get("ablt_date"):
            done.municipalities.add(row["lg_code"])
            done.numbers += 1
            yield blocks.Lot(place, number, _degrees(row.get("rep_lat")), _degrees(row.get("rep_lon")))


def _degrees(text: str | None) -> float:
    """0 stands for no point: a broken one is none."""
    try:
        return float(text or 0)
    except ValueError:
        return 0.0
