"""What the ledger refuses or finds wrong."""

from __future__ import annotations

from kiban.kernel.errors import Audience, KibanError


class LedgerError(KibanError):
    """The ledger refuses."""

    code = "LEDGER-000"
    audience = Audience.OPERATOR


class BadProof(LedgerError):
    """An inclusion or consistency proof does not lead to the root."""

    code = "LEDGER-001"


class BadNote(LedgerError):
    """A signed note or checkpoint is malformed, or not signed by the key that is trusted."""

    code = "LEDGER-002"


class BadReceipt(LedgerError):
    """A receipt cannot be read, or what it says is not what was logged."""

    code = "LEDGER-003"
    audience = Audience.USER


class LedgerDamaged(LedgerError):
    """The stored ledger does not agree with itself; the process must not go on writing to it."""

    code = "LEDGER-004"


class KeyTaken(LedgerError):
    """An entry with this key, but another content, is already in the ledger."""

    code = "LEDGER-005"


class NoSuchEntry(LedgerError):
    """The ledger has no such entry, or its body was erased."""

    code = "LEDGER-006"
