"""Addresses for publication and in space: nothing behind the town, no area that too few rows share."""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiban.kernel.errors import BadInput
from kiban.kernel.values import BadValue
from kiban.registries import municipalities, normalise, reverse, towns
from kiban.registries.address.coarse import COLUMNS, NOTHING, Publication, coarse, publish, shared
from kiban.registries.address.model import Address, Level
from kiban.registries.address.space import spatial_id
from kiban.shell.cli import main
from shared_data import shared as data

HOUSE = "和歌山市七番丁23番地 城ビル301 山田太郎様"
SOME = (
    "港区芝公園四丁目",
    "港区芝公園一丁目",
    "港区六本木一丁目",
    "海南市日方",
    "海南市名高",
    "和歌山市七番丁",
    "東京都",
    "どこか",
)
AREAS = [coarse(normalise(town)) for town in SOME]


@pytest.mark.parametrize(
    ("text", "level", "expected"),
    [
        ("東京都港区芝公園4-2-8 芝マンション101", Level.TOWN_PART, "東京都港区芝公園四丁目"),
        ("東京都港区芝公園4-2-8 芝マンション101", Level.TOWN, "東京都港区芝公園"),
        ("東京都港区芝公園4-2-8 芝マンション101", Level.MUNICIPALITY, "東京都港区"),
        ("東京都港区芝公園4-2-8 芝マンション101", Level.PREFECTURE, "東京都"),
        ("東京都港区芝公園4-2-8 芝マンション101", Level.NOTHING, ""),
        (HOUSE, Level.TOWN_PART, "和歌山県和歌山市七番丁"),
        ("海南市日方1525-6", Level.TOWN, "和歌山県海南市日方"),
        ("札幌市中央区北1条西2丁目 1", Level.MUNICIPALITY, "北海道札幌市中央区"),
        ("海草郡紀美野町動木287", Level.MUNICIPALITY, "和歌山県海草郡紀美野町"),
        ("和歌山県", Level.TOWN_PART, "和歌山県"),
        ("どこか遠く1-2-3", Level.TOWN_PART, ""),
    ],
)
def test_an_address_ends_with_its_town_or_a_wider_area(text: str, level: Level, expected: str) -> None:
    found = coarse(normalise(text), level=level)
    assert f"{found.prefecture}{found.municipality}{found.town}" == expected
    assert (found.input, found.block, found.building, found.rest, found.notes) == ("", "", "", "", ())
    assert found.level <= level
    assert found.postal_code == ""


def test_the_point_of_a_house_becomes_that_of_its_town() -> None:
    house = normalise("和歌山市葵町1番1号")
    assert house.level == Level.NUMBER_KNOWN
    town = reverse(house.municipality_code, house.town_id)
    assert (house.lat, house.lon) != (town.lat, town.lon)
    assert (coarse(house).lat, coarse(house).lon) == (town.lat, town.lon)


def test_no_business_address_keeps_anything_behind_its_town() -> None:
    with gzip.open(data("data/address-office-dev.jsonl.gz"), "rt", encoding="utf-8") as file:
        texts = [json.loads(line)["input"] for line in file][:1500]
    wrong = []
    for text in texts:
        whole = normalise(text)
        found = coarse(whole)
        kept = [getattr(found, name) for name in ("input", "block", "building", "rest", "notes", "postal_code")]
        same = (found.municipality_code, found.town) == (whole.municipality_code, whole.town) and coarse(found) == found
        if any(kept) or found.level > Level.TOWN_PART or not same:
            wrong.append((text, found))

    assert len(texts) == 1500
    assert wrong == []


def test_towns_of_the_whole_country_become_wider_and_wider() -> None:
    """Towns of every 25th municipality: each step tells what the narrower one told or less, at its level or below."""
    wrong = []
    found = [town for one in municipalities()[::25] for town in towns(one.code)[::5]]
    for town in found:
        area = normalise(f"{town}1番地")
        for level in (Level.TOWN_PART, Level.TOWN, Level.MUNICIPALITY, Level.PREFECTURE, Level.NOTHING):
            wider = coarse(area, level=level)
            parts = [
                (wider.town, area.town),
                (wider.municipality, area.municipality),
                (wider.prefecture, area.prefecture),
            ]
            if wider.level > level or not all(then.startswith(now) for now, then in parts) or coarse(wider) != wider:
                wrong.append((str(town), level, wider))
            area = wider

    assert len(found) > 1000
    assert wrong == []


def test_a_source_that_changes_while_it_is_read_is_not_published(tmp_path: Path) -> None:
    source = table(tmp_path, *["1,海南市日方1,,2"] * 5000)

    def change(_: int) -> None:
        source.write_text("番号,住所,方書,値\n", encoding="utf-8")

    with pytest.raises(BadInput, match="changed while it was read"):
        publish(Publication(source, tmp_path / "out.csv", ["住所"], progress=change))
    assert [one.name for one in tmp_path.iterdir()] == ["in.csv"]


@given(rows=st.lists(st.sampled_from(AREAS), max_size=60), least=st.integers(1, 8))
@settings(max_examples=150, deadline=None)
def test_every_area_that_is_told_has_enough_rows(rows: list[Address], least: int) -> None:
    found = shared(rows, least=least)
    counts = Counter(found)
    assert all(count >= least for area, count in counts.items() if area != NOTHING)
    assert all(now.level <= then.level for now, then in zip(found, rows, strict=True))
    assert all(now in (coarse(then, level=Level(now.level)), then) for now, then in zip(found, rows, strict=True))


def test_a_row_alone_is_not_found_by_taking_away_the_others() -> None:
    """Three of one town and one of another of the city: the one is told neither by its town nor by its city."""
    rows = [AREAS[3]] * 3 + [AREAS[4]]
    assert [one.level for one in shared(rows, least=3)] == [3, 3, 3, 0]
    rows = [AREAS[3]] * 3 + [AREAS[4]] * 2 + [AREAS[5]]
    assert [one.level for one in shared(rows, least=3)] == [3, 3, 3, 1, 1, 1]
    rows = [AREAS[3]] * 2 + [AREAS[4]] * 2 + [AREAS[5]]
    assert [one.town or one.city for one in shared(rows, least=2)] == ["日方", "日方", "名高", "名高", ""]


def table(folder: Path, *lines: str) -> Path:
    path = folder / "in.csv"
    path.write_text("\n".join(("番号,住所,方書,値", *lines)) + "\n", encoding="utf-8")
    return path


def test_a_file_is_published_without_its_addresses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [f"{n},東京都港区芝公園4-2-{n},芝マンション{n},{n * 10}" for n in range(1, 6)]
    source = table(tmp_path, *rows, "6,海南市日方1,,60", "7,a,b,c,d")
    target = tmp_path / "out.csv"
    words = ["address", "coarsen", str(source), str(target), "--column", "住所", "--column", "方書"]

    assert main(words) == 1
    out = list(csv.DictReader(target.open(encoding="utf-8")))
    assert list(out[0]) == ["番号", "値", *(f"address_{name}" for name in COLUMNS)]
    assert [row["値"] for row in out] == [str(n * 10) for n in range(1, 7)]
    assert {row["address_town"] for row in out[:5]} == {"芝公園四丁目"}
    assert out[5]["address_level"] == "0"
    assert "マンション" not in target.read_text(encoding="utf-8")
    told = capsys.readouterr().out
    assert "in.csv:8" in told
    assert "left as they were: 番号, 値" in told
    assert sorted(one.name for one in tmp_path.iterdir()) == ["in.csv", "out.csv"]


@pytest.mark.parametrize(
    ("columns", "least", "said"),
    [(["住所がない"], 5, "missing"), (["住所"], 0, "cannot share"), (["住所", "住所"], -1, "cannot share")],
)
def test_what_cannot_be_published_leaves_no_file(tmp_path: Path, columns: list[str], least: int, said: str) -> None:
    job = Publication(table(tmp_path, "1,海南市日方1,,2"), tmp_path / "out.csv", columns, least)
    with pytest.raises(BadInput, match=said):
        publish(job)
    assert [one.name for one in tmp_path.iterdir()] == ["in.csv"]


def test_an_address_has_its_box_in_space(capsys: pytest.CaptureFixture[str]) -> None:
    found = normalise("東京都港区芝公園4-2-8")
    box = spatial_id(found, zoom=18, height=40.0)
    assert str(box) == "18/0/232833/103248"
    assert spatial_id(normalise("どこか"), zoom=18) is None
    with pytest.raises(BadValue):
        spatial_id(found, zoom=36)
    assert main(["spatial", "id", "東京都港区芝公園4-2-8", "--zoom", "18"]) == 0
    assert capsys.readouterr().out == "18/0/232833/103248\n"
    assert main(["spatial", "id", "どこか"]) == 1


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["spatial", "id", "--lat", "35.685371", "--lon", "139.753098", "--zoom", "18"], 0, "18/0/232837/103222"),
        (["spatial", "id", "--lat", "0", "--lon", "0", "--height", "10", "--zoom", "25"], 0, "25/10/16777216/16777216"),
        (["spatial", "id", "--lat", "90", "--lon", "0"], 1, "end before the poles"),
        (["spatial", "id", "--lat", "35"], 1, "give an address, or --lat and --lon"),
        (["spatial", "id"], 1, "no place, or two"),
        (["spatial", "id", "港区", "--lat", "1", "--lon", "1"], 1, "no place, or two"),
        (["spatial", "show", "22/6/3725284/1651062"], 0, "height: 48 to 56 m"),
        (["spatial", "show", "0/0/0/0"], 0, "parent: -"),
        (["spatial", "show", "35/0/0/0"], 0, "children: -"),
        (["spatial", "show", "x"], 1, "not z/f/x/y"),
        (["name", "roman", "マツウラ ユウコ", "--written", "松浦 裕子", "--way", "passport"], 0, "MATSUURA YUKO"),
        (["name", "roman", "サトウ"], 0, "kunrei\tSatô"),
        (["name", "roman", "ティナ"], 1, "passport\tTEINA"),
        (["name", "roman", "ティナ", "--way", "kunrei"], 1, "no rule for the sounds"),
        (["name", "kana", "Satoh"], 0, "サトウ"),
        (["name", "kana", "Smith"], 1, ""),
        (["name", "same", "Satoh", "サトウ"], 0, "compatible"),
        (["name", "same", "Suzuki", "サトウ"], 1, "different"),
        (["name", "same", "佐藤", "サトウ"], 1, "unknown"),
        (["name", "reading", "さとう", "たろう"], 0, ""),
        (["name", "reading", "サトウ", "カヲル"], 1, "名 2: ヲ: not settled"),
    ],
)
def test_commands(capsys: pytest.CaptureFixture[str], words: list[str], status: int, said: str) -> None:
    assert main(words) == status
    told = capsys.readouterr()
    assert said in told.out + told.err
