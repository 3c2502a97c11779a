"""The nation by month from kept sums, and towns of nearest size, equal what every single figure gives on any day."""

from __future__ import annotations

import datetime as dt
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiban.evidence.model import Direction, Indicator, Observation
from kiban.evidence.store import Warehouse
from kiban.evidence.store.observations import Figure, ObservationStore

DAYS = [dt.date(2026, 7, day) for day in range(1, 5)]
MONTHS = [dt.date(2026, month, 1) for month in range(1, 4)]
SHARE = Indicator("share", "割合", "%", Direction.UP, "合成", 100)
AREAS = ("00", "30", "30201", "30202", "13101", "27100")
figures = st.builds(
    Observation,
    st.just("share"),
    st.sampled_from(AREAS),
    st.sampled_from(MONTHS),
    st.integers(-50, 1000).map(float),
    st.none() | st.integers(0, 1000).map(float),
    st.sampled_from(DAYS),
    st.integers(0, 3),
)


def key(one: Observation) -> tuple[object, ...]:
    return one.area, one.month, one.as_of, one.revision


def nearest(store: ObservationStore, known: dt.date, *, area: str, count: int) -> list[Figure]:
    """By the definition, over all municipalities."""
    everyone = store.municipalities(SHARE, known, month=MONTHS[0])
    own = next((one for one in everyone if one.area == area and one.denominator), None)
    if own is None:
        return []
    size = math.log(own.denominator or 1)
    others = [one for one in everyone if one.denominator and one.area != area]
    others.sort(key=lambda one: (abs(math.log(one.denominator or 1) - size), one.area))
    near = {own.area, *(one.area for one in others[:count])}
    return [one for one in everyone if one.area in near]


@settings(max_examples=60, deadline=None)
@given(st.lists(figures, max_size=30, unique_by=key), st.integers(0, 30))
def test_kept_sums_equal_the_plain_query_on_every_day(found: list[Observation], cut: int) -> None:
    store = ObservationStore(Warehouse())
    store.define(SHARE)
    store.append(found[:cut])  # in any order of days: a figure of an earlier day may arrive later
    if found[cut:]:
        store.append_many(found[cut:])

    for known in (DAYS[0] - dt.timedelta(1), *DAYS):
        assert store.nation(SHARE, known) == store.nation_plainly(SHARE, known)
        for area in AREAS[2:]:
            near = store.similar(SHARE, known, month=MONTHS[0], area=area, count=2)
            assert near == nearest(store, known, area=area, count=2)


def test_a_store_from_before_the_sums_were_kept_answers_too() -> None:
    store = ObservationStore(Warehouse())
    store.define(SHARE)
    store.append([Observation("share", "30201", MONTHS[0], 1, 4, DAYS[0])])
    store.warehouse.connection.execute("DROP TABLE level_changes")

    assert [one.value for one in store.nation(SHARE, DAYS[0])] == [pytest.approx(25)]
