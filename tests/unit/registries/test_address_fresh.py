"""Addresses that no list of the peers has: written by hand from the real country, and made from the registry.

``golden/addresses.tsv``: text, prefecture and municipality (``-``: none may be stated), town, block; by kind.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiban.registries import Address, Level, normalise
from kiban.registries.address.fold import kanji
from kiban.registries.address.index import CITY_BASE, City, embedded

GOLDEN = Path(__file__).parent / "golden" / "addresses.tsv"
Case = tuple[str, str, str, str, str]


def golden() -> Iterator[Case]:
    kind = ""
    for line in GOLDEN.read_text(encoding="utf-8").split("\n"):
        if line.startswith("#"):
            kind = line[2:]
        elif line:
            text, place, town, block = line.split("\t")
            yield kind, text.replace("\\n", "\n").replace("\\r", "\r"), place, town, block


def folded(text: str) -> str:
    return embedded().fold.key(text).replace("\x1f", "")


def found(text: str) -> tuple[str, str, str]:
    answer = normalise(text)
    place = f"{answer.prefecture}{answer.municipality}" if answer.municipality_code else "-"
    return place, folded(answer.town), answer.block


def test_the_golden_addresses_are_many() -> None:
    assert len(list(golden())) >= 900


@pytest.mark.parametrize("kind", sorted({case[0] for case in golden()}))
def test_golden_addresses_by_kind(kind: str) -> None:
    wrong = [
        (text, wanted, got)
        for own, text, place, town, block in golden()
        if own == kind and (got := found(text)) != (wanted := (place, folded(town), block))
    ]
    assert not wrong, wrong


def test_golden_addresses_normalised_again_stay() -> None:
    for _, text, place, _, _ in golden():
        first = normalise(text)
        again = normalise(str(first)) if first.level >= Level.TOWN and not first.rest else first
        assert (first.municipality_code, first.town_id) == (again.municipality_code, again.town_id), (text, place)


Noise = Callable[[str, random.Random], str]
NUMERALS = "〇一二三四五六七八九十百千"
DASHES = "-－−–—‐ー―ｰ"


def wide(text: str, chance: random.Random) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "0" <= c <= "9" else c for c in text)


def blanks(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text))
    gap = chance.choice((" ", "　", "\n", "\t", "、"))
    inside = all(one.isascii() or one.isdecimal() or one in NUMERALS for one in text[max(0, at - 1) : at + 1])
    return text if inside else text[:at] + gap + text[at:]


def postal(text: str, chance: random.Random) -> str:
    return (
        chance.choice(("〒{:03}-{:04} ", "{:03}-{:04} ", "〒{:03}{:04}")).format(
            chance.randrange(1, 1000), chance.randrange(10000)
        )
        + text
    )


def person(text: str, chance: random.Random) -> str:
    return text + chance.choice((" 山田様方", "　第2コーポ203号室", " ハイツ㈱ 5F", "\n電話03-0000-0000", "（2階）"))


def small(text: str, chance: random.Random) -> str:
    return text.translate(str.maketrans("ヶケ", "ケヶ")) if chance.random() < 0.5 else text.replace("ノ", "の")


NOISES: tuple[Noise, ...] = (wide, blanks, postal, person, small)


def lot(chance: random.Random) -> tuple[str, str]:
    numbers = [chance.randrange(1, 900 if n == 0 else 40) for n in range(chance.choice((1, 2, 2, 3)))]
    expected = "-".join(map(str, numbers))
    dash = chance.choice(DASHES)
    first, *more = map(str, numbers)
    forms = [dash.join(map(str, numbers)), "の".join(map(str, numbers))]
    forms.append(f"{first}番地" + "".join("の" + one for one in more))
    if len(numbers) == 2:
        forms += [f"{first}番{more[0]}号", f"{kanji(numbers[0])}番{kanji(numbers[1])}号"]
    return chance.choice(forms), expected


def head(city: City, chance: random.Random) -> str:
    """The municipality with or without prefecture; without county where a prefecture stands."""
    full = f"{city.county}{city.city}{city.ward}"
    return chance.choice((f"{city.prefecture}{full}", f"{city.prefecture}{city.city}{city.ward}", full))


def made(seed: int, count: int) -> Iterator[tuple[str, City, str, str]]:
    """Text, municipality, folded town, block: any town of the country in any of the notations."""
    index, chance = embedded(), random.Random(seed)
    size = len(index.trie)
    for _ in range(count):
        key_id = chance.randrange(size)
        key = index.trie.restore_key(key_id)
        number = index.town_number(key_id)
        if not number:
            continue
        border = index.border(key) if number % 1000 >= 100 else len(key)
        town = index.spelling(key, key_id, border=border)
        city = index.cities[ord(key[0]) - CITY_BASE]
        written, block = lot(chance)
        if chance.random() < 0.3 and number % 1000 < 100:
            town_text = town.removeprefix("大字").removeprefix("字")
        else:
            town_text = town
        gap = " " if town_text[-1:].isdecimal() or town_text[-1:] in NUMERALS + "壱弐参" else ""
        text = head(city, chance) + town_text + gap + written
        for noise in chance.sample(NOISES, chance.randrange(3)):
            text = noise(text, chance)
        yield text, city, folded(town), block


def judged(seed: int, count: int) -> tuple[int, list[tuple[str, Address]], list[tuple[str, str, Address]]]:
    """How many, those with a wrong municipality, those with another town or block."""
    total, astray, other = 0, [], []
    for text, city, town, block in made(seed, count):
        total += 1
        answer = normalise(text)
        if answer.municipality_code and answer.municipality_code != city.code:
            astray.append((text, answer))
        elif (folded(answer.town), answer.block) != (town, block):
            other.append((text, town, answer))
    return total, astray, other


def test_made_addresses_never_state_a_wrong_municipality() -> None:
    total, astray, other = judged(seed=20261121, count=4_000)
    assert not astray, astray[:5]
    assert len(other) <= 0.01 * total, (len(other), other[:10])


def test_kana_of_any_town_never_leads_to_a_wrong_municipality() -> None:
    index, chance, reached = embedded(), random.Random(5), 0
    hiragana = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
    for _ in range(300):
        number = chance.randrange(len(index.cities))
        city, readings = index.cities[number], index.readings(number)
        if not readings:
            continue
        oaza = chance.choice(sorted(readings))
        text = city.kana.replace(" ", "") + readings[oaza] + chance.choice(("1-2-3", "5", "12ばんち", ""))
        answer = normalise(text.translate(hiragana) if chance.random() < 0.5 else text)
        assert answer.municipality_code in ("", city.code), (text, answer)
        reached += answer.municipality_code == city.code
    assert reached > 250


def test_a_letter_lost_or_turned_seldom_reaches_a_town_elsewhere() -> None:
    """旭川市 without 川 is 旭市, and that is what it says; a place that the text does not name is never guessed."""
    chance, total, elsewhere = random.Random(99), 0, []
    for text, city, _, _ in made(seed=99, count=2_000):
        at = chance.randrange(0, max(1, len(text) - 4))
        lost, turned = text[:at] + text[at + 1 :], text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :]
        answer = normalise(chance.choice((lost, turned)))
        total += 1
        if answer.level >= Level.TOWN and answer.municipality_code != city.code and answer.prefecture != "":
            own = folded(f"{answer.city}{answer.ward}")
            elsewhere.append((text, str(answer), own in folded(answer.input)))
    assert len(elsewhere) <= 0.005 * total, elsewhere
    assert all(named for *_, named in elsewhere), elsewhere


@pytest.mark.long
def test_a_hundred_thousand_made_addresses_never_state_a_wrong_municipality() -> None:
    total, astray, other = judged(seed=7, count=100_000)
    assert not astray, astray[:5]
    assert len(other) <= 0.01 * total, (len(other), other[:20])
