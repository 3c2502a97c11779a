"""The counter's day on the real rooms."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from kiban.cases import CaseDesk, visits_of_day
from kiban.cases.visits import Visitor, VisitTime
from kiban.kernel.clock import JST, today
from kiban.shell.console.visit_screens import Expected, Hour, VisitDay
from kiban.shell.locale import texts
from kiban.shell.principals import Principal
from kiban.shell.screens import Tone
from kiban.shell.wiring.offices import officer_of
from kiban.shell.wiring.words import Words

DAY = dt.timedelta(days=1)
FIRST, LAST = dt.date(2000, 1, 1), dt.date(2999, 12, 31)


@dataclass(frozen=True, slots=True)
class VisitPages:
    """See `kiban.shell.ports.VisitOffice`."""

    desk: CaseDesk
    words: Words

    def day(self, person: Principal, *, asked: str) -> VisitDay:
        now = today(self.desk.clock)
        day = _day(asked) or now
        times = visits_of_day(self.desk, officer_of(person), day=day)
        return VisitDay(day, tuple(self._hour(one) for one in times), day - DAY, day + DAY, day == now)

    def _hour(self, one: VisitTime) -> Hour:
        begins = one.slot.starts_at.astimezone(JST)
        expected = tuple(self._expected(visitor) for visitor in one.visitors)
        return Hour(f"{begins:%H:%M}", one.slot.free, one.slot.capacity, expected)

    def _expected(self, visitor: Visitor) -> Expected:
        case = visitor.case
        came = "came" if case.visited else "awaited"
        title = self.words.of_pack(case.procedure, "title")
        tone: Tone = "good" if case.visited else "info"
        return Expected(case.id, case.number, title, visitor.name, texts.said(f"visit.{came}"), tone)


def _day(text: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST <= day <= LAST else None
