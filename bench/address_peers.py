"""The peers of the address engine, set up to run offline over the same open data, and timed in the same run.

Usage: python -m bench.address_peers DATA FOLDER      sets up (minutes; needs the package registries npm and PyPI)

DATA has abr-town-2022, abr-city-2024, abr-pref-2024 and geolonia-towns-2024 (Parquet). In FOLDER then lie
normalize-japanese-addresses with the files of its API made from them (towns, no house numbers), and an environment with
jageocoder and its converter, whose own classes make the dictionary from the same towns.
"""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import zipfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

SCRIPTS = Path(__file__).parent / "peers"
NJA, JAGEOCODER = "@geolonia/normalize-japanese-addresses@3.1.3", ("jageocoder==2.1.0", "jageocoder-converter==2.0.3")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Timed:
    """What a peer needed: addresses, CPU-seconds of the first and of the best later pass, towns reached, MB."""

    lines: int
    cold: float
    warm: float
    reached: int
    rss: int


def table(data: Path, name: str) -> list[Row]:
    cursor = duckdb.execute(f"SELECT COLUMNS(*)::VARCHAR FROM '{data / name}.parquet'")
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, (value or "" for value in row), strict=True)) for row in cursor.fetchall()]


def points(data: Path) -> dict[tuple[str, str, str], tuple[float, float]]:
    """Prefecture, municipality with county and ward, town → longitude, latitude."""
    return {
        (row["pref"], row["city"], row["town"]): (float(row["lng"]), float(row["lat"]))
        for row in table(data, "geolonia-towns-2024")
        if row["lat"] and not row["koaza"]
    }


def by_municipality(data: Path) -> dict[str, list[Row]]:
    """Towns of each municipality, each with its point: its own, that of its 大字, or nothing."""
    known = points(data)
    towns: dict[str, list[Row]] = defaultdict(list)
    for row in table(data, "abr-town-2022"):
        city = (row["pref"], f"{row['county']}{row['city']}{row['ward']}")
        row["point"] = known.get((*city, row["oaza_cho"] + row["chome"])) or known.get((*city, row["oaza_cho"]))
        towns[row["lg_code"]].append(row)
    return towns


def nja_files(data: Path, target: Path, towns: dict[str, list[Row]]) -> None:
    """ja.json and ja/PREFECTURE/MUNICIPALITY.json as the package japanese-addresses-v2 types them."""
    cities: dict[str, list[Row]] = defaultdict(list)
    for row in table(data, "abr-city-2024"):
        if row["lg_code"] not in towns:
            continue
        own = {"code": int(row["lg_code"]), "point": [float(row["rep_lon"]), float(row["rep_lat"])]}
        named = {part: row[part] for part in ("county", "city", "ward") if row[part]}
        cities[row["pref"]].append(own | named)
        file = target / "ja" / row["pref"] / f"{''.join(named.values())}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        found = [nja_town(town) for town in towns[row["lg_code"]]]
        file.write_text(json.dumps({"meta": {"updated": 1}, "data": found}, ensure_ascii=False), encoding="utf-8")
    prefectures = [
        {
            "code": int(row["lg_code"]),
            "pref": row["pref"],
            "point": [float(row["rep_lon"]), float(row["rep_lat"])],
            "cities": cities[row["pref"]],
        }
        for row in table(data, "abr-pref-2024")
    ]
    whole = {"meta": {"updated": 1}, "data": prefectures}
    (target / "ja.json").write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")


def nja_town(town: Row) -> Row:
    made: Row = {"machiaza_id": town["machiaza_id"]}
    made |= {part: town[part] for part in ("oaza_cho", "chome", "koaza") if town[part]}
    if town["chome_number"]:
        made["chome_n"] = int(town["chome_number"])
    if town["rsdt_addr_flg"] == "1":
        made["rsdt"] = True
    return made | ({"point": list(town["point"])} if town["point"] else {})


def jageocoder_texts(data: Path, target: Path, towns: dict[str, list[Row]]) -> None:
    """NN_towns.txt: name;level, … !priority, longitude, latitude, note: the text form of its converter."""
    target.mkdir(parents=True, exist_ok=True)
    lines: dict[str, list[str]] = defaultdict(list)
    for row in table(data, "abr-pref-2024"):
        for name in dict.fromkeys((row["pref"], row["pref"].rstrip("都府県"))):
            note = f"lasdec:{row['lg_code']}/jisx0401:{row['lg_code'][:2]}"
            lines[row["lg_code"][:2]].append(f"{name};1,!05,{row['rep_lon']},{row['rep_lat']},{note}")
    for row in table(data, "abr-city-2024"):
        levels = [("pref", 1), ("county", 2), ("city", 3), ("ward", 4)]
        head = "".join(f"{row[part]};{level}," for part, level in levels if row[part])
        code, place = row["lg_code"], (float(row["rep_lon"]), float(row["rep_lat"]))
        lines[code[:2]].append(f"{head}!05,{place[0]},{place[1]},jisx0402:{code[:5]}")
        for town in towns.get(code, ()):
            parts = [(town["oaza_cho"], 5), (town["chome"], 6), (town["koaza"], 6)]
            named = "".join(f"{name};{level}," for name, level in parts if name)
            x, y = town["point"] or place
            lines[code[:2]].append(f"{head}{named}!05,{x},{y},aza_id:{town['machiaza_id']}")
    for code, found in lines.items():
        (target / f"{code}_towns.txt").write_text("\n".join(found) + "\n", encoding="utf-8")


AZA = {
    "lg_code": "全国地方公共団体コード", "machiaza_id": "町字id", "machiaza_type": "町字区分コード",
    "pref": "都道府県名", "county": "郡名", "city": "市区町村名", "ward": "政令市区名",
    "oaza_cho": "大字・町名", "oaza_cho_kana": "大字・町名_カナ", "oaza_cho_roma": "大字・町名_英字",
    "chome": "丁目名", "chome_kana": "丁目名_カナ", "chome_number": "丁目名_数字",
    "koaza": "小字名", "koaza_kana": "小字名_カナ", "koaza_roma": "小字名_英字",
    "rsdt_addr_flg": "住居表示フラグ", "wake_num_flg": "起番フラグ", "post_code": "郵便番号",
}  # fmt: skip
NO_KANA = [f"{part}_{kind}" for part in ("都道府県名", "郡名", "市区町村名", "政令市区名") for kind in ("カナ", "英字")]


def jageocoder_towns(data: Path, target: Path) -> None:
    """mt_town_all.csv.zip with the titles that the converter reads; kana of municipalities are left out."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*AZA.values(), *NO_KANA])
    for row in table(data, "abr-town-2022"):
        values = {name: row[name] for name in AZA}
        values["machiaza_type"] = values["machiaza_type"] or "1"
        values["wake_num_flg"] = values["wake_num_flg"] or "0"
        writer.writerow([*values.values(), *("" for _ in NO_KANA)])
    with zipfile.ZipFile(target / "mt_town_all.csv.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mt_town_all.csv", text.getvalue())


def set_up(data: Path, folder: Path) -> None:
    """Install both peers in FOLDER and make their data."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text('{"private": true}', encoding="utf-8")
    subprocess.run(["npm", "install", "--silent", NJA], cwd=folder, check=True)
    subprocess.run([sys.executable, "-m", "venv", folder / "jageocoder"], check=True)
    subprocess.run([folder / "jageocoder/bin/pip", "install", "-q", *JAGEOCODER], check=True)
    towns = by_municipality(data)
    nja_files(data, folder / "nja-data", towns)
    jageocoder_texts(data, folder / "jageocoder-texts", towns)
    jageocoder_towns(data, folder / "jageocoder-texts")
    command = [folder / "jageocoder/bin/python", SCRIPTS / "jageo_build.py"]
    subprocess.run([*command, folder / "jageocoder-texts", folder / "jageocoder-db"], check=True)


def nja(folder: Path, texts: list[str]) -> Timed:
    """normalize-japanese-addresses, level 3, over local files."""
    own = folder.resolve()
    return _run(["node", SCRIPTS / "nja.mjs", own, own / "nja-data" / "ja"], texts)


def jageocoder(folder: Path, texts: list[str]) -> Timed:
    """jageocoder over its dictionary."""
    return _run([folder / "jageocoder/bin/python", SCRIPTS / "jageo_run.py", folder / "jageocoder-db"], texts)


def _run(command: list[str | Path], texts: list[str]) -> Timed:
    text = "\n".join(one.replace("\n", " ") for one in texts)
    done = subprocess.run([*map(str, command)], input=text, capture_output=True, text=True, check=True)
    return Timed(**json.loads(done.stdout.splitlines()[-1]))


if __name__ == "__main__":
    set_up(Path(sys.argv[1]), Path(sys.argv[2]))
