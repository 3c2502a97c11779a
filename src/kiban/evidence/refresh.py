"""The platform's own indicators kept up to date from its events: only what changed is written, as a new revision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from kiban.evidence.from_events import GAUGES, observe
from kiban.evidence.model import Observation
from kiban.evidence.store.observations import ObservationStore
from kiban.evidence.store.warehouse import Warehouse
from kiban.kernel.events import Event

NEWEST = """SELECT indicator, area, month, numerator, denominator, revision FROM observations
WHERE indicator IN (SELECT unnest(?))
QUALIFY row_number() OVER (PARTITION BY indicator, area, month ORDER BY as_of DESC, revision DESC) = 1"""


def refresh(warehouse: Warehouse, events: Iterable[Event], *, as_of: dt.date) -> int:
    """Count the events of municipalities into the platform's indicators; returns how many figures are new or changed.

    Other agencies (the portal, the pension service) have no area and are passed over. Doing it twice writes nothing.
    """
    store = ObservationStore(warehouse)
    for gauge in GAUGES:
        store.define(gauge.indicator)
    local = (event for event in events if len(event.agency) == 6 and event.agency.isdigit())
    found = observe(local, as_of=as_of, area_of=lambda agency: agency[:5])
    rows = warehouse.rows(NEWEST, [[gauge.indicator.id for gauge in GAUGES]])
    known = {row[:3]: row[3:] for row in rows}
    return store.append(one for one in (_revised(figure, known) for figure in found) if one is not None)


def _revised(figure: Observation, known: dict[tuple[object, ...], tuple[object, ...]]) -> Observation | None:
    before = known.get((figure.indicator, figure.area, figure.month))
    if before is None:
        return figure
    if before[:2] == (figure.numerator, figure.denominator):
        return None
    return Observation(
        figure.indicator,
        figure.area,
        figure.month,
        figure.numerator,
        figure.denominator,
        figure.as_of,
        int(str(before[2])) + 1,
    )
