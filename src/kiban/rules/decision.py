"""Decision tables: rows of conditions on named inputs and a result; the first row that fits decides.

A table is written as the CASE formula it means, so that every engine and the trace see one graph only.
"""

from __future__ import annotations

import re
from typing import Any

from kiban.kernel.errors import Where
from kiban.rules.errors import BadRule

KEYS = {"inputs", "rows", "otherwise"}
RANGE = re.compile(r"(-?\d+)\.\.(-?\d+)")
FORM = 'table: {inputs: [損害, 人数], rows: [[全壊, ">= 2", 1000000]], otherwise: 0}'
ACROSS = "table: {inputs: [人数], across: {級地: [1, 2, 3]}, rows: [[1, 300, 200, 100]], otherwise: 0}"


def table_formula(table: Any, *, where: Where) -> str:
    """The CASE formula of a table.

    A cell is ``-`` (anything), a value, a list of values, a range ``1..5``, a comparison ``">= 2"`` or true/false; the
    last cell of a row is the result, a formula. A table may go ``across`` one more input as a printed one does: a row
    then ends with a result for each of its values, the last of them for every other value too, and
    ``otherwise`` may be such a list. A result of null is unknown.

    Raises:
        BadRule: the table has no inputs, rows or ``otherwise``, or a row is of another length.
    """
    given = table.keys() - {"across"} if isinstance(table, dict) else None
    lists = given == KEYS and all(isinstance(table[key], list) and table[key] for key in ("inputs", "rows"))
    if not lists:
        raise BadRule("a table has inputs, rows and otherwise", where=where, remedy=FORM)
    inputs = [str(name) for name in table["inputs"]]
    name, columns = _across(table, where=where)
    branches = []
    for number, row in enumerate(table["rows"], 1):
        if not isinstance(row, list) or len(row) != len(inputs) + len(columns):
            needed = "a result" if len(columns) == 1 else f"{len(columns)} results"
            raise BadRule(f"row {number} needs {len(inputs)} conditions and {needed}", where=where, remedy=FORM)
        tests = [test for name, cell in zip(inputs, row, strict=False) if (test := _test(name, cell))]
        branches.append(f"WHEN {' AND '.join(tests) or 'TRUE'} THEN {_result(name, columns, row=row[len(inputs) :])}")
    rest = table["otherwise"]
    if isinstance(rest, list) and len(rest) != len(columns):
        raise BadRule(f"otherwise needs {len(columns)} results", where=where, remedy=ACROSS)
    last = _result(name, columns, row=rest) if isinstance(rest, list) else _formula(rest)
    return f"CASE {' '.join(branches)} ELSE {last} END"


def _across(table: dict[str, Any], *, where: Where) -> tuple[str, list[Any]]:
    """The input that the table goes across, and its values; one column without any."""
    across = table.get("across", {"": [None]})
    if not isinstance(across, dict) or len(across) != 1 or not all(isinstance(one, list) for one in across.values()):
        raise BadRule("across has one input and a list of its values", where=where, remedy=ACROSS)
    ((name, columns),) = across.items()
    return str(name), columns


def _result(name: str, columns: list[Any], *, row: list[Any]) -> str:
    """The results of a row by the value across; neighbours that are equal are one way."""
    groups: list[tuple[list[Any], str]] = []
    for column, result in zip(columns, map(_formula, row), strict=True):
        if groups and groups[-1][1] == result:
            groups[-1][0].append(column)
        else:
            groups.append(([column], result))
    if len(groups) == 1:
        return groups[0][1]
    ways = [f"WHEN {_test(name, some if len(some) > 1 else some[0])} THEN {result}" for some, result in groups[:-1]]
    return f"(CASE {' '.join(ways)} ELSE {groups[-1][1]} END)"


def _formula(cell: Any) -> str:
    """A result as it stands in a formula; null is unknown."""
    return "NULL" if cell is None else str(cell)


def _test(name: str, cell: Any) -> str:
    if isinstance(cell, bool):
        return name if cell else f"NOT {name}"
    if isinstance(cell, list):
        return f"{name} IN ({', '.join(_literal(one) for one in cell)})"
    text = str(cell).strip()
    if text == "-":
        return ""
    if (found := RANGE.fullmatch(text)) is not None:
        return f"{name} BETWEEN {found[1]} AND {found[2]}"
    if text.startswith(("<", ">", "=")):
        return f"{name} {text}"
    return f"{name} = {_literal(cell)}"


def _literal(value: Any) -> str:
    if isinstance(value, int):
        return str(value)
    escaped = str(value).replace("'", "''")
    return f"'{escaped}'"
