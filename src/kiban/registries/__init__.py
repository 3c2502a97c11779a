"""Base registries (ベース・レジストリ): municipalities, towns and house numbers, offline right after install."""

from kiban.registries.errors import UnknownMunicipality, UnknownTown
from kiban.registries.towns import Municipality, Town, TownRegistry, town_registry

__all__ = ["Municipality", "Town", "TownRegistry", "UnknownMunicipality", "UnknownTown", "town_registry"]
