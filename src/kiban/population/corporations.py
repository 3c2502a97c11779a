"""Corporations (法人) with synthetic 法人番号: each is represented by a resident, at that resident's town."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from kiban.population.model import Column, Register
from kiban.population.nation import nation
from kiban.population.numbers import corporate_numbers
from kiban.population.register import waiting_days
from kiban.population.streams import Raw, below, chance, take
from kiban.population.tables import coded, days, named, texts

PER_65536 = 1400
"""Of adults between 25 and 84: about 2 million corporations in the nation (経済センサス; ``verified: false``)."""
KINDS = (
    ("株式会社", "301"),
    ("有限会社", "302"),
    ("合同会社", "305"),
    ("一般社団法人", "399"),
    ("社会福祉法人", "399"),
)
"""Legal form and 法人種別 code of the corporate number publication site (``verified: false``)."""
KIND_SLOT = np.repeat(np.arange(5), [40, 12, 8, 3, 1])
TRADES = (
    ("建設", "ケンセツ"), ("工業", "コウギョウ"), ("商店", "ショウテン"), ("運輸", "ウンユ"), ("食品", "ショクヒン"),
    ("電機", "デンキ"), ("不動産", "フドウサン"), ("設備", "セツビ"), ("印刷", "インサツ"), ("農園", "ノウエン"),
    ("システム", "システム"), ("ケア", "ケア"), ("薬局", "ヤッキョク"), ("製作所", "セイサクショ"),
    ("水産", "スイサン"), ("デザイン", "デザイン"),
)  # fmt: skip


def corporations_table(people: Register) -> Any:
    """One row per corporation, in the order of who represents it."""
    adult = (people.age >= 25) & (people.age < 85)
    rows = np.flatnonzero(adult & chance(people.account, 24, per_65536=PER_65536))
    draw: Raw = people.account[rows] ^ (people.work[rows] >> np.uint64(7))
    kind, trade = KIND_SLOT[take(draw, 0, bits=6)], take(draw, 6, bits=4)
    numbers = "".join(corporate_numbers(people.person_id[rows])).encode()
    names, readings = _names(people.family[rows], kind, trade=trade)
    since = people.since.max() - 1 - waiting_days(18)[below(draw, 12, limit=4096)]
    return pa.table({
        "corporate_number": texts(np.frombuffer(numbers, dtype=np.uint8).reshape(-1, 13), 13),
        "kind": coded(kind, [code for _, code in KINDS]), "name": pa.array(names, pa.string()),
        "name_kana": pa.array(readings, pa.string()), "municipality": coded(people.municipality[rows], people.at.codes),
        "town": coded(people.town[rows], people.at.towns), "number": named(people.number[rows], "number"),
        "established": days(since), "representative_id": pa.array(people.person_id[rows]),
    })  # fmt: skip


def _names(family: Column, kind: Column, *, trade: Column) -> tuple[list[str], list[str]]:
    """Names and readings; the legal form stands before the name or behind it."""
    tables, names, readings = nation().family, [], []
    for place, form, work in zip(family.tolist(), kind.tolist(), trade.tolist(), strict=True):
        name, reading = tables.written[place] + TRADES[work][0], tables.kana[place] + TRADES[work][1]
        before = (place + work) % 2 == 0
        names.append(f"{KINDS[form][0]}{name}" if before else f"{name}{KINDS[form][0]}")
        readings.append(reading)  # the legal form is not part of the reading (法人番号公表サイト)
    return names, readings
