"""What benefits refuses."""

from __future__ import annotations

from kiban.kernel.errors import Audience, KibanError


class BenefitError(KibanError):
    """Benefits refuses."""

    code = "BENEFITS-000"
    audience = Audience.USER


class UnknownEntitlement(BenefitError):
    """The entitlement does not exist, or it is another agency's: the answer is the same."""

    code = "BENEFITS-001"


class EntitlementChangedElsewhere(BenefitError):
    """Somebody else changed the entitlement since it was read."""

    code = "BENEFITS-002"


class EntitlementEnded(BenefitError):
    """The entitlement has already ended."""

    code = "BENEFITS-003"


class BadMonth(BenefitError):
    """A month is not written YYYY-MM, or lies before the entitlement's first."""

    code = "BENEFITS-004"


class NotPayable(BenefitError):
    """A payment cannot take this state, or has no account."""

    code = "BENEFITS-005"
