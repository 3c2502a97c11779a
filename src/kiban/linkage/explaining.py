"""Every judgement in plain words, in three languages; words come from levels, never from a bare score."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np
import yaml

from kiban.linkage.comparing import PATTERNS, WRITTEN, levels
from kiban.linkage.model import Cause, Column, Difference, Judgement

LANGUAGES = ("ja", "ja-easy", "en")
Words = dict[str, dict[str, str]]
TEXTS: dict[str, Words] = yaml.safe_load((files("kiban.linkage") / "data" / "texts.yaml").read_text(encoding="utf-8"))
ITEMS, DIFFERENCES, CAUSES, FRAME = TEXTS["items"], TEXTS["differences"], TEXTS["causes"], TEXTS["frame"]


def _levels(pattern: int) -> tuple[int, ...]:
    return tuple(int(one) for one in levels(np.array(pattern % WRITTEN % PATTERNS)))


def differences(pattern: int) -> tuple[Difference, ...]:
    """What differs in a pattern, each with the circumstance that explains it."""
    name, kana, birth, sex, place = _levels(pattern)
    married = name == 3 or (name in {2, 4, 5} and kana == 3)
    found = [
        (Difference.MARRIED, married),
        (Difference.OTHER, name in {0, 1} or birth == 0 or (kana in {0, 1} and not (name >= 4 and kana == 0))),
        (Difference.TYPING_NAME, name == 2 and kana != 3),
        (Difference.TYPING_KANA, kana in {2} or (kana == 0 and name >= 4)),
        (Difference.TYPING_BIRTH, birth == 1),
        (Difference.TYPING_SEX, sex == 0),
        (Difference.MOVED, place == 0),
        (Difference.TYPING_ADDRESS, place == 1),
        (Difference.VARIANT, bool(pattern & WRITTEN)),
        (Difference.MISSING, 5 in (name, kana) or birth == 3 or sex == 2 or place == 3),
    ]
    return tuple(difference for difference, holds in found if holds)


@cache
def table() -> tuple[Column, tuple[str, ...]]:
    """For every pattern: judgement before the search (0 certain, 1 plausible) and its differences as one text."""
    texts = tuple(" ".join(differences(at)) for at in range(4096))
    # An item that one side never had is no difference; the others still make the link certain.
    certain = np.array([text in {"", Difference.MISSING.value} for text in texts])
    return (~certain).astype(np.uint8), texts


def unexplained(pattern: Column) -> Column:
    """Patterns in which given name and birth date are both other ones: no move, marriage or slip explains that."""
    name, kana, birth, _, _ = levels(pattern & (WRITTEN - 1))
    named = ((name <= 1) & ((kana <= 1) | (kana == 5))) | ((name == 5) & (kana <= 1))
    found: Column = named & (birth == 0)
    return found


def differing(pattern: int) -> tuple[str, ...]:
    """Items that differ."""
    name, kana, birth, sex, place = _levels(pattern)
    tests = {"name": name < 4, "kana": kana < 4, "birth": birth < 2, "sex": sex == 0, "address": place < 2}
    return tuple(item for item, differs in tests.items() if differs)


def fitting(pattern: int) -> tuple[str, ...]:
    """Items that are the same."""
    name, kana, birth, sex, place = _levels(pattern)
    tests = {"name": name == 4, "kana": kana == 4, "birth": birth == 2, "sex": sex == 1, "address": place == 2}
    return tuple(item for item, same in tests.items() if same)


def says(judgement: Judgement, cause: Cause, *, pattern: int, other: int | None, wrong: float) -> dict[str, str]:
    """A finding in words, in three languages.

    Args:
        judgement: suspicious or wrong; another one gives the differences alone.
        cause: the probable cause.
        pattern: of the record and the linked person.
        other: pattern of the record and the best other person, if there is one.
        wrong: probability that the link is wrong.
    """
    found = {}
    for language in LANGUAGES:
        if judgement not in {Judgement.WRONG, Judgement.SUSPICIOUS}:
            found[language] = " ".join(DIFFERENCES[one][language] for one in differences(pattern))
            continue
        frame = FRAME[language]
        share = f"{min(wrong, 0.999):.1%}"
        words = [frame["differs"].format(items=_listed(differing(pattern), language))] if differing(pattern) else []
        kind = "nobody" if other is None else "better"
        words.append(frame[kind].format(share=share, fits=_listed(fitting(other or 0), language)))
        words.append(CAUSES[cause if other is not None else Cause.UNKNOWN][language])
        found[language] = " ".join(words)
    return found


def _listed(items: tuple[str, ...], language: str) -> str:
    return (", " if language == "en" else "・").join(ITEMS[item][language] for item in items)
