"""What a subscriber outside is told, and who the subscribers are."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import msgspec


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One change as a subscriber gets it; ``key`` and ``seq`` are the same at every repeat."""

    seq: int
    key: str
    kind: str
    version: int
    valid_from: str
    recorded_at: str
    fields: dict[str, tuple[str, str]]


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a push: changes of one registry in their order."""

    registry: str
    changes: list[Told]


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Who is told: address, registry, what it wants (``area``: beginning of the code; ``keys``), and how far it is.

    ``refused`` is why the last try failed; ``tries`` since the last success; ``next_try`` when the next one is due;
    ``upto`` the last change of the delivery under way.
    """

    name: str
    registry: str
    url: str
    area: str = ""
    keys: frozenset[str] = frozenset()
    seq: int = 0
    tries: int = 0
    next_try: dt.datetime | None = None
    refused: str = ""
    upto: int = 0
