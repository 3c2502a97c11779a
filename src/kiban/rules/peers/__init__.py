"""Cases of others (the national peer's, and plain ones) asked of our rule files; nothing of their text is kept here."""

from kiban.rules.peers.cases import (
    Listed,
    Outcome,
    Pattern,
    Verdict,
    is_foreign,
    lines_of,
    outcome,
    outcomes,
    read_patterns,
    read_report,
)
from kiban.rules.peers.files import RuleFiles

__all__ = [
    "Listed",
    "Outcome",
    "Pattern",
    "RuleFiles",
    "Verdict",
    "is_foreign",
    "lines_of",
    "outcome",
    "outcomes",
    "read_patterns",
    "read_report",
]
