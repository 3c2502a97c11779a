"""Indicators of the platform's own services, computed from what cases, forms and payments report by themselves.

Nobody fills in a survey: an event of a case carries the procedure, and the month, area and figure follow from it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kiban.evidence.model import Direction, Indicator, Observation
from kiban.kernel.clock import JST
from kiban.kernel.events import Event

SOURCE = "基盤の記録"


@dataclass(frozen=True, slots=True)
class Gauge:
    """An indicator and how one event adds to it: (numerator, denominator), or None when it has no part in it."""

    indicator: Indicator
    reads: Callable[[Event], tuple[float, float | None] | None]


def _count(kind: str) -> Callable[[Event], tuple[float, float | None] | None]:
    return lambda event: (1.0, None) if event.kind == kind else None


def _mean(kind: str, field: str) -> Callable[[Event], tuple[float, float | None] | None]:
    def read(event: Event) -> tuple[float, float | None] | None:
        value = event.data.get(field)
        if event.kind != kind or not isinstance(value, int) or isinstance(value, bool):
            return None
        return float(value), 1.0

    return read


def _share(kind: str, field: str) -> Callable[[Event], tuple[float, float | None] | None]:
    def read(event: Event) -> tuple[float, float | None] | None:
        value = event.data.get(field)
        return (float(value), 1.0) if event.kind == kind and isinstance(value, bool) else None

    return read


def _ratio(part: str, whole: str) -> Callable[[Event], tuple[float, float | None] | None]:
    """Events of one kind over events of another, in the same month."""
    parts = {part: (1.0, 0.0), whole: (0.0, 1.0)}
    return lambda event: parts.get(event.kind)


GAUGES = (
    Gauge(Indicator("applications", "申請・届出の件数", "件", Direction.UP, SOURCE), _count("application_submitted")),
    Gauge(Indicator("days_to_decision", "決定までの日数", "日", Direction.DOWN, SOURCE),
          _mean("decision_made", "days")),
    Gauge(Indicator("documents_omitted", "省略できた書類", "通", Direction.UP, SOURCE),
          _mean("application_submitted", "documents_omitted")),
    Gauge(Indicator("typed_characters", "手で打った文字", "字", Direction.DOWN, SOURCE),
          _mean("application_submitted", "typed_characters")),
    Gauge(Indicator("online_share", "オンラインの割合", "%", Direction.UP, SOURCE, scale=100.0),
          _share("application_submitted", "online")),
    Gauge(Indicator("take_up", "お知らせから申請に進んだ割合", "%", Direction.UP, SOURCE, scale=100.0),
          _ratio("notice_application_opened", "notice_sent")),
    Gauge(Indicator("satisfaction", "満足した人の割合", "%", Direction.UP, SOURCE, scale=100.0),
          _share("survey_answered", "satisfied")),
)  # fmt: skip


def observe(events: Iterable[Event], *, as_of: dt.date, area_of: Callable[[str], str]) -> list[Observation]:
    """Monthly observations by indicator and area from events.

    Args:
        events: any events; those that no gauge reads are passed over.
        as_of: the day on which the figures are known.
        area_of: the 5-digit area code of an agency.
    """
    sums: dict[tuple[str, str, dt.date], list[float | None]] = defaultdict(lambda: [0.0, None])
    for event in events:
        month = event.occurred_at.astimezone(JST).date().replace(day=1)
        for gauge in GAUGES:
            read = gauge.reads(event)
            if read is not None:
                _add(sums[gauge.indicator.id, area_of(event.agency), month], read)
    return [
        Observation(indicator, area, month, numerator or 0.0, denominator, as_of)
        for (indicator, area, month), (numerator, denominator) in sorted(sums.items())
    ]


def _add(cell: list[float | None], read: tuple[float, float | None]) -> None:
    cell[0] = (cell[0] or 0.0) + read[0]
    if read[1] is not None:
        cell[1] = (cell[1] or 0.0) + read[1]
