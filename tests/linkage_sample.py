"""Findings of a small check, a desk over the database of the test, officers of two towns."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from kiban.jobs.store.outbox import Outbox
from kiban.jobs.store.queue import DatabaseQueue
from kiban.kernel.clock import JST, FixedClock
from kiban.linkage.desk import Choice, Decision, Found, How, Item, Line, LinkDesk, Officer, Verdict
from kiban.linkage.desk.ports import Note
from kiban.linkage.model import Cause, Judgement, Person
from kiban.linkage.store.worklist import DatabaseLinks
from kiban.notices import NoticeDesk
from kiban.notices.of_links import LinkMessages
from kiban.notices.store.repository import DatabaseNotices
from kiban.shell.wiring.contacts import NoChannels

A, B = "302023", "302015"
NOON = dt.datetime(2026, 11, 20, 12, tzinfo=JST)
ROLES = frozenset({"linkage", "searcher"})
FIRST, SECOND = Officer("o1", B, ROLES), Officer("o2", B, ROLES)
CLERK, OTHER = Officer("o3", B, frozenset({"officer"})), Officer("a1", A, ROLES)
WRONG = Decision(Verdict.WRONG, "attributes", "r-1")
RIGHT = Decision(Verdict.RIGHT, "moved")
TEXTS = {
    "ja": "紐付けられた人と氏名が違います。",
    "ja-easy": "名前《なまえ》が 違《ちが》います。",
    "en": "The name differs.",
}


def person(record: str, name: str, *, kana: str = "ミホン ハナコ", address: str = "和歌山市七番丁23番地") -> Person:
    return Person(record=record, name=name, kana=kana, birth_date="1988-04-02", sex="2", address=address)


def lines(name: How, *, address: How = How.SAME) -> tuple[Line, ...]:
    every = {"name": name, "kana": How.SAME, "birth": How.SAME, "sex": How.SAME, "address": address}
    return tuple(Line(item, how) for item, how in every.items())


def item(number: int = 1, *, agency: str = B, affair: str = "health_insurance", probability: float = 0.98) -> Item:
    linked = Choice(person=person(f"l-{number}", "別人 一郎"), lines=lines(How.DIFFERENT, address=How.DIFFERENT))
    right = Choice(person=person(f"r-{number}", "見本 花子"), lines=lines(How.VARIANT), share=probability)
    return Item(
        agency=agency, affair=affair, record=person(f"n-{number}", "見夲 花子"), linked=linked, choices=(right,),
        judgement=Judgement.WRONG if probability > 0.9 else Judgement.SUSPICIOUS, cause=Cause.FAMILY_MIX_UP,
        probability=probability, says=TEXTS,
    )  # fmt: skip


def found(*items: Item, digest: str = "d1", agency: str = B, links: int = 1000) -> Found:
    affair = items[0].affair if items else "health_insurance"
    judged = {"certain": links - len(items) - 3, "wrong": len(items), "set_aside": 3}
    return Found(agency=agency, affair=affair, digest=digest, links=links, judged=judged, items=items)


@dataclass
class SampleRegisters:
    """A register of two people; what is noted is kept, before the answer."""

    people: tuple[Person, ...] = (person("r-9", "探した 花子"), person("r-8", "探した 二郎"))
    noted: list[tuple[str, str, int]] = field(default_factory=list)

    def look_up(self, agency: str, person: Person, *, note: Note) -> Person | None:
        note("found", 1)
        self.noted.append(("look_up", agency, 1))
        return self.people[0]

    def search(self, agency: str, person: Person, *, note: Note) -> tuple[Person, ...]:
        note("several", len(self.people))
        self.noted.append(("search", agency, len(self.people)))
        return self.people


def desk() -> LinkDesk:
    clock = FixedClock(NOON)
    queue = DatabaseQueue(clock)
    outbox = Outbox(queue)
    notices = NoticeDesk(DatabaseNotices(), NoChannels(), queue, outbox, clock)
    return LinkDesk(DatabaseLinks(), LinkMessages(notices), SampleRegisters(), outbox, clock)
