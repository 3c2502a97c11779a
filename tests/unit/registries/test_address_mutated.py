"""Addresses spoilt at random: nothing is ever raised, nothing of the text is made up, and the answer is stable.

The texts are all that the golden files and the shared cases have, with characters lost, put in, turned, doubled,
widened, or with a piece of another address.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from tests import address_cases as judged

from kiban.registries import Address, normalise

GOLDEN = Path(__file__).parent / "golden"
SIGNS = (
    "0123456789０１２３-－ー―ｰ‐ 　\t\n,、/・|()（）「」の之ノ番地号丁目条線通区市町村郡県都道府字大小甲乙丙イロハニ子丑"
    "一二三四五六七八九十百千〇々〒東西南北上下入ル中新本外筆先様方気付内階棟室ABFｱｶﾞぁが①Ⅳ㈱\u200b\ufeff\xa0\U000e0100\u3099"
)


@cache
def texts() -> tuple[str, ...]:
    lines = [
        line.partition("\t")[0].replace("\\n", "\n")
        for file in sorted(GOLDEN.glob("*.tsv"))
        for line in file.read_text(encoding="utf-8").split("\n")
        if line and not line.startswith("# ")
    ]
    return (*lines, *(case["input"] for name in ("cases", "office", "generated") for case in judged.cases(name)[::4]))


def lost(text: str, draw: random.Random) -> str:
    at = draw.randrange(len(text) + 1)
    return text[:at] + text[at + draw.randint(1, 3) :]


def put_in(text: str, draw: random.Random) -> str:
    at = draw.randrange(len(text) + 1)
    return text[:at] + "".join(draw.choices(SIGNS, k=draw.randint(1, 3))) + text[at:]


def replaced(text: str, draw: random.Random) -> str:
    at = draw.randrange(len(text) + 1)
    return text[:at] + draw.choice(SIGNS) + text[at + 1 :]


def turned(text: str, draw: random.Random) -> str:
    at = draw.randrange(len(text) + 1)
    return text[:at] + text[at : at + 2][::-1] + text[at + 2 :]


def doubled(text: str, draw: random.Random) -> str:
    at = draw.randrange(len(text) + 1)
    end = at + draw.randint(1, 6)
    return text[:end] + text[at:]


def joined(text: str, draw: random.Random) -> str:
    other = draw.choice(texts())
    return text[: draw.randrange(len(text) + 1)] + other[draw.randrange(len(other) + 1) :]


def widened(text: str, draw: random.Random) -> str:
    return "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" and draw.random() < 0.5 else one for one in text)


def decomposed(text: str, draw: random.Random) -> str:
    return unicodedata.normalize(draw.choice(["NFD", "NFKD"]), text)


def kanji_numbers(text: str, draw: random.Random) -> str:
    return "".join("〇一二三四五六七八九"[int(one)] if one.isdecimal() and draw.random() < 0.5 else one for one in text)


KINDS: tuple[Callable[[str, random.Random], str], ...] = (
    lost, put_in, replaced, turned, doubled, joined, widened, decomposed, kanji_numbers,
)  # fmt: skip


def mutated(count: int, seed: int) -> Iterator[str]:
    draw = random.Random(seed)
    for _ in range(count):
        text = draw.choice(texts())
        for _ in range(draw.choice((1, 1, 1, 2, 3, 6))):
            text = draw.choice(KINDS)(text, draw)
        yield text


def place(one: Address) -> tuple[str, str, str, str]:
    return one.municipality_code, one.town_id, one.town, one.block


def fault(text: str) -> str:
    """What is wrong with the answer to a text; empty when nothing is."""
    first = normalise(text)
    if first.input != text:
        return "the input is not kept"
    if not all(part in text for part in (first.building, *first.rest.split(" "))):
        return "the building or the rest is not of the text"
    if first.municipality_code and place(first) != place(normalise(str(first))):
        return f"not stable: {place(first)} {place(normalise(str(first)))} {str(first)!r}"
    return ""


def test_spoilt_addresses() -> None:
    wrong = [(text, why) for text in mutated(4_000, 1) if (why := fault(text))]
    assert len(wrong) <= 20, wrong  # spoilt beyond reading: 内丸10番1号番1号


@pytest.mark.timeout(1500)  # minutes of work on a machine that has nothing else to do
@pytest.mark.long
def test_many_spoilt_addresses() -> None:
    wrong = [(text, why) for text in mutated(200_000, 2) if (why := fault(text))]
    assert len(wrong) <= 1_000, (len(wrong), wrong[:20])


@pytest.mark.parametrize(
    "text",
    [
        "あさひ市ニあさひ市ニ1920", "千葉県旭市ニあさひ市ニ1920", "4目丁2-8目", "東京都港区芝公園4目丁2-8目",
        "北海道上川郡上川郡東神楽町南一条西１丁目丁目三-二",
    ],
)  # fmt: skip
def test_nothing_is_read_without_end(text: str) -> None:
    assert normalise(text).input == text
