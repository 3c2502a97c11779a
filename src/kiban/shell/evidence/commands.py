"""`kiban evidence effect|demo`: effects from a table, and the loop from sheet to sheet."""

from __future__ import annotations

import argparse
import json
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from kiban.evidence import effects
from kiban.evidence.effects.panel import Columns
from kiban.evidence.effects.reading import read_study
from kiban.evidence.loop import Loop, run, trace
from kiban.evidence.store import Warehouse
from kiban.evidence.store.warehouse import moment, replaced
from kiban.evidence.studies import as_json, report
from kiban.shell.evidence.study import add_write_back, write_study

if TYPE_CHECKING:
    from kiban.shell.cli import Subparsers


def add_effect(commands: Subparsers) -> None:
    """`kiban evidence effect`: a staggered study from a CSV."""
    effect = commands.add_parser("effect", help="staggered difference-in-differences from a CSV")
    effect.add_argument("file", type=Path, help="CSV (or .gz): one row per unit and time")
    for name in ("unit", "time", "outcome", "first-treated"):
        effect.add_argument(f"--{name}", required=True, help=f"column of the {name.replace('-', ' ')}")
    effect.add_argument("--covariate", action="append", default=[], help="column; may be repeated")
    effect.add_argument("--cluster", help="column of the clusters")
    effect.add_argument(
        "--controls",
        choices=["never", "not_yet"],
        default="never",
        help="who is compared with: units never treated, or also those not yet treated",
    )
    effect.add_argument(
        "--kind",
        choices=["simple", "group", "dynamic", "calendar"],
        default="dynamic",
        help="how the effects are put together: one number, by cohort, by time since, by date",
    )
    effect.add_argument("--json", action="store_true", help="print the result as JSON")
    add_write_back(effect)
    effect.set_defaults(func=run_effect)


def add_demo(commands: Subparsers) -> None:
    """`kiban evidence demo`: the loop on real sheets."""
    demo = commands.add_parser("demo", help="sheet → logic model → indicator → study → effect in yen → sheet")
    demo.add_argument("folder", type=Path, help="folder of the saved review sheets")
    demo.add_argument("--areas", type=Path, required=True, help="text file with one 5-digit area code a line")
    demo.add_argument("--store", type=Path, help="keep everything in this store, so that pages show it")
    demo.add_argument("--json", type=Path, help="also write the study here")
    demo.set_defaults(func=run_demo)


def run_effect(arguments: argparse.Namespace) -> int:
    """Estimate, check and print; the two-way regression stands beside."""
    columns = Columns(
        arguments.unit,
        arguments.time,
        arguments.outcome,
        arguments.first_treated,
        tuple(arguments.covariate),
        arguments.cluster,
    )
    table, report = read_study(arguments.file, columns)
    if report.faults:
        print(report, file=sys.stderr)
    panel = effects.read_panel(table, columns)
    cells = effects.group_time_effects(panel, effects.Options(arguments.controls, columns.covariates))
    found = effects.aggregate(cells, arguments.kind)
    if arguments.write_to:
        print(write_study(arguments, panel, found=found), file=sys.stderr)
    low, high = found.interval()
    if arguments.json:
        points = [
            {"label": int(a), "effect": float(b), "error": float(c)}
            for a, b, c in zip(found.label, found.effect, found.error, strict=True)
        ]
        print(
            json.dumps(
                {
                    "overall": found.overall,
                    "error": found.overall_error,
                    "points": points,
                    "critical": found.band.critical,
                    "warnings": found.warnings,
                },
                ensure_ascii=False,
            )
        )
        return 0
    print(f"{arguments.kind}: {found.overall:+.6f} (95 % {low:+.6f} … {high:+.6f}), {len(panel.units)} units")
    for label, effect, error in zip(found.label, found.effect, found.error, strict=True):
        print(f"  {label:>6}: {effect:+.6f} ± {found.band.critical * error:.6f}")
    beside = effects.two_way_fixed_effects(panel)
    print(f"beside, two-way fixed effects: {beside.effect:+.6f} ({beside.error:.6f}) — {beside.note}")
    for warning in found.warnings:
        print(f"warning: {warning}")
    return 0


def run_demo(arguments: argparse.Namespace) -> int:
    """Run the loop, in memory unless a store is named, and print it with the rows behind each number."""
    started = time.process_time()
    with replaced(arguments.store) if arguments.store else nullcontext(Warehouse()) as warehouse:
        _play(warehouse, arguments)
    print(f"processor time {time.process_time() - started:.1f} s")
    return 0


def _play(warehouse: Warehouse, arguments: argparse.Namespace) -> None:
    warehouse.load_saved_sheets(arguments.folder)
    areas = [line.strip() for line in arguments.areas.read_text(encoding="utf-8").splitlines() if line.strip()]
    loop = run(warehouse, areas, at=moment())
    print_loop(loop)
    for what, query in trace(loop):
        print(f"根拠 {what}: {len(warehouse.rows(query)):,}行 {query}")
    if arguments.json:
        arguments.json.write_text(json.dumps(as_json(loop.study), ensure_ascii=False, indent=1), encoding="utf-8")


def print_loop(loop: Loop) -> None:
    """The loop in plain words."""
    print(f"シート: {loop.sheet['name']}（{loop.sheet['ministry']}、当初予算 {loop.sheet['initial_budget']:,}円）")
    print(f"ロジックモデル: {len(loop.model.nodes)}段階、指摘 {loop.findings}件")
    trend = effects.pre_trend(loop.dynamic)
    verdict = "平行とみてよい" if trend.parallel else "平行ではない"
    print(f"導入前の動き: 最大 {trend.largest:.2f}（許容 {trend.allowed:.2f}）→ {verdict}")
    print(report(loop.study, loop.dynamic, beside=loop.beside))
