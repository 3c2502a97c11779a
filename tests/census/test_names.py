"""What a package offers under a name is not hidden by a module of that name once somebody imports the module."""

from __future__ import annotations

import ast
import importlib
from pathlib import Path
from types import ModuleType

from census.source import SRC, modules


def test_no_module_hides_what_its_package_offers() -> None:
    """Importing ``package.name`` binds the module to that name of the package, unless it was imported before."""
    hidden = []
    for path, tree in modules().items():
        for name in offered(tree) & beside(path) if path.name == "__init__.py" else ():
            package = ".".join(path.parent.relative_to(SRC.parent).parts)
            before = getattr(importlib.import_module(package), name)
            importlib.import_module(f"{package}.{name}")
            after = getattr(importlib.import_module(package), name)
            if isinstance(after, ModuleType) and not isinstance(before, ModuleType):
                hidden.append(f"{package}.{name}")

    assert hidden == []


def offered(tree: ast.Module) -> set[str]:
    own = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    return own | {name.asname or name.name for node in imports for name in node.names}


def beside(path: Path) -> set[str]:
    return {one.stem for one in path.parent.iterdir() if one.suffix == ".py" or (one / "__init__.py").exists()}
