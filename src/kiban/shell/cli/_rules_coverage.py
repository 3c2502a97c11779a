"""`kiban rules coverage`: ways, limits and numbers of rule files that no golden case reaches."""

from __future__ import annotations

import argparse
from pathlib import Path

from kiban.kernel.errors import BadInput, Where
from kiban.kernel.located import read_located


def cover(arguments: argparse.Namespace) -> int:
    """Print the gaps of every rule file of a folder; 1 for a way that no case takes."""
    paths = sorted(arguments.folder.glob("**/rules.yaml"))
    if not paths:
        raise BadInput("there is no rules.yaml in this folder", where=Where(str(arguments.folder)))
    failed = [path for path in paths if not _covered(path, root=arguments.folder, strict=arguments.strict)]
    return 1 if failed else 0


def _covered(path: Path, *, root: Path, strict: bool) -> bool:
    from kiban.packs.golden import golden_cases
    from kiban.rules import load_rules
    from kiban.rules.coverage import coverage

    name = path.parent.relative_to(root).as_posix()
    rules, found = load_rules(path, name=f"{name}/{path.name}"), golden_cases(path.parent, name=name)
    cases = found[1] if found else ()
    gone = coverage(rules, cases, own=own_names(path))
    print(f"{name}: {len(cases)} cases, {gone.ways} ways, {gone.limits} limits, {gone.numbers} numbers")
    for gap in gone.gaps:
        print(f"  {gap.kind}: {gap}")
    return not any(strict or gap.kind == "way" for gap in gone.gaps)


def own_names(path: Path) -> set[str]:
    """Variables and parameters that a file itself writes; those of what it extends are that file's cases' work."""
    content = read_located(path).value
    return {*(content.get("variables") or {}), *(content.get("parameters") or {})}
