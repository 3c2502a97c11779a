"""Kinds of certificates as data: which fields, from which record, under which article, valid how long, in which words.

A kind is a YAML file (see ``kinds/``). What the law does not fix says so: ``verified: false`` and why.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import msgspec

from kiban.credentials.errors import NotIssuable
from kiban.kernel.errors import BadInput, Where
from kiban.kernel.located import Located, parse_located, read_located
from kiban.kernel.values import IndividualNumber

Words = Mapping[str, str]
"""The same words by language: ja, ja-easy, en."""
LANGUAGES = ("ja", "ja-easy", "en")
FieldKind = Literal["text", "date", "integer", "money", "yes_no", "texts", "table"]
_ID = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_TWELVE = re.compile(r"(?<!\d)\d{4}[\s\-‐ー－・]?\d{4}[\s\-‐ー－・]?\d{4}(?!\d)")
FIXED = frozenset({"number", "issued_on", "office", "title"})
"""What every certificate says beside its fields."""


class Law(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An article; ``verified`` is false where the text was not at hand, and ``why`` says what to compare."""

    law: str
    title: str
    article: str
    verified: bool = True
    why: str = ""


class Validity(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long a certificate counts, in days from its issue; without days it has no end."""

    days: int | None = None
    verified: bool = True
    why: str = ""


class CertificateField(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One field.

    Attributes:
        source: the record and item that it comes from, ``item:path`` of the exchange or ``case:…``.
        article: what gives the field.
        required: a certificate without it is not issued.
        asked: left out unless asked for.
        hidden: the holder may hold it back.
    """

    id: str
    kind: FieldKind
    source: str
    label: Words
    article: str = ""
    required: bool = True
    asked: bool = False
    hidden: bool = True


class Certificate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of certificate; ``vct`` is its type as a verifiable credential."""

    id: str
    vct: str
    title: Words
    statement: Words
    law: Law
    validity: Validity
    fields: tuple[CertificateField, ...]
    revoked_by: Law | None = None

    def values(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """The fields' values as JSON, in the order of the fields; days as ``2026-10-01``, money in yen.

        Raises:
            NotIssuable: a field is missing, unknown, of another kind, or holds an 個人番号.
        """
        unknown = sorted(set(given) - {one.id for one in self.fields})
        if unknown:
            raise NotIssuable(f"the certificate {self.id} has no field {unknown[0]!r}", where=Where(field=unknown[0]))
        missing = [one.id for one in self.fields if one.required and given.get(one.id) is None]
        if missing:
            raise NotIssuable(f"the field {missing[0]} is missing", where=Where(field=missing[0]), remedy="give it")
        return {one.id: _value(one, given[one.id]) for one in self.fields if given.get(one.id) is not None}

    def hidden(self, values: Mapping[str, Any]) -> list[tuple[str | int, ...]]:
        """Places that the holder may hold back; the number too, by which two readers could compare what they saw."""
        return [("number",), *((one.id,) for one in self.fields if one.hidden and one.id in values)]

    def ends(self, issued_at: dt.datetime) -> dt.datetime | None:
        """The end of the validity."""
        return issued_at + dt.timedelta(days=self.validity.days) if self.validity.days else None


def _value(field: CertificateField, value: Any) -> Any:
    made = _READ[field.kind](value)
    if made is None:
        raise NotIssuable(
            f"the field {field.id} is no {field.kind}",
            where=Where(field=field.id),
            remedy="a date is written 2026-10-01, money as whole yen",
        )
    for text in _texts_in(made):
        if any(map(_is_individual_number, _TWELVE.findall(text))):
            raise NotIssuable(
                f"the field {field.id} holds what may be a 個人番号",
                where=Where(field=field.id),
                remedy="leave it out: a certificate never carries it (番号法 19条)",
            )
    return made


def _is_individual_number(text: str) -> bool:
    try:
        IndividualNumber.parse(re.sub(r"\D", "", text))
    except BadInput:
        return False
    return True


def _text(value: Any) -> str | None:
    whole = isinstance(value, str) and value.strip() and all(one.isprintable() or one == "\u3000" for one in value)
    return str(value) if whole else None


def _day(value: Any) -> str | None:
    try:
        return dt.date.fromisoformat(str(value)).isoformat() if not isinstance(value, dt.datetime) else None
    except ValueError:
        return None


def _integer(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _yes_no(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _list(value: Any) -> list[str] | None:
    return list(value) if isinstance(value, list | tuple) and all(map(_text, value)) else None


def _table(value: Any) -> list[list[str]] | None:
    rows = [_list(row) for row in value] if isinstance(value, list | tuple) else [None]
    return [row for row in rows if row] if all(row and len(row) == 2 for row in rows) else None


_READ = {"text": _text, "date": _day, "integer": _integer, "money": _integer, "yes_no": _yes_no, "texts": _list,
         "table": _table}  # fmt: skip


def _texts_in(value: Any) -> list[str]:
    if isinstance(value, list):
        return [text for one in value for text in _texts_in(one)]
    return [value] if isinstance(value, str) else []


def read_kind(path: Path) -> Certificate:
    """A kind from a file. Raises: BadInput, with the line."""
    return _made(read_located(path))


@cache
def kinds() -> dict[str, Certificate]:
    """The kinds that come with the package, by id."""
    folder = files("kiban.credentials") / "kinds"
    found = [
        _made(parse_located(one.read_text(encoding="utf-8"), file=one.name))
        for one in folder.iterdir()
        if one.name.endswith(".yaml")
    ]
    return {one.id: one for one in sorted(found, key=lambda one: one.id)}


def kind(name: str) -> Certificate:
    """A kind by its id, or from a YAML file. Raises: BadInput: there is none."""
    if name in kinds():
        return kinds()[name]
    if name.endswith(".yaml"):
        return read_kind(Path(name))
    known = ", ".join(kinds())
    raise BadInput(f"there is no kind of certificate {name!r}", remedy=f"known: {known}; or name a YAML file")


def _made(located: Located) -> Certificate:
    try:
        made = msgspec.convert(located.value, Certificate)
    except msgspec.ValidationError as error:
        what, _, path = str(error).partition(" - at `$")
        place = tuple(int(p) if p.isdigit() else p for p in re.findall(r"[\w-]+", path))
        raise BadInput(what, where=located.where(place), remedy="compare with docs/credentials.md") from None
    for place, what in _faults(made):
        raise BadInput(what, where=located.where(place), remedy="compare with docs/credentials.md")
    return made


def _faults(made: Certificate) -> list[tuple[tuple[str | int, ...], str]]:
    out: list[tuple[tuple[str | int, ...], str]] = []
    names = [one.id for one in made.fields]
    for at, one in enumerate(made.fields):
        if not _ID.fullmatch(one.id) or one.id in FIXED or one.id in names[:at]:
            out.append((("fields", at, "id"), f"the field's name {one.id!r} is taken, or no plain word"))
        out += [(("fields", at, "label"), what) for what in _unsaid(one.label)]
    out += [((name,), what) for name in ("title", "statement") for what in _unsaid(getattr(made, name))]
    if not made.fields:
        out.append((("fields",), "a certificate has at least one field"))
    if made.validity.days is not None and not 0 < made.validity.days <= 36_525:
        out.append((("validity", "days"), "a validity has from one day to a hundred years"))
    unsure: tuple[tuple[str, Law | Validity], ...] = (("law", made.law), ("validity", made.validity))
    out += [((name, "why"), "say why it is not verified") for name, one in unsure if not one.verified and not one.why]
    return out


def _unsaid(words: Words) -> list[str]:
    return [f"the words in {lang} are missing" for lang in LANGUAGES if not str(words.get(lang, "")).strip()]
