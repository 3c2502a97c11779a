"""A town of three thousand parcels in the register and three ledgers: its known errors are found, and nothing else."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from kiban.kernel.tabular import Report
from kiban.registries.gif import Mapping
from kiban.registries.land import Ledger, join, propose, read_ledger
from kiban.registries.land.findings import findings
from kiban.registries.land.joining import Join
from land_town import CODE, Town, build, write


@cache
def joined() -> tuple[Town, Join, dict[str, Report]]:
    town, reports, ledgers = build(), dict[str, Report](), []
    with TemporaryDirectory() as folder:
        for name, path in write(town, Path(folder)).items():
            mapping = Mapping(propose(path).columns, municipality=CODE)
            reports[name] = Report(path.name)
            rows = list(read_ledger(path, mapping, source=name, report=reports[name]))
            ledgers.append(Ledger(name, rows, name == "register"))
    return town, join(ledgers), reports


def test_every_row_of_the_town_is_read() -> None:
    town, _, reports = joined()

    assert [report.faults for report in reports.values()] == [[], [], [], []]
    assert {name: report.kept for name, report in reports.items()} == {n: len(rows) for n, rows in town.rows.items()}


def test_known_errors_of_a_town_are_found_and_nothing_else() -> None:
    town, found, _ = joined()
    told = Counter(
        (one.kind, (one.place.town, one.place.small, one.place.lot)) for one in findings(found) if one.kind != "current"
    )
    right = set(told) & town.errors

    assert len(town.errors) > 200
    assert {kind for kind, _ in town.errors} >= {"category", "area", "owner", "owner_moved", "owner_variant", "split"}
    missed, strange = sorted(town.errors - set(told)), sorted(set(told) - town.errors)
    assert len(right) / len(town.errors) >= 0.99, missed[:10]
    assert len(right) / len(told) >= 0.99, strange[:10]


def test_every_parcel_of_the_town_is_joined_with_its_rows() -> None:
    town, found, _ = joined()

    assert len(found.parcels) == len(town.rows["register"])
    assert all("register" in one.parcels for one in found.parcels)
    assert all(len(parcel.lines) == 1 for one in found.parcels for parcel in one.parcels.values())
