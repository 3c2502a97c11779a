"""What a logic model lacks, in the reader's language."""

from __future__ import annotations

from kiban.evidence.logic import Finding, LogicModel, check
from kiban.shell.locale.texts import plain


def lacking(model: LogicModel) -> list[str]:
    """Each kind of fault once, in words."""
    return sorted({_words(finding) for finding in check(model)})


def _words(finding: Finding) -> str:
    parts = plain("list.comma").join(plain(f"evidence.part.{name}") for name in finding.missing)
    return plain(f"evidence.finding.{finding.kind}", parts=parts)
