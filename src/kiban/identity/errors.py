"""What identity refuses, each with what to do; no error carries a PIN, a password, a key or a person's attribute."""

from __future__ import annotations

from typing import ClassVar

from kiban.kernel.errors import Audience, BadSetting, KibanError


class IdentityError(KibanError):
    """Identity refuses. ``status`` is the HTTP status with which a page or interface tells it."""

    code = "IDENTITY-000"
    audience = Audience.USER
    status: ClassVar[int] = 403


class BadCertificate(IdentityError):
    """The certificate is not one of the profile: its form, issuer, signature, policy or key usage is wrong."""

    code = "IDENTITY-001"


class CertificateExpired(IdentityError):
    """The certificate's validity has not begun or is over."""

    code = "IDENTITY-002"


class CertificateRevoked(IdentityError):
    """The certificate has been revoked (失効)."""

    code = "IDENTITY-003"


class CertificateSuspended(IdentityError):
    """The certificate is suspended (一時保留), for example after the card was reported lost."""

    code = "IDENTITY-004"


class RevocationUnknown(IdentityError):
    """There is no fresh, correctly signed revocation list; without one no certificate counts as valid."""

    code = "IDENTITY-005"
    audience = Audience.OPERATOR
    status = 503


class BadSignature(IdentityError):
    """The signature does not belong to this content and this certificate."""

    code = "IDENTITY-006"


class UnknownRequest(IdentityError):
    """There is no such request to the card: never opened, used up, too old, or another browser's."""

    code = "IDENTITY-007"
    status = 404


class RequestUsed(IdentityError):
    """The request to the card has been answered already; a second answer is a replay."""

    code = "IDENTITY-008"
    status = 409


class NotShowable(IdentityError):
    """The content to sign has characters that a page would not show as they are."""

    code = "IDENTITY-009"
    audience = Audience.DEVELOPER
    status = 400


class BadAnswer(IdentityError):
    """A message between card app and portal cannot be read."""

    code = "IDENTITY-010"
    status = 400


class Declined(IdentityError):
    """The holder said no in the card app."""

    code = "IDENTITY-011"


class WrongPerson(IdentityError):
    """The certificate is good, but not of the person who signed in."""

    code = "IDENTITY-012"


class SignInRefused(IdentityError):
    """The account, the password or the second factor is wrong; which of them is not told."""

    code = "IDENTITY-020"


class SignInThrottled(IdentityError):
    """Too many wrong tries: the account waits."""

    code = "IDENTITY-021"
    status = 429


class AccountClosed(IdentityError):
    """The staff account has been closed."""

    code = "IDENTITY-022"


class UnknownRole(IdentityError):
    """A role or an account is named that does not exist."""

    code = "IDENTITY-023"
    audience = Audience.OPERATOR
    status = 400


class WeakPassword(IdentityError):
    """The new password is too short, or one of the first that everybody tries."""

    code = "IDENTITY-024"
    status = 400


class FourEyes(IdentityError):
    """The second pair of eyes must be another officer's, of the same agency and with a role that may do it."""

    code = "IDENTITY-025"


class DoorClosed(IdentityError):
    """The door is closed: signed out, idle for too long, or too old."""

    code = "IDENTITY-026"
    status = 401


class BadTrust(BadSetting):
    """The folder with certificate authorities and revocation lists cannot be used."""

    code = "IDENTITY-030"


class BadToken(IdentityError):
    """A JOSE object is not in the one strict form that is accepted."""

    code = "IDENTITY-031"
    status = 401


class BadReceipt(IdentityError):
    """A signature receipt cannot be read, or what it says does not hold."""

    code = "IDENTITY-032"
    status = 400
