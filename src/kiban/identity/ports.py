"""What identity needs from others, and where a real card reader and a real validity service join."""

from __future__ import annotations

import datetime as dt
from contextlib import AbstractContextManager
from typing import Protocol

from kiban.identity.model import CardRequest, Form, Kind, RequestState


class Card(Protocol):
    """A card in a reader, or the keys of a phone. The PIN is compared inside it; no key ever leaves it.

    The software card of `kiban.simulators.card` satisfies it. A real reader joins here: a PC/SC adapter selects the
    JPKI application (AID D392F000260100000001), VERIFYs the PIN (files 0018 利用者証明用, 001B 署名用), reads the
    certificate (000A, 0001) and sends COMPUTE DIGITAL SIGNATURE with the DigestInfo to the key (0017, 001A).
    """

    @property
    def form(self) -> Form: ...

    def tries_left(self, kind: Kind) -> int:
        """How many wrong tries the PIN of this key still allows; 0 = locked."""
        ...

    def certificate(self, kind: Kind, *, secret: str | None = None) -> bytes:
        """DER; the 署名用 certificate is readable only with its password."""
        ...

    def sign(self, kind: Kind, message: bytes, *, secret: str | None) -> bytes:
        """RSASSA-PKCS1-v1_5 over SHA-256 of the message; ``secret`` None = the phone's biometric gesture was made."""
        ...


class RevocationLists(Protocol):
    """Gives the newest revocation list of an issuer (証明書失効リスト); a file folder, or a distribution point.

    Only accredited verifiers (署名検証者, 公的個人認証法 17条) may ask for the real ones; that connection joins here.
    """

    def newest(self, issuer: str) -> bytes:
        """DER of the list signed by the issuer with this key identifier (hexadecimal).

        Raises:
            RevocationUnknown: there is none.
        """
        ...


class CardRequestStore(Protocol):
    """Keeps requests to cards. Each step is one conditional update, so that of many at once exactly one succeeds."""

    def atomic(self) -> AbstractContextManager[object]: ...

    def insert(self, request: CardRequest) -> None: ...

    def get(self, handle_hash: str) -> CardRequest | None: ...

    def move(self, handle_hash: str, *, before: RequestState, after: RequestState) -> bool:
        """Change the state if it is still ``before``; whether it was."""
        ...

    def keep_answer(self, handle_hash: str, *, return_hash: str, certificate: bytes, signature: bytes) -> None: ...

    def by_return(self, return_hash: str) -> CardRequest | None: ...

    def forget_older(self, moment: dt.datetime) -> int:
        """Delete what expired before; how many."""
        ...
