"""Whether the stages of a logic model are on track, by the figures that stand in the store."""

from __future__ import annotations

import datetime as dt

from kiban.evidence.errors import BadSheet
from kiban.evidence.logic import LogicModel
from kiban.evidence.model import Direction, LogicNode
from kiban.evidence.store.observations import ObservationStore
from kiban.evidence.store.warehouse import Warehouse


def on_track_by_figures(warehouse: Warehouse, model: LogicModel, *, known: dt.date) -> dict[str, bool | None]:
    """For each stage whether the nation's newest figure of its indicator met its target; None when nobody can say.

    A stage names its indicator by the id under which figures are loaded.
    """
    store = ObservationStore(warehouse)
    return {name: _met(store, node, known=known) for name, node in model.nodes.items()}


def _met(store: ObservationStore, node: LogicNode, *, known: dt.date) -> bool | None:
    if node.indicator is None or node.target is None:
        return None
    try:
        indicator = store.indicator(node.indicator)
    except BadSheet:
        return None
    values = [figure.value for figure in store.nation(indicator, known) if figure.value is not None]
    if not values:
        return None
    better = node.direction or indicator.direction
    return values[-1] >= node.target if better is Direction.UP else values[-1] <= node.target
