"""Identity: cards and certificates, sign-in, signature over exact content, staff accounts, assurance levels."""

from __future__ import annotations

from kiban.identity.model import Ask, Assurance, Attributes, Form, Holder, Kind, Level, Outcome, RequestKind

__all__ = ["Ask", "Assurance", "Attributes", "Form", "Holder", "Kind", "Level", "Outcome", "RequestKind"]
