"""`kiban slots offer`: times at a counter that residents can reserve (来庁予約)."""

from __future__ import annotations

import argparse
import datetime as dt
from typing import TYPE_CHECKING

from kiban.kernel.clock import JST
from kiban.shell.cli._given import as_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kiban.procedures.model import Slot
    from kiban.shell.cli import Subparsers

OPENS, CLOSES, MINUTES = 9, 17, 30


def add(subparsers: Subparsers) -> None:
    """Add ``slots offer``."""
    group = subparsers.add_parser("slots", help="times at a counter that residents can reserve")
    verbs = group.add_subparsers(dest="verb", required=True, metavar="VERB")
    offer = verbs.add_parser("offer", help="offer half hours from 9 to 17 o'clock on workdays")
    offer.add_argument("--agency", required=True, help="the 6-digit code of the municipality")
    offer.add_argument("--from", dest="start", type=as_day, required=True, help="first day, YYYY-MM-DD")
    offer.add_argument("--days", type=int, default=14, help="so many days from the first")
    offer.add_argument("--capacity", type=int, default=3, help="counters that are open at the same time")
    offer.set_defaults(func=run)


def half_hours(agency: str, *, start: dt.date, days: int, capacity: int) -> Iterator[Slot]:
    """The half hours of the weekdays; the same call gives the same ids, so that offering twice is offering once."""
    from kiban.kernel.workdays import is_workday
    from kiban.procedures.model import Slot

    for day in (start + dt.timedelta(days=number) for number in range(days)):
        if not is_workday(day):
            continue
        for half in range((CLOSES - OPENS) * 2):
            at = dt.datetime.combine(day, dt.time(OPENS + half // 2, MINUTES * (half % 2)), JST)
            name = f"{agency}-{at:%Y%m%d%H%M}"
            yield Slot(id=name, agency=agency, starts_at=at, minutes=MINUTES, capacity=capacity, free=capacity)


def run(arguments: argparse.Namespace) -> int:
    """Offer the times."""
    from kiban.shell.cli.serve import migrate

    migrate()
    from kiban.procedures.store.drafts import DatabaseDrafts

    store = DatabaseDrafts()
    found = list(half_hours(arguments.agency, start=arguments.start, days=arguments.days, capacity=arguments.capacity))
    for slot in found:
        store.offer_slot(slot)
    print(f"kiban: {len(found)} times offered at {arguments.agency}")
    return 0
