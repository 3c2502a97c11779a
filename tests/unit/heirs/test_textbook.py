"""A second computation of shares, written apart as a textbook does it, for families of blood relations and marriage."""

from __future__ import annotations

import re
import runpy
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiban.heirs import Family, Person, find
from kiban.heirs.model import Disqualification, Event, Marriage, Renunciation
from kiban.kernel.values import PartialDate

PAGE = Path(__file__).parents[3] / "docs" / "heirs.md"
FATES = st.sampled_from(["heir", "heir", "dead", "renounced", "disqualified"])
Tree = tuple[str, str, tuple[Any, ...]]
"""Name, fate, children."""


def trees(depth: int) -> st.SearchStrategy[list[tuple[str, list[Any]]]]:
    below = trees(depth - 1) if depth else st.just([])
    return st.lists(st.tuples(FATES, below), max_size=3)


def named(rows: list[Any], prefix: str) -> tuple[Tree, ...]:
    return tuple((f"{prefix}{n}", fate, named(below, f"{prefix}{n}_")) for n, (fate, below) in enumerate(rows))


def takes(tree: Tree, depth: int) -> bool:
    _, fate, below = tree
    if fate in {"dead", "disqualified"}:
        return depth > 0 and any(takes(child, depth - 1) for child in below)
    return fate == "heir"


def handed(rows: list[tuple[Tree, int]], part: Fraction, *, depth: int) -> dict[str, Fraction]:
    """A part among those of the rows (with their measures) who take, or whose children take for them."""
    rows = [(tree, measure) for tree, measure in rows if takes(tree, depth)]
    whole = sum(measure for _, measure in rows)
    found: dict[str, Fraction] = {}
    for (name, fate, below), measure in rows:
        own = part * measure / whole
        found |= {name: own} if fate == "heir" else handed([(one, 1) for one in below], own, depth=depth - 1)
    return found


def textbook(situation: dict[str, Any]) -> dict[str, Fraction]:
    old = situation["year"] < 1981
    far = 9
    rows: list[tuple[Tree, int]] = [(tree, 1) for tree in situation["children"]]
    depth, mine = far, Fraction(1, 3) if old else Fraction(1, 2)
    if not any(takes(tree, far) for tree, _ in rows):
        parents = [(name, fate, ()) for name, fate in situation["parents"].items()]
        rows, depth, mine = [(one, 1) for one in parents], 0, Fraction(1, 2) if old else Fraction(2, 3)
        if not any(takes(tree, 0) for tree, _ in rows):
            rows = [(tree, 2) for tree in situation["siblings"]] + [(tree, 1) for tree in situation["halves"]]
            depth, mine = far if old else 1, Fraction(2, 3) if old else Fraction(3, 4)
    blood = any(takes(tree, depth) for tree, _ in rows)
    if not situation["spouse"]:
        return handed(rows, Fraction(1), depth=depth) if blood else {}
    if not blood:
        return {"w": Fraction(1)}
    return {"w": mine, **handed(rows, 1 - mine, depth=depth)}


def family(situation: dict[str, Any]) -> Family:
    year = situation["year"]
    day = PartialDate(year, 6, 1)
    persons = {"d": Person(id="d", death=day, father="f", mother="m"), "o": Person(id="o"), "w": Person(id="w")}
    events: list[Event] = [Marriage(("d", "w"))] if situation["spouse"] else []

    def add(tree: Tree, **parents: str) -> None:
        name, fate, below = tree
        persons[name] = Person(id=name, death=PartialDate(year - 1, 1, 1) if fate == "dead" else None, **parents)
        if fate == "renounced":
            events.append(Renunciation(name, "d"))
        elif fate == "disqualified":
            events.append(Disqualification(name, "d", 5))
        for child in below:
            add(child, mother=name, father="")

    for name, fate in situation["parents"].items():
        add((name, fate, ()), father="", mother="")
    for tree in situation["children"]:
        add(tree, father="d", mother="w")
    for tree in situation["siblings"]:
        add(tree, father="f", mother="m")
    for tree in situation["halves"]:
        add(tree, father="f", mother="o")
    return Family("d", persons, tuple(events), complete=True)


SITUATIONS = st.fixed_dictionaries(
    {
        "year": st.sampled_from([1963, 1980, 1981, 2012, 2024]),
        "spouse": st.booleans(),
        "parents": st.fixed_dictionaries({"f": FATES, "m": FATES}),
        "children": trees(2).map(lambda rows: named(rows, "c")),
        "siblings": trees(2).map(lambda rows: named(rows, "s")),
        "halves": trees(1).map(lambda rows: named(rows, "h")),
    }
)


@given(SITUATIONS)
def test_the_shares_are_those_of_the_textbook(situation: dict[str, Any]) -> None:
    assert find(family(situation)).first.shares() == textbook(situation)


def test_the_example_of_the_page_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    assert code is not None
    script = tmp_path / "example.py"
    script.write_text(code[1], encoding="utf-8")
    monkeypatch.chdir(PAGE.parents[1])

    runpy.run_path(str(script))

    out = capsys.readouterr().out
    assert out.startswith("incomplete {'hanako': Fraction(1, 2), 'mei': Fraction(1, 4), 'jiro': Fraction(1, 4)}\n")
    assert "架空 芽衣 is a child of 架空 和夫" in out
