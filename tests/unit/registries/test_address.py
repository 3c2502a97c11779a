"""The address engine by example, and what must hold for any text."""

from __future__ import annotations

import random
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiban.registries import UnknownMunicipality, UnknownTown, normalise, reverse, search, towns
from kiban.registries.address.index import CITY_BASE, EMBEDDED, embedded
from kiban.registries.address.kana import forms_of

EXAMPLES = [
    ("霞が関2-1-6", "131016", "0002002", "1-6"),
    ("東京都千代田区霞ヶ関二丁目１番６号", "131016", "0002002", "1-6"),
    ("〒100-0013 東京都千代田区霞が関２の１の６", "131016", "0002002", "1-6"),
    ("北海道札幌市中央区北1条西6丁目1-2アーバンネット札幌ビル2F", "011011", "0017006", "1-2"),
    ("北海道札幌市北区北１６西２－１－１", "011029", "0013002", "1-1"),
    ("東京都千代田区紀尾井町1丁目3番地", "131016", "0056000", "1-3"),
    ("京都府京都市下京区堀川通五条下る柿本町580", "261068", "0096000", "580"),
]


@pytest.mark.parametrize(("text", "code", "town", "block"), EXAMPLES)
def test_example(text: str, code: str, town: str, block: str) -> None:
    found = normalise(text)
    assert (found.municipality_code, found.block) == (code, block), found
    assert found.town_id[:4] == town[:4] or code in {"011011", "261068"}
    assert 20 < (found.lat or 0) < 46


def test_old_municipality_names_the_date() -> None:
    found = normalise("福井県坂井郡丸岡町北横地1-2")
    assert found.municipality_code == "182109"
    assert any("2006-03-20" in note for note in found.notes)


def test_same_name_is_decided_by_the_town_or_not_at_all() -> None:
    assert normalise("府中市").municipality_code == ""
    assert "広島県" in normalise("府中市").notes[0]
    assert normalise("府中市宮西町2-24").municipality_code == "132063"


def test_kana() -> None:
    found = normalise("とうきょうとちよだくかすみがせき2ちょうめ1ばん6ごう")
    assert (found.municipality_code, found.town_id, found.block) == ("131016", "0002002", "1-6")


def test_building_and_rest_stay_as_written() -> None:
    found = normalise("東京都港区芝公園４－２－８　東京タワー　１Ｆ")
    assert (found.block, found.building) == ("2-8", "東京タワー　１Ｆ")
    unknown = normalise("東京都港区ないない町１－１")
    assert (unknown.level, unknown.rest) == (2, "ないない町１－１")


@settings(max_examples=300, deadline=None)
@given(
    st.text(max_size=60)
    | st.text("東京都港区芝公一二三十百千丁目番地号字大0123456789-ー－のノ々 　〒\x1f", max_size=40)
)
def test_any_text_is_answered_and_twice_is_once(text: str) -> None:
    first = normalise(text)
    assert first.input == text
    second = normalise(str(first)) if first.level >= 3 and not first.rest else first
    assert second.municipality_code == first.municipality_code
    assert second.town == first.town


TAILS = st.lists(st.integers(1, 3000).map(str), min_size=1, max_size=4).map("-".join) | st.sampled_from(
    ["6491番地-2", "32番号", "1番地の2", "13字75番地1", "5番3号201号室", "甲12番地", "無番地", "千二百番地"]
)
BUILDINGS = st.sampled_from(
    [
        "",
        "シャトー青葉Ⅱ 105",
        "東京タワー　１Ｆ",
        "㍿ビル",
        "ﾊｲﾂ ｶﾞｰﾃﾞﾝ 2号棟",
        "第3ビル５階",
        "(郵便局私書箱第1号)",
        "字ビル①",
    ]
)
HEADS = ["東京都千代田区紀尾井町", "〒100-0013 霞が関2丁目", "福井市問屋町2丁目", "能登町字松波", "京都市下京区柿本町"]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(HEADS), TAILS, st.sampled_from([" ", "　"]), BUILDINGS)
def test_block_and_building_twice_are_once(head: str, tail: str, gap: str, building: str) -> None:
    first = normalise(f"{head}{tail}{gap}{building}")
    assert first.level >= 3
    assert first.building in first.input
    second = normalise(str(first))
    parts = [(one.town_id, one.block, one.building, one.rest, one.level) for one in (first, second)]
    assert parts[0] == parts[1]


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=80))
def test_any_bytes_are_survived(content: bytes) -> None:
    assert 0 <= normalise(content.decode("utf-8", "surrogateescape")).level <= 8
    assert 0 <= normalise("東京都港区芝" + content.decode("cp932", "replace")).level <= 8


@pytest.mark.long
def test_every_town_of_the_country_formatted_and_parsed_comes_back() -> None:
    assert round_trip_misses(step=1) == []


def round_trip_misses(step: int) -> list[tuple[str, str]]:
    index = embedded()
    missed = []
    for number, (key, key_id) in enumerate(index.trie.iteritems()):
        if number % step:
            continue
        town_number = index.town_number(key_id)
        border = index.border(key) if town_number % 1000 >= 100 else len(key)
        city = index.cities[ord(key[0]) - CITY_BASE]
        town = index.spelling(key, key_id, border=border)
        found = normalise(f"{city.name}{town}")
        read = found.town + (found.block if town_number == 0 and "-" in key else "")  # a lot of the postal data
        if (found.municipality_code, read) != (city.code, town if read == found.town else lot(town)):
            missed.append((f"{city.name}{town}", found.town))
    return missed


def lot(town: str) -> str:
    return unicodedata.normalize("NFKC", town).replace("\u2212", "-")


def test_a_lot_that_has_a_postal_code_of_its_own_is_a_lot_of_its_town() -> None:
    found = normalise("山梨県北杜市大泉町西井出８２４０−１")
    assert (found.town, found.town_id, found.block) == ("大泉町西井出", "0033000", "8240-1")
    assert normalise("山梨県北杜市大泉町西井出8240-15").block == "8240-15"


def test_a_sample_of_towns_formatted_and_parsed_comes_back() -> None:
    assert round_trip_misses(step=97) == []


def test_search_for_a_picker() -> None:
    assert search("かすみがせき")[0].town_id == "0002001"
    assert str(search("港区芝公園")[0]) == "東京都港区芝公園一丁目"
    assert search("渋谷", limit=1)[0].prefecture == "東京都"
    assert {hit.municipality_code for hit in search("日", municipality="302023")} == {"302023"}
    assert search("", limit=0) == []
    with pytest.raises(UnknownMunicipality):
        search("日", municipality="999999")


def test_reverse_and_towns() -> None:
    hits = towns("302023")
    assert len(hits) > 80
    assert all(hit.lat is None or 33 < hit.lat < 35 for hit in hits)
    one = random.Random(1).choice(hits)
    assert reverse("302023", one.town_id).town == one.town
    with pytest.raises(UnknownTown):
        reverse("302023", "9999999")


def test_the_data_carry_their_vintage_and_stay_small() -> None:
    assert embedded().vintage["version"] == "2026.11.4"
    assert embedded().vintage["towns"] == "2022-04"
    assert sum(file.stat().st_size for file in EMBEDDED.iterdir()) < 15_000_000


def test_first_answer_is_quick_and_small() -> None:
    code = (
        "import time; from pathlib import Path; from kiban.registries import normalise; normalise('港区芝公園4-2-8');"
        "status = Path('/proc/self/status').read_text().split('VmHWM:')[1];"
        "print(time.process_time(), int(status.split()[0]) // 1024)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    seconds, megabytes = map(float, done.stdout.split())
    assert megabytes <= 64
    assert seconds <= 0.5  # 0.15 on a quiet machine (bench/bench_address.py); shared machines stretch it


GOLDEN = Path(__file__).parent / "golden" / "search_prefixes.tsv"


def test_what_people_type_finds_the_town_they_mean() -> None:
    """236 beginnings in kanji, kana, both, half width, with and without municipality; the town among the first."""
    rows = [line.split("\t") for line in GOLDEN.read_text(encoding="utf-8").splitlines() if line[0] != "#"]
    wrong = []
    for typed, town, place in rows:
        names = [str(hit) for hit in search(typed)][: int(place)]
        if not any(name.startswith(town) for name in names):
            wrong.append((typed, town, names))
    assert wrong == []
    assert len(rows) == 236


def test_a_town_is_found_by_its_reading_with_or_without_oaza() -> None:
    for typed in ("ながくら", "おおあざながくら"):
        assert "長野県北佐久郡軽井沢町大字長倉" in [str(hit) for hit in search(typed, municipality="203211")]
    assert str(normalise("ながのけんきたさくぐんかるいざわまちながくら1")) == "長野県北佐久郡軽井沢町大字長倉1"
    assert forms_of("アザブ") == ("アザブ",)
    assert forms_of("アザイナトミ") == ("アザイナトミ", "イナトミ")


def test_no_hit_comes_twice_and_the_limit_is_kept() -> None:
    for typed in (
        "なかのしま",
        "本町",
        "ほんちょう",
        "かいなんし",
        "中央1丁目",
        "東京都中央",
        "い",
        "ー",
        "ぁ",
        "1",
        "ﾎﾝﾁｮｳ",
    ):
        for limit in (0, 1, 10, 50):
            hits = search(typed, limit=limit)
            assert len(hits) == len(set(hits)) <= limit
