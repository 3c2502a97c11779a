"""Municipalities, towns and house numbers of the embedded registry."""

from __future__ import annotations

import pytest

from kiban.registries import UnknownMunicipality, UnknownTown, town_registry


def check_digit(code: str) -> bool:
    """全国地方公共団体コード: the sixth digit from the five before it (weights 6 to 2, modulo 11)."""
    rest = sum(int(digit) * weight for digit, weight in zip(code, range(6, 1, -1), strict=False)) % 11
    return int(code[5]) == (11 - rest) % 10


def test_every_municipality_has_a_right_code_and_names() -> None:
    registry = town_registry()

    assert len(registry.municipalities) == 1918
    assert len(registry.prefectures) == 47
    assert all(check_digit(code) for code in registry.municipalities)
    assert all(one.prefecture and one.city for one in registry.municipalities.values())
    assert registry.municipality("302015").name == "和歌山市"


def test_towns_are_known_for_nearly_every_municipality_and_ids_are_unique_in_it() -> None:
    registry = town_registry()
    without = []
    for code in registry.municipalities:
        towns = registry.towns(code)
        names = [town.name for town in towns]
        assert len(names) == len(set(names)), code
        if not towns:
            without.append(code)

    # designated cities themselves (their wards have the towns), villages without 町字, wards newer than the data
    assert len(without) <= 40


def test_a_town_with_house_numbers_and_one_without() -> None:
    registry = town_registry()
    numbered = registry.town("302015", "0003000")

    assert (numbered.name, numbered.numbered) == ("秋葉町", True)
    blocks = registry.blocks("302015", "0003000")
    assert list(blocks)[:3] == ["1", "2", "3"]
    assert "1" in blocks["1"]
    assert registry.blocks("302015", "0176000") == {}


def test_what_does_not_exist_is_refused() -> None:
    registry = town_registry()
    with pytest.raises(UnknownMunicipality):
        registry.municipality("999999")
    with pytest.raises(UnknownTown):
        registry.town("302015", "9999999")


def test_the_data_say_of_when_they_are() -> None:
    assert {"municipalities", "towns", "house-numbers-302015"} <= set(town_registry().vintage)
