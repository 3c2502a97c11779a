"""Finds wrongly linked records; matches persons by the four attributes (マイナンバー情報総点検, 4情報照会).

Names are loaded at their first use: the office's desk and its tables need no compiled loops.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kiban.linkage.actions import Check, check
    from kiban.linkage.model import (
        Aside,
        Candidate,
        Cause,
        Difference,
        Finding,
        Judgement,
        Person,
        Rules,
        Summary,
        Threshold,
    )
    from kiban.linkage.store.results import asides, findings, summary

__all__ = [
    "Aside",
    "Candidate",
    "Cause",
    "Check",
    "Difference",
    "Finding",
    "Judgement",
    "Person",
    "Rules",
    "Summary",
    "Threshold",
    "asides",
    "check",
    "findings",
    "summary",
]
_ACTIONS, _RESULTS = {"Check", "check"}, {"asides", "findings", "summary"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(name)
    module = "actions" if name in _ACTIONS else "store.results" if name in _RESULTS else "model"
    return getattr(import_module(f"kiban.linkage.{module}"), name)
