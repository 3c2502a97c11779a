"""The special provision, who is told under it, and what was recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from kiban.kernel.errors import BadInput, Where
from kiban.kernel.values import CorporateNumber
from kiban.registries.corporation import CORPORATION
from kiban.registries.engine.model import Change
from kiban.registries.errors import BadSubscription

BASIS = "414AC0000000151:13"
"""The provision by which a source's changes are given so that they are deemed filed."""
CLOSURE = frozenset({"closed_on", "closed_reason", "successor"})
TOLD = frozenset({"changed", "closed", "reopened"})


class Effect(StrEnum):
    """What a change means for the programme's notification."""

    DEEMED = "deemed"
    """みなし届出: 情報通信技術を活用した行政の推進等に関する法律 14条1項本文."""
    FILED = "filed"
    """The corporation had filed it itself: 同項ただし書."""
    KNOWN = "known"
    """Known from a source that is no provision under its 13条: the notification is still due."""


@dataclass(frozen=True, slots=True)
class Provision:
    """The special provision as ``deemed.yaml`` of this package states it.

    Attributes:
        law: its name and number; ``law_id`` in e-Gov; ``article`` the articles.
        since: the day it came into force: what was recorded before is not deemed filed.
        verified: whether its text in force was compared; ``why`` by what, and what is not covered.
    """

    law: str
    law_id: str
    article: str
    since: dt.date
    verified: bool
    why: str


@dataclass(frozen=True, slots=True)
class Subscription:
    """A programme that must be told of corporate changes.

    Attributes:
        programme: its id; ``law`` the law and article under which its own notification is due.
        agency: who runs it.
        items: the fields that it concerns; a closure always counts.
        corporations: those it knows; none named = all.
    """

    programme: str
    law: str
    agency: str
    items: frozenset[str] = frozenset({"name", "prefecture", "city", "street", "foreign_address"})
    corporations: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        known = {field.name for field in CORPORATION.fields}
        if not self.law:
            raise _refused("law", f"{self.programme}: a subscription names the law of its own notification")
        if not self.items or self.items - known:
            wrong = ", ".join(sorted(self.items - known)) or "nothing"
            raise _refused(
                "items", f"{wrong}: no item of the corporate registry", remedy=f"one of {', '.join(sorted(known))}"
            )
        for number in sorted(self.corporations):
            try:
                CorporateNumber.parse(number)
            except BadInput as error:
                raise _refused("corporations", error.what, remedy=error.remedy) from None

    def concerns(self, change: Change) -> bool:
        """Whether this change is one that the programme's notification would tell."""
        known = not self.corporations or change.key in self.corporations
        concerned = bool((self.items | CLOSURE) & set(change.fields))
        return known and change.kind in TOLD and (change.kind != "changed" or concerned)


class OwnFiling(NamedTuple):
    """What a corporation filed at a programme itself: its 法人番号 and the new values by field."""

    programme: str
    number: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class DeemedFiling:
    """One change at one programme: which corporation, what changed, since when, known when, with what effect."""

    programme: str
    change: int
    corporate_number: str
    law: str
    fields: Mapping[str, tuple[str, str]]
    changed_on: dt.date
    deemed_at: dt.datetime
    effect: Effect


def _refused(field: str, what: str, *, remedy: str = "name the law and its article") -> BadSubscription:
    return BadSubscription(what, where=Where(field=field), remedy=remedy or "compare it")
