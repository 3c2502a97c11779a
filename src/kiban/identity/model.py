"""Values of identity: certificates' kinds and holders, assurance levels, card requests, staff."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum


class Kind(StrEnum):
    """The two certificates of a card (電子証明書): 署名用 signs documents, 利用者証明用 proves who signs in."""

    SIGN = "sign"
    AUTH = "auth"


class Form(StrEnum):
    """What holds the keys: the plastic card, or a phone (スマホ用電子証明書)."""

    PLASTIC = "plastic"
    PHONE = "phone"


class Level(IntEnum):
    """A level of identity proofing (身元確認) or authentication (当人認証) as DS-511 counts them: 3 is highest."""

    ONE = 1
    TWO = 2
    THREE = 3


@dataclass(frozen=True, slots=True)
class Assurance:
    """How sure we are: who it is (身元確認保証レベル) and that it is them now (当人認証保証レベル)."""

    proofing: Level
    authentication: Level

    def covers(self, wanted: Assurance) -> bool:
        """Whether both levels are at least the wanted ones."""
        return self.proofing >= wanted.proofing and self.authentication >= wanted.authentication


class Sex(StrEnum):
    """Sex as the 署名用電子証明書 writes it."""

    MALE = "1"
    FEMALE = "2"
    UNKNOWN = "3"


@dataclass(frozen=True, slots=True)
class Attributes:
    """The four attributes (基本4情報) of a 署名用電子証明書. Personal: no repr shows them.

    Attributes:
        name: 氏名, as the certificate writes it; characters that it cannot write are substituted.
        sex: 性別.
        birth_date: 生年月日; None where the certificate says that it is not known.
        address: 住所, without postcode, at most 200 characters.
        name_substitutes: one ``0`` or ``1`` per character of the name; ``1``: substituted (代替文字).
        address_substitutes: the same for the address.
    """

    name: str = field(repr=False)
    sex: Sex = field(repr=False)
    birth_date: dt.date | None = field(repr=False)
    address: str = field(repr=False)
    name_substitutes: str = field(default="", repr=False)
    address_substitutes: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Holder:
    """A certificate found valid: whose key signed.

    Attributes:
        kind: which of the two certificates.
        form: plastic card or phone.
        issuer: key identifier of the certificate authority's generation, hexadecimal.
        serial: serial number (発行の番号), hexadecimal.
        attributes: the four attributes; only a 署名用電子証明書 has them.
        assurance: the levels that this certificate reaches.
    """

    kind: Kind
    form: Form
    issuer: str
    serial: str
    not_after: dt.datetime
    assurance: Assurance
    verified_at: dt.datetime
    attributes: Attributes | None = None

    @property
    def key(self) -> str:
        """What a register of authenticators knows this certificate by: ``issuer:serial``."""
        return f"{self.issuer}:{self.serial}"


class RequestKind(StrEnum):
    """What the card is asked for."""

    SIGN_IN = "sign-in"
    SIGN = "sign"


class RequestState(StrEnum):
    """Where a request to the card stands. Only ``answered`` can be finished, once."""

    OPEN = "open"
    ANSWERED = "answered"
    DECLINED = "declined"
    FAILED = "failed"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Ask:
    """What the portal wants from a card.

    Attributes:
        kind: sign-in (a challenge for the 利用者証明用 key) or signature (a content for the 署名用 key).
        asker: who asks, as the holder shall read it (an agency's or portal's name).
        purpose: what for, in the language of the page.
        language: ``ja``, ``ja-easy`` or ``en``.
        return_to: path at the portal where the browser comes back, e.g. ``/sign-in/done``.
        content: the exact text to show and sign; empty for a sign-in.
        reader: name of the counter's card reader; empty when the holder uses their own device.
        holder: `Holder.key` of the sign-in, so that the card app offers the same card for the signature.
    """

    kind: RequestKind
    asker: str
    purpose: str
    return_to: str
    language: str = "ja"
    content: str = field(default="", repr=False)
    reader: str = ""
    holder: str = ""


@dataclass(frozen=True, slots=True)
class CardRequest:
    """One request to a card as the portal keeps it. Handles and the session are kept as hashes only."""

    handle_hash: str
    session_hash: str
    ask: Ask
    nonce: str = field(repr=False)
    created_at: dt.datetime
    expires_at: dt.datetime
    state: RequestState = RequestState.OPEN
    certificate: bytes = field(default=b"", repr=False)
    signature: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A request to a card, answered, verified and finished by the browser that began it.

    ``content``, ``signature`` and ``certificate`` are the exact bytes: for a sign-in the content is the challenge.
    """

    kind: RequestKind
    holder: Holder
    content: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    certificate: bytes = field(repr=False)
