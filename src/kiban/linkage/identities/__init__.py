"""Duplicate and split identities inside one register (二重付番, 番号の重複, 二重登録)."""

from kiban.linkage.identities.actions import Duplicates, duplicates
from kiban.linkage.identities.model import Kind, Pair, Prior, Report
from kiban.linkage.identities.store.results import pairs, report

__all__ = ["Duplicates", "Kind", "Pair", "Prior", "Report", "duplicates", "pairs", "report"]
