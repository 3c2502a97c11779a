"""An article taken apart: its paragraphs, their sentences, and what each is; worked out once, when asked for.

What stands in brackets or quotation marks is masked, so that a full stop within them ends no sentence and words within
them count as said beside.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property

from kiban.lawcheck.model import Article, Mark
from kiban.lawcheck.paths import items_of, paragraphs_of, place
from kiban.lawcheck.terms import Kind

MASK = "＿"
_INNER = re.compile(r"（[^（）]*）|「[^「」]*」")
_MASKS = [MASK * length for length in range(200)]
_PENAL = re.compile(r"(?:罰金|過料|科料|拘留|懲役|拘禁刑|禁錮|死刑)[^。]{0,30}(?:に処する|に処す。|を科する)|ニ処ス")
_ANALOGY = re.compile(
    "(?:準用|読み替えて適用)(?:する|される|があるものとする)(?:。|ものとする|こととする)|準用し、|読み替える|とあるのは|準用ス"
)
_ANALOGIES = ("準用", "読み替", "とあるのは")
_LISTED = re.compile("次に掲げる(?:事務|業務|事項)を(?:行う|つかさどる|処理する)")
_FORBIDDEN = re.compile("次(?:に掲げる|の各号)[^。]{0,40}をしてはならない")


def bare(text: str) -> str:
    """The text with everything in brackets or quotation marks masked, character for character."""
    while "（" in text or "「" in text:
        text, n = _INNER.subn(_masked, text)
        if not n:
            break
    return text


def _masked(found: re.Match[str]) -> str:
    length = found.end() - found.start()
    return _MASKS[length] if length < len(_MASKS) else MASK * length


class Sentence:
    """A sentence of an article: where it begins and ends, and its text with brackets masked."""

    def __init__(self, start: int, bare_text: str) -> None:
        self.start, self.end, self.bare = start, start + len(bare_text), bare_text

    def aside(self, at: int) -> bool:
        """Whether the character at ``at`` of the article stands in brackets or quotation marks."""
        return self.bare[at - self.start] == MASK

    @cached_property
    def applies_by_analogy(self) -> bool:
        """Whether it applies another clause by analogy, or re-words one (準用・読替)."""
        return any(word in self.bare for word in _ANALOGIES) and bool(_ANALOGY.search(self.bare))

    @cached_property
    def tells_tasks(self) -> bool:
        """Whether it says who does what within an office (所掌)."""
        return "つかさど" in self.bare or "所掌事務" in self.bare or "掌る" in self.bare

    @property
    def defines(self) -> bool:
        """Whether it says what a word means."""
        return self.bare.endswith("をいう。")


class Paragraph:
    """A paragraph (項) of an article, from ``start`` to ``end`` of its text."""

    def __init__(self, text: str, mark: Mark, *, end: int) -> None:
        self.text, self.mark, self.start, self.end = text, mark, mark.start, end

    @cached_property
    def penal(self) -> bool:
        """Whether it punishes; its items then name what is punished."""
        text = self.text  # the plain words first: an expression costs more than they do
        said = "に処す" in text or "を科する" in text or "処ス" in text
        return said and bool(_PENAL.search(text, self.start, self.end))

    @cached_property
    def lists_tasks(self) -> bool:
        """Whether it lists the tasks of an office."""
        return "次に掲げる" in self.text and bool(_LISTED.search(self.text, self.start, self.end))

    @cached_property
    def forbids(self) -> bool:
        """Whether it lists what must not be done."""
        return "をしてはならない" in self.text and bool(_FORBIDDEN.search(self.text, self.start, self.end))

    @cached_property
    def items(self) -> list[Mark]:
        """Its items (号), as far as running text tells them."""
        return items_of(self.text, self.mark, end=self.end)


class Clauses:
    """An article as it is being read."""

    def __init__(self, article: Article) -> None:
        self.article, self.text, self.bare = article, article.text, bare(article.text)
        self._opened: dict[tuple[re.Pattern[str], int], str] = {}
        self._sentences: dict[int, Sentence] = {}
        tops = [one for one in article.marks if "-" not in one.path] or paragraphs_of(self.bare)
        self.defines = "定義" in article.caption or "用語" in article.caption
        self._starts = [one.start for one in tops]
        ends = [*self._starts[1:], len(self.text)]
        self._paragraphs = [Paragraph(self.text, one, end=end) for one, end in zip(tops, ends, strict=True)]

    def paragraph(self, position: int) -> Paragraph:
        """The paragraph at a character."""
        if len(self._starts) == 1:
            return self._paragraphs[0]
        return self._paragraphs[max(bisect_right(self._starts, position) - 1, 0)]

    def sentence(self, position: int, *, paragraph: Paragraph) -> Sentence:
        """The sentence at a character; a full stop in brackets ends none."""
        start = max(self.bare.rfind("。", 0, position) + 1, paragraph.start)
        if start not in self._sentences:
            stop = self.bare.find("。", position, paragraph.end) + 1 or paragraph.end
            self._sentences[start] = Sentence(start, self.bare[start:stop])
        return self._sentences[start]

    def path(self, position: int) -> str:
        """条-項-号 of a character, as far as it is known; a paragraph that is the only one is not named."""
        if self.article.marks:
            return place(self.article.number, self.article.marks, start=position)
        paragraph = self.paragraph(position)
        path = "" if len(self._starts) == 1 and not paragraph.items else paragraph.mark.path
        path = next((one.path for one in reversed(paragraph.items) if one.start <= position), path)
        return "-".join(filter(None, (self.article.number, path)))

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
