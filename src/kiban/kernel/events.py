"""Facts that happened, told in the past tense, for the ledger, the indicators and subscribers.

An event names its agency and its subject by codes only; it never carries a name, an address or an 個人番号.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

Scalar = str | int | bool | None


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened.

    Attributes:
        kind: past-tense name, e.g. ``application_submitted``.
        occurred_at: aware moment.
        agency: identifier of the agency in whose work it happened.
        subject: key of the thing it happened to (case, payment, record), never a person's number.
        data: flat facts for indicators (procedure id, number of documents omitted, days).
    """

    kind: str
    occurred_at: dt.datetime
    agency: str
    subject: str
    data: Mapping[str, Scalar] = field(default_factory=dict)


class EventSink(Protocol):
    """Takes events; an action calls it inside its transaction."""

    def emit(self, event: Event) -> None:
        """Record the event; raises if it cannot, so that the action fails with it."""
        ...


@dataclass(slots=True)
class FanOut:
    """Hands each event to several sinks in order."""

    sinks: tuple[Callable[[Event], None], ...]

    def emit(self, event: Event) -> None:
        for sink in self.sinks:
            sink(event)
