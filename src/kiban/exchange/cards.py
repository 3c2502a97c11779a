"""The core's own look at a card: the same strict verifier as the portal's, and only sign-ins at this portal."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass

from kiban.exchange.errors import CardRefused, HolderUnavailable
from kiban.exchange.model import CardProof
from kiban.identity.certificates import Verifier
from kiban.identity.errors import IdentityError, RevocationUnknown
from kiban.identity.model import Kind

_MESSAGE = re.compile(r"kiban sign-in 1\norigin: (?P<origin>[^\n]{1,200})\nchallenge: (?P<nonce>[\w-]{16,200})\n")


def card_hash(authenticator: str) -> str:
    """What the core's table keeps of a card."""
    return hashlib.sha256(f"kiban card 1\n{authenticator}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class JpkiVerifier:
    """Sign-ins at one portal, verified by `kiban.identity` against the core's own trust folder."""

    verifier: Verifier
    origin: str

    def authenticator(self, proof: CardProof, *, at: dt.datetime) -> str:
        """See `kiban.exchange.ports.CardVerifier`."""
        check_message(proof.message, origin=self.origin)
        try:
            holder = self.verifier.signature(
                proof.certificate, proof.message, value=proof.signature, kind=Kind.AUTH, at=at
            )
        except RevocationUnknown as error:
            raise HolderUnavailable(error.what, remedy=error.remedy) from None
        except IdentityError as error:
            raise CardRefused(f"{error.what} ({error.code})", remedy=error.remedy) from None
        return holder.key


def check_message(message: bytes, *, origin: str) -> str:
    """The challenge in a signed sign-in at this portal.

    Raises:
        CardRefused: it is anything else, so that no other signature of the card opens a door.
    """
    try:
        found = _MESSAGE.fullmatch(message.decode("ascii"))
    except UnicodeDecodeError:
        found = None
    if found is None or found["origin"] != origin:
        raise CardRefused("what the card signed is no sign-in at this portal", remedy="sign in again")
    return found["nonce"]
