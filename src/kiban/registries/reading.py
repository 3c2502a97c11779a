"""Reading the registers of an installation; what nobody took in yet is answered from the package."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import islice

from kiban.kernel.whole import whole
from kiban.registries.embedded import VIEWS, View
from kiban.registries.engine.model import Record, RegistryInfo, Withdrawal
from kiban.registries.store.records import RecordStore


class Registers(RecordStore):
    """As the store; a register of the package counts as its version 1 until ``kiban registry base`` makes that one."""

    def _view(self, registry: str) -> View | None:
        return None if super().version(registry) else VIEWS.get(registry)

    def version(self, registry: str) -> int:
        """The newest version; that of the package is 1."""
        return super().version(registry) or int(registry in VIEWS)

    def modified(self, registry: str) -> str:
        """When the newest version was recorded; for the package's, the day of its data."""
        view = self._view(registry)
        return view.recorded_at.isoformat() if view else super().modified(registry)

    def at(self, registry: str, key: str, *, on: dt.date | None = None, known: int | None = None) -> Record | None:
        """As the store."""
        if self._view(registry) is None:
            return super().at(registry, key, on=on, known=known)
        held = self.history(registry, key, known=known)
        fits = [r for r in held if on is None or (r.valid_from <= on and (r.valid_to is None or r.valid_to > on))]
        return fits[-1] if fits else None

    def history(self, registry: str, key: str, *, known: int | None = None) -> tuple[Record, ...]:
        """As the store."""
        view = self._view(registry)
        if view is None:
            return super().history(registry, key, known=known)
        return view.history(key) if known is None or known > 0 else ()

    def withdrawal(self, registry: str, key: str, *, known: int | None = None) -> Withdrawal | None:
        """As the store; the package withdraws nothing."""
        return super().withdrawal(registry, key, known=known) if self._view(registry) is None else None

    def present(self, registry: str, *, area: str = "", after: str = "", size: int = 1000) -> tuple[Record, ...]:
        """As the store."""
        view = self._view(registry)
        if view is None:
            return super().present(registry, area=area, after=after, size=size)
        place, _, key = after.partition("~") if area else ("", "", after)
        return tuple(islice(view.present(area=area, after=(place, key)), size))

    def everything(self, registry: str, *, area: str = "") -> Iterator[Record]:
        """As the store."""
        view = self._view(registry)
        return super().everything(registry, area=area) if view is None else view.present(area=area, after=("", ""))

    def search(self, info: RegistryInfo, text: str, *, area: str = "", limit: int = 20) -> tuple[Record, ...]:
        """As the store; towns of the whole country by the beginning of their names only."""
        view = self._view(info.id)
        if view is None:
            return super().search(info, text, area=area, limit=limit)
        return tuple(islice(view.search(whole(text, field="text"), area=area), limit))
