"""What nodes and core say to each other; JSON, strictly decoded; a hop message carries 1..N persons."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, TypeVar

import msgspec

from kiban.exchange.errors import BadMessage
from kiban.kernel.wire import UNREADABLE

T = TypeVar("T")
MAX_BODY = 16_000_000


class Wire(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A message."""


class TokenRequest(Wire, frozen=True, kw_only=True):
    """Asker → core: may I ask this of that holder for these persons (my codes)?"""

    enquiry: str
    affair: str
    holder: str
    items: tuple[str, ...]
    subjects: tuple[str, ...]
    door: str = ""
    case: str = ""


class TokenGrant(Wire, frozen=True, kw_only=True):
    """Core → asker."""

    token: str


class Claims(Wire, frozen=True, kw_only=True):
    """What a token says, signed by the core: one enquiry, one asker, one holder, at most a minute.

    ``subjects`` is a JWE: the holder's codes, readable by the holder only. ``door`` is the hash of the person's door.
    """

    jti: str
    iat: int
    exp: int
    asker: str
    holder: str
    enquiry: str
    affair: str
    items: tuple[str, ...]
    count: int
    row: str
    table: str
    subjects: str
    door: str = ""
    case: str = ""


def grant_key(claims: Claims, number: int) -> str:
    """The key of the core's record of one person of a granted enquiry; a new door or table makes a new record."""
    context = sha256(f"{claims.door}\n{claims.table}\n{claims.row}".encode()).hexdigest()
    return f"{claims.enquiry}.{number}.granted.{context[:12]}"


class HopRequest(Wire, frozen=True, kw_only=True):
    """Asker → holder."""

    token: str


class HopAnswer(Wire, frozen=True, kw_only=True):
    """Holder → asker: the sealed answers, and the log's state after they were recorded."""

    enquiry: str
    sealed: str
    checkpoint: str


class Told(Wire, frozen=True, kw_only=True):
    """What is sealed to the asker: one record per person in the order asked, and the index of its leaf."""

    as_of: int
    persons: tuple[dict[str, dict[str, Any] | None], ...]
    leaves: tuple[int, ...]


class LinkRequest(Wire, frozen=True, kw_only=True):
    """Holder → core: turn my codes into links that only the asker of this enquiry can read."""

    grant: str
    asker: str
    codes: tuple[str, ...]


class Links(Wire, frozen=True, kw_only=True):
    """Core → holder: one link per code, in order."""

    links: tuple[str, ...]


class Link(Wire, frozen=True, kw_only=True):
    """What is sealed in a link: the reader's own code of the person."""

    code: str
    reader: str


class DoorCheck(Wire, frozen=True, kw_only=True):
    """Holder → core: is the door of this token still open?"""

    door: str


class DoorState(Wire, frozen=True, kw_only=True):
    """Core → holder."""

    open: bool


class DoorOpening(Wire, frozen=True, kw_only=True):
    """Portal → core: a card's signature over a challenge."""

    message: bytes
    signature: bytes
    certificate: bytes


class DoorOpened(Wire, frozen=True, kw_only=True):
    """Core → portal; ``expires`` in milliseconds."""

    id: str
    person: str
    agencies: tuple[str, ...]
    expires: int
    idle_seconds: int


class DoorClosing(Wire, frozen=True, kw_only=True):
    """Portal → core."""

    door: str


class IntroductionRequest(Wire, frozen=True, kw_only=True):
    """Portal → core: a link to the person behind the door that only this agency reads."""

    person: str
    agency: str
    door: str


class AddressRequest(Wire, frozen=True, kw_only=True):
    """Agency → core: a link by which I address a notice to this person (my code); only the portal reads it."""

    person: str


class Introduction(Wire, frozen=True, kw_only=True):
    """Core → portal or agency."""

    link: str


class Registration(Wire, frozen=True, kw_only=True):
    """Agency → core: codes of ``count`` persons who are new to the country's registers (birth, first entry)."""

    key: str
    count: int


class Registered(Wire, frozen=True, kw_only=True):
    """Core → agency."""

    codes: tuple[str, ...]


class Holdings(Wire, frozen=True, kw_only=True):
    """Agency → core: I hold data on these persons (or no longer)."""

    held: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


class Done(Wire, frozen=True, kw_only=True):
    """It is done."""

    ok: bool = True


class ReceiptRequest(Wire, frozen=True, kw_only=True):
    """Asker → holder: the receipt of the leaf in which your answer to me stands."""

    index: int


class ReceiptText(Wire, frozen=True, kw_only=True):
    """Holder → asker."""

    receipt: str


def encode(message: Any) -> bytes:
    """A message as JSON."""
    return msgspec.json.encode(message)


def decode(data: bytes, kind: type[T]) -> T:
    """A message from JSON.

    Raises:
        BadMessage: too long, no JSON, or not of this kind.
    """
    if len(data) > MAX_BODY:
        raise BadMessage(f"a message of {len(data):,} bytes is too long", remedy="ask for fewer persons at a time")
    try:
        return msgspec.json.decode(data, type=kind)
    except UNREADABLE as error:
        raise BadMessage(f"this is no {getattr(kind, '__name__', 'message')}: {error}") from None
