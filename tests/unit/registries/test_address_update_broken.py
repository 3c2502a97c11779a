"""Official address files with lines that cannot be read: the good ones are taken, nothing ends by mistake."""

from __future__ import annotations

import csv
import hashlib
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kiban.jobs.errors import JournalInUse
from kiban.kernel.errors import BadInput
from kiban.ledger.store.sqlite import SqliteStore
from kiban.registries.address.arriving import Updated
from kiban.registries.address.build import CityRow, Source, TownRow, add_heads, write
from kiban.registries.address.index import EMBEDDED, VERSION, Index
from kiban.registries.address.parse import Engine
from kiban.registries.address.update import update
from kiban.shell.cli import main

WAKAYAMA, KAINAN = "302015", "302023"
HEADER = "lg_code,machiaza_id,oaza_cho,chome,koaza,ablt_date,post_code,rep_lat,rep_lon"
OLD = {WAKAYAMA: ["葵町", "秋葉町", "有本", "岩橋"], KAINAN: ["日方", "名高", "黒江"]}
"""Towns of the present index, with the ids 0001000, 0002000 … in each municipality."""


@pytest.fixture(scope="module")
def present(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Two municipalities with a few towns."""
    embedded = Index(EMBEDDED)
    cities = [
        CityRow(one.code, one.prefecture, one.county, one.city, one.ward, ("ワカヤマケン", "", "", ""), one.point)
        for one in embedded.cities
        if one.code in OLD
    ]
    towns = {}
    for number, one in enumerate(cities):
        for at, name in enumerate(OLD[one.code], 1):
            row = TownRow(at * 1000, 10, name, "", "", "", (34.2, 135.1), 6400000 + at)
            towns[number, embedded.fold.key(name)] = row
    folder = tmp_path_factory.mktemp("present")
    add_heads(towns, embedded.fold)
    write(Source(cities, towns, [], {"version": VERSION, "towns": "2022-04"}, embedded.fold.table), folder)
    return Index(folder)


def line(code: str, town: str, name: str, **cells: str) -> str:
    values = {"lg_code": code, "machiaza_id": town, "oaza_cho": name, **cells}
    return ",".join(values.get(column, "") for column in HEADER.split(","))


NEW = [line(WAKAYAMA, "0001000", "葵町"), line(WAKAYAMA, "0009000", "有本"), line(KAINAN, "0001000", "日方"),
       line(KAINAN, "0008000", "冷水")]  # fmt: skip
"""Whole, it ends 秋葉町, 岩橋, 名高 and 黒江, moves 有本 and brings 冷水."""


def done(present: Index, folder: Path, *lines: str | bytes) -> tuple[Updated, Index]:
    file = folder / "mt_town.csv"
    every = [one if isinstance(one, bytes) else one.encode() for one in (HEADER, *lines)]
    file.write_bytes(b"\n".join(every) + b"\n")
    made = update(file, present=present, target=folder / "own", as_of="2026-04-01")
    return made, Index(folder / "own")


def ended(index: Index) -> set[str]:
    return {before for before, today in index.crosswalk.items() if not today}


def test_a_whole_file_ends_what_it_lacks(present: Index, tmp_path: Path) -> None:
    made, index = done(present, tmp_path, *NEW)
    assert (made.moved, made.ended, made.faults, made.kept) == (1, 4, [], {})
    assert ended(index) == {f"{WAKAYAMA}0002000", f"{WAKAYAMA}0004000", f"{KAINAN}0002000", f"{KAINAN}0003000"}
    assert "older" not in str(made)
    assert not (tmp_path / "own.faults.csv").exists()
    assert Engine(index).normalise("海南市冷水1").town_id == "0008000"


AKIBA = line(WAKAYAMA, "0002000", "秋葉町")
BROKEN = [
    pytest.param(AKIBA.encode().replace("葉".encode(), b"\xff\xfe"), "oaza_cho", id="byte"),
    pytest.param(line(WAKAYAMA, "0002000", "秋葉町", post_code="64O8157"), "post_code", id="postal code"),
    pytest.param(line(WAKAYAMA, "0002000", "秋葉町", rep_lat="34,21"), "rep_lon", id="one cell more"),
    pytest.param(line(WAKAYAMA, "0002000", "秋葉町", rep_lat="34.2I"), "rep_lat", id="latitude"),
    pytest.param(line(WAKAYAMA, "0002000", "秋葉町", rep_lon="NaN"), "rep_lon", id="longitude"),
    pytest.param(line(WAKAYAMA, "0002000", "秋葉町") .rpartition(",")[0], "rep_lon", id="one cell less"),
    pytest.param(line(WAKAYAMA, "0002000", '"秋葉町'), None, id="open quote"),
    pytest.param(line(WAKAYAMA, "000200O", "秋葉町"), "machiaza_id", id="id"),
    pytest.param(line(WAKAYAMA, "0002000", "秋" * 32), "oaza_cho", id="too long"),
]  # fmt: skip


@pytest.mark.parametrize(("broken", "column"), BROKEN)
def test_the_towns_of_a_municipality_with_an_unreadable_line_stay(
    present: Index, tmp_path: Path, broken: str | bytes, column: str | None
) -> None:
    made, index = done(present, tmp_path, *NEW[:2], broken, *NEW[2:])
    assert (made.report.read, made.report.kept, made.report.n_faults) == (5, 4, 1)
    (fault,) = made.faults
    assert (fault.where.file, fault.where.line, fault.where.field) == ("mt_town.csv", 4, column)
    assert fault.remedy
    assert ended(index) == {f"{KAINAN}0002000", f"{KAINAN}0003000"}
    assert (made.moved, made.ended, made.kept) == (1, 2, {WAKAYAMA: 2})
    assert index.vintage[f"towns-{WAKAYAMA}"] == "2026-04-01, 2 older"
    engine = Engine(index)
    kept, fresh = engine.normalise("和歌山市秋葉町1"), engine.normalise("海南市冷水1")
    assert (kept.town_id, kept.lat) == ("0002000", pytest.approx(34.2, abs=1e-3))
    assert fresh.town_id == "0008000"
    assert engine.normalise("和歌山市有本1").town_id == "0009000"
    assert "302015: 2 older towns that the file lacks stay as they were, for mt_town.csv:4" in str(made)
    assert "take the file again when it is mended" in str(made)


@pytest.mark.parametrize("broken", [line("3O2015", "0002000", "秋葉町"), line("302016", "0002000", "秋葉町"), "秋葉町",
                                    AKIBA.encode().replace(b"302", b"\xff02")])  # fmt: skip
def test_a_line_that_does_not_tell_its_municipality_ends_nothing_anywhere(
    present: Index, tmp_path: Path, broken: str | bytes
) -> None:
    made, index = done(present, tmp_path, *NEW, broken)
    assert ended(index) == set()
    assert made.kept == {WAKAYAMA: 2, KAINAN: 2}
    assert "mt_town.csv:6 does not tell its municipality: nothing ended" in str(made)
    assert Engine(index).normalise("海南市冷水1").town_id == "0008000"


def test_what_a_good_line_ends_ends_also_beside_a_bad_one(present: Index, tmp_path: Path) -> None:
    over = line(WAKAYAMA, "0004000", "岩橋", ablt_date="2025-03-31")
    made, index = done(present, tmp_path, *NEW, over, line(WAKAYAMA, "x", "秋葉町"))
    assert ended(index) == {f"{WAKAYAMA}0004000", f"{KAINAN}0002000", f"{KAINAN}0003000"}
    assert made.kept == {WAKAYAMA: 1}


def test_a_town_whose_own_line_is_unreadable_keeps_its_name(present: Index, tmp_path: Path) -> None:
    """有本 is to go from 0003000 to 0009000, but the line of 0003000 cannot be read: both are told, the older stays."""
    made, index = done(present, tmp_path, *NEW, line(WAKAYAMA, "0003000", "有本", post_code="?"))
    assert Engine(index).normalise("和歌山市有本1").town_id == "0003000"
    assert f"{WAKAYAMA}0003000" not in index.crosswalk
    assert [fault.where.line for fault in made.faults] == [6, 3]
    assert "whose own line cannot be read" in made.faults[1].what
    assert made.report.kept == 3


def test_the_mended_file_then_ends_what_had_stayed(present: Index, tmp_path: Path) -> None:
    done(present, tmp_path, *NEW, line(WAKAYAMA, "x", "秋葉町"))
    made, index = done(Index(tmp_path / "own"), tmp_path, *NEW)
    assert {f"{WAKAYAMA}0002000", f"{WAKAYAMA}0004000"} <= ended(index)
    assert made.faults == []
    assert not any("older" in day for day in index.vintage.values())
    assert not (tmp_path / "own.faults.csv").exists()


def test_an_id_that_a_file_ended_by_mistake_comes_back(present: Index, tmp_path: Path) -> None:
    done(present, tmp_path, *NEW)
    _, index = done(Index(tmp_path / "own"), tmp_path, *NEW, line(WAKAYAMA, "0004000", "岩橋"))
    assert f"{WAKAYAMA}0004000" not in index.crosswalk


def test_every_fault_stands_in_a_file_beside_the_index(present: Index, tmp_path: Path) -> None:
    bad = [line(WAKAYAMA, f"x{n}", "秋葉町") for n in range(1500)]
    made, _ = done(present, tmp_path, *NEW, *bad)
    rows = list(csv.DictReader((tmp_path / "own.faults.csv").open(encoding="utf-8-sig")))
    assert [row["line"] for row in rows] == [str(n) for n in range(6, 1506)]
    assert rows[0] == {"file": "mt_town.csv", "line": "6", "column": "machiaza_id", "what": "'x0' cannot be read",
                       "remedy": "write the 7 digits of 町字ID"}  # fmt: skip
    assert (made.report.n_faults, len(made.faults)) == (1500, 1000)
    assert "1,500 faults" in str(made)
    assert f"each of them stands in {tmp_path / 'own.faults.csv'}" in str(made)


def test_a_file_of_which_nothing_can_be_read_changes_nothing(present: Index, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="none of its 2 lines can be read; the first: 'x' cannot be read"):
        done(present, tmp_path, line(WAKAYAMA, "x", "秋葉町"), line(WAKAYAMA, "y", "秋葉町"))
    assert not (tmp_path / "own").exists()


@pytest.mark.parametrize(
    "header", ["lg_code,machiaza_id", "machiaza_id,oaza_cho", "lg_code,machiaza_id,oaza_cho,oaza_cho"]
)
def test_a_header_that_lacks_what_says_the_name_is_refused(present: Index, tmp_path: Path, header: str) -> None:
    (tmp_path / "mt_town.csv").write_text(f"{header}\n{WAKAYAMA},0001000,葵町,葵町\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"oaza_cho|mt_city"):
        update(tmp_path / "mt_town.csv", present=present, target=tmp_path / "own")


def test_a_zip_of_two_kinds_is_refused_by_the_second(present: Index, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        archive.writestr("a.csv", "\n".join([HEADER, *NEW]))
        archive.writestr("b.csv", "lg_code,pref,city\n302015,和歌山県,和歌山市\n")
    with pytest.raises(BadInput, match="two kinds: town and city") as told:
        update(tmp_path / "t.zip", present=present, target=tmp_path / "own")
    assert told.value.where.file == "t.zip/b.csv"


def test_a_bad_line_in_one_file_of_a_zip_is_told_with_that_file(present: Index, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        archive.writestr("a.csv", "\n".join([HEADER, *NEW[:2]]))
        archive.writestr("b.csv", "\n".join([HEADER, *NEW[2:], line(KAINAN, "", "名高")]))
    made = update(tmp_path / "t.zip", present=present, target=tmp_path / "own")
    assert [str(fault.where) for fault in made.faults] == ["t.zip/b.csv:4, field machiaza_id"]
    assert (made.faults[0].what, made.kept) == ("is missing", {KAINAN: 2})


def test_a_text_of_parquet_that_is_not_utf8_costs_its_own_row(present: Index, tmp_path: Path) -> None:
    names = HEADER.split(",")
    rows = [one.split(",") for one in [*NEW, line(WAKAYAMA, "0002000", "秋葉町")]]
    columns = {name: pa.array([row[at].encode() for row in rows], pa.binary()) for at, name in enumerate(names)}
    columns["oaza_cho"] = pa.array(
        [b"\xff\xfe" if row[1] == "0002000" else row[2].encode() for row in rows], pa.binary()
    )
    table = pa.table({name: column.view(pa.string()) for name, column in columns.items()})
    pq.write_table(table, tmp_path / "mt_town.parquet")
    made = update(tmp_path / "mt_town.parquet", present=present, target=tmp_path / "own")
    assert [str(fault.where) for fault in made.faults] == ["mt_town.parquet, record 5, field oaza_cho"]
    assert (made.report.kept, made.kept) == (4, {WAKAYAMA: 2})
    (tmp_path / "torn.parquet").write_bytes((tmp_path / "mt_town.parquet").read_bytes()[:-20])
    with pytest.raises(BadInput, match="no whole Parquet file"):
        update(tmp_path / "torn.parquet", present=present, target=tmp_path / "own")


LOTS = "lg_code,machiaza_id,prc_id,prc_num1,prc_num2,prc_num3,ablt_date,rep_lat,rep_lon"


def lots(folder: Path, present: Index, *rows: str) -> tuple[Updated, set[str]]:
    (folder / "mt_parcel.csv").write_text("\n".join([LOTS, *rows]) + "\n", encoding="utf-8")
    made = update(folder / "mt_parcel.csv", present=present, target=folder / "own", as_of="2026-04-01")
    return made, {lot.place + lot.number for lot in Index(folder / "own").blocks.lots("parcel")}


def test_numbers_of_a_municipality_with_an_unreadable_line_stay(present: Index, tmp_path: Path) -> None:
    first = [f"{code},0001000,00{n},{n},,,,," for code in OLD for n in (1, 2, 3)]
    _, before = lots(tmp_path, present, *first)
    assert len(before) == 6
    rows = [
        f"{WAKAYAMA},0001000,004,4,,,,,",
        f"{WAKAYAMA},0001000,003,3,,,2025-01-01,,",
        f"{KAINAN},0001000,001,1,,,,,",
    ]
    made, after = lots(tmp_path, Index(tmp_path / "own"), *rows, f"{WAKAYAMA},0001000,002,2,,,,north,")
    assert after == {f"{WAKAYAMA}0001000{n}" for n in (1, 2, 4)} | {f"{KAINAN}00010001"}
    assert made.kept == {WAKAYAMA: 2}
    assert [str(fault.where) for fault in made.faults] == ["mt_parcel.csv:5, field rep_lat"]
    assert "302015: 2 older numbers that the file lacks stay as they were" in str(made)
    assert Index(tmp_path / "own").vintage[f"lots-{WAKAYAMA}"] == "2026-04-01, 2 older"


def test_a_new_municipality_is_added_and_a_broken_line_of_one_told(present: Index, tmp_path: Path) -> None:
    text = "lg_code,pref,city\n302031,和歌山県,橋本市\n30204X,和歌山県,有田市\n302058,東京都,御坊市\n302074,和歌山県,\n"
    (tmp_path / "mt_city.csv").write_text(text, encoding="utf-8")
    made = update(tmp_path / "mt_city.csv", present=present, target=tmp_path / "own")
    assert [(fault.where.line, fault.where.field) for fault in made.faults] == [
        (3, "lg_code"),
        (4, "pref"),
        (5, "city"),
    ]
    assert {one.city for one in Index(tmp_path / "own").cities} == {"和歌山市", "海南市", "橋本市"}


def test_the_command_ends_with_status_1_when_lines_were_left_out(
    present: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("kiban.registries.address.index.embedded", lambda: present)
    monkeypatch.setattr("kiban.registries.address.index.own_folder", lambda: tmp_path / "index" / "own")
    for rows, status in ((NEW, 0), ([*NEW, line(WAKAYAMA, "x", "秋葉町")], 1)):
        (tmp_path / "mt_town.csv").write_text("\n".join([HEADER, *rows]), encoding="utf-8")
        assert main(["registry", "update", str(tmp_path / "mt_town.csv")]) == status
    told = capsys.readouterr().out
    assert "4 of 5 rows taken" in told
    assert "mt_town.csv:6, field machiaza_id: 'x' cannot be read → write the 7 digits of 町字ID" in told


def test_an_update_is_in_the_ledger_beside_the_index(
    present: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "index" / "own"
    monkeypatch.setattr("kiban.registries.address.index.embedded", lambda: present)
    monkeypatch.setattr("kiban.registries.address.index.own_folder", lambda: own)
    file = tmp_path / "mt_town.csv"
    file.write_text("\n".join([HEADER, *NEW, line(WAKAYAMA, "x", "秋葉町")]), encoding="utf-8")

    assert main(["registry", "update", str(file), "--operator", "b-registrar"]) == 1
    (entry,) = SqliteStore(Path(f"{own}.ledger"), read_only=True).entries()
    assert entry.kind == "registry_updated"
    assert entry.body
    assert entry.body.content()["data"] == {
        "actor": "b-registrar",
        "part": "town",
        "file": "mt_town.csv",
        "digest": hashlib.sha256(file.read_bytes()).hexdigest(),
        "n_read": 5,
        "n_faults": 1,
        "n_municipalities": 2,
    }
    assert main(["ledger", "verify", f"{own}.ledger"]) == 0


def test_where_no_record_can_be_kept_nothing_is_taken_in(
    present: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "index" / "own"
    monkeypatch.setattr("kiban.registries.address.index.embedded", lambda: present)
    monkeypatch.setattr("kiban.registries.address.index.own_folder", lambda: own)
    (tmp_path / "mt_town.csv").write_text("\n".join([HEADER, *NEW]), encoding="utf-8")

    def taken(_: Path) -> None:
        raise JournalInUse("another worker writes the journal", remedy="leave the events to it")

    monkeypatch.setattr("kiban.shell.cli._trail.ledger_beside", taken)
    assert main(["registry", "update", str(tmp_path / "mt_town.csv")]) == 3
    assert not own.exists()
