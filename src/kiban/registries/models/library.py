"""The models that Kiban knows: read from the files of definitions, and made of the registries' own fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from kiban.kernel.values import (
    CorporateNumber,
    MunicipalityCode,
    PostalCode,
    Telephone,
    TownId,
    parse_day,
    parse_yen,
)
from kiban.registries.engine.model import Check, Field, RegistryInfo
from kiban.registries.errors import UnknownModel
from kiban.registries.gif.kinds import latitude, longitude, plain
from kiban.registries.models.forms import FLAG, FORMS, checked, one_of
from kiban.registries.models.model import DataModel, Form, Item, Mark
from kiban.registries.tables import REGISTRIES

KINDS = ("core", "recommended", "standard", "own")
_MARKS = {"必": Mark.MUST, "選": Mark.ONE_OF, "列": Mark.COLUMN}
_CHECKS: dict[Check, str] = {
    parse_day: "date",
    parse_yen: "number",
    MunicipalityCode.parse: "municipality",
    CorporateNumber.parse: "corporation",
    PostalCode.parse: "postal",
    TownId.parse: "town",
    Telephone.parse: "telephone",
    latitude: "latitude",
    longitude: "longitude",
}


@cache
def models() -> tuple[DataModel, ...]:
    """All models, those of GIF first, the registries last."""
    found = [made for kind in KINDS for made in _read(kind)]
    return (*found, *map(_of_registry, REGISTRIES.values()))


@cache
def _named() -> dict[str, DataModel]:
    found: dict[str, DataModel] = {}
    for one in models():
        for name in (one.id, one.title):
            found.setdefault(plain(name), one)
    return found


def model(name: str) -> DataModel:
    """The model of an id (Facility, suisho-aed, programme) or title (施設). Raises: UnknownModel."""
    found = _named().get(plain(name))
    if found is None:
        remedy = f"one of {', '.join(one.id for one in models())}"
        raise UnknownModel(f"there is no model {name[:40]!r}", remedy=remedy)
    return found


def _read(kind: str) -> Iterator[DataModel]:
    text = files("kiban.registries").joinpath(f"data/models/{kind}.yaml").read_text(encoding="utf-8")
    whole = yaml.safe_load(text)
    nested = {one["title"] for one in whole["models"]}
    publisher = {part: (names,) if isinstance(names, str) else tuple(names)
                 for part, names in whole.get("publisher", {}).items()}  # fmt: skip
    for one in whole["models"]:
        if "items" in one:
            items = tuple(_core(line, nested, same_as=whole.get("same_as", {})) for line in one["items"])
        else:
            items = tuple(_listed(one, whole["forms"]))
        yield DataModel(
            one["id"],
            one["title"],
            kind,
            items,
            source=f"{whole['source']}; {one['from']}" if "from" in one else whole["source"],
            licence=whole["licence"],
            verified=whole["verified"],
            why=whole.get("why", ""),
            personal=one.get("personal", False),
            plain=one.get("plain", ""),
            publisher=publisher,
        )


def _core(line: list[Any], nested: set[str], *, same_as: Mapping[str, str]) -> Item:
    name, english, form, *marks = line
    mark = next((_MARKS[one] for one in marks if one in _MARKS), Mark.MAY)
    inside = form if not isinstance(form, list) and form in nested else ""
    made = None if inside else one_of(*form) if isinstance(form, list) else FORMS[form]
    return Item(name, english, made, inside, mark, "n" in marks, same_as.get(english, ""))


def _listed(one: Mapping[str, Any], forms: Mapping[str, str]) -> Iterator[Item]:
    counts = one.get("counts", [])
    needed = dict.fromkeys(one.get("should", []), Mark.SHOULD)
    needed |= dict.fromkeys([*one.get("must", []), *counts], Mark.MUST) | dict.fromkeys(
        one.get("flags", []), Mark.COLUMN
    )
    own: dict[str, Form] = {name: FORMS[form] for name, form in forms.items()}
    own |= dict.fromkeys([*one.get("numbers", []), *counts], FORMS["number"])
    own |= {name: one_of(*values) for name, values in one.get("values", {}).items()}
    own |= dict.fromkeys(one.get("flags", []), FLAG)
    for name in [*one["columns"], *counts, *one.get("after", [])]:
        yield Item(name, "", own.get(name, FORMS["text"]), mark=needed.get(name, Mark.MAY))


def _of_registry(info: RegistryInfo) -> DataModel:
    items = tuple(
        Item(field.title, field.name, _form(info, field), mark=Mark.MUST if field.required else Mark.MAY,
             same_as=info.vocabulary.get(field.name, ""))
        for field in info.fields
    )  # fmt: skip
    return DataModel(info.id, info.title, "registry", items, "kiban.registries", info.licence, verified=True)


def _form(info: RegistryInfo, field: Field) -> Form:
    if field.check is None:
        return FORMS["text"]
    known = _CHECKS.get(field.check)
    how = field.note or f"see kiban registry dictionary {info.id}"
    return FORMS[known] if known else checked(field.check, how=how)
