"""Files of persons → one Arrow table with folded columns, as Splink reads it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kiban.linkage import reading
from kiban.linkage.fingerprints import Source, fingerprint, folded
from kiban.linkage.model import Column

KANA, LETTERS = 0x30A1, 94
COLUMNS = (
    "unique_id", "record", "link_key", "name", "family", "given", "kana", "given_kana", "birth", "birth_year",
    "birth_month", "birth_day", "sex", "place", "home", "name_letters", "kana_letters",
    "name_sorted", "kana_sorted",
)  # fmt: skip


def table(source: Source, *, letters: bool = True) -> Any:
    """All rows of a source; missing items are null. Without ``letters`` the columns for slips are left out.

    ``unique_id`` is the row's number in the source; ``place`` and ``home`` are hashes of the address. ``name_letters``
    and ``kana_letters`` have one ASCII letter per letter: DuckDB's edit distance counts bytes, Spark's characters, and
    over these both count letters; ``_sorted`` are the same by value. Each kana has its own, of kanji about 1 in 94
    pairs share one.
    """
    pieces, first = [], 0
    for path, form in zip(source.files, source.layouts, strict=True):
        columns = [form.key, form.record, *form.name, *form.kana, *form.address, form.birth, form.sex]
        for rows in reading.tables(path, list(dict.fromkeys(filter(None, columns)))):
            pieces.append(_piece(rows, form, first=first, letters=letters))
            first += len(rows)
    return pa.concat_tables(pieces)


def _piece(rows: Any, form: Any, *, first: int, letters: bool) -> Any:
    prints = fingerprint(rows, form, first=first)
    family, given = _names(rows, form.name)
    _, given_kana = _names(rows, form.kana)
    number = np.arange(first, first + len(rows))
    home = (prints["place"].astype(np.int64) << 32) | prints["numbers"]
    record = reading.plain(rows[form.record]) if form.record else pa.array(number).cast(pa.string())
    whole = [_text(rows, columns) for columns in (form.name, form.kana)]
    slips = [_letters(one, in_order=in_order) for in_order in (True, False) for one in whole] if letters else []
    return pa.table(dict(zip(COLUMNS, (
        pa.array(number), record, _whole(prints["order"].view(np.int64), prints["order"] == 0), whole[0], family, given,
        whole[1], given_kana, *_births(prints["birth"]), _whole(prints["sex"], prints["sex"] < 0),
        _whole(prints["place"].astype(np.int64), prints["place"] == 0), _whole(home, prints["place"] == 0),
        *slips,
    ), strict=False)))  # fmt: skip


class _Ascii(dict[int, int]):
    """Code point → a visible ASCII letter."""

    def __missing__(self, code: int) -> int:
        place = code - KANA if KANA <= code < KANA + LETTERS else (code * 2654435761 >> 16) % LETTERS
        self[code] = 33 + place
        return self[code]


ASCII = _Ascii()


def _letters(texts: Any, *, in_order: bool) -> Any:
    different, codes = reading.coded(texts)
    letters = [text.translate(ASCII) or None for text in different.to_pylist()]
    if not in_order:
        letters = [text and "".join(sorted(text)) for text in letters]
    return pa.array(letters, pa.string()).take(pa.array(codes))


def _whole(values: Column, missing: Column) -> Any:
    return pa.array(values, pa.int64(), mask=missing)


def _births(days: Column) -> list[Any]:
    """Days, year, month and day of the month."""
    missing = days <= reading.BAD
    dates = np.where(missing, 0, days).astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    year, month = months.astype(np.int64) // 12 + 1970, months.astype(np.int64) % 12 + 1
    day = (dates - months).astype(np.int64) + 1
    return [_whole(column.astype(np.int64), missing) for column in (days, year, month, day)]


def _folded(texts: Any) -> Any:
    """Folded texts, blanks kept, missing ones null; each different text is folded once."""
    different, codes = reading.coded(texts)
    words = [" ".join(word.split()) or None for word in folded(different)]
    return pa.array(words, pa.string()).take(pa.array(codes))


def _text(rows: Any, columns: tuple[str, ...]) -> Any:
    if not columns:
        return pa.nulls(len(rows), pa.string())
    return pc.replace_substring(_folded(reading.joined(rows, columns, by=" ")), " ", "")


def _names(rows: Any, columns: tuple[str, ...]) -> tuple[Any, Any]:
    """Family and given name; of one column the parts before and after the first blank."""
    if len(columns) == 2:
        first, second = (pc.replace_substring(_folded(rows[column]), " ", "") for column in columns)
        return first, second
    if not columns:
        return pa.nulls(len(rows), pa.string()), pa.nulls(len(rows), pa.string())
    different = _folded(rows[columns[0]]).dictionary_encode()
    words = [(word or "").partition(" ") for word in different.dictionary.to_pylist()]
    family, given = ([part.replace(" ", "") or None for part in parts] for parts in
                     ([w[0] if w[2] else "" for w in words], [w[2] for w in words]))  # fmt: skip
    return tuple(pa.array(part, pa.string()).take(different.indices) for part in (family, given))
