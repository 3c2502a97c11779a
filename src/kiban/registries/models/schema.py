"""A model as JSON Schema (2020-12), as JSON-LD context, and as data dictionary."""

from __future__ import annotations

from typing import Any

from kiban.registries.models.library import model as model_of
from kiban.registries.models.model import DataModel, Item, Mark

DRAFT = "https://json-schema.org/draft/2020-12/schema"
BASE = "urn:kiban:model"
SCHEMA_ORG = "https://schema.org/"


def json_schema(model: DataModel, *, base: str = BASE) -> dict[str, Any]:
    """The model and those inside it; check digits and days that are none are for :func:`wrongs` to find."""
    inside: dict[str, DataModel] = {}
    _gather(model, inside)
    found = {"$schema": DRAFT, "$id": f"{base}:{model.id}", "title": model.title, **_object(model)}
    if inside:
        found["$defs"] = {one.id: {"title": one.title, **_object(one)} for one in inside.values()}
    return found


def _gather(model: DataModel, found: dict[str, DataModel]) -> None:
    for item in model.items:
        if item.model and item.model not in found:
            found[item.model] = model_of(item.model)
            _gather(found[item.model], found)


def _object(model: DataModel) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": "object",
        "properties": {item.name: _property(item) for item in model.items},
        "required": [item.name for item in model.items if item.mark is Mark.MUST],
    }
    choice = [item.name for item in model.items if item.mark is Mark.ONE_OF]
    return made | ({"anyOf": [{"required": [name]} for name in choice]} if choice else {})


def _property(item: Item) -> dict[str, Any]:
    needed = item.mark in (Mark.MUST, Mark.ONE_OF)
    if item.form is None:
        one: dict[str, Any] = {"$ref": f"#/$defs/{model_of(item.model).id}"}
    else:
        one = dict(item.form.schema)
        one |= {"pattern": r"\S"} if needed and one == {"type": "string"} else {}
    made = {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]} if item.many else one
    return made | ({"title": item.english} if item.english else {})


def context(model: DataModel, *, base: str = BASE, within: tuple[str, ...] = ()) -> dict[str, Any]:
    """The JSON-LD context of the model's records: what an item means, addresses as resources, models in each other.

    ``within`` are the models around it: one that holds itself has the terms of the outer one.
    """
    chain = (*within, model.title)
    terms: dict[str, Any] = {}
    for item in model.items:
        term: dict[str, Any] = {"@id": _term(model, item, base=base)}
        if item.form is not None and item.form.title == "URI":
            term["@type"] = "@id"
        if item.model and item.model not in chain:
            term["@context"] = context(model_of(item.model), base=base, within=chain)
        terms[item.name] = term
    return {"@vocab": f"{base}:{model.id}#", **terms}


def _term(model: DataModel, item: Item, *, base: str) -> str:
    if item.same_as:
        return item.same_as if "://" in item.same_as else SCHEMA_ORG + item.same_as
    return f"{base}:{model.id}#{item.english or item.name}"


def dictionary(model: DataModel) -> list[dict[str, Any]]:
    """The data dictionary (データ項目定義書): one row per item."""
    return [
        {
            "name": item.name,
            "english": item.english,
            "form": item.form.title if item.form else item.model,
            "mark": str(item.mark),
            "many": item.many,
        }
        for item in model.items
    ]
