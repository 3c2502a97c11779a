"""`kiban evidence note|logic`: what became of a measure, and a logic model checked, traced and drawn."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from kiban.evidence.charts import logic_chart
from kiban.evidence.logic import LogicModel, check, read_logic_model, where_it_stops
from kiban.evidence.measures import Status
from kiban.evidence.store import Warehouse
from kiban.evidence.store.plans import Change, PlanStore
from kiban.evidence.store.targets import on_track_by_figures
from kiban.evidence.store.warehouse import moment, replaced
from kiban.kernel.clock import SystemClock, today
from kiban.shell.places import kept

if TYPE_CHECKING:
    from kiban.shell.cli import Subparsers

PLAIN_STYLE = (
    "<style>.box{fill:#fff;stroke:#333}.edge{fill:none;stroke:#666}text{font:12px sans-serif;fill:#111}"
    ".u{font-size:10px;fill:#555}</style>"
)


def add_policies(commands: Subparsers) -> None:
    """Add the two commands."""
    note = commands.add_parser("note", help="record how far a measure of a plan is; its history stays")
    note.add_argument("measure", metavar="PLAN/NO", help="plan and number of the measure")
    note.add_argument("status", choices=[status.value for status in Status], help="how far it is now")
    note.add_argument("--note", default="", help="what happened")
    note.add_argument("--officer", default="", help="who says so; not published")
    note.set_defaults(func=run_note)
    logic = commands.add_parser("logic", help="check a logic model in YAML, trace where it stops, draw it")
    logic.add_argument("file", type=Path, help="logic model (YAML)")
    logic.add_argument("--svg", type=Path, help="write the picture here")
    logic.set_defaults(func=run_logic)
    for command in (note, logic):
        command.add_argument(
            "--store", type=Path, default=kept("KIBAN_EVIDENCE", "evidence"), help="folder of the evidence store"
        )


def run_note(arguments: argparse.Namespace) -> int:
    """Append a status change."""
    with replaced(arguments.store) as warehouse:
        change = Change(Status(arguments.status), arguments.note, arguments.officer, moment())
        PlanStore(warehouse).note(arguments.measure, change)
    print(f"{arguments.measure}: {arguments.status}")
    return 0


def run_logic(arguments: argparse.Namespace) -> int:
    """Print findings and, where the store has figures for its indicators, the edges at which the effect stops."""
    model = read_logic_model(arguments.file)
    for finding in (found := check(model)):
        print(f"{finding.node}: {finding.what} → {finding.remedy}")
    print(f"{model.policy}: {len(model.nodes)} stages, {len(model.edges)} edges, {len(found)} findings")
    if (arguments.store / "evidence.duckdb").exists():
        _trace(model, arguments.store)
    if arguments.svg:
        picture = logic_chart(model, title=model.policy).svg
        head, _, rest = picture.partition(">")
        arguments.svg.write_text(f"{head}>{PLAIN_STYLE}{rest}\n", encoding="utf-8")
    return 1 if found else 0


def _trace(model: LogicModel, store: Path) -> None:
    tracks = on_track_by_figures(Warehouse(store, read_only=True), model, known=today(SystemClock()))
    for name, met in tracks.items():
        print(f"{name}: {'on track' if met else 'no figure or target' if met is None else 'not on track'}")
    for stop in where_it_stops(model, tracks):
        print(f"it stops between {stop.moved} and {stop.stopped}")
