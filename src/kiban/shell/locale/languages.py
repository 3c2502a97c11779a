"""Which languages there are and which one a browser prefers."""

from __future__ import annotations

DEFAULT = "ja"
LANGUAGES = {"ja": "日本語", "ja-easy": "やさしい日本語", "en": "English"}
HTML_CODES = {"ja": "ja", "ja-easy": "ja", "en": "en"}  # plain Japanese has no registered tag of its own


def preferred(header: str) -> str:
    """The first language of an Accept-Language header that we speak; Japanese where none is.

    Source: RFC 9110 section 12.5.4.
    """
    ranked = []
    for place, part in enumerate(header.split(",")):
        tag, _, parameter = part.strip().partition(";")
        weight = parameter.strip().removeprefix("q=") if parameter else "1"
        ranked.append((-_weight(weight), place, tag.strip().lower()))
    for rank, _, tag in sorted(ranked):
        known = tag if tag in LANGUAGES else tag.split("-")[0]
        if rank < 0 and known in LANGUAGES:
            return known
    return DEFAULT


def _weight(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
