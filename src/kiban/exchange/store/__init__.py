"""What the core keeps beside its ledger: persons, cards, holdings, doors."""

from __future__ import annotations

from kiban.exchange.store.core import CoreTables, DoorRow

__all__ = ["CoreTables", "DoorRow"]
