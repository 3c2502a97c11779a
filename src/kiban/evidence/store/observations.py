"""Indicators and their observations: append-only, so that the page of a past day can be shown again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from kiban.evidence.errors import BadSheet
from kiban.evidence.model import Direction, Indicator, Observation
from kiban.evidence.store.figures import read_figures, read_indicators
from kiban.evidence.store.levels import nation_sums, note_levels
from kiban.evidence.store.warehouse import Warehouse
from kiban.kernel.tabular import Report

# the newest revision that was known on the day asked for; only figures that were ever revised need to be compared
KNOWN = """(SELECT area, month, numerator, denominator, as_of FROM observations o
  WHERE indicator = $indicator AND as_of <= $known AND NOT EXISTS
    (FROM revised r WHERE r.indicator = $indicator AND r.area = o.area AND r.month = o.month)
  UNION ALL
  SELECT o.area, o.month, numerator, denominator, as_of FROM observations o JOIN revised r
    ON r.indicator = $indicator AND r.area = o.area AND r.month = o.month
  WHERE o.indicator = $indicator AND as_of <= $known
  QUALIFY row_number() OVER (PARTITION BY o.area, o.month ORDER BY as_of DESC, revision DESC) = 1)"""
PLAIN = """(SELECT area, month, numerator, denominator, as_of FROM observations
  WHERE indicator = $indicator AND as_of <= $known)"""
# an area first, then those of nearest size by the ratio of denominators; nothing when the area has none itself
SIMILAR = """WITH shown AS MATERIALIZED (SELECT area, month, numerator, denominator, as_of FROM {} figures
    WHERE month = $month AND length(area) = 5 AND denominator > 0)
  SELECT s.* FROM shown s, (SELECT denominator AS size FROM shown WHERE area = $area) own
  ORDER BY s.area <> $area, abs(ln(s.denominator) - ln(size)), s.area LIMIT $most"""
# figures that have more than one revision, for the indicators just written
NOTE = """INSERT INTO revised SELECT indicator, area, month FROM observations WHERE indicator IN (SELECT unnest(?))
  GROUP BY ALL HAVING count(*) > 1 EXCEPT SELECT indicator, area, month FROM revised"""
NEWEST = """SELECT indicator, area, month, numerator, denominator, revision FROM observations
WHERE indicator IN (SELECT unnest(?))
QUALIFY row_number() OVER (PARTITION BY indicator, area, month ORDER BY as_of DESC, revision DESC) = 1"""
NATION, NATION_LABEL = "00", "'00'"


@dataclass(frozen=True, slots=True)
class Figure:
    """One value to show: area or month label, the value in the indicator's unit, and the two numbers it comes from."""

    area: str
    month: dt.date
    value: float | None
    numerator: float
    denominator: float | None
    as_of: dt.date


class ObservationStore:
    """Figures by indicator, area and month."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse

    def define(self, indicator: Indicator) -> None:
        """Add an indicator, or replace its description."""
        self.warehouse.connection.execute(
            "INSERT OR REPLACE INTO indicators VALUES (?, ?, ?, ?, ?, ?, ?)", [*astuple(indicator)]
        )

    def indicator(self, identifier: str) -> Indicator:
        """The description of an indicator.

        Raises:
            BadSheet: there is none of that name.
        """
        rows = self.warehouse.rows("SELECT * FROM indicators WHERE id = ?", [identifier])
        if not rows:
            raise BadSheet(f"there is no indicator {identifier!r}", remedy="`kiban evidence indicators` lists them")
        name, title, unit, direction, source, scale, stale = rows[0]
        return Indicator(
            str(name), str(title), str(unit), Direction(str(direction)), str(source), float(str(scale)), int(str(stale))
        )

    def define_csv(self, path: Path) -> Report:
        """Define indicators from CSV (id, title, unit, direction, source; also scale); bad rows are reported."""
        report = Report(path.name)
        for indicator in read_indicators(path, report=report):
            self.define(indicator)
        return report

    def indicators(self) -> list[Indicator]:
        """All indicators by title."""
        return [self.indicator(str(row[0])) for row in self.warehouse.rows("SELECT id FROM indicators ORDER BY title")]

    def append(self, observations: Iterable[Observation]) -> int:
        """Add observations; returns how many. Nothing that was written is changed."""
        rows = [astuple(observation) for observation in observations]
        if rows:
            self.warehouse.connection.executemany("INSERT INTO observations VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
            self.note({str(row[0]) for row in rows})
        return len(rows)

    def append_many(self, observations: list[Observation]) -> int:
        """As :meth:`append`, for hundreds of thousands of rows: one columnar insert."""
        columns = {name: [getattr(o, name) for o in observations] for name in Observation.__slots__}
        frame = pa.table(columns)
        self.warehouse.connection.register("arriving", frame)
        self.warehouse.connection.execute(f"INSERT INTO observations SELECT {', '.join(columns)} FROM arriving")  # noqa: S608 own names
        self.warehouse.connection.unregister("arriving")
        self.note({o.indicator for o in observations})
        return len(observations)

    def note(self, indicators: set[str]) -> None:
        """Bring what is derived from the figures of these indicators up to date: what was revised, sums by level."""
        self.warehouse.connection.execute(NOTE, [sorted(indicators)])
        note_levels(self.warehouse, indicators)

    def nation(self, indicator: Indicator, known: dt.date) -> list[Figure]:
        """The nation by month: its own figure where there is one, else the sum of the municipalities.

        Areas add up by numerator and denominator, never by averaging rates.
        """
        kept = nation_sums(self.warehouse, indicator.id, known=known)
        if kept is None:
            return self.nation_plainly(indicator, known)
        return [
            Figure(
                NATION, month, value_of(indicator, numerator, denominator=denominator), numerator, denominator, as_of
            )
            for month, numerator, denominator, as_of in kept
        ]

    def nation_plainly(self, indicator: Indicator, known: dt.date) -> list[Figure]:
        """As :meth:`nation`, from every single figure."""
        asked = "SELECT 1 FROM observations WHERE indicator = ? AND area = ? AND as_of <= ? LIMIT 1"
        own = self.warehouse.rows(asked, [indicator.id, NATION, known])
        return self._sums(indicator, known, label=NATION_LABEL, condition="area = '00'" if own else "length(area) = 5")

    def prefectures(self, indicator: Indicator, known: dt.date, *, month: dt.date) -> list[Figure]:
        """Each prefecture in one month, added up from its municipalities."""
        return self._sums(indicator, known, label="left(area, 2)", condition="length(area) = 5", month=month)

    def municipalities(
        self, indicator: Indicator, known: dt.date, *, month: dt.date, prefecture: str = ""
    ) -> list[Figure]:
        """Each municipality (of a prefecture) in one month, best first."""
        figures = self._sums(
            indicator,
            known,
            label="area",
            month=month,
            prefecture=prefecture,
            condition="length(area) = 5 AND starts_with(area, $prefecture)",
        )
        return self._best_first(indicator, figures)

    def profile(self, indicator: Indicator, known: dt.date, *, area: str) -> list[Figure]:
        """One area by month."""
        return self._sums(indicator, known, label="area", condition="area = $area", area=area)

    def everywhere(self, indicator: Indicator, known: dt.date) -> list[Figure]:
        """Each municipality in each month: the panel of a study."""
        return self._sums(indicator, known, label="area", condition="length(area) = 5")

    def rank(self, indicator: Indicator, known: dt.date, *, month: dt.date, area: str) -> tuple[int, int]:
        """The place of a municipality among all that have a figure: (rank from 1, how many)."""
        ranked = [f.area for f in self.municipalities(indicator, known, month=month) if f.value is not None]
        return (ranked.index(area) + 1 if area in ranked else 0), len(ranked)

    def similar(
        self, indicator: Indicator, known: dt.date, *, month: dt.date, area: str, count: int = 10
    ) -> list[Figure]:
        """The municipalities of nearest size, by the denominator (the population that the figure is about), best first.

        Size is compared as a ratio; empty when the area has no figure or the indicator counts without a denominator.
        """
        values = {"indicator": indicator.id, "known": known, "month": month, "area": area, "most": count + 1}
        rows = self.warehouse.connection.cursor().execute(SIMILAR.format(self._figures(indicator)), values).fetchall()
        return self._best_first(indicator, _shown(indicator, rows))

    def _figures(self, indicator: Indicator) -> str:
        revised = self.warehouse.rows("SELECT 1 FROM revised WHERE indicator = ? LIMIT 1", [indicator.id])
        return KNOWN if revised else PLAIN

    def _best_first(self, indicator: Indicator, figures: list[Figure]) -> list[Figure]:
        sign = -1 if indicator.direction is Direction.UP else 1
        return sorted(figures, key=lambda f: (f.value is None, sign * (f.value or 0), f.area))

    def _sums(
        self, indicator: Indicator, known: dt.date, *, label: str, condition: str, **values: object
    ) -> list[Figure]:
        at = "AND month = $month" if "month" in values else ""
        figures = self._figures(indicator)
        group = "2" if label == NATION_LABEL else "1, 2"  # a constant need not be hashed for every row
        rows = (
            self.warehouse.connection.cursor()
            .execute(
                f"SELECT {label}, month, sum(numerator), sum(denominator), max(as_of) FROM {figures} "  # noqa: S608 (own texts)
                f"WHERE ({condition}) {at} GROUP BY {group} ORDER BY 2, 1",
                {"indicator": indicator.id, "known": known, **values},
            )
            .fetchall()
        )
        return _shown(indicator, rows)

    def load_csv(self, path: Path, *, as_of: dt.date) -> Report:
        """Append a CSV with the columns ``COLUMNS`` (month as 2024-06); bad rows are reported, good taken.

        A figure that differs from the newest known one is its next revision; one that is the same is not written again.
        """
        report = Report(path.name)
        known = {indicator.id for indicator in self.indicators()}
        good = list(read_figures(path, known, report=report, as_of=as_of))
        rows = self.warehouse.rows(NEWEST, [sorted({one.indicator for one in good})])
        before = {row[:3]: row[3:] for row in rows}
        with self.warehouse.transaction():
            self.append_many([one for one in (following(figure, before) for figure in good) if one is not None])
        return report


def following(figure: Observation, before: Mapping[tuple[Any, ...], tuple[Any, ...]]) -> Observation | None:
    """The figure as the next revision of what was known; None when nothing changed."""
    known = before.get((figure.indicator, figure.area, figure.month))
    if known is None:
        return figure
    return None if known[:2] == (figure.numerator, figure.denominator) else replace(figure, revision=int(known[2]) + 1)


def _shown(indicator: Indicator, rows: Iterable[tuple[Any, ...]]) -> list[Figure]:
    return [
        Figure(area, month, value_of(indicator, numerator, denominator=denominator), numerator, denominator, as_of)
        for area, month, numerator, denominator, as_of in rows
    ]


def value_of(indicator: Indicator, numerator: float, *, denominator: float | None) -> float | None:
    """Numerator over denominator times scale; the numerator alone for counts; None when the denominator is 0."""
    if denominator is None:
        return numerator * indicator.scale
    return numerator / denominator * indicator.scale if denominator else None
