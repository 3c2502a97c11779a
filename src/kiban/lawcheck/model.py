"""Laws, their articles, and what is found in them; no I/O."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

import msgspec


class Standing(StrEnum):
    """In what way an analog word stands in its clause."""

    DEMANDED = "demanded"
    """The clause asks for it, or lets an office ask for it (義務・権限)."""
    OPENED = "opened"
    """The clause or its article allows electronic means already (電磁的方法等を認める)."""
    PENALTY = "penalty"
    """The clause punishes (罰則)."""
    DEFINITION = "definition"
    """The word is being defined, or stands in a definition (定義)."""
    REFERENCE = "reference"
    """The clause speaks of what another one asks for: applied by analogy, re-worded, referred to (準用・読替・引用)."""
    EXEMPT = "exempt"
    """The clause says that it is not needed (不要)."""
    UNCLEAR = "unclear"
    """The word stands there, and nothing shows that the clause asks for it: for a reader to decide."""


class Grade(StrEnum):
    """How sure a finding is. The share of right ones per grade is printed by ``bench/bench_lawcheck.py``."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Mark:
    """From ``start`` (a character of the article's text) on, the text belongs to ``path``, such as ``2-1-イ``."""

    start: int
    path: str


@dataclass(frozen=True, slots=True)
class Article:
    """One article (条), or one table or form behind the articles.

    ``number`` is as in 法令標準XML (``18_15`` is 第十八条の十五); ``text`` has no white space; ``marks`` say where its
    paragraphs and items begin, empty where the reader does not know and they are looked for in the text.
    """

    law_id: str
    number: str
    caption: str
    text: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Law:
    """A law: its id at e-Gov or its file's name, title, number, type (法律, 政令, 条例, …), ministry if known."""

    law_id: str
    title: str = ""
    number: str = ""
    type: str = ""
    ministry: str = ""
    articles: tuple[Article, ...] = field(default=(), repr=False)


class Finding(msgspec.Struct, frozen=True, gc=False):
    """An analog word in a clause.

    ``path`` is 条-項-号 as far as the text tells it; ``words`` are the exact words, at ``start`` of the article's text;
    ``sentence`` is the clause around them. ``phase`` is 1, 2 or 3 where the text tells it. ``reason`` says by what
    the standing was decided.
    """

    law_id: str
    path: str
    kind: str
    purpose: str
    words: str
    start: int
    sentence: str
    standing: Standing
    grade: Grade
    reason: str
    phase: int | None = None

    @property
    def stands(self) -> bool:
        """Whether the clause asks for it, by a construction that is seldom mistaken."""
        return self.standing is Standing.DEMANDED and self.grade is not Grade.LOW
