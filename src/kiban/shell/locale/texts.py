"""The texts of the user interface: YAML files, one key with its three languages side by side.

A plain-Japanese text may carry furigana as ``漢字《かんじ》``; in a page it becomes a ruby element. Packs write
``漢字(かんじ)``, which also reads well where no ruby element can stand.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils import translation
from markupsafe import Markup, escape

from kiban.kernel.errors import Audience, KibanError, Where
from kiban.shell.locale.languages import DEFAULT, LANGUAGES

FOLDER = Path(__file__).with_name("texts")
RUBY = re.compile(r"([一-鿿々〆ヶ]+)[《(]([ぁ-んー]+)[》)]")
RUBY_HTML = re.compile(r"</?ruby>|<rp>[^<]*</rp>|<rt>[^<]*</rt>")


UNITS = {"年": "ねん", "月": "がつ", "日": "にち", "円": "えん"}
DAYS = {"2": "ふつか", "3": "みっか", "4": "よっか", "5": "いつか", "6": "むいか", "7": "なのか", "8": "ようか",
        "9": "ここのか", "10": "とおか", "14": "じゅうよっか", "20": "はつか", "24": "にじゅうよっか"}  # fmt: skip
WEEK = dict(zip("月火水木金土日", ("げつ", "か", "すい", "もく", "きん", "ど", "にち"), strict=True))
COUNTED = re.compile(r"(?<![\d,])(\d[\d,]*)([年月日円])|(?<=日)\(([月火水木金土日])\)")


class UnknownText(KibanError):
    """A page asks for a text that no file of the user interface has."""

    code = "SHELL-001"
    audience = Audience.DEVELOPER


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """All texts: key → language → text."""
    texts: dict[str, dict[str, str]] = {}
    for path in sorted(FOLDER.glob("*.yaml")):
        texts.update(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))
    return texts


def language() -> str:
    """The language of the present request."""
    active = translation.get_language() or DEFAULT
    return active if active in LANGUAGES else DEFAULT


def raw(key: str) -> str:
    """A text in the present language as it stands in the file; a missing translation falls back to Japanese.

    Raises:
        UnknownText: there is no such key.
    """
    entry = catalogue().get(key)
    if entry is None:
        raise UnknownText(
            f"there is no text {key!r}", where=Where(file="locale/texts"), remedy="add it, in ja, ja-easy and en"
        )
    return entry.get(language()) or entry[DEFAULT]


def has(key: str) -> bool:
    """Whether there is such a text."""
    return key in catalogue()


def plain(key: str, **values: Any) -> str:
    """A text for a title or an attribute: furigana left out."""
    return RUBY.sub(r"\1", raw(key)).format(**values)


def marked(key: str, **values: Any) -> Markup:
    """A text for the body of a page: furigana as ruby, values escaped."""
    return with_ruby(raw(key)).format(**{name: escape(value) for name, value in values.items()})


def said(key: str, **values: Any) -> str:
    """A text that a page shows among its values: furigana as packs write them, which the page's ruby filter reads."""
    return RUBY.sub(r"\1(\2)", raw(key)).format(**values)


def with_ruby(text: str) -> Markup:
    """Plain text with ``漢字《かんじ》`` as safe HTML with ruby elements; plain Japanese reads days and sums too."""
    if isinstance(text, Markup):
        return text
    safe = RUBY.sub(lambda found: _ruby(found[1], found[2]), str(escape(text)))
    if language() == "ja-easy":
        safe = COUNTED.sub(_counted, safe)
    return Markup(safe)  # noqa: S704 escaped above


def without_readings(text: str) -> str:
    """A text where no ruby element can stand, as in an option, a title or an attribute: its readings left out."""
    return Markup(RUBY_HTML.sub("", text)) if isinstance(text, Markup) else RUBY.sub(r"\1", text)  # noqa: S704 only tags fall


def _ruby(text: str, reading: str) -> str:
    return f"<ruby>{text}<rp>(</rp><rt>{reading}</rt><rp>)</rp></ruby>"


def _counted(found: re.Match[str]) -> str:
    """A year, month, day, day of the week or sum with its reading: the days of a month have readings of their own."""
    number, unit, week = found.groups()
    if week:
        return f"({_ruby(week, WEEK[week])})"
    first = number == "1" and found.string[: found.start()].endswith("月")
    if unit == "日" and (number in DAYS or first):
        return _ruby(f"{number}日", DAYS.get(number, "ついたち"))
    return f"{number}{_ruby(unit, UNITS[unit])}"
