"""Open data out: every public table as CSV, JSON and Parquet, with a DCAT-AP entry and a CSVW data dictionary."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from kiban.evidence.store.warehouse import Row, Warehouse
from kiban.evidence.tables import DATASETS, Column, Dataset

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
KINDS = ("csv", "json", "parquet")
MEDIA = {"csv": "text/csv", "json": "application/json", "parquet": "application/vnd.apache.parquet"}
IANA = "https://www.iana.org/assignments/media-types/"
JAPANESE = "http://publications.europa.eu/resource/authority/language/JPN"
# what is an address and what a number, so that every reader of JSON-LD gets resources where DCAT wants them
CONTEXT: dict[str, Any] = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    **{
        name: {"@type": "@id"}
        for name in ("dcat:downloadURL", "dcat:accessURL", "dcat:mediaType", "dct:license", "dct:conformsTo",
                     "dct:language", "dcat:landingPage")
    },
    "dct:modified": {"@type": "xsd:date"},
    "dcat:byteSize": {"@type": "xsd:nonNegativeInteger"},
}  # fmt: skip
EMPTY: Mapping[str, int] = {}
CSVW_TYPES = {
    "INTEGER": "integer",
    "BIGINT": "integer",
    "DOUBLE": "double",
    "DATE": "date",
    "TIMESTAMP": "dateTime",
    "VARCHAR": "string",
}


def publish(warehouse: Warehouse, dataset: Dataset, *, folder: Path, at: dt.date) -> dict[str, Path]:
    """Write `<id>.csv`, `.json`, `.parquet`, `.csv-metadata.json` and `.dcat.jsonld`; rows are streamed."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = {kind: folder / f"{dataset.id}.{kind}" for kind in (*KINDS, "csv-metadata.json", "dcat.jsonld")}
    with paths["csv"].open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        for rows in warehouse.stream(dataset.sql):
            writer.writerows(rows)
    with paths["json"].open("w", encoding="utf-8") as file:
        file.writelines(as_json(warehouse.stream(dataset.sql)))
    warehouse.write_parquet(dataset.sql, paths["parquet"])
    _write_json(paths["csv-metadata.json"], dictionary(dataset))
    names, sizes = {kind: paths[kind].name for kind in KINDS}, {kind: paths[kind].stat().st_size for kind in KINDS}
    described = paths["csv-metadata.json"].name
    entry = catalogue_entry(dataset, at=at, addresses=names, dictionary_at=described, sizes=sizes)
    _write_json(paths["dcat.jsonld"], {"@context": CONTEXT, **entry})
    return paths


def as_json(batches: Iterable[list[Row]]) -> Iterator[str]:
    """Rows (the header first) as one JSON array of objects, one row a line, piece by piece."""
    names: tuple[str, ...] = ()
    before = "["
    for rows in batches:
        if not names:
            names, rows = rows[0], rows[1:]
        for row in rows:
            line = json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, default=_plain)
            yield f"{before}\n{line}"
            before = ","
    yield "\n]\n" if before == "," else "[]\n"


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def dictionary(dataset: Dataset) -> dict[str, Any]:
    """The data dictionary as W3C CSVW metadata."""
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "ja"}],
        "url": f"{dataset.id}.csv",
        "dc:title": dataset.title,
        "dc:description": dataset.description,
        "dc:license": {"@id": LICENCE},
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\r\n", "\n"], "header": True},
        "tableSchema": {
            "columns": [
                {"name": c.name, "titles": c.name, "datatype": CSVW_TYPES[c.type], "dc:description": c.description}
                for c in dataset.columns
            ]
        },
    }


def catalogue_entry(
    dataset: Dataset, *, at: dt.date, addresses: Mapping[str, str], dictionary_at: str, sizes: Mapping[str, int] = EMPTY
) -> dict[str, Any]:
    """The dataset as a DCAT-AP entry in JSON-LD, to be read with `CONTEXT`.

    ``at`` is the day of the newest data; ``addresses`` and ``sizes`` (bytes) are by csv, json and parquet.
    """
    return {
        "@type": "dcat:Dataset",
        "dct:identifier": dataset.id,
        "dct:title": {"@value": dataset.title, "@language": "ja"},
        "dct:description": {"@value": dataset.description, "@language": "ja"},
        "dct:publisher": _agent(dataset.publisher),
        "dct:provenance": {"@type": "dct:ProvenanceStatement", "rdfs:label": dataset.source},
        "dct:language": JAPANESE,
        "dct:modified": at.isoformat(),
        "dcat:distribution": [
            {
                "@type": "dcat:Distribution",
                "dcat:accessURL": address,
                "dcat:downloadURL": address,
                "dcat:mediaType": IANA + MEDIA[kind],
                "dct:license": LICENCE,
                "dct:conformsTo": dictionary_at,
                **({"dcat:byteSize": sizes[kind]} if kind in sizes else {}),
            }
            for kind, address in addresses.items()
        ],
    }


def _agent(name: str) -> dict[str, str]:
    return {"@type": "foaf:Agent", "foaf:name": name}


def catalogue(entries: Sequence[Mapping[str, Any]], *, at: dt.date) -> dict[str, Any]:
    """All entries as one DCAT-AP catalogue."""
    return {
        "@context": CONTEXT,
        "@type": "dcat:Catalog",
        "dct:title": {"@value": "政策の根拠のデータ", "@language": "ja"},
        "dct:description": {"@value": "事業、予算、支出先、計画、指標、効果の表", "@language": "ja"},
        "dct:publisher": _agent("基盤を使う団体"),
        "dct:language": JAPANESE,
        "dct:license": LICENCE,
        "dct:modified": at.isoformat(),
        "dcat:dataset": list(entries),
    }


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


__all__ = [
    "CONTEXT",
    "DATASETS",
    "KINDS",
    "Column",
    "Dataset",
    "as_json",
    "catalogue",
    "catalogue_entry",
    "dictionary",
    "publish",
]
