"""The address picker: choices level by level, no typing, no script."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

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
class MemberMunicipalities:
    """The municipalities that the exchange knows; what lies below one is written by hand."""

    names: Mapping[str, str]

    def choices(self, path: tuple[str, ...]) -> tuple[Option, ...]:
        return () if path else tuple(Option(code, name) for code, name in sorted(self.names.items()))

    def labels(self, path: tuple[str, ...]) -> tuple[Option, ...]:
        return tuple(Option(code, self.names.get(code, code)) for code in path)

    def address(self, path: tuple[str, ...], *, rest: str) -> dict[str, Any] | None:
        code = self.municipality(path)
        if not code or not rest:
            return None
        return {"municipality_code": code, "full_address": f"{self.names[code]}{rest}"}

    def municipality(self, path: tuple[str, ...]) -> str:
        return path[0] if path and path[0] in self.names else ""
