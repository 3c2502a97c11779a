"""Files in, results out: as the scalar evaluation says, bad rows apart, resumed, and the commands."""

from __future__ import annotations

import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from kiban.rules import BadFact, evaluate, load_rules, read_rules
from kiban.rules import batch as running
from kiban.rules import tables as reading
from kiban.rules.batch import run_folder
from kiban.rules.changes import changes, next_change
from kiban.rules.plan import Plan, plan
from kiban.shell.cli import main
from rules_sample import WHOLE, Households
from shared_data import ROOT

ON = dt.date(2025, 4, 1)
ALLOWANCE = ROOT / "packs/national/cfa/jido-teate"
ARROW = {"integer": pa.int64(), "number": pa.int64(), "boolean": pa.bool_(), "date": pa.date32(), "text": pa.string()}
CHILD = {"生年月日": "2024-05-10", "監護生計": True, "国内居住": True, "施設入所": False}


def write(ready: Plan, households: list[dict[str, Any]], folder: Path, *, ending: str = ".parquet") -> None:
    """Households as the files of a folder."""
    folder.mkdir(exist_ok=True)
    ids = [f"{i:07d}" for i in range(len(households))]
    for of in ("", *ready.rules.entities):
        facts = [f for f in ready.rules.facts.values() if f.of == of]
        rows = [(i, h) for i, h in zip(ids, households, strict=True)]
        if of:
            rows = [(i, m) for i, h in rows for m in h[of] or ()]
        columns: dict[str, Any] = {"世帯": pa.array([i for i, _ in rows], pa.string())}
        columns |= {f.name: pa.array([m.get(f.name) for _, m in rows], ARROW[f.type]) for f in facts}
        if not of:
            columns |= {e: pa.array([h[e] is not None for _, h in rows]) for e in ready.rules.entities}
        path = folder / f"{of or '世帯'}{ending}"
        if ending.endswith(".csv"):
            pyarrow.csv.write_csv(pa.table(columns), path)
        else:
            pq.write_table(pa.table(columns), path, row_group_size=97)


@pytest.mark.parametrize("ending", [".parquet", "-01.csv"])
def test_results_of_files_are_those_of_single_households(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    monkeypatch.setattr(reading, "ROWS", 61)
    rules = read_rules(WHOLE, file="whole.yaml")
    ready, source = plan(rules, ON, outputs=["総額", "額"]), Households(rules, seed=4)
    households = [source.one() for _ in range(500)]
    write(ready, households, tmp_path / "in", ending=ending)

    total = run_folder(ready, tmp_path / "in", out=tmp_path / "out")

    read = pyarrow.csv.read_csv if ending.endswith("csv") else pq.read_table
    found = read(tmp_path / "out" / f"世帯{ending}").to_pydict()
    wanted = [evaluate(rules, h, on=ON, outputs=["総額", "額"]).outputs for h in households]
    assert found["総額"] == [one["総額"] for one in wanted]
    of_members = read(tmp_path / "out" / f"人{ending}").to_pydict()
    assert of_members["額"] == [v for one in wanted for v in one["額"]]  # type: ignore[union-attr]  # there is one
    assert total.households == 500
    assert total.sums["総額"] == sum(one["総額"] or 0 for one in wanted)  # type: ignore[misc]  # all of one type
    assert total.undecided["総額"] == sum(one["総額"] is None for one in wanted)


def test_bad_rows_are_named_and_the_rest_is_computed(tmp_path: Path) -> None:
    households = "世帯,受給者国内居住\n1,true\n2,true\n3,vielleicht\n4,true\n"
    children = (
        "世帯,生年月日,監護生計,国内居住,施設入所\n1,2024-05-10,true,true,false\n2,2024-13-40,true,true,false\n"
        "3,2024-05-10,true,true,false\n4,2012-05-10,true,true,false\n9,2012-05-10,true,true,false\n"
    )
    (tmp_path / "世帯.csv").write_text(households, encoding="utf-8")
    (tmp_path / "子.csv").write_text(children, encoding="utf-8")
    ready = plan(load_rules(ALLOWANCE / "rules.yaml"), dt.date(2026, 12, 1), outputs=["月額"])

    total = run_folder(ready, tmp_path, out=tmp_path / "out")

    assert (tmp_path / "out" / "bad.csv").read_text(encoding="utf-8").splitlines() == [
        "file,row,世帯,field,reason",
        "世帯.csv,3,3,受給者国内居住,neither true nor false",
        "子.csv,5,9,世帯,no such household",
        "子.csv,2,2,生年月日,no date as 2025-04-01",
    ]
    assert (total.households, total.bad, total.sums["月額"]) == (2, 3, 25_000)


def test_a_missing_column_and_unsorted_households_are_refused(tmp_path: Path) -> None:
    ready = plan(load_rules(ALLOWANCE / "rules.yaml"), dt.date(2026, 12, 1), outputs=["月額"])
    (tmp_path / "世帯.csv").write_text("世帯,受給者国内居住\n2,true\n1,true\n", encoding="utf-8")
    with pytest.raises(BadFact, match="file of 子 is missing"):
        run_folder(ready, tmp_path, out=tmp_path / "out")
    (tmp_path / "子.csv").write_text("世帯,生年月日\n1,2024-05-10\n", encoding="utf-8")
    with pytest.raises(BadFact, match="監護生計 is missing"):
        run_folder(ready, tmp_path, out=tmp_path / "out")
    (tmp_path / "子.csv").write_text("世帯,生年月日,監護生計,国内居住,施設入所\n", encoding="utf-8")
    with pytest.raises(BadFact, match="not ascending"):
        run_folder(ready, tmp_path, out=tmp_path / "out")


def test_a_stopped_run_goes_on_with_the_parts_that_are_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = load_rules(ALLOWANCE / "rules.yaml")
    ready, source = plan(rules, dt.date(2026, 12, 1), outputs=["月額"]), Households(rules)
    for ending in ("-1.parquet", "-2.parquet", "-3.parquet"):
        write(ready, [source.one() for _ in range(40)], tmp_path / "in", ending=ending)
    whole = run_folder(ready, tmp_path / "in", out=tmp_path / "other")
    real, parts = running.read_part, []

    def stopping(given: Plan, part: Any) -> Any:
        parts.append(part.ending)
        if len(parts) == 2:
            raise KeyboardInterrupt
        return real(given, part)

    monkeypatch.setattr(running, "read_part", stopping)
    with pytest.raises(KeyboardInterrupt):
        run_folder(ready, tmp_path / "in", out=tmp_path / "out")
    again = run_folder(ready, tmp_path / "in", out=tmp_path / "out")

    assert parts == ["-1.parquet", "-2.parquet", "-2.parquet", "-3.parquet"]
    assert again == whole
    names = ["世帯-1.parquet", "世帯-2.parquet", "世帯-3.parquet"]
    assert [(tmp_path / "out" / n).read_bytes() for n in names] == [
        (tmp_path / "other" / n).read_bytes() for n in names
    ]


def test_what_would_change_an_answer() -> None:
    rules = load_rules(ALLOWANCE / "rules.yaml")
    facts = {"受給者国内居住": True, "子": [CHILD]}

    found = {change.fact: change.outputs["月額"] for change in changes(rules, facts, on=ON, outputs=["月額"])}

    assert found == dict.fromkeys(["監護生計", "国内居住", "施設入所", "受給者国内居住"], 0)
    assert next_change(rules, facts, on=dt.date(2026, 12, 1), outputs=["月額"]) == dt.date(2027, 6, 1)


def test_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    facts = tmp_path / "facts.json"
    facts.write_text(json.dumps({"受給者国内居住": True, "子": [CHILD]}, ensure_ascii=False), encoding="utf-8")
    common = ["--pack", str(ALLOWANCE), "--on", "2026-12-01", "--output", "月額"]

    assert main(["rules", "check", str(ROOT / "packs")]) == 0
    assert main(["rules", "explain", *common, "--facts", str(facts)]) == 0
    shown = capsys.readouterr().out
    assert (
        "児童手当は1か月に15,000円です。（児童手当法第6条第1項）https://laws.e-gov.go.jp/law/346AC0000000073#Mp-At_6"
        in shown
    )
    assert "~ 2027-06-01 →" in shown
    assert main(["rules", "explain", *common, "--facts", str(facts), "--tree"]) == 0
    assert main(["rules", "sql", *common, "--dialect", "spark"]) == 0
    assert "PARTITION BY" in capsys.readouterr().out
    monkeypatch.setattr("sys.stdin", io.StringIO("はい\n1\n2024-05-10\nvielleicht\nはい\nはい\nいいえ\n"))
    assert main(["rules", "ask", *common]) == 0
    asked = capsys.readouterr().out
    assert "is yes or no" in asked
    assert "月額: 15,000円" in asked
    lines = [
        {"on": "2026-12-01", "facts": {"受給者国内居住": True, "子": []}, "expect": {"月額": yen}} for yen in (0, 1)
    ]
    (tmp_path / "cases.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert main(["rules", "cases", *common, str(tmp_path / "cases.jsonl")]) == 1
    assert "pass 1, differ 1, unknown 0" in capsys.readouterr().out
    assert main(["rules", "sql", "--pack", "nowhere"]) == 1
    (tmp_path / "世帯.csv").write_text("世帯,受給者国内居住\n1,true\n", encoding="utf-8")
    (tmp_path / "子.csv").write_text(
        "世帯,生年月日,監護生計,国内居住,施設入所\n1,2024-05-10,true,true,false\n", encoding="utf-8"
    )
    assert main(["rules", "compute", *common, "--facts", str(tmp_path), "--out", str(tmp_path / "out")]) == 0
    assert "月額: 15,000, undecided 0" in capsys.readouterr().out
