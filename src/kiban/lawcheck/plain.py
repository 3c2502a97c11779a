"""A law, bill or ordinance as plain text with article numbers → its articles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kiban.kernel.tabular import Report
from kiban.lawcheck.model import Article, Law, Mark
from kiban.lawcheck.naming import ministry_of, type_of
from kiban.lawcheck.paths import article_number, number

_N = "一二三四五六七八九十百千〇0-9０-９"
_SPACE = {ord(char): None for char in " \t\r\n\u3000\ufeff"}
_ARTICLE = re.compile(
    rf"^[\s\u3000]*第[{_N}]+条(?:[のノ][{_N}]+)*(?=[\s\u3000]|$|[^\d第条項号の及又、から中をにはとで])"
)
_CAPTION = re.compile(r"^[\s\u3000]*（[^（）]{1,60}）[\s\u3000]*$")
_HEADING = re.compile(rf"^[\s\u3000]*(?:第[{_N}]+[編章節款目](?:の[{_N}]+)*[\s\u3000]|目次[\s\u3000]*$)")
_PARAGRAPH = re.compile(r"^[\s\u3000]*(?:([2-9２-９]|[1-9１-９][0-9０-９])|([②-⑳]))(?:[\s\u3000]+|(?=[^\d０-９.．、]))")
_ITEM = re.compile(r"^[\s\u3000]*([一二三四五六七八九十]{1,4}|[(（][0-9０-９]+[)）])[\s\u3000]+")
_BELOW = re.compile(r"^[\s\u3000]*([ア-ン])[\s\u3000]+")
_SUPPLEMENT = re.compile(r"^[\s\u3000]*附[\s\u3000]*則")
_FORM = re.compile(rf"^[\s\u3000]*((?:別[\s\u3000]*表|(?:別記)?様式)(?:第[{_N}]+(?:号(?:様式)?)?(?:の[{_N}]+)*)?)")
_NUMBER = re.compile(r"^[\s\u3000（]*((?:明治|大正|昭和|平成|令和).{1,12}年[^。]{2,30}第.{1,8}号)")
_BULLET = re.compile("^○(?!○)")  # ○和歌山県公園条例 of a collection, but ○○市公園条例 of a model
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


class _Draft:
    """An article that is being read, line by line."""

    def __init__(self, number_: str, caption: str, *, path: str) -> None:
        self.number, self.caption, self.path = number_, caption, path
        self.pieces: list[str] = []
        self.marks: list[Mark] = [Mark(0, path)]
        self.length = 0
        self.item = ""

    def add(self, line: str) -> None:
        """A line of the article: it may begin a paragraph or an item."""
        if found := _PARAGRAPH.match(line):
            self.path = str(number(found[1]) if found[1] else _CIRCLED.index(found[2]) + 1)
            self._mark(self.path)
        elif found := _ITEM.match(line):
            self.item = str(number(found[1].strip("()（）")))
            self._mark(f"{self.path}-{self.item}" if self.path else self.item)
        elif found := _BELOW.match(line):
            self._mark("-".join(filter(None, (self.path, self.item, found[1]))))
        plain = line.translate(_SPACE)
        self.pieces.append(plain)
        self.length += len(plain)

    def _mark(self, path: str) -> None:
        self.marks.append(Mark(self.length, path))

    def article(self, law_id: str) -> Article:
        return Article(law_id, self.number, self.caption, "".join(self.pieces), tuple(self.marks))


def read_plain(text: str, *, law_id: str, report: Report) -> Law:
    """Articles (第…条), 附則, 別表 and 様式 of a text, paragraphs and items by the numbers at the heads of their lines.

    Lines before the first article are the title and the number of the law. A number that stands twice is told by its
    line; both articles are kept.
    """
    lines = text.splitlines()
    title, law_number = _head(lines)
    articles = tuple(_articles(lines, law_id, report=report))
    return Law(law_id, title, law_number, type_of(law_number) or _by_title(title), ministry_of(law_number), articles)


def _by_title(title: str) -> str:
    ends = ("条例", "条例案", "規則", "要綱", "法律", "法律案")
    return next((end.removesuffix("案") for end in ends if title.endswith(end)), "")


def _head(lines: Sequence[str]) -> tuple[str, str]:
    title = law_number = ""
    for line in lines[:30]:
        if _ARTICLE.match(line) or _CAPTION.match(line):
            break
        if found := _NUMBER.match(line):
            law_number = found[1].translate(_SPACE)
        elif not title and not _HEADING.match(line):
            title = _BULLET.sub("", line.translate(_SPACE))
    return title, law_number


def _articles(lines: Sequence[str], law_id: str, *, report: Report) -> Iterator[Article]:
    draft: _Draft | None = None
    caption = prefix = ""
    seen: dict[str, int] = {}
    for at, line in enumerate(lines, 1):
        opened = _opened(line, caption, prefix=prefix)
        if opened is not None:
            if draft is not None:
                report.kept += 1
                yield draft.article(law_id)
            draft, caption = opened, ""
            prefix = "附則" if draft.number == "附則" else prefix
            report.read += 1
            if (first := seen.setdefault(draft.number, at)) != at:
                what, remedy = (
                    f"{draft.number} stands twice, first in line {first}",
                    "compare the numbers; both are kept",
                )
                report.fault(at, what, column="条", remedy=remedy)
        elif _CAPTION.match(line):
            caption = line.translate(_SPACE)
            continue
        if draft is not None and line.strip() and not _HEADING.match(line):
            draft.add(line)
    if draft is not None:
        report.kept += 1
        yield draft.article(law_id)


def _opened(line: str, caption: str, *, prefix: str) -> _Draft | None:
    """The article, supplement, table or form that a line begins; none for other lines."""
    if _ARTICLE.match(line):
        return _Draft(prefix + article_number(line.translate(_SPACE)), caption, path="1")
    if _SUPPLEMENT.match(line):
        return _Draft("附則", caption, path="")
    if found := _FORM.match(line):
        return _Draft(found[1].translate(_SPACE), "", path="")
    return None
