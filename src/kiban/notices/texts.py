"""Fills a template's words; and the words of outward messages, which are the same for everybody."""

from __future__ import annotations

import string
from collections.abc import Mapping

from kiban.notices.errors import MissingText
from kiban.notices.model import Text
from kiban.procedures.plan import Lang

LANGUAGES: tuple[Lang, ...] = ("ja", "ja-easy", "en")

OUTWARD = {
    "ja": Text(
        title="新しいお知らせがあります",
        body="ポータルに新しいお知らせが届きました。ポータルを開き、カードで確認してください。"
        "このメールに返信する必要はありません。パスワードや暗証番号をたずねることはありません。",
    ),
    "ja-easy": Text(
        title="新(あたら)しい お知(し)らせが あります",
        body="ポータルに 新(あたら)しい お知(し)らせが あります。ポータルを あけて、カードで 見(み)てください。"
        "このメールに 返事(へんじ)は いりません。暗証番号(あんしょうばんごう)は 聞(き)きません。",
    ),
    "en": Text(
        title="You have a new notice",
        body="A new notice has arrived in the portal. Open the portal and read it with your card. "
        "You need not answer this message. We never ask for a password or PIN.",
    ),
}


def fill(templates: Mapping[str, Text], values: Mapping[str, str | int]) -> dict[str, Text]:
    """The template's texts with ``{name}`` replaced by its value, in each language.

    Raises: MissingText when a language is missing or a name has no value.
    """
    missing = [language for language in LANGUAGES if language not in templates]
    if missing:
        raise MissingText(f"the notice has no text in {', '.join(missing)}", remedy="add it beside the pack")
    return {language: _fill(templates[language], values) for language in LANGUAGES}


def _fill(text: Text, values: Mapping[str, str | int]) -> Text:
    return Text(title=_words(text.title, values), body=_words(text.body, values))


def _words(template: str, values: Mapping[str, str | int]) -> str:
    """Only plain ``{name}`` is a field: no attribute, index or format can be reached from a template."""
    out = []
    for literal, name, form, conversion in string.Formatter().parse(template):
        out.append(literal)
        if name is None:
            continue
        if form or conversion or name not in values:
            raise MissingText(f"the notice's text names {{{name}}}", remedy="name a value that the sender gives")
        out.append(str(values[name]))
    return "".join(out)
