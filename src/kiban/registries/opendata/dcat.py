"""A data set as DCAT (W3C DCAT 3 with the mandatory properties of DCAT-AP): written, checked and read."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kiban.registries.models.checking import Wrong

CONTEXT: dict[str, Any] = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    **{name: {"@type": "@id"} for name in ("dcat:accessURL", "dcat:downloadURL", "dcat:mediaType", "dct:license",
                                          "dct:conformsTo", "dct:language", "dcat:landingPage", "dcat:endpointURL")},
    "dct:modified": {"@type": "xsd:date"},
    "dct:issued": {"@type": "xsd:date"},
    "dcat:byteSize": {"@type": "xsd:nonNegativeInteger"},
}  # fmt: skip
IANA = "https://www.iana.org/assignments/media-types/"
MEDIA = {
    "csv": "text/csv",
    "json": "application/json",
    "jsonld": "application/ld+json",
    "geojson": "application/geo+json",
    "xml": "application/xml",
    "rdf": "application/rdf+xml",
    "ttl": "text/turtle",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xls": "application/vnd.ms-excel",
    "pdf": "application/pdf",
    "html": "text/html",
    "zip": "application/zip",
}
JAPANESE = "http://publications.europa.eu/resource/authority/language/JPN"
ACCESS = "http://publications.europa.eu/resource/authority/access-right/"
SPDX = "https://spdx.org/licenses/"
_WEB = re.compile(r"https?://|urn:|[a-z]+:[A-Z]|[^:]*$", re.DOTALL)
_SPDX = re.compile(r"[A-Za-z0-9.+-]+")


@dataclass(frozen=True, slots=True)
class Distribution:
    """One form of a data set: where it is, of which kind (a key of ``MEDIA``), the schema that it keeps."""

    address: str
    kind: str
    schema: str = ""
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Dataset:
    """What a catalogue says of a data set.

    ``licence`` is an address or a name; ``at`` where the entry stands; ``access`` PUBLIC, RESTRICTED or NON_PUBLIC, and
    ``rights`` why it is not public.
    """

    id: str
    title: str
    about: str
    publisher: str
    licence: str = ""
    modified: dt.date | None = None
    issued: dt.date | None = None
    themes: tuple[str, ...] = ()
    frequency: str = ""
    page: str = ""
    api: str = ""
    at: str = ""
    access: str = ""
    rights: str = ""
    distributions: tuple[Distribution, ...] = field(default_factory=tuple)


def _licence(licence: str) -> str | dict[str, str]:
    """An address as it is, an SPDX name as its address there, another name as a document of that title."""
    spdx = licence.replace(" ", "-")
    if "://" in licence or not licence:
        return licence
    return f"{SPDX}{spdx}" if _SPDX.fullmatch(spdx) else {"@type": "dct:LicenseDocument", "dct:title": licence}


def entry(dataset: Dataset) -> dict[str, Any]:
    """The data set as dcat:Dataset, to be read with ``CONTEXT``; what is not known is left out."""
    licence = _licence(dataset.licence)
    said = {
        "@id": dataset.at,
        "@type": "dcat:Dataset",
        "dct:identifier": dataset.id,
        "dct:title": _japanese(dataset.title),
        "dct:description": _japanese(dataset.about),
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": dataset.publisher},
        "dct:license": licence,
        "dct:language": JAPANESE,
        "dct:modified": dataset.modified.isoformat() if dataset.modified else "",
        "dct:issued": dataset.issued.isoformat() if dataset.issued else "",
        "dcat:keyword": [_japanese(theme) for theme in dataset.themes],
        "dct:accrualPeriodicity": dataset.frequency,
        "dct:accessRights": f"{ACCESS}{dataset.access}" if dataset.access else "",
        "dct:rights": _japanese(dataset.rights),
        "dcat:landingPage": dataset.page,
        "dcat:distribution": [_distribution(one, licence=licence) for one in dataset.distributions],
    }
    if dataset.api:
        said["dcat:service"] = {
            "@type": "dcat:DataService",
            "dct:title": _japanese(dataset.title),
            "dcat:endpointURL": dataset.api,
        }
    return {name: value for name, value in said.items() if value}


def _japanese(text: str) -> dict[str, str]:
    return {"@value": text, "@language": "ja"} if text else {}


def _distribution(one: Distribution, *, licence: str | dict[str, str]) -> dict[str, Any]:
    media = MEDIA.get(one.kind)
    said = {
        "@type": "dcat:Distribution",
        "dcat:accessURL": one.address,
        "dcat:downloadURL": one.address,
        "dcat:mediaType": IANA + media if media else "",
        "dct:license": licence,
        "dct:conformsTo": one.schema,
        "dcat:byteSize": one.size,
    }
    return {name: value for name, value in said.items() if value}


def catalogue(entries: Sequence[Mapping[str, Any]], *, title: str, about: str, publisher: str) -> dict[str, Any]:
    """Entries as one dcat:Catalog with its context."""
    return {
        "@context": CONTEXT,
        "@type": "dcat:Catalog",
        "dct:title": _japanese(title),
        "dct:description": _japanese(about),
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": publisher},
        "dct:language": JAPANESE,
        "dcat:dataset": list(entries),
    }


NEEDED = {
    "dcat:Catalog": ("dct:title", "dct:description", "dct:publisher", "dcat:dataset"),
    "dcat:Dataset": ("dct:title", "dct:description"),
    "dcat:Distribution": ("dcat:accessURL",),
    "dcat:DataService": ("dct:title", "dcat:endpointURL"),
    "foaf:Agent": ("foaf:name",),
    "foaf:Organization": ("foaf:name",),
}
"""What DCAT-AP 3 makes mandatory for each class."""
RESOURCES = frozenset({"dcat:accessURL", "dcat:downloadURL", "dcat:mediaType", "dct:license", "dct:conformsTo",
                       "dct:accessRights",
                       "dcat:landingPage", "dcat:endpointURL", "dct:language"})  # fmt: skip


def faults(node: Mapping[str, Any], *, path: tuple[str, ...] = ()) -> Iterator[Wrong]:
    """What DCAT-AP misses in a catalogue, data set or distribution and in what stands in it."""
    kinds = node.get("@type", "")
    for name in (one for kind in (kinds if isinstance(kinds, list) else [kinds]) for one in NEEDED.get(str(kind), ())):
        if _bare(node.get(name)) in ("", [], {}, None):
            yield Wrong((*path, name), "missing, and mandatory in DCAT-AP", "fill it in")
    for name, value in node.items():
        for number, one in enumerate(value if isinstance(value, list) else [value]):
            place = (*path, f"{name}[{number}]" if isinstance(value, list) else name)
            if name in RESOURCES and not _leads(_address(one)):
                yield Wrong(place, "this is no address of the web", "write one address, with https://")
            if isinstance(one, Mapping) and name != "@context":
                yield from faults(one, path=place)
    if "dcat:dataset" in node and not isinstance(node["dcat:dataset"], list):
        yield Wrong((*path, "dcat:dataset"), "no list", "give the data sets as a list")


def _bare(value: Any) -> Any:
    return value.get("@value", value) if isinstance(value, Mapping) else value


def _leads(address: Any) -> bool:
    """Of the web, a name (urn:), a place beside the entry, or the kind of a document that is told instead."""
    return isinstance(address, str) and _WEB.match(address) is not None


def _address(value: Any) -> Any:
    return value.get("@id", value.get("@type")) if isinstance(value, Mapping) else value


def read(node: Mapping[str, Any]) -> Iterator[Dataset]:
    """The data sets of a catalogue, of a list of entries (``@graph``) or of one entry, by anyone who writes DCAT so."""
    for name in ("dcat:dataset", "@graph", "registries"):
        if isinstance(node.get(name), list):
            for one in filter(lambda one: isinstance(one, Mapping), node[name]):
                yield from read(one)
            return
    kinds = node.get("@type")
    if "dcat:Dataset" in (kinds if isinstance(kinds, list) else [kinds]):
        yield _read(node)


def _read(node: Mapping[str, Any]) -> Dataset:
    forms = node.get("dcat:distribution", [])
    given = [one for one in (forms if isinstance(forms, list) else [forms]) if isinstance(one, Mapping)]
    publisher = node.get("dct:publisher")
    licence = _text(node.get("dct:license")) or next((_text(one.get("dct:license")) for one in given), "")
    service = node.get("dcat:service") or {}
    return Dataset(
        id=_text(node.get("dct:identifier")) or _text(node.get("@id")),
        title=_text(node.get("dct:title")),
        about=_text(node.get("dct:description")),
        publisher=_text(publisher.get("foaf:name") if isinstance(publisher, Mapping) else publisher),
        licence=licence.removeprefix(SPDX),
        modified=_day(node.get("dct:modified")),
        issued=_day(node.get("dct:issued")),
        themes=tuple(_texts(node.get("dcat:keyword"))),
        frequency=_text(node.get("dct:accrualPeriodicity")),
        page=_text(node.get("dcat:landingPage")),
        api=_text(service.get("dcat:endpointURL")) if isinstance(service, Mapping) else "",
        at=_text(node.get("@id")),
        access=_text(node.get("dct:accessRights")).removeprefix(ACCESS),
        rights=_text(node.get("dct:rights")),
        distributions=tuple(map(_form, given)),
    )


def _form(one: Mapping[str, Any]) -> Distribution:
    media = _text(one.get("dcat:mediaType")).removeprefix(IANA)
    kind = next((kind for kind, known in MEDIA.items() if known == media), media)
    address = _text(one.get("dcat:downloadURL")) or _text(one.get("dcat:accessURL"))
    size = one.get("dcat:byteSize")
    return Distribution(address, kind, _text(one.get("dct:conformsTo")), size if isinstance(size, int) else None)


def _text(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, Mapping):
        value = value.get("@value", value.get("@id", value.get("dct:title", "")))
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> Iterable[str]:
    return filter(None, map(_text, value if isinstance(value, list) else [value]))


def _day(value: Any) -> dt.date | None:
    try:
        return dt.date.fromisoformat(_text(value)[:10])
    except ValueError:
        return None
