"""Pairs and report of a finished search; every file is put in place when it is complete."""

from __future__ import annotations

from pathlib import Path

from kiban.linkage.identities.model import Pair, Report
from kiban.linkage.store.results import read_lines

PAIRS, REPORT = "pairs.jsonl", "report.json"


def pairs(folder: Path) -> list[Pair]:
    """The pairs of a finished search, the surest first.

    Raises: BadFile when it is not finished.
    """
    return read_lines(folder / PAIRS, Pair)


def report(folder: Path) -> Report:
    """The numbers of a finished search.

    Raises: BadFile when it is not finished.
    """
    return read_lines(folder / REPORT, Report)[0]
