"""The platform's own indicators kept up to date from its events: only what changed is written, as a new revision."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable

from kiban.evidence.from_events import INDICATORS, observe, of_procedure
from kiban.evidence.model import Observation
from kiban.evidence.store.observations import ObservationStore
from kiban.evidence.store.warehouse import Warehouse
from kiban.kernel.events import Event

NEWEST = """SELECT indicator, area, month, numerator, denominator, revision FROM observations
WHERE indicator IN (SELECT unnest(?))
QUALIFY row_number() OVER (PARTITION BY indicator, area, month ORDER BY as_of DESC, revision DESC) = 1"""
LOCAL = re.compile(r"(?:[a-z]+-)?(\d{5})\d")


def area_of(agency: str) -> str:
    """The municipality of an agency (302015, education-302015); empty for one of the whole nation or the portal."""
    found = LOCAL.fullmatch(agency)
    return found[1] if found else ""


def refresh(
    warehouse: Warehouse, events: Iterable[Event], *, as_of: dt.date, title_of: Callable[[str], str] = str
) -> int:
    """Count the events of municipal offices into the platform's indicators; returns how many are new or changed.

    Each indicator is kept for all procedures and for each; ``title_of`` names a procedure. Offices without an area (the
    portal, the pension service) are passed over. Doing it twice writes nothing.
    """
    store = ObservationStore(warehouse)
    found = observe(events, as_of=as_of, area_of=area_of)
    procedures = sorted({one.indicator.partition("-")[2] for one in found} - {""})
    known_as = [*INDICATORS, *(of_procedure(it, p, title=title_of(p)) for p in procedures for it in INDICATORS)]
    observed = {one.indicator for one in found}
    for indicator in known_as:
        if indicator in INDICATORS or indicator.id in observed:
            store.define(indicator)
    rows = warehouse.rows(NEWEST, [[indicator.id for indicator in known_as]])
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
