"""What is told of entries in a merger, in plain words and three languages."""

from __future__ import annotations

from importlib.resources import files

import yaml

from kiban.linkage.explaining import ITEMS, LANGUAGES
from kiban.linkage.merging.model import Matter

TEXTS: dict[str, dict[str, str]] = yaml.safe_load(
    (files("kiban.linkage") / "data" / "merging.yaml").read_text(encoding="utf-8")
)


def says(
    matter: Matter, *, fits: tuple[str, ...] = (), differs: tuple[str, ...] = (), what: str = ""
) -> dict[str, str]:
    """An entry of the work list in words; ``what`` is a town, a code or an old number."""
    found = {}
    for language in LANGUAGES:
        words = [TEXTS[matter][language].format(what=what)]
        for name, items in (("fits", fits), ("differs", differs)):
            if items:
                listed = (", " if language == "en" else "・").join(ITEMS[item][language] for item in items)
                words.append(TEXTS[name][language].format(items=listed))
        found[language] = " ".join(words)
    return found
