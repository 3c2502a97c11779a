"""Only `store/` knows a database: no statement is executed elsewhere."""

from __future__ import annotations

import ast

from census.source import SRC, modules

VERBS = {"execute", "executemany", "executescript"}
ELSEWHERE = {
    "simulators": "cards and agencies of others, which keep their own files",
    "exchange/adapters": "reads an agency's own database as it is",
    "linkage/probabilistic/backends.py": "computes in memory; nothing is kept",
    "shell/common/views.py": "asks whether the database answers",
}


def test_statements_are_executed_in_stores_alone() -> None:
    found = set()
    for path, tree in modules().items():
        place = path.relative_to(SRC).as_posix()
        calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
        if "store/" not in place and any(isinstance(one, ast.Attribute) and one.attr in VERBS for one in calls):
            found.add(next((known for known in ELSEWHERE if place.startswith(known)), place))

    assert found == set(ELSEWHERE)
