"""The kinds of analog clauses, read from ``data/kinds.yaml``: which words, in which construction, belong to a kind."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from kiban.kernel.errors import Where
from kiban.lawcheck.errors import BadKinds
from kiban.lawcheck.model import Grade

BEFORE, AFTER, ACROSS = 40, 200, 600
"""Characters before and after a word within which its construction is looked for; with brackets between."""
_BRACKETS = re.compile("（[^（）]*）")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of analog clause, what it demands, and by what it is replaced.

    ``seven`` marks the seven kinds of アナログ規制; ``electronic`` is the expression of the words that open a clause of
    this kind, ``within`` how far from it they count; ``power`` is false where "may" (ことができる) is no demand,
    ``aside`` true where words in brackets count; ``phases_verified`` is false where the phases have not been
    compared with their source.
    """

    id: str
    ja: str
    demands: str
    technology: tuple[str, ...]
    remedy: str
    seven: bool = False
    phases: Mapping[int, str] = field(default_factory=dict)
    phases_verified: bool = True
    electronic: re.Pattern[str] | None = None
    within: str = "article"
    power: bool = True
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Term:
    """A word of a kind in a construction: what follows it, what stands right before it, and what must not."""

    kind: Kind
    purpose: str
    grade: Grade
    then: re.Pattern[str]
    never: re.Pattern[str] | None
    behind: re.Pattern[str] | None
    never_behind: re.Pattern[str] | None
    spans: bool

    def words(self, text: str, *, start: int) -> str:
        """The words of the construction that stands at ``start``; empty when there is none."""
        if self.never and self.never.match(text, start):
            return ""
        before = text[max(0, start - BEFORE) : start] if self.behind or self.never_behind else ""
        if self.never_behind and self.never_behind.search(before):
            return ""
        if self.behind and not self.behind.search(before):
            return ""
        if found := self.then.match(text, start, start + AFTER):
            return found[0]
        return self._across(text, start=start) if self.spans else ""

    def _across(self, text: str, *, start: int) -> str:
        """The words of a construction with brackets in it, as they stand in the text."""
        if text.find("（", start, start + AFTER) < 0:
            return ""
        near = text[start : start + ACROSS]
        plain = _without(near)
        found = self.then.match(plain, 0, AFTER)
        return _stretched(near, found[0]) if found else ""


def _without(text: str) -> str:
    """The text without what stands in brackets, also in one that is not closed."""
    while True:
        text, n = _BRACKETS.subn("", text)
        if not n:
            return text.partition("（")[0]


def _stretched(text: str, words: str) -> str:
    """The part of ``text`` that is ``words`` with brackets between."""
    depth = taken = 0
    for at, char in enumerate(text):
        depth += char == "（"
        taken += not depth
        depth -= char == "）"
        if taken == len(words):
            return text[: at + 1]
    return words


@dataclass(frozen=True, slots=True)
class Kinds:
    """All kinds by id, the words at which to look, for each word its terms, and words by their first letter.

    Of words that begin alike the longest comes first. ``everything`` is false of a table by which only clauses that
    stand are told, which is quicker.
    """

    by_id: Mapping[str, Kind]
    anchors: re.Pattern[str]
    terms: Mapping[str, tuple[Term, ...]]
    heads: Mapping[str, tuple[str, ...]]
    everything: bool = True


@cache
def kinds(*, everything: bool = True) -> Kinds:
    """The kinds of the package; not ``everything`` leaves out what is not told of clauses that stand.

    Raises:
        BadKinds: the table cannot be used.
    """
    text = (files("kiban.lawcheck") / "data" / "kinds.yaml").read_text(encoding="utf-8")
    return parse_kinds(yaml.safe_load(text), everything=everything)


def parse_kinds(table: Mapping[str, Any], *, everything: bool = True) -> Kinds:
    """A table of kinds, compiled.

    Raises:
        BadKinds: a field is missing, or an expression is none.
    """
    by_id: dict[str, Kind] = {}
    terms: dict[str, list[Term]] = defaultdict(list)
    for row in table["kinds"]:
        try:
            kind = by_id[row["id"]] = _kind(row, table["electronic"])
            for entry in row["terms"]:
                term = _term(entry, kind)
                if term.grade is Grade.LOW and not everything:
                    continue
                for anchor in entry["at"]:
                    terms[anchor].append(term)
        except (KeyError, ValueError, re.error) as error:
            where = Where("kinds.yaml", record=str(row.get("id")), field=str(error))
            raise BadKinds("a kind cannot be read", where=where, remedy="compare it with the others") from None
    whole = {one: [t for shorter in terms if one.startswith(shorter) for t in terms[shorter]] for one in terms}
    heads: dict[str, list[str]] = defaultdict(list)
    for word in sorted(terms, key=len, reverse=True):
        heads[word[0]].append(word)
    surest = {word: tuple(found) for word, found in whole.items()}
    by_head = {head: tuple(found) for head, found in heads.items()}
    return Kinds(by_id, _alternatives(terms), surest, by_head, everything)


def _alternatives(words: Iterable[str]) -> re.Pattern[str]:
    """One of the words, the longest that stands there; grouped by their first letter, which is a third quicker."""
    grouped: dict[str, list[str]] = defaultdict(list)
    for word in sorted(words, key=len, reverse=True):
        grouped[word[0]].append(re.escape(word[1:]))
    return re.compile("|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in grouped.items()))


def _kind(row: Mapping[str, Any], electronic: Mapping[str, str]) -> Kind:
    opened = row["opened"]
    return Kind(
        id=row["id"], ja=row["ja"], demands=row["demands"], technology=tuple(row["technology"]), remedy=row["remedy"],
        seven=row.get("seven", False), phases=row.get("phases", {}), phases_verified=row.get("phases_verified", True),
        electronic=re.compile(electronic[opened["words"]]) if opened["words"] else None, within=opened["within"],
        power=row.get("power", True), aside=row.get("aside", False),
    )  # fmt: skip


def _term(entry: Mapping[str, Any], kind: Kind) -> Term:
    def compiled(name: str) -> re.Pattern[str] | None:
        return re.compile(entry[name]) if name in entry else None

    then = compiled("then") or re.compile("|".join(map(re.escape, entry["at"])))
    return Term(
        kind, entry["purpose"], Grade(entry["grade"]), then,
        compiled("never"), compiled("behind"), compiled("never_behind"), "[^" in then.pattern,
    )  # fmt: skip
