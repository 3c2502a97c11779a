"""Every error has a code of its own and a docstring that tells what happened."""

from __future__ import annotations

import ast
import importlib

from census.source import ROOT, SRC, modules
from kiban.kernel.errors import KibanError


def test_each_error_class_has_a_unique_code_and_a_docstring() -> None:
    seen: dict[str, str] = {}
    faults = []
    for path, tree in modules().items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.ClassDef):
                continue
            for code in _codes(node):
                place = f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
                if code in seen:
                    faults.append(f"{place} repeats {code} of {seen[code]}")
                if not ast.get_docstring(node):
                    faults.append(f"{place} has no docstring")
                seen[code] = place

    assert faults == []
    assert seen


def test_each_error_says_who_can_mend_it() -> None:
    silent = []
    for path, tree in modules().items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and _codes(node):
                module = ".".join(path.relative_to(SRC.parent).with_suffix("").parts)
                found = getattr(importlib.import_module(module), node.name)
                told = [one for one in found.__mro__ if one is not KibanError and "audience" in vars(one)]
                silent += [] if told or found is KibanError else [node.name]

    assert silent == []


def _codes(node: ast.ClassDef) -> list[str]:
    return [
        statement.value.value
        for statement in node.body
        if isinstance(statement, ast.Assign | ast.AnnAssign)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
        and ast.unparse(statement.targets[0] if isinstance(statement, ast.Assign) else statement.target) == "code"
        and "-" in statement.value.value
    ]
