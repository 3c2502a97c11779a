"""Make the postal codes and the municipalities of kiban.registries from the saved official data.

usage: build_registries.py POSTAL CITIES PREFECTURES CODES_1970 CODES_TODAY MERGED OUT_FOLDER   (Parquet files)
Former municipalities that MERGED lacks are those of former_more.tsv beside this file.
"""

from __future__ import annotations

import csv
import io
import lzma
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from kiban.kernel.characters import compare_key
from kiban.kernel.values import MunicipalityCode, parse_day
from kiban.registries.municipality import MUNICIPALITY, VINTAGE, county_and_last, described, region

COUNTED = "1970-04-01"
"""The day of the older list of standard area codes."""
LISTED = "2003-03-01"
"""From here on 市町村変更情報 tells the day of a change."""
Row = dict[str, str]


def postal(path: Path, out: Path) -> int:
    """Postal code, municipality (5 digits), town, reading."""
    rows = pq.read_table(path).to_pylist()
    lines = [
        "\t".join((r["postal_code"], r["jisx0402"], r["neighborhood"] or "", r["neighborhood_kana"] or ""))
        for r in sorted(rows, key=lambda r: (r["postal_code"], r["jisx0402"], r["neighborhood"] or ""))
    ]
    (out / "postal.tsv.xz").write_bytes(lzma.compress("\n".join(lines).encode(), preset=9))
    return len(lines)


def prefectures(path: Path) -> list[Row]:
    """The 47."""
    made = []
    for r in pq.read_table(path).to_pylist():
        fields = dict.fromkeys((f.name for f in MUNICIPALITY.fields), "")
        fields |= {"key": r["lg_code"], "code": r["lg_code"], "name": r["pref"], "kana": r["pref_kana"]}
        fields |= {"roman": r["pref_roma"], "kind": "都道府県", "region": region(r["lg_code"]), "prefecture": r["pref"]}
        fields |= {"latitude": r["rep_lat"], "longitude": r["rep_lon"]}
        made.append({**fields, "valid_from": COUNTED, "valid_to": "", "marks": "since-at-latest"})
    return made


def present(cities: Path, old: set[str], today: dict[str, str]) -> list[Row]:
    """Those of today: in force since 1970, since their day in the address base registry, or since the last change."""
    rows = pq.read_table(cities).to_pylist()
    designated = {(r["pref"], r["city"]): r["lg_code"] for r in rows if not r["ward"]}
    wards = {(r["pref"], r["city"]) for r in rows if r["ward"]}
    made = []
    for r in rows:
        fields = described(r["lg_code"], r)
        where = (r["pref"], r["city"])
        if r["ward"]:
            fields["within"] = designated[where]
        elif where in wards:
            fields["kind"] = "政令指定都市"
        short, own = r["lg_code"][:5], r["efct_date"]
        exact = own > "1947-04-17"
        start = own if exact else COUNTED if short in old else today.get(short) or COUNTED
        made.append({**fields, "valid_from": start, "valid_to": "", "marks": "" if exact else "since-at-latest"})
    return made


class Names:
    """Finds a municipality by prefecture and name: as written, by 町 for 村, by its last part where that is one."""

    def __init__(self, rows: list[tuple[str, str, str, str]]) -> None:
        self.whole: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.last: dict[tuple[str, str], list[str]] = defaultdict(list)
        for prefecture, county, city, key in rows:
            self.whole[prefecture, compare_key(county + city)].append(key)
            self.last[prefecture, compare_key(city)].append(key)

    def find(self, prefecture: str, name: str) -> str:
        """The key, or nothing when there is none or more than one."""
        last = county_and_last(name)[1]
        stem = last[:-1]
        for found in (
            self.whole.get((prefecture, compare_key(name))),
            self.last.get((prefecture, compare_key(last))),
            self.last.get((prefecture, compare_key(stem + "村"))) if last.endswith("町") else None,
            self.last.get((prefecture, compare_key(stem + "町"))) if last.endswith("市") else None,
        ):
            if found:
                return found[0] if len(set(found)) == 1 else ""
        return ""


def gone(old: list[dict[str, Any]], merged: list[dict[str, Any]], now: list[Row]) -> list[Row]:
    """Those of the past: of the list of merges (with the day), and codes of 1970 that are no more (by some day)."""
    held = {row["key"] for row in now}
    codes = Names([(r["pref_name"], r["city_desig_name"] or "", r["city_name"], r["city_code"]) for r in old])
    here = Names(
        [(r["prefecture"], r["county"], r["city"] + r["ward"], r["key"]) for r in now if r["kind"] != "都道府県"]
    )
    found: dict[str, Row] = {}
    for r in merged:
        for name in _apart(r["変更前"]):
            code = codes.find(r["都道府県"], name)
            key = MunicipalityCode.parse(code).value if code else f"旧{r['都道府県']}{name}"
            day = parse_day(r["変更日"].removesuffix("日") + "日").isoformat()
            successor = [key for part in r["変更後"].split("/") for key in _successor(r["都道府県"], part, here)]
            if key in held:
                continue
            row = found.setdefault(key, _row(key, r["都道府県"], name, code))
            row |= {"valid_to": max(day, row["valid_to"]), "kana": row["kana"]}
            row["successor"] = " ".join(dict.fromkeys([*row["successor"].split(), *successor]))
            row["marks"] += " by-hand" if r.get("by_hand") else ""
    for r in old:
        key = MunicipalityCode.parse(r["city_code"]).value
        if key in held or key in found:
            continue
        county = r["city_desig_name"] or ""
        row = _row(key, r["pref_name"], ("" if county.endswith("支庁") else county) + r["city_name"], r["city_code"])
        name = here.find(r["pref_name"], r["city_name"]) or here.find(r["pref_name"], r["city_name"][:-1] + "市")
        marks = "since-at-latest ended-at-latest" + (" successor-by-name" if name else "")
        found[key] = row | {"valid_to": LISTED, "marks": marks, "successor": name}
    kana = {MunicipalityCode.parse(r["city_code"]).value: _kana(r) for r in old}
    return [row | {"kana": kana.get(key, "")} for key, row in found.items()]


def more() -> list[dict[str, Any]]:
    """Merges before and beside 市町村変更情報."""
    rows = csv.reader((Path(__file__).parent / "former_more.tsv").open(encoding="utf-8"), delimiter="\t")
    return [
        {"都道府県": a, "変更前": b, "変更後": c, "変更日": parse_day(day).strftime("%Y年%m月%d日"), "by_hand": True}
        for a, b, c, day in rows
    ]


def _kana(row: dict[str, Any]) -> str:
    text = (row["city_desig_name_kana"] or "") + (row["city_name_kana"] or "")
    return "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in text)


def _apart(name: str) -> list[str]:
    """宗像郡福間町・津屋崎町 is two; a note in brackets is no name."""
    first, *more = name.partition("（")[0].split("・")
    return [first, *(county_and_last(first)[0] + part for part in more)]


def _successor(prefecture: str, name: str, here: Names) -> list[str]:
    plain = name.partition("（")[0]
    for other in {p for p, _ in here.last}:
        if plain.startswith(other):
            prefecture, plain = other, plain.removeprefix(other)
    key = here.find(prefecture, plain)
    return [key] if key else []


def _row(key: str, prefecture: str, name: str, code: str) -> Row:
    county, last = county_and_last(name)
    fields = dict.fromkeys((f.name for f in MUNICIPALITY.fields), "")
    full = MunicipalityCode.parse(code).value if code else ""
    fields |= {"key": key, "code": full, "name": name, "prefecture": prefecture}
    fields |= {"kind": "行政区" if name.endswith("区") else name[-1], "county": county, "city": last}
    fields["region"] = region(full)
    marks = "since-at-latest" + ("" if code else " code-unknown")
    return {**fields, "valid_from": COUNTED, "valid_to": "", "marks": marks}


def municipalities(paths: list[Path], out: Path) -> tuple[int, int]:
    """Write the table; how many of today and of the past."""
    cities, prefecture_file, then, now, merged = paths
    old = [r for r in pq.read_table(then).to_pylist() if r["city_name"] and r["city_name"] != "特別区部"]
    last = {r["city_code"]: r["date_absorption_separation"] for r in pq.read_table(now).to_pylist()}
    today = {code: day.date().isoformat() for code, day in last.items() if day is not None}
    rows = prefectures(prefecture_file) + present(cities, {r["city_code"] for r in old}, today)
    past = gone(old, pq.read_table(merged).to_pylist() + more(), rows)
    for row in past:
        row["region"] = row["region"] or next(r["region"] for r in rows if r["prefecture"] == row["prefecture"])
    written = io.StringIO()
    header = [f.name for f in MUNICIPALITY.fields] + ["valid_from", "valid_to", "marks"]
    writer = csv.DictWriter(written, header, delimiter="\t", lineterminator="\n")
    writer.writeheader()
    writer.writerows(sorted([*rows, *past], key=lambda row: row["key"]))
    (out / "municipalities.tsv.xz").write_bytes(lzma.compress(written.getvalue().encode(), preset=9))
    return len(rows), len(past)


def main() -> None:
    *paths, out = map(Path, sys.argv[1:])
    n = postal(paths[0], out)
    now, past = municipalities(paths[1:], out)
    print(f"{n} postal rows, {now} municipalities and prefectures of today ({VINTAGE}), {past} of the past")


if __name__ == "__main__":
    main()
