"""Codes, sources and values in the words of the present language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from kiban.procedures.model import FactValue, Reason, Value
from kiban.procedures.plan import Lang, Shelf
from kiban.procedures.values import plain
from kiban.shell.locale import formats, texts
from kiban.shell.screens import Cited

EDUCATION = "education-"


def lang() -> Lang:
    """The present language as packs name it."""
    return cast(Lang, texts.language())


@dataclass(frozen=True, slots=True)
class Words:
    """Says what the platform knows by code.

    Attributes:
        shelf: the packs' texts.
        agencies: names of agencies by id, as the directory of the exchange has them.
    """

    shelf: Shelf
    agencies: Mapping[str, str] = field(default_factory=dict)

    def of_pack(self, pack: str, path: str) -> str:
        """A text of a pack."""
        return self.shelf.text(pack, path, lang=lang())

    def agency(self, agency: str) -> str:
        """An agency's name; a board of education is named by its municipality."""
        key = f"agency.{agency}"
        if texts.has(key):
            return texts.plain(key)
        if agency.startswith(EDUCATION):
            return texts.plain("agency.education", name=self.agency(agency.removeprefix(EDUCATION)))
        return self.agencies.get(agency, agency)

    def item(self, item: str) -> str:
        """What an item of the exchange is."""
        key = f"item.{item}"
        return texts.plain(key) if texts.has(key) else item

    def affair(self, affair: str) -> str:
        """The 事務 of an enquiry."""
        key = f"affair.{affair}"
        return texts.plain(key) if texts.has(key) else affair

    def source(self, source: str) -> str:
        """Who said so: the card, the applicant, a rule, or an office and its record."""
        if not source:
            return ""
        agency, slash, item = source.partition("/")
        if slash:
            return texts.plain("source.office", office=self.agency(agency), item=self.item(item))
        kind = source.partition(":")[0]
        return texts.plain(f"source.{kind}") if texts.has(f"source.{kind}") else self.agency(source)

    def value(self, kind: str, value: Value) -> str:
        """A fact's value as people read it."""
        if value is None:
            return ""
        if kind == "date" and isinstance(value, str):
            return formats.as_date(value)
        if kind == "money" and isinstance(value, int):
            return formats.as_yen(value)
        if isinstance(value, bool):
            return texts.plain("answer.yes" if value else "answer.no")
        return plain(value)

    def fact(self, pack: str, *, fact: str, kind: str, value: FactValue) -> str:
        """A fact's value; a choice in the pack's words."""
        if kind == "choice" and isinstance(value.value, str):
            return self.of_pack(pack, f"choices.{fact}.{value.value}")
        return self.value(kind, value.value)

    def reason(self, reason: Reason) -> Cited:
        """A reason in the present language with its article."""
        text = reason.words.get(lang()) or reason.text
        return Cited(text, f"{reason.law} {reason.article}".strip(), reason.address)

    def rows(self, data: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
        """A record of an office as labelled lines; links and empty parts are left out."""
        found: list[tuple[str, str]] = []
        for name, part in data.items():
            if name != "link" and part not in (None, "", [], {}):
                label = texts.plain(f"data.{name}") if texts.has(f"data.{name}") else name
                found.append((label, self._part(part)))
        return tuple(found)

    def _part(self, part: Any) -> str:
        if isinstance(part, bool):
            return texts.plain("answer.yes" if part else "answer.no")
        if isinstance(part, list):
            return texts.plain("list.comma").join(self._part(one) for one in part)
        if isinstance(part, dict) and isinstance(part.get("name"), dict):
            return f"{plain(part['name'])} {part.get('relation', '')}".strip()
        return plain(part)
