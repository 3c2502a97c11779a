"""The pages on the real rooms: database, intake, case work, notices and benefits; cards and offices are samples."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from kiban.exchange.client import Ask
from kiban.exchange.errors import HolderUnavailable
from kiban.exchange.model import PersonAnswer, Usage
from kiban.identity.errors import UnknownRequest
from kiban.jobs import Worker
from kiban.jobs.store.outbox import FORWARD
from kiban.kernel.clock import FixedClock
from kiban.procedures import ProcedureDesk, Signature, Slot, content_to_sign, submit
from kiban.registries import town_registry
from kiban.shell.ports import CardBack, Platform
from kiban.shell.principals import Principal
from kiban.shell.wiring.addresses import RegistryAddresses
from kiban.shell.wiring.build import Entrance, Outer, Rooms, platform_of, rooms
from kiban.shell.wiring.library import Library
from services.sample import DOOR, NOON, PERSON, A, B, SampleOffices, SampleRules, SampleShelf, SampleSignatures

NAMES = {A: "海南市", B: "和歌山市"}
FAMILY = Principal(kind="resident", code=PERSON, name="ご本人", door=DOOR, agencies=(A, "nenkin"))
ROLES = ("counter", "register", "benefit", "nhi")
OFFICER_B = Principal(kind="staff", code="o1", name="職員一", agency=B, roles=ROLES)
SECOND_B = Principal(kind="staff", code="o2", name="職員二", agency=B, roles=ROLES)
OFFICER_A = Principal(kind="staff", code="a1", name="他市の職員", agency=A, roles=ROLES)
STRANGER = Principal(kind="resident", code="portal-9", name="ご本人", door=DOOR, agencies=(A,))


@dataclass
class SampleCards:
    """A card app that always says yes; it signs as `SampleSignatures` checks."""

    desk: ProcedureDesk | None = None
    closed: list[str] = field(default_factory=list)

    def begin_sign_in(self, *, session: str, return_to: str, language: str, reader: str = "") -> str:
        return f"{return_to}?answer=yes"

    def finish_sign_in(self, back: CardBack) -> Principal:
        if back.answer != "yes":
            raise UnknownRequest("no such request")
        return FAMILY

    def begin_signature(self, draft: str, *, person: Principal, session: str, return_to: str, language: str) -> str:
        return f"{return_to}?answer=yes"

    def finish_signature(self, draft: str, *, person: Principal, back: CardBack) -> str:
        assert self.desk
        found = self.desk.store.draft(draft, person=person.code)
        if back.answer != "yes":
            raise UnknownRequest("no such request")
        content = content_to_sign(self.desk.shelf, found)
        signature = Signature(content=content, value=content[::-1], certificate=b"der")
        return submit(self.desk, found, signature=signature, door=person.door).id

    def asked(self, handle: str) -> bytes:
        raise UnknownRequest("no such request")

    def answered(self, handle: str, body: bytes) -> bytes:
        raise UnknownRequest("no such request")

    def close(self, person: Principal) -> None:
        self.closed.append(person.door)


@dataclass
class SampleNode:
    """The portal's node: the sample offices' records, and one look without a proof."""

    offices: SampleOffices

    def ask(self, subject: str, *, ask: Ask) -> PersonAnswer:
        if subject != PERSON:
            return PersonAnswer(subject=subject, items={ask.item: None})
        if ask.holder in self.offices.down:
            raise HolderUnavailable(f"{ask.holder} does not answer")
        if ask.item == "usage.log":
            usage = {"at": NOON.isoformat(), "kind": "answered", "agency": A, "asker": B, "holder": A,
                     "affair": "child_allowance", "items": ["tax.income"], "basis": "番号法19条8号",
                     "receipt": "not a receipt"}  # fmt: skip
            return PersonAnswer(subject=subject, items={"usage.log": {"usages": [usage]}})
        return PersonAnswer(subject=subject, items={ask.item: self.offices.records.get((ask.holder, ask.item))})

    def usages(self, person: str, *, limit: int = 100) -> tuple[Usage, ...]:
        return ()


@dataclass
class Made:
    platform: Platform
    rooms: Rooms
    offices: SampleOffices
    cards: SampleCards
    clock: FixedClock
    worker: Worker


def made(registers: Path = Path("link-registers")) -> Made:
    clock = FixedClock(NOON)
    offices, cards = SampleOffices(clock), SampleCards()
    shelf = SampleShelf()
    library = Library(
        shelf, SampleRules(), lambda pack: (), ("move",), tuple(shelf.plans), {"allowance": ("decision",)}
    )
    outer = Outer(library, offices, offices.own(), offices, SampleSignatures(), NAMES, clock)
    room = rooms(outer)
    cards.desk = room.procedures
    book = RegistryAddresses(town_registry(), NAMES)
    entrance = Entrance(cards, SampleNode(offices), {}, book, lambda **_: OFFICER_B, registers=registers)
    slot = Slot(id=f"{B}-1", agency=B, starts_at=NOON.replace(day=23), minutes=30, capacity=5, free=5)
    room.procedures.store.offer_slot(slot)
    worker = room.worker(clock, receivers=(lambda delivery: None,))
    assert FORWARD in worker.handlers
    return Made(platform_of(room, outer=outer, entrance=entrance), room, offices, cards, clock, worker)
