"""A rule file taken as it was parsed before is the rule file: the same rules, and never those of another text."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiban.rules import BadRule, RuleSet, evaluate, kept, load_rules
from kiban.rules.expression import Binary, Call, Case, Const, Name, Node, Over, Unary
from kiban.rules.loader import parse_rules
from rules_sample import NATION, PROGRAMMES, Households
from shared_data import ROOT

ON = date(2026, 12, 1)
SMALL = """
id: small
title: 小さい手当
law: {id: 346AC0000000073, title: 児童手当法}
facts: {収入: {type: integer}}
parameters:
  額: {unit: 円, values: [{from: 2020-04-01, value: 1000, article: "1"}]}
variables:
  手当: {unit: 円, formula: CASE WHEN 収入 > 10 THEN 0 ELSE 額 END, article: "2"}
outputs: [手当]
"""
OVER = """
id: own
title: 市の手当
law: {id: 条例, title: 条例}
extends: ../national/rules.yaml
parameters:
  額: {unit: 円, values: [{from: 2020-04-01, value: 3000, article: "1"}]}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "kept"
    monkeypatch.setenv("KIBAN_RULES_CACHE", str(place))
    return place


@pytest.fixture
def parsing(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that were parsed, not taken."""
    found: list[Path] = []

    def parse(path: Path, *, name: str = "") -> tuple[RuleSet, dict[Path, str]]:
        found.append(path)
        return parse_rules(path, name=name)

    monkeypatch.setattr("kiban.rules.loader.parse_rules", parse)
    return found


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "national/rules.yaml"
    path.parent.mkdir()
    path.write_text(SMALL, encoding="utf-8")
    return path


def amount(path: Path, income: int = 5) -> object:
    return evaluate(load_rules(path), {"収入": income}, on=ON).outputs["手当"]


@pytest.mark.parametrize("path", [*PROGRAMMES, NATION], ids=lambda path: path.parent.name)
def test_every_rule_file_is_kept_as_it_is_parsed(path: Path, folder: Path, parsing: list[Path]) -> None:
    parsed, kept_first, taken = parse_rules(path)[0], load_rules(path), load_rules(path, name="other name")

    assert parsing == [path], "the second time it is taken"
    assert kept_first == parsed
    assert taken == parse_rules(path, name="other name")[0]
    assert repr(taken.variables) == repr(parsed.variables), "also true and 1, which are equal in Python"
    assert list(taken.variables) == list(parsed.variables)
    for facts in (Households(parsed, seed=seed).one() for seed in range(5)):
        try:
            wanted = evaluate(parsed, facts, on=ON)
        except Exception as error:
            with pytest.raises(type(error)):
                evaluate(taken, facts, on=ON)
        else:
            assert evaluate(taken, facts, on=ON) == wanted, "the same answer, steps and id"


NODES = st.recursive(
    st.one_of(
        st.builds(Const, st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(), st.just("integer")),
        st.builds(Name, st.text(min_size=1)),
    ),
    lambda inner: st.one_of(
        st.builds(Unary, st.sampled_from(["-", "NOT"]), inner),
        st.builds(Binary, st.sampled_from(["+", "AND", "<="]), inner, inner),
        st.builds(Case, st.lists(st.tuples(inner, inner), min_size=1, max_size=3).map(tuple), inner),
        st.builds(Call, st.just("満年齢"), st.tuples(inner, inner)),
        st.builds(Over, st.just("合計"), st.just("子"), st.none() | inner, st.none() | inner),
    ),
    max_leaves=12,
)


@given(NODES)
def test_every_formula_has_its_plain_form(node: Node) -> None:
    back = msgspec.msgpack.decode(msgspec.msgpack.encode(node), type=Node)  # type: ignore[arg-type]

    assert back == node
    assert repr(back) == repr(node)


def test_a_changed_file_always_wins(folder: Path, small: Path, parsing: list[Path]) -> None:
    before = small.stat()
    assert (amount(small), amount(small)) == (1000, 1000)

    small.write_text(SMALL.replace("1000", "2000"), encoding="utf-8")
    os.utime(small, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert amount(small) == 2000, "the same size and time, another text"
    assert len(parsing) == 2


def test_a_change_of_the_file_below_wins_too(folder: Path, small: Path, parsing: list[Path]) -> None:
    own = small.parents[1] / "own/rules.yaml"
    own.parent.mkdir()
    own.write_text(OVER, encoding="utf-8")
    assert (amount(own, 11), amount(own), amount(own)) == (0, 3000, 3000)
    assert len(parsing) == 1

    small.write_text(SMALL.replace("> 10", "> 20"), encoding="utf-8")

    assert amount(own, 11) == 3000
    small.unlink()
    with pytest.raises(BadRule):
        load_rules(own)


def test_a_fault_is_told_each_time_and_never_kept(folder: Path, small: Path) -> None:
    small.write_text(SMALL.replace("額 END", "無い END"), encoding="utf-8")

    for _ in range(2):
        with pytest.raises(BadRule, match="無い"):
            load_rules(small)
    assert list(folder.iterdir()) == []


def test_another_program_parses_anew(
    folder: Path, small: Path, parsing: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    load_rules(small)
    monkeypatch.setattr(kept, "_program", lambda: "another")

    load_rules(small)

    assert len(parsing) == 2


@given(st.data())
def test_bytes_that_are_not_ours_are_not_read(data: st.DataObject) -> None:
    with pytest.MonkeyPatch.context() as patch:
        import tempfile

        with tempfile.TemporaryDirectory() as made:
            patch.setenv("KIBAN_RULES_CACHE", f"{made}/kept")
            path = Path(made, "rules.yaml")
            path.write_text(SMALL, encoding="utf-8")
            load_rules(path)
            (entry,) = Path(made, "kept").iterdir()
            content = bytearray(entry.read_bytes())
            at = data.draw(st.integers(0, len(content) - 1))
            content[at] ^= data.draw(st.integers(1, 255))
            entry.write_bytes(content if data.draw(st.booleans()) else content[:at])
            assert load_rules(path) == parse_rules(path)[0]


def forged(folder: Path, path: Path) -> Path:
    """An entry that says 9,000 yen, as who may write the folder could make it."""
    twin = path.parents[1] / "twin.yaml"
    twin.write_text(SMALL.replace("1000", "9000"), encoding="utf-8")
    own = kept.Kept(kept._program(), tuple(kept._from(path, parse_rules(path)[1])), parse_rules(twin)[0])
    load_rules(path)
    (entry,) = folder.iterdir()
    kept._keep(entry, own)
    return entry


def test_an_entry_that_others_could_have_written_is_not_read(folder: Path, small: Path) -> None:
    entry = forged(folder, small)
    assert amount(small) == 9000, "who may write as the user may also change the program"

    entry.chmod(0o620)
    assert amount(small) == 1000
    forged(folder, small)
    folder.chmod(0o777)
    assert amount(small) == 1000
    folder.chmod(0o700)
    real = entry.rename(small.parents[1] / "moved")
    entry.symlink_to(real)
    assert amount(small) == 1000, "a link is not followed"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to another user")
def test_an_entry_of_another_user_is_not_read(folder: Path, small: Path) -> None:
    entry = forged(folder, small)
    os.chown(entry, 65534, 65534)

    assert amount(small) == 1000


@pytest.mark.parametrize("setting", ["", "/dev/null/no", "/proc/no"])
def test_where_nothing_can_be_kept_rules_are_parsed(
    setting: str, small: Path, parsing: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIBAN_RULES_CACHE", setting)

    assert (amount(small), amount(small)) == (1000, 1000)
    assert len(parsing) == 2


def test_a_number_beyond_the_plain_form_is_parsed_each_time(folder: Path, small: Path) -> None:
    small.write_text(SMALL.replace("1000", str(10**30)), encoding="utf-8")

    assert (amount(small), amount(small)) == (10**30, 10**30)
    assert list(folder.iterdir()) == []


def test_the_folder_does_not_grow_for_ever(folder: Path, small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST_KEPT", 3)
    for number in range(6):
        shutil.copy(small, small.with_name(f"{number}.yaml"))
        load_rules(small.with_name(f"{number}.yaml"))

    assert len(list(folder.iterdir())) == 3


def test_a_warm_start_needs_neither_yaml_nor_sqlglot(folder: Path) -> None:
    program = """
import sys, datetime, pathlib
from kiban.rules import evaluate, explain, load_rules
rules = load_rules(pathlib.Path(sys.argv[1]))
list(explain(rules, evaluate(rules, {"子": []}, on=datetime.date(2026, 12, 1))))
print(*sorted({"sqlglot", "yaml", "numpy", "numba", "tempfile"} & sys.modules.keys()))
"""
    path = ROOT / "packs/national/cfa/jido-teate/rules.yaml"
    said = [
        subprocess.run([sys.executable, "-c", program, path], capture_output=True, text=True, check=True).stdout.split()
        for _ in range(2)
    ]

    assert said == [["sqlglot", "tempfile", "yaml"], []]
