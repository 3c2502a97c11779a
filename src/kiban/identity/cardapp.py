"""The back channel between a portal and the card app (デジタル認証アプリ); sans-I/O, JSON over HTTP.

1. The portal opens a request (`kiban.identity.requests`) and sends the browser to ``{card app}/sign-in?request=HANDLE``
   or ``/sign?request=HANDLE``. The handle is random, short-lived, of one use, and says nothing.
2. The card app asks the portal directly: ``GET {portal}/card/requests/HANDLE`` → `CardRequestView`.
3. It shows who asks and what for (for a signature the exact content), asks PIN or biometric gesture, and the card signs
   `message_to_sign`. For a sign-in this is a text that names the portal's origin, so that it is of no use elsewhere.
4. ``POST {portal}/card/requests/HANDLE/answer`` with `CardAnswer` → `AnswerTaken` with the address for the browser.
   That address carries a *second* random handle which only the holder's browser learns: whoever lured the holder
   into another's request has the session but not this handle, and the holder has the handle but not that session.
5. The card app answers 303 to it. The portal finishes the request if both the session and the handle fit.

A refusal of steps 2 and 4 has its HTTP status and the body `Refused`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import secrets
import unicodedata
from typing import Literal, TypeVar
from urllib.parse import urlencode

import msgspec

from kiban.identity.errors import BadAnswer, NotShowable
from kiban.identity.model import RequestKind
from kiban.kernel.wire import UNREADABLE

HANDLE = re.compile(r"[A-Za-z0-9_-]{43}")
MAX_CONTENT = 100_000
MAX_MESSAGE = 400_000
UNSEEN = frozenset(
    "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff\u3164\uffa0\u2800\u115f\u1160"
)
T = TypeVar("T")


class CardRequestView(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the card app learns of a request (step 2).

    Attributes:
        format: version of this message.
        origin: scheme, host and port of the portal; it goes into the signed text of a sign-in.
        nonce: the challenge, base64url.
        content: for a signature, the exact text; its UTF-8 bytes are what is signed.
        content_sha256: hexadecimal hash of these bytes.
        reader: name of the counter's card reader, or empty.
        holder: ``issuer:serial`` of the sign-in certificate whose card is wanted, or empty.
    """

    format: Literal[1] = 1
    kind: RequestKind
    asker: str
    purpose: str
    language: str
    origin: str
    nonce: str
    expires_at: dt.datetime
    content: str = ""
    content_sha256: str = ""
    reader: str = ""
    holder: str = ""


class CardAnswer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the card app answers (step 4): RSASSA-PKCS1-v1_5 with SHA-256 over `message_to_sign`, and the certificate.

    Bytes are base64 in JSON. A holder who says no answers ``declined`` with both empty.
    """

    format: Literal[1] = 1
    outcome: Literal["signed", "declined"]
    certificate: bytes = b""
    signature: bytes = b""


class AnswerTaken(msgspec.Struct, frozen=True, kw_only=True):
    """Where the browser goes on, whether signed or declined."""

    return_url: str


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """Why the portal refuses: the code of the error, and a text for the card app's log."""

    code: str
    text: str


def new_handle() -> str:
    """A handle of 256 random bits, 43 characters of base64url."""
    return secrets.token_urlsafe(32)


def hashed(secret: str) -> str:
    """How a handle or session key is kept: nobody who reads the store can use it."""
    return hashlib.sha256(secret.encode()).hexdigest()


def entry_url(card_app: str, kind: RequestKind, *, handle: str) -> str:
    """Where the portal sends the browser (step 1)."""
    return f"{card_app.rstrip('/')}/{kind.value}?{urlencode({'request': handle})}"


def request_path(handle: str) -> str:
    """The path of step 2 at the portal.

    Raises:
        BadAnswer: this cannot be a handle.
    """
    if not HANDLE.fullmatch(handle):
        raise BadAnswer("this is not a handle of a card request", remedy="begin again at the portal")
    return f"/card/requests/{handle}"


def answer_path(handle: str) -> str:
    """The path of step 4 at the portal."""
    return f"{request_path(handle)}/answer"


def encode(message: msgspec.Struct) -> bytes:
    """A message as JSON."""
    return msgspec.json.encode(message)


def decode(data: bytes, kind: type[T]) -> T:
    """A message from JSON.

    Raises:
        BadAnswer: it is too long, no JSON, or not of this kind.
    """
    if len(data) > MAX_MESSAGE:
        raise BadAnswer(f"a message of {len(data)} bytes is too long", remedy=f"at most {MAX_MESSAGE}")
    try:
        return msgspec.json.decode(data, type=kind)
    except UNREADABLE as error:
        raise BadAnswer(f"this is not a {kind.__name__}: {error}") from None


def sign_in_message(origin: str, nonce: str) -> bytes:
    """What the 利用者証明用 key signs: bound to one portal and one challenge, and unlike any document."""
    return f"kiban sign-in 1\norigin: {origin}\nchallenge: {nonce}\n".encode()


def showable(content: str) -> str:
    """The content itself, if a page shows exactly what it is.

    Raises:
        NotShowable: it is empty, too long, not in normal form C, or has characters that are not seen or reorder others.
    """
    if not content.strip() or len(content.encode(errors="replace")) > MAX_CONTENT:
        raise NotShowable(f"a content to sign has 1 to {MAX_CONTENT} bytes")
    if not unicodedata.is_normalized("NFC", content):
        raise NotShowable("the content is not in Unicode normal form C", remedy="normalise it before it is shown")
    for place, char in enumerate(content):
        if char != "\n" and _hidden(char):
            raise NotShowable(f"character {place} (U+{ord(char):04X}) is not shown as it is", remedy="leave it out")
    return content


def _hidden(char: str) -> bool:
    category = unicodedata.category(char)
    if category == "Cn":  # ideographs newer than this Python's tables are lawful in names
        return not 0x20000 <= ord(char) <= 0x3FFFD
    return char in UNSEEN or category in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def message_to_sign(view: CardRequestView) -> bytes:
    """The exact bytes for the card (step 3); computed by both sides from what was shown.

    Raises:
        NotShowable: the content would not be seen as it is.
        BadAnswer: the content is not the one whose hash was told.
    """
    if view.kind is RequestKind.SIGN_IN:
        return sign_in_message(view.origin, view.nonce)
    content = showable(view.content).encode()
    if hashlib.sha256(content).hexdigest() != view.content_sha256:
        raise BadAnswer("the content and its hash do not agree", remedy="begin again at the portal")
    return content
