"""Merging the registers of municipalities that become one (市町村合併)."""

from kiban.linkage.merging.actions import Merge, merge
from kiban.linkage.merging.model import Balance, Conflict, Decision, Matter, Merged, Successor
from kiban.linkage.merging.store.results import conflicts, joins, merged

__all__ = [
    "Balance",
    "Conflict",
    "Decision",
    "Matter",
    "Merge",
    "Merged",
    "Successor",
    "conflicts",
    "joins",
    "merge",
    "merged",
]
