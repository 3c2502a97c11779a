"""Laws that amend others by words (改め文): what 「A」を「B」に改める puts in, and what it takes away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kiban.lawcheck.model import Article, Grade
from kiban.lawcheck.terms import Kind, Kinds, kinds

_CHANGE = re.compile(
    r"「(?P<old>[^「」]*)」を「(?P<new>[^「」]*)」に(?=改め|、)"
    r"|「(?P<before>[^「」]*)」の(?:下|次)に「(?P<more>[^「」]*)」を(?=加え|、)"
    r"|「(?P<gone>[^「」]*)」を削"
)


@dataclass(frozen=True, slots=True)
class Put:
    """Words that an amendment puts into a law, or takes away (``taken``): what of them is analog, or was electronic.

    ``start`` is where the amendment stands in the article that amends.
    """

    kind: Kind
    words: str
    start: int
    clause: str
    taken: bool = False


def amendments(article: Article, *, table: Kinds | None = None) -> Iterator[Put]:
    """What the amendments of an article do to analog clauses: new words of a kind, and electronic words that are gone.

    New words beside electronic ones that count for their kind are none.
    """
    table = table or kinds()
    for found in _CHANGE.finditer(article.text):
        old = found["old"] or found["gone"] or ""
        new = found["new"] or found["more"] or ""
        yield from _put_in(table, found, old=old, new=new)
        if gone := _electronic(table, old):
            kind, words = gone
            if not _electronic(table, new):
                yield Put(kind, words, found.start(), found[0], taken=True)


def _put_in(table: Kinds, found: re.Match[str], *, old: str, new: str) -> Iterator[Put]:
    seen = set()
    for anchor in table.anchors.finditer(new):
        for kind in {
            term.kind.id: term.kind for term in table.terms[anchor[0]] if term.grade is not Grade.LOW
        }.values():
            opened = kind.electronic is not None and kind.electronic.search(new)
            if kind.id not in seen and anchor[0] not in old and not opened:
                seen.add(kind.id)
                yield Put(kind, anchor[0], found.start(), found[0])


def _electronic(table: Kinds, text: str) -> tuple[Kind, str] | None:
    """The first kind that the text opens to electronic means, and by which words."""
    for kind in table.by_id.values():
        if kind.electronic is not None and (found := kind.electronic.search(text)):
            return kind, found[0]
    return None
