"""Revocation lists (証明書失効リスト, RFC 5280 section 5): signature, freshness, and an index for look-ups."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import numpy as np
from cryptography import x509
from numpy.typing import NDArray

from kiban.identity.errors import CertificateRevoked, CertificateSuspended, RevocationUnknown
from kiban.identity.ports import RevocationLists
from kiban.identity.trust import NOT_X509, Authority

FRESH = dt.timedelta(hours=24)
UNDERSTOOD = frozenset({x509.CRLNumber.oid, x509.AuthorityKeyIdentifier.oid, x509.IssuerAlternativeName.oid})
WIDTH = 1 << 64


@dataclass(frozen=True, slots=True)
class RevocationIndex:
    """The serial numbers of one list: a sorted array of 8 bytes each, and sets for long numbers and suspensions."""

    data: bytes = field(repr=False)
    number: int
    issued_at: dt.datetime
    next_at: dt.datetime
    revoked: NDArray[np.uint64] = field(repr=False)
    long: frozenset[int] = field(repr=False)
    suspended: frozenset[int] = field(repr=False)

    def check(self, serial: int) -> None:
        """Nothing, if the certificate is on no list.

        Raises:
            CertificateRevoked, CertificateSuspended: it is.
        """
        if serial in self.suspended:
            raise CertificateSuspended(
                "the certificate is suspended", remedy="ask the card's call centre or a municipal counter to lift it"
            )
        if self._has(serial):
            raise CertificateRevoked("the certificate has been revoked", remedy="have a new one issued at a counter")

    def _has(self, serial: int) -> bool:
        if not 0 <= serial < WIDTH:
            return serial in self.long
        place = int(np.searchsorted(self.revoked, np.uint64(serial)))
        return place < len(self.revoked) and int(self.revoked[place]) == serial


def read_list(data: bytes, authority: Authority) -> RevocationIndex:
    """A list, checked for its issuer and signature and indexed.

    Raises:
        RevocationUnknown: it cannot be read, is not this authority's, or has a critical part that we do not understand.
    """
    try:
        parsed = x509.load_der_x509_crl(data)
        lawful = parsed.issuer == authority.certificate.subject and _understood(parsed)
        signed = lawful and parsed.is_signature_valid(authority.certificate.public_key())  # type: ignore[arg-type]  # a CA key
        number = parsed.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number if signed else 0
        if not signed or parsed.next_update_utc is None:
            raise RevocationUnknown("the revocation list is not one of this authority")
        revoked, suspended = _serials(parsed)
    except NOT_X509 as error:
        raise RevocationUnknown(f"the revocation list cannot be read: {type(error).__name__}") from None
    short = np.sort(np.array([serial for serial in revoked if 0 <= serial < WIDTH], dtype=np.uint64))
    long = frozenset(serial for serial in revoked if not 0 <= serial < WIDTH)
    times = (parsed.last_update_utc, parsed.next_update_utc)
    return RevocationIndex(data, number, times[0], times[1], short, long, suspended)


def _understood(parsed: x509.CertificateRevocationList) -> bool:
    algorithm = parsed.signature_hash_algorithm
    strong = algorithm is not None and algorithm.name in {"sha256", "sha384", "sha512"}
    return strong and all(extension.oid in UNDERSTOOD or not extension.critical for extension in parsed.extensions)


def _serials(parsed: x509.CertificateRevocationList) -> tuple[list[int], frozenset[int]]:
    revoked, suspended = [], set()
    for entry in parsed:
        reason = None
        for extension in entry.extensions:
            if isinstance(extension.value, x509.CRLReason):
                reason = extension.value.reason
            elif extension.critical:
                raise ValueError("a critical entry extension")
        if reason is x509.ReasonFlags.certificate_hold:
            suspended.add(entry.serial_number)
        elif reason is not x509.ReasonFlags.remove_from_crl:
            revoked.append(entry.serial_number)
    return revoked, frozenset(suspended)


class RevocationChecker:
    """Answers whether a certificate is on its issuer's newest list; without a fresh list it answers no one.

    Args:
        lists: where the newest list comes from.
        fresh: a list issued longer ago is not used, even before its own end.
    """

    def __init__(self, lists: RevocationLists, *, fresh: dt.timedelta = FRESH) -> None:
        self.lists = lists
        self.fresh = fresh
        self._indexes: dict[str, RevocationIndex] = {}

    def index(self, authority: Authority, *, at: dt.datetime) -> RevocationIndex:
        """The present index of one authority.

        Raises:
            RevocationUnknown: no list, not signed by the authority, too old, not yet in force, or older than one seen.
        """
        data = self.lists.newest(authority.key_id)
        known = self._indexes.get(authority.key_id)
        found = known if known is not None and known.data == data else read_list(data, authority)
        if known is not None and found.number < known.number:
            raise RevocationUnknown("the revocation list is older than one seen before", remedy="fetch the newest")
        if not (found.issued_at <= at < found.next_at and at - found.issued_at <= self.fresh):
            raise RevocationUnknown(
                f"the revocation list of {found.issued_at:%Y-%m-%d %H:%M} UTC is not fresh", remedy="fetch the newest"
            )
        self._indexes[authority.key_id] = found
        return found
