"""Selective disclosure (RFC 9901, sections 4.2 and 7.1): claims turned into digests, and disclosed ones put back."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

from kiban.credentials.errors import BadDisclosure, Malformed, NotIssuable
from kiban.credentials.jose import b64url, read_json, unb64url, write_json
from kiban.credentials.model import Path

DIGESTS, ELEMENT, ALGORITHM = "_sd", "...", "_sd_alg"
RESERVED: Final = frozenset({DIGESTS, ELEMENT, ALGORITHM})
SHA256: Final = "sha-256"
SALT = 16
DEEPEST = 100


def digest(text: str) -> str:
    """The digest of a disclosure, or of a presentation, as text."""
    return b64url(sha256(text.encode("ascii")).digest())


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One disclosable claim: ``name`` is None for an element of a list. Personal: no repr shows it."""

    text: str = field(repr=False)
    digest: str
    name: str | None = field(repr=False)
    value: Any = field(repr=False)

    @classmethod
    def make(cls, name: str | None, value: Any) -> Disclosure:
        """A disclosure with a fresh salt of 128 bits."""
        parts = [b64url(secrets.token_bytes(SALT)), *([] if name is None else [name]), value]
        text = b64url(write_json(parts))
        return cls(text, digest(text), name, value)

    @classmethod
    def read(cls, text: str) -> Disclosure:
        """A disclosure as a holder sent it.

        Raises:
            Malformed: it is none.
        """
        parts = read_json(unb64url(text))
        if not isinstance(parts, list) or len(parts) not in {2, 3} or not isinstance(parts[0], str):
            raise Malformed("a disclosure is a list of salt, name and value, or of salt and value")
        if len(parts) == 3 and not isinstance(parts[1], str):
            raise Malformed("the name in a disclosure is not a text")
        return cls(text, digest(text), parts[1] if len(parts) == 3 else None, parts[-1])


def concealed(
    claims: Mapping[str, Any], hidden: Iterable[Path], *, decoys: int = 0
) -> tuple[dict[str, Any], tuple[Disclosure, ...]]:
    """Claims with the hidden places replaced by digests, and the disclosures, inner ones before outer ones.

    ``decoys`` digests that belong to nothing are added at the top, so that the number of claims is not told.

    Raises:
        NotIssuable: a place does not exist, or a name is reserved.
    """
    _check_names(claims, ())
    paths = sorted(set(hidden), key=lambda path: (-len(path), [str(part) for part in path]))
    whole = _copied(claims)
    made: list[Disclosure] = []
    for path in paths:
        if not path:
            raise NotIssuable("the whole of the claims cannot be one disclosure")
        made.append(_conceal(whole, path))
    if decoys:
        whole.setdefault(DIGESTS, []).extend(digest(secrets.token_urlsafe(32)) for _ in range(decoys))
    _sorted_digests(whole)
    if made or decoys:
        whole[ALGORITHM] = SHA256
    return whole, tuple(made)


def _copied(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _copied(one) for name, one in value.items()}
    return [_copied(one) for one in value] if isinstance(value, list | tuple) else value


def _check_names(value: Any, path: Path) -> None:
    if len(path) > DEEPEST:
        raise NotIssuable(f"the claims are nested deeper than {DEEPEST}")
    if isinstance(value, Mapping):
        for name, one in value.items():
            if not isinstance(name, str) or name in RESERVED:
                raise NotIssuable(f"the name {name!r} is reserved for digests", remedy="name the claim otherwise")
            _check_names(one, (*path, name))
    elif isinstance(value, list | tuple):
        for number, one in enumerate(value):
            _check_names(one, (*path, number))


def _conceal(whole: dict[str, Any], path: Path) -> Disclosure:
    parent: Any = whole
    try:
        for part in path[:-1]:
            parent = parent[part]
        last = path[-1]
        value = parent[last]
    except (LookupError, TypeError):
        raise NotIssuable(f"there is no claim at {'.'.join(map(str, path))}") from None
    if isinstance(parent, dict) and isinstance(last, str):
        made = Disclosure.make(last, value)
        del parent[last]
        parent.setdefault(DIGESTS, []).append(made.digest)
    elif isinstance(parent, list) and isinstance(last, int) and last >= 0:
        made = Disclosure.make(None, value)
        parent[last] = {ELEMENT: made.digest}
    else:
        raise NotIssuable(f"there is no claim at {'.'.join(map(str, path))}")
    return made


def _sorted_digests(value: Any) -> None:
    """Digests in an order that tells nothing of the claims' order (RFC 9901, section 4.2.4.1)."""
    if isinstance(value, dict):
        if DIGESTS in value:
            value[DIGESTS] = sorted(value[DIGESTS])
        for one in value.values():
            _sorted_digests(one)
    elif isinstance(value, list):
        for one in value:
            _sorted_digests(one)


class Revealer:
    """Puts disclosed claims back into a payload; each disclosure must be used, and each digest stand once.

    ``at`` tells afterwards at which place each disclosure stood, and by which others it is reached.
    """

    def __init__(self, disclosures: Collection[Disclosure]) -> None:
        self._known = {one.digest: one for one in disclosures}
        if len(self._known) != len(disclosures):
            raise BadDisclosure("a disclosure stands twice")
        self._seen: set[str] = set()
        self._within: list[Disclosure] = []
        self.at: dict[str, tuple[Path, tuple[Disclosure, ...]]] = {}

    def reveal(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        """The claims without digests.

        Raises:
            BadDisclosure: a disclosure is not referenced, referenced twice, takes a reserved or existing name.
            Malformed: digests are not where and what they may be; nested too deeply.
        """
        if payload.get(ALGORITHM, SHA256) != SHA256:
            raise Malformed("the digests are not of SHA-256", remedy="ask the issuer for sha-256")
        found = self._object({name: one for name, one in payload.items() if name != ALGORITHM}, ())
        if len(self.at) != len(self._known):
            raise BadDisclosure("a disclosure does not belong to this credential")
        return found

    def _found(self, reference: Any) -> Disclosure | None:
        if not isinstance(reference, str):
            raise Malformed("a digest is not a text")
        if reference in self._seen:
            raise BadDisclosure("a digest stands twice")
        self._seen.add(reference)
        return self._known.get(reference)

    def _value(self, value: Any, path: Path) -> Any:
        if not isinstance(value, dict | list):
            return value
        if len(path) > DEEPEST:
            raise Malformed(f"nested deeper than {DEEPEST}")
        return self._object(value, path) if isinstance(value, dict) else self._list(value, path)

    def _object(self, value: dict[str, Any], path: Path) -> dict[str, Any]:
        if ELEMENT in value or ALGORITHM in value:
            raise Malformed(f"a reserved name stands at {'.'.join(map(str, path)) or 'the top'}")
        out = {name: self._value(one, (*path, name)) for name, one in value.items() if name != DIGESTS}
        references = value.get(DIGESTS, [])
        if not isinstance(references, list):
            raise Malformed("the digests of an object are not a list")
        for reference in references:
            one = self._found(reference)
            if one is None:
                continue
            if one.name is None or one.name in RESERVED or one.name in out:
                raise BadDisclosure("a disclosed claim has no name, a reserved one, or one that stands there already")
            out[one.name] = self._opened(one, (*path, one.name))
        return out

    def _list(self, value: list[Any], path: Path) -> list[Any]:
        out = []
        for number, element in enumerate(value):
            if not isinstance(element, dict) or ELEMENT not in element:
                out.append(self._value(element, (*path, number)))
                continue
            if len(element) != 1:
                raise Malformed("a digest in a list has other members beside it")
            one = self._found(element[ELEMENT])
            if one is None:
                continue
            if one.name is not None:
                raise BadDisclosure("an element of a list was disclosed with a name")
            out.append(self._opened(one, (*path, number)))
        return out

    def _opened(self, one: Disclosure, path: Path) -> Any:
        self.at[one.digest] = (path, tuple(self._within))
        self._within.append(one)
        value = self._value(one.value, path)
        self._within.pop()
        return value
