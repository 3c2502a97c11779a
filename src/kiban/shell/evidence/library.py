"""The evidence store as the pages open it: read-only, reopened when the operator has put a newer file in its place."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path

from django.conf import settings

from kiban.evidence.charts import Shapes, read_shapes
from kiban.evidence.store import Warehouse

PAST_DAYS = 4
_lock = threading.Lock()
_open: dict[tuple[str, dt.date | None], tuple[float, Warehouse]] = {}
_shapes: dict[str, Shapes] = {}


def warehouse(known: dt.date | None = None) -> Warehouse | None:
    """The store, as it was ``known`` at the end of a past day if one is given; None when nothing has been loaded."""
    path = Path(settings.EVIDENCE) / "evidence.duckdb"
    if not path.exists():
        return None
    stamp, key = path.stat().st_mtime, (str(path), known)
    with _lock:
        found = _open.pop(key, None)
        if found is None or found[0] != stamp:
            found = (stamp, Warehouse(path.parent, read_only=True, known=known))
        _open[key] = found  # the last asked for stands last
        past = [one for one in _open if one[1] is not None]
        for old in past[:-PAST_DAYS]:
            del _open[old]
        return found[1]


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
