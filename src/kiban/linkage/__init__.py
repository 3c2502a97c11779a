"""Finds wrongly linked records; matches persons by the four attributes (マイナンバー情報総点検, 4情報照会)."""

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
