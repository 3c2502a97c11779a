"""Makes the embedded town data of `kiban.registries` from the official files of the address base registry.

Usage: python tools/build_towns.py CITIES TOWNS RSDT OUT

Each argument is a Parquet or CSV file with the columns of アドレス・ベース・レジストリ (mt_city_all, mt_town_all,
mt_rsdtdsp_rsdt); TOWNS may be several files joined by commas: a later file replaces the municipalities that it has.
"""

from __future__ import annotations

import lzma
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path
from typing import Any

import duckdb
import msgspec


def rows(path: str, columns: str, *, where: str = "true") -> list[tuple[Any, ...]]:
    """The columns of a file, empty values as empty text."""
    reader = "read_csv" if path.endswith(".csv") else "read_parquet"
    options = ", all_varchar=true" if path.endswith(".csv") else ""
    named = ", ".join(f"coalesce(cast({c} AS VARCHAR), '')" for c in columns.split())
    return duckdb.execute(f"SELECT {named} FROM {reader}('{path}'{options}) WHERE {where}").fetchall()


def cities(path: str) -> list[tuple[str, ...]]:
    """lg_code, prefecture, county, city, ward, kana of each municipality and ward."""
    found = rows(path, "lg_code pref county city ward county_kana city_kana ward_kana")
    return sorted({(*row[:5], narrow("".join(row[5:]))) for row in found})


def narrow(text: str) -> str:
    """Kana and digits in one form."""
    return unicodedata.normalize("NFKC", text)


def towns(paths: list[str]) -> dict[str, list[tuple[str, str, str, str, str]]]:
    """Municipality → town_id, oaza, chome, kana, 住居表示 flag; in the order of the registry; aliases left out."""
    found: dict[str, dict[str, tuple[str, str, str, str, str]]] = {}
    for path in paths:
        fresh: dict[str, dict[str, tuple[str, str, str, str, str]]] = defaultdict(dict)
        columns = "lg_code machiaza_id oaza_cho chome oaza_cho_kana chome_kana rsdt_addr_flg machiaza_type"
        for code, town, oaza, chome, kana, chome_kana, flag, kind in sorted(rows(path, columns)):
            if oaza:
                own = town if kind != "3" else town[:4] + "000"
                entry = (own, oaza, chome, narrow(kana + chome_kana), flag)
                fresh[code].setdefault(oaza + chome, entry)
        found.update(fresh)
    return {code: list(entries.values()) for code, entries in found.items()}


def blocks(path: str) -> dict[str, dict[str, dict[str, list[str]]]]:
    """Municipality → town_id → 街区符号 → 住居番号 (with its branch)."""
    found: dict[str, dict[str, dict[str, list[str]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for code, town, block, house, branch in rows(path, "lg_code machiaza_id blk_num rsdt_num rsdt_num2"):
        number = f"{house}-{branch}" if branch else house
        if number not in found[code][town][block]:
            found[code][town][block].append(number)
    return {code: {t: {b: sorted(h, key=_natural) for b, h in bs.items()} for t, bs in ts.items()}
            for code, ts in found.items()}  # fmt: skip


def _natural(number: str) -> tuple[int, str]:
    head = number.partition("-")[0]
    return (int(head) if head.isdigit() else 0, number)


def main() -> int:
    """Write one compressed part per prefecture and an index."""
    city_file, town_files, rsdt_file, out = sys.argv[1:5]
    vintage = {"cities": "2024-03", "towns": "2022-04; 30: 2026-03", "blocks": "30: 2026-08"}
    all_towns, all_blocks = towns(town_files.split(",")), blocks(rsdt_file)
    parts: dict[str, bytes] = {}
    for prefecture in sorted({code[:2] for code in all_towns}):
        of = {code: all_towns[code] for code in sorted(all_towns) if code[:2] == prefecture}
        houses = {code: all_blocks[code] for code in sorted(all_blocks) if code[:2] == prefecture}
        parts[prefecture] = lzma.compress(msgspec.msgpack.encode({"towns": of, "blocks": houses}), preset=9)
    made = {"vintage": vintage, "municipalities": cities(city_file), "parts": parts}
    Path(out).write_bytes(msgspec.msgpack.encode(made))
    print(f"{out}: {Path(out).stat().st_size:,} bytes, {sum(map(len, all_towns.values())):,} towns")
    return 0


if __name__ == "__main__":
    sys.exit(main())
