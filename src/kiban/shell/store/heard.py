"""When each agency's node last answered this portal: told to people while one is silent."""

from __future__ import annotations

import datetime as dt

from kiban.shell.store.models import HeardRow

FINE = dt.timedelta(minutes=1)
"""One write in a minute is exact enough."""


def heard(agency: str, *, at: dt.datetime) -> None:
    """An agency answered at this moment."""
    if not HeardRow.objects.filter(agency=agency, at__gt=at - FINE).exists():
        HeardRow.objects.update_or_create(agency=agency, defaults={"at": at})


def last_heard(agency: str) -> dt.datetime | None:
    """When an agency last answered; None when it never did."""
    row = HeardRow.objects.filter(agency=agency).first()
    return row.at if row else None
