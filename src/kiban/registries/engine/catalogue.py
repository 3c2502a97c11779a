"""Data dictionary and DCAT entry of a registry (W3C DCAT 3, JSON-LD)."""

from __future__ import annotations

from typing import Any

from kiban.registries.engine.model import RegistryInfo


def dictionary(info: RegistryInfo) -> list[dict[str, Any]]:
    """The data dictionary (データ辞書): one row per field."""
    return [{"name": f.name, "title": f.title, "required": f.required, "note": f.note} for f in info.fields]


def dcat(info: RegistryInfo, *, base: str, version: int, modified: str) -> dict[str, Any]:
    """The registry as dcat:Dataset with its downloads below ``base``."""
    forms = (("application/json", "JSON"), ("text/csv", "CSV"), ("application/ld+json", "JSON-LD"))
    return {
        "@context": {
            "dcat": "http://www.w3.org/ns/dcat#",
            "dct": "http://purl.org/dc/terms/",
            "foaf": "http://xmlns.com/foaf/0.1/",
        },
        "@id": f"{base}/{info.id}",
        "@type": "dcat:Dataset",
        "dct:identifier": info.id,
        "dct:title": {"@value": info.title, "@language": "ja"},
        "dct:description": info.about,
        "dct:publisher": {"@type": "foaf:Organization", "foaf:name": info.publisher},
        "dct:license": info.licence,
        "dct:modified": modified,
        "dcat:version": str(version),
        "dcat:distribution": [
            {
                "@type": "dcat:Distribution",
                "dcat:accessURL": f"{base}/{info.id}",
                "dcat:mediaType": kind,
                "dct:title": name,
            }
            for kind, name in forms
        ],
    }
