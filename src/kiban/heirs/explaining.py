"""Reasons, questions and needs in plain words, in Japanese, English and やさしい日本語, with their articles."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from importlib.resources import files

from msgspec import Struct

from kiban.heirs.answer import Found, Reason, Succession
from kiban.heirs.law import basis_doubts, period_doubt
from kiban.heirs.model import Adoption, Dissolution, Event, Family, Marriage, Recognition
from kiban.heirs.worlds import Question
from kiban.kernel.located import parse_located
from kiban.kernel.values import BadDate, PartialDate, wareki
from kiban.rules import Basis
from kiban.rules.explain import address

LANGUAGES = ("ja", "en", "ja-easy")
Words = dict[str, dict[str, str]]


class Sentence(Struct, frozen=True):
    """One sentence, whom it is about, the articles it rests on and where those can be read."""

    text: str
    about: str
    bases: tuple[Basis, ...]
    addresses: tuple[str, ...]


@cache
def texts() -> dict[str, Words]:
    """All words (``data/texts.yaml``)."""
    text = (files("kiban.heirs") / "data" / "texts.yaml").read_text(encoding="utf-8")
    found: dict[str, Words] = parse_located(text, file="texts.yaml").value
    return found


def frame(key: str, language: str, **values: str) -> str:
    """A word of the report."""
    return texts()["frame"][key][language].format_map(values)


def called(family: Family, person: str) -> str:
    """The name of a person, the id where there is none."""
    told = family.persons.get(person)
    return (told.name if told else "") or person


def fraction(share: Fraction, language: str) -> str:
    """A share in words: 2分の1, 1/2; the whole is 全部."""
    if language == "en":
        return str(share) if share != 1 else "the whole"
    whole = {"ja": "全部", "ja-easy": "ぜんぶ"}[language]
    mark = {"ja": "分の", "ja-easy": "ぶんの "}[language]
    return whole if share == 1 else f"{share.denominator}{mark}{share.numerator}"


def day_said(day: PartialDate, language: str) -> str:
    """A day, in the Japanese calendar for Japanese readers."""
    if language == "en":
        return str(day)
    try:
        return wareki(day)
    except BadDate:
        return str(day)


def said(family: Family, reason: Reason, *, language: str) -> str:
    """A reason as a sentence."""
    joined = {"ja": "、", "ja-easy": "と "}.get(language, ", ").join(called(family, one) for one in reason.others)
    return texts()["reasons"][reason.key][language].format(
        who=called(family, reason.about),
        of=called(family, reason.of),
        share=fraction(reason.share, language) if reason.share is not None else "",
        others=joined,
    )


def asked(family: Family, question: Question, *, language: str) -> str:
    """An unknown fact as a question."""
    who, event = question.about, ""
    if question.kind in {"pending", "by_then"}:
        given = family.events[int(question.about)]
        who, event = subject(given), texts()["events"][type(given).__name__][language]
    words = texts()["questions"][question.kind][language]
    return words.format(who=called(family, who), of=called(family, question.other), event=event)


def subject(event: Event) -> str:
    """Whom an event is about first."""
    if isinstance(event, Marriage):
        return event.spouses[0]
    if isinstance(event, Adoption | Dissolution | Recognition):
        return event.child
    return event.person if hasattr(event, "person") else event.spouses[0]


def explain(found: Found, *, language: str = "ja") -> Iterator[Sentence]:
    """Every sentence of the answer: of heirs, of others, remarks, what must be seen; later successions after the first.

    Raises: KeyError: no such language.
    """
    for succession in (found.first, *found.later):
        yield from _of(found.family, succession, language=language)
    for need in found.lacking:
        yield sentence(found.family, need.reason, language=language)


def sentence(family: Family, reason: Reason, *, language: str) -> Sentence:
    """A reason with its articles."""
    addresses = tuple(address(basis) for basis in reason.bases)
    return Sentence(said(family, reason, language=language), reason.about, reason.bases, addresses)


def doubts(found: Found) -> dict[str, str]:
    """What the answer rests on that was not compared with a text in force, and why."""
    told: dict[str, str] = {}
    for succession in (found.first, *found.later):
        reasons = list(_reasons(succession))
        nonmarital = any(reason.key.startswith("nonmarital") for reason in reasons)
        if why := period_doubt(succession.day, nonmarital=nonmarital):
            told[f"民法第900条 ({succession.day})"] = why
        for reason in reasons:
            told |= basis_doubts(reason.key, succession.day)
    return told


def _reasons(succession: Succession) -> Iterator[Reason]:
    for heir in succession.heirs:
        for stake in heir.stakes:
            yield from stake.reasons
    yield from (other.reason for other in succession.excluded)
    yield from succession.remarks


def _of(family: Family, succession: Succession, *, language: str) -> Iterator[Sentence]:
    for reason in _reasons(succession):
        yield sentence(family, reason, language=language)
