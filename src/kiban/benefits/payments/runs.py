"""Values of payment runs: frozen by one officer, approved by another, sent, read back, settled."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import msgspec

from kiban.benefits.payments.model import Batch, Payer, Transfer, TransferKind


class RunState(StrEnum):
    """Where a payment run is."""

    FROZEN = "frozen"
    APPROVED = "approved"
    SENT = "sent"
    SETTLED = "settled"
    REJECTED = "rejected"


class LineState(StrEnum):
    """What is known of a payment: with the bank, paid, come back, or taken out with its run."""

    OPEN = "open"
    PAID = "paid"
    RETURNED = "returned"
    DROPPED = "dropped"


class RunLine(msgspec.Struct, frozen=True, kw_only=True):
    """A payment as it was frozen: nothing of it changes but its state."""

    number: int
    payment: str
    transfer: Transfer
    state: LineState = LineState.OPEN


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A payment run of an agency: one bank file.

    ``digest`` is the SHA-256 of that file, fixed when it was frozen; ``debited`` the yen that a statement told.
    """

    number: int
    agency: str
    pay_on: dt.date
    payer: Payer
    count: int
    yen: int
    digest: str
    made_by: str
    made_at: dt.datetime
    kind: TransferKind = TransferKind.GENERAL
    approved_by: str = ""
    approved_at: dt.datetime | None = None
    reason: str = ""
    state: RunState = RunState.FROZEN
    debited: int | None = None
    version: int = 1


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A payment that is due but cannot go to the bank, with the reason."""

    payment: str
    yen: int
    reason: str


class WorkReason(StrEnum):
    """Why a person must look: came back; no such key; another amount than ordered; came back twice; another debit."""

    RETURNED = "returned"
    UNKNOWN_KEY = "unknown_key"
    AMOUNT = "amount"
    TWICE = "twice"
    DEBIT = "debit"


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the work list."""

    id: int = 0
    reason: WorkReason
    key: str
    yen: int
    payment: str = ""
    done_by: str = ""


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Every yen of a run: ordered = paid + returned + open + dropped."""

    ordered: int
    paid: int
    returned: int
    open: int
    dropped: int

    @property
    def holds(self) -> bool:
        return self.ordered == self.paid + self.returned + self.open + self.dropped


def batch_of(run: Run, lines: tuple[RunLine, ...]) -> Batch:
    """The bank's batch of a frozen run; the same lines give the same batch."""
    transfers = tuple(line.transfer for line in sorted(lines, key=lambda line: line.number))
    return Batch(kind=run.kind, day=f"{run.pay_on:%m%d}", payer=run.payer, transfers=transfers)
