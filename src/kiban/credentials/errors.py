"""What credentials refuse, each with its reason; no error carries a key or what a certificate says of a person."""

from __future__ import annotations

from kiban.kernel.errors import Audience, KibanError


class CredentialError(KibanError):
    """A credential is refused."""

    code = "CREDENTIAL-000"
    audience = Audience.USER


class Malformed(CredentialError):
    """The text or bytes are not a credential in the one strict form that is read."""

    code = "CREDENTIAL-001"


class NotSigned(CredentialError):
    """The signature does not fit: changed after it was issued, or by somebody else."""

    code = "CREDENTIAL-002"


class UnknownIssuer(CredentialError):
    """Who issued it is not among the trusted issuers, or not with this key."""

    code = "CREDENTIAL-003"


class NotYetValid(CredentialError):
    """The validity has not begun."""

    code = "CREDENTIAL-004"


class Expired(CredentialError):
    """The validity is over."""

    code = "CREDENTIAL-005"


class Revoked(CredentialError):
    """The issuer revoked it."""

    code = "CREDENTIAL-006"


class Suspended(CredentialError):
    """The issuer suspended it."""

    code = "CREDENTIAL-007"


class StatusUnknown(CredentialError):
    """There is no fresh status list of the issuer; without one no credential that has a status counts as valid."""

    code = "CREDENTIAL-008"


class BadDisclosure(CredentialError):
    """A disclosed claim does not belong to the credential, stands twice, or takes a name that it must not have."""

    code = "CREDENTIAL-009"


class NotBound(CredentialError):
    """The holder did not prove the key: proof missing, of another key, another reader, another time or other claims."""

    code = "CREDENTIAL-010"


class WrongType(CredentialError):
    """It is a credential, but not of the type that was asked for."""

    code = "CREDENTIAL-011"


class NotAllowed(CredentialError):
    """The algorithm is not on the list of algorithms that are accepted."""

    code = "CREDENTIAL-012"


class NotIssuable(CredentialError):
    """What shall be certified cannot be: a field missing, unknown or of the wrong kind; a name that is reserved."""

    code = "CREDENTIAL-013"
    audience = Audience.DEVELOPER


class BadTrustFile(CredentialError):
    """A file of trusted issuers, keys or status lists cannot be used."""

    code = "CREDENTIAL-014"
    audience = Audience.OPERATOR


class NotTypeset(CredentialError):
    """A page cannot be set from its template and data."""

    code = "CREDENTIAL-015"
    audience = Audience.DEVELOPER


class NotSealed(CredentialError):
    """The PDF is not whole under one seal: changed after, not sealed, sealed by somebody else, or more than once."""

    code = "CREDENTIAL-016"
