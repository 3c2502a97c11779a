"""What payments refuse."""

from __future__ import annotations

from typing import ClassVar

from kiban.benefits.errors import BenefitError


class PaymentError(BenefitError):
    """Payments refuse; ``reason`` tells which of these it is."""

    code = "PAYMENTS-000"
    reason: ClassVar[str] = "other"


class BadPaymentFile(PaymentError):
    """A file of payments, statements or results is not what the 全銀 record layout asks; the place is named."""

    code = "PAYMENTS-001"
    reason = "file"


class NotBankKana(PaymentError):
    """A name has a character that banks do not take and that has no sure reading (a kanji, a comma)."""

    code = "PAYMENTS-002"
    reason = "kana"


class BadTransfer(PaymentError):
    """A value of a transfer does not fit its field: too long, not a number, nothing to pay."""

    code = "PAYMENTS-003"
    reason = "value"


class TooManyTransfers(PaymentError):
    """A batch has no payment, or more than 999,999: its trailer counts in six digits."""

    code = "PAYMENTS-004"
    reason = "too_many"


class UnknownBank(PaymentError):
    """The bank or branch is not in the directory of bank codes."""

    code = "PAYMENTS-005"
    reason = "bank"


class SamePerson(PaymentError):
    """Who made a payment run cannot approve it: maker and checker are different persons."""

    code = "PAYMENTS-006"
    reason = "same_person"


class NotInThisRunState(PaymentError):
    """The payment run is not in the state that this step needs, or somebody else was faster."""

    code = "PAYMENTS-007"
    reason = "state"


class UnknownRun(PaymentError):
    """The payment run does not exist, or it is another agency's: the answer is the same."""

    code = "PAYMENTS-008"
    reason = "unknown"


class NoRole(PaymentError):
    """The officer has not the role that this step needs."""

    code = "PAYMENTS-009"
    reason = "role"


class NothingDue(PaymentError):
    """No payment with an account is due on the day."""

    code = "PAYMENTS-010"
    reason = "nothing_due"


class FrozenBatchChanged(PaymentError):
    """The frozen batch is not the one that was frozen: its digest differs. Nothing is sent."""

    code = "PAYMENTS-011"
    reason = "changed"


class YenUnaccounted(PaymentError):
    """Paid, returned and open do not add up to what was ordered."""

    code = "PAYMENTS-012"
    reason = "unaccounted"


class NoPayer(PaymentError):
    """The agency has not told from which account it pays."""

    code = "PAYMENTS-013"
    reason = "no_payer"


class AlreadyTaken(PaymentError):
    """These results were taken before; taking them twice would count the same return twice."""

    code = "PAYMENTS-014"
    reason = "taken"
