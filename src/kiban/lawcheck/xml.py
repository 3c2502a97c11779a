"""法令標準XML (e-Gov) → a law with its articles, tables and forms, each paragraph and item with its place.

Source of the form: 法令標準XMLスキーマ (XMLSchemaForJapaneseLaw_v3), デジタル庁.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree as ET

from kiban.kernel.errors import Where
from kiban.kernel.tabular import Report
from kiban.lawcheck.errors import BadLaw
from kiban.lawcheck.model import Article, Law, Mark
from kiban.lawcheck.naming import ministry_of, type_of

_SPACE = {ord(char): None for char in " \t\r\n\u3000"}
_NUMBERED = {"Paragraph", "Item", *(f"Subitem{depth}" for depth in range(1, 11))}
_APPENDED = {"AppdxTable": "別表", "AppdxStyle": "様式", "AppdxFormat": "書式", "Appdx": "付録", "AppdxNote": "別記"}
_UNREAD = {"Rt", "ArticleCaption", "ParagraphCaption", "SupplNote", "RelatedArticleNum"}


def read_xml(written: str, *, file: str, report: Report) -> Law:
    """A law from its XML; an article without a number or text is told by its place and the others are kept.

    Raises:
        BadLaw: no XML, or none of 法令標準XML.
    """
    root = _root(written, file=file)
    law = root if root.tag == "Law" else next(root.iter("Law"), None)
    if law is None:
        raise BadLaw(
            f"no 法令標準XML: its root is {root.tag}", where=Where(file), remedy="give a file with a Law in it"
        )
    number = _plain(law.find("LawNum"))
    body = law.find("LawBody")
    title = _plain(body.find("LawTitle") if body is not None else None)
    law_id = _id_of(root, file=file)
    found = [] if body is None else list(_articles(body, law_id, report=report))
    kind = type_of(number, law.get("LawType", ""))
    return Law(law_id, title, number, kind, ministry_of(number), tuple(found))


def _root(written: str, *, file: str) -> ET.Element:
    if "<!DOCTYPE" in written or "<!ENTITY" in written:  # an entity could be of any size
        raise BadLaw("a document type is no part of 法令標準XML", where=Where(file), remedy="fetch it from e-Gov")
    try:
        return ET.fromstring(written)  # noqa: S314 no document type, so no entity
    except ET.ParseError as error:
        line, column = error.position
        what = f"no XML: {error.msg.partition(':')[0]}"
        raise BadLaw(what, where=Where(file, line, column + 1), remedy="fetch the law anew") from None


def _id_of(root: ET.Element, *, file: str) -> str:
    """The id of an answer of 法令API, else the first part of the file's name (322AC0000000049_2025….xml)."""
    told = next((one.text for tag in ("law_id", "LawId") for one in root.iter(tag) if one.text), "")
    return told or file.partition(".")[0].partition("_")[0]


def _plain(element: ET.Element | None) -> str:
    return "" if element is None else "".join(_texts(element)).translate(_SPACE)


def _texts(element: ET.Element) -> Iterator[str]:
    """Texts in order, without readings (ルビ) and headings that stand apart."""
    yield element.text or ""
    for one in element:
        if one.tag not in _UNREAD:
            yield from _texts(one)
        yield one.tail or ""


def _articles(body: ET.Element, law_id: str, *, report: Report) -> Iterator[Article]:
    for part in body:
        prefix = "附則" if part.tag == "SupplProvision" else ""
        amending = part.get("AmendLawNum", "")
        if part.tag in {"MainProvision", "SupplProvision"}:
            yield from _provision(part, law_id, prefix=f"{prefix}（{amending}）" if amending else prefix, report=report)
        elif part.tag in _APPENDED:
            yield from _appended(part, law_id, report=report)


def _provision(part: ET.Element, law_id: str, *, prefix: str, report: Report) -> Iterator[Article]:
    articles = list(part.iter("Article"))
    for place, article in enumerate(articles, 1):
        number = article.get("Num", "")
        report.read += 1
        if not number:
            remedy = "give the article its Num; the others are kept"
            report.fault(place, f"the article in place {place} has no number", column="Article/@Num", remedy=remedy)
            continue
        yield _article(article, law_id, number=f"{prefix}{number}", report=report)
    if not articles and list(part.iter("Paragraph")):  # laws of one provision, and most 附則
        report.read += 1
        yield _article(part, law_id, number=prefix or "本則", report=report)


def _appended(part: ET.Element, law_id: str, *, report: Report) -> Iterator[Article]:
    report.read += 1
    report.kept += 1
    heading = next((_plain(one) for one in part if one.tag.endswith("Title")), "") or _APPENDED[part.tag]
    yield Article(law_id, heading, heading, _plain(part), (Mark(0, ""),))


def _article(element: ET.Element, law_id: str, *, number: str, report: Report) -> Article:
    report.kept += 1
    pieces: list[str] = []
    marks: list[Mark] = []
    length = 0

    def add(text: str) -> None:
        nonlocal length
        if plain := text.translate(_SPACE):
            pieces.append(plain)
            length += len(plain)

    def walk(one: ET.Element, path: str) -> None:
        if one.tag in _NUMBERED:
            path = "-".join(filter(None, (path, one.get("Num", ""))))
            marks.append(Mark(length, path))
        add(one.text or "")
        for below in one:
            if below.tag not in _UNREAD:
                walk(below, path)
            add(below.tail or "")

    walk(element, "")
    caption = _plain(element.find("ArticleCaption")) or _plain(element.find("Paragraph/ParagraphCaption"))
    return Article(law_id, number, caption, "".join(pieces), tuple(marks))
