"""The card app's pages: Jinja2, three languages, no script."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

HERE = Path(__file__).parent
LANGUAGES = {"ja": "日本語", "ja-easy": "やさしい日本語", "en": "English"}
RUBY = re.compile(r"([一-鿿々〆ヶ]+)《([ぁ-んー]+)》")


@cache
def texts() -> dict[str, dict[str, str]]:
    """All texts: key → language → text."""
    loaded: dict[str, dict[str, str]] = yaml.safe_load((HERE / "texts.yaml").read_text(encoding="utf-8"))
    return loaded


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(HERE / "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def plain(language: str, key: str, **values: Any) -> str:
    """A text for a title or an attribute: furigana left out."""
    return RUBY.sub(r"\1", texts()[key][language]).format(**values)


def marked(language: str, key: str, **values: Any) -> Markup:
    """A text for the body: furigana as ruby, values escaped."""
    text = RUBY.sub(r"<ruby>\1<rp>(</rp><rt>\2</rt><rp>)</rp></ruby>", str(escape(texts()[key][language])))
    return Markup(text).format(**{name: escape(value) for name, value in values.items()})  # noqa: S704 escaped above


def page(template: str, language: str, **values: Any) -> str:
    """One page as HTML."""
    shown = language if language in LANGUAGES else "ja"
    return (
        _environment()
        .get_template(template)
        .render(
            t=lambda key, **parts: marked(shown, key, **parts),
            tp=lambda key, **parts: plain(shown, key, **parts),
            language=shown,
            html_language="en" if shown == "en" else "ja",
            languages=LANGUAGES,
            **values,
        )
    )
