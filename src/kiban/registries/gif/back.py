"""Rows with GIF columns → the columns that a mapping came from, for a system that knows its own names only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as Cells
from contextlib import suppress
from dataclasses import replace

from kiban.kernel.errors import BadInput, Where
from kiban.kernel.values import PersonName
from kiban.registries.address.parse import normalise
from kiban.registries.errors import BadMapping
from kiban.registries.gif.convert import AGAIN, carried, titles
from kiban.registries.gif.kinds import CONTACT, MANY, NAME, PLACE, SINGLE
from kiban.registries.gif.mapping import Mapping
from kiban.registries.gif.place import PARTS

OTHER_NAMES = ("middle", "former_family", "alias", "other_names")
TITLES = {**{kind: title for kind, (title, _) in SINGLE.items()}, **NAME, **PLACE, **CONTACT}


def back(rows: Iterable[Cells[str, str]], mapping: Mapping) -> Iterator[dict[str, str]]:
    """Each converted row under the mapping's own columns; values stay in the form of GIF (dates ISO, hyphens)."""
    sources = {name: name if kind in MANY else TITLES[kind] for name, kind in mapping.columns.items()}
    sources |= carried(mapping)
    for row in rows:
        parts = dict(one.split("=", 1) for one in row.get(TITLES["address_parts"], "").split("; ") if "=" in one)
        cells = {**row, **_other_names(row.get(NAME["other_names"], "")), **_together(row, mapping)}
        yield {name: parts.get(name, cells.get(title, "")) for name, title in sources.items()}


def _together(row: Cells[str, str], mapping: Mapping) -> dict[str, str]:
    """What the table has no column for stands behind what it has one for: an extension, a lot, a former name."""
    made: dict[str, str] = {} if mapping.column("address") else _parts(row, mapping)
    if row.get("内線番号") and not mapping.column("extension"):
        made["電話番号"] = f"{row.get('電話番号', '')} 内線{row['内線番号']}"
    if row.get(NAME["other_names"]) and not any(map(mapping.column, OTHER_NAMES)):
        with suppress(BadInput):
            made["氏名"] = str(PersonName.from_csv(dict(row)))
    return made


def _parts(row: Cells[str, str], mapping: Mapping) -> dict[str, str]:
    """An address in parts: as it was written where the fields still say the same, else the fields."""
    there = [PLACE[kind] for kind in PARTS if mapping.column(kind)]
    building = row.get(PLACE["address_building"], "") if mapping.column("address_building") else ""
    written = row.get(PLACE["address"], "").removesuffix(building).rstrip()
    literal: dict[str, str] = {}
    left = written
    for title in there[:-1]:
        if left.startswith(text := row.get(title, "")):
            literal[title], left = text, left[len(text) :]
    found = normalise(written)
    same = row.get("町字", "") in {found.town, ""} and row.get("番地以下", "") in {found.block, ""}
    if there and same and len(literal) == len(there) - 1:
        return {**literal, there[-1]: left}
    made: dict[str, str] = {}
    before = ""
    for title in (PLACE[kind] for kind in PARTS):
        if title in there:
            before, made[title] = title, row.get(title, "")
        elif before:
            made[before] += row.get(title, "")
    return made


def _other_names(written: str) -> dict[str, str]:
    """What stands together in ミドルネームなど, by the columns of its own that a table may have."""
    kinds = OTHER_NAMES[:3]
    pairs = dict(one.split("=", 1) for one in written.split("; ") if "=" in one)
    if pairs and pairs.keys() <= {NAME[kind] for kind in kinds}:  # of a name that could not be read
        return {NAME[kind]: pairs.get(NAME[kind], "") for kind in kinds}
    try:
        found = PersonName.from_csv({"氏": "氏", NAME["other_names"]: written})
    except BadInput:
        return {}
    return {NAME[kind]: str(getattr(found, kind)) for kind in kinds}


def for_answer(mapping: Mapping, header: Sequence[str], *, file: str = "") -> Mapping:
    """The mapping for a converted table: columns that it did not make were carried over.

    Raises:
        BadMapping: the table is not what the mapping makes.
    """
    bare = replace(mapping, undecided=())
    if missing := [title for title in titles(bare) if title not in header]:
        what = f"the table has no column {', '.join(missing)}"
        remedy = "give the table that gif convert made with this mapping"
        raise BadMapping(what, where=Where(file, 1, field=missing[0]), remedy=remedy)
    others = tuple(name.removesuffix(AGAIN) for name in header if name not in titles(bare))
    return replace(mapping, undecided=others)
