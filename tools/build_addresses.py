"""Makes the embedded address index of `kiban.registries` from the official and open files.

Usage: python tools/build_addresses.py FOLDER OUT

FOLDER has the files named in docs/address.md (アドレス・ベース・レジストリ, 郵便番号データ, Geolonia 住所データ,
廃置分合, 地名異体字辞書) as Parquet or JSON.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import duckdb

from kiban.registries.address.blocks import Lot
from kiban.registries.address.blocks import write as write_lots
from kiban.registries.address.build import CityRow, Source, TownRow, add_heads, write
from kiban.registries.address.fold import SEPARATOR, Folder, character_table
from kiban.registries.address.index import VERSION

MORE_FORMER = Path(__file__).parent / "former_more.tsv"
TOWN = "lg_code machiaza_id oaza_cho chome koaza oaza_cho_kana oaza_cho_aka_flg koaza_aka_code post_code rsdt_addr_flg"


def rows(path: Path, columns: str) -> list[tuple[Any, ...]]:
    named = ", ".join(f"coalesce(cast({c} AS VARCHAR), '')" for c in columns.split())
    return duckdb.execute(f"SELECT {named} FROM '{path}'").fetchall()


def narrow(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def read_cities(folder: Path) -> list[CityRow]:
    names = "lg_code pref county city ward pref_kana county_kana city_kana ward_kana rep_lat rep_lon"
    out = []
    for row in sorted(rows(folder / "abr-city-2024.parquet", names)):
        kana = tuple(map(narrow, row[5:9]))
        point = (float(row[9]), float(row[10])) if row[9] else None
        out.append(CityRow(row[0], row[1], row[2], row[3], row[4], (kana[0], kana[1], kana[2], kana[3]), point))
    return out


def joined(parts: list[str]) -> str:
    """Parts of a town, kept apart where digits would run together (助七 + 一丁目)."""
    text = ""
    for part in parts:
        text += SEPARATOR + part if text[-1:].isdecimal() and part[:1].isdecimal() else part
    return text


class Gathering:
    """Towns by municipality and folded name; the better row wins a name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cities = read_cities(folder)
        self.index = {one.code: number for number, one in enumerate(self.cities)}
        self.short = {one.code[:5]: number for number, one in enumerate(self.cities)}
        table = character_table(json.loads((folder / "placename-variants-cc0.json").read_text()))
        self.table = self.usual(table)
        self.fold = Folder(self.table).key
        self.towns: dict[tuple[int, str], TownRow] = {}
        self.unlisted_count = 0
        self.crosswalk: dict[str, str] = {}

    def usual(self, table: dict[int, str]) -> dict[int, str]:
        """Of each class of variants, the one that the registry writes most often stands for it."""
        counts: Counter[str] = Counter()
        for (name,) in duckdb.execute(
            f"SELECT oaza_cho || koaza FROM '{self.folder}/abr-town-2022.parquet'"
        ).fetchall():
            counts.update(name)
        classes: dict[str, set[str]] = defaultdict(set)
        for code, first in table.items():
            classes[first] |= {chr(code), first}
        out = {}
        for first, members in sorted(classes.items()):
            if first.isascii() or first in "〇一二三四五六七八九十百千":
                best = first
            else:
                best = max(sorted(members), key=lambda one: (counts[one], one == first))
            out.update({ord(one): best for one in sorted(members) if one != best})
        return out

    def add(self, city: int, row: TownRow) -> None:
        parts = [folded for part in (row.oaza, row.chome, row.koaza) if (folded := self.fold(part))]
        names = {self.fold(row.name)} | {joined(parts)} if "".join(parts) != joined(parts) else {self.fold(row.name)}
        for name in names - {""}:
            old = self.towns.get((city, name))
            if old is None or (row.rank, row.id) < (old.rank, old.id):
                self.towns[city, name] = row

    def registry(self, name: str, *, rank: int, moved: dict[str, dict[str, int]] | None = None) -> None:
        for code, town, oaza, chome, koaza, kana, aka, koaza_aka, post, flag in sorted(rows(self.folder / name, TOWN)):
            city = self.index.get(code)
            if city is None:
                city = moved[code].get(self.fold(oaza), moved[code][""]) if moved and code in moved else None
            if city is not None:
                own = rank + 2 * (aka == "1") + (koaza_aka != "0")
                row = TownRow(int(town), own, oaza, chome, koaza, narrow(kana), None, int(post or 0), flag == "1")
                self.add(city, row)

    def hamamatsu(self) -> dict[str, dict[str, int]]:
        """The wards before 2024-01-01 → by town (郵便番号データ) the ward of today."""
        today: dict[str, int] = {}
        for jis, name in rows(self.folder / "jp-postal-2026-10.parquet", "jisx0402 neighborhood"):
            if jis in {"22138", "22139", "22140"}:
                today[self.fold(name)] = self.short[jis]
        central, north, mountain = (self.index[one] for one in ("221384", "221392", "221406"))
        usual = dict.fromkeys(("221317", "221325", "221333", "221341"), central)
        usual |= {"221350": north, "221368": north, "221376": mountain}
        return {code: {**today, "": ward} for code, ward in usual.items()}

    def postal(self) -> None:
        codes: dict[tuple[int, str], set[int]] = defaultdict(set)
        names: dict[tuple[int, str], tuple[str, str]] = {}
        columns = "jisx0402 postal_code neighborhood neighborhood_kana"
        for jis, post, name, kana in rows(self.folder / "jp-postal-2026-10.parquet", columns):
            if name and jis in self.short:
                key = (self.short[jis], self.fold(name))
                codes[key].add(int(post))
                names[key] = (name, narrow(kana))
        known = {(city, re.sub(r"[0-9]+丁$", "", name)) for city, name in self.towns} | set(self.towns)
        for key in sorted(codes):
            building = re.search(r"[ァ-ヴー]{3}|ビル", names[key][0]) and any(
                (key[0], key[1][:n]) in known for n in range(2, len(key[1]))
            )
            if key not in known and re.fullmatch(r"[^()（）、〜]+", names[key][0]) and not building:
                self.towns[key] = TownRow(0, 9, names[key][0], "", "", names[key][1])
        for (city, name), row in self.towns.items():
            key = (city, re.sub(r"[0-9]+丁$", "", name) if row.chome else name)
            if not row.post and row.id % 1000 < 100 and len(codes.get(key, ())) == 1:
                row.post = next(iter(codes[key]))

    def points(self) -> None:
        by_name = {one.prefecture + one.name: number for number, one in enumerate(self.cities)}
        columns = "pref city town koaza lat lng"
        for pref, city, town, koaza, lat, lon in rows(self.folder / "geolonia-towns-2024.parquet", columns):
            number = by_name.get(pref + city)
            if number is None:
                continue
            row = self.towns.get((number, self.fold(town + koaza))) or self.unlisted(number, town, koaza)
            if row is not None and lat and row.id % 1000 < 100:
                row.point = (float(lat), float(lon))
        for name in ("abr-town-wakayama-2026.parquet",):
            for code, oaza, chome, koaza, lat, lon in rows(
                self.folder / name, "lg_code oaza_cho chome koaza rep_lat rep_lon"
            ):
                row = self.towns.get((self.index[code], self.fold(oaza + chome + koaza)))
                if row is not None and lat:
                    row.point = (float(lat), float(lon))

    def unlisted(self, city: int, town: str, koaza: str) -> TownRow | None:
        """A 丁目 or town that people use and the registry lacks: it bears the id of its 大字, or none."""
        name = self.fold(town)
        if koaza or not name or not re.fullmatch(r"[^()（）、〜～]+", town) or (city, name) in self.towns:
            return None
        chome = re.fullmatch(r"(.+?)([一二三四五六七八九十]+丁目)", town)
        head = self.towns.get((city, self.fold(chome[1]))) if chome else None
        if chome and head:
            row = TownRow(head.id, 9, head.name, chome[2], "", head.kana)
        else:
            row = TownRow(0, 9, town, "", "", "")
        self.towns[city, name] = row
        self.unlisted_count += 1
        return row

    def walk(self, old: str, new: str) -> None:
        """Ids of an older release → ids of the newer one, by the same name in the same municipality."""
        fresh = {
            (code, self.fold(oaza + chome + koaza)): town
            for code, town, oaza, chome, koaza, *_ in sorted(rows(self.folder / new, TOWN))
        }
        covered = {code for code, _ in fresh}
        living = {(code, town) for (code, _), town in fresh.items()}
        for code, town, oaza, chome, koaza, *_ in sorted(rows(self.folder / old, TOWN)):
            if code in covered:
                found = fresh.get((code, self.fold(oaza + chome + koaza)), "")
                if found != town and (found or (code, town) not in living):
                    self.crosswalk[f"{code}{town}"] = f"{code}{found}" if found else ""

    def former(self) -> list[tuple[str, str, str, str]]:
        """Prefecture, former name, present codes joined by /, ISO date."""
        names = defaultdict(list)
        for one in self.cities:
            names[one.prefecture + one.name].append(one.code)
            if one.ward:
                names[f"{one.prefecture}{one.city}"].append(one.code)
        out = []
        for pref, old, new, date in rows(
            self.folder / "merged-municipalities-1999-2011.parquet", "都道府県 変更前 変更後 変更日"
        ):
            day = re.fullmatch(r"平成(\d+|元)年(\d+)月(\d+)日", narrow(date))
            iso = f"{1988 + int(day[1].replace('元', '1'))}-{int(day[2]):02}-{int(day[3]):02}" if day else ""
            if codes := names.get(pref + new):
                out.append((pref, old, "/".join(codes), iso))
        known = {pref + re.sub("^.+?郡", "", old) for pref, old, _, _ in out}
        present = {one.prefecture + one.name for one in self.cities}
        for line in MORE_FORMER.read_text(encoding="utf-8").splitlines():
            pref, old, new, iso = line.split("\t")
            codes = [code for one in new.split("/") for code in names[pref + one] or names[one]]
            if pref + re.sub("^.+?郡", "", old) not in known:
                out.append((pref, old, "/".join(codes), iso))
        for ward, codes in {
            "中区": "221384", "東区": "221384", "西区": "221384", "南区": "221384",
            "北区": "221392/221384", "浜北区": "221392",
        }.items():  # fmt: skip
            out.append(("静岡県", f"浜松市{ward}", codes, "2024-01-01"))
        return [one for one in sorted(out) if one[0] + one[1] not in present]


def main() -> None:
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    found = Gathering(source)
    found.registry("abr-town-2022.parquet", rank=10, moved=found.hamamatsu())
    found.registry("abr-town-wakayama-2026.parquet", rank=0)
    found.registry("abr-town-bunkyo-2026.parquet", rank=0)
    found.postal()
    add_heads(found.towns, Folder(found.table))
    found.points()
    found.walk("abr-town-2022.parquet", "abr-town-wakayama-2026.parquet")
    found.walk("abr-town-2022.parquet", "abr-town-bunkyo-2026.parquet")
    vintage = {
        "version": VERSION,
        "towns": "2022-04",
        "towns-30": "2026-03",
        "towns-131059": "2026-08",
        "municipalities": "2024-03",
        "postal": "2026-10",
        "points": "2024-01",
        "house-numbers-302015": "2026-08",
        "former": "1980-2019, 2024",
    }
    made = Source(found.cities, found.towns, found.former(), vintage, found.table, found.crosswalk)
    sizes = write(made, target)
    columns = "lg_code machiaza_id blk_num rsdt_num rsdt_num2 rep_lat rep_lon"
    houses = rows(source / "abr-rsdt-wakayama-2026.parquet", columns)
    lots = (
        Lot(code + town, "-".join(filter(None, numbers)), float(lat or 0), float(lon or 0))
        for code, town, *numbers, lat, lon in houses
    )
    write_lots(lots, target, kind="rsdt")
    print(found.unlisted_count, "of other sources,", len(found.towns), "towns", sum(sizes.values()), sizes)


if __name__ == "__main__":
    main()
