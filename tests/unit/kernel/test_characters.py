"""Characters: folding, comparison by the vectors, target sets, bank kana."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiban.kernel.characters import (
    BANK_KANA,
    CharacterSet,
    NotHoldable,
    bank_kana,
    compare_kana,
    compare_key,
    compare_names,
    fold,
    shrink,
    unholdable,
)
from kiban.kernel.characters.sets import BASIS
from kiban.kernel.characters.tables import fold_table, standard_characters
from shared_data import shared

NAMES = st.text(st.characters(codec="utf-8"), max_size=30)


def test_the_vectors_of_the_link_normaliser() -> None:
    vectors = json.loads(shared("data/link-normaliser-vectors.json").read_text())
    compare = {"name": compare_names, "kana": compare_kana}
    wrong = [
        (v["field"], v["a"], v["b"], v["expect"], str(compare[v["field"]](v["a"], v["b"])))
        for v in vectors
        if v["field"] in compare and compare[v["field"]](v["a"], v["b"]) != v["expect"]
    ]

    assert wrong == []


@pytest.mark.parametrize(("a", "b"), ["髙高", "﨑崎", "邉辺", "邊辺", "ヶケ", "神神", "－-"])
def test_variants_fold_to_one(a: str, b: str) -> None:
    assert fold(a) == fold(b) == b


def test_each_character_of_the_table_folds_to_its_class() -> None:
    assert len(fold_table()) > 15_000
    assert [chr(a) for a, b in fold_table().items() if fold(chr(a)) != fold(chr(b))] == []


@given(NAMES)
def test_folding_and_keys_change_nothing_the_second_time(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    compare_key(text), compare_names(text, text[::-1]), compare_kana(text, text[::-1])


@given(NAMES, st.sampled_from(list(CharacterSet)))
def test_a_shrunk_text_is_held_by_its_set(text: str, target: CharacterSet) -> None:
    try:
        held = shrink(text, target)
    except NotHoldable:
        return

    assert unholdable(held, target) == ()


def test_lawful_replacements_are_named_with_their_basis() -> None:
    (lost,) = unholdable("山髙", "jisx0208")

    assert (lost.at, lost.replacements[0].text) == (1, "高")
    assert "JIS" in lost.replacements[0].basis
    assert unholdable("髙﨑𠮷", "standard") == ()
    assert shrink("𠮷田　邉󠄂", "jisx0208") == "吉田　邉"


@pytest.mark.parametrize(
    ("text", "kana"),
    [
        ("ヤマダ　タロウ", "ﾔﾏﾀﾞ ﾀﾛｳ"),
        ("しょうこ", "ｼﾖｳｺ"),
        ("ﾊﾟｰﾌﾟﾙ", "ﾊﾟ-ﾌﾟﾙ"),
        ("カ）キバン", "ｶ)ｷﾊﾞﾝ"),
        ("smith", "SMITH"),
        ("ヴァン", "ｳﾞｱﾝ"),
    ],
)
def test_bank_kana(text: str, kana: str) -> None:
    assert bank_kana(text) == kana


@given(NAMES)
def test_bank_kana_holds_only_its_set_and_is_stable(text: str) -> None:
    try:
        made = bank_kana(text)
    except NotHoldable:
        return

    assert set(made) <= BANK_KANA
    assert bank_kana(made) == made


def test_a_kanji_in_bank_kana_is_named_with_its_place() -> None:
    with pytest.raises(NotHoldable) as caught:
        bank_kana("ヤマ田")

    assert caught.value.where.column == 3


def test_every_kanji_of_the_standard_is_held_or_named_for_each_set() -> None:
    """What JIS X 0208 cannot hold of the 文字情報基盤: each replacement has its table and can be held."""
    lost = [c for c in sorted(standard_characters()) if unholdable(c, CharacterSet.JISX0208)]
    found = {c: unholdable(c, CharacterSet.JISX0208)[0].replacements for c in lost}
    held = [c for c, ways in found.items() if ways]

    assert len(lost) > 40_000
    assert len(held) > 16_000
    assert all(one.basis in BASIS.values() for ways in found.values() for one in ways)
    assert [c for c in held if unholdable(shrink(c, "jisx0208"), "jisx0208")] == []


@pytest.mark.parametrize(
    ("target", "held", "lost"),
    [
        ("jisx0208", "亜齋高崎〜−", "髙﨑𠮷①ｱé"),
        ("jisx0213", "亜﨑𠮟①é", "髙𠮷ｱ😀"),
        ("standard", "亜髙﨑𠮷①邉", "😀"),
        ("bank_kana", "ｱｶﾞA1()-", "アa高ｧ"),
    ],
)
def test_what_each_set_holds(target: str, held: str, lost: str) -> None:
    assert unholdable(held, target) == ()
    assert [one.character for one in unholdable(lost, target)] == list(lost)


def test_folding_leaves_the_original_and_different_characters_apart() -> None:
    text = "髙﨑　邉ケヶ"
    fold(text)

    assert text == "髙﨑　邉ケヶ"
    assert fold("斎藤") != fold("斉藤")
    assert len({fold(c) for c in "邉邊辺"}) == 1
    assert compare_key("ショウ子") == compare_key("シヨウ子") != compare_key("ショウコ")
