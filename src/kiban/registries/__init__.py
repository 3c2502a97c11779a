"""Base registries (ベース・レジストリ): municipalities, towns, addresses, house numbers; offline."""

from kiban.registries.address.model import Address, Hit, Level
from kiban.registries.address.parse import normalise
from kiban.registries.address.search import reverse, search, towns
from kiban.registries.errors import UnknownMunicipality, UnknownTown
from kiban.registries.town_registry import Municipality, Town, TownRegistry, town_registry


def municipality(code: str) -> Municipality:
    """The municipality or ward of a 6-digit 全国地方公共団体コード. Raises: UnknownMunicipality."""
    return town_registry().municipality(code)


def municipalities() -> tuple[Municipality, ...]:
    """All municipalities and wards, in the order of their codes."""
    return tuple(town_registry().municipalities.values())


__all__ = [
    "Address",
    "Hit",
    "Level",
    "Municipality",
    "Town",
    "TownRegistry",
    "UnknownMunicipality",
    "UnknownTown",
    "municipalities",
    "municipality",
    "normalise",
    "reverse",
    "search",
    "town_registry",
    "towns",
]
