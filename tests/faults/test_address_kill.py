"""A bulk run of addresses that is killed again and again: not one line lost, doubled or joined."""

from __future__ import annotations

import csv
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

LINES = 40_000


@pytest.mark.long
def test_a_killed_bulk_run_goes_on_and_loses_no_line(tmp_path: Path) -> None:
    source, target, part = tmp_path / "in.csv", tmp_path / "out.csv", tmp_path / "out.csv.part"
    with source.open("w", encoding="cp932", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["n", "住所"])
        writer.writerows((n, f"東京都港区芝公園4-2-{n}" + ("\n東京タワー" if n % 7 == 0 else "")) for n in range(LINES))
    command = [sys.executable, "-m", "kiban", "address", "bulk", str(source), str(target), "--column", "住所"]
    kills, size = 0, 0
    for _ in range(12):
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
            began = size
            while run.poll() is None and size < began + 400_000:
                time.sleep(0.01)
                size = part.stat().st_size if part.exists() else size
            if run.poll() is None:
                run.send_signal(signal.SIGKILL)
                kills += 1
        if target.exists():
            break
    if not target.exists():
        subprocess.run(command, check=True, capture_output=True)
    with target.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert kills >= 3
    assert [row["n"] for row in rows] == [str(n) for n in range(LINES)]
    assert all(row["address_block"] == f"2-{row['n']}" for row in rows)
