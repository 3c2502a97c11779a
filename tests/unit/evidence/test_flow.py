"""The picture of a sheet's money: direct money once, what was passed on inside it, nothing missing."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator

import pytest

from kiban.evidence.charts import flow_chart
from kiban.evidence.sheets.flow import Paid, money_flow
from kiban.evidence.store import SheetStore, Warehouse
from shared_data import shared

# a block on the way without an amount, a chain without the office, more payees than are drawn, twice the same sum
KNOWN_HARD = (
    (2024, 533), (2024, 536), (2024, 983), (2024, 19701), (2024, 20231), (2024, 140), (2025, 4053), (2025, 19956),
    (2024, 18), (2025, 3902), (2024, 1334),
)  # fmt: skip


@pytest.fixture(scope="module")
def store() -> Iterator[SheetStore]:
    warehouse = Warehouse()
    warehouse.load_saved_sheets(shared("data/insight-rs"))
    yield SheetStore(warehouse)
    warehouse.close()


def faults(store: SheetStore, year: int, project: int) -> list[str]:
    """What is wrong with the picture of one sheet."""
    payees = store.payees(year, project)
    steps = money_flow("省", [Paid(one.chain, one.name, one.amount) for one in payees])
    if not steps:
        return [] if not any(one.amount for one in payees) else ["nothing is drawn"]
    direct = sum(one.amount or 0 for one in payees if one.direct)
    chart = flow_chart(steps, title="資金の流れ")
    ET.fromstring(chart.svg)
    found = [
        (sum(step.yen for step in steps if step.direct) == direct, "direct money differs"),
        (sum(step.yen for step in steps) == sum(one.amount or 0 for one in payees), "money is missing"),
        (f"合計{direct:,}円" in chart.sentence, "the sentence tells another sum"),
        ({step.source for step in steps} <= {"省", *(step.target for step in steps)}, "a payer who received nothing"),
    ]
    return [f"{year}/{project}: {what}" for holds, what in found if not holds]


def test_hard_sheets_count_direct_money_once(store: SheetStore) -> None:
    assert [fault for year, project in KNOWN_HARD for fault in faults(store, year, project)] == []


@pytest.mark.long
def test_no_sheet_counts_money_twice(store: SheetStore) -> None:
    keys = store.warehouse.rows("SELECT DISTINCT sheet_year, project_id FROM payees")

    assert len(keys) > 10_000
    assert [fault for year, project in keys for fault in faults(store, int(str(year)), int(str(project)))] == []


def test_a_block_without_amount_is_drawn_and_its_money_stays_passed_on() -> None:
    steps = money_flow("省", [Paid("組織→A→B", "乙", 100), Paid("組織→A→B", None, 50)])

    assert [(s.source, s.target, s.yen, s.direct) for s in steps] == [
        ("A", "B 乙 ほか1者", 150, False), ("省", "A", 0, True),
    ]  # fmt: skip


def test_small_last_payees_are_gathered_and_payers_never() -> None:
    paid = [Paid("組織→A", "甲", 1), *(Paid(f"組織→A→B{n}", f"乙{n}", n) for n in range(1, 41))]

    steps = money_flow("省", paid, most=10)

    assert len(steps) == 11
    (rest,) = (step for step in steps if step.target.startswith("その他"))
    assert (rest.source, rest.target) == ("A 甲", "その他31（A 甲）")
    assert sum(step.yen for step in steps if step.direct) == 1
    assert sum(step.yen for step in steps) == 1 + 820
