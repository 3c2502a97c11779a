"""What two entries are to each other, in plain words and three languages."""

from __future__ import annotations

from importlib.resources import files

import yaml

from kiban.linkage.explaining import ITEMS, LANGUAGES
from kiban.linkage.identities.model import Kind

TEXTS: dict[str, dict[str, str]] = yaml.safe_load(
    (files("kiban.linkage") / "data" / "identities.yaml").read_text(encoding="utf-8")
)
MOST_NAMED = 1_000_000_000


def says(
    kind: Kind, *, fits: tuple[str, ...], differs: tuple[str, ...], probability: float, by_chance: float
) -> dict[str, str]:
    """A pair in words.

    Args:
        kind: what the two entries are to each other.
        fits: items that are the same.
        differs: items that differ.
        probability: that they are that.
        by_chance: how many strangers would fit the first entry so well.
    """
    found = {}
    for language in LANGUAGES:
        words = [TEXTS[kind][language].format(share=f"{min(probability, 0.999):.1%}")]
        for name, items in (("fits", fits), ("differs", differs)):
            if items:
                words.append(TEXTS[name][language].format(items=_listed(items, language)))
        if kind is not Kind.SHARED_NUMBER:
            one_in = min(round(1 / max(by_chance, 1 / MOST_NAMED)), MOST_NAMED)
            words.append(TEXTS["chance" if one_in >= 2 else "many"][language].format(one_in=f"{one_in:,}"))
        found[language] = " ".join(words)
    return found


def _listed(items: tuple[str, ...], language: str) -> str:
    return (", " if language == "en" else "・").join(ITEMS[item][language] for item in items)
