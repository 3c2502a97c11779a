"""Data dictionary, DCAT entry and JSON-LD context of a registry (W3C DCAT 3, JSON-LD 1.1)."""

from __future__ import annotations

from typing import Any

from kiban.kernel.values import (
    CorporateNumber,
    MunicipalityCode,
    PostalCode,
    Telephone,
    TownId,
    parse_day,
    parse_yen,
)
from kiban.registries.engine.model import Check, RegistryInfo

_PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
}
_WRITTEN: dict[Check, str] = {
    parse_day: "ISO 8601 date",
    parse_yen: "whole yen, digits",
    MunicipalityCode.parse: "6 digits, the last a check digit",
    CorporateNumber.parse: "13 digits, the first a check digit",
    PostalCode.parse: "7 digits",
    TownId.parse: "7 digits",
    Telephone.parse: "digits with hyphens, 内線 behind",
}
_FORMS = (("application/x-ndjson", "JSON lines"), ("text/csv", "CSV"))


def dictionary(info: RegistryInfo) -> list[dict[str, Any]]:
    """The data dictionary (データ辞書): one row per field."""
    return [
        {
            "name": field.name,
            "title": field.title,
            "required": field.required,
            "checked": field.check is not None,
            "form": _WRITTEN.get(field.check, "") if field.check else "",
            "key": field.name == info.key,
            "means": info.vocabulary.get(field.name, ""),
            "note": field.note,
        }
        for field in info.fields
    ]


def dcat(info: RegistryInfo, *, base: str, version: int, modified: str) -> dict[str, Any]:
    """The registry as dcat:Dataset: the service that answers below ``base`` and the whole file in its forms."""
    where = f"{base}/{info.id}"
    licence = {"@id": info.licence if "://" in info.licence else f"https://spdx.org/licenses/{info.licence}"}
    whole = [
        {
            "@type": "dcat:Distribution",
            "dct:title": name,
            "dcat:accessURL": {"@id": where},
            "dcat:downloadURL": {"@id": f"{where}/all"},
            "dcat:mediaType": {"@id": f"https://www.iana.org/assignments/media-types/{kind}"},
            "dct:license": licence,
        }
        for kind, name in _FORMS
    ]
    return {
        "@context": _PREFIXES,
        "@id": where,
        "@type": "dcat:Dataset",
        "dct:identifier": info.id,
        "dct:title": {"@value": info.title, "@language": "ja"},
        "dct:description": {"@value": info.about, "@language": "ja"},
        "dct:publisher": {"@type": "foaf:Organization", "foaf:name": info.publisher},
        "dct:license": licence,
        "dct:language": "ja",
        "dct:modified": modified,
        "dcat:version": str(version),
        "dcat:distribution": whole,
    }


def context(info: RegistryInfo, *, base: str) -> dict[str, Any]:
    """The JSON-LD context of the registry's records: the key names the record, fields mean what a vocabulary says."""
    where = f"{base}/{info.id}"
    means = {field.name: info.vocabulary.get(field.name, f"{where}#{field.name}") for field in info.fields}
    return {"@base": f"{where}/records/", "@vocab": f"{where}#", **means, info.key: "@id", "records": "@graph"}
