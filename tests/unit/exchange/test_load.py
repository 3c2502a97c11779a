"""`kiban load residents`: good lines in, bad ones told by line and column, nothing half-written."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZipFile

import pytest

from agency_sample import A, people
from kiban.kernel.errors import BadInput
from kiban.shell.cli import main
from kiban.simulators.agencies import Running, prepare
from kiban.simulators.agencies.kinds import DEMO
from kiban.simulators.agencies.load import load_residents

HEADER = "識別番号,世帯番号,続柄,氏,名,氏カナ,名カナ,生年月日,性別,address.city,address.town\n"
GOOD = (
    "1,10,世帯主,佐藤,一,サトウ,ハジメ,1980-01-02,男,海南市,日方\n"
    "2,10,妻,佐藤,二,サトウ,フミ,１９８１/02/03,2,海南市,日方\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    specs = [spec for spec in DEMO if spec.id == A]
    prepare(tmp_path / "land", people(), agencies=specs)
    return tmp_path / "land" / A


def codes(key: str, count: int) -> Sequence[str]:
    return [f"{key}-{i}" for i in range(count)]


def rows(folder: Path, where: str = "1") -> list[tuple[str, ...]]:
    connection = sqlite3.connect(folder / "register.sqlite")
    found = connection.execute(
        f"SELECT family, given, birth_date, sex, address, position FROM residents WHERE {where}"
    ).fetchall()
    connection.close()
    return found


def test_good_lines_are_loaded_beside_bad_ones(folder: Path, tmp_path: Path) -> None:
    bad = "3,10,子,佐藤,,,,2010-13-01,X,海南市,日方\n1,11,世帯主,鈴木,三,,,1990-01-01,1,,\n4,11\n"
    file = tmp_path / "residents.csv"
    file.write_text(HEADER + GOOD + bad, encoding="cp932")

    loaded = load_residents(file, folder, codes=codes)

    assert (loaded.fresh, loaded.report.kept, loaded.report.read) == (2, 2, 5)
    told = [(fault.where.line, fault.where.field) for fault in loaded.report.faults]
    assert told == [(4, "名"), (4, "生年月日"), (4, "性別"), (5, "識別番号"), (6, "続柄")]
    assert rows(folder, "family = '佐藤'") == [
        ("佐藤", "一", "1980-01-02", "1", '{"city":"海南市","town":"日方"}', 0),
        ("佐藤", "二", "1981-02-03", "2", '{"city":"海南市","town":"日方"}', 1),
    ]


def test_loading_again_changes_values_and_keeps_codes(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "residents.csv"
    file.write_text(HEADER + GOOD, encoding="utf-8")
    first = load_residents(file, folder, codes=codes)
    file.write_text(HEADER + GOOD.replace("佐藤,一", "佐藤,壱"), encoding="utf-8")

    again = load_residents(file, folder, codes=codes)

    assert (again.fresh, again.changed) == (0, 1)
    assert again.codes == first.codes
    assert load_residents(file, folder, codes=codes).changed == 0
    assert {r[1] for r in rows(folder, "family = '佐藤'")} == {"壱", "二"}


def test_days_may_be_of_an_era(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "residents.csv"
    file.write_text(HEADER + GOOD.replace("1980-01-02", "昭和55年1月2日"), encoding="utf-8")

    assert load_residents(file, folder, codes=codes).report.faults == []

    assert ("一", "1980-01-02") in {row[1:3] for row in rows(folder, "family = '佐藤'")}


def test_a_packed_file_and_a_header_over_two_lines_are_loaded(folder: Path, tmp_path: Path) -> None:
    """As spreadsheets save them: a blank line before, a quoted name with a break in it; 自治体 pack such files."""
    packed = tmp_path / "residents.zip"
    with ZipFile(packed, "w") as archive:
        archive.writestr("residents.csv", "\n" + HEADER.replace("\n", ',"備\n考"\n') + GOOD.replace("\n", ",\n"))

    assert load_residents(packed, folder, codes=codes).report.kept == 2
    assert [row[1] for row in rows(folder, "family = '佐藤'")] == ["一", "二"]


def test_nothing_is_written_when_the_codes_cannot_be_had(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "residents.csv"
    file.write_text(HEADER + GOOD, encoding="utf-8")
    before = rows(folder)

    def down(key: str, count: int) -> Sequence[str]:
        raise ConnectionError(key)

    with pytest.raises(ConnectionError):
        load_residents(file, folder, codes=down)
    assert rows(folder) == before


def test_a_file_that_is_none(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("氏,名\nあ,い\n", encoding="utf-8")
    with pytest.raises(BadInput, match="resident_id"):
        load_residents(file, folder, codes=codes)
    file.write_text(HEADER + GOOD, encoding="utf-8")
    with pytest.raises(BadInput, match="no register"):
        load_residents(file, tmp_path, codes=codes)


def test_the_command_gets_codes_from_the_core(
    running: Running, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "residents.csv"
    file.write_text(HEADER + GOOD + "3,,,,,,,,,,\n", encoding="utf-8")

    status = main(["load", "residents", str(file), "--agency", str(running.prepared.folder / A)])

    told = capsys.readouterr().out
    assert status == 1
    assert "2 of 3 rows taken" in told
    assert "residents.csv:4" in told
    connection = sqlite3.connect(running.prepared.folder / A / "register.sqlite")
    found = [row[0] for row in connection.execute("SELECT person_code FROM loaded")]
    connection.close()
    assert [len(code) for code in found] == [26, 26]
