"""A benefit announced to those entitled: one notice each, the application inside, nothing to fill in (プッシュ型).

The batch finds them from held data (`kiban rules compute`); each confirms in the portal and is paid to the registered
account. Who never used the portal with this office gets a letter by post, through the print queue (`by_post.py`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from msgspec.structs import replace

from kiban.kernel.events import Event, Scalar
from kiban.notices.actions import Message, NoticeDesk, send
from kiban.notices.by_post import fresh_offer, make_offer
from kiban.notices.model import NoticeKind, Offer, Prefilled, Text
from kiban.notices.texts import LANGUAGES
from kiban.procedures.model import Value
from kiban.procedures.plan import Shelf

OFFER = "offer"


class PortalCodes(Protocol):
    """Under which code the portal knows a person of an agency."""

    def portal_code(self, person: str, *, agency: str) -> str:
        """The portal's code; "" when the person never dealt with the agency through the portal."""
        ...


@dataclass(frozen=True, slots=True)
class Announcement:
    """What is announced: a pack with the notice ``offer``, by which agency, and until when to answer."""

    pack: str
    agency: str
    answer_by: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Entitled:
    """A person as the agency knows them, with the facts of the pack that the office already knows."""

    person: str
    facts: Mapping[str, Value] = field(default_factory=dict)
    yen: int = 0
    """What the batch found, for the letter."""


@dataclass(slots=True)
class Announced:
    """How many were told in the portal, and the offers by post of all others."""

    told: int = 0
    offers: list[Offer] = field(default_factory=list)


def announce(
    desk: NoticeDesk, announcement: Announcement, *, to: Iterable[Entitled], shelf: Shelf, codes: PortalCodes
) -> Announced:
    """Tell each person once, however often the same list is announced.

    Raises: UnknownPack; MissingText when the pack has no words for the offer.
    """
    texts = _texts(shelf, announcement.pack)
    done = Announced()
    for one in to:
        person = codes.portal_code(one.person, agency=announcement.agency)
        if not person:
            done.offers.append(make_offer(desk, _offer(desk, announcement, one=one)))
            continue
        send(desk, _message(announcement, texts, person=person, facts=one.facts))
        done.told += 1
    data: dict[str, Scalar] = {"procedure": announcement.pack, "told": done.told, "by_post": len(done.offers)}
    moment = desk.clock.now()
    event = Event(
        kind="benefit_announced", occurred_at=moment, agency=announcement.agency, subject=announcement.pack, data=data
    )
    with desk.store.atomic():
        desk.events.emit(event)
    return done


def _offer(desk: NoticeDesk, announcement: Announcement, *, one: Entitled) -> Offer:
    fresh = fresh_offer(desk, agency=announcement.agency, pack=announcement.pack, person=one.person)
    return replace(fresh, facts=dict(one.facts), yen=one.yen, answer_by=announcement.answer_by)


def _message(
    announcement: Announcement, texts: Mapping[str, Text], *, person: str, facts: Mapping[str, Value]
) -> Message:
    return Message(
        key=f"{announcement.agency}:{announcement.pack}:{person}",
        person=person,
        agency=announcement.agency,
        kind=NoticeKind.PUSH,
        texts=texts,
        prefilled=Prefilled(bundle=announcement.pack, procedures=(announcement.pack,), facts=dict(facts)),
        answer_by=announcement.answer_by,
    )


def _texts(shelf: Shelf, pack: str) -> dict[str, Text]:
    shelf.plan(pack)
    return {
        lang: Text(
            **{
                part: shelf.text(pack, f"notices.{OFFER}.{part}", lang=lang).replace(
                    "{title}", shelf.text(pack, "title", lang=lang)
                )
                for part in ("title", "body")
            }
        )
        for lang in LANGUAGES
    }
