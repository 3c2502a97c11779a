"""The address picker: choices level by level, no typing, no script."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from kiban.registries import TownRegistry
from kiban.shell.screens import Option


class AddressBook(Protocol):
    """Knows which addresses there are."""

    def choices(self, path: tuple[str, ...]) -> tuple[Option, ...]:
        """What can be chosen below a path of codes; nothing when it is complete."""
        ...

    def labels(self, path: tuple[str, ...]) -> tuple[Option, ...]:
        """The chosen parts with their names."""
        ...

    def address(self, path: tuple[str, ...], *, rest: str) -> dict[str, Any] | None:
        """The address in the form of GIF, or nothing while it is not complete."""
        ...

    def municipality(self, path: tuple[str, ...]) -> str:
        """The 6-digit code of the municipality, once it is chosen."""
        ...


@dataclass(frozen=True, slots=True)
class RegistryAddresses:
    """The address base registry, level by level: prefecture, municipality, town, block, house number.

    ``members`` are the municipalities that the exchange reaches: only there can an application be filed. The first
    level is therefore the municipality. Where the registry has no house numbers, the rest is written.
    """

    registry: TownRegistry
    members: Mapping[str, str]

    def choices(self, path: tuple[str, ...]) -> tuple[Option, ...]:
        match path:
            case ():
                return tuple(Option(code, self._name(code)) for code in sorted(self.members))
            case (code,):
                return tuple(Option(town.id, town.name) for town in self.registry.towns(code))
            case (code, town):
                return tuple(Option(b, f"{b}番") for b in self.registry.blocks(code, town))
            case (code, town, block):
                houses = self.registry.blocks(code, town).get(block, ())
                return tuple(Option(house, f"{house}号") for house in houses)
            case _:
                return ()

    def _name(self, code: str) -> str:
        one = self.registry.municipality(code)
        return f"{one.prefecture}{one.name}"

    def labels(self, path: tuple[str, ...]) -> tuple[Option, ...]:
        makers: tuple[Callable[[str], str], ...] = (
            self._name, lambda town: self.registry.town(path[0], town).name, "{}番".format, "{}号".format,
        )  # fmt: skip
        return tuple(Option(code, make(code)) for code, make in zip(path, makers, strict=False))

    def address(self, path: tuple[str, ...], *, rest: str) -> dict[str, Any] | None:
        code = self.municipality(path)
        if not code or len(path) < 2:
            return None
        complete = not self.choices(path) and len(path) == 4
        if not (complete or rest):
            return None
        return self._record(code, path, rest=rest.strip())

    def _record(self, code: str, path: tuple[str, ...], *, rest: str) -> dict[str, Any]:
        """The address in the fields of GIF (行政データ連携標準)."""
        one, town = self.registry.municipality(code), self.registry.town(code, path[1])
        block, house = (*path[2:], "", "")[:2]
        numbers = "-".join(part for part in (block, house) if part)
        after = f"{block}番{house}号" if house else f"{block}番" if block else ""
        found = {
            "municipality_code": code,
            "prefecture": one.prefecture,
            "county": one.county,
            "city": one.city,
            "ward": one.ward,
            "town": town.name,
            "town_id": town.id,
            "block": after,
            "building": rest if after else "",
            "rest": "" if after else rest,
            "numbers": numbers,
            "full_address": f"{one.prefecture}{one.name}{town.name}{after}{rest}",
        }
        return {name: value for name, value in found.items() if value}

    def municipality(self, path: tuple[str, ...]) -> str:
        return path[0] if path and path[0] in self.members else ""
