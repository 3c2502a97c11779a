"""Newer official files: the user's own index, the crosswalk of ids, numbers known to a file."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import duckdb
import pytest
from tests.shared_data import shared

from kiban.kernel.errors import BadInput
from kiban.registries import Level, UnknownTown
from kiban.registries.address.arriving import Updated
from kiban.registries.address.build import CityRow, Source, TownRow, add_heads, write
from kiban.registries.address.index import CITY_BASE, EMBEDDED, VERSION, Index
from kiban.registries.address.official import read_rows
from kiban.registries.address.parse import Engine
from kiban.registries.address.search import Search
from kiban.registries.address.update import update

RSDT = """lg_code,machiaza_id,blk_id,rsdt_id,blk_num,rsdt_num,rsdt_num2,rep_lat,rep_lon
131032,{town},002,008,2,8,,35.6586,139.7454
131032,{town},002,009,2,9,1,35.6587,139.7455
"""


@pytest.fixture(scope="module")
def present() -> Index:
    return Index(EMBEDDED)


def test_the_stamp_of_the_files_is_the_one_of_the_code(present: Index) -> None:
    assert present.vintage["version"] == VERSION


def test_numbers_of_a_loaded_file_are_known(present: Index, tmp_path: Path) -> None:
    town = Engine(present).normalise("東京都港区芝公園4丁目").town_id
    file = tmp_path / "mt_rsdtdsp_rsdt.csv"
    file.write_text(RSDT.format(town=town), encoding="utf-8")
    done = update(file, present=present, target=tmp_path / "own")
    assert (done.kind, done.numbers, done.faults) == ("rsdt", 2, [])
    engine = Engine(Index(tmp_path / "own"))
    assert engine.normalise("港区芝公園4-2-8").level == 8
    assert engine.normalise("港区芝公園4-2-8").lat == pytest.approx(35.6586)
    assert engine.normalise("港区芝公園4-2-99").level == 7
    assert engine.normalise("港区芝公園4-3-8").level == 6


def test_a_file_of_another_kind_is_refused(present: Index, tmp_path: Path) -> None:
    file = tmp_path / "other.csv"
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(BadInput, match="mt_city"):
        update(file, present=present, target=tmp_path / "own")


def test_ids_of_2022_lead_to_those_of_2026(present: Index) -> None:
    moved = {old: new for old, new in present.crosswalk.items() if old.startswith("30")}
    assert sum(1 for new in moved.values() if new) > 50
    assert sum(1 for new in moved.values() if not new) > 500
    assert all(new[:6] == old[:6] for old, new in moved.items() if new)


OLD, NEW = "data/abr-town-2022.parquet", "data/abr-town-wakayama-2026.parquet"
Id = tuple[str, str]


def towns_of(name: str) -> dict[Id, tuple[str, str, str]]:
    """Municipality and town id of 和歌山県 → 大字・町, 丁目, 小字."""
    query = f"""SELECT lg_code, machiaza_id, coalesce(oaza_cho, ''), coalesce(chome, ''), coalesce(koaza, '')
                FROM '{shared(name)}' WHERE lg_code LIKE '30%'"""
    return {(code, town): (oaza, chome, koaza) for code, town, oaza, chome, koaza in duckdb.execute(query).fetchall()}


@pytest.fixture(scope="module")
def of_2022(present: Index, tmp_path_factory: pytest.TempPathFactory) -> Index:
    """和歌山県 as it was registered in 2022, alone."""
    cities = [
        CityRow(one.code, one.prefecture, one.county, one.city, one.ward, ("ワカヤマケン", "", "", ""), one.point)
        for one in present.cities
        if one.code[:2] == "30"
    ]
    number = {one.code: at for at, one in enumerate(cities)}
    towns = {}
    for (code, town), parts in sorted(towns_of(OLD).items(), reverse=True):
        row = TownRow(int(town), 10, *parts, "")
        towns[number[code], present.fold.key(row.name)] = row
    folder = tmp_path_factory.mktemp("of-2022")
    add_heads(towns, present.fold)
    write(Source(cities, towns, [], {"version": VERSION, "towns": "2022-04"}, present.fold.table), folder)
    return Index(folder)


@pytest.fixture(scope="module")
def of_2026(of_2022: Index, tmp_path_factory: pytest.TempPathFactory) -> tuple[Index, Updated]:
    """The same after `kiban registry update` with the official file of 2026, as a zip of CSV."""
    folder = tmp_path_factory.mktemp("of-2026")
    rows = list(read_rows(shared(NEW)))
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    with zipfile.ZipFile(folder / "mt_town_pref30.csv.zip", "w") as archive:
        archive.writestr("mt_town_pref30.csv", "\ufeff" + text.getvalue())
    done = update(folder / "mt_town_pref30.csv.zip", present=of_2022, target=folder / "own", as_of="2026-03-01")
    return Index(folder / "own"), done


def test_a_prefecture_file_of_2026_brings_its_towns_and_its_vintage(of_2026: tuple[Index, Updated]) -> None:
    index, done = of_2026
    assert (done.kind, done.rows, done.faults, len(done.municipalities)) == ("town", 3544, [], 30)
    assert (index.vintage["towns"], index.vintage["towns-30"]) == ("2022-04", "2026-03-01")
    assert str(done).startswith("town: 3,544 rows of 30 municipalities")
    engine = Engine(index)
    for (code, town), parts in towns_of(NEW).items():
        if not (name := "".join(parts)):
            continue
        found = engine.normalise(f"{index.cities[index.codes[code]].name}{name}")
        assert (found.municipality_code, found.town) == (code, name) or name == "小原"
        assert found.town_id == town or name == "小原"


def test_every_id_of_2022_lives_on_or_leads_to_one_of_2026_or_ended(
    of_2022: Index, of_2026: tuple[Index, Updated]
) -> None:
    """55 % live on; a name that is still there leads to its new id; the others ended."""
    index, done = of_2026
    old, new = towns_of(OLD), towns_of(NEW)
    fold = index.fold.key
    names = {(code, fold("".join(parts))): town for (code, town), parts in sorted(new.items(), reverse=True)}
    codes = {chr(CITY_BASE + at): one.code for at, one in enumerate(of_2022.cities)}
    held = {(codes[key[0]], f"{of_2022.town_number(at):07}") for key, at in of_2022.trie.iteritems()}
    same = moved = ended = 0
    for (code, town), parts in old.items():
        if (code, town) not in held:  # two towns of one name in one municipality: the index has one of them
            continue
        today = index.crosswalk.get(code + town, code + town)
        if today == code + town:
            same += 1
            assert (code, town) in new or (code, fold("".join(parts))) not in names
        elif today:
            moved += 1
            assert names[code, fold("".join(parts))] == today[6:]
        else:
            ended += 1
            assert (code, town) not in new
    assert 0.54 < same / (same + moved + ended) < 0.56
    assert (done.moved, done.ended) == (moved, ended)


def test_an_older_spelling_finds_the_town_and_an_older_id_is_led_on(of_2026: tuple[Index, Updated]) -> None:
    index, _ = of_2026
    engine = Engine(index)
    assert engine.normalise("和歌山市小松原通一丁目1番地").town == "小松原通１丁目"
    assert engine.normalise("和歌山県和歌山市祢宜1").town_id == "0440000"
    with pytest.raises(UnknownTown, match="now 0440000 of 302015"):
        Search(engine).reverse("302015", "0284000")


def test_house_numbers_and_lots_of_official_files_are_known_side_by_side(
    of_2026: tuple[Index, Updated], tmp_path: Path
) -> None:
    index, _ = of_2026
    own = tmp_path / "own"
    houses = update(shared("data/abr-rsdt-wakayama-2026.parquet"), present=index, target=own, as_of="2026-08-01")
    lots = tmp_path / "mt_parcel_city302015.csv"
    with lots.open("w", encoding="utf-8", newline="") as file:
        query = f"SELECT * FROM '{shared('data/abr-parcel-wakayama-shi-2026.parquet')}' WHERE machiaza_id < '0030000'"
        cursor = duckdb.execute(query)
        writer = csv.writer(file)
        writer.writerow([column[0] for column in cursor.description])
        rows = cursor.fetchall()
        writer.writerows([["" if value is None else value for value in row] for row in rows])
        writer.writerow(["302015", "0001000", "broken"] + [""] * (len(rows[0]) - 3))
    both = update(lots, present=Index(own), target=own, as_of="2026-08-02")
    assert (houses.kind, houses.numbers, houses.faults) == ("rsdt", 34015, [])
    assert (both.kind, both.numbers, len(both.faults)) == ("parcel", len(rows), 1)
    fresh = Index(own)
    assert fresh.vintage["house-numbers-302015"] == "2026-08-01"
    assert fresh.vintage["lots-302015"] == "2026-08-02"
    engine = Engine(fresh)
    house, lot = engine.normalise("和歌山市葵町1番2号"), engine.normalise("和歌山市葵町103番地3")
    assert (house.level, lot.level) == (Level.NUMBER_KNOWN, Level.NUMBER_KNOWN)
    assert (house.lat, house.lon) == pytest.approx((34.214374, 135.165205), abs=1e-5)
    assert (lot.lat, lot.lon) == pytest.approx((34.212432, 135.163017), abs=1e-5)
    near = engine.normalise("和歌山市葵町1番999号")
    assert near.level == Level.BLOCK_KNOWN
    assert "登録にある所まで: 1" in near.notes
    assert engine.normalise("和歌山県海南市南赤坂11番地").level < Level.BLOCK_KNOWN


@pytest.mark.timeout(1500)  # minutes of work on a machine that has nothing else to do
@pytest.mark.long
def test_a_newer_town_file_makes_an_index_of_its_own(present: Index, tmp_path: Path) -> None:
    file = shared("data/abr-town-bunkyo-2026.parquet")
    rows = [row for row in read_rows(file) if row["oaza_cho"] == "本郷"]
    lines = [",".join(rows[0]), *(",".join(row.values()) for row in rows)]
    text = "\n".join(lines).replace(rows[0]["machiaza_id"], "9999001").replace("本郷", "本郷新町")
    (tmp_path / "mt_town.csv").write_text(text, encoding="utf-8")
    done = update(tmp_path / "mt_town.csv", present=present, target=tmp_path / "own")
    assert (done.kind, done.municipalities, done.faults) == ("town", {"131059"}, [])
    engine = Engine(Index(tmp_path / "own"))
    assert engine.normalise("文京区本郷新町1-2-3").town_id == "9999001"
    assert engine.normalise("文京区本郷1-2-3").town_id == rows[0]["machiaza_id"]
    assert engine.normalise("大阪府大阪市北区中之島1-3-20").town == "中之島一丁目"
