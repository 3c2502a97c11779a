"""Finds the legal heirs of a person and their exact shares from the facts of family registers (法定相続人の特定)."""

from kiban.heirs.answer import Alternative, Excluded, Extent, Found, Heir, Need, Reason, Stake, Status, Succession
from kiban.heirs.errors import BadFamily, BadFile, OutOfScope, TooOpen
from kiban.heirs.finding import find
from kiban.heirs.model import NOBODY, Capacity, Family, Person, Register, Sex
from kiban.heirs.reading import parse_family, read_family

__all__ = [
    "NOBODY",
    "Alternative",
    "BadFamily",
    "BadFile",
    "Capacity",
    "Excluded",
    "Extent",
    "Family",
    "Found",
    "Heir",
    "Need",
    "OutOfScope",
    "Person",
    "Reason",
    "Register",
    "Sex",
    "Stake",
    "Status",
    "Succession",
    "TooOpen",
    "find",
    "parse_family",
    "read_family",
]
