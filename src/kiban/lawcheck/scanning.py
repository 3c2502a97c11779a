"""Finding analog words in an article, and judging how each of them stands in its clause."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kiban.lawcheck.clauses import Clauses, Paragraph, Sentence
from kiban.lawcheck.model import Article, Finding, Grade, Standing
from kiban.lawcheck.terms import Kind, Kinds, Term, kinds

_DUTY = re.compile(  # each alternative begins with a letter of its own, or the search is slow
    "なければ|ものとする|ではならない|てはならない|ことができ|を要する|こと(?:。|$)|効力を生じない|請求できる|ナケレバ|ヘシ|ベシ|コトヲ[要得]|"
    "行う。|する。|行なう。|よる。|定める。|限る。"
)
_DEFINED = re.compile("(?:をいう|を謂ふ|ヲ謂フ|とする|と総称する|用語の(?:意義|定義))[。＿]?")
_NOT_NEEDED = re.compile("要しない|必要としない|省略することができる|かかわらず")
_MUST_NOT = ("てはならない", "ではならない")
_NEGATED = re.compile("ない|ずに|なく|ねば|受けず")
_ORDER = {grade: rank for rank, grade in enumerate(Grade)}
_STANDINGS = {standing: rank for rank, standing in enumerate(Standing)}


class _Judged(NamedTuple):
    """How a word stands, the most telling first."""

    rank: tuple[int, int]
    position: int
    words: str
    term: Term
    standing: Standing
    grade: Grade
    reason: str
    sentence: Sentence


def scan(article: Article, *, table: Kinds | None = None, at: Sequence[int] | None = None) -> Iterator[Finding]:
    """What stands in an article, in the order of its text; of one kind and sentence the most telling.

    ``at`` are the characters at which words of the kinds begin, where that is known already.
    """
    table = table or kinds()
    found: Clauses | None = None
    best: dict[tuple[str, int], _Judged] = {}
    for position, terms in _looked_at(article.text, at, table=table):
        for term in terms:
            if words := term.words(article.text, start=position):
                found = found or Clauses(article)  # most articles that have a word have no construction
                _take(best, found, hit=(position, words, term))
                break
    if found is None:
        return
    for one in sorted(best.values(), key=lambda judged: judged.position):
        if table.everything or one.standing is Standing.DEMANDED:
            yield _finding(found, one)


def _looked_at(text: str, at: Sequence[int] | None, *, table: Kinds) -> Iterator[tuple[int, tuple[Term, ...]]]:
    """Where the words of the kinds stand, each with its terms."""
    if at is None:
        for anchor in table.anchors.finditer(text):
            yield anchor.start(), table.terms[anchor[0]]
        return
    for position in at:
        for word in table.heads[text[position]]:
            if text.startswith(word, position):
                yield position, table.terms[word]
                break


def _take(best: dict[tuple[str, int], _Judged], found: Clauses, *, hit: tuple[int, str, Term]) -> None:
    position, words, term = hit
    paragraph = found.paragraph(position)
    sentence = found.sentence(position, paragraph=paragraph)
    key = (term.kind.id, sentence.start)
    before = best.get(key)
    if before and before.rank <= (0, _ORDER[term.grade]):
        return
    standing, grade, reason = _standing(found, paragraph, sentence=sentence, term=term, position=position)
    rank = (_STANDINGS[standing], _ORDER[grade])
    if before is None or rank < before.rank:
        best[key] = _Judged(rank, position, words, term, standing, grade, reason, sentence)


def _finding(found: Clauses, one: _Judged) -> Finding:
    kind = one.term.kind
    return Finding(
        law_id=found.article.law_id, path=found.path(one.position), kind=kind.id, purpose=one.term.purpose,
        words=one.words, start=one.position, sentence=found.text[one.sentence.start : one.sentence.end],
        standing=one.standing, grade=one.grade, reason=one.reason, phase=_phase(kind, one.standing),
    )  # fmt: skip


def _phase(kind: Kind, standing: Standing) -> int | None:
    """A clause that demands is as today; one that is opened is at least at the second phase; others tell none."""
    if not kind.phases:
        return None
    return {Standing.DEMANDED: 1, Standing.OPENED: 2}.get(standing)


def _standing(
    found: Clauses, paragraph: Paragraph, *, sentence: Sentence, term: Term, position: int
) -> tuple[Standing, Grade, str]:
    low = Grade.LOW
    if paragraph.penal:
        return Standing.PENALTY, low, "罰則"
    if sentence.applies_by_analogy:
        return Standing.REFERENCE, low, "準用・読替"
    if (sentence.aside(position) and not term.kind.aside) or found.defines:
        return _beside(found, position)
    if sentence.defines:
        return Standing.DEFINITION, low, "「をいう」で終わる文"
    after = position - sentence.start
    if not_needed := _NOT_NEEDED.search(sentence.bare, after):
        return Standing.EXEMPT, low, f"「{not_needed[0]}」"
    if words := found.opened(term.kind, position):
        return Standing.OPENED, term.grade, f"「{words}」がある"
    if sentence.tells_tasks or paragraph.lists_tasks:
        return Standing.REFERENCE, low, "職務・組織の定め"
    return _demand(sentence, paragraph, term=term, after=after)


def _demand(sentence: Sentence, paragraph: Paragraph, *, term: Term, after: int) -> tuple[Standing, Grade, str]:
    """Whether what follows the word asks for it: a duty, a power where that counts, no prohibition."""
    text = sentence.bare
    duty = _DUTY.search(text, after)
    if duty is None:
        return Standing.UNCLEAR, Grade.LOW, "義務を示す語がない"
    between = text[after : duty.start()]
    if paragraph.forbids or (duty[0] in _MUST_NOT and not _NEGATED.search(between) and "拒" not in between):
        return Standing.UNCLEAR, Grade.LOW, "禁止"
    if duty[0] == "ことができ" and not term.kind.power:
        return Standing.UNCLEAR, Grade.LOW, "「ことができる」だけ"
    return Standing.DEMANDED, term.grade, f"「{duty[0]}」に続く"


def _beside(found: Clauses, position: int) -> tuple[Standing, Grade, str]:
    text = found.text
    end = min((at for mark in "）」" if (at := text.find(mark, position)) >= 0), default=len(text))
    inside = text[position:end]
    if "をいう" in inside or found.defines:
        return Standing.DEFINITION, Grade.LOW, "定義の中"
    if _DEFINED.search(inside) or not _DUTY.search(inside):
        return Standing.REFERENCE, Grade.LOW, "括弧の中"
    return Standing.UNCLEAR, Grade.LOW, "括弧の中"
