"""SD-JWT VC (RFC 9901 and its profile for credentials): issue, hold, present; verifying is in `verifying.py`.

A text is ``JWT~disclosure~…~`` and, presented with the holder's proof, one more JWT (``kb+jwt``) at the end.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from kiban.credentials.disclosures import Disclosure, Revealer, concealed, digest
from kiban.credentials.errors import BadDisclosure, Malformed, NotBound, NotIssuable
from kiban.credentials.jose import (
    LONGEST,
    Jws,
    PrivateKey,
    PublicKey,
    claims_of,
    jwk_of,
    read_jws,
    sign_jws,
    thumbprint,
    write_json,
)  # fmt: skip
from kiban.credentials.model import Challenge, Path, StatusEntry

TYPE, OLD_TYPE, PROOF = "dc+sd-jwt", "vc+sd-jwt", "kb+jwt"
ALWAYS_OPEN: Final = frozenset({"iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "status"})
"""Claims that a verifier needs, so that nobody may hold them back (SD-JWT VC, section 2.2.2.2)."""
MOST = 1000


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues: its address and its signing key; ``kid`` is the key's thumbprint unless given."""

    uri: str
    key: PrivateKey = field(repr=False)
    kid: str = ""

    @property
    def key_name(self) -> str:
        return self.kid or _thumbprint(self.key)


@lru_cache(maxsize=64)
def _thumbprint(key: PrivateKey) -> str:
    return thumbprint(key)


@dataclass(frozen=True, slots=True)
class Terms:
    """What is fixed about a credential beside what it says.

    Attributes:
        kind: its type (``vct``).
        issued_at, not_before, expires_at: aware moments; a credential without end has none.
        holder: the key that the holder will prove; none: whoever has the text can show it.
        status: where its status stands.
    """

    kind: str
    issued_at: dt.datetime
    expires_at: dt.datetime | None = None
    not_before: dt.datetime | None = None
    holder: PublicKey | None = None
    status: StatusEntry | None = None

    def claims(self, issuer: str) -> dict[str, Any]:
        """These terms as registered claims."""
        out: dict[str, Any] = {"iss": issuer, "vct": self.kind, "iat": seconds(self.issued_at)}
        if self.not_before is not None:
            out["nbf"] = seconds(self.not_before)
        if self.expires_at is not None:
            out["exp"] = seconds(self.expires_at)
        if self.holder is not None:
            out["cnf"] = {"jwk": jwk_of(self.holder)}
        if self.status is not None:
            out["status"] = {"status_list": {"idx": self.status.index, "uri": self.status.uri}}
        return out


def seconds(moment: dt.datetime) -> int:
    """A moment as NumericDate (RFC 7519). Raises: NotIssuable: it has no time zone."""
    if moment.tzinfo is None:
        raise NotIssuable("a moment has no time zone")
    return int(moment.timestamp())


def issue(issuer: Issuer, claims: Mapping[str, Any], *, hidden: Iterable[Path], terms: Terms, decoys: int = 0) -> str:
    """A credential with every disclosure, as the holder gets it.

    Args:
        issuer: who signs.
        claims: what it says, without the registered claims, which come from the terms.
        hidden: places that the holder may hold back, e.g. ``("address",)`` or ``("nationalities", 0)``.
        terms: type, validity, holder, status.
        decoys: digests of nothing, so that the number of claims is not told.

    Raises:
        NotIssuable: a claim has a reserved name, a place does not exist, or a value is no JSON.
    """
    fixed = terms.claims(issuer.uri)
    taken = sorted({"iss", "vct", "iat", "nbf", "exp", "cnf", "status", "aud"} & set(claims))
    places = [tuple(path) for path in hidden]
    held = sorted({str(path[0]) for path in places if path and path[0] in ALWAYS_OPEN})
    if taken or held:
        raise NotIssuable(f"{', '.join(taken or held)} is fixed by the terms", remedy="leave it out of the claims")
    try:
        payload, disclosures = concealed(claims, places, decoys=decoys)
        token = sign_jws({"typ": TYPE, "kid": issuer.key_name}, write_json(fixed | payload), key=issuer.key)
    except (TypeError, ValueError, RecursionError) as error:
        raise NotIssuable(f"the claims are no JSON: {type(error).__name__}") from None
    return "~".join([token, *(one.text for one in disclosures), ""])


@dataclass(frozen=True, slots=True)
class Taken:
    """An SD-JWT taken apart, not yet verified. ``before_proof`` is what the holder's proof covers."""

    jws: Jws
    disclosures: tuple[Disclosure, ...] = field(repr=False)
    proof: str = field(repr=False)
    before_proof: str = field(repr=False)


def take_apart(text: str) -> Taken:
    """Read an SD-JWT, with or without a proof of the holder.

    Raises:
        Malformed: it is none, or far too long.
    """
    if len(text) > LONGEST or not text.isascii():
        raise Malformed(f"longer than {LONGEST:,} characters, or not ASCII")
    token, *middle = text.split("~")
    if not middle:
        raise Malformed("this is a plain token without disclosures", remedy="an SD-JWT ends with ~ or with a proof")
    *disclosed, proof = middle
    if len(disclosed) > MOST:
        raise Malformed(f"more than {MOST} disclosures")
    before = text[: len(text) - len(proof)]
    return Taken(read_jws(token), tuple(map(Disclosure.read, disclosed)), proof, before)


def present(text: str, *, show: Collection[Path]) -> str:
    """The credential with only those disclosures that the chosen places need; ends with ``~``.

    A place stands for everything in it, and brings along what it lies in.

    Raises:
        Malformed: it is no credential, or one that carries a proof already.
        BadDisclosure: a place has no disclosure.
    """
    taken = take_apart(text)
    if taken.proof:
        raise Malformed("this was presented already: it carries a proof", remedy="present the credential as issued")
    revealer = Revealer(taken.disclosures)
    revealer.reveal(claims_of(taken.jws))
    wanted: set[str] = set()
    for place in show:
        needed = _needed(revealer, tuple(place))
        if not needed and not _stands_open(taken, tuple(place)):
            raise BadDisclosure(f"there is nothing to disclose at {'.'.join(map(str, place))}")
        wanted |= needed
    chosen = [one.text for one in taken.disclosures if one.digest in wanted]
    return "~".join([text.partition("~")[0], *chosen, ""])


def _needed(revealer: Revealer, place: Path) -> set[str]:
    out: set[str] = set()
    for own, (path, within) in revealer.at.items():
        if path[: len(place)] == place:  # in the chosen place
            out |= {own, *(one.digest for one in within)}
        elif place[: len(path)] == path:  # around it
            out.add(own)
    return out


def _stands_open(taken: Taken, place: Path) -> bool:
    value: Any = claims_of(taken.jws)
    for part in place:
        found = isinstance(value, dict) and part in value
        found = found or (isinstance(value, list) and isinstance(part, int) and 0 <= part < len(value))
        if not found:
            return False
        value = value[part]
    return True


def prove(presentation: str, *, key: PrivateKey, challenge: Challenge, at: dt.datetime) -> str:
    """The presentation with the holder's proof for one reader (key binding, RFC 9901, section 4.3).

    Raises:
        NotBound: the credential is not of this key. Malformed: it is none, or carries a proof already.
    """
    token, tilde, _ = presentation.partition("~")
    bound = claims_of(read_jws(token)).get("cnf")
    holder = bound.get("jwk") if isinstance(bound, dict) else None
    if not tilde or not presentation.endswith("~"):
        raise Malformed("this is no credential as it is presented: it ends with ~", remedy="see `present`")
    if not isinstance(holder, dict) or not jwk_of(key).items() <= holder.items():
        raise NotBound("the credential is not of this key", remedy="use the key that it was issued for")
    claims = {
        "iat": seconds(at),
        "aud": challenge.audience,
        "nonce": challenge.nonce,
        "sd_hash": digest(presentation),
    }
    return presentation + sign_jws({"typ": PROOF}, write_json(claims), key=key)
