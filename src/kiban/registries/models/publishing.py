"""A checked list as open data: CSV, JSON-LD, the schema that it keeps, and its DCAT entry."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiban.kernel.drafted import drafted
from kiban.kernel.errors import BadInput, Where
from kiban.registries.models.files import Checked
from kiban.registries.models.model import DataModel
from kiban.registries.models.schema import context, json_schema
from kiban.registries.opendata.dcat import CONTEXT, Dataset, Distribution, entry

IDENTIFIERS = ("ID", "NO")


@dataclass(frozen=True, slots=True)
class Publication:
    """Who publishes a list, its licence (address or SPDX name), the day of the data, where the files will stand."""

    publisher: str
    licence: str
    modified: dt.date
    address: str = ""


def publish(found: Checked, about: Publication, *, folder: Path) -> list[Path]:
    """Write ``ID.csv`` (UTF-8), ``.jsonld``, ``.schema.json`` and ``.dcat.jsonld`` of the rows without a fault.

    Raises:
        BadInput: it is no list of one column for each item, of persons, or no row is good.
    """
    model = found.model
    if not model.flat or model.personal or not found.header:
        remedy = "publish a CSV in the columns of a recommended list"
        raise BadInput(f"{model.title} is not published", where=Where(found.report.file), remedy=remedy)
    if not found.good:
        raise BadInput("no row is without a fault", where=Where(found.report.file), remedy="mend what the check tells")
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{model.id}.{kind}" for kind in ("csv", "jsonld", "schema.json", "dcat.jsonld")]
    rows = [_row(found, cells) for cells in found.good]
    with drafted(paths[0]) as draft, draft.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, model.columns, lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)
    _write(paths[1], linked(model, rows))
    _write(paths[2], json_schema(model))
    _write(paths[3], {"@context": CONTEXT, **entry(described(model, about, paths=paths))})
    return paths


def _row(found: Checked, cells: Mapping[str, object]) -> dict[str, str]:
    """The cells by the items' names: a header may write its brackets in another width."""
    given = {item.name: str(cells[name]).strip() for name in cells if (item := found.model.item(name))}
    return {name: given.get(name, "") for name in found.model.columns}


def linked(model: DataModel, rows: list[dict[str, str]]) -> dict[str, Any]:
    """The rows as JSON-LD: numbers as numbers, nothing for an empty cell, ``@id`` where the list has an identifier."""
    key = next((name for name in IDENTIFIERS if name in model.columns), "")
    numbers = {item.name for item in model.items if item.form and item.form.number}
    graph = []
    for row in rows:
        cells: dict[str, Any] = {
            name: _number(value) if name in numbers else value for name, value in row.items() if value
        }
        own = {"@id": f"#{row[key]}"} if key and row[key] else {}
        graph.append({**own, "@type": model.id, **cells})
    return {"@context": context(model), "@graph": graph}


def _number(text: str) -> int | float:
    return float(text) if "." in text else int(text)


def described(model: DataModel, about: Publication, *, paths: list[Path]) -> Dataset:
    """What the catalogue says of the list."""
    where = f"{about.address.rstrip('/')}/" if about.address else ""
    forms = tuple(
        Distribution(f"{where}{path.name}", kind, f"{where}{paths[2].name}", path.stat().st_size)
        for path, kind in zip(paths[:2], ("csv", "jsonld"), strict=True)
    )
    title = f"{about.publisher} {model.title}"
    text = f"{model.title}。列と形式は {model.source} による。"
    return Dataset(model.id, title, text, about.publisher, about.licence, about.modified, distributions=forms)


def _write(path: Path, content: Mapping[str, Any]) -> None:
    with drafted(path) as draft:
        draft.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
