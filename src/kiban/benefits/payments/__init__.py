"""Bank files of payments (総合振込, 給与振込): written, read, checked; frozen, approved by two, reconciled."""

from kiban.benefits.payments.kana import clip, narrow, party, shorten
from kiban.benefits.payments.keys import key_of, parts_of
from kiban.benefits.payments.model import Batch, Finding, Payer, Transfer, TransferKind
from kiban.benefits.payments.reader import read
from kiban.benefits.payments.validator import RULES, check
from kiban.benefits.payments.writer import write

__all__ = [
    "RULES",
    "Batch",
    "Finding",
    "Payer",
    "Transfer",
    "TransferKind",
    "check",
    "clip",
    "key_of",
    "narrow",
    "parts_of",
    "party",
    "read",
    "shorten",
    "write",
]
