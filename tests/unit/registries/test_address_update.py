"""Newer official files: the user's own index, the crosswalk of ids, numbers known to a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.shared_data import shared

from kiban.kernel.errors import BadInput
from kiban.registries.address.index import EMBEDDED, VERSION, Index
from kiban.registries.address.parse import Engine
from kiban.registries.address.update import read_rows, update

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
