"""Analog rules and paper, seal and presence clauses in laws and ordinances (アナログ規制点検, デジタル法制審査)."""

from kiban.lawcheck.actions import Scanned, read_law, scan_files, scan_law
from kiban.lawcheck.checking import Principle, Remark, check, principles
from kiban.lawcheck.comparing import Change, compare
from kiban.lawcheck.errors import BadKinds, BadLaw
from kiban.lawcheck.model import Article, Finding, Grade, Law, Mark, Standing
from kiban.lawcheck.scanning import scan
from kiban.lawcheck.terms import Kind, Kinds, kinds

__all__ = [
    "Article",
    "BadKinds",
    "BadLaw",
    "Change",
    "Finding",
    "Grade",
    "Kind",
    "Kinds",
    "Law",
    "Mark",
    "Principle",
    "Remark",
    "Scanned",
    "Standing",
    "check",
    "compare",
    "kinds",
    "principles",
    "read_law",
    "scan",
    "scan_files",
    "scan_law",
]
