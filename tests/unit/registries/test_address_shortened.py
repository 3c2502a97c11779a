"""Municipalities without their 市, 区, 町 or 村, as people shorten them: theirs or none is stated, never another's."""

from __future__ import annotations

import random

import pytest

from kiban.registries import normalise
from kiban.registries.address.index import City, embedded
from kiban.registries.address.search import towns


def shortened(city: City) -> tuple[str, ...]:
    """水戸, 横浜中区, 横浜中, 横浜市中."""
    bare, ward = city.city[:-1], city.ward
    return (bare + ward, bare + ward[:-1], city.city + ward[:-1]) if ward else (bare,)


def test_a_shortened_municipality_is_never_another() -> None:
    index, chance, wrong, own = embedded(), random.Random(8), [], 0
    for number, city in enumerate(index.cities):
        names = [] if number in index.wards else [hit.town.replace("大字", "") for hit in towns(city.code)]
        for name in shortened(city) if names else ():
            for prefecture in (city.prefecture, city.prefecture.rstrip("県府"), ""):
                text = f"{prefecture}{name}{chance.choice(names)}{chance.randint(1, 30)}-{chance.randint(1, 20)}"
                found = normalise(text)
                own += found.municipality_code == city.code
                of_city = city.ward and (found.prefecture, found.city, found.ward) == (city.prefecture, city.city, "")
                if found.municipality_code not in ("", city.code) and not of_city:
                    wrong.append((text, city.name, str(found)))
    assert wrong == []
    assert own > 250


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("茨城県水戸三の丸1-5-38", "茨城県"),  # 水戸市三の丸; a town of 桜川市 is named 水戸
        ("秋田県湯沢寺沢30-3", "秋田県"),  # 湯沢市寺沢; 由利本荘市 has 湯沢字寺沢
        ("千葉市川大和田3-11-2", ""),  # 千葉県市川市大和田
        ("さいたま市南辻3-6-18", "埼玉県さいたま市"),  # 南区辻; 岩槻区 has 南辻
        ("新潟市東山の下町3-4", "新潟県新潟市"),  # 東区山の下町; 西区 has 東山
        ("千葉八千代佐山3-19", ""),  # 千葉県八千代市佐山; 島田市 has 千葉
        ("茨城県桜川市水戸1-5", "茨城県桜川市"),
        ("さいたま市大和田町1-1-1", "埼玉県さいたま市見沼区"),
    ],
)
def test_where_two_may_be_meant_none_is_stated(text: str, place: str) -> None:
    found = normalise(text)
    assert f"{found.prefecture}{found.municipality}" == place
    assert found.level > 2 or found.notes
