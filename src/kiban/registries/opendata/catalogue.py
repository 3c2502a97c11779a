"""The catalogue (データカタログ): entries of many publishers in a folder, searched as one."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kiban.kernel.drafted import drafted
from kiban.kernel.errors import BadInput, Where
from kiban.kernel.tabular import Report
from kiban.registries.opendata.dcat import MEDIA, Dataset, Distribution, catalogue, entry, faults, read

SUFFIX = ".dcat.jsonld"
_NAME = re.compile(r"[^\w-]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is sought: words (all of them, in title, description, publisher or keywords), and filters."""

    text: str = ""
    publisher: str = ""
    theme: str = ""
    kind: str = ""
    api: bool = False
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A data set of the catalogue under its key; the weight says how well it fits."""

    key: str
    dataset: Dataset
    weight: int


class Catalogue:
    """Data sets by key; what stands in the title counts more than what stands in the description."""

    def __init__(self, found: Iterable[Dataset]) -> None:
        self.datasets: dict[str, Dataset] = {}
        for one in found:
            self.datasets[_key(one)] = one
        self._words = {key: _searched(one) for key, one in self.datasets.items()}

    def search(self, asked: Asked) -> list[Hit]:
        """The data sets that fit, the best first, equal ones by title. Without words, all that the filters leave."""
        words = _plain(asked.text).split()
        hits = [
            Hit(key, one, weight)
            for key, one in self.datasets.items()
            if _passes(one, asked) and (weight := _weight(self._words[key], words)) is not None
        ]
        return sorted(hits, key=lambda hit: (-hit.weight, hit.dataset.title, hit.key))

    def facets(self) -> dict[str, dict[str, int]]:
        """How many data sets there are of each publisher, theme and form, the most first."""
        counted: dict[str, dict[str, int]] = {"publisher": {}, "theme": {}, "kind": {}}
        for one in self.datasets.values():
            forms = {form.kind for form in one.distributions}
            for facet, values in (("publisher", {one.publisher}), ("theme", set(one.themes)), ("kind", forms)):
                for value in filter(None, values):
                    counted[facet][value] = counted[facet].get(value, 0) + 1
        return {facet: dict(sorted(ones.items(), key=lambda one: (-one[1], one[0]))) for facet, ones in counted.items()}


def _key(one: Dataset) -> str:
    """One name for a data set that other publishers' numbers do not meet."""
    return _NAME.sub("-", f"{one.publisher}-{one.id or one.title}").strip("-")[:200]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _searched(one: Dataset) -> tuple[str, str, str]:
    """The text by weight: title; keywords and publisher; description."""
    return _plain(one.title), _plain(" ".join((*one.themes, one.publisher))), _plain(one.about)


def _weight(texts: Sequence[str], words: Sequence[str]) -> int | None:
    weight = 0
    for word in words:
        found = [points for points, text in zip((4, 2, 1), texts, strict=True) if word in text]
        if not found:
            return None
        weight += sum(found)
    return weight


def _passes(one: Dataset, asked: Asked) -> bool:
    return (
        (not asked.publisher or asked.publisher in one.publisher)
        and (not asked.theme or asked.theme in one.themes)
        and (not asked.kind or any(form.kind == asked.kind for form in one.distributions))
        and (not asked.api or bool(one.api))
        and (asked.closed or one.access in ("", "PUBLIC"))
    )


def read_folder(folder: Path, *, told: Callable[[BadInput], object] = lambda _: None) -> Iterator[Dataset]:
    """The data sets of every entry file of a folder; a file that cannot be read is told, and the others are kept."""
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        try:
            yield from list(read_entries(path))
        except BadInput as error:
            told(error)


def state_of(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """What tells whether the folder's files are still those that were read: name, time and size of each."""
    return tuple(
        (path.name, (told := path.stat()).st_mtime_ns, told.st_size) for path in sorted(folder.glob(f"*{SUFFIX}"))
    )


def read_entries(path: Path) -> Iterator[Dataset]:
    """The data sets of a DCAT file. Raises: BadInput: it is no JSON-LD."""
    yield from read(_json(path))


def _json(path: Path) -> Mapping[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, ValueError):
        raise BadInput("this is no JSON-LD", where=Where(path.name), remedy="give DCAT in JSON-LD, UTF-8") from None
    if not isinstance(found, dict):
        raise BadInput("this is no DCAT", where=Where(path.name), remedy="give one entry or one catalogue")
    return found


def register(path: Path, *, folder: Path, name: str = "") -> tuple[list[Dataset], Report]:
    """Take a DCAT file into the catalogue: the entries that have what DCAT-AP makes mandatory; the others are told.

    The file of the same name is replaced, so that a publisher's new list takes the place of the old one. Nothing is
    written when no entry is good.

    Raises:
        BadInput: it is no JSON-LD, or no entry is good.
    """
    report, good = Report(path.name, encoding="utf-8"), list[Dataset]()
    for number, one in enumerate(_entries(_json(path)), 1):
        report.read += 1
        wrong = list(faults(one))
        for fault in wrong:
            report.fault(1, fault.what, column=f"{number}. {fault.field}", remedy=fault.remedy)
        if not wrong:
            report.kept += 1
            good += read(one)
    if not good:
        raise BadInput("no entry is good", where=Where(path.name), remedy=str(report))
    write(good, folder=folder, name=name or path.name.removesuffix(".jsonld").removesuffix(".dcat"))
    return good, report


def _entries(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for name in ("dcat:dataset", "@graph", "registries"):
        if isinstance(node.get(name), list):
            yield from (one for one in node[name] if isinstance(one, dict))
            return
    yield node


def write(found: Sequence[Dataset], *, folder: Path, name: str) -> Path:
    """Write data sets as one catalogue file of a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    publisher = found[0].publisher
    made = catalogue(
        [entry(one) for one in found],
        title=f"{publisher} データカタログ",
        about="公開しているデータの一覧",
        publisher=publisher,
    )
    target = folder / f"{_NAME.sub('-', name)}{SUFFIX}"
    with drafted(target) as draft:
        draft.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return target


def describe(about: Dataset, files: Sequence[Path], *, address: str = "") -> Dataset:
    """A data set with each of its files as a form: kind by the name's end, size, and where it will stand.

    Raises:
        BadInput: a file's kind is not one that a catalogue knows.
    """
    forms = []
    for path in files:
        kind = path.suffix.lower().removeprefix(".")
        if kind not in MEDIA:
            remedy = f"name it with one of {', '.join(f'.{one}' for one in MEDIA)}"
            raise BadInput(f"of what kind {path.name} is, its name does not say", where=Where(path.name), remedy=remedy)
        where = f"{address.rstrip('/')}/{path.name}" if address else path.name
        forms.append(Distribution(where, kind, size=path.stat().st_size))
    return replace(about, distributions=tuple(forms))
