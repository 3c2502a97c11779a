"""A study from the command line, written back to its sheet and to the measure of a plan."""

from __future__ import annotations

import argparse
from pathlib import Path

from kiban.evidence.effects import Aggregate, Panel, in_yen
from kiban.evidence.errors import BadStudy
from kiban.evidence.store import SheetStore
from kiban.evidence.store.warehouse import moment, replaced
from kiban.evidence.studies import Study, write_back
from kiban.shell.places import kept

METHOD = "段階導入の差の差（Callaway–Sant'Anna、{}）"
CONTROLS = {"never": "導入しなかった団体と比較", "not_yet": "未導入の団体と比較"}


def add_write_back(effect: argparse.ArgumentParser) -> None:
    """The options that turn an effect into yen on a sheet."""
    back = effect.add_argument_group("write the result back, in yen")
    back.add_argument("--write-to", metavar="YEAR/ID", help="the review sheet that the study belongs to")
    back.add_argument("--policy", default="", metavar="PLAN/NO", help="the measure that it is about; shown there too")
    back.add_argument("--indicator", default="", help="title of what was measured ; the outcome column without it")
    back.add_argument("--population", type=int, help="how many are exposed in a year")
    back.add_argument("--unit-yen", type=int, help="yen that one unit of the outcome is worth; negative for a cost")
    back.add_argument(
        "--store", type=Path, default=kept("KIBAN_EVIDENCE", "evidence"), help="folder of the evidence store"
    )


def write_study(arguments: argparse.Namespace, panel: Panel, *, found: Aggregate) -> str:
    """Append the study to its sheet; returns what was written, in words.

    Raises:
        BadStudy: population or unit value is missing, or the sheet is not written as YEAR/ID; NoSuchSheet.
    """
    year, _, number = str(arguments.write_to).partition("/")
    if not (year.isdecimal() and number.isdecimal()) or arguments.population is None or arguments.unit_yen is None:
        raise BadStudy(
            "an effect in yen needs its sheet, the population and the value of one unit",
            remedy="--write-to 2024/18 --population 120000 --unit-yen -42",
        )
    interval = found.interval()
    study = Study(
        int(year), int(number), arguments.policy, arguments.indicator or arguments.outcome,
        METHOD.format(CONTROLS[arguments.controls]), len(panel.units), panel.outcome.size, found.overall, interval,
        in_yen(found.overall, interval, population=arguments.population, unit_yen=arguments.unit_yen), found.warnings,
    )  # fmt: skip
    with replaced(arguments.store) as warehouse:
        SheetStore(warehouse).sheet(study.sheet_year, study.project_id)  # refused when there is none
        write_back(warehouse, study, at=moment())
    yen = study.yen
    return f"{year}/{number}: {yen.yen:,}円（{yen.low:,} ～ {yen.high:,}円）"
