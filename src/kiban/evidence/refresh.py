"""The platform's own indicators kept up to date from its events: only what changed is written, as a new revision."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable

from kiban.evidence.from_events import INDICATORS, observe, of_procedure
from kiban.evidence.store.observations import NEWEST, ObservationStore, following
from kiban.evidence.store.warehouse import Warehouse
from kiban.kernel.events import Event

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
    return store.append(one for one in (following(figure, known) for figure in found) if one is not None)
