"""Rating of a published data set by indicators, each with its reasons (オープンデータの質の評価)."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from kiban.registries.models import DataModel, Mark, models
from kiban.registries.models.files import Checked, check_file, place_of
from kiban.registries.opendata.basis import basis, told
from kiban.registries.opendata.contents import Contents
from kiban.registries.opendata.dcat import Dataset

INDICATORS = ("licence", "machine", "completeness", "freshness", "identifiers", "conformance", "metadata")
STRUCTURED = frozenset({"csv", "json", "jsonld", "geojson", "xml", "rdf", "ttl", "parquet", "xls", "xlsx"})
FREE = STRUCTURED - {"xls", "xlsx"}
LINKED = frozenset({"jsonld", "rdf", "ttl"})
YEAR, SLACK, LATE = 366, 1.5, 0.7
"""Days that are assumed where no frequency is stated, how late is not yet old, and the most that such a one gets."""
ENOUGH = 0.95


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason of a score: its code and what it speaks of."""

    code: str
    values: Mapping[str, object]

    def says(self, language: str) -> str:
        """In words: ja, ja-easy or en."""
        return told(self.code, language, **self.values)


@dataclass(frozen=True, slots=True)
class Score:
    """An indicator: points from 0 to 1, or none where it cannot be told, with what kept it from 1."""

    indicator: str
    points: float | None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Rating:
    """A data set with its scores; ``stars`` of the five-star scheme (0: no open licence)."""

    dataset: str
    title: str
    publisher: str
    stars: int
    scores: tuple[Score, ...]

    @property
    def total(self) -> float:
        """Mean of the indicators that could be told, 0 to 100."""
        return round(100 * fmean(one.points for one in self.scores if one.points is not None), 1)


def rate(dataset: Dataset, file: Path | None, *, on: dt.date) -> Rating:
    """Rate a data set by its catalogue entry and, where it is at hand, its file.

    Raises:
        BadInput: the file is no table and no JSON that can be read at all.
    """
    kinds = {one.kind for one in dataset.distributions}
    contents = Contents.read(file) if file is not None and file.suffix.lower() == ".csv" else None
    checked = _checked(dataset, file)
    scores = (
        _licence(dataset),
        _machine(kinds, contents),
        _completeness(contents, checked),
        _freshness(dataset, on=on),
        _identifiers(contents),
        _conformance(checked),
        _metadata(dataset),
    )
    return Rating(dataset.id, dataset.title, dataset.publisher, _stars(scores[0], kinds, file=file), scores)


def by_publisher(ratings: Iterable[Rating]) -> dict[str, dict[str, float]]:
    """Of each publisher: how many data sets, their mean total and stars, and the mean of each indicator (0 to 1)."""
    found: dict[str, list[Rating]] = {}
    for one in ratings:
        found.setdefault(one.publisher, []).append(one)
    made: dict[str, dict[str, float]] = {}
    for publisher, ones in sorted(found.items()):
        means = {"datasets": len(ones), "total": round(fmean(one.total for one in ones), 1)}
        made[publisher] = {**means, "stars": round(fmean(one.stars for one in ones), 2)}
        for number, name in enumerate(INDICATORS):
            points = [one.scores[number].points for one in ones]
            if known := [one for one in points if one is not None]:
                made[publisher][name] = round(fmean(known), 3)
    return made


def _finding(code: str, **values: object) -> tuple[Finding, ...]:
    return (Finding(code, values),)


def _licence(dataset: Dataset) -> Score:
    licence, known = dataset.licence, basis()["licences"]
    if not licence:
        return Score("licence", 0.0, _finding("licence.none"))
    name = licence.rsplit("/", 1)[-1] if "spdx.org" in licence else licence
    if re.search(known["closed"], re.sub(r"[-_ ]", " ", name), re.IGNORECASE) and not re.search("PDL", name):
        return Score("licence", 0.0, _finding("licence.closed", licence=name))
    if re.search(known["open"], name, re.IGNORECASE):
        return Score("licence", 1.0)
    return Score("licence", 0.5, _finding("licence.unknown", licence=name))


def _machine(kinds: set[str], contents: Contents | None) -> Score:
    if not kinds & STRUCTURED:
        return Score("machine", 0.0, _finding("machine.kind", kind="、".join(sorted(kinds)) or "-"))
    points, findings = (1.0, ()) if kinds & FREE else (0.5, _finding("machine.kind", kind="、".join(sorted(kinds))))
    if contents is None:
        return Score("machine", points * 0.5, (*findings, *_finding("machine.unread")))
    for wrong, finding in _untidy(contents):
        points -= 0.2 * wrong
        findings = (*findings, *finding)
    return Score("machine", max(0.0, round(points, 3)), findings)


def _untidy(contents: Contents) -> Iterator[tuple[float, tuple[Finding, ...]]]:
    if contents.header_line > 1:
        yield 1, _finding("machine.header", line=contents.header_line)
    if contents.untitled:
        yield 1, _finding("machine.columns")
    if contents.unread:
        yield 1, _finding("machine.lines", count=contents.unread)
    if contents.encoding != "utf-8":
        yield 0.5, _finding("machine.encoding")
    if contents.dressed:
        yield 1, _finding("machine.numbers", columns="、".join(contents.dressed[:5]))


def _completeness(contents: Contents | None, checked: Checked | None) -> Score:
    """Filled cells of the needed and recommended columns of the list that the file keeps, else of all."""
    if contents is None or not contents.rows:
        return Score("completeness", None)
    wanted = [item.name for item in checked.model.items if item.mark in (Mark.MUST, Mark.SHOULD)] if checked else []
    filled = dict(contents.filled)
    if checked:
        filled = {place[0]: share for name, share in filled.items() if (place := place_of(checked.model, name))}
    shares = {name: filled.get(name, 0.0) for name in wanted} if wanted else dict(contents.filled)
    lacking = [name for name in wanted if name not in filled]
    thin = [name for name, share in shares.items() if share < ENOUGH and name not in lacking]
    findings = (
        *(_finding("completeness.columns", columns="、".join(lacking)) if lacking else ()),
        *(_finding("completeness.cells", columns="、".join(thin[:5])) if thin else ()),
    )
    return Score("completeness", round(fmean(shares.values()), 3) if shares else None, findings)


def _freshness(dataset: Dataset, *, on: dt.date) -> Score:
    if dataset.modified is None:
        return Score("freshness", 0.0, _finding("freshness.unknown"))
    period = next(
        (days for words, days in basis()["frequencies"] if re.search(words, dataset.frequency, re.IGNORECASE)), 0
    )
    age = max(0, (on - dataset.modified).days)
    points = min(1.0, SLACK * (period or YEAR) / max(age, 1))
    findings = () if period else _finding("freshness.frequency")
    if points < 1:
        findings = (*findings, *_finding("freshness.old", days=age, period=period or YEAR))
    return Score("freshness", round(points if period else min(points, LATE), 3), findings)


def _identifiers(contents: Contents | None) -> Score:
    if contents is None or not contents.rows:
        return Score("identifiers", None)
    findings = (
        *(() if contents.key else _finding("identifiers.key")),
        *(() if contents.codes else _finding("identifiers.codes")),
    )
    return Score("identifiers", 0.5 * bool(contents.key) + 0.5 * bool(contents.codes), findings)


def _conformance(checked: Checked | None) -> Score:
    if checked is None or not checked.report.read:
        return Score("conformance", None)
    share, bad = checked.report.kept / checked.report.read, checked.report.read - checked.report.kept
    found = _finding("conformance.rows", model=checked.model.title, count=bad) if bad else ()
    return Score("conformance", round(share, 3), found)


METADATA: Mapping[str, Callable[[Dataset], object]] = {
    "題名": lambda one: one.title,
    "説明": lambda one: one.about if one.about != one.title else "",
    "公表者": lambda one: one.publisher,
    "ライセンス": lambda one: one.licence,
    "更新日": lambda one: one.modified,
    "更新頻度": lambda one: one.frequency,
    "分野・キーワード": lambda one: one.themes,
    "形式ごとのアドレス": lambda one: one.distributions and all(form.address for form in one.distributions),
}


def _metadata(dataset: Dataset) -> Score:
    lacking = [name for name, has in METADATA.items() if not has(dataset)]
    found = _finding("metadata.lacking", fields="、".join(lacking)) if lacking else ()
    return Score("metadata", round(1 - len(lacking) / len(METADATA), 3), found)


def _checked(dataset: Dataset, file: Path | None) -> Checked | None:
    """The file against the list that the entry names, or the one whose needed columns the table has."""
    if file is None or file.suffix.lower() not in {".csv", ".json", ".jsonld", ".jsonl"}:
        return None
    named = next((one for one in models() if any(_names(form.schema, one) for form in dataset.distributions)), None)
    header = [] if named or file.suffix.lower() != ".csv" else list(Contents.read(file).filled)
    found = named or _like(header)
    return check_file(file, found) if found else None


def _names(schema: str, one: DataModel) -> bool:
    return schema.rsplit("/", 1)[-1] == f"{one.id}.schema.json" or schema.endswith(f":{one.id}")


def _like(header: list[str]) -> DataModel | None:
    """The list of which the table has every needed column and most others; none where two fit as well."""
    fits: list[tuple[float, DataModel]] = []
    for one in models():
        if one.kind not in ("recommended", "standard") or not header:
            continue
        there = {item.name for name in header if (item := one.item(name))}
        must = {item.name for item in one.items if item.mark in (Mark.MUST, Mark.COLUMN)}
        if must <= there and len(there) >= 0.6 * len(header):
            fits.append((len(there) / len(one.items), one))
    fits.sort(key=lambda fit: -fit[0])
    return fits[0][1] if fits and (len(fits) == 1 or fits[0][0] > fits[1][0]) else None


def _stars(licence: Score, kinds: set[str], *, file: Path | None) -> int:
    """Five-star open data: licence, structure, free form, addresses of things, links to other data."""
    if licence.points != 1.0:
        return 0
    steps = (bool(kinds & STRUCTURED), bool(kinds & FREE), bool(kinds & LINKED), _links(file))
    return 1 + next((number for number, done in enumerate(steps) if not done), len(steps))


def _links(file: Path | None) -> bool:
    """Whether the JSON-LD file, or the one beside the table, names things of others by their address."""
    linked = file.with_suffix(".jsonld") if file is not None else None
    if linked is None or not linked.is_file():
        return False
    whole = json.loads(linked.read_text(encoding="utf-8"))
    return any(_outside(one) for one in (whole.get("@graph", []) if isinstance(whole, dict) else []))


def _outside(node: Any) -> bool:
    if isinstance(node, dict | list):
        return any(map(_outside, node.values() if isinstance(node, dict) else node))
    return isinstance(node, str) and node.startswith(("http://", "https://"))
