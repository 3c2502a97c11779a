"""Anonymised files, pseudonymised files, and tables without small numbers (匿名加工・仮名加工・秘匿処理)."""

from kiban.disclosure.cells import Protected, Table, protect, worked_out
from kiban.disclosure.errors import BadHierarchy, BadPlan, NotAnonymous, NotProtected
from kiban.disclosure.hierarchy import Dates, Hierarchy, Listed, Prefix, Widths, flat
from kiban.disclosure.plan import Plan, read_plan
from kiban.disclosure.pseudonyms import pseudonymise
from kiban.disclosure.releasing import Outcome, Release, Step, anonymise
from kiban.disclosure.requirements import Closeness, DistinctDiversity, EntropyDiversity, KAnonymity

__all__ = [
    "BadHierarchy",
    "BadPlan",
    "Closeness",
    "Dates",
    "DistinctDiversity",
    "EntropyDiversity",
    "Hierarchy",
    "KAnonymity",
    "Listed",
    "NotAnonymous",
    "NotProtected",
    "Outcome",
    "Plan",
    "Prefix",
    "Protected",
    "Release",
    "Step",
    "Table",
    "Widths",
    "anonymise",
    "flat",
    "protect",
    "pseudonymise",
    "read_plan",
    "worked_out",
]
