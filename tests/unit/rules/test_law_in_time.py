"""Two clocks, decision tables, omitted documents, Spark: one text, the same answer everywhere."""

from __future__ import annotations

import datetime as dt
import shutil

import pyarrow as pa
import pytest

from kiban.exchange.legal import load_table
from kiban.exchange.model import AgencyKind
from kiban.rules import BadRule, NotInForce, evaluate, load_rules, read_rules
from kiban.rules.arrays import compute
from kiban.rules.omitted import omitted
from kiban.rules.plan import plan, reasons
from kiban.rules.records import answers, batch_of
from kiban.rules.spark import mapper, nested_batch, schema, total
from kiban.rules.sql import sql
from rules_sample import WHOLE, Households
from shared_data import ROOT

HEAD = "id: t\ntitle: t\nlaw: {id: 346AC0000000073, title: 試験法}\n"
AMENDED = (
    HEAD
    + """
facts: {受給: {type: boolean}}
parameters:
  額: {unit: 円, values: [{from: 2025-04-01, value: 10000, article: "1"},
                          {from: 2025-04-01, known: 2025-12-10, value: 10500, article: "1"}]}
variables:
  月額: {unit: 円, formula: CASE WHEN 受給 THEN 額 ELSE 0 END, article: "1"}
outputs: [月額]
"""
)
TABLE = (
    HEAD
    + """
facts: {損害: {type: text}, 人数: {}, 解体: {type: boolean}}
variables:
  基礎額:
    unit: 円
    table:
      inputs: [損害, 人数, 解体]
      rows:
        - [全壊, ">= 2", "-", 1000000]
        - [[大規模半壊, 半壊], "2..99", true, 1000000]
        - [全壊, 1, "-", 1000000 * 3 / 4]
      otherwise: 0
    article: "3-2"
outputs: [基礎額]
"""
)


@pytest.mark.parametrize(("known", "yen"), [(dt.date(2025, 6, 30), 10_000), (dt.date(2025, 12, 10), 10_500)])
def test_a_retroactive_amendment_has_two_right_answers_for_the_same_month(known: dt.date, yen: int) -> None:
    rules, on = read_rules(AMENDED, file="t"), dt.date(2025, 5, 1)
    ready = plan(rules, on, known=known)
    batch = batch_of(ready, [{"受給": True}])

    assert evaluate(rules, {"受給": True}, on=on, known=known).outputs == {"月額": yen}
    assert answers(ready, batch, results=compute(ready, batch)) == [{"月額": yen}]
    assert str(yen) in sql(ready)[""]
    again = [evaluate(rules, {"受給": True}, on=on, known=known).id for _ in range(2)]
    assert again[0] == again[1]
    assert again[0] != evaluate(rules, {"受給": True}, on=on, known=dt.date(2030, 1, 1)).id


def test_before_the_law_there_is_no_answer_in_any_engine() -> None:
    rules, on = read_rules(AMENDED, file="t"), dt.date(2025, 3, 31)
    with pytest.raises(NotInForce, match="額 has no value in force on 2025-03-31"):
        evaluate(rules, {"受給": True}, on=on)
    with pytest.raises(NotInForce, match="額 has no value in force on 2025-03-31"):
        plan(rules, on)


@pytest.mark.parametrize(
    ("damage", "persons", "torn_down", "yen"),
    [("全壊", 2, None, 1_000_000), ("全壊", 1, None, 750_000), ("半壊", 2, True, 1_000_000), ("半壊", 2, False, 0),
     ("大規模半壊", 1, True, 0), ("半壊", 2, None, None), ("準半壊", None, None, 0)],
)  # fmt: skip
def test_a_decision_table_decides_by_its_first_fitting_row(
    damage: str, persons: int | None, torn_down: bool | None, yen: int | None
) -> None:
    facts = {"損害": damage, "人数": persons, "解体": torn_down}
    assert evaluate(read_rules(TABLE, file="t"), facts, on=dt.date(2025, 5, 1)).outputs["基礎額"] == yen


def test_a_table_without_otherwise_or_with_a_short_row_is_refused_with_its_line() -> None:
    with pytest.raises(BadRule, match=r"t:\d+.*a table has inputs, rows and otherwise"):
        read_rules(TABLE.replace("      otherwise: 0\n", ""), file="t")
    with pytest.raises(BadRule, match=r"t:\d+.*row 3 needs 3 conditions"):
        read_rules(TABLE.replace('[全壊, 1, "-",', "[全壊, 1,"), file="t")


def test_a_rank_is_only_of_a_member_among_its_own() -> None:
    with pytest.raises(BadRule, match="順位 is the place of a 人 among all"):
        read_rules(
            WHOLE.replace("順位(人, 生年月日, 対象)", "順位(人, 生年月日)").replace("順: {of: 人", "順: {of: 子"),
            file="t",
        )


def test_reasons_name_article_and_way() -> None:
    found = reasons(plan(load_rules(ROOT / "packs/national/cfa/jido-teate/rules.yaml"), dt.date(2026, 12, 1)))
    assert found["月額"][1].startswith("児童手当法第6条第1項: way 1 of CASE WHEN 受給者国内居住")


def test_documents_that_fall_away_name_their_legal_row() -> None:
    rules = load_rules(ROOT / "packs/national/cfa/jido-teate/rules.yaml")
    on, table = dt.date(2026, 12, 1), load_table()

    found = list(omitted(rules, table, on=on, asker=AgencyKind.MUNICIPALITY, affair="resident_move_in"))

    assert {one.item: one.row for one in found} == {"resident.household": "move.in", "resident.basic": "move.in"}
    assert found[0].address == "https://laws.e-gov.go.jp/law/342AC0000000081#Mp-At_24_2"
    assert list(omitted(rules, table, on=on, asker=AgencyKind.PENSION, affair="resident_move_in")) == []


def nested(households: list[dict[str, object]]) -> pa.Table:
    """Households as rows with nested members."""
    rules = read_rules(WHOLE, file="w")
    types = {"integer": pa.int64(), "boolean": pa.bool_(), "date": pa.date32(), "text": pa.string()}
    own = [(f.name, types[f.type]) for f in rules.facts.values() if not f.of]
    lists = [
        (e, pa.list_(pa.struct([(f.name, types[f.type]) for f in rules.facts.values() if f.of == e])))
        for e in rules.entities
    ]
    rows = [{"世帯": number, **one} for number, one in enumerate(households)]
    return pa.Table.from_pylist(rows, schema=pa.schema([("世帯", pa.int64()), *own, *lists]))


def test_nested_households_give_the_same() -> None:
    rules, on = read_rules(WHOLE, file="w"), dt.date(2025, 4, 1)
    ready, source = plan(rules, on, outputs=["総額", "合算"]), Households(rules, seed=3)
    households = [source.one() for _ in range(400)]
    plain = batch_of(ready, households)
    batch = nested_batch(ready, nested(households).combine_chunks().to_batches()[0])

    wanted = answers(ready, plain, results=compute(ready, plain))
    assert answers(ready, batch, results=compute(ready, batch)) == wanted


@pytest.mark.long
@pytest.mark.timeout(240, method="thread")  # a signal does not reach a wait inside the Java gateway
@pytest.mark.filterwarnings("ignore:PySpark does not yet")
@pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java")
def test_spark_gives_the_same_sums() -> None:
    sql_module = pytest.importorskip("pyspark.sql", reason="Spark is an extra")
    rules, on = read_rules(WHOLE, file="w"), dt.date(2025, 4, 1)
    ready, source = plan(rules, on, outputs=["総額", "合算"]), Households(rules, seed=5)
    households = [source.one() for _ in range(3000)]
    batch = batch_of(ready, households)
    wanted = answers(ready, batch, results=compute(ready, batch))
    builder = sql_module.SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    # on the loopback address: the machine's own name may not resolve
    builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
    session = builder.getOrCreate()
    try:
        frame = session.createDataFrame(nested(households))
        found = frame.mapInArrow(mapper(ready), schema(ready)).toArrow()
    finally:
        session.stop()
    for name in ("総額", "合算"):
        assert total(found, name) == sum(one[name] or 0 for one in wanted)  # type: ignore[misc]  # all of one type


ACROSS = """
id: t
title: t
law: {id: 昭和38年厚生省告示第158号, title: 保護の基準}
facts: {人数: {type: integer}, 級地: {type: text}}
variables:
  額:
    table:
      inputs: [人数]
      across: {級地: [甲, 乙, 丙]}
      rows:
        - [1, 300, 200, 200]
        - ["<= 3", 400, 400, 400]
        - [4, 500, null, 600]
      otherwise: [900, 800, 700]
    article: 別表第一
outputs: [額]
"""


@pytest.mark.parametrize(
    ("people", "grade", "amount"),
    [(1, "甲", 300), (1, "乙", 200), (1, "丙", 200), (3, "甲", 400), (3, "丙", 400), (4, "甲", 500), (4, "乙", None),
     (4, "丙", 600), (5, "甲", 900), (5, "乙", 800), (5, "丙", 700), (5, "丁", 700)],
)  # fmt: skip
def test_a_table_goes_across_one_more_input(people: int, grade: str, amount: int | None) -> None:
    rules = read_rules(ACROSS, file="t")
    found = evaluate(rules, {"人数": people, "級地": grade}, on=dt.date(2026, 4, 1))
    assert found.outputs["額"] == amount
    assert str(found.steps[-1].basis) == "保護の基準別表第一"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [("[1, 300, 200, 200]", "[1, 300, 200]", "row 1 needs 1 conditions and 3 results"),
     ("[900, 800, 700]", "[900, 800]", "otherwise needs 3 results"),
     ("{級地: [甲, 乙, 丙]}", "[級地]", "across has one input")],
)  # fmt: skip
def test_a_table_across_with_a_row_of_another_length_is_refused(old: str, new: str, said: str) -> None:
    with pytest.raises(BadRule, match=rf"t:\d+.*{said}"):
        read_rules(ACROSS.replace(old, new), file="t")
