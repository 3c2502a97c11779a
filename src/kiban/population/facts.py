"""The nation as facts for rules: one row a household and one a person, whole households per file, ids ascending.

``世帯``: 級地区分 (1 to 3, one for a municipality), 法適用 (a disaster law was applied in the town), 被害 and 再建 (the
dwelling). ``世帯員``: 生年月日, 続柄, 収入 (yen a year: wages, profit and pensions), 障害等級 (1 to 6, 0 for none).
Disasters are drawn at invented rates: 1 town in 64, there 1 household in 4 with damage.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from kiban.population.circumstances import Circumstances, circumstances
from kiban.population.model import Part, Register, Settings
from kiban.population.register import register
from kiban.population.streams import below, chance
from kiban.population.tables import birthdays, coded, named

DAMAGE = ("なし", "全壊", "解体", "長期避難", "大規模半壊", "中規模半壊", "半壊", "準半壊", "一部損壊")
REBUILDING = ("なし", "建設購入", "補修", "賃借")
STRUCK, HIT = 65_536 // 64, 65_536 // 4
HOUSEHOLD = "世帯"


def household_facts(people: Register) -> Any:
    """One row a household."""
    heads = np.flatnonzero(people.position == 1)
    noise, town = people.noise[heads], people.town[heads].astype(np.int64)
    struck = (town * 40_503 + people.seed) % 65_536 < STRUCK
    hit = struck & chance(noise, 0, per_65536=HIT)
    damage = np.where(hit, 1 + below(noise, 16, limit=len(DAMAGE) - 1), 0)
    rebuilding = np.where(hit, below(noise, 32, limit=len(REBUILDING)), 0)
    grade = 1 + people.municipality[heads].astype(np.int64) % 3
    return pa.table({
        HOUSEHOLD: pa.array(people.household_id[heads].astype(np.int64)), "級地区分": pa.array(grade.astype(np.int8)),
        "法適用": pa.array(struck), "被害": coded(damage.astype(np.int32), DAMAGE),
        "再建": coded(rebuilding.astype(np.int32), REBUILDING),
    })  # fmt: skip


def person_facts(people: Register, life: Circumstances) -> Any:
    """One row a person, household by household, the head first."""
    return pa.table({
        HOUSEHOLD: pa.array(people.household_id.astype(np.int64)), "番号": pa.array(people.position.astype(np.int16)),
        "生年月日": birthdays(people.birth), "続柄": named(people.relation, "relation"),
        "収入": pa.array(life.revenue.astype(np.int32)), "障害等級": pa.array(life.disability.astype(np.int8)),
    })  # fmt: skip


def write_facts(part: Part, settings: Settings, *, folder: Path) -> int:
    """Write one part's two files unless they are there; the number of persons."""
    paths = {name: folder / f"{name}-{part.number:05}.parquet" for name in (HOUSEHOLD, "世帯員")}
    if all(path.exists() for path in paths.values()):
        return part.persons
    people = register(part, settings)
    tables = {HOUSEHOLD: household_facts(people), "世帯員": person_facts(people, circumstances(people, on=settings.on))}
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        partial = paths[name].with_suffix(".partial")
        words = [field.name for field in table.schema if pa.types.is_dictionary(field.type)]
        pq.write_table(
            table, partial, compression="none", use_dictionary=[*words, "収入"], write_statistics=[HOUSEHOLD],
            column_encoding={HOUSEHOLD: "DELTA_BINARY_PACKED"},
        )  # fmt: skip
        partial.replace(paths[name])
    return part.persons
