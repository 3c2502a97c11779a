"""What payments refuse."""

from __future__ import annotations

from typing import ClassVar

from kiban.benefits.errors import BenefitError


class PaymentError(BenefitError):
    """Payments refuse; ``reason`` tells which of these it is."""

    reason: ClassVar[str] = "other"


class BadPaymentFile(PaymentError):
    """A file of payments, statements or results is not what the 全銀 record layout asks; the place is named."""

    reason = "file"


class NotBankKana(PaymentError):
    """A name has a character that banks do not take and that has no sure reading (a kanji, a comma)."""

    reason = "kana"


class BadTransfer(PaymentError):
    """A value of a transfer does not fit its field: too long, not a number, nothing to pay."""

    reason = "value"


class TooManyTransfers(PaymentError):
    """A batch has no payment, or more than 999,999: its trailer counts in six digits."""

    reason = "too_many"


class UnknownBank(PaymentError):
    """The bank or branch is not in the directory of bank codes."""

    reason = "bank"


class SamePerson(PaymentError):
    """Who made a payment run cannot approve it: maker and checker are different persons."""

    reason = "same_person"


class NotInThisRunState(PaymentError):
    """The payment run is not in the state that this step needs, or somebody else was faster."""

    reason = "state"


class UnknownRun(PaymentError):
    """The payment run does not exist, or it is another agency's: the answer is the same."""

    reason = "unknown"


class NoRole(PaymentError):
    """The officer has not the role that this step needs."""

    reason = "role"


class NothingDue(PaymentError):
    """No payment with an account is due on the day."""

    reason = "nothing_due"


class FrozenBatchChanged(PaymentError):
    """The frozen batch is not the one that was frozen: its digest differs. Nothing is sent."""

    reason = "changed"


class YenUnaccounted(PaymentError):
    """Paid, returned and open do not add up to what was ordered."""

    reason = "unaccounted"


class NoPayer(PaymentError):
    """The agency has not told from which account it pays."""

    reason = "no_payer"


class AlreadyTaken(PaymentError):
    """These results were taken before; taking them twice would count the same return twice."""

    reason = "taken"
