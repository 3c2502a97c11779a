"""Whether the owners of a parcel in two ledgers are the same persons, and what their writings differ in."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import lru_cache

from kiban.kernel.characters import Likeness, compare_key, compare_names
from kiban.registries.address.model import Address
from kiban.registries.address.parse import engine, normalise
from kiban.registries.address.same import Verdict, same
from kiban.registries.land.marks import bare_name
from kiban.registries.land.model import Owner

_FORMS = (("(株)", "株式会社"), ("(有)", "有限会社"), ("(資)", "合資会社"), ("(名)", "合名会社"), ("(同)", "合同会社"),
          ("(社)", "社団法人"), ("(財)", "財団法人"), ("(宗)", "宗教法人"), ("(医)", "医療法人"))  # fmt: skip
_ENDED = "となった"


class Likely(StrEnum):
    """What two owners have in common; all but ``OTHER`` may be one person."""

    SAME = "same"
    VARIANT = "variant"
    """The same name in variant characters or another writing (髙 高, ㈱ 株式会社), at the same address."""
    OLD_ADDRESS = "old_address"
    """The same name and the same place, under a name that the municipality no longer has."""
    MOVED = "moved"
    """The same name at another address: an old address, or a namesake."""
    NEAR = "near"
    """Names that are only confused (斎 斉), or in kana on one side."""
    OTHER = "other"


def compare(first: Owner, second: Owner, *, code: str = "") -> Likely:
    """What two owners have in common; ``code`` is the municipality of addresses that name none."""
    one, other = bare_name(first.name), bare_name(second.name)
    if _written(one) != _written(other):
        likeness = compare_names(_spelt(one), _spelt(other))
        if likeness is Likeness.DIFFERENT:
            return Likely.OTHER
        if likeness is not Likeness.SAME:
            return Likely.NEAR
    if first.address and second.address:
        found = _addresses(first.address, second.address, code=code)
        if found is not Likely.SAME:
            return found
    return Likely.SAME if _written(one) == _written(other) else Likely.VARIANT


def pairs(
    first: Sequence[Owner], second: Sequence[Owner], *, code: str = ""
) -> Iterator[tuple[Owner | None, Owner | None, Likely]]:
    """Each owner of one side with the one of the other that is most like it; who has none stands beside None."""
    left = sorted(second, key=_order)
    ranks = list(Likely)
    waiting = []
    for one in sorted(first, key=_order):
        key = _key(one)
        fitting = [other for other in left if _key(other) == key]
        if not fitting:
            waiting.append(one)
            continue
        likely, best = min(
            ((compare(one, other, code=code), other) for other in fitting), key=lambda p: ranks.index(p[0])
        )
        left.remove(best)
        yield one, best, likely
    for one in waiting:
        near = next((other for other in left if compare(one, other, code=code) is Likely.NEAR), None)
        if near is not None:
            left.remove(near)
            yield one, near, Likely.NEAR
        elif len(waiting) == len(left) == 1:
            yield one, left.pop(), Likely.OTHER
        else:
            yield one, None, Likely.OTHER
    yield from ((None, other, Likely.OTHER) for other in left)


def _order(owner: Owner) -> tuple[str, str]:
    return _key(owner), owner.address


def _key(owner: Owner) -> str:
    return _name_key(owner.name)


@lru_cache(50_000)
def _name_key(name: str) -> str:
    return compare_key(_spelt(bare_name(name)))


def _written(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())


def _spelt(name: str) -> str:
    plain = _written(name)
    for short, whole in _FORMS:
        plain = plain.replace(short, whole)
    return plain


@lru_cache(50_000)
def _read(text: str, code: str) -> Address:
    found = normalise(text)
    if found.municipality_code or not code:
        return found
    city = engine().index.cities[engine().index.codes[code]]
    return normalise(f"{city.prefecture}{city.county}{city.city}{city.ward}{text}")


def _addresses(first: str, second: str, *, code: str) -> Likely:
    if compare_key(first) == compare_key(second):
        return Likely.SAME
    one, other = _read(first, code), _read(second, code)
    verdict = same(one.input, other.input).verdict
    if verdict not in (Verdict.SAME, Verdict.WITHIN):
        return Likely.MOVED
    ended = any(_ENDED in note for found in (one, other) for note in found.notes)
    return Likely.OLD_ADDRESS if ended and _ends(one) != _ends(other) else Likely.SAME


def _ends(found: Address) -> bool:
    return any(_ENDED in note for note in found.notes)
