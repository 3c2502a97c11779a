"""HTTP message signatures (RFC 9421): the signature base in general, and the one profile that nodes speak.

The profile: label ``kiban``, ES256 (ecdsa-p256-sha256), all requests POST with a body, covering method, authority,
path and content-digest, with created, expires, nonce, key id and tag; a response covers its status, its digest, the
Merkle root of its items, and the signature of the request that it answers. Anything else is refused.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, quote

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from kiban.exchange.errors import BadSignature, ClockApart

ES256 = ec.ECDSA(SHA256())
ROOT = "kiban-root"
WINDOW = dt.timedelta(seconds=60)
LIFE = 60
REQUEST = '("@method" "@authority" "@path" "content-digest")'
RESPONSE = '("@status" "content-digest" "kiban-root" "signature";req;key="kiban")'
TAIL = (
    r';created=(\d{1,12});expires=(\d{1,12});nonce="([\w-]{22})";keyid="([\w.-]{1,64})"'
    r';alg="ecdsa-p256-sha256";tag="kiban-1"'
)
_REQUEST_INPUT = re.compile("kiban=(" + re.escape(REQUEST) + TAIL + ")", re.ASCII)
_RESPONSE_INPUT = re.compile("kiban=(" + re.escape(RESPONSE) + TAIL + ")", re.ASCII)
_SIGNATURE = re.compile(r"kiban=:([A-Za-z0-9+/]{86}==):")
_COMPONENT = re.compile(r'"([^"]+)"((?:;[a-z]+(?:="[^"]*")?)*)')
_PARAMETER = re.compile(r';([a-z]+)(?:="([^"]*)")?')


@dataclass(frozen=True, slots=True)
class Message:
    """A request or response as far as signatures see it; header names in lower case, values stripped.

    Attributes:
        request: for a response, the request it answers.
    """

    headers: Mapping[str, str]
    method: str = ""
    authority: str = ""
    path: str = "/"
    query: str = ""
    status: int = 0
    request: Message | None = None
    body: bytes = field(default=b"", repr=False)


def component(message: Message, name: str, *, parameters: Mapping[str, str]) -> str:
    """The value of one covered component (RFC 9421, sections 2.1 and 2.2).

    Raises:
        BadSignature: the message has no such component, or the kind is not supported.
    """
    if "req" in parameters:
        if message.request is None:
            raise BadSignature(f"{name} of a request is covered, and there is no request")
        rest = {key: value for key, value in parameters.items() if key != "req"}
        return component(message.request, name, parameters=rest)
    if name.startswith("@"):
        return _derived(message, name, parameters=parameters)
    if name not in message.headers:
        raise BadSignature(f"the covered header {name} is missing")
    value = message.headers[name]
    return _member(value, parameters["key"]) if "key" in parameters else value.strip()


def _member(value: str, key: str) -> str:
    for part in re.split(r",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", value):
        label, _, rest = part.strip().partition("=")
        if label == key:
            return rest
    raise BadSignature(f"the covered header has no member {key}")


def _derived(message: Message, name: str, *, parameters: Mapping[str, str]) -> str:
    if name == "@query-param":
        wanted = [
            quote(v, safe="")
            for k, v in parse_qsl(message.query, keep_blank_values=True)
            if k == parameters.get("name")
        ]
        if len(wanted) != 1:
            raise BadSignature("a covered query parameter is missing or stands twice")
        return wanted[0]
    values = {
        "@method": message.method,
        "@authority": message.authority.lower(),
        "@path": message.path,
        "@query": f"?{message.query}",
        "@status": str(message.status),
        "@request-target": message.path + (f"?{message.query}" if message.query else ""),
    }
    if name not in values:
        raise BadSignature(f"the derived component {name} is not supported")
    return values[name]


def signature_base(message: Message, parameters: str) -> bytes:
    """The bytes that are signed (RFC 9421, 2.5), for ``parameters`` as they stand in Signature-Input."""
    inner = parameters.partition(")")[0].removeprefix("(")
    lines = []
    for name, extra in _COMPONENT.findall(inner):
        value = component(message, name, parameters=dict(_PARAMETER.findall(extra)))
        lines.append(f'"{name}"{extra}: {value}')
    try:
        return "\n".join([*lines, f'"@signature-params": {parameters}']).encode()
    except UnicodeEncodeError:
        raise BadSignature("what is covered has half a character") from None


def content_digest(body: bytes) -> str:
    """The Content-Digest header (RFC 9530) of a body."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode('ascii')}:"


def sign_es256(key: ec.EllipticCurvePrivateKey, data: bytes) -> bytes:
    """ES256 in its fixed form of 64 bytes (r ‖ s)."""
    r, s = decode_dss_signature(key.sign(data, ES256))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def check_es256(key: ec.EllipticCurvePublicKey, data: bytes, *, signature: bytes) -> bool:
    """Whether a signature of 64 bytes holds."""
    if len(signature) != 64:
        return False
    der = encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    try:
        key.verify(der, data, ES256)
    except InvalidSignature:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Seal:
    """Who signs, with which key; ``name`` is the agency id and becomes the key id."""

    name: str
    key: ec.EllipticCurvePrivateKey = field(repr=False)


@dataclass(frozen=True, slots=True)
class Signed:
    """What a verified signature says: by whom, when, and the nonce that must not come again before ``expires``."""

    sender: str
    nonce: str
    created: int
    expires: int


def _parameters(covered: str, seal: Seal, *, now: dt.datetime) -> str:
    created = int(now.timestamp())
    nonce = secrets.token_urlsafe(16)
    return (
        f'{covered};created={created};expires={created + LIFE};nonce="{nonce}"'
        f';keyid="{seal.name}";alg="ecdsa-p256-sha256";tag="kiban-1"'
    )


def _headers(message: Message, parameters: str, *, seal: Seal) -> dict[str, str]:
    signature = base64.b64encode(sign_es256(seal.key, signature_base(message, parameters))).decode("ascii")
    return {**message.headers, "signature-input": f"kiban={parameters}", "signature": f"kiban=:{signature}:"}


def sign_request(authority: str, path: str, *, body: bytes, seal: Seal, now: dt.datetime) -> Message:
    """A signed POST to a node."""
    headers = {"content-type": "application/json", "content-digest": content_digest(body)}
    bare = Message(headers, "POST", authority, path, body=body)
    return Message(_headers(bare, _parameters(REQUEST, seal, now=now), seal=seal), "POST", authority, path, body=body)


def sign_response(request: Message, answer: Message, *, seal: Seal, now: dt.datetime) -> Message:
    """A response (status, body, and the root in its headers) bound to the request that it answers."""
    headers = {
        "content-type": "application/json",
        ROOT: answer.headers.get(ROOT, "none"),
        "content-digest": content_digest(answer.body),
    }
    bare = Message(headers, status=answer.status, request=request, body=answer.body)
    signed = _headers(bare, _parameters(RESPONSE, seal, now=now), seal=seal)
    return Message(signed, status=answer.status, request=request, body=answer.body)


def sender_of(message: Message) -> str:
    """Who claims to have signed a request; not verified yet.

    Raises:
        BadSignature: the message has no signature of the profile.
    """
    return _match(_REQUEST_INPUT, message).group(5)


def _match(pattern: re.Pattern[str], message: Message) -> re.Match[str]:
    found = pattern.fullmatch(message.headers.get("signature-input", ""))
    if found is None:
        raise BadSignature("the message is not signed as the profile asks", remedy="see docs/exchange.md, Signatures")
    return found


def check_request(message: Message, key: ec.EllipticCurvePublicKey, *, now: dt.datetime) -> Signed:
    """Verify a request's signature, digest and time; the nonce is the caller's to remember.

    Raises:
        BadSignature, ClockApart.
    """
    return _check(message, key, pattern=_REQUEST_INPUT, now=now)


def check_response(message: Message, key: ec.EllipticCurvePublicKey, *, now: dt.datetime) -> Signed:
    """Verify that a response is this signer's answer to this very request; raises as `check_request`."""
    return _check(message, key, pattern=_RESPONSE_INPUT, now=now)


def _check(message: Message, key: ec.EllipticCurvePublicKey, *, pattern: re.Pattern[str], now: dt.datetime) -> Signed:
    found = _match(pattern, message)
    parameters, created, expires, nonce, sender = found.groups()
    signature = _SIGNATURE.fullmatch(message.headers.get("signature", ""))
    if signature is None:
        raise BadSignature("the message has no signature of the profile")
    if message.headers.get("content-digest") != content_digest(message.body):
        raise BadSignature("the body is not the one whose digest is told")
    raw = base64.b64decode(signature.group(1))
    if not check_es256(key, signature_base(message, parameters), signature=raw):
        raise BadSignature(f"the signature does not fit the message and the key of {sender}")
    _check_time(int(created), int(expires), now=now)
    return Signed(sender, nonce, int(created), int(expires))


def _check_time(created: int, expires: int, *, now: dt.datetime) -> None:
    apart = created - now.timestamp()
    if abs(apart) > WINDOW.total_seconds() or not created < expires <= created + LIFE:
        way = "ahead of" if apart > 0 else "behind"
        raise ClockApart(
            f"the message was signed {abs(apart):.0f} s {way} this clock; {WINDOW.total_seconds():.0f} s are allowed",
            remedy="set both clocks by NTP; an old message cannot be sent again",
        )


def known_components(parameters: str) -> Sequence[str]:
    """The covered component identifiers in a Signature-Input value, in order."""
    return [f'"{name}"{extra}' for name, extra in _COMPONENT.findall(parameters[1 : parameters.index(")")])]
