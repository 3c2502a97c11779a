"""The measure of the house: short functions, short files, few parameters."""

from __future__ import annotations

import statistics

from census.source import ROOT, SRC, functions, length, modules

MAX_FILE, MAX_FUNCTION, P95_FUNCTION, MEDIAN_FUNCTION, MAX_PARAMETERS = 400, 80, 40, 8, 5


def test_no_file_is_longer_than_the_measure() -> None:
    sizes = {
        str(p.relative_to(ROOT)): len(p.read_text(encoding="utf-8").splitlines())
        for p in (*modules(), *SRC.rglob("*.pyx"))
    }

    assert {name: n for name, n in sizes.items() if n > MAX_FILE} == {}


def test_functions_are_short() -> None:
    sizes = {name: length(node) for name, node in functions()}
    ordered = sorted(sizes.values())

    assert {name: n for name, n in sizes.items() if n > MAX_FUNCTION} == {}
    assert ordered[int(len(ordered) * 0.95)] <= P95_FUNCTION
    assert statistics.median(ordered) <= MEDIAN_FUNCTION


def test_functions_take_few_parameters_and_name_all_but_two() -> None:
    many, unnamed = [], []
    for name, node in functions():
        positional = [a.arg for a in node.args.posonlyargs + node.args.args if a.arg not in {"self", "cls"}]
        if len(positional) + len(node.args.kwonlyargs) > MAX_PARAMETERS:
            many.append(name)
        if len(positional) > 2 + node.name.startswith("__"):
            unnamed.append(name)

    assert many == []
    assert unnamed == []
