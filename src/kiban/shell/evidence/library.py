"""The evidence store as the pages open it: read-only, reopened when the operator has put a newer file in its place."""

from __future__ import annotations

import threading
from pathlib import Path

from django.conf import settings

from kiban.evidence.charts import Shapes, read_shapes
from kiban.evidence.store import Warehouse

_lock = threading.Lock()
_open: dict[str, tuple[float, Warehouse]] = {}
_shapes: dict[str, Shapes] = {}


def warehouse() -> Warehouse | None:
    """The store, or None when nothing has been loaded."""
    path = Path(settings.EVIDENCE) / "evidence.duckdb"
    if not path.exists():
        return None
    stamp = path.stat().st_mtime
    with _lock:
        known = _open.get(str(path))
        if known is None or known[0] != stamp:
            _open[str(path)] = known = (stamp, Warehouse(path.parent, read_only=True))
        return known[1]


def shapes() -> Shapes | None:
    """The map of municipalities that lies beside the store as `municipalities.topojson[.gz]`; None without one."""
    for name in ("municipalities.topojson.gz", "municipalities.topojson"):
        path = Path(settings.EVIDENCE) / name
        if path.exists():
            with _lock:
                if str(path) not in _shapes:
                    _shapes[str(path)] = read_shapes(path)
                return _shapes[str(path)]
    return None
