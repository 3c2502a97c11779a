"""Values of notices: what stands in a person's inbox, and the outward message that says only that something does."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Any

import msgspec


class NoticeKind(StrEnum):
    """What a notice is about."""

    RECEIVED = "received"
    RETURNED = "returned"
    DECIDED = "decided"
    PAYMENT = "payment"
    PUSH = "push"
    """An office offers something with a prefilled application inside (プッシュ型)."""
    INFORMATION = "information"


class Text(msgspec.Struct, frozen=True, kw_only=True):
    """A notice's words in one language."""

    title: str
    body: str


class Prefilled(msgspec.Struct, frozen=True, kw_only=True):
    """An application that only has to be confirmed: bundle, procedures, facts already known to the sender."""

    bundle: str
    procedures: tuple[str, ...] = ()
    facts: dict[str, Any] = {}


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """A notice in a person's inbox; ``texts`` is keyed by language (ja, ja-easy, en).

    ``person`` is the portal's code. ``case`` and ``letter`` lead to what it is about; ``answer_by`` is a deadline.
    """

    id: str
    person: str
    agency: str
    kind: NoticeKind
    texts: dict[str, Text]
    sent_at: dt.datetime
    case: str = ""
    letter: str = ""
    prefilled: Prefilled | None = None
    draft: str = ""
    answer_by: dt.date | None = None
    read_at: dt.datetime | None = None


class OfferState(StrEnum):
    """An offer by post: to be printed, posted, answered."""

    MADE = "made"
    POSTED = "posted"
    ANSWERED = "answered"


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A benefit offered by post (確認書) to somebody whom the portal does not know; ``person`` is the agency's code.

    ``number`` stands on the letter; ``facts`` are what the office knows, ``yen`` what its batch found; ``way`` is how
    the answer came: counter or post.
    """

    id: str
    number: str
    agency: str
    pack: str
    person: str
    facts: dict[str, Any] = {}
    yen: int = 0
    made_at: dt.datetime
    answer_by: dt.date | None = None
    state: OfferState = OfferState.MADE
    posted_at: dt.datetime | None = None
    answered_at: dt.datetime | None = None
    way: str = ""
    draft: str = ""


class OutwardState(StrEnum):
    """Delivery state of an outward message."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


class Outward(msgspec.Struct, frozen=True, kw_only=True):
    """A message to a mail address or phone: only that something new is in the portal; nothing personal."""

    id: str
    notice: str
    channel: str
    subject: str
    body: str
    state: OutwardState = OutwardState.QUEUED
