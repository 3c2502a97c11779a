"""Adapters: how a node reads and changes an agency's existing data, by a mapping file and without code."""

from __future__ import annotations

from pathlib import Path

from kiban.exchange.adapters.csvfiles import CsvAdapter
from kiban.exchange.adapters.sql import SqlAdapter
from kiban.exchange.mapping import Mapping

__all__ = ["CsvAdapter", "SqlAdapter", "adapter_for"]


def adapter_for(mapping: Mapping, *, folder: Path) -> SqlAdapter:
    """The adapter of a mapping's source; relative paths start at ``folder``."""
    if mapping.source.csv:
        return CsvAdapter(mapping, folder=folder / mapping.source.csv)
    return SqlAdapter(mapping, folder=folder)
