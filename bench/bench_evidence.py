"""Review sheets, dashboards over ten million figures, and policy effects against csdid and diff-diff in the same run.

The peers run in an environment of their own on the same data; CPU seconds, the best of
several runs. Without PyPI the peers are left out and said so.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from pathlib import Path

import numpy as np

from kiban.evidence.effects import aggregate, group_time_effects, read_panel
from kiban.evidence.effects.panel import Columns
from kiban.evidence.model import Direction, Indicator
from kiban.evidence.sheets import BudgetRule, SheetQuery
from kiban.evidence.store import SheetStore, Warehouse
from kiban.evidence.store.observations import ObservationStore

SHARED = Path(os.environ.get("KIBAN_SHARED", Path(__file__).resolve().parents[2] / "shared"))
PEERS = ("csdid", "diff-diff")
ONE_THREAD = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""For us as for the peers: a second thread that waits for its turn costs CPU seconds too."""
INDICATORS, AREAS, MONTHS = 48, 1741, 120
PEER_CODE = """
import json, sys, time, warnings
warnings.filterwarnings("ignore")
import pandas as pd
frame = pd.read_csv(sys.argv[1])
def best(work, runs=3):
    times = []
    for _ in range(runs):
        begun = time.process_time(); work(); times.append(time.process_time() - begun)
    return min(times)
found = {}
try:
    from csdid.att_gt import ATTgt
    def csdid():
        made = ATTgt(yname="y", gname="g", idname="id", tname="t", data=frame, control_group=["nevertreated"],
                     biters=999)
        made.fit(est_method="reg", bstrap=True)
        for kind in ("simple", "group", "dynamic", "calendar"):
            made.aggte(typec=kind, biters=999, bstrap=True)
    found["csdid"] = best(csdid, 1)
except Exception as error:
    found["csdid error"] = repr(error)[:300]
try:
    from diff_diff import CallawaySantAnna
    def diff_diff():
        made = CallawaySantAnna(control_group="never_treated", estimation_method="reg", n_bootstrap=999)
        made.fit(frame, outcome="y", unit="id", time="t", first_treat="g", aggregate="all")
    found["diff-diff"] = best(diff_diff)
except Exception as error:
    found["diff-diff error"] = repr(error)[:300]
print(json.dumps(found))
"""


def cpu(work: Callable[[], object], *, runs: int = 5) -> float:
    """The least CPU seconds of several runs."""
    times = []
    for _ in range(runs):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return min(times)


def main(*, full: bool = False) -> None:
    """Print three tables."""
    sheets()
    dashboards(full=full)
    sys.stdout.flush()
    subprocess.run([sys.executable, "-m", "bench.bench_evidence", "--effects"], check=True, env=ONE_THREAD)


def sheets() -> None:
    """Loading the saved sheets, the documents' question, a drill-down."""
    folder = SHARED / "data" / "insight-rs"
    if not folder.exists():
        print("review sheets: the saved sheets are not here")
        return
    with tempfile.TemporaryDirectory() as place:
        begun = time.perf_counter()
        filled = Warehouse(Path(place))
        filled.load_saved_sheets(folder)
        filled.close()
        print(f"all saved sheets loaded in {time.perf_counter() - begun:.1f} s (goal 30)")
        ask_sheets(SheetStore(Warehouse(Path(place), read_only=True)))


def ask_sheets(store: SheetStore) -> None:
    """The questions of the pages, on the file as the pages open it."""
    query = SheetQuery(2024, name="デジタル", initial_budget_min=100_000_000, budget_rule=BudgetRule.HELD)
    asked, drilled = cpu(lambda: store.count(query)), cpu(lambda: store.totals(SheetQuery(2024)))
    one = cpu(lambda: (store.sheet(2024, 4), store.payees(2024, 4)))
    print(f"the documents' question: {asked * 1e3:.1f} ms CPU (goal 5), answer {store.count(query)}")
    print(f"ministries: {drilled * 1e3:.1f} ms CPU (goal 15); one sheet with payees: {one * 1e3:.1f} ms CPU")


def dashboards(*, full: bool) -> None:
    """Every drill-down over 48 indicators × 1,741 municipalities × 120 months (12 with a quick run)."""
    with tempfile.TemporaryDirectory() as place:
        filled = Warehouse(Path(place))
        _fill(filled, MONTHS if full else 12)
        filled.close()
        ask_figures(ObservationStore(Warehouse(Path(place), read_only=True)))


def _fill(warehouse: Warehouse, months: int) -> None:
    warehouse.connection.execute(
        "INSERT INTO observations SELECT 'i' || i, lpad(CAST(1000 + a AS VARCHAR), 5, '0'), "
        "DATE '2016-01-01' + to_months(CAST(m AS INTEGER)), (i * 7 + a * 3 + m) % 97, 100, DATE '2026-07-01', 0 "
        f"FROM range({INDICATORS}) r(i), range({AREAS}) s(a), range({months}) t(m)"
    )
    store = ObservationStore(warehouse)
    store.define(Indicator("i5", "見本", "%", Direction.UP, "合成", 100))
    store.note({f"i{number}" for number in range(INDICATORS)})


def ask_figures(store: ObservationStore) -> None:
    """The drill-downs of the pages, on the file as the pages open it."""
    it, known, month = store.indicator("i5"), dt.date(2026, 11, 1), dt.date(2016, 12, 1)
    count = store.warehouse.rows("SELECT count(*) FROM observations")[0][0]
    print(f"{count:,} figures (goal 10 ms CPU each):")
    for name, work in (
        ("nation by month", lambda: store.nation(it, known)),
        ("prefectures", lambda: store.prefectures(it, known, month=month)),
        ("municipalities of one prefecture", lambda: store.municipalities(it, known, month=month, prefecture="01")),
        ("one municipality by month", lambda: store.profile(it, known, area="01017")),
        ("similar municipalities", lambda: store.similar(it, known, month=month, area="01017")),
    ):
        print(f"  {name:<34}{cpu(work) * 1e3:8.1f} ms")


def effects() -> None:
    """A staggered roll-out over 1,741 municipalities and 60 months, 999 draws."""
    rng = np.random.default_rng(7)
    first = rng.choice([0, *range(7, 61, 6)], size=AREAS, p=[0.28, *[0.08] * 9])  # nine cohorts, 531 effects
    units, times = np.repeat(np.arange(AREAS), 60), np.tile(np.arange(1, 61), AREAS)
    adopted = np.repeat(first, 60)
    outcome = rng.normal(size=units.size) + np.where((adopted > 0) & (times >= adopted), 0.5, 0) + times * 0.01
    table = {
        "id": units.tolist(),
        "t": times.tolist(),
        "y": outcome.tolist(),
        "g": [g or float("inf") for g in adopted],
    }
    panel = read_panel(table, Columns(unit="id", time="t", outcome="y", first_treated="g"))

    def study() -> None:
        cells = group_time_effects(panel)
        for kind in ("simple", "group", "dynamic", "calendar"):
            aggregate(cells, kind, draws=999)

    own = cpu(study, runs=3)
    print(f"staggered study {AREAS} × 60, 999 draws: {own:.3f} CPU-s (goal 0.3)")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "panel.csv"
        rows = np.column_stack([units, times, outcome, adopted])
        np.savetxt(file, rows, delimiter=",", header="id,t,y,g", comments="", fmt=["%d", "%d", "%.9f", "%d"])
        for name, seconds in peers(file).items():
            told = (
                f"{seconds:.2f} CPU-s, {float(seconds) / own:.1f} times ours" if isinstance(seconds, float) else seconds
            )
            print(f"  {name}: {told}")


def peers(file: Path) -> dict[str, object]:
    """CPU seconds of the peers on the same file."""
    folder = Path(tempfile.gettempdir()) / "kiban-bench-peers"
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        done = subprocess.run(
            [python, "-m", "pip", "install", "-q", *PEERS], check=False, env={**os.environ, "PYTHONPATH": ""}
        )
        if done.returncode:
            return {"peers": "could not be installed here"}
    ran = subprocess.run([python, "-c", PEER_CODE, file], capture_output=True, text=True, check=False,
                         env={**ONE_THREAD, "PYTHONPATH": ""})  # fmt: skip
    found: dict[str, object] = (
        json.loads(ran.stdout.splitlines()[-1]) if ran.returncode == 0 else {"peers": ran.stderr[-300:]}
    )
    return found


if __name__ == "__main__":
    effects() if "--effects" in sys.argv else main(full="--full" in sys.argv)
