"""Indicators of the platform's own services, computed from what cases, forms and payments report by themselves.

Nobody fills in a survey: an event of a case carries the procedure, and the month, area and figure follow from it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

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
    Gauge(Indicator("satisfaction", "満足した人の割合", "%", Direction.UP, SOURCE, scale=100.0),
          _share("survey_answered", "satisfied")),
)  # fmt: skip


TAKE_UP = Indicator("take_up", "申請のお知らせを受けて申請した割合", "%", Direction.UP, SOURCE, scale=100.0)
INDICATORS = (*(gauge.indicator for gauge in GAUGES), TAKE_UP)
"""What the platform observes of itself; each also by procedure, as ``<id>-<procedure>``."""
Cell = tuple[str, str, dt.date]


def of_procedure(indicator: Indicator, procedure: str, *, title: str) -> Indicator:
    """The same indicator of one procedure (a pack) alone."""
    return replace(indicator, id=f"{indicator.id}-{procedure}", title=f"{indicator.title}（{title}）")


@dataclass(slots=True)
class _Sums:
    """Numerators and denominators by indicator, area and month; offers wait for their applications."""

    cells: dict[Cell, list[float | None]] = field(default_factory=lambda: defaultdict(lambda: [0.0, None]))
    offers: dict[str, tuple[str, str, dt.date]] = field(default_factory=dict)
    """Notice → procedure, area and month of sending; taken out by the first application that came of it."""

    def add(self, indicator: str, *, at: tuple[str, str, dt.date], read: tuple[float, float | None]) -> None:
        procedure, area, month = at
        for name in (indicator, f"{indicator}-{procedure}") if procedure else (indicator,):
            cell = self.cells[name, area, month]
            cell[0] = (cell[0] or 0.0) + read[0]
            if read[1] is not None:
                cell[1] = (cell[1] or 0.0) + read[1]

    def offer(self, event: Event, at: tuple[str, str, dt.date]) -> None:
        """A notice or letter with an application inside adds to the month of its sending, and so does taking it up."""
        if event.kind in {"notice_sent", "offer_posted"} and event.data.get("offers") is True and at[1]:
            self.offers[event.subject] = at
            self.add(TAKE_UP.id, at=at, read=(0.0, 1.0))
        elif event.kind == "application_submitted":
            sent = self.offers.pop(str(event.data.get("notice") or ""), None)
            if sent is not None:
                self.add(TAKE_UP.id, at=sent, read=(1.0, 0.0))


def observe(events: Iterable[Event], *, as_of: dt.date, area_of: Callable[[str], str]) -> list[Observation]:
    """Monthly observations by indicator and area from events, oldest first; of all procedures and of each.

    Args:
        events: any events; those that no gauge reads are passed over.
        as_of: the day on which the figures are known.
        area_of: the 5-digit area code of an agency, empty for one that has none.
    """
    sums = _Sums()
    for event in events:
        month = event.occurred_at.astimezone(JST).date().replace(day=1)
        at = (str(event.data.get("procedure") or ""), area_of(event.agency), month)
        sums.offer(event, at)
        for gauge in GAUGES if at[1] else ():
            read = gauge.reads(event)
            if read is not None:
                sums.add(gauge.indicator.id, at=at, read=read)
    return [
        Observation(indicator, area, month, numerator or 0.0, denominator, as_of)
        for (indicator, area, month), (numerator, denominator) in sorted(sums.cells.items())
    ]
