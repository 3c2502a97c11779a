"""Readings in Roman letters and back, over names as they are and kana as they may be."""

from __future__ import annotations

import csv
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiban.kernel.characters import Likeness
from kiban.kernel.values import (
    BadValue,
    Difference,
    PersonName,
    Spelling,
    check_reading,
    doubled,
    kana_readings,
    reading_difference,
    romanise,
    romanise_name,
    same_reading,
)
from kiban.kernel.values.romanisation import HEPBURN
from shared_data import shared

PLAIN = sorted(set(HEPBURN) - set("ヴヰヱヲ"))
SOUNDS = st.sampled_from([*PLAIN, "ン", *(f"{one}{small}" for one in "キシチニヒミリギジビピ" for small in "ャュョ")])
DOUBLE = st.sampled_from([f"ッ{one}" for one in "カキクケコサシスセソタチツテトパピプペポ"])
NAMES = st.lists(SOUNDS | SOUNDS | DOUBLE, min_size=1, max_size=5).map("".join)
FOREIGN = re.compile("[ァィゥェォヴ]|デュ|フョ")
FULL = (Spelling.KUNREI, Spelling.HEPBURN)


@pytest.mark.parametrize(
    ("kana", "expected"),
    [
        ("カアサン", "Kāsan"),
        ("オオノ", "Ōno"),
        ("サトウ", "Satō"),
        ("トウキョウ", "Tōkyō"),
        ("シンジュク", "Shinjuku"),
        ("アンパン", "Anpan"),
        ("アンマン", "Anman"),
        ("カンパイ", "Kanpai"),
        ("テッパン", "Teppan"),
        ("ニッチョク", "Nicchoku"),
        ("シンイチ", "Shin'ichi"),
        ("チバ", "Chiba"),
        ("ツトム", "Tsutomu"),
        ("フジ", "Fuji"),
    ],
)
def test_the_spelling_of_2025_as_it_was_reported(kana: str, expected: str) -> None:
    assert romanise(kana, Spelling.HEPBURN) == expected


@pytest.mark.parametrize(
    ("kana", "expected"),
    [
        ("コウノ", "KOHNO"),
        ("オオノ", "OHNO"),
        ("イトウ", "ITOH"),
        ("カトウ", "KATOH"),
        ("ヨコオ", "YOKOO"),
        ("ユウコ", "YUKO"),
    ],
)
def test_long_o_as_oh_where_it_is_asked_for(kana: str, expected: str) -> None:
    assert romanise(kana, Spelling.PASSPORT_OH) == expected


def test_a_name_takes_its_kanji_to_know_what_is_long() -> None:
    name = PersonName.parse("松浦　裕子", kana="まつうら　ゆうこ")
    assert romanise_name(name) == "MATSUURA YUKO"
    assert romanise_name(name, Spelling.KUNREI) == "Matuura Yûko"
    assert romanise_name(PersonName.parse("井上", kana="イノウエ")) == "INOUE"
    assert name.roman == ""
    with pytest.raises(BadValue):
        romanise_name(PersonName.parse("松浦　裕子"))


@pytest.mark.parametrize(
    ("roman", "expected"),
    [("Satô", "Satoo"), ("Ōno", "Oono"), ("ŌNO", "OONO"), ("Satô Ôno", "Satoo Oono"), ("Abe", "Abe")],
)
def test_signs_may_be_written_as_double_vowels(roman: str, expected: str) -> None:
    assert doubled(roman) == expected


def ipadic() -> list[tuple[str, str]]:
    with shared("data/ipadic_person_names.tsv").open(encoding="utf-8", newline="") as file:
        return [(row["surface"], row["kana"]) for row in csv.DictReader(file, delimiter="\t")]


def test_every_name_of_a_dictionary_is_written_in_all_ways_and_is_the_same_reading() -> None:
    """Only foreign sounds have no rule, and only where the way has none for them."""
    names = sorted({(kana, surface) for surface, kana in ipadic()})
    refused = []
    for kana, surface in names:
        for way in Spelling:
            try:
                roman = romanise(kana, way, written=surface)
            except BadValue:
                refused.append((kana, way))
                continue
            assert same_reading(roman, kana) is Likeness.COMPATIBLE, (kana, roman)

    assert len(names) > 20_000
    assert {way for _, way in refused} == set(FULL)
    assert [kana for kana, _ in refused if not FOREIGN.search(kana)] == []


@given(kana=NAMES)
@settings(max_examples=300)
def test_all_ways_of_writing_one_reading_are_one_reading(kana: str) -> None:
    spelt = [romanise(kana, way) for way in Spelling]
    assert all(same_reading(one, kana) is Likeness.COMPATIBLE for one in spelt)
    assert all(same_reading(one, other) is not Likeness.DIFFERENT for one in spelt for other in spelt)
    assert all(one.isascii() and one.isupper() and one.isalpha() for one in spelt[:2])


@given(kana=st.lists(SOUNDS, min_size=1, max_size=3).map("".join))
@settings(max_examples=200, deadline=None)
def test_a_reading_is_among_the_kana_of_its_letters(kana: str) -> None:
    for way in (Spelling.PASSPORT, *FULL):
        assert kana in kana_readings(romanise(kana, way), most=3000)


@given(kana=NAMES)
def test_letters_with_signs_are_never_read_as_short(kana: str) -> None:
    roman = romanise(kana, Spelling.HEPBURN)
    if roman.isascii():
        return
    assert all(len(read) > len(roman) / 4 for read in kana_readings(roman, most=5))
    assert doubled(roman).isascii()


@given(text=st.text("abcdefghijklmnopqrstuvwxyz'ōûŌ ", max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_letters_are_read_soon_and_at_most_as_many_as_asked(text: str) -> None:
    found = kana_readings(text, most=10)
    assert len(found) <= 10
    assert len(set(found)) == len(found)
    assert all(same_reading(text, kana) is not Likeness.UNKNOWN for kana in found if kana)


@given(kana=NAMES)
def test_nothing_differs_from_itself_and_size_is_told(kana: str) -> None:
    large = kana.translate(str.maketrans("ャュョッ", "ヤユヨツ"))
    assert reading_difference(kana, kana) is Difference.NONE
    assert reading_difference(kana, large) is (Difference.NONE if large == kana else Difference.SIZE)


@pytest.mark.parametrize(
    ("name", "remarks"),
    [
        (PersonName("佐藤", "太郎", "サトウ", "タロウ"), []),
        (PersonName("佐藤", "陽子", "サトウ", "ヨーコ"), []),
        (PersonName("佐藤", "太郎", "サトウ"), [("名", None, True)]),
        (PersonName(undivided="佐藤太郎", undivided_kana="サトウタロウ"), [("氏", None, True), ("名", None, True)]),
        (PersonName("佐藤", "薫", "サトウ", "カヲル"), [("名", 2, False)]),
        (PersonName("佐藤", "瑠", "サトウ", "ヴィオラ"), [("名", 1, False)]),
        (PersonName("佐藤", "瑠", "サトウ", "ジョン・ポール"), [("名", 4, False)]),
        (PersonName("佐藤", "瑠", "サトウ", "ジョン ポール"), [("名", 4, False)]),
        (PersonName("佐藤", "瑠", "サトウ", "ーラ"), [("名", 1, False)]),
    ],
)
def test_what_an_office_would_ask_of_a_reading(name: PersonName, remarks: list[tuple[str, int | None, bool]]) -> None:
    found = check_reading(name)
    assert [(one.where.field, one.where.column, one.verified) for one in found] == remarks
    assert all(one.what for one in found)
