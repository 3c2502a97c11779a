"""An article taken apart: its paragraphs, their sentences, and what each is; worked out once, when asked for.

What stands in brackets or quotation marks is masked, so that a full stop within them ends no sentence and words within
them count as said beside.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property

from kiban.lawcheck.model import Article, Mark
from kiban.lawcheck.paths import marks_of, place
from kiban.lawcheck.terms import Kind

MASK = "＿"
_INNER = re.compile(r"（[^（）]*）|「[^「」]*」")
_MASKS = [MASK * length for length in range(200)]
_PENAL = re.compile(r"(?:罰金|過料|科料|拘留|懲役|拘禁刑|禁錮|死刑)[^。]{0,30}(?:に処する|に処す。|を科する)|ニ処ス")
_ANALOGY = re.compile(
    "(?:準用|読み替えて適用)(?:する|される|があるものとする)(?:。|ものとする|こととする)|準用し、|読み替える|とあるのは|準用ス"
)
_LISTED = re.compile("次に掲げる(?:事務|業務|事項)を(?:行う|つかさどる|処理する)")
_TASKS = re.compile("つかさど|掌る|所掌事務")
_FORBIDDEN = re.compile("次(?:に掲げる|の各号)[^。]{0,40}をしてはならない")


def bare(text: str) -> str:
    """The text with everything in brackets or quotation marks masked, character for character."""
    if "（" not in text and "「" not in text:
        return text
    while True:
        text, n = _INNER.subn(_masked, text)
        if not n:
            return text


def _masked(found: re.Match[str]) -> str:
    length = found.end() - found.start()
    return _MASKS[length] if length < len(_MASKS) else MASK * length


class Sentence:
    """A sentence of a paragraph: where it begins and ends in the article, and its text with brackets masked."""

    def __init__(self, start: int, bare_text: str) -> None:
        self.start, self.end, self.bare = start, start + len(bare_text), bare_text

    def aside(self, at: int) -> bool:
        """Whether the character at ``at`` of the article stands in brackets or quotation marks."""
        return self.bare[at - self.start] == MASK

    @cached_property
    def applies_by_analogy(self) -> bool:
        """Whether it applies another clause by analogy, or re-words one (準用・読替)."""
        return bool(_ANALOGY.search(self.bare))

    @cached_property
    def tells_tasks(self) -> bool:
        """Whether it says who does what within an office (所掌・職務)."""
        return bool(_TASKS.search(self.bare))

    @cached_property
    def defines(self) -> bool:
        """Whether it says what a word means."""
        return self.bare.endswith("をいう。")


class Paragraph:
    """A paragraph (項) of an article, from ``start`` to ``end`` of its text."""

    def __init__(self, text: str, start: int, *, end: int) -> None:
        self.text, self.start, self.end = text, start, end

    @cached_property
    def penal(self) -> bool:
        """Whether it punishes; its items then name what is punished."""
        return bool(_PENAL.search(self.text, self.start, self.end))

    @cached_property
    def forbids(self) -> bool:
        """Whether it lists what must not be done."""
        return bool(_FORBIDDEN.search(self.text, self.start, self.end))

    @cached_property
    def lists_tasks(self) -> bool:
        """Whether it lists the tasks of an office."""
        return bool(_LISTED.search(self.text, self.start, self.end))

    @cached_property
    def sentences(self) -> list[Sentence]:
        """Its sentences in order."""
        masked = bare(self.text[self.start : self.end])
        found, at = [], 0
        while at < len(masked):
            stop = masked.find("。", at) + 1 or len(masked)
            found.append(Sentence(self.start + at, masked[at:stop]))
            at = stop
        return found

    @cached_property
    def _starts(self) -> list[int]:
        return [one.start for one in self.sentences]

    def at(self, position: int) -> Sentence:
        """The sentence at a character of the article."""
        return self.sentences[bisect_right(self._starts, position) - 1]


class Clauses:
    """An article as it is being read."""

    def __init__(self, article: Article) -> None:
        self.article, self.text = article, article.text
        self._opened: dict[tuple[re.Pattern[str], int], str] = {}

    @cached_property
    def marks(self) -> tuple[Mark, ...]:
        """Where paragraphs and items begin."""
        return self.article.marks or marks_of(self.text)

    @cached_property
    def _paragraphs(self) -> tuple[list[int], list[Paragraph]]:
        starts = [mark.start for mark in self.marks if "-" not in mark.path] or [0]
        ends = [*starts[1:], len(self.text)]
        return starts, [Paragraph(self.text, start, end=end) for start, end in zip(starts, ends, strict=True)]

    def paragraph(self, position: int) -> Paragraph:
        """The paragraph at a character."""
        starts, paragraphs = self._paragraphs
        return paragraphs[max(bisect_right(starts, position) - 1, 0)]

    def path(self, position: int) -> str:
        """条-項-号 of a character, as far as it is known."""
        return place(self.article.number, self.marks, start=position)

    def opened(self, kind: Kind, position: int) -> str:
        """The electronic words that open a clause of the kind here; empty when there are none."""
        if kind.electronic is None:
            return ""
        start, end = 0, len(self.text)
        if kind.within == "paragraph":
            paragraph = self.paragraph(position)
            start, end = paragraph.start, paragraph.end
        key = (kind.electronic, start)
        if key not in self._opened:
            found = kind.electronic.finditer(self.text, start, end)
            self._opened[key] = next((one[0] for one in found if not self._defining(one.end())), "")
        return self._opened[key]

    def _defining(self, position: int) -> bool:
        """Whether the words before ``position`` stand in brackets that say what something else is (「…をいう」)."""
        end = self.text.find("）", position)
        inside = self.text[position : end if end >= 0 else position]
        return "（" not in inside and "をいう" in inside
