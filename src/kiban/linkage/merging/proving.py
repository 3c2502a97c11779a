"""The proof of a merger: what stands in the files is read back and compared with what was read in the beginning."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kiban.kernel.errors import Where
from kiban.linkage.errors import NotBalanced
from kiban.linkage.merging.books import Form
from kiban.linkage.merging.model import Balance
from kiban.linkage.merging.spilling import Noted, digests
from kiban.linkage.merging.store.results import MAP, groups, register_path, total


@dataclass(frozen=True, slots=True)
class Proof:
    """What the files hold: rows, households and missing 町字ID of the new register; the former municipalities."""

    rows: int
    households: int
    no_town_id: int
    balances: tuple[Balance, ...]


@dataclass(slots=True)
class _Seen:
    """One former municipality in the map."""

    rows: int = 0
    joined: int = 0
    homes: int = 0
    kept_homes: int = 0
    digests: list[str] = field(default_factory=list)


def proven(out: Path, form: Form, *, parts: int, noted: Iterable[Noted]) -> Proof:
    """Read register and map back.

    Raises: NotBalanced.
    """
    before = _before(noted)
    seen = _map(out / MAP)
    balances = tuple(_balance(code, before[code], seen=seen.get(code, _Seen())) for code in sorted(before))
    rows = homes = no_id = 0
    for number in range(parts):
        columns = [form.columns[item] for item in ("household", "town_id") if item in form.columns]
        table = pq.read_table(register_path(out, number), columns=columns)
        rows += len(table)
        homes += len(pc.unique(table[form.columns["household"]]))
        no_id += table[form.columns["town_id"]].null_count if "town_id" in form.columns else 0
    mapped, went_in = sum(one.rows for one in seen.values()), sum(rows for rows, _ in before.values())
    kept, kept_homes = sum(one.kept for one in balances), sum(one.households_kept for one in balances)
    if (rows, homes, mapped) != (kept, kept_homes, went_in):
        raise NotBalanced(
            f"{went_in} rows went in, {rows} + {mapped - kept} came out",
            where=Where(str(out)), remedy="report this with merged.json; do not use the folder",
        )  # fmt: skip
    return Proof(rows, homes, no_id, balances)


def _before(noted: Iterable[Noted]) -> dict[str, tuple[int, str]]:
    found: dict[str, tuple[int, str]] = {}
    for one in noted:
        for code, rows in one.rows.items():
            many, sum_of = found.get(code, (0, "0"))
            found[code] = many + rows, total((sum_of, one.digests[code]))
    return found


def _map(path: Path) -> dict[str, _Seen]:
    """A group of rows has whole households, so they can be counted group by group."""
    found: dict[str, _Seen] = {}
    for table in groups(path) if path.exists() else ():
        former = [table[f"former_{name}"] for name in ("municipality", "record", "household")]
        rows, sums = digests((former[0], former[1].combine_chunks(), former[2].combine_chunks()))
        for code, many in rows.items():
            _count(found.setdefault(code, _Seen()), table, code=code, counted=(many, sums[code]))
    return found


def _count(seen: _Seen, table: Any, *, code: str, counted: tuple[int, str]) -> None:
    mine = table.filter(pc.equal(table["former_municipality"], code))
    joined = np.asarray(mine["joined"])
    seen.rows += counted[0]
    seen.joined += int(joined.sum())
    seen.homes += len(pc.unique(mine["former_household"]))
    seen.kept_homes += len(pc.unique(mine["former_household"].filter(pa.array(~joined))))
    seen.digests.append(counted[1])


def _balance(code: str, before: tuple[int, str], *, seen: _Seen) -> Balance:
    """One former municipality: what went in against what the written map says."""
    if before != (seen.rows, total(seen.digests)):
        raise NotBalanced(f"entries of {code} are lost or doubled in the map", where=Where(field=code),
                          remedy="report this; do not use the folder")  # fmt: skip
    return Balance(code, seen.rows, seen.rows - seen.joined, seen.joined, seen.homes, seen.kept_homes, before[1])
