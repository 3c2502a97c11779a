"""Codes, sources and values in the words of the present language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from kiban.cases import Case
from kiban.procedures.content import office_name
from kiban.procedures.model import MEMBER, FactState, FactValue, Reason, Value
from kiban.procedures.plan import Lang, Shelf
from kiban.procedures.values import counted, full_name, is_amount, plain
from kiban.shell.locale import formats, texts
from kiban.shell.screens import Cited, Option, Problem

EDUCATION, ELDERLY = "education-", "elderly-"
PARTS: Mapping[str, Callable[[Any], str]] = {
    **dict.fromkeys(("birth_date", "resident_since", "since"), formats.as_day),
    **dict.fromkeys(("monthly", "total_income", "income"), formats.as_yen),
    "paid_through": formats.as_month,
}
"""Parts of an office's record that are no plain text."""
KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""A UUID: it tells a person nothing."""
MONTH = re.compile(r"[12]\d{3}-(?:0[1-9]|1[0-2])")


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
            return texts.said(key)
        if agency.startswith(EDUCATION):
            return texts.said("agency.education", name=self.agency(agency.removeprefix(EDUCATION)))
        if agency.startswith(ELDERLY):
            return texts.said("agency.elderly", prefecture=office_name(agency).partition("後期")[0])
        return self.agencies.get(agency, agency)

    def item(self, item: str) -> str:
        """What an item of the exchange is."""
        key = f"item.{item}"
        return texts.said(key) if texts.has(key) else item

    def affair(self, affair: str) -> str:
        """The 事務 of an enquiry."""
        key = f"affair.{affair}"
        return texts.said(key) if texts.has(key) else affair

    def source(self, source: str) -> str:
        """Who said so: the card, the applicant, a rule, or an office and its record."""
        if not source:
            return ""
        agency, slash, item = source.partition("/")
        if slash:
            return texts.said("source.office", office=self.agency(agency), item=self.item(item))
        kind = source.partition(":")[0]
        return texts.said(f"source.{kind}") if texts.has(f"source.{kind}") else self.agency(source)

    def value(self, kind: str, value: Value) -> str:
        """A fact's value as people read it."""
        if value is None:
            return ""
        if kind == "date" and isinstance(value, str):
            return formats.as_day(value)
        if kind == "money" and isinstance(value, int):
            return formats.as_yen(value)
        if isinstance(value, bool):
            return texts.said("answer.yes" if value else "answer.no")
        return plain(value)

    def fact(self, pack: str, *, fact: str, kind: str, value: FactValue) -> str:
        """A fact's value; a choice in the pack's words."""
        if kind == "choice" and isinstance(value.value, str):
            return self.of_pack(pack, f"choices.{fact}.{value.value}")
        if kind == "text" and isinstance(value.value, str) and value.state is not FactState.ADDED:
            return _coded(value.source.partition("/")[2], value.value)
        return self.value(kind, value.value)

    def result(self, pack: str, *, rule: str, value: Value) -> tuple[str, str]:
        """What a decision fixes: its label and its value; an amount, which its rule's unit tells, in people's form."""
        label = self.of_pack(pack, f"results.{rule}")
        if is_amount(value, unit=self.shelf.plan(pack).units.get(rule, "")):
            return label, formats.as_yen(value)
        return label, self.value("boolean", value) if isinstance(value, bool) else counted(value)

    def reason(self, reason: Reason) -> Cited:
        """A reason in the present language with its article."""
        text = reason.words.get(lang()) or reason.text
        return Cited(text, f"{reason.law} {reason.article}".strip(), reason.address)

    def rows(self, data: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
        """A record of an office as labelled lines; links, keys of its own system and empty parts are left out."""
        shown = ((name, part) for name, part in data.items() if name != "link" and not _is_key(part))
        return tuple(row for name, part in shown for row in self._row(name, part))

    def _row(self, name: str, part: Any) -> Iterator[tuple[str, str]]:
        label = texts.said(f"data.{name}") if texts.has(f"data.{name}") else name
        if isinstance(part, list):
            for one in part:  # members of a household stand under their relation to its head
                person = isinstance(one, dict) and isinstance(one.get("name"), dict)
                yield (one.get("relation") or label, _member(one)) if person else (label, plain(one))
        elif part not in (None, "", {}):
            yield label, self._part(name, part)

    def _part(self, name: str, part: Any) -> str:
        if isinstance(part, bool):
            return texts.said("answer.yes" if part else "answer.no")
        if texts.has(f"data.{name}.{part}"):
            return texts.said(f"data.{name}.{part}")
        said = PARTS.get(name)
        try:
            return said(part) if said else plain(part)
        except (TypeError, ValueError):  # an office may keep a day or an amount in a form of its own
            return plain(part)


def _is_key(part: Any) -> bool:
    return isinstance(part, str) and KEY.fullmatch(part) is not None


def _coded(item: str, value: str) -> str:
    """What an office keeps as a code, in words: the kind of insurance at the pension service, a month."""
    if item == "pension.category" and texts.has(f"data.category.{value}"):
        return texts.said(f"data.category.{value}")
    return formats.as_month(value) if MONTH.fullmatch(value) else plain(value)


def yes_or_no() -> tuple[Option, ...]:
    """The two answers of a question of yes or no."""
    return tuple(Option(one, texts.said(f"answer.{one}")) for one in ("yes", "no"))


CHOSEN = frozenset({"choice", "boolean", "member", "heir", "address", "date", "file"})
"""Kinds of facts whose control is no text to write."""


def missing(name: str, label: str, *, kind: str = "text") -> Problem:
    """That a control was left empty; what is chosen is asked to be chosen."""
    return Problem(name, texts.said("problem.choose" if kind in CHOSEN else "problem.missing", label=label))


def whose(case: Case, key: str) -> str:
    """Behind a fact's label: of which member of the household it is, where it is asked of several."""
    member = key.partition(MEMBER)[2]
    name = next((full_name(one.name) for one in case.members if one.key == member), member)
    return f"（{name}）" if member else ""


def _member(one: Mapping[str, Any]) -> str:
    born = one.get("birth_date")
    return texts.said("list.comma").join((plain(one["name"]), *((formats.as_day(born),) if born else ())))
