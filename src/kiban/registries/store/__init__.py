"""Where registers are kept: one SQLite file, bitemporal."""

from kiban.registries.store.records import RecordStore

__all__ = ["RecordStore"]
