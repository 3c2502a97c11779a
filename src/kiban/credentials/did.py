"""Identifiers that a holder makes alone (DID): the public key itself, written as ``did:jwk:…`` (did:jwk method).

Nobody registers it and nobody can take it away; who has the key proves it by a signature. A holder who shows the same
identifier everywhere is recognised everywhere: a wallet makes one for each credential.
"""

from __future__ import annotations

from typing import Final

from kiban.credentials.errors import Malformed
from kiban.credentials.jose import (
    LONGEST,
    PrivateKey,
    PublicKey,
    b64url,
    jwk_of,
    key_of,
    read_json,
    unb64url,
    write_json,
)

METHOD: Final = "did:jwk:"


def did_of(key: PublicKey | PrivateKey) -> str:
    """The identifier of a key, in one form: members in alphabetical order, without blanks."""
    return METHOD + b64url(write_json(dict(sorted(jwk_of(key).items()))))


def key_of_did(did: str) -> PublicKey:
    """The key of an identifier.

    Raises:
        Malformed: it is of another method, or no key.
    """
    if not did.startswith(METHOD) or len(did) > LONGEST:
        raise Malformed("this is no identifier of the method did:jwk")
    return key_of(read_json(unb64url(did.removeprefix(METHOD).partition("#")[0])))
