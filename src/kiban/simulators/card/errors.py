"""What a card or its issuer refuses."""

from __future__ import annotations

from kiban.identity.model import Kind
from kiban.kernel.errors import Audience, KibanError


class CardError(KibanError):
    """The card refuses."""

    code = "CARD-000"
    audience = Audience.USER


class WrongPin(CardError):
    """The PIN or password is wrong; ``left`` tells how many tries are left."""

    code = "CARD-001"

    def __init__(self, kind: Kind, *, left: int) -> None:
        super().__init__(
            f"the PIN of the {kind.value} key is wrong; {left} tries left",
            remedy="try again carefully" if left else "the key is locked now; have it unlocked at a municipal counter",
        )
        self.kind = kind
        self.left = left


class PinLocked(CardError):
    """Too many wrong tries: the key is locked until a counter unlocks it."""

    code = "CARD-002"

    def __init__(self, kind: Kind) -> None:
        super().__init__(
            f"the {kind.value} key is locked after too many wrong tries",
            remedy="have it unlocked at a municipal counter (`kiban card unlock` for a test card)",
        )
        self.kind = kind


class BadPinForm(CardError):
    """What was typed cannot be a PIN: 4 digits, or 6 to 16 letters and digits. The card was not asked."""

    code = "CARD-003"


class NeedsPin(CardError):
    """This key is opened by a PIN, not by a gesture; or by a gesture, not by a PIN."""

    code = "CARD-004"


class UnknownCard(CardError):
    """There is no such card in the folder."""

    code = "CARD-005"


class CardExists(CardError):
    """A card with this name is in the folder already."""

    code = "CARD-006"


class NotSuspended(CardError):
    """Only a suspended certificate can be resumed; a revoked one never comes back."""

    code = "CARD-007"


class NoPortal(CardError):
    """The portal does not answer the card app, or refuses."""

    code = "CARD-008"
    audience = Audience.OPERATOR

    def __init__(self, what: str, *, status: int = 502, refusal: str = "") -> None:
        super().__init__(what, remedy="begin again at the portal")
        self.status = status
        self.refusal = refusal
