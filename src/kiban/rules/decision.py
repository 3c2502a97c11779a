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


def table_formula(table: Any, *, where: Where) -> str:
    """The CASE formula of a table.

    A cell is ``-`` (anything), a value, a list of values, a range ``1..5``, a comparison ``">= 2"`` or true/false; the
    last cell of a row is the result, a formula.

    Raises:
        BadRule: the table has no inputs, rows or ``otherwise``, or a row is of another length.
    """
    if not isinstance(table, dict) or table.keys() != KEYS or not table["inputs"] or not table["rows"]:
        raise BadRule("a table has inputs, rows and otherwise", where=where, remedy=FORM)
    inputs = [str(name) for name in table["inputs"]]
    branches = []
    for number, row in enumerate(table["rows"], 1):
        if not isinstance(row, list) or len(row) != len(inputs) + 1:
            raise BadRule(f"row {number} needs {len(inputs)} conditions and a result", where=where, remedy=FORM)
        tests = [test for name, cell in zip(inputs, row, strict=False) if (test := _test(name, cell))]
        branches.append(f"WHEN {' AND '.join(tests) or 'TRUE'} THEN {row[-1]}")
    return f"CASE {' '.join(branches)} ELSE {table['otherwise']} END"


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
