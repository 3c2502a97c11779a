"""Arrow columns into columns of facts and back; a value that is not of its type is named, never replaced."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kiban.kernel.errors import Where
from kiban.rules.columns import Array, Column, number
from kiban.rules.errors import BadFact
from kiban.rules.model import Fact, Type
from kiban.rules.scalar import FIRST_DAY, LAST_DAY

WANTED: Mapping[Type, Any] = {
    Type.INTEGER: pa.int64(), Type.NUMBER: pa.int64(), Type.DATE: pa.date32(), Type.BOOLEAN: pa.bool_(),
    Type.TEXT: pa.string(),
}  # fmt: skip
REASONS: Mapping[Type, str] = {
    Type.INTEGER: "no whole number", Type.NUMBER: "no whole number", Type.DATE: "no date as 2025-04-01",
    Type.BOOLEAN: "neither true nor false", Type.TEXT: "no text",
}  # fmt: skip


def fact_column(array: Any, fact: Fact, *, file: str) -> tuple[Column, dict[int, str]]:
    """A fact's column, and the rows whose value is not of its type, each with the reason.

    Raises:
        BadFact: the whole column has a type from which the fact's cannot be read.
    """
    if pa.types.is_dictionary(array.type):
        if fact.type is Type.TEXT and pa.types.is_string(array.type.value_type):
            return _coded(array), {}
        array = array.dictionary_decode()
    if not _readable(array.type, fact.type):
        raise BadFact(
            f"the column is {array.type}, the fact is {fact.type.value}", where=Where(file, field=fact.name),
            remedy="write dates as date32 or 2025-04-01, amounts as whole numbers, yes and no as booleans",
        )  # fmt: skip
    if fact.type is Type.TEXT and pa.types.is_string(array.type):
        return _coded(array.dictionary_encode()), {}
    bad: dict[int, str] = {}
    read = _cast(array, fact.type, start=0, bad=bad)
    if fact.type is Type.DATE:
        read = _days_of_facts(read, bad)
    return _column(read, fact.type), bad


def _days_of_facts(read: Any, bad: dict[int, str]) -> Any:
    """The dates; those that stand for "unknown" or "no end" are bad, as in `scalar.check_facts`."""
    low, high = (pa.scalar(day, pa.date32()) for day in (FIRST_DAY, LAST_DAY))
    good = pc.and_(pc.greater_equal(read, low), pc.less_equal(read, high)).fill_null(True)
    for row in np.flatnonzero(~good.to_numpy(zero_copy_only=False)).tolist():
        bad[row] = "a day before 1000 or after 9000"
    return read if pc.all(good).as_py() in {True, None} else pc.if_else(good, read, pa.scalar(None, pa.date32()))


def _coded(array: Any) -> Column:
    """Texts as places among the words of the column."""
    known = array.is_valid().to_numpy(zero_copy_only=False) if array.null_count else None
    words = array.dictionary.to_numpy(zero_copy_only=False).astype(object)
    places = array.indices.fill_null(0) if array.null_count else array.indices
    words = words if len(words) else np.array([""], dtype=object)
    return Column("text", places.to_numpy(zero_copy_only=False), known, words=words)


def _readable(given: Any, wanted: Type) -> bool:
    types = pa.types
    if types.is_string(given) or types.is_large_string(given) or types.is_null(given):
        return True
    if wanted is Type.DATE:
        return bool(types.is_date(given))
    if wanted is Type.BOOLEAN:
        return bool(types.is_boolean(given))
    numeric = types.is_integer(given) or types.is_floating(given) or types.is_decimal(given)
    return bool(numeric) and wanted in {Type.INTEGER, Type.NUMBER}


def _cast(array: Any, kind: Type, *, start: int, bad: dict[int, str]) -> Any:
    """The array as the wanted type; halves are tried apart until the values that cannot be read stand alone."""
    try:
        return array.cast(WANTED[kind])
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        if len(array) == 1:
            bad[start] = REASONS[kind]
            return pa.nulls(1, WANTED[kind])
    half = len(array) // 2
    first = _cast(array.slice(0, half), kind, start=start, bad=bad)
    return pa.concat_arrays([first, _cast(array.slice(half), kind, start=start + half, bad=bad)])


def _column(array: Any, kind: Type) -> Column:
    known = array.is_valid().to_numpy(zero_copy_only=False) if array.null_count else None
    if kind is Type.TEXT:
        return Column("text", array.fill_null("").to_numpy(zero_copy_only=False).astype(object), known)
    if kind is Type.BOOLEAN:
        return Column("boolean", array.fill_null(False).to_numpy(zero_copy_only=False), known)
    if kind is Type.DATE:
        return number(_integers(array.cast(pa.int32()), np.int32), known, kind="date")
    return number(_integers(array), known)


def _integers(array: Any, kind: Any = np.int64) -> Array:
    filled = array.fill_null(0) if array.null_count else array
    found: Array = filled.to_numpy(zero_copy_only=False).astype(kind, copy=False)
    return found


def arrow_of(column: Column, kind: Type) -> Any:
    """A result column for a file; unknown is null.

    Raises:
        BadFact: a result does not fit 64 bits.
    """
    mask = None if column.known is None else ~column.known
    if column.kind == "unknown":
        return pa.nulls(len(column.values), WANTED[kind])
    if column.words is not None:
        places = pa.array(np.ascontiguousarray(column.values), pa.int32(), mask=mask)
        return pa.DictionaryArray.from_arrays(places, pa.array(column.words, pa.string())).dictionary_decode()
    if kind is Type.DATE:
        return pa.array(column.values.astype(np.int32), pa.int32(), mask=mask).cast(pa.date32())
    try:
        return pa.array(np.ascontiguousarray(column.values), WANTED[kind], mask=mask)
    except (OverflowError, pa.ArrowInvalid) as error:
        raise BadFact(f"a result does not fit the file: {error}", remedy="look for an impossible amount") from None
