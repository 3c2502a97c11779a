"""Plans and their history: every status change is a row of its own, so that any past day can be shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from kiban.evidence.errors import NoSuchSheet
from kiban.evidence.measures import Measure, Status
from kiban.evidence.model import Policy
from kiban.evidence.store.warehouse import Warehouse

NEWEST_EDITION = """
SELECT m.id, title, owner, section, deadline, progress, effect, remark,
  (SELECT status FROM measure_status s WHERE s.id = m.id ORDER BY recorded_at DESC LIMIT 1)
FROM measures m
WHERE plan = ? AND recorded_at = (SELECT max(recorded_at) FROM measures WHERE plan = ?)
ORDER BY position
"""


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of a measure's history."""

    status: Status
    note: str
    officer: str
    recorded_at: dt.datetime


class PlanStore:
    """The measures of plans and what became of them."""

    def __init__(self, warehouse: Warehouse) -> None:
        self.warehouse = warehouse

    def save(self, measures: Sequence[Measure], at: dt.datetime) -> int:
        """Store a plan; a plan stored before is followed by this newer edition, not overwritten."""
        rows = [
            (
                m.policy.plan,
                n,
                m.policy.id,
                m.policy.title,
                m.policy.owner,
                m.policy.section,
                m.policy.deadline,
                list(m.progress),
                list(m.effect),
                m.remark,
                at,
            )
            for n, m in enumerate(measures)
        ]
        with self.warehouse.transaction():
            self.warehouse.connection.executemany(f"INSERT INTO measures VALUES ({', '.join('?' * 11)})", rows)  # noqa: S608 own names
            for measure in measures:
                if measure.policy.status:
                    self._note(measure.policy.id, Change(Status(measure.policy.status), "計画", "", at))
        return len(rows)

    def note(self, measure: str, change: Change) -> None:
        """Add a status change to a measure's history.

        Raises:
            NoSuchSheet: there is no such measure.
        """
        if not self.warehouse.rows("SELECT 1 FROM measures WHERE id = ? LIMIT 1", [measure]):
            raise NoSuchSheet(f"there is no measure {measure!r}", remedy="use the number of the plan, as plan/1-1")
        self._note(measure, change)

    def _note(self, measure: str, change: Change) -> None:
        self.warehouse.connection.execute(
            "INSERT INTO measure_status VALUES (?, ?, ?, ?, ?)",
            [measure, change.status, change.note, change.officer, change.recorded_at],
        )

    def history(self, measure: str) -> list[Change]:
        """Status changes, oldest first."""
        rows = self.warehouse.rows(
            "SELECT status, note, officer, recorded_at FROM measure_status WHERE id = ? ORDER BY recorded_at", [measure]
        )
        return [Change(Status(str(s)), str(n), str(o), r) for s, n, o, r in rows if isinstance(r, dt.datetime)]

    def names(self) -> list[str]:
        """The plans that are followed here."""
        return [str(row[0]) for row in self.warehouse.rows("SELECT DISTINCT plan FROM measures ORDER BY 1")]

    def plan(self, plan: str) -> list[Measure]:
        """The newest edition of a plan with the newest status of each measure, in the plan's order."""
        rows = self.warehouse.connection.cursor().execute(NEWEST_EDITION, [plan, plan]).fetchall()
        return [
            Measure(
                Policy(i, title, owner, plan, section, status or "", deadline), tuple(progress), tuple(effect), remark
            )
            for i, title, owner, section, deadline, progress, effect, remark, status in rows
        ]
