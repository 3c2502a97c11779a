"""A bill or an ordinance's draft against the five digital principles (デジタル法制審査)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from kiban.lawcheck.actions import scan_law
from kiban.lawcheck.amending import amendments
from kiban.lawcheck.clauses import Clauses
from kiban.lawcheck.model import Article, Finding, Law, Standing
from kiban.lawcheck.paths import named
from kiban.lawcheck.terms import kinds

WHOLE = "全体"


@dataclass(frozen=True, slots=True)
class Rule:
    """Words that go against a principle; ``unless`` are words of the same article with which the rule is silent."""

    find: re.Pattern[str]
    unless: re.Pattern[str] | None
    why: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Principle:
    """One of the five principles (構造改革のためのデジタル原則), and what goes against it."""

    id: str
    ja: str
    says: str
    basis: str
    kinds: tuple[str, ...]
    rules: tuple[Rule, ...]
    wanted: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Remark:
    """What a check says of a clause: against which principle, where, in which words, why, and what to write instead.

    ``finding`` is there when an analog clause is remarked on; ``path`` is 全体 of what the whole draft lacks.
    """

    principle: str
    path: str
    words: str
    sentence: str
    why: str
    remedy: str
    technology: tuple[str, ...] = ()
    basis: str = ""
    finding: Finding | None = None

    @property
    def place(self) -> str:
        """The place in words."""
        return named(self.path)


@cache
def principles() -> tuple[Principle, ...]:
    """The five principles in their order."""
    text = (files("kiban.lawcheck") / "data" / "principles.yaml").read_text(encoding="utf-8")
    return tuple(_principle(row) for row in yaml.safe_load(text))


def _principle(row: Mapping[str, Any]) -> Principle:
    return Principle(
        row["id"], row["ja"], row["says"], row["basis"], tuple(row.get("kinds", ())),
        tuple(map(_rule, row.get("rules", ()))), tuple(map(_rule, row.get("wanted", ()))),
    )  # fmt: skip


def _rule(row: Mapping[str, str]) -> Rule:
    unless = re.compile(row["unless"]) if "unless" in row else None
    return Rule(re.compile(row["find"]), unless, row["why"], row["remedy"])


def check(law: Law) -> list[Remark]:
    """What is to be said of a draft, in the order of its articles; what the whole lacks comes last.

    Clauses that allow electronic means, punish, define or refer are not remarked on.
    """
    return list(_check(law))


def _check(law: Law) -> Iterator[Remark]:
    by_kind = {kind: principle for principle in principles() for kind in principle.kinds}
    remarks = [_analog(finding, by_kind[finding.kind]) for finding in scan_law(law) if finding.stands]
    for article in law.articles:
        remarks += _ruled(article, remarks)
        remarks += _amending(article, by_kind)
    order = {article.number: place for place, article in enumerate(law.articles)}
    yield from sorted(remarks, key=lambda one: order.get(one.path.partition("-")[0], 0))
    whole = "".join(article.text for article in law.articles)
    for principle in principles():
        for rule in principle.wanted:
            if not rule.find.search(whole):
                yield Remark(principle.id, WHOLE, "", "", rule.why, rule.remedy, basis=principle.basis)


def _analog(finding: Finding, principle: Principle) -> Remark:
    kind = kinds().by_id[finding.kind]
    return Remark(
        principle.id, finding.path, finding.words, finding.sentence, f"{kind.ja}（{finding.purpose}）：{kind.demands}",
        kind.remedy, kind.technology, principle.basis, finding,
    )  # fmt: skip


def _amending(article: Article, by_kind: Mapping[str, Principle]) -> Iterator[Remark]:
    """Remarks on words that an amendment (改め文) puts in or takes away."""
    clauses = Clauses(article)
    for put in amendments(article):
        principle = by_kind[put.kind.id]
        why = f"電子の方法を認める「{put.words}」を削る" if put.taken else f"{put.kind.ja}の語「{put.words}」を加える"
        remedy = f"「{put.words}」を残す" if put.taken else put.kind.remedy
        yield Remark(
            principle.id, clauses.path(put.start), put.clause, put.clause, why, remedy,
            () if put.taken else put.kind.technology, principle.basis,
        )  # fmt: skip


def _ruled(article: Article, before: Sequence[Remark]) -> Iterator[Remark]:
    """Remarks by rules; a sentence that has a remark for the same principle gets no second one."""
    clauses = Clauses(article)
    said = {(one.principle, one.sentence) for one in before}
    for principle in principles():
        for rule in principle.rules:
            if rule.unless and rule.unless.search(article.text):
                continue
            for found in rule.find.finditer(article.text):
                paragraph = clauses.paragraph(found.start())
                sentence = clauses.sentence(found.start(), paragraph=paragraph)
                text = article.text[sentence.start : sentence.end]
                silent = paragraph.penal or sentence.applies_by_analogy or sentence.defines
                if silent or sentence.aside(found.start()) or (principle.id, text) in said:
                    continue
                said.add((principle.id, text))
                yield Remark(
                    principle.id, clauses.path(found.start()), found[0], text, rule.why, rule.remedy,
                    basis=principle.basis,
                )  # fmt: skip


def opened(law: Law) -> list[Finding]:
    """Clauses of a draft that allow electronic means already."""
    return [finding for finding in scan_law(law) if finding.standing is Standing.OPENED]
