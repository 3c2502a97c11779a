"""Make the postal codes and the municipalities of kiban.registries from the saved official data.

usage: build_registries.py POSTAL CITIES PREFECTURES CODES_1970 CODES_TODAY MERGED TOWNS DAYS OUT_FOLDER
(Parquet files; DAYS is geoshape-city.csv, see former_days.py). Merges that MERGED lacks are those of former_more.tsv
beside this file. Prints where two sources name different days.
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
from former_days import COUNTED, LACKING, RETURNED, Places, State, same_day, states

from kiban.kernel.characters import compare_key
from kiban.kernel.values import MunicipalityCode, parse_day
from kiban.registries.municipality_register import MUNICIPALITY, VINTAGE, county_and_last, described, region

LISTED = "2003-03-01"
"""From here on 市町村変更情報 tells the day of a change."""
WRITTEN = {"紋別郡上紋別町": "紋別郡上湧別町"}
"""Slips of the list of merges: there was no 上紋別町."""
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


def present(cities: Path, days: list[State], old: set[str], today: dict[str, str]) -> list[Row]:
    """Those of today, since their day in the address base registry or in DAYS, else since the last change told."""
    rows = pq.read_table(cities).to_pylist()
    designated = {(r["pref"], r["city"]): r["lg_code"] for r in rows if not r["ward"]}
    wards = {(r["pref"], r["city"]) for r in rows if r["ward"]}
    begun = {s.key: s.start for s in days if not s.end and s.start}
    ended = {s.key: s.end for s in days if s.end}
    there = {s.key for s in days if not s.end}
    made = []
    for r in rows:
        fields = described(r["lg_code"], r)
        where = (r["pref"], r["city"])
        if r["ward"]:
            fields["within"] = designated[where]
        elif where in wards:
            fields["kind"] = "政令指定都市"
        short = r["lg_code"][:5]
        own = (
            r["efct_date"] if r["efct_date"] > "1947-04-17" else begun.get(r["lg_code"]) or ended.get(r["lg_code"], "")
        )
        start = own or (COUNTED if short in old or r["lg_code"] in there else today.get(short) or COUNTED)
        start = max(start, RETURNED) if short.startswith("47") else start
        made.append({**fields, "valid_from": start, "valid_to": "", "marks": "" if own else "since-at-latest"})
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


def gone(old: list[dict[str, Any]], merged: list[dict[str, Any]], now: list[Row], days: list[State]) -> list[Row]:
    """Those of the past: of DAYS, of the list of merges, and codes of 1970 that are no more (by some day)."""
    held = {row["key"] for row in now}
    listed = {MunicipalityCode.parse(r["city_code"]).value: r for r in old}
    past = [s for s in days if s.end or (s.key not in held and (s.key in listed or s.start > COUNTED))]
    found: dict[str, list[Row]] = defaultdict(list)
    for s in past:
        found[s.key].append(_of_state(s))
    known = [(s.prefecture, s.county if s.county.endswith("郡") else "", s.name, s.key) for s in past]
    wards = [(s.prefecture, s.county, s.name, s.key) for s in past if s.name.endswith("区")]
    told = [(r["pref_name"], r["city_desig_name"] or "", r["city_name"], key) for key, r in listed.items()]
    codes = Names([*known, *wards, *(one for one in told if one[3] not in found)])
    here = Names(
        [(r["prefecture"], r["county"], r["city"] + r["ward"], r["key"]) for r in now if r["kind"] != "都道府県"]
    )
    for r in merged:
        for name in _apart(r["変更前"]):
            key = _ended_then(past, r, name=name) or codes.find(r["都道府県"], name) or f"旧{r['都道府県']}{name}"
            successor = [one for part in r["変更後"].split("/") for one in _successor(r["都道府県"], part, here)]
            if key not in held or key in found:
                _merge(found[key], _row(key, r["都道府県"], name), r, successor=successor)
    for key, r in listed.items():
        if key not in held and key not in found:
            found[key].append(_of_list(key, r, here))
    for key, r in listed.items():
        for row in found.get(key, [])[:1]:
            row["kana"] = _kana(r) if row["name"].endswith(r["city_name"]) else ""
    return [row for rows in found.values() for row in rows]


def _ended_then(past: list[State], r: dict[str, Any], *, name: str) -> str:
    """The key of the one of this name that ended on the day of the merge."""
    day, last = _day(r), compare_key(county_and_last(name)[1])
    ones = {s.key for s in past if s.end == day and s.prefecture == r["都道府県"] and compare_key(s.name) == last}
    return ones.pop() if len(ones) == 1 else ""


def _day(r: dict[str, Any]) -> str:
    return parse_day(r["変更日"].removesuffix("日") + "日").isoformat()


def _of_state(state: State) -> Row:
    county = state.county if state.county.endswith("郡") else ""
    row = _row(state.key, state.prefecture, county + state.name)
    if state.name.endswith("区") and state.county:
        row |= {"name": state.county + state.name, "city": state.county, "ward": state.name}
    start = max(state.start, RETURNED) if state.key.startswith("47") else state.start
    marks = ["code-by-rule"] if state.key[:5] in {code for code, *_ in LACKING} else []
    marks += ([] if start else ["since-at-latest"]) + ([] if state.end else ["ended-at-latest"])
    return row | {"valid_from": start or COUNTED, "valid_to": state.end or LISTED, "marks": " ".join(marks)}


def _of_list(key: str, r: dict[str, Any], here: Names) -> Row:
    county = r["city_desig_name"] or ""
    name = here.find(r["pref_name"], r["city_name"]) or here.find(r["pref_name"], r["city_name"][:-1] + "市")
    marks = "since-at-latest ended-at-latest" + (" successor-by-name" if name else "")
    row = _row(key, r["pref_name"], ("" if county.endswith("支庁") else county) + r["city_name"])
    return row | {"valid_to": LISTED, "marks": marks, "successor": name}


def _merge(rows: list[Row], fresh: Row, r: dict[str, Any], *, successor: list[str]) -> None:
    """What a merge tells of a municipality: its successor always, its day where no other source has one."""
    day = _day(r)
    if not rows:
        rows.append(fresh | {"valid_to": day, "marks": " ".join([fresh["marks"], *(["by-hand"] * r["by_hand"])])})
    row = rows[-1]
    if "ended-at-latest" in row["marks"]:
        row |= {"valid_to": day, "marks": row["marks"].replace("ended-at-latest", "by-hand" if r["by_hand"] else "")}
        row["marks"] = " ".join(row["marks"].split())
    elif row["valid_to"] != day:
        print("two days:", row["prefecture"], row["name"], row["valid_to"], "or", day, file=sys.stderr)
    row["successor"] = " ".join(dict.fromkeys([*row["successor"].split(), *successor]))


def follow(past: list[Row], days: list[State], now: list[Row], places: Places) -> None:
    """Who took over: the next name of the code; who a merge tells; who began that day; else who is there today."""
    spot = {(s.key, s.end): s for s in days}
    starts = {(row["key"], row["valid_from"]) for row in [*past, *now]}
    begun = [
        *days,
        *(State(r["key"], r["prefecture"], "", r["ward"] or r["city"], r["valid_from"], "", (0, 0)) for r in now),
    ]
    for row in past:
        state = spot.get((row["key"], row["valid_to"])) or spot.get((row["key"], ""))
        if (row["key"], row["valid_to"]) in starts:
            row["successor"] = row["key"]
        elif not row["successor"] and state:
            row["successor"] = same_day(state, begun)
            if not row["successor"] and (there := places.find(state)):
                row |= {"successor": there, "marks": f"{row['marks']} successor-by-place".strip()}


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
    first, *more = WRITTEN.get(name, name).partition("（")[0].split("・")
    return [first, *(county_and_last(first)[0] + part for part in more)]


def _successor(prefecture: str, name: str, here: Names) -> list[str]:
    plain = name.partition("（")[0]
    for other in {p for p, _ in here.last}:
        if plain.startswith(other):
            prefecture, plain = other, plain.removeprefix(other)
    key = here.find(prefecture, plain)
    return [key] if key else []


def _row(key: str, prefecture: str, name: str) -> Row:
    county, last = county_and_last(name)
    fields = dict.fromkeys((f.name for f in MUNICIPALITY.fields), "")
    full = "" if key.startswith("旧") else key
    fields |= {"key": key, "code": full, "name": name, "prefecture": prefecture}
    fields |= {"kind": "行政区" if name.endswith("区") else name[-1], "county": county, "city": last}
    fields["region"] = region(full)
    marks = "since-at-latest" + ("" if full else " code-unknown")
    return {**fields, "valid_from": COUNTED, "valid_to": "", "marks": marks}


def municipalities(paths: list[Path], out: Path) -> tuple[int, int]:
    """Write the table; how many of today and of the past."""
    cities, prefecture_file, then, now, merged, towns, dictionary = paths
    old = [r for r in pq.read_table(then).to_pylist() if r["city_name"] and r["city_name"] != "特別区部"]
    last = {r["city_code"]: r["date_absorption_separation"] for r in pq.read_table(now).to_pylist()}
    today = {code: day.date().isoformat() for code, day in last.items() if day is not None}
    days = states(dictionary)
    current = present(cities, days, {r["city_code"] for r in old}, today)
    rows = prefectures(prefecture_file) + current
    told = [r | {"by_hand": False} for r in pq.read_table(merged).to_pylist()] + more()
    past = gone(old, told, rows, days)
    keys = {(r["prefecture"], r["name"]): r["key"] for r in current}
    follow(past, days, current, Places(towns, keys=keys, within={r["key"]: r["within"] for r in current}))
    for row in past:
        row["region"] = row["region"] or next(r["region"] for r in rows if r["prefecture"] == row["prefecture"])
    written = io.StringIO()
    header = [f.name for f in MUNICIPALITY.fields] + ["valid_from", "valid_to", "marks"]
    writer = csv.DictWriter(written, header, delimiter="\t", lineterminator="\n")
    writer.writeheader()
    writer.writerows(sorted([*rows, *past], key=lambda row: (row["key"], row["valid_from"])))
    (out / "municipalities.tsv.xz").write_bytes(lzma.compress(written.getvalue().encode(), preset=9))
    return len(rows), len(past)


def main() -> None:
    *paths, out = map(Path, sys.argv[1:])
    n = postal(paths[0], out)
    now, past = municipalities(paths[1:], out)
    print(f"{n} postal rows, {now} municipalities and prefectures of today ({VINTAGE}), {past} of the past")


if __name__ == "__main__":
    main()
