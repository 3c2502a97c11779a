"""Verifying an SD-JWT VC: every check of RFC 9901 (7.1, 7.3) and of its profile, each with a refusal of its own."""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kiban.credentials.did import did_of
from kiban.credentials.disclosures import Revealer, digest
from kiban.credentials.errors import BadDisclosure, Malformed, NotBound, NotSigned, StatusUnknown, WrongType
from kiban.credentials.jose import ALGORITHMS, PublicKey, claims_of, key_of, read_jws, verify_jws
from kiban.credentials.model import Challenge, StatusEntry, Verified
from kiban.credentials.sdjwt import ALWAYS_OPEN, OLD_TYPE, PROOF, TYPE, Taken, take_apart
from kiban.credentials.statuslist import StatusReader
from kiban.credentials.times import SKEW, check_validity, moment_in
from kiban.credentials.trust import Trust


@dataclass(frozen=True, slots=True)
class Reader:
    """Who verifies, and how strictly.

    Attributes:
        trust: whose credentials count.
        statuses: tells whether a credential is still good; none: what has a status is refused.
        algorithms: what signatures may be made with.
        types: the ``typ`` that a credential's header may have.
        proof_age: how old the holder's proof may be.
    """

    trust: Trust
    statuses: StatusReader | None = None
    algorithms: Sequence[str] = ALGORITHMS
    types: Sequence[str] = (TYPE, OLD_TYPE)
    proof_age: dt.timedelta = field(default=dt.timedelta(minutes=5))


def verify(
    text: str, reader: Reader, *, at: dt.datetime, kind: str | None = None, challenge: Challenge | None = None
) -> Verified:
    """A credential or presentation, verified; nothing of it counts before everything holds.

    Args:
        text: the SD-JWT VC as received.
        reader: who verifies.
        at: the moment that counts.
        kind: the type that was asked for; none: any.
        challenge: what the holder had to sign over; none: no proof is asked for, and one that is there is refused.

    Raises:
        CredentialError: one of its kinds says what does not hold.
    """
    taken = take_apart(text)
    claims = _issued(taken, reader)
    if kind is not None and claims["vct"] != kind:
        raise WrongType(f"this is a {claims['vct'][:200]!r}, not a {kind!r}", remedy="ask the holder for the right one")
    end = moment_in(claims, "exp")
    made = [one for one in (moment_in(claims, "nbf"), moment_in(claims, "iat")) if one is not None]
    check_validity(max(made, default=None), end, at=at, what="credential")
    holder = check_proof(taken, claims, reader=reader, challenge=challenge, at=at)
    entry = status_entry(claims)
    if entry is not None:
        if reader.statuses is None:
            raise StatusUnknown("the credential has a status, and no status list was given", remedy="give its list")
        reader.statuses.check(entry, issuer=claims["iss"], at=at)
    return Verified(
        claims["iss"], claims["vct"], claims, valid_until=end, status=entry, bound=holder is not None,
        holder=did_of(holder) if holder is not None else "",
    )  # fmt: skip


def _issued(taken: Taken, reader: Reader) -> dict[str, Any]:
    """The claims with what was disclosed, after signature and digests hold."""
    payload = claims_of(taken.jws)
    if taken.jws.header.get("typ") not in reader.types:
        raise WrongType(f"this is no credential: its typ is not {reader.types[0]}")
    if not isinstance(payload.get("iss"), str) or not isinstance(payload.get("vct"), str):
        raise Malformed("the credential names no issuer (iss) or no type (vct)")
    key = reader.trust.key(payload["iss"], taken.jws.header.get("kid", ""))
    claims = revealed(taken, key, algorithms=reader.algorithms)
    if (ALWAYS_OPEN & claims.keys()) - payload.keys():
        raise BadDisclosure("a claim that must stand open was disclosed by the holder")
    return claims


def revealed(taken: Taken, key: PublicKey, *, algorithms: Sequence[str] = ALGORITHMS) -> dict[str, Any]:
    """Signature and digests alone (RFC 9901, section 7.1): the claims of any SD-JWT, also of one that is no VC.

    Raises:
        NotSigned, NotAllowed, BadDisclosure, Malformed: what does not hold.
    """
    verify_jws(taken.jws, key, algorithms=algorithms)
    return Revealer(taken.disclosures).reveal(claims_of(taken.jws))


def status_entry(claims: Mapping[str, Any]) -> StatusEntry | None:
    """Where the status stands (Token Status List, section 6.2).

    Raises:
        Malformed: there is a status, in another form.
    """
    if "status" not in claims:
        return None
    status = claims["status"]
    found = status.get("status_list") if isinstance(status, Mapping) else None
    index, uri = (found.get("idx"), found.get("uri")) if isinstance(found, Mapping) else (None, None)
    if isinstance(index, bool) or not isinstance(index, int) or index < 0 or not isinstance(uri, str) or not uri:
        raise Malformed("the status is not written as place and address of a status list")
    return StatusEntry(uri, index)


def check_proof(
    taken: Taken, claims: Mapping[str, Any], *, reader: Reader, challenge: Challenge | None, at: dt.datetime
) -> PublicKey | None:
    """Key binding (RFC 9901, section 7.3): the key that was proved, or none where no proof was asked for.

    Whether it is asked for is the reader's word, never the presentation's.

    Raises:
        NotBound, and its kin: the proof is missing, or not of this key, reader, request, time or these claims.
    """
    if challenge is None:
        if taken.proof:
            raise NotBound("it carries a proof for a reader, and none was asked for", remedy="give nonce and audience")
        return None
    if not taken.proof:
        raise NotBound("the holder's proof is missing", remedy="ask the holder to present it, not to copy it")
    bound = claims.get("cnf")
    if not isinstance(bound, Mapping):
        raise NotBound("the credential is bound to no key")
    proof = read_jws(taken.proof)
    if proof.header.get("typ") != PROOF:
        raise NotBound(f"the proof is of another kind: its typ is not {PROOF}")
    key = key_of(bound.get("jwk"))
    try:
        verify_jws(proof, key, algorithms=reader.algorithms)
    except NotSigned:
        raise NotBound("the proof was not made with the holder's key, or was changed") from None
    _check_said(claims_of(proof), taken, reader=reader, challenge=challenge, at=at)
    return key


def _check_said(
    said: Mapping[str, Any], taken: Taken, *, reader: Reader, challenge: Challenge, at: dt.datetime
) -> None:
    made = moment_in(said, "iat")
    if made is None or not at - reader.proof_age <= made <= at + SKEW:
        raise NotBound("the proof is of another time", remedy="ask for a fresh one")
    expected = {"aud": challenge.audience, "nonce": challenge.nonce, "sd_hash": digest(taken.before_proof)}
    faults = {"aud": "for another reader", "nonce": "for another request", "sd_hash": "over other claims"}
    for name, value in expected.items():
        found = said.get(name)
        if not isinstance(found, str) or not hmac.compare_digest(found.encode(), value.encode()):
            raise NotBound(f"the proof was made {faults[name]} ({name})")
    check_validity(moment_in(said, "nbf"), moment_in(said, "exp"), at=at, what="proof")
