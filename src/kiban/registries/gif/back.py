"""Rows with GIF columns → the columns that a mapping came from, for a system that knows its own names only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as Cells
from dataclasses import replace

from kiban.kernel.errors import BadInput, Where
from kiban.kernel.values import PersonName
from kiban.registries.errors import BadMapping
from kiban.registries.gif.convert import AGAIN, carried, titles
from kiban.registries.gif.kinds import CONTACT, MANY, NAME, PLACE, SINGLE, plain
from kiban.registries.gif.mapping import Mapping
from kiban.registries.gif.place import PARTS

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
    """What the table has no column for stands behind what it has one for: an extension, a lot behind its town."""
    made = {}
    if row.get("内線番号") and not mapping.column("extension"):
        made["電話番号"] = f"{row.get('電話番号', '')} 内線{row['内線番号']}"
    if mapping.column("address"):
        return made
    before = ""
    for kind in PARTS:
        title, text = PLACE[kind], row.get(PLACE[kind], "")
        if mapping.column(kind):
            before, made[title] = title, text
        elif before and plain(text) in plain(row.get(PLACE["address"], "")):
            made[before] += text
    return made


def _other_names(written: str) -> dict[str, str]:
    """What stands together in ミドルネームなど, by the columns of its own that a table may have."""
    kinds = ("middle", "former_family", "alias")
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
