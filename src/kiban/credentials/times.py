"""Moments in credentials: NumericDate, validity, and how far two clocks may be apart."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from typing import Any, Final

from kiban.credentials.errors import Expired, Malformed, NotYetValid
from kiban.kernel.clock import JST

SKEW: Final = dt.timedelta(seconds=60)


def moment_in(claims: Mapping[str, Any], name: str) -> dt.datetime | None:
    """A NumericDate (RFC 7519, section 2), or none.

    Raises:
        Malformed: it is no number, or beyond the calendar.
    """
    value = claims.get(name)
    if value is None and name not in claims:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise Malformed(f"{name} is no moment in seconds")
    try:
        return dt.datetime.fromtimestamp(value, JST)
    except (ValueError, OverflowError, OSError):
        raise Malformed(f"{name} is beyond the calendar") from None


def check_validity(begin: dt.datetime | None, end: dt.datetime | None, *, at: dt.datetime, what: str) -> None:
    """Whether a moment lies in a validity; the end itself is outside (RFC 7519, section 4.1.4).

    Raises:
        NotYetValid, Expired: it does not.
    """
    if begin is not None and at + SKEW < begin:
        raise NotYetValid(f"the {what} is valid from {begin.isoformat()} only")
    if end is not None and at >= end:
        raise Expired(f"the {what} was valid until {end.isoformat()}", remedy="ask the holder for a newer one")
