"""Several programmes in one run of files: what each gives alone, each on its own day."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from kiban.rules import BadRule, NotInForce, RuleSet, evaluate, load_rules, read_rules
from kiban.rules.arrays import compute
from kiban.rules.batch import run_folder
from kiban.rules.fused import Fused
from kiban.rules.plan import Plan, plan
from kiban.rules.tables import find_parts, read_part
from kiban.rules.together import together
from kiban.shell.cli import main
from rules_sample import Households
from shared_data import ROOT
from unit.rules.test_files import write

PACKS = ROOT / "packs/national"
DAYS = {
    "cfa/jido-teate": dt.date(2026, 12, 1), "cfa/jido-fuyo-teate": dt.date(2026, 12, 1),
    "cfa/jido-teate-2024-09": dt.date(2024, 9, 1), "mhlw/tokubetsu-jido-fuyo-teate": dt.date(2026, 11, 1),
    "mhlw/shogaiji-fukushi-teate": dt.date(2026, 11, 1), "mhlw/tokubetsu-shogaisha-teate": dt.date(2025, 4, 1),
    "mhlw/kokumin-nenkin-menjo": dt.date(2026, 7, 1), "soumu/juminzei-hikazei": dt.date(2026, 1, 1),
    "mof/kyuyo-shotoku": dt.date(2025, 12, 31), "cao/hisaisha-seikatsu-saiken": dt.date(2026, 9, 1),
    "cao/tokutei-kyufu": dt.date(2026, 11, 1), "mext/shugaku-enjo": dt.date(2026, 4, 1),
}  # fmt: skip
SMALL = """
id: {id}
title: {id}
law: {{id: 346AC0000000073, title: 児童手当法}}
facts: {{印: {{type: {type}}}}}
variables:
  答: {{type: boolean, formula: 分かる(印), article: "2"}}
outputs: [答]
"""


def several() -> tuple[dict[str, RuleSet], Plan]:
    rules = {name.split("/")[1]: load_rules(PACKS / name / "rules.yaml") for name in DAYS}
    return rules, together({n: plan(r, day) for (n, r), day in zip(rules.items(), DAYS.values(), strict=True)})


@pytest.mark.parametrize("ending", [".parquet", ".csv"])
def test_twelve_programmes_in_one_run_give_what_each_gives_alone(tmp_path: Path, ending: str) -> None:
    rules, ready = several()
    source = Households(ready.rules, seed=7)
    households = [source.one() for _ in range(200)]
    write(ready, households, tmp_path / "in", ending=ending)

    total = run_folder(ready, tmp_path / "in", out=tmp_path / "out")

    read = pyarrow.csv.read_csv if ending == ".csv" else pq.read_table
    assert (total.households, total.bad) == (200, 0)
    for (name, one), on in zip(rules.items(), DAYS.values(), strict=True):
        alone = [evaluate(one, household, on=on).outputs for household in households]
        for output in one.outputs:
            of = one.variables[output].of
            found = read(tmp_path / "out" / f"{of or '世帯'}{ending}").to_pydict()[f"{name}/{output}"]
            found = [None if value == "" else value for value in found]  # CSV has no unknown word
            wanted = [v for o in alone for v in o[output]] if of else [o[output] for o in alone]  # type: ignore[union-attr]
            assert found == wanted, (name, output)
    assert len(set(ready.outputs)) == sum(len(one.outputs) for one in rules.values())


def test_the_compiled_pass_takes_several_too(tmp_path: Path) -> None:
    chosen = {n: DAYS[n] for n in ("cfa/jido-teate", "mhlw/shogaiji-fukushi-teate", "soumu/juminzei-hikazei")}
    ready = together({n.split("/")[1]: plan(load_rules(PACKS / n / "rules.yaml"), d) for n, d in chosen.items()})
    source = Households(ready.rules, seed=3)
    write(ready, [source.one() for _ in range(2_000)], tmp_path)
    (part,) = find_parts(tmp_path, ready)
    (piece,) = read_part(ready, part)

    one, other = Fused(ready)(piece.batch), compute(ready, piece.batch)

    for name in ready.outputs:
        mine, theirs = one.columns[name], other.columns[name]
        known = np.ones(len(theirs.values), dtype=bool) if theirs.known is None else theirs.known
        sure = np.ones(len(known), dtype=bool) if mine.known is None else mine.known
        assert np.array_equal(sure, known), name
        assert np.array_equal(np.asarray(mine.values)[known], np.asarray(theirs.values)[known]), name


def test_a_column_has_one_type_and_a_day_has_its_law() -> None:
    one, two = (read_rules(SMALL.format(id=kind, type=kind), file="small.yaml") for kind in ("integer", "date"))
    with pytest.raises(BadRule, match="印 is date here and integer in another programme"):
        together({rules.id: plan(rules, dt.date(2026, 1, 1)) for rules in (one, two)})
    with pytest.raises(NotInForce):
        plan(load_rules(PACKS / "cfa/jido-teate-2024-09/rules.yaml"), dt.date(2026, 1, 1))


def table(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def test_the_command_takes_packs_with_days_of_their_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table(tmp_path / "世帯.csv", "世帯,受給者国内居住,級地区分\n1,true,1\n2,true,x\n3,true,1\n")
    table(tmp_path / "子.csv", "世帯,生年月日,監護生計,国内居住,施設入所\n1,2024-05-10,true,true,false\n")
    head = "世帯,合計所得,扶養人数,生活扶助,障害未成年ひとり親,在住"
    table(tmp_path / "世帯員.csv", f"{head}\n1,0,0,false,false,true\n3,9000000,0,false,false,true\n")
    packs = ["--pack", "jido-teate", "--pack", "juminzei-hikazei@2026-01-01", "--on", "2026-12-01"]
    files = ["--facts", str(tmp_path), "--out", str(tmp_path / "out")]

    assert main(["rules", "compute", *packs, *files, "--output", "月額", "--output", "非課税世帯"]) == 1

    printed = capsys.readouterr().out
    assert "jido-teate/月額: 15,000, undecided 0" in printed
    assert "juminzei-hikazei/非課税世帯: 1, undecided 0" in printed
    found = pyarrow.csv.read_csv(tmp_path / "out/世帯.csv").to_pydict()
    assert found["世帯"] == [1, 3]
    assert found["jido-teate/月額"] == [15_000, 0]
    assert found["juminzei-hikazei/非課税世帯"] == [True, False]
    assert "世帯.csv,2,2,級地区分" in (tmp_path / "out/bad.csv").read_text(encoding="utf-8")
    assert main(["rules", "compute", *packs, *files, "--output", "無い"]) == 1
    assert main(["rules", "compute", "--pack", "jido-teate@2019-02-30", *files]) == 1


def test_one_household_is_explained_by_several(capsys: pytest.CaptureFixture[str]) -> None:
    facts = ["--facts", str(ROOT / "docs/examples/setai.json"), "--on", "2026-11-01"]
    packs = ["--pack", "jido-teate", "--pack", "juminzei-hikazei@2026-01-01"]

    assert main(["rules", "explain", *packs, *facts]) == 0

    printed = capsys.readouterr().out
    assert "## 児童手当 (jido-teate), 2026-11-01" in printed
    assert "(juminzei-hikazei), 2026-01-01" in printed
    alone: list[Any] = []
    for pack in packs[1::2]:
        assert main(["rules", "explain", "--pack", pack, *facts]) == 0
        alone.append(capsys.readouterr().out)
    assert all(text in printed for text in alone)
