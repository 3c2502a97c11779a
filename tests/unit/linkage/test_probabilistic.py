from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pytest

from kiban.linkage.fingerprints import Source
from kiban.linkage.probabilistic import Matching, match, matches
from kiban.linkage.probabilistic.levels import addresses, births, names
from kiban.linkage.probabilistic.records import table
from kiban.population.faults import Faults
from kiban.shell.cli import main
from unit.linkage.nation import made

TARO = {"氏名": "髙橋 太郎", "カナ氏名": "ﾀｶﾊｼ ﾀﾛｳ", "生年月日": "S55.4.1", "住所": "和歌山県和歌山市七番丁２３番地"}


def record(folder: Path, **other: str) -> dict[str, Any]:
    """The one row of a file as the search reads it."""
    folder.mkdir()
    row = {"整理番号": "7", "個人番号": "", "性別": "男", **TARO, **other}
    pl.DataFrame([row]).write_parquet(folder / "a.parquet")
    found: dict[str, Any] = table(Source.of(folder)).to_pylist()[0]
    return found


def level(comparison: Any, left: dict[str, Any], right: dict[str, Any]) -> str:
    """The label of the first level that holds, decided by DuckDB as Splink does."""
    columns = {f"{item}_l": [left[item]] for item in left} | {f"{item}_r": [right[item]] for item in right}
    pair = pa.table({name: pa.array(value) for name, value in columns.items()})
    base = duckdb.connect().register("pair", pair)
    for one in comparison.create_comparison_dict("duckdb")["comparison_levels"]:
        sql = one["sql_condition"].strip()
        if sql.upper() == "ELSE" or base.execute(f"select {sql} from pair").fetchone()[0]:
            return str(one["label_for_charts"])
    raise AssertionError


@pytest.mark.parametrize(
    ("other", "names_level", "births_level", "addresses_level"),
    [
        ({"氏名": "高橋　太郎", "カナ氏名": "タカハシ　タロウ", "生年月日": "1980-04-01", "住所": "和歌山市7番丁23"},
         "name and reading same", "same", "same home"),
        ({"カナ氏名": ""}, "name same, no reading", "same", "same home"),
        ({"氏名": "高橋 太朗", "生年月日": "1980-04-11"},
         "reading same, name differs", "one part differs", "same home"),
        ({"氏名": "山田 太郎", "カナ氏名": "ヤマダ タロウ", "住所": "和歌山市七番丁5"},
         "given name same (family name changed)", "same", "same town"),
        ({"氏名": "高橋 花子", "カナ氏名": "タカハシ ハナコ", "生年月日": "1980-01-04", "住所": "海南市日方1"},
         "family name same", "one part differs", "all other"),
        ({"氏名": "高橋 次郎丸", "カナ氏名": ""}, "family name same", "same", "same home"),
        ({"氏名": "高橋 大郎", "カナ氏名": "タカハシ オオロウ", "生年月日": "1980-04-11"},
         "name or reading nearly the same", "one part differs", "same home"),
        ({"カナ氏名": "タハカシ タロウ"}, "name same, reading nearly", "same", "same home"),
        ({"カナ氏名": "タカハジ タロウ", "生年月日": "1970-04-01"},
         "name same, reading nearly", "one part differs", "same home"),
        ({"氏名": "林 一", "カナ氏名": "ハヤシ ハジメ", "生年月日": "1951-12-24"},
         "all other", "all other", "same home"),
    ],
)  # fmt: skip
def test_levels_tell_what_differs(
    tmp_path: Path, other: dict[str, str], names_level: str, births_level: str, addresses_level: str
) -> None:
    left, right = record(tmp_path / "a"), record(tmp_path / "b", **other)

    assert level(names(), left, right).lower().startswith(names_level.lower())
    assert level(births(), left, right).lower().startswith(births_level.lower())
    assert level(addresses(), left, right).lower().startswith(addresses_level.lower())


def test_a_missing_item_is_no_difference(tmp_path: Path) -> None:
    left, right = record(tmp_path / "a"), record(tmp_path / "b", 生年月日="", 住所="")

    assert right["birth"] is None
    assert right["home"] is None
    assert "null" in level(births(), left, right).lower()
    assert "null" in level(addresses(), left, right).lower()


def test_the_key_never_leaves_the_table_of_the_search_in_clear(tmp_path: Path) -> None:
    number = pl.read_parquet(made("nhi") / "register" / "*.parquet")["individual_number"][0]

    assert number not in map(str, record(tmp_path / "a", 個人番号=number).values())


@pytest.mark.long
def test_records_find_their_person_without_trust_in_the_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = made("health", faults=Faults(family_mixup=0.01, name_typing=0.03, birth_typing=0.03, late_move=0.5))
    found = match(Matching(folder / "register", folder / "agencies/health", tmp_path / "out"))
    truth = pl.read_parquet(folder / "truth/health/*.parquet").select(pl.col("record_id", "person_id").cast(str))
    right = dict(truth.iter_rows())
    sure = [one for one in found if one.probability >= 0.99]

    assert len(sure) >= 0.99 * len(right)
    assert sum(one.person == right[one.record] for one in sure) >= 0.999 * len(sure)
    assert matches(tmp_path / "out") == found
    check = ["--register", str(folder / "register"), "--agency", str(folder / "agencies/health")]
    assert main(["linkage", "check", *check, "--out", str(tmp_path / "check")]) == 1
    wide = ["linkage", "match", check[0], check[1], "--records", check[3], "--out", str(tmp_path / "few")]
    assert main([*wide, "--undecided", str(tmp_path / "check")]) in {0, 1}
    assert "records with a person" in capsys.readouterr().out
    assert len(matches(tmp_path / "few")) <= 20
